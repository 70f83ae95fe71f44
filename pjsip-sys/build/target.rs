//! What do we build for, and which features are on?

use std::env;
use std::path::PathBuf;

use crate::Result;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Os {
    /// Linux, with glibc or musl.
    Linux,
    /// macOS. Written from upstream's scripts, never built.
    Darwin,
    /// Windows. Compiled with mingw-w64 only.
    Windows,
}

#[derive(Clone, Copy, Debug)]
pub struct Features {
    pub tls: bool,
    pub srtp: bool,
    pub gsm: bool,
    pub speex: bool,
    pub opus: bool,
    pub aec3: bool,
    pub g729: bool,
}

pub struct Target {
    pub os: Os,
    /// `CARGO_CFG_TARGET_ARCH`: `x86_64`, `aarch64`, …
    pub arch: String,
    /// `CARGO_CFG_TARGET_ENV`: `gnu`, `musl`, `msvc`, …
    pub env: String,
    pub little_endian: bool,
    pub features: Features,
    /// `OUT_DIR`.
    pub out: PathBuf,
}

impl Target {
    pub fn from_env() -> Result<Self> {
        let os = match var("CARGO_CFG_TARGET_OS")?.as_str() {
            "linux" => Os::Linux,
            "macos" => Os::Darwin,
            "windows" => Os::Windows,
            other => {
                return Err(format!(
                    "no file list for operating system `{other}` (build/sources.rs)"
                ));
            }
        };
        let on = |name: &str| env::var_os(format!("CARGO_FEATURE_{name}")).is_some();
        Ok(Self {
            os,
            arch: var("CARGO_CFG_TARGET_ARCH")?,
            env: env::var("CARGO_CFG_TARGET_ENV").unwrap_or_default(),
            little_endian: var("CARGO_CFG_TARGET_ENDIAN")? == "little",
            features: Features {
                tls: on("TLS"),
                srtp: on("SRTP"),
                gsm: on("GSM"),
                speex: on("SPEEX"),
                opus: on("OPUS"),
                aec3: on("AEC3"),
                g729: on("G729"),
            },
            out: PathBuf::from(var("OUT_DIR")?),
        })
    }

    pub fn is_msvc(&self) -> bool {
        self.env == "msvc"
    }
}

/// An environment variable that cargo always sets.
pub fn var(name: &str) -> Result<String> {
    env::var(name).map_err(|e| format!("{name}: {e}"))
}
