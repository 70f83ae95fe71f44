//! Open sound devices.

use std::ffi::c_char;

use microsip_core::AudioDevices;

use super::super::stream::set_each;
use super::options::options_of;
use super::{microsip_audio_device_options_t, microsip_audio_device_t, microsip_device_role_t};
use crate::base::{Code, Fault, Out, SizedOut, free, get, guard, put, share, text};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::handle;
use crate::status::microsip_status_t;

/// Open devices: a microphone, a loudspeaker, a loudspeaker that rings, or some of them. Freeing the handle leaves them
/// open; they are closed by `microsip_audio_devices_close` and with the endpoint.
///
/// When a device is lost, calls go on with another or in silence; `MICROSIP_EVENT_KIND_AUDIO_DEVICE_LOST` and
/// `MICROSIP_EVENT_KIND_AUDIO_DEVICE_BACK` tell.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_devices_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_audio_devices_t, 109, "audio devices", AudioDevices);

/// Opens sound devices. `options` is copied; the zero handle stands for the defaults. Several sets may be open, such as
/// two headsets. Waits for the sound system.
///
/// Statuses: `INVALID_ARGUMENT` for a wrong option or a name that fits several devices, `DEVICE` when there is no such
/// device or it cannot be opened, `TIMEOUT` when the sound system hangs, `UNSUPPORTED` in a build without sound devices
/// or the echo canceller asked for, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_open_audio(
    endpoint: microsip_endpoint_t,
    options: microsip_audio_device_options_t,
    devices: *mut microsip_audio_devices_t,
) -> microsip_status_t {
    guard("microsip_endpoint_open_audio", || {
        let out = Out::new(devices, "devices")?;
        let options = options_of(options)?;
        out.set(put(running(endpoint)?.with(|e| Ok(e.open_audio(&options)?))?)?);
        Ok(())
    })
}

/// The devices opened at the start (`microsip_endpoint_config_set_audio_devices`), as a new handle to be freed;
/// `NO_VALUE` if there are none. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_audio(
    endpoint: microsip_endpoint_t,
    devices: *mut microsip_audio_devices_t,
) -> microsip_status_t {
    guard("microsip_endpoint_audio", || {
        let out = Out::new(devices, "devices")?;
        let devices =
            running(endpoint)?.with(|e| e.audio().ok_or_else(|| Fault::none("sound device opened at the start")))?;
        out.set(put(devices)?);
        Ok(())
    })
}

/// Sets whether devices that come and go are told by `MICROSIP_EVENT_KIND_AUDIO_DEVICES_CHANGED`. The system is asked
/// twice a second then.
///
/// Statuses: `UNSUPPORTED` in a build without sound devices, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_watch_audio_devices(endpoint: microsip_endpoint_t, on: bool) -> microsip_status_t {
    guard("microsip_endpoint_watch_audio_devices", || {
        running(endpoint)?.with(|e| Ok(e.watch_audio_devices(on)?))
    })
}

/// The device in use for a role at the moment, the one chosen or its replacement, as a new handle to be freed;
/// `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_device(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    device: *mut microsip_audio_device_t,
) -> microsip_status_t {
    guard("microsip_audio_devices_device", || {
        let out = Out::new(device, "device")?;
        let role = Code::arg(role)?;
        let device = get(devices)?
            .device(role)
            .ok_or_else(|| Fault::none("device in use for this role"))?;
        out.set(put(device)?);
        Ok(())
    })
}

/// Takes another device for a role that is open; `choice` is as in `microsip_audio_device_options_set_device`, but not
/// NULL. The one before stays when the new one cannot be opened. `device` is what was opened, as a new handle to be
/// freed; NULL if that does not matter. Waits for the sound system.
///
/// Statuses: `INVALID_ARGUMENT` for a choice that names several, or a role that was not opened; `DEVICE` when there is
/// no such device or it cannot be opened; `GONE` after `microsip_audio_devices_close`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_choose(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    choice: *const c_char,
    device: *mut microsip_audio_device_t,
) -> microsip_status_t {
    guard("microsip_audio_devices_choose", || {
        let out = Out::optional(device);
        let role = Code::arg(role)?;
        let choice = super::options::choice(text(choice, "choice")?);
        let device = get(devices)?.choose(role, choice)?;
        if let Some(out) = out {
            out.set(put(device)?);
        }
        Ok(())
    })
}

/// Sets a volume in dB, -60 to +20, without a step. Beyond full scale it is clipped.
///
/// Statuses: `INVALID_ARGUMENT` beyond that, or for a role that was not opened.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_devices_set_volume(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    volume_db: f32,
) -> microsip_status_t {
    guard("microsip_audio_devices_set_volume", || {
        let role = Code::arg(role)?;
        Ok(get(devices)?.set_volume_db(role, volume_db)?)
    })
}

