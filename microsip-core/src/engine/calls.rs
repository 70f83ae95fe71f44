//! Calls on the engine's side: the table, commands, and what callbacks report.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant, SystemTime};

use super::Engine;
use super::outbox::Urgency;
use crate::account::AccountId;
use crate::call::{Call, CallEnd, CallId, CallInfo, CallState, EndCause, EndedBy};
use crate::event::{Direction, Event};
use crate::media::StreamStats;
use crate::pj::{CallSnapshot, DtmfStep, EndHint};
use crate::policy::IncomingPolicy;
use crate::sip::{Digit, DtmfMethod, StatusCode, Transport, uri};
use crate::{Error, ErrorKind, Result};

pub(super) struct Entry {
    pub(super) call: Call,
    /// PJSUA's index; recycled by PJSUA after the call, so never shown.
    pub(super) slot: i32,
    pub(super) info: CallInfo,
    /// The bridge port of the call's audio while it runs.
    pub(super) bridge_port: Option<i32>,
    /// The INVITE goes over TLS.
    secure: bool,
    /// A digit the peer is holding, and for how many milliseconds so far.
    dtmf: Option<(Digit, u32)>,
}

#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<CallId, Entry>,
    by_slot: HashMap<i32, CallId>,
    /// The call being made: PJSUA reports on it before it has told its index.
    making: Option<Entry>,
}

impl Table {
    pub(super) fn get(&self, op: &'static str, id: CallId) -> Result<&Entry> {
        self.by_id.get(&id).ok_or_else(|| gone(op, id))
    }

    pub(super) fn get_mut(&mut self, op: &'static str, id: CallId) -> Result<&mut Entry> {
        self.by_id.get_mut(&id).ok_or_else(|| gone(op, id))
    }

    /// The entry of `slot`; binds the call being made to it if the slot is not known yet.
    fn at_slot(&mut self, slot: i32) -> Option<&mut Entry> {
        if !self.by_slot.contains_key(&slot) {
            let mut entry = self.making.take()?;
            entry.slot = slot;
            self.insert(entry);
        }
        self.by_id.get_mut(self.by_slot.get(&slot)?)
    }

    fn insert(&mut self, entry: Entry) {
        crate::pj::name_slot(entry.slot, entry.call.id());
        self.by_slot.insert(entry.slot, entry.call.id());
        self.by_id.insert(entry.call.id(), entry);
    }

    fn remove(&mut self, id: CallId) -> Option<Entry> {
        let entry = self.by_id.remove(&id)?;
        self.by_slot.remove(&entry.slot);
        crate::pj::forget_slot(entry.slot);
        Some(entry)
    }

    fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_id.values()
    }
}

fn gone(op: &'static str, id: CallId) -> Error {
    Error::new(ErrorKind::Gone, op, format!("call {id} has ended"))
}

