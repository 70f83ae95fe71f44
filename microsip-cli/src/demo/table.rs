//! The closing table.

use std::io;

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};
use microsip_testkit::audio::Match;

use super::chart::{Blocks, lines};
use super::report::{Leg, Report, codec};
use super::say;
use crate::style::{BAD, GOOD, STRONG, clean, paint};

/// Prints the table, the folder and the verdict.
pub(super) fn print(report: &Report) -> io::Result<()> {
    say("")?;
    say(&table(report).to_string())?;
    chart(report)?;
    say(&format!("\nplayed      {}", report.speech.display()))?;
    for (leg, _) in &report.legs {
        say(&format!("recorded    {}", leg.recording.path.display()))?;
    }
    say(&format!(
        "The recordings stay in {}",
        paint(STRONG, report.folder.display())
    ))?;
    let problems = report.problems();
    if problems.is_empty() {
        return say(&paint(GOOD, "The speech arrived both ways, and so did the digits."));
    }
    problems.iter().try_for_each(|problem| say(&paint(BAD, clean(problem))))
}

/// What both heard, over time.
fn chart(report: &Report) -> io::Result<()> {
    let blocks = Blocks::of_environment();
    for (leg, _) in &report.legs {
        say("")?;
        for line in lines(&clean(&leg.from), &clean(&leg.to), &leg.heard, blocks) {
            say(&line)?;
        }
    }
    Ok(())
}

fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_BORDERS_ONLY);
    let [(a, _), (b, _)] = &report.legs;
    table.set_header([
        "".into(),
        format!("{} → {}", a.from, a.to),
        format!("{} → {}", b.from, b.to),
    ]);
    for (name, value) in rows() {
        let [(a, ma), (b, mb)] = &report.legs;
        table.add_row([name.to_owned(), value(a, ma), value(b, mb)]);
    }
    let received = a.digits.clone().unwrap_or_default();
    table.add_row([
        "keys received".to_owned(),
        format!("{received} of {}", report.digits_sent),
        "–".into(),
    ]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

type Value = fn(&Leg, &Match) -> String;

fn rows() -> [(&'static str, Value); 12] {
    [
        ("codec", |leg, _| {
            codec(&leg.sender).map_or_else(|| "none".into(), |name| clean(&name).into_owned())
        }),
        ("call up", |leg, _| {
            format!("{:.1} s", leg.sender.duration().as_secs_f64())
        }),
        ("packets sent", |leg, _| leg.sent().sent.packets.to_string()),
        ("packets received", |leg, _| leg.received().received.packets.to_string()),
        ("loss", |leg, _| {
            let received = leg.received().received;
            format!("{} ({:.1} %)", received.lost, received.loss_ratio() * 100.0)
        }),
        ("jitter, mean", |leg, _| {
            format!("{:.2} ms", leg.received().received.jitter.mean.as_secs_f64() * 1000.0)
        }),
        ("round trip", |leg, _| match leg.sent().round_trip {
            Some(trip) => format!("{:.2} ms", trip.mean.as_secs_f64() * 1000.0),
            None => "unknown".into(),
        }),
        ("MOS (R factor)", |leg, _| match leg.quality() {
            Some(q) => format!("{:.2} ({:.0})", q.mos_conversational, q.r_factor),
            None => "unknown".into(),
        }),
        ("speech found", |_, m| format!("{:.0} %", m.coverage * 100.0)),
        ("correlation", |_, m| format!("{:.3}", m.correlation)),
        ("delay in recording", |_, m| {
            format!("{:.0} ms", m.delay_secs() * 1000.0)
        }),
        ("level", |_, m| format!("{:+.1} dB", m.level_db)),
    ]
}
