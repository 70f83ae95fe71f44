//! Playing files.

use std::ffi::c_char;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use microsip_core::{PlayEnd, PlayOptions, Player};

use super::gain::gain;
use super::{microsip_conference_t, target_call, target_conference};
use crate::base::arg::array;
use crate::base::{
    Fault, Out, Outcome, change, clone_settings, free, get, guard, put, settings_or, share, text, timeout,
};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::error::microsip_error_t;
use crate::handle;
use crate::status::microsip_status_t;

/// Settings of a player.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_play_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_play_options_t, 95, "play options", Mutex<PlayOptions>);

/// Files being played, one after the other without a gap: WAV (any rate and width, any number of channels, float,
/// A-law, µ-law, ADPCM, RF64), MP3, FLAC, Ogg Vorbis, Ogg Opus. A thread of the library decodes a second ahead.
///
/// Freeing the handle lets them play on; they end with the last file, by `microsip_player_stop`, or with what they are
/// played to. `MICROSIP_EVENT_KIND_PLAYER_FINISHED` tells the end.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_player_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_player_t, 96, "player", Player);

/// Why a player ended: one of `enum microsip_play_end_e`.
pub type microsip_play_end_t = i32;

/// The values of `microsip_play_end_t`.
#[repr(i32)]
pub enum microsip_play_end_e {
    /// The last file was played to its end, or skipped.
    MICROSIP_PLAY_END_FINISHED = 1,
    /// `microsip_player_stop` was called, or the endpoint was closed.
    MICROSIP_PLAY_END_STOPPED = 2,
    /// Its call has ended, or its conference was closed.
    MICROSIP_PLAY_END_TARGET_ENDED = 3,
    /// A file broke off or could not be opened when its turn came; what came before was played.
    MICROSIP_PLAY_END_FAILED = 4,
}

/// The number of a reason.
pub(crate) fn play_end(end: &PlayEnd) -> microsip_play_end_t {
    use microsip_play_end_e::*;
    match end {
        PlayEnd::Finished => MICROSIP_PLAY_END_FINISHED as i32,
        PlayEnd::Stopped => MICROSIP_PLAY_END_STOPPED as i32,
        PlayEnd::TargetEnded => MICROSIP_PLAY_END_TARGET_ENDED as i32,
        PlayEnd::Failed(_) => MICROSIP_PLAY_END_FAILED as i32,
        _ => 0,
    }
}

fn options_of(options: microsip_play_options_t) -> Outcome<PlayOptions> {
    settings_or(options, PlayOptions::default)
}

/// # Safety
/// `paths` is NULL or points to `count` strings.
unsafe fn files(paths: *const *const c_char, count: usize) -> Outcome<Vec<PathBuf>> {
    let paths = array(paths, count, "paths")?;
    paths
        .iter()
        .map(|path| Ok(PathBuf::from(text(*path, "a path")?)))
        .collect()
}

/// A time for C; what does not fit is the longest.
pub(super) fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_play_options_new(options: *mut microsip_play_options_t) -> microsip_status_t {
    guard("microsip_play_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(PlayOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_play_options_clone(
    options: microsip_play_options_t,
    clone: *mut microsip_play_options_t,
) -> microsip_status_t {
    guard("microsip_play_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_play_options_free(options: microsip_play_options_t) -> microsip_status_t {
    guard("microsip_play_options_free", || free(options))
}

/// Sets whether to start again at the end of the last file, until stopped; default no.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_play_options_set_repeat(
    options: microsip_play_options_t,
    repeat: bool,
) -> microsip_status_t {
    guard("microsip_play_options_set_repeat", || {
        change(options, |o| {
            o.repeat = repeat;
            Ok(())
        })
    })
}

/// Sets how loud, -42 to +6 dB, minus infinity for silence; default 0.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_play_options_set_gain(options: microsip_play_options_t, gain_db: f32) -> microsip_status_t {
    guard("microsip_play_options_set_gain", || {
        let gain = gain(gain_db)?;
        change(options, |o| {
            o.gain = gain;
            Ok(())
        })
    })
}

/// Sets whether to wait for `microsip_player_resume`; default no.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_play_options_set_paused(
    options: microsip_play_options_t,
    paused: bool,
) -> microsip_status_t {
    guard("microsip_play_options_set_paused", || {
        change(options, |o| {
            o.paused = paused;
            Ok(())
        })
    })
}

/// Plays a file to the peer, from the moment audio flows. `options` is copied; the zero handle stands for the defaults.
/// Opens the file and decodes its first second before it returns.
///
/// Statuses: `IO` when the file cannot be read, `MEDIA` when it is no audio or empty, `GONE` after the call's end,
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_play(
    call: microsip_call_t,
    path: *const c_char,
    options: microsip_play_options_t,
    player: *mut microsip_player_t,
) -> microsip_status_t {
    guard("microsip_call_play", || {
        let out = Out::new(player, "player")?;
        let options = options_of(options)?;
        let path = text(path, "path")?;
        out.set(put(get(call)?.play(path, options)?)?);
        Ok(())
    })
}

