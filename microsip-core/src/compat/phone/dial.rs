//! From a number to a call (reference sections 1.6, 3 and 7.1), at once or when the account has registered.

use std::borrow::Cow;
use std::time::SystemTime;

use super::calls::LiveCall;
use super::events::DialState;
use super::request::Until;
use super::worker::{Alarm, Reply, Worker};
use super::{PATIENCE, PhoneEvent, setup};
use crate::compat::links::{CallTarget, Link, LinkAction, LinkScheme};
use crate::compat::number::{self, Dialled};
use crate::{Account, Call, CallId, Error, ErrorKind, Result, Transport};

/// Whether calls can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ready {
    Yes,
    /// The account registers.
    Later,
    /// It will not without help; why.
    Never(String),
}

/// A number that waits for the registration.
pub(super) struct Delayed {
    target: String,
    secure: bool,
    as_is: bool,
    until: Option<Until>,
    reply: Reply,
}

impl Worker {
    pub(super) fn dial_request(&mut self, target: &str, secure: bool, until: Option<Until>, reply: Reply) {
        let target = match plain(target) {
            Ok(target) => target.into_owned(),
            Err(e) => {
                self.tell_dial(target, DialState::Failed, None, Some(&e));
                return reply(Err(e));
            }
        };
        self.dial(Delayed {
            target,
            secure,
            as_is: false,
            until,
            reply,
        });
    }

    /// The last number again, without clean-up, prefix and plan.
    pub(super) fn redial(&mut self, reply: Reply) {
        let target = self.loaded.settings.last_call_number.clone();
        if target.is_empty() {
            return reply(Err(Error::new(
                ErrorKind::WrongState,
                "redial",
                "nothing was dialled yet",
            )));
        }
        self.dial(Delayed {
            target,
            secure: false,
            as_is: true,
            until: None,
            reply,
        });
    }

    pub(super) fn voicemail(&mut self, reply: Reply) {
        let number = self
            .loaded
            .active()
            .map(|(_, a)| a.voicemail_number.clone())
            .unwrap_or_default();
        if number.is_empty() {
            let what = "the active account has no voicemailNumber";
            return reply(Err(Error::new(ErrorKind::Config, "voicemail", what)));
        }
        self.dial_request(&number, false, None, reply);
    }

    /// Code and extension, at the extension's domain (section 7.6).
    pub(super) fn pickup(&mut self, number: &str, reply: Reply) {
        let settings = &self.loaded.settings;
        if !settings.enable_feature_code_cp {
            let what = "call pickup is off; set enableFeatureCodeCP=1";
            return reply(Err(Error::new(ErrorKind::WrongState, "pickup", what)));
        }
        let code = settings.feature_code_cp.clone();
        match self.numbers.resolve_as_is(number) {
            Ok(dialled) => {
                let target = format!("sip:{code}{}@{}", dialled.user(), dialled.host());
                self.dial(Delayed {
                    target,
                    secure: false,
                    as_is: true,
                    until: None,
                    reply,
                });
            }
            Err(e) => reply(Err(e)),
        }
    }

    fn dial(&mut self, wish: Delayed) {
        if let Err(e) = self.resolve(&wish) {
            self.tell_dial(&wish.target, DialState::Failed, None, Some(&e));
            return (wish.reply)(Err(e));
        }
        let direct = self
            .resolve(&wish)
            .is_ok_and(|dialled| dialled.line() == number::Line::Local && self.accounts.local.is_some());
        if direct {
            return self.dial_now(wish);
        }
        match self.readiness() {
            Ready::Yes => return self.dial_now(wish),
            Ready::Later => {}
            Ready::Never(why) => {
                self.delayed = Some(wish);
                return self.give_up_delayed(&format!("the account is not registered: {why}"));
            }
        }
        // Only the last such number is kept.
        self.give_up_delayed("another number was dialled");
        self.tell_dial(&wish.target, DialState::Delayed, None, None);
        self.delayed = Some(wish);
        self.cancel(|alarm| *alarm == Alarm::GiveUp);
        self.later(PATIENCE, Alarm::GiveUp);
    }

