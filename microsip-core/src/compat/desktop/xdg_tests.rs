//! With the real tools of a desktop where they are installed: `xdg-mime`, `xdg-open`, `desktop-file-validate`, `gio`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::*;

/// A home of its own.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Home {
        Home {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// A program that writes its arguments, each ended by NUL.
    fn program(&self, path: &str) -> PathBuf {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = format!("#!/bin/sh\nprintf '%s\\0' \"$@\" > '{}'\n", self.path("seen").display());
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file
    }

    fn options(&self, program: &str) -> DesktopOptions {
        DesktopOptions::new(self.program(program))
            .data_home(self.path("data"))
            .config_home(self.path("config"))
    }

    fn mimeapps(&self) -> PathBuf {
        self.path("config/mimeapps.list")
    }

    fn entry(&self) -> PathBuf {
        self.path("data/applications/microsip.desktop")
    }

    /// A tool as it runs in a desktop without a name; `None` if it is not installed.
    fn tool(&self, name: &str, arguments: &[&str]) -> Option<String> {
        let _ = fs::remove_file(self.path("seen"));
        let output = Command::new(name)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.dir.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("DISPLAY", ":99")
            .output();
        match output {
            Ok(output) => {
                let text =
                    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
                Some(text.trim().to_owned())
            }
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{name}");
                eprintln!("{name} is not installed: not tested with it");
                None
            }
        }
    }

    /// The program's arguments. Who starts it may not wait for it.
    fn seen(&self) -> Vec<String> {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            let text = fs::read_to_string(self.path("seen")).unwrap_or_default();
            if text.ends_with('\0') {
                return text.split_terminator('\0').map(str::to_owned).collect();
            }
            assert!(std::time::Instant::now() < end, "the program was not started");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

const HOSTILE: [&str; 16] = [
    "sip:100@example.com",
    "sip:a b",
    "sip:--exit",
    "sip:--exit --link tel:1",
    "sip:$(id)",
    "sip:`id`;id|id&",
    "sip:\"a' b\\",
    "sip:%u",
    "sip:%u %f %% %20 %",
    "sip:*",
    "sip:a\tb",
    "tel:+1;ext=2",
    "callto:bob",
    "msip:hangupall",
    "SIP:x",
    "dialpad:Jürgen",
];

#[test]
fn links_arrive_as_exactly_one_argument() {
    let home = Home::new();
    let options = home.options("bin/microsip");
    let report = register(&options).unwrap();
    assert!(report.registered && report.warnings.is_empty(), "{report:?}");
    assert_eq!(report.changed, [home.entry(), home.mimeapps()]);
    assert!(
        report
            .schemes
            .iter()
            .all(|s| s.ours && s.handler.as_deref() == Some("microsip.desktop"))
    );
    if let Some(said) = home.tool("desktop-file-validate", &[home.entry().to_str().unwrap()]) {
        assert_eq!(said, "");
    }
    for scheme in LinkScheme::ALL {
        if let Some(said) = home.tool("xdg-mime", &["query", "default", &entry::mime(scheme)]) {
            assert_eq!(said, "microsip.desktop", "{scheme:?}");
        }
    }
    // A desktop compares schemes in small letters; xdg-open as they are.
    for link in HOSTILE.into_iter().filter(|link| !link.starts_with("SIP")) {
        if let Some(said) = home.tool("xdg-open", &[link]) {
            assert_eq!(said, "", "{link}");
            assert_eq!(home.seen(), ["--link", link]);
        }
    }
    for link in HOSTILE {
        if let Some(said) = home.tool("gio", &["open", link]) {
            assert_eq!(said, "", "{link}");
            let seen = home.seen();
            assert_eq!((seen.len(), seen[0].as_str()), (2, "--link"), "{link}: {seen:?}");
            assert!(LinkScheme::of(&seen[1]).is_some(), "{link}: {seen:?}");
        }
    }
    // An index was made where there is a tool for it.
    if home.tool("update-desktop-database", &["--help"]).is_some() {
        let index = fs::read_to_string(home.path("data/applications/mimeinfo.cache")).unwrap();
        assert!(index.contains("x-scheme-handler/sip=microsip.desktop;"), "{index}");
    }
    unregister(&options).unwrap();
    if let Some(said) = home.tool("xdg-mime", &["query", "default", "x-scheme-handler/sip"]) {
        assert_eq!(said, "");
    }
}

/// What xdg-open cannot start is told; others can.
#[test]
fn a_program_whose_path_needs_quotes() {
    let home = Home::new();
    let options = home.options("my \"bin\" $HOME \\ `x`/micro'sip");
    let report = register(&options).unwrap();
    assert!(
        matches!(&report.warnings[..], [DesktopWarning::PathNeedsQuotes(_)]),
        "{report:?}"
    );
    if let Some(said) = home.tool("desktop-file-validate", &[home.entry().to_str().unwrap()]) {
        assert_eq!(said, "");
    }
    for link in HOSTILE {
        if let Some(said) = home.tool("gio", &["open", link]) {
            assert_eq!(said, "", "{link}");
            let seen = home.seen();
            assert_eq!((seen.len(), seen[0].as_str()), (2, "--link"), "{link}: {seen:?}");
        }
    }
    for path in ["a=b/microsip", "100%/microsip"] {
        let error = register(&home.options(path)).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument);
    }
}

