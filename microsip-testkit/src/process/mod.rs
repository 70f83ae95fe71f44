//! Child processes whose output is read line by line and who never outlive the test.
//!
//! A [`Process`] runs in a process group of its own. Dropping it sends SIGTERM to the group, then SIGKILL. Should the test program
//! itself die without dropping anything (SIGKILL, Ctrl-C, abort), a small watchdog shell kills the group.

mod output;

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

pub use output::{Line, Output, Pattern, Stream};

use crate::{Deadline, Error, Result, wait_until};

/// How long a process has between SIGTERM and SIGKILL on drop.
const GRACE: Duration = Duration::from_secs(2);

/// What to run: a [`Command`] in short, made for [`Process`].
#[derive(Debug)]
pub struct Spec {
    name: String,
    command: Command,
}

impl Spec {
    /// A program by its path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let name = Path::new(program)
            .file_name()
            .unwrap_or(program)
            .to_string_lossy()
            .into_owned();
        Self {
            name,
            command: Command::new(program),
        }
    }

    /// A program found by [`find_program`].
    ///
    /// # Errors
    /// [`Error::Missing`] naming the Debian package.
    pub fn installed(program: &str, package: &str) -> Result<Self> {
        Ok(Self::new(find_program(program, package)?))
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Removes an environment variable.
    #[must_use]
    pub fn env_remove(mut self, key: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(key);
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn current_dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// The name used in messages instead of the program's.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be started.
    pub fn spawn(self) -> Result<Process> {
        Process::spawn(self)
    }

    /// Runs it to its end and returns the exit status and the output.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Timeout`]; it is killed then.
    pub fn run(self, deadline: Deadline) -> Result<(ExitStatus, Output)> {
        let mut process = self.spawn()?;
        process.close_stdin();
        let status = process.wait_exit(deadline)?;
        Ok((status, process.output().clone()))
    }
}

/// Looks for a program in `PATH`, then in the `sbin` directories that a user's `PATH` often lacks.
///
/// # Errors
/// [`Error::Missing`] naming the Debian package.
pub fn find_program(program: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| Error::Missing {
            program: program.to_owned(),
            package: package.to_owned(),
        })
}

/// A running child process.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    stdin: Option<ChildStdin>,
    output: Output,
    status: Option<ExitStatus>,
    watchdog: Option<Watchdog>,
}

