//! Events of players, recordings, streams, conferences and sound devices.

use microsip_core::Event;
use pyo3::prelude::*;

use crate::event;
use crate::media::Change;

pub fn to_py<'py>(py: Python<'py>, event: &Event) -> Option<PyResult<Bound<'py, PyAny>>> {
    let to_py = || -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(Some(match event {
            Event::PlayerFinished { player, end } => event!(py, "PlayerFinished" { player, end })?,
            Event::ToneFinished { target, tone } => event!(py, "ToneFinished" { target, tone })?,
            Event::RecordingFinished { recorder, info } => event!(py, "RecordingFinished" { recorder, info })?,
            Event::Conference { conference, change } => {
                let change = Change(change.clone());
                event!(py, "ConferenceChanged" { conference, change: change, call: change.call() })?
            }
            Event::AudioXrun {
                call,
                stream,
                kind,
                samples,
                total,
            } => event!(py, "AudioXrun" { call, stream, kind, samples, total })?,
            Event::AudioDevicesChanged { added, removed } => event!(py, "AudioDevicesChanged" { added, removed })?,
            Event::AudioDeviceLost {
                devices,
                role,
                device,
                error,
                replacement,
            } => event!(py, "AudioDeviceLost" { devices, role, device, error, replacement })?,
            Event::AudioDeviceBack { devices, role, device } => {
                event!(py, "AudioDeviceBack" { devices, role, device })?
            }
            Event::Speech {
                call,
                speaking,
                at,
                position,
                delay,
                tap,
            } => event!(py, "Speech" { call, speaking, at, position, delay, tap })?,
            Event::ToneDetected {
                call,
                tone,
                at,
                position,
                delay,
                tap,
            } => event!(py, "ToneDetected" { call, tone, at, position, delay, tap })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}
