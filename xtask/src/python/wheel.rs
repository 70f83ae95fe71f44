//! `cargo xtask wheel`: what goes to the package index, and whether it is fit for it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use super::{Environment, openssl};
use crate::context::Context;
use crate::{Prepared, process, ui};

/// What a wheel may weigh.
const LIMIT: u64 = 8_000_000;

/// What is built.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub prepared: Prepared,
    /// Where wheel and source distribution go
    #[arg(long, default_value = "microsip-py/dist")]
    out: PathBuf,
    /// The oldest system it is to run on, a tag such as manylinux_2_28, manylinux2014 or musllinux_1_2. Older ones than this
    /// machine's are built with zig, which is fetched
    #[arg(long, default_value = "manylinux_2_28")]
    compatibility: String,
    /// Only the wheel, not the source distribution
    #[arg(long)]
    no_sdist: bool,
}

pub fn run(context: &Context, options: &Options) -> Result<()> {
    let environment = Environment::ensure(context)?;
    let out = context.root.join(&options.out);
    fs::create_dir_all(&out).with_context(|| format!("making {}", out.display()))?;
    if !options.no_sdist {
        let before = files(&out, "tar.gz")?;
        let mut sdist = environment.tool(context, "maturin");
        process::run(sdist.args(["sdist", "--out"]).arg(&out))?;
        for file in files(&out, "tar.gz")?.iter().filter(|file| !before.contains(file)) {
            ui::line(format_args!(
                "{}: {}",
                file.display(),
                ui::megabytes(file.metadata()?.len())
            ));
        }
    }
    let mut build = environment.tool(context, "maturin");
    build.args([
        "build",
        "--profile",
        "wheel",
        "--auditwheel",
        "check",
        "--compression-level",
        "9",
    ]);
    let mut features = String::from("tls,srtp,gsm,speex,opus");
    let mut ours = None;
    if cfg!(target_os = "linux") {
        // Only for this: it weighs as much as all other tools together.
        let mut zig = environment.python(context);
        zig.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "ziglang>=0.13",
        ]);
        process::run(&mut zig)?;
        build.args(["--compatibility", &options.compatibility, "--zig"]);
        build.env("PATH", environment.path()?);
        // No exception passes C code, and panics end before they reach it.
        build.env("CFLAGS", "-fno-unwind-tables");
        ours = openssl::ensure(context, &environment, &options.compatibility)?;
    }
    // OpenSSL inside. Sound devices are not: they need ALSA's library of the system, which wheels may not count on.
    match &ours {
        Some(openssl) => openssl.point(&mut build),
        None => features.push_str(",vendored-openssl"),
    }
    build.args(["--no-default-features", "--features", &features, "--out"]);
    build
        .arg(&out)
        .env("CARGO_TARGET_DIR", context.target_dir()?.join("wheel"));
    process::run(&mut build)?;
    let wheels = files(&out, "whl")?;
    let Some(wheel) = newest(&wheels)? else {
        bail!("no wheel in {}", out.display())
    };
    if cfg!(target_os = "linux") {
        process::run(environment.tool(context, "auditwheel").arg("show").arg(&wheel))?;
    }
    let size = wheel.metadata()?.len();
    ui::line(format_args!("{}: {}", wheel.display(), ui::megabytes(size)));
    ensure!(size < LIMIT, "the wheel is larger than {}", ui::megabytes(LIMIT));
    Ok(())
}

fn files(dir: &Path, ends: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    let named = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().ends_with(ends))
    };
    Ok(entries.flatten().map(|entry| entry.path()).filter(named).collect())
}

fn newest(files: &[PathBuf]) -> Result<Option<PathBuf>> {
    let mut dated = Vec::new();
    for file in files {
        dated.push((file.metadata()?.modified()?, file.clone()));
    }
    Ok(dated.into_iter().max().map(|(_, file)| file))
}
