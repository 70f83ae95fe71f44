//! Requests of ours that change a session: one after the other, repeated when they cross the peer's, outcome told.

use std::collections::VecDeque;
use std::time::Duration;

use super::Entry;
use crate::call::{Ask, CallEnd, CallId, CallState, EndCause, EndedBy, HoldMode};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::{Direction, Event};
use crate::failure::FailureCode;
use crate::media::MediaDirection;
use crate::pj::{self, SessionMethod, SessionOffer, Step, Transaction};
use crate::sip::{Additions, StatusCode, uri};
use crate::{Error, ErrorKind, Result};

/// Requests of one call that may wait.
const WAITING: usize = 8;
/// How often one is sent that crosses the peer's each time.
const ATTEMPTS: u32 = 5;
/// Pause before looking again whether the peer's request is over.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Looks before giving up: longer than a transaction can last.
const LOOKS: u32 = 700;
/// A server that wants to be left alone for longer is an answer, not a pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a call's session is asked for.
#[derive(Default)]
pub(super) struct Session {
    waiting: VecDeque<Ask>,
    current: Option<Current>,
    /// Counts everything that happens to `current`, so that what was planned for an earlier step is void.
    step: u64,
    /// The peer holds, as far as its offers and answers told.
    pub(super) remote_hold: bool,
}

struct Current {
    ask: Ask,
    attempts: u32,
    looks: u32,
    /// Our request, once it is out; 0 before.
    request: usize,
    cseq: i32,
    /// It is being sent right now: the next one to go out is ours, and not PJSIP's own refresh.
    sending: bool,
    /// The direction to want once the peer has agreed, if it is not the one offered.
    then: Option<MediaDirection>,
}

impl Engine {
    /// Takes a request of the application.
    pub(crate) fn session_ask(&self, op: &'static str, id: CallId, ask: Ask) -> Result<()> {
        {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            let early = matches!(ask, Ask::Update(_)) && entry.info.state == CallState::Early;
            if entry.info.state != CallState::Confirmed && !early {
                return Err(Error::new(
                    ErrorKind::WrongState,
                    op,
                    format!("call {id} is {}; wait until it is confirmed", entry.info.state),
                ));
            }
            if entry.session.waiting.len() >= WAITING {
                return Err(Error::new(
                    ErrorKind::Busy,
                    op,
                    format!("{WAITING} requests of call {id} wait for an answer already; wait for their outcome"),
                ));
            }
            entry.session.waiting.push_back(ask);
        }
        self.session_next(id);
        Ok(())
    }

    /// Begins with the next request, if none is under way.
    fn session_next(&self, id: CallId) {
        {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("session", id) else {
                return;
            };
            let session = &mut entry.session;
            if session.current.is_some() {
                return;
            }
            let Some(ask) = session.waiting.pop_front() else { return };
            session.step += 1;
            session.current = Some(Current {
                ask,
                attempts: 0,
                looks: 0,
                request: 0,
                cseq: 0,
                sending: false,
                then: None,
            });
        }
        self.session_try(id);
    }

