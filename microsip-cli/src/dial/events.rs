//! What the engine tells, and what follows from it.

use std::sync::Arc;

use microsip_core::{
    Call, CallInfo, CallState, Event, PlayEnd, PlayOptions, Player, RegistrationInfo, RegistrationState, SpeechOptions,
    ToneDetection,
};

use super::outcome::Why;
use super::session::Session;
use super::times::Moment;
use crate::run::events::{CallOut, ErrorOut, MediaOut, OutEvent, PlayerOut, RecordingOut};
use crate::run::files::record_options;
use crate::run::streams::template;
use crate::run::told::told;

impl Session<'_> {
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
        if self.times.called.is_some() || self.ends() {
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
        if self.ends() {
            // The answer crossed our hanging up.
            return;
        }
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
                    if self.fault("--play", &e) {
                        self.end(Why::Failure);
                    }
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
                    if self.fault("--record", &e) {
                        self.end(Why::Failure);
                    }
                }
            }
        }
        let expect = &self.args.expect;
        let tones = ToneDetection::default().country(expect.tone_country.unwrap_or_default());
        let mut listening = call.detect_tones(tones).map(drop);
        if expect.expect_speech {
            listening = listening.and_then(|()| call.detect_speech(SpeechOptions::default()).map(drop));
        }
        if let Err(e) = listening {
            self.fault("listen", &e);
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
}
