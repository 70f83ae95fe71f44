//! The names in JSON are those of the document, and the other way round.

use std::collections::BTreeSet;
use std::time::Duration;

use microsip_core::*;
use serde_json::Value;

use crate::line::{Line, SILENCE, SSRC, Terms, XR, receiver_report};
use crate::support::*;

/// First column of every table row: names in backticks, dots for objects.
fn documented() -> BTreeSet<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/statistics.md")).unwrap();
    let mut names = BTreeSet::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cell = row.split('|').nth(1).unwrap();
        for name in cell.split(',') {
            assert!(names.insert(name.trim().trim_matches('`').to_owned()), "{name} twice");
        }
    }
    names
}

fn leaves(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    let Value::Object(object) = value else {
        found.insert(path.to_owned());
        return;
    };
    for (name, value) in object {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        leaves(&path, value, found);
    }
}

#[test]
fn the_document_names_exactly_what_is_written() {
    let quality = QualityConfig::new().rtcp_xr(true).watch_audio(Duration::from_secs(60));
    let ep = start(config().codecs("PCMU").unwrap().quality(quality));
    let line = Line::calling(&ep);
    line.paced(0..60, &SILENCE);
    let sr = line.report("an SR", SOON, |all| all.iter().find(|r| r.kind == 200).cloned());
    let (ssrc, lsr) = crate::line::sender(&sr);
    std::thread::sleep(Duration::from_millis(30));
    let mut packet = receiver_report(ssrc, 0, 0, 30, 80, lsr, 655);
    packet.extend([0x80, XR, 0, 10]);
    packet.extend(SSRC.to_be_bytes());
    packet.extend([7, 0, 0, 8]);
    packet.extend(ssrc.to_be_bytes());
    packet.extend([20; 28]);
    line.rtcp.send_to(&packet, line.reports).unwrap();
    microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "the report", || {
        line.call.stats().ok().filter(|s| s.sent.reports > 0)
    })
    .unwrap();
    // Everything is known now, our own metrics included, which go out with the last report.
    let mut line = line;
    let terms = Terms {
        extra: "a=sendonly\r\n".into(),
        ..Terms::default()
    };
    let sdp = terms.sdp(2, &line.rtp, &line.rtcp);
    line.reinvite(&sdp);
    let (stats, _) = line.over();
    let text = stats.to_json();
    assert!(!text.contains('\n'));
    let value: Value = serde_json::from_str(&text).unwrap();
    let mut written = BTreeSet::new();
    leaves("", &value, &mut written);
    let documented = documented();
    let missing: Vec<_> = written.difference(&documented).collect();
    let surplus: Vec<_> = documented.difference(&written).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "not documented: {missing:?}; not written: {surplus:?}\n{text}"
    );
    assert_eq!(value["codec"], "PCMU/8000/1");
    assert_eq!(value["received"]["packets"], 60);
    assert_eq!(value["quality"]["received"]["band"], "narrowband");
    assert_eq!(serde_json::to_value(&stats).unwrap(), value);
    // Numbers are numbers also where nothing is known.
    let empty: Value = serde_json::from_str(&StreamStats::default().to_json()).unwrap();
    assert_eq!(empty["round_trip"], Value::Null);
    assert_eq!(empty["quality"]["received"], Value::Null);
    ep.close();
}
