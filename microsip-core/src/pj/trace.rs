//! Every SIP message as an event: a PJSIP module between transport and transactions.

use std::ffi::c_int;
use std::time::SystemTime;

use pjsip_sys as sys;

use super::boundary::boundary;
use super::status::check;
use super::string::to_string;
use crate::Result;
use crate::engine;
use crate::event::{Direction, SipMessage};
use crate::redact::redact;
use crate::sip::Transport;

/// The module; PJSIP keeps a pointer to it until its endpoint is destroyed.
pub(super) struct Tracer {
    module: *mut sys::pjsip_module,
}

static NAME: &[u8] = b"mod-microsip-trace\0";

impl Tracer {
    /// Registers the module.
    pub(super) fn start() -> Result<Tracer> {
        // SAFETY: engine thread. All-zero is PJSIP's own way to say "no function"; the memory stays in place until
        // `drop`, which runs after PJSUA is destroyed.
        unsafe {
            let module = Box::into_raw(Box::new(std::mem::zeroed::<sys::pjsip_module>()));
            let tracer = Tracer { module };
            let m = &mut *module;
            m.name = sys::pj_str_t {
                ptr: NAME.as_ptr().cast_mut().cast(),
                slen: (NAME.len() - 1) as _,
            };
            m.id = -1;
            // Below the transport layer: the last to see what is sent, the first to see what comes.
            m.priority = sys::PJSIP_MOD_PRIORITY_TRANSPORT_LAYER as c_int - 1;
            m.on_rx_request = Some(on_received);
            m.on_rx_response = Some(on_received);
            m.on_tx_request = Some(on_sent);
            m.on_tx_response = Some(on_sent);
            let status = sys::pjsip_endpt_register_module(sys::pjsua_get_pjsip_endpt(), module);
            check("start endpoint", "cannot register the tracer", status)?;
            Ok(tracer)
        }
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        // SAFETY: made by Box in `start`; PJSIP has let go of it.
        drop(unsafe { Box::from_raw(self.module) });
    }
}

/// Returns 0: the message goes on to the next module.
unsafe extern "C" fn on_received(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_trace_received", (), || {
        // SAFETY: PJSIP's own pointer, inside its callback; the message was parsed, so its buffer holds `len` bytes.
        unsafe {
            let r = &*rdata;
            let bytes = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
            let remote = std::ffi::CStr::from_ptr(r.pkt_info.src_name.as_ptr()).to_string_lossy();
            publish(
                Direction::Incoming,
                r.tp_info.transport,
                &remote,
                r.pkt_info.src_port,
                bytes,
            );
        }
    });
    0
}

/// Returns success: the message is sent.
unsafe extern "C" fn on_sent(tdata: *mut sys::pjsip_tx_data) -> sys::pj_status_t {
    boundary("on_trace_sent", (), || {
        // SAFETY: PJSIP's own pointer, inside its callback; it has printed the message into the buffer.
        unsafe {
            let t = &*tdata;
            let len = t.buf.cur.offset_from(t.buf.start).max(0) as usize;
            let bytes = std::slice::from_raw_parts(t.buf.start.cast::<u8>(), len);
            let remote = std::ffi::CStr::from_ptr(t.tp_info.dst_name.as_ptr()).to_string_lossy();
            publish(
                Direction::Outgoing,
                t.tp_info.transport,
                &remote,
                t.tp_info.dst_port,
                bytes,
            );
        }
    });
    sys::PJ_SUCCESS
}

/// # Safety
/// `transport` must be null or live.
unsafe fn publish(
    direction: Direction,
    transport: *const sys::pjsip_transport,
    remote: &str,
    remote_port: c_int,
    bytes: &[u8],
) {
    // SAFETY: the caller vouches for it.
    let Some(transport) = (unsafe { transport.as_ref() }) else {
        return;
    };
    let kind = match transport.key.type_ as u32 & !sys::PJSIP_TRANSPORT_IPV6 {
        t if t == sys::PJSIP_TRANSPORT_TCP => Transport::Tcp,
        t if t == sys::PJSIP_TRANSPORT_TLS => Transport::Tls,
        _ => Transport::Udp,
    };
    // SAFETY: a live transport's name.
    let local = unsafe { to_string(&transport.local_name.host) };
    let text = redact(&String::from_utf8_lossy(bytes)).into_owned();
    let header = |name: &str, short: &str| {
        text.lines()
            .skip(1)
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(':'))
            .find(|(n, _)| n.trim().eq_ignore_ascii_case(name) || n.trim().eq_ignore_ascii_case(short))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let message = SipMessage {
        direction,
        at: SystemTime::now(),
        transport: kind,
        local: format!("{local}:{}", transport.local_name.port),
        remote: format!("{remote}:{remote_port}"),
        first_line: text.lines().next().unwrap_or_default().to_owned(),
        call_id: header("Call-ID", "i"),
        cseq: header("CSeq", "CSeq"),
        text,
    };
    if let Some(engine) = engine::current() {
        engine.publish_message(message);
    }
}
