//! Messages that PJSIP cannot parse: passed over as far as they matter not, answered as far as they can be.

use std::cell::Cell;
use std::ffi::c_void;
use std::time::{Duration, Instant};

use pjsip_sys as sys;

use super::address::source;
use super::boundary::boundary;
use super::string::lend;
use crate::engine;
use crate::event::Direction;
use crate::sip::malformed::{self, Fault};

/// How far apart the two halves of a ping may come.
const PIECES: Duration = Duration::from_secs(1);

/// Takes broken messages over. They are shown from the first packet on; without an engine they are dropped.
pub(super) fn install() {
    // SAFETY: a plain pointer of our shim, read by PJSIP when it receives; the functions live for ever. The transport manager
    // belongs to the endpoint PJSUA has just made.
    unsafe {
        sys::microsip_rx_broken = Some(on_broken_message);
        let manager = sys::pjsip_endpt_get_tpmgr(sys::pjsua_get_pjsip_endpt());
        sys::pjsip_tpmgr_set_drop_data_cb(manager, Some(on_dropped_data));
    }
}

/// Nonzero: go on with the message, without its malformed headers.
unsafe extern "C" fn on_broken_message(rdata: *mut sys::pjsip_rx_data, status: sys::pj_status_t) -> sys::pj_bool_t {
    boundary("on_broken_message", 0, || {
        // SAFETY: PJSIP's own pointer, inside its callback: `msg_buf` holds `len` bytes, and the lists are initialised.
        unsafe {
            let r = &*rdata;
            if status == sys::PJSIP_EINVALIDMSG && can_go_on(r) {
                if let Some(engine) = engine::current() {
                    engine.malformed_passed_over();
                }
                return sys::PJ_TRUE as sys::pj_bool_t;
            }
            refuse(r, status);
            0
        }
    })
}

/// Whether everything that matters could be parsed.
///
/// # Safety
/// `r` must be a message being received whose parsing has failed.
unsafe fn can_go_on(r: &sys::pjsip_rx_data) -> bool {
    let info = &r.msg_info;
    if info.msg.is_null() {
        return false;
    }
    // SAFETY: the parser's own list, whose names point into the packet or are static.
    unsafe {
        let request = (*info.msg).type_ == sys::PJSIP_REQUEST_MSG;
        let end = &raw const info.parse_err;
        let mut report: *const sys::pjsip_parser_err_report = info.parse_err.next;
        while report != end {
            let name = &(*report).hname;
            if malformed::is_needed(bytes_of(name), request) {
                tracing::debug!(
                    target: "microsip",
                    header = %lend(name), line = (*report).line, column = (*report).col,
                    "cannot be parsed"
                );
                return false;
            }
            report = (*report).next;
        }
    }
    !(info.cid.is_null() || info.from.is_null() || info.to.is_null() || info.via.is_null() || info.cseq.is_null())
}

/// # Safety
/// As [`string::lend`](super::string::lend).
unsafe fn bytes_of(text: &sys::pj_str_t) -> &[u8] {
    if text.ptr.is_null() || text.slen <= 0 {
        return &[];
    }
    // SAFETY: the caller vouches for pointer and length.
    unsafe { std::slice::from_raw_parts(text.ptr.cast::<u8>(), text.slen as usize) }
}

/// Answers it if it is a request that can be answered, and closes a connection that has lost its step.
///
/// # Safety
/// `r` must be a message being received.
unsafe fn refuse(r: &sys::pjsip_rx_data, status: sys::pj_status_t) {
    let (Some(engine), Some(from)) = (
        engine::current(),
        // SAFETY: the caller vouches for the message.
        unsafe { source(r) },
    ) else {
        return;
    };
    if r.msg_info.msg_buf.is_null() || r.msg_info.len <= 0 || r.tp_info.transport.is_null() {
        return;
    }
    // SAFETY: `msg_buf` points into the packet, which has at least `len` bytes from there on; the transport lives while it
    // delivers a packet.
    let (packet, transport) = unsafe {
        let length = r.msg_info.len as usize;
        (
            std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), length),
            &*r.tp_info.transport,
        )
    };
    let datagram = transport.flag & sys::PJSIP_TRANSPORT_DATAGRAM != 0;
    let fault = if status == sys::PJSIP_ERXOVERFLOW {
        Fault::TooLarge
    } else {
        Fault::Syntax
    };
    // SAFETY: the caller vouches for the message.
    unsafe { super::trace::publish_if_traced(&engine, Direction::Incoming, r, from.port(), packet) };
    if engine.malformed_may_be_answered(from.ip()) {
        if let Some(answer) = malformed::answer(packet, from, fault, engine.user_agent()) {
            engine.malformed_answered();
            tracing::debug!(target: "microsip", %from, code = answer.code, "a request that cannot be parsed is refused");
            let port = datagram.then_some(answer.port);
            // SAFETY: the caller vouches for the message.
            unsafe {
                let to = port.unwrap_or(from.port());
                super::trace::publish_if_traced(&engine, Direction::Outgoing, r, to, &answer.bytes);
                send(r, port, &answer.bytes);
            }
        } else {
            tracing::debug!(target: "microsip", %from, bytes = packet.len(), "dropped: not a usable SIP message");
        }
    }
    if !datagram && (fault == Fault::TooLarge || !malformed::is_framed(packet)) {
        // Where the next message begins nobody knows.
        // SAFETY: as above; the connection is closed when its last user lets go of it.
        unsafe { sys::pjsip_transport_shutdown(r.tp_info.transport) };
    }
}

