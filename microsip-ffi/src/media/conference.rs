//! Conferences: calls that hear each other.

use std::sync::Mutex;

use microsip_core::{Call, Conference, ConferenceOptions, MemberOptions, OnLeave};

use super::gain::gain;
use crate::base::arg::array;
use crate::base::{Code, Fault, Out, Outcome, change, clone_settings, free, get, guard, put, settings_or, share};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What a conference does when one of its calls has ended. Taking a call out or moving it ends nobody: one of `enum
/// microsip_on_leave_e`.
pub type microsip_on_leave_t = i32;

/// The values of `microsip_on_leave_t`.
#[repr(i32)]
pub enum microsip_on_leave_e {
    /// Nothing; the others go on, even alone.
    MICROSIP_ON_LEAVE_STAY = 1,
    /// The last call, when it is alone, is hung up.
    MICROSIP_ON_LEAVE_END_LAST = 2,
    /// All others are hung up: what one leg of a bridge of two calls does to the other.
    MICROSIP_ON_LEAVE_END_ALL = 3,
}

code!(microsip_on_leave_e, "on leave", OnLeave {
    MICROSIP_ON_LEAVE_STAY = Stay,
    MICROSIP_ON_LEAVE_END_LAST = EndLast,
    MICROSIP_ON_LEAVE_END_ALL = EndAll,
});

/// Settings of a conference.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_conference_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_conference_options_t,
    111,
    "conference options",
    Mutex<ConferenceOptions>
);

/// How a call takes part in a conference.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_member_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_member_options_t, 112, "member options", Mutex<MemberOptions>);

/// A conference. Each call hears all others (mix-minus) as soon and as long as its audio runs. A call is in one
/// conference at most: joining another moves it.
///
/// Freeing the handle changes nothing: the conference lasts until `microsip_conference_close`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_conference_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_conference_t, 103, "conference", Conference);

/// Who takes part in a conference at a moment. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_conference_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_conference_info_t, 104, "conference info", Vec<Call>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_options_new(
    options: *mut microsip_conference_options_t,
) -> microsip_status_t {
    guard("microsip_conference_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(ConferenceOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_options_clone(
    options: microsip_conference_options_t,
    clone: *mut microsip_conference_options_t,
) -> microsip_status_t {
    guard("microsip_conference_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_options_free(options: microsip_conference_options_t) -> microsip_status_t {
    guard("microsip_conference_options_free", || free(options))
}

/// Sets what happens when a call ends; default `MICROSIP_ON_LEAVE_STAY`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_options_set_on_leave(
    options: microsip_conference_options_t,
    on_leave: microsip_on_leave_t,
) -> microsip_status_t {
    guard("microsip_conference_options_set_on_leave", || {
        let on_leave = Code::arg(on_leave)?;
        change(options, |o| {
            o.on_leave = on_leave;
            Ok(())
        })
    })
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_member_options_new(options: *mut microsip_member_options_t) -> microsip_status_t {
    guard("microsip_member_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(MemberOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_member_options_clone(
    options: microsip_member_options_t,
    clone: *mut microsip_member_options_t,
) -> microsip_status_t {
    guard("microsip_member_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_member_options_free(options: microsip_member_options_t) -> microsip_status_t {
    guard("microsip_member_options_free", || free(options))
}

/// Sets whether the others do not hear it; default they do.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_member_options_set_muted(
    options: microsip_member_options_t,
    muted: bool,
) -> microsip_status_t {
    guard("microsip_member_options_set_muted", || {
        change(options, |o| {
            o.muted = muted;
            Ok(())
        })
    })
}

/// Sets whether it does not hear the others, but what is played to it alone; default it does.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_member_options_set_deaf(
    options: microsip_member_options_t,
    deaf: bool,
) -> microsip_status_t {
    guard("microsip_member_options_set_deaf", || {
        change(options, |o| {
            o.deaf = deaf;
            Ok(())
        })
    })
}

/// Sets how loud the others hear it, -42 to +6 dB, minus infinity for silence; default 0.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_member_options_set_gain(
    options: microsip_member_options_t,
    gain_db: f32,
) -> microsip_status_t {
    guard("microsip_member_options_set_gain", || {
        let gain = gain(gain_db)?;
        change(options, |o| {
            o.gain = gain;
            Ok(())
        })
    })
}

/// Makes a conference without calls. `options` is copied; the zero handle stands for the defaults. Statuses:
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_conference(
    endpoint: microsip_endpoint_t,
    options: microsip_conference_options_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_endpoint_conference", || {
        let out = Out::new(conference, "conference")?;
        let options = settings_or(options, ConferenceOptions::default)?;
        out.set(put(running(endpoint)?.with(|e| Ok(e.conference(options)?))?)?);
        Ok(())
    })
}

