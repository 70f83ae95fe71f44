//! Listening to calls: for tones of the network, and for speech.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, ToPy, detached};
use crate::call::Call;
use crate::{handle, settings, snapshot};

settings!(core::SpeechOptions as "SpeechOptions" { threshold, hangover, tap });
settings!(core::ToneDetection as "ToneDetection" { country, tap });
snapshot!(core::SpeechOptions as "SpeechOptions" { threshold, hangover, tap });
snapshot!(core::ToneDetection as "ToneDetection" { country, tap });
snapshot!(core::HeardTone as "HeardTone" { name = |it| it.name(), frequency_hz = |it| it.frequency_hz() });
handle!(SpeechDetector, core::SpeechDetector, "SpeechDetector");
handle!(ToneDetector, core::ToneDetector, "ToneDetector");

#[pymethods]
impl SpeechDetector {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    #[getter]
    fn call<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.call().to_py(py)
    }

    #[getter]
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.options().to_py(py)
    }

    #[getter]
    fn is_speaking(&self) -> bool {
        self.0.is_speaking()
    }

    #[getter]
    fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    fn stop(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.stop())
    }
}

#[pymethods]
impl ToneDetector {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    #[getter]
    fn call<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.call().to_py(py)
    }

    #[getter]
    fn detection<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.detection().to_py(py)
    }

    #[getter]
    fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    fn stop(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.stop())
    }
}

#[pyfunction]
pub fn detect_speech<'py>(
    py: Python<'py>,
    call: &Bound<'py, Call>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (call, options) = (&call.get().0, core::SpeechOptions::from_py(options)?);
    Ok(detached(py, || call.detect_speech(options))?.to_py(py)?)
}

#[pyfunction]
pub fn detect_tones<'py>(
    py: Python<'py>,
    call: &Bound<'py, Call>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (call, detection) = (&call.get().0, core::ToneDetection::from_py(options)?);
    Ok(detached(py, || call.detect_tones(detection))?.to_py(py)?)
}
