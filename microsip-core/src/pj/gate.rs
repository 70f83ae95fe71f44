//! The gate: what RFC 3261 §8.2 asks of a request before anybody acts on it, where PJSIP is silent, lenient or lets it time out.
//!
//! Two modules. The early one sits between transport and transactions and answers without a transaction (§8.2.7): a copy of the
//! request gets the same answer. The late one answers what nobody wanted. ACK is never answered.

use std::borrow::Cow;

use pjsip_sys as sys;

use super::address::source;
use super::boundary::boundary;
use super::broken::interrupt_ping;
use super::capability::{self, Standing};
use super::module::Module;
use super::string::{Text, lend};
use crate::Result;
use crate::engine;
use crate::sip::{StatusCode, malformed};

/// After the transport layer and the tracer, before the transactions.
const EARLY: i32 = 12;
/// After everybody.
const LATE: i32 = 200;

/// Registers both modules.
pub(super) fn start() -> Result<[Module; 2]> {
    Ok([
        Module::register("mod-microsip-gate", EARLY, |m| {
            m.on_rx_request = Some(on_request);
            m.on_rx_response = Some(on_response);
            m.on_tx_response = Some(on_answer);
        })?,
        Module::register("mod-microsip-unwanted", LATE, |m| m.on_rx_request = Some(on_unwanted))?,
    ])
}

/// Nonzero: the request is dealt with.
unsafe extern "C" fn on_request(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_gate_request", 0, || {
        interrupt_ping();
        // SAFETY: PJSIP's own pointer, inside its callback, to a request it has parsed.
        unsafe { i32::from(inspect(&mut *rdata)) }
    })
}

/// What a request is refused with.
struct Refusal {
    code: StatusCode,
    reason: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
}

impl Refusal {
    fn new(code: u16) -> Self {
        Refusal {
            code: StatusCode::clamped(code.into()),
            reason: None,
            headers: Vec::new(),
        }
    }

