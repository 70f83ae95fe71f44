//! docs/interop.md: written here and nowhere else.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use crate::scenario::{Outcome, Scenario};

const HEAD: &str = "\
# Interoperability

What microsip does with phones and PBXs of others. `cargo xtask interop` runs every scenario over loopback and writes this file; it is not
edited by hand. A scenario that failed stays here with the reason.

Asterisk runs from Debian's sid, unpacked and not installed; its SIP stack is PJSIP too, but its dialogs, media and features are its own.
baresip (libre) and Kamailio share nothing with us. \"baresip (sid)\" is a newer one, unpacked beside Asterisk.
";

const COLUMNS: &str = "| peer | version | scenario | transport | result | date |\n|---|---|---|---|---|---|\n";

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    peer: String,
    version: String,
    scenario: String,
    transport: String,
    result: String,
    date: String,
}

/// Replaces the rows of what was run now, keeps those of other scenarios, and drops those of scenarios that are no more.
pub fn update(file: &Path, all: &[Scenario], outcomes: &[(usize, Outcome)]) -> Result<()> {
    let old = rows(&std::fs::read_to_string(file).unwrap_or_default());
    let date = today();
    let mut list = Vec::new();
    for (number, scenario) in all.iter().enumerate() {
        let before = old.iter().find(|row| {
            (row.peer.as_str(), row.scenario.as_str(), row.transport.as_str())
                == (scenario.peer, scenario.name.as_str(), scenario.transport)
        });
        let now = outcomes
            .iter()
            .find(|(of, _)| *of == number)
            .map(|(_, outcome)| outcome);
        match (now, before) {
            (Some(outcome), _) => list.push(row(scenario, outcome, &date)),
            (None, Some(row)) => list.push(row.clone()),
            (None, None) => {}
        }
    }
    fill_in_versions(&mut list);
    std::fs::write(file, text(&list)).with_context(|| format!("writing {}", file.display()))
}

fn row(scenario: &Scenario, outcome: &Outcome, date: &str) -> Row {
    let result = match &outcome.failure {
        Some(why) => format!("**failed**: {}", cell(why)),
        None if outcome.detail.is_empty() => "passed".to_owned(),
        None => format!("passed: {}", cell(&outcome.detail)),
    };
    Row {
        peer: scenario.peer.to_owned(),
        version: cell(&outcome.version),
        scenario: scenario.name.clone(),
        transport: scenario.transport.to_owned(),
        result,
        date: date.to_owned(),
    }
}

/// A scenario that failed early does not know its peer's version; others with that peer do.
fn fill_in_versions(list: &mut [Row]) {
    let known: Vec<(String, String)> = list
        .iter()
        .filter(|row| !row.version.is_empty())
        .map(|row| (row.peer.clone(), row.version.clone()))
        .collect();
    for row in list.iter_mut().filter(|row| row.version.is_empty()) {
        if let Some((_, version)) = known.iter().find(|(peer, _)| *peer == row.peer) {
            row.version.clone_from(version);
        }
    }
}

fn text(list: &[Row]) -> String {
    let failed = list.iter().filter(|row| row.result.starts_with("**failed**")).count();
    let mut text = format!(
        "{HEAD}\n{} scenarios passed, {failed} failed.\n\n{COLUMNS}",
        list.len() - failed
    );
    for Row {
        peer,
        version,
        scenario,
        transport,
        result,
        date,
    } in list
    {
        text.push_str(&format!(
            "| {peer} | {version} | {scenario} | {transport} | {result} | {date} |\n"
        ));
    }
    text
}

fn rows(text: &str) -> Vec<Row> {
    let cells = |line: &str| -> Option<Row> {
        let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let mut cells = line.split(" | ").map(|cell| cell.trim().to_owned());
        let row = Row {
            peer: cells.next()?,
            version: cells.next()?,
            scenario: cells.next()?,
            transport: cells.next()?,
            result: cells.next()?,
            date: cells.next()?,
        };
        (cells.next().is_none() && row.peer != "peer").then_some(row)
    };
    text.lines().filter_map(cells).collect()
}

/// Text that fits into one cell: one line, no bars, no paths of this machine's temporary files, not too long.
fn cell(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().replace('|', "/");
    let words: Vec<&str> = line
        .split(' ')
        .map(|word| {
            if word.starts_with('/') && word.len() > 1 {
                "(file)"
            } else {
                word
            }
        })
        .collect();
    words.join(" ").chars().take(240).collect()
}

fn today() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Note;

    fn scenario(name: &str) -> Scenario {
        Scenario::new("peer-x", "UDP", name, || Ok(Note::default()))
    }

    fn passed(detail: &str) -> Outcome {
        Outcome {
            version: "1.0".into(),
            detail: detail.into(),
            failure: None,
        }
    }

    #[test]
    fn rows_of_other_scenarios_stay_and_those_of_none_go() {
        let dir = microsip_testkit::dir::TestDir::new("table").unwrap();
        let file = dir.join("interop.md");
        let failure = Outcome {
            failure: Some("no | answer\nin /tmp/x or anywhere".into()),
            ..Outcome::default()
        };
        update(
            &file,
            &[scenario("one"), scenario("two")],
            &[(0, passed("well")), (1, failure)],
        )
        .unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("| peer-x | 1.0 | one | UDP | passed: well |"), "{text}");
        assert!(
            text.contains("| peer-x | 1.0 | two | UDP | **failed**: no / answer |"),
            "{text}"
        );
        assert!(text.contains("1 scenarios passed, 1 failed."));

        update(&file, &[scenario("two"), scenario("three")], &[(1, passed(""))]).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            text.contains("**failed**: no / answer") && text.contains("| three | UDP | passed |"),
            "{text}"
        );
        assert!(!text.contains("| one |"), "{text}");
    }

    #[test]
    fn a_cell_shows_no_files_of_this_machine() {
        assert_eq!(
            cell("cannot read /tmp/asterisk-x/y: no such"),
            "cannot read (file) no such"
        );
        assert_eq!(cell("440 Hz / 880 Hz"), "440 Hz / 880 Hz");
        assert_eq!(cell(&"x".repeat(500)).len(), 240);
    }
}
