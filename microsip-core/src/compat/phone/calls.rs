//! The calls there are, and what commands do with them (reference sections 1.3 and 7).

use std::time::Duration;

use serde_json::{Value, json};

use super::request::{State, Until};
use super::setup;
use super::worker::{Alarm, Reply, Worker};
use crate::compat::hooks::HookEvent;
use crate::compat::number::PostDial;
use crate::{
    Call, CallId, CallInfo, CallState, Direction, EndCause, Error, ErrorKind, Recorder, RejectOptions, Result,
    StatusCode, TransferOptions, TransferRequest,
};

/// A call, and what the phone remembers of it.
pub(super) struct LiveCall {
    pub call: Call,
    /// As the history shall have it.
    pub number: String,
    /// The name of the other side: the contact's, else what it says of itself.
    pub name: String,
    pub post_dial: Option<PostDial>,
    /// The label of the account.
    pub account: String,
    /// Who asked to be told.
    pub waiting: Vec<(Until, Reply)>,
    pub recorder: Option<Recorder>,
    pub recording: Option<std::path::PathBuf>,
    /// What was told to hooks already.
    pub outgoing_told: bool,
    pub confirmed_told: bool,
    pub end_told: bool,
    /// Ended here, before the other side confirmed it.
    pub hung_up: bool,
    /// The caller offered video.
    pub video: bool,
    /// Its audio has run.
    pub had_audio: bool,
}

impl LiveCall {
    pub(super) fn new(call: Call) -> LiveCall {
        LiveCall {
            call,
            number: String::new(),
            name: String::new(),
            post_dial: None,
            account: String::new(),
            waiting: Vec::new(),
            recorder: None,
            recording: None,
            outgoing_told: false,
            confirmed_told: false,
            end_told: false,
            hung_up: false,
            video: false,
            had_audio: false,
        }
    }

    /// An incoming call nobody has answered.
    pub(super) fn waits(&self) -> bool {
        let info = self.call.info();
        !self.hung_up
            && info.direction == Direction::Incoming
            && matches!(info.state, CallState::Incoming | CallState::Early)
            && info.last_status.is_none_or(StatusCode::is_provisional)
    }
}

impl Worker {
    pub(super) fn add_line(&mut self, line: LiveCall) {
        self.calls.insert(line.call.id(), line);
    }

    /// A call's state changed. Whether it is to be told: refused calls are not.
    pub(super) fn call_state(&mut self, call: &Call, info: &CallInfo) -> bool {
        let id = call.id();
        if !self.calls.contains_key(&id) {
            // Refused by the rules, or over long ago.
            if info.is_ended() || info.direction == Direction::Incoming {
                return false;
            }
            // Made by a transfer.
            self.add_line(self.transferred(call, info));
        }
        if info.direction == Direction::Outgoing {
            self.call_begun(id);
        }
        match info.state {
            CallState::Confirmed => self.call_confirmed(id, info),
            CallState::Disconnected => self.call_over(id, Some(info)),
            _ => {}
        }
        true
    }

    /// An INVITE of ours is sent.
    pub(super) fn call_begun(&mut self, id: CallId) {
        self.fire_once(id, HookEvent::OutgoingCall, |line| &mut line.outgoing_told);
    }

    /// Answered, by either side.
    fn call_confirmed(&mut self, id: CallId, info: &CallInfo) {
        let Some(line) = self.calls.get_mut(&id) else { return };
        if std::mem::replace(&mut line.confirmed_told, true) {
            return;
        }
        let mut replies = Vec::new();
        line.waiting.retain_mut(|(until, reply)| {
            let now = *until == Until::Answered;
            if now {
                replies.push(std::mem::replace(reply, Box::new(|_| {})));
            }
            !now
        });
        let (video, outgoing) = (line.video, info.direction == Direction::Outgoing);
        if !outgoing {
            self.fire(HookEvent::CallAnswer, id);
            if video {
                self.fire(HookEvent::CallAnswerVideo, id);
            }
        }
        self.fire(HookEvent::CallStart, id);
        // Any answer ends what was going to happen by itself to others.
        self.cancel(|alarm| matches!(alarm, Alarm::Answer(_) | Alarm::Forward(_)));
        self.stop_ringing();
        self.start_post_dial(id);
        if self.loaded.settings.auto_recording
            && let Err(e) = self.start_recording(id)
        {
            self.problem(e);
        }
        if self.loaded.settings.ac && !self.loaded.settings.single_mode {
            let confirmed = self
                .calls
                .values()
                .filter(|l| l.call.info().confirmed.is_some())
                .count();
            if confirmed > 1
                && let Err(e) = self.conference(None)
            {
                self.problem(e);
            }
        }
        let view = self.call_view(id);
        for reply in replies {
            reply(view.clone());
        }
    }

