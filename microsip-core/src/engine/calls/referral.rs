//! Transfers by others: a REFER comes in, we call whom it names and report how it goes (RFC 3515, RFC 4488, RFC 5589).

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::account::AccountId;
use crate::call::{Call, CallId, CallInfo, CallOptions, CallState, Requested, TransferRequest};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::{Answer, Dialog, DialogKey, Method, Outcome, Referrer};
use crate::policy::{TransferPolicy, TransferRules};
use crate::sip::refer::{ReferTarget, Subscription, codes};
use crate::sip::{Additions, Message, StatusCode, uri};
use crate::{Error, ErrorKind, Result};

const OP: &str = "transfer";
/// How long an undecided request waits.
const DECISION: Duration = Duration::from_secs(60);
/// How long we report; who wants more subscribes anew.
const LASTS: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Somebody is to decide.
    Waiting,
    /// Decided before the REFER was answered: that is its answer.
    Rejected(StatusCode),
    /// The call is being made.
    Making,
    Calling(CallId),
    /// The outcome is told or about to be.
    Over,
}

/// A transfer somebody else wants.
pub(super) struct Referral {
    dialog: Dialog,
    account: AccountId,
    from: Option<Call>,
    /// `Event` of the reports: the first REFER of a call needs no id, later ones do (RFC 3515 §2.4.6).
    event: String,
    what: Arc<Requested>,
    stage: Stage,
    /// The REFER is answered: reports may go out.
    open: bool,
    /// Nobody wants reports.
    silent: bool,
    /// A report waits for its answer; the next one is sent after it, so that they cannot overtake each other.
    telling: bool,
    /// What is to be told: status, phrase, whether it is the last.
    news: Option<(StatusCode, String, bool)>,
    newest: (StatusCode, String),
    decide_by: Instant,
    until: Instant,
}

impl Referral {
    pub(super) fn is_telling_in(&self, key: DialogKey) -> bool {
        self.telling && self.dialog.key() == key
    }
}

impl Engine {
    pub(crate) fn set_transfers(&self, rules: TransferRules) {
        self.rules.set(rules);
    }

    /// Whether a REFER outside any call is worth a dialog.
    pub(crate) fn refer_outside_verdict(&self, account_slot: i32, message: &Message) -> Result<(), StatusCode> {
        let Some(account) = self.account_by_slot(account_slot) else {
            return Err(StatusCode::NOT_FOUND);
        };
        self.refer_target(account.id(), message)?;
        match self.rules.get().outside {
            TransferPolicy::Refuse => Err(StatusCode::DECLINE),
            TransferPolicy::Ask | TransferPolicy::Accept => Ok(()),
        }
    }

    fn refer_target(&self, account: AccountId, message: &Message) -> Result<ReferTarget, StatusCode> {
        let aor = self.account_aor(account).unwrap_or_default();
        let target = ReferTarget::read(message, &uri::host_port(&aor))?;
        if !self.pj.is_sip_uri(uri::bare(&target.uri)) {
            return Err(codes::BAD_REQUEST);
        }
        Ok(target)
    }

