//! The call: what is done in it, and when it ends.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use microsip_core::{
    Account, Call, CallInfo, CallOptions, CallState, DtmfOptions, Event, PlayEnd, PlayOptions, Player, Recorder,
    RecordingInfo, RegistrationInfo, RegistrationState, SpeechOptions, StatusCode, ToneDetection,
};

use super::expect::{self, Heard};
use super::keys::Keys;
use super::outcome::{Outcome, Why};
use super::target::Target;
use crate::args::DialArgs;
use crate::exit::Failure;
use crate::run::events::{CallOut, ErrorOut, MediaOut, OutEvent, PlayerOut, RecordingOut};
use crate::run::files::record_options;
use crate::run::output::Output;
use crate::run::setup;
use crate::run::streams::template;
use crate::run::told::told;

/// How long a call that we hung up may take to be over; it usually is at once.
const SETTLE: Duration = Duration::from_secs(1);
/// Sleeping longer than that is of no use, and keeps arithmetic in bounds.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// A moment: by the clock of the wall for the report, by one that never jumps for differences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) wall: SystemTime,
    pub(super) at: Instant,
}

impl Moment {
    fn now() -> Moment {
        Moment {
            wall: SystemTime::now(),
            at: Instant::now(),
        }
    }

    /// As RFC 3339, UTC.
    pub(super) fn text(&self) -> String {
        humantime::format_rfc3339_millis(self.wall).to_string()
    }
}

