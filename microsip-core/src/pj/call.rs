//! Calls in PJSUA.

use std::borrow::Cow;
use std::mem::MaybeUninit;

use pjsip_sys as sys;

use super::Pj;
use super::message::MsgData;
use super::status::{Outcome, check};
use super::string::{Text, lend, to_string};
use crate::call::{CallOptions, CallState};
use crate::redact::redact;
use crate::sip::{Additions, Headers, StatusCode};
use crate::{Error, ErrorKind, Result};

/// What PJSUA knows about a call. The texts are lent: mostly they are known already and need no copy.
#[derive(Debug, Clone)]
pub(crate) struct CallSnapshot<'a> {
    pub(crate) state: CallState,
    pub(crate) outgoing: bool,
    pub(crate) local_uri: Cow<'a, str>,
    pub(crate) remote_uri: Cow<'a, str>,
    pub(crate) remote_contact: Cow<'a, str>,
    pub(crate) sip_call_id: Cow<'a, str>,
    /// Tags of the dialog (RFC 3261 §12); empty until known.
    pub(crate) local_tag: Cow<'a, str>,
    pub(crate) remote_tag: Cow<'a, str>,
    pub(crate) last_status: Option<StatusCode>,
}

/// Why a call is over, as the last SIP event tells.
#[derive(Debug, Clone)]
pub(crate) enum EndHint {
    /// A command of ours.
    Local,
    /// The peer's BYE.
    RemoteBye,
    /// The peer's CANCEL.
    RemoteCancel,
    /// A final answer, a timeout, a broken connection, or a refusal PJSIP sent for us.
    Failed(Outcome),
    /// A BYE that PJSIP sent by itself (one of ours is reported before it is sent): no ACK came, the answer's SDP could
    /// not be used, the session timer ran out, the dialog is unknown over there. The code tells which.
    StackBye(StatusCode),
    /// A CANCEL that PJSIP sent by itself: the answer in a provisional response could not be used.
    StackCancel,
    /// Its media could not be made, and no INVITE was sent. The last status is PJSUA's own.
    NoMedia,
    /// It is gone and nobody told why.
    Lost,
}

impl CallSnapshot<'static> {
    /// For a call PJSUA knows nothing about any more.
    pub(crate) fn lost(state: CallState) -> Self {
        CallSnapshot {
            state,
            outgoing: false,
            local_uri: Cow::Borrowed(""),
            remote_uri: Cow::Borrowed(""),
            remote_contact: Cow::Borrowed(""),
            sip_call_id: Cow::Borrowed(""),
            local_tag: Cow::Borrowed(""),
            remote_tag: Cow::Borrowed(""),
            last_status: None,
        }
    }
}

/// Call settings: one audio stream, no video, no real-time text (PJSUA's default would open two more sockets and a
/// clock thread for it).
pub(super) fn settings() -> MaybeUninit<sys::pjsua_call_setting> {
    let mut settings = MaybeUninit::<sys::pjsua_call_setting>::zeroed();
    // SAFETY: initialised in place; it holds no pointers to itself and may be moved.
    unsafe {
        sys::pjsua_call_setting_default(settings.as_mut_ptr());
        let s = &mut *settings.as_mut_ptr();
        (s.aud_cnt, s.vid_cnt, s.txt_cnt) = (1, 0, 0);
    }
    settings
}

/// The Contact for a call to a `sips:` URI, which must be `sips:` as well (RFC 3261 §8.1.1.8); PJSUA makes it so for accounts
/// that are `sips:` themselves only.
///
/// # Safety
/// Engine thread.
unsafe fn secure_contact(account: i32, uri: &Text, target: &str) -> Option<Text> {
    let bare = crate::sip::uri::bare(target);
    if !bare.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("sips:")) {
        return None;
    }
    // SAFETY: engine thread; the contact lives in the pool, which is released after it was copied.
    unsafe {
        let pool = sys::pjsua_pool_create(c"contact".as_ptr(), 1024, 1024);
        if pool.is_null() {
            return None;
        }
        let mut contact = sys::pj_str_t {
            ptr: std::ptr::null_mut(),
            slen: 0,
        };
        let status = sys::pjsua_acc_create_uac_contact(pool, &mut contact, account, &uri.pj());
        let text = (status == sys::PJ_SUCCESS).then(|| to_string(&contact).replacen("<sip:", "<sips:", 1));
        sys::pj_pool_release(pool);
        text.map(|text| Text::new(&text))
    }
}

