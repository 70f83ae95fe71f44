//! The whole E-model with all its parameters.

use std::sync::Mutex;

use microsip_core::quality::EModel;

use crate::base::{Fault, Out, Outcome, change, clone_settings, free, guard, put, settings_of};
use crate::handle;
use crate::status::microsip_status_e;
use crate::status::microsip_status_t;

/// A parameter of the E-model: one of `enum microsip_emodel_parameter_e`.
pub type microsip_emodel_parameter_t = i32;

/// The values of `microsip_emodel_parameter_t`, with G.107's names, units and defaults (its table 2).
#[repr(i32)]
pub enum microsip_emodel_parameter_e {
    /// SLR, send loudness rating, dB; 8.
    MICROSIP_EMODEL_PARAMETER_SEND_LOUDNESS = 1,
    /// RLR, receive loudness rating, dB; 2.
    MICROSIP_EMODEL_PARAMETER_RECEIVE_LOUDNESS = 2,
    /// STMR, sidetone masking rating, dB; 15.
    MICROSIP_EMODEL_PARAMETER_SIDETONE_MASKING = 3,
    /// LSTR, listener sidetone rating, dB; 18.
    MICROSIP_EMODEL_PARAMETER_LISTENER_SIDETONE = 4,
    /// Ds, D-value of the telephone at the send side; 3.
    MICROSIP_EMODEL_PARAMETER_D_SEND = 5,
    /// TELR, talker echo loudness rating, dB; 65.
    MICROSIP_EMODEL_PARAMETER_TALKER_ECHO_LOUDNESS = 6,
    /// WEPL, weighted echo path loss, dB; 110.
    MICROSIP_EMODEL_PARAMETER_WEIGHTED_ECHO_PATH_LOSS = 7,
    /// T, mean one-way delay of the echo path, ms; 0.
    MICROSIP_EMODEL_PARAMETER_ECHO_DELAY_MS = 8,
    /// Tr, round trip in the four-wire loop, ms; 0.
    MICROSIP_EMODEL_PARAMETER_ROUND_TRIP_MS = 9,
    /// Ta, one-way delay from mouth to ear with no echo, ms; 0.
    MICROSIP_EMODEL_PARAMETER_ABSOLUTE_DELAY_MS = 10,
    /// mT, the shortest delay that is noticed, ms; 100.
    MICROSIP_EMODEL_PARAMETER_NOTICED_DELAY_MS = 11,
    /// sT, how sensitive users are to delay; 1.
    MICROSIP_EMODEL_PARAMETER_DELAY_SENSITIVITY = 12,
    /// qdu, quantisation distortion units; 1.
    MICROSIP_EMODEL_PARAMETER_QUANTISATION_UNITS = 13,
    /// Ie, what the codec costs without loss; 0.
    MICROSIP_EMODEL_PARAMETER_EQUIPMENT_IMPAIRMENT = 14,
    /// Bpl, robustness of the codec against loss; 4.3.
    MICROSIP_EMODEL_PARAMETER_LOSS_ROBUSTNESS = 15,
    /// Ppl, packets lost, per cent; 0.
    MICROSIP_EMODEL_PARAMETER_LOSS_PERCENT = 16,
    /// BurstR: mean length of losses in a row, divided by what it would be were they random; 1.
    MICROSIP_EMODEL_PARAMETER_BURST_RATIO = 17,
    /// Nc, circuit noise at the 0 dBr point, dBm0p; -70.
    MICROSIP_EMODEL_PARAMETER_CIRCUIT_NOISE = 18,
    /// Nfor, noise floor at the receive side, dBmp; -64.
    MICROSIP_EMODEL_PARAMETER_NOISE_FLOOR = 19,
    /// Ps, room noise at the send side, dB(A); 35.
    MICROSIP_EMODEL_PARAMETER_ROOM_NOISE_SEND = 20,
    /// Pr, room noise at the receive side, dB(A); 35.
    MICROSIP_EMODEL_PARAMETER_ROOM_NOISE_RECEIVE = 21,
    /// A, what users forgive for convenience, 0 to 20; 0.
    MICROSIP_EMODEL_PARAMETER_ADVANTAGE = 22,
}