/// Plays `count` files to the peer, one after the other without a gap. More can be added later (`microsip_player_add`).
/// `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
/// file, `GONE` after the call's end, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_play_list(
    call: microsip_call_t,
    paths: *const *const c_char,
    count: usize,
    options: microsip_play_options_t,
    player: *mut microsip_player_t,
) -> microsip_status_t {
    guard("microsip_call_play_list", || {
        let out = Out::new(player, "player")?;
        let options = options_of(options)?;
        let files = files(paths, count)?;
        out.set(put(get(call)?.play_list(files, options)?)?);
        Ok(())
    })
}

/// Plays `count` files to all calls of a conference, one after the other without a gap. `options` is copied; the zero
/// handle stands for the defaults.
///
/// Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
/// file, `GONE` when the conference was closed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_play(
    conference: microsip_conference_t,
    paths: *const *const c_char,
    count: usize,
    options: microsip_play_options_t,
    player: *mut microsip_player_t,
) -> microsip_status_t {
    guard("microsip_conference_play", || {
        let out = Out::new(player, "player")?;
        let options = options_of(options)?;
        let files = files(paths, count)?;
        out.set(put(get(conference)?.play(files, options)?)?);
        Ok(())
    })
}

/// Plays `count` files, one after the other without a gap, to whatever `microsip_endpoint_connect` lets hear them.
/// `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
/// file, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_play(
    endpoint: microsip_endpoint_t,
    paths: *const *const c_char,
    count: usize,
    options: microsip_play_options_t,
    player: *mut microsip_player_t,
) -> microsip_status_t {
    guard("microsip_endpoint_play", || {
        let out = Out::new(player, "player")?;
        let options = options_of(options)?;
        let files = files(paths, count)?;
        let player = running(endpoint)?.with(|e| Ok(e.play(microsip_core::AudioTarget::Free, files, options)?))?;
        out.set(put(player)?);
        Ok(())
    })
}

/// How much of the file that is heard has been played, in milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_position_ms(
    player: microsip_player_t,
    position_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_player_position_ms", || {
        let out = Out::new(position_ms, "position_ms")?;
        let player = get(player)?;
        out.set(ms(player.position()));
        Ok(())
    })
}

/// Length of the file that is heard, in milliseconds; `NO_VALUE` where the file does not tell, as an MP3 without header
/// may not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_length_ms(
    player: microsip_player_t,
    length_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_player_length_ms", || {
        let out = Out::new(length_ms, "length_ms")?;
        let player = get(player)?;
        out.set_some(player.length().map(ms), "length in this file")
    })
}

/// Index of the file that is heard, in the order in which files were given, from 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_index(player: microsip_player_t, index: *mut usize) -> microsip_status_t {
    guard("microsip_player_index", || {
        let out = Out::new(index, "index")?;
        let player = get(player)?;
        out.set(player.index());
        Ok(())
    })
}

/// The file that is heard. Lent until the player is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_file(
    player: microsip_player_t,
    path: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_player_file", || {
        let out = Out::new(path, "path")?;
        let player = get(player)?;
        out.set(player.lend(&player.file().to_string_lossy()));
        Ok(())
    })
}

/// How much silence was played because decoding could not keep up, in milliseconds; 0 on a healthy machine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_missed_ms(
    player: microsip_player_t,
    missed_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_player_missed_ms", || {
        let out = Out::new(missed_ms, "missed_ms")?;
        let player = get(player)?;
        out.set(ms(player.missed()));
        Ok(())
    })
}

/// Whether it has ended, whatever the reason.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_is_finished(
    player: microsip_player_t,
    finished: *mut bool,
) -> microsip_status_t {
    guard("microsip_player_is_finished", || {
        let out = Out::new(finished, "finished")?;
        let player = get(player)?;
        out.set(player.is_finished());
        Ok(())
    })
}

/// Why it has ended; `NO_VALUE` while it plays.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_end(
    player: microsip_player_t,
    end: *mut microsip_play_end_t,
) -> microsip_status_t {
    guard("microsip_player_end", || {
        let out = Out::new(end, "end")?;
        let player = get(player)?;
        out.set_some(player.end().as_ref().map(play_end), "end of this player yet")
    })
}

/// What went wrong when it ended with `MICROSIP_PLAY_END_FAILED`, as a new handle to be freed; `NO_VALUE` otherwise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_error(
    player: microsip_player_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_player_error", || {
        let out = Out::new(error, "error")?;
        match get(player)?.end() {
            Some(PlayEnd::Failed(error)) => crate::error::give(Some(&error), out),
            _ => Err(Fault::none("error of this player")),
        }
    })
}

