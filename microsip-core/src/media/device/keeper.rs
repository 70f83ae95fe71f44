//! One thread per endpoint opens devices, notices when they are lost, and finds others. It sleeps while nothing is open and
//! nobody watches; else it looks twice a second, since ALSA tells nobody when a device comes or goes.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::backend::{Backend, OnLost};
use super::list::{AudioDevice, DeviceChoice, DeviceDirection, difference};
use super::port::{EchoPath, Side, Supply};
use super::ring::{CaptureReader, Flow, PlaybackWriter};
use crate::{Error, ErrorKind, Result};

/// How often devices are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// A device that has not called for so many looks is dead, whatever it says.
const DEAD_AFTER: u32 = 6;
/// How long to wait before a device is tried again; doubled each time.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));
/// How long a caller waits for a device to open; sound servers may hang.
const PATIENCE: Duration = Duration::from_secs(15);
/// What echo cancellation is told less than is known, so that no echo comes before what it is an echo of; and the tick
/// between the bridge's turns.
const ECHO_GUARD_US: f64 = 30_000.0;

/// What to do when a device is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DeviceFallback {
    /// The system's default device takes its place until it is back.
    #[default]
    Default,
    /// Silence until it is back.
    Silence,
}

impl DeviceFallback {
    /// Stable lower-case name, as it appears in JSON: `"default"` or `"silence"`.
    pub fn name(self) -> &'static str {
        match self {
            DeviceFallback::Default => "default",
            DeviceFallback::Silence => "silence",
        }
    }
}

/// A line's number.
pub(crate) type LineId = u64;

/// What the keeper has to tell; on its own thread.
#[derive(Debug)]
pub(crate) enum News {
    /// The list changed; only while watched.
    Changed {
        added: Vec<AudioDevice>,
        removed: Vec<AudioDevice>,
    },
    /// A device stopped working; perhaps another was opened instead.
    Lost {
        line: LineId,
        device: AudioDevice,
        why: String,
        replacement: Option<AudioDevice>,
    },
    /// The device that was wanted works again, or its replacement does after all.
    Back { line: LineId, device: AudioDevice },
}

/// Where a line's stream is to go.
pub(crate) enum Ends {
    Input(Supply<CaptureReader>),
    Output(Supply<PlaybackWriter>),
}

/// A device that is wanted by somebody.
pub(crate) struct NewLine {
    pub(crate) id: LineId,
    pub(crate) choice: DeviceChoice,
    pub(crate) fallback: DeviceFallback,
    pub(crate) ends: Ends,
    pub(crate) side: Arc<Side>,
    /// The bridge's, in Hz.
    pub(crate) rate: u32,
}

struct Stream {
    _guard: Box<dyn Any + Send>,
    device: AudioDevice,
    /// Whether it is the one that was chosen.
    chosen: bool,
    flow: Arc<Flow>,
    callbacks: u64,
    silent_looks: u32,
    generation: u64,
}

struct Line {
    new: NewLine,
    stream: Option<Stream>,
    retry: Duration,
    retry_at: Instant,
}

impl Line {
    fn direction(&self) -> DeviceDirection {
        match self.new.ends {
            Ends::Input(_) => DeviceDirection::Input,
            Ends::Output(_) => DeviceDirection::Output,
        }
    }
}

enum Ask {
    Open(Box<NewLine>, Sender<Result<AudioDevice>>),
    Choose(LineId, DeviceChoice, Sender<Result<AudioDevice>>),
    Close(LineId),
    Pair(LineId, LineId, Arc<EchoPath>),
    Watch(bool),
    Failed(LineId, u64, String),
    Stop,
}

/// The thread's handle.
pub(crate) struct Keeper {
    asks: Sender<Ask>,
    /// And what tells that it has ended.
    thread: Mutex<Option<(JoinHandle<()>, Receiver<()>)>>,
}

impl Keeper {
    pub(crate) fn start(backend: Arc<dyn Backend>, tell: impl Fn(News) + Send + 'static) -> Result<Keeper> {
        let (asks, inbox) = channel();
        let (alive, gone) = channel();
        let work = Work {
            backend,
            tell: Box::new(tell),
            asks: asks.clone(),
            lines: Vec::new(),
            pairs: Vec::new(),
            known: None,
            generations: 0,
        };
        let thread = std::thread::Builder::new()
            .name("microsip-devices".to_owned())
            .spawn(move || {
                let _alive = alive;
                work.run(&inbox);
            })
            .map_err(|e| {
                Error::new(
                    ErrorKind::LimitReached,
                    "open audio",
                    format!("cannot start a thread: {e}"),
                )
            })?;
        Ok(Keeper {
            asks,
            thread: Mutex::new(Some((thread, gone))),
        })
    }

