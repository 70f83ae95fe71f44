//! Every SIP message passes here, between transport and transactions: for the stories of calls, and as events.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::SystemTime;

use pjsip_sys as sys;

use super::boundary::boundary;
use super::status::check;
use super::string::{lend, to_string};
use crate::Result;
use crate::call::{Decision, StoryEntry, StoryStep};
use crate::engine::{self, Leg};
use crate::event::{Direction, SipMessage};
use crate::redact::redact;
use crate::sip::Transport;

/// The module; PJSIP keeps a pointer to it until its endpoint is destroyed.
pub(super) struct Tracer {
    module: *mut sys::pjsip_module,
}

/// The module's number: its place in `mod_data` of transactions.
static MODULE: AtomicI32 = AtomicI32::new(-1);

/// The number of our module.
pub(super) fn module_id() -> c_int {
    MODULE.load(Ordering::Relaxed)
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
            MODULE.store(m.id, Ordering::Relaxed);
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
        // SAFETY: PJSIP's own pointer, inside its callback; the message was parsed, so its buffer holds `len` bytes and its
        // Call-ID was found (the transport manager drops what has none).
        unsafe {
            let r = &*rdata;
            let bytes = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
            let call_id = r.msg_info.cid.as_ref().map_or("".into(), |cid| lend(&cid.id));
            let request = (*r.msg_info.msg).type_ == sys::PJSIP_REQUEST_MSG;
            let ours = if request { r.msg_info.to } else { r.msg_info.from };
            let local_tag = ours.as_ref().map_or("".into(), |h| lend(&h.tag));
            let seen = Seen {
                direction: Direction::Incoming,
                transport: r.tp_info.transport.as_ref(),
                remote: &r.pkt_info.src_name,
                port: r.pkt_info.src_port,
                bytes,
                leg: Leg {
                    call_id: &call_id,
                    local_tag: &local_tag,
                },
            };
            tell(&seen);
            if request && (*r.msg_info.msg).line.req.method.id == sys::PJSIP_CANCEL_METHOD {
                // The call will end without it: PJSIP shows the INVITE's transaction then.
                let cancel = super::message::received(rdata);
                if let (Some(cancel), Some(engine)) = (cancel, engine::current()) {
                    engine.cancel_received(cancel);
                }
            }
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
            let header = |kind| sys::pjsip_msg_find_hdr(t.msg, kind, std::ptr::null());
            let call_id = header(sys::PJSIP_H_CALL_ID).cast::<sys::pjsip_cid_hdr>();
            let call_id = call_id.as_ref().map_or("".into(), |cid| lend(&cid.id));
            let request = (*t.msg).type_ == sys::PJSIP_REQUEST_MSG;
            let ours = header(if request { sys::PJSIP_H_FROM } else { sys::PJSIP_H_TO });
            let ours = ours.cast::<sys::pjsip_fromto_hdr>();
            let local_tag = ours.as_ref().map_or("".into(), |h| lend(&h.tag));
            let leg = Leg {
                call_id: &call_id,
                local_tag: &local_tag,
            };
            let seen = Seen {
                direction: Direction::Outgoing,
                transport: t.tp_info.transport.as_ref(),
                remote: &t.tp_info.dst_name,
                port: t.tp_info.dst_port,
                bytes,
                leg,
            };
            tell(&seen);
            if let Some((realm, user)) = credentials(t.msg) {
                tell_credentials(leg, &realm, &user);
            }
        }
    });
    sys::PJ_SUCCESS
}

