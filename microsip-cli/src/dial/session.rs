//! What is done in the call, and when it ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use microsip_core::{
    Account, Call, CallInfo, CallOptions, CallState, DtmfOptions, ErrorKind, PlayEnd, Player, Recorder, RecordingInfo,
    RegistrationInfo, StatusCode,
};

use super::expect::{self, Heard};
use super::keys::Keys;
use super::outcome::{Outcome, Why};
use super::target::Target;
use super::times::{Moment, Times};
use crate::args::DialArgs;
use crate::exit::Failure;
use crate::run::events::{ErrorOut, OutEvent};
use crate::run::output::Output;
use crate::run::setup;

/// How long a call that we hung up may take to be over; it usually is at once.
const SETTLE: Duration = Duration::from_secs(1);
/// Sleeping longer than that is of no use, and keeps arithmetic in bounds.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// A dial in progress.
pub(super) struct Session<'a> {
    pub(super) args: &'a DialArgs,
    pub(super) account: Account,
    pub(super) target: Target,
    options: CallOptions,
    dtmf: DtmfOptions,
    output: Option<Output>,
    pub(super) times: Times,
    pub(super) heard: Heard,
    pub(super) keys: Keys,
    /// What became of the registration before the call.
    pub(super) registration: Option<RegistrationInfo>,
    pub(super) call: Option<Call>,
    pub(super) info: Option<Arc<CallInfo>>,
    /// What the INVITE was answered with.
    pub(super) code: Option<StatusCode>,
    /// Why there was no call.
    pub(super) error: Option<ErrorOut>,
    /// Whether audio has flowed.
    pub(super) audio: bool,
    pub(super) player: Option<Player>,
    /// Whether the keys of --dtmf have been given their times.
    planned: bool,
    pub(super) recorder: Option<Recorder>,
    pub(super) recording: Option<RecordingInfo>,
    timeout_at: Instant,
    pub(super) hangup_at: Option<Instant>,
    pub(super) why: Option<Why>,
    /// Until when we wait for the end of a call that we hung up.
    settle: Option<Instant>,
    pub(super) over: bool,
    interrupted: bool,
    /// What of ours failed.
    pub(super) faults: Vec<String>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        args: &'a DialArgs,
        begun: Instant,
        account: Account,
        target: Target,
        options: CallOptions,
        output: Option<Output>,
    ) -> Session<'a> {
        Session {
            args,
            account,
            target,
            options,
            dtmf: setup::dtmf_options(args.work.dtmf_method, &args.outgoing),
            output,
            times: Times {
                started: Moment::now(),
                registered: None,
                called: None,
                ringing: None,
                answered: None,
                ended: None,
            },
            heard: Heard::default(),
            keys: Keys::default(),
            registration: None,
            call: None,
            info: None,
            code: None,
            error: None,
            audio: false,
            player: None,
            planned: false,
            recorder: None,
            recording: None,
            timeout_at: begun + args.timeout,
            hangup_at: None,
            why: None,
            settle: None,
            over: false,
            interrupted: false,
            faults: Vec::new(),
        }
    }

    /// Calls, unless a registration comes first.
    pub(super) fn begin(&mut self) {
        if self.args.no_register || self.args.account.registrar.is_none() {
            self.place();
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether its end was decided.
    pub(super) fn ends(&self) -> bool {
        self.over || self.why.is_some()
    }

    /// The last event; gives the output back.
    pub(super) fn closed(&mut self) -> Option<Output> {
        let reason = if self.interrupted { "signal" } else { "quit" };
        self.emit(OutEvent::Closed { reason });
        self.output.take()
    }

    /// What became of it.
    pub(super) fn outcome(&self) -> Outcome {
        if self.interrupted {
            return Outcome::Interrupted;
        }
        match (&self.info, &self.times.called) {
            (_, None) => Outcome::NotRegistered,
            (Some(info), _) => match &info.end {
                Some(end) => Outcome::of(end, self.times.answered.is_some()),
                None => Outcome::Failed,
            },
            (None, _) => Outcome::Failed,
        }
    }

    pub(super) fn emit(&mut self, event: OutEvent) {
        if let Some(output) = &mut self.output {
            output.emit(event);
        }
    }

    /// Something of ours failed. That the call has ended in that moment is no fault, and told by an event of its own.
    pub(super) fn fault(&mut self, what: &str, error: &microsip_core::Error) -> bool {
        if error.kind() == ErrorKind::Gone {
            return false;
        }
        let message = format!("{what}: {}", error.message());
        self.emit(OutEvent::Error {
            error: ErrorOut::from(error),
            command: Some(what.to_owned()),
            call: self.call.as_ref().map(|call| call.id().get()),
            suggestion: None,
        });
        self.faults.push(message);
        true
    }

    pub(super) fn place(&mut self) {
        self.times.called = Some(Moment::now());
        match self.account.call_with(&self.target.uri, self.options.clone()) {
            Ok(call) => {
                self.info = Some(call.info());
                self.call = Some(call);
            }
            Err(e) => {
                self.error = Some(ErrorOut::from(&e));
                self.emit(OutEvent::Error {
                    error: ErrorOut::from(&e),
                    command: None,
                    call: None,
                    suggestion: None,
                });
                self.end(Why::Call);
            }
        }
    }

    /// A signal: what closes the endpoint hangs up.
    pub(super) fn interrupt(&mut self) {
        self.interrupted = true;
        self.why = Some(Why::Signal);
        self.over = true;
    }

    /// Has it end.
    pub(super) fn end(&mut self, why: Why) {
        if self.why.is_some() {
            return;
        }
        self.why = Some(why);
        let running = self
            .call
            .as_ref()
            .filter(|call| call.state() != CallState::Disconnected);
        let Some(call) = running.cloned() else {
            self.over = true;
            return;
        };
        self.settle = Some(Instant::now() + SETTLE);
        if let Err(e) = call.hang_up() {
            self.fault("hang up", &e);
        }
    }

    /// When something is to be done although nothing happens.
    pub(super) fn next_alarm(&self) -> Instant {
        let now = Instant::now();
        let sent = self.keys.finished(now).filter(|at| *at > now);
        let alarms = match self.settle {
            Some(at) => [Some(at), None, None, None],
            None => [Some(self.timeout_at), self.hangup_at, self.keys.next(), sent],
        };
        let next = alarms.into_iter().flatten().min();
        next.unwrap_or(now + LONGEST_SLEEP).min(now + LONGEST_SLEEP)
    }

    /// Does what is due.
    pub(super) fn advance(&mut self, now: Instant) {
        if let Some(until) = self.settle {
            // An engine that does not end a call is closed all the same.
            self.over |= now >= until;
            return;
        }
        if self.over {
            return;
        }
        if now >= self.timeout_at {
            return self.end(Why::Timeout);
        }
        let Some(answered) = self.times.answered else { return };
        if self.hangup_at.is_some_and(|at| now >= at) {
            return self.end(Why::HangupAfter);
        }
        self.plan_keys(answered.at, now);
        while let Some(digits) = self.keys.due(now) {
            self.press(&digits, now);
        }
        let done = self.planned && self.has_played() && self.keys.finished(now).is_some_and(|at| at <= now);
        if done && self.heard.all(&self.args.expect) {
            if self.args.work.hangup_after_play {
                self.end(Why::Played);
            } else if self.hangup_at.is_none() && expect::something(&self.args.expect) {
                self.end(Why::Expected);
            }
        }
    }

    /// The keys of `--dtmf` come after the answer, after the last file, or when they are told to.
    fn plan_keys(&mut self, answered: Instant, now: Instant) {
        if self.planned {
            return;
        }
        let work = &self.args.work;
        // A wrong one was refused before the call.
        let digits = work.dtmf.as_ref().and_then(|digits| digits.get("--dtmf").ok());
        let Some(digits) = digits else {
            self.planned = true;
            return;
        };
        match work.dtmf_after {
            Some(after) => self.keys.add_at(digits, answered + after),
            None if work.play.is_empty() => self.keys.add(digits, answered),
            None if self.has_played() => self.keys.add(digits, now),
            None => return,
        }
        self.planned = true;
    }

    /// Whether nothing is played, or no longer.
    pub(super) fn has_played(&self) -> bool {
        match &self.player {
            // When the call is the reason, its own end is about to be told.
            Some(player) => player.end().is_some_and(|end| end != PlayEnd::TargetEnded),
            None => self.args.work.play.is_empty(),
        }
    }

    /// How the last file ended.
    pub(super) fn play_end(&self) -> Option<PlayEnd> {
        self.player.as_ref().and_then(Player::end)
    }

    fn press(&mut self, digits: &str, now: Instant) {
        let Some(call) = &self.call else { return };
        match call.send_dtmf_with(digits, self.dtmf) {
            Ok(()) => self.keys.handed(digits, now, &self.dtmf),
            Err(e) => {
                self.fault("dtmf", &e);
                self.keys.lost(digits);
            }
        }
    }

    /// What was asked for and not done, though the call was answered.
    pub(super) fn shortfalls(&self) -> Vec<String> {
        let mut all = Vec::new();
        if self.times.answered.is_none() || self.why == Some(Why::Unexpected) {
            return all;
        }
        let unsent = self.unsent();
        if unsent > 0 {
            all.push(format!("{unsent} digits were not sent: the call ended before"));
        }
        if self.args.work.hangup_after_play && self.play_end() != Some(PlayEnd::Finished) {
            all.push("not everything was played: the call ended before".into());
        }
        if self.args.work.record.is_some() && self.recorder.is_none() && self.faults.is_empty() {
            all.push("nothing was recorded: no audio flowed before the call ended".into());
        }
        all
    }

    /// Digits whose time did not come.
    pub(super) fn unsent(&self) -> usize {
        let digits = self.args.work.dtmf.as_ref().filter(|_| !self.planned);
        let unplanned = digits.and_then(|digits| digits.get("--dtmf").ok());
        let unplanned = unplanned.map_or(0, |d| d.as_str().bytes().filter(|b| *b != b',').count());
        self.keys.unsent() + unplanned
    }

    /// A wrong `--dtmf`, before anything begins.
    pub(super) fn check(args: &DialArgs) -> Result<(), Failure> {
        match &args.work.dtmf {
            Some(digits) => digits.get("--dtmf").map(drop),
            None => Ok(()),
        }
    }
}
