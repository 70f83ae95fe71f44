//! PJSUA's callbacks: copy, hand to the engine, return.

use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use pjsip_sys as sys;

use super::boundary::boundary;
use super::{account, call, codec, find_account, media, message, request, sdp};
use crate::call::CallId;
use crate::engine::{self, Engine};
use crate::sip::Digit;

/// Fills PJSUA's table.
pub(super) fn install(cb: &mut sys::pjsua_callback) {
    cb.on_incoming_call = Some(on_incoming_call);
    cb.on_call_state = Some(on_call_state);
    cb.on_call_redirected = Some(on_call_redirected);
    cb.on_call_media_state = Some(on_call_media_state);
    cb.on_call_tsx_state = Some(request::on_call_tsx_state);
    cb.on_stream_destroyed = Some(on_stream_destroyed);
    cb.on_dtmf_event = Some(on_dtmf_event);
    cb.on_call_transfer_request2 = Some(on_call_transfer_request);
    cb.on_call_replace_request2 = Some(on_call_replace_request);
    cb.on_reg_state2 = Some(on_reg_state);
    cb.on_acc_find_for_incoming = Some(on_acc_find_for_incoming);
    cb.on_call_sdp_created = Some(on_call_sdp_created);
    cb.on_stream_precreate = Some(on_stream_precreate);
    cb.on_transport_state = Some(on_transport_state);
}

/// Runs `body` with the engine; nothing happens while it starts or after it is gone.
fn with_engine(body: impl FnOnce(&Engine)) {
    if let Some(engine) = engine::current() {
        body(&engine);
    }
}

unsafe extern "C" fn on_incoming_call(
    account: sys::pjsua_acc_id,
    slot: sys::pjsua_call_id,
    rdata: *mut sys::pjsip_rx_data,
) {
    let handled = boundary("on_incoming_call", false, || {
        // SAFETY: PJSUA's own pointer, inside its callback.
        let invite = unsafe { message::received(rdata) };
        call::with_snapshot(slot, |call| {
            with_engine(|engine| engine.call_incoming(account, slot, &call, invite))
        });
        true
    });
    if !handled {
        // Nobody knows of this call: it must not ring for ever.
        // SAFETY: engine thread, a slot PJSUA has just given us.
        unsafe { sys::pjsua_call_hangup(slot, 500, std::ptr::null(), std::ptr::null()) };
    }
}

unsafe extern "C" fn on_call_state(slot: sys::pjsua_call_id, event: *mut sys::pjsip_event) {
    boundary("on_call_state", (), || {
        call::with_snapshot(slot, |call| {
            let over = call.state == crate::CallState::Disconnected;
            // SAFETY: PJSUA's own pointer, inside its callback.
            let (end, message) = unsafe {
                let end = if call::never_begun(slot, event) {
                    Some(call::EndHint::NoMedia)
                } else {
                    over.then(|| call::end_hint(slot, event))
                };
                (end, message::behind(event))
            };
            with_engine(|engine| engine.call_state(slot, &call, end, message));
        });
    });
}

/// The callee answered with 3xx: whether to go on to `target`.
unsafe extern "C" fn on_call_redirected(
    slot: sys::pjsua_call_id,
    target: *const sys::pjsip_uri,
    event: *const sys::pjsip_event,
) -> sys::pjsip_redirect_op {
    boundary("on_call_redirected", sys::PJSIP_REDIRECT_STOP, || {
        // SAFETY: PJSUA's own pointers, inside its callback.
        let (target, message) = unsafe { (call::uri_text(target), message::behind(event)) };
        match engine::current().map(|engine| engine.call_redirected(slot, &target, message)) {
            Some(true) => sys::PJSIP_REDIRECT_ACCEPT,
            _ => sys::PJSIP_REDIRECT_STOP,
        }
    })
}

unsafe extern "C" fn on_call_media_state(slot: sys::pjsua_call_id) {
    boundary("on_call_media_state", (), || {
        with_engine(|engine| engine.call_media(slot))
    });
}

unsafe extern "C" fn on_stream_destroyed(
    slot: sys::pjsua_call_id,
    stream: *mut sys::pjmedia_stream,
    _: std::ffi::c_uint,
) {
    boundary("on_stream_destroyed", (), || {
        // SAFETY: PJSUA destroys the stream after this callback.
        let stats = unsafe { media::stats_of(stream) };
        with_engine(|engine| engine.call_stream_ended(slot, stats));
    });
}

/// A REFER that our own module has not answered (`pj/transfer.rs`), for it panicked: without this PJSUA would carry it out.
unsafe extern "C" fn on_call_transfer_request(
    _: sys::pjsua_call_id,
    _: *const sys::pj_str_t,
    code: *mut sys::pjsip_status_code,
    _: *mut sys::pjsua_call_setting,
) {
    // SAFETY: PJSUA's own variable.
    unsafe { *code = 603 };
}

/// An INVITE with Replaces that our own module has not dealt with, likewise.
unsafe extern "C" fn on_call_replace_request(
    _: sys::pjsua_call_id,
    _: *mut sys::pjsip_rx_data,
    code: *mut c_int,
    _: *mut sys::pj_str_t,
    _: *mut sys::pjsua_call_setting,
) {
    // SAFETY: PJSUA's own variable.
    unsafe { *code = 603 };
}

unsafe extern "C" fn on_reg_state(slot: sys::pjsua_acc_id, info: *mut sys::pjsua_reg_info) {
    boundary("on_reg_state", (), || {
        // SAFETY: PJSUA's own pointer, inside its callback.
        let outcome = unsafe { account::registration_outcome(info) };
        if let Some(outcome) = outcome {
            with_engine(|engine| engine.registration_outcome(slot, outcome));
        }
    });
}

