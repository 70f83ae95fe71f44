//! What tests with real processes share. The shell is the hooks' own language; on our side there is none.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};

use crate::compat::hooks::*;

pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A directory of scripts, and a runner whose hooks know it as `$DIR`.
pub(super) struct Stage {
    pub dir: tempfile::TempDir,
    pub runner: HookRunner,
    pub reports: Receiver<HookReport>,
}

pub(super) fn stage(options: HookOptions) -> Stage {
    let dir = tempfile::tempdir().unwrap();
    let mut path = vec![dir.path().to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let options = options
        .variable("DIR", dir.path())
        .variable("PATH", std::env::join_paths(path).unwrap());
    let (tell, reports) = mpsc::channel();
    let runner = HookRunner::start(options, move |report| drop(tell.send(report))).unwrap();
    Stage { dir, runner, reports }
}

impl Stage {
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn script(&self, name: &str, body: &str) -> HookCommand {
        let path = self.path(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        HookCommand::new(path.to_str().unwrap(), [""; 0]).unwrap()
    }

    /// A script that writes its arguments, then its variables, each ended by NUL.
    pub fn witness(&self, name: &str) -> HookCommand {
        self.script(
            name,
            r#"{ for a in "$@"; do printf '%s\0' "$a"; done; printf '\n\0'; env -0; } > "$DIR/seen""#,
        )
    }

    pub fn seen(&self) -> (Vec<String>, Vec<String>) {
        let text = String::from_utf8(fs::read(self.path("seen")).unwrap()).unwrap();
        let mut all = text.split_terminator('\0').map(str::to_owned);
        let arguments = all.by_ref().take_while(|word| word != "\n").collect();
        (arguments, all.collect())
    }

    pub fn report(&self) -> HookReport {
        self.reports.recv_timeout(PATIENCE).unwrap()
    }

    pub fn one(&self, event: HookEvent, command: &HookCommand, call: HookCall) -> HookReport {
        assert!(self.runner.run(event, command, call));
        self.report()
    }

    pub fn pid(&self, name: &str) -> Pid {
        until(|| fs::read_to_string(self.path(name)).is_ok_and(|text| text.ends_with('\n')));
        let text = fs::read_to_string(self.path(name)).unwrap();
        Pid::from_raw(text.trim().parse().unwrap()).unwrap()
    }
}

pub(super) fn until(done: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "it did not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether a process runs; a zombie that waits for somebody else's parent does not.
pub(super) fn runs(pid: Pid) -> bool {
    match fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())) {
        Ok(stat) => !stat.rsplit(')').next().unwrap().trim_start().starts_with(['Z', 'X']),
        Err(_) => !Path::new("/proc/self/stat").exists() && test_kill_process(pid).is_ok(),
    }
}

pub(super) fn exited(report: &HookReport) {
    assert_eq!(report.outcome, HookOutcome::Exited(0), "{report:?}");
}
