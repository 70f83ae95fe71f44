//! The table of a line's dialogs.

use std::sync::{Mutex, MutexGuard, PoisonError};

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, ToPy};

/// What a `microsip.LineTable` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct LineTable(Mutex<core::LineTable>);

impl LineTable {
    fn lock(&self) -> MutexGuard<'_, core::LineTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl LineTable {
    #[new]
    fn new() -> LineTable {
        LineTable(Mutex::default())
    }

    fn reset(&self) {
        self.lock().reset();
    }

    fn apply<'py>(&self, py: Python<'py>, document: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let document = core::DialogInfo::from_py(document)?;
        let update = self.lock().apply(&document);
        Ok(update.to_py(py)?)
    }

    #[getter]
    fn needs_refresh(&self) -> bool {
        self.lock().needs_refresh()
    }

    #[getter]
    fn version(&self) -> Option<u32> {
        self.lock().version()
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // Python may run something else meanwhile: not under the lock.
        let info = self.lock().info();
        info.to_py(py)
    }
}
