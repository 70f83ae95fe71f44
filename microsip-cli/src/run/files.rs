//! Files played and recorded: `--play` and `--record` from the moment a call's audio flows, and the commands.

use std::path::{Path, PathBuf};
use std::time::Duration;

use microsip_core::{
    Call, CallInfo, Error, PlayEnd, PlayOptions, Player, RecordOptions, Recorder, RecordingInfo, RecordingName,
};

use super::events::{ErrorOut, OutEvent, PlayerOut, RecordingOut};
use super::state::Session;
use super::streams::template;
use crate::args::RecordArgs;

/// Where the command `record` without a file puts recordings: where we are.
const FOLDER: &str = "";

impl Session<'_> {
    pub(super) fn start_files_once(&mut self, call: &Call, info: &CallInfo) {
        let active = info.media.iter().any(|m| m.active);
        let started = self.calls.get_mut(&call.id());
        if active && self.endpoint.is_some() && started.is_some_and(|s| !std::mem::replace(s, true)) {
            self.start_files(call);
        }
    }

    /// Audio flows for the first time.
    fn start_files(&mut self, call: &Call) {
        self.with_audio += 1;
        let args = self.args;
        let mut problems: Vec<ErrorOut> = Vec::new();
        for tap in &args.audio.tap {
            problems.extend(self.streams.tap(call, tap, self.with_audio).err());
        }
        if let Some(path) = &args.calls.record {
            problems.extend(self.record(call, Some(path)).err().map(|e| ErrorOut::from(&e)));
        }
        for feed in &args.audio.feed {
            problems.extend(self.streams.feed(call, feed).err());
        }
        if let Some(path) = &args.calls.play {
            let played = self.play(call, path, args.calls.play_loop);
            problems.extend(played.err().map(|e| ErrorOut::from(&e)));
        }
        for error in problems {
            self.output.emit(OutEvent::Error {
                error,
                command: None,
                call: Some(call.id().get()),
                suggestion: None,
            });
        }
    }

    pub(super) fn play(&mut self, call: &Call, path: &Path, repeat: bool) -> Result<(), Error> {
        // Opening a FIFO would wait for who writes into it, and commands with it.
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            let message = format!("{} is no file; `feed` takes raw PCM from a FIFO", path.display());
            self.refuse("play", "invalid_argument", message, "feed 16000=FIFO");
            return Ok(());
        }
        let player = call.play(path, PlayOptions::default().repeat(repeat))?;
        self.output
            .emit(OutEvent::Player(PlayerOut::new(call, "started", &player)));
        self.players.push(player);
        Ok(())
    }

    /// Does something with what was begun last of all that plays into the call.
    pub(super) fn on_player(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&mut Self, &Player) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.on_call_kept(command, |session, call| {
            let plays = |player: &&Player| player.target().call() == Some(call) && !player.is_finished();
            match session.players.iter().rev().find(plays).cloned() {
                Some(player) => act(session, &player),
                None => {
                    let message = format!("nothing is played into call {}", call.id());
                    session.refuse(command, "wrong_state", message, "play hello.wav");
                    Ok(())
                }
            }
        })
    }

    pub(super) fn pause(&mut self, player: &Player, yes: bool) -> Result<(), Error> {
        if yes { player.pause() } else { player.resume() }?;
        self.player(player, if yes { "paused" } else { "resumed" });
        Ok(())
    }

    pub(super) fn seek(&mut self, player: &Player, to: Duration) -> Result<(), Error> {
        player.seek(to)?;
        self.player(player, "seeked");
        Ok(())
    }

    fn player(&mut self, player: &Player, state: &'static str) {
        if let Some(call) = player.target().call() {
            self.output.emit(OutEvent::Player(PlayerOut::new(call, state, player)));
        }
    }

    pub(super) fn played(&mut self, player: &Player, end: &PlayEnd) {
        self.players.retain(|other| other != player);
        let Some(call) = player.target().call() else { return };
        let mut out = PlayerOut::new(call, "finished", player);
        out.end = Some(end.name());
        if let PlayEnd::Failed(error) = end {
            out.error = Some(ErrorOut::from(error));
        }
        self.output.emit(OutEvent::Player(out));
    }

    /// Records into a file, into one by the template that its name is, or into one with MicroSIP's name.
    pub(super) fn record(&mut self, call: &Call, path: Option<&Path>) -> Result<(), Error> {
        let options = record_options(&self.args.audio.recording);
        let name = match path {
            Some(path) => template(path)?,
            None => Some(default_name(&self.args.audio.recording)?),
        };
        let recorder = match (name, path) {
            (Some(name), _) => call.record_named(&name, options)?,
            (None, path) => call.record_with(path.unwrap_or(Path::new(FOLDER)), options)?,
        };
        self.output
            .emit(OutEvent::Recording(RecordingOut::started(call, recorder.path())));
        self.recorders.push(recorder);
        Ok(())
    }

    /// Ends all recordings of the call; that they are written is told by their events.
    pub(super) fn stop_record(&mut self) -> Result<(), Error> {
        self.on_call_kept("stop-record", |session, call| {
            let of_call = |r: &&Recorder| r.target().call() == Some(call) && !r.is_finished();
            let recorders: Vec<Recorder> = session.recorders.iter().filter(of_call).cloned().collect();
            if recorders.is_empty() {
                let message = format!("call {} is not recorded", call.id());
                session.refuse("stop-record", "wrong_state", message, "record");
            }
            for recorder in recorders {
                // Waits for the disk.
                let stop = move || {
                    if let Err(e) = recorder.stop() {
                        tracing::warn!("{e}");
                    }
                };
                let thread = std::thread::Builder::new().name("microsip-stop".into()).spawn(stop);
                if let Err(e) = thread {
                    session.refuse("stop-record", "io", e.to_string(), "stop-record");
                }
            }
            Ok(())
        })
    }

    pub(super) fn recorded(&mut self, recorder: &Recorder, info: &RecordingInfo) {
        self.recorders.retain(|other| other != recorder);
        if let Some(call) = recorder.target().call() {
            self.output
                .emit(OutEvent::Recording(RecordingOut::finished(call, info)));
        }
    }
}

pub(crate) fn record_options(args: &RecordArgs) -> RecordOptions {
    let mut options = RecordOptions::default()
        .tap(args.record_side.into())
        .split(args.split_record);
    options.format = args.record_format.map(Into::into);
    options
}

/// MicroSIP's own name, with the extension of what is written.
fn default_name(args: &RecordArgs) -> Result<RecordingName, Error> {
    let format = args.record_format.map(microsip_core::RecordFormat::from);
    let extension = format.map_or("wav", |format| format.name());
    let pattern = RecordingName::MICROSIP.replace(".wav", &format!(".{extension}"));
    RecordingName::new(FOLDER, &pattern)
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// `call.pcm`, `call-2.pcm`, `call-3.pcm` …
pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    if number < 2 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_before_the_extension() {
        let name = |path: &str, n| numbered(Path::new(path), n).display().to_string();
        assert_eq!(name("a/call.wav", 1), "a/call.wav");
        assert_eq!(name("a/call.wav", 2), "a/call-2.wav");
        assert_eq!(name("call", 3), "call-3");
        assert_eq!(name("a.b/x.y.wav", 12), "a.b/x.y-12.wav");
    }
}
