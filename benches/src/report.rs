//! Tables for people, JSON for programs.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use crate::abi::Abi;
use crate::calls::{Capacity, Twin};
use crate::footprint::Footprint;
use crate::idle::Idle;
use crate::media::Row as MediaRow;
use crate::procfs;
use crate::python::PythonReport;
use crate::round_trip::RoundTrip;
use crate::stats::{Percentiles, Spread};

/// Everything that was measured in one run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Tiny numbers: figures mean nothing.
    pub quick: bool,
    /// Version of PJSIP inside.
    pub pjsip: &'static str,
    /// Cores of the machine.
    pub cores: usize,
    /// Built without optimisation: figures mean nothing.
    pub debug_build: bool,
    /// Idle agents.
    pub idle: Option<Vec<Idle>>,
    /// Memory of accounts and calls.
    pub footprint: Option<Footprint>,
    /// Round trips of commands.
    pub round_trip: Option<RoundTrip>,
    /// Cost of the C interface.
    pub abi: Option<Abi>,
    /// Calls with audio.
    pub media: Option<Vec<MediaRow>>,
    /// CPU per call.
    pub twin: Option<Twin>,
    /// Calls per second.
    pub capacity: Option<Vec<Capacity>>,
    /// The Python module.
    pub python: Option<PythonReport>,
    /// What was aimed at.
    pub aims: Vec<Aim>,
}

/// A figure beside what it should be.
#[derive(Debug, Clone, Serialize)]
pub struct Aim {
    /// Of what, with its unit.
    pub what: String,
    /// As measured.
    pub value: f64,
    /// The bound.
    pub bound: f64,
    /// Whether the bound is a lower one.
    pub at_least: bool,
    /// Whether it is kept.
    pub met: bool,
}

/// An empty one; all columns but the first are figures.
pub fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(head);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Calls with audio.
pub fn media_table(media: &[MediaRow]) -> Table {
    let mut rows = table(&[
        "audio",
        "calls",
        "CPU %",
        "CPU % per call",
        "KiB per call",
        "packets",
        "lost",
        "late",
        "behind ms p50/p99/max",
        "generator behind ms",
    ]);
    for row in media {
        let p = row.packets;
        rows.add_row([
            row.name.to_owned(),
            row.calls.to_string(),
            format!("{:.1}", row.cpu_percent),
            format!("{:.4}", row.cpu_percent_per_call),
            format!("{:.0}", row.kib_per_call),
            p.received.to_string(),
            p.lost.to_string(),
            p.late.to_string(),
            format!("{:.1}/{:.1}/{:.1}", p.behind_p50_ms, p.behind_p99_ms, p.behind_max_ms),
            format!("{:.1}", p.generator_behind_ms),
        ]);
    }
    rows
}

fn spread(s: &Spread, digits: usize) -> String {
    format!("{:.digits$} ({:.digits$}-{:.digits$})", s.median, s.low, s.high)
}

impl Report {
    /// With nothing measured yet; says what makes the figures worthless.
    pub fn begin(quick: bool) -> Self {
        let report = Self {
            quick,
            pjsip: microsip_core::pjsip_version(),
            cores: procfs::cores(),
            debug_build: cfg!(debug_assertions),
            idle: None,
            footprint: None,
            round_trip: None,
            abi: None,
            media: None,
            twin: None,
            capacity: None,
            python: None,
            aims: Vec::new(),
        };
        println!("PJSIP {}, {} cores", report.pjsip, report.cores);
        if report.quick || report.debug_build {
            println!("NOT A MEASUREMENT: quick or unoptimised; this shows only that everything works");
        }
        report
    }

    /// A bound from below.
    pub fn at_least(&mut self, what: impl Into<String>, value: f64, bound: f64) {
        let (what, met) = (what.into(), value >= bound);
        self.aims.push(Aim {
            what,
            value,
            bound,
            at_least: true,
            met,
        });
    }

    /// A bound from above.
    pub fn at_most(&mut self, what: impl Into<String>, value: f64, bound: f64) {
        let (what, met) = (what.into(), value <= bound);
        self.aims.push(Aim {
            what,
            value,
            bound,
            at_least: false,
            met,
        });
    }

