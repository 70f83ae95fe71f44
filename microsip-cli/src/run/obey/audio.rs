//! Commands about a call's audio.

use microsip_core::{Call, ConferenceOptions, Endpoint, Error, Gain, OnLeave, audio_devices};

use crate::run::commands::{AudioCommand, GainSide};
use crate::run::events::{CodecOut, DeviceEntry, ErrorOut, FindingOut, GainOut, LevelsOut, OutEvent, tenths};
use crate::run::input::Input;
use crate::run::state::Session;

impl Session<'_> {
    pub(super) fn audio(&mut self, command: &AudioCommand) -> Result<(), Error> {
        use AudioCommand as A;
        match command {
            A::Conference(numbers) => self.conference(numbers),
            A::Leave(number) => self.leave(*number),
            A::Bridge(one, other) => self.bridge(*one, *other),
            A::Play(path, repeat) => self.on_call_kept("play", |session, call| session.play(call, path, *repeat)),
            A::Pause(yes) => self.on_player("pause", |session, player| session.pause(player, *yes)),
            A::Seek(to) => self.on_player("seek", |session, player| session.seek(player, *to)),
            A::StopPlay => self.on_player("stop-play", |_, player| player.stop()),
            A::Record(path) => self.on_call_kept("record", |session, call| session.record(call, path.as_deref())),
            A::StopRecord => self.stop_record(),
            A::Tap(arg) => self.on_call_kept("tap", |session, call| {
                let started = session.streams.tap(call, arg, 1);
                session.told("tap", call, started);
                Ok(())
            }),
            A::Feed(arg) => self.on_call_kept("feed", |session, call| {
                let started = session.streams.feed(call, arg);
                session.told("feed", call, started);
                Ok(())
            }),
            A::Tone(tone) => self.on_call_kept("tone", |session, call| session.tone(call, tone)),
            A::StopTone => self.on_call_kept("stop-tone", |session, call| session.stop_tones(call)),
            A::Speech(yes) => self.on_call_kept("speech", |session, call| session.speech(call, *yes)),
            A::Listen(country) => self.on_call_kept("listen", |session, call| session.listen(call, *country)),
            A::Stats => self.on_call_kept("stats", |session, call| {
                session.output.emit(OutEvent::Quality {
                    call: call.id().get(),
                    statistics: Box::new(call.stats()?),
                });
                Ok(())
            }),
            A::Check => self.on_call_kept("check", |session, call| {
                let findings = call.check_audio()?;
                session.output.emit(OutEvent::Check {
                    call: call.id().get(),
                    findings: findings.iter().map(FindingOut::from).collect(),
                });
                Ok(())
            }),
            A::Levels => self.on_call_kept("levels", |session, call| {
                let out = LevelsOut::new(call, call.levels()?);
                session.output.emit(OutEvent::Levels(out));
                Ok(())
            }),
            A::Gain(db, side) => self.on_call_kept("gain", |session, call| session.gain(call, *db, *side)),
            A::Devices => self.devices(),
            A::Codecs => self.codecs(),
        }
    }

    /// Tells what a stream could not begin with.
    fn told(&mut self, command: &str, call: &Call, started: Result<(), ErrorOut>) {
        if let Err(error) = started {
            self.output.emit(OutEvent::Error {
                error,
                command: Some(command.into()),
                call: Some(call.id().get()),
                suggestion: None,
            });
        }
    }

    /// Lets calls hear each other: those named, or all.
    fn conference(&mut self, numbers: &[u64]) -> Result<(), Error> {
        let mut calls = Vec::new();
        if numbers.is_empty() {
            calls = self.engine_calls()?;
        }
        for number in numbers {
            let Some(call) = self.numbered("conference", *number)? else {
                return Ok(());
            };
            calls.push(call);
        }
        if calls.is_empty() {
            self.refuse("conference", "wrong_state", "no call is up".into(), "calls");
            return Ok(());
        }
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        // The one there is goes on, with whoever is in it.
        let conference = match &self.conference {
            Some(conference) => conference.clone(),
            None => endpoint.conference(ConferenceOptions::default().on_leave(OnLeave::Stay))?,
        };
        self.conference = Some(conference.clone());
        for call in &calls {
            conference.join(call)?;
            // Its event may come after the next command.
            self.conferences.insert(call.id(), conference.clone());
        }
        Ok(())
    }

    fn leave(&mut self, number: u64) -> Result<(), Error> {
        let Some(call) = self.numbered("leave", number)? else {
            return Ok(());
        };
        match self.conferences.get(&call.id()).cloned() {
            Some(conference) => conference.leave(&call),
            None => {
                let message = format!("call {number} is in no conference");
                self.refuse("leave", "wrong_state", message, "conference");
                Ok(())
            }
        }
    }

    /// Connects two calls; when one ends, so does the other.
    fn bridge(&mut self, one: u64, other: u64) -> Result<(), Error> {
        let Some(one) = self.numbered("bridge", one)? else {
            return Ok(());
        };
        let Some(other) = self.numbered("bridge", other)? else {
            return Ok(());
        };
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let pair = endpoint.bridge(&one, &other)?;
        for call in [&one, &other] {
            self.conferences.insert(call.id(), pair.clone());
        }
        Ok(())
    }

    fn gain(&mut self, call: &Call, db: f32, side: GainSide) -> Result<(), Error> {
        let gain = Gain::db(db)?;
        let (mut received, mut sent) = self.gains.get(&call.id()).copied().unwrap_or_default();
        if side != GainSide::Sent {
            received = gain;
        }
        if side != GainSide::Received {
            sent = gain;
        }
        call.set_gain(received, sent)?;
        self.gains.insert(call.id(), (received, sent));
        self.output.emit(OutEvent::Gain(GainOut {
            call: call.id().get(),
            received_db: tenths(received.as_db()),
            sent_db: tenths(sent.as_db()),
        }));
        Ok(())
    }

    /// Lists devices on a thread, since some systems take their time.
    fn devices(&mut self) -> Result<(), Error> {
        let open = self.endpoint.as_ref().and_then(Endpoint::audio);
        let to = self.streams.sender();
        let list = move || {
            let event = match audio_devices() {
                Ok(list) => OutEvent::Devices {
                    devices: list
                        .iter()
                        .map(|device| DeviceEntry::new(device, open.as_ref()))
                        .collect(),
                },
                Err(e) => OutEvent::Error {
                    error: ErrorOut::from(&e),
                    command: Some("devices".into()),
                    call: None,
                    suggestion: None,
                },
            };
            drop(to.send(Input::Told(Box::new(event))));
        };
        if let Err(e) = std::thread::Builder::new().name("microsip-devices".into()).spawn(list) {
            self.refuse("devices", "io", e.to_string(), "devices");
        }
        Ok(())
    }

    fn codecs(&mut self) -> Result<(), Error> {
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let codecs = endpoint.codecs()?.iter().map(CodecOut::from).collect();
        self.output.emit(OutEvent::Codecs { codecs });
        Ok(())
    }
}
