//! Transfers of ours: a REFER goes out, NOTIFYs come in until the outcome is known (RFC 3515, RFC 5589).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::referral::Referral;
use crate::call::{Call, CallId, CallState, TransferOptions, TransferProgress, TransferState, attended};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::failure::FailureCode;
use crate::pj::{Dialog, DialogKey, Method, Outcome};
use crate::redact::redact;
use crate::sip::{Additions, Message, StatusCode, uri};
use crate::{Error, ErrorKind, Result};

pub(super) const OP: &str = "transfer";
/// How long the target may take to end the call it was replaced in, before we do.
const TARGET_TIME: Duration = Duration::from_secs(4);

/// Where a transfer of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The REFER is being handed to PJSIP: a failure is the command's.
    Sending,
    /// It waits for an answer.
    Sent,
    /// It was answered with 401 or 407; whether it is repeated shows before this poll is over.
    Challenged,
    /// The peer reports.
    Accepted,
    /// The outcome is told; what comes now is only answered.
    Over,
}

/// A transfer of ours.
pub(super) struct Transfer {
    pub(super) call: Call,
    /// For messages: who was asked, and whether over TLS.
    pub(super) peer: String,
    pub(super) dialog: Dialog,
    pub(super) cseq: u32,
    pub(super) stage: Stage,
    /// The target's call, in an attended transfer.
    pub(super) other: Option<CallId>,
    pub(super) options: TransferOptions,
    /// When the outcome must be known at the latest; once it is, when to stop listening.
    pub(super) limit: Instant,
    /// When the next word of the peer is due.
    pub(super) due: Instant,
    /// What was told last, to tell nothing twice.
    pub(super) told: Option<(TransferState, StatusCode)>,
    /// A final answer that may be followed by another try.
    pub(super) refused: Option<(Outcome, Option<Message>)>,
}

#[derive(Default)]
pub(crate) struct Transfers {
    pub(super) ours: BTreeMap<u64, Transfer>,
    pub(super) theirs: BTreeMap<u64, Referral>,
}

impl Transfers {
    pub(super) fn ours_in(&self, key: DialogKey) -> Option<u64> {
        let in_dialog = |(_, t): &(&u64, &Transfer)| t.dialog.key() == key;
        let newest_first = || self.ours.iter().rev().filter(in_dialog);
        let live = newest_first().find(|(_, t)| t.stage != Stage::Over);
        live.or_else(|| newest_first().next()).map(|(id, _)| *id)
    }
}

impl Engine {
    /// Sends the peer of `other` instead of us to the peer of `id`.
    pub(crate) fn call_transfer_to(
        &self,
        op: &'static str,
        id: CallId,
        other: CallId,
        options: &TransferOptions,
    ) -> Result<()> {
        let refer_to = attended(op, &self.calls.borrow().get(op, other)?.info, options)?;
        self.call_transfer(op, id, &refer_to, Some(other), options)
    }

    pub(crate) fn call_transfer(
        &self,
        op: &'static str,
        id: CallId,
        refer_to: &str,
        other: Option<CallId>,
        options: &TransferOptions,
    ) -> Result<()> {
        let (call, slot, account, peer) = {
            let table = self.calls.borrow();
            let entry = table.get(op, id)?;
            if entry.info.state != CallState::Confirmed {
                return Err(Error::new(
                    ErrorKind::WrongState,
                    op,
                    format!(
                        "call {id} is {}; only a confirmed call can be transferred",
                        entry.info.state
                    ),
                ));
            }
            let peer = uri::host_port(&entry.info.remote_uri);
            (entry.call.clone(), entry.slot, entry.info.account, peer)
        };
        let busy = |t: &Transfer| t.call == call && t.stage != Stage::Over;
        if self.transfers.borrow().ours.values().any(busy) {
            return Err(Error::new(
                ErrorKind::Busy,
                op,
                format!("call {id} is being transferred already; wait for the outcome"),
            ));
        }
        let dialog = self.pj.call_dialog(op, slot)?;
        self.story_asked(id, || format!("{op} to {}", redact(refer_to)));
        let mut additions = Additions::headers(options.headers.clone());
        additions.headers.push("Refer-To", refer_to);
        if !options.anonymous {
            let own = self.account_aor(account);
            let by = options.referred_by.as_deref().or(own.as_deref());
            if let Some(by) = by {
                additions.headers.push("Referred-By", &crate::call::name_addr(by));
            }
        }
        if options.no_progress {
            additions.headers.push("Refer-Sub", "false");
        }
        let token = self.shared.next_id();
        let now = Instant::now();
        self.transfers.borrow_mut().ours.insert(
            token,
            Transfer {
                call,
                peer,
                dialog,
                cseq: 0,
                stage: Stage::Sending,
                other,
                options: options.clone(),
                limit: now + options.timeout.max(self.config.transaction_timeout * 2),
                due: now + self.config.transaction_timeout * 2,
                told: None,
                refused: None,
            },
        );
        let sent = self.with_transfer_dialog(token, |dialog| dialog.send(op, Method::Refer, &additions, token));
        match sent.unwrap_or_else(|| Err(Error::new(ErrorKind::Internal, op, "the transfer vanished"))) {
            Ok(cseq) => {
                if let Some(t) = self.transfers.borrow_mut().ours.get_mut(&token) {
                    t.cseq = cseq;
                    if t.stage == Stage::Sending {
                        t.stage = Stage::Sent;
                    }
                }
                Ok(())
            }
            Err(e) => {
                self.forget_transfer(token);
                Err(e)
            }
        }
    }

