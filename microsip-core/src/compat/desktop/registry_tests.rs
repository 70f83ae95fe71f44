use std::collections::BTreeMap;

use super::*;

/// A registry in memory; the empty name makes a key exist.
#[derive(Default, Clone, PartialEq, Eq, Debug)]
struct Memory(BTreeMap<(String, String), String>);

impl Registry for Memory {
    fn get(&self, key: &str, name: &str) -> Result<Option<String>> {
        Ok(self.0.get(&(key.to_lowercase(), name.to_lowercase())).cloned())
    }

    fn set(&mut self, key: &str, name: &str, value: &str) -> Result<()> {
        self.0
            .insert((key.to_lowercase(), name.to_lowercase()), value.to_owned());
        Ok(())
    }

    fn delete_value(&mut self, key: &str, name: &str) -> Result<()> {
        self.0.remove(&(key.to_lowercase(), name.to_lowercase()));
        Ok(())
    }

    fn delete_key(&mut self, key: &str) -> Result<()> {
        let (key, below) = (key.to_lowercase(), format!("{}\\", key.to_lowercase()));
        self.0
            .retain(|(other, _), _| *other != key && !other.starts_with(&below));
        Ok(())
    }

    fn exists(&self, key: &str) -> Result<bool> {
        let (key, below) = (key.to_lowercase(), format!("{}\\", key.to_lowercase()));
        Ok(self
            .0
            .keys()
            .any(|(other, _)| *other == key || other.starts_with(&below)))
    }
}

const EXE: &str = r"C:\Program Files\MicroSIP\microsip.exe";
const COMMAND: &str = r#""C:\Program Files\MicroSIP\microsip.exe" --link "%1""#;
const SIP: &str = r"Software\Classes\sip\shell\open\command";

fn options() -> DesktopOptions {
    DesktopOptions::new(EXE)
}

#[test]
fn schemes_and_capabilities_are_written_and_taken_back() {
    let mut registry = Memory::default();
    registry.set(r"Software\Other", "x", "y").unwrap();
    let before = registry.clone();
    let report = register_in(&mut registry, &options(), EXE).unwrap();
    assert!(
        report.registered
            && report
                .schemes
                .iter()
                .all(|scheme| scheme.ours && scheme.replaced.is_none())
    );
    assert_eq!(report.schemes.len(), LinkScheme::ALL.len());
    let get = |key: &str, name: &str| registry.get(key, name).unwrap();
    for scheme in LinkScheme::ALL {
        let key = scheme_key(scheme);
        assert_eq!(get(&command_key(&key), "").as_deref(), Some(COMMAND));
        assert_eq!(get(&key, "URL Protocol").as_deref(), Some(""));
        let associations = r"Software\MicroSipLinks\microsip\Capabilities\URLAssociations";
        assert_eq!(
            get(associations, scheme.name()).as_deref(),
            Some("MicroSipLink.microsip")
        );
    }
    assert_eq!(
        get(r"Software\Classes\MicroSipLink.microsip\shell\open\command", "").as_deref(),
        Some(COMMAND)
    );
    assert_eq!(
        get(REGISTERED, "microsip").as_deref(),
        Some(r"Software\MicroSipLinks\microsip\Capabilities")
    );
    // Once more changes nothing.
    let once = registry.clone();
    assert_eq!(
        register_in(&mut registry, &options(), EXE).unwrap().changed,
        [""; 0].map(PathBuf::from)
    );
    assert_eq!(registry, once);
    let report = unregister_in(&mut registry, &options()).unwrap();
    assert!(!report.registered && !report.changed.is_empty());
    assert_eq!(registry, before);
    assert!(unregister_in(&mut registry, &options()).unwrap().changed.is_empty());
}

