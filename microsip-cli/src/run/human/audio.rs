//! What is told about audio, as lines for people.

use microsip_core::{DirectionStats, Quality, StreamStats};

use super::because;
use crate::run::events::{
    CodecOut, ConferenceOut, DeviceEntry, DeviceName, DeviceOut, FindingOut, GainOut, LevelsOut, PlayerOut,
    RecordingOut, StreamOut, XrunOut,
};
use crate::style::{BAD, GOOD, MEDIA, clean, paint};

pub(super) fn player(p: &PlayerOut) -> String {
    let length = p.duration.map(|d| format!(" ({d:.1} s)")).unwrap_or_default();
    // Played through is what one expects.
    let why = p.end.filter(|end| *end != "finished" && p.error.is_none());
    let why = why
        .map(|end| format!(": {}", end.replace('_', " ")))
        .unwrap_or_default();
    let at = match (p.state, p.position) {
        ("paused" | "resumed" | "seeked", Some(at)) => format!(" at {at:.1} s of"),
        _ => ":".into(),
    };
    format!(
        "call {} playing {}{at} {}{length}{why}{}",
        p.call,
        p.state,
        clean(&p.file),
        because(p.error.as_ref())
    )
}

pub(super) fn recording(r: &RecordingOut) -> String {
    let length = r.duration.map(|d| format!(" ({d:.1} s)")).unwrap_or_default();
    format!(
        "call {} recording {}: {}{length}{}",
        r.call,
        r.state,
        clean(&r.file),
        because(r.error.as_ref())
    )
}

pub(super) fn conference(c: &ConferenceOut) -> String {
    let room = format!("conference {}", c.conference);
    match c.call {
        Some(call) => format!("call {call} {}", paint(MEDIA, format!("{} {room}", c.state))),
        None => format!("{room} {}", c.state),
    }
}

pub(super) fn stream(what: &str, s: &StreamOut) -> String {
    let side = s.side.map(|side| format!(" of what is {side}")).unwrap_or_default();
    let samples = s.samples.map(|n| format!(", {:.1} s", n as f64 / f64::from(s.rate)));
    let lost = s.lost.filter(|n| *n > 0).map(|n| format!(", {n} samples lost"));
    let state = if s.error.is_some() {
        paint(BAD, s.state)
    } else {
        s.state.to_owned()
    };
    format!(
        "call {} {what}{side} {state}: {} at {} Hz{}{}{}",
        s.call,
        clean(&s.file),
        s.rate,
        samples.unwrap_or_default(),
        lost.unwrap_or_default(),
        because(s.error.as_ref())
    )
}

pub(super) fn xrun(x: &XrunOut) -> String {
    let whose = x.call.map(|call| format!("call {call} ")).unwrap_or_default();
    let what = match x.kind {
        "underrun" => "was not fed in time: silence instead of",
        _ => "was not read in time: dropped",
    };
    format!(
        "{whose}{}: stream {} {what} {} samples ({} in all)",
        paint(BAD, x.kind),
        x.stream,
        x.samples,
        x.total
    )
}

pub(super) fn levels(l: &LevelsOut) -> String {
    format!(
        "call {} levels: received {:.1} dBov, sent {:.1} dBov",
        l.call, l.received_dbov, l.sent_dbov
    )
}

pub(super) fn gain(g: &GainOut) -> String {
    format!(
        "call {} gain: received {:+.1} dB, sent {:+.1} dB",
        g.call, g.received_db, g.sent_db
    )
}

pub(super) fn codecs(list: &[CodecOut]) -> String {
    let line = |c: &CodecOut| {
        let place = match c.place {
            Some(place) => format!("{:>3}.", place + 1),
            None => "   -".into(),
        };
        let rate = c.bit_rate.map(|r| format!(", {:.1} kbit/s", f64::from(r) / 1000.0));
        format!(
            "{place} {:<14} {} ms a frame{}",
            clean(&c.codec),
            c.frame_ms,
            rate.unwrap_or_default()
        )
    };
    let lines: Vec<String> = list.iter().map(line).collect();
    format!("codecs:\n{}", lines.join("\n"))
}

pub(super) fn devices(list: &[DeviceEntry]) -> String {
    if list.is_empty() {
        return "no sound devices".into();
    }
    let line = |d: &DeviceEntry| {
        let usual = if d.default { ", the system's own" } else { "" };
        let used = match d.used_for[..] {
            [] => String::new(),
            _ => format!(", in use for {}", d.used_for.join(" and ")),
        };
        let (name, id) = (clean(&d.device.name), clean(&d.device.id));
        format!("  {:<6} {name} ({id}){usual}{used}", d.device.direction)
    };
    let lines: Vec<String> = list.iter().map(line).collect();
    format!("sound devices:\n{}", lines.join("\n"))
}

/// The numbers one asks for first; the others are in the JSON.
pub(super) fn quality(call: u64, s: &StreamStats) -> String {
    let mos = |quality: Option<Quality>| quality.map(|q| format!("{:.2}", q.mos_conversational));
    let quality = s.quality();
    let worth = match (mos(quality.received), mos(quality.sent)) {
        (Some(here), Some(there)) => format!("MOS {here} here, {there} at the peer; "),
        (Some(here), None) => format!("MOS {here} here; "),
        (None, _) => String::new(),
    };
    let side = |name: &str, d: &DirectionStats| {
        format!(
            "{name} {} packets, {:.1} % lost, jitter {:.1} ms",
            d.packets,
            d.loss_ratio() * 100.0,
            d.jitter.mean.as_secs_f64() * 1000.0
        )
    };
    let trip = s
        .round_trip
        .map(|trip| format!("; round trip {:.1} ms", trip.mean.as_secs_f64() * 1000.0));
    format!(
        "call {call} {worth}{}, buffer {:.0} ms; {}{}",
        side("received", &s.received),
        s.jitter_buffer.delay.as_secs_f64() * 1000.0,
        side("sent", &s.sent),
        trip.unwrap_or_default()
    )
}

pub(super) fn check(call: u64, findings: &[FindingOut]) -> String {
    if findings.is_empty() {
        return format!("call {call} audio: nothing wrong is seen");
    }
    let line = |f: &FindingOut| {
        let word = if f.fault { paint(BAD, "audio") } else { "audio".into() };
        format!("call {call} {word}: {}", clean(&f.text))
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Devices that came, went, were lost or work again.
pub(super) fn device(d: &DeviceOut) -> String {
    let names = |list: &[DeviceName]| -> String {
        let names: Vec<String> = list
            .iter()
            .map(|d| format!("{} ({})", clean(&d.name), d.direction))
            .collect();
        names.join(", ")
    };
    let name = |d: &Option<DeviceName>| d.as_ref().map(|d| clean(&d.name)).unwrap_or_default().to_string();
    let role = d.role.unwrap_or("sound");
    match d.state {
        "lost" => {
            let instead = match &d.replacement {
                Some(other) => format!("; {} takes its place", clean(&other.name)),
                None => "; silence until it is back".to_owned(),
            };
            format!("{role} device {} {}{instead}", name(&d.device), paint(BAD, "lost"))
        }
        "back" => format!("{role} device {} {}", name(&d.device), paint(GOOD, "works")),
        _ => {
            let part = |sign: &str, list: &[DeviceName]| match list {
                [] => String::new(),
                list => format!(" {sign}{}", names(list)),
            };
            format!("sound devices{}{}", part("+", &d.added), part("-", &d.removed))
        }
    }
}
