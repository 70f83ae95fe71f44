//! Messages of ours: the handle, and what becomes of them.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::{MessageOptions, fresh_id};
use crate::account::{Account, AccountId};
use crate::call::Call;
use crate::engine::Lane;
use crate::presence::NotifyRequest;
use crate::request::{Request, Response};
use crate::sip::uri;
use crate::watch::Watch;
use crate::{Error, ErrorKind, Result};

/// What is known about a message of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageStatus {
    /// The peer or a server on the way took it: 200, or 202 when a server keeps it or passes it on later (RFC 3428 §7).
    Accepted,
    /// It was refused, or no answer came: it is not known to have arrived, and is not sent again by itself.
    Failed,
    /// It reached the recipient's device (RFC 5438 §7.2.1.1).
    Delivered,
    /// It did not reach it, and will not.
    Undelivered,
    /// It was shown to somebody (§7.2.1.3).
    Displayed,
    /// A server on the way took it (§7.2.1.2).
    Processed,
    /// A server on the way keeps it until the recipient is there.
    Stored,
    /// The recipient's side says that it will not or cannot tell.
    Unknown,
}

impl MessageStatus {
    /// Stable lower-case name, as it appears in JSON: `"accepted"`, `"failed"`, …
    pub fn name(self) -> &'static str {
        match self {
            MessageStatus::Accepted => "accepted",
            MessageStatus::Failed => "failed",
            MessageStatus::Delivered => "delivered",
            MessageStatus::Undelivered => "undelivered",
            MessageStatus::Displayed => "displayed",
            MessageStatus::Processed => "processed",
            MessageStatus::Stored => "stored",
            MessageStatus::Unknown => "unknown",
        }
    }
}

/// What was told so far.
#[derive(Default)]
struct News {
    statuses: Vec<MessageStatus>,
    /// Nothing more will be told.
    over: bool,
}

struct SentCore {
    request: Request,
    account: AccountId,
    news: Watch<News>,
    target: String,
    message_id: Option<String>,
}

/// A message of ours (RFC 3428). Dropping the handle changes nothing.
#[derive(Clone)]
pub struct SentMessage {
    core: Arc<SentCore>,
}

impl SentMessage {
    fn new(request: Request, account: AccountId, target: &str, notify: NotifyRequest) -> SentMessage {
        SentMessage {
            core: Arc::new(SentCore {
                request,
                account,
                news: Watch::new(News::default()),
                target: target.to_owned(),
                message_id: notify.any().then(fresh_id),
            }),
        }
    }

    pub(crate) fn request(&self) -> &Request {
        &self.core.request
    }

    /// Something is known about it; before that is told to all.
    pub(crate) fn keep_status(&self, status: MessageStatus) {
        self.core.news.alter(|news| news.statuses.push(status));
    }

    /// No notification about it will be known any more.
    pub(crate) fn end_of_news(&self) {
        self.core.news.alter(|news| news.over = true);
    }

    /// Its number in this process; never reused. All events about it have it.
    pub fn id(&self) -> u64 {
        self.core.request.id()
    }

    /// Whose message it is.
    pub fn account(&self) -> AccountId {
        self.core.account
    }

    /// Whom it was sent to.
    pub fn target(&self) -> &str {
        &self.core.target
    }

    /// What notifications name it by (`imdn.Message-ID`); only if some were asked for.
    pub fn message_id(&self) -> Option<&str> {
        self.core.message_id.as_deref()
    }

    /// The final answer, once it is there.
    pub fn response(&self) -> Option<Arc<Response>> {
        self.core.request.response()
    }

    /// Waits for the final answer, whatever it is: [`Response::error`] is set unless it is 2xx.
    ///
    /// # Errors
    /// [`Timeout`](crate::ErrorKind::Timeout) when the deadline passes first.
    pub fn wait(&self, timeout: Duration) -> Result<Arc<Response>> {
        self.core.request.wait(timeout)
    }

    /// Everything that is known about it, in the order in which it was told.
    pub fn statuses(&self) -> Vec<MessageStatus> {
        self.core.news.look(|news| news.statuses.clone())
    }

    /// Waits until this is known about it. What was displayed was delivered, too, and everything that is told of it was accepted.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first; the reason of its failure; [`WrongState`](ErrorKind::WrongState)
    /// when that notification was not asked for; [`Gone`](ErrorKind::Gone) when the recipient's side says something else for good, or
    /// the endpoint is closed.
    pub fn wait_for(&self, status: MessageStatus, timeout: Duration) -> Result<()> {
        self.core.request.core.shared.refuse_wait_on_engine(WAIT)?;
        let found = self.core.news.wait(timeout, |news| self.outcome(status, news));
        found.unwrap_or_else(|| {
            let message = format!("the message is not known to be {} after {timeout:?}", status.name());
            Err(Error::new(ErrorKind::Timeout, WAIT, message))
        })
    }

    /// As [`SentMessage::wait_for`], for tasks of any runtime: while nothing is known, the task is woken when there is news.
    pub fn poll_for(&self, status: MessageStatus, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.core.news.poll(cx, |news| self.outcome(status, news))
    }