/// Whether it is paused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_is_paused(player: microsip_player_t, paused: *mut bool) -> microsip_status_t {
    guard("microsip_player_is_paused", || {
        let out = Out::new(paused, "paused")?;
        let player = get(player)?;
        out.set(player.is_paused());
        Ok(())
    })
}

/// How loud it plays, in dB; minus infinity for silence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_gain_db(player: microsip_player_t, gain_db: *mut f32) -> microsip_status_t {
    guard("microsip_player_gain_db", || {
        let out = Out::new(gain_db, "gain_db")?;
        let player = get(player)?;
        out.set(player.gain().as_db());
        Ok(())
    })
}

/// Sets how loud it plays, -42 to +6 dB (minus infinity: silence), from the next 20 ms on, over which the change is
/// spread. It adds to the gain of links.
///
/// Statuses: `INVALID_ARGUMENT` for a gain out of its range, `GONE` when it has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_set_gain(player: microsip_player_t, gain_db: f32) -> microsip_status_t {
    guard("microsip_player_set_gain", || {
        let gain = gain(gain_db)?;
        Ok(get(player)?.set_gain(gain)?)
    })
}

/// Falls silent; `microsip_player_resume` goes on with the very next sample. Statuses: `GONE` when it has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_pause(player: microsip_player_t) -> microsip_status_t {
    guard("microsip_player_pause", || Ok(get(player)?.pause()?))
}

/// Goes on after `microsip_player_pause`. Statuses: `GONE` when it has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_resume(player: microsip_player_t) -> microsip_status_t {
    guard("microsip_player_resume", || Ok(get(player)?.resume()?))
}

/// Goes to a position in the file that is heard, in milliseconds. A paused player stays paused. Waits for the file to
/// be read.
///
/// Statuses: `INVALID_ARGUMENT` when the file has no such position, `MEDIA` when it cannot be searched, `IO` when it
/// cannot be read any more: it plays on then as if nothing had been asked; `GONE` when the player has ended, `TIMEOUT`
/// when the disk does not answer.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_seek(player: microsip_player_t, to_ms: u64) -> microsip_status_t {
    guard("microsip_player_seek", || {
        Ok(get(player)?.seek(Duration::from_millis(to_ms))?)
    })
}

/// Goes on with the next file at once; after the last one, unless it repeats, the player ends as
/// `MICROSIP_PLAY_END_FINISHED`. Waits for the file to be read.
///
/// Statuses: those of the next file, as with `microsip_call_play`; the present one plays on then. `GONE` when the
/// player has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_skip(player: microsip_player_t) -> microsip_status_t {
    guard("microsip_player_skip", || Ok(get(player)?.skip()?))
}

/// Adds a file, which follows the last one without a gap. Waits for the file to be read.
///
/// Statuses: `IO`, `MEDIA` when it cannot be played; `GONE` when the player has ended, which it may just have: then
/// play the file anew.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_add(player: microsip_player_t, path: *const c_char) -> microsip_status_t {
    guard("microsip_player_add", || {
        let path = text(path, "path")?;
        Ok(get(player)?.add(path)?)
    })
}

/// Stops playing. Stopping twice is fine. Statuses: `NOT_RUNNING` after the endpoint was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_stop(player: microsip_player_t) -> microsip_status_t {
    guard("microsip_player_stop", || Ok(get(player)?.stop()?))
}

/// Waits until it has ended, at most `timeout_ms`, and tells why in `end`, which may be NULL. Statuses: `TIMEOUT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_wait(
    player: microsip_player_t,
    timeout_ms: u32,
    end: *mut microsip_play_end_t,
) -> microsip_status_t {
    guard("microsip_player_wait", || {
        let out = Out::optional(end);
        let end = get(player)?.wait_finished(timeout(timeout_ms))?;
        if let Some(out) = out {
            out.set(play_end(&end));
        }
        Ok(())
    })
}

/// The call it plays to, as a new handle to be freed; `NO_VALUE` if it plays to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_call(
    player: microsip_player_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_player_call", || {
        let out = Out::new(call, "call")?;
        target_call(get(player)?.target(), out)
    })
}

/// The conference it plays to, as a new handle to be freed; `NO_VALUE` if it plays to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_conference(
    player: microsip_player_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_player_conference", || {
        let out = Out::new(conference, "conference")?;
        target_conference(get(player)?.target(), out)
    })
}

/// Another handle to the same player, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_clone(
    player: microsip_player_t,
    clone: *mut microsip_player_t,
) -> microsip_status_t {
    guard("microsip_player_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(player)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. It plays on.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_player_free(player: microsip_player_t) -> microsip_status_t {
    guard("microsip_player_free", || free(player))
}
