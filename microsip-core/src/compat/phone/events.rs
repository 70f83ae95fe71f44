//! What a phone tells.

use crate::compat::ini::IniWarning;
use crate::{CallId, Error, Event};

/// Something that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PhoneEvent {
    /// The endpoint runs; told again when settings made a new one necessary.
    Started {
        /// Where it listens.
        transports: Vec<(crate::Transport, std::net::SocketAddr)>,
        /// The address of record of the active account, or of the local one.
        account: String,
        /// Its registrar.
        registrar: Option<String>,
        /// The bridge's sample rate in Hz.
        clock_rate: u32,
    },
    /// An event of the endpoint. Calls that the rules refuse have none.
    Engine(Box<Event>),
    /// What became of a number that was dialled.
    Dial {
        /// As it was typed.
        target: String,
        /// What is done with it.
        state: DialState,
        /// Its call, once there is one.
        call: Option<CallId>,
        /// Why it failed.
        error: Option<Error>,
    },
    /// An incoming call was refused by the settings, unseen but for `cmdIncomingCall`.
    Refused {
        /// Who called, as name-addr.
        from: String,
        /// With which code.
        code: u16,
        /// With which phrase.
        reason: String,
    },
    /// A hook's process has ended, or could not be started.
    Hook(crate::compat::hooks::HookReport),
    /// The settings were read anew and acted upon.
    Settings {
        /// Who changed them.
        source: SettingsSource,
        /// The keys that changed, as `Section/key`.
        changed: Vec<String>,
        /// Some of them take effect when the last call has ended.
        later: bool,
    },
    /// A wrong value in the settings file.
    Warning(IniWarning),
    /// A setting that cannot be used, a file that cannot be read, a server that does not answer: the phone goes on without.
    Problem(Error),
    /// The users directory was taken over.
    Directory {
        /// Contacts that are new.
        added: usize,
        /// Contacts that changed.
        updated: usize,
        /// Contacts that are gone.
        removed: usize,
    },
    /// A call was written to the history.
    Recorded(crate::compat::history::CallRecord),
    /// The phone has ended.
    Closed {
        /// `"exit"`, `"dropped"` or `"failure"`.
        reason: &'static str,
    },
}

/// What is done with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DialState {
    /// It waits for the registration.
    Delayed,
    /// The INVITE is sent.
    Dialled,
    /// It was given up.
    Failed,
}

impl DialState {
    /// Stable lower-case name: `"delayed"`, `"dialled"`, `"failed"`.
    pub fn name(self) -> &'static str {
        match self {
            DialState::Delayed => "delayed",
            DialState::Dialled => "dialled",
            DialState::Failed => "failed",
        }
    }
}

/// Who changed the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SettingsSource {
    /// Somebody edited the file.
    File,
    /// A request.
    Request,
    /// A provisioning document.
    Provisioning,
}

impl SettingsSource {
    /// Stable lower-case name: `"file"`, `"request"`, `"provisioning"`.
    pub fn name(self) -> &'static str {
        match self {
            SettingsSource::File => "file",
            SettingsSource::Request => "request",
            SettingsSource::Provisioning => "provisioning",
        }
    }
}
