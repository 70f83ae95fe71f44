//! How good a call's audio is: its statistics, what is told of them, and why nobody hears anything.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Entry, no_audio};
use crate::Result;
use crate::account::AccountId;
use crate::call::CallId;
use crate::engine::Engine;
use crate::engine::alarms::Alarm;
use crate::engine::audio::{NewNode, Owner};
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::media::quality::{AudioFinding, JitterBuffer, Seen, StreamStats, findings};
use crate::media::{IceState, MediaDirection, Tap};
use crate::pj::{PortEnd, PortSink, StreamLook};

/// What `Call::check_audio` waits for at least before it says that something is missing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How a call's streams are made, where it is not as the endpoint says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MediaWishes {
    pub(crate) jitter_buffer: Option<JitterBuffer>,
    pub(crate) rtcp_xr: Option<bool>,
}

/// How one stream is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamSettings {
    pub(crate) jitter_buffer: JitterBuffer,
    pub(crate) rtcp_xr: bool,
    pub(crate) rtcp_xr_interval: Option<Duration>,
}

#[derive(Default)]
pub(in crate::engine) struct CallQuality {
    wishes: MediaWishes,
    /// Streams that have ended.
    past: StreamStats,
    /// When the one that runs began.
    since: Option<Instant>,
    /// Whether alarms go off for it, and somebody listens.
    watched: bool,
    /// What was told of it, by name.
    told: Vec<&'static str>,
}

impl CallQuality {
    pub(super) fn new(wishes: MediaWishes) -> CallQuality {
        CallQuality {
            wishes,
            ..CallQuality::default()
        }
    }

    fn running(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// The whole call, with the stream that runs or has just run.
    fn with(&self, mut stats: StreamStats) -> StreamStats {
        stats.duration = self.running();
        self.past.then(&stats)
    }
}

/// Listens, so that what comes is decoded.
struct Nobody;

impl PortSink for Nobody {
    fn take(&mut self, _: Option<&[i16]>, _: usize) {}
}

impl Engine {
    /// How the call's next stream is made. It begins now.
    pub(crate) fn stream_begins(&self, slot: i32) -> StreamSettings {
        let (wishes, account) = {
            let mut table = self.calls.borrow_mut();
            match table.at_slot(slot) {
                Some(entry) => {
                    entry.quality.since = Some(Instant::now());
                    (entry.quality.wishes, Some(entry.info.account))
                }
                None => (MediaWishes::default(), None),
            }
        };
        let quality = &self.config.quality;
        StreamSettings {
            jitter_buffer: wishes.jitter_buffer.unwrap_or(quality.jitter_buffer),
            rtcp_xr: self.xr_wanted(wishes.rtcp_xr, account),
            rtcp_xr_interval: quality.rtcp_xr_interval,
        }
    }

    fn xr_wanted(&self, of_call: Option<bool>, account: Option<AccountId>) -> bool {
        let of_account = || {
            let table = self.accounts.borrow();
            table.get("rtcp xr", account?).ok()?.rtcp_xr
        };
        of_call.or_else(of_account).unwrap_or(self.config.quality.rtcp_xr)
    }

    /// Whether extended reports go into the call's description. An INVITE is described before its call is known.
    pub(crate) fn offers_xr(&self, slot: i32, account_slot: Option<i32>) -> bool {
        let known = {
            let mut table = self.calls.borrow_mut();
            table.at_slot(slot).map(|e| (e.quality.wishes.rtcp_xr, e.info.account))
        };
        match known {
            Some((wish, account)) => self.xr_wanted(wish, Some(account)),
            None => {
                let table = self.accounts.borrow();
                let of_account = account_slot.and_then(|slot| table.by_slot(slot)?.rtcp_xr);
                of_account.unwrap_or(self.config.quality.rtcp_xr)
            }
        }
    }

    /// How the streams of a call we are about to answer are to be made; what is not said stays.
    pub(crate) fn call_answer_media(&self, op: &'static str, id: CallId, wishes: MediaWishes) -> Result<()> {
        let slot = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            let now = &mut entry.quality.wishes;
            now.jitter_buffer = wishes.jitter_buffer.or(now.jitter_buffer);
            now.rtcp_xr = wishes.rtcp_xr.or(now.rtcp_xr);
            entry.slot
        };
        self.unanswered(op, id)?;
        if let Some(yes) = wishes.rtcp_xr {
            self.pj.answer_with_xr(slot, yes);
        }
        Ok(())
    }

    pub(crate) fn call_stats(&self, op: &'static str, id: CallId) -> Result<StreamStats> {
        let slot = self.calls.borrow().get(op, id)?.slot;
        let stats = self.pj.stream_stats(slot).ok_or_else(|| no_audio(op, id))?;
        Ok(self.calls.borrow().get(op, id)?.quality.with(stats))
    }

