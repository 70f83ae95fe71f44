//! What our changes to PJSIP tell (`pjsip-sys/csrc/hooks.h`), TLS excepted.

use std::ffi::c_int;

use pjsip_sys as sys;

use super::boundary::boundary;
use super::callbacks::call_at;
use super::string::to_string;
use super::transport::address_text;
use crate::engine::{self, Engine};
use crate::sip::Transport;

/// A request changed from UDP to TCP for its size, or back because TCP failed.
#[derive(Debug, Clone)]
pub(crate) struct Switched {
    pub(crate) call_id: String,
    pub(crate) method: String,
    /// `host:port`.
    pub(crate) remote: String,
    pub(crate) size: u32,
    pub(crate) limit: u32,
    pub(crate) to: Transport,
    /// Why TCP could not be had; 0 when it is tried.
    pub(crate) status: i32,
}

pub(super) fn install() {
    super::stats::install();
    // SAFETY: engine thread, before PJSUA makes calls: plain variables of our hooks, read on this thread and, the second one,
    // on PJMEDIA's; the functions live for ever.
    unsafe {
        sys::microsip_transport_switched = Some(on_transport_switched);
        sys::microsip_srtp_negotiated = Some(on_srtp_negotiated);
        sys::microsip_media_refused = Some(on_media_refused);
    }
}

unsafe extern "C" fn on_transport_switched(
    tdata: *mut sys::pjsip_tx_data,
    size: c_int,
    limit: c_int,
    to: *const sys::pj_sockaddr,
    why: sys::pj_status_t,
) {
    boundary("on_transport_switched", (), || {
        // SAFETY: PJSIP's own pointers, inside its callback: a request on its way out.
        let switched = unsafe {
            let Some(msg) = tdata.as_ref().and_then(|t| t.msg.as_ref()) else {
                return;
            };
            let cid =
                sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_CALL_ID, std::ptr::null_mut()).cast::<sys::pjsip_cid_hdr>();
            Switched {
                call_id: cid.as_ref().map(|c| to_string(&c.id)).unwrap_or_default(),
                method: to_string(&msg.line.req.method.name),
                remote: address_text(to),
                size: u32::try_from(size).unwrap_or(0),
                limit: u32::try_from(limit).unwrap_or(0),
                to: if why == sys::PJ_SUCCESS {
                    Transport::Tcp
                } else {
                    Transport::Udp
                },
                status: why,
            }
        };
        if let Some(engine) = engine::current() {
            engine.transport_switched(switched);
        }
    });
}

/// On PJMEDIA's thread, or on that of a clock.
unsafe extern "C" fn on_srtp_negotiated(slot: c_int, result: sys::pj_status_t) {
    boundary("on_srtp_negotiated", (), || {
        let Some(id) = call_at(slot) else { return };
        let tell = move |engine: &Engine| engine.srtp_negotiated(id, result);
        if !engine::post_from_elsewhere("srtp", tell) {
            tracing::warn!(target: "microsip", "the end of SRTP keying is not told: the engine is busy or closes");
        }
    });
}

unsafe extern "C" fn on_media_refused(slot: c_int, status: sys::pj_status_t) {
    boundary("on_media_refused", (), || {
        if let Some(engine) = engine::current() {
            engine.call_media_refused(slot, status);
        }
    });
}
