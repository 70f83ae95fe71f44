//! What is reported and watched of every call.

use std::sync::Mutex;

use microsip_core::{JitterBuffer, QualityConfig};

use super::microsip_jitter_buffer_t;
use crate::base::{Out, change, clone_settings, free, guard, millis, put, settings_or};
use crate::handle;
use crate::status::microsip_status_t;

/// How an endpoint buffers, reports and watches audio. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_quality_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_quality_config_t, 25, "quality config", Mutex<QualityConfig>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_config_new(config: *mut microsip_quality_config_t) -> microsip_status_t {
    guard("microsip_quality_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(QualityConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_config_clone(
    config: microsip_quality_config_t,
    clone: *mut microsip_quality_config_t,
) -> microsip_status_t {
    guard("microsip_quality_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_quality_config_free(config: microsip_quality_config_t) -> microsip_status_t {
    guard("microsip_quality_config_free", || free(config))
}

/// Sets how packets wait, for calls that have no jitter buffer of their own. `jitter_buffer` is copied; the zero handle
/// stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_quality_config_set_jitter_buffer(
    config: microsip_quality_config_t,
    jitter_buffer: microsip_jitter_buffer_t,
) -> microsip_status_t {
    guard("microsip_quality_config_set_jitter_buffer", || {
        let buffer = settings_or(jitter_buffer, JitterBuffer::default)?;
        change(config, |c| {
            c.jitter_buffer = buffer;
            Ok(())
        })
    })
}

/// Sets whether extended reports (RTCP XR, RFC 3611) are offered by `a=rtcp-xr` and sent; default false. Accounts and
/// calls may have their own setting. A peer that does not know them passes them over.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_quality_config_set_rtcp_xr(
    config: microsip_quality_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_quality_config_set_rtcp_xr", || {
        change(config, |c| {
            c.rtcp_xr = yes;
            Ok(())
        })
    })
}

/// Sets how often extended reports are sent, in milliseconds, 1000 to 60000; 0 (default): every 5 to 13 s. They go with
/// the usual reports, which come every 5 s.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_quality_config_set_rtcp_xr_interval(
    config: microsip_quality_config_t,
    pause_ms: u32,
) -> microsip_status_t {
    guard("microsip_quality_config_set_rtcp_xr_interval", || {
        change(config, |c| {
            c.rtcp_xr_interval = (pause_ms > 0).then(|| millis(pause_ms));
            Ok(())
        })
    })
}

/// Sets how often each call with audio tells its statistics by an event of kind `MICROSIP_EVENT_KIND_CALL_STATS`, in
/// milliseconds, 100 to 3600000; 0 (default) for never.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_quality_config_set_stats_every(
    config: microsip_quality_config_t,
    pause_ms: u32,
) -> microsip_status_t {
    guard("microsip_quality_config_set_stats_every", || {
        change(config, |c| {
            c.stats_every = (pause_ms > 0).then(|| millis(pause_ms));
            Ok(())
        })
    })
}

/// Watches calls for audio that goes one way only, and tells by an event of kind `MICROSIP_EVENT_KIND_AUDIO_TROUBLE`
/// what has lasted so many milliseconds, 1000 to 60000; 0 (default) for no watch. While it is on, received audio is
/// decoded even if nobody listens.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_quality_config_set_watch_audio(
    config: microsip_quality_config_t,
    patience_ms: u32,
) -> microsip_status_t {
    guard("microsip_quality_config_set_watch_audio", || {
        change(config, |c| {
            c.watch_audio = (patience_ms > 0).then(|| millis(patience_ms));
            Ok(())
        })
    })
}
