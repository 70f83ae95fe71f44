//! Messages, typing, and what became of a message: data of the events, and the commands.

use microsip_core::{Call, Error, MessageOptions, MessageStatus, PeerTyping, ReceivedMessage, Response, SentMessage};
use serde::Serialize;

use super::events::{ErrorOut, OutEvent};
use super::state::Session;

/// A message that came in.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct MessageOut {
    pub message: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    pub to: String,
    pub content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<ErrorOut>,
}

impl MessageOut {
    /// A message as the library tells it.
    pub fn new(call: Option<&Call>, message: &ReceivedMessage) -> Self {
        MessageOut {
            message: message.id(),
            call: call.map(|call| call.id().get()),
            from: message.from().to_owned(),
            display: message.display().map(str::to_owned),
            to: message.to().to_owned(),
            content_type: message.content_type().to_owned(),
            text: message.text().map(str::to_owned),
            bytes: message.body().len(),
            warning: message.warning().map(ErrorOut::from),
        }
    }
}

/// What became of a message of ours.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct MessageStatusOut {
    pub message: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub target: String,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl MessageStatusOut {
    /// What the library tells.
    pub fn new(message: &SentMessage, call: Option<&Call>, status: MessageStatus, response: Option<&Response>) -> Self {
        MessageStatusOut {
            message: message.id(),
            call: call.map(|call| call.id().get()),
            target: message.target().to_owned(),
            status: status.name(),
            code: response.map(|r| r.code.code()),
            reason: response.map(|r| r.reason.clone()).filter(|r| !r.is_empty()),
            error: response.and_then(|r| r.error.as_ref()).map(ErrorOut::from),
        }
    }
}

/// Somebody types.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct TypingOut {
    pub from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub state: &'static str,
    pub cause: &'static str,
}

impl TypingOut {
    /// What the library tells.
    pub fn new(call: Option<&Call>, typing: &PeerTyping) -> Self {
        TypingOut {
            from: typing.from.clone(),
            display: typing.display.clone(),
            call: call.map(|call| call.id().get()),
            state: typing.state.name(),
            cause: typing.cause.name(),
        }
    }
}

impl Session<'_> {
    /// `message URI TEXT`.
    pub(super) fn send_message(&mut self, target: &str, text: &str) -> Result<(), Error> {
        self.with_headers(|session, headers| {
            let mut message = MessageOptions::text(text);
            message.headers = headers;
            session.account.send_message(target, message).map(drop)
        })
    }

    /// An event of the library about messages.
    pub(super) fn message(&mut self, call: Option<&Call>, message: &ReceivedMessage) {
        self.output.emit(OutEvent::Message(MessageOut::new(call, message)));
    }
}
