//! Files out of calls and conferences.

use std::path::PathBuf;
use std::sync::Arc;

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;

use super::end::{ended, ended_future};
use crate::base::share::Fan;
use crate::base::{Class, FromPy, Outcome, Timeout, ToPy, detached, model};
use crate::{names, snapshot};

names!(core::RecordFormat as "RecordFormat" [Wav, Opus, Flac]);
snapshot!(core::RecordingInfo as "RecordingInfo" { path, format, rate, channels, samples, dropped, error });

/// What a `microsip.Recorder` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Recorder {
    pub recorder: core::Recorder,
    fan: Arc<Fan>,
}

impl ToPy for core::Recorder {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: Class = Class::new("Recorder");
        let native = Recorder {
            recorder: self.clone(),
            fan: Arc::default(),
        };
        CLASS.call_method1(py, "_of", (Py::new(py, native)?,))
    }
}

#[pymethods]
impl Recorder {
    #[getter]
    fn id(&self) -> u64 {
        self.recorder.node_ref().number()
    }

    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.recorder.path().to_py(py)
    }

    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.recorder.target().to_py(py)
    }

    #[getter]
    fn length<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.recorder.length().to_py(py)
    }

    #[getter]
    fn is_paused(&self) -> bool {
        self.recorder.is_paused()
    }

    #[getter]
    fn is_finished(&self) -> bool {
        self.recorder.is_finished()
    }

    fn pause(&self) -> Outcome<()> {
        Ok(self.recorder.pause()?)
    }

    fn resume(&self) -> Outcome<()> {
        Ok(self.recorder.resume()?)
    }

    fn stop<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(detached(py, || self.recorder.stop())?.to_py(py)?)
    }

    fn wait<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let late = || format!("{} is not finished", self.recorder.path().display());
        let poll = |cx: &mut std::task::Context<'_>| self.recorder.poll_finished(cx);
        ended(py, "wait for recorder", timeout, &self.fan, poll, late)
    }

    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let recorder = self.recorder.clone();
        ended_future(py, "wait for recorder", timeout, &self.fan, move |cx| {
            recorder.poll_finished(cx)
        })
    }
}

/// Rules for names, if that is what it is.
pub fn recording_name(value: &Bound<'_, PyAny>) -> Outcome<Option<core::RecordingName>> {
    if !value.is_instance(&model(value.py(), "RecordingName")?)? {
        return Ok(None);
    }
    let folder = PathBuf::from_py(&value.getattr("folder")?)?;
    let pattern: String = value.getattr("pattern")?.extract()?;
    Ok(Some(core::RecordingName::new(folder, &pattern)?))
}

/// Raises what is wrong with rules for names.
#[pyfunction]
pub fn check_recording_name(folder: &Bound<'_, PyAny>, pattern: &str) -> Outcome<()> {
    core::RecordingName::new(PathBuf::from_py(folder)?, pattern)?;
    Ok(())
}

#[pyfunction]
pub fn recording_path<'py>(
    py: Python<'py>,
    folder: &Bound<'py, PyAny>,
    pattern: &str,
    call: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let name = core::RecordingName::new(PathBuf::from_py(folder)?, pattern)?;
    Ok(name.path_of(&core::Call::from_py(call)?).to_py(py)?)
}
