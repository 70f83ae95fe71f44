//! The call list: the ring in the settings file and the database beside it (reference section 9.6).

use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::calls::{LiveCall, whole_seconds};
use super::dial::unix;
use super::worker::Worker;
use super::{Loaded, PhoneEvent};
use crate::compat::history::{
    CallQuery, CallRecord, CallType, HistoryStore, MessageQuery, MessageRecord, StoreOptions, StoredCall, StoredMessage,
};
use crate::{CallInfo, Direction, Error, ErrorKind, Result};

type Job = Box<dyn FnOnce(&HistoryStore) + Send>;

/// The database, written by a thread of its own: it waits for the disk, calls do not.
#[derive(Default)]
pub(super) struct History {
    store: Option<Arc<HistoryStore>>,
    jobs: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

impl History {
    /// Opens the database, if one is wanted. A broken one is told, and the phone goes on without.
    pub(super) fn open(loaded: &Loaded) -> (History, Vec<Error>) {
        if !loaded.extensions.database {
            return (History::default(), Vec::new());
        }
        let path = file(loaded);
        let store = match HistoryStore::open(&path, StoreOptions::default()) {
            Ok(store) => Arc::new(store),
            Err(e) => return (History::default(), vec![e]),
        };
        let mut problems = Vec::new();
        // What the ring has from before the database, or from MicroSIP itself; calls that are there are not taken twice.
        let ring: Vec<CallRecord> = loaded
            .ini
            .calls()
            .into_values()
            .filter_map(CallRecord::from_ini_line)
            .collect();
        if let Err(e) = store.import_calls(&ring) {
            problems.push(e);
        }
        let (jobs, queue) = mpsc::channel::<Job>();
        let of_writer = Arc::clone(&store);
        let writer = std::thread::Builder::new()
            .name("microsip-history".into())
            .spawn(move || queue.iter().for_each(|job| job(&of_writer)));
        match writer {
            Ok(writer) => {
                let history = History {
                    store: Some(store),
                    jobs: Some(jobs),
                    writer: Some(writer),
                };
                (history, problems)
            }
            Err(e) => {
                let what = format!("the system gives no thread: {e}");
                problems.push(crate::FailureCode::IoFailed.error("history", what));
                (History::default(), problems)
            }
        }
    }

    fn write(&self, job: impl FnOnce(&HistoryStore) -> Result<()> + Send + 'static) {
        let job: Job = Box::new(move |store| {
            if let Err(e) = job(store) {
                tracing::error!("history: {e}");
            }
        });
        if let Some(jobs) = &self.jobs {
            drop(jobs.send(job));
        }
    }

    /// Has something read, after all that was written before.
    fn read<T: Send + 'static>(&self, job: impl FnOnce(&HistoryStore) -> Result<T> + Send + 'static) -> Result<T> {
        let none = || {
            Error::new(
                ErrorKind::WrongState,
                "history",
                "there is no database; set database=1 in [Extensions]",
            )
        };
        let jobs = self.jobs.as_ref().ok_or_else(none)?;
        let (sender, answer) = mpsc::sync_channel(1);
        drop(jobs.send(Box::new(move |store| drop(sender.send(job(store))))));
        answer.recv().map_err(|_| none())?
    }

    /// Writes what waits to be written.
    pub(super) fn close(&mut self) {
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            drop(writer.join());
        }
        self.store = None;
    }
}

/// Where the database is.
pub(super) fn file(loaded: &Loaded) -> PathBuf {
    let beside = loaded.place.settings.parent().unwrap_or(std::path::Path::new("."));
    match loaded.extensions.database_file.as_str() {
        // Each settings file has its own.
        "" => loaded.place.settings.with_extension("db"),
        path => beside.join(path),
    }
}

