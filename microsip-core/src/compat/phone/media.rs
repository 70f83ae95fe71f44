//! Sound of the phone: devices, ringing, volumes, recordings, the conference (reference sections 7.2, 7.4, 7.7).

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::request::{Side, State};
use super::setup;
use super::worker::Worker;
use crate::{
    AudioDevices, AudioTarget, Call, CallId, CallInfo, Conference, ConferenceOptions, Country, DeviceRole, Direction,
    Error, ErrorKind, Gain, OnLeave, PlayOptions, Player, RecordOptions, Recorder, RecordingName, Result, Tone,
    ToneKind, ToneOptions, TonePlayer,
};

/// A ringing tone that nobody stops ends by itself.
const LONGEST_RING: Duration = Duration::from_secs(300);

/// What rings.
enum Ringing {
    File(Player),
    Tone(TonePlayer),
}

impl Ringing {
    fn stop(&self) {
        drop(match self {
            Ringing::File(player) => player.stop(),
            Ringing::Tone(player) => player.stop(),
        });
    }
}

/// What sounds, and how loud.
#[derive(Default)]
pub(super) struct Media {
    devices: Option<AudioDevices>,
    /// No devices could be opened: not tried again for every call.
    silent: bool,
    silence_told: bool,
    ringing: Option<Ringing>,
    microphone_muted: bool,
    speaker_muted: bool,
    conference: Option<Conference>,
    members: Vec<CallId>,
}

impl Media {
    /// The endpoint is gone, and with it all of this.
    pub(super) fn forget(&mut self) {
        *self = Media {
            microphone_muted: self.microphone_muted,
            speaker_muted: self.speaker_muted,
            silence_told: self.silence_told,
            ..Media::default()
        };
    }

    pub(super) fn in_conference(&self, call: CallId) -> bool {
        self.members.contains(&call)
    }

    /// The calls of the conference.
    pub(super) fn members(&self) -> Vec<CallId> {
        self.members.clone()
    }

    /// A call is over.
    pub(super) fn left(&mut self, call: CallId) {
        self.members.retain(|id| *id != call);
    }

    pub(super) fn muted(&self) -> (bool, bool) {
        (self.microphone_muted, self.speaker_muted)
    }
}

impl Worker {
    /// Opens microphone and loudspeaker while there are calls. A machine without is told of once.
    pub(super) fn open_devices(&mut self) {
        if self.media.devices.is_some() || self.media.silent {
            return;
        }
        let Some(options) = setup::devices(&self.loaded) else {
            self.media.silent = true;
            return;
        };
        match self.endpoint().and_then(|endpoint| endpoint.open_audio(&options)) {
            Ok(devices) => {
                for (role, muted) in [
                    (DeviceRole::Input, self.media.microphone_muted),
                    (DeviceRole::Output, self.media.speaker_muted),
                ] {
                    if muted {
                        drop(devices.mute(role, true));
                    }
                }
                self.media.devices = Some(devices);
            }
            Err(e) => {
                self.media.silent = true;
                // A server has none, and needs to hear of it once.
                if !std::mem::replace(&mut self.media.silence_told, true) {
                    self.problem(e);
                }
            }
        }
    }

    pub(super) fn close_devices(&mut self) {
        self.media.silent = false;
        self.media.ringing = None;
        if let Some(devices) = self.media.devices.take() {
            drop(devices.close());
        }
    }

    /// Other devices were chosen: those that are open are exchanged.
    pub(super) fn reopen_devices(&mut self) {
        let silent = std::mem::take(&mut self.media.silent);
        let rings = self.media.ringing.is_some();
        match self.media.devices.take() {
            Some(devices) => drop(devices.close()),
            None if !silent => return,
            None => {}
        }
        self.media.ringing = None;
        if !self.calls.is_empty() {
            self.open_devices();
        }
        if let Some(devices) = self.media.devices.clone() {
            for line in self.calls.values().filter(|line| line.had_audio) {
                drop(line.call.use_devices(&devices));
            }
        }
        if rings {
            self.start_ringing();
        }
    }

    /// Rings on the ringing device, if there is one.
    pub(super) fn start_ringing(&mut self) {
        self.open_devices();
        if self.media.ringing.is_some() {
            return;
        }
        let node = self.media.devices.as_ref().and_then(AudioDevices::ringing_node);
        let Some(node) = node else { return };
        let rung = match self.ringing_sound() {
            Some(file) => self.endpoint().and_then(|endpoint| {
                let player = endpoint.play(AudioTarget::Free, [file], PlayOptions::default().repeat(true))?;
                endpoint.connect(&player, &node, Gain::UNITY)?;
                Ok(Ringing::File(player))
            }),
            None => Tone::new(ToneKind::Ringback, Country::default()).and_then(|tone| {
                let player = self
                    .endpoint()?
                    .tone(tone, ToneOptions::default().longest(LONGEST_RING))?;
                self.endpoint()?.connect(&player, &node, Gain::UNITY)?;
                Ok(Ringing::Tone(player))
            }),
        };
        match rung {
            Ok(player) => self.media.ringing = Some(player),
            Err(e) => self.problem(e),
        }
    }

