//! MicroSIP's settings file, `microsip.ini`.
//!
//! [`IniFile`] is the document: it is read as Windows' profile functions read it, and every byte that is not edited goes
//! out as it came in. [`Settings`] and [`AccountSettings`] are its meaning, typed; [`SettingsReport`] says what becomes of
//! each key; [`Place`] where the file is. What is wrong in a file never stops the phone: it is told as [`IniWarning`]s.
//!
//! ```
//! use microsip_core::compat::ini::{AccountSettings, IniFile, PasswordStore, Settings};
//!
//! let file = b"[Settings]\r\naccountId=1\r\nautoAnswer=always\r\n[Account1]\r\ndomain=pbx.example.com\r\nusername=204\r\n";
//! let mut ini = IniFile::parse(file, "microsip.ini")?;
//! let (settings, warnings) = Settings::read(&ini);
//! assert_eq!(settings.account_id, Some(1));
//! assert!(warnings[0].to_string().starts_with("microsip.ini:3: [Settings] autoAnswer=always: wrong value"));
//!
//! let store = PasswordStore::default();
//! let (account, _) = AccountSettings::read(&ini, 1, &store);
//! let account = account.unwrap().password("secret").register_refresh(60_u32);
//! account.write(&mut ini, 1, &store)?;
//! assert!(ini.to_bytes().ends_with(b"registerRefresh=60\r\npassword=092c296fac26eeb1b54ba279cea19f4211eb9d0745c66de3\r\n"));
//! # Ok::<(), microsip_core::Error>(())
//! ```
//!
//! # Differences from MicroSIP
//!
//! * Values longer than MicroSIP's buffers are read whole, with a warning.
//! * A file without a byte-order mark that is valid UTF-8 is read as such; see [`ReadOptions`]. Such a file goes out in UTF-8 too,
//!   which MicroSIP itself would misread beyond ASCII: [`IniFile::convert`] it to UTF-16 if both are to use it.
//! * Numbers with anything after the digits are wrong, with a warning; words are read whatever their case.
//! * Only lines whose value changes are written, not all of `[Settings]`: other people's edits survive.
//!
//! # Why no library
//!
//! None keeps a file of this kind: rust-ini and configparser keep maps of sections and values and write them anew, without
//! the comments; ini-roundtrip, and ini-doc on top of it, keep lines, but read UTF-8 only and have neither the profile functions'
//! names, quotes and duplicates, nor edits of a single line. UTF-16, code pages and broken text go through none of them.
//! Here a line is kept as its bytes, and only one that is edited is made anew.

mod account;
mod checked;
mod choice;
mod document;
#[cfg(test)]
mod document_tests;
mod extensions;
mod key;
mod line;
mod lists;
mod password;
mod place;
mod report;
#[cfg(test)]
mod report_tests;
mod save;
mod settings;
#[cfg(test)]
mod settings_tests;
mod table;
mod text;
mod warning;
#[cfg(feature = "phone")]
mod watch;
#[cfg(test)]
#[cfg(feature = "phone")]
mod watch_tests;

pub use account::{ACCOUNT_KEYS, AccountSettings};
#[cfg(feature = "phone")]
pub(crate) use checked::no_such_key;
pub use choice::{
    AutoAnswerBeside, AutoAnswerMode, DefaultAction, DenyIncoming, ForwardingMode, IniDtmf, IniRecordFormat, IniSrtp,
    IniTransport, UpdatesInterval,
};
pub use document::IniFile;
pub use extensions::{EXTENSION_KEYS, Extensions};
pub use key::{Disposition, Key, SectionKind, ValueKind};
pub use lists::{OldContact, Shortcut, ShortcutAction};
pub use password::{PasswordForm, PasswordStore, StoredPassword};
pub use place::{Directories, Place, PlaceKind, Platform};
pub use report::{ReportEntry, SettingsReport, find_key};
pub(crate) use save::replace_file;
pub use settings::{SETTINGS_KEYS, Settings};
pub use text::{IniEncoding, ReadOptions};
pub use warning::{IniWarning, WarningKind, is_secret_key};
#[cfg(feature = "phone")]
pub use watch::{IniChange, IniWatcher, WatchOptions};