    /// Memory, threads, wake-ups.
    pub fn print_idle(&mut self) {
        let Some(idle) = self.idle.clone() else { return };
        println!("\n## Idle, one registered account\n");
        let head = [
            "",
            "PSS KiB",
            "private dirty KiB",
            "RSS KiB",
            "threads",
            "wake-ups/s",
            "CPU %",
        ];
        let mut sums = table(&head);
        for one in &idle {
            sums.add_row([
                one.name.to_owned(),
                one.memory.pss.to_string(),
                one.memory.private_dirty.to_string(),
                one.memory.rss.to_string(),
                one.threads.to_string(),
                format!("{:.1}", one.wake_ups),
                format!("{:.3}", one.cpu_percent),
            ]);
        }
        println!("{sums}\n\nPSS and, in brackets, private dirty by kind of mapping, KiB:\n");
        let kinds: BTreeSet<&str> = idle.iter().flat_map(|i| i.by_kind.keys().copied()).collect();
        let mut head = vec![""];
        head.extend(idle.iter().map(|i| i.name));
        let mut parts = table(&head);
        for kind in kinds {
            let mut row = vec![kind.to_owned()];
            for one in &idle {
                let m = one.by_kind.get(kind).copied().unwrap_or_default();
                row.push(format!("{} ({})", m.pss, m.private_dirty));
            }
            parts.add_row(row);
        }
        println!("{parts}");
        for one in &idle {
            let busy: Vec<String> = one
                .wake_ups_by_thread
                .iter()
                .filter(|(_, n)| **n > 0.0)
                .map(|(name, n)| format!("{name} {n:.1}"))
                .collect();
            println!(
                "{}: wake-ups/s by thread: {}",
                one.name,
                if busy.is_empty() {
                    "none".into()
                } else {
                    busy.join(", ")
                }
            );
        }
        if let Some(ours) = idle.first() {
            let (memory, wake_ups) = (ours.memory, ours.wake_ups);
            self.at_most("idle: PSS, MiB", memory.pss as f64 / 1024.0, 5.0);
            self.at_most("idle: private dirty, MiB", memory.private_dirty as f64 / 1024.0, 3.0);
            self.at_most("idle: wake-ups per second", wake_ups, 2.0);
        }
    }

    /// Percentiles of the three situations.
    pub fn print_round_trip(&mut self) {
        let Some(trip) = self.round_trip.clone() else { return };
        println!("\n## A command to the engine and back, microseconds\n");
        let mut rows = table(&["", "p50", "p90", "p99", "max", "commands"]);
        let mut add = |name: String, p: Percentiles| {
            let mut row = vec![name];
            row.extend([p.p50, p.p90, p.p99, p.max].map(|v| format!("{v:.1}")));
            row.push(p.count.to_string());
            rows.add_row(row);
        };
        add("idle, 1 ms apart".into(), trip.idle);
        add("idle, back to back".into(), trip.back_to_back);
        add(
            format!("beside {:.0} calls/s, 1 ms apart", trip.calls.rate),
            trip.beside_calls,
        );
        println!(
            "{rows}\n\nThe calls beside: {} good, {} failed, {} repeated requests",
            trip.calls.good, trip.calls.failed, trip.calls.retransmissions
        );
        self.at_most("round trip idle, median, us", trip.idle.p50, 15.0);
        self.at_most("round trip beside 500 calls/s, median, us", trip.beside_calls.p50, 50.0);
        self.at_most("calls failed beside commands", trip.calls.failed as f64, 0.0);
    }

    /// The C interface beside the library under it.
    pub fn print_abi(&mut self) {
        let Some(abi) = self.abi else { return };
        println!("\n## The C interface, nanoseconds each\n");
        let mut rows = table(&["", "C", "Rust", "more"]);
        for (name, both) in [
            ("an account's number", abi.getter),
            ("another handle, and its end", abi.handle),
            ("a command to the engine and back", abi.command),
            ("an event: taken, kind, freed", abi.event),
        ] {
            let more = both.c - both.rust;
            rows.add_row(vec![
                name.to_owned(),
                format!("{:.0}", both.c),
                format!("{:.0}", both.rust),
                format!("{more:.0}"),
            ]);
        }
        println!("{rows}\n\n{} events, {} functions", abi.events, abi.functions);
        self.at_most("trivial call through the C interface, ns", abi.getter.c, 100.0);
        self.at_most(
            "event through the C interface, ratio to Rust",
            abi.event.c / abi.event.rust,
            3.0,
        );
        self.at_most(
            "command through the C interface, ratio to Rust",
            abi.command.c / abi.command.rust,
            1.1,
        );
    }

