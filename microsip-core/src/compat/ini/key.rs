//! Keys: what is known of each, and how its value is read.

use std::collections::HashMap;
use std::path::Path;

use super::document::IniFile;
use super::password::{PasswordForm, StoredPassword};
use super::warning::{IniWarning, WarningKind, is_secret_key};

/// The sections of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SectionKind {
    /// `[Settings]`.
    Settings,
    /// `[Account1]`, `[Account2]`, …, and `[Account0]`, the local account.
    Account,
    /// `[Calls]`: the history, a ring of 1000.
    Calls,
    /// `[Dialed]`: ten texts, newest first.
    Dialed,
    /// `[Shortcuts]`: eight buttons.
    Shortcuts,
    /// `[Contacts]`: the old contact list.
    Contacts,
    /// `[Extensions]`: what MicroSIP does not have; it leaves the section alone.
    Extensions,
}

impl SectionKind {
    /// The kind of a section by its name, and the number of an account.
    pub fn of(section: &str) -> Option<(SectionKind, Option<u32>)> {
        let name = section.to_lowercase();
        if let Some(number) = name.strip_prefix("account") {
            let plain = number.bytes().all(|b| b.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
            return number
                .parse()
                .ok()
                .filter(|_| plain)
                .map(|n| (SectionKind::Account, Some(n)));
        }
        let kinds = [
            SectionKind::Settings,
            SectionKind::Calls,
            SectionKind::Dialed,
            SectionKind::Shortcuts,
            SectionKind::Contacts,
            SectionKind::Extensions,
        ];
        kinds
            .into_iter()
            .find(|kind| kind.name() == name)
            .map(|kind| (kind, None))
    }

    /// Stable lower-case name: `"settings"`, `"account"`, …
    pub fn name(self) -> &'static str {
        match self {
            SectionKind::Settings => "settings",
            SectionKind::Account => "account",
            SectionKind::Calls => "calls",
            SectionKind::Dialed => "dialed",
            SectionKind::Shortcuts => "shortcuts",
            SectionKind::Contacts => "contacts",
            SectionKind::Extensions => "extensions",
        }
    }
}

/// What becomes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disposition {
    /// It does what it does in MicroSIP.
    Honoured,
    /// Accepted and kept: it is about a window, a button or the updater, and there is none.
    NoWindow,
    /// Known and kept, but the phone has no such function, such as video.
    Unsupported,
    /// Of old versions or of other people's copies; kept.
    Obsolete,
    /// Not a key of MicroSIP; kept. Mostly a typing error.
    Unknown,
}

impl Disposition {
    /// Every disposition.
    pub const ALL: [Disposition; 5] = [
        Disposition::Honoured,
        Disposition::NoWindow,
        Disposition::Unsupported,
        Disposition::Obsolete,
        Disposition::Unknown,
    ];

    /// Stable lower-case name: `"honoured"`, `"no_window"`, `"unsupported"`, `"obsolete"`, `"unknown"`.
    pub fn name(self) -> &'static str {
        match self {
            Disposition::Honoured => "honoured",
            Disposition::NoWindow => "no_window",
            Disposition::Unsupported => "unsupported",
            Disposition::Obsolete => "obsolete",
            Disposition::Unknown => "unknown",
        }
    }
}

/// How the value of a key is read. Empty values of switches, numbers and lists stand for the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueKind {
    /// A whole number; any but 0 is true.
    Flag,
    /// True only if exactly `1`.
    One,
    /// True unless exactly `0`.
    NotZero,
    /// A whole number; the default is used for what is outside.
    Int {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A whole number; the nearest is used for what is outside, the default for 0 or less where that is outside.
    Clamped {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// One of these texts, whatever the case.
    Choice(&'static [&'static str]),
    /// Any text.
    Text,
    /// Any text; written in double quotes.
    Quoted,
    /// Texts with one of these between them; the first is written.
    List {
        /// What separates.
        separators: &'static [char],
        /// How many are used.
        max: usize,
    },
    /// UDP ports 1 to 65535 with commas between them.
    Ports,
    /// A password, see [`PasswordStore`](super::PasswordStore).
    Password,
}