    fn bad(reason: &'static str) -> Self {
        Refusal {
            reason: Some(reason),
            ..Refusal::new(400)
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Whether the request is dealt with.
///
/// # Safety
/// `r` must be a parsed request being received; so for every function below that takes it.
unsafe fn inspect(r: &mut sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it.
    unsafe {
        // An answer to a forged `maddr` would hit somebody who never asked (§18.2.2 has it for multicast, which we do not do).
        (*r.msg_info.via).maddr_param.slen = 0;
        let method = method_of(r);
        let refusal = syntax(r, &method).or_else(|| meaning(r, &method));
        match refusal {
            Some(_) if method == "ACK" => true,
            Some(refusal) => {
                let headers: Vec<_> = refusal.headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
                answer(r, refusal.code, refusal.reason, &headers);
                true
            }
            None if method == "OPTIONS" => {
                options(r);
                true
            }
            None => false,
        }
    }
}

/// As it stands in the request: PJSIP takes `invite` for INVITE, but methods have their case (§7.1).
unsafe fn method_of(r: &sys::pjsip_rx_data) -> String {
    // SAFETY: the caller vouches for it: `msg_buf` holds `len` bytes.
    unsafe {
        let packet = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
        match malformed::request_line(packet) {
            Some((method, _)) => String::from_utf8_lossy(method).into_owned(),
            None => lend(&(*r.msg_info.msg).line.req.method.name).into_owned(),
        }
    }
}

/// What makes it no proper request (§8.1.1, §18.3, §19.1.1, §21.4.1).
unsafe fn syntax(r: &mut sys::pjsip_rx_data, method: &str) -> Option<Refusal> {
    // SAFETY: the caller vouches for it; every pointer followed is the parser's own.
    unsafe {
        let packet = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
        if malformed::request_line(packet).is_none() {
            return Some(Refusal::bad("Bad Request Line"));
        }
        if !body_fits(r) {
            return Some(Refusal::bad("Content-Length Beyond The Datagram"));
        }
        if r.msg_info.max_fwd.as_ref().is_some_and(|m| m.ivalue > 255) {
            return Some(Refusal::bad("Bad Max-Forwards"));
        }
        if !lend(&(*r.msg_info.cseq).method.name).eq_ignore_ascii_case(method) {
            return Some(Refusal::bad("CSeq Method Differs"));
        }
        if let Some(name) = repeated(r.msg_info.msg) {
            return Some(Refusal::bad(name));
        }
        if lend(&(*r.msg_info.via).transport).is_empty() || (*r.msg_info.via).sent_by.host.slen <= 0 {
            return Some(Refusal::bad("Bad Via"));
        }
        let uri = (*r.msg_info.msg).line.req.uri;
        match &*scheme_of(uri).to_ascii_lowercase() {
            "sip" | "sips" => {
                let uri = sys::pjsip_uri_get_uri(uri.cast()).cast::<sys::pjsip_sip_uri>();
                let headers = &raw const (*uri).header_param;
                if !std::ptr::addr_eq((*uri).header_param.next, headers) {
                    return Some(Refusal::bad("Headers In Request-URI"));
                }
            }
            "tel" => {}
            _ => return Some(Refusal::new(416)),
        }
        // §8.1.1.8, §20.30: what we are to send our requests to must be a SIP URI.
        if matches!(method, "INVITE" | "UPDATE" | "REFER" | "SUBSCRIBE" | "NOTIFY") && !contact_is_sip(r.msg_info.msg) {
            return Some(Refusal::bad("Bad Contact"));
        }
        if !routes_are_sip(r.msg_info.msg) {
            return Some(Refusal::bad("Bad Record-Route"));
        }
        None
    }
}

/// Whether the Contact, if there is one and it names somebody, is a SIP URI.
unsafe fn contact_is_sip(msg: *const sys::pjsip_msg) -> bool {
    // SAFETY: the caller vouches for the message; a header of this type has this layout.
    unsafe {
        sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_CONTACT, std::ptr::null())
            .cast::<sys::pjsip_contact_hdr>()
            .as_ref()
            .is_none_or(|c| c.uri.is_null() || is_sip(c.uri))
    }
}

/// Whether all of Record-Route are SIP URIs.
unsafe fn routes_are_sip(msg: *const sys::pjsip_msg) -> bool {
    // SAFETY: as above.
    unsafe {
        let end = &raw const (*msg).hdr;
        let mut at: *const sys::pjsip_hdr = (*msg).hdr.next;
        while at != end {
            if (*at).type_ == sys::PJSIP_H_RECORD_ROUTE {
                let route = &(*at.cast::<sys::pjsip_routing_hdr>()).name_addr;
                if route.uri.is_null() || !is_sip(route.uri) {
                    return false;
                }
            }
            at = (*at).next;
        }
        true
    }
}

unsafe fn is_sip(uri: *const sys::pjsip_uri) -> bool {
    // SAFETY: the caller vouches for the URI.
    let scheme = unsafe { scheme_of(uri) };
    scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips")
}

unsafe fn scheme_of<'a>(uri: *const sys::pjsip_uri) -> Cow<'a, str> {
    // SAFETY: the caller vouches for the URI; the scheme is static or in its pool.
    unsafe {
        sys::pjsip_uri_get_scheme(uri.cast())
            .as_ref()
            .map_or(Cow::Borrowed(""), |s| lend(s))
    }
}

/// What we cannot or will not do, in the order of §8.2.
unsafe fn meaning(r: &mut sys::pjsip_rx_data, method: &str) -> Option<Refusal> {
    // SAFETY: the caller vouches for it.
    unsafe {
        if matches!(method, "ACK" | "CANCEL") {
            return None;
        }
        let within = (*r.msg_info.to).tag.slen > 0;
        match capability::standing(method) {
            Standing::Done => {}
            Standing::Known => return Some(Refusal::new(405).with("Allow", capability::ALLOW.join(", "))),
            Standing::Unknown => return Some(Refusal::new(501).with("Allow", capability::ALLOW.join(", "))),
        }
        // For proxies there is Proxy-Require, which is none of ours.
        let unsupported = unsupported(r);
        if !unsupported.is_empty() {
            return Some(Refusal::new(420).with("Unsupported", unsupported.join(", ")));
        }
        if let Some(refusal) = content(r, method, within) {
            return Some(refusal);
        }
        match method {
            // No event package is offered but a REFER's own subscription, within its dialog (RFC 6665 §4.2.1.3).
            "SUBSCRIBE" if !within || event(r.msg_info.msg) != "refer" => {
                Some(Refusal::new(489).with("Allow-Events", capability::EVENTS))
            }
            _ => None,
        }
    }
}

/// Option tags in Require that we do not know.
unsafe fn unsupported(r: &sys::pjsip_rx_data) -> Vec<String> {
    // SAFETY: the caller vouches for it; the header's first `count` values are set.
    unsafe {
        let Some(require) = r.msg_info.require.as_ref() else {
            return Vec::new();
        };
        let count = (require.count as usize).min(require.values.len());
        let invite = (*r.msg_info.msg).line.req.method.id == sys::PJSIP_INVITE_METHOD;
        require.values[..count]
            .iter()
            .filter(|tag| tag.slen > 0 && !capability::supports(tag))
            .map(|tag| lend(tag).into_owned())
            // PJSIP looks at these in an INVITE, by account.
            .filter(|tag| !(invite && (tag.eq_ignore_ascii_case("ice") || tag.eq_ignore_ascii_case("trickle-ice"))))
            .collect()
    }
}

/// The event package of a SUBSCRIBE or NOTIFY.
unsafe fn event(msg: *const sys::pjsip_msg) -> String {
    // SAFETY: the caller vouches for the message; a header of this name is parsed by PJSIP's subscription module.
    unsafe {
        let short = Text::new("o");
        let short = short.pj();
        let find = |name: &'static str| {
            let name = sys::pj_str_t {
                ptr: name.as_ptr().cast_mut().cast(),
                slen: name.len() as _,
            };
            sys::pjsip_msg_find_hdr_by_names(msg, &name, &short, std::ptr::null())
        };
        find("Event")
            .cast::<sys::pjsip_event_hdr>()
            .as_ref()
            .map_or_else(String::new, |h| lend(&h.event_type).into_owned())
    }
}

/// Body, encoding, disposition, and what the peer would accept (§8.2.3, §20.11).
unsafe fn content(r: &mut sys::pjsip_rx_data, method: &str, within: bool) -> Option<Refusal> {
    // SAFETY: the caller vouches for it; a body's content type is the parser's own.
    unsafe {
        let msg = r.msg_info.msg;
        if method == "INVITE"
            && !within
            && let Some(refusal) = wrong_accept(msg)
        {
            return Some(refusal);
        }
        let multipart = r
            .msg_info
            .ctype
            .as_ref()
            .is_some_and(|c| lend(&c.media.type_).eq_ignore_ascii_case("multipart"));
        let Some(body) = (*msg).body.as_ref() else {
            // PJSIP found no part in it and takes it for no body at all.
            return (multipart && method != "BYE").then(|| Refusal::bad("Bad Multipart Body"));
        };
        // A call must be allowed to end.
        if method == "BYE" {
            return None;
        }
        let kind = format!(
            "{}/{}",
            lend(&body.content_type.type_),
            lend(&body.content_type.subtype)
        )
        .to_ascii_lowercase();
        let (disposition, optional) = disposition(msg);
        let encoded = header(msg, "Content-Encoding")
            .or_else(|| header(msg, "e"))
            .map(|e| lend(e).trim().to_ascii_lowercase())
            .is_some_and(|e| !e.is_empty() && e != "identity");
        let session = matches!(method, "INVITE" | "UPDATE" | "PRACK");
        let understood = match &*kind {
            "application/sdp" => matches!(&*disposition, "" | "session" | "render"),
            kind => kind.starts_with("multipart/"),
        };
        if !encoded && (understood || !session) {
            return None;
        }
        if optional {
            drop_body(r);
            return None;
        }
        let refusal = Refusal::new(415);
        Some(if encoded {
            refusal.with("Accept-Encoding", "identity")
        } else {
            refusal.with("Accept", capability::ACCEPT.join(", "))
        })
    }
}

/// An INVITE whose sender would not take a session description in return.
unsafe fn wrong_accept(msg: *mut sys::pjsip_msg) -> Option<Refusal> {
    // SAFETY: the caller vouches for the message; a header of this type is a generic array.
    unsafe {
        let mut any = false;
        let mut at = std::ptr::null_mut();
        loop {
            let accept = sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_ACCEPT, at).cast::<sys::pjsip_generic_array_hdr>();
            let Some(header) = accept.as_ref() else { break };
            let count = (header.count as usize).min(header.values.len());
            for value in &header.values[..count] {
                any = true;
                let value = lend(value);
                let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                if matches!(&*kind, "application/sdp" | "application/*" | "*/*") {
                    return None;
                }
            }
            at = header.next.cast();
            if std::ptr::addr_eq(at, &raw const (*msg).hdr) {
                break;
            }
        }
        any.then(|| Refusal::new(406))
    }
}

