//! What our patches to PJSIP ask and tell about NAT.

use std::ffi::{c_int, c_uint, c_void};
use std::net::UdpSocket;
use std::sync::{Mutex, PoisonError};

use pjsip_sys as sys;

use crate::call::CallId;
use crate::endpoint::EndpointConfig;
use crate::engine;
use crate::error::TlsRefusal;
use crate::pj::boundary::boundary;
use crate::pj::callbacks::call_at_slot;

/// Sets the hooks of our patches, before PJSUA starts.
pub(in crate::pj) fn install(config: &EndpointConfig) {
    let nat = &config.nat;
    // SAFETY: a plain structure, read by PJSIP's threads, of which there are none now.
    unsafe {
        sys::microsip_nat.ioqueue = Some(on_ice_ioqueue);
        sys::microsip_nat.ice_done = Some(on_ice_done);
        sys::microsip_nat.relay_failed = Some(on_relay_failed);
        sys::microsip_nat.map = Some(on_nat_map);
        sys::microsip_nat.sip_stun = (!nat.stun_servers.is_empty()).then_some(on_sip_stun as _);
        sys::microsip_nat.gather_ms = nat.gather_timeout.as_millis() as u32;
    }
}

/// ICE's packets are received where RTP is, on the media thread.
unsafe extern "C" fn on_ice_ioqueue() -> *mut sys::pj_ioqueue_t {
    boundary("on_ice_ioqueue", (), || ());
    // SAFETY: engine thread, which creates ICE transports; the media endpoint lives as long as PJSUA.
    unsafe { sys::pjmedia_endpt_get_ioqueue(sys::pjsua_get_pjmedia_endpt()) }
}

/// What a medium's ICE reports, until the engine takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NatReport {
    /// The slot, and whom it served by then; an outgoing call is not named yet when it begins.
    pub(crate) slot: i32,
    pub(crate) call: Option<CallId>,
    pub(crate) what: NatNews,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NatNews {
    /// Checks ended, well or (PJSIP's status) not.
    Negotiated(i32),
    /// The way found before is dead.
    KeepAliveFailed(i32),
    /// There is no relay.
    RelayFailed(i32),
}

/// The engine must know why a call fails when it fails, so this does not go through its queue.
static REPORTS: Mutex<Vec<NatReport>> = Mutex::new(Vec::new());

fn report(slot: i32, what: NatNews) {
    let call = call_at_slot(slot);
    let mut reports = REPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    // Both components of a medium tell the same.
    let told = NatReport { slot, call, what };
    if reports.contains(&told) || reports.len() >= 4096 {
        return;
    }
    reports.push(told);
    let first = reports.len() == 1;
    drop(reports);
    if first && !engine::post_from_elsewhere("nat", engine::Engine::drain_nat) {
        tracing::warn!(target: "microsip", "reports of ICE wait: the engine is busy");
    }
}

/// Everything reported since the last time.
pub(crate) fn take_nat_reports() -> Vec<NatReport> {
    std::mem::take(&mut *REPORTS.lock().unwrap_or_else(PoisonError::into_inner))
}

unsafe extern "C" fn on_ice_done(slot: c_int, _: c_uint, op: c_int, status: sys::pj_status_t) {
    boundary("on_ice_done", (), || match op as u32 {
        sys::PJ_ICE_STRANS_OP_NEGOTIATION => report(slot, NatNews::Negotiated(status)),
        sys::PJ_ICE_STRANS_OP_KEEP_ALIVE if status != sys::PJ_SUCCESS => {
            report(slot, NatNews::KeepAliveFailed(status));
        }
        _ => {}
    });
}

unsafe extern "C" fn on_relay_failed(transport: *mut c_void, status: sys::pj_status_t) {
    boundary("on_relay_failed", (), || {
        // SAFETY: the hook passes the pjmedia_transport whose ICE this is; PJSUA's `user_data` of it is the medium, whose
        // call is set for good. All are alive during the hook.
        let slot = unsafe {
            let medium = transport
                .cast::<sys::pjmedia_transport>()
                .as_ref()
                .and_then(|tp| tp.user_data.cast::<sys::pjsua_call_media>().as_ref());
            medium
                .and_then(|m| m.call.as_ref())
                .and_then(|call| i32::try_from(call.index).ok())
        };
        if let Some(slot) = slot {
            report(slot, NatNews::RelayFailed(status));
        }
    });
}

unsafe extern "C" fn on_nat_map(
    slot: c_int,
    media: c_uint,
    serial: c_uint,
    rtp: sys::pj_sock_t,
    rtcp: sys::pj_sock_t,
) -> c_int {
    boundary("on_nat_map", 0, || {
        // SAFETY: PJSIP's open sockets; the copies are ours.
        let (Some(rtp), Some(rtcp)) = (unsafe { copy_of(rtp) }, unsafe { copy_of(rtcp) }) else {
            return 0;
        };
        let request = MapRequest { slot, media, serial };
        let taken = engine::current().is_some_and(|engine| engine.map_media(request, rtp, rtcp));
        c_int::from(taken)
    })
}

/// Who waits for public addresses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MapRequest {
    pub(super) slot: i32,
    pub(super) media: u32,
    pub(super) serial: u32,
}

/// A second handle for a socket.
///
/// # Safety
/// `socket` must be an open socket.
unsafe fn copy_of(socket: sys::pj_sock_t) -> Option<UdpSocket> {
    #[cfg(unix)]
    // SAFETY: the caller vouches for the socket.
    let copy = unsafe { std::os::fd::BorrowedFd::borrow_raw(socket as _) }.try_clone_to_owned();
    #[cfg(not(unix))]
    // SAFETY: likewise.
    let copy = unsafe { std::os::windows::io::BorrowedSocket::borrow_raw(socket as _) }.try_clone_to_owned();
    copy.ok().map(UdpSocket::from)
}

unsafe extern "C" fn on_sip_stun(packet: *const c_void, len: usize) {
    boundary("on_sip_stun", (), || {
        // SAFETY: PJSIP's receive buffer, of which it passes as much as it received.
        let packet = unsafe { std::slice::from_raw_parts(packet.cast::<u8>(), len) };
        if let Some(engine) = engine::current() {
            engine.sip_stun(packet);
        }
    });
}

/// `MICROSIP_RELAY_CERT_START` of `nat_hooks.h`.
const RELAY_CERT_START: u32 = 2_000_000;

/// Why a relay's certificate was refused, if that is why.
pub(crate) fn relay_refusal(status: i32) -> Option<TlsRefusal> {
    if let Some(refusal) = super::super::tls::refusal_of(status) {
        return Some(refusal);
    }
    let bits = u32::try_from(status).ok()?.checked_sub(RELAY_CERT_START)?;
    if bits > 0xFFFF {
        return None;
    }
    let verify = (bits & 0x3FFF) | if bits & 0x4000 != 0 { 0x4000_0000 } else { 0 };
    let has = |flag: i32| verify & flag as u32 != 0;
    Some(if has(sys::PJ_SSL_CERT_EREVOKED) {
        TlsRefusal::Revoked
    } else if has(sys::PJ_SSL_CERT_EUNTRUSTED) || has(sys::PJ_SSL_CERT_EISSUER_NOT_FOUND) {
        TlsRefusal::Untrusted
    } else if has(sys::PJ_SSL_CERT_EVALIDITY_PERIOD) {
        TlsRefusal::Expired
    } else if has(sys::PJ_SSL_CERT_EIDENTITY_NOT_MATCH) {
        TlsRefusal::NameMismatch
    } else {
        TlsRefusal::BadCertificate
    })
}
