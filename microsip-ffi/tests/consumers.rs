//! Projects outside the tree find the installed library: by pkg-config and by CMake, shared and static, and after the prefix was moved.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{folder, install, pkg_config, prefix, run};

const PROGRAM: &str = r#"#include <microsip.h>
#include <stdio.h>
int main(void) {
    microsip_endpoint_config_t config;
    microsip_status_t status = microsip_endpoint_config_new(&config);
    printf("%s %s %u\n", microsip_version(), microsip_status_name(status), (unsigned)microsip_abi_version());
    return microsip_endpoint_config_free(config) != MICROSIP_STATUS_OK;
}
"#;

const SAYS: &str = "0.1.0 ok 1\n";

fn project(folder: &Path, cmake: &str) {
    fs::write(folder.join("phone.c"), PROGRAM).unwrap();
    fs::write(folder.join("CMakeLists.txt"), cmake).unwrap();
}

fn build_by_cmake(folder: &Path, prefix: &Path) -> String {
    let build = folder.join("build");
    run(Command::new("cmake")
        .args(["-S"])
        .arg(folder)
        .arg("-B")
        .arg(&build)
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display())));
    run(Command::new("cmake").arg("--build").arg(&build));
    run(&mut Command::new(build.join("phone")))
}

fn cmake_lists(find: &str) -> String {
    format!(
        "cmake_minimum_required(VERSION 3.13)\nproject(phone C)\n{find}\nadd_executable(phone phone.c)\n\
         target_link_libraries(phone PRIVATE Microsip::microsip)\n"
    )
}

fn needs(program: &Path) -> String {
    run(Command::new("readelf").arg("-d").arg(program))
}

#[test]
fn cmake_finds_the_shared_library() {
    let folder = folder();
    project(
        folder.path(),
        &cmake_lists("find_package(Microsip 0.1 CONFIG REQUIRED)"),
    );
    assert_eq!(build_by_cmake(folder.path(), &prefix()), SAYS);
    assert!(needs(&folder.path().join("build/phone")).contains("[libmicrosip.so.1]"));
}

#[test]
fn cmake_finds_the_static_library() {
    let folder = folder();
    project(
        folder.path(),
        &cmake_lists("find_package(Microsip CONFIG REQUIRED COMPONENTS static)"),
    );
    assert_eq!(build_by_cmake(folder.path(), &prefix()), SAYS);
    assert!(!needs(&folder.path().join("build/phone")).contains("libmicrosip"));
}

#[test]
fn cmake_refuses_versions_and_components_that_are_not_there() {
    for (find, says) in [
        ("find_package(Microsip 9 CONFIG REQUIRED)", "version"),
        (
            "find_package(Microsip CONFIG REQUIRED COMPONENTS video)",
            "no component video",
        ),
    ] {
        let folder = folder();
        project(folder.path(), &cmake_lists(find));
        let output = Command::new("cmake")
            .arg("-S")
            .arg(folder.path())
            .arg("-B")
            .arg(folder.path().join("build"))
            .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(says), "{text}");
    }
}

/// The prefix moved elsewhere: a copy without the lock and stamp of the tests.
fn moved(folder: &Path) -> std::path::PathBuf {
    let place = folder.join("somewhere else");
    fs::create_dir(&place).unwrap();
    for part in ["include", "lib"] {
        run(Command::new("cp").arg("-a").arg(prefix().join(part)).arg(&place));
    }
    place
}

#[test]
fn a_moved_prefix_is_found_by_cmake() {
    let folder = folder();
    let place = moved(folder.path());
    project(folder.path(), &cmake_lists("find_package(Microsip CONFIG REQUIRED)"));
    assert_eq!(build_by_cmake(folder.path(), &place), SAYS);
}

#[test]
fn pkg_config_finds_both() {
    let (folder, prefix) = (folder(), prefix());
    let source = folder.path().join("phone.c");
    fs::write(&source, PROGRAM).unwrap();
    let shared = folder.path().join("shared");
    let mut cc = Command::new("cc");
    cc.arg(&source)
        .arg("-o")
        .arg(&shared)
        .args(pkg_config(&prefix, &["--cflags", "--libs"]));
    run(&mut cc);
    assert_eq!(
        run(Command::new(&shared).env("LD_LIBRARY_PATH", prefix.join("lib"))),
        SAYS
    );

    // With only the archive there, as a distribution's -dev package without the shared library would be.
    let place = folder.path().join("only-static");
    fs::create_dir_all(place.join("lib")).unwrap();
    run(Command::new("cp").arg("-a").arg(prefix.join("include")).arg(&place));
    run(Command::new("cp")
        .arg("-a")
        .arg(prefix.join("lib/pkgconfig"))
        .arg(prefix.join("lib/libmicrosip.a"))
        .arg(place.join("lib")));
    let fixed = folder.path().join("static");
    let mut cc = Command::new("cc");
    cc.arg(&source)
        .arg("-o")
        .arg(&fixed)
        .args(pkg_config(&place, &["--static", "--cflags", "--libs"]));
    run(&mut cc);
    assert_eq!(run(&mut Command::new(&fixed)), SAYS);
}

#[test]
fn a_package_is_laid_down_elsewhere() {
    let folder = folder();
    let destdir = folder.path().to_str().unwrap();
    // So that nobody else builds the library meanwhile.
    prefix();
    install(&["--prefix", "/opt/phone", "--libdir", "lib64", "--destdir", destdir]);
    let root = folder.path().join("opt/phone");
    assert!(root.join("include/microsip.hpp").exists());
    assert!(root.join("lib64/libmicrosip.so.1").exists());
    for file in ["pkgconfig/microsip.pc", "cmake/Microsip/MicrosipConfig.cmake"] {
        let text = fs::read_to_string(root.join("lib64").join(file)).unwrap();
        assert!(text.contains("lib64") && !text.contains(destdir), "{text}");
    }
    project(folder.path(), &cmake_lists("find_package(Microsip CONFIG REQUIRED)"));
    // Which of a prefix's directories CMake looks into depends on the system; this one is told.
    let dir = format!("-DMicrosip_DIR={}", root.join("lib64/cmake/Microsip").display());
    run(Command::new("cmake")
        .arg("-S")
        .arg(folder.path())
        .arg("-B")
        .arg(folder.path().join("build"))
        .arg(dir));
    assert_eq!(build_by_cmake(folder.path(), &root), SAYS);
}
