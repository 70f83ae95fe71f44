//! Settings of streams.

use std::sync::Mutex;

use microsip_core::{AudioSinkOptions, AudioSourceOptions};

use crate::base::{Code, Out, change, clone_settings, free, guard, millis, put};
use crate::handle;
use crate::quality::microsip_tap_t;
use crate::status::microsip_status_t;

/// Settings of an audio sink. Ranges are checked when the sink is made.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_sink_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_audio_sink_options_t,
    91,
    "audio sink options",
    Mutex<AudioSinkOptions>
);

/// Settings of an audio source. Ranges are checked when the source is made.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_source_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_audio_source_options_t,
    93,
    "audio source options",
    Mutex<AudioSourceOptions>
);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_options_new(
    options: *mut microsip_audio_sink_options_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(AudioSinkOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_options_clone(
    options: microsip_audio_sink_options_t,
    clone: *mut microsip_audio_sink_options_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_options_free(options: microsip_audio_sink_options_t) -> microsip_status_t {
    guard("microsip_audio_sink_options_free", || free(options))
}

/// Sets the samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_options_set_rate(
    options: microsip_audio_sink_options_t,
    rate: u32,
) -> microsip_status_t {
    guard("microsip_audio_sink_options_set_rate", || {
        change(options, |o| {
            o.rate = rate;
            Ok(())
        })
    })
}

/// Sets the length of a frame in milliseconds, 10 to 60; default 20. The engine works in 20 ms: shorter frames come in
/// pairs.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_options_set_frame(
    options: microsip_audio_sink_options_t,
    frame_ms: u32,
) -> microsip_status_t {
    guard("microsip_audio_sink_options_set_frame", || {
        change(options, |o| {
            o.frame = millis(frame_ms);
            Ok(())
        })
    })
}

/// Sets which side of a call is heard; default `MICROSIP_TAP_RECEIVED`. Means nothing for other sinks.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_options_set_tap(
    options: microsip_audio_sink_options_t,
    tap: microsip_tap_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_options_set_tap", || {
        let tap = Code::arg(tap)?;
        change(options, |o| {
            o.tap = tap;
            Ok(())
        })
    })
}

/// Sets how much can wait to be read, in milliseconds, 100 to 600000; default 1000 (two bytes a sample). What comes
/// when it is full is dropped and counted.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_options_set_capacity(
    options: microsip_audio_sink_options_t,
    capacity_ms: u32,
) -> microsip_status_t {
    guard("microsip_audio_sink_options_set_capacity", || {
        change(options, |o| {
            o.capacity = millis(capacity_ms);
            Ok(())
        })
    })
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_options_new(
    options: *mut microsip_audio_source_options_t,
) -> microsip_status_t {
    guard("microsip_audio_source_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(AudioSourceOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_options_clone(
    options: microsip_audio_source_options_t,
    clone: *mut microsip_audio_source_options_t,
) -> microsip_status_t {
    guard("microsip_audio_source_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_source_options_free(options: microsip_audio_source_options_t) -> microsip_status_t {
    guard("microsip_audio_source_options_free", || free(options))
}

/// Sets the samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_source_options_set_rate(
    options: microsip_audio_source_options_t,
    rate: u32,
) -> microsip_status_t {
    guard("microsip_audio_source_options_set_rate", || {
        change(options, |o| {
            o.rate = rate;
            Ok(())
        })
    })
}

/// Sets how much can be written ahead, in milliseconds, 40 to 600000; default 1000. What comes when it is full waits.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_source_options_set_capacity(
    options: microsip_audio_source_options_t,
    capacity_ms: u32,
) -> microsip_status_t {
    guard("microsip_audio_source_options_set_capacity", || {
        change(options, |o| {
            o.capacity = millis(capacity_ms);
            Ok(())
        })
    })
}
