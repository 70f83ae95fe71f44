//! Who hears whom.

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;

use super::device::AudioDevices;
use super::playback::Playback;
use super::player::Player;
use super::recorder::Recorder;
use super::sink::AudioSink;
use super::source::AudioSource;
use super::tone_player::TonePlayer;
use crate::base::{Fault, FromPy, Outcome, detached};
use crate::call::Call;
use crate::endpoint::Endpoint;

/// What a `microsip.AudioNode` holds that is nothing else.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Node(pub core::AudioNodeRef);

#[pymethods]
impl Node {
    #[getter]
    fn id(&self) -> u64 {
        self.0.number()
    }
}

/// A node, from a native object.
fn node(native: &Bound<'_, PyAny>) -> Outcome<core::AudioNodeRef> {
    macro_rules! among {
        ($($class:ty => |$it:ident| $node:expr),+ $(,)?) => {
            $(if let Ok(found) = native.cast::<$class>() {
                let $it = found.get();
                return Ok($node);
            })+
        };
    }
    among! {
        Call => |it| it.0.node_ref(),
        AudioSink => |it| it.node,
        AudioSource => |it| it.node,
        Player => |it| it.player.node_ref(),
        Recorder => |it| it.recorder.node_ref(),
        TonePlayer => |it| it.player.node_ref(),
        Playback => |it| it.node,
        AudioDevices => |it| it.0.node_ref(),
        Node => |it| it.0,
    }
    Err(Fault::type_error(
        "expected something with audio: a call, a player, a recorder, a stream, a tone, devices",
    ))
}

#[pyfunction]
pub fn connect(
    py: Python<'_>,
    endpoint: &Bound<'_, Endpoint>,
    from_: &Bound<'_, PyAny>,
    to: &Bound<'_, PyAny>,
    gain: &Bound<'_, PyAny>,
) -> Outcome<()> {
    let (from, to, gain) = (node(from_)?, node(to)?, core::Gain::from_py(gain)?);
    let endpoint = endpoint.get().core(py)?;
    detached(py, || endpoint.connect(&from, &to, gain))
}

#[pyfunction]
pub fn disconnect(
    py: Python<'_>,
    endpoint: &Bound<'_, Endpoint>,
    from_: &Bound<'_, PyAny>,
    to: &Bound<'_, PyAny>,
) -> Outcome<()> {
    let (from, to) = (node(from_)?, node(to)?);
    let endpoint = endpoint.get().core(py)?;
    detached(py, || endpoint.disconnect(&from, &to))
}
