//! Opus.

use std::sync::Mutex;

use microsip_core::OpusOptions;

use crate::base::{Fault, Out, change, clone_settings, free, guard, put};
use crate::handle;
use crate::status::microsip_status_t;

/// Settings of the Opus codec (RFC 6716). What the peer has to know of them is in our SDP (RFC 7587 §6.1), and the
/// peer's wishes there are honoured. Checked by whoever uses them: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_opus_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_opus_options_t, 14, "opus options", Mutex<OpusOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_opus_options_new(options: *mut microsip_opus_options_t) -> microsip_status_t {
    guard("microsip_opus_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(OpusOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_opus_options_clone(
    options: microsip_opus_options_t,
    clone: *mut microsip_opus_options_t,
) -> microsip_status_t {
    guard("microsip_opus_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_free(options: microsip_opus_options_t) -> microsip_status_t {
    guard("microsip_opus_options_free", || free(options))
}

/// Sets the average bit rate, in bits per second, 6000 to 510000: of what we send, and the most we ask the peer to send
/// (`maxaveragebitrate`). 0 (default) leaves it to Opus.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_bit_rate(
    options: microsip_opus_options_t,
    bits_per_second: u32,
) -> microsip_status_t {
    guard("microsip_opus_options_set_bit_rate", || {
        change(options, |c| {
            c.bit_rate = (bits_per_second > 0).then_some(bits_per_second);
            Ok(())
        })
    })
}

/// Sets how much work coding may be, 0 to 10; default 5. 10 costs about three times as much as 0. Not told to the peer.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_complexity(
    options: microsip_opus_options_t,
    complexity: u32,
) -> microsip_status_t {
    guard("microsip_opus_options_set_complexity", || {
        let complexity = u8::try_from(complexity).map_err(|_| Fault::invalid("complexity is more than 10"))?;
        change(options, |c| {
            c.complexity = complexity;
            Ok(())
        })
    })
}

/// Sets whether packets carry a coarse copy of the one before, from which a lost one is made good (`useinbandfec=1`);
/// default true. Sent to peers that say it as well.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_fec(options: microsip_opus_options_t, yes: bool) -> microsip_status_t {
    guard("microsip_opus_options_set_fec", || {
        change(options, |c| {
            c.fec = yes;
            Ok(())
        })
    })
}

/// Sets the loss in percent that the coder prepares for, 0 to 99; default 5. The more, the larger the copy. Not told to
/// the peer.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_expected_loss(
    options: microsip_opus_options_t,
    percent: u32,
) -> microsip_status_t {
    guard("microsip_opus_options_set_expected_loss", || {
        let percent = u8::try_from(percent).map_err(|_| Fault::invalid("percent is more than 99"))?;
        change(options, |c| {
            c.expected_loss = percent;
            Ok(())
        })
    })
}

/// Sets whether next to nothing is sent in silence, a packet every 400 ms (`usedtx=1`); default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_dtx(options: microsip_opus_options_t, yes: bool) -> microsip_status_t {
    guard("microsip_opus_options_set_dtx", || {
        change(options, |c| {
            c.dtx = yes;
            Ok(())
        })
    })
}

/// Sets whether every packet is equally large (`cbr=1`); default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_cbr(options: microsip_opus_options_t, yes: bool) -> microsip_status_t {
    guard("microsip_opus_options_set_cbr", || {
        change(options, |c| {
            c.cbr = yes;
            Ok(())
        })
    })
}

/// Sets whether the peer may send two channels (`stereo=1`), which are made one here; default false. We always send
/// one.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_stereo(options: microsip_opus_options_t, yes: bool) -> microsip_status_t {
    guard("microsip_opus_options_set_stereo", || {
        change(options, |c| {
            c.stereo = yes;
            Ok(())
        })
    })
}

/// Sets the highest sample rate the peer need send, in Hz (`maxplaybackrate`): 8000, 12000, 16000, 24000 or 48000. We
/// code and decode at it too. 0 (default): what the bridge runs at, or the next one above.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_opus_options_set_max_playback_rate(
    options: microsip_opus_options_t,
    hz: u32,
) -> microsip_status_t {
    guard("microsip_opus_options_set_max_playback_rate", || {
        change(options, |c| {
            c.max_playback_rate = (hz > 0).then_some(hz);
            Ok(())
        })
    })
}
