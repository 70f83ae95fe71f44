//! Call history: the database, exports, the line of the settings file.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use microsip_core::compat::contacts::{Contact, ContactBook, CsvOptions};
use microsip_core::compat::history::{
    self, CallQuery, CallRecord, CallType, HistoryImport, MessageRecord, Order, StoreOptions, StoredCall,
    StoredMessage, TimeFormat,
};
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDelta, PyTzInfo};

use super::lock;
use crate::base::{Bytes, Fault, FromPy, Origin, Outcome, ToPy, list_of, made, settings_field};
use crate::{event, names};

names!(CallType as "compat.CallType" [Outgoing, Incoming, Missed, Elsewhere]);
names!(Order as "compat.Order" [NewestFirst, OldestFirst]);
names!(TimeFormat as "compat.TimeFormat" [Rfc3339, Unix]);

/// Seconds since 1970, as an aware datetime; what no datetime can say becomes the first or last there is.
struct When(i64);

impl ToPy for When {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let seconds = self.0.clamp(-62_135_596_800, 253_402_300_799);
        let utc = PyTzInfo::utc(py)?;
        let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?;
        // i32 holds the days of all datetimes.
        let days = i32::try_from(seconds.div_euclid(86_400)).unwrap_or_default();
        let rest = i32::try_from(seconds.rem_euclid(86_400)).unwrap_or_default();
        epoch.call_method1("__add__", (PyDelta::new(py, days, rest, 0, true)?,))
    }
}

impl FromPy for When {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(seconds) = value.extract::<i64>() {
            return Ok(When(seconds));
        }
        if value.is_instance_of::<PyDateTime>() {
            if value.getattr("tzinfo")?.is_none() {
                return Err(Fault::value_error("the datetime has no time zone; give it one").into());
            }
            let seconds: f64 = value.call_method0("timestamp")?.extract()?;
            return Ok(When(seconds.floor() as i64));
        }
        let seconds: f64 = value
            .extract()
            .map_err(|_| Fault::type_error("expected a datetime, or seconds since 1970"))?;
        Ok(When(seconds.floor() as i64))
    }
}

/// Reads one field of a dataclass.
fn read<T: FromPy>(from: &Bound<'_, PyAny>, class: &str, name: &str) -> PyResult<Option<T>> {
    let mut value = None;
    settings_field(from, class, name, &mut value)?;
    Ok(value)
}

fn check(from: &Bound<'_, PyAny>, class: &'static str) -> PyResult<()> {
    let class_object = crate::base::model(from.py(), class)?;
    match from.is_instance(&class_object)? {
        true => Ok(()),
        false => Err(Fault::type_error(format!("expected a {class}, not {}", from.get_type())).into()),
    }
}

impl ToPy for CallRecord {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event!(py, "compat.CallRecord" {
            number: self.number, name: self.name, kind: self.kind, time: When(self.time), duration: self.duration,
            info: self.info,
        })
    }
}

impl FromPy for CallRecord {
    fn from_py(from: &Bound<'_, PyAny>) -> PyResult<Self> {
        const CLASS: &str = "compat.CallRecord";
        check(from, CLASS)?;
        let kind = read(from, CLASS, "kind")?.unwrap_or_default();
        let time = read::<When>(from, CLASS, "time")?.map_or(0, |when| when.0);
        let number: String = read(from, CLASS, "number")?.unwrap_or_default();
        Ok(CallRecord::new(kind, number, time)
            .name(read::<String>(from, CLASS, "name")?.unwrap_or_default())
            .duration(read(from, CLASS, "duration")?.unwrap_or_default())
            .info(read::<String>(from, CLASS, "info")?.unwrap_or_default()))
    }
}

impl ToPy for StoredCall {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event!(py, "compat.StoredCall" {
            call: self.call, id: self.id, account: self.account, call_id: self.call_id, recording: self.recording,
        })
    }
}

impl FromPy for StoredCall {
    fn from_py(from: &Bound<'_, PyAny>) -> PyResult<Self> {
        const CLASS: &str = "compat.StoredCall";
        // A record alone is one, too.
        if !from.hasattr("call")? {
            return CallRecord::from_py(from).map(StoredCall::new);
        }
        check(from, CLASS)?;
        let call = CallRecord::from_py(&from.getattr("call")?)?;
        let mut stored = StoredCall::new(call)
            .account(read::<String>(from, CLASS, "account")?.unwrap_or_default())
            .call_id(read::<String>(from, CLASS, "call_id")?.unwrap_or_default())
            .recording(read::<String>(from, CLASS, "recording")?.unwrap_or_default());
        stored.id = read(from, CLASS, "id")?.unwrap_or_default();
        Ok(stored)
    }
}

impl ToPy for MessageRecord {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event!(py, "compat.MessageRecord" {
            number: self.number, name: self.name, outgoing: self.outgoing, time: When(self.time), text: self.text,
            status: self.status,
        })
    }
}

