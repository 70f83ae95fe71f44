//! Messages of others.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use super::text::decode;
use crate::account::AccountId;
use crate::call::CallId;
use crate::engine::{Lane, Shared};
use crate::presence::{Cpim, ImdnKind, NotifyRequest};
use crate::sip::headers::split_outside;
use crate::sip::{Headers, Message, Transport, uri};
use crate::{Error, Result};

/// A notification that somebody asked for, and all that it takes to send it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) account: AccountId,
    pub(crate) call: Option<CallId>,
    /// Where requests to the sender go.
    pub(crate) reply_to: String,
    /// The message's id, sender, recipient and time, as its envelope has them.
    pub(crate) message_id: String,
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) original_recipient: Option<String>,
    pub(crate) date_time: Option<SystemTime>,
    pub(crate) notify: NotifyRequest,
}

/// What is known of a message when it is told.
pub(crate) struct Received {
    pub(crate) id: u64,
    pub(crate) account: AccountId,
    pub(crate) call: Option<CallId>,
    pub(crate) sip: Message,
    pub(crate) envelope: Option<Cpim>,
    /// Why it is told as it came.
    pub(crate) warning: Option<Error>,
}

struct ReceivedCore {
    id: u64,
    sip: Message,
    from: String,
    reply_to: String,
    display: Option<String>,
    to: String,
    content_type: String,
    body: Vec<u8>,
    text: Option<String>,
    warning: Option<Error>,
    envelope: Option<Cpim>,
    asked: Option<Asked>,
    displayed: AtomicBool,
    shared: Arc<Shared>,
}

/// A message that came in (RFC 3428), answered already. Cheap to clone; it stays valid for ever.
#[derive(Clone)]
pub struct ReceivedMessage {
    core: Arc<ReceivedCore>,
}

impl ReceivedMessage {
    pub(crate) fn new(shared: &Arc<Shared>, received: Received) -> ReceivedMessage {
        let Received {
            id,
            account,
            call,
            sip,
            mut envelope,
            warning,
        } = received;
        let header = sip.header("From").unwrap_or_default();
        let from = uri::bare(address(header)).to_owned();
        let to = uri::bare(address(sip.header("To").unwrap_or_default())).to_owned();
        let (content_type, body) = match &mut envelope {
            Some(cpim) => (cpim.content_type.clone(), std::mem::take(&mut cpim.content)),
            None => (
                sip.header("Content-Type").unwrap_or_default().to_owned(),
                sip.body().to_vec(),
            ),
        };
        let (text, unreadable) = decode(&content_type, &body);
        let reply_to = answer_to(&from, &sip);
        let asked = envelope
            .as_ref()
            .filter(|cpim| cpim.notify.any() && !sip.identity().anonymous)
            .and_then(|cpim| {
                Some(Asked {
                    account,
                    call,
                    reply_to: reply_to.clone(),
                    message_id: cpim.message_id.clone()?,
                    sender: cpim.from.clone().unwrap_or_else(|| from.clone()),
                    recipient: cpim.to.first().cloned().unwrap_or_else(|| to.clone()),
                    original_recipient: cpim.original_to.as_deref().map(|to| uri::bare(to).to_owned()),
                    date_time: cpim.date_time,
                    notify: cpim.notify,
                })
            });
        ReceivedMessage {
            core: Arc::new(ReceivedCore {
                id,
                display: display_name(header),
                from,
                reply_to,
                to,
                content_type,
                body,
                text,
                warning: warning.or(unreadable),
                envelope,
                asked,
                displayed: AtomicBool::new(false),
                shared: Arc::clone(shared),
                sip,
            }),
        }
    }

    /// What the sender wants to be told, and how.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.core.asked.as_ref()
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    /// Whose it says it is: the URI of From. Worth as much as the network it came through.
    pub fn from(&self) -> &str {
        &self.core.from
    }

    /// Where an answer goes: the URI of From. Where that is a bare address without port, and the message came from it over UDP, it has
    /// the port it came from: RFC 3261 §19.1.1 leaves ports out of From, and without a server nobody else knows it.
    pub fn reply_to(&self) -> &str {
        &self.core.reply_to
    }

    /// The name beside it.
    pub fn display(&self) -> Option<&str> {
        self.core.display.as_deref()
    }

    /// Whom it is for: the URI of To.
    pub fn to(&self) -> &str {
        &self.core.to
    }

    /// The content's type with its parameters, as it was written; empty when none was given.
    pub fn content_type(&self) -> &str {
        &self.core.content_type
    }

    /// The text, if the content is one (`text/…`, or of no type at all), read by its `charset`: UTF-8 unless it says otherwise
    /// (RFC 3261 §7.4.1). What cannot be read is U+FFFD, and [`warning`](Self::warning) tells.
    pub fn text(&self) -> Option<&str> {
        self.core.text.as_deref()
    }

