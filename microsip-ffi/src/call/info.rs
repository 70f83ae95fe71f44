//! What is known about a call at one moment.

use std::sync::Arc;

use microsip_core::{CallInfo, Direction};

use super::{microsip_call_state_t, microsip_call_t, microsip_hold_state_t, microsip_media_info_t};
use crate::base::{Code, Fault, Out, free, get, guard, put, share, unix_ms};
use crate::code;
use crate::handle;
use crate::stats::microsip_stats_t;
use crate::status::microsip_status_t;

/// Which way something went: one of `enum microsip_direction_e`.
pub type microsip_direction_t = i32;

/// The values of `microsip_direction_t`.
#[repr(i32)]
pub enum microsip_direction_e {
    /// From us to the peer; of calls: we made it.
    MICROSIP_DIRECTION_OUTGOING = 1,
    /// From the peer to us; of calls: we received it.
    MICROSIP_DIRECTION_INCOMING = 2,
}

code!(microsip_direction_e, "direction", Direction {
    MICROSIP_DIRECTION_OUTGOING = Outgoing,
    MICROSIP_DIRECTION_INCOMING = Incoming,
});

/// What is known about a call at one moment. Immutable; free with `microsip_call_info_free`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_info_t, 59, "call info", Arc<CallInfo>);

/// What is known about the call now, as a new handle to be freed; after the call's end the final state of things. Never
/// waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info(
    call: microsip_call_t,
    info: *mut microsip_call_info_t,
) -> microsip_status_t {
    guard("microsip_call_info", || {
        let out = Out::new(info, "info")?;
        out.set(put(get(call)?.info())?);
        Ok(())
    })
}

/// Another handle to the same information, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_clone(
    info: microsip_call_info_t,
    clone: *mut microsip_call_info_t,
) -> microsip_status_t {
    guard("microsip_call_info_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_info_free(info: microsip_call_info_t) -> microsip_status_t {
    guard("microsip_call_info_free", || free(info))
}

/// Number of the call, as `microsip_call_id` tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_call_id(info: microsip_call_info_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_call_info_call_id", || {
        let out = Out::new(id, "id")?;
        let info = get(info)?;
        out.set(info.id.get());
        Ok(())
    })
}

/// Number of the account it was made with or came in for, as `microsip_account_id` tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_account_id(info: microsip_call_info_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_call_info_account_id", || {
        let out = Out::new(id, "id")?;
        let info = get(info)?;
        out.set(info.account.get());
        Ok(())
    })
}

/// Whether we made it or received it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_direction(
    info: microsip_call_info_t,
    direction: *mut microsip_direction_t,
) -> microsip_status_t {
    guard("microsip_call_info_direction", || {
        let out = Out::new(direction, "direction")?;
        let info = get(info)?;
        out.set(info.direction.code());
        Ok(())
    })
}

/// Where it is in its life.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_state(
    info: microsip_call_info_t,
    state: *mut microsip_call_state_t,
) -> microsip_status_t {
    guard("microsip_call_info_state", || {
        let out = Out::new(state, "state")?;
        let info = get(info)?;
        out.set(info.state.code());
        Ok(())
    })
}

/// Whether it is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_is_ended(info: microsip_call_info_t, yes: *mut bool) -> microsip_status_t {
    guard("microsip_call_info_is_ended", || {
        let out = Out::new(yes, "yes")?;
        let info = get(info)?;
        out.set(info.is_ended());
        Ok(())
    })
}

/// The newest SIP status seen or sent for the INVITE; `NO_VALUE` before there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_last_status(
    info: microsip_call_info_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_call_info_last_status", || {
        let out = Out::new(code, "code")?;
        let info = get(info)?;
        out.set_some(info.last_status.map(|code| code.code()), "last status")
    })
}

/// How many audio streams were negotiated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_media_count(
    info: microsip_call_info_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_call_info_media_count", || {
        let out = Out::new(count, "count")?;
        let info = get(info)?;
        out.set(info.media.len());
        Ok(())
    })
}

