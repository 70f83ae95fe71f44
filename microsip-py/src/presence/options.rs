//! How somebody or something is watched.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, ToPy, detached};
use crate::settings;

settings!(core::ObserveOptions as "ObserveOptions" { expires, retry });

/// For `Account`: watches somebody.
pub fn watch<'py>(
    py: Python<'py>,
    account: &core::Account,
    target: &str,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::ObserveOptions::from_py(options)?;
    Ok(detached(py, || account.watch(target, options))?.to_py(py)?)
}

/// For `Account`: watches a line.
pub fn watch_line<'py>(
    py: Python<'py>,
    account: &core::Account,
    target: &str,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::ObserveOptions::from_py(options)?;
    Ok(detached(py, || account.watch_line(target, options))?.to_py(py)?)
}

/// For `Account`: watches a mailbox.
pub fn watch_mailbox<'py>(
    py: Python<'py>,
    account: &core::Account,
    target: Option<&str>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::ObserveOptions::from_py(options)?;
    Ok(detached(py, || account.watch_mailbox(target, options))?.to_py(py)?)
}
