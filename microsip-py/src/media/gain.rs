//! How much louder or softer, and how loud.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Fault, FromPy, Outcome, ToPy, detached, model};
use crate::call::Call;
use crate::snapshot;

snapshot!(core::Gain as "Gain" { factor = |it| it.as_factor() });
snapshot!(core::Levels as "Levels" { received_dbov, sent_dbov });

/// A number is one of decibels.
impl FromPy for core::Gain {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(db) = value.extract::<f64>() {
            return of_db(db as f32);
        }
        if !value.is_instance(&model(value.py(), "Gain")?)? {
            return Err(Fault::type_error(format!("expected a Gain or decibels, not {}", value.get_type())).into());
        }
        let factor: f64 = value.getattr("factor")?.extract()?;
        Ok(core::Gain::factor(factor as f32).map_err(Fault::from)?)
    }
}

fn of_db(db: f32) -> PyResult<core::Gain> {
    if db == f32::NEG_INFINITY {
        return Ok(core::Gain::SILENT);
    }
    Ok(core::Gain::db(db).map_err(Fault::from)?)
}

/// The factor of a gain in decibels, as exact as the bridge has it.
#[pyfunction]
pub fn gain_of_db(db: f64) -> PyResult<f32> {
    Ok(of_db(db as f32)?.as_factor())
}

/// A factor, as exact as the bridge has it.
#[pyfunction]
pub fn gain_of_factor(factor: f64) -> Outcome<f32> {
    Ok(core::Gain::factor(factor as f32)?.as_factor())
}

#[pyfunction]
pub fn levels<'py>(py: Python<'py>, call: &Bound<'py, Call>) -> Outcome<Bound<'py, PyAny>> {
    let call = &call.get().0;
    Ok(detached(py, || call.levels())?.to_py(py)?)
}

#[pyfunction]
pub fn set_gain(
    py: Python<'_>,
    call: &Bound<'_, Call>,
    received: &Bound<'_, PyAny>,
    sent: &Bound<'_, PyAny>,
) -> Outcome<()> {
    let (received, sent) = (core::Gain::from_py(received)?, core::Gain::from_py(sent)?);
    let call = &call.get().0;
    detached(py, || call.set_gain(received, sent))
}