impl Engine {
    pub(crate) fn call_make(&self, op: &'static str, account: AccountId, target: &str) -> Result<Call> {
        let (account_slot, target, secure) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, account)?;
            // With a proxy its URI decides the transport; the target's stays as given.
            let target = if entry.has_proxy {
                target.to_owned()
            } else {
                uri::with_transport(target, entry.transport)
            };
            let secure = entry.transport == Transport::Tls || uri::is_secure(&target);
            (entry.slot, target, secure)
        };
        if self.calls_are_full() {
            return Err(self.limit_reached(op));
        }
        let mut info = CallInfo::begun(CallId(self.shared.next_id()), account, Direction::Outgoing);
        info.remote_uri = target.as_str().into();
        let (id, call) = (info.id, Call::new(self.shared.clone(), info.clone()));
        self.calls.borrow_mut().making = Some(Entry {
            call: call.clone(),
            slot: -1,
            info,
            bridge_port: None,
            secure,
            dtmf: None,
        });
        // Whatever happens below, a panic included, the bus is set free again and nothing is left half made.
        let held = self.hold(id);
        let made = self.pj.call_make(op, account_slot, &target);
        let mut table = self.calls.borrow_mut();
        let unbound = table.making.take();
        match made {
            Ok(slot) => {
                // No callback came: bind it here.
                if let Some(mut entry) = unbound {
                    entry.slot = slot;
                    table.insert(entry);
                }
                let count = table.len();
                drop(table);
                self.note_calls(count);
                held.publish();
                Ok(call)
            }
            Err(e) => {
                table.remove(id);
                drop(table);
                drop(held);
                Err(if e.kind() == ErrorKind::LimitReached {
                    self.limit_reached(op)
                } else {
                    e
                })
            }
        }
    }

    /// Making a call came to nothing.
    pub(super) fn forget_making(&self) {
        self.calls.borrow_mut().making = None;
    }

    fn calls_are_full(&self) -> bool {
        self.calls.borrow().len() >= self.config.limits.calls as usize
    }

    fn limit_reached(&self, op: &'static str) -> Error {
        let max = self.config.limits.calls;
        Error::new(
            ErrorKind::LimitReached,
            op,
            format!("limits.calls of {max} is reached; raise it in EndpointConfig or end a call"),
        )
    }

    pub(crate) fn call_list(&self) -> Vec<Call> {
        self.calls.borrow().entries().map(|e| e.call.clone()).collect()
    }

    /// The slot of an incoming call that waits for an answer.
    fn unanswered(&self, op: &'static str, id: CallId) -> Result<i32> {
        let table = self.calls.borrow();
        let entry = table.get(op, id)?;
        if entry.info.direction != Direction::Incoming {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                format!("call {id} is outgoing; the peer answers it"),
            ));
        }
        if entry.info.state > CallState::Early {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                format!("call {id} is {} already", entry.info.state),
            ));
        }
        Ok(entry.slot)
    }

    pub(crate) fn call_answer(&self, op: &'static str, id: CallId, code: StatusCode) -> Result<()> {
        let slot = self.unanswered(op, id)?;
        self.pj.call_answer(op, slot, code)
    }

    pub(crate) fn call_reject(&self, op: &'static str, id: CallId, code: StatusCode) -> Result<()> {
        let slot = self.unanswered(op, id)?;
        self.pj.call_hang_up(op, slot, Some(code))
    }

    pub(crate) fn call_hang_up(&self, op: &'static str, id: CallId) -> Result<()> {
        let slot = self.calls.borrow().get(op, id)?.slot;
        self.pj.call_hang_up(op, slot, None)
    }

    pub(crate) fn call_hang_up_all(&self) {
        for call in self.call_list() {
            if let Err(e) = self.call_hang_up("hang up all", call.id()) {
                tracing::debug!(target: "microsip", "{e}");
            }
        }
    }

    pub(crate) fn call_stats(&self, op: &'static str, id: CallId) -> Result<StreamStats> {
        let slot = self.calls.borrow().get(op, id)?.slot;
        self.pj.stream_stats(slot).ok_or_else(|| no_audio(op, id))
    }

    pub(crate) fn call_send_dtmf(&self, op: &'static str, id: CallId, digits: &[Digit], ms: u32) -> Result<()> {
        let slot = {
            let table = self.calls.borrow();
            let entry = table.get(op, id)?;
            if entry.bridge_port.is_none() {
                return Err(no_audio(op, id));
            }
            entry.slot
        };
        let text: String = digits.iter().map(|d| d.as_char()).collect();
        // RTP events are sent by the bridge's clock; each digit is followed by a pause of about its own length.
        self.need_clock(Duration::from_millis(u64::from(ms) * 2) * digits.len() as u32);
        self.pj.call_send_dtmf(op, slot, &text, ms)
    }

    /// An INVITE came in.
    pub(crate) fn call_incoming(&self, account_slot: i32, slot: i32, snapshot: &CallSnapshot<'_>) {
        let Some(account) = self.account_by_slot(account_slot) else {
            // PJSUA matched an account that is being removed.
            drop(
                self.pj
                    .call_hang_up("incoming", slot, Some(StatusCode::TEMPORARILY_UNAVAILABLE)),
            );
            return;
        };
        if self.calls_are_full() {
            drop(self.pj.call_hang_up("incoming", slot, Some(StatusCode::BUSY_HERE)));
            return;
        }
        let mut info = CallInfo::begun(CallId(self.shared.next_id()), account.id(), Direction::Incoming);
        info.local_uri = (&*snapshot.local_uri).into();
        info.remote_uri = (&*snapshot.remote_uri).into();
        info.remote_contact = (&*snapshot.remote_contact).into();
        info.sip_call_id = (&*snapshot.sip_call_id).into();
        let call = Call::new(self.shared.clone(), info.clone());
        let id = info.id;
        let event = Event::IncomingCall {
            call: call.clone(),
            info: call.info(),
        };
        self.calls.borrow_mut().insert(Entry {
            call,
            slot,
            info,
            bridge_port: None,
            secure: false,
            dtmf: None,
        });
        let count = self.calls.borrow().len();
        self.note_calls(count);
        // The policy's answer goes out before anybody is told, but is told after the call itself.
        self.publish(event, Urgency::Gather);
        if let IncomingPolicy::Answer(code) = self.incoming.get() {
            let done = if code.is_failure() {
                self.call_reject("incoming policy", id, code)
            } else {
                self.call_answer("incoming policy", id, code)
            };
            match done {
                Ok(()) => {}
                // An inline handler was faster.
                Err(e) if matches!(e.kind(), ErrorKind::Gone | ErrorKind::WrongState) => {}
                Err(e) => tracing::warn!(target: "microsip", "{e}"),
            }
        }
        self.flush();
    }

    /// A call changed its state; `end` is set when it is over.
    pub(crate) fn call_state(&self, slot: i32, snapshot: &CallSnapshot<'_>, end: Option<EndHint>) {
        if end.is_some() {
            // The last digit may still be on its way from the media thread.
            self.drain_digits();
        }
        let (before, remote, secure) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            (entry.info.state, uri::host_port(&entry.info.remote_uri), entry.secure)
        };
        let end = end.map(|hint| self.call_end(hint, snapshot, before, (&remote, secure)));
        let (call, info, ended) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            let info = &mut entry.info;
            info.state = if end.is_some() {
                CallState::Disconnected
            } else {
                snapshot.state
            };
            for (old, new) in [
                (&mut info.local_uri, &snapshot.local_uri),
                (&mut info.remote_uri, &snapshot.remote_uri),
                (&mut info.remote_contact, &snapshot.remote_contact),
                (&mut info.sip_call_id, &snapshot.sip_call_id),
            ] {
                if !new.is_empty() && **old != **new {
                    *old = (&**new).into();
                }
            }
            info.last_status = end.as_ref().map(|e| e.code).or(snapshot.last_status);
            if info.state == CallState::Confirmed && info.confirmed_at.is_none() {
                info.confirmed_at = Some(Instant::now());
                info.confirmed = Some(SystemTime::now());
            }
            if end.is_some() {
                info.ended_at = Some(Instant::now());
                info.media.iter_mut().for_each(|m| m.active = false);
            }
            info.end = end;
            let ended = info.end.is_some();
            (entry.call.clone(), info.clone(), ended)
        };
        if ended {
            self.flush_digit(call.id());
            self.detach_files(call.id());
            let left = {
                let mut table = self.calls.borrow_mut();
                table.remove(call.id());
                table.len()
            };
            self.pj.prefer_slot(slot);
            self.note_calls(left);
            self.update_clock();
        }
        let info = call.update(info);
        self.publish(Event::CallState { call, info }, Urgency::Gather);
    }

    fn call_end(
        &self,
        hint: EndHint,
        snapshot: &CallSnapshot<'_>,
        before: CallState,
        (remote, secure): (&str, bool),
    ) -> CallEnd {
        let outgoing = snapshot.outgoing;
        match hint {
            EndHint::Local => {
                let (code, cause) = match (before, outgoing) {
                    (CallState::Connecting | CallState::Confirmed, _) => (StatusCode::OK, EndCause::HungUp),
                    (_, true) => (StatusCode::REQUEST_TERMINATED, EndCause::Cancelled),
                    (_, false) => (snapshot.last_status.unwrap_or(StatusCode::DECLINE), EndCause::Rejected),
                };
                CallEnd {
                    code,
                    reason: code.reason().to_owned(),
                    by: EndedBy::Local,
                    cause,
                    error: None,
                }
            }
            EndHint::Lost => CallEnd {
                code: StatusCode::SERVICE_UNAVAILABLE,
                reason: "unknown".to_owned(),
                by: EndedBy::Local,
                cause: EndCause::HungUp,
                error: Some(Error::new(
                    ErrorKind::Internal,
                    "call",
                    "a callback panicked, and how the call ended was lost with it; see the log",
                )),
            },
            EndHint::StackBye => stack_bye(snapshot.last_status.unwrap_or(StatusCode::OK), remote),
            EndHint::RemoteBye => CallEnd {
                code: StatusCode::OK,
                reason: StatusCode::OK.reason().to_owned(),
                by: EndedBy::Remote,
                cause: EndCause::HungUp,
                error: None,
            },
            EndHint::RemoteCancel => CallEnd {
                code: StatusCode::REQUEST_TERMINATED,
                reason: StatusCode::REQUEST_TERMINATED.reason().to_owned(),
                by: EndedBy::Remote,
                cause: EndCause::Cancelled,
                error: None,
            },
            // PJSIP refused the caller for us, its media for instance.
            EndHint::Failed(outcome)
                if !outgoing
                    && !outcome.from_peer
                    && outcome.pj_status == 0
                    && outcome.code != StatusCode::REQUEST_TIMEOUT =>
            {
                let code = outcome.code;
                CallEnd {
                    code,
                    reason: code.reason().to_owned(),
                    by: EndedBy::Local,
                    cause: EndCause::Rejected,
                    error: Some(unusable_media(code)),
                }
            }
            EndHint::Failed(outcome) => {
                let error = self.failure("call", remote, &outcome, secure);
                let kind = error.as_ref().map(Error::kind);
                let (by, cause) = match kind {
                    Some(ErrorKind::Timeout) => (EndedBy::Network, EndCause::TimedOut),
                    Some(ErrorKind::Transport | ErrorKind::Tls) => (EndedBy::Network, EndCause::TransportFailed),
                    _ if outcome.from_peer => (EndedBy::Remote, EndCause::Rejected),
                    _ => (EndedBy::Local, EndCause::Rejected),
                };
                let reason = if outcome.reason.is_empty() {
                    outcome.code.reason().to_owned()
                } else {
                    outcome.reason.clone()
                };
                CallEnd {
                    code: outcome.code,
                    reason,
                    by,
                    cause,
                    error,
                }
            }
        }
    }

    /// Audio of a call started, changed or stopped.
    pub(crate) fn call_media(&self, slot: i32) {
        let (media, bridge_port) = self.pj.media(slot);
        let (call, info, port) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            entry.bridge_port = bridge_port;
            entry.info.media = media;
            (entry.call.clone(), entry.info.clone(), entry.bridge_port)
        };
        if let Some(port) = port {
            self.connect_files(call.id(), port);
        }
        self.update_clock();
        let info = call.update(info);
        self.publish(Event::CallMedia { call, info }, Urgency::Gather);
    }

    /// A stream is about to go; its counts are the last chance.
    pub(crate) fn call_stream_ended(&self, slot: i32, stats: Option<StreamStats>) {
        let mut table = self.calls.borrow_mut();
        let Some(entry) = table.at_slot(slot) else { return };
        entry.bridge_port = None;
        if let Some(stats) = stats {
            entry.info.stats = Some(stats);
        }
    }

    /// A digit began, went on or ended. Published when it ended, or when the next one began without an end.
    fn call_dtmf(&self, id: CallId, digit: Digit, ms: u32, step: DtmfStep) {
        let pending = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("dtmf", id) else { return };
            match step {
                DtmfStep::Begin => entry.dtmf.replace((digit, ms)),
                DtmfStep::Update => {
                    entry.dtmf = Some((digit, ms));
                    None
                }
                DtmfStep::End => {
                    entry.dtmf = Some((digit, ms));
                    entry.dtmf.take()
                }
            }
        };
        if let Some((digit, ms)) = pending {
            self.publish_digit(id, digit, ms);
        }
    }

    /// Takes over what the media thread has heard.
    pub(crate) fn drain_digits(&self) {
        for heard in crate::pj::take_digits() {
            self.call_dtmf(heard.call, heard.digit, heard.ms, heard.step);
        }
    }

    fn flush_digit(&self, id: CallId) {
        let pending = self
            .calls
            .borrow_mut()
            .get_mut("dtmf", id)
            .ok()
            .and_then(|e| e.dtmf.take());
        if let Some((digit, ms)) = pending {
            self.publish_digit(id, digit, ms);
        }
    }

    fn publish_digit(&self, id: CallId, digit: Digit, ms: u32) {
        let Ok(call) = self.calls.borrow().get("dtmf", id).map(|e| e.call.clone()) else {
            return;
        };
        let duration = Some(Duration::from_millis(u64::from(ms)));
        self.publish(
            Event::Dtmf {
                call,
                digit,
                method: DtmfMethod::RtpEvent,
                duration,
            },
            Urgency::Now,
        );
    }

    /// A callback panicked and what it would have told is lost: compare the table with PJSUA.
    pub(super) fn resync_calls(&self) {
        let entries: Vec<(i32, CallState)> = self.calls.borrow().entries().map(|e| (e.slot, e.info.state)).collect();
        for (slot, known) in entries {
            let seen = self.pj.call_is_active(slot).then(|| {
                self.pj.with_call(slot, |now| {
                    if now.state != known {
                        self.call_state(slot, &now, None);
                    }
                })
            });
            if seen.flatten().is_none() {
                self.call_state(slot, &CallSnapshot::lost(known), Some(EndHint::Lost));
            }
        }
    }

    /// PJSUA is gone; what still stands in the table ended with it.
    pub(super) fn finish_calls(&self) {
        for call in self.call_list() {
            let Some(mut entry) = self.calls.borrow_mut().remove(call.id()) else {
                continue;
            };
            entry.info.state = CallState::Disconnected;
            entry.info.ended_at = Some(Instant::now());
            entry.info.end = Some(CallEnd {
                code: StatusCode::SERVICE_UNAVAILABLE,
                reason: "endpoint closed".to_owned(),
                by: EndedBy::Local,
                cause: EndCause::HungUp,
                error: None,
            });
            let info = call.update(entry.info);
            self.publish(Event::CallState { call, info }, Urgency::Gather);
        }
        self.forget_files();
    }
}

