//! Transfers (RFC 3515, RFC 5589): sending a peer elsewhere, blind or to another call of ours, and being sent elsewhere.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Call, CallId, CallInfo, CallOptions, CallState};
use crate::account::AccountId;
use crate::engine::{Lane, Shared};
use crate::redact::redact;
use crate::sip::refer;
use crate::sip::{Headers, Message, Replaces, StatusCode, uri};
use crate::{Error, ErrorKind, Result};

/// How an attended transfer names its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ReferTo {
    /// The Contact if it is a GRUU (RFC 5627), which anybody can reach; else the address of record, which the peer's own
    /// provider can route. So do most phones.
    #[default]
    Auto,
    /// The target's address of record, with `Require=replaces`: where it rings several devices, only the one in the call may
    /// answer (RFC 5589 §7.6).
    Aor,
    /// The target's Contact: exactly that device, if the peer can reach it.
    Contact,
}

/// How to transfer a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransferOptions {
    /// Added to the REFER.
    pub headers: Headers,
    /// `Referred-By` (RFC 3892) as name-addr or URI; `None` tells the account's address of record.
    pub referred_by: Option<String>,
    /// Sends no `Referred-By`.
    pub anonymous: bool,
    /// Whether we end our own call once the transfer has succeeded, as MicroSIP does; default `true`. The peer may be faster.
    pub hang_up_after: bool,
    /// Asks the peer not to report progress (`Refer-Sub: false`, RFC 4488). If it agrees, its 2xx is all there is, and its outcome
    /// is [`TransferState::Unknown`].
    pub no_progress: bool,
    /// How long to wait for the outcome; default 3 minutes, 1 s to 1 hour.
    pub timeout: Duration,
    /// How an attended transfer names its target.
    pub refer_to: ReferTo,
    /// An attended transfer replaces an early dialog only.
    pub early_only: bool,
}

impl Default for TransferOptions {
    fn default() -> Self {
        TransferOptions {
            headers: Headers::new(),
            referred_by: None,
            anonymous: false,
            hang_up_after: true,
            no_progress: false,
            timeout: Duration::from_secs(180),
            refer_to: ReferTo::default(),
            early_only: false,
        }
    }
}

impl TransferOptions {
    /// A plain transfer.
    pub fn new() -> TransferOptions {
        TransferOptions::default()
    }

    /// Adds a header to the REFER.
    ///
    /// # Errors
    /// As [`Headers::add`]; `Refer-To`, `Referred-By` and `Refer-Sub` have settings of their own.
    pub fn header(mut self, name: &str, value: &str) -> Result<TransferOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets who transfers, as name-addr or URI.
    pub fn referred_by(mut self, name_addr: impl Into<String>) -> TransferOptions {
        self.referred_by = Some(name_addr.into());
        self
    }

    /// Sets whether nobody is named as the one who transfers.
    pub fn anonymous(mut self, yes: bool) -> TransferOptions {
        self.anonymous = yes;
        self
    }

    /// Sets whether we hang up once it has succeeded.
    pub fn hang_up_after(mut self, yes: bool) -> TransferOptions {
        self.hang_up_after = yes;
        self
    }

    /// Sets whether the peer is asked not to report progress.
    pub fn no_progress(mut self, yes: bool) -> TransferOptions {
        self.no_progress = yes;
        self
    }

    /// Sets how long to wait for the outcome.
    pub fn timeout(mut self, timeout: Duration) -> TransferOptions {
        self.timeout = timeout;
        self
    }

    /// Sets how an attended transfer names its target.
    pub fn refer_to(mut self, how: ReferTo) -> TransferOptions {
        self.refer_to = how;
        self
    }

    /// Sets whether an attended transfer replaces an early dialog only.
    pub fn early_only(mut self, yes: bool) -> TransferOptions {
        self.early_only = yes;
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        if let Some(name) = ["Refer-To", "Referred-By", "Refer-Sub"]
            .into_iter()
            .find(|name| self.headers.contains(name))
        {
            return Err(Error::invalid(
                op,
                format!("{name} is written by the transfer itself; use the setting made for it"),
            ));
        }
        if let Some(by) = &self.referred_by {
            uri::check(op, "referrer", by)?;
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&self.timeout) {
            let given = self.timeout;
            return Err(Error::invalid(
                op,
                format!("the timeout of {given:?} is not between 1 s and 1 hour"),
            ));
        }
        Ok(())
    }
}

