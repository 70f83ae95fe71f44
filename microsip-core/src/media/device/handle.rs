//! Open devices as an application sees them.

use std::fmt;
use std::sync::Arc;

use super::backend::system;
use super::keeper::{Ends, Keeper, NewLine};
use super::list::{AudioDevice, DeviceChoice};
use super::meter::DeviceLevel;
use super::options::{AudioDeviceOptions, DeviceRole, factor};
use super::port::{EchoPath, Loudspeaker, Microphone, Pair, Side, VoiceFilter, place};
use super::ring::DeviceStats;
use crate::engine::{Lane, NewNode, NodeId, Owner, Removal, Shared};
use crate::media::node::{AudioNode, node, sealed};
use crate::media::{EchoCanceller, VoiceProcessing};
use crate::pj::{PortEnd, Voice};
use crate::{Error, ErrorKind, Result};

/// The sound devices of this machine, the default ones first, then by name. Needs no endpoint; nothing is opened.
///
/// On Linux these are ALSA's PCMs: `default` and `pulse` lead to PulseAudio or PipeWire where its plugin is installed. A server
/// without a sound card has an empty list, or a `default` that cannot be opened.
///
/// # Errors
/// [`Device`](ErrorKind::Device) when the sound system does not answer, [`Unsupported`](ErrorKind::Unsupported) in a build
/// without the feature `audio-devices`.
///
/// # Threads
/// Any that may wait: some systems take a tenth of a second.
#[doc(alias = "pjmedia_aud_dev_count")]
pub fn audio_devices() -> Result<Vec<AudioDevice>> {
    const OP: &str = "list audio devices";
    system(OP)?.devices(OP)
}

pub(crate) struct AudioCore {
    /// The node of microphone and loudspeaker; lines have the numbers of their roles' sides.
    pub(crate) id: NodeId,
    pub(crate) ringing: NodeId,
    pub(crate) lines: [Option<Line>; 3],
    shared: Arc<Shared>,
}

pub(crate) struct Line {
    pub(crate) id: u64,
    side: Arc<Side>,
}

/// Open devices: a microphone, a loudspeaker, a loudspeaker that rings, or some of them
/// ([`Endpoint::open_audio`](crate::Endpoint::open_audio)). Dropping the handle leaves them open; they are closed by
/// [`AudioDevices::close`] and with the endpoint.
///
/// It is a node of the bridge ([`Endpoint::connect`](crate::Endpoint::connect)): what it says comes from the microphone, what
/// it hears goes to the loudspeaker. [`AudioDevices::ringing_node`] is another.
#[derive(Clone)]
pub struct AudioDevices {
    pub(crate) core: Arc<AudioCore>,
}

node!(AudioDevices, |devices| devices.core.id);

/// The ringing loudspeaker of open devices as a node that hears.
#[derive(Clone, Debug)]
pub struct RingingNode {
    id: NodeId,
}

node!(RingingNode, |ringing| ringing.id);

impl AudioDevices {
    /// The device in use at the moment: the one chosen, its replacement, or none.
    pub fn device(&self, role: DeviceRole) -> Option<AudioDevice> {
        self.core.lines[role as usize].as_ref().and_then(|l| l.side.device())
    }

    /// Takes another device for a role that is open. The one before stays when the new one cannot be opened. Waits for the
    /// sound system.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a choice that names nothing or several, or a role that was not
    /// opened; [`Device`](ErrorKind::Device) when it cannot be opened; [`Gone`](ErrorKind::Gone) after
    /// [`AudioDevices::close`]; [`WrongState`](ErrorKind::WrongState) on the engine's thread.
    ///
    /// # Threads
    /// Any that may wait.
    pub fn choose(&self, role: DeviceRole, choice: DeviceChoice) -> Result<AudioDevice> {
        const OP: &str = "choose device";
        choice.check(OP)?;
        let line = self.line(OP, role)?;
        self.core.shared.refuse_wait_on_engine(OP)?;
        let keeper = self.core.shared.devices().running();
        let keeper = keeper.ok_or_else(|| Error::not_running(OP))?;
        keeper.choose(OP, line.id, choice)
    }

    /// Sets a volume in dB, −60 to +20, without a step. Beyond full scale it is clipped.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) beyond that, or for a role that was not opened.
    pub fn set_volume_db(&self, role: DeviceRole, db: f32) -> Result<()> {
        const OP: &str = "set volume";
        let factor = factor(OP, db)?;
        self.line(OP, role)?.side.set_volume(factor);
        Ok(())
    }

