//! The value of a key that counts.

use microsip_core::compat::ini::{
    AccountSettings, Disposition, Extensions, IniFile, IniWarning, Key, PasswordStore, SectionKind, Settings,
    ValueKind, find_key,
};

use crate::base::{Fault, Outcome};
use crate::code;

/// What becomes of a key: one of `enum microsip_ini_disposition_e`.
pub type microsip_ini_disposition_t = i32;

/// The values of `microsip_ini_disposition_t`.
#[repr(i32)]
pub enum microsip_ini_disposition_e {
    /// It does what it does in MicroSIP.
    MICROSIP_INI_DISPOSITION_HONOURED = 1,
    /// Accepted and kept: it is about a window, a button or the updater, and there is none.
    MICROSIP_INI_DISPOSITION_NO_WINDOW = 2,
    /// Known and kept, but the phone has no such function, such as video.
    MICROSIP_INI_DISPOSITION_UNSUPPORTED = 3,
    /// Of old versions or of other people's copies; kept.
    MICROSIP_INI_DISPOSITION_OBSOLETE = 4,
    /// Not a key of MicroSIP; kept. Mostly a typing error.
    MICROSIP_INI_DISPOSITION_UNKNOWN = 5,
}

code!(microsip_ini_disposition_e, "ini disposition", Disposition {
MICROSIP_INI_DISPOSITION_HONOURED = Honoured,
MICROSIP_INI_DISPOSITION_NO_WINDOW = NoWindow,
MICROSIP_INI_DISPOSITION_UNSUPPORTED = Unsupported,
MICROSIP_INI_DISPOSITION_OBSOLETE = Obsolete,
MICROSIP_INI_DISPOSITION_UNKNOWN = Unknown,
});

/// How the value of a key is read: one of `enum microsip_ini_value_kind_e`.
pub type microsip_ini_value_kind_t = i32;

/// The values of `microsip_ini_value_kind_t`.
#[repr(i32)]
pub enum microsip_ini_value_kind_e {
    /// Yes or no.
    MICROSIP_INI_VALUE_KIND_SWITCH = 1,
    /// A whole number in a range.
    MICROSIP_INI_VALUE_KIND_INTEGER = 2,
    /// One of a few texts, whatever the case.
    MICROSIP_INI_VALUE_KIND_CHOICE = 3,
    /// Any text.
    MICROSIP_INI_VALUE_KIND_TEXT = 4,
    /// Texts with separators between them.
    MICROSIP_INI_VALUE_KIND_LIST = 5,
    /// UDP ports with commas between them.
    MICROSIP_INI_VALUE_KIND_PORTS = 6,
    /// A password: `microsip_ini_password`.
    MICROSIP_INI_VALUE_KIND_PASSWORD = 7,
}

code!(microsip_ini_value_kind_e, "ini value kind", Kind {
MICROSIP_INI_VALUE_KIND_SWITCH = Switch,
MICROSIP_INI_VALUE_KIND_INTEGER = Integer,
MICROSIP_INI_VALUE_KIND_CHOICE = Choice,
MICROSIP_INI_VALUE_KIND_TEXT = Text,
MICROSIP_INI_VALUE_KIND_LIST = List,
MICROSIP_INI_VALUE_KIND_PORTS = Ports,
MICROSIP_INI_VALUE_KIND_PASSWORD = Password,
});

/// `ValueKind` without what belongs to each.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Switch,
    Integer,
    Choice,
    Text,
    List,
    Ports,
    Password,
}

/// A key, and what counts.
#[derive(Debug)]
pub struct Setting {
    pub(super) key: &'static Key,
    /// What stands in the file.
    pub(super) line: Option<usize>,
    pub(super) wrong: bool,
    /// What counts.
    value: String,
}

impl Setting {
    pub(super) fn of(file: &IniFile, section: &str, name: &str) -> Outcome<Setting> {
        let kind = SectionKind::of(section).map(|(kind, _)| kind);
        let key = kind.and_then(|kind| find_key(kind, name));
        let key = key.ok_or_else(|| Fault::none("such key; docs/microsip.md lists those there are"))?;
        let found = file.get(section, key.name);
        let (mut value, mut wrong) = (key.default.to_owned(), false);
        if let Some(text) = found.filter(|text| !text.is_empty() || is_free(key.kind)) {
            let warning = warnings(file, section, key).into_iter().find(|w| w.used.is_some());
            wrong = warning.is_some();
            value = match warning.and_then(|w| w.used) {
                Some(used) => used,
                // 0 is a common way to say "the default".
                None if text == "0" && matches!(key.kind, ValueKind::Clamped { min, .. } if min > 0) => value,
                None => text.to_owned(),
            };
        }
        Ok(Setting {
            key,
            line: file.line_of(section, key.name),
            wrong,
            value,
        })
    }

    pub(super) fn kind(&self) -> Kind {
        match self.key.kind {
            ValueKind::Flag | ValueKind::One | ValueKind::NotZero => Kind::Switch,
            ValueKind::Int { .. } | ValueKind::Clamped { .. } => Kind::Integer,
            ValueKind::Choice(_) => Kind::Choice,
            ValueKind::List { .. } => Kind::List,
            ValueKind::Ports => Kind::Ports,
            ValueKind::Password => Kind::Password,
            _ => Kind::Text,
        }
    }

    pub(super) fn shown(&self) -> &str {
        match self.key.is_secret() && !self.value.is_empty() {
            true => "***",
            false => &self.value,
        }
    }

    pub(super) fn switch(&self) -> Outcome<bool> {
        match self.key.kind {
            ValueKind::Flag => Ok(self.value.parse::<i64>().is_ok_and(|n| n != 0)),
            ValueKind::One => Ok(self.value == "1"),
            ValueKind::NotZero => Ok(self.value != "0"),
            _ => Err(self.is_no("switch")),
        }
    }

    pub(super) fn integer(&self) -> Outcome<i64> {
        match self.kind() {
            Kind::Integer => self.value.parse().map_err(|_| Fault::none("number in this setting")),
            _ => Err(self.is_no("number")),
        }
    }

    pub(super) fn list(&self) -> Outcome<Vec<String>> {
        let (separators, max): (&[char], usize) = match self.key.kind {
            ValueKind::List { separators, max } => (separators, max),
            ValueKind::Ports => (&[','], usize::MAX),
            _ => return Err(self.is_no("list")),
        };
        let parts = self
            .value
            .split(separators)
            .map(str::trim)
            .filter(|part| !part.is_empty());
        Ok(parts.take(max).map(str::to_owned).collect())
    }

    pub(super) fn is_no(&self, what: &str) -> Fault {
        Fault::invalid(format!("{} is no {what}", self.key.name))
    }
}

/// Empty is a value of these.
fn is_free(kind: ValueKind) -> bool {
    matches!(
        kind,
        ValueKind::Text | ValueKind::Quoted | ValueKind::Choice(_) | ValueKind::Password
    )
}

/// What the file's reader says of a key.
fn warnings(file: &IniFile, section: &str, key: &Key) -> Vec<IniWarning> {
    let mut all = match (key.section, SectionKind::of(section)) {
        (SectionKind::Account, Some((_, number))) => {
            AccountSettings::read(file, number.unwrap_or_default(), &PasswordStore::default()).1
        }
        (SectionKind::Extensions, _) => Extensions::read(file).1,
        _ => Settings::read(file).1,
    };
    all.retain(|warning| warning.key.eq_ignore_ascii_case(key.name));
    all
}
