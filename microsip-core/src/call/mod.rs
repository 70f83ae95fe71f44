//! Calls: make, ring, answer, reject, cancel, hang up, wait, hold, mute, re-INVITE, UPDATE, DTMF.

mod audio;
mod dtmf;
mod files;
mod hold;
mod info;
mod options;
mod quality;
mod session;
mod state;
mod story;
mod transfer;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

pub use dtmf::DtmfOptions;
pub use hold::{HoldMode, HoldOptions, HoldState};
pub use info::CallInfo;
pub(crate) use options::name_addr;
pub use options::{AnswerOptions, CallOptions, HangUpOptions, RedirectPolicy, RejectOptions};
pub(crate) use session::Ask;
pub use session::{ReinviteOptions, SessionRequest, UpdateOptions};
pub use state::{CallEnd, CallState, EndCause, EndedBy};
pub use story::{Decision, Story, StoryEntry, StoryStep};
pub use transfer::{ReferTo, TransferOptions, TransferProgress, TransferRequest, TransferState};
pub(crate) use transfer::{Requested, attended};

use crate::engine::{Lane, Shared};
use crate::event::Direction;
use crate::event::Events;
use crate::media::CodecChoice;
use crate::sip::{Additions, StatusCode};
use crate::watch::Watch;
use crate::{Error, ErrorKind, Result};

/// Number of a call, counted up in this process and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub(crate) u64);

impl CallId {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

const WAIT: &str = "wait for call";

pub(crate) struct CallCore {
    id: CallId,
    shared: Arc<Shared>,
    newest: Watch<Arc<CallInfo>>,
    story: Mutex<story::Diary>,
    typed: Mutex<dtmf::Typed>,
    /// The `Disconnected` event has been published.
    over: AtomicBool,
}

/// A handle to a call; cheap to clone, usable from any thread.
///
/// Dropping it sends nothing on the wire: the call goes on until somebody ends it. Once it has ended, [`Call::info`]
/// keeps answering with the final snapshot and every command answers [`Gone`](ErrorKind::Gone).
#[derive(Clone)]
pub struct Call {
    core: Arc<CallCore>,
}

impl Call {
    pub(crate) fn new(shared: Arc<Shared>, info: CallInfo) -> Call {
        Call {
            core: Arc::new(CallCore {
                id: info.id,
                shared,
                newest: Watch::new(Arc::new(info)),
                story: Mutex::default(),
                typed: Mutex::default(),
                over: AtomicBool::new(false),
            }),
        }
    }

    /// What is shown of it; `None` in a forked child that cannot know.
    fn seen<R>(&self, look: impl FnOnce(&Arc<CallInfo>) -> R) -> Option<R> {
        self.core.newest.look_from(self.core.shared.origin(), look)
    }

    pub(crate) fn set_info(&self, info: CallInfo) -> Arc<CallInfo> {
        let info = Arc::new(info);
        self.core.newest.set(Arc::clone(&info));
        info
    }

    pub(crate) fn diary(&self) -> MutexGuard<'_, story::Diary> {
        self.core.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn typed(&self) -> MutexGuard<'_, dtmf::Typed> {
        self.core.typed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mark_over(&self) {
        self.core.over.store(true, Ordering::Release);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.core.over.load(Ordering::Acquire)
    }

    /// The call's number.
    pub fn id(&self) -> CallId {
        self.core.id
    }

    /// The newest snapshot; the final one after the call has ended. Never waits for the engine.
    pub fn info(&self) -> Arc<CallInfo> {
        self.seen(Arc::clone)
            .unwrap_or_else(|| Arc::new(CallInfo::begun(self.core.id, crate::AccountId(0), Direction::Outgoing)))
    }

    /// The newest state.
    pub fn state(&self) -> CallState {
        self.seen(|info| info.state).unwrap_or(CallState::Disconnected)
    }