    /// A call is over; without `info` because the phone ends first.
    pub(super) fn call_over(&mut self, id: CallId, info: Option<&CallInfo>) {
        self.tell_end(id, info);
        let view = self.call_view(id);
        let Some(mut line) = self.calls.remove(&id) else { return };
        self.cancel(|alarm| match alarm {
            Alarm::Keys(call, _) => *call == id,
            Alarm::Answer(_) | Alarm::Forward(_) => true,
            Alarm::GiveUp | Alarm::Store | Alarm::Remember => false,
        });
        for (_, reply) in std::mem::take(&mut line.waiting) {
            reply(view.clone());
        }
        let snapshot = line.call.info();
        self.record_in_history(&line, info.unwrap_or(&snapshot));
        self.stop_ringing();
        self.media.left(id);
        if self.selected == Some(id) {
            self.selected = self.newest();
        }
        if self.calls.is_empty() {
            self.close_devices();
            if self.restart && self.endpoint.is_some() {
                self.reopen();
            }
        }
    }

    /// Runs the hook of a call's end, once (section 5.1).
    fn tell_end(&mut self, id: CallId, info: Option<&CallInfo>) {
        let Some(line) = self.calls.get_mut(&id) else { return };
        if std::mem::replace(&mut line.end_told, true) {
            return;
        }
        let code = info.and_then(|info| info.end.as_ref()).map(|end| end.code.code());
        match code {
            Some(486 | 600 | 603) => self.fire(HookEvent::CallBusy, id),
            Some(481) => {}
            _ => self.fire(HookEvent::CallEnd, id),
        }
    }

    fn newest(&self) -> Option<CallId> {
        self.calls.keys().copied().max_by_key(|id| id.get())
    }

    /// Events were lost: what the engine knows is looked at.
    pub(super) fn catch_up(&mut self) {
        let Ok(calls) = self.endpoint().and_then(crate::Endpoint::calls) else {
            return;
        };
        let gone: Vec<Call> = self
            .calls
            .values()
            .map(|line| line.call.clone())
            .filter(|call| !calls.iter().any(|there| there.id() == call.id()))
            .collect();
        if let Some(account) = self.accounts.active.clone() {
            self.registration(&account, &account.registration());
        }
        self.look_at_messages();
        for call in calls.iter().chain(&gone) {
            let info = call.info();
            let known = self.calls.contains_key(&call.id());
            if known || info.direction == Direction::Outgoing {
                self.call_state(call, &info);
            } else if info.state == CallState::Incoming {
                self.incoming(call, &info);
            }
        }
    }

    // What commands mean.

    /// The call of a command: the one it names, else the selected one, else the newest that talks.
    pub(super) fn meant(&self, call: Option<u64>) -> Result<Call> {
        if let Some(number) = call {
            let found = self.calls.values().find(|line| line.call.id().get() == number);
            return found.map(|line| line.call.clone()).ok_or_else(|| {
                Error::new(
                    ErrorKind::Gone,
                    "command",
                    format!("there is no call {number}; ask for calls"),
                )
            });
        }
        let selected = self
            .selected
            .and_then(|id| self.calls.get(&id))
            .filter(|line| !line.waits());
        let talking = || {
            let lines = self.calls.values().filter(|line| !line.waits());
            lines.max_by_key(|line| line.call.id().get())
        };
        selected
            .or_else(talking)
            .map(|line| line.call.clone())
            .ok_or_else(|| Error::new(ErrorKind::WrongState, "command", "there is no call"))
    }

    /// The incoming call of a command: the one it names, else the first that waits.
    fn waiting(&self, call: Option<u64>) -> Result<Call> {
        if let Some(number) = call {
            let meant = self.meant(call)?;
            let waits = self.calls.get(&meant.id()).is_some_and(LiveCall::waits);
            return waits.then_some(meant).ok_or_else(|| {
                Error::new(
                    ErrorKind::WrongState,
                    "command",
                    format!("call {number} waits for no answer"),
                )
            });
        }
        let waiting = self.calls.values().filter(|line| line.waits());
        waiting
            .min_by_key(|line| line.call.id().get())
            .map(|line| line.call.clone())
            .ok_or_else(|| Error::new(ErrorKind::WrongState, "command", "no incoming call waits for an answer"))
    }

