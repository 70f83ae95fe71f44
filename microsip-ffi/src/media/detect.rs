//! Listening to calls: for tones of the network, and for speech.

use std::ffi::c_char;

use microsip_core::{SpeechDetector, SpeechOptions, ToneDetection, ToneDetector};

use super::tones::country;
use crate::base::{Code, Out, free, get, guard, put, settings_or, share};
use crate::call::microsip_call_t;
use crate::handle;
use crate::quality::{microsip_speech_options_t, microsip_tap_t};
use crate::status::microsip_status_t;

/// A detector of tones on a call. Freeing the handle lets it go on; it ends by `microsip_tone_detector_stop` or with
/// its call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_tone_detector_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_tone_detector_t, 115, "tone detector", ToneDetector);

/// A detector of speech on a call. Freeing the handle lets it go on; it ends by `microsip_speech_detector_stop` or with
/// its call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_speech_detector_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_speech_detector_t, 116, "speech detector", SpeechDetector);

/// Tells by `MICROSIP_EVENT_KIND_TONE_DETECTED` which tones are heard, from the moment audio flows: those of a country,
/// fax machines, beeps of answering machines. Each series of a tone is told once. `country` is a code such as `"de"`;
/// NULL is the United States. Several detectors may run on a call.
///
/// Statuses: `INVALID_ARGUMENT` for a country that is not known, `GONE` after the call's end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_detect_tones(
    call: microsip_call_t,
    country: *const c_char,
    tap: microsip_tap_t,
    detector: *mut microsip_tone_detector_t,
) -> microsip_status_t {
    guard("microsip_call_detect_tones", || {
        let out = Out::new(detector, "detector")?;
        let detection = ToneDetection::default()
            .country(self::country(country)?)
            .tap(Code::arg(tap)?);
        out.set(put(get(call)?.detect_tones(detection)?)?);
        Ok(())
    })
}

/// Tells by `MICROSIP_EVENT_KIND_SPEECH` when somebody begins and ends to speak, from the moment audio flows. `options`
/// is copied; the zero handle stands for the defaults. Several detectors may run on a call, for one side or both.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_detect_speech(
    call: microsip_call_t,
    options: microsip_speech_options_t,
    detector: *mut microsip_speech_detector_t,
) -> microsip_status_t {
    guard("microsip_call_detect_speech", || {
        let out = Out::new(detector, "detector")?;
        let options = settings_or(options, SpeechOptions::default)?;
        out.set(put(get(call)?.detect_speech(options)?)?);
        Ok(())
    })
}

/// Its call, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_detector_call(
    detector: microsip_tone_detector_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_tone_detector_call", || {
        let out = Out::new(call, "call")?;
        let detector = get(detector)?;
        out.set(put(detector.call().clone())?);
        Ok(())
    })
}

/// Whether it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_detector_is_stopped(
    detector: microsip_tone_detector_t,
    stopped: *mut bool,
) -> microsip_status_t {
    guard("microsip_tone_detector_is_stopped", || {
        let out = Out::new(stopped, "stopped")?;
        let detector = get(detector)?;
        out.set(detector.is_stopped());
        Ok(())
    })
}

/// Stops it. Stopping twice is fine. Statuses: `NOT_RUNNING` after the endpoint was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tone_detector_stop(detector: microsip_tone_detector_t) -> microsip_status_t {
    guard("microsip_tone_detector_stop", || Ok(get(detector)?.stop()?))
}

/// Another handle to the same detector, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_detector_clone(
    detector: microsip_tone_detector_t,
    clone: *mut microsip_tone_detector_t,
) -> microsip_status_t {
    guard("microsip_tone_detector_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(detector)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The detector goes on.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tone_detector_free(detector: microsip_tone_detector_t) -> microsip_status_t {
    guard("microsip_tone_detector_free", || free(detector))
}

/// Its call, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_speech_detector_call(
    detector: microsip_speech_detector_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_speech_detector_call", || {
        let out = Out::new(call, "call")?;
        let detector = get(detector)?;
        out.set(put(detector.call().clone())?);
        Ok(())
    })
}

/// Whether somebody speaks, as far as events have told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_speech_detector_is_speaking(
    detector: microsip_speech_detector_t,
    speaking: *mut bool,
) -> microsip_status_t {
    guard("microsip_speech_detector_is_speaking", || {
        let out = Out::new(speaking, "speaking")?;
        let detector = get(detector)?;
        out.set(detector.is_speaking());
        Ok(())
    })
}

/// Whether it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_speech_detector_is_stopped(
    detector: microsip_speech_detector_t,
    stopped: *mut bool,
) -> microsip_status_t {
    guard("microsip_speech_detector_is_stopped", || {
        let out = Out::new(stopped, "stopped")?;
        let detector = get(detector)?;
        out.set(detector.is_stopped());
        Ok(())
    })
}

/// Stops it. No event comes after that, also no end of speech that has begun. Stopping twice is fine. Statuses:
/// `NOT_RUNNING` after the endpoint was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_speech_detector_stop(detector: microsip_speech_detector_t) -> microsip_status_t {
    guard("microsip_speech_detector_stop", || Ok(get(detector)?.stop()?))
}

/// Another handle to the same detector, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_speech_detector_clone(
    detector: microsip_speech_detector_t,
    clone: *mut microsip_speech_detector_t,
) -> microsip_status_t {
    guard("microsip_speech_detector_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(detector)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The detector goes on.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_speech_detector_free(detector: microsip_speech_detector_t) -> microsip_status_t {
    guard("microsip_speech_detector_free", || free(detector))
}
