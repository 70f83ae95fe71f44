//! Microphones and loudspeakers.

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyMapping};

use super::node::Node;
use crate::base::{Fault, FromPy, Outcome, ToPy, detached, list_of, model, settings_field, settings_named};
use crate::endpoint::Endpoint;
use crate::{handle, names, settings, snapshot};

names!(core::DeviceDirection as "DeviceDirection" [Input, Output]);
names!(core::DeviceRole as "DeviceRole" [Input, Output, Ringing]);
names!(core::DeviceFallback as "DeviceFallback" [Default, Silence]);
names!(core::EchoCanceller as "EchoCanceller" [Speex, Aec3]);
snapshot!(core::AudioDevice as "AudioDevice" { id, name, direction, is_default });
snapshot!(core::DeviceLevel as "DeviceLevel" { rms_dbov, peak_dbov });
snapshot!(core::DeviceStats as "DeviceStats" {
    rate, under_runs, over_runs, callbacks, queued_ms, device_ms, drift_ppm,
});
settings!(core::EchoCancellation as "EchoCancellation" { canceller, tail, suppression_db });
settings!(core::VoiceProcessing as "VoiceProcessing" {
    echo: |it, echo: core::EchoCancellation| it.echo = Some(echo),
    noise_suppression_db: |it, db: f32| it.noise_suppression_db = Some(db),
    gain_target_dbov: |it, dbov: f32| it.gain_target_dbov = Some(dbov),
});
handle!(AudioDevices, core::AudioDevices, "AudioDevices");

/// A text is read as the library reads it; a device means itself.
impl FromPy for core::DeviceChoice {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.extract::<String>() {
            let Ok(choice) = text.parse();
            return Ok(choice);
        }
        let py = value.py();
        if value.is_instance(&model(py, "AudioDevice")?)? {
            return Ok(core::DeviceChoice::Id(value.getattr("id")?.extract()?));
        }
        if !value.is_instance(&model(py, "DeviceChoice")?)? {
            let text = format!(
                "expected a DeviceChoice, an AudioDevice or a text, not {}",
                value.get_type()
            );
            return Err(Fault::type_error(text).into());
        }
        let id: Option<String> = value.getattr("id")?.extract()?;
        let name: Option<String> = value.getattr("name")?.extract()?;
        match (id, name) {
            (Some(id), None) => Ok(core::DeviceChoice::Id(id)),
            (None, Some(name)) => Ok(core::DeviceChoice::Name(name)),
            (None, None) => Ok(core::DeviceChoice::Default),
            (Some(_), Some(_)) => {
                Err(Fault::value_error("a device is chosen by its id or by its name, not both").into())
            }
        }
    }
}

/// `None` leaves the default, `False` is no device.
fn choice(from: &Bound<'_, PyAny>, name: &'static str, into: &mut Option<core::DeviceChoice>) -> PyResult<()> {
    let value = from.getattr(name)?;
    if value.is_none() {
        return Ok(());
    }
    *into = match value.cast::<PyBool>() {
        Ok(flag) if !flag.is_true() => None,
        Ok(_) => Some(core::DeviceChoice::Default),
        Err(_) => {
            let choice = core::DeviceChoice::from_py(&value);
            Some(choice.map_err(|e| settings_named(from.py(), "AudioDeviceOptions", name, e))?)
        }
    };
    Ok(())
}

impl FromPy for core::AudioDeviceOptions {
    fn from_py(from: &Bound<'_, PyAny>) -> PyResult<Self> {
        const CLASS: &str = "AudioDeviceOptions";
        if !from.is_instance(&model(from.py(), CLASS)?)? {
            return Err(Fault::type_error(format!("expected {CLASS}, not {}", from.get_type())).into());
        }
        let mut options = core::AudioDeviceOptions::new();
        choice(from, "input", &mut options.input)?;
        choice(from, "output", &mut options.output)?;
        choice(from, "ringing", &mut options.ringing)?;
        settings_field(from, CLASS, "fallback", &mut options.fallback)?;
        settings_field(from, CLASS, "connect_calls", &mut options.connect_calls)?;
        settings_field(from, CLASS, "processing", &mut options.processing)?;
        let volumes = from.getattr("volume_db")?;
        if !volumes.is_none() {
            let items = volumes.cast::<PyMapping>().map_err(PyErr::from)?.items()?;
            let read = Vec::<(core::DeviceRole, f32)>::from_py(items.as_any());
            for (role, db) in read.map_err(|e| settings_named(from.py(), CLASS, "volume_db", e))? {
                options = options.volume_db(role, db);
            }
        }
        Ok(options)
    }
}