    /// `ringingSound`, a bare name being looked up beside the settings and beside the program.
    fn ringing_sound(&self) -> Option<PathBuf> {
        let name = match self.loaded.settings.ringing_sound.as_str() {
            "" => "ringtone.wav",
            name => name,
        };
        let program = std::env::current_exe().ok();
        let places = [Some(self.loaded.place.settings.as_path()), program.as_deref()];
        let beside = places.into_iter().flatten().filter_map(std::path::Path::parent);
        beside.map(|folder| folder.join(name)).find(|file| file.is_file())
    }

    pub(super) fn stop_ringing(&mut self) {
        let rings = self.calls.values().any(super::calls::LiveCall::waits);
        if !rings && let Some(player) = self.media.ringing.take() {
            player.stop();
        }
    }

    /// The stream of a call runs, or changed.
    pub(super) fn call_media(&mut self, call: &Call, info: &CallInfo) {
        let Some(line) = self.calls.get_mut(&call.id()) else {
            return;
        };
        if !info.media.iter().any(|stream| stream.active) || std::mem::replace(&mut line.had_audio, true) {
            return;
        }
        if let Err(e) = self.apply_gain(call) {
            tracing::debug!("volume of call {}: {e}", call.id().get());
        }
    }

    /// Volumes are the devices' where there are some; without devices they are the calls', so that what is played into a call and
    /// recorded from it follows them as well.
    fn apply_gain(&self, call: &Call) -> Result<()> {
        if self.media.devices.is_some() {
            return Ok(());
        }
        let settings = &self.loaded.settings;
        // A call's gain ends at +6 dB, the microphone's slider at +12.
        let of = |db: f32, percent: u32, muted: bool| match muted || percent == 0 {
            true => Ok(Gain::SILENT),
            false => Gain::db(db.clamp(-42.0, 6.0)),
        };
        let output = settings.volume_output;
        let received = of(setup::decibels(output), output, self.media.speaker_muted)?;
        let sent = of(
            setup::input_db(settings),
            settings.volume_input,
            self.media.microphone_muted,
        )?;
        call.set_gain(received, sent)
    }