/// How far a transfer of ours has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferState {
    /// The peer answered the REFER with 2xx and will try.
    Accepted,
    /// The peer reports on its call to the target: 100, 180, …
    Progress,
    /// The target took the call.
    Succeeded,
    /// The peer refused, the target refused or was not reached, or nothing was heard in time.
    Failed,
    /// The peer tells no more, and has told no outcome: no progress was asked for, or it closed the subscription.
    Unknown,
}

impl TransferState {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            TransferState::Accepted => "accepted",
            TransferState::Progress => "progress",
            TransferState::Succeeded => "succeeded",
            TransferState::Failed => "failed",
            TransferState::Unknown => "unknown",
        }
    }
}

/// News of a transfer of ours. Exactly one of them is final.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransferProgress {
    /// How far it has come.
    pub state: TransferState,
    /// The newest status: of the answer to the REFER, or of the peer's call as its NOTIFY tells; 408 when nothing was heard in
    /// time.
    pub code: StatusCode,
    /// Its phrase.
    pub reason: String,
    /// Why it failed: [`Sip`](ErrorKind::Sip) with the code, [`Auth`](ErrorKind::Auth), [`Timeout`](ErrorKind::Timeout),
    /// [`Transport`](ErrorKind::Transport), [`Gone`](ErrorKind::Gone) when the endpoint closed first.
    pub error: Option<Error>,
    /// The peer's message that brought the news.
    pub message: Option<Arc<Message>>,
}

impl TransferProgress {
    /// Whether no more news will come.
    pub fn is_final(&self) -> bool {
        !matches!(self.state, TransferState::Accepted | TransferState::Progress)
    }
}

impl Call {
    /// Sends the peer to `target` (blind transfer, RFC 5589 §6): it is asked to call there, a SIP URI, name-addr or `tel:` URI.
    ///
    /// Sends REFER in the call's dialog (RFC 3515) and returns once it is queued; what becomes of it is told by
    /// [`Event::Transfer`](crate::Event::Transfer), exactly one of them final. Then we hang up if it succeeded; if not, the call
    /// goes on.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a malformed target, [`WrongState`](ErrorKind::WrongState) unless the
    /// call is confirmed (a call that came in and waits is sent on by [`Call::redirect`]), [`Busy`](ErrorKind::Busy) while another transfer of
    /// it is under way, [`Gone`](ErrorKind::Gone) after its end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_xfer")]
    pub fn transfer(&self, target: &str) -> Result<()> {
        self.transfer_with(target, TransferOptions::default())
    }

    /// Like [`Call::transfer`], with headers and settings.
    ///
    /// # Errors
    /// As there, and [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong option, which it names.
    pub fn transfer_with(&self, target: &str, options: TransferOptions) -> Result<()> {
        const OP: &str = "transfer";
        options.check(OP)?;
        let refer_to = refer::refer_to(OP, target, &[])?;
        let id = self.core.id;
        self.core.shared.run(OP, Lane::Urgent, move |engine| {
            engine.call_transfer(OP, id, &refer_to, None, &options)
        })
    }

    /// Connects the peers of two calls of ours (attended transfer, RFC 5589 §7): this call's peer is asked to call the other's
    /// and to take our place there (`Replaces`, RFC 3891).
    ///
    /// The target ends the other call when it is replaced; should it not within 4 seconds of the success, we do. Otherwise
    /// as [`Call::transfer`].
    ///
    /// # Errors
    /// As [`Call::transfer`]; [`WrongState`](ErrorKind::WrongState) unless the other call is confirmed, or came in and rings:
    /// the callee of a call of ours must refuse to be replaced while it rings (RFC 3891 §3); end that call and transfer blind instead.
    #[doc(alias = "pjsua_call_xfer_replaces")]
    pub fn transfer_to(&self, other: &Call) -> Result<()> {
        self.transfer_to_with(other, TransferOptions::default())
    }