/// Silences a device, or lets it be heard again. The level goes on showing what a muted microphone hears.
///
/// Statuses: `INVALID_ARGUMENT` for a role that was not opened.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_devices_mute(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    muted: bool,
) -> microsip_status_t {
    guard("microsip_audio_devices_mute", || {
        let role = Code::arg(role)?;
        Ok(get(devices)?.mute(role, muted)?)
    })
}

/// Whether it is muted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_is_muted(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    muted: *mut bool,
) -> microsip_status_t {
    guard("microsip_audio_devices_is_muted", || {
        let out = Out::new(muted, "muted")?;
        let role = Code::arg(role)?;
        out.set(get(devices)?.is_muted(role));
        Ok(())
    })
}

/// How loud it is, after the volume, in dBov (RFC 6464): root mean square, smoothed over 125 ms, and the largest sample
/// of the last half second to second; a sine at full scale has -3 and 0, silence has -127. Measured while the devices
/// are connected to something. Each pointer may be NULL. `NO_VALUE` for a role that was not opened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_level(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    rms_dbov: *mut f32,
    peak_dbov: *mut f32,
) -> microsip_status_t {
    guard("microsip_audio_devices_level", || {
        let outs = [rms_dbov, peak_dbov].map(|out| Out::optional(out));
        let role = Code::arg(role)?;
        let level = get(devices)?
            .level(role)
            .ok_or_else(|| Fault::none("device of this role"))?;
        set_each(outs, [level.rms_dbov, level.peak_dbov]);
        Ok(())
    })
}

/// How a device's stream is doing. Set `size` to `sizeof (microsip_device_stats_t)` before the call; newer libraries
/// may add fields at the end.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_device_stats_t {
    /// The size of this struct as the caller knows it.
    pub size: usize,
    /// Times audio ran out, or did not come in time; each is a short gap.
    pub under_runs: u64,
    /// Times there was too much audio, and some was thrown away.
    pub over_runs: u64,
    /// How often the device has asked for or brought audio since it was opened.
    pub callbacks: u64,
    /// Audio between the engine and the device's callbacks, in milliseconds.
    pub queued_ms: f64,
    /// Audio between the callbacks and the air, in milliseconds, as far as the system tells.
    pub device_ms: f64,
    /// How much faster than the engine's clock the device's runs, in parts per million, as far as it is known.
    pub drift_ppm: f64,
    /// Rate at which the device runs, in Hz.
    pub rate: u32,
}

/// How the stream of a role is doing; `size` of `stats` must be set. `NO_VALUE` while no device is open for it.
/// Statuses: `INVALID_ARGUMENT` when `size` is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_stats(
    devices: microsip_audio_devices_t,
    role: microsip_device_role_t,
    stats: *mut microsip_device_stats_t,
) -> microsip_status_t {
    guard("microsip_audio_devices_stats", || {
        let out = SizedOut::new(stats, "stats")?.ok_or_else(|| crate::base::arg::null("stats"))?;
        let role = Code::arg(role)?;
        let stats = get(devices)?
            .stats(role)
            .ok_or_else(|| Fault::none("device in use for this role"))?;
        out.set(microsip_device_stats_t {
            size: 0,
            under_runs: stats.under_runs,
            over_runs: stats.over_runs,
            callbacks: stats.callbacks,
            queued_ms: stats.queued_ms,
            device_ms: stats.device_ms,
            drift_ppm: stats.drift_ppm,
            rate: stats.rate,
        });
        Ok(())
    })
}

/// Closes the devices; calls go on without them. Statuses: `NOT_RUNNING` when the endpoint is closed, and they with it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_devices_close(devices: microsip_audio_devices_t) -> microsip_status_t {
    guard("microsip_audio_devices_close", || Ok(get(devices)?.close()?))
}

/// Connects a call with open devices: the peer is heard from the loudspeaker, and hears the microphone. Devices that
/// connect calls, which is the default, need no such thing.
///
/// Statuses: `GONE` after the call's end, or when the devices were closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_use_devices(
    call: microsip_call_t,
    devices: microsip_audio_devices_t,
) -> microsip_status_t {
    guard("microsip_call_use_devices", || {
        let devices = get(devices)?;
        Ok(get(call)?.use_devices(&devices)?)
    })
}

/// Takes `microsip_call_use_devices` back, also when the devices connected themselves.
///
/// Statuses: `GONE` after the call's end, or when the devices were closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_leave_devices(
    call: microsip_call_t,
    devices: microsip_audio_devices_t,
) -> microsip_status_t {
    guard("microsip_call_leave_devices", || {
        let devices = get(devices)?;
        Ok(get(call)?.leave_devices(&devices)?)
    })
}

/// Another handle to the same devices, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_clone(
    devices: microsip_audio_devices_t,
    clone: *mut microsip_audio_devices_t,
) -> microsip_status_t {
    guard("microsip_audio_devices_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(devices)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The devices stay open.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_devices_free(devices: microsip_audio_devices_t) -> microsip_status_t {
    guard("microsip_audio_devices_free", || free(devices))
}