    /// Sends the current request, or waits until it can be sent.
    fn session_try(&self, id: CallId) {
        let Some((slot, ask, remote_hold)) = self.with_current(id, |entry| {
            let current = entry.session.current.as_mut()?;
            Some((entry.slot, current.ask.clone(), entry.session.remote_hold))
        }) else {
            return;
        };
        let op = ask.op();
        let (update, bare) = match &ask {
            Ask::Update(options) => (true, !options.offer),
            _ => (false, false),
        };
        if !bare && self.pj.offer_is_pending(slot, update) {
            self.session_look_again(id, op);
            return;
        }
        let (offer, then) = match self.plan(slot, ask, remote_hold) {
            Ok(Some(planned)) => planned,
            Ok(None) => return self.session_done(id, Ok(())),
            Err(e) => return self.session_done(id, Err(e)),
        };
        let step = self.with_current(id, |entry| {
            entry.session.step += 1;
            let current = entry.session.current.as_mut()?;
            current.attempts += 1;
            (current.request, current.then, current.sending) = (0, then, true);
            Some(entry.session.step)
        });
        let sent = self.pj.call_offer(op, slot, &offer);
        self.with_current(id, |entry| {
            entry.session.current.as_mut()?.sending = false;
            Some(())
        });
        if self.session_step(id) != step {
            // What came back at once has been dealt with.
            return;
        }
        match sent {
            // Some have no answer ever: what should tell their end is lost with a panic, for instance.
            Ok(()) => self.session_after(id, self.config.transaction_timeout * 3, move |engine| {
                engine.session_done(id, Err(Error::new(ErrorKind::Timeout, op, "no outcome was reported")));
            }),
            Err(e) if e.kind() == ErrorKind::Busy => self.session_look_again(id, op),
            Err(e) => self.session_done(id, Err(e)),
        }
    }

    /// What to send for `ask`, and the direction to want afterwards; nothing if all is as asked for.
    fn plan(&self, slot: i32, ask: Ask, remote_hold: bool) -> Result<Option<(SessionOffer, Option<MediaDirection>)>> {
        let own = self.pj.own_direction(slot);
        let mut offer = SessionOffer {
            update: false,
            offer: true,
            direction: None,
            refresh_contact: false,
            additions: Additions::default(),
        };
        let mut then = None;
        match ask {
            Ask::Hold(options) => {
                let wanted = options.mode.direction();
                if own == Some(wanted) {
                    return Ok(None);
                }
                // A stream we may only receive is held by making it inactive (RFC 3264 §8.4).
                if remote_hold && options.mode == HoldMode::SendOnly {
                    offer.direction = Some(MediaDirection::Inactive);
                    then = Some(wanted);
                } else {
                    offer.direction = Some(wanted);
                }
                offer.additions = Additions::headers(options.headers);
            }
            Ask::Resume(headers) => {
                if own == Some(MediaDirection::SendReceive) {
                    return Ok(None);
                }
                offer.direction = Some(MediaDirection::SendReceive);
                offer.additions = Additions::headers(headers);
            }
            Ask::Reinvite(options) => {
                offer.offer = !options.late_offer;
                offer.refresh_contact = options.refresh_contact;
                offer.additions = Additions::headers(options.headers);
            }
            Ask::Update(options) => {
                if self.pj.peer_lacks_update(slot) {
                    return Err(Error::new(
                        ErrorKind::Unsupported,
                        "update",
                        "the peer's Allow does not list UPDATE; send a re-INVITE",
                    ));
                }
                offer.update = true;
                offer.offer = options.offer;
                offer.refresh_contact = options.refresh_contact;
                offer.additions = Additions::headers(options.headers);
            }
            Ask::Refresh => {}
        }
        Ok(Some((offer, then)))
    }

    /// A transaction of the call's dialog got on.
    pub(crate) fn call_transaction(&self, slot: i32, change: Transaction) {
        let Some(id) = self.calls.borrow().id_at(slot) else {
            return;
        };
        let Transaction {
            step,
            request,
            cseq,
            method,
        } = change;
        match step {
            Step::Begun => {
                self.with_current(id, |entry| {
                    let current = entry.session.current.as_mut()?;
                    let update = matches!(current.ask, Ask::Update(_));
                    let ours = method
                        == if update {
                            SessionMethod::Update
                        } else {
                            SessionMethod::Invite
                        };
                    // Or ours again, with credentials or another timer.
                    let again = current.request != 0 && current.request == request;
                    if ours && (again || current.sending && current.request == 0) {
                        (current.request, current.cseq) = (request, cseq);
                    }
                    Some(())
                });
            }
            Step::Unacknowledged => self.call_unacknowledged(id),
            Step::Final {
                code,
                reason,
                retry_after,
                message,
                fatal,
            } => {
                let ours = self.with_current(id, |entry| {
                    entry.info.message = message.map(Into::into).or(entry.info.message.take());
                    let current = entry.session.current.as_ref()?;
                    (current.request == request && current.cseq == cseq).then_some(())
                });
                if fatal {
                    self.call_is_lost(id, code);
                } else if ours.is_some() {
                    self.session_answered(id, code, &reason, retry_after);
                } else if matches!(code.code(), 491 | 500) && method != SessionMethod::Other {
                    // PJSIP's own refresh of the session, which it would not repeat until the session expires.
                    self.session_refresh(id);
                }
            }
        }
    }

