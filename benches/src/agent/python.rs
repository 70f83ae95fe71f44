//! The Python programs in `python/`: which interpreter runs them, and which build of the module they import.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use microsip_testkit::Deadline;
use microsip_testkit::process::{Spec, find_program};

use super::Media;

/// Names the directory that has the package `microsip` in it; `cargo xtask bench python` sets it.
pub const MODULE: &str = "MICROSIP_BENCH_MODULE";
/// Names the interpreter; by default `python3`.
const INTERPRETER: &str = "MICROSIP_BENCH_PYTHON";

/// Who reads the events and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A task of one asyncio program.
    Asyncio,
    /// A thread.
    Thread,
}

/// A Python agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Python {
    /// Who answers.
    pub reader: Reader,
    /// What it does with audio; [`Media::Pcm`] is nothing it can do.
    pub media: Media,
    /// Whether the program reads what [`Media::Bridge`] hears.
    pub hears: bool,
    /// Whether it times the way of INVITEs.
    pub clock: bool,
    /// Whether there are subscriptions and sinks that nobody reads, and how many events wait in them.
    pub unread: Option<u32>,
}

impl Python {
    /// One that answers and does nothing else.
    pub const fn new(reader: Reader) -> Self {
        Self {
            reader,
            media: Media::None,
            hears: true,
            clock: false,
            unread: None,
        }
    }

    pub(super) fn args(self) -> Vec<String> {
        let reader = match self.reader {
            Reader::Asyncio => "asyncio",
            Reader::Thread => "thread",
        };
        let media = match (self.unread, self.media) {
            (Some(_), _) => "unread",
            (None, Media::None) => "none",
            (None, _) if !self.hears => "unheard",
            (None, Media::Bridge | Media::Pcm) => "bridge",
        };
        let mut args = ["--answer", reader, "--media", media].map(str::to_owned).to_vec();
        if self.clock {
            args.push("--clock".to_owned());
        }
        if let Some(capacity) = self.unread {
            args.extend(["--unread", "--event-capacity", &capacity.to_string()].map(str::to_owned));
        }
        args
    }
}

/// What runs the programs.
#[derive(Debug)]
pub struct Found {
    interpreter: PathBuf,
    module: PathBuf,
    /// Python's own version.
    pub python: String,
    /// Whether the module was built without optimisation.
    pub debug_build: bool,
}

impl Found {
    /// A program of `python/`, to be started with this module.
    pub fn spec(&self, program: &str) -> Result<Spec> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(program);
        ensure!(script.is_file(), "{} is missing", script.display());
        Ok(self.interpreter().arg(script))
    }

    fn interpreter(&self) -> Spec {
        // What somebody has set for his own work must not slow it down or lead it elsewhere.
        let spec = [
            "PYTHONHOME",
            "PYTHONSTARTUP",
            "PYTHONDEVMODE",
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONWARNINGS",
            "PYTHONMALLOC",
            "PYTHONASYNCIODEBUG",
        ]
        .into_iter()
        .fold(Spec::new(&self.interpreter), Spec::env_remove);
        spec.env("PYTHONPATH", &self.module).name("python")
    }
}

/// Asked for once.
pub fn found() -> Result<&'static Found> {
    static FOUND: OnceLock<Found> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let looked = look()?;
    Ok(FOUND.get_or_init(|| looked))
}

fn look() -> Result<Found> {
    let Some(module) = std::env::var_os(MODULE) else {
        bail!("{MODULE} does not say where the Python module is; type: cargo xtask bench python")
    };
    let module = std::path::absolute(PathBuf::from(module))?;
    let interpreter = match std::env::var_os(INTERPRETER) {
        Some(named) => PathBuf::from(named),
        None => find_program("python3", "python3")?,
    };
    let mut found = Found {
        interpreter,
        module,
        python: String::new(),
        debug_build: false,
    };
    // The program itself rather than a script of a version manager in front of it.
    let question = "import sys, platform, microsip\nfrom microsip import _microsip\n\
                    print('found', sys.executable, microsip.__file__, platform.python_version(), _microsip.debug_build, sep='\\t')";
    let mut asked = found.interpreter().args(["-c", question]).spawn()?;
    let line = asked
        .wait_line(
            |line: &str| line.starts_with("found\t"),
            Deadline::after(Duration::from_secs(60)),
        )
        .context("asking Python for the module")?;
    let [_, executable, file, version, debug] = line.split('\t').collect::<Vec<_>>()[..] else {
        bail!("Python said {line:?}")
    };
    ensure!(
        Path::new(file).starts_with(&found.module),
        "Python has taken the module from {file} instead of {}",
        found.module.display()
    );
    found.interpreter = executable.into();
    found.python = version.to_owned();
    found.debug_build = debug == "True";
    Ok(found)
}