    pub(super) fn answer(&mut self, call: Option<u64>) -> Result<Value> {
        let call = self.waiting(call)?;
        self.answer_call(&call)?;
        self.call_view(call.id())
    }

    pub(super) fn answer_call(&mut self, call: &Call) -> Result<()> {
        if !self.calls.get(&call.id()).is_some_and(LiveCall::waits) {
            // Others are not ended for one that is gone.
            return Err(Error::new(ErrorKind::Gone, "answer", "the caller has hung up"));
        }
        self.make_room(Some(call.id()))?;
        self.cancel(|alarm| matches!(alarm, Alarm::Answer(_) | Alarm::Forward(_)));
        self.open_devices();
        call.answer(StatusCode::OK)?;
        self.last_decided = Some(call.info().sip_call_id.to_string());
        self.selected = Some(call.id());
        self.stop_ringing();
        Ok(())
    }

    /// Ends a call from here: its hook runs at once, before the other side confirms.
    pub(super) fn end_locally(&mut self, call: &Call) -> Result<()> {
        // The event of the answer may still lie in the queue: what it starts comes before what the end does.
        let info = call.info();
        if info.confirmed.is_some() && !info.is_ended() {
            self.call_confirmed(call.id(), &info);
        }
        call.hang_up()?;
        if let Some(line) = self.calls.get_mut(&call.id()) {
            line.hung_up = true;
        }
        // The end event gives outgoing calls that were refused meanwhile their own hook, so only talking ones are told now.
        if call.info().confirmed.is_some() {
            self.tell_end(call.id(), None);
        }
        Ok(())
    }

    fn decline(&mut self, call: &Call, code: StatusCode) -> Result<()> {
        call.reject(code)?;
        self.last_decided = Some(call.info().sip_call_id.to_string());
        if let Some(line) = self.calls.get_mut(&call.id()) {
            line.hung_up = true;
        }
        self.stop_ringing();
        Ok(())
    }

    pub(super) fn hang_up(&mut self, call: Option<u64>) -> Result<Value> {
        let named = call;
        let call = match self.meant(call) {
            Err(_) if call.is_none() => self
                .waiting(None)
                .map_err(|_| Error::new(ErrorKind::WrongState, "hangup", "there is no call"))?,
            meant => meant?,
        };
        let waits = self.calls.get(&call.id()).is_some_and(LiveCall::waits);
        if waits {
            self.decline(&call, StatusCode::BUSY_HERE)?;
        } else if named.is_none() && self.media.in_conference(call.id()) {
            // The End button ends the conference; one that is named leaves it alone (section 7.4).
            let members = self.media.members();
            return self.all(
                |line| members.contains(&line.call.id()),
                |worker, call| worker.end_locally(call),
            );
        } else {
            self.end_locally(&call)?;
        }
        Ok(json!({ "calls": [call.id().get()] }))
    }

    fn all(
        &mut self,
        which: impl Fn(&LiveCall) -> bool,
        mut act: impl FnMut(&mut Self, &Call) -> Result<()>,
    ) -> Result<Value> {
        let calls: Vec<Call> = self
            .calls
            .values()
            .filter(|line| which(line))
            .map(|line| line.call.clone())
            .collect();
        let mut failure = None;
        for call in &calls {
            match act(self, call) {
                // Over by itself meanwhile, which is what was wanted.
                Err(e) if e.kind() == ErrorKind::Gone => {}
                Err(e) => failure = Some(e),
                Ok(()) => {}
            }
        }
        let ids: Vec<u64> = calls.iter().map(|call| call.id().get()).collect();
        failure.map_or(Ok(json!({ "calls": ids })), Err)
    }

    pub(super) fn hang_up_all(&mut self) -> Result<Value> {
        self.all(|line| !line.waits(), |worker, call| worker.end_locally(call))
    }

    pub(super) fn hang_up_incoming(&mut self) -> Result<Value> {
        self.all(LiveCall::waits, |worker, call| {
            worker.decline(call, StatusCode::DECLINE)
        })
    }

    pub(super) fn hang_up_calling(&mut self) -> Result<Value> {
        let calling = |line: &LiveCall| {
            let info = line.call.info();
            info.direction == Direction::Outgoing && info.confirmed.is_none() && !info.is_ended()
        };
        self.all(calling, |worker, call| worker.end_locally(call))
    }

