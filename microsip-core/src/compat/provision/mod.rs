//! Provisioning: settings and accounts as one JSON document from a server.
//!
//! The document is ours (MicroSIP has none); it is described in `docs/provisioning.md`, and for editors and other programs in
//! `docs/provisioning.schema.json`, which [`schema()`] makes. [`ProvisionDocument::parse`] takes it whole or not at all,
//! [`ProvisionDocument::apply`] changes an [`IniFile`](crate::compat::ini::IniFile) wholly or not at all, and [`ProvisionClient`] asks
//! a server for it, by HTTPS, and keeps the last good one for starts without a network.
//!
//! Whoever can change the document decides where calls go, so it cannot do more than that: run programs, read or write files of its
//! choice ([`ProvisionRules`]), or arrive by plain HTTP from another machine, unless that is allowed explicitly.
//!
//! ```
//! use microsip_core::compat::ini::{IniFile, PasswordStore};
//! use microsip_core::compat::provision::{ProvisionDocument, ProvisionRules};
//!
//! let document = br#"{ "microsip": 1, "settings": { "autoAnswer": "header" },
//!     "accounts": [{ "id": 1, "domain": "pbx.example.com", "username": "204", "password": "secret" }] }"#;
//! let document = ProvisionDocument::parse(document, ProvisionRules::default())?;
//! let mut ini = IniFile::new("microsip.ini");
//! let applied = document.apply(&mut ini, &PasswordStore::default())?;
//! assert_eq!(applied.changed[0], "Settings.autoAnswer");
//! assert_eq!(ini.get("Account1", "username"), Some("204"));
//!
//! let wrong = br#"{ "microsip": 1, "settings": { "volumeRing": 101, "cmdCallStart": "sh" } }"#;
//! let refusal = ProvisionDocument::parse(wrong, ProvisionRules::default()).unwrap_err();
//! assert_eq!(refusal.problems[0].to_string(), "$.settings.volumeRing: allowed: 0 to 100 (a whole number); found 101");
//! assert_eq!(refusal.problems[1].path, "$.settings.cmdCallStart");
//! # Ok::<(), microsip_core::Error>(())
//! ```

mod cache;
mod check;
mod client;
#[cfg(test)]
mod client_tests;
mod document;
mod json;
mod problem;
mod read;
mod schema;
#[cfg(test)]
mod schema_check;
#[cfg(test)]
mod tests;

pub use cache::{CachedDocument, ProvisionCache};
pub use client::{ProvisionClient, ProvisionConfig, ProvisionNews, ProvisionUpdate};
pub use document::{Applied, ProvisionDocument, ProvisionRules};
pub use problem::{ProvisionProblem, ProvisionRefusal};
pub use schema::schema;