    fn resolve(&self, wish: &Delayed) -> Result<Dialled> {
        let target = CallTarget::new(wish.target.as_str()).secured(wish.secure);
        match wish.as_is {
            true => self.numbers.resolve_target_as_is(&target),
            false => self.numbers.resolve_target(&target),
        }
    }

    /// The registration succeeded.
    pub(super) fn dial_delayed(&mut self) {
        if let Some(wish) = self.delayed.take() {
            self.cancel(|alarm| *alarm == Alarm::GiveUp);
            self.dial_now(wish);
        }
    }

    pub(super) fn give_up_delayed(&mut self, why: &str) {
        self.cancel(|alarm| *alarm == Alarm::GiveUp);
        if let Some(wish) = self.delayed.take() {
            let error = Error::new(
                ErrorKind::WrongState,
                "call",
                format!("{:?} was not dialled: {why}", crate::redact::redact(&wish.target)),
            );
            self.tell_dial(&wish.target, DialState::Failed, None, Some(&error));
            (wish.reply)(Err(error));
        }
    }

    fn dial_now(&mut self, wish: Delayed) {
        match self.make_call(&wish) {
            Ok(id) => {
                self.tell_dial(&wish.target, DialState::Dialled, Some(id), None);
                match (wish.until, self.calls.get_mut(&id)) {
                    (Some(until), Some(line)) => line.waiting.push((until, wish.reply)),
                    _ => (wish.reply)(self.call_view(id)),
                }
            }
            Err(e) => {
                self.tell_dial(&wish.target, DialState::Failed, None, Some(&e));
                (wish.reply)(Err(e));
            }
        }
    }

    fn make_call(&mut self, wish: &Delayed) -> Result<CallId> {
        let dialled = self.resolve(wish)?;
        let (account, settings) = self.line_of(&dialled)?;
        let transport = settings.map_or(Transport::Udp, |a| setup::transport(a.transport));
        let options = setup::call_options(settings);
        let label = settings.map(|a| a.label.clone()).unwrap_or_default();
        self.make_room(None)?;
        self.open_devices();
        let call = account.call_with(&dialled.request_uri(transport), options)?;
        let id = call.id();
        let line = LiveCall {
            number: self.history_number(&dialled),
            post_dial: dialled.post_dial().cloned(),
            account: label,
            ..LiveCall::new(call.clone())
        };
        self.add_line(line);
        self.call_begun(id);
        self.selected = Some(id);
        self.remember_dialled(&as_typed(&wish.target, wish.secure), wish.as_is);
        Ok(id)
    }

    /// The account that makes a call, with its settings.
    pub(super) fn line_of(&self, dialled: &Dialled) -> Result<(Account, Option<&crate::compat::ini::AccountSettings>)> {
        let active = || {
            let account = self.accounts.active.clone()?;
            Some((account, self.loaded.active().map(|(_, settings)| settings)))
        };
        let local = || Some((self.accounts.local.clone()?, Some(&self.loaded.local)));
        let found = match dialled.line() {
            number::Line::Local => local().or_else(active),
            _ => active().or_else(local),
        };
        found.ok_or_else(super::accounts::no_account)
    }

    /// Other calls end or are held, as the mode says, before one is made or answered. `but` is the one that is answered.
    pub(super) fn make_room(&mut self, but: Option<CallId>) -> Result<()> {
        let single = self.loaded.settings.single_mode;
        let busy: Vec<Call> = self
            .calls
            .values()
            .filter(|line| Some(line.call.id()) != but && !line.waits() && !line.call.info().is_ended())
            .map(|line| line.call.clone())
            .collect();
        if busy.is_empty() {
            return Ok(());
        }
        if single && but.is_none() {
            return Err(Error::new(
                ErrorKind::Busy,
                "call",
                "there is a call, and the phone is in single-call mode; hang up first, or set singleMode=0",
            ));
        }
        for call in busy {
            let done = match (single, self.loaded.settings.ac) {
                (true, _) => self.end_locally(&call),
                (false, true) => Ok(()),
                (false, false) if call.info().confirmed.is_some() && !call.info().hold.is_local() => call.hold(),
                (false, false) => Ok(()),
            };
            if let Err(e) = done {
                self.problem(e);
            }
        }
        Ok(())
    }