    /// A REFER came in.
    pub(crate) fn refer_received(&self, whose: Referrer, dialog: Dialog, message: Message) -> Answer {
        let (account, from) = match whose {
            Referrer::Nobody => return Answer::code(codes::DOES_NOT_EXIST),
            Referrer::Account(slot) => match self.account_by_slot(slot) {
                Some(account) => (account.id(), None),
                None => return Answer::code(StatusCode::NOT_FOUND),
            },
            Referrer::Call(slot) => {
                let table = self.calls.borrow();
                let Some(entry) = table.entries().find(|e| e.slot == slot) else {
                    return Answer::code(codes::DOES_NOT_EXIST);
                };
                (entry.info.account, Some(entry.call.clone()))
            }
        };
        let target = match self.refer_target(account, &message) {
            Ok(target) => target,
            Err(code) => return Answer::code(code),
        };
        let rules = self.rules.get();
        let policy = if from.is_some() { rules.in_call } else { rules.outside };
        if policy == TransferPolicy::Refuse {
            return Answer::code(StatusCode::DECLINE);
        }
        let key = dialog.key();
        {
            let theirs = &self.transfers.borrow().theirs;
            if theirs.values().any(|r| r.dialog.key() == key && r.stage != Stage::Over) {
                return Answer::code(codes::REQUEST_PENDING);
            }
            if theirs.len() >= self.config.limits.calls as usize {
                return Answer::code(StatusCode::BUSY_HERE);
            }
        }
        let earlier = match &from {
            Some(call) => {
                let mut table = self.calls.borrow_mut();
                table.get_mut(OP, call.id()).map_or(0, |entry| {
                    entry.referrals = entry.referrals.saturating_add(1);
                    entry.referrals - 1
                })
            }
            None => 0,
        };
        let event = match earlier {
            0 => "refer".to_owned(),
            _ => format!("refer;id={}", message.cseq().0),
        };
        let refer_sub = message.header("Refer-Sub").map(str::to_ascii_lowercase);
        let silent = refer_sub.as_deref().is_some_and(|v| v.starts_with("false"));
        let message = Arc::new(message);
        let what = Arc::new(Requested {
            call: from.clone(),
            account,
            target: target.uri.clone(),
            headers: target.headers.clone(),
            replaces: target.replaces.clone(),
            referred_by: message.header("Referred-By").map(str::to_owned),
            message,
        });
        let (id, now) = (self.shared.next_id(), Instant::now());
        self.transfers.borrow_mut().theirs.insert(
            id,
            Referral {
                dialog,
                account,
                from,
                event,
                what: Arc::clone(&what),
                stage: Stage::Waiting,
                open: false,
                silent,
                telling: false,
                news: None,
                newest: (StatusCode::TRYING, StatusCode::TRYING.reason().to_owned()),
                decide_by: now + DECISION,
                until: now + LASTS,
            },
        );
        if policy == TransferPolicy::Ask {
            // An inline handler may decide right here.
            let request = TransferRequest::new(id, self.shared.clone(), what);
            self.publish(Event::TransferRequested { request }, Urgency::Now);
        }
        let stage = self.transfers.borrow().theirs.get(&id).map(|r| r.stage);
        if let Some(Stage::Rejected(code)) = stage {
            self.forget_referral(id);
            return Answer::code(code);
        }
        let mut answer = Answer::code(codes::ACCEPTED);
        match refer_sub {
            Some(_) if silent => answer = answer.header("Refer-Sub", "false"),
            Some(_) => answer = answer.header("Refer-Sub", "true"),
            None => {}
        }
        answer.then(move |engine| engine.referral_opened(id, policy))
    }

    /// The REFER has been answered.
    fn referral_opened(&self, id: u64, policy: TransferPolicy) {
        {
            let mut transfers = self.transfers.borrow_mut();
            let Some(referral) = transfers.theirs.get_mut(&id) else {
                return;
            };
            referral.open = true;
            if referral.news.is_none() {
                referral.news = Some((StatusCode::TRYING, StatusCode::TRYING.reason().to_owned(), false));
            }
        }
        self.report(id);
        if policy == TransferPolicy::Accept
            && let Err(e) = self.referral_accept(OP, id, CallOptions::default())
        {
            tracing::debug!(target: "microsip", "{e}");
        }
    }

    pub(crate) fn referral_accept(&self, op: &'static str, id: u64, mut options: CallOptions) -> Result<Call> {
        let (account, from, target) = {
            let mut transfers = self.transfers.borrow_mut();
            let referral = waiting(op, transfers.theirs.get_mut(&id))?;
            referral.stage = Stage::Making;
            (referral.account, referral.from.clone(), referral.what.clone())
        };
        for (name, value) in target.headers.iter() {
            options.headers.push(name, value);
        }
        if let Some(by) = &target.referred_by {
            options.headers.push("Referred-By", by);
        }
        options.transferred_from = from.as_ref().map(Call::id);
        let made = self.call_make(op, account, &target.target, &options);
        match &made {
            Ok(call) => {
                self.set_referral(id, Stage::Calling(call.id()));
                let event = Event::CallTransferred {
                    call: call.clone(),
                    from,
                    target: target.target.clone(),
                };
                self.publish(event, Urgency::Gather);
                // It may have come to something, even to its end, while it was being made.
                self.referral_follow(&call.info());
            }
            Err(e) => {
                let code = match (e.sip_status(), e.kind()) {
                    (Some(code), _) => code,
                    (None, ErrorKind::LimitReached) => StatusCode::BUSY_HERE,
                    (None, ErrorKind::InvalidArgument) => codes::BAD_REQUEST,
                    _ => StatusCode::SERVICE_UNAVAILABLE,
                };
                self.set_referral(id, Stage::Over);
                self.tell(id, code, code.reason(), true);
            }
        }
        made
    }