/// Content-Disposition: its type in lower case, and whether a body we do not understand may be passed over.
unsafe fn disposition(msg: *const sys::pjsip_msg) -> (String, bool) {
    // SAFETY: the caller vouches for the message.
    let value = unsafe { header(msg, "Content-Disposition").map(|v| lend(v).to_ascii_lowercase()) }.unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_owned();
    let optional = parts.any(|p| {
        p.split_once('=')
            .is_some_and(|(name, value)| name.trim() == "handling" && value.trim() == "optional")
    });
    (kind, optional)
}

/// Takes the body off the message, as if it had come without.
unsafe fn drop_body(r: &mut sys::pjsip_rx_data) {
    // SAFETY: the caller vouches for it; the header is in the message's list.
    unsafe {
        (*r.msg_info.msg).body = std::ptr::null_mut();
        let kind = sys::pjsip_msg_find_hdr(r.msg_info.msg, sys::PJSIP_H_CONTENT_TYPE, std::ptr::null_mut());
        if !kind.is_null() {
            sys::pj_list_erase(kind);
        }
        r.msg_info.ctype = std::ptr::null_mut();
    }
}

/// Makes the body as long as Content-Length says; whether there is that much (§18.3). On streams it is so already.
unsafe fn body_fits(r: &mut sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it: `msg_buf` holds `len` bytes, and a body that is not multipart is part of them.
    unsafe {
        let (Some(length), Some(transport)) = (r.msg_info.clen.as_ref(), r.tp_info.transport.as_ref()) else {
            return true;
        };
        if transport.flag & sys::PJSIP_TRANSPORT_DATAGRAM == 0 {
            return true;
        }
        let wanted = length.len.max(0) as usize;
        if let Some(body) = (*r.msg_info.msg).body.as_mut()
            && body.len as usize == wanted
        {
            return true;
        }
        let packet = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
        let there = packet
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .map(|at| packet.len() - at - 4)
            .or_else(|| packet.windows(2).position(|w| w == b"\n\n").map(|at| packet.len() - at - 2))
            .unwrap_or(0);
        if there < wanted {
            return false;
        }
        let multipart = r
            .msg_info
            .ctype
            .as_ref()
            .is_some_and(|c| lend(&c.media.type_).eq_ignore_ascii_case("multipart"));
        // Bytes beyond the length are no part of the message; a multipart body ends with its last boundary.
        if wanted == 0 {
            drop_body(r);
        } else if let Some(body) = (*r.msg_info.msg).body.as_mut()
            && !multipart
        {
            body.len = wanted as u32;
        }
        true
    }
}

