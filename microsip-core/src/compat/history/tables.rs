//! Messages and contacts in the database.

use rusqlite::params;

use crate::compat::contacts::{Contact, ContactBook, user_part};
use crate::{Error, ErrorKind, Result};

use super::query::MessageQuery;
use super::store::{HistoryStore, OP, check_number, failed, folded};

/// A message of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MessageRecord {
    /// The peer.
    pub number: String,
    /// Its name; may be empty.
    pub name: String,
    /// Sent by us.
    pub outgoing: bool,
    /// Seconds since 1970.
    pub time: i64,
    /// What it says.
    pub text: String,
    /// The SIP status its delivery ended with, 0 for none yet and for received ones.
    pub status: u16,
}

impl MessageRecord {
    /// A message we sent (`outgoing`) or received.
    pub fn new(outgoing: bool, number: impl Into<String>, time: i64, text: impl Into<String>) -> MessageRecord {
        MessageRecord {
            number: number.into(),
            outgoing,
            time,
            text: text.into(),
            ..MessageRecord::default()
        }
    }

    /// With the peer's name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> MessageRecord {
        self.name = name.into();
        self
    }

    /// With the SIP status of its delivery.
    #[must_use]
    pub fn status(mut self, status: u16) -> MessageRecord {
        self.status = status;
        self
    }
}

/// A message as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredMessage {
    /// Its key: grows, and is never used twice.
    pub id: i64,
    /// The message.
    pub message: MessageRecord,
}

impl HistoryStore {
    /// Stores a message; the oldest beyond the limit go. Returns its id.
    ///
    /// # Errors
    /// As [`add_call`](HistoryStore::add_call).
    pub fn add_message(&self, message: &MessageRecord) -> Result<i64> {
        check_number(&message.number)?;
        self.change(|transaction| {
            let m = message;
            transaction
                .prepare_cached(
                    "INSERT INTO messages (number, name, outgoing, time, text, status, number_key, folded)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .and_then(|mut s| {
                    let folded = folded(&[&m.name, &m.number, &m.text]);
                    s.insert(params![
                        m.number,
                        m.name,
                        m.outgoing,
                        m.time,
                        m.text,
                        m.status,
                        user_part(&m.number),
                        folded
                    ])
                })
                .map_err(|e| failed("the message cannot be stored", &e))
        })
    }

    /// Writes the SIP status a message's delivery ended with. Says whether there is such a message.
    ///
    /// # Errors
    /// As [`add_call`](HistoryStore::add_call).
    pub fn set_message_status(&self, id: i64, status: u16) -> Result<bool> {
        self.change(|transaction| {
            let rows = transaction.execute("UPDATE messages SET status = ? WHERE id = ?", params![status, id]);
            rows.map(|rows| rows > 0)
                .map_err(|e| failed("the message cannot be changed", &e))
        })
    }

    /// The messages a query asks for; its types mean nothing here.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>> {
        let cannot = |e: &rusqlite::Error| failed("the messages cannot be read", e);
        let (condition, values) = query.condition(false);
        let sql = format!(
            "SELECT id, number, name, outgoing, time, text, status FROM messages WHERE {condition} {}",
            query.tail()
        );
        let connection = self.lock();
        let mut statement = connection.prepare(&sql).map_err(|e| cannot(&e))?;
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| {
            Ok(StoredMessage {
                id: row.get(0)?,
                message: MessageRecord {
                    number: row.get(1)?,
                    name: row.get(2)?,
                    outgoing: row.get(3)?,
                    time: row.get(4)?,
                    text: row.get(5)?,
                    status: row.get(6)?,
                },
            })
        });
        rows.and_then(Iterator::collect).map_err(|e| cannot(&e))
    }

    /// Deletes the messages a query's conditions hold for, whatever its limit; says how many.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn delete_messages(&self, query: &MessageQuery) -> Result<usize> {
        let (condition, values) = query.condition(false);
        self.change(|transaction| {
            let sql = format!("DELETE FROM messages WHERE {condition}");
            let rows = transaction.execute(&sql, rusqlite::params_from_iter(values));
            rows.map_err(|e| failed("the messages cannot be deleted", &e))
        })
    }

    /// Makes the database's contacts those of the book, whole or not at all: for programs that read the database.
    /// `Contacts.xml` stays what counts.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn replace_contacts(&self, book: &ContactBook) -> Result<()> {
        let cannot = |e: &rusqlite::Error| failed("the contacts cannot be stored", e);
        self.change(|transaction| {
            transaction
                .execute("DELETE FROM contacts", [])
                .map_err(|e| cannot(&e))?;
            let mut statement = transaction
                .prepare_cached(
                    "INSERT INTO contacts (number, name, number_key, folded, contact) VALUES (?, ?, ?, ?, ?)",
                )
                .map_err(|e| cannot(&e))?;
            for c in book.iter() {
                let json = serde_json::to_string(c).map_err(|e| Error::new(ErrorKind::Internal, OP, e.to_string()))?;
                let folded = folded(&[&c.name, &c.number, &c.phone, &c.mobile, &c.email, &c.comment, &c.info]);
                statement
                    .execute(params![c.number, c.name, user_part(&c.number), folded, json])
                    .map_err(|e| cannot(&e))?;
            }
            Ok(())
        })
    }

    /// The contacts as they were stored last, in their order.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy); [`Config`](ErrorKind::Config) if another program wrote something else.
    pub fn contacts(&self) -> Result<Vec<Contact>> {
        let cannot = |e: &rusqlite::Error| failed("the contacts cannot be read", e);
        let connection = self.lock();
        let mut statement = connection
            .prepare_cached("SELECT contact FROM contacts ORDER BY id")
            .map_err(|e| cannot(&e))?;
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))
            .map_err(|e| cannot(&e))?;
        let mut contacts = Vec::new();
        for row in rows {
            let json = row.map_err(|e| cannot(&e))?;
            contacts.push(serde_json::from_str(&json).map_err(|e| {
                Error::new(
                    ErrorKind::Config,
                    OP,
                    format!("a contact in the database is malformed: {e}"),
                )
            })?);
        }
        Ok(contacts)
    }
}
