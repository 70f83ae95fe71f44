//! `cargo xtask install`: the C library with header, pkg-config file and CMake package, below a prefix.
//!
//! cargo-c, which would do most of it, takes minutes to compile, needs OpenSSL's and zlib's headers for itself, and knows neither
//! CMake packages nor static libraries that keep their insides to themselves; what is left of it is the copying below.

mod archive;
mod build;
mod describe;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::context::Context;
use crate::{Prepared, ui};

/// Name of the library in every file name.
const NAME: &str = "microsip";

/// Where and what to install.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub prepared: Prepared,
    /// Where programs will find it, such as /usr/local or $HOME/.local
    #[arg(long)]
    prefix: PathBuf,
    /// Directory of libraries below the prefix
    #[arg(long, default_value = "lib")]
    libdir: PathBuf,
    /// Lay everything down below this directory instead, for packages; the prefix stays what it is
    #[arg(long)]
    destdir: Option<PathBuf>,
    /// Features of microsip-ffi besides the default ones, separated by commas
    #[arg(long)]
    features: Option<String>,
    /// Without the default features (tls, srtp, gsm, speex, opus, audio-devices)
    #[arg(long)]
    no_default_features: bool,
    /// The unoptimised build with debug information
    #[arg(long)]
    debug: bool,
}

/// What was installed where, for the files that describe it.
struct Layout {
    /// Absolute; below `destdir` if there is one.
    root: PathBuf,
    prefix: PathBuf,
    libdir: PathBuf,
    version: String,
    abi: u32,
}

impl Layout {
    fn at(&self, below: impl AsRef<Path>) -> PathBuf {
        self.root.join(below)
    }

    /// File names of the shared library: the real one, and the links to it.
    fn shared(&self) -> (String, Vec<String>) {
        if cfg!(target_os = "macos") {
            let real = format!("lib{NAME}.{}.dylib", self.abi);
            (real, vec![format!("lib{NAME}.dylib")])
        } else {
            let soname = self.soname();
            (
                format!("{soname}.{}", self.version),
                vec![soname, format!("lib{NAME}.so")],
            )
        }
    }

    /// What the loader looks for.
    fn soname(&self) -> String {
        format!("lib{NAME}.so.{}", self.abi)
    }
}

pub fn run(context: &Context, options: &Options) -> Result<()> {
    if cfg!(windows) {
        bail!(
            "install knows Linux and macOS; on Windows build with `cargo rustc -p microsip-ffi --release --crate-type cdylib` and take \
             microsip_ffi.dll, microsip_ffi.dll.lib and microsip-ffi/include"
        );
    }
    for (what, path) in [("--libdir", &options.libdir)] {
        if path.is_absolute() || path.components().any(|part| part.as_os_str() == "..") {
            bail!("{what} {} is not a directory below the prefix", path.display());
        }
    }
    let prefix = std::path::absolute(&options.prefix).context("--prefix")?;
    let root = match &options.destdir {
        Some(dir) => std::path::absolute(dir)
            .context("--destdir")?
            .join(prefix.strip_prefix("/")?),
        None => prefix.clone(),
    };
    let header = context.root.join("microsip-ffi/include/microsip.h");
    let layout = Layout {
        root,
        prefix,
        libdir: options.libdir.clone(),
        version: build::version(context)?,
        abi: abi_of(&fs::read_to_string(&header).with_context(|| header.display().to_string())?)?,
    };
    let built = ui::step("library", || build::run(context, options, &layout))?;
    ui::step("install", || lay_down(context, options, &layout, &built))?;
    describe::how_to_use(&layout);
    Ok(())
}

/// Where the tests find the library.
pub fn test_prefix(context: &Context) -> Result<PathBuf> {
    Ok(context.target_dir()?.join("tmp/ffi-prefix"))
}

/// Installs the unoptimised library for the tests: its dependencies are built already.
pub fn for_tests(context: &Context) -> Result<()> {
    let options = Options {
        prepared: Prepared { no_install: true },
        prefix: test_prefix(context)?,
        libdir: "lib".into(),
        destdir: None,
        features: None,
        no_default_features: false,
        debug: true,
    };
    run(context, &options)
}

/// The number in the header, which the library's name carries.
fn abi_of(header: &str) -> Result<u32> {
    header
        .lines()
        .find_map(|line| line.strip_prefix("#define MICROSIP_ABI_VERSION "))
        .and_then(|number| number.trim().parse().ok())
        .context("microsip.h has no MICROSIP_ABI_VERSION")
}

fn lay_down(context: &Context, options: &Options, layout: &Layout, built: &build::Built) -> Result<()> {
    let include = layout.at("include");
    for header in ["microsip.h", "microsip.hpp"] {
        let from = context.root.join("microsip-ffi/include").join(header);
        put(
            &include.join(header),
            &fs::read(&from).with_context(|| from.display().to_string())?,
            0o644,
        )?;
    }
    let lib = layout.at(&layout.libdir);
    let (real, links) = layout.shared();
    let shared = lib.join(&real);
    put(&shared, &fs::read(&built.shared)?, 0o755)?;
    if !options.debug {
        archive::strip(&shared)?;
    }
    for link in links {
        relink(&real, &lib.join(link))?;
    }
    archive::make(
        built,
        &lib.join(format!("lib{NAME}.a")),
        &context.root.join("microsip-ffi/symbols.txt"),
    )?;
    put(
        &lib.join("pkgconfig").join(format!("{NAME}.pc")),
        describe::pkg_config(layout, &built.native_libs).as_bytes(),
        0o644,
    )?;
    let cmake = lib.join("cmake/Microsip");
    put(
        &cmake.join("MicrosipConfig.cmake"),
        describe::cmake(layout, &built.native_libs).as_bytes(),
        0o644,
    )?;
    put(
        &cmake.join("MicrosipConfigVersion.cmake"),
        describe::cmake_version(layout).as_bytes(),
        0o644,
    )
}

/// Writes a file beside its place and moves it there: a program that runs keeps the library it has mapped.
fn put(path: &Path, content: &[u8], mode: u32) -> Result<()> {
    let folder = path.parent().context("no directory")?;
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let mut file =
        tempfile::NamedTempFile::new_in(folder).with_context(|| format!("writing in {}", folder.display()))?;
    std::io::Write::write_all(&mut file, content)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = mode;
    file.persist(path)
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(())
}

#[cfg(unix)]
fn relink(to: &str, link: &Path) -> Result<()> {
    match fs::remove_file(link) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e).context(link.display().to_string()),
        _ => {}
    }
    std::os::unix::fs::symlink(to, link).with_context(|| link.display().to_string())
}

#[cfg(not(unix))]
fn relink(_: &str, link: &Path) -> Result<()> {
    bail!("no symbolic link {} here", link.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_in_the_header_is_found() {
        assert_eq!(abi_of("/** x */\n#define MICROSIP_ABI_VERSION 7\n").unwrap(), 7);
        assert!(abi_of("#define MICROSIP_VERSION_MAJOR 1").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_files_are_renewed() {
        let top = tempfile::tempdir().unwrap();
        let (file, link) = (top.path().join("a/b"), top.path().join("a/l"));
        for text in ["one", "two"] {
            put(&file, text.as_bytes(), 0o644).unwrap();
            relink("b", &link).unwrap();
            assert_eq!(fs::read_to_string(&link).unwrap(), text);
        }
    }
}
