//! Tones that are played and heard, and speech.

use microsip_core::{
    Call, Country, Endpoint, Error, Gain, SpeechOptions, Tone, ToneDetection, ToneKind, ToneOptions, TonePlayer,
};

use super::choose::waits_for_answer;
use crate::run::events::{OutEvent, seconds};
use crate::run::state::Session;

impl Session<'_> {
    /// Plays a tone to the peer, beside those that sound.
    pub(super) fn tone(&mut self, call: &Call, tone: &Tone) -> Result<(), Error> {
        let player = call.play_tone(tone.clone(), ToneOptions::default())?;
        self.tell_tone(Some(call), "started", &player);
        self.tones.retain(|(_, tone)| !tone.is_finished());
        self.tones.push((call.clone(), player));
        Ok(())
    }

    pub(super) fn stop_tones(&mut self, call: &Call) -> Result<(), Error> {
        let all = std::mem::take(&mut self.tones);
        let (ours, others) = all.into_iter().partition(|(other, _)| other == call);
        self.tones = others;
        let mut ours: Vec<(Call, TonePlayer)> = ours;
        ours.retain(|(_, tone)| !tone.is_finished());
        if ours.is_empty() {
            let message = format!("no tone is played into call {}", call.id());
            self.refuse("stop-tone", "wrong_state", message, "tone busy de");
        }
        for (call, tone) in ours {
            tone.stop()?;
            self.tell_tone(Some(&call), "stopped", &tone);
        }
        Ok(())
    }

    /// The ringing device sounds as long as a call waits for an answer.
    pub(in crate::run) fn ring(&mut self) {
        let Some(endpoint) = self
            .endpoint
            .as_ref()
            .filter(|_| self.args.devices.ringing_device.is_some())
        else {
            return;
        };
        let waits = endpoint
            .calls()
            .is_ok_and(|calls| calls.iter().any(|call| waits_for_answer(&call.info())));
        let result = match (waits, self.ringing.take()) {
            (true, None) => start_ringing(endpoint).map(|tone| self.ringing = tone),
            (false, Some(tone)) => tone.stop(),
            (_, as_it_is) => {
                self.ringing = as_it_is;
                Ok(())
            }
        };
        if let Err(e) = result {
            tracing::warn!("cannot ring: {e}");
        }
    }

    pub(in crate::run) fn tell_tone(&mut self, call: Option<&Call>, state: &'static str, tone: &TonePlayer) {
        self.output.emit(OutEvent::Tone {
            call: call.map(|call| call.id().get()),
            state,
            tone: tone.tone().to_string(),
            duration: seconds(tone.position()),
        });
    }

    /// Listens for speech of the peer, or no longer.
    pub(super) fn speech(&mut self, call: &Call, yes: bool) -> Result<(), Error> {
        self.speech.retain(|detector| !detector.is_stopped());
        let found = self.speech.iter().position(|detector| detector.call() == call);
        match (found, yes) {
            (None, true) => self.speech.push(call.detect_speech(SpeechOptions::default())?),
            (Some(at), false) => self.speech.swap_remove(at).stop()?,
            // As it is.
            _ => {}
        }
        Ok(())
    }

    /// Listens for tones of a country, or no longer for any.
    pub(super) fn listen(&mut self, call: &Call, country: Option<Country>) -> Result<(), Error> {
        self.ears.retain(|detector| !detector.is_stopped());
        while let Some(at) = self.ears.iter().position(|detector| detector.call() == call) {
            self.ears.swap_remove(at).stop()?;
        }
        if let Some(country) = country {
            self.ears
                .push(call.detect_tones(ToneDetection::default().country(country))?);
        }
        Ok(())
    }
}

/// The ringing tone of the usual country on the ringing loudspeaker, if it is open.
fn start_ringing(endpoint: &Endpoint) -> Result<Option<TonePlayer>, Error> {
    let Some(device) = endpoint.audio().and_then(|devices| devices.ringing_node()) else {
        return Ok(None);
    };
    let tone = endpoint.tone(
        Tone::new(ToneKind::Ringback, Country::default())?,
        ToneOptions::default(),
    )?;
    endpoint.connect(&tone, &device, Gain::UNITY)?;
    Ok(Some(tone))
}
