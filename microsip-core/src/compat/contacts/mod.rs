//! Contacts as MicroSIP keeps them: `Contacts.xml`, CSV, the users directory, and the old list of `microsip.ini`.
//!
//! A [`ContactBook`] is read from bytes and written to bytes; what nobody changed is written as it was found, byte by byte.
//! Everything read here may come from a stranger (a directory server, a file somebody sent), so every format has limits
//! ([`MAX_BYTES`], [`MAX_CONTACTS`]), no XML entity is ever expanded beyond the five of XML itself, and no file named in a
//! document is ever opened.

mod book;
mod contact;
mod csv_file;
mod directory;
mod directory_xml;
mod file;
mod lookup;
mod merge;
#[cfg(feature = "phone")]
mod refresh;
mod text;
mod url;
mod warning;
pub(crate) mod xml;

#[cfg(test)]
mod csv_tests;
#[cfg(test)]
mod directory_tests;
#[cfg(test)]
mod file_tests;
#[cfg(test)]
#[cfg(feature = "phone")]
mod refresh_tests;

pub use book::{ContactBook, MAX_CONTACTS};
pub use contact::{Contact, ContactEntry, ContactField, ContactFields};
pub use csv_file::{CsvImport, CsvOptions, read_csv, write_csv};
pub use directory::{
    Directory, DirectoryFormat, DirectoryPresence, DirectoryRelease, DirectoryStatus, next_refresh, retry_after,
};
pub use lookup::{caller_matches, user_part};
pub use merge::{MergeKey, MergeReport};
#[cfg(feature = "phone")]
pub use refresh::{DirectoryAccount, DirectoryClient, DirectoryConfig, DirectoryUpdate, RefreshPlan};
pub use text::{MAX_BYTES, TextEncoding};
pub use url::DirectoryUrl;
pub use warning::{ImportWarning, WarningKind};

pub(crate) use csv_file::{read_table, write_table};
pub(crate) use text::{decode_table, decode_xml};
pub(crate) use warning::Warnings;
