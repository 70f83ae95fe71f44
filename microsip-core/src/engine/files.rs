//! Players and recorders on the bridge, and when the bridge's clock must run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Engine;
use super::outbox::Urgency;
use crate::Result;
use crate::call::CallId;
use crate::event::Event;
use crate::media::detect::Ear;
use crate::media::{FileWriter, Once, Player, Recorder};
use crate::pj::{PortSink, PortSource};
use crate::sip::DtmfDetection;

/// Our end of the bridge.
enum File {
    Player(Player),
    /// Tones nobody follows: gone when they are through.
    Tone,
    /// Listens for keys.
    Ear,
    Recorder(#[expect(dead_code, reason = "keeps the recording's state alive")] Recorder),
}

impl File {
    /// Whether it speaks to the call; the others listen.
    fn plays(&self) -> bool {
        matches!(self, File::Player(_) | File::Tone)
    }
}

struct Entry {
    file: File,
    call: CallId,
    /// The file's port on the bridge.
    port: i32,
}

#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<u64, Entry>,
}

/// The bridge's clock: 50 wake-ups a second while it runs, so it runs only when somebody needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Stopped,
    Running,
    /// Nobody needs it any more; stopped at this moment unless somebody does by then. Starting and stopping it with every
    /// call would cost more than it saves, since stopping waits for its thread.
    Lingering(Instant),
    /// Stopped, with one tick to be made by hand at this moment.
    Pumping(Instant),
}

const LINGER: Duration = Duration::from_secs(1);
/// Ticks by hand are made for many changes at once.
const PUMP: Duration = Duration::from_millis(100);

impl Engine {
    pub(crate) fn player_add(
        &self,
        op: &'static str,
        call: CallId,
        player: Player,
        rate: u32,
        source: Box<dyn PortSource>,
    ) -> Result<()> {
        let bridge_port = self.calls.borrow().get(op, call)?.bridge_port;
        let port = self.pj.add_source(op, rate, source)?;
        let id = player.core.id;
        self.files.borrow_mut().by_id.insert(
            id,
            Entry {
                file: File::Player(player),
                call,
                port,
            },
        );
        if let Some(call_port) = bridge_port {
            self.pj.connect(port, call_port);
        }
        self.update_clock();
        Ok(())
    }

    /// Plays samples into the call, once.
    pub(super) fn tone_add(&self, op: &'static str, call: CallId, rate: u32, samples: Vec<i16>) -> Result<()> {
        let bridge_port = self.calls.borrow().get(op, call)?.bridge_port;
        let id = self.shared.next_id();
        let source = Box::new(Once::new(Arc::clone(&self.shared), id, samples));
        let port = self.pj.add_source(op, rate, source)?;
        let file = File::Tone;
        self.files.borrow_mut().by_id.insert(id, Entry { file, call, port });
        if let Some(call_port) = bridge_port {
            self.pj.connect(port, call_port);
        }
        self.update_clock();
        Ok(())
    }

