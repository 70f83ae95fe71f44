//! The installed library, compilers, and running what they make.
#![allow(dead_code, reason = "each test program uses a part")]

mod header;
pub mod wrapper;

#[allow(unused_imports, reason = "each test program uses a part")]
pub use header::{Function, functions};

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// `microsip-ffi`.
pub fn crate_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Handle types and their kind numbers, as the sources give them out.
pub fn handles() -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for file in files(&crate_dir().join("src")) {
        let text = fs::read_to_string(file).unwrap();
        let mut rest = text.as_str();
        while let Some(at) = rest.find("handle!(") {
            rest = &rest[at + "handle!(".len()..];
            let mut words = rest.split(',').map(str::trim);
            let (Some(name), Some(kind)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(kind) = kind.parse() else { continue };
            if name.starts_with("microsip_") {
                assert!(
                    kinds.insert(kind),
                    "kind {kind} is given out twice, the second time to {name}"
                );
                all.insert(name.to_owned(), kind);
            }
        }
    }
    all
}

/// Everything below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

fn newest(path: &Path) -> SystemTime {
    files(path)
        .iter()
        .map(PathBuf::as_path)
        .chain([path])
        .filter_map(|file| file.metadata().ok()?.modified().ok())
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The prefix `cargo xtask install` filled: the one of `FFI_TEST_PREFIX`, which `cargo xtask test` sets (and which does not begin like the
/// program's own variables, since tests of hooks look at all of those), or one below the target directory that is renewed when a source
/// is newer.
pub fn prefix() -> PathBuf {
    if let Some(prefix) = std::env::var_os("FFI_TEST_PREFIX") {
        return prefix.into();
    }
    let top = crate_dir().parent().unwrap();
    let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ffi-prefix");
    fs::create_dir_all(&prefix).unwrap();
    let lock = fs::File::create(prefix.join("lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let stamp = prefix.join("stamp");
    let sources = [
        "microsip-ffi/src",
        "microsip-ffi/include",
        "microsip-ffi/symbols.txt",
        "microsip-core/src",
        "pjsip-sys/src",
        "pjsip-sys/patches",
        "xtask/src/install",
    ];
    let newest = sources.iter().map(|dir| newest(&top.join(dir))).max().unwrap();
    if stamp
        .metadata()
        .and_then(|m| m.modified())
        .is_ok_and(|made| made > newest)
    {
        return prefix;
    }
    let begun = SystemTime::now();
    install(&["--prefix", prefix.to_str().unwrap()]);
    fs::write(&stamp, "").unwrap();
    fs::File::options()
        .write(true)
        .open(&stamp)
        .unwrap()
        .set_modified(begun)
        .unwrap();
    prefix
}

/// `cargo xtask install --debug` with these arguments.
pub fn install(args: &[&str]) {
    let mut install = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    install.current_dir(crate_dir().parent().unwrap());
    install.args(["xtask", "install", "--no-install", "--debug"]).args(args);
    // They describe this test, not what cargo runs.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME"] {
        install.env_remove(name);
    }
    run(&mut install);
}

/// Runs a program that must succeed; its output.
pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?} cannot be started: {e}"));
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}

/// How a program is linked and watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Against the shared library, under gcc's address and undefined-behaviour sanitizers.
    Sanitized,
    /// Against the shared library, under valgrind.
    Valgrind,
    /// Against the static library, under the sanitizers as well.
    Static,
}

/// A folder that goes with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// What `pkg-config` says about the installed library.
pub fn pkg_config(prefix: &Path, args: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .args(args)
        .arg("microsip");
    run(&mut command).split_whitespace().map(str::to_owned).collect()
}

/// Compiles C or C++ against the installed library and gives the program's path.
pub fn compile(source: &Path, mode: Mode, into: &Path) -> PathBuf {
    let prefix = prefix();
    let program = into.join(source.file_stem().unwrap());
    let cpp = source.extension().is_some_and(|e| e == "cpp");
    let mut cc = Command::new(if cpp { "g++" } else { "gcc" });
    cc.arg(if cpp { "-std=c++17" } else { "-std=c99" });
    cc.args(["-g", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
    if mode != Mode::Valgrind {
        cc.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    }
    cc.arg(source).arg("-o").arg(&program);
    // The tests' own headers.
    cc.arg("-I").arg(crate_dir().join("tests/c"));
    cc.args(pkg_config(&prefix, &["--cflags"]));
    if mode == Mode::Static {
        cc.arg(prefix.join("lib/libmicrosip.a"));
        cc.args(
            pkg_config(&prefix, &["--static", "--libs-only-l"])
                .iter()
                .filter(|lib| *lib != "-lmicrosip"),
        );
    } else {
        cc.args(pkg_config(&prefix, &["--libs"]));
        cc.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display()));
    }
    cc.args(["-lm", "-lpthread"]);
    run(&mut cc);
    program
}

/// Runs a compiled program to its end; anything its watcher has to say fails the test. Its output. Files that it writes, and homes that
/// are looked for, are in the folder it lies in.
pub fn execute(program: &Path, mode: Mode) -> String {
    let mut command = match mode {
        Mode::Valgrind => {
            let mut command = Command::new("valgrind");
            command.args([
                "-q",
                "--error-exitcode=99",
                "--leak-check=full",
                "--errors-for-leak-kinds=definite",
                // One thread runs at a time; without this, one that has much to do starves the others.
                "--fair-sched=yes",
            ]);
            command.arg(program).env("MICROSIP_TEST_SLOW", "1");
            command
        }
        _ => Command::new(program),
    };
    let folder = program.parent().unwrap();
    for home in [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        command.env(home, folder);
    }
    command
        .current_dir(folder)
        .env("ASAN_OPTIONS", "abort_on_error=0:detect_stack_use_after_return=1")
        .env("UBSAN_OPTIONS", "print_stacktrace=1");
    run(&mut command)
}
