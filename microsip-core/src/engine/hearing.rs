//! Detectors on the bridge: keys, speech, tones. They tell by rings, which each turn of the engine empties.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Engine;
use super::audio::{NewNode, Owner, Removal};
use super::outbox::Urgency;
use crate::Result;
use crate::call::Call;
use crate::media::{Ear, Heard, Reporter, SpeechDetector, SpeechOptions, SpeechSink, Tap, ToneDetector, ToneSink};
use crate::pj::{PortEnd, PortSink};
use crate::sip::DtmfDetection;

/// Who wants to know.
enum Listener {
    Keys,
    Speech(SpeechDetector),
    Tones(ToneDetector),
}

struct Entry {
    call: Call,
    listener: Listener,
    ring: rtrb::Consumer<Heard>,
}

#[derive(Default)]
pub(crate) struct Hearing {
    by_id: RefCell<BTreeMap<u64, Entry>>,
    /// Something is in one of the rings.
    due: Arc<AtomicBool>,
}

impl Engine {
    /// Begins what the settings want to be listened for in a call, once per call.
    pub(super) fn listen(&self, call: &Call, slot: i32) {
        let has = |wanted: fn(&Listener) -> bool| {
            let table = self.hearing.by_id.borrow();
            table.values().any(|e| e.call == *call && wanted(&e.listener))
        };
        let keys = match self.config.dtmf_detection {
            DtmfDetection::Off => false,
            DtmfDetection::Auto => !self.pj.takes_rtp_events(slot),
            DtmfDetection::Always => true,
        };
        if keys
            && !has(|l| matches!(l, Listener::Keys))
            && let Err(e) = self.listen_for_keys(call)
        {
            tracing::warn!(target: "microsip", "{e}");
        }
        if let Some(options) = self.config.speech_detection
            && !has(|l| matches!(l, Listener::Speech(d) if d.is_automatic()))
        {
            let detector = SpeechDetector::automatic(&self.shared, call, options);
            if let Err(e) = self.listen_for_speech("speech detection", &detector) {
                tracing::warn!(target: "microsip", "{e}");
            }
        }
    }

    fn listen_for_keys(&self, call: &Call) -> Result<()> {
        let id = self.shared.next_id();
        self.listener_add("dtmf", id, call, Tap::Received, None, Listener::Keys, |mut reporter| {
            let rate = self.shared.clock_rate();
            Box::new(Ear::new(rate, move |digit, ms| reporter.tell(Heard::Key(digit, ms))))
        })
    }

    /// Puts a detector of speech on the bridge.
    pub(crate) fn listen_for_speech(&self, op: &'static str, detector: &SpeechDetector) -> Result<()> {
        let options: SpeechOptions = detector.options();
        let (id, call, rate) = (detector.id(), detector.call(), Some(SpeechSink::RATE));
        let listener = Listener::Speech(detector.clone());
        self.listener_add(op, id, call, options.tap, rate, listener, |reporter| {
            Box::new(SpeechSink::new(options, reporter))
        })
    }

    /// Puts a detector of tones on the bridge.
    pub(crate) fn listen_for_tones(&self, op: &'static str, detector: &ToneDetector) -> Result<()> {
        let detection = detector.detection();
        let (id, call, rate) = (detector.id(), detector.call(), Some(ToneSink::RATE));
        let listener = Listener::Tones(detector.clone());
        self.listener_add(op, id, call, detection.tap, rate, listener, |reporter| {
            Box::new(ToneSink::new(detection, reporter))
        })
    }

    #[expect(clippy::too_many_arguments, reason = "a private function with two callers")]
    fn listener_add(
        &self,
        op: &'static str,
        id: u64,
        call: &Call,
        tap: Tap,
        rate: Option<u32>,
        listener: Listener,
        make: impl FnOnce(Reporter) -> Box<dyn PortSink>,
    ) -> Result<()> {
        let (reporter, ring) = Reporter::new(&self.shared, &self.hearing.due);
        let node = NewNode {
            id,
            rate,
            end: PortEnd::Sink(make(reporter)),
            owner: Owner::Call(call.id(), tap),
            on_removed: Box::new(move |engine, why| {
                if why != Removal::Closed {
                    // What it told last is still told.
                    engine.take_heard();
                }
                engine.listener_removed(id);
            }),
        };
        let call = call.clone();
        self.node_add(op, node)?;
        let entry = Entry { call, listener, ring };
        self.hearing.by_id.borrow_mut().insert(id, entry);
        Ok(())
    }

    fn listener_removed(&self, id: u64) {
        let entry = self.hearing.by_id.borrow_mut().remove(&id);
        match entry.map(|entry| entry.listener) {
            Some(Listener::Speech(detector)) => detector.mark_stopped(),
            Some(Listener::Tones(detector)) => detector.mark_stopped(),
            Some(Listener::Keys) | None => {}
        }
    }

    /// Tells what was heard since the last turn.
    pub(super) fn take_heard(&self) {
        if !self.hearing.due.swap(false, Ordering::Acquire) {
            return;
        }
        let mut all = Vec::new();
        for (id, entry) in self.hearing.by_id.borrow_mut().iter_mut() {
            while let Ok(heard) = entry.ring.pop() {
                all.push((*id, entry.call.id(), heard));
            }
        }
        for (id, call, heard) in all {
            if let Heard::Key(digit, ms) = heard {
                self.call_heard_key(call, digit, ms);
                continue;
            }
            let event = match (heard, self.hearing.by_id.borrow().get(&id).map(|e| &e.listener)) {
                (Heard::Speech(edge, noticed), Some(Listener::Speech(detector))) => detector.event(edge, noticed),
                (Heard::Tone(found, noticed), Some(Listener::Tones(detector))) => detector.event(found, noticed),
                _ => continue,
            };
            self.publish(event, Urgency::Now);
        }
    }
}