    /// Answers an incoming call.
    ///
    /// Sends the given 1xx or 2xx to the INVITE (RFC 3261 §13.3.1): 180 rings, 183 opens early media with our SDP, 200
    /// takes the call. Returns once the answer is queued; the outcome arrives as
    /// [`Event::CallState`](crate::Event::CallState).
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a code of 300 or more (use [`Call::reject`]),
    /// [`WrongState`](ErrorKind::WrongState) for an outgoing or already answered call, [`Gone`](ErrorKind::Gone) after
    /// its end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_answer2")]
    pub fn answer(&self, code: StatusCode) -> Result<()> {
        self.answer_with(code, AnswerOptions::default())
    }

    /// Like [`Call::answer`], with headers, a reason phrase and codecs.
    ///
    /// # Errors
    /// As there; [`InvalidArgument`](ErrorKind::InvalidArgument) for codecs the endpoint does not have, [`Media`](ErrorKind::Media)
    /// ([`NoCommonMedia`](crate::FailureCode::NoCommonMedia)) when none of them is in the offer (the call rings on), and
    /// [`WrongState`](ErrorKind::WrongState) when a provisional answer has agreed on codecs already.
    pub fn answer_with(&self, code: StatusCode, answer: AnswerOptions) -> Result<()> {
        const OP: &str = "answer";
        if code.is_failure() || code == StatusCode::TRYING {
            return Err(Error::invalid(
                OP,
                format!("{code} does not answer a call; give 101 to 299, or use reject"),
            ));
        }
        options::check_phrase(OP, answer.phrase.as_deref())?;
        let wishes = answer.media_wishes(OP)?;
        let id = self.core.id;
        self.core.shared.run(OP, Lane::Urgent, move |engine| {
            let additions = Additions::headers(answer.headers);
            engine.call_answer_media(OP, id, wishes)?;
            let mut codecs = CodecChoice::new(answer.codecs.as_deref(), answer.opus, answer.ptime);
            codecs.own_order = answer.prefer_own_codecs;
            engine.call_answer_with(OP, id, code, answer.phrase.as_deref(), &additions, codecs)
        })
    }

    /// Rejects an incoming call with a code from 300 to 699 and its usual reason phrase.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for another code, [`WrongState`](ErrorKind::WrongState) unless the
    /// call is incoming and unanswered, [`Gone`](ErrorKind::Gone) after its end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_hangup")]
    pub fn reject(&self, code: StatusCode) -> Result<()> {
        self.reject_with(code, RejectOptions::default())
    }

    /// Redirects an unanswered incoming call: answers 302 Moved Temporarily with these contacts, the preferred one first
    /// (RFC 3261 §21.3.3).
    ///
    /// # Errors
    /// As [`Call::reject_with`].
    pub fn redirect<T: Into<String>>(&self, contacts: impl IntoIterator<Item = T>) -> Result<()> {
        let options = contacts.into_iter().fold(RejectOptions::new(), RejectOptions::contact);
        if options.contacts.is_empty() {
            return Err(Error::invalid(
                "redirect",
                "no contact is given; name at least one place to try",
            ));
        }
        self.reject_with(StatusCode::MOVED_TEMPORARILY, options)
    }

    /// Like [`Call::reject`], with headers, a reason phrase, contacts and reasons.
    ///
    /// # Errors
    /// As there, and [`InvalidArgument`](ErrorKind::InvalidArgument) for a malformed contact.
    pub fn reject_with(&self, code: StatusCode, options: RejectOptions) -> Result<()> {
        const OP: &str = "reject";
        if !code.is_failure() {
            return Err(Error::invalid(
                OP,
                format!("{code} does not reject a call; give 300 to 699"),
            ));
        }
        options::check_phrase(OP, options.phrase.as_deref())?;
        let additions = options.additions(OP, code)?;
        let id = self.core.id;
        self.core.shared.run(OP, Lane::Urgent, move |engine| {
            engine.call_reject(OP, id, code, options.phrase.as_deref(), &additions)
        })
    }

    /// Ends the call in whatever way its state asks for.
    ///
    /// Sends BYE when it is up, CANCEL when we called and have no final answer, 603 Decline when it came in and is
    /// unanswered (RFC 3261 §15). Returns once the request is queued; the call is `Disconnected` by then.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it has ended already.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_hangup")]
    pub fn hang_up(&self) -> Result<()> {
        self.hang_up_with(HangUpOptions::default())
    }