    /// The content, as it is.
    pub fn body(&self) -> &[u8] {
        &self.core.body
    }

    /// The headers of the request.
    pub fn headers(&self) -> &Headers {
        self.core.sip.headers()
    }

    /// The request itself.
    pub fn sip(&self) -> &Message {
        &self.core.sip
    }

    /// When it came.
    pub fn received_at(&self) -> SystemTime {
        self.core.sip.received_at()
    }

    /// The envelope it came in (`message/cpim`, RFC 3862), its content taken out: that is what the functions above tell.
    pub fn envelope(&self) -> Option<&Cpim> {
        self.core.envelope.as_ref()
    }

    /// Which notifications the sender asks for (RFC 5438). Those of delivery are sent by themselves.
    pub fn notify(&self) -> NotifyRequest {
        self.core.asked.as_ref().map(|asked| asked.notify).unwrap_or_default()
    }

    /// Tells the sender that the message was displayed, if it asks for that; whether a notification was sent. It is sent once, in the
    /// message's call while that lasts. Its failure is not told.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) when the account was removed, [`NotRunning`](crate::ErrorKind::NotRunning) after close.
    ///
    /// # Threads
    /// Any.
    pub fn displayed(&self) -> Result<bool> {
        const OP: &str = "message displayed";
        let asked = self.core.asked.as_ref().filter(|asked| asked.notify.display);
        let Some(asked) = asked.cloned() else { return Ok(false) };
        if self.core.displayed.swap(true, Ordering::AcqRel) {
            return Ok(false);
        }
        let sent = self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.receipt_send(OP, &asked, ImdnKind::Display)
        });
        if sent.is_err() {
            self.core.displayed.store(false, Ordering::Release);
        }
        sent.map(|()| true)
    }

    /// What was wrong with its content, which then is told as far as it could be read.
    pub fn warning(&self) -> Option<&Error> {
        self.core.warning.as_ref()
    }
}

impl fmt::Debug for ReceivedMessage {
    /// Without the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("id", &self.id())
            .field("from", &crate::redact::redact(self.from()))
            .field("content_type", &self.content_type())
            .field("bytes", &self.body().len())
            .field("warning", &self.warning())
            .finish_non_exhaustive()
    }
}

/// A header's address, without the header's own parameters.
pub(crate) fn address(value: &str) -> &str {
    split_outside(value, b';').next().unwrap_or_default().trim()
}

/// See [`ReceivedMessage::reply_to`].
fn answer_to(from: &str, sip: &Message) -> String {
    let host = uri::host_port(from);
    let source = sip.source().filter(|_| sip.transport() == Transport::Udp);
    match source {
        Some(source) if host.trim_matches(['[', ']']).parse() == Ok(source.ip()) => {
            let user = uri::user(from);
            let at = if user.is_empty() { "" } else { "@" };
            format!("sip:{user}{at}{source}")
        }
        _ => from.to_owned(),
    }
}

/// The name before the angle brackets, quotes and escapes resolved.
pub(crate) fn display_name(value: &str) -> Option<String> {
    let name = value[..value.rfind('<')?].trim();
    let name = match name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) {
        Some(quoted) => {
            let mut plain = String::with_capacity(quoted.len());
            let mut chars = quoted.chars();
            while let Some(c) = chars.next() {
                plain.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
            }
            plain
        }
        None => name.to_owned(),
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_to_the_port_a_message_came_from_where_no_server_is() {
        for (from, transport, expected) in [
            ("sip:a@192.0.2.1", Transport::Udp, "sip:a@192.0.2.1:5999"),
            ("sip:192.0.2.1;x=1", Transport::Udp, "sip:192.0.2.1:5999"),
            ("sip:a@192.0.2.1", Transport::Tcp, "sip:a@192.0.2.1"),
            ("sip:a@192.0.2.1:5070", Transport::Udp, "sip:a@192.0.2.1:5070"),
            ("sip:a@192.0.2.2", Transport::Udp, "sip:a@192.0.2.2"),
            ("sip:a@example.org", Transport::Udp, "sip:a@example.org"),
        ] {
            let sip = Message::new(
                b"MESSAGE sip:b@h SIP/2.0\r\n\r\n",
                "192.0.2.1:5999".parse().ok(),
                transport,
            );
            assert_eq!(answer_to(from, &sip), expected);
        }
    }

    #[test]
    fn names_are_unquoted() {
        for (value, name) in [
            ("sip:a@h", None),
            ("<sip:a@h>;tag=1", None),
            ("Alice Ä <sip:a@h>", Some("Alice Ä")),
            (r#""A \"x\" <b>" <sip:a@h>"#, Some(r#"A "x" <b>"#)),
        ] {
            assert_eq!(display_name(value).as_deref(), name, "{value}");
        }
    }
}
