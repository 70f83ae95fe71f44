//! What audio belongs to: a call, a conference, or nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use microsip_core as core;
use pyo3::prelude::*;

use super::conference::Conference;
use super::pcm::Samples;
use super::playback::Playback;
use super::recorder::recording_name;
use super::sink::AudioSink;
use super::source::AudioSource;
use crate::base::{Fault, FromPy, Outcome, ToPy, detached};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::settings;

settings!(core::PlayOptions as "PlayOptions" { repeat, gain, paused });
settings!(core::RecordOptions as "RecordOptions" { tap, split, format, rate, bitrate, overwrite });
settings!(core::ToneOptions as "ToneOptions" { longest });
settings!(core::AudioSinkOptions as "AudioSinkOptions" { rate, frame, tap, capacity });
settings!(core::AudioSourceOptions as "AudioSourceOptions" { rate, capacity });

/// Where audio goes to or comes from; the endpoint stands for nothing in particular.
pub enum Place {
    Call(core::Call),
    Conference(core::Conference),
    Free(Arc<core::Endpoint>),
}

impl Place {
    fn of(value: &Bound<'_, PyAny>) -> Outcome<Place> {
        if let Ok(call) = value.cast::<Call>() {
            return Ok(Place::Call(call.get().0.clone()));
        }
        if let Ok(conference) = value.cast::<Conference>() {
            return Ok(Place::Conference(conference.get().0.clone()));
        }
        match value.cast::<Endpoint>() {
            Ok(endpoint) => Ok(Place::Free(Arc::clone(endpoint.get().core(value.py())?))),
            Err(_) => Err(Fault::type_error("expected a call, a conference or an endpoint")),
        }
    }

    fn sink(&self, options: core::AudioSinkOptions) -> core::Result<core::AudioSink> {
        match self {
            Place::Call(call) => call.audio_sink(options),
            Place::Conference(conference) => conference.audio_sink(options),
            Place::Free(endpoint) => endpoint.audio_sink(options),
        }
    }

    fn source(&self, options: core::AudioSourceOptions) -> core::Result<core::AudioSource> {
        match self {
            Place::Call(call) => call.audio_source(options),
            Place::Conference(conference) => conference.audio_source(options),
            Place::Free(endpoint) => endpoint.audio_source(options),
        }
    }
}

/// What a file or stream belongs to, as people see it: `None` for nothing.
impl ToPy for core::AudioTarget {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match (self.call(), self.conference()) {
            (Some(call), _) => call.to_py(py),
            (None, Some(conference)) => conference.to_py(py),
            (None, None) => Ok(py.None().into_bound(py)),
        }
    }
}

#[pyfunction]
pub fn audio_sink(py: Python<'_>, place: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>) -> Outcome<AudioSink> {
    let (place, options) = (Place::of(place)?, core::AudioSinkOptions::from_py(options)?);
    Ok(AudioSink::new(detached(py, || place.sink(options))?))
}

#[pyfunction]
pub fn audio_source(py: Python<'_>, place: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>) -> Outcome<AudioSource> {
    let (place, options) = (Place::of(place)?, core::AudioSourceOptions::from_py(options)?);
    Ok(AudioSource::new(detached(py, || place.source(options))?))
}

#[pyfunction]
pub fn play<'py>(
    py: Python<'py>,
    place: &Bound<'py, PyAny>,
    paths: &Bound<'py, PyAny>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (place, options) = (Place::of(place)?, core::PlayOptions::from_py(options)?);
    let paths = Vec::<PathBuf>::from_py(paths)?;
    let player = detached(py, || match &place {
        Place::Call(call) => call.play_list(paths, options),
        Place::Conference(conference) => conference.play(paths, options),
        Place::Free(endpoint) => endpoint.play(core::AudioTarget::Free, paths, options),
    })?;
    Ok(player.to_py(py)?)
}

/// Plays samples that are all there.
#[pyfunction]
pub fn play_samples(
    py: Python<'_>,
    place: &Bound<'_, PyAny>,
    samples: &Bound<'_, PyAny>,
    rate: &Bound<'_, PyAny>,
    options: &Bound<'_, PyAny>,
) -> Outcome<Playback> {
    let (place, rate, options) = (
        Place::of(place)?,
        u32::from_py(rate)?,
        core::PlayOptions::from_py(options)?,
    );
    if options.paused {
        return Err(Fault::value_error(
            "samples begin at once; only the player of a file can be paused",
        ));
    }
    let mut samples = Samples::take(py, samples)?;
    if samples.is_empty() {
        return Err(Fault::value_error("there is no sample to play"));
    }
    let factor = options.gain.as_factor();
    // The ring holds all of it, so nobody has to write.
    let micros = (samples.len() as u64 * 1_000_000).div_ceil(u64::from(rate.max(1))) + 1;
    let capacity = Duration::from_micros(micros).max(Duration::from_millis(40));
    let source = detached(py, || {
        if factor != 1.0 {
            for sample in &mut samples {
                // Beyond the range it is cut.
                *sample = (f32::from(*sample) * factor).round() as i16;
            }
        }
        let options = core::AudioSourceOptions::default().rate(rate).capacity(capacity);
        place.source(options)
    })?;
    detached(py, || Playback::begin(source, samples, options.repeat))
}

#[pyfunction]
pub fn play_tone<'py>(
    py: Python<'py>,
    place: &Bound<'py, PyAny>,
    tone: &Bound<'py, PyAny>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (place, options) = (Place::of(place)?, core::ToneOptions::from_py(options)?);
    let tone = core::Tone::from_py(tone)?;
    let player = detached(py, || match &place {
        Place::Call(call) => call.play_tone(tone, options),
        Place::Conference(conference) => conference.play_tone(tone, options),
        Place::Free(endpoint) => endpoint.tone(tone, options),
    })?;
    Ok(player.to_py(py)?)
}

/// `to`: a path, or a `RecordingName`.
#[pyfunction]
pub fn record<'py>(
    py: Python<'py>,
    place: &Bound<'py, PyAny>,
    to: &Bound<'py, PyAny>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (place, options) = (Place::of(place)?, core::RecordOptions::from_py(options)?);
    let recorder = if let Some(name) = recording_name(to)? {
        let Place::Call(call) = place else {
            return Err(Fault::value_error("names by rules are for recordings of calls"));
        };
        detached(py, || call.record_named(&name, options))?
    } else {
        let path = PathBuf::from_py(to)?;
        detached(py, || match &place {
            Place::Call(call) => call.record_with(&path, options),
            Place::Conference(conference) => conference.record(&path, options),
            Place::Free(endpoint) => endpoint.record(core::AudioTarget::Free, &path, options),
        })?
    };
    Ok(recorder.to_py(py)?)
}
