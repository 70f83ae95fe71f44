//! `docs/microsip.md` tells what is so: its tests exist, its table of keys is that of the program, its commands and exit codes too.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use microsip_cli::args::Cli;
use microsip_cli::exit;
use microsip_core::compat::ini::{ACCOUNT_KEYS, Disposition, EXTENSION_KEYS, Key, SETTINGS_KEYS};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn doc() -> String {
    std::fs::read_to_string(root().join("docs/microsip.md")).unwrap()
}

/// What stands between two lines of the document.
fn between<'a>(doc: &'a str, from: &str, to: &str) -> &'a str {
    let start = doc.find(from).unwrap_or_else(|| panic!("no {from:?}")) + from.len();
    let len = doc[start..].find(to).unwrap_or_else(|| panic!("no {to:?}"));
    &doc[start..start + len]
}

/// Texts in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The file of a test, as the document names it, and the test's name.
fn place(name: &str) -> (Vec<PathBuf>, String) {
    let (module, test) = name.rsplit_once("::").unwrap_or_else(|| panic!("{name} is no test"));
    let path = module.replace("::", "/");
    let files = if module.starts_with("compat::") {
        // A module of its own, or a part of one.
        let core = root().join("microsip-core/src");
        vec![
            core.join(format!("{path}.rs")),
            core.join(path).with_extension("").join("mod.rs"),
        ]
    } else {
        vec![root().join(format!("microsip-cli/tests/{path}.rs"))]
    };
    (files, test.to_owned())
}

#[test]
fn every_claim_names_a_test_that_exists() {
    let doc = doc();
    let table = between(
        &doc,
        "| claim | true of MicroSIP? | here | test |\n|---|---|---|---|\n",
        "\n\n",
    );
    let mut tests = 0;
    for row in table.lines() {
        let last = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        assert!(last == "–" || last.starts_with('`'), "{row}");
        for name in quoted(last) {
            let (files, test) = place(name);
            let text: String = files
                .iter()
                .filter_map(|file| std::fs::read_to_string(file).ok())
                .collect();
            let defined = text
                .match_indices(&format!("fn {test}("))
                .any(|(at, _)| text[..at].trim_end().ends_with("#[test]"));
            assert!(defined, "{name} is no test of {files:?}");
            tests += 1;
        }
    }
    assert!(
        table.lines().count() >= 50 && tests >= 60,
        "{} claims, {tests} tests",
        table.lines().count()
    );
}

fn row(key: &Key) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    let default = match key.default {
        "" => "empty".to_owned(),
        text => format!("`{}`", cell(text)),
    };
    format!("| `{}` | {default} | {} |\n", key.name, cell(key.meaning))
}

/// All keys, by what becomes of them.
fn keys() -> String {
    let mut text = String::new();
    let groups = [
        (Disposition::Honoured, "Honoured"),
        (
            Disposition::NoWindow,
            "Accepted and kept; they are about a window, and there is none",
        ),
        (
            Disposition::Unsupported,
            "Accepted and kept; the phone has no such function",
        ),
        (Disposition::Obsolete, "Of old versions or other people's copies; kept"),
    ];
    let sections = [
        ("[Settings]", SETTINGS_KEYS),
        ("[AccountN]", ACCOUNT_KEYS),
        ("[Extensions]", EXTENSION_KEYS),
    ];
    for (disposition, title) in groups {
        for (section, keys) in sections {
            let rows: String = keys
                .iter()
                .filter(|key| key.disposition == disposition)
                .map(row)
                .collect();
            if !rows.is_empty() {
                text.push_str(&format!(
                    "### {title}: `{section}`\n\n| key | default | meaning |\n|---|---|---|\n{rows}\n"
                ));
            }
        }
    }
    text
}

#[test]
fn the_tables_of_keys_are_those_of_the_program() {
    let doc = doc();
    let there = between(&doc, "`microsip_doc` checks them -->\n", "<!-- end of keys -->");
    let keys = keys();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("microsip-keys.md");
    std::fs::write(&file, &keys).unwrap();
    assert!(
        there == keys,
        "docs/microsip.md differs from {}: put that between the marks",
        file.display()
    );
}

#[test]
fn every_command_and_exit_code_is_told() {
    let doc = doc();
    let table = between(&doc, "| command | does |\n|---|---|\n", "\n\n");
    let told: Vec<&str> = table
        .lines()
        .flat_map(|row| quoted(row.split(" | ").next().unwrap()))
        .collect();
    let command = Cli::command();
    for name in command.get_subcommands().map(clap::Command::get_name) {
        let missing = !told.iter().any(|word| word.split(' ').next() == Some(name));
        assert!(
            !missing || ["completions", "man", "help"].contains(&name),
            "{name} is missing"
        );
    }
    let codes = between(&doc, "| code | means |\n|---|---|\n", "\n\n");
    for code in [exit::OK, exit::FAILED, exit::USAGE, exit::NOT_STARTED, exit::NO_PHONE] {
        assert!(codes.contains(&format!("| {code} |")), "{code}");
    }
    // And in the page of the events, which has them all.
    let events = std::fs::read_to_string(root().join("docs/events.md")).unwrap();
    assert!(
        events.contains(&format!("\n| {} |", exit::NO_PHONE)),
        "exit code 4 is missing in docs/events.md"
    );
}