impl Pj {
    /// Sends an INVITE; the call's index. Callbacks about the call may come before this returns.
    pub(crate) fn call_make(
        &self,
        op: &'static str,
        account: i32,
        target: &str,
        options: &CallOptions,
        additions: &Additions,
    ) -> Result<i32> {
        let uri = Text::new(target);
        let bare = Text::new(crate::sip::uri::bare(target));
        let mut settings = settings();
        let mut extra = MsgData::new(additions);
        let mut slot = -1;
        // SAFETY: engine thread; strings and settings live until after the call, PJSUA copies them into the dialog.
        let status = unsafe {
            check(
                op,
                &format!(
                    "{:?} is no SIP URI; expected something like sip:user@host",
                    redact(target)
                ),
                sys::pjsua_verify_sip_url(bare.as_ptr()),
            )
            .map_err(|e| Error::invalid(op, e.message().to_owned()).with_pj_status(sys::PJSIP_EINVALIDURI))?;
            let s = &mut *settings.as_mut_ptr();
            if options.late_offer {
                s.flag |= sys::PJSUA_CALL_NO_SDP_OFFER;
            }
            // 0 is the account's.
            s.rel_use = options.reliable.map_or(0, |r| super::account::reliable(r) + 1);
            s.timer_use = options.timers.map_or(0, |t| super::account::timers(t) + 1);
            let secure = secure_contact(account, &uri, target);
            if let Some(contact) = &secure {
                extra.set_contact(contact);
            }
            sys::pjsua_call_make_call(
                account,
                &uri.pj(),
                settings.as_ptr(),
                std::ptr::null_mut(),
                extra.as_ptr(),
                &mut slot,
            )
        };
        check(op, &format!("cannot call {}", redact(target)), status)?;
        Ok(slot)
    }

    /// Answers with a 1xx or 2xx.
    pub(crate) fn call_answer(
        &self,
        op: &'static str,
        slot: i32,
        code: StatusCode,
        phrase: Option<&str>,
        additions: &Additions,
    ) -> Result<()> {
        let settings = settings();
        let (phrase, extra) = (Phrase::new(phrase), MsgData::new(additions));
        // SAFETY: engine thread; PJSUA checks the index and copies the settings.
        let status = unsafe {
            sys::pjsua_call_answer2(
                slot,
                settings.as_ptr(),
                u32::from(code.code()),
                phrase.as_ptr(),
                extra.as_ptr(),
            )
        };
        check(op, &format!("cannot answer with {code}"), status)
    }

    /// Takes headers out of the answer PJSIP keeps: the next one is made from it and would repeat what was said before.
    pub(crate) fn forget_answer_headers(&self, slot: i32, headers: &Headers) {
        // SAFETY: engine thread, a slot of a live call of ours (checked below again). The kept answer is ours to change until
        // `pjsip_inv_answer` prints it anew; it does so itself.
        unsafe {
            if sys::pjsua_call_is_active(slot) != sys::PJ_TRUE {
                return;
            }
            let inv = (*(*sys::pjsua_get_var()).calls.add(slot as usize)).inv;
            let Some(answer) = inv.as_ref().and_then(|inv| inv.last_answer.as_ref()) else {
                return;
            };
            for (name, _) in headers.iter() {
                let text = Text::new(name);
                let found = sys::pjsip_msg_find_hdr_by_name(answer.msg, &text.pj(), std::ptr::null());
                if !found.is_null() {
                    sys::pj_list_erase(found);
                }
            }
        }
    }

