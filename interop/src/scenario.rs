//! A scenario, and what came of it.

use anyhow::Result;
use serde::{Deserialize, Serialize};

/// One thing tried with one peer.
pub struct Scenario {
    /// The other program, or programs.
    pub peer: &'static str,
    /// What is done, as it stands in the table.
    pub name: String,
    /// How SIP travels.
    pub transport: &'static str,
    /// Does it; returns what is worth knowing beside "passed".
    pub run: Box<dyn Fn() -> Result<Note>>,
}

/// What a scenario that passed has to tell.
#[derive(Debug, Default)]
pub struct Note {
    /// The peer's version.
    pub version: String,
    /// Measured or negotiated; may be empty.
    pub detail: String,
}

impl Note {
    pub fn new(version: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            detail: detail.into(),
        }
    }
}

impl Scenario {
    pub fn new(
        peer: &'static str,
        transport: &'static str,
        name: impl Into<String>,
        run: impl Fn() -> Result<Note> + 'static,
    ) -> Self {
        Self {
            peer,
            name: name.into(),
            transport,
            run: Box::new(run),
        }
    }

    /// Peer, scenario, transport.
    pub fn line(&self) -> String {
        format!("{}: {} ({})", self.peer, self.name, self.transport)
    }

    pub fn has_all(&self, words: &[String]) -> bool {
        let line = self.line().to_lowercase();
        words.iter().all(|word| line.contains(&word.to_lowercase()))
    }
}

/// What came of a scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub version: String,
    pub detail: String,
    /// Why it failed; `None` if it passed.
    pub failure: Option<String>,
}