#[test]
fn another_program_gets_its_links_back() {
    let mut registry = Memory::default();
    registry.set(r"Software\Classes\sip", "", "URL:SIP of others").unwrap();
    registry.set(r"Software\Classes\sip", "URL Protocol", "").unwrap();
    registry.set(SIP, "", "other.exe %1").unwrap();
    let before = registry.clone();
    let report = register_in(&mut registry, &options(), EXE).unwrap();
    assert_eq!(report.schemes[0].replaced.as_deref(), Some("other.exe %1"));
    // A new place of the program does not make the old one the other program.
    register_in(&mut registry, &options(), r"D:\m.exe").unwrap();
    unregister_in(&mut registry, &options()).unwrap();
    assert_eq!(registry, before);

    // Who took the links after us keeps them.
    register_in(&mut registry, &options(), EXE).unwrap();
    registry.set(SIP, "", "third.exe %1").unwrap();
    let report = unregister_in(&mut registry, &options()).unwrap();
    assert_eq!(report.schemes[0].handler.as_deref(), Some("third.exe %1"));
    assert!(!registry.exists(r"Software\MicroSipLinks").unwrap());

    // A key without a command keeps what else is in it.
    let mut registry = Memory::default();
    registry.set(r"Software\Classes\sip", "URL Protocol", "").unwrap();
    registry.set(r"Software\Classes\sip", "", "URL:x").unwrap();
    let before = registry.clone();
    register_in(&mut registry, &options(), EXE).unwrap();
    unregister_in(&mut registry, &options()).unwrap();
    assert_eq!(registry, before);
}

#[test]
fn fewer_schemes_release_the_others() {
    let mut registry = Memory::default();
    let only = options().schemes([LinkScheme::Sip]);
    register_in(&mut registry, &only, EXE).unwrap();
    let one = registry.clone();
    register_in(&mut registry, &options(), EXE).unwrap();
    assert_ne!(registry, one);
    register_in(&mut registry, &only, EXE).unwrap();
    assert_eq!(registry, one);
}

#[test]
fn copies_stand_beside_each_other() {
    let mut registry = Memory::default();
    let second = options().name("second").make_default(false);
    register_in(&mut registry, &options(), EXE).unwrap();
    let one = registry.clone();
    let report = register_in(&mut registry, &second, r"D:\m.exe").unwrap();
    assert!(report.registered && report.schemes.iter().all(|scheme| !scheme.ours));
    unregister_in(&mut registry, &second).unwrap();
    assert_eq!(registry, one);
    let report = register_in(&mut registry, &second.make_default(true), r"D:\m.exe").unwrap();
    assert_eq!(report.schemes[0].replaced.as_deref(), Some(COMMAND));
    unregister_in(&mut registry, &options().name("second")).unwrap();
    assert_eq!(registry, one);
    unregister_in(&mut registry, &options()).unwrap();
    assert_eq!(registry, Memory::default());
}

#[test]
fn the_choice_of_the_user_has_more_weight() {
    let mut registry = Memory::default();
    let key = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\tel\UserChoice";
    registry.set(key, "ProgId", "Other.Tel").unwrap();
    let report = register_in(&mut registry, &options(), EXE).unwrap();
    let tel = report.schemes.iter().find(|s| s.scheme == LinkScheme::Tel).unwrap();
    assert_eq!((tel.handler.as_deref(), tel.ours), (Some("Other.Tel"), false));
    let names: Vec<_> = report.warnings.iter().map(DesktopWarning::name).collect();
    assert_eq!(names, ["overridden", "choose_in_settings"]);
    registry.set(key, "ProgId", "MicroSipLink.microsip").unwrap();
    let report = register_in(&mut registry, &options(), EXE).unwrap();
    assert!(report.schemes.iter().all(|scheme| scheme.ours));
    let mut report = DesktopReport::default();
    look(&registry, &options(), r"D:\m.exe", &mut report).unwrap();
    assert!(matches!(&report.warnings[..], [DesktopWarning::OtherProgram(what)] if what == COMMAND));
}
