//! Sound devices on the bridge: which calls they are connected to, and what happens to them.

use std::collections::{BTreeMap, BTreeSet};

use super::{NodeId, Removal, Wish};
use crate::call::CallId;
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::media::{AudioDevices, DeviceNews, DeviceRole, Gain, device_nodes};
use crate::pj::PortEnd;
use crate::{Error, ErrorKind, Result};

struct Opened {
    devices: AudioDevices,
    speaks: bool,
    hears: bool,
    connect_calls: bool,
    /// Calls that were told to do without.
    left: BTreeSet<CallId>,
}

/// Open devices, by the node of microphone and loudspeaker.
#[derive(Default)]
pub(crate) struct Table {
    by_node: BTreeMap<NodeId, Opened>,
}

impl Engine {
    /// Puts opened devices on the bridge.
    pub(crate) fn devices_add(
        &self,
        op: &'static str,
        devices: AudioDevices,
        end: Option<PortEnd>,
        ringing: Option<PortEnd>,
        connect_calls: bool,
    ) -> Result<()> {
        let speaks = end.as_ref().is_some_and(PortEnd::speaks);
        let hears = end.as_ref().is_some_and(PortEnd::hears);
        for node in device_nodes(&devices, end, ringing) {
            if let Err(e) = self.node_add(op, node) {
                self.node_remove(devices.core.id, Removal::Stopped);
                return Err(e);
            }
        }
        let id = devices.core.id;
        let opened = Opened {
            devices,
            speaks,
            hears,
            connect_calls,
            left: BTreeSet::new(),
        };
        self.devices.borrow_mut().by_node.insert(id, opened);
        let calls: Vec<CallId> = self.graph.borrow().calls.keys().copied().collect();
        calls.into_iter().for_each(|call| self.connect_devices(call));
        Ok(())
    }

    /// A call's audio runs: lets it be heard, and us.
    pub(super) fn connect_devices(&self, call: CallId) {
        let wanted: Vec<(NodeId, bool, bool)> = {
            let table = self.devices.borrow();
            let automatic = table
                .by_node
                .iter()
                .filter(|(_, o)| o.connect_calls && !o.left.contains(&call));
            automatic.map(|(id, o)| (*id, o.speaks, o.hears)).collect()
        };
        for (id, speaks, hears) in wanted {
            let both = [(speaks, id, call.0), (hears, call.0, id)];
            for (_, from, to) in both.into_iter().filter(|(yes, ..)| *yes) {
                if let Err(e) = self.link("connect devices", from, to, Gain::UNITY, Wish::Owner) {
                    tracing::warn!(target: "microsip", "{e}");
                }
            }
        }
    }

    /// Connects a call and a set of devices, or takes that back.
    pub(crate) fn use_devices(&self, op: &'static str, call: CallId, devices: NodeId, connect: bool) -> Result<()> {
        let (speaks, hears) = {
            let mut table = self.devices.borrow_mut();
            let opened = table.by_node.get_mut(&devices);
            let opened = opened.ok_or_else(|| Error::new(ErrorKind::Gone, op, "the devices were closed"))?;
            if connect {
                opened.left.remove(&call);
            } else {
                opened.left.insert(call);
            }
            (opened.speaks, opened.hears)
        };
        for (yes, from, to) in [(speaks, devices, call.0), (hears, call.0, devices)] {
            if !yes {
                continue;
            }
            if connect {
                self.link(op, from, to, Gain::UNITY, Wish::Owner)?;
            } else {
                self.unlink(op, from, to, Wish::Owner)?;
            }
        }
        Ok(())
    }

    /// A call is over.
    pub(super) fn devices_forget_call(&self, call: CallId) {
        for opened in self.devices.borrow_mut().by_node.values_mut() {
            opened.left.remove(&call);
        }
    }

    /// A node of devices left the bridge.
    pub(crate) fn devices_removed(&self, id: NodeId) {
        self.devices.borrow_mut().by_node.remove(&id);
    }

    /// Something happened to a device.
    pub(crate) fn device_news(&self, news: DeviceNews) {
        let whose = |line: u64| -> Option<(AudioDevices, DeviceRole)> {
            let table = self.devices.borrow();
            table.by_node.values().find_map(|o| {
                let lines = &o.devices.core.lines;
                let role = DeviceRole::ALL
                    .into_iter()
                    .find(|role| lines[*role as usize].as_ref().is_some_and(|l| l.id == line))?;
                Some((o.devices.clone(), role))
            })
        };
        let event = match news {
            DeviceNews::Changed { added, removed } => Some(Event::AudioDevicesChanged { added, removed }),
            DeviceNews::Lost {
                line,
                device,
                why,
                replacement,
            } => whose(line).map(|(devices, role)| Event::AudioDeviceLost {
                error: Error::new(ErrorKind::Device, "audio device", format!("{device}: {why}")),
                devices,
                role,
                device,
                replacement,
            }),
            DeviceNews::Back { line, device } => {
                whose(line).map(|(devices, role)| Event::AudioDeviceBack { devices, role, device })
            }
        };
        if let Some(event) = event {
            self.publish(event, Urgency::Now);
        }
    }
}
