//! What was measured of the module, for people; and what was aimed at.

use super::{ASYNCIO, BUSY, C, Growth, Latency, MediaRow, Outgoing, Start, UNHEARD};
use crate::report::{Report, media_table, table};
use crate::stats::Percentiles;

fn millis(p: &Percentiles) -> [String; 2] {
    [p.p50, p.p99].map(|micros| format!("{:.2}", micros / 1000.0))
}

/// Start, milliseconds.
pub fn start(report: &mut Report, all: &[Start]) {
    println!("\n## From `import microsip` to an endpoint, ms, each in a fresh process\n");
    let mut rows = table(&["transports", "import", "endpoint", "both, median", "p99", "processes"]);
    for one in all {
        let [median, worst] = millis(&one.both);
        rows.add_row([
            one.name.to_owned(),
            format!("{:.2}", one.import.p50 / 1000.0),
            format!("{:.2}", one.endpoint.p50 / 1000.0),
            median,
            worst,
            one.both.count.to_string(),
        ]);
        let what = format!("Python: import to endpoint, {}, median, ms", one.name);
        report.at_most(what, one.both.p50 / 1000.0, 60.0);
    }
    println!("{rows}");
}

/// Calls made.
pub fn outgoing(report: &mut Report, all: &[Outgoing]) {
    println!("\n## Calls made; from `account.call()`, ms\n");
    let mut rows = table(&[
        "caller",
        "in flight",
        "INVITE on the wire p50",
        "p99",
        "call up p50",
        "p99",
        "p99/p50",
        "calls/s",
        "CPU us per call",
        "calls",
        "failed",
        "repeated",
    ]);
    for one in all {
        let mut row = vec![one.name.to_owned(), one.in_flight.to_string()];
        row.extend(millis(&one.to_wire));
        row.extend(millis(&one.to_answer));
        row.push(format!("{:.1}", one.to_answer.p99 / one.to_answer.p50));
        row.push(format!("{:.0}", one.per_second));
        row.push(format!("{:.0}", one.cpu_micros));
        row.extend([one.good + one.failed, one.failed, one.repeated].map(|n| n.to_string()));
        rows.add_row(row);
        if !one.name.starts_with("Python") {
            continue;
        }
        let what = |of: &str| format!("{}, {} in flight: {of}", one.name, one.in_flight);
        if one.in_flight == 1 {
            report.at_most(what("INVITE on the wire, p99, ms"), one.to_wire.p99 / 1000.0, 1.0);
            continue;
        }
        report.at_most(what("calls failed"), one.failed as f64, 0.0);
        report.at_most(what("requests repeated, answers lost"), one.repeated as f64, 0.0);
        report.at_most(
            what("call up, p99 / median"),
            one.to_answer.p99 / one.to_answer.p50,
            5.0,
        );
    }
    println!("{rows}");
}

/// From the wire to the program.
pub fn latency(report: &mut Report, all: &[Latency]) {
    println!("\n## From an INVITE on the wire, one at a time, ms\n");
    let mut rows = table(&["answered by", "program told p50", "p99", "200 here p50", "p99", "calls"]);
    for one in all {
        let mut row = vec![one.name.to_owned()];
        row.extend(one.to_program.as_ref().map_or_else(Default::default, millis));
        row.extend(millis(&one.to_answer));
        row.push(one.to_answer.count.to_string());
        rows.add_row(row);
    }
    println!("{rows}");
    let of = |name: &str| all.iter().find(|one| one.name == name).map(|one| one.to_answer.p50);
    if let (Some(c), Some(python)) = (of("C"), of("Python, asyncio")) {
        report.at_most("Python, asyncio: INVITE to 200, median, ratio to C", python / c, 1.35);
    }
}

/// Calls with audio.
pub fn media(report: &mut Report, all: &[MediaRow]) {
    println!("\n## Calls with audio, answered by one asyncio program\n");
    println!("{}", media_table(all));
    let of = |name: &str| all.iter().find(|row| row.name == name);
    for name in [UNHEARD, ASYNCIO] {
        if let (Some(c), Some(python)) = (of(C), of(name)) {
            let what = format!("{} calls, {name}: CPU, ratio to C", python.calls);
            report.at_most(what, python.cpu_percent / c.cpu_percent, 1.3);
        }
    }
    for row in all.iter().filter(|row| [UNHEARD, ASYNCIO, BUSY].contains(&row.name)) {
        let p = row.packets;
        let in_time = 100.0 * p.received.saturating_sub(p.late) as f64 / (p.received + p.lost).max(1) as f64;
        let what = |of: &str| format!("{} calls, {}: {of}", row.calls, row.name);
        report.at_least(what("packets in time, %"), in_time, 99.0);
        report.at_most(what("calls that sent nothing"), p.silent_calls as f64, 0.0);
    }
}

/// Memory while nobody reads.
pub fn memory(report: &mut Report, growth: &Growth) {
    println!("\n## Memory while nobody reads events and frames, private dirty KiB\n");
    let mut rows = table(&[
        "minutes",
        "at first",
        "at last",
        "grown %",
        "calls meanwhile",
        "packets",
    ]);
    rows.add_row([
        format!("{:.1}", growth.minutes),
        format!("{:.0}", growth.begin_kib),
        format!("{:.0}", growth.end_kib),
        format!("{:.2}", growth.percent()),
        growth.calls.to_string(),
        growth.packets.to_string(),
    ]);
    println!("{rows}");
    // What the allocator's own unrest comes to.
    report.at_most("Python: memory grown while nobody reads, %", growth.percent(), 1.0);
}
