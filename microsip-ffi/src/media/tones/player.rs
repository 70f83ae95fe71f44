//! Playing tones.

use microsip_core::{ToneOptions, TonePlayer};

use super::super::microsip_conference_t;
use super::super::player::ms;
use super::microsip_tone_t;
use crate::base::{Out, free, get, guard, millis, put, share, timeout};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::handle;
use crate::status::microsip_status_t;

/// A tone being played, exact in frequency and level, faded in and out over 4 ms. Freeing the handle lets it go on; it
/// ends by itself, by `microsip_tone_player_stop`, or with its call or conference. `MICROSIP_EVENT_KIND_TONE_FINISHED`
/// tells when it is through.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_tone_player_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_tone_player_t, 102, "tone player", TonePlayer);

fn options(longest_ms: u32) -> ToneOptions {
    match longest_ms {
        0 => ToneOptions::default(),
        ms => ToneOptions::default().longest(millis(ms)),
    }
}

/// Plays a tone to the peer from the moment audio flows, together with whatever else is played, for `longest_ms`
/// milliseconds at most; 0: until it ends or is stopped.
///
/// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `GONE` after the call's end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_play_tone(
    call: microsip_call_t,
    tone: microsip_tone_t,
    longest_ms: u32,
    player: *mut microsip_tone_player_t,
) -> microsip_status_t {
    guard("microsip_call_play_tone", || {
        let out = Out::new(player, "player")?;
        let tone = (**get(tone)?).clone();
        out.set(put(get(call)?.play_tone(tone, options(longest_ms))?)?);
        Ok(())
    })
}

/// Plays a tone to all calls of a conference, and into what records it, for `longest_ms` milliseconds at most; 0: until
/// it ends or is stopped.
///
/// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `GONE` when the conference was
/// closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_play_tone(
    conference: microsip_conference_t,
    tone: microsip_tone_t,
    longest_ms: u32,
    player: *mut microsip_tone_player_t,
) -> microsip_status_t {
    guard("microsip_conference_play_tone", || {
        let out = Out::new(player, "player")?;
        let tone = (**get(tone)?).clone();
        out.set(put(get(conference)?.play_tone(tone, options(longest_ms))?)?);
        Ok(())
    })
}

/// Plays a tone that nobody hears until `microsip_endpoint_connect` connects it, for `longest_ms` milliseconds at most;
/// 0: until it ends or is stopped. It runs from then on.
///
/// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_play_tone(
    endpoint: microsip_endpoint_t,
    tone: microsip_tone_t,
    longest_ms: u32,
    player: *mut microsip_tone_player_t,
) -> microsip_status_t {
    guard("microsip_endpoint_play_tone", || {
        let out = Out::new(player, "player")?;
        let tone = (**get(tone)?).clone();
        out.set(put(
            running(endpoint)?.with(|e| Ok(e.tone(tone, options(longest_ms))?))?
        )?);
        Ok(())
    })
}

/// The tone, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_player_tone(
    player: microsip_tone_player_t,
    tone: *mut microsip_tone_t,
) -> microsip_status_t {
    guard("microsip_tone_player_tone", || {
        let out = Out::new(tone, "tone")?;
        let player = get(player)?;
        out.set(put(player.tone().clone())?);
        Ok(())
    })
}

/// How much of it has been played, in milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_player_position_ms(
    player: microsip_tone_player_t,
    position_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_tone_player_position_ms", || {
        let out = Out::new(position_ms, "position_ms")?;
        let player = get(player)?;
        out.set(ms(player.position()));
        Ok(())
    })
}

/// Whether it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_player_is_finished(
    player: microsip_tone_player_t,
    finished: *mut bool,
) -> microsip_status_t {
    guard("microsip_tone_player_is_finished", || {
        let out = Out::new(finished, "finished")?;
        let player = get(player)?;
        out.set(player.is_finished());
        Ok(())
    })
}

/// Stops it: it falls silent within 24 ms, without a click. Stopping twice is fine. Statuses: `NOT_RUNNING` after the
/// endpoint was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tone_player_stop(player: microsip_tone_player_t) -> microsip_status_t {
    guard("microsip_tone_player_stop", || Ok(get(player)?.stop()?))
}

/// Waits until it has ended, at most `timeout_ms`. Statuses: `TIMEOUT`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tone_player_wait(player: microsip_tone_player_t, timeout_ms: u32) -> microsip_status_t {
    guard("microsip_tone_player_wait", || {
        Ok(get(player)?.wait_finished(timeout(timeout_ms))?)
    })
}

/// Another handle to the same player, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_player_clone(
    player: microsip_tone_player_t,
    clone: *mut microsip_tone_player_t,
) -> microsip_status_t {
    guard("microsip_tone_player_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(player)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The tone goes on.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tone_player_free(player: microsip_tone_player_t) -> microsip_status_t {
    guard("microsip_tone_player_free", || free(player))
}
