//! Processes of Unix: programs are looked for here, so that what is wrong with one can be said; groups of processes are
//! ended together; pipes are read without waiting.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Access, OFlags, access, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::report::Tail;

/// What opens web addresses, and its arguments before the address.
pub(super) const OPENER: (&str, &[&str]) = if cfg!(target_os = "macos") {
    ("/usr/bin/open", &[])
} else {
    ("xdg-open", &[])
};

/// The most that is read from one pipe in a row, so that one that writes for ever is still ended in time.
const ROUND: usize = 256 * 1024;

/// The file of a program, or why it cannot be started.
pub(super) fn find(program: &str, path: &OsStr) -> Result<PathBuf, String> {
    if program.contains('/') {
        let file = match (program.strip_prefix("~/"), std::env::home_dir()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(program),
        };
        return usable(&file).map(|()| file);
    }
    let mut wrong = None;
    for dir in std::env::split_paths(path) {
        // An empty entry would be the working directory, which is no place to trust.
        if dir.is_absolute() {
            let file = dir.join(program);
            match usable(&file) {
                Ok(()) => return Ok(file),
                Err(why) if file.is_file() => wrong = wrong.or(Some(why)),
                Err(_) => {}
            }
        }
    }
    Err(wrong.unwrap_or_else(|| {
        let windows = program.contains('\\');
        let advice = if windows {
            "; this is no Windows: write a path of this system"
        } else {
            "; write its whole path"
        };
        format!("{program:?} is in no directory of PATH{advice}")
    }))
}

fn usable(file: &Path) -> Result<(), String> {
    let shown = file.display();
    let kind = std::fs::metadata(file).map_err(|e| format!("{shown}: {e}"))?;
    if !kind.is_file() {
        return Err(format!("{shown} is no file; name a program"));
    }
    if access(file, Access::EXEC_OK).is_err() {
        return Err(format!(
            "{shown} may not be executed; a program or script: chmod +x it; a document: write the program that opens it first"
        ));
    }
    // The C library may hand such a file to a shell, and no shell is to see what callers send.
    let mut start = [0; 256];
    let length = File::open(file).and_then(|mut f| f.read(&mut start)).unwrap_or(0);
    if length > 0 && !start.starts_with(b"#!") && !start[..length].contains(&0) {
        return Err(format!(
            "{shown} is a text without a first line such as #!/bin/sh; add it, or write the interpreter first"
        ));
    }
    Ok(())
}

/// Why a program was not started.
pub(super) fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "the interpreter in its first line does not exist; a carriage return at the end of that line is a common cause"
                .to_owned()
        }
        _ => error.to_string(),
    }
}

/// A group of its own, so that all of it can be ended and the terminal's signals do not reach it.
///
/// An empty signal mask and SIGPIPE as it is by default are std's doing, and that its own descriptors are closed. PJSIP opens
/// its sockets without that: a hook would keep our ports bound, so everything open is marked. What another thread opens
/// between this and the start of the hook is not.
pub(super) fn set_apart(command: &mut Command) {
    command.process_group(0);
    close_fds::set_fds_cloexec(3, &[]);
}

/// Ends a process and its group: first asks, then, after the last `wait` or when nobody is left, does not ask.
pub(super) fn end(child: &mut Child, mut wait: impl FnMut(Duration) -> bool) {
    if let Some(leader) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(leader, Signal::TERM);
        let ended = || {
            // Not reaped before the group was killed: until then nobody else can get its number.
            let how = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            !matches!(waitid(WaitId::Pid(leader), how), Ok(None))
        };
        let mut pause = Duration::from_millis(1);
        while wait(pause) && !ended() {
            pause = (pause * 2).min(Duration::from_millis(20));
        }
        let _ = kill_process_group(leader, Signal::KILL);
    }
    let _ = child.kill();
}

/// The two streams of a child.
pub(super) struct Pipes {
    streams: [Stream; 2],
}

#[derive(Default)]
struct Stream {
    pipe: Option<File>,
    tail: Tail,
}

impl Pipes {
    pub fn new(child: &mut Child) -> Pipes {
        let open = |pipe: Option<OwnedFd>| {
            let pipe = pipe.map(File::from).filter(|pipe| {
                // One that would block is not read at all.
                fcntl_getfl(pipe).is_ok_and(|flags| fcntl_setfl(pipe, flags | OFlags::NONBLOCK).is_ok())
            });
            Stream {
                pipe,
                tail: Tail::default(),
            }
        };
        Pipes {
            streams: [
                open(child.stdout.take().map(OwnedFd::from)),
                open(child.stderr.take().map(OwnedFd::from)),
            ],
        }
    }

    /// Reads what there is; if there is nothing, waits for it as long as said.
    pub fn pump(&mut self, wait: Duration) {
        let mut fds: Vec<_> = self
            .streams
            .iter()
            .filter_map(|stream| stream.pipe.as_ref())
            .map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN))
            .collect();
        if fds.is_empty() {
            std::thread::sleep(wait);
            return;
        }
        let Ok(wait) = Timespec::try_from(wait) else { return };
        if poll(&mut fds, Some(&wait)).is_ok_and(|ready| ready > 0) {
            for stream in &mut self.streams {
                stream.read();
            }
        }
    }

    /// What is still in the pipes, and what was before.
    pub fn finish(mut self) -> (Tail, Tail) {
        for stream in &mut self.streams {
            stream.read();
        }
        let [stdout, stderr] = self.streams;
        (stdout.tail, stderr.tail)
    }
}

impl Stream {
    fn read(&mut self) {
        let Some(pipe) = &mut self.pipe else { return };
        let mut buffer = [0; 8192];
        for _ in 0..ROUND / buffer.len() {
            match pipe.read(&mut buffer) {
                Ok(length @ 1..) => self.tail.push(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => {
                    self.pipe = None;
                    return;
                }
            }
        }
    }
}