    pub(super) fn apply_volumes(&mut self) -> Result<()> {
        if let Some(devices) = &self.media.devices {
            let settings = &self.loaded.settings;
            devices.set_volume_db(DeviceRole::Input, setup::input_db(settings))?;
            devices.set_volume_db(DeviceRole::Output, setup::decibels(settings.volume_output))?;
            devices.set_volume_db(DeviceRole::Ringing, setup::decibels(settings.volume_ring))?;
            devices.mute(DeviceRole::Input, self.media.microphone_muted)?;
            devices.mute(DeviceRole::Output, self.media.speaker_muted)?;
        }
        for line in self.calls.values().filter(|line| line.had_audio) {
            match self.apply_gain(&line.call) {
                Err(e) if e.kind() != ErrorKind::Gone => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }

    /// For all calls, as in the original; nothing is signalled.
    pub(super) fn mute(&mut self, side: Side, state: State) -> Result<Value> {
        let muted = match side {
            Side::Microphone => &mut self.media.microphone_muted,
            Side::Speaker => &mut self.media.speaker_muted,
        };
        *muted = state.apply(*muted);
        self.apply_volumes()?;
        let (microphone, speaker) = self.media.muted();
        Ok(json!({ "microphone_muted": microphone, "speaker_muted": speaker }))
    }

    pub(super) fn volume(&mut self, side: Side, percent: Option<u8>, by: Option<i8>) -> Result<Value> {
        let settings = &mut self.loaded.settings;
        let (key, now) = match side {
            Side::Microphone => ("volumeInput", &mut settings.volume_input),
            Side::Speaker => ("volumeOutput", &mut settings.volume_output),
        };
        let wanted = match (percent, by) {
            (Some(percent), None) if percent <= 100 => i64::from(percent),
            (None, Some(by)) => (i64::from(*now) + i64::from(by)).clamp(0, 100),
            (None, None) => i64::from(*now),
            _ => {
                return Err(Error::invalid(
                    "volume",
                    "give percent, 0 to 100, or by, -100 to 100, not both",
                ));
            }
        };
        *now = u32::try_from(wanted).unwrap_or(100);
        let text = now.to_string();
        self.store(move |ini, _| ini.set("Settings", key, &text).map(drop))?;
        self.apply_volumes()?;
        let settings = &self.loaded.settings;
        Ok(json!({ "microphone": settings.volume_input, "speaker": settings.volume_output }))
    }

    pub(super) fn record(&mut self, call: Option<u64>, state: State) -> Result<Value> {
        let call = self.meant(call)?;
        let running = self.calls.get(&call.id()).is_some_and(|line| line.recorder.is_some());
        match (running, state.apply(running)) {
            (false, true) => self.start_recording(call.id())?,
            (true, false) => {
                if let Some(recorder) = self.calls.get_mut(&call.id()).and_then(|line| line.recorder.take()) {
                    recorder.stop()?;
                }
            }
            _ => {}
        }
        let line = self.calls.get(&call.id());
        Ok(json!({
            "call": call.id().get(),
            "recording": line.is_some_and(|line| line.recorder.is_some()),
            "file": line.and_then(|line| line.recording.as_ref()).map(|path| path.display().to_string()),
        }))
    }

    /// Both sides mixed, in a file with MicroSIP's name (section 7.7).
    pub(super) fn start_recording(&mut self, id: CallId) -> Result<()> {
        let (folder, format) = setup::recordings(&self.loaded);
        let line = self
            .calls
            .get(&id)
            .ok_or_else(|| Error::new(ErrorKind::Gone, "record", "the call is over"))?;
        let info = line.call.info();
        let own = match line.account.as_str() {
            "" => crate::sip::uri::user(&info.local_uri),
            label => label,
        };
        let direction = match info.direction {
            Direction::Outgoing => "outgoing",
            Direction::Incoming => "incoming",
        };
        let name = file_name(info.remote_user(), direction, own);
        let extension = format.name();
        let recorder = {
            let name = RecordingName::new(&folder, &format!("{{date}}-{{time}}-{name}.{extension}"))?;
            line.call.record_named(&name, RecordOptions::default().format(format))?
        };
        let path = recorder.path().to_owned();
        if let Some(line) = self.calls.get_mut(&id) {
            line.recording = Some(path);
            line.recorder = Some(recorder);
        }
        Ok(())
    }

    pub(super) fn recording_finished(&mut self, recorder: &Recorder) {
        let AudioTarget::Call(call) = recorder.target() else {
            return;
        };
        if let Some(line) = self.calls.get_mut(&call.id())
            && line.recorder.as_ref() == Some(recorder)
        {
            line.recorder = None;
        }
    }

    /// Joins the confirmed calls, or takes one out.
    pub(super) fn conference(&mut self, leave: Option<u64>) -> Result<Value> {
        if let Some(number) = leave {
            let call = self.meant(Some(number))?;
            let conference = self
                .media
                .conference
                .as_ref()
                .filter(|_| self.media.in_conference(call.id()));
            let none = || {
                Error::new(
                    ErrorKind::WrongState,
                    "conference",
                    format!("call {number} is in no conference"),
                )
            };
            conference.ok_or_else(none)?.leave(&call)?;
            self.media.members.retain(|id| *id != call.id());
            return Ok(json!({ "calls": self.member_numbers() }));
        }
        let talking: Vec<Call> = self
            .calls
            .values()
            .map(|line| line.call.clone())
            .filter(|call| call.info().confirmed.is_some() && !call.info().is_ended())
            .collect();
        if talking.len() < 2 {
            return Err(Error::new(
                ErrorKind::WrongState,
                "conference",
                "a conference needs two answered calls; set singleMode=0 to have more than one",
            ));
        }
        if self.media.conference.is_none() || self.media.members.is_empty() {
            let options = ConferenceOptions::default().on_leave(OnLeave::Stay);
            self.media.conference = Some(self.endpoint()?.conference(options)?);
            self.media.members.clear();
        }
        let Some(conference) = self.media.conference.clone() else {
            return Ok(Value::Null);
        };
        for call in talking {
            if self.media.in_conference(call.id()) {
                continue;
            }
            if call.info().hold.is_local() {
                call.resume()?;
            }
            conference.join(&call)?;
            self.media.members.push(call.id());
        }
        Ok(json!({ "calls": self.member_numbers() }))
    }

    fn member_numbers(&self) -> Vec<u64> {
        self.media.members.iter().map(|id| id.get()).collect()
    }
}

/// `<remote user>-<incoming|outgoing>-<label>`, with what has a meaning in file names and patterns replaced.
fn file_name(remote: &str, direction: &str, own: &str) -> String {
    let safe = |text: &str| -> String {
        text.chars()
            .map(|c| match c {
                '/' | '\\' | '?' | '%' | '*' | ':' | '|' | '"' | '<' | '>' | '.' | ' ' | '{' | '}' => '_',
                c if c.is_control() => '_',
                c => c,
            })
            .take(80)
            .collect()
    };
    format!("{}-{direction}-{}", safe(remote), safe(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_recordings_hold_nothing_that_means_something() {
        assert_eq!(file_name("../a b", "incoming", "My. Desk"), "___a_b-incoming-My__Desk");
        assert_eq!(file_name("{n}", "outgoing", "x"), "_n_-outgoing-x");
        assert!(file_name(&"9".repeat(500), "incoming", "x").len() < 120);
    }
}
