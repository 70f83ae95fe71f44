//! What `run` tells about sound devices.

use microsip_core::{AudioDevice, AudioDevices, DeviceRole, Error};
use serde::Serialize;

use super::events::ErrorOut;

/// A sound device.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct DeviceName {
    pub id: String,
    pub name: String,
    pub direction: &'static str,
}

impl From<&AudioDevice> for DeviceName {
    fn from(device: &AudioDevice) -> DeviceName {
        DeviceName {
            id: device.id.clone(),
            name: device.name.clone(),
            direction: device.direction.name(),
        }
    }
}

/// A device of the list.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct DeviceEntry {
    #[serde(flatten)]
    pub device: DeviceName,
    pub default: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_for: Vec<&'static str>,
}

impl DeviceEntry {
    /// A device, and what of ours has it open.
    pub fn new(device: &AudioDevice, open: Option<&AudioDevices>) -> DeviceEntry {
        let uses = |role: &DeviceRole| {
            open.and_then(|open| open.device(*role))
                .is_some_and(|d| d.id == device.id && role.direction() == device.direction)
        };
        DeviceEntry {
            device: device.into(),
            default: device.is_default,
            used_for: DeviceRole::ALL.into_iter().filter(uses).map(DeviceRole::name).collect(),
        }
    }
}

/// Devices came or went, or an open one failed or works again.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct DeviceOut {
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<DeviceName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<DeviceName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<DeviceName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl DeviceOut {
    /// The list changed.
    pub fn changed(added: &[AudioDevice], removed: &[AudioDevice]) -> DeviceOut {
        DeviceOut {
            state: "changed",
            role: None,
            device: None,
            replacement: None,
            added: added.iter().map(DeviceName::from).collect(),
            removed: removed.iter().map(DeviceName::from).collect(),
            error: None,
        }
    }

    /// An open device is lost.
    pub fn lost(role: DeviceRole, device: &AudioDevice, replacement: Option<&AudioDevice>, error: &Error) -> DeviceOut {
        DeviceOut {
            replacement: replacement.map(DeviceName::from),
            error: Some(ErrorOut::from(error)),
            ..DeviceOut::of("lost", role, device)
        }
    }

    /// A role has a device again.
    pub fn back(role: DeviceRole, device: &AudioDevice) -> DeviceOut {
        DeviceOut::of("back", role, device)
    }

    fn of(state: &'static str, role: DeviceRole, device: &AudioDevice) -> DeviceOut {
        DeviceOut {
            state,
            role: Some(role.name()),
            device: Some(device.into()),
            replacement: None,
            added: Vec::new(),
            removed: Vec::new(),
            error: None,
        }
    }
}