    /// As [`SentMessage::wait`], for tasks of any runtime: without an answer, the task is woken when there is one.
    pub fn poll_response(&self, cx: &mut Context<'_>) -> Poll<Arc<Response>> {
        self.core.request.poll_response(cx)
    }

    fn outcome(&self, wanted: MessageStatus, news: &News) -> Option<Result<()>> {
        use MessageStatus::{Accepted, Delivered, Displayed, Failed, Undelivered, Unknown};
        let told = |status| news.statuses.contains(&status);
        let implied = match wanted {
            Accepted => !told(Failed) && !news.statuses.is_empty(),
            Delivered => told(Displayed),
            _ => false,
        };
        if told(wanted) || implied {
            return Some(Ok(()));
        }
        if told(Failed) {
            let error = self.response().and_then(|response| response.error.clone());
            return Some(Err(
                error.unwrap_or_else(|| Error::new(ErrorKind::Gone, WAIT, "the message failed"))
            ));
        }
        let gone = |why: &str| Some(Err(Error::new(ErrorKind::Gone, WAIT, why)));
        match wanted {
            Accepted => None,
            Failed if told(Accepted) => gone("the message was accepted"),
            Failed => None,
            _ if self.message_id().is_none() => Some(Err(Error::new(
                ErrorKind::WrongState,
                WAIT,
                "no notification was asked for; see MessageOptions::notify",
            ))),
            _ if told(Undelivered) => gone("the message did not reach its recipient, and will not"),
            Undelivered if told(Delivered) => gone("the message was delivered"),
            _ if told(Unknown) => gone("the recipient's side does not tell what became of the message"),
            _ if news.over => gone("nothing more will be known about the message"),
            _ => None,
        }
    }
}

const WAIT: &str = "wait for message";

impl PartialEq for SentMessage {
    fn eq(&self, other: &SentMessage) -> bool {
        self.id() == other.id()
    }
}

impl Eq for SentMessage {}

impl fmt::Debug for SentMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentMessage")
            .field("id", &self.id())
            .field("target", &crate::redact::redact(self.target()))
            .finish_non_exhaustive()
    }
}

const OP: &str = "send message";

impl Account {
    /// Sends a message to `target` (RFC 3428), a text or a [`MessageOptions`]: a request of its own, outside of any call.
    ///
    /// Returns once it is queued. What becomes of it is waited for with [`SentMessage::wait`] or arrives as
    /// [`Event::MessageStatus`](crate::Event::MessageStatus), exactly one with `Accepted` or `Failed`, also when the endpoint is
    /// closed meanwhile. A 401 or 407 is answered with the account's credentials by itself.
    ///
    /// A message is sent at once or not at all: while the network is away it fails, and nothing is kept for later. A server may do
    /// that, and answers 202.
    ///
    /// A request of more than 1,300 bytes goes over TCP ([`EndpointConfig::switch_to_tcp`](crate::EndpointConfig::switch_to_tcp)).
    /// Where that is off, or the peer takes no TCP, it fails with
    /// [`MessageNeedsTcp`](crate::FailureCode::MessageNeedsTcp): RFC 3428 §8 does not let it go over UDP.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed URI or content type, or a body of more than 48,000 bytes;
    /// [`Gone`](crate::ErrorKind::Gone) when the account was removed.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_im_send")]
    pub fn send_message(&self, target: &str, message: impl Into<MessageOptions>) -> Result<SentMessage> {
        let message = message.into();
        message.check(OP)?;
        uri::check(OP, "target", target)?;
        let sent = SentMessage::new(
            Request::new(self.shared(), "MESSAGE"),
            self.id(),
            target,
            message.notify,
        );
        let message = message.in_envelope(self.aor(), target, sent.message_id())?;
        let (id, handle) = (self.id(), sent.clone());
        let additions = message.additions();
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.message_send(OP, id, handle, &additions)
        })?;
        Ok(sent)
    }
}

impl Call {
    /// Sends a message in this call's dialog, from the first provisional answer on; otherwise as [`Account::send_message`]. It takes
    /// the way of the call's requests.
    ///
    /// # Errors
    /// As there, and [`WrongState`](crate::ErrorKind::WrongState) while there is no dialog yet, [`Gone`](crate::ErrorKind::Gone) after the end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_send_im")]
    pub fn send_message(&self, message: impl Into<MessageOptions>) -> Result<SentMessage> {
        let message = message.into();
        message.check(OP)?;
        let info = self.info();
        let sent = SentMessage::new(
            Request::new(self.shared(), "MESSAGE"),
            info.account,
            &info.remote_uri,
            message.notify,
        );
        let message = message.in_envelope(&info.local_uri, &info.remote_uri, sent.message_id())?;
        let (id, handle) = (self.id(), sent.clone());
        let additions = message.additions();
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.message_send_in_call(OP, id, handle, &additions)
        })?;
        Ok(sent)
    }
}