impl Process {
    /// Starts a program with its standard streams connected to us.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be started.
    pub fn spawn(spec: Spec) -> Result<Self> {
        let Spec { name, mut command } = spec;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|e| Error::io(format!("start {name}"), e))?;
        let output = Output::default();
        if let Some(pipe) = child.stdout.take() {
            output.read(Stream::Stdout, pipe);
        }
        if let Some(pipe) = child.stderr.take() {
            output.read(Stream::Stderr, pipe);
        }
        let stdin = child.stdin.take();
        // Without a watchdog the process is still ended by drop.
        let watchdog = Watchdog::start(child.id()).ok();
        Ok(Self {
            name,
            child,
            stdin,
            output,
            status: None,
            watchdog,
        })
    }

    /// The name used in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The process id, which is also its group's.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it wrote so far, and more as it comes.
    #[must_use]
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// Writes a line to its standard input.
    ///
    /// # Errors
    /// [`Error::Io`] if the input is closed.
    pub fn send_line(&mut self, line: &str) -> Result<()> {
        let broken = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        let result = match self.stdin.as_mut() {
            Some(pipe) => pipe
                .write_all(format!("{line}\n").as_bytes())
                .and_then(|()| pipe.flush()),
            None => Err(broken()),
        };
        result.map_err(|e| Error::io(format!("write to {}", self.name), e))
    }

    /// Closes its standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Waits for a line after those that earlier calls returned, and returns it. Lines before it are passed over.
    ///
    /// # Errors
    /// [`Error::Timeout`]; [`Error::Exited`] once it has ended and all its output was seen.
    pub fn wait_line(&mut self, pattern: impl Pattern, deadline: Deadline) -> Result<String> {
        let what = format!("{} from {}", pattern.describe(), self.name);
        match self.output.next_match(&pattern, deadline) {
            output::Found::Line(line) => Ok(line.text),
            output::Found::Ended => match self.wait_exit(deadline) {
                Ok(status) => Err(self.exited(status)),
                Err(_) => Err(deadline.error(what, self.output.to_string())),
            },
            output::Found::Late => Err(deadline.error(what, self.output.to_string())),
        }
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.poll().is_none()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the output so far; the process goes on.
    pub fn wait_exit(&mut self, deadline: Deadline) -> Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        match wait_until(deadline, &what, || self.poll()) {
            Ok(status) => {
                // Lines still in the pipes belong to the output.
                self.output.wait_closed(Duration::from_millis(500));
                Ok(status)
            }
            Err(_) => Err(deadline.error(what, self.output.to_string())),
        }
    }

    /// Waits for its end and asks for status 0.
    ///
    /// # Errors
    /// [`Error::Exited`] for another status, [`Error::Timeout`].
    pub fn wait_success(&mut self, deadline: Deadline) -> Result<()> {
        let status = self.wait_exit(deadline)?;
        if status.success() {
            Ok(())
        } else {
            Err(self.exited(status))
        }
    }

    /// Sends a signal to the process alone, if it still runs.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses.
    pub fn signal(&mut self, signal: ProcessSignal) -> Result<()> {
        if self.poll().is_some() {
            return Ok(());
        }
        nix::sys::signal::kill(self.group(), Signal::from(signal))
            .map_err(|e| Error::io(format!("send {signal:?} to {}", self.name), e.into()))
    }

    /// SIGTERM to the group, then SIGKILL once `grace` is over; returns the exit status.
    ///
    /// # Errors
    /// [`Error::Timeout`] if even SIGKILL did not end it within 5 s.
    pub fn terminate(&mut self, grace: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.poll() {
            return Ok(status);
        }
        let _ = killpg(self.group(), Signal::SIGTERM);
        match self.wait_exit(Deadline::after(grace)) {
            Ok(status) => Ok(status),
            Err(_) => self.kill(),
        }
    }

    /// SIGKILL to the whole group; returns the exit status.
    ///
    /// # Errors
    /// [`Error::Timeout`] if it did not end within 5 s.
    pub fn kill(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.poll() {
            return Ok(status);
        }
        let _ = killpg(self.group(), Signal::SIGKILL);
        self.wait_exit(Deadline::secs(5))
    }

    /// The [`Error::Exited`] for this process.
    pub(crate) fn exited(&self, status: ExitStatus) -> Error {
        Error::Exited {
            program: self.name.clone(),
            status,
            output: self.output.to_string(),
        }
    }

    fn group(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// The exit status if it has ended. What it left behind in its group is killed then.
    fn poll(&mut self) -> Option<ExitStatus> {
        if self.status.is_none()
            && let Ok(Some(status)) = self.child.try_wait()
        {
            self.status = Some(status);
            let _ = killpg(self.group(), Signal::SIGKILL);
            if let Some(watchdog) = self.watchdog.take() {
                watchdog.dismiss();
            }
        }
        self.status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.terminate(GRACE);
    }
}

/// The signals tests send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProcessSignal {
    /// SIGTERM: please end.
    Term,
    /// SIGINT: Ctrl-C.
    Int,
    /// SIGKILL: end now.
    Kill,
    /// SIGSTOP: freeze.
    Stop,
    /// SIGCONT: go on after a freeze.
    Cont,
    /// SIGUSR1.
    Usr1,
    /// SIGHUP: read your configuration again.
    Hup,
}

impl From<ProcessSignal> for Signal {
    fn from(signal: ProcessSignal) -> Self {
        match signal {
            ProcessSignal::Term => Self::SIGTERM,
            ProcessSignal::Int => Self::SIGINT,
            ProcessSignal::Kill => Self::SIGKILL,
            ProcessSignal::Stop => Self::SIGSTOP,
            ProcessSignal::Cont => Self::SIGCONT,
            ProcessSignal::Usr1 => Self::SIGUSR1,
            ProcessSignal::Hup => Self::SIGHUP,
        }
    }
}

/// A shell that kills a process group when our end of its input closes without a word, which is what our death does.
#[derive(Debug)]
struct Watchdog {
    child: Child,
}

impl Watchdog {
    fn start(group: u32) -> std::io::Result<Self> {
        let script: OsString = "read -r word; [ \"$word\" = done ] || kill -s KILL -- \"-$0\"".into();
        let child = Command::new("/bin/sh")
            .arg("-c")
            .arg(script)
            .arg(group.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self { child })
    }

    fn dismiss(mut self) {
        if let Some(mut pipe) = self.child.stdin.take() {
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.child.wait();
    }
}
