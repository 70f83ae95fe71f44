//! The E-model: what a connection is worth to those who talk over it (ITU-T G.107, G.107.1).

use std::ffi::c_char;

use microsip_core::Codec;
use microsip_core::quality::codec_rating;
use microsip_core::quality::{self, Band, EModel, Impairment, Source};

use crate::base::{Code, Fault, Out, guard, text};
use crate::code;
use crate::status::microsip_status_t;

/// Which scale a rating is on; they cannot be compared with each other: one of `enum microsip_quality_band_e`.
pub type microsip_quality_band_t = i32;

/// The values of `microsip_quality_band_t`.
#[repr(i32)]
pub enum microsip_quality_band_e {
    /// 300 to 3400 Hz (G.107): R up to 93.2.
    MICROSIP_QUALITY_BAND_NARROW = 1,
    /// 50 to 7000 Hz (G.107.1): R up to 129. Opus, too, is rated here.
    MICROSIP_QUALITY_BAND_WIDE = 2,
}

code!(microsip_quality_band_e, "band", Band {
    MICROSIP_QUALITY_BAND_NARROW = Narrow,
    MICROSIP_QUALITY_BAND_WIDE = Wide,
});

/// Where a codec's numbers come from: one of `enum microsip_quality_source_e`.
pub type microsip_quality_source_t = i32;

/// The values of `microsip_quality_source_t`.
#[repr(i32)]
pub enum microsip_quality_source_e {
    /// ITU-T G.113: appendix I (narrowband) or IV (wideband).
    MICROSIP_QUALITY_SOURCE_G113 = 1,
    /// Published measurements of others.
    MICROSIP_QUALITY_SOURCE_MEASURED = 2,
    /// Ours, by likeness with a codec that was measured; good to compare calls of one codec, not codecs.
    MICROSIP_QUALITY_SOURCE_ESTIMATE = 3,
}

code!(microsip_quality_source_e, "source of numbers", Source {
    MICROSIP_QUALITY_SOURCE_G113 = G113,
    MICROSIP_QUALITY_SOURCE_MEASURED = Measured,
    MICROSIP_QUALITY_SOURCE_ESTIMATE = Estimate,
});

/// What a codec, such as `"PCMU/8000/1"` or `"opus"`, costs in the E-model, as this library sends and hears it: its
/// scale, Ie (without loss), Bpl (robustness against loss), and where the numbers come from.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed codec, `NO_VALUE` for one that nothing is known of.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_codec(
    codec: *const c_char,
    band: *mut microsip_quality_band_t,
    ie: *mut f64,
    bpl: *mut f64,
    source: *mut microsip_quality_source_t,
) -> microsip_status_t {
    guard("microsip_quality_codec", || {
        let (out_band, out_ie) = (Out::new(band, "band"), Out::new(ie, "ie"));
        let (out_bpl, out_source) = (Out::new(bpl, "bpl"), Out::new(source, "source"));
        let (out_band, out_ie, out_bpl, out_source) = (out_band?, out_ie?, out_bpl?, out_source?);
        let codec: Codec = text(codec, "codec")?.parse()?;
        let rating = codec_rating(&codec).ok_or_else(|| Fault::none("rating of this codec"))?;
        out_band.set(rating.band.code());
        out_ie.set(rating.impairment.ie);
        out_bpl.set(rating.impairment.bpl);
        out_source.set(rating.source.code());
        Ok(())
    })
}

/// R of a connection by the E-model with everything else at its default (G.107): `ie` and `bpl` of the codec, packet
/// loss in per cent, its burst ratio (1 for random loss), and one-way delay from mouth to ear in ms, without echo. Up
/// to 93.2 on the narrowband scale, up to 129 on the wideband one; may be below 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_rating(
    band: microsip_quality_band_t,
    ie: f64,
    bpl: f64,
    loss_percent: f64,
    burst_ratio: f64,
    delay_ms: f64,
    rating: *mut f64,
) -> microsip_status_t {
    guard("microsip_quality_rating", || {
        let out = Out::new(rating, "rating")?;
        let codec = Impairment::new(ie, bpl);
        out.set(match Code::arg(band)? {
            Band::Wide => quality::wideband_rating(codec, loss_percent, burst_ratio, delay_ms),
            _ => EModel::default()
                .codec(codec)
                .loss(loss_percent, burst_ratio)
                .delay(delay_ms)
                .rating(),
        });
        Ok(())
    })
}

/// Mean opinion score of an R on its scale, 1 to 4.5 (G.107, annex B; G.107.1, clause 7.1).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_mos(
    band: microsip_quality_band_t,
    rating: f64,
    mos: *mut f64,
) -> microsip_status_t {
    guard("microsip_quality_mos", || {
        let out = Out::new(mos, "mos")?;
        let scale = match Code::arg(band)? {
            Band::Wide => quality::WIDEBAND_SCALE,
            _ => 1.0,
        };
        out.set(quality::mos(rating / scale));
        Ok(())
    })
}

/// Idd, what delay alone costs (G.107, clause 7.4): nothing up to `noticed_ms`, usually 100; `sensitivity` is usually
/// 1. 3.0 at 200 ms, 24.1 at 400 ms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_delay_impairment(
    delay_ms: f64,
    noticed_ms: f64,
    sensitivity: f64,
    impairment: *mut f64,
) -> microsip_status_t {
    guard("microsip_quality_delay_impairment", || {
        let out = Out::new(impairment, "impairment")?;
        out.set(quality::delay_impairment(delay_ms, noticed_ms, sensitivity));
        Ok(())
    })
}

/// Ie,eff, codec and packet loss together (G.107, clause 7.5): Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_quality_effective_impairment(
    ie: f64,
    bpl: f64,
    loss_percent: f64,
    burst_ratio: f64,
    impairment: *mut f64,
) -> microsip_status_t {
    guard("microsip_quality_effective_impairment", || {
        let out = Out::new(impairment, "impairment")?;
        out.set(quality::effective_impairment(
            Impairment::new(ie, bpl),
            loss_percent,
            burst_ratio,
        ));
        Ok(())
    })
}
