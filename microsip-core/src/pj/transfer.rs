//! REFER, its NOTIFYs and `Replaces` on PJSIP's side: a module of ours that stands before PJSIP's dialogs.
//!
//! PJSUA's own transfer code is not used: it wants its answer at once, gives the subscription up silently when a NOTIFY is
//! not what it expects, and mixes up the subscriptions of two REFERs in one dialog. The module here is a usage of every dialog
//! a REFER comes through, and sees requests and transactions before PJSUA does; what it has answered PJSUA leaves alone.

use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering;

use pjsip_sys as sys;

use super::boundary::boundary;
use super::dialog::{Dialog, DialogKey, MODULE};
use super::message::{MsgData, behind, received};
use super::status::{Outcome, check};
use super::string::{Text, to_string};
use crate::Result;
use crate::engine::{self, Engine};
use crate::sip::{Additions, Headers, Message, StatusCode};

static NAME: &[u8] = b"mod-microsip-transfer\0";

/// The module; PJSIP keeps a pointer to it until its endpoint is destroyed.
pub(super) struct Transfers {
    module: *mut sys::pjsip_module,
}

impl Transfers {
    /// Registers the module.
    pub(super) fn start() -> Result<Transfers> {
        // SAFETY: engine thread. All-zero is PJSIP's own way to say "no function"; the memory stays in place until
        // `drop`, which runs after PJSUA is destroyed.
        unsafe {
            let module = Box::into_raw(Box::new(std::mem::zeroed::<sys::pjsip_module>()));
            let transfers = Transfers { module };
            let m = &mut *module;
            m.name = sys::pj_str_t {
                ptr: NAME.as_ptr().cast_mut().cast(),
                slen: (NAME.len() - 1) as _,
            };
            m.id = -1;
            // After transactions, which absorb repetitions, and before dialogs; as dialog usage before the INVITE's.
            m.priority = sys::PJSIP_MOD_PRIORITY_UA_PROXY_LAYER as c_int - 1;
            m.on_rx_request = Some(on_dialog_request);
            m.on_tsx_state = Some(on_dialog_state);
            let status = sys::pjsip_endpt_register_module(sys::pjsua_get_pjsip_endpt(), module);
            check("start endpoint", "cannot register the transfer module", status)?;
            MODULE.store(module, Ordering::Release);
            Ok(transfers)
        }
    }
}

impl Drop for Transfers {
    fn drop(&mut self) {
        MODULE.store(std::ptr::null_mut(), Ordering::Release);
        // SAFETY: made by Box in `start`; PJSIP has let go of it.
        drop(unsafe { Box::from_raw(self.module) });
    }
}

/// The module, for transactions of ours.
pub(super) fn module() -> *mut sys::pjsip_module {
    MODULE.load(Ordering::Acquire)
}

/// What to do once a request is answered.
pub(crate) type Then = Box<dyn FnOnce(&Engine)>;

/// How to answer a request.
pub(crate) struct Answer {
    pub(crate) code: StatusCode,
    pub(crate) headers: Headers,
    pub(crate) then: Option<Then>,
}

impl Answer {
    pub(crate) fn code(code: StatusCode) -> Answer {
        Answer {
            code,
            headers: Headers::new(),
            then: None,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Answer {
        self.headers.push(name, value);
        self
    }

    pub(crate) fn then(mut self, then: impl FnOnce(&Engine) + 'static) -> Answer {
        self.then = Some(Box::new(then));
        self
    }
}

/// Whose REFER it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Referrer {
    /// The peer of PJSUA's call at this index.
    Call(i32),
    /// Somebody without a call; PJSUA's account.
    Account(i32),
    /// In a dialog that is no call any more.
    Nobody,
}

/// A request came in. As the module's function: before dialogs and PJSUA see it. As a dialog usage's: nothing, the transaction's
/// state brings it.
unsafe extern "C" fn on_dialog_request(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_dialog_request", 0, || {
        // SAFETY: PJSIP's own pointer, inside its callback; a parsed message has the headers looked at.
        unsafe {
            if !sys::pjsip_rdata_get_dlg(rdata).is_null() {
                return 0;
            }
            let msg = (*rdata).msg_info.msg;
            let method = to_string(&(*msg).line.req.method.name);
            if (*(*rdata).msg_info.to).tag.slen > 0 {
                i32::from(inside_a_dialog(rdata, &method))
            } else {
                i32::from(outside_a_dialog(rdata, &method))
            }
        }
    })
}

