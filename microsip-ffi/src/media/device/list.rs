//! Which sound devices there are.

use std::ffi::c_char;

use microsip_core::{AudioDevice, DeviceDirection, audio_devices};

use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Which way a device's audio goes: one of `enum microsip_device_direction_e`.
pub type microsip_device_direction_t = i32;

/// The values of `microsip_device_direction_t`.
#[repr(i32)]
pub enum microsip_device_direction_e {
    /// A microphone: from the air to us.
    MICROSIP_DEVICE_DIRECTION_INPUT = 1,
    /// A loudspeaker: from us to the air.
    MICROSIP_DEVICE_DIRECTION_OUTPUT = 2,
}

code!(microsip_device_direction_e, "device direction", DeviceDirection {
    MICROSIP_DEVICE_DIRECTION_INPUT = Input,
    MICROSIP_DEVICE_DIRECTION_OUTPUT = Output,
});

/// Sound devices of this machine at a moment. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_device_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_audio_device_list_t, 106, "audio device list", Vec<AudioDevice>);

/// A sound device as the system names it. What works in both directions is listed twice. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_device_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_audio_device_t, 107, "audio device", AudioDevice);

/// The sound devices of this machine, the default ones first, then by name, as a new handle to be freed. Needs no
/// endpoint; nothing is opened. Some systems take a tenth of a second.
///
/// On Linux these are ALSA's PCMs: `default` and `pulse` lead to PulseAudio or PipeWire where its plugin is installed.
/// A server without a sound card has an empty list, or a `default` that cannot be opened.
///
/// Statuses: `DEVICE` when the sound system does not answer, `UNSUPPORTED` in a build without sound devices.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_list_new(list: *mut microsip_audio_device_list_t) -> microsip_status_t {
    guard("microsip_audio_device_list_new", || {
        let out = Out::new(list, "list")?;
        out.set(put(audio_devices()?)?);
        Ok(())
    })
}

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_list_count(
    list: microsip_audio_device_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_audio_device_list_count", || {
        let out = Out::new(count, "count")?;
        let list = get(list)?;
        out.set(list.len());
        Ok(())
    })
}

/// The device at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_list_at(
    list: microsip_audio_device_list_t,
    index: usize,
    device: *mut microsip_audio_device_t,
) -> microsip_status_t {
    guard("microsip_audio_device_list_at", || {
        let out = Out::new(device, "device")?;
        let list = get(list)?;
        let device = list.get(index).ok_or_else(|| Fault::none("device at this index"))?;
        out.set(put(device.clone())?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_list_clone(
    list: microsip_audio_device_list_t,
    clone: *mut microsip_audio_device_list_t,
) -> microsip_status_t {
    guard("microsip_audio_device_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_list_free(list: microsip_audio_device_list_t) -> microsip_status_t {
    guard("microsip_audio_device_list_free", || free(list))
}

/// Names it across restarts, such as `"alsa:sysdefault:CARD=Headset"`; on ALSA the card's name is in it, not its
/// number. Lent until the device is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_id(
    device: microsip_audio_device_t,
    id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_audio_device_id", || {
        let out = Out::new(id, "id")?;
        let device = get(device)?;
        out.set(device.lend(&device.id));
        Ok(())
    })
}

/// For people to read; need not be unique. Lent until the device is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_name(
    device: microsip_audio_device_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_audio_device_name", || {
        let out = Out::new(name, "name")?;
        let device = get(device)?;
        out.set(device.lend(&device.name));
        Ok(())
    })
}

/// Microphone or loudspeaker.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_direction(
    device: microsip_audio_device_t,
    direction: *mut microsip_device_direction_t,
) -> microsip_status_t {
    guard("microsip_audio_device_direction", || {
        let out = Out::new(direction, "direction")?;
        let device = get(device)?;
        out.set(device.direction.code());
        Ok(())
    })
}

/// Whether the choice `"default"` meant this one at that moment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_is_default(
    device: microsip_audio_device_t,
    is_default: *mut bool,
) -> microsip_status_t {
    guard("microsip_audio_device_is_default", || {
        let out = Out::new(is_default, "is_default")?;
        let device = get(device)?;
        out.set(device.is_default);
        Ok(())
    })
}

/// Another handle to the same device, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_clone(
    device: microsip_audio_device_t,
    clone: *mut microsip_audio_device_t,
) -> microsip_status_t {
    guard("microsip_audio_device_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(device)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_free(device: microsip_audio_device_t) -> microsip_status_t {
    guard("microsip_audio_device_free", || free(device))
}
