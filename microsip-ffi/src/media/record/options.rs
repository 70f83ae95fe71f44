//! What is recorded, as what, and how the file is called.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{RecordFormat, RecordOptions, RecordingName};

use crate::base::{
    Code, Out, Outcome, change, clone_settings, free, get, guard, opt_text, put, settings_or, share, text,
};
use crate::call::microsip_call_t;
use crate::quality::microsip_tap_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What a recording is written as: one of `enum microsip_record_format_e`.
pub type microsip_record_format_t = i32;

/// The values of `microsip_record_format_t`.
#[repr(i32)]
pub enum microsip_record_format_e {
    /// WAV, 16-bit PCM; becomes RF64 (EBU Tech 3306) beyond 4 GiB.
    MICROSIP_RECORD_FORMAT_WAV = 1,
    /// Ogg Opus (RFC 7845), 20 ms a packet. Two channels are two independent streams, so that neither leaks into the
    /// other.
    MICROSIP_RECORD_FORMAT_OPUS = 2,
    /// FLAC (RFC 9639), 16 bit: lossless, about half of WAV.
    MICROSIP_RECORD_FORMAT_FLAC = 3,
}

code!(microsip_record_format_e, "record format", RecordFormat {
    MICROSIP_RECORD_FORMAT_WAV = Wav,
    MICROSIP_RECORD_FORMAT_OPUS = Opus,
    MICROSIP_RECORD_FORMAT_FLAC = Flac,
});

/// Settings of a recorder.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_record_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_record_options_t, 97, "record options", Mutex<RecordOptions>);

/// Rules for the names of recordings: a folder, and a pattern with fields in braces, which are filled in from the call.
/// Immutable.
///
/// `{date}` becomes the day (`20261121`, local time), `{time}` hours, minutes and seconds (`093015`), `{direction}`
/// `incoming` or `outgoing`, `{remote_user}` the user part of the other side's URI, or its host without one,
/// `{remote_host}` its host, `{account}` the user part of our own URI, or its host, `{call}` the call's number in this
/// process, `{call_id}` its SIP Call-ID, `{n}` 1 or the first number with which there is no such file yet. `{{` and
/// `}}` are braces. A `/` begins a folder, which is made. Characters in values that mean something to a file system
/// become `_`, so that no caller can choose where a file goes.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_recording_name_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_recording_name_t, 100, "recording name", RecordingName);

pub(super) fn options_of(options: microsip_record_options_t) -> Outcome<RecordOptions> {
    settings_or(options, RecordOptions::default)
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_record_options_new(options: *mut microsip_record_options_t) -> microsip_status_t {
    guard("microsip_record_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(RecordOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_record_options_clone(
    options: microsip_record_options_t,
    clone: *mut microsip_record_options_t,
) -> microsip_status_t {
    guard("microsip_record_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_free(options: microsip_record_options_t) -> microsip_status_t {
    guard("microsip_record_options_free", || free(options))
}

/// Sets which side is recorded; default `MICROSIP_TAP_RECEIVED`. Means nothing with
/// `microsip_record_options_set_split`. Only calls have sides.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_set_tap(
    options: microsip_record_options_t,
    tap: microsip_tap_t,
) -> microsip_status_t {
    guard("microsip_record_options_set_tap", || {
        let tap = Code::arg(tap)?;
        change(options, |o| {
            o.tap = tap;
            Ok(())
        })
    })
}

/// Sets whether both sides go into two channels: left what we send, right what we receive, to the sample; default no.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_set_split(
    options: microsip_record_options_t,
    split: bool,
) -> microsip_status_t {
    guard("microsip_record_options_set_split", || {
        change(options, |o| {
            o.split = split;
            Ok(())
        })
    })
}

/// Sets the kind of file, whatever its name; 0 (default) is by its extension: `.wav`, `.opus` or `.ogg`, `.flac`; WAV
/// without any.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_set_format(
    options: microsip_record_options_t,
    format: microsip_record_format_t,
) -> microsip_status_t {
    guard("microsip_record_options_set_format", || {
        let format = match format {
            0 => None,
            format => Some(Code::arg(format)?),
        };
        change(options, |o| {
            o.format = format;
            Ok(())
        })
    })
}

/// Sets the samples per second; 0 (default) is the engine's own rate, or 48000 where Opus does not know that.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_set_rate(options: microsip_record_options_t, rate: u32) -> microsip_status_t {
    guard("microsip_record_options_set_rate", || {
        change(options, |o| {
            o.rate = (rate > 0).then_some(rate);
            Ok(())
        })
    })
}

/// Sets the bits per second and channel for Opus, 6000 to 510000; 0 (default): libopus chooses.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_set_bitrate(
    options: microsip_record_options_t,
    bitrate: u32,
) -> microsip_status_t {
    guard("microsip_record_options_set_bitrate", || {
        change(options, |o| {
            o.bitrate = (bitrate > 0).then_some(bitrate);
            Ok(())
        })
    })
}

/// Sets whether an existing file is overwritten; by default another name is found: `-2`, `-3` … before the extension.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_record_options_set_overwrite(
    options: microsip_record_options_t,
    overwrite: bool,
) -> microsip_status_t {
    guard("microsip_record_options_set_overwrite", || {
        change(options, |o| {
            o.overwrite = overwrite;
            Ok(())
        })
    })
}

/// Makes rules for files in `folder`, which is made when needed. A `pattern` of NULL is MicroSIP's own:
/// `{date}-{time}-{remote_user}-{direction}-{account}.wav`.
///
/// Statuses: `INVALID_ARGUMENT` for an unknown field, a brace without its other, a pattern that is empty or leads out
/// of the folder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_name_new(
    folder: *const c_char,
    pattern: *const c_char,
    name: *mut microsip_recording_name_t,
) -> microsip_status_t {
    guard("microsip_recording_name_new", || {
        let out = Out::new(name, "name")?;
        let folder = text(folder, "folder")?;
        let pattern = opt_text(pattern, "pattern")?.unwrap_or(RecordingName::MICROSIP);
        out.set(put(RecordingName::new(folder, pattern)?)?);
        Ok(())
    })
}

/// The folder. Lent until the rules are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_name_folder(
    name: microsip_recording_name_t,
    folder: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_recording_name_folder", || {
        let out = Out::new(folder, "folder")?;
        let name = get(name)?;
        out.set(name.lend(&name.folder().to_string_lossy()));
        Ok(())
    })
}

/// What a file of this call is called at the moment, `{n}` being 1. Nothing is made, and whether there is such a file
/// is not looked at. Lent until the rules are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_name_path(
    name: microsip_recording_name_t,
    call: microsip_call_t,
    path: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_recording_name_path", || {
        let out = Out::new(path, "path")?;
        let name = get(name)?;
        let path = name.path_of(&**get(call)?);
        out.set(name.lend(&path.to_string_lossy()));
        Ok(())
    })
}

/// Another handle to the same rules, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recording_name_clone(
    name: microsip_recording_name_t,
    clone: *mut microsip_recording_name_t,
) -> microsip_status_t {
    guard("microsip_recording_name_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(name)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_recording_name_free(name: microsip_recording_name_t) -> microsip_status_t {
    guard("microsip_recording_name_free", || free(name))
}
