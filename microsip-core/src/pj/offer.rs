//! Requests that change a session: re-INVITE and UPDATE, and what becomes of them.

use std::time::Duration;

use pjsip_sys as sys;

use super::Pj;
use super::hold::to_pj;
use super::message::{self, MsgData};
use super::status::check;
use super::string::{Text, to_string};
use crate::media::MediaDirection;
use crate::sip::{Additions, Message, StatusCode};
use crate::{Error, ErrorKind, Result};

/// A request that changes a session.
#[derive(Debug)]
pub(crate) struct SessionOffer {
    /// UPDATE, else re-INVITE.
    pub(crate) update: bool,
    /// With our SDP.
    pub(crate) offer: bool,
    /// What we want from now on, if that changes.
    pub(crate) direction: Option<MediaDirection>,
    pub(crate) refresh_contact: bool,
    pub(crate) additions: Additions,
}

/// A step of a transaction in a call's dialog.
#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) step: Step,
    /// Names our request: it stays the same when PJSIP sends it again with credentials or another session timer.
    pub(crate) request: usize,
    pub(crate) cseq: i32,
    pub(crate) method: SessionMethod,
}

/// Which request a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionMethod {
    Invite,
    Update,
    Other,
}

/// What happened to it.
#[derive(Debug)]
pub(crate) enum Step {
    /// Our request goes out.
    Begun,
    /// Our request has its final answer, or none will come.
    Final {
        code: StatusCode,
        reason: String,
        retry_after: Option<Duration>,
        message: Option<Message>,
        /// PJSIP has ended the dialog because of it (RFC 3261 §12.2.1.2).
        fatal: bool,
    },
    /// Our 2xx to the peer's INVITE was repeated for 64 T1, and no ACK came.
    Unacknowledged,
}

/// A call that has an INVITE session.
///
/// # Safety
/// Engine thread; the references end before PJSUA is called again.
pub(super) unsafe fn live<'a>(slot: i32) -> Option<(&'a sys::pjsua_call, &'a sys::pjsip_inv_session)> {
    // SAFETY: the caller vouches for the thread; PJSUA checks the index, and a call it has has a place in its table.
    unsafe {
        if sys::pjsua_call_is_active(slot) != sys::PJ_TRUE {
            return None;
        }
        let call = (*sys::pjsua_get_var()).calls.add(slot as usize).as_ref()?;
        Some((call, call.inv.as_ref()?))
    }
}

impl Pj {
    /// Whether another offer of the call is under way, or another INVITE and this is one, so that it cannot be sent now.
    pub(crate) fn offer_is_pending(&self, slot: i32, update: bool) -> bool {
        // SAFETY: engine thread; `live` checks the slot.
        unsafe {
            live(slot).is_some_and(|(_, inv)| {
                !(update || inv.invite_tsx.is_null())
                    || inv.neg.is_null()
                    || sys::pjmedia_sdp_neg_get_state(inv.neg) != sys::PJMEDIA_SDP_NEG_STATE_DONE
            })
        }
    }

    /// Whether the peer says which methods it takes, and UPDATE is not among them.
    pub(crate) fn peer_lacks_update(&self, slot: i32) -> bool {
        let method = Text::new("UPDATE");
        // SAFETY: engine thread; PJSUA checks the index.
        let has =
            unsafe { sys::pjsua_call_remote_has_cap(slot, sys::PJSIP_H_ALLOW as i32, std::ptr::null(), &method.pj()) };
        has == sys::PJSIP_DIALOG_CAP_UNSUPPORTED
    }

    /// Sends a re-INVITE or UPDATE. Callbacks about it may come before this returns.
    pub(crate) fn call_offer(&self, op: &'static str, slot: i32, request: &SessionOffer) -> Result<()> {
        let mut settings = super::call::settings();
        let extra = MsgData::new(&request.additions);
        // SAFETY: engine thread; PJSUA checks the index and copies settings and additions. The call's remembered settings
        // are reset because PJSUA would apply the direction to an offer of the peer as well.
        let status = unsafe {
            let s = &mut *settings.as_mut_ptr();
            if !request.offer {
                s.flag |= sys::PJSUA_CALL_NO_SDP_OFFER;
            }
            if let Some(direction) = request.direction {
                s.flag |= sys::PJSUA_CALL_SET_MEDIA_DIR;
                s.media_dir = [to_pj(direction); sys::PJMEDIA_MAX_SDP_MEDIA as usize];
            }
            if request.refresh_contact {
                s.flag |= sys::PJSUA_CALL_UPDATE_CONTACT | sys::PJSUA_CALL_UPDATE_VIA;
            }
            let status = if request.update {
                sys::pjsua_call_update2(slot, s, extra.as_ptr())
            } else {
                sys::pjsua_call_reinvite2(slot, s, extra.as_ptr())
            };
            if live(slot).is_some() {
                (*(*sys::pjsua_get_var()).calls.add(slot as usize)).opt.flag = 0;
            }
            status
        };
        let doing = if request.update {
            "cannot send UPDATE"
        } else {
            "cannot send re-INVITE"
        };
        check(op, doing, status).map_err(|e| match status {
            sys::PJ_EINVALIDOP | sys::PJMEDIA_SDPNEG_EINSTATE => {
                Error::new(ErrorKind::Busy, op, "another offer of this call is under way").with_pj_status(status)
            }
            _ => e,
        })
    }

