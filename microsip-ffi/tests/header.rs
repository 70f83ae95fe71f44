//! `include/microsip.h` is what cbindgen makes of the sources, `microsip.hpp` what `common::wrapper` makes of that, and everything is
//! explained.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::fs;
use std::path::Path;

use common::{crate_dir, handles, wrapper::wrapper};

fn generated() -> String {
    let folder: &Path = crate_dir();
    let mut config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    // Enums are named by no signature: numbers cross.
    config.export.include = enums();
    let mut text = Vec::new();
    cbindgen::Builder::new()
        .with_crate(folder)
        .with_config(config)
        .generate()
        .unwrap()
        .write(&mut text);
    String::from_utf8(text).unwrap()
}

fn enums() -> Vec<String> {
    let all: String = common::files(&crate_dir().join("src"))
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    all.lines()
        .filter_map(|line| {
            line.strip_prefix("pub enum ")?
                .split_whitespace()
                .next()
                .map(str::to_owned)
        })
        .collect()
}

/// Compares a file with what it must hold, or renews it.
fn same(file: &str, made: &str) {
    let path = crate_dir().join("include").join(file);
    if std::env::var_os("MICROSIP_BLESS").is_some() {
        fs::write(&path, made).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == made,
        "include/{file} is not what the sources say; renew it: MICROSIP_BLESS=1 cargo nextest run -p microsip-ffi --test header"
    );
}

#[test]
fn the_headers_in_the_repository_are_the_generated_ones() {
    let header = generated();
    same("microsip.h", &header);
    let prelude = fs::read_to_string(crate_dir().join("tests/common/prelude.hpp")).unwrap();
    let handles: Vec<String> = handles().into_keys().collect();
    same("microsip.hpp", &wrapper(&header, &prelude, &handles));
}

#[test]
fn every_declaration_is_explained() {
    let text = generated();
    let lines: Vec<&str> = text.lines().collect();
    let mut bare = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let declares = line.contains("MICROSIP_") && (line.ends_with(',') || line.starts_with("#define MICROSIP_"))
            || line.starts_with("typedef ")
            || (line.contains(" microsip_") || line.contains("*microsip_"))
                && line.contains('(')
                && !line.starts_with(' ');
        if declares && !line.contains("MICROSIP_H") && !lines[n.saturating_sub(1)].trim_end().ends_with("*/") {
            // cbindgen's typedefs of enums, beside their definitions.
            if !line.ends_with("_e;") && !line.starts_with(" *") {
                bare.push(*line);
            }
        }
    }
    assert!(bare.is_empty(), "without a comment:\n{}", bare.join("\n"));
    assert!(
        lines
            .iter()
            .filter(|l| l.contains("microsip_status_t microsip_"))
            .count()
            > 40
    );
}

/// The C++ wrapper makes `std::optional` of what may be absent, by its comment.
#[test]
fn every_function_that_may_have_no_value_says_so() {
    let mut silent = Vec::new();
    for file in common::files(&crate_dir().join("src")) {
        let text = fs::read_to_string(file).unwrap();
        let (mut comment, mut name, mut says) = (String::new(), String::new(), false);
        for line in text.lines() {
            if line.starts_with("///") {
                comment.push_str(line);
            } else if !line.starts_with("#[") && !comment.is_empty() {
                says = comment.contains("NO_VALUE");
                comment.clear();
            }
            if !line.starts_with(' ')
                && let Some((_, function)) = line.split_once("fn ")
            {
                function.split('(').next().unwrap_or_default().clone_into(&mut name);
            }
            let may = ["Fault::none(", "set_some(", "error::give("];
            if name.starts_with("microsip_") && !says && may.iter().any(|call| line.contains(call)) {
                silent.push(name.clone());
            }
        }
    }
    silent.dedup();
    assert!(silent.is_empty(), "NO_VALUE is not explained: {silent:#?}");
}
