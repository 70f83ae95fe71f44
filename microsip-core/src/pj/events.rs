//! Requests of event packages (RFC 6665) and what else comes without a dialog of PJSIP's: sent with the dialog's parts as the engine
//! keeps them, taken before PJSUA sees them.
//!
//! PJSIP's own subscription module is not used: it wants packages registered for ever, knows one dialog per subscription, and asserts.
//! A subscription's dialog is five strings and two numbers, which the engine keeps itself.

use std::ffi::{c_int, c_void};

use pjsip_sys as sys;

use super::Pj;
use super::message::{MsgData, received};
use super::request::{method_of, send};
use super::status::check;
use super::string::Text;
use super::transfer::Then;
use crate::engine;
use crate::sip::{Additions, Headers, StatusCode};
use crate::{Error, ErrorKind, Result};

/// A request and its place in a dialog.
pub(crate) struct Draft<'a> {
    pub(crate) method: &'a str,
    pub(crate) request_uri: &'a str,
    /// With its tag.
    pub(crate) from: &'a str,
    /// With its tag, if it is known.
    pub(crate) to: &'a str,
    pub(crate) call_id: &'a str,
    pub(crate) cseq: u32,
    /// In the order of the request; `None` takes those of the account.
    pub(crate) routes: Option<&'a [String]>,
}

/// What a request outside PJSIP's dialogs is answered with.
pub(crate) struct Reply {
    pub(crate) code: StatusCode,
    pub(crate) headers: Headers,
    /// The tag of To, where one is begun here.
    pub(crate) to_tag: Option<String>,
    /// Whether it says where we are.
    pub(crate) contact: bool,
    /// Once it is sent.
    pub(crate) then: Option<Then>,
}

