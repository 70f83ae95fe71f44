//! NOTIFYs for subscriptions of ours (RFC 6665 §4.1.3): before the answer, after it, out of order, from several notifiers.

use std::sync::Arc;
use std::time::Duration;

use super::client::Leg;
use super::{Remote, after};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::Reply;
use crate::presence::summary;
use crate::sip::event_state::{EventName, Told, read};
use crate::sip::refer::codes;
use crate::sip::{EndReason, Message, StatusCode};
use crate::subscription::{Notification, SubscriptionId, SubscriptionInfo, SubscriptionState};

/// More notifiers than a fork has; each is subscribed to for as long as it wants.
const MOST_LEGS: usize = 32;

/// What is to happen once a NOTIFY is answered.
enum Then {
    Stands(Option<Duration>),
    /// One of several notifiers is done.
    Less,
    Over(EndReason, Option<Duration>),
}

impl Engine {
    /// The answer to a NOTIFY that no dialog of PJSIP's is for; `None` when it is none of ours.
    pub(crate) fn event_notify(&self, account: i32, message: Message) -> Option<Reply> {
        let tag = message.from_tag()?.to_owned();
        let event = EventName::read(&message);
        let asked_for = self.events.borrow().by_call.contains_key(message.call_id());
        let outside = message.to_tag().is_none();
        if outside && !asked_for && event.as_ref().is_some_and(|e| e.is("message-summary", None)) {
            return self.messages_told(account, &message);
        }
        let (told, left) = read(&message);
        let (cseq, _) = message.cseq();
        let (id, then, subscription, notification) = {
            let mut table = self.events.borrow_mut();
            let id = *table.by_call.get(message.call_id())?;
            let entry = table.by_id.get_mut(&id)?;
            if message.to_tag() != Some(&*entry.local_tag) {
                return None;
            }
            let options = entry.subscription.options();
            let longest = options.expires.max(entry.asked());
            if !event.is_some_and(|e| e.is(&options.package, options.event_id.as_deref())) {
                return Some(Reply::code(codes::BAD_EVENT));
            }
            if entry.past.contains(&tag) {
                return Some(Reply::code(codes::DOES_NOT_EXIST));
            }
            let known = entry.legs.iter().position(|leg| leg.remote.tag == tag);
            let at = match known {
                Some(at) => at,
                None if entry.legs.is_empty() || options.forks && entry.legs.len() < MOST_LEGS => {
                    let Some(remote) = Remote::of_request(&message) else {
                        return Some(Reply::code(codes::BAD_REQUEST));
                    };
                    entry.legs.push(Leg {
                        remote,
                        heard: None,
                        until: after(left.unwrap_or(options.expires).min(longest)),
                        active: false,
                    });
                    entry.legs.len() - 1
                }
                None => return Some(Reply::code(codes::DOES_NOT_EXIST)),
            };
            let leg = &mut entry.legs[at];
            match leg.heard {
                // RFC 3261 §12.2.2: out of order.
                Some(heard) if cseq < heard => return Some(Reply::code(codes::OUT_OF_ORDER)),
                // The same by another way.
                Some(heard) if cseq == heard => return Some(Reply::code(StatusCode::OK)),
                _ => leg.heard = Some(cseq),
            }
            leg.remote.retarget(&message);
            leg.active = !matches!(told, Told::Pending);
            if let Some(left) = left {
                // A notifier may shorten it, not more (RFC 6665 §4.1.2.1).
                leg.until = after(left.min(longest));
            }
            let state = match &told {
                Told::Active => "active",
                Told::Pending => "pending",
                Told::Terminated(..) => "terminated",
                Told::Unknown(word) => word,
            };
            let state = state.to_owned();
            let then = match told {
                Told::Terminated(reason, wait) => {
                    let leg = entry.legs.remove(at);
                    if entry.past.len() < MOST_LEGS {
                        entry.past.push(leg.remote.tag);
                    }
                    if entry.legs.is_empty() {
                        entry.over_early = !entry.is_answered();
                        Then::Over(reason, wait)
                    } else {
                        Then::Less
                    }
                }
                _ => {
                    entry.failures = 0;
                    Then::Stands(left)
                }
            };
            entry.told += 1;
            let notification = Arc::new(Notification {
                message: Arc::new(message),
                number: entry.told,
                state,
                notifier: tag,
            });
            (id, then, entry.subscription.clone(), notification)
        };
        let told = move |engine: &Engine| {
            if let Then::Stands(left) = &then {
                engine.subscription_stands(id, None, None, *left);
            }
            if !notification.body().is_empty() {
                subscription.core.newest.set(Some(Arc::clone(&notification)));
            }
            match subscription.reader().cloned() {
                Some(reader) => reader.read(engine, &subscription, &notification),
                None => engine.publish(
                    Event::Notify {
                        subscription,
                        notification,
                    },
                    Urgency::Gather,
                ),
            }
            match then {
                Then::Over(reason, wait) => engine.ended_by_notifier(id, reason, wait),
                Then::Stands(_) | Then::Less => engine.goes_on(id),
            }
        };
        Some(Reply::code(StatusCode::OK).then(told))
    }

