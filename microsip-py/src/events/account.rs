//! Events of accounts and of the endpoint as a whole.

use microsip_core::Event;
use pyo3::prelude::*;

use crate::event;

pub fn to_py<'py>(py: Python<'py>, event: &Event) -> Option<PyResult<Bound<'py, PyAny>>> {
    let to_py = || -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(Some(match event {
            Event::Registration { account, info } => event!(py, "RegistrationChanged" { account, info })?,
            Event::Lagged { missed } => event!(py, "Lagged" { missed })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}