    /// Ends the call; `code` rejects an unanswered one, `None` does what the state asks for.
    pub(crate) fn call_hang_up(
        &self,
        op: &'static str,
        slot: i32,
        code: Option<StatusCode>,
        phrase: Option<&str>,
        additions: &Additions,
    ) -> Result<()> {
        let code = code.map_or(0, |c| u32::from(c.code()));
        let (phrase, extra) = (Phrase::new(phrase), MsgData::new(additions));
        // SAFETY: engine thread; PJSUA checks the index and copies what it keeps.
        let status = unsafe { sys::pjsua_call_hangup(slot, code, phrase.as_ptr(), extra.as_ptr()) };
        check(op, "cannot end the call", status)
    }

    /// Whether the peer agreed to `telephone-event`.
    pub(crate) fn takes_rtp_events(&self, slot: i32) -> bool {
        let mut info = MaybeUninit::<sys::pjsua_stream_info>::uninit();
        // SAFETY: engine thread; PJSUA checks the index, and fills the structure when it succeeds. The type tells the union's
        // member.
        unsafe {
            sys::pjsua_call_get_stream_info(slot, 0, info.as_mut_ptr()) == sys::PJ_SUCCESS
                && (*info.as_ptr()).type_ == sys::PJMEDIA_TYPE_AUDIO
                && (*info.as_ptr()).info.aud.tx_event_pt >= 0
        }
    }

    /// Queues DTMF digits as RTP events of `ms` milliseconds each.
    pub(crate) fn call_send_dtmf(&self, op: &'static str, slot: i32, digits: &str, ms: u32) -> Result<()> {
        let digits = Text::new(digits);
        let mut param = MaybeUninit::<sys::pjsua_call_send_dtmf_param>::zeroed();
        // SAFETY: engine thread; the parameters are initialised in place, the digits live until after the call.
        let status = unsafe {
            sys::pjsua_call_send_dtmf_param_default(param.as_mut_ptr());
            let p = &mut *param.as_mut_ptr();
            p.method = sys::PJSUA_DTMF_METHOD_RFC2833;
            p.duration = ms;
            p.digits = digits.pj();
            sys::pjsua_call_send_dtmf(slot, p)
        };
        check(op, "cannot send digits", status).map_err(|e| match status {
            sys::PJMEDIA_RTP_EREMNORFC2833 => Error::new(
                ErrorKind::Unsupported,
                op,
                "the peer did not agree to telephone-event; it takes no digits as RTP events",
            )
            .with_pj_status(status),
            sys::PJ_ETOOMANY => Error::new(
                ErrorKind::LimitReached,
                op,
                "32 digits wait already; send the rest later",
            )
            .with_pj_status(status),
            _ => e,
        })
    }

    /// Lets the next call take this slot if it is free by then. PJSUA goes round all its slots, so that each call finds cold
    /// or untouched memory; our handles do not mind a slot that is used again at once.
    pub(crate) fn prefer_slot(&self, slot: i32) {
        // SAFETY: engine thread; a plain index, taken modulo the slots there are. The slot was PJSUA's own.
        unsafe { (*sys::pjsua_get_var()).next_call_id = slot };
    }

    /// Calls PJSUA still works on, those included that are over for the application but wait for their BYE's answer.
    pub(crate) fn call_count(&self) -> u32 {
        // SAFETY: engine thread.
        unsafe { sys::pjsua_call_get_count() }
    }

    /// Whether PJSUA has a live call at this index.
    pub(crate) fn call_is_active(&self, slot: i32) -> bool {
        // SAFETY: engine thread; PJSUA checks the index, and answers a wrong one with an error code as truth value.
        unsafe { sys::pjsua_call_is_active(slot) == sys::PJ_TRUE }
    }

