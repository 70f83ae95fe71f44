//! Errors of the library as exceptions of `microsip.exceptions`.

use microsip_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::{Class, ToPy};

/// What a function of ours fails with.
pub enum Fault {
    /// An error of the library.
    Core(core::Error),
    /// An exception that is raised already, or one of Python's own.
    Py(PyErr),
}

/// What a function of ours returns.
pub type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// An argument of a wrong type.
    pub fn type_error(message: impl Into<String>) -> Fault {
        Fault::Py(PyTypeError::new_err(message.into()))
    }

    /// An argument of a wrong value: `InvalidArgumentError`.
    pub fn value_error(message: impl Into<String>) -> Fault {
        let message = message.into();
        Python::attach(|py| super::made(py, "invalid_argument", "argument", &message))
    }
}

impl From<core::Error> for Fault {
    fn from(error: core::Error) -> Self {
        Fault::Core(error)
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Fault::Py(error)
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Py(error) => error,
            Fault::Core(error) => Python::attach(|py| match error.to_py(py) {
                Ok(value) => PyErr::from_value(value),
                Err(e) => e,
            }),
        }
    }
}

static RAISE: Class = Class::new("_from_native");

/// The exception that stands for an error, not raised.
impl ToPy for core::Error {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let raise = RAISE.get(py)?;
        let _inside = super::life::enter(py);
        raise.call1((
            self.kind().name(),
            self.operation(),
            self.message(),
            self.code(),
            self.sip_status().map(|code| code.code()),
            self.pj_status(),
            self.tls_refusal().map(core::TlsRefusal::name),
        ))
    }
}
