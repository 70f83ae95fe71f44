//! Events of sound devices.

use microsip_core::Event;

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, get, guard, put};
use crate::media::{
    microsip_audio_device_list_t, microsip_audio_device_t, microsip_audio_devices_t, microsip_device_role_t,
};
use crate::status::microsip_status_t;

/// `AUDIO_DEVICES_CHANGED`: what is there now and was not before, as a new handle to be freed. `NO_VALUE` in other
/// events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_added_devices(
    event: microsip_event_t,
    list: *mut microsip_audio_device_list_t,
) -> microsip_status_t {
    guard("microsip_event_added_devices", || {
        let out = Out::new(list, "list")?;
        let event = get(event)?;
        match &**event {
            Event::AudioDevicesChanged { added, .. } => {
                out.set(put(added.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("list of devices in this event")),
        }
    })
}

/// `AUDIO_DEVICES_CHANGED`: what is no longer there, as a new handle to be freed. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_removed_devices(
    event: microsip_event_t,
    list: *mut microsip_audio_device_list_t,
) -> microsip_status_t {
    guard("microsip_event_removed_devices", || {
        let out = Out::new(list, "list")?;
        let event = get(event)?;
        match &**event {
            Event::AudioDevicesChanged { removed, .. } => {
                out.set(put(removed.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("list of devices in this event")),
        }
    })
}

/// `AUDIO_DEVICE_LOST`, `AUDIO_DEVICE_BACK`: the open devices it belongs to, as a new handle to be freed. `NO_VALUE`
/// in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_audio_devices(
    event: microsip_event_t,
    devices: *mut microsip_audio_devices_t,
) -> microsip_status_t {
    guard("microsip_event_audio_devices", || {
        let out = Out::new(devices, "devices")?;
        let event = get(event)?;
        match &**event {
            Event::AudioDeviceLost { devices, .. } | Event::AudioDeviceBack { devices, .. } => {
                out.set(put(devices.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("open device in this event")),
        }
    })
}

/// `AUDIO_DEVICE_LOST`, `AUDIO_DEVICE_BACK`: what the device is for. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_device_role(
    event: microsip_event_t,
    role: *mut microsip_device_role_t,
) -> microsip_status_t {
    guard("microsip_event_device_role", || {
        let out = Out::new(role, "role")?;
        let event = get(event)?;
        match &**event {
            Event::AudioDeviceLost { role, .. } | Event::AudioDeviceBack { role, .. } => {
                out.set(role.code());
                Ok(())
            }
            _ => Err(Fault::none("open device in this event")),
        }
    })
}

/// `AUDIO_DEVICE_LOST`: the device that was lost; `AUDIO_DEVICE_BACK`: the one in use now. As a new handle to be
/// freed. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_audio_device(
    event: microsip_event_t,
    device: *mut microsip_audio_device_t,
) -> microsip_status_t {
    guard("microsip_event_audio_device", || {
        let out = Out::new(device, "device")?;
        let event = get(event)?;
        match &**event {
            Event::AudioDeviceLost { device, .. } | Event::AudioDeviceBack { device, .. } => {
                out.set(put(device.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("device in this event")),
        }
    })
}

/// `AUDIO_DEVICE_LOST`: what took its place, as a new handle to be freed; `NO_VALUE` if nothing did.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_replacement_device(
    event: microsip_event_t,
    device: *mut microsip_audio_device_t,
) -> microsip_status_t {
    guard("microsip_event_replacement_device", || {
        let out = Out::new(device, "device")?;
        let event = get(event)?;
        match &**event {
            Event::AudioDeviceLost {
                replacement: Some(device),
                ..
            } => {
                out.set(put(device.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("replacement in this event")),
        }
    })
}
