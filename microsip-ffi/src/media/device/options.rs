//! Which devices are opened, and how.

use std::convert::Infallible;
use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{
    AudioDeviceOptions, DeviceChoice, DeviceFallback, DeviceRole, EchoCancellation, EchoCanceller, VoiceProcessing,
};

use crate::base::{Code, Out, Outcome, change, clone_settings, free, guard, millis, opt_text, put, settings_or};
use crate::endpoint::microsip_endpoint_config_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What a device is for: one of `enum microsip_device_role_e`.
pub type microsip_device_role_t = i32;

/// The values of `microsip_device_role_t`.
#[repr(i32)]
pub enum microsip_device_role_e {
    /// The microphone.
    MICROSIP_DEVICE_ROLE_INPUT = 1,
    /// The loudspeaker.
    MICROSIP_DEVICE_ROLE_OUTPUT = 2,
    /// The loudspeaker that rings.
    MICROSIP_DEVICE_ROLE_RINGING = 3,
}

code!(microsip_device_role_e, "device role", DeviceRole {
    MICROSIP_DEVICE_ROLE_INPUT = Input,
    MICROSIP_DEVICE_ROLE_OUTPUT = Output,
    MICROSIP_DEVICE_ROLE_RINGING = Ringing,
});

/// What to do when a device is lost: one of `enum microsip_device_fallback_e`.
pub type microsip_device_fallback_t = i32;

/// The values of `microsip_device_fallback_t`.
#[repr(i32)]
pub enum microsip_device_fallback_e {
    /// The system's default device takes its place until it is back.
    MICROSIP_DEVICE_FALLBACK_DEFAULT = 1,
    /// Silence until it is back.
    MICROSIP_DEVICE_FALLBACK_SILENCE = 2,
}

code!(microsip_device_fallback_e, "device fallback", DeviceFallback {
    MICROSIP_DEVICE_FALLBACK_DEFAULT = Default,
    MICROSIP_DEVICE_FALLBACK_SILENCE = Silence,
});

/// Which echo canceller: one of `enum microsip_echo_canceller_e`.
pub type microsip_echo_canceller_t = i32;

/// The values of `microsip_echo_canceller_t`.
#[repr(i32)]
pub enum microsip_echo_canceller_e {
    /// Speex' adaptive filter (MDF) with a suppressor behind it; any rate.
    MICROSIP_ECHO_CANCELLER_SPEEX = 1,
    /// WebRTC's third; finds the delay by itself and copes better with two people at once. Needs a build with it and an
    /// engine of 16 kHz or more.
    MICROSIP_ECHO_CANCELLER_AEC3 = 2,
}

code!(microsip_echo_canceller_e, "echo canceller", EchoCanceller {
    MICROSIP_ECHO_CANCELLER_SPEEX = Speex,
    MICROSIP_ECHO_CANCELLER_AEC3 = Aec3,
});

/// Which devices are opened, and how. By default the default microphone and loudspeaker of the system, connected to
/// every call, nothing done to the voice. What contradicts itself or is out of its range is found out when the devices
/// are opened.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_device_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_audio_device_options_t,
    108,
    "audio device options",
    Mutex<AudioDeviceOptions>
);

pub(super) fn options_of(options: microsip_audio_device_options_t) -> Outcome<AudioDeviceOptions> {
    settings_or(options, AudioDeviceOptions::new)
}

/// A choice as text.
pub(super) fn choice(text: &str) -> DeviceChoice {
    match text.parse::<DeviceChoice>() {
        Ok(choice) => choice,
        Err(never) => {
            let never: Infallible = never;
            match never {}
        }
    }
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_options_new(
    options: *mut microsip_audio_device_options_t,
) -> microsip_status_t {
    guard("microsip_audio_device_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(AudioDeviceOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_options_clone(
    options: microsip_audio_device_options_t,
    clone: *mut microsip_audio_device_options_t,
) -> microsip_status_t {
    guard("microsip_audio_device_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_free(options: microsip_audio_device_options_t) -> microsip_status_t {
    guard("microsip_audio_device_options_free", || free(options))
}

/// Chooses the device of a role: `"default"`, `"id:"` with an id, `"name:"` or nothing with its name or a part of it
/// that only one has, whatever the case; NULL for none. On ALSA any PCM name is taken as id, listed or not:
/// `"id:hw:CARD=Headset"`, `"id:plughw:1,0"`. Default: `"default"` for microphone and loudspeaker, none for ringing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_device_options_set_device(
    options: microsip_audio_device_options_t,
    role: microsip_device_role_t,
    choice: *const c_char,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_device", || {
        let role = Code::arg(role)?;
        let choice = opt_text(choice, "choice")?.map(self::choice);
        change(options, |o| {
            match role {
                DeviceRole::Input => o.input = choice,
                DeviceRole::Output => o.output = choice,
                DeviceRole::Ringing => o.ringing = choice,
            }
            Ok(())
        })
    })
}

