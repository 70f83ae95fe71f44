//! What callbacks report about a call: its state, its audio.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use crate::call::{Call, CallEnd, CallId, CallInfo, CallState, Decision, EndCause, EndedBy, StoryEntry, StoryStep};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::media::{MediaInfo, SrtpKeying, StreamStats};
use crate::pj::{CallSnapshot, EndHint};
use crate::sip::{Message, StatusCode, uri};

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
            // The last digit may still be on its way from the media thread, or why there is no relay.
            self.drain_digits();
            self.drain_nat();
        }
        let (before, remote, secure) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            (entry.info.state, uri::host_port(&entry.info.remote_uri), entry.secure)
        };
        let relay = end
            .is_some()
            .then(|| self.calls.borrow_mut().at_slot(slot).and_then(|e| e.relay.clone()))
            .flatten();
        let end = end.map(|hint| self.call_end(hint, snapshot, before, (&remote, secure), message.as_ref(), relay));
        let (call, info, ended, confirmed) = {
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
            info.last_status = end.as_ref().map(|e| e.code).or(snapshot.last_status);
            let confirmed = info.state == CallState::Confirmed && info.confirmed_at.is_none();
            if confirmed {
                info.confirmed_at = Some(Instant::now());
                info.confirmed = Some(SystemTime::now());
            }
            if end.is_some() {
                info.ended_at = Some(Instant::now());
                info.media.iter_mut().for_each(|m| m.active = false);
            }
            info.end = end;
            let ended = info.end.is_some();
            (entry.call.clone(), info.clone(), ended, confirmed)
        };
        if confirmed {
            self.limit_duration(call.id());
        }
        self.story_bind(&call, &info);
        if ended {
            self.story_end(&info);
            call.diary().add(StoryEntry::now(StoryStep::Ended { why: why(&info) }));
            self.flush_digit(call.id());
            self.detach_files(call.id());
            self.end_requests(call.id());
            self.alarms_forget(call.id());
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
        let info = call.update(info);
        Some((call, info))
    }

    /// Audio of a call started, changed or stopped.
    pub(crate) fn call_media(&self, slot: i32) {
        let (media, bridge_port) = self.pj.media(slot);
        let (call, info, port) = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            let changed = entry.info.media != media;
            entry.bridge_port = bridge_port;
            entry.info.media = media;
            if changed && let Some(stream) = entry.info.media.first().filter(|m| m.active) {
                tell_media(&entry.call, stream);
            }
            (entry.call.clone(), entry.info.clone(), entry.bridge_port)
        };
        if let Some(port) = port {
            self.listen_for_keys(call.id(), slot);
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
            let info = call.update(entry.info);
            self.publish(Event::CallState { call, info }, Urgency::Gather);
        }
        self.forget_requests();
        self.forget_files();
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
