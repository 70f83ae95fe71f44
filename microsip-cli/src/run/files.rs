//! Files of `--play` and `--record`, from the moment a call's audio flows.

use std::path::{Path, PathBuf};

use microsip_core::{Call, CallInfo, PlayEnd, PlayOptions, Player, Recorder, RecordingInfo};

use super::events::{ErrorOut, OutEvent, seconds};
use super::state::Session;

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
        let id = call.id().get();
        if let Some(path) = &self.args.calls.record {
            self.recordings += 1;
            let path = numbered(path, self.recordings);
            match call.record(&path) {
                Ok(_) => self.output.emit(OutEvent::Recording {
                    call: id,
                    state: "started",
                    file: shown(&path),
                    duration: None,
                    rate: None,
                    samples: None,
                    dropped: None,
                    error: None,
                }),
                Err(e) => self.call_error(id, &e),
            }
        }
        if let Some(path) = &self.args.calls.play {
            match call.play(path, PlayOptions::default().repeat(self.args.calls.play_loop)) {
                Ok(player) => {
                    let duration = player.length().map(seconds);
                    self.output.emit(OutEvent::Player {
                        call: id,
                        state: "started",
                        file: shown(path),
                        duration,
                        end: None,
                        error: None,
                    });
                }
                Err(e) => self.call_error(id, &e),
            }
        }
    }

    pub(super) fn played(&mut self, player: &Player, end: &PlayEnd) {
        let Some(call) = player.target().call() else { return };
        self.output.emit(OutEvent::Player {
            call: call.id().get(),
            state: "finished",
            file: shown(&player.file()),
            duration: player.length().map(seconds),
            end: Some(end.name()),
            error: match end {
                PlayEnd::Failed(error) => Some(ErrorOut::from(error)),
                _ => None,
            },
        });
    }

    pub(super) fn recorded(&mut self, recorder: &Recorder, info: &RecordingInfo) {
        let Some(call) = recorder.target().call() else { return };
        self.output.emit(OutEvent::Recording {
            call: call.id().get(),
            state: "finished",
            file: shown(&info.path),
            duration: Some(seconds(info.length())),
            rate: Some(info.rate),
            samples: Some(info.samples),
            dropped: Some(info.dropped),
            error: info.error.as_ref().map(ErrorOut::from),
        });
    }
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// `call.wav`, `call-2.wav`, `call-3.wav` …
fn numbered(path: &Path, number: u32) -> PathBuf {
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
    fn recordings_are_numbered_before_the_extension() {
        let name = |path: &str, n| numbered(Path::new(path), n).display().to_string();
        assert_eq!(name("a/call.wav", 1), "a/call.wav");
        assert_eq!(name("a/call.wav", 2), "a/call-2.wav");
        assert_eq!(name("call", 3), "call-3");
        assert_eq!(name("a.b/x.y.wav", 12), "a.b/x.y-12.wav");
    }
}