    /// Silences a device, or lets it be heard again. The meter goes on showing what a muted microphone hears.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a role that was not opened.
    pub fn mute(&self, role: DeviceRole, muted: bool) -> Result<()> {
        self.line("mute", role)?.side.set_muted(muted);
        Ok(())
    }

    /// Whether it is muted.
    pub fn is_muted(&self, role: DeviceRole) -> bool {
        self.core.lines[role as usize]
            .as_ref()
            .is_some_and(|l| l.side.is_muted())
    }

    /// How loud it is, after the volume: measured while the bridge's clock runs, which it does while the devices are connected
    /// to something. `None` for a role that was not opened.
    pub fn level(&self, role: DeviceRole) -> Option<DeviceLevel> {
        self.core.lines[role as usize].as_ref().map(|l| l.side.meter.level())
    }

    /// How the stream is doing; `None` while no device is open.
    pub fn stats(&self, role: DeviceRole) -> Option<DeviceStats> {
        self.core.lines[role as usize].as_ref().and_then(|l| l.side.stats())
    }

    /// The ringing loudspeaker as a node, to connect players and tones to; `None` if none was asked for.
    pub fn ringing_node(&self) -> Option<impl AudioNode + Clone + Send + Sync + use<>> {
        let id = self.core.ringing;
        self.core.lines[DeviceRole::Ringing as usize]
            .as_ref()
            .map(|_| RingingNode { id })
    }

    /// Closes the devices; calls go on without them.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) when the endpoint is closed, and they with it.
    pub fn close(&self) -> Result<()> {
        let (id, ringing) = (self.core.id, self.core.ringing);
        self.core.shared.run("close audio", Lane::Normal, move |engine| {
            engine.node_remove(id, Removal::Stopped);
            engine.node_remove(ringing, Removal::Stopped);
            Ok(())
        })
    }

    fn line(&self, op: &'static str, role: DeviceRole) -> Result<&Line> {
        self.core.lines[role as usize]
            .as_ref()
            .ok_or_else(|| Error::invalid(op, format!("no {} device was opened", role.name())))
    }

    /// Opens what is asked for, on a thread that may wait.
    pub(crate) fn open(shared: &Arc<Shared>, options: &AudioDeviceOptions) -> Result<AudioDevices> {
        const OP: &str = "open audio";
        options.check(OP)?;
        shared.refuse_wait_on_engine(OP)?;
        if options
            .processing
            .echo
            .is_some_and(|e| e.canceller == EchoCanceller::Aec3)
            && shared.clock_rate() < 16_000
        {
            return Err(Error::new(
                ErrorKind::Unsupported,
                OP,
                "AEC3 wants a bridge of 16 kHz or more, and with narrowband codecs alone it runs at 8 kHz; take Speex",
            ));
        }
        let keeper = shared.devices().keeper(OP, shared)?;
        let mut opening = Opening {
            shared: Arc::clone(shared),
            keeper: Arc::clone(&keeper),
            options,
            rate: shared.clock_rate(),
            lines: [None, None, None],
        };
        let result = opening.run(OP);
        if result.is_err() {
            opening.lines.iter().flatten().for_each(|line| keeper.close(line.id));
        }
        result
    }
}

struct Opening<'a> {
    shared: Arc<Shared>,
    keeper: Arc<Keeper>,
    options: &'a AudioDeviceOptions,
    rate: u32,
    lines: [Option<Line>; 3],
}