#[pymethods]
impl AudioDevices {
    #[getter]
    fn id(&self) -> u64 {
        self.0.node_ref().number()
    }

    fn device<'py>(&self, py: Python<'py>, role: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.0.device(core::DeviceRole::from_py(role)?).to_py(py)
    }

    fn choose<'py>(
        &self,
        py: Python<'py>,
        role: &Bound<'py, PyAny>,
        choice: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        let (role, choice) = (core::DeviceRole::from_py(role)?, core::DeviceChoice::from_py(choice)?);
        Ok(detached(py, || self.0.choose(role, choice))?.to_py(py)?)
    }

    fn set_volume_db(&self, role: &Bound<'_, PyAny>, db: f32) -> Outcome<()> {
        Ok(self.0.set_volume_db(core::DeviceRole::from_py(role)?, db)?)
    }

    fn mute(&self, role: &Bound<'_, PyAny>, muted: bool) -> Outcome<()> {
        Ok(self.0.mute(core::DeviceRole::from_py(role)?, muted)?)
    }

    fn is_muted(&self, role: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_muted(core::DeviceRole::from_py(role)?))
    }

    fn level<'py>(&self, py: Python<'py>, role: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.0.level(core::DeviceRole::from_py(role)?).to_py(py)
    }

    fn stats<'py>(&self, py: Python<'py>, role: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.0.stats(core::DeviceRole::from_py(role)?).to_py(py)
    }

    #[getter]
    fn ringing_node(&self) -> Option<Node> {
        self.0.ringing_node().map(|it| Node(it.node_ref()))
    }

    fn close(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.close())
    }
}

/// Those of this machine.
#[pyfunction]
pub fn audio_devices(py: Python<'_>) -> Outcome<Bound<'_, PyAny>> {
    Ok(list_of(py, detached(py, core::audio_devices)?)?.into_any())
}

#[pyfunction]
pub fn open_audio<'py>(
    py: Python<'py>,
    endpoint: &Bound<'py, Endpoint>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::AudioDeviceOptions::from_py(options)?;
    let endpoint = endpoint.get().core(py)?;
    Ok(detached(py, || endpoint.open_audio(&options))?.to_py(py)?)
}

/// Those that were opened at the start.
#[pyfunction]
pub fn opened_audio<'py>(py: Python<'py>, endpoint: &Bound<'py, Endpoint>) -> Outcome<Bound<'py, PyAny>> {
    Ok(endpoint.get().core(py)?.audio().to_py(py)?)
}

#[pyfunction]
pub fn watch_audio_devices(py: Python<'_>, endpoint: &Bound<'_, Endpoint>, on: bool) -> Outcome<()> {
    let endpoint = endpoint.get().core(py)?;
    detached(py, || endpoint.watch_audio_devices(on))
}

#[pyfunction]
pub fn use_devices(py: Python<'_>, call: &Bound<'_, PyAny>, devices: &Bound<'_, PyAny>) -> Outcome<()> {
    let (call, devices) = (core::Call::from_py(call)?, core::AudioDevices::from_py(devices)?);
    detached(py, || call.use_devices(&devices))
}

#[pyfunction]
pub fn leave_devices(py: Python<'_>, call: &Bound<'_, PyAny>, devices: &Bound<'_, PyAny>) -> Outcome<()> {
    let (call, devices) = (core::Call::from_py(call)?, core::AudioDevices::from_py(devices)?);
    detached(py, || call.leave_devices(&devices))
}
