//! The story of a call as data: what was asked, what went over the wire, what was decided, why it ended.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use super::Call;
use crate::event::Direction;
use crate::sip::Transport;

/// One moment of a call's story.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoryEntry {
    /// When it happened.
    pub at: SystemTime,
    /// What happened.
    pub step: StoryStep,
}

/// What can happen in a call's story.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoryStep {
    /// The application, or a policy in its name, asked for something.
    Asked {
        /// In words, such as `call sip:1002@example.org`.
        what: String,
    },
    /// A SIP message went over the wire, repetitions included.
    Message {
        /// Which way.
        direction: Direction,
        /// Request or status line, credentials masked.
        line: String,
        /// Its size in bytes.
        bytes: usize,
        /// What carried it.
        transport: Transport,
        /// The peer's address.
        remote: Option<SocketAddr>,
    },
    /// The stack or a policy chose among possibilities.
    Decided {
        /// What about.
        about: Decision,
        /// In words.
        what: String,
    },
    /// It is over.
    Ended {
        /// Code, reason, and the sentence of the error if it failed.
        why: String,
    },
}

/// What a decision was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// Which account the call belongs to.
    Account,
    /// Where the request is sent: a proxy, a route set, a redirection, the next target of a name.
    Route,
    /// UDP, TCP or TLS.
    Transport,
    /// Codec and payload type.
    Codec,
    /// Whether and how media is encrypted.
    Protection,
    /// Which credentials answered a challenge.
    Credentials,
    /// A policy answered in the application's name.
    Policy,
}

impl Decision {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Account => "account",
            Decision::Route => "route",
            Decision::Transport => "transport",
            Decision::Codec => "codec",
            Decision::Protection => "protection",
            Decision::Credentials => "credentials",
            Decision::Policy => "policy",
        }
    }
}

/// What is known of a call's story. Of a very long one the beginning and the end are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Story {
    /// In the order of events.
    pub entries: Vec<StoryEntry>,
    /// How many entries were left out in the middle.
    pub left_out: u64,
}

impl fmt::Display for Story {
    /// A line per entry, with the milliseconds since the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.entries.first() else {
            return Ok(());
        };
        for (n, entry) in self.entries.iter().enumerate() {
            if n == BEGINNING && self.left_out > 0 {
                writeln!(f, "          … {} more …", self.left_out)?;
            }
            let at = entry.at.duration_since(first.at).unwrap_or(Duration::ZERO);
            write!(f, "{:>8} ms  ", at.as_millis())?;
            match &entry.step {
                StoryStep::Asked { what } => writeln!(f, "asked: {what}")?,
                StoryStep::Message {
                    direction,
                    line,
                    bytes,
                    transport,
                    remote,
                } => {
                    let arrow = if *direction == Direction::Outgoing { "->" } else { "<-" };
                    let remote = remote.map_or(String::new(), |r| format!(" {r}"));
                    writeln!(f, "{arrow} {line}  ({bytes} bytes, {transport}{remote})")?;
                }
                StoryStep::Decided { about, what } => writeln!(f, "{}: {what}", about.name())?,
                StoryStep::Ended { why } => writeln!(f, "ended: {why}")?,
            }
        }
        Ok(())
    }
}

/// Entries kept from the beginning, and from the end.
const BEGINNING: usize = 64;
const END: usize = 192;

/// A story being written.
#[derive(Default)]
pub(crate) struct Diary {
    beginning: Vec<StoryEntry>,
    end: VecDeque<StoryEntry>,
    left_out: u64,
}

impl Diary {
    pub(crate) fn add(&mut self, entry: StoryEntry) {
        if self.beginning.len() < BEGINNING {
            self.beginning.push(entry);
            return;
        }
        if self.end.len() == END {
            self.end.pop_front();
            self.left_out += 1;
        }
        self.end.push_back(entry);
    }

    fn story(&self) -> Story {
        Story {
            entries: self.beginning.iter().chain(&self.end).cloned().collect(),
            left_out: self.left_out,
        }
    }
}

impl StoryEntry {
    pub(crate) fn now(step: StoryStep) -> StoryEntry {
        StoryEntry {
            at: SystemTime::now(),
            step,
        }
    }
}

impl Call {
    /// The call's story so far; the whole one after its end. Messages that arrive after the end (the answer to our BYE) are
    /// still added for a while.
    pub fn story(&self) -> Story {
        self.diary().story()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_story_keeps_beginning_and_end() {
        let mut diary = Diary::default();
        for n in 0..1000 {
            diary.add(StoryEntry::now(StoryStep::Asked { what: n.to_string() }));
        }
        let story = diary.story();
        assert_eq!(story.entries.len(), BEGINNING + END);
        assert_eq!(story.left_out, 1000 - (BEGINNING + END) as u64);
        let what = |n: usize| match &story.entries[n].step {
            StoryStep::Asked { what } => what.clone(),
            _ => String::new(),
        };
        assert_eq!((what(0), what(BEGINNING + END - 1)), ("0".into(), "999".into()));
        assert!(story.to_string().contains(&format!("… {} more …", story.left_out)));
    }
}