impl FromPy for MessageRecord {
    fn from_py(from: &Bound<'_, PyAny>) -> PyResult<Self> {
        const CLASS: &str = "compat.MessageRecord";
        check(from, CLASS)?;
        let time = read::<When>(from, CLASS, "time")?.map_or(0, |when| when.0);
        let outgoing = read(from, CLASS, "outgoing")?.unwrap_or_default();
        let number: String = read(from, CLASS, "number")?.unwrap_or_default();
        let text: String = read(from, CLASS, "text")?.unwrap_or_default();
        Ok(MessageRecord::new(outgoing, number, time, text)
            .name(read::<String>(from, CLASS, "name")?.unwrap_or_default())
            .status(read(from, CLASS, "status")?.unwrap_or_default()))
    }
}

impl ToPy for StoredMessage {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event!(py, "compat.StoredMessage" { message: self.message, id: self.id })
    }
}

impl FromPy for CallQuery {
    fn from_py(from: &Bound<'_, PyAny>) -> PyResult<Self> {
        const CLASS: &str = "compat.CallQuery";
        check(from, CLASS)?;
        let mut query = CallQuery::new();
        if let Some(number) = read::<String>(from, CLASS, "number")? {
            query = match read(from, CLASS, "exact")?.unwrap_or_default() {
                true => query.exact_number(&number),
                false => query.number(&number),
            };
        }
        for kind in read::<Vec<CallType>>(from, CLASS, "kinds")?.unwrap_or_default() {
            query = query.kind(kind);
        }
        if let Some(When(time)) = read(from, CLASS, "since")? {
            query = query.from(time);
        }
        if let Some(When(time)) = read(from, CLASS, "before")? {
            query = query.before(time);
        }
        if let Some(text) = read::<String>(from, CLASS, "text")? {
            query = query.text(&text);
        }
        if let Some(order) = read(from, CLASS, "order")? {
            query = query.order(order);
        }
        if let Some(limit) = read(from, CLASS, "limit")? {
            query = query.limit(limit);
        }
        Ok(query.offset(read(from, CLASS, "offset")?.unwrap_or_default()))
    }
}

/// What a `microsip.compat.HistoryStore` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct HistoryStore(Mutex<Option<Arc<history::HistoryStore>>>, Origin);

impl Drop for HistoryStore {
    fn drop(&mut self) {
        // SQLite forbids to close what a fork has inherited.
        if !self.1.is_here() {
            std::mem::forget(lock(&self.0).take());
        }
    }
}

impl HistoryStore {
    fn core(&self, py: Python<'_>) -> Outcome<Arc<history::HistoryStore>> {
        self.1.check(py, "history")?;
        let store = lock(&self.0).clone();
        store.ok_or_else(|| made(py, "gone", "history", "the database was closed"))
    }
}

#[pymethods]
impl HistoryStore {
    /// `None` for `path`: in memory. A limit of 0 is none.
    #[staticmethod]
    fn open(
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        read_only: bool,
        max_calls: Option<u32>,
        max_messages: Option<u32>,
        busy_timeout: &Bound<'_, PyAny>,
    ) -> Outcome<HistoryStore> {
        let path = Option::<PathBuf>::from_py(path)?;
        let mut options = StoreOptions::default();
        if let Some(limit) = max_calls {
            options.max_calls = Some(limit).filter(|limit| *limit > 0);
        }
        if let Some(limit) = max_messages {
            options.max_messages = Some(limit).filter(|limit| *limit > 0);
        }
        if let Some(timeout) = Option::<Duration>::from_py(busy_timeout)? {
            options.busy_timeout = timeout;
        }
        let store = crate::base::apart(py, || match &path {
            None => history::HistoryStore::in_memory(options),
            Some(path) if read_only => history::HistoryStore::open_read_only(path, options),
            Some(path) => history::HistoryStore::open(path, options),
        })?;
        Ok(HistoryStore(Mutex::new(Some(Arc::new(store))), Origin::here()))
    }

    fn close(&self, py: Python<'_>) {
        let store = lock(&self.0).take();
        crate::base::apart(py, || drop(store));
    }

    fn add_call(&self, py: Python<'_>, call: &Bound<'_, PyAny>) -> Outcome<i64> {
        let (store, call) = (self.core(py)?, StoredCall::from_py(call)?);
        Ok(crate::base::apart(py, || store.add_call(&call))?)
    }

    fn import_calls(&self, py: Python<'_>, calls: &Bound<'_, PyAny>) -> Outcome<usize> {
        let (store, calls) = (self.core(py)?, Vec::<CallRecord>::from_py(calls)?);
        Ok(crate::base::apart(py, || store.import_calls(&calls))?)
    }

    fn update_call(&self, py: Python<'_>, call: &Bound<'_, PyAny>) -> Outcome<bool> {
        let (store, call) = (self.core(py)?, StoredCall::from_py(call)?);
        Ok(crate::base::apart(py, || store.update_call(&call))?)
    }

