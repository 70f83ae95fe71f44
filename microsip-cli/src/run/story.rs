//! The story of a call, as the event `story` has it.

use microsip_core::{Direction, Story, StoryEntry, StoryStep};
use serde::Serialize;

/// The story of a call.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct StoryOut {
    pub call: u64,
    pub entries: Vec<EntryOut>,
    pub left_out: u64,
}

/// A moment of it.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct EntryOut {
    pub time: String,
    pub step: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
}

impl StoryOut {
    /// A story as the library tells it.
    pub fn new(call: u64, story: &Story) -> Self {
        StoryOut {
            call,
            entries: story.entries.iter().map(EntryOut::from).collect(),
            left_out: story.left_out,
        }
    }
}

impl From<&StoryEntry> for EntryOut {
    fn from(entry: &StoryEntry) -> Self {
        let bare = |step, text: &str| EntryOut {
            time: humantime::format_rfc3339_millis(entry.at).to_string(),
            step,
            text: text.to_owned(),
            about: None,
            bytes: None,
            transport: None,
            remote: None,
        };
        match &entry.step {
            StoryStep::Asked { what } => bare("asked", what),
            StoryStep::Ended { why } => bare("ended", why),
            StoryStep::Decided { about, what } => EntryOut {
                about: Some(about.name()),
                ..bare("decided", what)
            },
            StoryStep::Message {
                direction,
                line,
                bytes,
                transport,
                remote,
            } => EntryOut {
                bytes: Some(*bytes),
                transport: Some(transport.name()),
                remote: remote.map(|r| r.to_string()),
                ..bare(
                    match direction {
                        Direction::Outgoing => "sent",
                        Direction::Incoming => "received",
                    },
                    line,
                )
            },
            _ => bare("other", ""),
        }
    }
}