impl Opening<'_> {
    fn run(&mut self, op: &'static str) -> Result<AudioDevices> {
        let microphone = match self.options.choice(DeviceRole::Input) {
            Some(_) => {
                let (supply, place) = place();
                let side = self.line(op, DeviceRole::Input, Ends::Input(supply))?;
                Some(Microphone::new(self.rate, side, place))
            }
            None => None,
        };
        let loudspeaker = self.loudspeaker(op, DeviceRole::Output)?;
        let ringing = self.loudspeaker(op, DeviceRole::Ringing)?;
        let path = Arc::new(EchoPath::default());
        if let [Some(input), Some(output), _] = &self.lines {
            self.keeper.pair(input.id, output.id, Arc::clone(&path));
        }
        let core = Arc::new(AudioCore {
            id: self.shared.next_id(),
            ringing: self.shared.next_id(),
            lines: std::mem::take(&mut self.lines),
            shared: Arc::clone(&self.shared),
        });
        let devices = AudioDevices { core };
        let (rate, processing) = (self.rate, self.options.processing);
        // Speex' tables are made here and not on the engine; AEC3 needs PJLIB.
        let aec3 = processing.echo.is_some_and(|e| e.canceller == EchoCanceller::Aec3);
        let filter: Option<Box<dyn VoiceFilter>> = if processing.is_off() || aec3 {
            None
        } else {
            Some(Box::new(Voice::new(op, rate, &processing)?))
        };
        let (handle, connect) = (devices.clone(), self.options.connect_calls);
        let added = self.shared.run(op, Lane::Normal, move |engine| {
            let filter = match filter {
                None if aec3 => Some(with_aec3(engine, op, rate, &processing)?),
                filter => filter,
            };
            let end = match (microphone, loudspeaker) {
                (Some(microphone), loudspeaker) => {
                    let pair = Pair::new(rate, microphone, loudspeaker, filter, path);
                    Some(pair.into_end())
                }
                (None, Some(loudspeaker)) => Some(PortEnd::Sink(Box::new(loudspeaker))),
                (None, None) => None,
            };
            let ringing = ringing.map(|r| PortEnd::Sink(Box::new(r)));
            engine.devices_add(op, handle, end, ringing, connect)
        });
        if added.is_err() {
            devices
                .core
                .lines
                .iter()
                .flatten()
                .for_each(|line| self.keeper.close(line.id));
        }
        added.map(|()| devices)
    }

    fn loudspeaker(&mut self, op: &'static str, role: DeviceRole) -> Result<Option<Loudspeaker>> {
        if self.options.choice(role).is_none() {
            return Ok(None);
        }
        let (supply, place) = place();
        let side = self.line(op, role, Ends::Output(supply))?;
        Ok(Some(Loudspeaker::new(self.rate, side, place)))
    }

    fn line(&mut self, op: &'static str, role: DeviceRole, ends: Ends) -> Result<Arc<Side>> {
        let volume = factor(op, self.options.volume_db[role as usize])?;
        let side = Side::new(volume, false);
        let id = self.shared.next_id();
        self.keeper.open(
            op,
            NewLine {
                id,
                choice: self.options.choice(role).cloned().unwrap_or_default(),
                fallback: self.options.fallback,
                ends,
                side: Arc::clone(&side),
                rate: self.rate,
            },
        )?;
        self.lines[role as usize] = Some(Line {
            id,
            side: Arc::clone(&side),
        });
        Ok(side)
    }
}

#[cfg(feature = "aec3")]
fn with_aec3(
    engine: &crate::engine::Engine,
    op: &'static str,
    rate: u32,
    processing: &VoiceProcessing,
) -> Result<Box<dyn VoiceFilter>> {
    Ok(Box::new(engine.pj.voice_with_aec3(op, rate, processing)?))
}

/// [`VoiceProcessing::check`] has refused it already.
#[cfg(not(feature = "aec3"))]
fn with_aec3(_: &crate::engine::Engine, op: &'static str, _: u32, _: &VoiceProcessing) -> Result<Box<dyn VoiceFilter>> {
    Err(Error::new(ErrorKind::Unsupported, op, "this build has no AEC3"))
}

/// The nodes of an opened set.
pub(crate) fn nodes(
    devices: &AudioDevices,
    end: Option<PortEnd>,
    ringing: Option<PortEnd>,
) -> impl Iterator<Item = NewNode> {
    let node = |id: NodeId, end: PortEnd, roles: &'static [DeviceRole], core: Arc<AudioCore>| NewNode {
        id,
        rate: None,
        end,
        owner: Owner::Nobody,
        on_removed: Box::new(move |engine, _| {
            engine.devices_removed(core.id);
            if let Some(keeper) = core.shared.devices().running() {
                let lines = roles.iter().filter_map(|role| core.lines[*role as usize].as_ref());
                lines.for_each(|line| keeper.close(line.id));
            }
        }),
    };
    let core = &devices.core;
    let main = end.map(|end| node(core.id, end, &[DeviceRole::Input, DeviceRole::Output], Arc::clone(core)));
    let ringing = ringing.map(|end| node(core.ringing, end, &[DeviceRole::Ringing], Arc::clone(core)));
    main.into_iter().chain(ringing)
}

impl PartialEq for AudioDevices {
    fn eq(&self, other: &Self) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for AudioDevices {}

impl fmt::Debug for AudioDevices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("AudioDevices");
        for role in DeviceRole::ALL {
            if self.core.lines[role as usize].is_some() {
                out.field(role.name(), &self.device(role).map(|d| d.id));
            }
        }
        out.finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "fault-injection"))]
#[path = "handle_tests.rs"]
mod tests;