/// A header that may be there once only and is there again (§7.3.1).
unsafe fn repeated(msg: *const sys::pjsip_msg) -> Option<&'static str> {
    const SINGLE: [(sys::pjsip_hdr_e, &str); 7] = [
        (sys::PJSIP_H_FROM, "Several From"),
        (sys::PJSIP_H_TO, "Several To"),
        (sys::PJSIP_H_CALL_ID, "Several Call-ID"),
        (sys::PJSIP_H_CSEQ, "Several CSeq"),
        (sys::PJSIP_H_MAX_FORWARDS, "Several Max-Forwards"),
        (sys::PJSIP_H_CONTENT_LENGTH, "Several Content-Length"),
        (sys::PJSIP_H_CONTENT_TYPE, "Several Content-Type"),
    ];
    // SAFETY: the caller vouches for the message, whose headers are a circular list.
    unsafe {
        let end = &raw const (*msg).hdr;
        let mut at: *const sys::pjsip_hdr = (*msg).hdr.next;
        let mut seen = 0_u64;
        while at != end {
            let bit = 1_u64.checked_shl((*at).type_).unwrap_or(0);
            if seen & bit != 0
                && let Some((_, name)) = SINGLE.iter().find(|(kind, _)| *kind == (*at).type_)
            {
                return Some(name);
            }
            seen |= bit;
            at = (*at).next;
        }
        None
    }
}