/// A key of MicroSIP's settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// Its name, as MicroSIP writes it.
    pub name: &'static str,
    /// The sections it is in.
    pub section: SectionKind,
    /// How it is read.
    pub kind: ValueKind,
    /// The value used if it is missing, as text.
    pub default: &'static str,
    /// What becomes of it.
    pub disposition: Disposition,
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
}

impl Key {
    /// How many UTF-16 units of the value MicroSIP reads; more are read here, with a warning.
    pub fn limit(&self) -> usize {
        match (self.section, self.name) {
            (SectionKind::Settings, "audioCodecs") => 511,
            (
                SectionKind::Account,
                "server" | "proxy" | "domain" | "username" | "password" | "authID" | "displayName",
            ) => 1040,
            _ => 255,
        }
    }

    /// Whether its value must not be shown.
    pub fn is_secret(&self) -> bool {
        is_secret_key(self.name)
    }

    /// The values that are allowed, in words.
    pub fn allowed(&self) -> String {
        match self.kind {
            ValueKind::Flag | ValueKind::One | ValueKind::NotZero => "allowed: 0 or 1".into(),
            ValueKind::Int { min, max } | ValueKind::Clamped { min, max } => match (min, max) {
                (_, BIG) => format!("allowed: {min} or more"),
                _ => format!("allowed: {min} to {max}"),
            },
            ValueKind::Choice(texts) => {
                let texts: Vec<&str> = texts.iter().map(|t| if t.is_empty() { "(empty)" } else { t }).collect();
                format!("allowed: {}", texts.join(", "))
            }
            ValueKind::Text | ValueKind::Quoted | ValueKind::Password => "allowed: any text".into(),
            ValueKind::List { separators, max } => {
                let between: Vec<&str> = separators
                    .iter()
                    .map(|c| match c {
                        ' ' => "a space",
                        ';' => "`;`",
                        _ => "`,`",
                    })
                    .collect();
                format!("allowed: at most {max}, with {} between them", between.join(" or "))
            }
            ValueKind::Ports => "allowed: ports from 1 to 65535, with commas between them".into(),
        }
    }
}

/// The upper end of numbers that have none of their own.
pub(super) const BIG: i64 = i32::MAX as i64;

/// A type a value is read into.
pub(super) trait Value: Default + PartialEq {
    /// `None`: the value is wrong.
    fn parse(kind: ValueKind, text: &str) -> Option<Self>;
    /// As it is written.
    fn text(&self, kind: ValueKind) -> String;
}

impl Value for bool {
    fn parse(kind: ValueKind, text: &str) -> Option<bool> {
        match (kind, text) {
            (_, "0") => Some(false),
            (_, "1") => Some(true),
            (ValueKind::Flag, _) => text.parse::<i64>().ok().map(|n| n != 0),
            _ => None,
        }
    }

    fn text(&self, _: ValueKind) -> String {
        if *self { "1" } else { "0" }.into()
    }
}

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Value for $ty {
            fn parse(_: ValueKind, text: &str) -> Option<$ty> {
                text.parse().ok()
            }

            fn text(&self, _: ValueKind) -> String {
                self.to_string()
            }
        }
    )*};
}
numbers! { u16 u32 i32 i64 }

impl Value for Option<u32> {
    fn parse(_: ValueKind, text: &str) -> Option<Self> {
        text.parse().ok().map(Some)
    }

    fn text(&self, _: ValueKind) -> String {
        self.map(|n| n.to_string()).unwrap_or_default()
    }
}

impl Value for String {
    fn parse(_: ValueKind, text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn text(&self, _: ValueKind) -> String {
        self.clone()
    }
}

impl Value for Vec<String> {
    fn parse(kind: ValueKind, text: &str) -> Option<Self> {
        let ValueKind::List { separators, max } = kind else {
            return None;
        };
        let parts = text.split(separators).map(str::trim).filter(|part| !part.is_empty());
        Some(parts.take(max).map(str::to_owned).collect())
    }