    /// Shows what PJSUA knows about it; `None` for an index it does not have.
    pub(crate) fn with_call<R>(&self, slot: i32, look: impl FnOnce(CallSnapshot<'_>) -> R) -> Option<R> {
        with_snapshot(slot, look)
    }
}

/// Reads a call; only on the engine's thread.
pub(super) fn with_snapshot<R>(slot: i32, look: impl FnOnce(CallSnapshot<'_>) -> R) -> Option<R> {
    let mut info = MaybeUninit::<sys::pjsua_call_info>::uninit();
    // SAFETY: engine thread (called from `Pj` and from callbacks that run there). PJSUA clears and fills the structure,
    // which is read only after success, in place: its strings point into itself.
    unsafe {
        if sys::pjsua_call_get_info(slot, info.as_mut_ptr()) != sys::PJ_SUCCESS {
            return None;
        }
        let info = &*info.as_ptr();
        let outgoing = info.role == sys::PJSIP_ROLE_UAC;
        let (local_tag, remote_tag) = tags(slot);
        Some(look(CallSnapshot {
            local_tag,
            remote_tag,
            state: state(info.state, outgoing),
            outgoing,
            local_uri: lend(&info.local_info),
            remote_uri: lend(&info.remote_info),
            remote_contact: lend(&info.remote_contact),
            sip_call_id: lend(&info.call_id),
            last_status: u16::try_from(info.last_status).ok().and_then(StatusCode::new),
        }))
    }
}

/// The tags of the call's dialog, ours and the peer's.
///
/// # Safety
/// Engine thread, an index for which `pjsua_call_get_info` has just succeeded; the tags live as long as the dialog.
unsafe fn tags<'a>(slot: i32) -> (Cow<'a, str>, Cow<'a, str>) {
    // SAFETY: the caller vouches for the index; both sides' From and To headers exist from the dialog's beginning.
    unsafe {
        let call = &raw const *(*sys::pjsua_get_var()).calls.add(slot as usize);
        let (Some(inv), true) = ((*call).inv.as_ref(), slot >= 0) else {
            return (Cow::Borrowed(""), Cow::Borrowed(""));
        };
        let (Some(dialog), true) = (inv.dlg.as_ref(), !inv.dlg.is_null()) else {
            return (Cow::Borrowed(""), Cow::Borrowed(""));
        };
        let tag = |info: *const sys::pjsip_fromto_hdr| match info.as_ref() {
            Some(info) => lend(&info.tag),
            None => Cow::Borrowed(""),
        };
        (tag(dialog.local.info), tag(dialog.remote.info))
    }
}

/// A URI as it stands in a request line.
///
/// # Safety
/// `uri` must be null or a live URI.
pub(super) unsafe fn uri_text(uri: *const sys::pjsip_uri) -> String {
    let mut buffer = vec![0_u8; sys::PJSIP_MAX_URL_SIZE as usize];
    // SAFETY: the caller vouches for it; the function table of a URI prints at most the given size into our buffer.
    unsafe {
        let Some(vptr) = uri.as_ref().and_then(|u| u.vptr.as_ref()) else {
            return String::new();
        };
        let Some(print) = vptr.p_print else {
            return String::new();
        };
        let length = print(
            sys::PJSIP_URI_IN_REQ_URI,
            uri.cast(),
            buffer.as_mut_ptr().cast(),
            buffer.len() as _,
        );
        buffer.truncate(usize::try_from(length).unwrap_or(0));
    }
    String::from_utf8_lossy(&buffer).into_owned()
}

/// A reason phrase that lends itself as PJSUA wants it: a pointer, or null for the usual one.
struct Phrase {
    _text: Text,
    lent: Option<sys::pj_str_t>,
}

impl Phrase {
    fn new(phrase: Option<&str>) -> Phrase {
        let text = Text::new(phrase.unwrap_or_default());
        let lent = phrase.map(|_| text.pj());
        Phrase { _text: text, lent }
    }