    /// Uses a transfer's dialog with the table free again: PJSIP calls back.
    fn with_transfer_dialog<R>(&self, token: u64, act: impl FnOnce(&Dialog) -> R) -> Option<R> {
        let kept = self.transfers.borrow().ours.get(&token).and_then(|t| t.dialog.again());
        kept.map(|dialog| act(&dialog))
    }

    /// Lets go of a transfer; outside the table's borrow, for its dialog may end with it.
    pub(super) fn forget_transfer(&self, token: u64) {
        let gone = self.transfers.borrow_mut().ours.remove(&token);
        drop(gone);
    }

    /// A request of ours was sent again with credentials: whose it is.
    pub(crate) fn transfer_repeated(&self, key: DialogKey, refer: bool, cseq: u32) -> Option<u64> {
        let mut transfers = self.transfers.borrow_mut();
        if !refer {
            let theirs = transfers.theirs.iter().find(|(_, r)| r.is_telling_in(key));
            return theirs.map(|(id, _)| *id);
        }
        let waits = |(_, t): &(&u64, &mut Transfer)| t.dialog.key() == key && t.stage == Stage::Challenged;
        let (id, transfer) = transfers.ours.iter_mut().find(waits)?;
        transfer.stage = Stage::Sent;
        transfer.refused = None;
        transfer.cseq = cseq;
        Some(*id)
    }

    /// A REFER or NOTIFY of ours has its final answer, or will have none.
    pub(crate) fn transfer_answered(&self, token: u64, refer: bool, outcome: Outcome, message: Option<Message>) {
        if !refer {
            return self.referral_told(token, &outcome);
        }
        let challenged = outcome.from_peer && matches!(outcome.code.code(), 401 | 407);
        {
            let mut transfers = self.transfers.borrow_mut();
            let Some(transfer) = transfers.ours.get_mut(&token) else {
                return;
            };
            match transfer.stage {
                Stage::Sent if challenged => {
                    transfer.stage = Stage::Challenged;
                    transfer.refused = Some((outcome, message));
                    drop(transfers);
                    let asked = self.shared.post(OP, move |engine| engine.transfer_unrepeated(token));
                    if !asked {
                        self.transfer_unrepeated(token);
                    }
                    return;
                }
                Stage::Sent => {}
                // A report overtook the answer, or the command reports the failure.
                _ => return,
            }
        }
        if !outcome.code.is_success() || outcome.pj_status != 0 {
            return self.transfer_refused(token, &outcome, message);
        }
        let suppressed = message
            .as_ref()
            .and_then(|m| m.header("Refer-Sub"))
            .is_some_and(|v| v.to_ascii_lowercase().starts_with("false"));
        if suppressed {
            let phrase = outcome.reason.clone();
            return self.transfer_over(token, TransferState::Unknown, outcome.code, phrase, None, message, true);
        }
        self.transfer_moved(
            token,
            TransferState::Accepted,
            outcome.code,
            outcome.reason,
            message,
            None,
        );
    }

    /// The poll in which the REFER was challenged is over: was it repeated?
    fn transfer_unrepeated(&self, token: u64) {
        let refused = {
            let mut transfers = self.transfers.borrow_mut();
            let Some(transfer) = transfers.ours.get_mut(&token) else {
                return;
            };
            if transfer.stage != Stage::Challenged {
                return;
            }
            transfer.refused.take()
        };
        if let Some((outcome, message)) = refused {
            self.transfer_refused(token, &outcome, message);
        }
    }

    fn transfer_refused(&self, token: u64, outcome: &Outcome, message: Option<Message>) {
        let Some(host) = self.transfers.borrow().ours.get(&token).map(|t| t.peer.clone()) else {
            return;
        };
        let code = outcome.code;
        let error = if outcome.from_peer && !matches!(code.code(), 401 | 407) {
            let why = format!(
                "{host} refuses to be transferred: {code} {}",
                phrase(code, outcome.reason.clone())
            );
            Some(FailureCode::of_answer(code.code()).error(OP, why).with_sip(code))
        } else {
            self.failure(OP, &host, outcome)
        };
        let phrase = outcome.reason.clone();
        self.transfer_over(token, TransferState::Failed, outcome.code, phrase, error, message, true);
    }

