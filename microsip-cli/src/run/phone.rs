//! What only a phone with settings tells.

use microsip_core::compat::history::CallRecord;
use microsip_core::compat::hooks::{HookOutcome, HookReport};
use microsip_core::compat::ini::IniWarning;
use serde::Serialize;

use super::events::{ErrorOut, seconds};

/// What becomes of a number that was dialled.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct DialOut {
    pub target: String,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

/// A hook's process has ended.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct HookOut {
    pub hook: &'static str,
    pub program: String,
    pub outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub output: String,
    pub duration: f64,
}

impl HookOut {
    /// A report as the library gives it.
    pub fn new(report: &HookReport) -> Self {
        HookOut {
            hook: report.event.key(),
            program: report.program.clone(),
            outcome: report.outcome.name(),
            status: match report.outcome {
                HookOutcome::Exited(status) => Some(status),
                _ => None,
            },
            trouble: match &report.outcome {
                HookOutcome::Exited(_) => None,
                outcome => Some(outcome.to_string()),
            },
            output: [&report.stdout, &report.stderr]
                .into_iter()
                .map(|text| text.trim_end())
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join("\n"),
            duration: seconds(report.duration),
        }
    }
}

/// Settings changed.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct SettingsOut {
    pub source: &'static str,
    pub changed: Vec<String>,
    pub later: bool,
}

/// A wrong value in the settings file.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct WarningOut {
    pub kind: &'static str,
    pub file: String,
    pub line: usize,
    pub section: String,
    pub key: String,
    pub value: String,
    pub allowed: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<String>,
}

impl WarningOut {
    /// A warning as the library gives it.
    pub fn new(warning: &IniWarning) -> Self {
        WarningOut {
            kind: warning.kind.name(),
            file: warning.file.display().to_string(),
            line: warning.line,
            section: warning.section.clone(),
            key: warning.key.clone(),
            value: warning.value.clone(),
            allowed: warning.allowed.clone(),
            used: warning.used.clone(),
        }
    }
}

/// The users directory was taken over.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct DirectoryOut {
    pub added: usize,
    pub updated: usize,
    pub removed: usize,
}

/// A call was written to the history.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct HistoryOut {
    pub kind: &'static str,
    pub number: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub begun: i64,
    pub duration: u32,
    pub info: String,
}

impl HistoryOut {
    /// A call as the library has it.
    pub fn new(record: &CallRecord) -> Self {
        HistoryOut {
            kind: record.kind.name(),
            number: record.number.clone(),
            name: record.name.clone(),
            begun: record.time,
            duration: record.duration,
            info: record.info.clone(),
        }
    }
}