/// Sets what takes the place of a device that is lost; default `MICROSIP_DEVICE_FALLBACK_DEFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_fallback(
    options: microsip_audio_device_options_t,
    fallback: microsip_device_fallback_t,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_fallback", || {
        let fallback = Code::arg(fallback)?;
        change(options, |o| {
            o.fallback = fallback;
            Ok(())
        })
    })
}

/// Sets whether calls are connected to microphone and loudspeaker as soon as their audio runs; default yes.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_connect_calls(
    options: microsip_audio_device_options_t,
    connect_calls: bool,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_connect_calls", || {
        change(options, |o| {
            o.connect_calls = connect_calls;
            Ok(())
        })
    })
}

/// Sets the volume of a role, -60 to +20 dB; default 0.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_volume(
    options: microsip_audio_device_options_t,
    role: microsip_device_role_t,
    volume_db: f32,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_volume", || {
        let role = Code::arg(role)?;
        change(options, |o| {
            *o = o.clone().volume_db(role, volume_db);
            Ok(())
        })
    })
}

/// Takes the loudspeaker's echo out of what the microphone hears; default no, usual values are Speex, 200 ms and 40 dB.
/// `tail_ms` is how long the room rings, and how far the system's delay is not known: 20 to 500 milliseconds.
/// `suppression_db` is how much of the echo that is left is suppressed while only the far end speaks, 0 to 60 dB; Speex
/// only. Needs a microphone and a loudspeaker.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_echo_cancellation(
    options: microsip_audio_device_options_t,
    canceller: microsip_echo_canceller_t,
    tail_ms: u32,
    suppression_db: f32,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_echo_cancellation", || {
        let canceller = Code::arg(canceller)?;
        let echo = EchoCancellation::new()
            .canceller(canceller)
            .tail(millis(tail_ms))
            .suppression_db(suppression_db);
        change(options, |o| {
            o.processing.echo = Some(echo);
            Ok(())
        })
    })
}

/// Leaves echo as it is, which is the default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_clear_echo_cancellation(
    options: microsip_audio_device_options_t,
) -> microsip_status_t {
    guard("microsip_audio_device_options_clear_echo_cancellation", || {
        change(options, |o| {
            o.processing.echo = None;
            Ok(())
        })
    })
}

/// Sets how much softer steady noise becomes, in dB, 1 to 40; 0 (default) leaves it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_noise_suppression(
    options: microsip_audio_device_options_t,
    noise_db: f32,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_noise_suppression", || {
        change(options, |o| {
            o.processing.noise_suppression_db = (noise_db != 0.0).then_some(noise_db);
            Ok(())
        })
    })
}

/// Sets the level speech is brought to by automatic gain, as RMS in dBov, -40 to -16; 0 (default) leaves it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_gain_target(
    options: microsip_audio_device_options_t,
    target_dbov: f32,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_gain_target", || {
        change(options, |o| {
            o.processing.gain_target_dbov = (target_dbov != 0.0).then_some(target_dbov);
            Ok(())
        })
    })
}

/// Sets what a telephone with a loudspeaker needs: echo cancellation by Speex, noise down by 15 dB, speech at -24 dBov.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_device_options_set_hands_free(
    options: microsip_audio_device_options_t,
) -> microsip_status_t {
    guard("microsip_audio_device_options_set_hands_free", || {
        change(options, |o| {
            o.processing = VoiceProcessing::hands_free();
            Ok(())
        })
    })
}

/// Opens sound devices at the start of the endpoint; default none. `options` is copied; the zero handle stands for the
/// defaults. `microsip_endpoint_audio` gives them. Starting fails when they cannot be opened.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_audio_devices(
    config: microsip_endpoint_config_t,
    options: microsip_audio_device_options_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_audio_devices", || {
        let options = options_of(options)?;
        change(config, |c| {
            c.audio_devices = Some(options);
            Ok(())
        })
    })
}

/// Opens no sound devices at the start, which is the default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_clear_audio_devices(
    config: microsip_endpoint_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_clear_audio_devices", || {
        change(config, |c| {
            c.audio_devices = None;
            Ok(())
        })
    })
}
