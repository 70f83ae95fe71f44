//! Recording into files.

use std::ffi::c_char;

use microsip_core::{AudioTarget, Recorder, RecordingInfo};

use super::super::player::ms;
use super::super::{microsip_conference_t, target_call, target_conference};
use super::options::options_of;
use super::{microsip_record_format_t, microsip_record_options_t, microsip_recording_name_t};
use crate::base::{Code, Out, Outcome, free, get, guard, put, share, text, timeout};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::error::microsip_error_t;
use crate::handle;
use crate::status::microsip_status_t;

/// A recording in progress or finished. A thread of the library writes; whatever is older than half a second can be
/// read although the process was killed.
///
/// Freeing the handle lets it go on; it ends with what it records or by `microsip_recorder_stop`.
/// `MICROSIP_EVENT_KIND_RECORDING_FINISHED` tells when the file is complete.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_recorder_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_recorder_t, 98, "recorder", Recorder);

/// What a finished recording became. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_recording_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_recording_info_t, 99, "recording info", RecordingInfo);

/// Records a call into a file; by default what the peer says, WAV, Ogg Opus or FLAC by its extension, one channel.
/// `options` is copied; the zero handle stands for the defaults. `microsip_recorder_path` is the file, which has
/// another name when that one was taken and may not be overwritten.
///
/// Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
/// format does not know, `UNSUPPORTED` for Opus in a build without it, `GONE` after the call's end, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record(
    call: microsip_call_t,
    path: *const c_char,
    options: microsip_record_options_t,
    recorder: *mut microsip_recorder_t,
) -> microsip_status_t {
    guard("microsip_call_record", || {
        let out = Out::new(recorder, "recorder")?;
        let options = options_of(options)?;
        let path = text(path, "path")?;
        out.set(put(get(call)?.record_with(path, options)?)?);
        Ok(())
    })
}

/// Records a call into a file that is called by rules. `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: as `microsip_call_record`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_named(
    call: microsip_call_t,
    name: microsip_recording_name_t,
    options: microsip_record_options_t,
    recorder: *mut microsip_recorder_t,
) -> microsip_status_t {
    guard("microsip_call_record_named", || {
        let out = Out::new(recorder, "recorder")?;
        let options = options_of(options)?;
        let name = get(name)?;
        out.set(put(get(call)?.record_named(&name, options)?)?);
        Ok(())
    })
}

/// Records what all calls of a conference and everything played to them say, mixed. `options` is copied; the zero
/// handle stands for the defaults.
///
/// Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
/// format does not know, `UNSUPPORTED` for Opus in a build without it, or a side, which only calls have; `GONE` when
/// the conference was closed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_record(
    conference: microsip_conference_t,
    path: *const c_char,
    options: microsip_record_options_t,
    recorder: *mut microsip_recorder_t,
) -> microsip_status_t {
    guard("microsip_conference_record", || {
        let out = Out::new(recorder, "recorder")?;
        let options = options_of(options)?;
        let path = text(path, "path")?;
        out.set(put(get(conference)?.record(path, options)?)?);
        Ok(())
    })
}

/// Records whatever `microsip_endpoint_connect` lets the recorder hear. `options` is copied; the zero handle stands for
/// the defaults.
///
/// Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
/// format does not know, `UNSUPPORTED` for Opus in a build without it, or a side, which only calls have; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_record(
    endpoint: microsip_endpoint_t,
    path: *const c_char,
    options: microsip_record_options_t,
    recorder: *mut microsip_recorder_t,
) -> microsip_status_t {
    guard("microsip_endpoint_record", || {
        let out = Out::new(recorder, "recorder")?;
        let options = options_of(options)?;
        let path = text(path, "path")?;
        let recorder = running(endpoint)?.with(|e| Ok(e.record(AudioTarget::Free, path, options)?))?;
        out.set(put(recorder)?);
        Ok(())
    })
}

/// The file. Lent until the recorder is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_path(
    recorder: microsip_recorder_t,
    path: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_recorder_path", || {
        let out = Out::new(path, "path")?;
        let recorder = get(recorder)?;
        out.set(recorder.lend(&recorder.path().to_string_lossy()));
        Ok(())
    })
}

/// How much has been written so far, in milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_length_ms(
    recorder: microsip_recorder_t,
    length_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_recorder_length_ms", || {
        let out = Out::new(length_ms, "length_ms")?;
        let recorder = get(recorder)?;
        out.set(ms(recorder.length()));
        Ok(())
    })
}

/// Leaves out what comes from now on, until `microsip_recorder_resume`; the file has no silence in its place. Pausing
/// twice is fine. Statuses: `GONE` when the recording has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_recorder_pause(recorder: microsip_recorder_t) -> microsip_status_t {
    guard("microsip_recorder_pause", || Ok(get(recorder)?.pause()?))
}

/// Goes on after `microsip_recorder_pause`. Statuses: `GONE` when the recording has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_recorder_resume(recorder: microsip_recorder_t) -> microsip_status_t {
    guard("microsip_recorder_resume", || Ok(get(recorder)?.resume()?))
}

/// Whether it is paused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_is_paused(
    recorder: microsip_recorder_t,
    paused: *mut bool,
) -> microsip_status_t {
    guard("microsip_recorder_is_paused", || {
        let out = Out::new(paused, "paused")?;
        let recorder = get(recorder)?;
        out.set(recorder.is_paused());
        Ok(())
    })
}