    /// Listens for keys in what the peer says, if that is wanted; once per call.
    pub(super) fn listen_for_keys(&self, call: CallId, slot: i32) {
        let wanted = match self.config.dtmf_detection {
            DtmfDetection::Off => false,
            DtmfDetection::Auto => !self.pj.takes_rtp_events(slot),
            DtmfDetection::Always => true,
        };
        let listens = |e: &Entry| e.call == call && matches!(e.file, File::Ear);
        if !wanted || self.files.borrow().by_id.values().any(listens) {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let ear = Ear::new(self.shared.clock_rate(), move |digit, ms| {
            // Told off the clock's thread, a digit at a time.
            shared.post("dtmf", move |engine| engine.call_heard_key(call, digit, ms));
        });
        match self.pj.add_sink("dtmf", Box::new(ear)) {
            Ok(port) => {
                let file = File::Ear;
                let entry = Entry { file, call, port };
                self.files.borrow_mut().by_id.insert(self.shared.next_id(), entry);
            }
            Err(e) => tracing::warn!(target: "microsip", "{e}"),
        }
    }

    /// Takes a player off the bridge; `at_end` when it played its file through.
    pub(crate) fn player_remove(&self, id: u64, at_end: bool) {
        let Some(entry) = self.files.borrow_mut().by_id.remove(&id) else {
            return;
        };
        self.pj.remove_port(entry.port);
        if let File::Player(player) = entry.file {
            player.mark_finished();
            let call = self
                .calls
                .borrow()
                .get("player", entry.call)
                .ok()
                .map(|e| e.call.clone());
            if let (true, Some(call)) = (at_end, call) {
                self.publish(Event::PlayerFinished { call, player }, Urgency::Now);
            }
        }
        self.update_clock();
    }

    pub(crate) fn recorder_add(
        &self,
        op: &'static str,
        call: CallId,
        recorder: Recorder,
        sink: Box<dyn PortSink>,
    ) -> Result<()> {
        let bridge_port = self.calls.borrow().get(op, call)?.bridge_port;
        let port = self.pj.add_sink(op, sink)?;
        let id = recorder.core.id;
        self.files.borrow_mut().by_id.insert(
            id,
            Entry {
                file: File::Recorder(recorder),
                call,
                port,
            },
        );
        if let Some(call_port) = bridge_port {
            self.pj.connect(call_port, port);
        }
        self.update_clock();
        Ok(())
    }

    pub(crate) fn recorder_remove(&self, id: u64) {
        let Some(entry) = self.files.borrow_mut().by_id.remove(&id) else {
            return;
        };
        self.pj.remove_port(entry.port);
        self.update_clock();
    }

    /// The call's audio started or changed: connect what was asked for.
    pub(super) fn connect_files(&self, call: CallId, call_port: i32) {
        let ports: Vec<(bool, i32)> = {
            let files = self.files.borrow();
            let of_call = files.by_id.values().filter(|e| e.call == call);
            of_call.map(|e| (e.file.plays(), e.port)).collect()
        };
        for (plays, port) in ports {
            if plays {
                self.pj.connect(port, call_port)
            } else {
                self.pj.connect(call_port, port)
            }
        }
        if self.config.send_silence {
            self.pj.connect(crate::pj::SILENCE_PORT, call_port);
        }
    }

    /// The call is over, and its files with it.
    pub(super) fn detach_files(&self, call: CallId) {
        let ids: Vec<(u64, bool)> = {
            let files = self.files.borrow();
            let of_call = files.by_id.iter().filter(|(_, e)| e.call == call);
            of_call.map(|(id, e)| (*id, e.file.plays())).collect()
        };
        for (id, plays) in ids {
            if plays {
                self.player_remove(id, false)
            } else {
                self.recorder_remove(id)
            }
        }
    }

    /// PJSUA is gone, and every port with it.
    pub(super) fn forget_files(&self) {
        let table = std::mem::take(&mut *self.files.borrow_mut());
        for entry in table.by_id.into_values() {
            if let File::Player(player) = entry.file {
                player.mark_finished();
            }
        }
    }

    pub(crate) fn with_file_writer(
        &self,
        make: impl FnOnce() -> Result<FileWriter>,
        then: impl FnOnce(&FileWriter),
    ) -> Result<()> {
        let mut writer = self.writer.borrow_mut();
        let writer = match &mut *writer {
            Some(writer) => writer,
            empty => empty.insert(make()?),
        };
        then(writer);
        Ok(())
    }

    fn clock_wanted(&self) -> bool {
        let files = !self.files.borrow().by_id.is_empty();
        self.calls
            .borrow()
            .entries()
            .any(|e| e.bridge_port.is_some() && (self.config.send_silence || files))
    }

    /// Starts the clock now if it does not run.
    pub(super) fn need_clock(&self, at_least: Duration) {
        match self.clock.get() {
            Clock::Running => {}
            Clock::Lingering(_) if self.clock_wanted() => self.clock.set(Clock::Running),
            Clock::Lingering(_) => {}
            Clock::Stopped | Clock::Pumping(_) => {
                if self.pj.start_clock() {
                    self.clock.set(Clock::Running);
                }
            }
        }
        if !self.clock_wanted() {
            // For digits on an otherwise silent call.
            self.linger(at_least + LINGER);
        }
    }

    /// Lets the clock run for a while, or longer if it was to.
    fn linger(&self, time: Duration) {
        let until = Instant::now() + time;
        let until = match self.clock.get() {
            Clock::Lingering(later) => until.max(later),
            _ => until,
        };
        self.clock.set(Clock::Lingering(until));
    }

    /// Looks whether somebody needs the clock.
    pub(super) fn update_clock(&self) {
        match (self.clock_wanted(), self.clock.get()) {
            (true, _) => self.need_clock(Duration::ZERO),
            (false, Clock::Running) => self.linger(LINGER),
            // Ports were added or removed perhaps, which waits for a tick.
            (false, Clock::Stopped) => self.clock.set(Clock::Pumping(Instant::now() + PUMP)),
            (false, Clock::Pumping(_)) => {}
            (false, Clock::Lingering(_)) => {}
        }
    }

    pub(super) fn clock_due(&self) -> Option<Instant> {
        match self.clock.get() {
            Clock::Lingering(at) | Clock::Pumping(at) => Some(at),
            Clock::Stopped | Clock::Running => None,
        }
    }

    pub(super) fn tick_clock(&self) {
        if self.clock_due().is_some_and(|at| at <= Instant::now()) {
            // Everything is stopped by now or has no need of the clock.
            self.stop_clock();
        }
    }

    pub(super) fn stop_clock(&self) {
        if let Clock::Running | Clock::Lingering(_) = self.clock.replace(Clock::Stopped) {
            self.pj.stop_clock();
        }
        self.pj.pump_bridge();
    }
}