impl Worker {
    /// Writes a call that is over to the ring and to the database, at once.
    pub(super) fn record_in_history(&mut self, line: &LiveCall, info: &CallInfo) {
        let (text, elsewhere) = Self::end_text(info);
        let answered = info.confirmed.is_some();
        let kind = match info.direction {
            Direction::Outgoing => CallType::Outgoing,
            Direction::Incoming if elsewhere => CallType::Elsewhere,
            Direction::Incoming if answered || line.hung_up => CallType::Incoming,
            Direction::Incoming => CallType::Missed,
        };
        let record = CallRecord::new(kind, line.number.as_str(), unix(info.started))
            .name(line.name.as_str())
            .duration(if answered { whole_seconds(info.duration()) } else { 0 })
            .info(text);
        let text = record.to_ini_line();
        // What the file's code page has no letters for is no reason to lose a call.
        let plain = text.replace(|c: char| !c.is_ascii(), "?");
        let last = self.take_last();
        let pushed = self.store(move |ini, _| {
            if let Some(last) = &last {
                // As above; the call is more than the memory of the number.
                let _ = ini.set("Settings", "lastCallNumber", last);
            }
            ini.push_call(&text).or_else(|_| ini.push_call(&plain)).map(drop)
        });
        if let Err(e) = pushed {
            self.problem(e);
        }
        let mut stored = StoredCall::new(record.clone())
            .account(line.account.as_str())
            .call_id(info.sip_call_id.to_string());
        if let Some(path) = &line.recording {
            stored = stored.recording(path.display().to_string());
        }
        self.history.write(move |store| store.add_call(&stored).map(drop));
        self.tell(PhoneEvent::Recorded(record));
    }

    /// Writes a message; its place is known once that is done.
    pub(super) fn record_message(&self, message: MessageRecord) -> Arc<OnceLock<i64>> {
        let id = Arc::new(OnceLock::new());
        let place = Arc::clone(&id);
        self.history.write(move |store| {
            let _ = place.set(store.add_message(&message)?);
            Ok(())
        });
        id
    }

    pub(super) fn message_delivered(&self, id: Arc<OnceLock<i64>>, status: u16) {
        self.history.write(move |store| match id.get() {
            Some(id) => store.set_message_status(*id, status).map(drop),
            None => Ok(()),
        });
    }

    /// Another database was chosen.
    pub(super) fn reopen_history(&mut self) {
        self.history.close();
        let (history, problems) = History::open(&self.loaded);
        self.history = history;
        problems.into_iter().for_each(|e| self.problem(e));
        self.contacts_changed();
    }

    pub(super) fn contacts_changed(&self) {
        let book = self.contacts.book().clone();
        self.history.write(move |store| store.replace_contacts(&book));
    }

    pub(super) fn history_views(&self, query: CallQuery) -> Result<Value> {
        let calls = self.history.read(move |store| store.calls(&query))?;
        Ok(calls.iter().map(call_view).collect())
    }

    pub(super) fn message_views(&self, query: MessageQuery) -> Result<Value> {
        let messages = self.history.read(move |store| store.messages(&query))?;
        Ok(messages.iter().map(message_view).collect())
    }
}

/// What a request asks of the calls.
pub(super) fn query(
    text: Option<&str>,
    number: Option<&str>,
    kind: Option<&str>,
    limit: Option<u32>,
) -> Result<CallQuery> {
    let mut query = CallQuery::new().limit(limit.unwrap_or(50).min(1000));
    if let Some(text) = text {
        query = query.text(text);
    }
    if let Some(number) = number {
        query = query.number(number);
    }
    if let Some(kind) = kind {
        let found = CallType::from_name(kind).ok_or_else(|| {
            Error::invalid(
                "history",
                format!("{kind:?} is no kind; outgoing, incoming, missed, elsewhere are"),
            )
        })?;
        query = query.kind(found);
    }
    Ok(query)
}

/// A call of the database, as JSON.
pub(super) fn call_view(stored: &StoredCall) -> Value {
    let call = &stored.call;
    let mut view = json!({
        "id": stored.id,
        "kind": call.kind.name(),
        "number": call.number,
        "time": call.time,
        "duration": call.duration,
        "info": call.info,
    });
    for (name, value) in [
        ("name", &call.name),
        ("account", &stored.account),
        ("sip_call_id", &stored.call_id),
        ("recording", &stored.recording),
    ] {
        if !value.is_empty() {
            view[name] = json!(value);
        }
    }
    view
}

/// A message of the database, as JSON.
pub(super) fn message_view(stored: &StoredMessage) -> Value {
    let message = &stored.message;
    json!({
        "id": stored.id,
        "direction": if message.outgoing { "outgoing" } else { "incoming" },
        "number": message.number,
        "name": message.name,
        "time": message.time,
        "text": message.text,
        "status": message.status,
    })
}
