//! docs/scenarios.md names every scenario, what it shows and which RFC says so; each is run by a test of its name.

use std::path::PathBuf;

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sipp/scenarios")
}

/// Rows of the table, from the scenarios' first lines.
fn rows() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let line = |key: &str| {
            let start = format!("<!-- {key}: ");
            let found = text.lines().find_map(|l| l.strip_prefix(&start)?.strip_suffix(" -->"));
            found
                .unwrap_or_else(|| panic!("{name} does not tell its {key}"))
                .to_owned()
        };
        rows.push((
            name.clone(),
            format!("| `sipp::{name}` | {} | {} |", line("Shows"), line("RFC")),
        ));
    }
    rows.sort();
    rows
}

#[test]
fn the_document_has_every_scenario_and_every_scenario_its_test() {
    let document = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/scenarios.md");
    let document = std::fs::read_to_string(document).unwrap();
    let rows = rows();
    assert!(rows.len() >= 20);
    let tests = include_str!("main.rs");
    for (name, row) in &rows {
        assert!(
            document.lines().any(|line| line == row),
            "docs/scenarios.md lacks this line:\n{row}"
        );
        assert!(tests.contains(&format!("#[test]\nfn {name}()")), "no test runs {name}");
    }
    let listed = document.lines().filter(|line| line.starts_with("| `sipp::")).count();
    assert_eq!(
        listed,
        rows.len(),
        "docs/scenarios.md names scenarios that are not there"
    );
}

/// Scenarios written as scripts have their rows by hand.
#[test]
fn the_document_has_every_script_and_no_other() {
    let document = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/scenarios.md");
    let document = std::fs::read_to_string(document).unwrap();
    let named = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    let mut listed: Vec<_> = document.lines().filter_map(named).collect();
    listed.retain(|name| !name.starts_with("sipp::"));
    listed.sort();
    let tests = |file: &str, text: &str, prefix: &str| -> Vec<String> {
        let functions = text.split("#[test]\n").skip(1);
        let names = functions.filter_map(|rest| Some(rest.trim_start().strip_prefix("fn ")?.split_once('(')?.0));
        let wanted = names.filter(|name| name.starts_with(prefix));
        wanted.map(|name| format!("{file}::{name}")).collect()
    };
    let mut there = tests("session_scenarios", include_str!("../session_scenarios.rs"), "");
    there.extend(tests("attended", include_str!("../attended.rs"), "sipp_"));
    there.sort();
    assert_eq!(listed, there);
}