    /// One that asked once has its answer, even if the notifier means to go on; else the next SUBSCRIBE is planned.
    fn goes_on(&self, id: SubscriptionId) {
        let done = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            entry.asked().is_zero() && entry.is_answered()
        };
        if done {
            self.subscription_over(id, None, None);
        } else {
            self.plan_subscription(id);
        }
    }

    /// Waiting messages, told without a subscription: old, and still what many servers do. Only who keeps our registration may.
    fn messages_told(&self, slot: i32, message: &Message) -> Option<Reply> {
        let (account, from_registrar) = {
            let table = self.accounts.borrow();
            let entry = table.by_slot(slot)?;
            let registrar = entry.registrar_addr.map(|a| a.ip());
            // Where nobody registers, nobody can be told from others.
            let anybody = entry.config.registrar.is_none();
            let known = anybody || registrar.is_some() && registrar == message.source().map(|a| a.ip());
            (entry.account.clone(), known)
        };
        if !from_registrar {
            return Some(Reply::code(StatusCode::FORBIDDEN));
        }
        match summary(&message.content_type(), message.body()) {
            Ok(summary) => {
                let summary = Arc::new(summary);
                let told = move |engine: &Engine| {
                    engine.publish(
                        Event::MessagesWaiting {
                            account,
                            mailbox: None,
                            summary,
                        },
                        Urgency::Gather,
                    );
                };
                Some(Reply::code(StatusCode::OK).then(told))
            }
            Err(e) => {
                tracing::debug!(target: "microsip", "waiting messages were told in a way that cannot be read: {e}");
                Some(Reply::code(codes::UNSUPPORTED_MEDIA_TYPE).header("Accept", "application/simple-message-summary"))
            }
        }
    }

    /// The last notifier has ended it.
    fn ended_by_notifier(&self, id: SubscriptionId, reason: EndReason, wait: Option<Duration>) {
        let (ending, once, answered) = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            let once = entry.subscription.options().expires.is_zero();
            (entry.ending, once, entry.is_answered())
        };
        if once && !answered {
            // The answer is still to come, and ends it.
            return;
        }
        let for_good = matches!(
            reason,
            EndReason::Rejected | EndReason::NoResource | EndReason::Invariant
        );
        if ending || once || for_good || self.shared.is_closing() {
            let reason = (!ending && !once).then_some(reason);
            return self.subscription_over(id, reason, None);
        }
        // Those say that at once is right (RFC 6665 §4.1.3).
        let at_once = matches!(reason, EndReason::Deactivated | EndReason::Timeout) && wait.is_none();
        let pause = self.pause_after_end(id, at_once, wait);
        let mut info = SubscriptionInfo::new(SubscriptionState::Retrying);
        info.reason = Some(reason);
        info.next_retry = Some(after(pause));
        self.tell_subscription(id, info);
        self.plan_subscription_in(id, pause);
    }
}