/// Every parameter of the E-model (ITU-T G.107), for ratings of one's own.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_emodel_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_emodel_t, 72, "E-model", Mutex<EModel>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_emodel_new(model: *mut microsip_emodel_t) -> microsip_status_t {
    guard("microsip_emodel_new", || {
        let out = Out::new(model, "model")?;
        out.set(put(Mutex::new(EModel::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_emodel_clone(
    model: microsip_emodel_t,
    clone: *mut microsip_emodel_t,
) -> microsip_status_t {
    guard("microsip_emodel_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(model)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_emodel_free(model: microsip_emodel_t) -> microsip_status_t {
    guard("microsip_emodel_free", || free(model))
}

fn parameter(model: &mut EModel, parameter: i32) -> Outcome<&mut f64> {
    Ok(match parameter {
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_SEND_LOUDNESS as i32 => {
            &mut model.send_loudness
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_RECEIVE_LOUDNESS as i32 => {
            &mut model.receive_loudness
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_SIDETONE_MASKING as i32 => {
            &mut model.sidetone_masking
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_LISTENER_SIDETONE as i32 => {
            &mut model.listener_sidetone
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_D_SEND as i32 => &mut model.d_send,
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_TALKER_ECHO_LOUDNESS as i32 => {
            &mut model.talker_echo_loudness
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_WEIGHTED_ECHO_PATH_LOSS as i32 => {
            &mut model.weighted_echo_path_loss
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_ECHO_DELAY_MS as i32 => {
            &mut model.echo_delay_ms
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_ROUND_TRIP_MS as i32 => {
            &mut model.round_trip_ms
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_ABSOLUTE_DELAY_MS as i32 => {
            &mut model.absolute_delay_ms
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_NOTICED_DELAY_MS as i32 => {
            &mut model.noticed_delay_ms
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_DELAY_SENSITIVITY as i32 => {
            &mut model.delay_sensitivity
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_QUANTISATION_UNITS as i32 => {
            &mut model.quantisation_units
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_EQUIPMENT_IMPAIRMENT as i32 => {
            &mut model.equipment_impairment
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_LOSS_ROBUSTNESS as i32 => {
            &mut model.loss_robustness
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_LOSS_PERCENT as i32 => &mut model.loss_percent,
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_BURST_RATIO as i32 => &mut model.burst_ratio,
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_CIRCUIT_NOISE as i32 => {
            &mut model.circuit_noise
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_NOISE_FLOOR as i32 => &mut model.noise_floor,
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_ROOM_NOISE_SEND as i32 => {
            &mut model.room_noise_send
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_ROOM_NOISE_RECEIVE as i32 => {
            &mut model.room_noise_receive
        }
        n if n == microsip_emodel_parameter_e::MICROSIP_EMODEL_PARAMETER_ADVANTAGE as i32 => &mut model.advantage,
        other => {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
                format!("{other} is no parameter of the E-model"),
            ));
        }
    })
}

/// Sets a parameter.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_emodel_set(
    model: microsip_emodel_t,
    which: microsip_emodel_parameter_t,
    value: f64,
) -> microsip_status_t {
    guard("microsip_emodel_set", || {
        change(model, |model| {
            *parameter(model, which)? = value;
            Ok(())
        })
    })
}

/// A parameter's value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_emodel_get(
    model: microsip_emodel_t,
    which: microsip_emodel_parameter_t,
    value: *mut f64,
) -> microsip_status_t {
    guard("microsip_emodel_get", || {
        let out = Out::new(value, "value")?;
        out.set(*parameter(&mut settings_of(model)?, which)?);
        Ok(())
    })
}

/// R: 93.2 with every parameter at its default, above 90 very satisfying, below 50 of no use; not cut to 0 to 100.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_emodel_rating(model: microsip_emodel_t, rating: *mut f64) -> microsip_status_t {
    guard("microsip_emodel_rating", || {
        let out = Out::new(rating, "rating")?;
        out.set(settings_of(model)?.rating());
        Ok(())
    })
}

/// What R is made of: Ro (signal against noise) - Is (what comes with the signal) - Id (delay and echo) - Ie,eff (codec
/// and loss) + A.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_emodel_parts(
    model: microsip_emodel_t,
    ro: *mut f64,
    is: *mut f64,
    id: *mut f64,
    ie_eff: *mut f64,
) -> microsip_status_t {
    guard("microsip_emodel_parts", || {
        let (out_ro, out_is) = (Out::new(ro, "ro"), Out::new(is, "is"));
        let (out_id, out_ie_eff) = (Out::new(id, "id"), Out::new(ie_eff, "ie_eff"));
        let (out_ro, out_is, out_id, out_ie_eff) = (out_ro?, out_is?, out_id?, out_ie_eff?);
        let parts = settings_of(model)?.parts();
        out_ro.set(parts.ro);
        out_is.set(parts.is);
        out_id.set(parts.id);
        out_ie_eff.set(parts.ie_eff);
        Ok(())
    })
}
