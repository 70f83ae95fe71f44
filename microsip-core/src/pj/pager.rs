//! MESSAGE on PJSIP's side: requests of ours are kept from going over UDP when they are large, those of others are answered.
//!
//! PJSUA's own code is not used: it takes text only, answers 200 before anybody has looked, and would let 60 KB go over UDP.

use std::ffi::c_int;
use std::sync::atomic::{AtomicI32, Ordering};

use pjsip_sys as sys;

use super::boundary::boundary;
use super::events::Reply;
use super::message::MsgData;
use super::module::Module;
use super::status::check;
use crate::Result;
use crate::engine;
use crate::sip::Additions;

/// The largest request that may go over UDP (RFC 3428 §8).
const LIMIT: isize = 1300;

/// The module's number: its place in `mod_data` of what is sent; −1 while there is none.
static MODULE: AtomicI32 = AtomicI32::new(-1);

/// Registers the module.
pub(super) fn start() -> Result<Module> {
    // Before the transport layer prints a message and the tracer tells of it.
    let priority = sys::PJSIP_MOD_PRIORITY_TRANSPORT_LAYER as c_int + 1;
    let module = Module::register("mod-microsip-messages", priority, |m| {
        m.on_tx_request = Some(on_sending)
    })?;
    MODULE.store(module.id(), Ordering::Relaxed);
    Ok(module)
}

/// Lets this request go over UDP only if it is small.
///
/// # Safety
/// `tdata` must be a request PJSIP has just made.
pub(super) unsafe fn mark(tdata: *mut sys::pjsip_tx_data) {
    if let Ok(place) = usize::try_from(MODULE.load(Ordering::Relaxed)) {
        // SAFETY: the caller vouches for the message; a registered module's number is a place in `mod_data`. Nobody follows it.
        unsafe { (&mut (*tdata).mod_data)[place] = std::ptr::without_provenance_mut(1) };
    }
}

/// Anything but success: it is not sent, and the transaction hears this status.
unsafe extern "C" fn on_sending(tdata: *mut sys::pjsip_tx_data) -> sys::pj_status_t {
    boundary("on_sending_request", sys::PJ_SUCCESS, || {
        let Ok(place) = usize::try_from(MODULE.load(Ordering::Relaxed)) else {
            return sys::PJ_SUCCESS;
        };
        // SAFETY: PJSIP's own pointer, inside its callback, to a message about to be sent; it is printed once, here or after.
        unsafe {
            let transport = (*tdata).tp_info.transport;
            if (&(*tdata).mod_data)[place].is_null()
                || transport.is_null()
                || (*transport).flag & sys::PJSIP_TRANSPORT_DATAGRAM == 0
            {
                return sys::PJ_SUCCESS;
            }
            let printed = sys::pjsip_tx_data_encode(tdata);
            if printed != sys::PJ_SUCCESS {
                return printed;
            }
            if (*tdata).buf.cur.offset_from((*tdata).buf.start) > LIMIT {
                sys::PJSIP_EMSGTOOLONG
            } else {
                sys::PJ_SUCCESS
            }
        }
    })
}

/// A MESSAGE came in, in a call.
///
/// # Safety
/// PJSUA's own pointers, inside its callback about a transaction's state, with a request that waits for its answer.
pub(super) unsafe fn in_call(slot: i32, tsx: *mut sys::pjsip_transaction, event: *const sys::pjsip_event) {
    // SAFETY: the caller vouches for the pointers.
    let Some(message) = (unsafe { super::message::behind(event) }) else {
        return;
    };
    let Some(engine) = engine::current() else { return };
    let reply = engine.message_in_call(slot, message);
    // SAFETY: as above. PJSUA looks at the transaction's state afterwards and sees that it is answered.
    unsafe { answer(tsx, (*event).body.tsx_state.src.rdata, &reply) };
    if let Some(then) = reply.then {
        then(&engine);
    }
}

/// # Safety
/// A transaction, and the request of it that PJSIP is delivering right now.
unsafe fn answer(tsx: *mut sys::pjsip_transaction, rdata: *mut sys::pjsip_rx_data, reply: &Reply) {
    let additions = Additions::headers(reply.headers.clone());
    let extra = MsgData::new(&additions);
    // SAFETY: the caller vouches for the pointers; headers are copied into the response, which is PJSIP's once it is sent.
    let status = unsafe {
        let mut tdata = std::ptr::null_mut();
        let made = sys::pjsip_endpt_create_response(
            sys::pjsua_get_pjsip_endpt(),
            rdata,
            c_int::from(reply.code.code()),
            std::ptr::null(),
            &mut tdata,
        );
        if made == sys::PJ_SUCCESS {
            sys::pjsua_process_msg_data(tdata, extra.as_ptr());
            super::events::send_response(tsx, tdata)
        } else {
            made
        }
    };
    if let Err(e) = check("answer message", "cannot answer", status) {
        tracing::debug!(target: "microsip", "{e}");
    }
}