#[test]
fn registering_twice_changes_nothing_and_taking_back_leaves_what_was() {
    let home = Home::new();
    let options = home.options("bin/microsip");
    fs::create_dir_all(home.path("config")).unwrap();
    let before = "# mine\n[Default Applications]\ntext/html=b.desktop\nx-scheme-handler/tel=other.desktop;\n\n[Added Associations]\nx=y\n";
    fs::write(home.path("config/real"), before).unwrap();
    std::os::unix::fs::symlink("real", home.mimeapps()).unwrap();
    let report = register(&options).unwrap();
    let tel = report.schemes.iter().find(|s| s.scheme == LinkScheme::Tel).unwrap();
    assert_eq!(tel.replaced.as_deref(), Some("other.desktop"));
    assert!(report.schemes.iter().filter(|s| s.replaced.is_some()).count() == 1);
    let registered = fs::read_to_string(home.mimeapps()).unwrap();
    assert!(
        registered.contains("x-scheme-handler/tel=microsip.desktop;other.desktop;\n"),
        "{registered}"
    );
    let again = register(&options).unwrap();
    assert!(again.registered && again.changed.is_empty(), "{again:?}");
    assert_eq!(status(&options).unwrap().schemes, again.schemes);
    // Fewer schemes: the others are let go.
    let only = options.clone().schemes([LinkScheme::Sip]);
    register(&only).unwrap();
    let fewer = fs::read_to_string(home.mimeapps()).unwrap();
    assert!(
        fewer.contains("tel=other.desktop;") && fewer.matches("microsip.desktop").count() == 1,
        "{fewer}"
    );
    register(&options).unwrap();
    // All is taken back, whatever is asked for then.
    let report = unregister(&options.clone().schemes([LinkScheme::Sip])).unwrap();
    assert!(!report.registered && report.changed.len() == 2);
    assert_eq!(fs::read_to_string(home.mimeapps()).unwrap(), before);
    assert!(fs::symlink_metadata(home.mimeapps()).unwrap().is_symlink());
    assert!(!home.entry().exists());
    assert!(unregister(&options).unwrap().changed.is_empty());
    // A file that was made for the purpose goes too.
    fs::remove_file(home.mimeapps()).unwrap();
    register(&options).unwrap();
    unregister(&options).unwrap();
    assert!(!home.mimeapps().exists());
}

#[test]
fn copies_stand_beside_each_other() {
    let home = Home::new();
    let first = home.options("one/microsip");
    let second = home.options("two/microsip").name("microsip-work").title("Work");
    register(&first).unwrap();
    register(&second).unwrap();
    assert!(status(&second).unwrap().schemes.iter().all(|s| s.ours));
    let state = status(&first).unwrap();
    assert!(state.registered && state.schemes.iter().all(|s| !s.ours));
    unregister(&second).unwrap();
    assert!(status(&first).unwrap().schemes.iter().all(|s| s.ours));
    // One that is only to be chosen changes no default.
    let before = fs::read(home.mimeapps()).unwrap();
    assert!(register(&second.clone().make_default(false)).unwrap().registered);
    assert_eq!(fs::read(home.mimeapps()).unwrap(), before);
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let home = Home::new();
    let options = home.options("bin/microsip");
    fs::create_dir_all(home.path("data/applications")).unwrap();
    fs::create_dir_all(home.path("config")).unwrap();
    let foreign = "[Desktop Entry]\nType=Application\nName=By hand\nExec=/bin/true\n";
    let defaults = "[Default Applications]\nx-scheme-handler/sip=microsip.desktop\n";
    fs::write(home.entry(), foreign).unwrap();
    fs::write(home.mimeapps(), defaults).unwrap();
    let error = register(&options).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Config);
    assert!(error.message().contains("microsip.desktop"), "{error}");
    let report = unregister(&options).unwrap();
    assert!(matches!(&report.warnings[..], [DesktopWarning::NotOurs(_)]) && report.changed.is_empty());
    assert_eq!(fs::read_to_string(home.entry()).unwrap(), foreign);
    assert_eq!(fs::read_to_string(home.mimeapps()).unwrap(), defaults);

    fs::remove_file(home.entry()).unwrap();
    register(&options).unwrap();
    let moved = home.options("elsewhere/microsip");
    let state = status(&moved).unwrap();
    assert!(
        !state.registered && matches!(&state.warnings[..], [DesktopWarning::OtherProgram(_)]),
        "{state:?}"
    );
    assert!(register(&moved).unwrap().registered);
    // What cannot be written is an error with the file's name.
    fs::remove_file(home.mimeapps()).unwrap();
    fs::create_dir(home.mimeapps()).unwrap();
    let error = register(&options).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Io);
    assert!(error.message().contains("mimeapps.list"), "{error}");
}