fn unusable_media(code: StatusCode) -> Error {
    Error::new(
        ErrorKind::Media,
        "call",
        format!(
            "the peers agree on no codec, encryption or stream ({code} {}); compare their settings",
            code.reason()
        ),
    )
    .with_sip(code)
}

/// PJSIP ended the call with a BYE of its own; `code` says why.
fn stack_bye(code: StatusCode, remote: &str) -> CallEnd {
    let (by, cause, error) = match code.code() {
        408 => (
            EndedBy::Network,
            EndCause::TimedOut,
            Some(
                Error::new(
                    ErrorKind::Timeout,
                    "call",
                    format!("{remote} went silent: no ACK, or no answer to a session refresh"),
                )
                .with_sip(code),
            ),
        ),
        481 => (
            EndedBy::Remote,
            EndCause::HungUp,
            Some(
                Error::new(
                    ErrorKind::Sip,
                    "call",
                    format!("{remote} does not know the call any more"),
                )
                .with_sip(code),
            ),
        ),
        n if n >= 300 => (EndedBy::Local, EndCause::Rejected, Some(unusable_media(code))),
        _ => (EndedBy::Local, EndCause::HungUp, None),
    };
    CallEnd {
        code,
        reason: code.reason().to_owned(),
        by,
        cause,
        error,
    }
}

fn no_audio(op: &'static str, id: CallId) -> Error {
    Error::new(ErrorKind::WrongState, op, format!("call {id} has no running audio"))
}