    pub(super) fn reject(&mut self, call: Option<u64>, code: Option<u16>) -> Result<Value> {
        let code = match code {
            None => StatusCode::BUSY_HERE,
            Some(code) => StatusCode::new(code)
                .filter(|code| code.is_failure())
                .ok_or_else(|| Error::invalid("reject", format!("{code} rejects no call; 300 to 699 do")))?,
        };
        let call = self.waiting(call)?;
        self.decline(&call, code)?;
        Ok(json!({ "calls": [call.id().get()] }))
    }

    /// 302 with the target as Contact and our address as Diversion (section 6.3).
    pub(super) fn redirect(&mut self, call: Option<u64>, target: &str) -> Result<Value> {
        let call = self.waiting(call)?;
        self.redirect_call(&call, target)?;
        self.last_decided = Some(call.info().sip_call_id.to_string());
        Ok(json!({ "calls": [call.id().get()] }))
    }

    pub(super) fn redirect_call(&mut self, call: &Call, target: &str) -> Result<()> {
        let dialled = self.numbers.resolve(&super::dial::plain(target)?)?;
        let (_, settings) = self.line_of(&dialled)?;
        let uri = dialled.request_uri(settings.map_or(crate::Transport::Udp, |a| setup::transport(a.transport)));
        let own = crate::sip::uri::bare(&call.info().local_uri).to_owned();
        let options = RejectOptions::new()
            .contact(uri)
            .header("Diversion", &format!("<{own}>;reason=unconditional"))?;
        call.reject_with(StatusCode::MOVED_TEMPORARILY, options)?;
        if let Some(line) = self.calls.get_mut(&call.id()) {
            line.hung_up = true;
        }
        self.stop_ringing();
        Ok(())
    }

    pub(super) fn hold(&mut self, call: Option<u64>, state: State) -> Result<Value> {
        let call = self.meant(call)?;
        let hold = state.apply(call.info().hold.is_local());
        // A conference is held and taken back as a whole; else one call talks at a time.
        let joined = self.media.in_conference(call.id());
        let confirmed = self.calls.values().map(|line| line.call.clone());
        let confirmed = confirmed.filter(|c| c.info().confirmed.is_some() && !c.info().is_ended());
        let (group, others): (Vec<Call>, Vec<Call>) =
            confirmed.partition(|c| c.id() == call.id() || (joined && self.media.in_conference(c.id())));
        if !hold && !self.loaded.settings.ac {
            for other in others.iter().filter(|c| !c.info().hold.is_local()) {
                other.hold()?;
            }
        }
        if hold && group.iter().all(|c| c.id() != call.id()) {
            // Says why it cannot be held.
            call.hold()?;
        }
        for member in group.iter().filter(|c| c.info().hold.is_local() != hold) {
            match hold {
                true => member.hold()?,
                false => member.resume()?,
            }
        }
        self.selected = Some(call.id());
        Ok(json!({ "call": call.id().get(), "hold": hold }))
    }

    pub(super) fn dtmf(&mut self, call: Option<u64>, digits: &str) -> Result<Value> {
        let call = self.meant(call)?;
        call.send_dtmf_with(digits, setup::keys(&self.loaded.settings))?;
        Ok(json!({ "call": call.id().get(), "digits": digits.chars().filter(|c| *c != ',').count() }))
    }

    /// Blind transfer, or the feature code for it (section 7.3).
    pub(super) fn transfer(&mut self, call: Option<u64>, target: &str) -> Result<Value> {
        let call = self.meant(call)?;
        if self.media.in_conference(call.id()) {
            return Err(Error::new(
                ErrorKind::WrongState,
                "transfer",
                "the call is in a conference; take it out first",
            ));
        }
        let dialled = self.numbers.resolve(&super::dial::plain(target)?)?;
        let settings = &self.loaded.settings;
        if settings.enable_feature_code_bt {
            let keys = format!("{}{}", settings.feature_code_bt, dialled.user());
            call.send_dtmf_with(&keys, setup::keys(settings))?;
            return Ok(json!({ "call": call.id().get(), "by": "feature_code" }));
        }
        let (_, settings) = self.line_of(&dialled)?;
        let uri = dialled.request_uri(settings.map_or(crate::Transport::Udp, |a| setup::transport(a.transport)));
        call.transfer_with(&uri, TransferOptions::new().hang_up_after(true))?;
        Ok(json!({ "call": call.id().get(), "by": "refer" }))
    }