    /// Our current request has its final answer.
    fn session_answered(&self, id: CallId, code: StatusCode, reason: &str, retry_after: Option<Duration>) {
        let Some((slot, ask, attempts, then, host, direction)) = self.with_current(id, |entry| {
            let current = entry.session.current.as_mut()?;
            current.request = 0;
            Some((
                entry.slot,
                current.ask.clone(),
                current.attempts,
                current.then,
                uri::host_port(&entry.info.remote_uri),
                entry.info.direction,
            ))
        }) else {
            return;
        };
        let op = ask.op();
        if code.is_success() {
            let offered = !matches!(&ask, Ask::Update(options) if !options.offer);
            if offered && !self.pj.media_agreed(slot) {
                let why = format!("{host} gave an answer that cannot be used; the call goes on as it was");
                return self.session_done(id, Err(Error::new(ErrorKind::Media, op, why).with_sip(code)));
            }
            if let Some(direction) = then {
                self.pj.set_own_direction(slot, direction);
            }
            return self.session_done(id, Ok(()));
        }
        let pause = match (code.code(), retry_after) {
            (491, _) => Some(glare_pause(direction == Direction::Outgoing)),
            (500, Some(pause)) if pause <= LONGEST_PAUSE => Some(pause),
            _ => None,
        };
        let error = |more: &str| {
            let said = if reason.is_empty() { code.reason() } else { reason };
            let why = format!("{host} answered {code} {said}{more}; the call goes on as it was");
            Err(FailureCode::of_answer(code.code()).error(op, why).with_sip(code))
        };
        match pause {
            Some(pause) if attempts < ATTEMPTS => {
                self.session_after(id, pause, move |engine| engine.session_try(id));
            }
            Some(_) => self.session_done(id, error(&format!(" {attempts} times"))),
            None => self.session_done(id, error("")),
        }
    }

    /// The current request has its outcome; the next one begins.
    fn session_done(&self, id: CallId, result: Result<()>) {
        let done = self.with_current(id, |entry| {
            entry.session.step += 1;
            let current = entry.session.current.take()?;
            Some((entry.call.clone(), current.ask))
        });
        let Some((call, ask)) = done else { return };
        if let Some(request) = ask.request() {
            let info = call.info();
            let event = Event::SessionChanged {
                call,
                info,
                request,
                result,
            };
            self.publish(event, Urgency::Now);
        }
        self.session_next(id);
    }

    /// The call is over: what was asked for will not happen.
    pub(super) fn session_ended(&self, id: CallId) {
        loop {
            let asked = self.with_current(id, |entry| {
                entry.session.step += 1;
                let current = entry.session.current.take().map(|c| c.ask);
                let ask = current.or_else(|| entry.session.waiting.pop_front())?;
                Some((entry.call.clone(), ask))
            });
            let Some((call, ask)) = asked else { return };
            let Some(request) = ask.request() else { continue };
            let event = Event::SessionChanged {
                info: call.info(),
                call,
                request,
                result: Err(super::gone(ask.op(), id)),
            };
            self.publish(event, Urgency::Gather);
        }
    }