/// Whether it has ended, and the file is complete.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_is_finished(
    recorder: microsip_recorder_t,
    finished: *mut bool,
) -> microsip_status_t {
    guard("microsip_recorder_is_finished", || {
        let out = Out::new(finished, "finished")?;
        let recorder = get(recorder)?;
        out.set(recorder.is_finished());
        Ok(())
    })
}

/// Stops recording and waits until the file is complete, ten seconds at most. What it became is in `info`, as a new
/// handle to be freed; NULL if that does not matter. Stopping twice is fine.
///
/// Statuses: `TIMEOUT` when the disk takes longer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_stop(
    recorder: microsip_recorder_t,
    info: *mut microsip_recording_info_t,
) -> microsip_status_t {
    guard("microsip_recorder_stop", || {
        let out = Out::optional(info);
        give(get(recorder)?.stop()?, out)
    })
}

/// Waits until the file is complete, which it is soon after its call has ended, at most `timeout_ms`. What it became is
/// in `info`, as a new handle to be freed; NULL if that does not matter. Statuses: `TIMEOUT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_wait(
    recorder: microsip_recorder_t,
    timeout_ms: u32,
    info: *mut microsip_recording_info_t,
) -> microsip_status_t {
    guard("microsip_recorder_wait", || {
        let out = Out::optional(info);
        give(get(recorder)?.wait_finished(timeout(timeout_ms))?, out)
    })
}

fn give(info: RecordingInfo, out: Option<Out<microsip_recording_info_t>>) -> Outcome {
    if let Some(out) = out {
        out.set(put(info)?);
    }
    Ok(())
}

/// The call it records, as a new handle to be freed; `NO_VALUE` if it records none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_call(
    recorder: microsip_recorder_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_recorder_call", || {
        let out = Out::new(call, "call")?;
        target_call(get(recorder)?.target(), out)
    })
}

/// The conference it records, as a new handle to be freed; `NO_VALUE` if it records none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_conference(
    recorder: microsip_recorder_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_recorder_conference", || {
        let out = Out::new(conference, "conference")?;
        target_conference(get(recorder)?.target(), out)
    })
}

/// Another handle to the same recorder, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_clone(
    recorder: microsip_recorder_t,
    clone: *mut microsip_recorder_t,
) -> microsip_status_t {
    guard("microsip_recorder_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(recorder)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The recording goes on.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_recorder_free(recorder: microsip_recorder_t) -> microsip_status_t {
    guard("microsip_recorder_free", || free(recorder))
}

/// The file. Lent until the info is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_path(
    info: microsip_recording_info_t,
    path: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_recording_info_path", || {
        let out = Out::new(path, "path")?;
        let info = get(info)?;
        out.set(info.lend(&info.path.to_string_lossy()));
        Ok(())
    })
}

/// Its kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_format(
    info: microsip_recording_info_t,
    format: *mut microsip_record_format_t,
) -> microsip_status_t {
    guard("microsip_recording_info_format", || {
        let out = Out::new(format, "format")?;
        let info = get(info)?;
        out.set(info.format.code());
        Ok(())
    })
}

/// Samples per second and channel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_rate(
    info: microsip_recording_info_t,
    rate: *mut u32,
) -> microsip_status_t {
    guard("microsip_recording_info_rate", || {
        let out = Out::new(rate, "rate")?;
        let info = get(info)?;
        out.set(info.rate);
        Ok(())
    })
}

/// Channels: 2 for split recordings, else 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_channels(
    info: microsip_recording_info_t,
    channels: *mut u16,
) -> microsip_status_t {
    guard("microsip_recording_info_channels", || {
        let out = Out::new(channels, "channels")?;
        let info = get(info)?;
        out.set(info.channels);
        Ok(())
    })
}

/// Samples written, per channel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_samples(
    info: microsip_recording_info_t,
    samples: *mut u64,
) -> microsip_status_t {
    guard("microsip_recording_info_samples", || {
        let out = Out::new(samples, "samples")?;
        let info = get(info)?;
        out.set(info.samples);
        Ok(())
    })
}

/// Samples replaced by silence because the disk could not keep up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_dropped(
    info: microsip_recording_info_t,
    dropped: *mut u64,
) -> microsip_status_t {
    guard("microsip_recording_info_dropped", || {
        let out = Out::new(dropped, "dropped")?;
        let info = get(info)?;
        out.set(info.dropped);
        Ok(())
    })
}

/// Length of the recording, in milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_length_ms(
    info: microsip_recording_info_t,
    length_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_recording_info_length_ms", || {
        let out = Out::new(length_ms, "length_ms")?;
        let info = get(info)?;
        out.set(ms(info.length()));
        Ok(())
    })
}

/// Why the file ends early, such as a full disk (`IO`), as a new handle to be freed; `NO_VALUE` if it does not. What
/// came before is in the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_error(
    info: microsip_recording_info_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_recording_info_error", || {
        let out = Out::new(error, "error")?;
        crate::error::give(get(info)?.error.as_ref(), out)
    })
}

/// Another handle to the same info, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_info_clone(
    info: microsip_recording_info_t,
    clone: *mut microsip_recording_info_t,
) -> microsip_status_t {
    guard("microsip_recording_info_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_recording_info_free(info: microsip_recording_info_t) -> microsip_status_t {
    guard("microsip_recording_info_free", || free(info))
}