/// When what happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) started: Moment,
    pub(super) registered: Option<Moment>,
    pub(super) called: Option<Moment>,
    /// The first provisional answer but 100.
    pub(super) ringing: Option<Moment>,
    pub(super) answered: Option<Moment>,
    pub(super) ended: Option<Moment>,
}

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
    call: Option<Call>,
    pub(super) info: Option<Arc<CallInfo>>,
    /// What the INVITE was answered with.
    pub(super) code: Option<StatusCode>,
    /// Why there was no call.
    pub(super) error: Option<ErrorOut>,
    /// Whether audio has flowed.
    audio: bool,
    pub(super) player: Option<Player>,
    /// Whether the keys of --dtmf have been given their times.
    planned: bool,
    pub(super) recorder: Option<Recorder>,
    pub(super) recording: Option<RecordingInfo>,
    timeout_at: Instant,
    hangup_at: Option<Instant>,
    pub(super) why: Option<Why>,
    /// Until when we wait for the end of a call that we hung up.
    settle: Option<Instant>,
    over: bool,
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

    fn emit(&mut self, event: OutEvent) {
        if let Some(output) = &mut self.output {
            output.emit(event);
        }
    }

    fn fault(&mut self, what: &str, error: &microsip_core::Error) {
        let message = format!("{what}: {}", error.message());
        self.emit(OutEvent::Error {
            error: ErrorOut::from(error),
            command: Some(what.to_owned()),
            call: self.call.as_ref().map(|call| call.id().get()),
            suggestion: None,
        });
        self.faults.push(message);
    }

    fn place(&mut self) {
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
    fn end(&mut self, why: Why) {
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
        match call.hang_up() {
            // It ended by itself in that moment.
            Err(e) if e.kind() == microsip_core::ErrorKind::Gone => {}
            Err(e) => self.fault("hang up", &e),
            Ok(()) => {}
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
            Some(player) => player.is_finished(),
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
            // The report counts those that were not sent.
            Err(e) if e.kind() == microsip_core::ErrorKind::Gone => {}
            Err(e) => self.fault("dtmf", &e),
        }
    }

    /// An event of the engine.
    pub(super) fn event(&mut self, event: &Event) {
        if let Some(out) = told(event) {
            self.emit(out);
        }
        match event {
            Event::Registration { info, .. } => self.registered(info),
            Event::CallState { call, info } if self.is_ours(call) => {
                let mut out = CallOut::new(info);
                if !info.is_ended() {
                    out.stats = None;
                }
                self.emit(OutEvent::Call(Box::new(out)));
                self.call_state(call, info);
            }
            Event::CallMedia { call, info } if self.is_ours(call) => {
                for stream in &info.media {
                    self.emit(OutEvent::Media {
                        call: call.id().get(),
                        stream: MediaOut::from(stream),
                    });
                }
                self.call_media(call, info);
            }
            Event::Dtmf {
                call,
                digit,
                method,
                duration,
            } if self.is_ours(call) => self.heard.key(Moment::now().text(), *digit, method.name(), *duration),
            Event::DtmfFailed { call, error, .. } if self.is_ours(call) => {
                self.faults.push(format!("dtmf: {}", error.message()));
            }
            Event::ToneDetected {
                call,
                tone,
                at,
                position,
                ..
            } if self.is_ours(call) => {
                let time = humantime::format_rfc3339_millis(*at).to_string();
                self.heard.tone(time, *tone, *position, &self.args.expect);
            }
            Event::Speech { call, speaking, .. } if self.is_ours(call) => self.heard.speech |= *speaking,
            Event::PlayerFinished { player, end } => self.played(player, end),
            Event::RecordingFinished { recorder, info } => {
                if let Some(call) = recorder.target().call() {
                    self.emit(OutEvent::Recording(RecordingOut::finished(call, info)));
                }
                if let Some(error) = &info.error {
                    self.faults.push(format!("--record: {}", error.message()));
                }
                self.recording = Some(info.clone());
            }
            Event::Lagged { missed } => {
                self.emit(OutEvent::Lagged { missed: *missed });
                self.catch_up();
            }
            _ => {}
        }
    }

    /// Events were lost: what they could have said is asked for.
    fn catch_up(&mut self) {
        if self.call.is_none() {
            let info = self.account.registration();
            self.registered(&info);
        }
        if let Some(call) = self.call.clone() {
            let info = call.info();
            self.call_media(&call, &info);
            self.call_state(&call, &info);
        }
    }

    fn is_ours(&self, call: &Call) -> bool {
        self.call.as_ref() == Some(call)
    }

    fn registered(&mut self, info: &RegistrationInfo) {
        // What comes later, such as the end of the registration, is of no interest; nor is the state of an account that has none.
        if self.times.called.is_some() || self.over || self.why.is_some() {
            return;
        }
        self.registration = Some(info.clone());
        match info.state {
            RegistrationState::Registered => {
                self.times.registered = Some(Moment::now());
                self.place();
            }
            RegistrationState::Failed => self.end(Why::Call),
            _ => {}
        }
    }

    fn call_state(&mut self, call: &Call, info: &Arc<CallInfo>) {
        self.info = Some(Arc::clone(info));
        let now = Moment::now();
        match info.state {
            CallState::Early => {
                self.times.ringing.get_or_insert(now);
            }
            CallState::Confirmed if self.times.answered.is_none() => self.answered(call, info, now),
            CallState::Disconnected if self.times.ended.is_none() => {
                self.times.ended = Some(now);
                if self.times.answered.is_none() {
                    self.code = info.end.as_ref().map(|end| end.code);
                }
                self.why.get_or_insert(Why::Call);
                self.over = true;
            }
            _ => {}
        }
    }

    fn answered(&mut self, call: &Call, info: &CallInfo, now: Moment) {
        self.times.answered = Some(now);
        self.code = info.last_status;
        let expected = self.args.expect.expect_code;
        if expected.is_some_and(|code| code.code() / 100 != 2) {
            return self.end(Why::Unexpected);
        }
        let work = &self.args.work;
        self.hangup_at = work.hangup_after.map(|after| now.at + after);
        if let Some(digits) = &self.target.post_dial {
            self.keys.add(digits, now.at);
        }
        if !work.play.is_empty() {
            match call.play_list(&work.play, PlayOptions::default()) {
                Ok(player) => {
                    self.emit(OutEvent::Player(PlayerOut::new(call, "started", &player)));
                    self.player = Some(player);
                }
                Err(e) => {
                    self.fault("--play", &e);
                    self.end(Why::Failure);
                }
            }
        }
    }

    /// Audio flows: from here on everything is heard.
    fn call_media(&mut self, call: &Call, info: &CallInfo) {
        let active = info.media.iter().any(|media| media.active);
        if !active || info.is_ended() || std::mem::replace(&mut self.audio, true) {
            return;
        }
        if let Some(path) = &self.args.work.record {
            let options = record_options(&self.args.recording);
            let recorder = template(path).and_then(|name| match name {
                Some(name) => call.record_named(&name, options),
                None => call.record_with(path, options),
            });
            match recorder {
                Ok(recorder) => {
                    self.emit(OutEvent::Recording(RecordingOut::started(call, recorder.path())));
                    self.recorder = Some(recorder);
                }
                Err(e) => {
                    self.fault("--record", &e);
                    self.end(Why::Failure);
                }
            }
        }
        let expect = &self.args.expect;
        let tones = ToneDetection::default().country(expect.tone_country.unwrap_or_default());
        let mut listening = call.detect_tones(tones).map(drop);
        if expect.expect_speech {
            listening = listening.and_then(|()| call.detect_speech(SpeechOptions::default()).map(drop));
        }
        match listening {
            Err(e) if e.kind() != microsip_core::ErrorKind::Gone => self.fault("listen", &e),
            _ => {}
        }
    }

    fn played(&mut self, player: &Player, end: &PlayEnd) {
        if let Some(call) = player.target().call() {
            let mut out = PlayerOut::new(call, "finished", player);
            out.end = Some(end.name());
            if let PlayEnd::Failed(error) = end {
                out.error = Some(ErrorOut::from(error));
            }
            self.emit(OutEvent::Player(out));
        }
        if let PlayEnd::Failed(error) = end {
            self.faults.push(format!("--play: {}", error.message()));
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
