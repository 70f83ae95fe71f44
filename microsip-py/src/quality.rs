//! The E-model, for whatever numbers one has.

use microsip_core as core;
use microsip_core::quality;
use pyo3::prelude::*;

use crate::base::{Fault, FromPy, Outcome, ToPy};
use crate::{names, settings, snapshot};

names!(quality::Band as "quality.Band" [Narrow, Wide]);
names!(quality::Source as "quality.Source" [G113, Measured, Estimate]);
snapshot!(quality::Impairment as "quality.Impairment" { ie, bpl });
snapshot!(quality::Parts as "quality.Parts" { ro, is_ = |it| it.is, id, ie_eff });
snapshot!(quality::CodecRating as "quality.CodecRating" { band, impairment, source });
settings!(quality::EModel as "quality.EModel" {
    send_loudness, receive_loudness, sidetone_masking, listener_sidetone, d_send, talker_echo_loudness, weighted_echo_path_loss,
    echo_delay_ms, round_trip_ms, absolute_delay_ms, noticed_delay_ms, delay_sensitivity, quantisation_units,
    equipment_impairment, loss_robustness, loss_percent, burst_ratio, circuit_noise, noise_floor, room_noise_send,
    room_noise_receive, advantage,
});

impl FromPy for quality::Impairment {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !value.is_instance(&crate::base::model(value.py(), "quality.Impairment")?)? {
            return Err(Fault::type_error(format!("expected an Impairment, not {}", value.get_type())).into());
        }
        Ok(quality::Impairment::new(
            value.getattr("ie")?.extract()?,
            value.getattr("bpl")?.extract()?,
        ))
    }
}

#[pyfunction]
pub fn emodel_rating(model: &Bound<'_, PyAny>) -> Outcome<f64> {
    Ok(quality::EModel::from_py(model)?.rating())
}

#[pyfunction]
pub fn emodel_parts<'py>(py: Python<'py>, model: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    Ok(quality::EModel::from_py(model)?.parts().to_py(py)?)
}

#[pyfunction]
pub fn delay_impairment(delay_ms: f64, noticed_ms: f64, sensitivity: f64) -> f64 {
    quality::delay_impairment(delay_ms, noticed_ms, sensitivity)
}

#[pyfunction]
pub fn effective_impairment(codec: &Bound<'_, PyAny>, loss_percent: f64, burst_ratio: f64) -> Outcome<f64> {
    let codec = quality::Impairment::from_py(codec)?;
    Ok(quality::effective_impairment(codec, loss_percent, burst_ratio))
}

#[pyfunction]
pub fn mos(rating: f64) -> f64 {
    quality::mos(rating)
}

#[pyfunction]
pub fn wideband_rating(codec: &Bound<'_, PyAny>, loss_percent: f64, burst_ratio: f64, delay_ms: f64) -> Outcome<f64> {
    let codec = quality::Impairment::from_py(codec)?;
    Ok(quality::wideband_rating(codec, loss_percent, burst_ratio, delay_ms))
}

/// `codec`: as `"PCMU/8000/1"`.
#[pyfunction]
pub fn codec_rating<'py>(py: Python<'py>, codec: &str) -> Outcome<Bound<'py, PyAny>> {
    let codec: core::Codec = codec.parse()?;
    Ok(quality::codec_rating(&codec).to_py(py)?)
}

#[pyfunction]
pub fn g711_without_concealment<'py>(py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
    Ok(quality::g711_without_concealment().to_py(py)?)
}
