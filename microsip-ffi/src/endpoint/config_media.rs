//! Settings of the endpoint: audio.

use std::ffi::c_char;

use microsip_core::{DtmfDetection, OpusOptions, SpeechOptions};

use super::microsip_endpoint_config_t;
use crate::base::{Code, change, guard, millis, settings_or, text};
use crate::code;
use crate::quality::{microsip_opus_options_t, microsip_speech_options_t};
use crate::status::microsip_status_t;

/// Whether keys are listened for in the audio of a call: one of `enum microsip_dtmf_detection_e`.
pub type microsip_dtmf_detection_t = i32;

/// The values of `microsip_dtmf_detection_t`.
#[repr(i32)]
pub enum microsip_dtmf_detection_e {
    /// Never.
    MICROSIP_DTMF_DETECTION_OFF = 1,
    /// In calls whose peer did not agree to `telephone-event`: the others say their keys better. The default.
    MICROSIP_DTMF_DETECTION_AUTO = 2,
    /// In every call. A peer that sends a key both ways is then heard twice.
    MICROSIP_DTMF_DETECTION_ALWAYS = 3,
}

code!(microsip_dtmf_detection_e, "DTMF detection", DtmfDetection {
    MICROSIP_DTMF_DETECTION_OFF = Off,
    MICROSIP_DTMF_DETECTION_AUTO = Auto,
    MICROSIP_DTMF_DETECTION_ALWAYS = Always,
});

/// Sets the UDP ports for RTP and RTCP, the last one included; a call takes an even one and the next. 0 and 0 (default)
/// lets the system choose. When none is free, a call fails.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_rtp_ports(
    config: microsip_endpoint_config_t,
    first: u16,
    last: u16,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_rtp_ports", || {
        change(config, |c| {
            c.rtp_ports = ((first, last) != (0, 0)).then_some(first..=last);
            Ok(())
        })
    })
}

/// Sets the codecs offered and accepted, the preferred one first, such as `"opus PCMA/8000/1 PCMU/8000/1"`: names with
/// clock rate and channels, which may be left out. Default: opus, G722, PCMU, PCMA, speex, GSM, as far as built in.
/// Statuses: `INVALID_ARGUMENT` for a malformed list; codecs this build lacks are refused by `microsip_endpoint_start`
/// with `UNSUPPORTED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_config_set_codecs(
    config: microsip_endpoint_config_t,
    list: *const c_char,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_codecs", || {
        let list = text(list, "list")?;
        change(config, |c| {
            *c = c.clone().codecs(list)?;
            Ok(())
        })
    })
}

/// Sets how Opus is used; accounts and calls may have settings of their own. `options` is copied; the zero handle
/// stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_opus(
    config: microsip_endpoint_config_t,
    options: microsip_opus_options_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_opus", || {
        let opus = settings_or(options, OpusOptions::default)?;
        change(config, |c| {
            c.opus = opus;
            Ok(())
        })
    })
}

/// Sets how much audio a packet holds, in milliseconds, 10 to 120: what we ask for (`a=ptime`, RFC 8866 §6.4) and,
/// unless the peer asks for something else, what we send, rounded to whole frames. 0 (default): nothing is asked for,
/// 20 ms sent.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_ptime(
    config: microsip_endpoint_config_t,
    time_ms: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_ptime", || {
        change(config, |c| {
            c.ptime = (time_ms > 0).then(|| millis(time_ms));
            Ok(())
        })
    })
}

/// Sets whether our answer names the first of our codecs that the caller offers; default false: the first of the
/// caller's that we have (RFC 3264 §6.1).
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_prefer_own_codecs(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_prefer_own_codecs", || {
        change(config, |c| {
            c.prefer_own_codecs = yes;
            Ok(())
        })
    })
}

/// Sets whether audio that did not arrive is made up from what came before, and from copies in later packets; default
/// true. Without it there is silence in its place.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_concealment(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_concealment", || {
        change(config, |c| {
            c.concealment = yes;
            Ok(())
        })
    })
}

/// Sets the bridge's sample rate in Hz: 8000, 16000, 24000, 32000, 44100 or 48000; 0 (default): 8000 when all codecs
/// are narrowband, else 16000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_bridge_rate(
    config: microsip_endpoint_config_t,
    hz: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_bridge_rate", || {
        change(config, |c| {
            c.bridge_rate = (hz > 0).then_some(hz);
            Ok(())
        })
    })
}

/// Sets whether keys are listened for in the audio; default `MICROSIP_DTMF_DETECTION_AUTO`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_dtmf_detection(
    config: microsip_endpoint_config_t,
    detection: microsip_dtmf_detection_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_dtmf_detection", || {
        let detection = Code::arg(detection)?;
        change(config, |c| {
            c.dtmf_detection = detection;
            Ok(())
        })
    })
}

/// Lets every call be listened to for speech: events of kind `MICROSIP_EVENT_KIND_SPEECH`. `options` is copied; the
/// zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_speech_detection(
    config: microsip_endpoint_config_t,
    options: microsip_speech_options_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_speech_detection", || {
        let speech = settings_or(options, SpeechOptions::default)?;
        change(config, |c| {
            c.speech_detection = Some(speech);
            Ok(())
        })
    })
}

/// Listens to no call for speech by itself, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_clear_speech_detection(
    config: microsip_endpoint_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_clear_speech_detection", || {
        change(config, |c| {
            c.speech_detection = None;
            Ok(())
        })
    })
}

/// Sets whether a call with nothing to play sends silence, so that the peer and the firewalls on the way see packets;
/// default true. Without it a call without sources sends no RTP at all.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_send_silence(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_send_silence", || {
        change(config, |c| {
            c.send_silence = yes;
            Ok(())
        })
    })
}

/// Sets whether silence is left out of what is sent, where the codec can say so; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_silence_suppression(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_silence_suppression", || {
        change(config, |c| {
            c.silence_suppression = yes;
            Ok(())
        })
    })
}
