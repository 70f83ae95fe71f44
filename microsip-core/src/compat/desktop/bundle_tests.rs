//! The texts, and the order of things with stand-ins for the system's tools.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn tools(dir: &Path) -> Tools {
    let tool = |name: &str, body: &str| {
        let path = dir.join(name);
        let log = dir.join("log");
        let text = format!("#!/bin/sh\necho \"{name} $*\" >> '{}'\n{body}\n", log.display());
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    Tools {
        osacompile: tool(
            "osacompile",
            "mkdir -p \"$2/Contents/Resources\" && cp \"$3\" \"$2/Contents/Info.plist\"",
        ),
        plutil: tool("plutil", "test -f \"$5\""),
        codesign: tool("codesign", "test -f \"$4/Contents/Resources/microsip-links.txt\""),
        lsregister: tool("lsregister", "test -d \"$2\""),
    }
}

#[test]
fn the_script_names_the_program_as_a_text_and_starts_no_shell() {
    let script = script(r#"/Applications/My "App"\m"#);
    assert!(
        script.contains(r#"setLaunchPath:"/Applications/My \"App\"\\m""#),
        "{script}"
    );
    assert!(script.contains("on open location theLink\n") && script.contains(r#"{"--link", theLink as text}"#));
    assert!(!script.contains("do shell script"));
}

#[test]
fn schemes_are_listed_for_the_property_list() {
    assert_eq!(
        url_types(r#"A "b" \"#, &[LinkScheme::Sip, LinkScheme::Tel]),
        r#"[{"CFBundleURLName":"A \"b\" \\","CFBundleTypeRole":"Viewer","CFBundleURLSchemes":["sip","tel"]}]"#
    );
}

#[test]
fn a_bundle_is_made_once_and_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let tools = tools(dir.path());
    let options = DesktopOptions::new("/bin/m").data_home(dir.path().join("Applications"));
    let report = register_with(&tools, &options, "/bin/m").unwrap();
    let app = dir.path().join("Applications/microsip links.app");
    assert!(report.registered && report.changed == [app.clone()], "{report:?}");
    let log = fs::read_to_string(dir.path().join("log")).unwrap();
    let steps: Vec<_> = log.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(
        steps,
        [
            "osacompile",
            "plutil",
            "plutil",
            "plutil",
            "plutil",
            "codesign",
            "lsregister"
        ]
    );
    assert_eq!(
        fs::read_to_string(app.join("Contents/Info.plist")).unwrap(),
        script("/bin/m")
    );
    assert!(register_with(&tools, &options, "/bin/m").unwrap().changed.is_empty());
    let report = register_with(&tools, &options, "/bin/n").unwrap();
    assert_eq!(report.changed, std::slice::from_ref(&app));
    assert!(
        matches!(&status(&options, "/bin/m").unwrap().warnings[..], [DesktopWarning::OtherProgram(p)] if p == "/bin/n")
    );
    assert_eq!(
        unregister_with(&tools, &options).unwrap().changed,
        std::slice::from_ref(&app)
    );
    // Nothing is left behind.
    assert_eq!(fs::read_dir(dir.path().join("Applications")).unwrap().count(), 0);
    assert!(unregister_with(&tools, &options).unwrap().changed.is_empty());
}

#[test]
fn what_fails_leaves_things_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let mut tools = tools(dir.path());
    let options = DesktopOptions::new("/bin/m").data_home(dir.path().join("Applications"));
    tools.plutil = "/bin/false".into();
    let error = register_with(&tools, &options, "/bin/m").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(fs::read_dir(dir.path().join("Applications")).unwrap().count(), 0);
    tools.osacompile = dir.path().join("none");
    assert_eq!(
        register_with(&tools, &options, "/bin/m").unwrap_err().kind(),
        ErrorKind::Unsupported
    );

    let app = dir.path().join("Applications/microsip links.app");
    fs::create_dir_all(&app).unwrap();
    assert_eq!(
        register_with(&tools, &options, "/bin/m").unwrap_err().kind(),
        ErrorKind::Config
    );
    let report = unregister_with(&tools, &options).unwrap();
    assert!(
        app.exists() && matches!(&report.warnings[..], [DesktopWarning::NotOurs(_)]),
        "{report:?}"
    );
}