    /// Starts the keys behind the number, after the answer and its hooks.
    pub(super) fn start_post_dial(&mut self, id: CallId) {
        let steps = self
            .calls
            .get(&id)
            .and_then(|line| line.post_dial.as_ref())
            .map(number::PostDial::steps);
        for step in steps.unwrap_or_default() {
            self.later(step.after, Alarm::Keys(id, step.digits));
        }
    }

    pub(super) fn send_post_dial(&mut self, id: CallId, digits: &str) {
        let Some(line) = self.calls.get(&id) else { return };
        let keys = setup::keys(&self.loaded.settings);
        if let Err(e) = line.call.send_dtmf_with(digits, keys) {
            self.problem(e);
        }
    }

    fn tell_dial(&mut self, target: &str, state: DialState, call: Option<CallId>, error: Option<&Error>) {
        self.tell(PhoneEvent::Dial {
            target: crate::redact::redact(target).into_owned(),
            state,
            call,
            error: error.cloned(),
        });
    }

    /// `lastCallNumber` and `[Dialed]`.
    fn remember_dialled(&mut self, target: &str, again: bool) {
        self.remember_last(target);
        if again {
            return;
        }
        let target = target.to_owned();
        if let Err(e) = self.store(move |ini, _| ini.push_dialed(&target)) {
            self.problem(e);
        }
    }

    /// The number as the history has it: the user part, with domain if it is another one's, with the keys behind it, without the
    /// dialling prefix.
    pub(super) fn history_number(&self, dialled: &Dialled) -> String {
        let own = self.loaded.active().map(|(_, a)| a.domain.as_str()).unwrap_or_default();
        let mut number = match dialled.user() {
            "" => dialled.host().to_owned(),
            user if dialled.host().eq_ignore_ascii_case(own) => user.to_owned(),
            user => format!("{user}@{}", dialled.host()),
        };
        let prefix = self
            .loaded
            .active()
            .map(|(_, a)| a.dialing_prefix.as_str())
            .unwrap_or_default();
        if dialled.is_phone_number()
            && !prefix.is_empty()
            && let Some(rest) = number.strip_prefix(prefix)
            && rest.len() > 3
        {
            number = rest.to_owned();
        }
        if let Some(keys) = dialled.post_dial() {
            number = format!("{number},{}", keys.as_str());
        }
        number
    }
}

/// A link for a number (`tel:`, `callto:`, `dial:`, `dialpad:`) as the number it is; all else as it stands.
pub(super) fn plain(target: &str) -> Result<Cow<'_, str>> {
    use LinkScheme::{Callto, Dial, Dialpad, Tel};
    if !matches!(LinkScheme::of(target), Some(Tel | Callto | Dial | Dialpad)) {
        return Ok(Cow::Borrowed(target));
    }
    match Link::parse(target)?.action {
        LinkAction::Call(target) => Ok(Cow::Owned(target.text().to_owned())),
        _ => Err(Error::invalid("link", "the link is none of a number")),
    }
}

/// Seconds since 1970.
pub(super) fn unix(at: SystemTime) -> i64 {
    at.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// A target with the scheme that says that TLS is required.
pub(super) fn as_typed(target: &str, secure: bool) -> Cow<'_, str> {
    match secure && !target.to_ascii_lowercase().contains("sips:") {
        true => Cow::Owned(format!("sips:{target}")),
        false => Cow::Borrowed(target),
    }
}
