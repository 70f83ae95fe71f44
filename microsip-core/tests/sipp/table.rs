//! docs/scenarios.md names every scenario, what it shows and which RFC says so; each is run by a test of its name.

use std::path::PathBuf;

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sipp/scenarios")
}

/// Files of tests, by the module they are in.
const TESTS: [(&str, &str); 4] = [
    ("", include_str!("main.rs")),
    ("lost::", include_str!("lost.rs")),
    ("policies::", include_str!("policies.rs")),
    ("registrar::", include_str!("registrar.rs")),
];

fn document() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/scenarios.md");
    std::fs::read_to_string(path).unwrap()
}

/// Rows of the table, from the scenarios' first lines.
fn rows() -> Vec<String> {
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
        let wanted = format!("#[test]\nfn {name}()");
        let (module, _) = TESTS
            .iter()
            .find(|(_, tests)| tests.contains(&wanted))
            .unwrap_or_else(|| panic!("no test runs {name}"));
        let (shows, rfc) = (line("Shows"), line("RFC"));
        rows.push(format!("| `sipp::{module}{name}` | {shows} | {rfc} | pass |"));
    }
    rows.sort();
    rows
}

#[test]
fn the_document_has_every_scenario_and_every_scenario_its_test() {
    let document = document();
    let listed: Vec<_> = document.lines().filter(|l| l.starts_with("| `sipp::")).collect();
    let rows = rows();
    assert!(rows.len() >= 40);
    let missing: Vec<_> = rows.iter().filter(|r| !listed.contains(&r.as_str())).collect();
    assert!(missing.is_empty(), "docs/scenarios.md lacks {missing:#?}");
    assert_eq!(
        listed.len(),
        rows.len(),
        "docs/scenarios.md names scenarios that are not there"
    );
}

/// Scenarios written as scripts have their rows by hand.
#[test]
fn the_document_has_every_script_and_no_other() {
    let document = document();
    let named = |line: &str| {
        let cells: Vec<_> = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
        assert!(
            cells.len() == 4 && cells[3] == "pass",
            "test, shows, RFC, result: {line}"
        );
        Some(cells[0].strip_suffix('`')?.to_owned())
    };
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
