//! One run of one hook: start, watch, end.

use std::ffi::OsString;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime};

use super::command::Expanded;
use super::platform::{self, Pipes};
use super::report::Tail;
use super::{HookCall, HookCommand, HookEvent, HookOutcome};

/// The longest wait between two looks at a process.
const TICK: Duration = Duration::from_millis(20);

/// What bounds a run.
pub(super) struct Bounds<'a> {
    pub timeout: Duration,
    pub grace: Duration,
    pub environment: &'a [(OsString, OsString)],
    /// Whether it is to be ended now.
    pub stop: &'a dyn Fn() -> bool,
}

/// What came of a run.
pub(super) struct Run {
    pub outcome: HookOutcome,
    pub stdout: String,
    pub stderr: String,
    /// A process that is left alone, for whoever reaps it.
    pub left: Option<Child>,
}

impl Run {
    /// Without a process.
    pub fn of(outcome: HookOutcome) -> Run {
        Run {
            outcome,
            stdout: String::new(),
            stderr: String::new(),
            left: None,
        }
    }
}

/// Starts a hook and waits for its end, at most the timeout and twice the grace.
pub(super) fn run(
    command: &HookCommand,
    event: HookEvent,
    call: &HookCall,
    at: SystemTime,
    bounds: &Bounds<'_>,
) -> Run {
    let words = command.expand(event, call, at);
    let prepared = if command.is_url() {
        opener(&words, bounds)
    } else {
        program(&words, bounds)
    };
    let mut prepared = match prepared {
        Ok(prepared) => prepared,
        Err(why) => return Run::of(HookOutcome::FailedToStart(why)),
    };
    prepared.stdin(Stdio::null()).envs(call.environment(event));
    for (name, value) in bounds.environment {
        prepared.env(name, value);
    }
    platform::set_apart(&mut prepared);
    let child = match spawn(&mut prepared) {
        Ok(child) => child,
        Err(error) => return Run::of(HookOutcome::FailedToStart(platform::explain(&error))),
    };
    if command.is_url() {
        return watch_opener(child, bounds);
    }
    watch(child, bounds, &words)
}

/// Starts it; a file that somebody is just writing gets a moment.
fn spawn(command: &mut Command) -> std::io::Result<Child> {
    for _ in 0..10 {
        match command.spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::sleep(TICK),
            other => return other,
        }
    }
    command.spawn()
}

fn program(words: &Expanded, bounds: &Bounds<'_>) -> Result<Command, String> {
    let mut command = Command::new(platform::find(&words.program, &search_path(bounds))?);
    command
        .args(words.arguments.iter().map(|word| word.as_str()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

/// The desktop's program for web addresses, which gets exactly one argument: it begins with `http`, and holds nothing but
/// what RFC 3986 has in addresses.
fn opener(words: &Expanded, bounds: &Bounds<'_>) -> Result<Command, String> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    if !words.program.bytes().all(allowed) {
        return Err("the web address has characters that may not be in one; write them as %XX".to_owned());
    }
    let (name, arguments) = platform::OPENER;
    let found = platform::find(name, &search_path(bounds))
        .map_err(|why| format!("{why}; it opens web addresses: install it, or name a program instead"))?;
    let mut command = Command::new(found);
    command
        .args(arguments)
        .arg(words.program.as_str())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

fn search_path(bounds: &Bounds<'_>) -> OsString {
    let given = bounds.environment.iter().rev().find(|(name, _)| name == "PATH");
    given.map_or_else(
        || std::env::var_os("PATH").unwrap_or_default(),
        |(_, value)| value.clone(),
    )
}

/// A browser may be what was started, so it is not ended.
fn watch_opener(mut child: Child, bounds: &Bounds<'_>) -> Run {
    let end = Instant::now() + bounds.timeout;
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Run::of(outcome(status)),
            Err(error) => return Run::of(HookOutcome::Lost(error.to_string())),
            Ok(None) if Instant::now() >= end || (bounds.stop)() => {
                let mut run = Run::of(HookOutcome::LeftRunning);
                run.left = Some(child);
                return run;
            }
            Ok(None) => {}
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(TICK);
    }
}

fn watch(mut child: Child, bounds: &Bounds<'_>, words: &Expanded) -> Run {
    let end = Instant::now() + bounds.timeout;
    let mut pipes = Pipes::new(&mut child);
    let mut pause = Duration::from_millis(1);
    let mut killed = false;
    let outcome = loop {
        pipes.pump(pause);
        match child.try_wait() {
            Ok(Some(status)) => break outcome(status),
            Err(error) => {
                // Somebody else reaped it, or told the system to: how it ended is lost.
                break HookOutcome::Lost(error.to_string());
            }
            Ok(None) => {}
        }
        let late = Instant::now() >= end;
        if late || (bounds.stop)() {
            let grace = Instant::now() + bounds.grace;
            platform::end(&mut child, |wait| {
                pipes.pump(wait);
                Instant::now() < grace
            });
            killed = true;
            break if late {
                HookOutcome::TimedOut
            } else {
                HookOutcome::Stopped
            };
        }
        pause = (pause * 2).min(TICK);
    };
    // What it left running in the background is its own business; what that writes is not waited for.
    let (stdout, stderr): (Tail, Tail) = pipes.finish();
    let reaped = !killed || reap(&mut child);
    Run {
        outcome,
        stdout: stdout.text(&words.secrets),
        stderr: stderr.text(&words.secrets),
        left: (!reaped).then_some(child),
    }
}

/// Takes the status of a process that was killed. One that waits for a dead disk dies later.
fn reap(child: &mut Child) -> bool {
    let end = Instant::now() + Duration::from_secs(1);
    while Instant::now() < end {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

fn outcome(status: ExitStatus) -> HookOutcome {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return HookOutcome::Signal(signal);
    }
    match status.code() {
        Some(code) => HookOutcome::Exited(code),
        None => HookOutcome::Lost("it has no exit code".to_owned()),
    }
}
