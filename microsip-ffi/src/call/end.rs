//! How a call ended.

use std::ffi::c_char;

use microsip_core::{CallEnd, CallInfo, EndCause, EndedBy};

use super::microsip_call_info_t;
use crate::base::{Code, Fault, Out, Outcome, get, guard};
use crate::code;
use crate::error::microsip_error_t;
use crate::status::microsip_status_t;

/// Who ended a call: one of `enum microsip_ended_by_e`.
pub type microsip_ended_by_t = i32;

/// The values of `microsip_ended_by_t`.
#[repr(i32)]
pub enum microsip_ended_by_e {
    /// We did: hang-up, cancel, refusal, or the endpoint closed.
    MICROSIP_ENDED_BY_LOCAL = 1,
    /// The peer or a server on the way did.
    MICROSIP_ENDED_BY_REMOTE = 2,
    /// Nobody wanted it: no answer came, the connection failed, or a timer ran out.
    MICROSIP_ENDED_BY_NETWORK = 3,
}

code!(microsip_ended_by_e, "party", EndedBy {
    MICROSIP_ENDED_BY_LOCAL = Local,
    MICROSIP_ENDED_BY_REMOTE = Remote,
    MICROSIP_ENDED_BY_NETWORK = Network,
});

/// What ended a call: one of `enum microsip_end_cause_e`.
pub type microsip_end_cause_t = i32;

/// The values of `microsip_end_cause_t`.
#[repr(i32)]
pub enum microsip_end_cause_e {
    /// BYE after the call was up.
    MICROSIP_END_CAUSE_HUNG_UP = 1,
    /// The caller gave up before an answer (CANCEL).
    MICROSIP_END_CAUSE_CANCELLED = 2,
    /// The INVITE was answered with 3xx to 6xx.
    MICROSIP_END_CAUSE_REJECTED = 3,
    /// No answer in time, or the ACK never came.
    MICROSIP_END_CAUSE_TIMED_OUT = 4,
    /// The connection could not be made or broke, TLS refusals included.
    MICROSIP_END_CAUSE_TRANSPORT_FAILED = 5,
    /// Another call took its place.
    MICROSIP_END_CAUSE_REPLACED = 6,
}

code!(microsip_end_cause_e, "cause of an end", EndCause {
    MICROSIP_END_CAUSE_HUNG_UP = HungUp,
    MICROSIP_END_CAUSE_CANCELLED = Cancelled,
    MICROSIP_END_CAUSE_REJECTED = Rejected,
    MICROSIP_END_CAUSE_TIMED_OUT = TimedOut,
    MICROSIP_END_CAUSE_TRANSPORT_FAILED = TransportFailed,
    MICROSIP_END_CAUSE_REPLACED = Replaced,
});

fn end(info: &CallInfo) -> Outcome<&CallEnd> {
    info.end.as_ref().ok_or_else(|| Fault::none("end of the call yet"))
}

/// The SIP code it ended with: 200 for a call that was hung up, 487 for a cancelled one, the answer's for a refused
/// one, 408 or 503 for want of an answer. `NO_VALUE` before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_code(info: microsip_call_info_t, code: *mut u16) -> microsip_status_t {
    guard("microsip_call_info_end_code", || {
        let out = Out::new(code, "code")?;
        let info = get(info)?;
        out.set(end(&info)?.code.code());
        Ok(())
    })
}

/// The reason phrase that came or went with the code. `NO_VALUE` before the end. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_phrase(
    info: microsip_call_info_t,
    phrase: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_end_phrase", || {
        let out = Out::new(phrase, "phrase")?;
        let info = get(info)?;
        out.set(info.lend(&end(&info)?.reason));
        Ok(())
    })
}

/// Who ended it. `NO_VALUE` before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_by(
    info: microsip_call_info_t,
    by: *mut microsip_ended_by_t,
) -> microsip_status_t {
    guard("microsip_call_info_end_by", || {
        let out = Out::new(by, "by")?;
        let info = get(info)?;
        out.set(end(&info)?.by.code());
        Ok(())
    })
}

/// What ended it. `NO_VALUE` before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_cause(
    info: microsip_call_info_t,
    cause: *mut microsip_end_cause_t,
) -> microsip_status_t {
    guard("microsip_call_info_end_cause", || {
        let out = Out::new(cause, "cause")?;
        let info = get(info)?;
        out.set(end(&info)?.cause.code());
        Ok(())
    })
}

/// Why the call failed, as a new handle to be freed; `NO_VALUE` if it did not fail, and before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_error(
    info: microsip_call_info_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_call_info_end_error", || {
        let out = Out::new(error, "error")?;
        let info = get(info)?;
        crate::error::give(end(&info)?.error.as_ref(), out)
    })
}

/// The peer's cause in the numbers of telephony (Q.850): 16 normal clearing, 17 busy, …; `NO_VALUE` if it told none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_q850(info: microsip_call_info_t, cause: *mut u16) -> microsip_status_t {
    guard("microsip_call_info_end_q850", || {
        let out = Out::new(cause, "cause")?;
        let info = get(info)?;
        out.set_some(end(&info)?.q850(), "cause of Q.850")
    })
}

/// How many reasons the peer gave in the BYE, CANCEL or final answer that ended it (header Reason, RFC 3326).
/// `NO_VALUE` before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_reason_count(
    info: microsip_call_info_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_call_info_end_reason_count", || {
        let out = Out::new(count, "count")?;
        let info = get(info)?;
        out.set(end(&info)?.reasons.len());
        Ok(())
    })
}

/// Protocol of the reason at `index`, from 0: `"Q.850"`, `"SIP"`, …; `NO_VALUE` beyond the end. Lent until the
/// information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_reason_protocol(
    info: microsip_call_info_t,
    index: usize,
    protocol: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_end_reason_protocol", || {
        let out = Out::new(protocol, "protocol")?;
        let info = get(info)?;
        let item = end(&info)?
            .reasons
            .get(index)
            .ok_or_else(|| Fault::none("reason at this index"))?;
        out.set(info.lend(&item.protocol));
        Ok(())
    })
}

/// Its cause in that protocol: 0 to 127 of Q.850, a status code of SIP; `NO_VALUE` if not told, and beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_reason_cause(
    info: microsip_call_info_t,
    index: usize,
    cause: *mut u16,
) -> microsip_status_t {
    guard("microsip_call_info_end_reason_cause", || {
        let out = Out::new(cause, "cause")?;
        let info = get(info)?;
        let item = end(&info)?
            .reasons
            .get(index)
            .ok_or_else(|| Fault::none("reason at this index"))?;
        out.set_some(item.cause, "cause")
    })
}

/// Its words; may be empty. `NO_VALUE` beyond the end. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_end_reason_text(
    info: microsip_call_info_t,
    index: usize,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_end_reason_text", || {
        let out = Out::new(words, "words")?;
        let info = get(info)?;
        let item = end(&info)?
            .reasons
            .get(index)
            .ok_or_else(|| Fault::none("reason at this index"))?;
        out.set(info.lend(&item.text));
        Ok(())
    })
}