    /// Memory of accounts and calls.
    pub fn print_footprint(&mut self) {
        let Some(f) = self.footprint else { return };
        println!("\n## Memory for each further one, private KiB\n");
        let mut rows = table(&["", "how many", "KiB each"]);
        for (name, count, kib) in [
            ("account, registered", f.accounts, f.kib_per_account),
            ("call", f.calls, f.kib_per_call),
            ("call on hold", f.calls, f.kib_per_held_call),
            ("call on hold, C", f.calls, f.kib_per_held_call_c),
        ] {
            rows.add_row(vec![name.to_owned(), count.to_string(), format!("{kib:.1}")]);
        }
        println!("{rows}");
        let ratio = f.kib_per_held_call / f.kib_per_held_call_c;
        self.at_most("memory of a held call, ratio to C", ratio, 1.1);
    }

    /// Calls with audio.
    pub fn print_media(&mut self) {
        let Some(media) = self.media.clone() else { return };
        println!("\n## Calls with audio: G.711, 20 ms packets both ways, bridge at 8 kHz\n");
        println!("{}", media_table(&media));
        for row in media.iter().filter(|r| !r.name.starts_with('C')) {
            let what = |of: &str| format!("{} calls, {}: {of}", row.calls, row.name);
            self.at_most(what("CPU % of a core per call"), row.cpu_percent_per_call, 0.15);
            self.at_most(what("KiB per call"), row.kib_per_call, 200.0);
            let missed = row.packets.lost + row.packets.late;
            self.at_most(what("packets lost or late"), missed as f64, 0.0);
            self.at_most(what("calls that sent nothing"), row.packets.silent_calls as f64, 0.0);
            let c = media.iter().find(|c| c.name.starts_with('C') && c.calls == row.calls);
            if let Some(c) = c.filter(|_| row.name == "bridge") {
                self.at_most(what("CPU, ratio to C"), row.cpu_percent / c.cpu_percent, 1.03);
            }
        }
    }

    /// CPU per call.
    pub fn print_twin(&mut self) {
        if let Some(twin) = self.twin.clone() {
            self.show_twin(&twin);
        }
    }

    /// The same of any twin run.
    pub fn show_twin(&mut self, twin: &Twin) {
        println!(
            "\n## CPU per call: all at once, {:.0} calls/s each, {} rounds of {:.0} s; median (lowest-highest)\n",
            twin.rate, twin.rounds, twin.seconds
        );
        let mut rows = table(&[
            "answered by",
            "us per call",
            "ratio to C",
            "aim",
            "failed",
            "repeated",
            "unconfirmed",
        ]);
        for row in &twin.rows {
            rows.add_row([
                row.name.to_owned(),
                spread(&row.micros, 0),
                spread(&row.ratio, 3),
                row.aim.map_or(String::new(), |a| format!("{a:.2}")),
                row.failed.to_string(),
                row.retransmissions.to_string(),
                row.unconfirmed.to_string(),
            ]);
            if let Some(aim) = row.aim {
                self.at_most(format!("CPU per call, {}, ratio to C", row.name), row.ratio.median, aim);
            }
        }
        println!(
            "{rows}\n\nC again / C: {}. Others took {} % of a core.",
            spread(&twin.pair, 3),
            spread(&twin.foreign_percent, 0)
        );
        if !twin.trusted {
            println!(
                "NOT TO BE TRUSTED: two equal programs differ by more than 2 %. Run it again on a quieter machine."
            );
        }
    }

    /// Calls per second.
    pub fn print_capacity(&mut self) {
        if let Some(capacity) = self.capacity.clone() {
            self.show_capacity(&capacity);
        }
    }

    /// The same of any such run.
    pub fn show_capacity(&mut self, capacity: &[Capacity]) {
        println!("\n## Calls per second that hold, in steps of 14 %\n");
        let mut rows = table(&["answered by", "calls/s", "ratio to C", "us per call then"]);
        for one in capacity {
            rows.add_row([
                one.name.to_owned(),
                format!("{:.0}", one.held),
                format!("{:.2}", one.ratio),
                format!("{:.0}", one.micros),
            ]);
        }
        println!("{rows}\n\nOne step is no difference.");
        for one in capacity.iter().skip(1) {
            let what = format!("calls per second, {}, ratio to C", one.name);
            self.at_least(what, one.ratio, one.aim);
        }
    }

    /// The closing table.
    pub fn print_aims(&self) {
        println!("\n## Aims\n");
        let mut rows = table(&["", "measured", "aim", ""]);
        for aim in &self.aims {
            let sign = if aim.at_least { ">=" } else { "<=" };
            rows.add_row([
                aim.what.clone(),
                format!("{:.3}", aim.value),
                format!("{sign} {:.2}", aim.bound),
                if aim.met { "met".to_owned() } else { "MISSED".to_owned() },
            ]);
        }
        println!("{rows}");
    }

    /// The same as JSON.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text + "\n").with_context(|| format!("writing {}", path.display()))
    }
}