    /// News that is not final; `expires` is how long the peer's subscription lasts.
    pub(super) fn transfer_moved(
        &self,
        token: u64,
        state: TransferState,
        code: StatusCode,
        reason: String,
        message: Option<Message>,
        expires: Option<u32>,
    ) {
        let call = {
            let mut transfers = self.transfers.borrow_mut();
            let Some(transfer) = transfers.ours.get_mut(&token) else {
                return;
            };
            let now = Instant::now();
            if transfer.stage != Stage::Accepted {
                transfer.stage = Stage::Accepted;
                transfer.limit = now + transfer.options.timeout;
            }
            // The first report must come at once (RFC 3515 §2.4.4); later ones while the subscription lasts, with some grace.
            let patience = match (state, expires) {
                (TransferState::Accepted, _) => self.config.transaction_timeout,
                (_, Some(seconds)) => Duration::from_secs(u64::from(seconds.clamp(1, 3600)) + 2),
                (_, None) => transfer.options.timeout,
            };
            transfer.due = now + patience;
            if transfer.told.replace((state, code)) == Some((state, code)) {
                return;
            }
            transfer.call.clone()
        };
        let progress = TransferProgress {
            state,
            code,
            reason: phrase(code, reason),
            error: None,
            message: message.map(Arc::new),
        };
        self.publish(Event::Transfer { call, progress }, Urgency::Gather);
    }

    #[expect(clippy::too_many_arguments, reason = "an outcome has that many parts")]
    /// The outcome. `closed`: the peer keeps no subscription.
    pub(super) fn transfer_over(
        &self,
        token: u64,
        state: TransferState,
        code: StatusCode,
        reason: String,
        error: Option<Error>,
        message: Option<Message>,
        closed: bool,
    ) {
        let (call, other, hang_up, id) = {
            let mut transfers = self.transfers.borrow_mut();
            let Some(transfer) = transfers.ours.get_mut(&token) else {
                return;
            };
            if transfer.stage == Stage::Over {
                return;
            }
            transfer.stage = Stage::Over;
            let done =
                state == TransferState::Succeeded || (state == TransferState::Unknown && transfer.options.no_progress);
            let hang_up = done && transfer.options.hang_up_after;
            if !hang_up {
                transfer.other = None;
            }
            let now = Instant::now();
            transfer.limit = now + self.config.transaction_timeout.max(TARGET_TIME);
            transfer.due = if transfer.other.is_some() {
                now + TARGET_TIME
            } else {
                transfer.limit
            };
            let id = (!closed).then_some(transfer.cseq);
            (transfer.call.clone(), transfer.other, hang_up, id)
        };
        let progress = TransferProgress {
            state,
            code,
            reason: phrase(code, reason),
            error,
            message: message.map(Arc::new),
        };
        let ended = call.id();
        self.publish(Event::Transfer { call, progress }, Urgency::Gather);
        if let Some(cseq) = id {
            self.unsubscribe(token, cseq);
        }
        if hang_up && let Err(e) = self.call_hang_up(OP, ended, &Additions::default()) {
            // The peer was faster.
            tracing::debug!(target: "microsip", "{e}");
        }
        if closed && other.is_none() {
            self.forget_transfer(token);
        }
    }

    /// Ends the subscription that the REFER made (RFC 3515 §2.4.5): the outcome is known.
    fn unsubscribe(&self, token: u64, cseq: u32) {
        let mut additions = Additions::default();
        additions.headers.push("Event", &format!("refer;id={cseq}"));
        additions.headers.push("Expires", "0");
        let sent = self.with_transfer_dialog(token, |dialog| dialog.send(OP, Method::Subscribe, &additions, 0));
        if let Some(Err(e)) = sent {
            tracing::debug!(target: "microsip", "{e}");
        }
    }

    /// The engine closes: everybody is told what there is to tell, and dialogs are let go while PJSUA still is up.
    pub(in crate::engine) fn finish_transfers(&self) {
        let tokens: Vec<u64> = self.transfers.borrow().ours.keys().copied().collect();
        for token in tokens {
            let error = Error::new(ErrorKind::Gone, OP, "the endpoint closed before the outcome was known");
            let code = StatusCode::SERVICE_UNAVAILABLE;
            self.transfer_over(
                token,
                TransferState::Failed,
                code,
                String::new(),
                Some(error),
                None,
                true,
            );
        }
        let all = std::mem::take(&mut *self.transfers.borrow_mut());
        drop(all);
    }

    #[cfg(feature = "fault-injection")]
    pub(crate) fn transfer_counts(&self) -> (usize, usize) {
        let transfers = self.transfers.borrow();
        (transfers.ours.len(), transfers.theirs.len())
    }
}

/// The peer's phrase, or the usual one.
pub(super) fn phrase(code: StatusCode, reason: String) -> String {
    if reason.is_empty() {
        code.reason().to_owned()
    } else {
        reason
    }
}
