//! What a phone can be asked: commands and questions, as data and as JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::compat::cmdline::{self, Digits};
use crate::compat::links::CallTarget;
use crate::{Error, FailureCode, Result, Secret};

const OP: &str = "request";

/// One request. As JSON an object whose member `command` is the name in snake case, such as
/// `{"command":"call","target":"123"}`; members that are `None` here may be left out, unknown ones are errors.
///
/// `call` is the number of a call as `calls` lists it; without it the selected call is meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the members mean the same everywhere; the variants say what is special"
)]
pub enum Request {
    /// Calls a number, a name, a URI. Without registration it waits for it, up to [`PATIENCE`](super::PATIENCE). The answer comes when the
    /// INVITE is sent, or as `until` says; it is the call.
    Call {
        target: String,
        /// TLS is required.
        #[serde(default, skip_serializing_if = "is_false")]
        secure: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Until>,
    },
    /// Calls the last number again (`lastCallNumber`), as it was dialled.
    Redial {},
    /// Calls the account's `voicemailNumber`.
    Voicemail {},
    /// Takes the call that rings at another extension, by `featureCodeCP`.
    Pickup { number: String },
    /// Answers an incoming call; without `call` the first that waits.
    Answer { call: Option<u64> },
    /// Ends a call, or rejects an incoming one with 486; without `call` the selected one, else any, else one that waits.
    Hangup { call: Option<u64> },
    /// Ends every call but unanswered incoming ones.
    HangupAll {},
    /// Rejects every unanswered incoming call with 603.
    HangupIncoming {},
    /// Ends every outgoing call that is not answered yet.
    HangupCalling {},
    /// Rejects an incoming call, with 486 or another code from 300 to 699.
    Reject { call: Option<u64>, code: Option<u16> },
    /// Sends an incoming call elsewhere with 302.
    Redirect { call: Option<u64>, target: String },
    /// Holds a call, or takes it back.
    Hold { call: Option<u64>, state: State },
    /// Makes the microphone or the loudspeaker silent for all calls.
    Mute { side: Side, state: State },
    /// Sets a volume in percent, or changes it by `by` percent points; it is stored.
    Volume {
        side: Side,
        percent: Option<u8>,
        by: Option<i8>,
    },
    /// Sends keys, by `DTMFMethod`; a comma is a pause of a second.
    Dtmf {
        call: Option<u64>,
        #[serde(deserialize_with = "secret", serialize_with = "reveal")]
        digits: Secret,
    },
    /// Transfers the call to a target (blind), by REFER or by `featureCodeBT`.
    Transfer { call: Option<u64>, target: String },
    /// Connects the peers of two calls of ours (attended transfer).
    TransferTo { call: Option<u64>, other: u64 },
    /// Joins all confirmed calls into a conference, or takes one out again.
    Conference { leave: Option<u64> },
    /// Makes this the call commands act on.
    Select { call: u64 },
    /// Records a call.
    Record { call: Option<u64>, state: State },
    /// Sends a text; prefix and dial plan do not apply.
    Message { to: String, text: String },
    /// Tells others how we are: `online`, `away`, `busy`, `offline`, with a note.
    Presence { status: String, note: Option<String> },
    /// Sets one of the control buttons; it is stored.
    Button { button: Button, state: State },
    /// Makes `[AccountN]` the active account; 0 for none.
    Account { number: u32 },
    /// A password: for `[AccountN]` it is stored; without number it replaces the active account's until the phone ends.
    Password {
        number: Option<u32>,
        #[serde(deserialize_with = "secret", serialize_with = "reveal")]
        password: Secret,
    },
    /// Registers anew.
    Register {},
    /// Removes the registration.
    Unregister {},
    /// The state of everything, in short.
    Status {},
    /// The calls.
    Calls {},
    /// How good and how loud a call is: `statistics` (docs/statistics.md), `received_dbov`, `sent_dbov`.
    Quality { call: Option<u64> },
    /// The accounts.
    Accounts {},
    /// Contacts in which a text occurs, with what is known of their presence.
    Contacts { text: Option<String> },
    /// Fetches the users directory now.
    RefreshDirectory {},
    /// The newest calls of the history.
    History {
        text: Option<String>,
        number: Option<String>,
        /// `outgoing`, `incoming`, `missed`, `elsewhere`.
        kind: Option<String>,
        /// Default 50, at most 1000.
        limit: Option<u32>,
    },
    /// The newest messages of the history.
    Messages { number: Option<String>, limit: Option<u32> },
    /// The settings: every key of the file and what becomes of it; with `key` its value alone.
    Settings {
        section: Option<String>,
        key: Option<String>,
    },
    /// Writes a key of `[Settings]`, or of another section, to the file, and acts upon it.
    Set {
        section: Option<String>,
        key: String,
        #[serde(deserialize_with = "secret", serialize_with = "reveal")]
        value: Secret,
    },
    /// Reads the settings file again.
    Reload {},
    /// The sound devices.
    Devices {},
    /// The codecs, the preferred one first.
    Codecs {},
    /// Whether the phone runs: always `true`.
    Ready {},
    /// Shows the window; there is none here, so nothing happens.
    Show {},
    /// Hides the window; there is none here, so nothing happens.
    Hide {},
    /// Ends the phone: calls, registration, all of it.
    Exit {},
}