/// The stream at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_media_at(
    info: microsip_call_info_t,
    index: usize,
    media: *mut microsip_media_info_t,
) -> microsip_status_t {
    guard("microsip_call_info_media_at", || {
        let out = Out::new(media, "media")?;
        let info = get(info)?;
        let item = info
            .media
            .get(index)
            .ok_or_else(|| Fault::none("stream at this index"))?;
        out.set(put(item.clone())?);
        Ok(())
    })
}

/// The stream that is heard, as a new handle to be freed: the first that runs, or the first at all; `NO_VALUE` when
/// there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_audio(
    info: microsip_call_info_t,
    media: *mut microsip_media_info_t,
) -> microsip_status_t {
    guard("microsip_call_info_audio", || {
        let out = Out::new(media, "media")?;
        let info = get(info)?;
        let value = (info.audio().cloned()).ok_or_else(|| Fault::none("stream"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Who holds it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_hold(
    info: microsip_call_info_t,
    hold: *mut microsip_hold_state_t,
) -> microsip_status_t {
    guard("microsip_call_info_hold", || {
        let out = Out::new(hold, "hold")?;
        let info = get(info)?;
        out.set(info.hold.code());
        Ok(())
    })
}

/// Whether the peer hears silence instead of what is sent: `microsip_call_mute`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_muted(info: microsip_call_info_t, muted: *mut bool) -> microsip_status_t {
    guard("microsip_call_info_muted", || {
        let out = Out::new(muted, "muted")?;
        let info = get(info)?;
        out.set(info.muted);
        Ok(())
    })
}

/// When the INVITE was sent or received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_started_unix_ms(
    info: microsip_call_info_t,
    started: *mut i64,
) -> microsip_status_t {
    guard("microsip_call_info_started_unix_ms", || {
        let out = Out::new(started, "started")?;
        let info = get(info)?;
        out.set(unix_ms(info.started));
        Ok(())
    })
}

/// When the call was confirmed; `NO_VALUE` if it never was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_confirmed_unix_ms(
    info: microsip_call_info_t,
    confirmed: *mut i64,
) -> microsip_status_t {
    guard("microsip_call_info_confirmed_unix_ms", || {
        let out = Out::new(confirmed, "confirmed")?;
        let info = get(info)?;
        out.set_some(info.confirmed.map(unix_ms), "time of confirmation")
    })
}

/// How long the call has been, or was, up, in milliseconds: from the ACK to now, the moment of asking, or to its end. 0
/// if it never was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_duration_ms(
    info: microsip_call_info_t,
    duration: *mut u64,
) -> microsip_status_t {
    guard("microsip_call_info_duration_ms", || {
        let out = Out::new(duration, "duration")?;
        let info = get(info)?;
        out.set(info.duration().as_millis() as u64);
        Ok(())
    })
}

/// Number of the call that transferred us here: its peer's REFER had this call made. `NO_VALUE` if none did.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_transferred_from(
    info: microsip_call_info_t,
    id: *mut u64,
) -> microsip_status_t {
    guard("microsip_call_info_transferred_from", || {
        let out = Out::new(id, "id")?;
        let info = get(info)?;
        out.set_some(
            info.transferred_from.map(|id| id.get()),
            "call that transferred us here",
        )
    })
}

/// Number of the call whose place this one takes (Replaces, RFC 3891); `NO_VALUE` if it takes none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_replaces(info: microsip_call_info_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_call_info_replaces", || {
        let out = Out::new(id, "id")?;
        let info = get(info)?;
        out.set_some(info.replaces.map(|id| id.get()), "call that is replaced")
    })
}

/// Statistics of the call's audio when its newest stream ended, as a new handle to be freed; `NO_VALUE` until one has.
/// `microsip_call_stats` tells those of now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_stats(
    info: microsip_call_info_t,
    stats: *mut microsip_stats_t,
) -> microsip_status_t {
    guard("microsip_call_info_stats", || {
        let out = Out::new(stats, "stats")?;
        let info = get(info)?;
        let value = (info.stats.clone().map(Arc::new)).ok_or_else(|| Fault::none("statistics yet"))?;
        out.set(put(value)?);
        Ok(())
    })
}
