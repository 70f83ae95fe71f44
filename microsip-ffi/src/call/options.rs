//! Settings of a call that is made.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{CallOptions, JitterBuffer, OpusOptions, RedirectPolicy, Replaces};
use std::time::Duration;

use crate::account::{microsip_reliable_100_t, microsip_session_timers_t};
use crate::base::{
    Code, Out, Outcome, change, clone_settings, free, guard, millis, opt_text, put, settings_of, settings_or, text,
};
use crate::code;
use crate::handle;
use crate::quality::{microsip_jitter_buffer_t, microsip_opus_options_t};
use crate::status::microsip_status_t;

/// Settings of an outgoing call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_options_t, 9, "call options", Mutex<CallOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_new(options: *mut microsip_call_options_t) -> microsip_status_t {
    guard("microsip_call_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(CallOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_clone(
    options: microsip_call_options_t,
    clone: *mut microsip_call_options_t,
) -> microsip_status_t {
    guard("microsip_call_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_free(options: microsip_call_options_t) -> microsip_status_t {
    guard("microsip_call_options_free", || free(options))
}

/// What becomes of a call whose callee answers with 3xx and other places to try (RFC 3261 §8.1.3.4): one of `enum
/// microsip_redirect_policy_e`.
pub type microsip_redirect_policy_t = i32;

/// The values of `microsip_redirect_policy_t`.
#[repr(i32)]
pub enum microsip_redirect_policy_e {
    /// The call ends with the 3xx; its Contact headers are in the message of its information. The default.
    MICROSIP_REDIRECT_POLICY_STOP = 1,
    /// The contacts are tried one after the other, by their `q`, five in all at most, until one answers with anything
    /// but a failure; each gives an event of kind `MICROSIP_EVENT_KIND_CALL_REDIRECTED`. A call to a `sips:` URI is
    /// never sent on to a `sip:` one.
    MICROSIP_REDIRECT_POLICY_FOLLOW = 2,
}

code!(microsip_redirect_policy_e, "redirect policy", RedirectPolicy {
    MICROSIP_REDIRECT_POLICY_STOP = Stop,
    MICROSIP_REDIRECT_POLICY_FOLLOW = Follow,
});

pub(crate) fn call_options_of(options: microsip_call_options_t) -> Outcome<CallOptions> {
    settings_or(options, CallOptions::new)
}

/// Milliseconds; 0 is none.
pub(super) fn duration(ms: u32) -> Option<Duration> {
    (ms > 0).then(|| millis(ms))
}

/// A copy; the zero handle is none.
pub(super) fn jitter_buffer_of(jitter_buffer: microsip_jitter_buffer_t) -> Outcome<Option<JitterBuffer>> {
    match jitter_buffer.token {
        0 => Ok(None),
        _ => settings_of(jitter_buffer).map(Some),
    }
}

/// A copy; the zero handle is none.
pub(super) fn opus_of(opus: microsip_opus_options_t) -> Outcome<Option<OpusOptions>> {
    match opus.token {
        0 => Ok(None),
        _ => settings_of(opus).map(Some),
    }
}

/// Adds a header to the INVITE, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_add_header(
    options: microsip_call_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets the Request-URI, when the INVITE is to go elsewhere than To says; NULL (default): the same. Checked when the
/// call is made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_set_request_uri(
    options: microsip_call_options_t,
    request_uri: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_options_set_request_uri", || {
        let uri = opt_text(request_uri, "request_uri")?.map(str::to_owned);
        change(options, |o| {
            o.request_uri = uri;
            Ok(())
        })
    })
}

/// Sets From, as name-addr such as `"\"Ann\" <sip:1001@pbx.example.org>"` or URI; NULL (default): the account's address
/// of record. Checked when the call is made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_set_from(
    options: microsip_call_options_t,
    from: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_options_set_from", || {
        let from = opt_text(from, "from")?.map(str::to_owned);
        change(options, |o| {
            o.from = from;
            Ok(())
        })
    })
}

/// Sets whether the caller is hidden (RFC 3323, RFC 3325): From is `"Anonymous" <sip:anonymous@anonymous.invalid>`,
/// `Privacy: id` asks the provider to keep it so, and P-Preferred-Identity tells the provider who we are. Default
/// false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_anonymous(
    options: microsip_call_options_t,
    anonymous: bool,
) -> microsip_status_t {
    guard("microsip_call_options_set_anonymous", || {
        change(options, |o| {
            o.anonymous = anonymous;
            Ok(())
        })
    })
}

/// Sets whether the INVITE goes without SDP: the callee offers in its answer, we answer in the ACK (RFC 3261 §13.2.1).
/// Default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_late_offer(
    options: microsip_call_options_t,
    late_offer: bool,
) -> microsip_status_t {
    guard("microsip_call_options_set_late_offer", || {
        change(options, |o| {
            o.late_offer = late_offer;
            Ok(())
        })
    })
}

/// Sets what to do with a 3xx; default `MICROSIP_REDIRECT_POLICY_STOP`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_redirects(
    options: microsip_call_options_t,
    policy: microsip_redirect_policy_t,
) -> microsip_status_t {
    guard("microsip_call_options_set_redirects", || {
        let policy = Code::arg(policy)?;
        change(options, |o| {
            o.redirects = policy;
            Ok(())
        })
    })
}