    fn ask(&self, op: &'static str, make: impl FnOnce(Sender<Result<AudioDevice>>) -> Ask) -> Result<AudioDevice> {
        let (send, answer) = channel();
        drop(self.asks.send(make(send)));
        match answer.recv_timeout(PATIENCE) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => Err(Error::new(
                ErrorKind::Timeout,
                op,
                format!("the sound system does not answer within {PATIENCE:?}"),
            )),
            Err(RecvTimeoutError::Disconnected) => Err(Error::not_running(op)),
        }
    }

    /// Opens a device and keeps it open; waits.
    pub(crate) fn open(&self, op: &'static str, new: NewLine) -> Result<AudioDevice> {
        self.ask(op, |answer| Ask::Open(Box::new(new), answer))
    }

    /// Another device for a line; the one before stays if it cannot be opened. Waits.
    pub(crate) fn choose(&self, op: &'static str, line: LineId, choice: DeviceChoice) -> Result<AudioDevice> {
        self.ask(op, |answer| Ask::Choose(line, choice, answer))
    }

    /// Closes a line's device, soon.
    pub(crate) fn close(&self, line: LineId) {
        drop(self.asks.send(Ask::Close(line)));
    }

    /// Tells how far a loudspeaker and a microphone are apart, from now on.
    pub(crate) fn pair(&self, input: LineId, output: LineId, path: Arc<EchoPath>) {
        drop(self.asks.send(Ask::Pair(input, output, path)));
    }

    /// Whether changes of the list are told.
    pub(crate) fn watch(&self, on: bool) {
        drop(self.asks.send(Ask::Watch(on)));
    }
}

impl Drop for Keeper {
    /// Closes everything. Waits for the thread, but not for ever: a sound server that hangs must not hang us.
    fn drop(&mut self) {
        drop(self.asks.send(Ask::Stop));
        let Some((thread, gone)) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return;
        };
        if gone.recv_timeout(Duration::from_secs(2)) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!(target: "microsip", "the sound system hangs; its thread is left behind");
        } else {
            drop(thread.join());
        }
    }
}

struct Work {
    backend: Arc<dyn Backend>,
    tell: Box<dyn Fn(News) + Send>,
    asks: Sender<Ask>,
    lines: Vec<Line>,
    pairs: Vec<(LineId, LineId, Arc<EchoPath>)>,
    /// The list as last told; `None` while nobody watches.
    known: Option<Vec<AudioDevice>>,
    generations: u64,
}

const OP: &str = "open audio";

