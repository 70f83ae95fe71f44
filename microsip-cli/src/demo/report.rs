//! The outcome: what each side sent, and what arrived of it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use microsip_core::{CallInfo, Quality, RecordingInfo, StreamStats};
use microsip_testkit::audio::{Audio, Match, compare};
use serde::Serialize;

use super::watch::{EVERY, Sample};
use super::{output, say};
use crate::exit::Failure;
use crate::run::events::{StatsOut, millis, seconds, tenths};
use crate::wav;

/// One direction of the call.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) sender: Arc<CallInfo>,
    pub(super) receiver: Arc<CallInfo>,
    pub(super) recording: RecordingInfo,
    /// What the receiver heard over time.
    pub(super) heard: Vec<Sample>,
    /// The keys that arrived, where keys were pressed.
    pub(super) digits: Option<String>,
}

impl Leg {
    pub(super) fn new(
        from: &str,
        to: &str,
        sender: Arc<CallInfo>,
        receiver: Arc<CallInfo>,
        recording: RecordingInfo,
        heard: Vec<Sample>,
        digits: Option<String>,
    ) -> Leg {
        Leg {
            from: from.to_owned(),
            to: to.to_owned(),
            sender,
            receiver,
            recording,
            heard,
            digits,
        }
    }

    /// What the sender counted.
    pub(super) fn sent(&self) -> StreamStats {
        self.sender.stats.clone().unwrap_or_default()
    }

    /// What the receiver heard is worth by the E-model.
    pub(super) fn quality(&self) -> Option<Quality> {
        self.receiver.stats.as_ref().and_then(|stats| stats.quality().received)
    }

    /// What the receiver counted.
    pub(super) fn received(&self) -> StreamStats {
        self.receiver.stats.clone().unwrap_or_default()
    }
}

/// Everything the table shows.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) legs: [(Leg, Match); 2],
    pub(super) digits_sent: String,
    pub(super) speech: PathBuf,
    pub(super) folder: PathBuf,
    /// The longest time for which a processor ran nothing of ours.
    pub(super) stood_still: Duration,
}

impl Report {
    /// Compares both recordings with the file played.
    pub(super) fn new(
        legs: [Leg; 2],
        digits: &str,
        reference: &Audio,
        speech: &Path,
        folder: &Path,
        stood_still: Duration,
    ) -> Result<Report, Failure> {
        let [first, second] = legs.map(|leg| {
            let recorded = wav::read(&leg.recording.path).map_err(Failure::not_proven)?;
            let result = compare(reference, &recorded);
            Ok::<_, Failure>((leg, result))
        });
        Ok(Report {
            legs: [first?, second?],
            digits_sent: digits.to_owned(),
            speech: speech.to_owned(),
            folder: folder.to_owned(),
            stood_still,
        })
    }

    /// The report as one JSON object.
    pub(super) fn print_json(&self) -> io::Result<()> {
        let problems = self.problems();
        let out = ReportOut {
            ok: problems.is_empty(),
            problems,
            digits_sent: &self.digits_sent,
            speech: self.speech.display().to_string(),
            folder: self.folder.display().to_string(),
            legs: self.legs.iter().map(|(leg, m)| LegOut::new(leg, m)).collect(),
        };
        say(&serde_json::to_string_pretty(&out)?)
    }
}

/// A demo that never came to comparing.
pub(super) fn print_failure(failure: &Failure, folder: &Path) -> Result<(), Failure> {
    let problems = [failure.to_string()];
    let out = serde_json::json!({ "ok": false, "problems": problems, "folder": folder.display().to_string() });
    say(&format!("{out:#}")).map_err(output)
}

#[derive(Serialize)]
struct ReportOut<'a> {
    ok: bool,
    problems: Vec<String>,
    digits_sent: &'a str,
    speech: String,
    folder: String,
    legs: Vec<LegOut>,
}

#[derive(Serialize)]
struct LegOut {
    from: String,
    to: String,
    codec: Option<String>,
    duration: f64,
    /// The sender's counts, and what the receiver reported to it.
    sender: Option<StatsOut>,
    receiver: Option<StatsOut>,
    round_trip_ms: Option<f64>,
    /// By the E-model, of what the receiver heard: conversation, delay included; listening alone; R.
    mos: Option<f64>,
    mos_listening: Option<f64>,
    r_factor: Option<f64>,
    recording: String,
    recorded: f64,
    correlation: f64,
    coverage: f64,
    delay_ms: f64,
    level_db: f64,
    snr_db: Option<f64>,
    digits_received: Option<String>,
    over_time: OverTime,
}

/// What the receiver heard, a value for each look.
#[derive(Serialize)]
struct OverTime {
    every_ms: u64,
    level_dbov: Vec<f64>,
    packets: Vec<u64>,
    lost: Vec<u64>,
}

impl OverTime {
    fn new(samples: &[Sample]) -> OverTime {
        OverTime {
            every_ms: EVERY.as_millis() as u64,
            level_dbov: samples.iter().map(|s| tenths(s.level_dbov)).collect(),
            packets: samples.iter().map(|s| s.packets).collect(),
            lost: samples.iter().map(|s| s.lost).collect(),
        }
    }
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

impl LegOut {
    fn new(leg: &Leg, m: &Match) -> LegOut {
        LegOut {
            from: leg.from.clone(),
            to: leg.to.clone(),
            codec: codec(&leg.sender),
            duration: seconds(leg.sender.duration()),
            sender: leg.sender.stats.as_ref().map(StatsOut::from),
            receiver: leg.receiver.stats.as_ref().map(StatsOut::from),
            round_trip_ms: leg.sent().round_trip.map(|trip| millis(trip.mean)),
            mos: leg.quality().map(|q| hundredths(q.mos_conversational)),
            mos_listening: leg.quality().map(|q| hundredths(q.mos_listening)),
            r_factor: leg.quality().map(|q| hundredths(q.r_factor)),
            recording: leg.recording.path.display().to_string(),
            recorded: seconds(leg.recording.length()),
            correlation: m.correlation,
            coverage: m.coverage,
            delay_ms: m.delay_secs() * 1000.0,
            level_db: m.level_db,
            snr_db: m.snr_db,
            digits_received: leg.digits.clone(),
            over_time: OverTime::new(&leg.heard),
        }
    }
}

/// The codec a call used.
pub(super) fn codec(info: &CallInfo) -> Option<String> {
    info.media
        .first()
        .and_then(|m| m.codec.as_ref())
        .map(ToString::to_string)
}
