//! Files into calls and conferences.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;

use super::end::{ended, ended_future};
use crate::base::share::Fan;
use crate::base::{Class, FromPy, Outcome, Timeout, ToPy, detached, snapshot_class};

/// How something that was played ended.
#[derive(Clone)]
pub enum End {
    Finished,
    Stopped,
    TargetEnded,
    Failed(core::Error),
}

impl From<core::PlayEnd> for End {
    fn from(end: core::PlayEnd) -> End {
        match end {
            core::PlayEnd::Finished => End::Finished,
            core::PlayEnd::TargetEnded => End::TargetEnded,
            core::PlayEnd::Failed(error) => End::Failed(error),
            _ => End::Stopped,
        }
    }
}

impl ToPy for End {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: Class = Class::new("PlayEnd");
        static REASON: Class = Class::new("PlayEndReason");
        let (name, error) = match self {
            End::Finished => ("finished", None),
            End::Stopped => ("stopped", None),
            End::TargetEnded => ("target_ended", None),
            End::Failed(error) => ("failed", Some(error)),
        };
        let reason = REASON.call1(py, (name,))?;
        snapshot_class(py, &CLASS, &["reason", "error"])?.call1((reason, error.to_py(py)?))
    }
}

impl ToPy for core::PlayEnd {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        End::from(self.clone()).to_py(py)
    }
}

/// What a `microsip.Player` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Player {
    pub player: core::Player,
    fan: Arc<Fan>,
}

impl ToPy for core::Player {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: Class = Class::new("Player");
        let native = Player {
            player: self.clone(),
            fan: Arc::default(),
        };
        CLASS.call_method1(py, "_of", (Py::new(py, native)?,))
    }
}

#[pymethods]
impl Player {
    #[getter]
    fn id(&self) -> u64 {
        self.player.node_ref().number()
    }

    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.target().to_py(py)
    }

    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.position().to_py(py)
    }

    #[getter]
    fn length<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.length().to_py(py)
    }

    #[getter]
    fn index(&self) -> usize {
        self.player.index()
    }

    #[getter]
    fn file<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.file().to_py(py)
    }

    #[getter]
    fn missed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.missed().to_py(py)
    }

    #[getter]
    fn end<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.end().to_py(py)
    }

    #[getter]
    fn is_paused(&self) -> bool {
        self.player.is_paused()
    }

    fn pause(&self) -> Outcome<()> {
        Ok(self.player.pause()?)
    }

    fn resume(&self) -> Outcome<()> {
        Ok(self.player.resume()?)
    }

    #[getter]
    fn gain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.gain().to_py(py)
    }

    fn set_gain(&self, gain: &Bound<'_, PyAny>) -> Outcome<()> {
        Ok(self.player.set_gain(core::Gain::from_py(gain)?)?)
    }

    fn seek(&self, py: Python<'_>, to: &Bound<'_, PyAny>) -> Outcome<()> {
        let to = Duration::from_py(to)?;
        detached(py, || self.player.seek(to))
    }

    fn skip(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.player.skip())
    }

    fn add(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> Outcome<()> {
        let path = PathBuf::from_py(path)?;
        detached(py, || self.player.add(&path))
    }

    fn stop(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.player.stop())
    }

    fn wait<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let late = || {
            let at = self.player.position().as_secs_f64();
            format!("still at {at:.3} s of {}", self.player.file().display())
        };
        let poll = |cx: &mut std::task::Context<'_>| self.player.poll_finished(cx);
        ended(py, "wait for player", timeout, &self.fan, poll, late)
    }

    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let player = self.player.clone();
        ended_future(py, "wait for player", timeout, &self.fan, move |cx| {
            player.poll_finished(cx)
        })
    }
}
