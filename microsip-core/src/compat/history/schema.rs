//! The database's tables, and how an older file becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

use crate::{Error, ErrorKind, Result};

use super::store::{OP, failed};

/// The version written here (`PRAGMA user_version`). A file of a newer one is refused, an older one is migrated.
pub const SCHEMA_VERSION: u32 = 2;

/// `PRAGMA application_id`: "MSIP".
pub(crate) const APPLICATION_ID: i32 = 0x4D53_4950;

/// What makes version `n` of version `n - 1`. Never change one that was released: add one.
const STEPS: [&str; SCHEMA_VERSION as usize] = [
    // 1: calls.
    "CREATE TABLE calls (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL,
        name TEXT NOT NULL,
        type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 3),
        time INTEGER NOT NULL,
        duration INTEGER NOT NULL CHECK (duration >= 0),
        info TEXT NOT NULL,
        -- user part of the number, for comparing
        number_key TEXT NOT NULL,
        -- name, number and info in lower case, for searching
        folded TEXT NOT NULL
    );
    CREATE INDEX calls_time ON calls (time, id);
    CREATE INDEX calls_number ON calls (number_key, time);
    CREATE INDEX calls_type ON calls (type, time);",
    // 2: where a call came from, messages, contacts.
    "ALTER TABLE calls ADD COLUMN account TEXT NOT NULL DEFAULT '';
    ALTER TABLE calls ADD COLUMN call_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE calls ADD COLUMN recording TEXT NOT NULL DEFAULT '';
    CREATE INDEX calls_call_id ON calls (call_id) WHERE call_id <> '';
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL,
        name TEXT NOT NULL,
        outgoing INTEGER NOT NULL CHECK (outgoing IN (0, 1)),
        time INTEGER NOT NULL,
        text TEXT NOT NULL,
        -- SIP status of a sent one, 0 for none
        status INTEGER NOT NULL,
        number_key TEXT NOT NULL,
        folded TEXT NOT NULL
    );
    CREATE INDEX messages_time ON messages (time, id);
    CREATE INDEX messages_number ON messages (number_key, time);
    CREATE TABLE contacts (
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL,
        name TEXT NOT NULL,
        number_key TEXT NOT NULL,
        folded TEXT NOT NULL,
        -- the whole contact, as JSON
        contact TEXT NOT NULL
    );
    CREATE INDEX contacts_number ON contacts (number_key);
    CREATE INDEX contacts_name ON contacts (name);",
];

/// Refuses what is no file of ours or of a newer version. Says its version; 0 for an empty one.
pub(crate) fn check(connection: &Connection) -> Result<u32> {
    // In one statement, so that all is of the same moment: another process may be making the tables.
    let (version, application, tables): (i64, i64, i64) = connection
        .query_row(
            "SELECT (SELECT user_version FROM pragma_user_version),
                (SELECT application_id FROM pragma_application_id),
                (SELECT count(*) FROM sqlite_schema)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .map_err(|e| failed("the file cannot be read", &e))?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if application != i64::from(APPLICATION_ID) {
        let what = "the file is a database of another program; choose another file";
        return Err(Error::new(ErrorKind::Config, OP, what));
    }
    match u32::try_from(version) {
        Ok(version) if (1..=SCHEMA_VERSION).contains(&version) => Ok(version),
        _ => Err(Error::new(
            ErrorKind::Unsupported,
            OP,
            format!("the file has schema version {version}; up to {SCHEMA_VERSION} is known here: use a newer program"),
        )),
    }
}

/// Brings the file to this version, whole or not at all.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    if check(connection)? == SCHEMA_VERSION {
        return Ok(());
    }
    let cannot = |e: &rusqlite::Error| failed("the tables cannot be made", e);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|e| cannot(&e))?;
    // Another process may have done it while we waited.
    let from = check(&transaction)?;
    for step in STEPS.iter().skip(from as usize) {
        transaction.execute_batch(step).map_err(|e| cannot(&e))?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(|e| cannot(&e))?;
    transaction
        .pragma_update(None, "user_version", SCHEMA_VERSION)
        .map_err(|e| cannot(&e))?;
    transaction.commit().map_err(|e| cannot(&e))
}

#[cfg(test)]
pub(crate) fn make_version_1(connection: &Connection) {
    connection.execute_batch(STEPS[0]).unwrap();
    connection
        .pragma_update(None, "application_id", APPLICATION_ID)
        .unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
}