/// The value of the first header of a name PJSIP has no parser for.
///
/// # Safety
/// `msg` must be a parsed message that outlives the answer.
pub(super) unsafe fn header<'a>(msg: *const sys::pjsip_msg, name: &str) -> Option<&'a sys::pj_str_t> {
    // SAFETY: the caller vouches for the message; PJSIP reads the name only, and stores headers without parser as generic ones.
    unsafe {
        let name = sys::pj_str_t {
            ptr: name.as_ptr().cast_mut().cast(),
            slen: name.len() as _,
        };
        sys::pjsip_msg_find_hdr_by_name(msg, &name, std::ptr::null())
            .cast::<sys::pjsip_generic_string_hdr>()
            .as_ref()
            .map(|h| &h.hvalue)
    }
}

/// Whether the request belongs to a dialog of ours.
pub(super) unsafe fn dialog_exists(r: &sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it; the strings are read only, no lock is left behind.
    unsafe {
        !sys::pjsip_ua_find_dialog(
            &(*r.msg_info.cid).id,
            &(*r.msg_info.to).tag,
            &(*r.msg_info.from).tag,
            0,
        )
        .is_null()
    }
}

/// Whether a CANCEL has an INVITE to cancel.
pub(super) unsafe fn invite_transaction_exists(r: &sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it; the key is made in the message's pool, no lock is left behind.
    unsafe {
        let mut key = sys::pj_str_t {
            ptr: std::ptr::null_mut(),
            slen: 0,
        };
        sys::pjsip_tsx_create_key(
            r.tp_info.pool,
            &mut key,
            sys::PJSIP_ROLE_UAS,
            sys::pjsip_get_invite_method(),
            r,
        ) == sys::PJ_SUCCESS
            && !sys::pjsip_tsx_layer_find_tsx(&key, 0).is_null()
    }
}

/// Answers without a transaction.
///
/// # Safety
/// `r` must be a parsed request being received, not an ACK.
pub(super) unsafe fn answer(
    r: &mut sys::pjsip_rx_data,
    code: StatusCode,
    reason: Option<&str>,
    headers: &[(&str, &str)],
) {
    // SAFETY: engine thread. PJSIP copies texts and headers into the response; the list head lives until after the call.
    unsafe {
        if (*r.msg_info.msg).line.req.method.id == sys::PJSIP_ACK_METHOD {
            return;
        }
        let mut list = std::mem::MaybeUninit::<sys::pjsip_hdr>::zeroed();
        sys::pj_list_init(list.as_mut_ptr().cast());
        for (name, value) in headers {
            let (name, value) = (Text::new(name), Text::new(value));
            let header = sys::pjsip_generic_string_hdr_create(r.tp_info.pool, &name.pj(), &value.pj());
            if !header.is_null() {
                // Name and value are copied by the constructor.
                sys::pj_list_push_back(list.as_mut_ptr().cast(), header.cast());
            }
        }
        let text = reason.map(|t| Text::new(&format!("{} - {t}", code.reason())));
        let text = text.as_ref().map(Text::pj);
        let status = sys::pjsip_endpt_respond_stateless(
            sys::pjsua_get_pjsip_endpt(),
            r,
            code.code().into(),
            text.as_ref().map_or(std::ptr::null(), |t| std::ptr::from_ref(t)),
            list.as_ptr(),
            std::ptr::null(),
        );
        if status != sys::PJ_SUCCESS {
            tracing::debug!(target: "microsip", status, %code, "a request could not be refused");
        }
    }
}

