//! Samples that cross over: out as bytes of 16 bits each, little end first; in from anything with the buffer protocol.

use std::path::PathBuf;

use microsip_core as core;
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView};

use crate::base::{Fault, FromPy, Outcome, ToPy, detached};
use crate::snapshot;

/// The bytes of samples.
pub fn bytes_of<'py>(py: Python<'py>, samples: &[i16]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, samples.len() * 2, |bytes| {
        for (place, sample) in bytes.chunks_exact_mut(2).zip(samples) {
            place.copy_from_slice(&sample.to_le_bytes());
        }
        Ok(())
    })
}

/// What a sample looks like.
#[derive(Clone, Copy)]
enum Kind {
    Int16,
    Float32,
    Float64,
}

/// Samples as they lie in a buffer, copied out of it: whoever owns it may change it afterwards.
pub struct Samples {
    bytes: Vec<u8>,
    kind: Kind,
}

const WANTED: &str =
    "expected 16-bit samples: bytes (little end first), or a buffer of int16 (h), float32 (f) or float64 (d)";

impl Samples {
    pub fn from_py(value: &Bound<'_, PyAny>) -> Outcome<Samples> {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Samples::of_bytes(bytes.as_bytes().to_vec());
        }
        let view = PyMemoryView::from(value).map_err(|e| {
            let known = e.is_instance_of::<PyBufferError>(value.py());
            let why = if known {
                e.to_string()
            } else {
                format!("{} has no buffer", value.get_type())
            };
            Fault::type_error(format!("{WANTED}; {why}"))
        })?;
        let result = Samples::of_view(&view);
        // So that a bytearray can be resized again at once.
        view.call_method0("release")?;
        result
    }

    fn of_view(view: &Bound<'_, PyMemoryView>) -> Outcome<Samples> {
        let shape: Vec<usize> = view.getattr("shape")?.extract()?;
        if shape.iter().filter(|n| **n > 1).count() > 1 || shape.is_empty() {
            return Err(Fault::value_error(format!(
                "samples of one channel lie in one dimension; this buffer has the shape {shape:?}"
            )));
        }
        let format: String = view.getattr("format")?.extract()?;
        let swapped = match format.chars().next() {
            Some('>' | '!') => cfg!(target_endian = "little"),
            Some('<') => cfg!(target_endian = "big"),
            _ => false,
        };
        let width = match format.trim_start_matches(['<', '>', '=', '@', '!']) {
            "h" => 2,
            "f" => 4,
            "d" => 8,
            "B" => 1,
            _ => {
                return Err(Fault::type_error(format!(
                    "{WANTED}; this one has the format {format:?}"
                )));
            }
        };
        // Copies what does not lie together as it is read.
        let copy = view.call_method0("tobytes")?;
        let mut bytes = copy.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec();
        if swapped {
            bytes.chunks_exact_mut(width).for_each(<[u8]>::reverse);
        }
        let kind = match width {
            1 => return Samples::of_bytes(bytes),
            2 => Kind::Int16,
            4 => Kind::Float32,
            _ => Kind::Float64,
        };
        Ok(Samples { bytes, kind })
    }

    fn of_bytes(mut bytes: Vec<u8>) -> Outcome<Samples> {
        if !bytes.len().is_multiple_of(2) {
            return Err(Fault::value_error(format!(
                "{} bytes are no whole number of 16-bit samples",
                bytes.len()
            )));
        }
        if cfg!(target_endian = "big") {
            bytes.chunks_exact_mut(2).for_each(<[u8]>::reverse);
        }
        Ok(Samples {
            bytes,
            kind: Kind::Int16,
        })
    }

    /// As 16 bits; what is beyond -1 to 1 is cut there. `None`: one of them is no number.
    fn decoded(&self) -> Option<Vec<i16>> {
        fn scaled(sample: f64) -> Option<i16> {
            (!sample.is_nan()).then(|| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16)
        }
        match self.kind {
            Kind::Int16 => {
                let samples = self.bytes.as_chunks::<2>().0;
                Some(samples.iter().map(|b| i16::from_ne_bytes(*b)).collect())
            }
            Kind::Float32 => {
                let samples = self.bytes.as_chunks::<4>().0;
                samples.iter().map(|b| scaled(f32::from_ne_bytes(*b).into())).collect()
            }
            Kind::Float64 => {
                let samples = self.bytes.as_chunks::<8>().0;
                samples.iter().map(|b| scaled(f64::from_ne_bytes(*b))).collect()
            }
        }
    }

    /// The samples, converted without the interpreter's lock.
    pub fn take(py: Python<'_>, value: &Bound<'_, PyAny>) -> Outcome<Vec<i16>> {
        let samples = Samples::from_py(value)?;
        crate::base::apart(py, || samples.decoded()).ok_or_else(|| Fault::value_error("a sample is not a number (NaN)"))
    }
}

snapshot!(core::Pcm as "Pcm" { rate, data = |it| Little(it.samples.clone()) });

/// Samples on their way out.
struct Little(Vec<i16>);

impl ToPy for Little {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(bytes_of(py, &self.0)?.into_any())
    }
}

#[pyfunction]
pub fn read_audio<'py>(py: Python<'py>, path: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let path = PathBuf::from_py(path)?;
    Ok(detached(py, || core::read_audio(&path))?.to_py(py)?)
}
