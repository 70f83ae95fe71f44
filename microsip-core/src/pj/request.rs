//! Requests of the application, outside of dialogs and inside, and INFO that comes in.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use pjsip_sys as sys;

use super::account::{fill_credential, in_order};
use super::boundary::boundary;
use super::message::{self, MsgData};
use super::status::{Outcome, check};
use super::string::{Text, to_string};
use super::{Pj, auth, offer, pager, trace};
use crate::account::Credential;
use crate::engine;
use crate::sip::{Additions, Message, StatusCode};
use crate::{Error, ErrorKind, Result};

/// Whose credentials answer a challenge.
#[derive(Debug)]
pub(crate) enum Challenged {
    /// Those of PJSUA's account.
    Account(i32),
    /// What an account that is gone has left for its last requests.
    Left(Vec<Credential>),
}

/// The method of this name. The text must outlive it.
pub(super) fn method_of(name: &Text) -> sys::pjsip_method {
    let mut method = MaybeUninit::<sys::pjsip_method>::zeroed();
    let mut text = name.pj();
    // SAFETY: initialised by PJSIP, which keeps the pointer into `name` (the caller's duty).
    unsafe {
        sys::pjsip_method_init_np(method.as_mut_ptr(), &mut text);
        method.assume_init()
    }
}

impl Pj {
    /// Sends a request outside of a dialog; the answer comes with `id`.
    pub(crate) fn request_send(
        &self,
        op: &'static str,
        account: i32,
        id: u64,
        method: &str,
        target: &str,
        additions: &Additions,
    ) -> Result<()> {
        let (name, target_text) = (Text::new(method), Text::new(target));
        let method = method_of(&name);
        let extra = MsgData::new(additions);
        let mut tdata = std::ptr::null_mut();
        // SAFETY: engine thread; PJSIP copies method, target and additions into the message, and takes the message over.
        let status = unsafe {
            let made = sys::pjsua_acc_create_request(account, &method, &target_text.pj(), &mut tdata);
            if made == sys::PJ_SUCCESS {
                sys::pjsua_process_msg_data(tdata, extra.as_ptr());
                if additions.congestion_safe {
                    pager::mark(tdata);
                }
                send(tdata, id)
            } else {
                made
            }
        };
        check(op, "cannot send the request", status)
    }

    /// Sends the request again, with credentials for the challenge; whether there was anything to answer it with.
    ///
    /// # Safety
    /// `event` must be the one `on_response` was called with, during that callback.
    unsafe fn answer_challenge(who: &Challenged, id: u64, event: *const sys::pjsip_event) -> bool {
        let mut texts = Vec::new();
        let mut text = |value: &str| {
            let text = Text::new(value);
            let lent = text.pj();
            texts.push(text);
            lent
        };
        // SAFETY: the caller vouches for the event, which is a final response to a transaction; its pool outlives the session,
        // which is used within this call only and copies the credentials. PJSUA's account is checked; a credential of zeros is valid.
        unsafe {
            let change = (*event).body.tsx_state;
            let mut own: Vec<sys::pjsip_cred_info> = Vec::new();
            let (count, credentials) = match who {
                Challenged::Account(account) => {
                    if sys::pjsua_acc_is_valid(*account) == 0 {
                        return false;
                    }
                    let settings = (*sys::pjsua_get_var()).acc.as_ptr().add(*account as usize);
                    ((*settings).cred_cnt as i32, (*settings).cred.as_ptr())
                }
                Challenged::Left(credentials) => {
                    for credential in in_order(credentials) {
                        let mut place = MaybeUninit::<sys::pjsip_cred_info>::zeroed().assume_init();
                        fill_credential(&mut place, credential, &mut text);
                        own.push(place);
                    }
                    (own.len() as i32, own.as_ptr())
                }
            };
            let mut session = Box::new(MaybeUninit::<sys::pjsip_auth_clt_sess>::zeroed());
            let endpoint = sys::pjsua_get_pjsip_endpt();
            sys::pjsip_auth_clt_init(session.as_mut_ptr(), endpoint, (*change.tsx).pool, 0);
            sys::pjsip_auth_clt_set_credentials(session.as_mut_ptr(), count, credentials);
            let mut tdata = std::ptr::null_mut();
            let status = sys::pjsip_auth_clt_reinit_req(
                session.as_mut_ptr(),
                change.src.rdata,
                (*change.tsx).last_tx,
                &mut tdata,
            );
            if status != sys::PJ_SUCCESS {
                return false;
            }
            // RFC 3261 §8.1.3.5: a new request, so a new number. PJSIP leaves it to its dialogs.
            let cseq = sys::pjsip_msg_find_hdr((*tdata).msg, sys::PJSIP_H_CSEQ, std::ptr::null());
            if let Some(cseq) = cseq.cast::<sys::pjsip_cseq_hdr>().as_mut() {
                cseq.cseq += 1;
            }
            send(tdata, id) == sys::PJ_SUCCESS
        }
    }