impl Reply {
    pub(crate) fn code(code: StatusCode) -> Reply {
        Reply {
            code,
            headers: Headers::new(),
            to_tag: None,
            contact: false,
            then: None,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push(name, value);
        self
    }

    pub(crate) fn then(mut self, then: impl FnOnce(&crate::engine::Engine) + 'static) -> Reply {
        self.then = Some(Box::new(then));
        self
    }
}

impl Pj {
    /// Sends a request with these dialog parts; what becomes of it comes with `id`.
    pub(crate) fn event_request(
        &self,
        op: &'static str,
        account: i32,
        id: u64,
        draft: &Draft<'_>,
        additions: &Additions,
    ) -> Result<()> {
        let (name, target) = (Text::new(draft.method), Text::new(draft.request_uri));
        let method = method_of(&name);
        let extra = MsgData::new(additions);
        let bad = |what: &str| {
            Error::new(
                ErrorKind::InvalidArgument,
                op,
                format!("PJSIP does not take the {what}"),
            )
        };
        // SAFETY: engine thread; the account's index is checked by PJSUA. Every text is copied into the message's pool before it goes.
        unsafe {
            let mut tdata = std::ptr::null_mut();
            let status = sys::pjsua_acc_create_request(account, &method, &target.pj(), &mut tdata);
            check(op, "cannot make the request", status)?;
            let parts = (|| {
                let (pool, msg) = ((*tdata).pool, (*tdata).msg);
                replace(pool, msg, sys::PJSIP_H_FROM, "From", draft.from).ok_or_else(|| bad("From"))?;
                replace(pool, msg, sys::PJSIP_H_TO, "To", draft.to).ok_or_else(|| bad("To"))?;
                replace(pool, msg, sys::PJSIP_H_CALL_ID, "Call-ID", draft.call_id).ok_or_else(|| bad("Call-ID"))?;
                let cseq = find(msg, sys::PJSIP_H_CSEQ).cast::<sys::pjsip_cseq_hdr>();
                cseq.as_mut().ok_or_else(|| bad("CSeq"))?.cseq = draft.cseq.cast_signed();
                if let Some(routes) = draft.routes {
                    loop {
                        let route = find(msg, sys::PJSIP_H_ROUTE);
                        if route.is_null() {
                            break;
                        }
                        sys::pj_list_erase(route.cast());
                    }
                    for route in routes {
                        let header = parse(pool, "Route", route).ok_or_else(|| bad("Route"))?;
                        sys::pjsip_msg_add_hdr(msg, header.cast());
                    }
                }
                let mut contact = std::mem::zeroed::<sys::pj_str_t>();
                let status = sys::pjsua_acc_create_uac_contact(pool, &mut contact, account, &target.pj());
                check(op, "cannot say where we are", status)?;
                let header = parse(pool, "Contact", &super::string::lend(&contact)).ok_or_else(|| bad("Contact"))?;
                sys::pjsip_msg_add_hdr(msg, header.cast());
                Ok(())
            })();
            if let Err(e) = parts {
                sys::pjsip_tx_data_dec_ref(tdata);
                return Err(e);
            }
            sys::pjsua_process_msg_data(tdata, extra.as_ptr());
            check(op, "cannot send the request", send(tdata, id))
        }
    }
}

/// # Safety
/// A live message.
unsafe fn find(msg: *mut sys::pjsip_msg, kind: sys::pjsip_hdr_e) -> *mut c_void {
    // SAFETY: the caller vouches for it.
    unsafe { sys::pjsip_msg_find_hdr(msg, kind, std::ptr::null()) }
}

/// Puts a parsed header into the place of the message's own.
///
/// # Safety
/// A live message and its pool.
unsafe fn replace(
    pool: *mut sys::pj_pool_t,
    msg: *mut sys::pjsip_msg,
    kind: sys::pjsip_hdr_e,
    name: &str,
    value: &str,
) -> Option<()> {
    // SAFETY: the caller vouches for the message; both headers are nodes of PJSIP's lists.
    unsafe {
        let new = parse(pool, name, value)?;
        let old = find(msg, kind);
        if old.is_null() {
            sys::pjsip_msg_add_hdr(msg, new.cast());
        } else {
            sys::pj_list_insert_after(old.cast(), new.cast());
            sys::pj_list_erase(old.cast());
        }
        Some(())
    }
}

/// # Safety
/// A live pool.
unsafe fn parse(pool: *mut sys::pj_pool_t, name: &str, value: &str) -> Option<*mut c_void> {
    let name = Text::new(name);
    let value = Text::new(value);
    // SAFETY: the caller vouches for the pool. PJSIP's parser keeps pointers into the value, so it gets a copy of the pool's, with
    // the terminator it wants to see.
    let header = unsafe {
        let mut copy = std::mem::zeroed::<sys::pj_str_t>();
        sys::pj_strdup_with_null(pool, &mut copy, &value.pj());
        sys::pjsip_parse_hdr(pool, &name.pj(), copy.ptr, copy.slen as usize, std::ptr::null_mut())
    };
    (!header.is_null()).then_some(header)
}

/// Offers the engine a request that no dialog of PJSIP's is for; whether it was dealt with.
///
/// # Safety
/// A request PJSIP is delivering right now, without dialog and transaction.
pub(super) unsafe fn outside(rdata: *mut sys::pjsip_rx_data, method: &str) -> bool {
    if !matches!(method, "SUBSCRIBE" | "NOTIFY" | "MESSAGE") {
        return false;
    }
    // SAFETY: the caller vouches for the request.
    unsafe {
        let (Some(engine), Some(message)) = (engine::current(), received(rdata)) else {
            return false;
        };
        if method == "MESSAGE" && message.to_tag().is_some() {
            return false;
        }
        let account = sys::pjsua_acc_find_for_incoming(rdata);
        let reply = match method {
            "MESSAGE" => Some(engine.message_received(account, message)),
            "NOTIFY" => engine.event_notify(account, message),
            _ => engine.event_subscribe(account, message),
        };
        let Some(reply) = reply else { return false };
        respond(rdata, account, &reply);
        if let Some(then) = reply.then {
            then(&engine);
        }
        true
    }
}

/// Sends an answer. What cannot be sent is freed, and its transaction with it.
///
/// # Safety
/// A live server transaction and a response to its request, which is given away.
pub(super) unsafe fn send_response(tsx: *mut sys::pjsip_transaction, tdata: *mut sys::pjsip_tx_data) -> i32 {
    // SAFETY: the caller vouches for both; PJSIP gives the response back only when it fails.
    unsafe {
        let status = sys::pjsip_tsx_send_msg(tsx, tdata);
        if status != sys::PJ_SUCCESS {
            sys::pjsip_tx_data_dec_ref(tdata);
            sys::pjsip_tsx_terminate(tsx, 500);
        }
        status
    }
}

/// Answers with a transaction, which absorbs repetitions.
///
/// # Safety
/// As [`outside`].
unsafe fn respond(rdata: *mut sys::pjsip_rx_data, account: i32, reply: &Reply) {
    let additions = Additions::headers(reply.headers.clone());
    let extra = MsgData::new(&additions);
    // SAFETY: the caller vouches for the request; texts are copied into the response, which is PJSIP's once it is sent.
    let status = unsafe {
        let mut tdata = std::ptr::null_mut();
        let mut status = sys::pjsip_endpt_create_response(
            sys::pjsua_get_pjsip_endpt(),
            rdata,
            c_int::from(reply.code.code()),
            std::ptr::null(),
            &mut tdata,
        );
        if status == sys::PJ_SUCCESS {
            let (pool, msg) = ((*tdata).pool, (*tdata).msg);
            if let (Some(tag), Some(to)) = (
                &reply.to_tag,
                find(msg, sys::PJSIP_H_TO).cast::<sys::pjsip_to_hdr>().as_mut(),
            ) {
                sys::pj_strdup(pool, &mut to.tag, &Text::new(tag).pj());
            }
            if reply.contact {
                let mut contact = std::mem::zeroed::<sys::pj_str_t>();
                if sys::pjsua_acc_create_uas_contact(pool, &mut contact, account, rdata) == sys::PJ_SUCCESS
                    && let Some(header) = parse(pool, "Contact", &super::string::lend(&contact))
                {
                    sys::pjsip_msg_add_hdr(msg, header.cast());
                }
            }
            sys::pjsua_process_msg_data(tdata, extra.as_ptr());
            let mut tsx = std::ptr::null_mut();
            status = sys::pjsip_tsx_create_uas2(super::transfer::module(), rdata, std::ptr::null_mut(), &mut tsx);
            if status == sys::PJ_SUCCESS {
                sys::pjsip_tsx_recv_msg(tsx, rdata);
                status = send_response(tsx, tdata);
            } else {
                sys::pjsip_tx_data_dec_ref(tdata);
            }
        }
        status
    };
    if let Err(e) = check("answer", "cannot answer", status) {
        tracing::debug!(target: "microsip", "{e}");
    }
}