/// Whether it was dealt with.
///
/// # Safety
/// A request PJSIP is delivering right now.
unsafe fn inside_a_dialog(rdata: *mut sys::pjsip_rx_data, method: &str) -> bool {
    // SAFETY: the caller vouches for the request.
    unsafe {
        let replaces = method == "INVITE" && has_replaces(rdata);
        let about_refer = match method {
            "REFER" => true,
            "NOTIFY" | "SUBSCRIBE" => received(rdata).is_some_and(|m| about_refer(&m)),
            _ => false,
        };
        if !replaces && !about_refer {
            return super::events::outside(rdata, method);
        }
        let info = &(*rdata).msg_info;
        let dialog = sys::pjsip_ua_find_dialog(&(*info.cid).id, &(*info.to).tag, &(*info.from).tag, 0);
        if dialog.is_null() {
            return false;
        }
        if replaces {
            // RFC 3891 §4: only an INVITE that begins a dialog may have it.
            respond(rdata, &Answer::code(crate::sip::refer::codes::BAD_REQUEST));
            return true;
        }
        let status = sys::pjsip_dlg_add_usage(dialog, MODULE.load(Ordering::Acquire), std::ptr::null_mut());
        if let Err(e) = check("transfer", "cannot use the dialog", status) {
            tracing::warn!(target: "microsip", "{e}");
        }
        false
    }
}

/// Whether a NOTIFY or SUBSCRIBE is about the package `refer`; one without `Event` inside a call is nobody else's.
fn about_refer(message: &Message) -> bool {
    crate::sip::refer::Subscription::read(message).is_some() || message.header("Event").is_none()
}

/// Whether it was dealt with.
///
/// # Safety
/// A request PJSIP is delivering right now.
unsafe fn outside_a_dialog(rdata: *mut sys::pjsip_rx_data, method: &str) -> bool {
    // SAFETY: the caller vouches for the request.
    unsafe {
        if method == "REFER" {
            return refer_outside(rdata);
        }
        if super::events::outside(rdata, method) {
            return true;
        }
        // In anything but an INVITE the gate refuses it.
        let (true, Some(engine)) = (method == "INVITE" && has_replaces(rdata), engine::current()) else {
            return false;
        };
        let Some(message) = received(rdata) else {
            return false;
        };
        let verdict = engine.replaces_verdict(&message);
        match verdict {
            Ok(()) => {
                // PJSUA must not see it: it would take the call by itself.
                while let Some(header) = find_header(rdata, "Replaces") {
                    sys::pj_list_erase(header.cast());
                }
                false
            }
            Err(code) => {
                respond(rdata, &Answer::code(code));
                true
            }
        }
    }
}

/// # Safety
/// A request PJSIP is delivering right now.
unsafe fn find_header(rdata: *mut sys::pjsip_rx_data, name: &str) -> Option<*mut c_void> {
    let name = Text::new(name);
    // SAFETY: the caller vouches for the request; the name lives until after the call.
    let found = unsafe { sys::pjsip_msg_find_hdr_by_name((*rdata).msg_info.msg, &name.pj(), std::ptr::null()) };
    (!found.is_null()).then_some(found)
}

/// Whether a request has `Replaces`: looked for in the bytes, as PJSIP drops a header it cannot parse; nearly no request has it.
///
/// # Safety
/// A request PJSIP is delivering right now.
pub(super) unsafe fn has_replaces(rdata: *const sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for the request.
    unsafe { has_line(rdata, b"replaces") && received(rdata).is_some_and(|m| m.headers().contains("Replaces")) }
}

