//! An environment of Python's with what the tests need, in the cache.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::context::Context;
use crate::{process, ui};

/// Where the tools are installed; made anew when the list of them or Python changes.
pub struct Environment {
    dir: PathBuf,
}

impl Environment {
    /// Finds it, or makes it.
    pub fn ensure(context: &Context) -> Result<Environment> {
        let list = super::package(context).join("requirements-dev.txt");
        let wanted = fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
        let python = interpreter()?;
        let version =
            process::output(Command::new(&python).args(["-c", "import sys; print(sys.version, sys.prefix)"]))?;
        let digest = Sha256::digest(format!("{version}\n{wanted}"));
        let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let dir = context.cache.join("python").join(name);
        let done = dir.join("complete");
        if done.is_file() {
            return Ok(Environment { dir });
        }
        ui::line(format_args!("installing Python tools into {}", dir.display()));
        if dir.exists() {
            fs::remove_dir_all(&dir).with_context(|| format!("removing {}", dir.display()))?;
        }
        let mut make = Command::new(&python);
        make.args(["-m", "venv"]).arg(&dir);
        process::run(&mut make).context("no environment; on Debian the package python3-venv makes them")?;
        let mut install = super::tool(context, &dir, "python");
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ]);
        process::run(install.arg(&list))?;
        fs::write(&done, "").with_context(|| format!("writing {}", done.display()))?;
        Ok(Environment { dir })
    }

    /// Its interpreter.
    pub fn python(&self, context: &Context) -> Command {
        self.tool(context, "python")
    }

    /// A program of it.
    pub fn tool(&self, context: &Context, program: &str) -> Command {
        super::tool(context, &self.dir, program)
    }

    /// `PATH` with its programs first.
    pub fn path(&self) -> Result<OsString> {
        let before = env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.programs()).chain(env::split_paths(&before));
        env::join_paths(all).context("PATH")
    }

    /// Its directory of programs, for those that look for others.
    pub fn programs(&self) -> PathBuf {
        super::in_environment(&self.dir, "python")
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default()
    }
}

/// Python 3.9 or newer.
fn interpreter() -> Result<PathBuf> {
    for name in ["python3", "python"] {
        let Some(path) = process::which(name) else { continue };
        let question = "import sys; sys.exit(sys.version_info < (3, 9))";
        let new = Command::new(&path).args(["-c", question]).status();
        if new.is_ok_and(|status| status.success()) {
            return Ok(path);
        }
    }
    bail!("no Python from 3.9 on; on Debian type: sudo apt-get install -y python3 python3-venv")
}
