//! What events of digits, speech and tones tell.

use std::ffi::c_char;

use microsip_core::{Event, HeardTone, ToneKind};

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, get, guard, unix_ms};
use crate::call::microsip_dtmf_method_t;
use crate::quality::microsip_tap_t;
use crate::status::microsip_status_t;

/// The digit, in events of kind `DTMF` and `DTMF_FAILED`: one of `0` to `9`, `*`, `#`, `A` to `D`, as a character, not
/// a string; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_digit(event: microsip_event_t, digit: *mut c_char) -> microsip_status_t {
    guard("microsip_event_digit", || {
        let out = Out::new(digit, "digit")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Dtmf { digit, .. } | Event::DtmfFailed { digit, .. } => Some(digit.as_char()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("digit in this event"))?;
        out.set(value as c_char);
        Ok(())
    })
}

/// How the digit came, in events of kind `DTMF`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_dtmf_method(
    event: microsip_event_t,
    method: *mut microsip_dtmf_method_t,
) -> microsip_status_t {
    guard("microsip_event_dtmf_method", || {
        let out = Out::new(method, "method")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Dtmf { method, .. } => Some(method.code()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("received digit in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// How long the key was held, in milliseconds, in events of kind `DTMF`; `NO_VALUE` in others, and when the method does
/// not tell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_dtmf_duration_ms(
    event: microsip_event_t,
    duration: *mut u32,
) -> microsip_status_t {
    guard("microsip_event_dtmf_duration_ms", || {
        let out = Out::new(duration, "duration")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Dtmf { duration, .. } => duration.map(|time| u32::try_from(time.as_millis()).unwrap_or(u32::MAX)),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("duration of a digit in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// Whether speech begins, or ends, in events of kind `SPEECH`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_speaking(event: microsip_event_t, speaking: *mut bool) -> microsip_status_t {
    guard("microsip_event_speaking", || {
        let out = Out::new(speaking, "speaking")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Speech { speaking, .. } => Some(*speaking),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("speech in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// A tone of the telephone network that was heard: one of `enum microsip_heard_tone_e`.
pub type microsip_heard_tone_t = i32;

/// The values of `microsip_heard_tone_t`.
#[repr(i32)]
pub enum microsip_heard_tone_e {
    /// Dial now.
    MICROSIP_HEARD_TONE_DIAL = 1,
    /// It rings at the other end.
    MICROSIP_HEARD_TONE_RINGBACK = 2,
    /// The other end is busy.
    MICROSIP_HEARD_TONE_BUSY = 3,
    /// The network is (in North America: reorder).
    MICROSIP_HEARD_TONE_CONGESTION = 4,
    /// Somebody else calls you.
    MICROSIP_HEARD_TONE_CALL_WAITING = 5,
    /// Three rising tones: an announcement follows, or could.
    MICROSIP_HEARD_TONE_SPECIAL_INFORMATION = 6,
    /// Dial now, and mind that something is different (special dial tone).
    MICROSIP_HEARD_TONE_STUTTER = 7,
    /// Hang up your receiver.
    MICROSIP_HEARD_TONE_HOWLER = 8,
    /// A fax machine calls: CNG, 1100 Hz (ITU-T T.30 §4.3.3.3).
    MICROSIP_HEARD_TONE_FAX_CALLING = 9,
    /// A fax machine or modem answers: CED or ANSam, 2100 Hz (ITU-T T.30 §4.3.3.2, V.8).
    MICROSIP_HEARD_TONE_FAX_ANSWER = 10,
    /// A single tone of 400 to 2000 Hz that lasts 0.1 to 2 s and is followed by silence, as answering machines have it.
    MICROSIP_HEARD_TONE_BEEP = 11,
}

fn tone(tone: HeardTone) -> i32 {
    use microsip_heard_tone_e::*;
    let tone = match tone {
        HeardTone::Progress(ToneKind::Dial) => MICROSIP_HEARD_TONE_DIAL,
        HeardTone::Progress(ToneKind::Ringback) => MICROSIP_HEARD_TONE_RINGBACK,
        HeardTone::Progress(ToneKind::Busy) => MICROSIP_HEARD_TONE_BUSY,
        HeardTone::Progress(ToneKind::Congestion) => MICROSIP_HEARD_TONE_CONGESTION,
        HeardTone::Progress(ToneKind::CallWaiting) => MICROSIP_HEARD_TONE_CALL_WAITING,
        HeardTone::Progress(ToneKind::SpecialInformation) => MICROSIP_HEARD_TONE_SPECIAL_INFORMATION,
        HeardTone::Progress(ToneKind::Stutter) => MICROSIP_HEARD_TONE_STUTTER,
        HeardTone::Progress(ToneKind::Howler) => MICROSIP_HEARD_TONE_HOWLER,
        HeardTone::FaxCalling => MICROSIP_HEARD_TONE_FAX_CALLING,
        HeardTone::FaxAnswer => MICROSIP_HEARD_TONE_FAX_ANSWER,
        HeardTone::Beep { .. } => MICROSIP_HEARD_TONE_BEEP,
        // One that this interface does not know.
        _ => return 0,
    };
    tone as i32
}

/// The tone, in events of kind `TONE_DETECTED`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_heard_tone(
    event: microsip_event_t,
    heard: *mut microsip_heard_tone_t,
) -> microsip_status_t {
    guard("microsip_event_heard_tone", || {
        let out = Out::new(heard, "heard")?;
        let event = get(event)?;
        let value = match &**event {
            Event::ToneDetected { tone: heard, .. } => Some(tone(*heard)),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("tone in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// Frequency of a beep, in Hz, in events of kind `TONE_DETECTED`; `NO_VALUE` in others, and for other tones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_heard_frequency_hz(
    event: microsip_event_t,
    frequency: *mut u32,
) -> microsip_status_t {
    guard("microsip_event_heard_frequency_hz", || {
        let out = Out::new(frequency, "frequency")?;
        let event = get(event)?;
        let value = match &**event {
            Event::ToneDetected { tone, .. } => tone.frequency_hz(),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("frequency in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// When speech or tone began or ended, by this machine's clock, in events of kind `SPEECH` and `TONE_DETECTED`: earlier
/// than now by `microsip_event_heard_delay_ms`. `NO_VALUE` in others, as from the next three.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_heard_unix_ms(event: microsip_event_t, at: *mut i64) -> microsip_status_t {
    guard("microsip_event_heard_unix_ms", || {
        let out = Out::new(at, "at")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Speech { at, .. } | Event::ToneDetected { at, .. } => Some(unix_ms(*at)),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("speech or tone in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// Where in the audio that was, in milliseconds since the detector was started, in events of kind `SPEECH` and
/// `TONE_DETECTED`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_heard_position_ms(
    event: microsip_event_t,
    position: *mut u64,
) -> microsip_status_t {
    guard("microsip_event_heard_position_ms", || {
        let out = Out::new(position, "position")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Speech { position, .. } | Event::ToneDetected { position, .. } => Some(position.as_millis() as u64),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("speech or tone in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// How much audio passed before it was sure, in milliseconds, in events of kind `SPEECH` and `TONE_DETECTED`; `NO_VALUE`
/// in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_heard_delay_ms(event: microsip_event_t, delay: *mut u32) -> microsip_status_t {
    guard("microsip_event_heard_delay_ms", || {
        let out = Out::new(delay, "delay")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Speech { delay, .. } | Event::ToneDetected { delay, .. } => {
                Some(u32::try_from(delay.as_millis()).unwrap_or(u32::MAX))
            }
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("speech or tone in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// Who speaks, or whose audio the tone was in, in events of kind `SPEECH` and `TONE_DETECTED`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_heard_tap(
    event: microsip_event_t,
    tap: *mut microsip_tap_t,
) -> microsip_status_t {
    guard("microsip_event_heard_tap", || {
        let out = Out::new(tap, "tap")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Speech { tap, .. } | Event::ToneDetected { tap, .. } => Some(tap.code()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("speech or tone in this event"))?;
        out.set(value);
        Ok(())
    })
}
