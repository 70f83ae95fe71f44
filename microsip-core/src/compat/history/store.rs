//! The database of calls, messages and contacts.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, Row, TransactionBehavior, params};

use crate::compat::contacts::user_part;
use crate::{Error, ErrorKind, Result};

use super::query::CallQuery;
use super::record::{CallRecord, CallType};
use super::schema;

pub(crate) const OP: &str = "history database";

/// How the database is opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoreOptions {
    /// Most calls kept; the oldest go first. None for no limit. Default: 100,000. MicroSIP's own list keeps
    /// [`RING_SIZE`](super::RING_SIZE).
    pub max_calls: Option<u32>,
    /// Most messages kept, in the same way. Default: 100,000.
    pub max_messages: Option<u32>,
    /// How long to wait for another process that writes. Default: 5 s, at most 10 minutes.
    pub busy_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> StoreOptions {
        StoreOptions {
            max_calls: Some(100_000),
            max_messages: Some(100_000),
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl StoreOptions {
    /// With this limit of calls.
    #[must_use]
    pub fn max_calls(mut self, limit: Option<u32>) -> StoreOptions {
        self.max_calls = limit;
        self
    }

    /// With this limit of messages.
    #[must_use]
    pub fn max_messages(mut self, limit: Option<u32>) -> StoreOptions {
        self.max_messages = limit;
        self
    }

    /// With this patience for other processes.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> StoreOptions {
        self.busy_timeout = timeout;
        self
    }
}

/// A call as the database has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoredCall {
    /// Its key: grows, and is never used twice.
    pub id: i64,
    /// The call.
    pub call: CallRecord,
    /// The account it went over; may be empty.
    pub account: String,
    /// SIP Call-ID; may be empty.
    pub call_id: String,
    /// Path of the recording; may be empty.
    pub recording: String,
}

impl StoredCall {
    /// A call to be stored.
    pub fn new(call: CallRecord) -> StoredCall {
        StoredCall {
            call,
            ..StoredCall::default()
        }
    }

    /// With the account it went over.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> StoredCall {
        self.account = account.into();
        self
    }

    /// With its SIP Call-ID.
    #[must_use]
    pub fn call_id(mut self, call_id: impl Into<String>) -> StoredCall {
        self.call_id = call_id.into();
        self
    }

    /// With the path of its recording.
    #[must_use]
    pub fn recording(mut self, path: impl Into<String>) -> StoredCall {
        self.recording = path.into();
        self
    }
}

/// An SQLite file with the calls, the messages and a copy of the contacts.
///
/// It is in WAL mode: any number of processes read while one writes, and what a method has stored survives a crash of the
/// program and of the machine. Methods may be called from any thread; each waits for the disk, so none belongs on a thread
/// that must not.
#[derive(Debug)]
pub struct HistoryStore {
    connection: Mutex<Connection>,
    pub(crate) options: StoreOptions,
}

/// An error of SQLite as one of ours.
pub(crate) fn failed(what: &str, e: &rusqlite::Error) -> Error {
    let kind = match e.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::Busy,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => ErrorKind::Config,
        Some(ErrorCode::TooBig | ErrorCode::ConstraintViolation) => ErrorKind::InvalidArgument,
        Some(ErrorCode::ReadOnly) => ErrorKind::WrongState,
        _ => ErrorKind::Io,
    };
    let advice = match kind {
        ErrorKind::Busy => "; another process holds it, try again",
        ErrorKind::Config => "; move the file away and start a new one",
        ErrorKind::WrongState => "; it was opened for reading",
        _ => "",
    };
    Error::new(kind, OP, format!("{what}: {e}{advice}"))
}

/// The path as SQLite takes it for one: an empty name and `:memory:` would be databases that are gone with the connection.
fn file(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| Error::invalid(OP, format!("{:?} is no path of a file: {e}", path.display())))
}