    /// Sends a request inside a call's dialog; the answer comes with `id`.
    pub(crate) fn call_request(
        &self,
        op: &'static str,
        slot: i32,
        id: u64,
        method: &str,
        additions: &Additions,
    ) -> Result<()> {
        let name = Text::new(method);
        let method = method_of(&name);
        let extra = MsgData::new(additions);
        let mut tdata = std::ptr::null_mut();
        // SAFETY: engine thread; an active call has a dialog. PJSIP copies what it keeps and takes the message over.
        let status = unsafe {
            if sys::pjsua_call_is_active(slot) != sys::PJ_TRUE {
                return Err(Error::new(ErrorKind::Gone, op, "the call has ended"));
            }
            let inv = (*(*sys::pjsua_get_var()).calls.add(slot as usize)).inv;
            let dialog = (*inv).dlg;
            if (*dialog).state != sys::PJSIP_DIALOG_STATE_ESTABLISHED && (*inv).state < sys::PJSIP_INV_STATE_EARLY {
                return Err(Error::new(
                    ErrorKind::WrongState,
                    op,
                    "the peer has not answered yet, so there is no dialog to send in",
                ));
            }
            sys::pjsip_dlg_inc_lock(dialog);
            let mut status = sys::pjsip_dlg_create_request(dialog, &method, -1, &mut tdata);
            if status == sys::PJ_SUCCESS {
                sys::pjsua_process_msg_data(tdata, extra.as_ptr());
                if additions.congestion_safe {
                    pager::mark(tdata);
                }
                status = sys::pjsip_dlg_send_request(dialog, tdata, trace::module_id(), token(id));
            }
            sys::pjsip_dlg_dec_lock(dialog);
            status
        };
        check(op, "cannot send the request", status)
    }
}

/// A request's number as the pointer PJSIP hands back.
fn token(id: u64) -> *mut c_void {
    std::ptr::without_provenance_mut(id as usize)
}

/// # Safety
/// `tdata` must be a request PJSIP has just made.
pub(super) unsafe fn send(tdata: *mut sys::pjsip_tx_data, id: u64) -> i32 {
    // SAFETY: the caller vouches for the message, which is PJSIP's from now on; −1: the transaction's own timer only.
    unsafe { sys::pjsip_endpt_send_request(sys::pjsua_get_pjsip_endpt(), tdata, -1, token(id), Some(on_response)) }
}

/// What became of a transaction.
///
/// # Safety
/// `event` must be PJSIP's own pointer, about a transaction's state, inside its callback.
unsafe fn outcome(event: *const sys::pjsip_event) -> (Outcome, Option<Message>) {
    // SAFETY: the caller vouches for it; which union member is set follows from the types checked.
    unsafe {
        let change = (*event).body.tsx_state;
        let tsx = &*change.tsx;
        let broken = change.type_ == sys::PJSIP_EVENT_TRANSPORT_ERROR;
        let message = message::behind(event);
        let outcome = Outcome {
            code: StatusCode::clamped(tsx.status_code),
            reason: to_string(&tsx.status_text),
            pj_status: if broken { tsx.transport_err } else { 0 },
            from_peer: change.type_ == sys::PJSIP_EVENT_RX_MSG,
            challenges: message.as_ref().map(auth::challenges).unwrap_or_default(),
            credentials_sent: auth::in_request(tsx),
        };
        (outcome, message)
    }
}

