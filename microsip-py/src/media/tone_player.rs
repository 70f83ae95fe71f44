//! Tones being played.

use std::sync::Arc;

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;

use super::end::{Over, ended, ended_future};
use crate::base::share::Fan;
use crate::base::{Class, Outcome, Timeout, ToPy, detached};

/// What a `microsip.TonePlayer` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct TonePlayer {
    pub player: core::TonePlayer,
    fan: Arc<Fan>,
}

impl ToPy for core::TonePlayer {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: Class = Class::new("TonePlayer");
        let native = TonePlayer {
            player: self.clone(),
            fan: Arc::default(),
        };
        CLASS.call_method1(py, "_of", (Py::new(py, native)?,))
    }
}

#[pymethods]
impl TonePlayer {
    #[getter]
    fn id(&self) -> u64 {
        self.player.node_ref().number()
    }

    #[getter]
    fn tone<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.tone().to_py(py)
    }

    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.player.position().to_py(py)
    }

    #[getter]
    fn is_finished(&self) -> bool {
        self.player.is_finished()
    }

    fn stop(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.player.stop())
    }

    fn wait<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let late = || {
            let at = self.player.position().as_secs_f64();
            format!("{} still sounds after {at:.3} s", self.player.tone())
        };
        let poll = |cx: &mut std::task::Context<'_>| self.player.poll_finished(cx).map(|()| Over);
        ended(py, "wait for tone", timeout, &self.fan, poll, late)
    }

    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let player = self.player.clone();
        ended_future(py, "wait for tone", timeout, &self.fan, move |cx| {
            player.poll_finished(cx).map(|()| Over)
        })
    }
}
