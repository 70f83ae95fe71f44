//! The header is clean in every C and C++ a program may be written in.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::fs;
use std::process::Command;

use common::{crate_dir, folder, run};

fn check(compilers: [&str; 2], standards: &[&str], source: &str, extension: &str) {
    let folder = folder();
    let file = folder.path().join(format!("use.{extension}"));
    fs::write(&file, source).unwrap();
    for compiler in compilers {
        for standard in standards {
            let mut cc = Command::new(compiler);
            cc.arg(format!("-std={standard}"));
            cc.args([
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Wshadow",
                "-Wconversion",
                "-Werror",
                "-fsyntax-only",
            ]);
            run(cc.arg("-I").arg(crate_dir().join("include")).arg(&file));
        }
    }
}

#[test]
fn the_header_is_clean_in_c() {
    let source = "#include <microsip.h>\n#include <microsip.h>\nint main(void) { return (int)microsip_abi_version() - MICROSIP_ABI_VERSION; }\n";
    check(["gcc", "clang"], &["c99", "c11", "c17"], source, "c");
}

#[test]
fn the_header_is_clean_in_cpp() {
    let source = "#include <microsip.h>\nint main() { return static_cast<int>(microsip_abi_version()) - MICROSIP_ABI_VERSION; }\n";
    check(["g++", "clang++"], &["c++11", "c++17", "c++20"], source, "cpp");
}

#[test]
fn the_wrapper_is_clean_from_cpp17_on() {
    let source = "#include <microsip.hpp>\n#include <microsip.hpp>\nint main() { return 0; }\n";
    check(["g++", "clang++"], &["c++17", "c++20"], source, "cpp");
}