/// When the answer to [`Request::Call`] comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Until {
    /// The call is answered or over.
    Answered,
    /// The call is over.
    Ended,
}

/// How a state is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Set it.
    On,
    /// Clear it.
    Off,
    /// Change it.
    #[default]
    Toggle,
}

impl State {
    /// The state after it.
    pub fn apply(self, now: bool) -> bool {
        match self {
            State::On => true,
            State::Off => false,
            State::Toggle => !now,
        }
    }
}

impl From<cmdline::Switch> for State {
    fn from(switch: cmdline::Switch) -> State {
        match switch {
            cmdline::Switch::On => State::On,
            cmdline::Switch::Off => State::Off,
            cmdline::Switch::Toggle => State::Toggle,
        }
    }
}

/// A side of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Side {
    /// What we say.
    Microphone,
    /// What we hear.
    Speaker,
}

/// The control buttons of MicroSIP's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Button {
    /// `DND`: do not disturb.
    Dnd,
    /// `AA`: automatic answer.
    AutoAnswer,
    /// `AC`: automatic conference.
    AutoConference,
    /// `FWD`: forwarding.
    Forwarding,
}

impl Request {
    /// Reads a request as it comes over the control socket.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument), with what is wrong and the names there are.
    pub fn from_json(object: Map<String, Value>) -> Result<Request> {
        // A secret in a wrong place must not come back in the error, so serde's words about values are left out.
        let name = object.get("command").and_then(Value::as_str).map(str::to_owned);
        let members: Vec<String> = object.keys().cloned().collect();
        serde_json::from_value(Value::Object(object)).map_err(|e| {
            let Some(name) = name else {
                return Error::invalid(OP, "a request is an object with the member \"command\", a name");
            };
            if !NAMES.contains(&name.as_str()) {
                let near = cmdline::suggest(&name, NAMES.into_iter())
                    .map(|near| format!("; did you mean {near:?}?"))
                    .unwrap_or_default();
                let short: String = name.chars().take(40).collect();
                return Error::invalid(OP, format!("there is no command {short:?}{near}"));
            }
            let text = e.to_string();
            let what = match text
                .split_once("invalid type")
                .or_else(|| text.split_once("invalid value"))
            {
                Some(_) => format!("a member has the wrong type; given were {}", members.join(", ")),
                None => text,
            };
            Error::invalid(OP, format!("{name}: {what}"))
        })
    }