/// Makes a file that is not there: who called whom is nobody else's business, and SQLite would let everybody read it. Its
/// other files get the same rights.
fn claim(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut new = std::fs::OpenOptions::new();
        // What is wrong SQLite finds as well, and says it.
        drop(new.write(true).create_new(true).mode(0o600).open(path));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Sets the mode in which others read while one writes. SQLite does not wait for others at this step, even when told to.
fn write_ahead(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let until = Instant::now() + patience;
    loop {
        let done = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        let busy = |e: &rusqlite::Error| {
            matches!(
                e.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            )
        };
        match done {
            Err(e) if busy(&e) && Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            done => return done,
        }
    }
}

impl HistoryStore {
    /// Opens the file at `path`, making or migrating it if needed.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) without a name, [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy), [`Config`](ErrorKind::Config) if it is no database or another
    /// program's, [`Unsupported`](ErrorKind::Unsupported) if a newer program made it.
    pub fn open(path: &Path, options: StoreOptions) -> Result<HistoryStore> {
        let path = file(path)?;
        claim(&path);
        // No URI: a path is a path, whatever it contains.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)
            .map_err(|e| failed(&format!("{} cannot be opened", path.display()), &e))?;
        HistoryStore::prepare(connection, options, false)
    }

    /// Opens the file at `path` for reading only, such as beside a running phone.
    ///
    /// # Errors
    /// As [`open`](HistoryStore::open); also [`Unsupported`](ErrorKind::Unsupported) if it is of an older version, which only
    /// [`open`](HistoryStore::open) migrates.
    pub fn open_read_only(path: &Path, options: StoreOptions) -> Result<HistoryStore> {
        let path = file(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)
            .map_err(|e| failed(&format!("{} cannot be opened", path.display()), &e))?;
        HistoryStore::prepare(connection, options, true)
    }

    /// A database in memory, gone with this value.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if there is not enough memory.
    pub fn in_memory(options: StoreOptions) -> Result<HistoryStore> {
        let connection = Connection::open_in_memory().map_err(|e| failed("no database in memory", &e))?;
        HistoryStore::prepare(connection, options, false)
    }

    fn prepare(mut connection: Connection, options: StoreOptions, read_only: bool) -> Result<HistoryStore> {
        let cannot = |e: &rusqlite::Error| failed("the file cannot be opened", e);
        // The library panics beyond its range.
        let timeout = options.busy_timeout.min(Duration::from_secs(600));
        connection.busy_timeout(timeout).map_err(|e| cannot(&e))?;
        if read_only {
            let version = schema::check(&connection)?;
            if version != schema::SCHEMA_VERSION {
                let what = format!("the file has schema version {version}; open it for writing once to migrate it");
                return Err(Error::new(ErrorKind::Unsupported, OP, what));
            }
        } else {
            // Before anything is written in it: a stranger's file stays as it is.
            schema::check(&connection)?;
            // Of what is stored in the file nothing runs as a program.
            connection
                .pragma_update(None, "trusted_schema", false)
                .map_err(|e| cannot(&e))?;
            write_ahead(&connection, timeout).map_err(|e| cannot(&e))?;
            // A call that is told to be stored is on the disk.
            connection
                .pragma_update(None, "synchronous", "FULL")
                .map_err(|e| cannot(&e))?;
            schema::migrate(&mut connection)?;
        }
        Ok(HistoryStore {
            connection: Mutex::new(connection),
            options,
        })
    }

    /// A panic elsewhere leaves no transaction open: they end when dropped.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a call; its `id` is ignored, the new one returned. The oldest beyond the limit go.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) without number; [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn add_call(&self, call: &StoredCall) -> Result<i64> {
        let mut connection = self.lock();
        self.write(&mut connection, |transaction| insert(transaction, call))
    }

    /// Stores calls of an import, all or none; those that are there already (same number, type, time and duration) are passed
    /// over. Says how many were new.
    ///
    /// # Errors
    /// As [`add_call`](HistoryStore::add_call).
    pub fn import_calls<'a>(&self, calls: impl IntoIterator<Item = &'a CallRecord>) -> Result<usize> {
        let mut connection = self.lock();
        self.write(&mut connection, |transaction| {
            let mut added = 0;
            for call in calls {
                let there = transaction
                    .prepare_cached(
                        "SELECT 1 FROM calls WHERE number_key = ? AND time = ? AND type = ? AND duration = ? AND number = ?",
                    )
                    .and_then(|mut s| {
                        let key = user_part(&call.number);
                        s.exists(params![key, call.time, call.kind.number(), call.duration, call.number])
                    })
                    .map_err(|e| failed("the calls cannot be read", &e))?;
                if !there {
                    insert(transaction, &StoredCall::new(call.clone()))?;
                    added += 1;
                }
            }
            Ok(added)
        })
    }

    fn write<T>(&self, connection: &mut Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let cannot = |e: &rusqlite::Error| failed("it cannot be stored", e);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|e| cannot(&e))?;
        let done = work(&transaction)?;
        for (table, limit) in [
            ("calls", self.options.max_calls),
            ("messages", self.options.max_messages),
        ] {
            let Some(limit) = limit else { continue };
            let sql = format!(
                "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY time DESC, id DESC LIMIT -1 OFFSET ?)"
            );
            transaction
                .prepare_cached(&sql)
                .and_then(|mut s| s.execute([limit]))
                .map_err(|e| cannot(&e))?;
        }
        transaction.commit().map_err(|e| cannot(&e))?;
        Ok(done)
    }

    pub(crate) fn change<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut connection = self.lock();
        self.write(&mut connection, work)
    }

    /// Writes a call in the place of the one with its `id`. Says whether there was one.
    ///
    /// # Errors
    /// As [`add_call`](HistoryStore::add_call).
    pub fn update_call(&self, call: &StoredCall) -> Result<bool> {
        check_number(&call.call.number)?;
        self.change(|transaction| {
            let c = &call.call;
            let changed = transaction.prepare_cached(
                "UPDATE calls SET number = ?, name = ?, type = ?, time = ?, duration = ?, info = ?, account = ?, call_id = ?,
                 recording = ?, number_key = ?, folded = ? WHERE id = ?",
            );
            changed
                .and_then(|mut s| {
                    s.execute(params![
                        c.number,
                        c.name,
                        c.kind.number(),
                        c.time,
                        c.duration,
                        c.info,
                        call.account,
                        call.call_id,
                        call.recording,
                        user_part(&c.number),
                        folded(&[&c.name, &c.number, &c.info]),
                        call.id
                    ])
                })
                .map(|rows| rows > 0)
                .map_err(|e| failed("the call cannot be changed", &e))
        })
    }

    /// The call with an id.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn call(&self, id: i64) -> Result<Option<StoredCall>> {
        let connection = self.lock();
        let mut statement = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM calls WHERE id = ?"))
            .map_err(|e| failed("the calls cannot be read", &e))?;
        statement
            .query_row([id], read)
            .optional()
            .map_err(|e| failed("the call cannot be read", &e))
    }

    /// The calls a query asks for.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn calls(&self, query: &CallQuery) -> Result<Vec<StoredCall>> {
        let cannot = |e: &rusqlite::Error| failed("the calls cannot be read", e);
        let (condition, values) = query.condition(true);
        let sql = format!("SELECT {COLUMNS} FROM calls WHERE {condition} {}", query.tail());
        let connection = self.lock();
        let mut statement = connection.prepare(&sql).map_err(|e| cannot(&e))?;
        let rows = statement
            .query_map(rusqlite::params_from_iter(values), read)
            .map_err(|e| cannot(&e))?;
        rows.collect::<rusqlite::Result<_>>().map_err(|e| cannot(&e))
    }

    /// How many calls a query's conditions hold for, whatever its limit.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn count_calls(&self, query: &CallQuery) -> Result<u64> {
        let (condition, values) = query.condition(true);
        let sql = format!("SELECT count(*) FROM calls WHERE {condition}");
        let count: i64 = self
            .lock()
            .query_row(&sql, rusqlite::params_from_iter(values), |row| row.get(0))
            .map_err(|e| failed("the calls cannot be counted", &e))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Deletes the call with an id. Says whether there was one.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn delete_call(&self, id: i64) -> Result<bool> {
        self.change(|transaction| {
            let rows = transaction.execute("DELETE FROM calls WHERE id = ?", [id]);
            rows.map(|rows| rows > 0)
                .map_err(|e| failed("the call cannot be deleted", &e))
        })
    }

    /// Deletes the calls a query's conditions hold for, whatever its limit; says how many.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Busy`](ErrorKind::Busy).
    pub fn delete_calls(&self, query: &CallQuery) -> Result<usize> {
        let (condition, values) = query.condition(true);
        self.change(|transaction| {
            let sql = format!("DELETE FROM calls WHERE {condition}");
            let rows = transaction.execute(&sql, rusqlite::params_from_iter(values));
            rows.map_err(|e| failed("the calls cannot be deleted", &e))
        })
    }
}