    /// Like [`Call::hang_up`], with headers and reasons.
    ///
    /// # Errors
    /// As there.
    pub fn hang_up_with(&self, options: HangUpOptions) -> Result<()> {
        const OP: &str = "hang up";
        let additions = options.additions()?;
        let id = self.core.id;
        self.core
            .shared
            .run(OP, Lane::Urgent, move |engine| engine.call_hang_up(OP, id, &additions))
    }

    /// Waits until the call has reached `state` or a later one.
    ///
    /// States are passed in the order of [`CallState`]; waiting for one the call has left behind returns at once.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first. When the call ends before it got there, the error
    /// that ended it: [`Sip`](ErrorKind::Sip) with the peer's code, [`Transport`](ErrorKind::Transport),
    /// [`Tls`](ErrorKind::Tls), [`Timeout`](ErrorKind::Timeout); [`Gone`](ErrorKind::Gone) when somebody simply hung up.
    ///
    /// # Threads
    /// Any but the engine's: an inline [`Handler`](crate::Handler) must not wait.
    pub fn wait_for(&self, state: CallState, timeout: Duration) -> Result<Arc<CallInfo>> {
        self.core.shared.refuse_wait_on_engine(WAIT)?;
        let found = self.core.newest.wait(timeout, |info| reached(info, state));
        found.unwrap_or_else(|| {
            let now = self.state();
            Err(Error::new(
                ErrorKind::Timeout,
                WAIT,
                format!(
                    "call {} is still {now} after {timeout:?}, expected {state}",
                    self.core.id
                ),
            ))
        })
    }

    /// As [`Call::wait_for`], for tasks of any runtime: while the call is not there, the task is woken when its state changes.
    pub fn poll_for(&self, state: CallState, cx: &mut Context<'_>) -> Poll<Result<Arc<CallInfo>>> {
        if let Err(e) = self.core.shared.origin().check(WAIT) {
            return Poll::Ready(Err(e));
        }
        self.core.newest.poll(cx, |info| reached(info, state))
    }

    /// The call's own events, from now to its `Disconnected` event, after which the stream ends. A recording that ends with
    /// the call is finished later: see [`Recorder::wait_finished`](crate::Recorder::wait_finished) or [`Endpoint::events`](crate::Endpoint::events).
    pub fn events(&self) -> Events {
        self.core.shared.subscribe(Some(self))
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.core.shared
    }
}

/// What a wait for a state gives; `None` while it may still come.
fn reached(info: &Arc<CallInfo>, state: CallState) -> Option<Result<Arc<CallInfo>>> {
    if info.state == CallState::Disconnected && state != CallState::Disconnected {
        return Some(Err(ended_early(WAIT, info, state)));
    }
    (info.state >= state).then(|| Ok(Arc::clone(info)))
}

fn ended_early(op: &'static str, info: &CallInfo, wanted: CallState) -> Error {
    match &info.end {
        Some(end) => match &end.error {
            Some(error) => error.clone(),
            None => Error::new(
                ErrorKind::Gone,
                op,
                format!(
                    "call {} ended ({} {}, {} by {}) before it was {wanted}",
                    info.id,
                    end.code,
                    end.reason,
                    end.cause.name().replace('_', " "),
                    end.by.name()
                ),
            )
            .with_sip(end.code),
        },
        None => Error::new(
            ErrorKind::Gone,
            op,
            format!("call {} ended before it was {wanted}", info.id),
        ),
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.info();
        f.debug_struct("Call")
            .field("id", &info.id.0)
            .field("state", &info.state)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Call) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Call {}

impl std::hash::Hash for Call {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.core.id.hash(state);
    }
}

/// Hangs up when dropped, unless disarmed: for calls that must not outlive a scope.
#[derive(Debug)]
#[must_use = "dropping the guard hangs up"]
pub struct CallGuard {
    call: Option<Call>,
}

impl CallGuard {
    /// Guards a call.
    pub fn new(call: Call) -> CallGuard {
        CallGuard { call: Some(call) }
    }

    /// Gives the call back; it goes on.
    pub fn disarm(mut self) -> Option<Call> {
        self.call.take()
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            // Already ended is as good as ended now.
            drop(call.hang_up());
        }
    }
}