    fn text(&self, kind: ValueKind) -> String {
        match kind {
            ValueKind::List { separators, .. } => self.join(&separators[..1].iter().collect::<String>()),
            _ => self.join(" "),
        }
    }
}

impl Value for Vec<u16> {
    fn parse(_: ValueKind, text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().ok().filter(|port| *port > 0)).collect()
    }

    fn text(&self, _: ValueKind) -> String {
        let ports: Vec<String> = self.iter().map(u16::to_string).collect();
        ports.join(",")
    }
}

impl Value for StoredPassword {
    fn parse(_: ValueKind, text: &str) -> Option<Self> {
        Some(StoredPassword {
            secret: text.into(),
            form: if text.is_empty() {
                PasswordForm::Empty
            } else {
                PasswordForm::Plain
            },
        })
    }

    fn text(&self, _: ValueKind) -> String {
        self.secret.reveal().to_owned()
    }
}

/// One section, looked up once.
pub(super) struct Section<'a> {
    pub file: &'a Path,
    pub name: &'a str,
    entries: HashMap<String, (usize, &'a str)>,
}

impl<'a> Section<'a> {
    pub fn of(ini: &'a IniFile, name: &'a str) -> Self {
        Section {
            file: ini.path(),
            name,
            entries: ini
                .entries(name)
                .map(|(line, key, value)| (key.to_lowercase(), (line, value)))
                .collect(),
        }
    }

    pub fn get(&self, key: &str) -> Option<(usize, &'a str)> {
        self.entries.get(&key.to_lowercase()).copied()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key; what is wrong with it goes to `warnings`.
    pub fn read<T: Value>(&self, key: &Key, warnings: &mut Vec<IniWarning>) -> T {
        let default = || T::parse(key.kind, key.default).unwrap_or_default();
        let Some((line, text)) = self.get(key.name) else {
            return default();
        };
        let mut warn = |kind, allowed: String, used: Option<&str>| {
            let mut warning = IniWarning::new(kind, self.file, line, self.name).key(key.name, text);
            warning.allowed = allowed;
            warning.used = used.map(str::to_owned);
            warnings.push(warning);
        };
        let units = text.encode_utf16().count();
        if units > key.limit() {
            let allowed = format!("it has {units} characters, of which MicroSIP reads {}", key.limit());
            warn(WarningKind::TooLong, allowed, None);
        }
        if text.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            let allowed = "it has NUL or broken characters in it; check the file's encoding".into();
            warn(WarningKind::BrokenText, allowed, None);
        }
        let free = matches!(
            key.kind,
            ValueKind::Text | ValueKind::Quoted | ValueKind::Choice(_) | ValueKind::Password
        );
        if text.is_empty() && !free {
            return default();
        }
        match key.kind {
            ValueKind::Int { min, max } => match text.parse::<i64>() {
                Ok(n) if n < min || n > max => {
                    warn(WarningKind::OutOfRange, key.allowed(), Some(key.default));
                    return default();
                }
                _ => {}
            },
            ValueKind::Clamped { min, max } => match text.parse::<i64>() {
                // 0 is a common way to say "the default".
                Ok(0) if min > 0 => return default(),
                Ok(n) if n < 0 && min > 0 => {
                    warn(WarningKind::OutOfRange, key.allowed(), Some(key.default));
                    return default();
                }
                Ok(n) if n < min || n > max => {
                    let near = n.clamp(min, max).to_string();
                    warn(WarningKind::OutOfRange, key.allowed(), Some(&near));
                    return T::parse(key.kind, &near).unwrap_or_else(default);
                }
                _ => {}
            },
            ValueKind::List { separators, max } => {
                let count = text.split(separators).filter(|part| !part.trim().is_empty()).count();
                if count > max {
                    warn(
                        WarningKind::OutOfRange,
                        key.allowed(),
                        Some(&format!("the first {max}")),
                    );
                }
            }
            _ => {}
        }
        T::parse(key.kind, text).unwrap_or_else(|| {
            warn(WarningKind::WrongValue, key.allowed(), Some(key.default));
            default()
        })
    }
}
