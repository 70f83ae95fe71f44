//! Detection of speech, and whose audio.

use std::sync::Mutex;

use microsip_core::{SpeechOptions, Tap};

use crate::base::{Code, Out, change, clone_settings, free, guard, millis, put};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Whose audio of a call is taken: one of `enum microsip_tap_e`.
pub type microsip_tap_t = i32;

/// The values of `microsip_tap_t`.
#[repr(i32)]
pub enum microsip_tap_e {
    /// What the peer says: decoded and after the jitter buffer. The default.
    MICROSIP_TAP_RECEIVED = 1,
    /// What we send: everything that is played into the call, silence while it is muted or held.
    MICROSIP_TAP_SENT = 2,
    /// Both, added up.
    MICROSIP_TAP_MIXED = 3,
}

code!(microsip_tap_e, "tap", Tap {
    MICROSIP_TAP_RECEIVED = Received,
    MICROSIP_TAP_SENT = Sent,
    MICROSIP_TAP_MIXED = Mixed,
});

/// How speech is looked for in the audio of a call. Checked by whoever uses it: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_speech_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_speech_options_t, 29, "speech options", Mutex<SpeechOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_speech_options_new(options: *mut microsip_speech_options_t) -> microsip_status_t {
    guard("microsip_speech_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(SpeechOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_speech_options_clone(
    options: microsip_speech_options_t,
    clone: *mut microsip_speech_options_t,
) -> microsip_status_t {
    guard("microsip_speech_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_speech_options_free(options: microsip_speech_options_t) -> microsip_status_t {
    guard("microsip_speech_options_free", || free(options))
}

/// Sets from which verdict of the neural network on something is speech, 0.1 to 0.95; default 0.5. Higher: less noise
/// is taken for speech, and more soft speech for noise.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_speech_options_set_threshold(
    options: microsip_speech_options_t,
    verdict: f32,
) -> microsip_status_t {
    guard("microsip_speech_options_set_threshold", || {
        change(options, |c| {
            c.threshold = verdict;
            Ok(())
        })
    })
}

/// Sets how long a pause must be to end speech, in milliseconds, 100 to 10000; default 300. Shorter pauses are part of
/// it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_speech_options_set_hangover(
    options: microsip_speech_options_t,
    pause_ms: u32,
) -> microsip_status_t {
    guard("microsip_speech_options_set_hangover", || {
        change(options, |c| {
            c.hangover = millis(pause_ms);
            Ok(())
        })
    })
}

/// Sets who is listened to; default the peer.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_speech_options_set_tap(
    options: microsip_speech_options_t,
    tap: microsip_tap_t,
) -> microsip_status_t {
    guard("microsip_speech_options_set_tap", || {
        let tap = Code::arg(tap)?;
        change(options, |c| {
            c.tap = tap;
            Ok(())
        })
    })
}