    fn as_ptr(&self) -> *const sys::pj_str_t {
        self.lent.as_ref().map_or(std::ptr::null(), std::ptr::from_ref)
    }
}

fn state(inv: sys::pjsip_inv_state, outgoing: bool) -> CallState {
    match inv {
        sys::PJSIP_INV_STATE_CALLING => CallState::Calling,
        sys::PJSIP_INV_STATE_INCOMING => CallState::Incoming,
        sys::PJSIP_INV_STATE_EARLY => CallState::Early,
        sys::PJSIP_INV_STATE_CONNECTING => CallState::Connecting,
        sys::PJSIP_INV_STATE_CONFIRMED => CallState::Confirmed,
        sys::PJSIP_INV_STATE_DISCONNECTED => CallState::Disconnected,
        _ if outgoing => CallState::Calling,
        _ => CallState::Incoming,
    }
}

/// Whether an outgoing call failed before its INVITE: PJSUA makes up an event then, as it does when we hang up.
///
/// # Safety
/// As [`end_hint`]; `slot` must be the one PJSUA passed with it.
pub(super) unsafe fn never_begun(slot: i32, event: *const sys::pjsip_event) -> bool {
    // SAFETY: the caller vouches for pointer and slot; PJSUA's table is read on its own thread.
    unsafe {
        let made_up = event.as_ref().is_some_and(|event| event.type_ == sys::PJSIP_EVENT_USER);
        let call = (*sys::pjsua_get_var()).calls.add(slot as usize);
        made_up && (*call).inv.is_null() && (*call).hanging_up == 0
    }
}

/// Reads from the event behind a DISCONNECTED state who ended the call and how.
///
/// # Safety
/// `event` must be the pointer PJSUA passed to `on_call_state` for `slot`, during that callback.
pub(super) unsafe fn end_hint(slot: i32, event: *const sys::pjsip_event) -> EndHint {
    // SAFETY: the caller vouches for the pointer; which union member is set follows from the types checked.
    unsafe {
        let Some(event) = event.as_ref() else {
            return EndHint::Local;
        };
        if event.type_ != sys::PJSIP_EVENT_TSX_STATE {
            return EndHint::Local;
        }
        let change = event.body.tsx_state;
        let Some(tsx) = change.tsx.as_ref() else {
            return EndHint::Local;
        };
        let outgoing = tsx.role == sys::PJSIP_ROLE_UAC;
        match (tsx.method.id, outgoing) {
            (sys::PJSIP_BYE_METHOD, false) => return EndHint::RemoteBye,
            (sys::PJSIP_BYE_METHOD, true) => return EndHint::StackBye(cause(slot)),
            // One of ours is reported before it is sent.
            (sys::PJSIP_INVITE_METHOD, true) if tsx.status_code == 487 && cancels(slot) => return EndHint::StackCancel,
            (sys::PJSIP_CANCEL_METHOD, false) => return EndHint::RemoteCancel,
            (sys::PJSIP_INVITE_METHOD, false) if tsx.status_code == 487 => return EndHint::RemoteCancel,
            _ => {}
        }
        // Not the event's own status, where PJSIP puts a pointer for some errors and nothing for others.
        let pj_status = if change.type_ == sys::PJSIP_EVENT_TRANSPORT_ERROR {
            tsx.transport_err
        } else {
            0
        };
        // An incoming INVITE that ended without refusal did so for want of an ACK.
        let unconfirmed = !outgoing && tsx.status_code < 300;
        EndHint::Failed(Outcome {
            code: if unconfirmed {
                StatusCode::REQUEST_TIMEOUT
            } else {
                StatusCode::clamped(tsx.status_code)
            },
            reason: if unconfirmed {
                String::new()
            } else {
                to_string(&tsx.status_text)
            },
            pj_status,
            from_peer: change.type_ == sys::PJSIP_EVENT_RX_MSG && outgoing,
            challenges: super::message::behind(event)
                .as_ref()
                .map(super::auth::challenges)
                .unwrap_or_default(),
            credentials_sent: super::auth::in_request(tsx),
        })
    }
}

/// Why PJSIP ended the session.
///
/// # Safety
/// Engine thread.
unsafe fn cause(slot: i32) -> StatusCode {
    // SAFETY: the caller vouches for the thread; the index is PJSUA's own, and its session lives during the callback.
    let cause = unsafe {
        let call = (*sys::pjsua_get_var()).calls.add(slot.max(0) as usize);
        (*call).inv.as_ref().map_or(0, |inv| inv.cause)
    };
    StatusCode::clamped(cause as i32)
}

/// Whether PJSIP has sent a CANCEL.
///
/// # Safety
/// Engine thread.
unsafe fn cancels(slot: i32) -> bool {
    // SAFETY: as in `cause`.
    unsafe {
        let call = (*sys::pjsua_get_var()).calls.add(slot.max(0) as usize);
        (*call).inv.as_ref().is_some_and(|inv| inv.cancelling != 0)
    }
}
