//! How loud: gains and levels of calls.

use microsip_core::{AudioTarget, Gain};

use super::microsip_conference_t;
use crate::base::{Fault, Out, Outcome, get, guard, put};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::status::microsip_status_t;

/// A gain in dB as C gives it; minus infinity is silence.
pub(super) fn gain(db: f32) -> Outcome<Gain> {
    if db == f32::NEG_INFINITY {
        return Ok(Gain::SILENT);
    }
    Ok(Gain::db(db)?)
}

/// The call of a target.
pub(crate) fn target_call(target: &AudioTarget, out: Out<microsip_call_t>) -> Outcome {
    let call = target.call().ok_or_else(|| Fault::none("call it belongs to"))?;
    out.set(put(call.clone())?);
    Ok(())
}

/// The conference of a target.
pub(crate) fn target_conference(target: &AudioTarget, out: Out<microsip_conference_t>) -> Outcome {
    let conference = target
        .conference()
        .ok_or_else(|| Fault::none("conference it belongs to"))?;
    out.set(put(conference.clone())?);
    Ok(())
}

/// How loud the call is over the last 20 ms: mean amplitude (not RMS) in dB below full scale, 0 at the most and -96 for
/// silence; what came from the peer and what went to it.
///
/// Statuses: `WRONG_STATE` while no audio flows, `GONE` after the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_levels(
    call: microsip_call_t,
    received_dbov: *mut f32,
    sent_dbov: *mut f32,
) -> microsip_status_t {
    guard("microsip_call_levels", || {
        let (received, sent) = (
            Out::new(received_dbov, "received_dbov"),
            Out::new(sent_dbov, "sent_dbov"),
        );
        let (received, sent) = (received?, sent?);
        let levels = get(call)?.levels()?;
        received.set(levels.received_dbov);
        sent.set(levels.sent_dbov);
        Ok(())
    })
}

/// Makes the call louder or softer, -42 to +6 dB (minus infinity: silence): what everybody hears of the peer, and what
/// the peer hears. Holds for the whole call and may be set before audio flows. `microsip_call_mute` is apart from it.
///
/// Statuses: `INVALID_ARGUMENT` for a gain out of its range, `GONE` after the end.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_set_gain(call: microsip_call_t, received_db: f32, sent_db: f32) -> microsip_status_t {
    guard("microsip_call_set_gain", || {
        let (received, sent) = (gain(received_db)?, gain(sent_db)?);
        Ok(get(call)?.set_gain(received, sent)?)
    })
}

/// Lets two calls hear each other, and hangs one up when the other ends: a conference of two with
/// `MICROSIP_ON_LEAVE_END_ALL`, as a new handle to be freed.
///
/// Statuses: `GONE` when one of them has ended, `INVALID_ARGUMENT` when both are the same, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_bridge(
    endpoint: microsip_endpoint_t,
    one: microsip_call_t,
    other: microsip_call_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_endpoint_bridge", || {
        let out = Out::new(conference, "conference")?;
        let (one, other) = (get(one)?, get(other)?);
        let conference = running(endpoint)?.with(|e| Ok(e.bridge(&one, &other)?))?;
        out.set(put(conference)?);
        Ok(())
    })
}
