//! Statistics of a call's audio.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::{Direction, Quality, StreamStats};

use super::{microsip_quality_band_t, microsip_quality_source_t};
use crate::base::{Code, Fault, Out, Outcome, free, get, guard, put, share};
use crate::call::{microsip_call_t, microsip_direction_t};
use crate::handle;
use crate::status::microsip_status_t;

/// Everything known about a call's audio at one moment: what was sent and received, how it arrived, what it is worth.
/// Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_stats_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_stats_t, 63, "statistics", Arc<StreamStats>);

/// Statistics of the call's audio now, as a new handle to be freed: all its streams so far, the one that runs included.
/// The numbers are read while packets come in, so that those of one moment may be apart by a packet.
///
/// Statuses: `WRONG_STATE` while no audio flows; `GONE` after the end, when `microsip_call_info_stats` has the final
/// ones; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_stats(call: microsip_call_t, stats: *mut microsip_stats_t) -> microsip_status_t {
    guard("microsip_call_stats", || {
        let out = Out::new(stats, "stats")?;
        out.set(put(Arc::new(get(call)?.stats()?))?);
        Ok(())
    })
}

/// Another handle to the same statistics, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stats_clone(
    stats: microsip_stats_t,
    clone: *mut microsip_stats_t,
) -> microsip_status_t {
    guard("microsip_stats_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(stats)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_stats_free(stats: microsip_stats_t) -> microsip_status_t {
    guard("microsip_stats_free", || free(stats))
}

/// The codec in use, or used last, as `"NAME/RATE/CHANNELS"`; `NO_VALUE` before there was one. Lent until the
/// statistics are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stats_codec(stats: microsip_stats_t, codec: *mut *const c_char) -> microsip_status_t {
    guard("microsip_stats_codec", || {
        let out = Out::new(codec, "codec")?;
        let stats = get(stats)?;
        let text = (stats.codec.as_ref().map(ToString::to_string)).ok_or_else(|| Fault::none("codec yet"))?;
        out.set(stats.lend(&text));
        Ok(())
    })
}

/// All of it as one JSON object; docs/statistics.md names the fields. Lent until the statistics are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stats_to_json(
    stats: microsip_stats_t,
    json: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_stats_to_json", || {
        let out = Out::new(json, "json")?;
        let stats = get(stats)?;
        out.set(stats.lend(&stats.to_json()));
        Ok(())
    })
}

fn quality(stats: &StreamStats, direction: i32) -> Outcome<Quality> {
    let quality = stats.quality();
    let quality = match Code::arg(direction)? {
        Direction::Outgoing => quality.sent,
        Direction::Incoming => quality.received,
    };
    quality.ok_or_else(|| Fault::none("rating"))
}

/// The scale of the rating of what we send (`MICROSIP_DIRECTION_OUTGOING`) or receive: narrowband and wideband cannot
/// be compared. `NO_VALUE` without a rating.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stats_quality_band(
    stats: microsip_stats_t,
    direction: microsip_direction_t,
    band: *mut microsip_quality_band_t,
) -> microsip_status_t {
    guard("microsip_stats_quality_band", || {
        let out = Out::new(band, "band")?;
        out.set(quality(&*get(stats)?, direction)?.band.code());
        Ok(())
    })
}

/// Where the codec's numbers in that rating come from; `NO_VALUE` without a rating.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stats_quality_source(
    stats: microsip_stats_t,
    direction: microsip_direction_t,
    source: *mut microsip_quality_source_t,
) -> microsip_status_t {
    guard("microsip_stats_quality_source", || {
        let out = Out::new(source, "source")?;
        out.set(quality(&*get(stats)?, direction)?.source.code());
        Ok(())
    })
}
