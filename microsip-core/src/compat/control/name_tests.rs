use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

use super::InstanceName;
use crate::ErrorKind;

fn named(directory: &Path, settings: impl AsRef<Path>) -> InstanceName {
    InstanceName::for_settings_in(directory, settings).unwrap()
}

#[test]
fn a_file_has_one_name_however_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (run, file) = (dir.path().join("run"), dir.path().join("microsip.ini"));
    let before = named(&run, &file);
    assert_eq!(before, named(&run, dir.path().join(".").join("microsip.ini")));
    fs::write(&file, "[Settings]").unwrap();
    assert_eq!(before, named(&run, &file), "it existed or not");
    fs::create_dir(dir.path().join("sub")).unwrap();
    assert_eq!(
        before,
        named(&run, dir.path().join("sub").join("..").join("microsip.ini"))
    );
    assert_ne!(before, named(&run, dir.path().join("other.ini")));
    assert_ne!(
        before,
        named(&run, dir.path().join("sub").join("microsip.ini")),
        "the same word elsewhere"
    );
    assert!(before.socket().to_string_lossy().contains("microsip-"), "{before}");
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_same_name_also_before_the_file_exists() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let (run, file) = (dir.path().join("run"), dir.path().join("real.ini"));
    symlink("real.ini", dir.path().join("link.ini")).unwrap();
    symlink(dir.path(), dir.path().join("folder")).unwrap();
    let before = named(&run, &file);
    assert_eq!(before, named(&run, dir.path().join("link.ini")));
    assert_eq!(before, named(&run, dir.path().join("folder/folder/link.ini")));
    fs::write(&file, "").unwrap();
    assert_eq!(before, named(&run, dir.path().join("folder/link.ini")));
    // Those that lead nowhere end.
    symlink("loop/loop", dir.path().join("loop")).unwrap();
    symlink("b", dir.path().join("a")).unwrap();
    symlink("a", dir.path().join("b")).unwrap();
    for endless in ["loop", "loop/x", "a", "b/c/d"] {
        named(&run, dir.path().join(endless));
    }
}

#[cfg(unix)]
#[test]
fn names_fit_into_a_socket_address_or_say_that_they_do_not() {
    use super::system::MAX_PATH;
    let dir = tempfile::tempdir().unwrap();
    let long = dir.path().join("x".repeat(200)).with_extension("ini");
    // Room for the hash, none for the word before it.
    let room = MAX_PATH - dir.path().as_os_str().len() - "/".len() - "/0123456789abcdef.sock".len();
    let tight = dir.path().join("d".repeat(room));
    let name = named(&tight, &long);
    assert_eq!(name.socket().as_os_str().len(), MAX_PATH);
    assert_ne!(name, named(&tight, dir.path().join("y.ini")));
    let error = InstanceName::for_settings_in(dir.path().join("d".repeat(room + 1)), &long).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.message().contains("shorter directory"), "{error}");
    assert!(InstanceName::for_settings(&long).unwrap().socket().as_os_str().len() <= MAX_PATH);
}

#[test]
fn an_empty_path_is_refused() {
    assert_eq!(
        InstanceName::for_settings("").unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
}

#[cfg(unix)]
const WHERE: &str = "MICROSIP_CONTROL_TEST_WHERE";

/// Not a test by itself: writes the socket's place in another environment.
#[cfg(unix)]
#[test]
fn child() {
    if let Some(file) = std::env::var_os(WHERE) {
        let name = InstanceName::for_settings("/nowhere/x.ini").unwrap();
        fs::write(file, name.socket().as_os_str().as_encoded_bytes()).unwrap();
    }
}

/// The socket's directory with this runtime directory and this one for temporary files.
#[cfg(unix)]
fn place_with(runtime: Option<&Path>, temporary: &Path) -> std::path::PathBuf {
    let told = tempfile::NamedTempFile::new().unwrap();
    let mut program = Command::new(std::env::current_exe().unwrap());
    let this = format!("{}::child", module_path!().split_once("::").unwrap().1);
    program
        .args([this.as_str(), "--exact"])
        .env(WHERE, told.path())
        .env("TMPDIR", temporary);
    match runtime {
        Some(runtime) => program.env("XDG_RUNTIME_DIR", runtime),
        None => program.env_remove("XDG_RUNTIME_DIR"),
    };
    assert!(program.output().unwrap().status.success());
    Path::new(&fs::read_to_string(told.path()).unwrap())
        .parent()
        .unwrap()
        .to_path_buf()
}

#[cfg(unix)]
#[test]
fn sockets_live_in_the_runtime_directory_or_in_one_of_the_users_own() {
    use std::os::unix::fs::MetadataExt as _;
    // Short, for a socket's path is.
    let dir = tempfile::Builder::new().prefix("c").tempdir_in("/tmp").unwrap();
    let (runtime, temporary) = (dir.path().join("run"), dir.path().join("tmp"));
    fs::create_dir(&runtime).unwrap();
    fs::create_dir(&temporary).unwrap();
    let uid = fs::metadata(&runtime).unwrap().uid();
    assert_eq!(place_with(Some(&runtime), &temporary), runtime.join("microsip"));
    // Jobs of cron have no variable; what the system made for the user is found all the same.
    let usual = Path::new("/run/user").join(uid.to_string());
    let without = if cfg!(target_os = "linux") && usual.is_dir() {
        usual.join("microsip")
    } else {
        temporary.join(format!("microsip-{uid}"))
    };
    assert_eq!(place_with(None, &temporary), without);
    assert_eq!(place_with(Some(Path::new("run")), &temporary), without, "relative");
    assert_eq!(place_with(Some(&dir.path().join("missing")), &temporary), without);
    // The system's own is not ours, unless we are root; then we can give ours away.
    let foreign = if std::os::unix::fs::chown(&runtime, Some(65_534), None).is_ok() {
        &runtime
    } else {
        Path::new("/")
    };
    assert_eq!(place_with(Some(foreign), &temporary), without, "somebody else's");
    // Where the path is too long, the next one serves.
    let long = dir.path().join("l".repeat(120));
    fs::create_dir(&long).unwrap();
    assert_eq!(
        place_with(Some(&long), &temporary),
        temporary.join(format!("microsip-{uid}"))
    );
    assert_eq!(
        place_with(Some(&long), &long),
        Path::new("/tmp").join(format!("microsip-{uid}"))
    );
}