    /// Like [`Call::transfer_to`], with headers and settings.
    ///
    /// # Errors
    /// As there.
    pub fn transfer_to_with(&self, other: &Call, options: TransferOptions) -> Result<()> {
        const OP: &str = "transfer";
        options.check(OP)?;
        let (id, other) = (self.core.id, other.core.id);
        if id == other {
            return Err(Error::invalid(OP, format!("call {id} cannot be transferred to itself")));
        }
        self.core.shared.run(OP, Lane::Urgent, move |engine| {
            engine.call_transfer_to(OP, id, other, &options)
        })
    }
}

/// The `Refer-To` of an attended transfer to the peer of `other`.
pub(crate) fn attended(op: &'static str, other: &CallInfo, options: &TransferOptions) -> Result<String> {
    let early = other.state == CallState::Early && other.direction == crate::Direction::Incoming;
    if other.state != CallState::Confirmed && !early {
        return Err(Error::new(
            ErrorKind::WrongState,
            op,
            format!(
                "call {} is {}; a transfer to it needs it confirmed (end it and transfer blind instead)",
                other.id, other.state
            ),
        ));
    }
    let contact = uri::bare(&other.remote_contact);
    let gruu = contact.split(';').skip(1).any(|p| p == "gr" || p.starts_with("gr="));
    let by_contact = !contact.is_empty()
        && match options.refer_to {
            ReferTo::Auto => gruu,
            ReferTo::Aor => false,
            ReferTo::Contact => true,
        };
    // PJSIP writes URIs of From and To without their port; who called us is named as they named themselves.
    let from = other.invite.as_deref().and_then(|invite| invite.header("From"));
    let target = match from {
        _ if by_contact => contact,
        Some(from) if from.contains('<') => uri::bare(from),
        Some(from) => from.split(';').next().unwrap_or_default().trim(),
        None => uri::bare(&other.remote_uri),
    };
    // What we have as remote tag is the target's own.
    let replaces =
        Replaces::new(&*other.sip_call_id, &*other.remote_tag, &*other.local_tag)?.early_only(options.early_only);
    let mut headers = vec![("Replaces", replaces.to_string())];
    if !by_contact {
        headers.push(("Require", "replaces".to_owned()));
    }
    refer::refer_to(op, target, &headers)
}

/// What a transfer request says; see [`TransferRequest`].
#[derive(Debug)]
pub(crate) struct Requested {
    pub(crate) call: Option<Call>,
    pub(crate) account: AccountId,
    pub(crate) target: String,
    pub(crate) headers: Headers,
    pub(crate) replaces: Option<Replaces>,
    pub(crate) referred_by: Option<String>,
    pub(crate) message: Arc<Message>,
}

/// Somebody asks us to call somebody else; a handle to answer it with, from any thread.
///
/// The REFER has been answered 202 by the time an event brings it, and the sender is told the decision by NOTIFY; only a
/// [`Handler`](crate::Handler) that decides in place has its code in the answer itself. Undecided for 60 seconds, or dropped
/// and forgotten, it is declined.
#[derive(Clone)]
pub struct TransferRequest {
    id: u64,
    shared: Arc<Shared>,
    what: Arc<Requested>,
}