const COLUMNS: &str = "id, number, name, type, time, duration, info, account, call_id, recording";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredCall> {
    let duration: i64 = row.get(5)?;
    Ok(StoredCall {
        id: row.get(0)?,
        call: CallRecord {
            number: row.get(1)?,
            name: row.get(2)?,
            kind: CallType::from_number(row.get(3)?).unwrap_or_default(),
            time: row.get(4)?,
            duration: u32::try_from(duration.max(0)).unwrap_or(u32::MAX),
            info: row.get(6)?,
        },
        account: row.get(7)?,
        call_id: row.get(8)?,
        recording: row.get(9)?,
    })
}

pub(crate) fn check_number(number: &str) -> Result<()> {
    if number.trim().is_empty() {
        return Err(Error::invalid(OP, "there is no number; every entry needs one"));
    }
    Ok(())
}

/// Texts as a search compares them.
pub(crate) fn folded(texts: &[&str]) -> String {
    texts.join("\n").to_lowercase()
}

fn insert(transaction: &Connection, call: &StoredCall) -> Result<i64> {
    check_number(&call.call.number)?;
    let c = &call.call;
    let done = transaction
        .prepare_cached(
            "INSERT INTO calls (number, name, type, time, duration, info, account, call_id, recording, number_key, folded)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .and_then(|mut s| {
            s.insert(params![
                c.number,
                c.name,
                c.kind.number(),
                c.time,
                c.duration,
                c.info,
                call.account,
                call.call_id,
                call.recording,
                user_part(&c.number),
                folded(&[&c.name, &c.number, &c.info]),
            ])
        });
    done.map_err(|e| failed("the call cannot be stored", &e))
}