/// Whether a line of the message begins with this name.
///
/// # Safety
/// A request PJSIP is delivering right now.
unsafe fn has_line(rdata: *const sys::pjsip_rx_data, name: &[u8]) -> bool {
    // SAFETY: the caller vouches for the request; it was parsed, so its buffer holds `len` bytes.
    let bytes = unsafe {
        let info = &(*rdata).msg_info;
        std::slice::from_raw_parts(info.msg_buf.cast::<u8>(), info.len.max(0) as usize)
    };
    let begins = |line: &[u8]| {
        line.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    bytes.split(|byte| *byte == b'\n').any(begins)
}

/// Answers a request that belongs to no dialog.
///
/// # Safety
/// A request PJSIP is delivering right now, without transaction.
unsafe fn respond(rdata: *mut sys::pjsip_rx_data, answer: &Answer) {
    // SAFETY: the caller vouches for the request; PJSIP makes transaction and response.
    let status = unsafe {
        sys::pjsip_endpt_respond(
            sys::pjsua_get_pjsip_endpt(),
            std::ptr::null_mut(),
            rdata,
            c_int::from(answer.code.code()),
            std::ptr::null(),
            std::ptr::null(),
            std::ptr::null(),
            std::ptr::null_mut(),
        )
    };
    if let Err(e) = check("transfer", "cannot answer", status) {
        tracing::debug!(target: "microsip", "{e}");
    }
}

/// A REFER outside any dialog: refused, or a dialog is begun for it. Whether it was dealt with.
///
/// # Safety
/// A request PJSIP is delivering right now, without dialog and transaction.
unsafe fn refer_outside(rdata: *mut sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for the request; the engine's thread. The dialog is locked from its making to `dec_lock`.
    unsafe {
        let (Some(engine), Some(message)) = (engine::current(), received(rdata)) else {
            return false;
        };
        let account = sys::pjsua_acc_find_for_incoming(rdata);
        if let Err(code) = engine.refer_outside_verdict(account, &message) {
            respond(rdata, &Answer::code(code));
            return true;
        }
        let mut contact = std::mem::zeroed::<sys::pj_str_t>();
        let mut dialog = std::ptr::null_mut();
        let mut status = sys::pjsua_acc_create_uas_contact((*rdata).tp_info.pool, &mut contact, account, rdata);
        if status == sys::PJ_SUCCESS {
            status = sys::pjsip_dlg_create_uas_and_inc_lock(sys::pjsip_ua_instance(), rdata, &contact, &mut dialog);
        }
        if check("transfer", "cannot begin a dialog", status).is_err() {
            // No Contact in the request, most likely.
            respond(rdata, &Answer::code(crate::sip::refer::codes::BAD_REQUEST));
            return true;
        }
        let acc = &*(&raw const (*sys::pjsua_get_var()).acc)
            .cast::<sys::pjsua_acc>()
            .add(account as usize);
        if acc.cred_cnt > 0 {
            sys::pjsip_auth_clt_set_credentials(&mut (*dialog).auth_sess, acc.cred_cnt as c_int, acc.cred.as_ptr());
        }
        let tsx = sys::pjsip_rdata_get_tsx(rdata);
        let answer = match Dialog::keep(dialog) {
            Ok(kept) => engine.refer_received(Referrer::Account(account), kept, message),
            Err(_) => Answer::code(StatusCode::SERVICE_UNAVAILABLE),
        };
        answer_in_dialog(dialog, tsx, rdata, answer);
        sys::pjsip_dlg_dec_lock(dialog);
        true
    }
}

/// Answers a request of a dialog, then does what is to be done after.
///
/// # Safety
/// Engine thread; a live dialog, its transaction and the request of it that PJSIP is delivering right now.
unsafe fn answer_in_dialog(
    dialog: *mut sys::pjsip_dialog,
    tsx: *mut sys::pjsip_transaction,
    rdata: *mut sys::pjsip_rx_data,
    answer: Answer,
) {
    let additions = Additions::headers(answer.headers);
    let extra = MsgData::new(&additions);
    let mut tdata = std::ptr::null_mut();
    let code = c_int::from(answer.code.code());
    // SAFETY: the caller vouches for the pointers; the headers are copied into the response.
    let status = unsafe {
        let made = sys::pjsip_dlg_create_response(dialog, rdata, code, std::ptr::null(), &mut tdata);
        if made == sys::PJ_SUCCESS {
            sys::pjsua_process_msg_data(tdata, extra.as_ptr());
            sys::pjsip_dlg_send_response(dialog, tsx, tdata)
        } else {
            made
        }
    };
    if let Err(e) = check("transfer", "cannot answer", status) {
        tracing::debug!(target: "microsip", "{e}");
    }
    if let (Some(then), Some(engine)) = (answer.then, engine::current()) {
        then(&engine);
    }
}

/// A transaction changed its state in a dialog that a REFER came or went through.
unsafe extern "C" fn on_dialog_state(tsx: *mut sys::pjsip_transaction, event: *mut sys::pjsip_event) {
    boundary("on_dialog_state", (), || {
        // SAFETY: PJSIP's own pointers, inside its callback; transactions and their events come from a dialog, which lives.
        unsafe {
            let dialog = sys::pjsip_tsx_get_dlg(tsx);
            let (Some(engine), false) = (engine::current(), dialog.is_null()) else {
                return;
            };
            let change = &(*event).body.tsx_state;
            let method = to_string(&(*tsx).method.name);
            if (*tsx).role == sys::PJSIP_ROLE_UAS {
                if (*tsx).state == sys::PJSIP_TSX_STATE_TRYING && change.type_ == sys::PJSIP_EVENT_RX_MSG {
                    request(&engine, dialog, tsx, change.src.rdata, &method);
                }
            } else if method == "REFER" || method == "NOTIFY" {
                answered(&engine, dialog, tsx, event, &method);
            }
        }
    });
}

/// A request of the peer.
///
/// # Safety
/// As `answer_in_dialog`.
unsafe fn request(
    engine: &Engine,
    dialog: *mut sys::pjsip_dialog,
    tsx: *mut sys::pjsip_transaction,
    rdata: *mut sys::pjsip_rx_data,
    method: &str,
) {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        let Some(message) = received(rdata) else { return };
        let key = DialogKey(dialog as usize);
        let answer = match method {
            "REFER" => match Dialog::keep(dialog) {
                Ok(kept) => engine.refer_received(referrer(dialog), kept, message),
                Err(_) => Answer::code(StatusCode::SERVICE_UNAVAILABLE),
            },
            "NOTIFY" if about_refer(&message) => engine.notify_received(key, message),
            "SUBSCRIBE" if about_refer(&message) => engine.subscribe_received(key, &message),
            _ => return,
        };
        answer_in_dialog(dialog, tsx, rdata, answer);
    }
}

