//! Sound devices that are threads of ours: plugged in, pulled out and stopped by tests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use super::backend::{Backend, OnLost, Opened, now};
use super::list::{AudioDevice, DeviceDirection};
use super::ring::{self, CaptureReader, PlaybackWriter};
use crate::{Error, ErrorKind, Result};

const RATE: u32 = 48_000;

#[derive(Default)]
struct State {
    devices: Vec<AudioDevice>,
    lost: BTreeMap<String, OnLost>,
    stalled: BTreeMap<String, Arc<AtomicBool>>,
    heard: BTreeMap<String, Vec<f32>>,
    opened: Vec<String>,
    lists: usize,
}

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
}

pub(crate) fn device(id: &str, direction: DeviceDirection, is_default: bool) -> AudioDevice {
    AudioDevice {
        id: id.to_owned(),
        name: format!("The {id}"),
        direction,
        is_default,
    }
}

impl Fake {
    pub(crate) fn with(devices: &[AudioDevice]) -> Fake {
        let fake = Fake::default();
        fake.state().devices = devices.to_vec();
        fake
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn plug(&self, device: AudioDevice) {
        self.state().devices.push(device);
    }

    /// Pulls a device out; who has it open hears of it.
    pub(crate) fn unplug(&self, id: &str) {
        self.state().devices.retain(|d| d.id != id);
        self.stall(id);
        let lost = self.state().lost.remove(id);
        if let Some(mut lost) = lost {
            // Systems repeat themselves.
            lost("unplugged".to_owned());
            lost("unplugged".to_owned());
        }
    }

    /// The device stops calling and says nothing.
    pub(crate) fn stall(&self, id: &str) {
        if let Some(stalled) = self.state().stalled.get(id) {
            stalled.store(true, Relaxed);
        }
    }

    pub(crate) fn opened(&self) -> Vec<String> {
        self.state().opened.clone()
    }

    /// How often the list was asked for.
    pub(crate) fn lists(&self) -> usize {
        self.state().lists
    }

    pub(crate) fn heard(&self, id: &str) -> Vec<f32> {
        self.state().heard.get(id).cloned().unwrap_or_default()
    }

    fn find(&self, id: Option<&str>, direction: DeviceDirection) -> Result<AudioDevice> {
        let state = self.state();
        let mut there = state.devices.iter().filter(|d| d.direction == direction);
        let found = there.find(|d| id.map_or(d.is_default, |id| d.id == id));
        let found = found.cloned();
        found.ok_or_else(|| Error::new(ErrorKind::Device, "fake", format!("no device {id:?}")))
    }

    fn run(&self, device: &AudioDevice, lost: OnLost, mut call: impl FnMut() + Send + 'static) -> Guard {
        let (end, stalled) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let mut state = self.state();
        state.opened.push(device.id.clone());
        state.lost.insert(device.id.clone(), lost);
        state.stalled.insert(device.id.clone(), Arc::clone(&stalled));
        let ended = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            let mut due = now();
            while !ended.load(Relaxed) {
                due += 20_000_000;
                std::thread::sleep(Duration::from_nanos((due - now()).max(0) as u64));
                if !stalled.load(Relaxed) {
                    call();
                }
            }
        });
        Guard {
            end,
            thread: Some(thread),
        }
    }
}

struct Guard {
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end.store(true, Relaxed);
        drop(self.thread.take().map(JoinHandle::join));
    }
}

impl Backend for Fake {
    fn devices(&self, _: &'static str) -> Result<Vec<AudioDevice>> {
        let mut state = self.state();
        state.lists += 1;
        Ok(state.devices.clone())
    }

    fn open_output(
        &self,
        op: &'static str,
        id: Option<&str>,
        bridge_rate: u32,
        lost: OnLost,
    ) -> Result<Opened<PlaybackWriter>> {
        let device = self.find(id, DeviceDirection::Output)?;
        let (end, mut feed) = ring::playback(op, bridge_rate, RATE)?;
        let (state, id) = (Arc::clone(&self.state), device.id.clone());
        let stream = self.run(&device, lost, move || {
            let mut heard = Vec::with_capacity(960);
            feed.fill(960, now(), |block| heard.extend_from_slice(block));
            state.lock().unwrap().heard.entry(id.clone()).or_default().extend(heard);
        });
        Ok(Opened {
            end,
            device,
            stream: Box::new(stream),
        })
    }

    /// Hears a constant, so that it is easily told.
    fn open_input(
        &self,
        op: &'static str,
        id: Option<&str>,
        bridge_rate: u32,
        lost: OnLost,
    ) -> Result<Opened<CaptureReader>> {
        let device = self.find(id, DeviceDirection::Input)?;
        let (mut feed, end) = ring::capture(op, RATE, bridge_rate)?;
        let stream = self.run(&device, lost, move || feed.put(960, now(), |block| block.fill(0.25)));
        Ok(Opened {
            end,
            device,
            stream: Box::new(stream),
        })
    }
}