/// Sets whether provisional responses are acknowledged (RFC 3262) in this call; 0 (default): as the account says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_reliable(
    options: microsip_call_options_t,
    reliable: microsip_reliable_100_t,
) -> microsip_status_t {
    guard("microsip_call_options_set_reliable", || {
        let reliable = Code::opt_arg(reliable)?;
        change(options, |o| {
            o.reliable = reliable;
            Ok(())
        })
    })
}

/// Sets whether this call is refreshed, so that it ends when its peer has vanished (RFC 4028); 0 (default): as the
/// account says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_session_timers(
    options: microsip_call_options_t,
    session_timers: microsip_session_timers_t,
) -> microsip_status_t {
    guard("microsip_call_options_set_session_timers", || {
        let timers = Code::opt_arg(session_timers)?;
        change(options, |o| {
            o.timers = timers;
            Ok(())
        })
    })
}

/// Sets how long it may ring, in milliseconds up to 7 days: then the call is cancelled (CANCEL). 0 (default): until
/// servers or the callee lose patience.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_ring_for(
    options: microsip_call_options_t,
    ring_for_ms: u32,
) -> microsip_status_t {
    guard("microsip_call_options_set_ring_for", || {
        change(options, |o| {
            o.ring_for = duration(ring_for_ms);
            Ok(())
        })
    })
}

/// Sets how long after it was confirmed the call is hung up (BYE), in milliseconds up to 7 days; 0 (default): as the
/// account's policy says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_hang_up_after(
    options: microsip_call_options_t,
    hang_up_after_ms: u32,
) -> microsip_status_t {
    guard("microsip_call_options_set_hang_up_after", || {
        change(options, |o| {
            o.hang_up_after = duration(hang_up_after_ms);
            Ok(())
        })
    })
}

/// Makes the call take the place of one of the callee's dialogs, to pick a call up (RFC 3891): sends Replaces and
/// `Require: replaces`. `to_tag` is the callee's own tag in that dialog, `from_tag` its peer's; with `early_only` a
/// call that was answered meanwhile is left alone. NULL as `call_id` takes the setting back.
///
/// Statuses: `INVALID_ARGUMENT` for an empty part or characters that a Call-ID or a tag cannot have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_set_replaces(
    options: microsip_call_options_t,
    call_id: *const c_char,
    to_tag: *const c_char,
    from_tag: *const c_char,
    early_only: bool,
) -> microsip_status_t {
    guard("microsip_call_options_set_replaces", || {
        let replaces = match opt_text(call_id, "call_id")? {
            None => None,
            Some(call_id) => {
                let dialog = Replaces::new(call_id, text(to_tag, "to_tag")?, text(from_tag, "from_tag")?)?;
                Some(dialog.early_only(early_only))
            }
        };
        change(options, |o| {
            o.replaces = replaces;
            Ok(())
        })
    })
}

/// Sets how late packets are waited for in this call; `jitter_buffer` is copied. The zero handle (default): as the
/// endpoint says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_jitter_buffer(
    options: microsip_call_options_t,
    jitter_buffer: microsip_jitter_buffer_t,
) -> microsip_status_t {
    guard("microsip_call_options_set_jitter_buffer", || {
        let buffer = jitter_buffer_of(jitter_buffer)?;
        change(options, |o| {
            o.jitter_buffer = buffer;
            Ok(())
        })
    })
}

/// Sets whether extended reports (RTCP XR, RFC 3611) are offered and sent. Until it is set: as account or endpoint say.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_rtcp_xr(
    options: microsip_call_options_t,
    rtcp_xr: bool,
) -> microsip_status_t {
    guard("microsip_call_options_set_rtcp_xr", || {
        change(options, |o| {
            o.rtcp_xr = Some(rtcp_xr);
            Ok(())
        })
    })
}

/// Sets the codecs that are offered, the preferred one first, here and in later offers and answers of the call, as a
/// list such as `"PCMA/8000/1 PCMU/8000/1"`; NULL (default): the account's. All must be among the endpoint's.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_options_set_codecs(
    options: microsip_call_options_t,
    codecs: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_options_set_codecs", || {
        let codecs = opt_text(codecs, "codecs")?;
        change(options, |o| {
            match codecs {
                Some(list) => *o = o.clone().codecs(list)?,
                None => o.codecs = None,
            }
            Ok(())
        })
    })
}

/// Sets how Opus is used in this call; `opus` is copied. The zero handle (default): as the account says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_opus(
    options: microsip_call_options_t,
    opus: microsip_opus_options_t,
) -> microsip_status_t {
    guard("microsip_call_options_set_opus", || {
        let opus = opus_of(opus)?;
        change(options, |o| {
            o.opus = opus;
            Ok(())
        })
    })
}

/// Sets how much audio a packet holds (`a=ptime`, RFC 8866 §6.4), 10 to 120 ms; 0 (default): as the account says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_options_set_ptime(
    options: microsip_call_options_t,
    ptime_ms: u32,
) -> microsip_status_t {
    guard("microsip_call_options_set_ptime", || {
        change(options, |o| {
            o.ptime = duration(ptime_ms);
            Ok(())
        })
    })
}