    /// Whether the last offer and answer could be agreed.
    pub(crate) fn media_agreed(&self, slot: i32) -> bool {
        // SAFETY: engine thread; `live` checks the slot.
        unsafe { live(slot).is_some_and(|(call, _)| call.med_update_success != 0) }
    }

    /// Why a session that is about to be up cannot be: offer and answer have not been exchanged or not agreed, or PJSIP has a
    /// BYE waiting for the ACK.
    pub(crate) fn session_refused(&self, slot: i32) -> Option<StatusCode> {
        // SAFETY: engine thread; `live` checks the slot. Asking the negotiator for a description it does not have would be a
        // failed assertion; media lines appear with the first agreement.
        unsafe {
            let (call, inv) = live(slot)?;
            if !inv.pending_bye.is_null() {
                return Some(StatusCode::clamped(inv.cause as i32));
            }
            let agreed = !inv.neg.is_null()
                && sys::pjmedia_sdp_neg_get_state(inv.neg) == sys::PJMEDIA_SDP_NEG_STATE_DONE
                && call.med_cnt > 0;
            (!agreed).then_some(StatusCode::NOT_ACCEPTABLE_HERE)
        }
    }

    /// Stops the call's media and further reports on it: its BYE is on its way already.
    pub(crate) fn call_abandon(&self, slot: i32) {
        // SAFETY: engine thread; `live` checks the slot. This is what `pjsua_call_hangup` does, but for the BYE.
        unsafe {
            if live(slot).is_none() {
                return;
            }
            sys::pjsua_media_channel_deinit(slot);
            (*(*sys::pjsua_get_var()).calls.add(slot as usize)).hanging_up = sys::PJ_TRUE;
        }
    }
}

/// Reads a transaction's change; `None` for what does not concern a session that is up.
///
/// # Safety
/// The pointers must be those PJSUA passed to `on_call_tsx_state`, during that callback.
pub(super) unsafe fn transaction(
    slot: i32,
    tsx: *const sys::pjsip_transaction,
    event: *const sys::pjsip_event,
) -> Option<Transaction> {
    // SAFETY: the caller vouches for the pointers; which union member is set follows from the types checked.
    unsafe {
        let (tsx, event) = (tsx.as_ref()?, event.as_ref()?);
        let (_, inv) = live(slot)?;
        if inv.state < sys::PJSIP_INV_STATE_EARLY || event.type_ != sys::PJSIP_EVENT_TSX_STATE {
            return None;
        }
        let method = match tsx.method.id {
            sys::PJSIP_INVITE_METHOD => SessionMethod::Invite,
            sys::PJSIP_BYE_METHOD | sys::PJSIP_CANCEL_METHOD | sys::PJSIP_ACK_METHOD => return None,
            _ if super::string::lend(&tsx.method.name) == "UPDATE" => SessionMethod::Update,
            _ => SessionMethod::Other,
        };
        let change = event.body.tsx_state;
        let ended = tsx.state >= sys::PJSIP_TSX_STATE_COMPLETED;
        let step = if tsx.role != sys::PJSIP_ROLE_UAC {
            let timer = tsx.state == sys::PJSIP_TSX_STATE_TERMINATED && change.type_ == sys::PJSIP_EVENT_TIMER;
            if method != SessionMethod::Invite || !timer || tsx.status_code != sys::PJSIP_SC_TSX_TIMEOUT as i32 {
                return None;
            }
            Step::Unacknowledged
        } else if tsx.state < sys::PJSIP_TSX_STATE_PROCEEDING {
            Step::Begun
        } else if ended && (change.prev_state as u32) < sys::PJSIP_TSX_STATE_COMPLETED {
            let rdata = if change.type_ == sys::PJSIP_EVENT_RX_MSG {
                change.src.rdata.cast_const()
            } else {
                std::ptr::null()
            };
            let message = message::received(rdata);
            let retry_after = message.as_ref().and_then(|m| {
                let seconds = m.header("Retry-After")?.split([' ', ';', '(']).next()?.parse().ok()?;
                Some(Duration::from_secs(seconds))
            });
            Step::Final {
                code: StatusCode::clamped(tsx.status_code),
                reason: to_string(&tsx.status_text),
                retry_after,
                message,
                fatal: matches!(tsx.status_code, 408 | 481) && inv.cause == tsx.status_code as u32,
            }
        } else {
            return None;
        };
        Some(Transaction {
            step,
            request: tsx.last_tx as usize,
            cseq: tsx.cseq,
            method,
        })
    }
}
