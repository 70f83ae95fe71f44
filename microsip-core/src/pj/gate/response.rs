//! Responses: those that may reach their transaction, and one of PJSIP's that is put right.

use pjsip_sys as sys;

use super::content::{addresses_are_known, body_fits, drop_body};
use super::headers::{contact_is_sip, repeated, routes_are_sip};
use crate::engine;
use crate::pj::address::source;
use crate::pj::boundary::boundary;
use crate::pj::broken::interrupt_ping;
use crate::pj::string::lend;

/// Nonzero: the response goes no further.
pub(super) unsafe extern "C" fn on_response(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_gate_response", 0, || {
        interrupt_ping();
        // SAFETY: PJSIP's own pointer, inside its callback, to a response it has parsed.
        unsafe { i32::from(!is_usable(&mut *rdata)) }
    })
}

/// Whether a response may reach its transaction.
pub(super) unsafe fn is_usable(r: &mut sys::pjsip_rx_data) -> bool {
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
        let code = (*r.msg_info.msg).line.status.code;
        let invite = (*r.msg_info.cseq).method.id == sys::PJSIP_INVITE_METHOD;
        if !addresses_are_known(r) {
            drop_body(r);
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
pub(super) unsafe extern "C" fn on_answer(tdata: *mut sys::pjsip_tx_data) -> sys::pj_status_t {
    boundary("on_gate_answer", (), || {
        // SAFETY: PJSIP's own pointer, inside its callback, to a response that is not printed yet. The new reason is static.
        unsafe {
            let msg = (*tdata).msg;
            if matches!((*msg).line.status.code, 300..=399 | 485) {
                // Other places are named by generic headers; PJSIP's own would send the caller here again.
                loop {
                    let own = sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_CONTACT, std::ptr::null());
                    if own.is_null() {
                        break;
                    }
                    sys::pj_list_erase(own);
                }
            }
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