    fn call<'py>(&self, py: Python<'py>, id: i64) -> Outcome<Bound<'py, PyAny>> {
        let store = self.core(py)?;
        Ok(crate::base::apart(py, || store.call(id))?.to_py(py)?)
    }

    fn calls<'py>(&self, py: Python<'py>, query: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let (store, query) = (self.core(py)?, CallQuery::from_py(query)?);
        Ok(list_of(py, crate::base::apart(py, || store.calls(&query))?)?.into_any())
    }

    fn count_calls(&self, py: Python<'_>, query: &Bound<'_, PyAny>) -> Outcome<u64> {
        let (store, query) = (self.core(py)?, CallQuery::from_py(query)?);
        Ok(crate::base::apart(py, || store.count_calls(&query))?)
    }

    fn delete_call(&self, py: Python<'_>, id: i64) -> Outcome<bool> {
        let store = self.core(py)?;
        Ok(crate::base::apart(py, || store.delete_call(id))?)
    }

    fn delete_calls(&self, py: Python<'_>, query: &Bound<'_, PyAny>) -> Outcome<usize> {
        let (store, query) = (self.core(py)?, CallQuery::from_py(query)?);
        Ok(crate::base::apart(py, || store.delete_calls(&query))?)
    }

    fn add_message(&self, py: Python<'_>, message: &Bound<'_, PyAny>) -> Outcome<i64> {
        let (store, message) = (self.core(py)?, MessageRecord::from_py(message)?);
        Ok(crate::base::apart(py, || store.add_message(&message))?)
    }

    fn set_message_status(&self, py: Python<'_>, id: i64, status: u16) -> Outcome<bool> {
        let store = self.core(py)?;
        Ok(crate::base::apart(py, || store.set_message_status(id, status))?)
    }

    fn messages<'py>(&self, py: Python<'py>, query: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let (store, query) = (self.core(py)?, CallQuery::from_py(query)?);
        Ok(list_of(py, crate::base::apart(py, || store.messages(&query))?)?.into_any())
    }

    fn delete_messages(&self, py: Python<'_>, query: &Bound<'_, PyAny>) -> Outcome<usize> {
        let (store, query) = (self.core(py)?, CallQuery::from_py(query)?);
        Ok(crate::base::apart(py, || store.delete_messages(&query))?)
    }

    fn contacts<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let store = self.core(py)?;
        Ok(list_of(py, crate::base::apart(py, || store.contacts())?)?.into_any())
    }

    fn replace_contacts(&self, py: Python<'_>, contacts: &Bound<'_, PyAny>) -> Outcome<()> {
        let store = self.core(py)?;
        let book = ContactBook::from_contacts(Vec::<Contact>::from_py(contacts)?)?;
        Ok(crate::base::apart(py, || store.replace_contacts(&book))?)
    }
}

/// `format`: `"csv"`, `"xml"` or `"json"`.
#[pyfunction]
pub fn write_calls<'py>(
    py: Python<'py>,
    calls: &Bound<'py, PyAny>,
    format: &str,
    times: &Bound<'py, PyAny>,
    bom: bool,
    guard_formulas: bool,
) -> Outcome<Bound<'py, PyAny>> {
    let (calls, times) = (Vec::<CallRecord>::from_py(calls)?, TimeFormat::from_py(times)?);
    let csv = CsvOptions::default().bom(bom).guard_formulas(guard_formulas);
    let bytes = match format {
        "csv" => history::write_calls_csv(&calls, times, &csv)?,
        "xml" => history::write_calls_xml(&calls, times).into_bytes(),
        "json" => history::write_calls_json(&calls)?.into_bytes(),
        other => return Err(no_format(other)),
    };
    Ok(Bytes(bytes).to_py(py)?)
}

#[pyfunction]
pub fn read_calls<'py>(
    py: Python<'py>,
    content: &Bound<'py, PyAny>,
    format: &str,
    guard_formulas: bool,
) -> Outcome<Bound<'py, PyAny>> {
    let content = Bytes::from_py(content)?.0;
    let csv = CsvOptions::default().guard_formulas(guard_formulas);
    let HistoryImport { calls, warnings, .. } = match format {
        "csv" => history::read_calls_csv(&content, &csv)?,
        "xml" => history::read_calls_xml(&content)?,
        "json" => history::read_calls_json(&content)?,
        other => return Err(no_format(other)),
    };
    Ok(event!(py, "compat.HistoryImport" { calls: calls, warnings: warnings })?)
}

fn no_format(name: &str) -> Fault {
    Fault::value_error(format!("{name:?} is no format of calls; csv, xml and json are"))
}

/// The ini value of a call.
#[pyfunction]
pub fn line_of_call(call: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(CallRecord::from_py(call)?.to_ini_line())
}

/// The call of an ini value.
#[pyfunction]
pub fn call_of_line<'py>(py: Python<'py>, line: &str) -> Outcome<Bound<'py, PyAny>> {
    Ok(CallRecord::from_ini_line(line).to_py(py)?)
}
