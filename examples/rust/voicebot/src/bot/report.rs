//! What the bot measured: a table for people, JSON for programs.

use std::time::{Duration, Instant};

use comfy_table::{CellAlignment, Table, presets};
use microsip_core::Call;
use serde_json::{Value, json};
use tokio::task::JoinError;

/// All calls, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Report {
    /// How each of them went.
    pub calls: Vec<CallReport>,
    /// Calls whose task panicked: bugs.
    pub panics: Vec<String>,
}

/// One call.
#[derive(Debug)]
pub struct CallReport {
    /// Its number.
    pub call: u64,
    /// The caller's user name.
    pub caller: String,
    /// The service's answers, in order.
    pub turns: Vec<Turn>,
    /// Samples of the caller that were not read in time.
    pub lost_samples: u64,
    /// How many times an answer paused because the service was late.
    pub underruns: u64,
    /// What the service said was wrong.
    pub complaints: Vec<String>,
    /// Why it ended early.
    pub error: Option<String>,
}

/// An answer of the service.
#[derive(Debug)]
pub struct Turn {
    /// Its item.
    pub item: String,
    /// When the caller had fallen silent; `None` when the service spoke unasked.
    pub asked: Option<Instant>,
    /// When the first of the answer came.
    pub answered: Instant,
    /// When the bridge had taken its first sample, within 20 ms.
    pub begun: Option<Instant>,
    /// How it was interrupted.
    pub barge_in: Option<BargeIn>,
}

/// An interruption.
#[derive(Debug, Clone, Copy)]
pub struct BargeIn {
    /// When the bridge had the caller's first sample of speech; `None` if the service told of a time it was not given.
    pub spoke: Option<Instant>,
    /// When the service told so.
    pub told: Instant,
    /// When nothing more was sent.
    pub flushed: Instant,
    /// How much of the answer was sent, as the service was told.
    pub audio_end_ms: u64,
    /// How much was there and not sent.
    pub dropped_ms: u64,
    /// Whether the service was still making the answer.
    pub cancelled: bool,
}

impl Report {
    pub(super) fn add(&mut self, ended: Result<CallReport, JoinError>) {
        match ended {
            Ok(report) => self.calls.push(report),
            Err(error) => self.panics.push(error.to_string()),
        }
    }

    /// Everything, times in milliseconds.
    pub fn json(&self) -> Value {
        let calls: Vec<Value> = self.calls.iter().map(CallReport::json).collect();
        json!({ "calls": calls, "panics": self.panics })
    }

    /// A line for each answer.
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header([
            "caller", "answer", "service", "sent", "barge-in", "told", "flush", "heard", "dropped",
        ]);
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        for call in &self.calls {
            for turn in &call.turns {
                let cut = turn.barge_in.as_ref();
                let time = |ms: Option<f64>| ms.map_or_else(String::new, |ms| format!("{ms:.0} ms"));
                table.add_row([
                    call.caller.clone(),
                    turn.item.clone(),
                    time(turn.service_ms()),
                    time(turn.answer_ms()),
                    time(cut.and_then(BargeIn::reaction_ms)),
                    time(cut.and_then(BargeIn::told_ms)),
                    time(cut.map(BargeIn::flush_ms)),
                    time(cut.map(|cut| cut.audio_end_ms as f64)),
                    time(cut.map(|cut| cut.dropped_ms as f64)),
                ]);
            }
        }
        table
    }

    /// What the columns of [`Report::table`] mean.
    pub const LEGEND: &str = "\
from the end of the caller's speech: service = until the service's first audio, sent = until the bridge had it
barge-in = from the caller's first sample of speech until nothing more was sent; of it told = until the service told, flush = the rest
heard = how much of the answer the caller was sent, dropped = how much was there and not sent";
}

impl CallReport {
    pub(super) fn new(call: &Call) -> Self {
        CallReport {
            call: call.id().get(),
            caller: call.info().remote_user().to_owned(),
            turns: Vec::new(),
            lost_samples: 0,
            underruns: 0,
            complaints: Vec::new(),
            error: None,
        }
    }

    fn json(&self) -> Value {
        let turns: Vec<Value> = self.turns.iter().map(Turn::json).collect();
        json!({
            "call": self.call,
            "caller": self.caller,
            "turns": turns,
            "lost_samples": self.lost_samples,
            "underruns": self.underruns,
            "complaints": self.complaints,
            "error": self.error,
        })
    }
}

impl Turn {
    pub(super) fn new(item: &str, asked: Option<Instant>) -> Self {
        Turn {
            item: item.to_owned(),
            asked,
            answered: Instant::now(),
            begun: None,
            barge_in: None,
        }
    }

    /// From the end of the caller's speech to the first audio from the service.
    pub fn service_ms(&self) -> Option<f64> {
        Some(ms(self.answered - self.asked?))
    }

    /// From the end of the caller's speech to the first sample given to the bridge.
    pub fn answer_ms(&self) -> Option<f64> {
        Some(ms(self.begun? - self.asked?))
    }

    fn json(&self) -> Value {
        json!({
            "item": self.item,
            "service_ms": self.service_ms(),
            "answer_ms": self.answer_ms(),
            "barge_in": self.barge_in.as_ref().map(BargeIn::json),
        })
    }
}

impl BargeIn {
    /// From the caller's first sample of speech until nothing more was sent.
    pub fn reaction_ms(&self) -> Option<f64> {
        Some(ms(self.flushed - self.spoke?))
    }

    /// From the caller's first sample of speech until the service told of it.
    pub fn told_ms(&self) -> Option<f64> {
        Some(ms(self.told - self.spoke?))
    }

    /// How long the flush took: the bridge does it at its next tick.
    pub fn flush_ms(&self) -> f64 {
        ms(self.flushed - self.told)
    }

    fn json(&self) -> Value {
        json!({
            "reaction_ms": self.reaction_ms(),
            "told_ms": self.told_ms(),
            "flush_ms": self.flush_ms(),
            "audio_end_ms": self.audio_end_ms,
            "dropped_ms": self.dropped_ms,
            "cancelled": self.cancelled,
        })
    }
}

fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
