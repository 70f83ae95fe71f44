//! From a command line to the phone that does it: this process, or the one that runs.

use microsip_core::ErrorKind;
use microsip_core::compat::cmdline::{self, CommandLine};
use microsip_core::compat::control::{Claim, Command, Delivery, Instance, InstanceName};
use microsip_core::compat::ini::{Extensions, IniFile, Place, ReadOptions};
use microsip_core::compat::phone::Request;
use serde_json::{Value, json};

use super::{Launch, instance, place, print, serve};
use crate::args::WhichArgs;
use crate::exit::{self, Failure};

/// MicroSIP's own command line: switches, numbers, links, the words articles teach. `known` are the sub-commands of this
/// program, which are never dialled.
///
/// # Errors
/// What is wrong with the line, or with the command.
pub fn microsip_line(args: Vec<String>, known: &[&str]) -> Result<(), Failure> {
    let is_link = args.first().is_some_and(|arg| arg == "--link");
    // Ours, not MicroSIP's, so taken out before.
    let json = args.iter().any(|arg| arg == "--json") && !is_link;
    let args = args.into_iter().filter(|arg| is_link || arg != "--json");
    let args: Vec<String> = args.collect();
    let link = is_link.then(|| args.get(1).cloned().unwrap_or_default());
    let line = CommandLine::parse_knowing(args, known).map_err(|e| Failure::usage(e.message().to_owned()))?;
    let which = WhichArgs {
        settings: line.settings.clone(),
        json,
    };
    let place = place(which.settings.as_deref())?;
    if let Some(link) = link {
        confirm(&place, &link)?;
    }
    let mut requests = Vec::new();
    for command in &line.commands {
        match command {
            cmdline::Command::Reset { ask } => return super::files::reset(&place, *ask, &which),
            command => requests.extend(Request::of_command(command)),
        }
    }
    let only_shows = requests
        .iter()
        .all(|r| matches!(r, Request::Show {} | Request::Hide {}));
    launch(Launch {
        which,
        log: None,
        starts: only_shows || line.commands.iter().any(cmdline::Command::starts_phone),
        may_be_none: requests.iter().all(|r| matches!(r, Request::Exit {})) && !requests.is_empty(),
        requests,
    })
}

/// Asks before a link calls, where the settings say so: a program, or the person at the terminal.
fn confirm(place: &Place, link: &str) -> Result<(), Failure> {
    let (ini, _) = IniFile::load_or_new(&place.settings, &ReadOptions::default())?;
    let (extensions, _) = Extensions::read(&ini);
    let refused = || Failure::failed("the link was not confirmed; nothing was called");
    if !extensions.cmd_confirm_link.trim().is_empty() {
        let command = microsip_core::compat::hooks::HookCommand::parse(&extensions.cmd_confirm_link)
            .map_err(|e| Failure::usage(format!("cmdConfirmLink: {}", e.message())))?;
        let status = std::process::Command::new(command.program())
            .args(command.arguments())
            .arg(link)
            .stdin(std::process::Stdio::null())
            .status()
            .map_err(|e| Failure::failed(format!("cmdConfirmLink: cannot start {}: {e}", command.program())))?;
        return status.success().then_some(()).ok_or_else(refused);
    }
    if extensions.confirm_links && !super::files::ask(&format!("Open the link {link:?}?")) {
        return Err(refused());
    }
    Ok(())
}

/// Has the phone that runs do it, or becomes the phone.
pub(super) fn launch(mut launch: Launch) -> Result<(), Failure> {
    let place = place(launch.which.settings.as_deref())?;
    let name = instance(&place)?;
    if launch.requests.is_empty() {
        return match Instance::claim(&name)? {
            Claim::Owner(listener) => serve::serve(listener, place, launch),
            Claim::Other(client) => {
                let (pid, settings) = (client.pid(), place.settings.display().to_string());
                if launch.which.json {
                    print::line(&json!({ "running": true, "pid": pid, "settings": settings }).to_string());
                    return Ok(());
                }
                let pid = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
                print::line(&format!("the phone of {settings} runs already{pid}"));
                Ok(())
            }
            _ => Ok(()),
        };
    }
    if !launch.starts {
        return hand_over(&name, &place, &launch);
    }
    for (done, request) in launch.requests.iter().enumerate() {
        let object = request.to_json()?;
        match Instance::deliver(&name, Command::Request(&object), super::client::patience(request))
            .map_err(|e| Failure::of(&e))?
        {
            Delivery::Done(result) => {
                print::answer(request, &result, launch.which.json);
                outcome(request, &result)?;
            }
            // What the phone that ended meanwhile has done is not done again.
            Delivery::Owner(listener) => {
                launch.requests.drain(..done);
                return serve::serve(listener, place, launch);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Has the phone that runs do it; none is started.
fn hand_over(name: &InstanceName, place: &Place, launch: &Launch) -> Result<(), Failure> {
    for request in &launch.requests {
        let gone = || match launch.may_be_none {
            true => {
                match launch.which.json {
                    true => print::line(&json!({ "running": false }).to_string()),
                    false => print::line("no phone runs; there is nothing to end"),
                }
                Ok(())
            }
            false => Err(Failure::not_running(&place.settings)),
        };
        let Some(mut client) = Instance::find(name)? else {
            return gone();
        };
        match client.request(request.to_json()?, super::client::patience(request)) {
            Ok(result) => {
                print::answer(request, &result, launch.which.json);
                outcome(request, &result)?;
            }
            Err(e) if e.kind() == ErrorKind::NotRunning => return gone(),
            Err(e) => return Err(Failure::of(&e)),
        }
    }
    Ok(())
}

/// A call that was waited for and never answered is told by the exit code, as by `dial`.
fn outcome(request: &Request, call: &Value) -> Result<(), Failure> {
    let waited = matches!(request, Request::Call { until: Some(_), .. });
    if !waited || call["duration"].is_number() {
        return Ok(());
    }
    let reason = call["reason"].as_str().unwrap_or("it ended");
    let (code, what) = match call["code"].as_u64() {
        Some(486 | 600) => (exit::BUSY, "busy"),
        Some(603 | 607 | 608) => (exit::DECLINED, "declined"),
        Some(408 | 480 | 487) => (exit::NO_ANSWER, "not answered"),
        _ => (exit::CALL_FAILED, "failed"),
    };
    Err(Failure::outcome(
        code,
        format!("the call was {what}: {reason}").replace("was failed", "failed"),
    ))
}