    pub(super) fn transfer_to(&mut self, call: Option<u64>, other: u64) -> Result<Value> {
        let call = self.meant(call)?;
        let other = self.meant(Some(other))?;
        if call.id() == other.id() {
            return Err(Error::invalid(
                "transfer_to",
                "a call cannot be connected with itself; name two calls",
            ));
        }
        let settings = &self.loaded.settings;
        if settings.enable_feature_code_at {
            let keys = format!("{}{}", settings.feature_code_at, other.info().remote_user());
            call.send_dtmf_with(&keys, setup::keys(settings))?;
            return Ok(json!({ "call": call.id().get(), "by": "feature_code" }));
        }
        call.transfer_to_with(&other, TransferOptions::new().hang_up_after(true))?;
        Ok(json!({ "call": call.id().get(), "by": "refer" }))
    }

    /// A peer wants to transfer us: allowed while the call talks and nobody talks to that target yet (section 7.3).
    pub(super) fn transfer_requested(&mut self, request: &TransferRequest) {
        let target = crate::sip::uri::bare(request.target());
        let wanted = (
            crate::sip::uri::user(target).to_owned(),
            crate::sip::uri::host_port(target),
        );
        let known = self.calls.values().any(|line| {
            let info = line.call.info();
            (
                info.remote_user().to_owned(),
                crate::sip::uri::host_port(&info.remote_uri),
            ) == wanted
        });
        let talks = request.call().is_some_and(|call| call.info().confirmed.is_some());
        let account = request.call().map(|call| call.info().account);
        let local = self.accounts.local.as_ref().map(crate::Account::id);
        let settings = match account == local {
            true => Some(&self.loaded.local),
            false => self.loaded.active().map(|(_, settings)| settings),
        };
        let options = setup::call_options(settings);
        let done = match talks && (!known || request.replaces().is_some()) {
            true => request.accept_with(options).map(drop),
            false => request.reject(StatusCode::DECLINE),
        };
        if let Err(e) = done {
            self.problem(e);
        }
    }

    pub(super) fn call_transferred(&mut self, call: &Call) {
        let info = call.info();
        if !self.calls.contains_key(&call.id()) {
            self.add_line(self.transferred(call, &info));
            self.call_begun(call.id());
        }
        if info.is_ended() {
            return self.call_over(call.id(), Some(&info));
        }
        self.selected = Some(call.id());
    }

    /// A call that somebody else's wish made.
    fn transferred(&self, call: &Call, info: &CallInfo) -> LiveCall {
        LiveCall {
            number: self.number_of(&info.remote_uri),
            ..LiveCall::new(call.clone())
        }
    }

    pub(super) fn select(&mut self, call: u64) -> Result<Value> {
        let call = self.meant(Some(call))?;
        self.selected = Some(call.id());
        self.call_view(call.id())
    }

    fn fire_once(&mut self, id: CallId, event: HookEvent, told: fn(&mut LiveCall) -> &mut bool) {
        let Some(line) = self.calls.get_mut(&id) else { return };
        if !std::mem::replace(told(line), true) {
            self.fire(event, id);
        }
    }

    /// What the history calls the end (section 9.6).
    pub(super) fn end_text(info: &CallInfo) -> (String, bool) {
        let Some(end) = &info.end else {
            return ("Call Ended".into(), false);
        };
        let elsewhere = end.cause == EndCause::Cancelled
            && end
                .reasons
                .iter()
                .any(|reason| reason.text.eq_ignore_ascii_case("Call completed elsewhere"));
        let answered = info.confirmed.is_some();
        let incoming = info.direction == Direction::Incoming;
        let text = match end.code.code() {
            _ if answered => "Call Ended".to_owned(),
            _ if elsewhere => "Answered Elsewhere".to_owned(),
            603 => "Declined".to_owned(),
            486 if incoming => "Declined".to_owned(),
            487 if incoming => "Missed Call".to_owned(),
            487 => "Canceled".to_owned(),
            code @ 500..=599 => format!("Server Failure: {code} {}", end.reason),
            _ => end.reason.clone(),
        };
        (text, elsewhere)
    }
}

/// Rounded, as the history counts.
pub(super) fn whole_seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().saturating_add(500) / 1000).unwrap_or(u32::MAX)
}
