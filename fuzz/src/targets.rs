//! One function for each reader of strangers' bytes. Each says what holds for any input; a panic is a finding.

use microsip_core::compat::cmdline::{CommandLine, split_windows};
use microsip_core::compat::contacts::{
    ContactBook, CsvOptions, Directory, DirectoryRelease, MergeKey, caller_matches, read_csv, user_part, write_csv,
};
use microsip_core::compat::dialplan::DialPlan;
use microsip_core::compat::history::{
    CallRecord, CallRing, TimeFormat, read_calls_csv, read_calls_json, read_calls_xml, write_calls_csv,
    write_calls_json, write_calls_xml,
};
use microsip_core::compat::ini::{AccountSettings, Extensions, IniFile, PasswordStore, Settings, SettingsReport};
use microsip_core::compat::links::Link;
use microsip_core::compat::number::NumberRules;
use microsip_core::compat::phone::Request;
use microsip_core::compat::provision::{ProvisionDocument, ProvisionRules};

/// A settings file: what nobody changed goes out as it came in, and every typed reader copes.
pub fn ini(data: &[u8]) {
    let Ok(mut file) = IniFile::parse(data, "fuzz.ini") else {
        return;
    };
    assert_eq!(file.to_bytes(), data, "an unchanged file changed");
    let store = PasswordStore::default();
    let (settings, _) = Settings::read(&file);
    let _ = (
        Extensions::read(&file),
        AccountSettings::read_all(&file, &store),
        AccountSettings::read_oldest(&file, &store),
    );
    let _ = (
        file.problems(),
        file.shortcuts(),
        file.old_contacts(),
        SettingsReport::of(&file).to_string(),
    );
    let _ = CallRing::from_ini(file.entries("Calls").map(|(_, key, value)| (key, value)), None);
    if file.set("Settings", "userAgent", "fuzz").is_ok() {
        let bytes = file.to_bytes();
        let again = IniFile::parse(&bytes, "fuzz.ini").expect("what was written is read");
        // A few bytes without a mark may look like another encoding once there are more.
        if again.encoding() == file.encoding() {
            assert_eq!(again.get("Settings", "userAgent"), Some("fuzz"));
            let (second, _) = Settings::read(&again);
            assert_eq!(second.user_agent, "fuzz");
            assert_eq!(second.dnd, settings.dnd, "another key changed");
        }
    }
}

/// `Contacts.xml` and CSV: what is read is written and read back the same.
pub fn contacts(data: &[u8]) {
    if let Ok((book, _)) = ContactBook::from_xml(data) {
        // No file at all is an empty book, which is written as a file.
        if data.contains(&b'<') {
            assert_eq!(book.to_xml(), data, "an unchanged file changed");
        }
        let _ = book.find_caller("5551234");
        let _ = book.search("a").count();
        if let Ok(table) = write_csv(book.iter(), &CsvOptions::default()) {
            let again = read_csv(&table, &CsvOptions::default()).expect("what was written is read");
            assert_eq!(again.entries.len(), book.len());
        }
    }
    if let Ok(import) = read_csv(data, &CsvOptions::default()) {
        let mut book = ContactBook::new();
        if book.import(&import.entries, MergeKey::Number).is_ok() {
            let bytes = book.to_xml();
            let (again, _) = ContactBook::from_xml(&bytes).expect("what was written is read");
            assert_eq!(again.len(), book.len());
        }
    }
    let text = String::from_utf8_lossy(data);
    let _ = caller_matches(&user_part(&text), "5551234");
}

/// A users directory, whatever the server says it is.
pub fn directory(data: &[u8]) {
    for content_type in [None, Some("text/csv"), Some("application/json")] {
        if let Ok(directory) = Directory::read(content_type, data) {
            let mut book = ContactBook::new();
            let _ = book.merge_directory(&directory.entries, MergeKey::NumberAndName);
            let _ = microsip_core::compat::contacts::next_refresh(Some(&directory), None, DirectoryRelease::default());
        }
    }
}

/// History: lines of the ini, CSV, XML, JSON.
pub fn history(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(record) = CallRecord::from_ini_line(&text) {
        let line = record.to_ini_line();
        let again = CallRecord::from_ini_line(&line).expect("what was written is read");
        assert_eq!(again.to_ini_line(), line);
    }
    let options = CsvOptions::default();
    for calls in [
        read_calls_csv(data, &options).map(|import| import.calls),
        read_calls_xml(data).map(|import| import.calls),
        read_calls_json(data).map(|import| import.calls),
    ]
    .into_iter()
    .flatten()
    {
        let xml = write_calls_xml(&calls, TimeFormat::Unix);
        assert_eq!(
            read_calls_xml(xml.as_bytes()).expect("written by us").calls.len(),
            calls.len()
        );
        if let Ok(json) = write_calls_json(&calls) {
            assert_eq!(read_calls_json(json.as_bytes()).expect("written by us").calls, calls);
        }
        let _ = write_calls_csv(&calls, TimeFormat::Rfc3339, &options);
    }
}

/// A command line, as one text and as arguments.
pub fn cmdline(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = CommandLine::parse_text(&text);
    let args = split_windows(&text);
    if let Ok(line) = CommandLine::parse(args) {
        for command in &line.commands {
            let _ = (command.name(), command.starts_phone(), Request::of_command(command));
        }
    }
    // A link can bring no second thing along.
    if let Ok(line) = CommandLine::parse(["--link".to_owned(), text.into_owned()]) {
        assert!(line.commands.len() <= 1 && line.settings.is_none(), "{line:?}");
    }
}

/// A link of any scheme.
pub fn links(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for link in [
        text.as_ref(),
        &format!("sip:{text}"),
        &format!("tel:{text}"),
        &format!("msip:{text}"),
    ] {
        let _ = Link::parse(link);
    }
}

/// A dial plan in the first line, numbers in the others.
pub fn dialplan(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (plan, numbers) = text.split_once('\n').unwrap_or((&text, ""));
    let rules = NumberRules::new("example.com").prefix("9").local(true);
    let rules = match DialPlan::parse(plan) {
        Ok(plan) => rules.plan(plan),
        Err(_) => rules,
    };
    for number in numbers.lines().take(20) {
        if let Ok(dialled) = rules.resolve(number) {
            assert!(dialled.uri().len() <= microsip_core::compat::number::MAX_URI + 2);
            let _ = dialled.post_dial().map(|digits| digits.steps());
        }
        let _ = rules.resolve_as_is(number);
    }
}

/// What a client writes to the control socket.
pub fn control(data: &[u8]) {
    microsip_core::compat::control::fuzz_lines(data);
}

/// A provisioning document: applied whole or not at all.
pub fn provision(data: &[u8]) {
    let rules = ProvisionRules::default();
    let Ok(document) = ProvisionDocument::parse(data, rules) else {
        return;
    };
    let mut file = IniFile::new("fuzz.ini");
    let before = file.to_bytes();
    if document.apply(&mut file, &PasswordStore::default()).is_err() {
        assert_eq!(file.to_bytes(), before, "a refused document changed something");
    }
}

/// A request as JSON.
pub fn request(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(request) = Request::parse(&text) {
        let object = request.to_json().expect("a request is JSON");
        assert_eq!(Request::from_json(object).expect("what was written is read"), request);
    }
}