/// Its number, unlike that of any other in this process; for comparing handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_id(conference: microsip_conference_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_conference_id", || {
        let out = Out::new(id, "id")?;
        let conference = get(conference)?;
        out.set(conference.id());
        Ok(())
    })
}

/// Lets a call take part; its audio may start later. `options` is copied; the zero handle stands for the defaults.
/// Again to change them.
///
/// Statuses: `GONE` when the call has ended or the conference was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_join(
    conference: microsip_conference_t,
    call: microsip_call_t,
    options: microsip_member_options_t,
) -> microsip_status_t {
    guard("microsip_conference_join", || {
        let options = settings_or(options, MemberOptions::default)?;
        let call = get(call)?;
        Ok(get(conference)?.join_with(&call, options)?)
    })
}

/// Takes a call out; it goes on for itself.
///
/// Statuses: `WRONG_STATE` when it does not take part, `GONE` when the conference was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_leave(
    conference: microsip_conference_t,
    call: microsip_call_t,
) -> microsip_status_t {
    guard("microsip_conference_leave", || {
        let call = get(call)?;
        Ok(get(conference)?.leave(&call)?)
    })
}

/// Moves `count` of the calls into a conference of their own, with the same settings, as a new handle to be freed.
///
/// Statuses: `WRONG_STATE` when one of them does not take part (none is moved then), `GONE` when the conference was
/// closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_split(
    conference: microsip_conference_t,
    calls: *const microsip_call_t,
    count: usize,
    split: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_conference_split", || {
        let out = Out::new(split, "split")?;
        let calls = array(calls, count, "calls")?
            .iter()
            .map(|call| Ok((**get(*call)?).clone()))
            .collect::<Outcome<Vec<Call>>>()?;
        out.set(put(get(conference)?.split(&calls)?)?);
        Ok(())
    })
}

/// Takes all calls, files and streams of another conference over, which is closed.
///
/// Statuses: `GONE` when one of the two was closed, `INVALID_ARGUMENT` for itself.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_merge(
    conference: microsip_conference_t,
    other: microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_conference_merge", || {
        let other = get(other)?;
        Ok(get(conference)?.merge(&other)?)
    })
}

/// Who takes part now, as a new handle to be freed. Statuses: `GONE` when the conference was closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_info(
    conference: microsip_conference_t,
    info: *mut microsip_conference_info_t,
) -> microsip_status_t {
    guard("microsip_conference_info", || {
        let out = Out::new(info, "info")?;
        out.set(put(get(conference)?.calls()?)?);
        Ok(())
    })
}

/// Ends the conference: its files and streams end, its calls go on for themselves. Closing twice is fine. Statuses:
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_close(conference: microsip_conference_t) -> microsip_status_t {
    guard("microsip_conference_close", || Ok(get(conference)?.close()?))
}

/// Another handle to the same conference, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_clone(
    conference: microsip_conference_t,
    clone: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_conference_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(conference)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The conference goes on.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_free(conference: microsip_conference_t) -> microsip_status_t {
    guard("microsip_conference_free", || free(conference))
}

/// How many calls take part.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_info_call_count(
    info: microsip_conference_info_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_conference_info_call_count", || {
        let out = Out::new(count, "count")?;
        let info = get(info)?;
        out.set(info.len());
        Ok(())
    })
}

/// The call at `index`, from 0, oldest first, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_info_call_at(
    info: microsip_conference_info_t,
    index: usize,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_conference_info_call_at", || {
        let out = Out::new(call, "call")?;
        let info = get(info)?;
        let call = info.get(index).ok_or_else(|| Fault::none("call at this index"))?;
        out.set(put(call.clone())?);
        Ok(())
    })
}

/// Another handle to the same info, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_info_clone(
    info: microsip_conference_info_t,
    clone: *mut microsip_conference_info_t,
) -> microsip_status_t {
    guard("microsip_conference_info_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_conference_info_free(info: microsip_conference_info_t) -> microsip_status_t {
    guard("microsip_conference_info_free", || free(info))
}
