//! What `run` tells about audio: conferences, streams, levels, codecs.

use std::path::Path;

use microsip_core::{
    AudioFinding, Call, CodecInfo, Conference, ConferenceChange, Levels, Player, RecordingInfo, Tap, Xrun,
};
use serde::Serialize;

use super::events::{ErrorOut, millis, seconds, tenths};
use super::files::shown;

/// A file that is played.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct PlayerOut {
    pub call: u64,
    pub state: &'static str,
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl PlayerOut {
    /// A player as it is now.
    pub fn new(call: &Call, state: &'static str, player: &Player) -> PlayerOut {
        PlayerOut {
            call: call.id().get(),
            state,
            file: shown(&player.file()),
            position: Some(seconds(player.position())),
            duration: player.length().map(seconds),
            end: None,
            error: None,
        }
    }
}

/// A recording.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct RecordingOut {
    pub call: u64,
    pub state: &'static str,
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl RecordingOut {
    /// One that begins.
    pub fn started(call: &Call, path: &Path) -> RecordingOut {
        RecordingOut::bare(call.id().get(), "started", path)
    }

    /// One that is closed.
    pub fn finished(call: &Call, info: &RecordingInfo) -> RecordingOut {
        RecordingOut::done(call.id().get(), info)
    }

    /// The same of a call by its number.
    pub(crate) fn done(call: u64, info: &RecordingInfo) -> RecordingOut {
        RecordingOut {
            format: Some(info.format.name()),
            duration: Some(seconds(info.length())),
            rate: Some(info.rate),
            channels: Some(info.channels),
            samples: Some(info.samples),
            dropped: Some(info.dropped),
            error: info.error.as_ref().map(ErrorOut::from),
            ..RecordingOut::bare(call, "finished", &info.path)
        }
    }

    fn bare(call: u64, state: &'static str, path: &Path) -> RecordingOut {
        RecordingOut {
            call,
            state,
            file: shown(path),
            format: None,
            duration: None,
            rate: None,
            channels: None,
            samples: None,
            dropped: None,
            error: None,
        }
    }
}

/// A conference changed.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct ConferenceOut {
    pub conference: u64,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
}

impl ConferenceOut {
    /// A change as the library tells it.
    pub fn new(conference: &Conference, change: &ConferenceChange) -> Option<ConferenceOut> {
        let (state, call) = match change {
            ConferenceChange::Joined(call) => ("joined", Some(call)),
            ConferenceChange::Left(call) => ("left", Some(call)),
            ConferenceChange::Closed => ("closed", None),
            _ => return None,
        };
        Some(ConferenceOut {
            conference: conference.id(),
            state,
            call: call.map(|call| call.id().get()),
        })
    }
}

/// A stream lost audio.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct XrunOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub stream: u64,
    pub kind: &'static str,
    pub samples: u64,
    pub total: u64,
}

impl XrunOut {
    /// A loss as the library tells it.
    pub fn new(call: Option<&Call>, stream: u64, kind: Xrun, samples: u64, total: u64) -> XrunOut {
        XrunOut {
            call: call.map(|call| call.id().get()),
            stream,
            kind: kind.name(),
            samples,
            total,
        }
    }
}

/// A stream of `--tap` or `--feed`.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct StreamOut {
    pub call: u64,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    pub rate: u32,
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl StreamOut {
    /// One that begins.
    pub fn new(call: &Call, side: Option<Tap>, rate: u32, file: &Path) -> StreamOut {
        StreamOut {
            call: call.id().get(),
            state: "started",
            side: side.map(Tap::name),
            rate,
            file: shown(file),
            samples: None,
            lost: None,
            error: None,
        }
    }

    /// The same in another state.
    pub fn state(&self, state: &'static str) -> StreamOut {
        StreamOut { state, ..self.clone() }
    }

    /// One that failed.
    pub fn failed(self, error: ErrorOut) -> StreamOut {
        StreamOut {
            state: "failed",
            error: Some(error),
            ..self
        }
    }
}

/// How loud a call is.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct LevelsOut {
    pub call: u64,
    pub received_dbov: f64,
    pub sent_dbov: f64,
}

impl LevelsOut {
    /// The levels of a call.
    pub fn new(call: &Call, levels: Levels) -> LevelsOut {
        LevelsOut {
            call: call.id().get(),
            received_dbov: tenths(levels.received_dbov),
            sent_dbov: tenths(levels.sent_dbov),
        }
    }
}

/// How much louder or softer a call was made.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct GainOut {
    pub call: u64,
    pub received_db: f64,
    pub sent_db: f64,
}

/// What keeps a call from being heard.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct FindingOut {
    pub finding: &'static str,
    pub text: String,
    pub fault: bool,
}

impl From<&AudioFinding> for FindingOut {
    fn from(finding: &AudioFinding) -> FindingOut {
        FindingOut {
            finding: finding.name(),
            text: finding.to_string(),
            fault: finding.is_fault(),
        }
    }
}

/// A codec of this build.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct CodecOut {
    pub codec: String,
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bit_rate: Option<u32>,
    pub frame_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_type: Option<u8>,
}

impl From<&CodecInfo> for CodecOut {
    fn from(info: &CodecInfo) -> CodecOut {
        CodecOut {
            codec: info.codec.to_string(),
            enabled: info.enabled(),
            place: info.place,
            bit_rate: info.bit_rate,
            frame_ms: millis(info.frame),
            payload_type: info.payload_type,
        }
    }
}