    /// Reads a request from the text of a JSON object.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument), with what is wrong.
    pub fn parse(text: &str) -> Result<Request> {
        let object = serde_json::from_str(text).map_err(|e| {
            Error::invalid(
                OP,
                format!("this is no JSON object (line {}, column {})", e.line(), e.column()),
            )
        })?;
        Request::from_json(object)
    }

    /// The name, as in JSON.
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object
                .get("command")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            _ => String::new(),
        }
    }

    /// The request as it goes over the control socket, secrets in clear.
    ///
    /// # Errors
    /// None that a request can cause.
    pub fn to_json(&self) -> Result<Map<String, Value>> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => Ok(object),
            _ => Err(FailureCode::Internal.error(OP, "a request did not become JSON")),
        }
    }

    /// What a command of MicroSIP's command line asks; `None` for what concerns the program rather than the phone
    /// (`/reset`).
    pub fn of_command(command: &cmdline::Command) -> Option<Request> {
        use cmdline::Command as C;
        let text = |target: &CallTarget| super::dial::as_typed(target.text(), target.is_secure()).into_owned();
        Some(match command {
            C::Call(target) => Request::Call {
                target: target.text().to_owned(),
                secure: target.is_secure(),
                until: None,
            },
            C::Message { to, text: message } => Request::Message {
                to: text(to),
                text: message.clone(),
            },
            C::Answer => Request::Answer { call: None },
            C::Hangup => Request::Hangup { call: None },
            C::HangupAll => Request::HangupAll {},
            C::HangupIncoming => Request::HangupIncoming {},
            C::HangupCalling => Request::HangupCalling {},
            C::Hold(switch) => Request::Hold {
                call: None,
                state: (*switch).into(),
            },
            // Digits for the number field of a window that is not there.
            C::Dtmf(Digits { ask: true, .. }) => Request::Show {},
            C::Dtmf(digits) => Request::Dtmf {
                call: None,
                digits: digits.digits.as_str().into(),
            },
            C::Transfer(target) => Request::Transfer {
                call: None,
                target: text(target),
            },
            C::MicrophoneMute(switch) => Request::Mute {
                side: Side::Microphone,
                state: (*switch).into(),
            },
            C::SpeakerMute(switch) => Request::Mute {
                side: Side::Speaker,
                state: (*switch).into(),
            },
            C::MicrophoneVolume(by) => Request::Volume {
                side: Side::Microphone,
                percent: None,
                by: Some(*by),
            },
            C::SpeakerVolume(by) => Request::Volume {
                side: Side::Speaker,
                percent: None,
                by: Some(*by),
            },
            C::UseAccount(number) => Request::Account { number: *number },
            C::StorePassword { account, password } => Request::Password {
                number: Some(*account),
                password: password.clone(),
            },
            C::Password(password) => Request::Password {
                number: None,
                password: password.clone(),
            },
            C::Show => Request::Show {},
            C::Hide => Request::Hide {},
            C::Status => Request::Status {},
            C::Ready => Request::Ready {},
            C::Exit => Request::Exit {},
            C::Reset { .. } => return None,
        })
    }
}

/// The names of requests, as in JSON.
pub(super) const NAMES: [&str; 46] = [
    "call",
    "redial",
    "voicemail",
    "pickup",
    "answer",
    "hangup",
    "hangup_all",
    "hangup_incoming",
    "hangup_calling",
    "reject",
    "redirect",
    "hold",
    "mute",
    "volume",
    "dtmf",
    "transfer",
    "transfer_to",
    "conference",
    "select",
    "record",
    "message",
    "presence",
    "button",
    "account",
    "password",
    "register",
    "unregister",
    "status",
    "calls",
    "quality",
    "accounts",
    "contacts",
    "refresh_directory",
    "history",
    "messages",
    "settings",
    "set",
    "reload",
    "devices",
    "codecs",
    "ready",
    "show",
    "hide",
    "exit",
    "subscribe",
    "unsubscribe",
];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_false(value: &bool) -> bool {
    !value
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::from)
}

fn reveal<S: Serializer>(secret: &Secret, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(secret.reveal())
}
