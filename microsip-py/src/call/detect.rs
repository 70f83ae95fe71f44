//! Who speaks in a call, and which tones are heard there.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Outcome, ToPy, detached};
use crate::{event, handle, names, settings};

names!(core::Tap as "Tap" [Received, Sent, Mixed]);
settings!(core::SpeechOptions as "SpeechOptions" { threshold, hangover, tap });
settings!(core::ToneDetection as "ToneDetection" {
    country: |it, code: String| it.country = code.parse()?, tap,
});

impl ToPy for core::HeardTone {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event!(py, "HeardTone" { name: self.name(), frequency_hz: self.frequency_hz() })
    }
}

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
    fn threshold(&self) -> f32 {
        self.0.options().threshold
    }

    #[getter]
    fn hangover<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.options().hangover.to_py(py)
    }

    #[getter]
    fn tap<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.options().tap.to_py(py)
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
    fn country(&self) -> &'static str {
        self.0.detection().country.code()
    }

    #[getter]
    fn tap<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.detection().tap.to_py(py)
    }

    #[getter]
    fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    fn stop(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.stop())
    }
}
