//! Audio in memory.

use std::ffi::c_char;

use microsip_core::{Pcm, read_audio};

use crate::base::{Out, free, get, guard, put, share, text};
use crate::handle;
use crate::status::microsip_status_t;

/// Samples in memory: signed 16 bit, mono. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_pcm_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_pcm_t, 105, "pcm", Pcm);

/// Reads a file whole, of any kind that `microsip_call_play` plays, into 16-bit mono at the file's own rate (48 kHz for
/// Opus), channels averaged. Needs no endpoint. As a new handle to be freed.
///
/// Statuses: `IO` when it cannot be read, `MEDIA` when it is no such file, changes its rate midway or holds nothing,
/// `LIMIT_REACHED` when it is longer than 2^28 samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_pcm_read(path: *const c_char, pcm: *mut microsip_pcm_t) -> microsip_status_t {
    guard("microsip_pcm_read", || {
        let out = Out::new(pcm, "pcm")?;
        out.set(put(read_audio(text(path, "path")?)?)?);
        Ok(())
    })
}

/// The samples and how many they are. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_pcm_samples(
    pcm: microsip_pcm_t,
    samples: *mut *const i16,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_pcm_samples", || {
        let (samples, count) = (Out::new(samples, "samples"), Out::new(count, "count"));
        let (samples, count) = (samples?, count?);
        let pcm = get(pcm)?;
        samples.set(pcm.samples.as_ptr());
        count.set(pcm.samples.len());
        Ok(())
    })
}

/// Samples per second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_pcm_rate(pcm: microsip_pcm_t, rate: *mut u32) -> microsip_status_t {
    guard("microsip_pcm_rate", || {
        let out = Out::new(rate, "rate")?;
        let pcm = get(pcm)?;
        out.set(pcm.rate);
        Ok(())
    })
}

/// Another handle to the same samples, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_pcm_clone(pcm: microsip_pcm_t, clone: *mut microsip_pcm_t) -> microsip_status_t {
    guard("microsip_pcm_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(pcm)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Samples lent by it become invalid with the last one.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_pcm_free(pcm: microsip_pcm_t) -> microsip_status_t {
    guard("microsip_pcm_free", || free(pcm))
}
