//! What callbacks report about a call: its state, its audio.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::end::{not_agreed, stack_bye};
use super::hold;
use crate::call::{Call, CallEnd, CallId, CallInfo, CallState, Decision, EndCause, EndedBy, StoryEntry, StoryStep};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::media::{MediaInfo, SrtpKeying};
use crate::pj::{CallSnapshot, EndHint};
use crate::sip::{Additions, Message, StatusCode, uri};

impl Engine {
    /// A call changed its state; `end` is set when it is over.
    pub(crate) fn call_state(
        &self,
        slot: i32,
        snapshot: &CallSnapshot<'_>,
        end: Option<EndHint>,
        message: Option<Message>,
    ) {
        let message = match (&end, message) {
            (Some(EndHint::RemoteCancel), None) => self.cancel_of(&snapshot.sip_call_id),
            (_, message) => message,
        };
        if end.is_some() {
            // Why there is no relay may still be on its way.
            self.drain_nat();
        }
        let (id, before, remote, trouble, abort) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            let abort = end.is_some().then(|| entry.abort.take()).flatten();
            let remote = uri::host_port(&entry.info.remote_uri);
            (entry.call.id(), entry.info.state, remote, entry.trouble.clone(), abort)
        };
        if snapshot.state == CallState::Confirmed && before < CallState::Confirmed && end.is_none() {
            // The ACK had no answer to our offer, or one of no use; or the 2xx did, or lacked what we require.
            match self.pj.session_refused(slot) {
                Some(code) if code.code() == 421 => return self.call_abort(id, stack_bye(code, &remote, trouble)),
                Some(_) => return self.call_abort(id, not_agreed(&remote, message.as_ref(), trouble)),
                None => {}
            }
        }
        let relay = end
            .is_some()
            .then(|| self.calls.borrow_mut().at_slot(slot).and_then(|e| e.relay.clone()))
            .flatten();
        let trouble = trouble.or(relay.map(|error| (error, true)));
        let end = end.map(|hint| {
            abort.unwrap_or_else(|| self.call_end(hint, snapshot, before, &remote, message.as_ref(), trouble))
        });
        let (call, info, confirmed) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            let info = &mut entry.info;
            if end.is_none() {
                info.state = snapshot.state;
            }
            for (old, new) in [
                (&mut info.local_uri, &snapshot.local_uri),
                (&mut info.remote_uri, &snapshot.remote_uri),
                (&mut info.remote_contact, &snapshot.remote_contact),
                (&mut info.sip_call_id, &snapshot.sip_call_id),
                (&mut info.local_tag, &snapshot.local_tag),
                (&mut info.remote_tag, &snapshot.remote_tag),
            ] {
                if !new.is_empty() && **old != **new {
                    *old = (&**new).into();
                }
            }
            if let Some(message) = message {
                info.message = Some(message.into());
            }
            info.last_status = snapshot.last_status.or(info.last_status);
            let confirmed = info.state == CallState::Confirmed && info.confirmed_at.is_none();
            if confirmed {
                info.confirmed_at = Some(Instant::now());
                info.confirmed = Some(SystemTime::now());
            }
            (entry.call.clone(), info.clone(), confirmed)
        };
        if confirmed {
            self.limit_duration(call.id());
        }
        self.story_bind(&call, &info);
        if let Some(end) = end {
            return self.call_ended(slot, end);
        }
        let info = call.set_info(info);
        let newest = Arc::clone(&info);
        self.publish(Event::CallState { call, info }, Urgency::Gather);
        self.referral_follow(&newest);
    }

    /// A call is over; the only final event goes out.
    pub(super) fn call_ended(&self, slot: i32, mut end: CallEnd) {
        // The last digit may still be on its way from the media thread.
        self.drain_digits();
        let Some(id) = self.calls.borrow().id_at(slot) else {
            return;
        };
        let (call, info) = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("call", id) else { return };
            if entry.replaced && end.by == EndedBy::Local {
                end.cause = EndCause::Replaced;
            }
            let info = &mut entry.info;
            // From here on nothing more can be asked of it, whoever hears of the end first.
            info.state = CallState::Disconnected;
            info.last_status = Some(end.code);
            info.ended_at = Some(Instant::now());
            info.media.iter_mut().for_each(|m| m.active = false);
            info.end = Some(end);
            (entry.call.clone(), info.clone())
        };
        self.story_end(&info);
        call.diary().add(StoryEntry::now(StoryStep::Ended { why: why(&info) }));
        self.flush_digit(id);
        self.call_left_bridge(id);
        self.session_ended(id);
        self.end_requests(id);
        self.typing_call_over(id);
        self.alarms_forget(id);
        let left = {
            let mut table = self.calls.borrow_mut();
            table.remove(id);
            table.len()
        };
        self.pj.prefer_slot(slot);
        self.note_calls(left);
        self.update_clock();
        let info = call.set_info(info);
        let newest = Arc::clone(&info);
        self.publish(Event::CallState { call, info }, Urgency::Gather);
        self.referral_follow(&newest);
    }

    /// Ends a call by our own decision, with this as its end instead of a hang-up by the application.
    pub(super) fn call_abort(&self, id: CallId, end: CallEnd) {
        let slot = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("call", id) else { return };
            entry.abort = Some(end.clone());
            entry.slot
        };
        let mut additions = Additions::default();
        let text = format!("SIP;cause={};text=\"{}\"", end.code, end.reason);
        additions.headers.push("Reason", &text);
        if let Err(e) = self.pj.call_hang_up("call", slot, None, None, &additions) {
            tracing::debug!(target: "microsip", "{e}");
            self.call_ended(slot, end);
        }
    }

    /// A CANCEL came in; the call it ends is told of in a moment.
    pub(crate) fn cancel_received(&self, cancel: Message) {
        *self.cancel.borrow_mut() = Some(cancel);
    }

    fn cancel_of(&self, call_id: &str) -> Option<Message> {
        self.cancel
            .borrow_mut()
            .take()
            .filter(|cancel| cancel.call_id() == call_id)
    }

    /// Reads the media of a call again; its new state.
    pub(in crate::engine) fn refresh_media(&self, id: CallId) -> Option<(Call, Arc<CallInfo>)> {
        let slot = self.calls.borrow().get("media", id).ok()?.slot;
        let (media, _) = self.pj.media(slot);
        let (call, info) = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut("media", id).ok()?;
            entry.info.media = media;
            (entry.call.clone(), entry.info.clone())
        };
        let info = call.set_info(info);
        Some((call, info))
    }

    /// Audio of a call started, changed or stopped.
    pub(crate) fn call_media(&self, slot: i32) {
        let (media, bridge_port) = self.pj.media(slot);
        let held = self.pj.held(slot);
        let (call, info, port, held) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            let changed = entry.info.media != media;
            entry.bridge_port = bridge_port;
            entry.info.media = media;
            entry.trouble.take_if(|(_, ends)| !*ends);
            if changed && let Some(stream) = entry.info.audio().filter(|m| m.active) {
                tell_media(&entry.call, stream);
            }
            let held = hold::note(entry, held);
            (entry.call.clone(), entry.info.clone(), entry.bridge_port, held)
        };
        if let Some(port) = port {
            let sends = info.audio().is_some_and(|m| m.direction.sends());
            self.call_audio_runs(call.id(), port, sends);
            self.call_gain_set(call.id());
            self.listen(&call, slot);
            self.watch_quality(call.id());
        } else {
            self.call_audio_stopped(call.id());
        }
        self.watch_keying(call.id());
        self.update_clock();
        let info = call.set_info(info);
        let hold = held.then(|| Event::CallHold {
            call: call.clone(),
            info: Arc::clone(&info),
        });
        self.publish(Event::CallMedia { call, info }, Urgency::Gather);
        if let Some(event) = hold {
            self.publish(event, Urgency::Gather);
        }
    }

    /// A callback panicked and what it would have told is lost: compare the table with PJSUA.
    pub(in crate::engine) fn resync_calls(&self) {
        let entries: Vec<(i32, CallState)> = self.calls.borrow().entries().map(|e| (e.slot, e.info.state)).collect();
        for (slot, known) in entries {
            let seen = self.pj.call_is_active(slot).then(|| {
                self.pj.with_call(slot, |now| {
                    if now.state != known {
                        self.call_state(slot, &now, None, None);
                    }
                })
            });
            if seen.flatten().is_none() {
                self.call_state(slot, &CallSnapshot::lost(known), Some(EndHint::Lost), None);
            }
        }
    }

    /// PJSUA is gone; what still stands in the table ended with it.
    pub(in crate::engine) fn finish_calls(&self) {
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
                reasons: Vec::new(),
            });
            let info = call.set_info(entry.info);
            self.publish(Event::CallState { call, info }, Urgency::Gather);
        }
        self.forget_requests();
        self.forget_graph();
    }
}

/// The end in a line.
fn why(info: &CallInfo) -> String {
    let Some(end) = &info.end else { return String::new() };
    let told = end.error.as_ref().map_or(String::new(), |e| format!(": {e}"));
    format!(
        "{} {} ({} by {}){told}",
        end.code,
        end.reason,
        end.cause.name(),
        end.by.name()
    )
}

/// What was agreed on for the audio.
fn tell_media(call: &Call, stream: &MediaInfo) {
    let mut diary = call.diary();
    let codec = stream
        .codec
        .as_ref()
        .map_or_else(|| "none".to_owned(), ToString::to_string);
    let protection = match stream.srtp {
        None => "none: plain RTP",
        Some(SrtpKeying::Sdes) => "SRTP, keys in the SDP",
        Some(SrtpKeying::Dtls) => "SRTP, keys by DTLS",
    };
    for (about, what) in [(Decision::Codec, codec), (Decision::Protection, protection.to_owned())] {
        diary.add(StoryEntry::now(StoryStep::Decided { about, what }));
    }
}
