//! The settings report: what becomes of each line of a file.

use std::fmt;

use serde::Serialize;

use super::account::ACCOUNT_KEYS;
use super::document::IniFile;
use super::extensions::EXTENSION_KEYS;
use super::key::{Disposition, Key, SectionKind};
use super::settings::SETTINGS_KEYS;
use super::warning::masked;

/// Keys of old versions and of other people's copies: section, name, what it was.
const OBSOLETE: &[(SectionKind, &str, &str)] = &[
    (
        SectionKind::Settings,
        "EM",
        "Early media (183 for 180), in one copy of 3.20 only.",
    ),
    (
        SectionKind::Account,
        "AVPF",
        "The AVPF profile, in one copy of 3.20 only.",
    ),
    (
        SectionKind::Account,
        "passwordSize",
        "Length of a password in the format before 3.20; write the password anew.",
    ),
    (
        SectionKind::Settings,
        "passwordSize",
        "Length of a password in the format before 3.20; write the password anew.",
    ),
];

/// For so many unknown keys a known one that is spelt alike is looked for: a file full of them is no typing error.
const GUESSES: usize = 200;

/// One key of a settings file in a [`SettingsReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReportEntry {
    /// Line in the file, from 1.
    pub line: usize,
    /// The section, as written.
    pub section: String,
    /// The key, as written.
    pub key: String,
    /// The value, at most 80 characters of it; `***` for secrets.
    pub value: String,
    /// What becomes of it.
    #[serde(serialize_with = "by_name")]
    pub disposition: Disposition,
    /// What it means; empty for unknown keys.
    pub meaning: String,
    /// What is allowed, in words; empty for unknown keys.
    pub allowed: String,
    /// What is used if the key is missing; empty also for unknown keys.
    pub default: String,
    /// A known key of this section that is spelt much alike; for unknown keys.
    pub perhaps: Option<&'static str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn by_name<S: serde::Serializer>(disposition: &Disposition, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(disposition.name())
}

/// Which keys of a file are honoured, which accepted without effect, which unknown. `Display` is a table for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingsReport {
    /// The keys in the order of the file; of duplicates the one that counts. Calls and other lists are summed up by
    /// [`lists`](SettingsReport::lists).
    pub entries: Vec<ReportEntry>,
    /// Sections that are lists, and how many entries each has.
    pub lists: Vec<(String, usize)>,
}

impl SettingsReport {
    /// Looks at every key of a document.
    pub fn of(ini: &IniFile) -> SettingsReport {
        let mut report = SettingsReport {
            entries: Vec::new(),
            lists: Vec::new(),
        };
        let mut guesses = GUESSES;
        for (section, lines) in ini.all_entries() {
            let kind = SectionKind::of(section).map(|(kind, _)| kind);
            let (mut listed, mut any) = (0, false);
            for (line, key, value) in lines {
                if let Some(size) = kind.and_then(list_size) {
                    any = true;
                    if key.parse::<u32>().is_ok_and(|n| n < size) {
                        listed += 1;
                        continue;
                    }
                }
                let guess = guesses > 0;
                let entry = entry(kind, section, line, key, value, guess);
                guesses -= usize::from(guess && entry.disposition == Disposition::Unknown);
                report.entries.push(entry);
            }
            if any {
                report.lists.push((section.to_owned(), listed));
            }
        }
        report
    }

    /// How many keys have this disposition.
    pub fn count(&self, disposition: Disposition) -> usize {
        self.entries.iter().filter(|e| e.disposition == disposition).count()
    }
}

impl fmt::Display for SettingsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for e in &self.entries {
            write!(
                f,
                "{:>5}  {:<11}  [{}] {}={}",
                e.line,
                e.disposition.name(),
                e.section,
                e.key,
                e.value
            )?;
            match e.perhaps {
                Some(name) => writeln!(f, "  (perhaps {name}?)")?,
                None => writeln!(f)?,
            }
        }
        for (section, count) in &self.lists {
            writeln!(f, "       honoured     [{section}] {count} entries")?;
        }
        for disposition in Disposition::ALL {
            writeln!(f, "{}: {}", disposition.name(), self.count(disposition))?;
        }
        Ok(())
    }
}

/// The key of this name in a section, whatever the case.
pub fn find_key(section: SectionKind, name: &str) -> Option<&'static Key> {
    let keys = match section {
        SectionKind::Settings => SETTINGS_KEYS,
        SectionKind::Account => ACCOUNT_KEYS,
        SectionKind::Extensions => EXTENSION_KEYS,
        _ => return None,
    };
    keys.iter().find(|key| key.name.eq_ignore_ascii_case(name))
}

/// How many numbered keys a section has, if it is a list.
fn list_size(section: SectionKind) -> Option<u32> {
    match section {
        SectionKind::Calls => Some(1000),
        SectionKind::Dialed => Some(10),
        SectionKind::Shortcuts => Some(8),
        SectionKind::Contacts => Some(u32::MAX),
        SectionKind::Settings | SectionKind::Account | SectionKind::Extensions => None,
    }
}

fn entry(kind: Option<SectionKind>, section: &str, line: usize, name: &str, value: &str, guess: bool) -> ReportEntry {
    let mut entry = ReportEntry {
        line,
        section: masked("", section),
        key: masked("", name),
        value: masked(name, value),
        disposition: Disposition::Unknown,
        meaning: String::new(),
        allowed: String::new(),
        default: String::new(),
        perhaps: None,
    };
    let Some(kind) = kind else { return entry };
    if let Some(key) = find_key(kind, name) {
        entry.disposition = key.disposition;
        entry.meaning = key.meaning.into();
        entry.allowed = key.allowed();
        entry.default = key.default.into();
        return entry;
    }
    let same = |(section, key, _): &&(SectionKind, &str, &str)| *section == kind && key.eq_ignore_ascii_case(name);
    if let Some((_, _, meaning)) = OBSOLETE.iter().find(same) {
        entry.disposition = Disposition::Obsolete;
        entry.meaning = (*meaning).into();
    } else if let (SectionKind::Settings, Some(key)) = (kind, find_key(SectionKind::Account, name)) {
        entry.disposition = Disposition::Obsolete;
        entry.meaning =
            "Of the oldest format, which had its one account in [Settings]; it belongs in [Account1].".into();
        entry.allowed = key.allowed();
    } else if guess {
        entry.perhaps = alike(kind, name);
    }
    entry
}

/// The known key that is at most two letters away.
fn alike(section: SectionKind, name: &str) -> Option<&'static str> {
    let keys = match section {
        SectionKind::Settings => SETTINGS_KEYS,
        SectionKind::Account => ACCOUNT_KEYS,
        SectionKind::Extensions => EXTENSION_KEYS,
        _ => return None,
    };
    // Long names are none of anybody's typing errors, and the distance costs their square.
    if name.len() > 40 {
        return None;
    }
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let best = keys.iter().map(|key| (distance(&name, key.name), key.name)).min()?;
    (best.0 <= 2 && best.0 * 3 < name.len()).then_some(best.1)
}

/// Letters to put in, take out or exchange (Levenshtein).
fn distance(a: &[char], b: &str) -> usize {
    let mut row: Vec<usize> = (0..=a.len()).collect();
    for (i, cb) in b.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, ca) in a.iter().enumerate() {
            let change = diagonal + usize::from(*ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[a.len()]
}
