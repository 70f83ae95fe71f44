//! What the documents say of the C interface is so.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::fs;
use std::process::Command;

use common::{crate_dir, folder, pkg_config, prefix, run};

fn document(name: &str) -> String {
    fs::read_to_string(crate_dir().parent().unwrap().join(name)).unwrap()
}

/// The rows of the table of statuses, out of the header.
fn rows() -> String {
    let header = fs::read_to_string(crate_dir().join("include/microsip.h")).unwrap();
    let mut rows = String::new();
    let mut comment = String::new();
    for line in header.lines().map(str::trim) {
        if line == "/**" {
            comment.clear();
        } else if let Some(text) = line.strip_prefix("* ") {
            comment = format!("{comment} {text}");
        } else if let Some((name, number)) = line.strip_prefix("MICROSIP_STATUS_").and_then(|l| l.split_once(" = ")) {
            let number = number.trim_end_matches(',');
            rows.push_str(&format!("| {number} | `{name}` | {} |\n", comment.trim()));
        }
    }
    rows
}

#[test]
fn the_table_of_statuses_is_the_headers() {
    let path = crate_dir().parent().unwrap().join("docs/c.md");
    let text = document("docs/c.md");
    let (before, rest) = text.split_once("| number | name | meaning |\n|---|---|---|\n").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let made = format!(
        "{before}| number | name | meaning |\n|---|---|---|\n{}\n{after}",
        rows()
    );
    if std::env::var_os("MICROSIP_BLESS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(
        made == text || std::env::var_os("MICROSIP_BLESS").is_some(),
        "docs/c.md has another table of statuses; renew it: MICROSIP_BLESS=1 cargo nextest run -p microsip-ffi --test docs"
    );
    assert!(rows().lines().count() > 25);
}

/// The first block of code in a language.
fn block(text: &str, language: &str) -> String {
    let (_, rest) = text.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_programs_of_the_readme_compile() {
    let folder = folder();
    let prefix = prefix();
    for (language, compiler, standard) in [("c", "gcc", "c99"), ("cpp", "g++", "c++17")] {
        let source = folder.path().join(format!("phone.{language}"));
        fs::write(&source, block(&document("README.md"), language)).unwrap();
        let program = folder.path().join(language);
        let mut cc = Command::new(compiler);
        cc.arg(format!("-std={standard}"))
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
        cc.arg(&source)
            .arg("-o")
            .arg(&program)
            .args(pkg_config(&prefix, &["--cflags", "--libs"]));
        run(cc.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display())));
    }
}

#[test]
fn what_the_guide_names_is_in_the_header() {
    let header = fs::read_to_string(crate_dir().join("include/microsip.h")).unwrap();
    let text = document("docs/c.md");
    let mut named = 0;
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
        if word.starts_with("microsip_") && !word.ends_with('_') {
            let libraries = ["microsip_static", "microsip_shared"];
            assert!(
                header.contains(word) || libraries.contains(&word),
                "docs/c.md names {word}"
            );
            named += 1;
        }
    }
    assert!(named > 30);
}
