//! Typing indications (RFC 3994).

use crate::Result;
use crate::account::Account;
use crate::call::Call;
use crate::engine::{Lane, Whom};
use crate::presence::TypingState;
use crate::sip::uri;

/// Why somebody types, or does no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TypingCause {
    /// The peer said so.
    Told,
    /// The peer has not said again that it types, for as long as it wanted to be believed; 120 s if it named no time (RFC 3994 §3.3).
    Expired,
    /// Its message came.
    Message,
    /// The call in which it typed is over.
    CallEnded,
}

impl TypingCause {
    /// Stable lower-case name, as it appears in JSON: `"told"`, `"expired"`, `"message"` or `"call_ended"`.
    pub fn name(self) -> &'static str {
        match self {
            TypingCause::Told => "told",
            TypingCause::Expired => "expired",
            TypingCause::Message => "message",
            TypingCause::CallEnded => "call_ended",
        }
    }
}

/// Whether a peer types.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeerTyping {
    /// Whose From it is, as URI.
    pub from: String,
    /// The name beside it.
    pub display: Option<String>,
    /// Whether a message is being composed.
    pub state: TypingState,
    /// What is being composed, as the peer says, such as `text/plain`.
    pub content_type: Option<String>,
    /// Why it is so.
    pub cause: TypingCause,
}

const OP: &str = "typing";

impl Account {
    /// Tells `target` that somebody types a message for it, outside of any call (RFC 3994): to be called at every key, or every few
    /// seconds, with `true`.
    ///
    /// An indication goes out when it begins, again before the peer would cease to believe it
    /// ([`MessageConfig::typing_refresh`](crate::MessageConfig::typing_refresh)), and one that it has ended after
    /// [`MessageConfig::typing_idle`](crate::MessageConfig::typing_idle) without another call, or at once with `false`.
    /// [`Account::send_message`] to the same target ends it without one. A peer that answers that it does not know such things
    /// (405, 415, 501, …) is not sent any more; other failures of an indication are not told.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed URI, [`Gone`](crate::ErrorKind::Gone) when the account was
    /// removed.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_im_typing")]
    pub fn typing(&self, target: &str, typing: bool) -> Result<()> {
        uri::check(OP, "target", target)?;
        let whom = Whom::Target(self.id(), target.to_owned());
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.typing_set(OP, whom, typing))
    }
}

impl Call {
    /// As [`Account::typing`], in this call's dialog.
    ///
    /// # Errors
    /// [`WrongState`](crate::ErrorKind::WrongState) while there is no dialog yet, [`Gone`](crate::ErrorKind::Gone) after the end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_send_typing_ind")]
    pub fn typing(&self, typing: bool) -> Result<()> {
        let whom = Whom::Call(self.id());
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.typing_set(OP, whom, typing))
    }
}