    pub(crate) fn referral_reject(&self, op: &'static str, id: u64, code: StatusCode) -> Result<()> {
        let open = {
            let mut transfers = self.transfers.borrow_mut();
            let referral = waiting(op, transfers.theirs.get_mut(&id))?;
            referral.stage = if referral.open {
                Stage::Over
            } else {
                Stage::Rejected(code)
            };
            referral.open
        };
        if open {
            self.tell(id, code, code.reason(), true);
        }
        Ok(())
    }

    fn set_referral(&self, id: u64, stage: Stage) {
        if let Some(referral) = self.transfers.borrow_mut().theirs.get_mut(&id) {
            referral.stage = stage;
        }
    }

    fn forget_referral(&self, id: u64) {
        let gone = self.transfers.borrow_mut().theirs.remove(&id);
        drop(gone);
    }

    /// A call moved on: if somebody had it made, they are told.
    pub(super) fn referral_follow(&self, info: &CallInfo) {
        let id = {
            let transfers = self.transfers.borrow();
            let of_call = |r: &Referral| r.stage == Stage::Calling(info.id);
            transfers.theirs.iter().find(|(_, r)| of_call(r)).map(|(id, _)| *id)
        };
        let Some(id) = id else { return };
        match (info.state, &info.end) {
            (CallState::Early, _) => {
                let code = info.last_status.unwrap_or(StatusCode::RINGING);
                self.tell(id, code, &phrase_of(info, code), false);
            }
            (CallState::Connecting | CallState::Confirmed, _) => {
                self.set_referral(id, Stage::Over);
                self.tell(id, StatusCode::OK, &phrase_of(info, StatusCode::OK), true);
            }
            (CallState::Disconnected, Some(end)) => {
                // Hung up by ourselves before an answer: there is no code for it but that.
                let code = if end.code.is_success() {
                    StatusCode::REQUEST_TERMINATED
                } else {
                    end.code
                };
                self.set_referral(id, Stage::Over);
                self.tell(id, code, &end.reason, true);
            }
            _ => {}
        }
    }

    fn tell(&self, id: u64, code: StatusCode, reason: &str, last: bool) {
        {
            let mut transfers = self.transfers.borrow_mut();
            let Some(referral) = transfers.theirs.get_mut(&id) else {
                return;
            };
            if !last && referral.newest.0 == code {
                return;
            }
            let one_line = |c: char| if c.is_control() { ' ' } else { c };
            let reason: String = if reason.is_empty() { code.reason() } else { reason }
                .chars()
                .map(one_line)
                .take(200)
                .collect();
            referral.newest = (code, reason.clone());
            referral.news = Some((code, reason, last));
        }
        self.report(id);
    }

    /// Sends what is to be told, unless something else is on its way.
    fn report(&self, id: u64) {
        let (dialog, body, event, state) = {
            let mut transfers = self.transfers.borrow_mut();
            let Some(referral) = transfers.theirs.get_mut(&id) else {
                return;
            };
            if !referral.open || referral.telling {
                return;
            }
            let Some((code, reason, last)) = referral.news.take() else {
                return;
            };
            if referral.silent {
                if last && referral.stage == Stage::Over {
                    drop(transfers);
                    self.forget_referral(id);
                }
                return;
            }
            referral.telling = true;
            // Nothing follows the report that ends the subscription.
            referral.silent = last;
            let left = referral
                .until
                .saturating_duration_since(Instant::now())
                .as_secs()
                .max(1);
            let state = match (last, referral.stage) {
                (false, _) => format!("active;expires={left}"),
                (true, Stage::Over) => "terminated;reason=noresource".to_owned(),
                (true, _) => "terminated;reason=timeout".to_owned(),
            };
            let body = format!("SIP/2.0 {code} {reason}\r\n");
            (referral.dialog.again(), body, referral.event.clone(), state)
        };
        let mut additions = Additions {
            body: Some(("message/sipfrag;version=2.0".to_owned(), body.into_bytes())),
            ..Additions::default()
        };
        additions.headers.push("Event", &event);
        additions.headers.push("Subscription-State", &state);
        let sent = dialog.map(|dialog| dialog.send(OP, Method::Notify, &additions, id));
        if let Some(Err(e)) = sent {
            tracing::debug!(target: "microsip", "{e}");
            self.forget_referral(id);
        }
    }

