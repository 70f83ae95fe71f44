//! Call history: MicroSIP's list in `microsip.ini`, its exports, and a database that can be asked.
//!
//! [`CallRecord`] is one call; [`CallRing`] is the section `[Calls]` with its ring of 1,000 places, [`DialedList`] the section
//! `[Dialed]`. With the feature `history-sqlite` there is `HistoryStore`, an SQLite file for calls, messages and
//! contacts.

mod export;
#[cfg(feature = "history-sqlite")]
mod query;
mod record;
mod ring;
#[cfg(feature = "history-sqlite")]
mod schema;
#[cfg(feature = "history-sqlite")]
mod store;
#[cfg(feature = "history-sqlite")]
mod tables;

#[cfg(test)]
mod export_tests;
#[cfg(test)]
mod ring_tests;
#[cfg(test)]
#[cfg(feature = "history-sqlite")]
mod store_tests;

pub use export::{
    HistoryImport, TimeFormat, read_calls_csv, read_calls_json, read_calls_xml, write_calls_csv, write_calls_json,
    write_calls_xml,
};
pub use record::{CallRecord, CallType, MAX_LINE};
pub use ring::{CallRing, DialedList, IniWrite, RING_SIZE};

#[cfg(feature = "history-sqlite")]
pub use query::{CallQuery, MessageQuery, Order};
#[cfg(feature = "history-sqlite")]
pub use schema::SCHEMA_VERSION;
#[cfg(feature = "history-sqlite")]
pub use store::{HistoryStore, StoreOptions, StoredCall};
#[cfg(feature = "history-sqlite")]
pub use tables::{MessageRecord, StoredMessage};