/// PJSUA has its own idea of whom a request is for, which an account of another user at the caller's domain beats.
unsafe extern "C" fn on_acc_find_for_incoming(rdata: *const sys::pjsip_rx_data, slot: *mut sys::pjsua_acc_id) {
    boundary("on_acc_find_for_incoming", (), || {
        with_engine(|engine| {
            // SAFETY: PJSUA's own pointers, inside its callback.
            unsafe {
                let found = find_account::addressed(rdata).and_then(|request| engine.account_for(&request));
                if let Some(found) = found {
                    *slot = found;
                }
            }
        });
    });
}

unsafe extern "C" fn on_call_sdp_created(
    slot: sys::pjsua_call_id,
    sdp: *mut sys::pjmedia_sdp_session,
    pool: *mut sys::pj_pool_t,
    _: *const sys::pjmedia_sdp_session,
) {
    boundary("on_call_sdp_created", (), || {
        with_engine(|engine| {
            // SAFETY: engine thread; PJSUA's own pointers, inside its callback.
            unsafe { sdp::apply(sdp, pool, &engine.call_format(slot, account::of_call(slot))) };
        });
    });
}

unsafe extern "C" fn on_stream_precreate(slot: sys::pjsua_call_id, param: *mut sys::pjsua_on_stream_precreate_param) {
    boundary("on_stream_precreate", (), || {
        with_engine(|engine| {
            // SAFETY: engine thread; PJSUA's own pointer, inside its callback.
            unsafe { codec::set_up_stream(param, &engine.call_opus(slot, account::of_call(slot))) };
        });
    });
}

unsafe extern "C" fn on_transport_state(
    transport: *mut sys::pjsip_transport,
    state: sys::pjsip_transport_state,
    _: *const sys::pjsip_transport_state_info,
) {
    boundary("on_transport_state", (), || {
        if state != sys::PJSIP_TP_STATE_DISCONNECTED {
            return;
        }
        // SAFETY: engine thread.
        let lost = unsafe { account::registered_through(transport) };
        if !lost.is_empty() {
            with_engine(|engine| engine.connection_lost(&lost));
        }
    });
}

/// What a digit's event says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DtmfStep {
    Begin,
    Update,
    End,
}

/// Which call uses a slot, for callbacks on other threads: by the time the engine hears of it, the slot may serve
/// another call.
static SLOTS: [AtomicU64; super::MAX_CALLS as usize] = [const { AtomicU64::new(0) }; super::MAX_CALLS as usize];

/// The slot serves this call from now on.
pub(crate) fn name_slot(slot: i32, id: CallId) {
    if let Some(place) = usize::try_from(slot).ok().and_then(|i| SLOTS.get(i)) {
        place.store(id.get(), Ordering::Release);
    }
}

/// The call a slot serves.
pub(super) fn call_at_slot(slot: i32) -> Option<CallId> {
    let id = SLOTS.get(usize::try_from(slot).ok()?)?.load(Ordering::Acquire);
    (id != 0).then_some(CallId(id))
}

/// The slot serves no call.
pub(crate) fn forget_slot(slot: i32) {
    if let Some(place) = usize::try_from(slot).ok().and_then(|i| SLOTS.get(i)) {
        place.store(0, Ordering::Release);
    }
}

/// The call the slot serves.
pub(super) fn call_at(slot: i32) -> Option<CallId> {
    let place = usize::try_from(slot).ok().and_then(|i| SLOTS.get(i))?;
    Some(place.load(Ordering::Acquire)).filter(|id| *id != 0).map(CallId)
}

/// On the media thread, under the stream's lock.
unsafe extern "C" fn on_dtmf_event(slot: sys::pjsua_call_id, event: *const sys::pjsua_dtmf_event) {
    boundary("on_dtmf_event", (), || {
        // SAFETY: PJSUA's own pointer, inside its callback.
        let Some(event) = (unsafe { event.as_ref() }) else {
            return;
        };
        let (Some(digit), Some(call)) = (char::from_u32(event.digit).and_then(Digit::new), call_at(slot)) else {
            return;
        };
        let step = if event.flags & sys::PJMEDIA_STREAM_DTMF_IS_END != 0 {
            DtmfStep::End
        } else if event.flags & sys::PJMEDIA_STREAM_DTMF_IS_UPDATE != 0 {
            DtmfStep::Update
        } else {
            DtmfStep::Begin
        };
        hear(Heard {
            call,
            digit,
            ms: event.duration,
            step,
        });
    });
}

/// One step of a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) call: CallId,
    pub(crate) digit: Digit,
    /// How long it is held so far.
    pub(crate) ms: u32,
    pub(crate) step: DtmfStep,
}

/// What the media thread has heard and the engine has not taken. Bounded by coalescing: a held digit sends fifty updates a
/// second, of which the last one counts.
static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());

fn hear(heard: Heard) {
    let mut list = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    let first = list.is_empty();
    match list.iter_mut().rev().find(|h| h.call == heard.call) {
        Some(last) if heard.step == DtmfStep::Update && last.digit == heard.digit && last.step != DtmfStep::End => {
            last.ms = heard.ms;
        }
        _ => list.push(heard),
    }
    drop(list);
    if first && !engine::post_from_elsewhere("dtmf", Engine::drain_digits) {
        // The queue is full: the next digit, or the end of the call, has them taken.
        tracing::warn!(target: "microsip", "digits wait: the engine is busy");
    }
}

/// Everything heard since the last time.
pub(crate) fn take_digits() -> Vec<Heard> {
    std::mem::take(&mut *HEARD.lock().unwrap_or_else(PoisonError::into_inner))
}
