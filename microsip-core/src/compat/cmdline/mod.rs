//! The command line (reference section 1, and section 10: what articles about MicroSIP taught).
//!
//! [`CommandLine::parse`] reads an argument vector, [`CommandLine::parse_text`] one line of text, such as other programs
//! hand to a running copy. Switches are written `/x`, `-x` or `--x`, in any case, before or after a number, and several
//! may be combined. What looks like a command and is none is an error with a suggestion, never a call.

mod keyvalue;
mod parse;
mod text;
mod words;

pub use text::split_windows;
use words::Place;
pub(crate) use words::{dtmf, msip_commands, suggest};

use super::links::CallTarget;
use crate::Secret;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Call: a number, a URI, a link, `call TARGET`.
    Call(CallTarget),
    /// Send a message: `NUMBER TEXT`, `-sendmess NUMBER TEXT`, `message NUMBER TEXT`. Prefix and dial plan do not apply.
    Message {
        /// To whom.
        to: CallTarget,
        /// The text.
        text: String,
    },
    /// `/answer`: the first unanswered incoming call, audio only.
    Answer,
    /// `/hangup`: the current call, else any, else reject a ringing one.
    Hangup,
    /// `/hangupall`: every call but unanswered incoming ones.
    HangupAll,
    /// `/hangupincoming`: reject every unanswered incoming call with 603.
    HangupIncoming,
    /// `/hangupcalling`: every outgoing call that is not answered yet.
    HangupCalling,
    /// `msip:hold`: hold of the current call, set or toggled.
    Hold(Switch),
    /// `/dtmf:DIGITS`.
    Dtmf(Digits),
    /// `/transfer:NUMBER`, `msip:transfer_NUMBER`: blind transfer of the current call; a post-dial part is ignored.
    Transfer(CallTarget),
    /// `msip:micmute` and its kin.
    MicrophoneMute(Switch),
    /// `msip:speakmute` and its kin.
    SpeakerMute(Switch),
    /// `msip:micup`, `msip:micdown`: percent points, +5 or -5, to be kept within 0 to 100 and stored.
    MicrophoneVolume(i8),
    /// `msip:speakup`, `msip:speakdown`: as for the microphone.
    SpeakerVolume(i8),
    /// `/account:N`: make `[AccountN]` the active one, before anything else on the line; counted from 1.
    UseAccount(u32),
    /// `/account:N /password:SECRET`: store a password for `[AccountN]`; the active account stays.
    StorePassword {
        /// N of `[AccountN]`, from 1.
        account: u32,
        /// The password.
        password: Secret,
    },
    /// `/password:SECRET` alone: for this run only, used by the next registration.
    Password(Secret),
    /// `/show`, and an empty line: show the window.
    Show,
    /// `/hide`, `/minimize`, `msip:minimize`: hide the window.
    Hide,
    /// `report:status`, `status`: say the state.
    Status,
    /// `action=ready`: say whether the phone runs.
    Ready,
    /// `/reset` and `/resetnoask`: delete settings and data.
    Reset {
        /// Whether to ask before.
        ask: bool,
    },
    /// `/exit`: unregister, save and end; always the last of a line.
    Exit,
}

impl Command {
    /// Stable lower-case name, as it appears in JSON: `"call"`, `"hangup_all"`, …
    pub fn name(&self) -> &'static str {
        match self {
            Command::Call(_) => "call",
            Command::Message { .. } => "message",
            Command::Answer => "answer",
            Command::Hangup => "hangup",
            Command::HangupAll => "hangup_all",
            Command::HangupIncoming => "hangup_incoming",
            Command::HangupCalling => "hangup_calling",
            Command::Hold(_) => "hold",
            Command::Dtmf(_) => "dtmf",
            Command::Transfer(_) => "transfer",
            Command::MicrophoneMute(_) => "microphone_mute",
            Command::SpeakerMute(_) => "speaker_mute",
            Command::MicrophoneVolume(_) => "microphone_volume",
            Command::SpeakerVolume(_) => "speaker_volume",
            Command::UseAccount(_) => "use_account",
            Command::StorePassword { .. } => "store_password",
            Command::Password(_) => "password",
            Command::Show => "show",
            Command::Hide => "hide",
            Command::Status => "status",
            Command::Ready => "ready",
            Command::Reset { .. } => "reset",
            Command::Exit => "exit",
        }
    }

    /// Whether the phone has to be started for it when none runs. `/answer`, `/hangupall`, `/exit`, `/reset` and
    /// questions end without starting it (reference section 1.2), and so does `/hangup`.
    pub fn starts_phone(&self) -> bool {
        !matches!(
            self,
            Command::Answer
                | Command::Hangup
                | Command::HangupAll
                | Command::Exit
                | Command::Reset { .. }
                | Command::Status
                | Command::Ready
        )
    }

    /// When of one line's commands it comes: accounts first, the end last.
    fn rank(&self) -> u8 {
        match self {
            Command::Reset { .. } => 0,
            Command::StorePassword { .. } | Command::Password(_) => 1,
            Command::UseAccount(_) => 2,
            Command::Exit => 4,
            _ => 3,
        }
    }
}

/// How a state is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Switch {
    /// Set it.
    On,
    /// Clear it.
    Off,
    /// Change it.
    Toggle,
}

impl Switch {
    /// Stable lower-case name, as it appears in JSON: `"on"`, `"off"` or `"toggle"`.
    pub fn name(self) -> &'static str {
        match self {
            Switch::On => "on",
            Switch::Off => "off",
            Switch::Toggle => "toggle",
        }
    }

    /// The state after it.
    pub fn apply(self, now: bool) -> bool {
        match self {
            Switch::On => true,
            Switch::Off => false,
            Switch::Toggle => !now,
        }
    }
}

/// Digits of `/dtmf:`. `Debug` hides them: they may be a PIN.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digits {
    /// Of `0-9 A-D * #`; never empty.
    pub digits: String,
    /// A `?` stood behind them: put them into the number field with a button, do not send them. Without a window there
    /// is nothing to do.
    pub ask: bool,
}

impl std::fmt::Debug for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digits(*** {}, ask: {})", self.digits.len(), self.ask)
    }
}

/// How the window starts when no copy runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WindowStart {
    /// Shown.
    #[default]
    Normal,
    /// `/minimized`: not shown, but on the very first run.
    Minimized,
    /// `/hidden`: none at all in this run.
    Hidden,
}

impl WindowStart {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            WindowStart::Normal => "normal",
            WindowStart::Minimized => "minimized",
            WindowStart::Hidden => "hidden",
        }
    }
}

/// A command line that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CommandLine {
    /// What to do, in this order: as on the line, but passwords and accounts first and [`Command::Exit`] last. Empty when
    /// only start options were given.
    pub commands: Vec<Command>,
    /// `/minimized`, `/hidden`; nothing happens when a copy runs.
    pub window: WindowStart,
    /// `/i:FILE`: the settings file, as written; relative to the current directory, then to the configuration directory.
    /// It decides which running copy is meant.
    pub settings: Option<String>,
}

#[cfg(test)]
mod tests;