/// Answers OPTIONS (§11.2), inside a dialog and outside.
unsafe fn options(r: &mut sys::pjsip_rx_data) {
    // SAFETY: the caller vouches for it.
    unsafe {
        if (*r.msg_info.to).tag.slen > 0 && !dialog_exists(r) {
            answer(r, StatusCode::clamped(481), None, &[]);
            return;
        }
        let Some(engine) = engine::current() else {
            // It starts or it closes.
            answer(r, StatusCode::TEMPORARILY_UNAVAILABLE, None, &[]);
            return;
        };
        let code = engine.options_code(|| sys::pjsua_acc_find_for_incoming(r));
        let supported = capability::supported();
        let (allow, accept) = (capability::ALLOW.join(", "), capability::ACCEPT.join(", "));
        let mut headers = vec![
            ("Allow", &*allow),
            ("Accept", &*accept),
            ("Accept-Encoding", "identity"),
            ("Accept-Language", "en"),
            ("Supported", &*supported),
            ("Allow-Events", capability::EVENTS),
        ];
        if !engine.user_agent().is_empty() {
            headers.push(("User-Agent", engine.user_agent()));
        }
        answer(r, code, None, &headers);
    }
}

/// Nonzero: the response goes no further.
unsafe extern "C" fn on_response(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_gate_response", 0, || {
        interrupt_ping();
        // SAFETY: PJSIP's own pointer, inside its callback, to a response it has parsed.
        unsafe { i32::from(!is_usable(&mut *rdata)) }
    })
}