    /// Sends again what PJSIP's session refresh was refused for the moment.
    fn session_refresh(&self, id: CallId) {
        let direction = self.with_current(id, |entry| {
            let confirmed = entry.info.state == CallState::Confirmed;
            let asked = entry.session.waiting.iter().any(|ask| matches!(ask, Ask::Refresh));
            (confirmed && !asked).then_some(entry.info.direction)
        });
        let Some(direction) = direction else { return };
        self.later(glare_pause(direction == Direction::Outgoing), move |engine| {
            if let Err(e) = engine.session_ask("session refresh", id, Ask::Refresh) {
                tracing::debug!(target: "microsip", "{e}");
            }
        });
    }

    fn session_look_again(&self, id: CallId, op: &'static str) {
        let looks = self.with_current(id, |entry| {
            let current = entry.session.current.as_mut()?;
            current.looks += 1;
            Some(current.looks)
        });
        match looks {
            Some(looks) if looks < LOOKS => {
                self.session_after(id, LOOK_AGAIN, move |engine| engine.session_try(id));
            }
            Some(_) => {
                let why = "an offer of the peer's or of the stack's never ended";
                self.session_done(id, Err(Error::new(ErrorKind::Busy, op, why)));
            }
            None => {}
        }
    }

    /// Runs `job` after `delay`, unless something happens to the current request before.
    fn session_after(&self, id: CallId, delay: Duration, job: impl FnOnce(&Engine) + 'static) {
        let planned = self.with_current(id, |entry| {
            entry.session.step += 1;
            Some(entry.session.step)
        });
        self.later(delay, move |engine| {
            if planned.is_some() && engine.session_step(id) == planned {
                job(engine);
            }
        });
    }

    fn session_step(&self, id: CallId) -> Option<u64> {
        self.with_current(id, |entry| Some(entry.session.step))
    }

    fn with_current<T>(&self, id: CallId, look: impl FnOnce(&mut Entry) -> Option<T>) -> Option<T> {
        let mut table = self.calls.borrow_mut();
        look(table.get_mut("session", id).ok()?)
    }

    /// PJSIP has given the dialog up and sent a BYE, because the peer does not answer or does not know it.
    fn call_is_lost(&self, id: CallId, code: StatusCode) {
        let Some((slot, remote)) =
            self.with_current(id, |entry| Some((entry.slot, uri::host_port(&entry.info.remote_uri))))
        else {
            return;
        };
        let end = super::end::stack_bye(code, &remote, None);
        self.pj.call_abandon(slot);
        self.call_ended(slot, end);
    }

    /// The ACK to our answer to a re-INVITE never came (RFC 3261 §13.3.1.4).
    fn call_unacknowledged(&self, id: CallId) {
        let Some(remote) = self.with_current(id, |entry| {
            (entry.info.state == CallState::Confirmed).then(|| uri::host_port(&entry.info.remote_uri))
        }) else {
            return;
        };
        let code = StatusCode::REQUEST_TIMEOUT;
        let why = format!("{remote} went silent: no ACK to our answer to its re-INVITE");
        let end = CallEnd {
            code,
            reason: code.reason().to_owned(),
            by: EndedBy::Network,
            cause: EndCause::TimedOut,
            error: Some(Error::new(ErrorKind::Timeout, "call", why).with_sip(code)),
            reasons: Vec::new(),
        };
        self.call_abort(id, end);
    }
}

/// The pause after a glare: 2.1 to 4 s for the side that made the Call-ID, 0 to 2 s for the other, in steps of 10 ms
/// (RFC 3261 §14.1).
fn glare_pause(owner: bool) -> Duration {
    let random = |steps: u64| u64::from(pj::random()) % steps * 10;
    Duration::from_millis(if owner { 2100 + random(191) } else { random(201) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_after_a_glare_keeps_the_two_sides_apart() {
        for _ in 0..1000 {
            let (owner, other) = (glare_pause(true).as_millis(), glare_pause(false).as_millis());
            assert!((2100..=4000).contains(&owner), "{owner}");
            assert!(other <= 2000, "{other}");
        }
    }
}
