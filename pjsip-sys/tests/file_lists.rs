//! Our list of sources against upstream's own: the `*_OBJS` of its Makefiles and what autoconf adds to them.
//!
//! A file that is new in an update shows up here as neither compiled nor left out on purpose; one that vanished shows up
//! too. Reads the vendored tree.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../build/sources.rs"]
mod sources;

use sources::{LIBRARIES, Library, PJLIB_LINUX, PJLIB_MACOS, PJLIB_WINDOWS};

/// Not in autoconf's list for Windows, which takes `ip_helper_generic`; Visual Studio's project has it.
const ELSEWHERE_IN_PJLIB: &[&str] = &["ip_helper_win32"];

fn pjproject() -> PathBuf {
    Path::new(env!("PJSIP_SYS_TREE")).join("pjproject")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The words `name.o` assigned to `variable`, without `.o`. Lines may continue with a backslash.
fn objects(makefile: &str, variable: &str) -> BTreeSet<String> {
    makefile
        .replace("\\\r\n", " ")
        .replace("\\\n", " ")
        .lines()
        .map(|line| line.trim_start().trim_start_matches("export "))
        .filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim_end_matches('+').trim() == variable).then_some(value.trim_matches(['"', ' ']))
        })
        .flat_map(str::split_whitespace)
        .filter_map(|word| word.trim_matches('"').strip_suffix(".o"))
        .map(str::to_owned)
        .collect()
}

/// All that upstream compiles for a library, on whatever system and with whatever option.
fn upstream(library: &Library) -> BTreeSet<String> {
    let component = library.dir.split('/').next().unwrap();
    let build = pjproject().join(component).join("build");
    let mut names = objects(&read(&build.join("Makefile")), &format!("{}_OBJS", library.name));
    if let Ok(auto) = fs::read_to_string(build.join("os-auto.mak.in")) {
        names.extend(objects(&auto, &format!("{}_OBJS", library.name)));
        if library.name == "PJMEDIA_CODEC" {
            names.extend(objects(&auto, "CODEC_OBJS"));
        }
    }
    if library.name == "PJLIB" {
        names.extend(objects(&read(&pjproject().join("aconfigure.ac")), "ac_os_objs"));
    }
    names
}

fn ours(library: &Library) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = library.files.iter().map(|name| (*name).to_owned()).collect();
    if library.name == "PJLIB" {
        names.extend(
            [PJLIB_LINUX, PJLIB_MACOS, PJLIB_WINDOWS]
                .concat()
                .into_iter()
                .map(str::to_owned),
        );
    }
    names
}

#[test]
fn every_file_upstream_compiles_is_compiled_or_left_out_on_purpose() {
    for library in LIBRARIES {
        let upstream = upstream(library);
        assert!(
            upstream.len() >= 4,
            "{}: only {upstream:?}; did its Makefile change?",
            library.name
        );
        let left_out: BTreeSet<String> = library.left_out.iter().map(|name| (*name).to_owned()).collect();
        let known = &ours(library) | &left_out;
        let unknown: Vec<_> = upstream.difference(&known).collect();
        assert!(
            unknown.is_empty(),
            "{}: new upstream, add to build/sources.rs: {unknown:?}",
            library.name
        );
    }
}

#[test]
fn every_file_we_compile_is_in_upstreams_lists() {
    for library in LIBRARIES {
        let mut upstream = upstream(library);
        if library.name == "PJLIB" {
            for name in ELSEWHERE_IN_PJLIB {
                assert!(!upstream.contains(*name), "{name} needs no exception any more");
            }
            upstream.extend(ELSEWHERE_IN_PJLIB.iter().map(|name| (*name).to_owned()));
        }
        let ours = ours(library);
        let vanished: Vec<_> = ours.difference(&upstream).collect();
        assert!(
            vanished.is_empty(),
            "{}: not compiled upstream any more: {vanished:?}",
            library.name
        );
    }
}

#[test]
fn every_file_we_compile_exists() {
    for library in LIBRARIES {
        let dir = pjproject().join(library.dir);
        for name in ours(library) {
            let file = dir.join(format!("{name}.c"));
            assert!(file.is_file(), "{} is missing", file.display());
        }
    }
}

#[test]
fn nothing_is_both_compiled_and_left_out_or_listed_twice() {
    for library in LIBRARIES {
        let ours = ours(library);
        for name in library.left_out {
            assert!(!ours.contains(*name), "{}: {name} is in both lists", library.name);
        }
        let unique: BTreeSet<_> = library.files.iter().collect();
        assert_eq!(
            unique.len(),
            library.files.len(),
            "{}: a file is listed twice",
            library.name
        );
    }
}

#[test]
fn sources_in_the_directories_are_all_accounted_for() {
    // Included by other sources, or built by no upstream list.
    const NOT_ON_THEIR_OWN: &[&str] = &[
        "ioqueue_common_abs",
        "ssl_sock_imp_common",
        "stream_imp_common",
        "transport_srtp_sdes",
        "transport_srtp_dtls",
        "scanner_cis_bitwise",
        "scanner_cis_uint",
        "os_rwmutex",
        "symbols",
        "extra-exports",
        "dummy",
        "vid_tee",
        "ioqueue_winnt",
        "ip_helper_winphone8",
        "log_writer_printk",
        "os_time_bsd",
        "pool_policy_kmalloc",
        "sock_qos_dummy",
        "sock_qos_wm",
        "ssl_sock_schannel",
    ];
    for library in LIBRARIES {
        let mut known = ours(library);
        known.extend(
            library
                .left_out
                .iter()
                .chain(NOT_ON_THEIR_OWN)
                .map(|name| (*name).to_owned()),
        );
        let dir = pjproject().join(library.dir);
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ext| ext == "c") {
                let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
                assert!(known.contains(&stem), "{}: {stem}.c is in no list", library.name);
            }
        }
    }
}