impl Work {
    fn run(mut self, inbox: &Receiver<Ask>) {
        let mut look_at = Instant::now() + LOOK;
        loop {
            let busy = !self.lines.is_empty() || self.known.is_some();
            let ask = if busy {
                match inbox.recv_timeout(look_at.saturating_duration_since(Instant::now())) {
                    Ok(ask) => Some(ask),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            } else {
                look_at = Instant::now() + LOOK;
                match inbox.recv() {
                    Ok(ask) => Some(ask),
                    Err(_) => return,
                }
            };
            match ask {
                Some(Ask::Stop) => return,
                Some(ask) => self.answer(ask),
                None => {
                    self.look();
                    look_at = Instant::now() + LOOK;
                }
            }
        }
    }

    fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Open(new, answer) => drop(answer.send(self.open(*new))),
            Ask::Choose(id, choice, answer) => drop(answer.send(self.choose(id, choice))),
            Ask::Close(id) => {
                self.pairs.retain(|(input, output, _)| *input != id && *output != id);
                if let Some(at) = self.lines.iter().position(|l| l.new.id == id) {
                    let mut line = self.lines.swap_remove(at);
                    settle(&mut line, None);
                }
            }
            Ask::Pair(input, output, path) => {
                self.pairs.push((input, output, path));
                self.measure_paths();
            }
            Ask::Watch(true) if self.known.is_none() => {
                self.known = Some(self.backend.devices(OP).unwrap_or_default());
            }
            Ask::Watch(true) => {}
            Ask::Watch(false) => self.known = None,
            Ask::Failed(id, generation, why) => {
                let at = self
                    .lines
                    .iter()
                    .position(|l| l.new.id == id && l.stream.as_ref().is_some_and(|s| s.generation == generation));
                if let Some(at) = at {
                    self.lost(at, why);
                }
            }
            Ask::Stop => {}
        }
    }

    fn open(&mut self, new: NewLine) -> Result<AudioDevice> {
        let mut line = Line {
            new,
            stream: None,
            retry: RETRY.0,
            retry_at: Instant::now(),
        };
        let id = self.resolve(&line.new.choice, line.direction())?;
        let device = self.start(&mut line, id.as_deref(), true)?;
        self.lines.push(line);
        Ok(device)
    }

    fn choose(&mut self, id: LineId, choice: DeviceChoice) -> Result<AudioDevice> {
        let Some(at) = self.lines.iter().position(|l| l.new.id == id) else {
            return Err(Error::new(ErrorKind::Gone, "choose device", "the devices were closed"));
        };
        let wanted = self.resolve(&choice, self.lines[at].direction())?;
        let mut line = self.lines.swap_remove(at);
        let same = line
            .stream
            .as_ref()
            .is_some_and(|s| wanted.as_ref().is_some_and(|w| *w == s.device.id));
        let result = match &mut line.stream {
            // Already open, perhaps as a replacement; some devices open only once.
            Some(stream) if same => {
                stream.chosen = true;
                Ok(stream.device.clone())
            }
            _ => self.start(&mut line, wanted.as_deref(), true),
        };
        if result.is_ok() {
            line.new.choice = choice;
        }
        self.lines.push(line);
        result
    }

    /// The id a choice means; `None` for the default device.
    fn resolve(&self, choice: &DeviceChoice, direction: DeviceDirection) -> Result<Option<String>> {
        match choice {
            DeviceChoice::Default => Ok(None),
            DeviceChoice::Id(id) => Ok(Some(id.clone())),
            DeviceChoice::Name(_) => {
                let list = self.backend.devices(OP)?;
                Ok(choice.find(OP, &list, direction)?.map(|d| d.id.clone()))
            }
        }
    }

    /// Opens a device for a line, in place of the one before if there is one.
    fn start(&mut self, line: &mut Line, id: Option<&str>, chosen: bool) -> Result<AudioDevice> {
        self.generations += 1;
        let generation = self.generations;
        let lost = self.on_lost(line.new.id, generation);
        let (flow, device, guard) = match &mut line.new.ends {
            Ends::Input(supply) => {
                let opened = self.backend.open_input(OP, id, line.new.rate, lost)?;
                let flow = Arc::clone(opened.end.flow());
                given(supply.give(Some(Box::new(opened.end))))?;
                (flow, opened.device, opened.stream)
            }
            Ends::Output(supply) => {
                let opened = self.backend.open_output(OP, id, line.new.rate, lost)?;
                let flow = Arc::clone(opened.end.flow());
                given(supply.give(Some(Box::new(opened.end))))?;
                (flow, opened.device, opened.stream)
            }
        };
        let stream = Stream {
            _guard: guard,
            device: device.clone(),
            chosen,
            flow,
            callbacks: 0,
            silent_looks: 0,
            generation,
        };
        settle(line, Some(stream));
        Ok(device)
    }

    fn on_lost(&self, line: LineId, generation: u64) -> OnLost {
        let asks = self.asks.clone();
        let told = AtomicBool::new(false);
        Box::new(move |why| {
            if !told.swap(true, Relaxed) {
                drop(asks.send(Ask::Failed(line, generation, why)));
            }
        })
    }

    /// A line's device is dead.
    fn lost(&mut self, at: usize, why: String) {
        let mut line = self.lines.swap_remove(at);
        let device = line.stream.as_ref().map(|s| s.device.clone());
        let was_chosen = line.stream.as_ref().is_some_and(|s| s.chosen);
        match &mut line.new.ends {
            Ends::Input(supply) => drop(supply.give(None)),
            Ends::Output(supply) => drop(supply.give(None)),
        }
        settle(&mut line, None);
        line.retry = RETRY.0;
        line.retry_at = Instant::now() + RETRY.0;
        let is_default = line.new.choice == DeviceChoice::Default;
        let replacement = if was_chosen && !is_default && line.new.fallback == DeviceFallback::Default {
            self.start(&mut line, None, false)
                .inspect_err(|e| tracing::warn!(target: "microsip", "no device to replace the lost one: {e}"))
                .ok()
        } else {
            None
        };
        let id = line.new.id;
        self.lines.push(line);
        if let Some(device) = device {
            (self.tell)(News::Lost {
                line: id,
                device,
                why,
                replacement,
            });
        }
    }

    fn look(&mut self) {
        self.bury_the_dead();
        let incomplete = |l: &Line| l.stream.as_ref().is_none_or(|s| !s.chosen);
        let due = self.lines.iter().any(|l| incomplete(l) && l.retry_at <= Instant::now());
        let list = if self.known.is_some() || due {
            self.backend.devices(OP).ok()
        } else {
            None
        };
        if let Some(list) = &list {
            if let Some(known) = &mut self.known {
                let (added, removed) = difference(known, list);
                known.clone_from(list);
                if !added.is_empty() || !removed.is_empty() {
                    (self.tell)(News::Changed { added, removed });
                }
            }
            self.mend(list);
        }
        for line in &mut self.lines {
            match &mut line.new.ends {
                Ends::Input(supply) => supply.sweep(),
                Ends::Output(supply) => supply.sweep(),
            }
        }
        self.measure_paths();
    }

    /// Devices that stopped calling without a word.
    fn bury_the_dead(&mut self) {
        let mut dead = Vec::new();
        for line in &mut self.lines {
            let Some(stream) = &mut line.stream else { continue };
            let callbacks = stream.flow.callbacks();
            if callbacks == stream.callbacks {
                stream.silent_looks += 1;
            } else {
                stream.silent_looks = 0;
            }
            stream.callbacks = callbacks;
            if stream.silent_looks >= DEAD_AFTER {
                dead.push(line.new.id);
            }
        }
        for id in dead {
            if let Some(at) = self.lines.iter().position(|l| l.new.id == id) {
                self.lost(at, "the device has stopped without an error".to_owned());
            }
        }
    }

    /// Tries to give every line the device it wants.
    fn mend(&mut self, list: &[AudioDevice]) {
        let now = Instant::now();
        for line in std::mem::take(&mut self.lines) {
            let mut line = line;
            if line.stream.as_ref().is_some_and(|s| s.chosen) || line.retry_at > now {
                self.lines.push(line);
                continue;
            }
            let direction = line.direction();
            // A device that is not listed is not tried: ALSA would complain on standard error each time.
            let wanted = match line.new.choice.find(OP, list, direction) {
                Ok(Some(device)) => Some(device.id.clone()),
                _ => None,
            };
            let default = line.new.choice == DeviceChoice::Default;
            let tried = match (&wanted, default) {
                (_, true) => Some(self.start(&mut line, None, true)),
                (Some(id), false) => Some(self.start(&mut line, Some(id), true)),
                (None, false) => None,
            };
            let back = match tried {
                Some(Ok(device)) => Some(device),
                _ if line.stream.is_none() && line.new.fallback == DeviceFallback::Default && !default => {
                    self.start(&mut line, None, false).ok()
                }
                _ => None,
            };
            if line.stream.as_ref().is_none_or(|s| !s.chosen) {
                line.retry = (line.retry * 2).min(RETRY.1);
                // A device that is not there costs nothing to look for.
                line.retry_at = now
                    + if wanted.is_some() || default {
                        line.retry
                    } else {
                        RETRY.0
                    };
            }
            let id = line.new.id;
            self.lines.push(line);
            if let Some(device) = back {
                (self.tell)(News::Back { line: id, device });
            }
        }
    }

    fn measure_paths(&self) {
        let latency = |id: LineId| {
            let line = self.lines.iter().find(|l| l.new.id == id)?;
            line.stream.as_ref().map(|s| s.flow.latency_s())
        };
        for (input, output, path) in &self.pairs {
            if let (Some(input), Some(output)) = (latency(*input), latency(*output)) {
                path.set(((input + output) * 1e6 - ECHO_GUARD_US).max(0.0) as u32);
            }
        }
    }
}

fn given(taken: bool) -> Result<()> {
    if taken {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Busy,
        OP,
        "the bridge stands still and has not taken the devices opened before",
    ))
}

/// Puts a stream, or none, into a line; the one before ends.
fn settle(line: &mut Line, stream: Option<Stream>) {
    line.new
        .side
        .set_stream(stream.as_ref().map(|s| (s.device.clone(), Arc::clone(&s.flow))));
    line.stream = stream;
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