/// Realm and user of the credentials an INVITE of ours carries.
///
/// # Safety
/// `msg` must be live.
unsafe fn credentials(msg: *mut sys::pjsip_msg) -> Option<(String, String)> {
    // SAFETY: the caller vouches for it; the type of a header of this kind is known, and its union holds a digest unless the
    // application put something else there, which ours does not.
    unsafe {
        if (*msg).type_ != sys::PJSIP_REQUEST_MSG || (*msg).line.req.method.id != sys::PJSIP_INVITE_METHOD {
            return None;
        }
        [sys::PJSIP_H_PROXY_AUTHORIZATION, sys::PJSIP_H_AUTHORIZATION]
            .into_iter()
            .find_map(|kind| {
                let header = sys::pjsip_msg_find_hdr(msg, kind, std::ptr::null());
                let header = header.cast::<sys::pjsip_authorization_hdr>().as_ref()?;
                let digest = &header.credential.digest;
                Some((to_string(&digest.realm), to_string(&digest.username)))
            })
    }
}

fn tell_credentials(leg: Leg<'_>, realm: &str, user: &str) {
    let Some(engine) = engine::current() else { return };
    let what = format!("user {user:?} for the realm {realm:?}");
    let about = Decision::Credentials;
    engine.story_message(leg, StoryEntry::now(StoryStep::Decided { about, what }));
}

/// For bytes that pass no module: received in `r` and not understood, or sent back raw, to `port`.
///
/// # Safety
/// `r` must be a message being received.
pub(super) unsafe fn publish_if_traced(
    engine: &engine::Engine,
    direction: Direction,
    r: &sys::pjsip_rx_data,
    port: u16,
    bytes: &[u8],
) {
    if engine.traces() {
        engine.publish_message(message(&Seen {
            direction,
            // SAFETY: the caller vouches for it: the transport delivers the message just now.
            transport: unsafe { r.tp_info.transport.as_ref() },
            remote: &r.pkt_info.src_name,
            port: port.into(),
            bytes,
            leg: Leg {
                call_id: "",
                local_tag: "",
            },
        }));
    }
}

/// A message passing by.
struct Seen<'a> {
    direction: Direction,
    transport: Option<&'a sys::pjsip_transport>,
    /// The peer's address, terminated.
    remote: &'a [c_char],
    port: c_int,
    bytes: &'a [u8],
    leg: Leg<'a>,
}

impl Seen<'_> {
    fn host(&self) -> Cow<'_, str> {
        // SAFETY: PJSIP's own array, terminated by it.
        unsafe { CStr::from_ptr(self.remote.as_ptr()) }.to_string_lossy()
    }

    fn kind(&self) -> Transport {
        // SAFETY: a live transport, or none.
        unsafe { super::message::kind(self.transport.map_or(std::ptr::null(), std::ptr::from_ref)) }
    }
}

fn tell(seen: &Seen<'_>) {
    let Some(engine) = engine::current() else { return };
    let end = seen.bytes.iter().position(|b| *b == b'\r' || *b == b'\n');
    let line = String::from_utf8_lossy(&seen.bytes[..end.unwrap_or(seen.bytes.len())]);
    if !seen.leg.call_id.is_empty() {
        let ip = seen.host().trim_matches(['[', ']']).parse::<IpAddr>().ok();
        engine.story_message(
            seen.leg,
            StoryEntry::now(StoryStep::Message {
                direction: seen.direction,
                line: redact(&line).into_owned(),
                bytes: seen.bytes.len(),
                transport: seen.kind(),
                remote: ip.map(|ip| SocketAddr::new(ip, seen.port as u16)),
            }),
        );
    }
    if engine.traces() {
        engine.publish_message(message(seen));
    }
}

fn message(seen: &Seen<'_>) -> SipMessage {
    // SAFETY: a live transport's name.
    let local = seen.transport.map_or_else(String::new, |t| unsafe {
        format!("{}:{}", to_string(&t.local_name.host), t.local_name.port)
    });
    let text = redact(&String::from_utf8_lossy(seen.bytes)).into_owned();
    let cseq = text
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("CSeq"))
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default();
    SipMessage {
        direction: seen.direction,
        at: SystemTime::now(),
        transport: seen.kind(),
        local,
        remote: format!("{}:{}", seen.host(), seen.port),
        first_line: text.lines().next().unwrap_or_default().to_owned(),
        call_id: seen.leg.call_id.to_owned(),
        cseq,
        text,
    }
}
