//! Installing Debian packages: as root, by sudo when that asks nothing, or not at all.

use std::fs::File;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{process, ui};

/// Runs as root. A shell script, because it must be one unit for sudo and clean up by a trap when interrupted.
const SCRIPT: &str = include_str!("install.sh");

/// How often a long installation says that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Lines of apt's output kept for the case of failure.
const TAIL: usize = 25;

/// How we get to be root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Root,
    Sudo,
}

/// Installs `names`, or fails with the line to type.
pub fn install(names: &[&str], may_install: bool) -> Result<()> {
    let root = process::is_root();
    let way = if !may_install {
        None
    } else if root {
        Some(Way::Root)
    } else {
        let sudo = process::which("sudo").is_some();
        (sudo && process::output(Command::new("sudo").args(["-n", "true"])).is_ok()).then_some(Way::Sudo)
    };
    let Some(way) = way else {
        let why = if may_install {
            "neither root nor sudo without a password"
        } else {
            "installing is switched off"
        };
        bail!(
            "system packages are missing ({why}); type:\n{}",
            line_to_type(names, root)
        );
    };
    ui::step(&format!("installing {} package(s) with apt", names.len()), || {
        let Err(tail) = attempt(way, names)? else { return Ok(()) };
        ui::warn("apt failed; once more, since mirrors hiccup");
        ui::quote(process::last_lines(&tail, 3));
        let Err(tail) = attempt(way, names)? else { return Ok(()) };
        ui::line("apt failed again; the end of what it said:");
        ui::quote(tail.lines());
        bail!(
            "apt could not install {}; type `{}` to see it all",
            names.join(" "),
            line_to_type(names, root)
        );
    })
}

/// Runs the script once. The inner error is the end of apt's output.
fn attempt(way: Way, names: &[&str]) -> Result<Result<(), String>> {
    let mut command = match way {
        Way::Root => Command::new("sh"),
        Way::Sudo => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "sh"]);
            sudo
        }
    };
    // Into a file and not a pipe: if we are killed, apt must not be killed by writing to us in the midst of dpkg.
    let log = tempfile::tempfile().context("making a file for apt's output")?;
    command
        .args(["-c", SCRIPT, "install.sh"])
        .args(names)
        .stdin(Stdio::null());
    command.stdout(log.try_clone()?).stderr(log.try_clone()?);
    let mut child = command.spawn().context("starting apt")?;
    let mut last_sign = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().context("waiting for apt")? {
            break status;
        }
        if last_sign.elapsed() >= SIGN_OF_LIFE {
            last_sign = Instant::now();
            ui::line(format_args!("apt: {}", tail(&log, 1)?));
        }
        thread::sleep(Duration::from_millis(100));
    };
    Ok(if status.success() {
        Ok(())
    } else {
        Err(tail(&log, TAIL)?)
    })
}

/// The last `count` lines of the log. Read with an own offset: a shared one would move where apt writes.
fn tail(log: &File, count: usize) -> Result<String> {
    const ENOUGH: usize = 16 << 10;
    let length = log.metadata()?.len();
    let from = length.saturating_sub(ENOUGH as u64);
    let mut bytes = vec![0; ENOUGH];
    let read = read_at(log, &mut bytes, from)?;
    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
    Ok(process::last_lines(&text, count).join("\n"))
}

#[cfg(unix)]
fn read_at(log: &File, bytes: &mut [u8], from: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(log, bytes, from)
}

/// Never reached: apt is only run on Debian.
#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> std::io::Result<usize> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// What a person would type to install `names`.
fn line_to_type(names: &[&str], root: bool) -> String {
    let sudo = if root { "" } else { "sudo " };
    format!(
        "{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {}",
        names.join(" ")
    )
}

// The script is for Debian; its tests need a POSIX shell.
#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_line_to_type_is_complete() {
        assert_eq!(
            line_to_type(&["a", "b"], false),
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends a b"
        );
        assert!(!line_to_type(&["a"], true).contains("sudo"));
    }

    #[test]
    fn switched_off_means_nothing_is_started() {
        let error = install(&["no-such-package-anywhere"], false).unwrap_err().to_string();
        assert!(
            error.contains("install -y --no-install-recommends no-such-package-anywhere"),
            "{error}"
        );
        assert!(error.contains("switched off"), "{error}");
    }

    /// Runs the script with a policy file and an `apt-get` of our own; returns whether it succeeded and what the
    /// false apt-get saw of the policy file when it was told to install.
    fn with_false_apt(dir: &Path, apt: &str) -> (bool, String) {
        let policy = dir.join("policy-rc.d");
        let seen = dir.join("seen");
        let program = dir.join("apt-get");
        let body = format!(
            "#!/bin/sh\ncase \"$*\" in *install*) cat {} > {}; {apt};; esac\n",
            policy.display(),
            seen.display()
        );
        fs::write(&program, body).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let script = SCRIPT.replace("/usr/sbin/policy-rc.d", &policy.display().to_string());
        assert_ne!(script, SCRIPT, "the script must not touch this machine's policy");
        let path = format!("{}:/usr/bin:/bin", dir.display());
        let mut sh = Command::new("sh");
        sh.args(["-c", &script, "install.sh", "some-package"]).env("PATH", path);
        let success = sh
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success();
        (success, fs::read_to_string(seen).unwrap_or_default())
    }

    #[test]
    fn services_are_denied_while_apt_works_and_the_policy_goes_however_it_ends() {
        for (apt, succeeds) in [("exit 0", true), ("exit 100", false), ("kill -TERM $PPID", false)] {
            let dir = tempfile::tempdir().unwrap();
            let (success, seen) = with_false_apt(dir.path(), apt);
            assert_eq!(success, succeeds, "{apt}");
            assert!(
                seen.starts_with("#!/bin/sh\n# placed by cargo xtask") && seen.ends_with("exit 101\n"),
                "{seen}"
            );
            assert!(!dir.path().join("policy-rc.d").exists(), "{apt}");
        }
    }

    #[test]
    fn a_policy_of_the_machine_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let policy = dir.path().join("policy-rc.d");
        fs::write(&policy, "theirs\n").unwrap();
        assert_eq!(with_false_apt(dir.path(), "exit 0"), (true, "theirs\n".to_owned()));
        assert_eq!(fs::read_to_string(&policy).unwrap(), "theirs\n");
    }

    #[test]
    fn a_policy_left_by_a_killed_run_is_used_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (_, ours) = with_false_apt(dir.path(), "exit 0");
        let policy = dir.path().join("policy-rc.d");
        fs::write(&policy, &ours).unwrap();
        assert_eq!(with_false_apt(dir.path(), "exit 0"), (true, ours));
        assert!(!policy.exists());
    }
}
