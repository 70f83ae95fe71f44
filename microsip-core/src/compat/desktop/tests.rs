use super::*;

/// A path that is absolute here.
fn absolute() -> PathBuf {
    std::env::current_exe().unwrap()
}

#[test]
fn options_are_checked() {
    let good = DesktopOptions::new(absolute());
    good.check().unwrap();
    for wrong in [
        good.clone().name(""),
        good.clone().name("a/b"),
        good.clone().name("../x"),
        good.clone().name(".x"),
        good.clone().name("-x"),
        good.clone().name("a b"),
        good.clone().name("x".repeat(65)),
        good.clone().title(""),
        good.clone().title("  "),
        good.clone().title("a\nExec=evil"),
        good.clone().title("x".repeat(101)),
        good.clone().schemes([]),
        DesktopOptions::new("relative/microsip"),
        DesktopOptions::new(absolute().join("a\nb")),
    ] {
        for result in [register(&wrong), unregister(&wrong), status(&wrong)] {
            assert_eq!(
                result.unwrap_err().kind(),
                crate::ErrorKind::InvalidArgument,
                "{wrong:?}"
            );
        }
    }
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        register(&DesktopOptions::new(dir.path())).unwrap_err().kind(),
        crate::ErrorKind::InvalidArgument
    );
    let gone = register(&DesktopOptions::new(dir.path().join("gone"))).unwrap_err();
    assert_eq!(gone.kind(), crate::ErrorKind::Io);
    assert!(gone.message().contains("gone"), "{gone}");
}

#[test]
fn warnings_have_names_and_say_what_to_do() {
    let path = PathBuf::from("/x");
    let all = [
        DesktopWarning::PathNeedsQuotes(path.clone()),
        DesktopWarning::Overridden(LinkScheme::Sip, path.clone()),
        DesktopWarning::NotIndexed("x".into()),
        DesktopWarning::ChooseInSettings("choose x".into()),
        DesktopWarning::NotOurs(path),
        DesktopWarning::OtherProgram("x".into()),
    ];
    let names: std::collections::HashSet<_> = all.iter().map(DesktopWarning::name).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.iter().all(|warning| warning.to_string().contains('x')));
}
