//! What the libraries show to the linker is what `symbols.txt` lists, and what the header declares.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use common::{crate_dir, prefix, run};

/// Names of the symbols a library defines for others.
fn shown(args: &[&str], library: &std::path::Path) -> BTreeSet<String> {
    run(Command::new("nm").args(args).arg("--defined-only").arg(library))
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (_, kind, name) = (words.next()?, words.next()?, words.next()?);
            // Lower case is local; W and V are weak, which others see all the same.
            kind.chars()
                .all(|c| c.is_ascii_uppercase() || c == 'u')
                .then(|| name.to_owned())
        })
        .collect()
}

/// The functions of the header.
fn declared() -> BTreeSet<String> {
    let header = fs::read_to_string(crate_dir().join("include/microsip.h")).unwrap();
    common::functions(&header).into_iter().map(|f| f.name).collect()
}

fn difference(what: &str, a: &BTreeSet<String>, b: &BTreeSet<String>) -> String {
    let list = |set: BTreeSet<&String>| set.into_iter().cloned().collect::<Vec<_>>().join(" ");
    format!(
        "{what}: {}; missing: {}",
        list(b.difference(a).collect()),
        list(a.difference(b).collect())
    )
}

#[test]
fn the_libraries_show_what_is_listed_and_nothing_else() {
    let path = crate_dir().join("symbols.txt");
    let declared = declared();
    if std::env::var_os("MICROSIP_BLESS").is_some() {
        // Names are only ever added; taking one away is a new MICROSIP_ABI_VERSION.
        fs::write(
            &path,
            declared.iter().map(|name| format!("{name}\n")).collect::<String>(),
        )
        .unwrap();
    }
    let listed: BTreeSet<String> = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
    assert!(
        listed == declared,
        "{}",
        difference("declared but not in symbols.txt", &listed, &declared)
    );
    let lib = prefix().join("lib");
    let shared = shown(&["-D"], &lib.join("libmicrosip.so"));
    assert!(
        shared == listed,
        "{}",
        difference("shown by libmicrosip.so but not listed", &listed, &shared)
    );
    let archive = shown(&[], &lib.join("libmicrosip.a"));
    assert!(
        archive == listed,
        "{}",
        difference("shown by libmicrosip.a but not listed", &listed, &archive)
    );
}

#[test]
fn the_shared_library_is_versioned() {
    let lib = prefix().join("lib");
    let dynamic = run(Command::new("readelf").arg("-d").arg(lib.join("libmicrosip.so")));
    assert!(dynamic.contains("soname: [libmicrosip.so.1]"), "{dynamic}");
    assert!(
        fs::canonicalize(lib.join("libmicrosip.so.1"))
            .unwrap()
            .ends_with("libmicrosip.so.1.0.1.0")
    );
}
