//! Which codecs there are.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Outcome, detached, list_of};
use crate::endpoint::Endpoint;
use crate::snapshot;

snapshot!(core::CodecInfo as "CodecInfo" { codec, bit_rate, frame, payload_type, place });

/// Those of this build.
#[pyfunction]
pub fn codecs(py: Python<'_>) -> Outcome<Bound<'_, PyAny>> {
    Ok(list_of(py, core::codecs())?.into_any())
}

/// Those of this build as an endpoint has them.
#[pyfunction]
pub fn codec_list<'py>(py: Python<'py>, endpoint: &Bound<'py, Endpoint>) -> Outcome<Bound<'py, PyAny>> {
    let endpoint = endpoint.get().core(py)?;
    Ok(list_of(py, detached(py, || endpoint.codecs())?)?.into_any())
}