/// A request outside of a dialog has its final answer, or will have none.
unsafe extern "C" fn on_response(token: *mut c_void, event: *mut sys::pjsip_event) {
    boundary("on_response", (), || {
        // SAFETY: PJSIP's own pointer, inside its callback.
        unsafe {
            if (*event).type_ != sys::PJSIP_EVENT_TSX_STATE || (*(*event).body.tsx_state.tsx).status_code < 200 {
                return;
            }
            let Some(engine) = engine::current() else { return };
            let id = token.addr() as u64;
            let (outcome, message) = outcome(event);
            if outcome.from_peer
                && matches!(outcome.code.code(), 401 | 407)
                && let Some(who) = engine.request_challenged(id)
                && Pj::answer_challenge(&who, id, event)
            {
                return;
            }
            engine.request_answered(id, outcome, message);
        }
    });
}

/// A transaction of a call changed its state: ours has its answer, or INFO came in.
pub(super) unsafe extern "C" fn on_call_tsx_state(
    slot: sys::pjsua_call_id,
    tsx: *mut sys::pjsip_transaction,
    event: *mut sys::pjsip_event,
) {
    boundary("on_call_tsx_state", (), || {
        // SAFETY: PJSUA's own pointers, inside its callback.
        unsafe {
            let (Some(t), Some(e)) = (tsx.as_ref(), event.as_ref()) else {
                return;
            };
            if e.type_ != sys::PJSIP_EVENT_TSX_STATE {
                return;
            }
            if t.role == sys::PJSIP_ROLE_UAC {
                if t.status_code >= 200 && t.state >= sys::PJSIP_TSX_STATE_COMPLETED {
                    own_answered(slot, tsx, event);
                }
            } else if t.state == sys::PJSIP_TSX_STATE_TRYING {
                match &*to_string(&t.method.name) {
                    "INFO" => info_received(slot, tsx, event),
                    "MESSAGE" => pager::in_call(slot, tsx, event),
                    _ => {}
                }
            }
            if let Some((engine, change)) = engine::current().zip(offer::transaction(slot, tsx, event)) {
                engine.call_transaction(slot, change);
            }
        }
    });
}

/// # Safety
/// As for [`on_call_tsx_state`].
unsafe fn own_answered(slot: i32, tsx: *mut sys::pjsip_transaction, event: *const sys::pjsip_event) {
    let Some(engine) = engine::current() else { return };
    // SAFETY: the caller vouches for the pointers; the module's number is a place in `mod_data` once it is registered.
    let (id, method) = unsafe {
        let Ok(place) = usize::try_from(trace::module_id()) else {
            return;
        };
        let place = &mut (*tsx).mod_data[place];
        let id = std::mem::replace(place, std::ptr::null_mut()).addr() as u64;
        (id, to_string(&(*tsx).method.name))
    };
    // Sent again with credentials by the dialog: a transaction of its own, without our mark.
    let id = if id == 0 {
        engine.call_request_of(slot, &method)
    } else {
        Some(id)
    };
    if let Some(id) = id {
        // SAFETY: as above.
        let (outcome, message) = unsafe { outcome(event) };
        engine.request_answered(id, outcome, message);
    }
}

/// # Safety
/// As for [`on_call_tsx_state`], with a request that waits for its answer.
unsafe fn info_received(slot: i32, tsx: *mut sys::pjsip_transaction, event: *const sys::pjsip_event) {
    // SAFETY: the caller vouches for the pointers.
    let Some(message) = (unsafe { message::behind(event) }) else {
        return;
    };
    // Trickled candidates are PJSUA's.
    if message.content_type() == "application/trickle-ice-sdpfrag" {
        return;
    }
    let Some(engine) = engine::current() else { return };
    let code = engine.call_info_received(slot, message);
    // SAFETY: as above; the response is PJSIP's once it is sent. PJSUA looks at the transaction's state afterwards and sees
    // that it is answered.
    unsafe {
        let rdata = (*event).body.tsx_state.src.rdata;
        let mut response = std::ptr::null_mut();
        let made = sys::pjsip_endpt_create_response(
            sys::pjsua_get_pjsip_endpt(),
            rdata,
            i32::from(code.code()),
            std::ptr::null(),
            &mut response,
        );
        if made == sys::PJ_SUCCESS {
            let sent = super::events::send_response(tsx, response);
            if let Err(e) = check("answer INFO", "cannot answer", sent) {
                tracing::warn!(target: "microsip", "{e}");
            }
        }
    }
}
