//! `microsip phone --background`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use microsip_core::compat::control::Instance;
use serde_json::json;

use super::{instance, place, print};
use crate::args::PhoneArgs;
use crate::exit::Failure;

/// How long it may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a phone of its own process and waits until it takes commands.
pub(super) fn start(args: &PhoneArgs) -> Result<(), Failure> {
    let place = place(args.which.settings.as_deref())?;
    let name = instance(&place)?;
    let tell = |pid: Option<u32>, started: bool| match (args.which.json, pid) {
        (true, pid) => print::line(&json!({ "started": started, "pid": pid }).to_string()),
        (false, Some(pid)) if started => print::line(&format!("the phone runs (process {pid})")),
        (false, Some(pid)) => print::line(&format!("the phone runs already (process {pid})")),
        (false, None) => print::line("the phone runs"),
    };
    if let Some(client) = Instance::find(&name)? {
        tell(client.pid(), false);
        return Ok(());
    }
    let program =
        std::env::current_exe().map_err(|e| Failure::failed(format!("the program's file is not known: {e}")))?;
    let mut command = Command::new(program);
    command
        .arg("phone")
        .arg("--settings")
        .arg(std::path::absolute(&place.settings).unwrap_or(place.settings));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // The terminal's Ctrl-C is not for it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        .spawn()
        .map_err(|e| Failure::failed(format!("the phone cannot be started: {e}")))?;
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(client) = Instance::find(&name)? {
            tell(client.pid(), true);
            return Ok(());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(Failure::failed(format!(
                "the phone did not start ({status}); start it without --background to see why"
            )));
        }
        if Instant::now() > until {
            return Err(Failure::failed(
                "the phone does not answer; start it without --background to see why",
            ));
        }
        // Until it holds its name there is nothing to wait for.
        std::thread::sleep(Duration::from_millis(20));
    }
}