    /// A stream is about to go; its counts are the last chance.
    pub(crate) fn call_stream_ended(&self, slot: i32, stats: Option<StreamStats>) {
        let call = {
            let mut table = self.calls.borrow_mut();
            let Some(entry) = table.at_slot(slot) else { return };
            entry.bridge_port = None;
            if let Some(stats) = stats {
                let all = entry.quality.with(stats);
                entry.quality.past = all.clone();
                entry.info.stats = Some(all);
            }
            entry.quality.since = None;
            entry.call.id()
        };
        self.call_audio_stopped(call);
    }

    /// The call's audio runs: begins to tell about it, if that is wanted; once per call.
    pub(super) fn watch_quality(&self, id: CallId) {
        let quality = &self.config.quality;
        if quality.stats_every.is_none() && quality.watch_audio.is_none() {
            return;
        }
        {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("quality", id) else {
                return;
            };
            if std::mem::replace(&mut entry.quality.watched, true) {
                return;
            }
        }
        if let Some(pause) = quality.stats_every {
            self.alarm_set(id, pause, Alarm::Stats);
        }
        if let Some(patience) = quality.watch_audio {
            self.alarm_set(id, patience, Alarm::Watch);
            let node = NewNode {
                id: self.shared.next_id(),
                rate: None,
                end: PortEnd::Sink(Box::new(Nobody)),
                owner: Owner::Call(id, Tap::Received),
                on_removed: Box::new(|_, _| {}),
            };
            if let Err(e) = self.node_add("watch audio", node) {
                tracing::warn!(target: "microsip", "{e}");
            }
        }
    }

    /// It is time to tell a call's statistics.
    pub(in crate::engine) fn stats_are_due(&self, id: CallId) {
        let Some(pause) = self.config.quality.stats_every else {
            return;
        };
        let Ok(call) = self.calls.borrow().get("stats", id).map(|e| e.call.clone()) else {
            return;
        };
        self.alarm_set(id, pause, Alarm::Stats);
        // Between two streams there is nothing to tell.
        if let Ok(stats) = self.call_stats("stats", id) {
            let stats = Arc::new(stats);
            self.publish(Event::CallStats { call, stats }, Urgency::Gather);
        }
    }

    /// It is time to look whether a call is heard.
    pub(in crate::engine) fn watch_is_due(&self, id: CallId) {
        let Some(patience) = self.config.quality.watch_audio else {
            return;
        };
        let Ok(call) = self.calls.borrow().get("watch", id).map(|e| e.call.clone()) else {
            return;
        };
        self.alarm_set(id, patience, Alarm::Watch);
        let found = self.find_trouble("watch audio", id, patience).unwrap_or_default();
        // Addresses explain why something is missing; where nothing is, a router has made them work.
        let missing = found.iter().any(AudioFinding::is_fault);
        for finding in found {
            let explains = matches!(
                finding,
                AudioFinding::PrivateAddressOfPeer { .. } | AudioFinding::PrivateAddressOfOurs { .. }
            );
            if explains && !missing {
                continue;
            }
            {
                let mut table = self.calls.borrow_mut();
                let Ok(entry) = table.get_mut("watch", id) else { return };
                if entry.quality.told.contains(&finding.name()) {
                    continue;
                }
                entry.quality.told.push(finding.name());
            }
            let call = call.clone();
            self.publish(Event::AudioTrouble { call, finding }, Urgency::Gather);
        }
    }

    pub(crate) fn call_check_audio(&self, op: &'static str, id: CallId) -> Result<Vec<AudioFinding>> {
        self.find_trouble(op, id, PATIENCE)
    }

    fn find_trouble(&self, op: &'static str, id: CallId, patience: Duration) -> Result<Vec<AudioFinding>> {
        let slot = self.calls.borrow().get(op, id)?.slot;
        let StreamLook {
            stats,
            quiet,
            sent_last,
            source,
            ours,
        } = self.pj.stream_look(slot).ok_or_else(|| no_audio(op, id))?;
        let table = self.calls.borrow();
        let Entry { info, quality, .. } = table.get(op, id)?;
        let stream = info.audio();
        let heard_from = |m: &Arc<crate::sip::Message>| m.source().map(|s| s.ip());
        let seen = Seen {
            stats: &stats,
            running: quality.running(),
            quiet,
            sent_last,
            // On hold nothing is missed.
            direction: stream
                .filter(|m| m.active)
                .map_or(MediaDirection::Inactive, |m| m.direction),
            ice: stream
                .and_then(|m| m.ice.as_ref())
                .is_some_and(|ice| ice.state != IceState::Unused),
            announced: stream.map(|m| m.remote_rtp.clone()).unwrap_or_default(),
            source,
            ours,
            peer: info
                .message
                .as_ref()
                .and_then(heard_from)
                .or(info.invite.as_ref().and_then(heard_from)),
        };
        Ok(findings(&seen, patience))
    }
}
