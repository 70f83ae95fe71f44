//! What a hook is told about a call.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use md5::{Digest as _, Md5};

use super::HookEvent;
use crate::{Direction, Secret};

/// The longest text of a call that is passed on, in bytes; what is longer is cut. Systems bound the length of arguments.
const MAX_TEXT: usize = 2048;

/// A call, as its hooks see it. All fields are optional; what is unknown is empty to the hook.
///
/// Control characters, NUL included, which no argument can hold, become U+FFFD; texts are cut to 2048 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookCall {
    /// User part of the other party's URI: `5551234`, `bob`, `anonymous`.
    pub number: String,
    /// Display name of the other party.
    pub name: String,
    /// Host part of the other party's URI, with its port if there is one.
    pub domain: String,
    /// The account's server.
    pub server: String,
    /// Our own user name.
    pub extension: String,
    /// The account's label.
    pub account: String,
    /// Who called.
    pub direction: Option<Direction>,
    /// SIP Call-ID. Hooks of calls with the same one run one after the other.
    pub call_id: String,
    /// Final SIP status, 100 to 699.
    pub status: Option<u16>,
    /// From answer to end.
    pub duration: Option<Duration>,
    /// The recording's file.
    pub recording: Option<PathBuf>,
    /// When the call began; by default when the event was raised.
    pub started: Option<SystemTime>,
    /// The account's password, for the placeholders `{password}` and `{md5_password}` only. Arguments of a running program
    /// are seen by other users of most systems: give it only where the owner of the settings asks for it.
    pub password: Option<Secret>,
}

macro_rules! builders {
    ($($(#[$doc:meta])* $field:ident: $type:ty;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = $field.into();
            self
        })*
    };
}

impl HookCall {
    /// A call with that other party.
    pub fn new(number: impl Into<String>) -> Self {
        HookCall {
            number: number.into(),
            ..HookCall::default()
        }
    }

    builders! {
        /// Sets the display name of the other party.
        name: String;
        /// Sets the host part of the other party's URI.
        domain: String;
        /// Sets the account's server.
        server: String;
        /// Sets our own user name.
        extension: String;
        /// Sets the account's label.
        account: String;
        /// Sets who called.
        direction: Option<Direction>;
        /// Sets the SIP Call-ID.
        call_id: String;
        /// Sets the final SIP status.
        status: Option<u16>;
        /// Sets the time from answer to end.
        duration: Option<Duration>;
        /// Sets the recording's file.
        recording: Option<PathBuf>;
        /// Sets when the call began.
        started: Option<SystemTime>;
        /// Sets the password; see [`HookCall::password`].
        password: Option<Secret>;
    }

    /// The argument MicroSIP appends (reference section 5.2): the user part; for Busy and End the host if there is none.
    pub(super) fn argument(&self, event: HookEvent) -> String {
        match event {
            HookEvent::CallBusy | HookEvent::CallEnd if self.number.is_empty() => clean(&self.domain),
            _ => clean(&self.number),
        }
    }

    /// The value of `{name}`, not encoded yet; `None` if there is no such placeholder. `at` is when the event was raised.
    pub(super) fn placeholder(&self, name: &str, at: SystemTime) -> Option<String> {
        let password = self.password.as_ref().map_or("", Secret::reveal);
        Some(match name {
            "callerid" if self.name.is_empty() => clean(&self.number),
            "callerid" | "name" => clean(&self.name),
            "user" | "number" => clean(&self.number),
            "domain" => clean(&self.domain),
            "server" => clean(&self.server),
            "extension" => clean(&self.extension),
            "password" => password.to_owned(),
            "md5_password" if self.password.is_none() => String::new(),
            "md5_password" => Md5::digest(password).iter().map(|byte| format!("{byte:02x}")).collect(),
            "time" => {
                let time = self.started.unwrap_or(at).duration_since(UNIX_EPOCH);
                time.map_or(0, |time| time.as_secs()).to_string()
            }
            "duration" => self.duration.map_or("-1".to_owned(), |time| time.as_secs().to_string()),
            "callid" => clean(&self.call_id),
            "direction" => self.direction.map_or("", Direction::name).to_owned(),
            _ => return None,
        })
    }

    /// The variables for the hook. All of them are always set, so that none is inherited from elsewhere.
    pub(super) fn environment(&self, event: HookEvent) -> [(&'static str, OsString); 9] {
        let recording = match &self.recording {
            // A file cannot be called so, and a process with it would not start.
            Some(path) if path.as_os_str().as_encoded_bytes().contains(&0) => clean(&path.to_string_lossy()).into(),
            Some(path) => path.clone().into_os_string(),
            None => OsString::new(),
        };
        let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string()).into();
        [
            ("MICROSIP_EVENT", event.name().into()),
            ("MICROSIP_CALL_ID", clean(&self.call_id).into()),
            ("MICROSIP_NUMBER", self.argument(event).into()),
            ("MICROSIP_NAME", clean(&self.name).into()),
            ("MICROSIP_DIRECTION", self.direction.map_or("", Direction::name).into()),
            ("MICROSIP_STATUS", number(self.status.map(u64::from))),
            ("MICROSIP_DURATION", number(self.duration.map(|time| time.as_secs()))),
            ("MICROSIP_ACCOUNT", clean(&self.account).into()),
            ("MICROSIP_RECORDING", recording),
        ]
    }
}

/// A text that any system takes as an argument.
fn clean(text: &str) -> String {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text[..end].chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_cleaned() {
        assert_eq!(clean("a\0b\nc\u{85}d"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}d");
        assert_eq!(clean(&"é".repeat(5000)), "é".repeat(1024));
        assert_eq!(clean(&format!("a{}", "é".repeat(5000))).len(), 2047);
    }

    #[test]
    fn the_argument_is_the_host_only_at_the_end() {
        let call = HookCall::new("").domain("pbx.example");
        for event in HookEvent::ALL {
            let ends = matches!(event, HookEvent::CallBusy | HookEvent::CallEnd);
            assert_eq!(call.argument(event), if ends { "pbx.example" } else { "" }, "{event:?}");
        }
        assert_eq!(HookCall::new("7").domain("h").argument(HookEvent::CallEnd), "7");
    }

    #[test]
    fn a_recording_that_no_process_could_be_told_is_cleaned() {
        let call = HookCall::new("1").recording(PathBuf::from("a\0b"));
        let all = call.environment(HookEvent::CallEnd);
        assert_eq!(all[8], ("MICROSIP_RECORDING", "a\u{FFFD}b".into()));
    }
}