    /// A report of ours has its answer, or will have none.
    pub(super) fn referral_told(&self, id: u64, outcome: &Outcome) {
        let gone = {
            let mut transfers = self.transfers.borrow_mut();
            let Some(referral) = transfers.theirs.get_mut(&id) else {
                return;
            };
            if outcome.from_peer && matches!(outcome.code.code(), 401 | 407) {
                // It is repeated with credentials if there are any; if not, its own limit ends it.
                return;
            }
            referral.telling = false;
            let failed = !outcome.code.is_success() || outcome.pj_status != 0;
            // Whoever does not want to hear more is told no more; a call that was made goes on.
            let done = referral.stage == Stage::Over && referral.news.is_none();
            if failed && !done {
                referral.silent = true;
            }
            done
        };
        if gone {
            self.forget_referral(id);
        } else {
            self.report(id);
        }
    }

    /// Whoever referred us refreshes or ends the subscription (RFC 3515 §2.4.7).
    pub(crate) fn subscribe_received(&self, key: DialogKey, message: &Message) -> Answer {
        let Some(subscription) = Subscription::read(message) else {
            return Answer::code(codes::BAD_EVENT).header("Allow-Events", "refer");
        };
        let found = {
            let transfers = self.transfers.borrow();
            let wanted = |r: &Referral| {
                let own = r.event.split("id=").nth(1);
                // A first REFER's subscription may be named with its number or without.
                let first = own.is_none() && subscription.id.as_deref().is_none_or(|n| n == r.number());
                r.dialog.key() == key && !r.silent && (first || own == subscription.id.as_deref())
            };
            transfers.theirs.iter().find(|(_, r)| wanted(r)).map(|(id, _)| *id)
        };
        let Some(id) = found else {
            return Answer::code(codes::DOES_NOT_EXIST);
        };
        let asked = message.header("Expires").and_then(|v| v.trim().parse::<u64>().ok());
        let lasts = asked.unwrap_or(LASTS.as_secs()).min(LASTS.as_secs());
        Answer::code(StatusCode::OK)
            .header("Expires", &lasts.to_string())
            .then(move |engine| engine.referral_refreshed(id, lasts))
    }

    fn referral_refreshed(&self, id: u64, lasts: u64) {
        {
            let mut transfers = self.transfers.borrow_mut();
            let Some(referral) = transfers.theirs.get_mut(&id) else {
                return;
            };
            referral.until = Instant::now() + Duration::from_secs(lasts);
            let (code, reason) = referral.newest.clone();
            let over = referral.stage == Stage::Over;
            if referral.news.is_none() {
                referral.news = Some((code, reason, lasts == 0 || over));
            }
        }
        self.report(id);
    }

    /// Declines what nobody decided, closes what lasted too long; when to come again.
    pub(super) fn referrals_due(&self, now: Instant) -> Option<Instant> {
        let mut next: Option<Instant> = None;
        let mut late = Vec::new();
        for (id, referral) in &self.transfers.borrow().theirs {
            let at = match referral.stage {
                Stage::Waiting => referral.decide_by.min(referral.until),
                // A last report that gets no answer ends with its transaction; this is for one that cannot be repeated.
                _ => referral.until.max(referral.decide_by),
            };
            if at <= now {
                late.push((*id, referral.stage));
            } else {
                next = Some(next.map_or(at, |n| n.min(at)));
            }
        }
        for (id, stage) in late {
            if stage == Stage::Waiting {
                self.set_referral(id, Stage::Over);
                self.tell(id, StatusCode::DECLINE, "", true);
                if let Some(referral) = self.transfers.borrow_mut().theirs.get_mut(&id) {
                    referral.until = now + DECISION;
                    referral.decide_by = referral.until;
                }
            } else {
                let newest = self.transfers.borrow().theirs.get(&id).map(|r| r.newest.clone());
                if let Some((code, reason)) = newest {
                    self.tell(id, code, &reason, true);
                }
                self.forget_referral(id);
            }
            next = Some(now);
        }
        next
    }
}

impl Referral {
    /// The number of the REFER.
    fn number(&self) -> String {
        self.what.message.cseq().0.to_string()
    }
}

fn waiting<'a>(op: &'static str, referral: Option<&'a mut Referral>) -> Result<&'a mut Referral> {
    match referral {
        Some(referral) if referral.stage == Stage::Waiting => Ok(referral),
        Some(_) => Err(Error::new(
            ErrorKind::WrongState,
            op,
            "the transfer was decided already",
        )),
        None => Err(Error::new(
            ErrorKind::Gone,
            op,
            "the transfer request expired or was withdrawn",
        )),
    }
}

/// The phrase that came with a code, if the newest message has it.
fn phrase_of(info: &CallInfo, code: StatusCode) -> String {
    let newest = info.message.as_ref().filter(|m| m.status() == Some(code));
    newest.map(|m| m.reason_phrase().to_owned()).unwrap_or_default()
}
