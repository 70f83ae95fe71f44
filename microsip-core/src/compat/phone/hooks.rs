//! Which hook runs when (reference section 5); how they run is in `compat::hooks`.

use std::time::Duration;

use super::Loaded;
use super::arrive::asserted;
use super::worker::{Input, Worker};
use crate::compat::hooks::{HookCall, HookCommands, HookEvent, HookOptions, HookReport, HookRunner};
use crate::compat::ini::Settings;
use crate::sip::uri;
use crate::{CallId, Result};

/// The commands of the settings, and who runs them.
pub(super) struct Hooks {
    runner: HookRunner,
    commands: HookCommands,
}

impl Hooks {
    pub(super) fn start(loaded: &Loaded, report: impl FnMut(HookReport) + Send + 'static) -> Result<Hooks> {
        let timeout = Duration::from_secs(loaded.extensions.hook_timeout.into());
        let runner = HookRunner::start(HookOptions::default().timeout(timeout), report)?;
        Ok(Hooks {
            runner,
            commands: HookCommands::default(),
        })
    }

    /// The runner with another time limit; what runs is left to its own.
    fn restart(&mut self, loaded: &Loaded, report: impl FnMut(HookReport) + Send + 'static) -> Result<()> {
        let commands = std::mem::take(&mut self.commands);
        *self = Hooks::start(loaded, report)?;
        self.commands = commands;
        Ok(())
    }

    /// Takes the commands of the settings; what cannot be read is told.
    pub(super) fn configure(&mut self, settings: &Settings, warn: &mut dyn FnMut(crate::Error)) {
        let (commands, wrong) = HookCommands::read(|event| command_of(settings, event));
        self.commands = commands;
        for (event, e) in wrong {
            warn(crate::Error::new(
                e.kind(),
                "settings",
                format!("{}: {}", event.key(), e.message()),
            ));
        }
    }

    pub(super) fn close(&mut self, within: Duration) {
        self.runner.close(within);
    }
}

fn command_of(settings: &Settings, event: HookEvent) -> &str {
    match event {
        HookEvent::OutgoingCall => &settings.cmd_outgoing_call,
        HookEvent::IncomingCall => &settings.cmd_incoming_call,
        HookEvent::CallRing => &settings.cmd_call_ring,
        HookEvent::CallAnswer => &settings.cmd_call_answer,
        HookEvent::CallAnswerVideo => &settings.cmd_call_answer_video,
        HookEvent::CallBusy => &settings.cmd_call_busy,
        HookEvent::CallStart => &settings.cmd_call_start,
        HookEvent::CallEnd => &settings.cmd_call_end,
    }
}

impl Worker {
    /// The time limit changed.
    pub(super) fn restart_hooks(&mut self) {
        let (sender, _) = self.sender();
        let report = move |report| drop(sender.try_send(Input::Hook(report)));
        if let Err(e) = self.hooks.restart(&self.loaded, report) {
            self.problem(e);
        }
    }

    /// Runs the hook of an event, if there is one. Never waits.
    pub(super) fn fire(&mut self, event: HookEvent, id: CallId) {
        let Some(command) = self.hooks.commands.get(event) else {
            return;
        };
        let Some(line) = self.calls.get(&id) else { return };
        let info = line.call.info();
        let asserted = asserted(&info);
        let shown = asserted.as_deref().unwrap_or(&info.remote_uri);
        let active = self.loaded.active().map(|(_, account)| account);
        let mut call = HookCall::new(uri::user(shown))
            .name(line.name.as_str())
            .domain(uri::host_port(shown))
            .account(line.account.as_str())
            .direction(Some(info.direction))
            .call_id(info.sip_call_id.to_string())
            .started(Some(info.started))
            .recording(line.recording.clone());
        if let Some(account) = active {
            call = call
                .server(account.server.as_str())
                .extension(account.username.as_str());
            // Only where the command asks for it by name.
            let texts = command.arguments().iter().map(String::as_str);
            if texts.chain([command.program()]).any(|text| text.contains("password}")) {
                let own = self.options.password.as_ref().unwrap_or(&account.password.secret);
                call = call.password(Some(own.clone()));
            }
        }
        let status = info.end.as_ref().map(|end| end.code).or(info.last_status);
        call = call.status(status.map(crate::StatusCode::code));
        if info.confirmed.is_some() {
            call = call.duration(Some(info.duration()));
        }
        self.hooks.runner.run(event, command, call);
    }
}
