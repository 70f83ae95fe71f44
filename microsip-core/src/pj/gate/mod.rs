//! The gate: what RFC 3261 §8.2 asks of a request before anybody acts on it, where PJSIP is silent, lenient or lets it time out.
//!
//! Two modules. The early one sits between transport and transactions and answers without a transaction (§8.2.7): a copy of the
//! request gets the same answer. The late one answers what nobody wanted. ACK is never answered.

mod content;
mod headers;
mod response;

use pjsip_sys as sys;

use content::{addresses_are_known, body_fits, content, drop_body};
use headers::{contact_is_sip, is_host, repeated, routes_are_sip, scheme_of};
use response::{on_answer, on_response};

use super::boundary::boundary;
use super::broken::interrupt_ping;
use super::capability::{self, Standing};
use super::module::Module;
use super::string::{Text, lend};
use super::transfer::has_replaces;
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
/// `r` must be a parsed request being received; so for every function of these files that takes it.
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
        if lend(&(*r.msg_info.via).transport).is_empty() || !is_host(&(*r.msg_info.via).sent_by.host) {
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

/// What we cannot or will not do, in the order of §8.2.
unsafe fn meaning(r: &mut sys::pjsip_rx_data, method: &str) -> Option<Refusal> {
    // SAFETY: the caller vouches for it.
    unsafe {
        if matches!(method, "ACK" | "CANCEL") {
            if !addresses_are_known(r) {
                drop_body(r);
            }
            return None;
        }
        let within = (*r.msg_info.to).tag.slen > 0;
        match capability::standing(method) {
            Standing::Done => {}
            Standing::Known => return Some(Refusal::new(405).with("Allow", capability::ALLOW.join(", "))),
            Standing::Unknown => return Some(Refusal::new(501).with("Allow", capability::ALLOW.join(", "))),
        }
        if within && call_is_over(r, method) {
            return Some(Refusal::new(481));
        }
        // For proxies there is Proxy-Require, which is none of ours.
        let unsupported = unsupported(r);
        if !unsupported.is_empty() {
            return Some(Refusal::new(420).with("Unsupported", unsupported.join(", ")));
        }
        if let Some(refusal) = content(r, method, within) {
            return Some(refusal);
        }
        if matches!(method, "INVITE" | "UPDATE" | "PRACK") && !addresses_are_known(r) {
            let warning = "301 microsip \"The host name in the session description is not known yet\"";
            return Some(Refusal::new(488).with("Warning", warning));
        }
        // RFC 3891 §3.
        if method != "INVITE" && has_replaces(r) {
            return Some(Refusal::bad("Replaces Outside An INVITE"));
        }
        match method {
            // Served by an account, or a REFER's own subscription within its dialog (RFC 6665 §4.2.1.3).
            "SUBSCRIBE" => {
                let (package, engine) = (event(r.msg_info.msg), engine::current());
                let served = within && package == "refer" || engine.as_ref().is_some_and(|e| e.serves(&package));
                let allowed = || engine.map_or_else(|| capability::EVENTS.to_owned(), |e| e.allow_events());
                (!served).then(|| Refusal::new(489).with("Allow-Events", allowed()))
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
        !sys::pjsip_ua_find_dialog(&(*r.msg_info.cid).id, &(*r.msg_info.to).tag, &(*r.msg_info.from).tag, 0).is_null()
    }
}

/// Whether the request is a new one of the call in its dialog, and that has ended (§12.2.2, §15.1.2). The dialog may live on, as
/// long as PJSIP's transactions and subscriptions do; PJSIP would say nothing, or 200.
unsafe fn call_is_over(r: &mut sys::pjsip_rx_data, method: &str) -> bool {
    if matches!(method, "NOTIFY" | "SUBSCRIBE") {
        return false;
    }
    // SAFETY: the caller vouches for it; nothing is kept, no lock is left behind.
    unsafe {
        let dialog =
            sys::pjsip_ua_find_dialog(&(*r.msg_info.cid).id, &(*r.msg_info.to).tag, &(*r.msg_info.from).tag, 0);
        if dialog.is_null() {
            return false;
        }
        let call = sys::pjsip_dlg_get_inv_session(dialog).as_ref();
        call.is_some_and(|call| call.state == sys::PJSIP_INV_STATE_DISCONNECTED)
            && !transaction_exists(r, &(*r.msg_info.cseq).method)
    }
}

/// Whether a CANCEL has an INVITE to cancel.
pub(super) unsafe fn invite_transaction_exists(r: &sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it; PJSIP's constant.
    unsafe { transaction_exists(r, sys::pjsip_get_invite_method()) }
}

/// Whether the request belongs to a transaction of this method.
unsafe fn transaction_exists(r: &sys::pjsip_rx_data, method: *const sys::pjsip_method) -> bool {
    // SAFETY: the caller vouches for it; the key is made in the message's pool, no lock is left behind.
    unsafe {
        let mut key = sys::pj_str_t {
            ptr: std::ptr::null_mut(),
            slen: 0,
        };
        sys::pjsip_tsx_create_key(r.tp_info.pool, &mut key, sys::PJSIP_ROLE_UAS, method, r) == sys::PJ_SUCCESS
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
            text.as_ref().map_or(std::ptr::null(), std::ptr::from_ref),
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
        let within = (*r.msg_info.to).tag.slen > 0;
        if within && !dialog_exists(r) {
            answer(r, StatusCode::clamped(481), None, &[]);
            return;
        }
        let Some(engine) = engine::current() else {
            // It starts or it closes.
            answer(r, StatusCode::TEMPORARILY_UNAVAILABLE, None, &[]);
            return;
        };
        // Within a call it asks whether that is still there.
        let code = if within {
            StatusCode::OK
        } else {
            engine.options_code(|| sys::pjsua_acc_find_for_incoming(r))
        };
        let supported = capability::supported();
        let (allow, accept) = (capability::ALLOW.join(", "), capability::ACCEPT.join(", "));
        let events = engine.allow_events();
        let mut headers = vec![
            ("Allow", &*allow),
            ("Accept", &*accept),
            ("Accept-Encoding", "identity"),
            ("Accept-Language", "en"),
            ("Supported", &*supported),
            ("Allow-Events", &*events),
        ];
        if !engine.user_agent().is_empty() {
            headers.push(("User-Agent", engine.user_agent()));
        }
        answer(r, code, None, &headers);
    }
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
                _ => answer(
                    r,
                    StatusCode::clamped(405),
                    None,
                    &[("Allow", &capability::ALLOW.join(", "))],
                ),
            }
        }
        1
    })
}
