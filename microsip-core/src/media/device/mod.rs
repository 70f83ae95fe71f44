//! Sound devices: microphones and loudspeakers as nodes of the bridge.
//!
//! The bridge's clock is ours and no device's, so that calls and recordings go on when a device is lost, and several
//! devices can be open at once. A device is reached through a ring and an asynchronous resampler ([`ring`], [`drift`]),
//! opened and looked after by a thread of its own ([`keeper`]), and appears on the bridge as a port ([`port`]).

mod backend;
#[cfg(feature = "audio-devices")]
mod cpal;
#[cfg_attr(
    not(feature = "audio-devices"),
    allow(dead_code, reason = "without devices nothing runs through it")
)]
mod drift;
#[cfg(test)]
mod fake;
mod handle;
mod keeper;
mod list;
mod meter;
mod options;
mod port;
mod registry;
#[cfg_attr(
    not(feature = "audio-devices"),
    allow(dead_code, reason = "without devices nothing runs through it")
)]
mod ring;
mod voice;

pub(crate) use handle::nodes;
pub use handle::{AudioDevices, audio_devices};
pub use keeper::DeviceFallback;
pub(crate) use keeper::News;
pub use list::{AudioDevice, DeviceChoice, DeviceDirection};
pub use meter::DeviceLevel;
pub use options::{AudioDeviceOptions, DeviceRole};
pub(crate) use port::VoiceFilter;
pub(crate) use registry::Registry;
pub use ring::DeviceStats;
pub use voice::{EchoCancellation, EchoCanceller, VoiceProcessing};
