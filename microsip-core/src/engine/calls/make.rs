//! Calls we make.

use super::Entry;
use super::quality::CallQuality;
use crate::account::AccountId;
use crate::call::{Call, CallId, CallInfo, CallOptions, Decision, RedirectPolicy, StoryEntry, StoryStep};
use crate::engine::Engine;
use crate::engine::alarms::Alarm;
use crate::engine::outbox::Urgency;
use crate::event::{Direction, Event};
use crate::failure::FailureCode;
use crate::media::CodecChoice;
use crate::redact::redact;
use crate::sip::{Message, uri};
use crate::{ErrorKind, Result};

/// Contacts tried for one call; more look like a loop.
const MAX_REDIRECTS: u32 = 5;

impl Engine {
    pub(crate) fn call_make(
        &self,
        op: &'static str,
        account: AccountId,
        target: &str,
        options: &CallOptions,
    ) -> Result<Call> {
        options.check_media(op)?;
        let codecs = CodecChoice::new(options.codecs.as_deref(), options.opus, options.ptime);
        let (account_slot, target, additions) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, account)?;
            let target = entry.target(target);
            let additions = options.additions(op, entry.account.aor())?;
            codecs.check(op, &self.config.codecs)?;
            (entry.slot, target, additions)
        };
        if self.calls_are_full() {
            return Err(self.limit_reached(op));
        }
        let mut info = CallInfo::begun(CallId(self.shared.next_id()), account, Direction::Outgoing);
        info.remote_uri = target.as_str().into();
        info.transferred_from = options.transferred_from;
        let (id, call) = (info.id, Call::new(self.shared.clone(), info.clone()));
        self.calls.borrow_mut().making = Some(Entry {
            codecs,
            hang_up_after: options.hang_up_after,
            quality: CallQuality::new(options.media_wishes()),
            redirects: match options.redirects {
                RedirectPolicy::Stop => 0,
                RedirectPolicy::Follow => MAX_REDIRECTS,
            },
            ..Entry::new(call.clone(), -1, info)
        });
        call.diary().add(StoryEntry::now(StoryStep::Asked {
            what: format!("call {}", redact(&target)),
        }));
        // Whatever happens below, a panic included, the bus is set free again and nothing is left half made.
        let held = self.hold(id);
        let made = self.pj.with_media_family(account_slot, &target, || {
            self.pj.call_make(op, account_slot, &target, options, &additions)
        });
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
                let info = table.get(op, id).map(|e| e.info.clone());
                drop(table);
                self.note_calls(count);
                if let Ok(info) = info {
                    self.story_bind(&call, &info);
                }
                if let Some(time) = options.ring_for {
                    self.alarm_set(id, time, Alarm::RingOver);
                }
                held.publish();
                Ok(call)
            }
            Err(e) => {
                table.remove(id);
                drop(table);
                drop(held);
                Err(match (e.failure(), e.kind(), &self.config.rtp_ports) {
                    (FailureCode::AddressInUse, _, Some(ports)) => FailureCode::RtpPortsExhausted.error(
                        op,
                        format!(
                            "no two ports of rtp_ports {}-{} are free; widen the range or end calls",
                            ports.start(),
                            ports.end()
                        ),
                    ),
                    (_, ErrorKind::LimitReached, _) => self.limit_reached(op),
                    _ => e,
                })
            }
        }
    }

    /// The callee answered with 3xx: whether to go on to `target`.
    pub(crate) fn call_redirected(&self, slot: i32, target: &str, message: Option<Message>) -> bool {
        let (call, follow) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return false };
            // Never from a secured call to an open one (RFC 3261 §26.2.2).
            let downgrade = uri::bare(&entry.info.remote_uri)
                .to_ascii_lowercase()
                .starts_with("sips:")
                && !target.to_ascii_lowercase().starts_with("sips:");
            // §8.1.3.4: nobody is called twice. PJSIP remembers the others.
            let again = uri::bare(&entry.info.remote_uri) == uri::bare(target);
            let follow = entry.redirects > 0 && !downgrade && !again;
            entry.redirects = entry.redirects.saturating_sub(1);
            entry.info.message = message.map(Into::into).or(entry.info.message.take());
            (entry.call.clone(), follow)
        };
        self.story_decided(call.id(), Decision::Route, || {
            let went = if follow { "following" } else { "not following" };
            format!("{went} the redirection to {}", redact(target))
        });
        let target = target.to_owned();
        self.publish(
            Event::CallRedirected {
                call,
                target,
                followed: follow,
            },
            Urgency::Gather,
        );
        follow
    }

    /// Making a call came to nothing.
    pub(in crate::engine) fn forget_making(&self) {
        self.calls.borrow_mut().making = None;
    }
}