/// # Safety
/// Engine thread; a live dialog.
unsafe fn referrer(dialog: *mut sys::pjsip_dialog) -> Referrer {
    // SAFETY: PJSUA's own data of a dialog is null or points into its array of calls, whose index is read back; the slot may
    // serve another call by now.
    unsafe {
        let var = sys::pjsua_get_var();
        let data = (*dialog).mod_data[(*var).mod_.id as usize].cast::<sys::pjsua_call>();
        let Some(call) = data.as_ref() else {
            return Referrer::Nobody;
        };
        let same = call.inv.as_ref().is_some_and(|inv| inv.dlg == dialog);
        if same && call.hanging_up == 0 {
            Referrer::Call(call.index as i32)
        } else {
            Referrer::Nobody
        }
    }
}

/// A REFER or NOTIFY of ours moved on.
///
/// # Safety
/// As `on_dialog_state`, with the transaction's dialog.
unsafe fn answered(
    engine: &Engine,
    dialog: *mut sys::pjsip_dialog,
    tsx: *mut sys::pjsip_transaction,
    event: *mut sys::pjsip_event,
    method: &str,
) {
    let module = MODULE.load(Ordering::Acquire);
    // SAFETY: the caller vouches for the pointers; the module is registered.
    unsafe {
        let change = &(*event).body.tsx_state;
        let place = &mut (*tsx).mod_data[(*module).id as usize];
        if place.is_null() {
            if (*tsx).state == sys::PJSIP_TSX_STATE_CALLING {
                // The INVITE's usage sends a request again with credentials; that is still ours.
                let key = DialogKey(dialog as usize);
                let token = engine.transfer_repeated(key, method == "REFER", (*tsx).cseq as u32);
                *place = token.unwrap_or(0) as usize as *mut c_void;
            }
            return;
        }
        let token = *place as usize as u64;
        let completed = (*tsx).state == sys::PJSIP_TSX_STATE_COMPLETED
            || ((*tsx).state == sys::PJSIP_TSX_STATE_TERMINATED
                && change.prev_state != sys::PJSIP_TSX_STATE_COMPLETED as c_int);
        if !completed {
            return;
        }
        let outcome = Outcome {
            code: StatusCode::clamped((*tsx).status_code),
            reason: to_string(&(*tsx).status_text),
            pj_status: if change.type_ == sys::PJSIP_EVENT_TRANSPORT_ERROR {
                change.src.status
            } else {
                0
            },
            from_peer: change.type_ == sys::PJSIP_EVENT_RX_MSG,
            challenges: super::message::behind(event)
                .as_ref()
                .map(super::auth::challenges)
                .unwrap_or_default(),
            credentials_sent: super::auth::in_request(&*tsx),
        };
        if method == "NOTIFY" && matches!((*tsx).status_code, 408 | 481) || (*tsx).status_code == 408 {
            // The INVITE's usage would end the call for it; the subscription, or this request, is all that is over
            // (RFC 5057 §5.1).
            (*tsx).status_code = 500;
        }
        let challenged = matches!(outcome.code.code(), 401 | 407) && outcome.from_peer;
        if challenged && sys::pjsip_dlg_get_inv_session(dialog).is_null() {
            // Nobody else answers the challenge here.
            let mut again = std::ptr::null_mut();
            let auth = &mut (*dialog).auth_sess;
            let status = sys::pjsip_auth_clt_reinit_req(auth, change.src.rdata, (*tsx).last_tx, &mut again);
            if status == sys::PJ_SUCCESS {
                sys::pjsip_dlg_send_request(dialog, again, -1, std::ptr::null_mut());
            }
        }
        engine.transfer_answered(token, method == "REFER", outcome, behind(event));
    }
}