/// Whether a response may reach its transaction.
unsafe fn is_usable(r: &mut sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it; the transaction, if there is one, lives as long as nobody handles events.
    unsafe {
        // §18.3, and §8.1.3.3: more than one Via means it has gone astray.
        if !body_fits(r) || repeated(r.msg_info.msg).is_some() {
            return false;
        }
        let via = r.msg_info.via;
        let next = (*via).next;
        if !std::ptr::addr_eq(next, &raw const (*r.msg_info.msg).hdr)
            && !sys::pjsip_msg_find_hdr(r.msg_info.msg, sys::PJSIP_H_VIA, next.cast()).is_null()
        {
            return false;
        }
        let mut key = sys::pj_str_t {
            ptr: std::ptr::null_mut(),
            slen: 0,
        };
        if sys::pjsip_tsx_create_key(
            r.tp_info.pool,
            &mut key,
            sys::PJSIP_ROLE_UAC,
            &(*r.msg_info.cseq).method,
            r,
        ) != sys::PJ_SUCCESS
        {
            return true;
        }
        let code = (*r.msg_info.msg).line.status.code;
        let invite = (*r.msg_info.cseq).method.id == sys::PJSIP_INVITE_METHOD;
        // Without a tag it could only be for a dialog whose peer never had one (§12.1.2, RFC 2543).
        let untagged = invite && (101..300).contains(&code) && (*r.msg_info.to).tag.slen == 0;
        let Some(tsx) = sys::pjsip_tsx_layer_find_tsx(&key, 0).as_ref() else {
            return !untagged;
        };
        let dialog = sys::pjsip_tsx_get_dlg(std::ptr::from_ref(tsx).cast_mut()).as_ref();
        // A transaction that is over has left its dialog.
        if untagged && dialog.is_none_or(|d| (*d.remote.info).tag.slen != 0) {
            return false;
        }
        let Some(request) = tsx.last_tx.as_ref().and_then(|t| t.msg.as_ref()) else {
            return true;
        };
        // The branch is ours, but is the rest? A response repeats From, Call-ID and CSeq (§8.2.6.2); one that does not would end
        // up in the wrong dialog.
        let of = |kind| sys::pjsip_msg_find_hdr(request, kind, std::ptr::null());
        let from = of(sys::PJSIP_H_FROM).cast::<sys::pjsip_fromto_hdr>();
        let call_id = of(sys::PJSIP_H_CALL_ID).cast::<sys::pjsip_cid_hdr>();
        let same = |a: &sys::pj_str_t, b: &sys::pj_str_t| lend(a).eq_ignore_ascii_case(&lend(b));
        if from.as_ref().is_some_and(|f| !same(&f.tag, &(*r.msg_info.from).tag))
            || call_id.as_ref().is_some_and(|c| !same(&c.id, &(*r.msg_info.cid).id))
            || tsx.cseq != (*r.msg_info.cseq).cseq
        {
            return false;
        }
        if invite && (101..300).contains(&code) {
            if !routes_are_sip(r.msg_info.msg) {
                return false;
            }
            // As if it had come without: the dialog goes on with the address we called.
            if !contact_is_sip(r.msg_info.msg) {
                let contact = sys::pjsip_msg_find_hdr(r.msg_info.msg, sys::PJSIP_H_CONTACT, std::ptr::null());
                sys::pj_list_erase(contact);
            }
        }
        if code / 100 == 2
            && tsx.method.id == sys::PJSIP_REGISTER_METHOD
            && let (Some(engine), Some(from)) = (engine::current(), source(r))
        {
            engine.guard_registered_by(from.ip());
        }
        true
    }
}

/// Returns success: the answer is sent. Before it is printed; PJSIP answers what no usage of a dialog wants with 500, as if we had
/// failed.
unsafe extern "C" fn on_answer(tdata: *mut sys::pjsip_tx_data) -> sys::pj_status_t {
    boundary("on_gate_answer", (), || {
        // SAFETY: PJSIP's own pointer, inside its callback, to a response that is not printed yet. The new reason is static.
        unsafe {
            let msg = (*tdata).msg;
            if (*msg).line.status.code != 500 || lend(&(*msg).line.status.reason) != "Unhandled by dialog usages" {
                return;
            }
            let cseq = sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_CSEQ, std::ptr::null()).cast::<sys::pjsip_cseq_hdr>();
            let refer = cseq.as_ref().is_some_and(|c| lend(&c.method.name) == "REFER");
            let code = if refer { 603 } else { 481 };
            (*msg).line.status.code = code;
            (*msg).line.status.reason = *sys::pjsip_get_status_text(code);
        }
    });
    sys::PJ_SUCCESS
}

/// Nonzero: dealt with. What no module wanted was dropped without an answer, and sent again for half a minute.
unsafe extern "C" fn on_unwanted(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_unwanted_request", 0, || {
        // SAFETY: PJSIP's own pointer, inside its callback, to a request it has parsed.
        unsafe {
            let r = &mut *rdata;
            match &*method_of(r) {
                "ACK" => {}
                // Each belongs to something that is not there (§15.1.2, RFC 3262 §3, RFC 3311 §5.2, RFC 6086 §4.2.1, RFC 6665
                // §4.1.3).
                "BYE" | "PRACK" | "UPDATE" | "INFO" | "NOTIFY" | "CANCEL" | "SUBSCRIBE" => {
                    answer(r, StatusCode::clamped(481), None, &[]);
                }
                // Nobody has agreed to be transferred.
                "REFER" => answer(r, StatusCode::DECLINE, None, &[]),
                _ => answer(r, StatusCode::clamped(405), None, &[("Allow", &capability::ALLOW.join(", "))]),
            }
        }
        1
    })
}