impl TransferRequest {
    pub(crate) fn new(id: u64, shared: Arc<Shared>, what: Arc<Requested>) -> TransferRequest {
        TransferRequest { id, shared, what }
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The call whose peer asks; `None` for a request outside any call.
    pub fn call(&self) -> Option<&Call> {
        self.what.call.as_ref()
    }

    /// The account the call would be made with.
    pub fn account(&self) -> AccountId {
        self.what.account
    }

    /// Whom we are asked to call, as name-addr without headers; a `tel:` URI has become a SIP URI at the account's domain.
    pub fn target(&self) -> &str {
        &self.what.target
    }

    /// The headers that the new INVITE is to have, those of `Refer-To` that strangers may set.
    pub fn headers(&self) -> &Headers {
        &self.what.headers
    }

    /// The dialog of the target that we are to take over (attended transfer).
    pub fn replaces(&self) -> Option<&Replaces> {
        self.what.replaces.as_ref()
    }

    /// Who asks, as the request says (`Referred-By`, RFC 3892); not proven.
    pub fn referred_by(&self) -> Option<&str> {
        self.what.referred_by.as_deref()
    }

    /// The REFER.
    pub fn message(&self) -> &Arc<Message> {
        &self.what.message
    }

    /// Makes the call. It is a call like any other; its progress is reported to whoever asked, and that party ends the old call.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) when it was decided before, [`Gone`](ErrorKind::Gone) when it expired or was
    /// withdrawn, and those of [`Account::call`](crate::Account::call), which are reported to whoever asked.
    pub fn accept(&self) -> Result<Call> {
        self.accept_with(CallOptions::default())
    }

    /// Like [`TransferRequest::accept`], with options for the call; headers of the request come after the options' own.
    ///
    /// # Errors
    /// As there.
    pub fn accept_with(&self, options: CallOptions) -> Result<Call> {
        const OP: &str = "accept transfer";
        let id = self.id;
        self.shared
            .run(OP, Lane::Urgent, move |engine| engine.referral_accept(OP, id, options))
    }

    /// Declines, with a code from 300 to 699; 603 is usual.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for another code, else as [`TransferRequest::accept`].
    pub fn reject(&self, code: StatusCode) -> Result<()> {
        const OP: &str = "reject transfer";
        if !code.is_failure() {
            return Err(Error::invalid(
                OP,
                format!("{code} does not reject a transfer; give 300 to 699"),
            ));
        }
        let id = self.id;
        self.shared
            .run(OP, Lane::Urgent, move |engine| engine.referral_reject(OP, id, code))
    }
}

impl fmt::Debug for TransferRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferRequest")
            .field("call", &self.what.call.as_ref().map(Call::id).map(CallId::get))
            .field("target", &redact(&self.what.target))
            .field("replaces", &self.what.replaces)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Direction;

    fn other(direction: Direction, state: CallState) -> CallInfo {
        let mut info = CallInfo::begun(CallId(7), AccountId(1), direction);
        info.state = state;
        info.remote_uri = "\"C\" <sip:c@pbx;transport=tcp>".into();
        info.remote_contact = "<sip:c@10.0.0.9:5070;ob>".into();
        (info.sip_call_id, info.local_tag, info.remote_tag) = ("x@y".into(), "ours".into(), "theirs".into());
        info
    }

    #[test]
    fn the_target_is_named_by_aor_or_contact() {
        let info = other(Direction::Outgoing, CallState::Confirmed);
        let name = |how| attended("t", &info, &TransferOptions::new().refer_to(how)).unwrap();
        let dialog = "Replaces=x%40y%3Bto-tag%3Dtheirs%3Bfrom-tag%3Dours";
        let aor = format!("<sip:c@pbx;transport=tcp?{dialog}&Require=replaces>");
        assert_eq!(name(ReferTo::Aor), aor);
        assert_eq!(name(ReferTo::Auto), aor);
        assert_eq!(name(ReferTo::Contact), format!("<sip:c@10.0.0.9:5070;ob?{dialog}>"));
        let mut gruu = info.clone();
        gruu.remote_contact = "sip:c@h;gr=urn:uuid:1".into();
        let named = attended("t", &gruu, &TransferOptions::new()).unwrap();
        assert_eq!(named, format!("<sip:c@h;gr=urn:uuid:1?{dialog}>"));
    }

    #[test]
    fn a_call_of_ours_that_rings_is_no_target() {
        let early = |direction| attended("t", &other(direction, CallState::Early), &TransferOptions::new());
        assert_eq!(early(Direction::Outgoing).unwrap_err().kind(), ErrorKind::WrongState);
        early(Direction::Incoming).unwrap();
    }

    #[test]
    fn wrong_options_are_named() {
        let wrong = |options: TransferOptions| options.check("t").unwrap_err().to_string();
        let options = TransferOptions::new().header("Refer-To", "<sip:x@y>").unwrap();
        assert!(wrong(options).contains("Refer-To"));
        assert!(wrong(TransferOptions::new().referred_by("bob")).contains("bob"));
        assert!(wrong(TransferOptions::new().timeout(Duration::ZERO)).contains("timeout"));
    }
}