/// Sends bytes back over the transport they came by, over UDP to the port given.
///
/// # Safety
/// `r` must be a message being received.
unsafe fn send(r: &sys::pjsip_rx_data, port: Option<u16>, bytes: &[u8]) {
    // SAFETY: the caller vouches for the message; PJSIP copies bytes and address before it returns.
    unsafe {
        let mut address = std::ptr::read(&raw const r.pkt_info.src_addr);
        if let Some(port) = port {
            sys::pj_sockaddr_set_port((&raw mut address).cast(), port);
        }
        send_raw(r.tp_info.transport, &address, r.pkt_info.src_addr_len, bytes);
    }
}

/// # Safety
/// `transport` must be live, `address` of `len` bytes.
unsafe fn send_raw(transport: *mut sys::pjsip_transport, address: *const sys::pj_sockaddr, len: i32, bytes: &[u8]) {
    // SAFETY: engine thread (callbacks of the engine's poll); PJSIP copies bytes and address before it returns.
    unsafe {
        let mut selector = std::mem::zeroed::<sys::pjsip_tpselector>();
        selector.type_ = sys::PJSIP_TPSELECTOR_TRANSPORT;
        selector.u.transport = transport;
        let status = sys::pjsip_endpt_send_raw(
            sys::pjsua_get_pjsip_endpt(),
            (*transport).key.type_ as sys::pjsip_transport_type_e,
            &selector,
            bytes.as_ptr().cast::<c_void>(),
            bytes.len() as _,
            address.cast(),
            len,
            std::ptr::null_mut(),
            None,
        );
        if status != sys::PJ_SUCCESS && status != sys::PJ_EPENDING {
            tracing::debug!(target: "microsip", status, "an answer could not be sent");
        }
    }
}

/// Told of everything that is dropped; here of blank lines between messages: two of them on a connection are a ping, which is
/// answered with one (RFC 5626 §4.4.1).
unsafe extern "C" fn on_dropped_data(dropped: *mut sys::pjsip_tp_dropped_data) {
    boundary("on_dropped_data", (), || {
        // SAFETY: PJSIP's own pointer, inside its callback.
        unsafe {
            let d = &*dropped;
            if d.status != sys::PJ_EIGNORED || d.tp.is_null() || d.len == 0 {
                return;
            }
            let transport = &*d.tp;
            if transport.flag & sys::PJSIP_TRANSPORT_DATAGRAM != 0 {
                return;
            }
            let blank = std::slice::from_raw_parts(d.data.cast::<u8>(), d.len);
            if is_ping(d.tp.addr(), blank.len()) {
                send_raw(d.tp, &raw const transport.key.rem_addr, transport.addr_len, b"\r\n");
            }
        }
    });
}

thread_local! {
    /// The connection that blank bytes came from last, how many, and when.
    static BEGUN: Cell<Option<(usize, usize, Instant)>> = const { Cell::new(None) };
}

/// A message has come: blank lines before it and behind it are no ping together.
pub(super) fn interrupt_ping() {
    BEGUN.set(None);
}

/// Whether these blank bytes make a ping: four, that may come in pieces. One line is a pong, or nothing. A client waits for the
/// pong before its next ping, so that several at once are not worth several answers.
fn is_ping(transport: usize, bytes: usize) -> bool {
    let before = match BEGUN.take() {
        Some((from, bytes, at)) if from == transport && at.elapsed() < PIECES => bytes,
        _ => 0,
    };
    let complete = before + bytes >= 4;
    if !complete {
        BEGUN.set(Some((transport, before + bytes, Instant::now())));
    }
    complete
}
