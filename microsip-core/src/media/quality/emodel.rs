//! The E-model: what a connection is worth to those who talk over it (ITU-T G.107, 06/2015).
//!
//! ```text
//! R      = Ro − Is − Id − Ie,eff + A
//! Ie,eff = Ie + (95 − Ie) · Ppl / (Ppl / BurstR + Bpl)
//! MOS    = 1 + 0.035·R + R·(R − 60)·(100 − R)·7·10⁻⁶      0 < R < 100
//! ```
//!
//! *Ro* is the signal against all noise, *Is* what comes with the signal (loudness, sidetone, quantisation), *Id* delay and
//! echo, *Ie,eff* codec and packet loss (*Ppl* in per cent), *A* what users forgive. With every value at its default,
//! R = 93.2.

/// Everything that counts, with G.107's names and defaults (its table 2).
///
/// ```
/// # use microsip_core::quality::{EModel, Impairment};
/// let mut model = EModel::default();
/// assert_eq!((model.rating() * 10.0).round(), 932.0);
/// model.absolute_delay_ms = 200.0;
/// model = model.codec(Impairment::new(0.0, 25.1)).loss(2.0, 1.0);
/// assert!(model.rating() < 85.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EModel {
    /// SLR, send loudness rating, dB; 8.
    pub send_loudness: f64,
    /// RLR, receive loudness rating, dB; 2.
    pub receive_loudness: f64,
    /// STMR, sidetone masking rating, dB; 15.
    pub sidetone_masking: f64,
    /// LSTR, listener sidetone rating, dB; 18.
    pub listener_sidetone: f64,
    /// Ds, D-value of the telephone at the send side; 3.
    pub d_send: f64,
    /// TELR, talker echo loudness rating, dB; 65.
    pub talker_echo_loudness: f64,
    /// WEPL, weighted echo path loss, dB; 110.
    pub weighted_echo_path_loss: f64,
    /// T, mean one-way delay of the echo path, ms; 0.
    pub echo_delay_ms: f64,
    /// Tr, round trip in the four-wire loop, ms; 0.
    pub round_trip_ms: f64,
    /// Ta, one-way delay from mouth to ear with no echo, ms; 0.
    pub absolute_delay_ms: f64,
    /// mT, the shortest delay that is noticed, ms; 100.
    pub noticed_delay_ms: f64,
    /// sT, how sensitive users are to delay; 1.
    pub delay_sensitivity: f64,
    /// qdu, quantisation distortion units; 1.
    pub quantisation_units: f64,
    /// Ie, equipment impairment of the codec without loss; 0.
    pub equipment_impairment: f64,
    /// Bpl, robustness of the codec against packet loss; 4.3.
    pub loss_robustness: f64,
    /// Ppl, packets lost, per cent; 0.
    pub loss_percent: f64,
    /// BurstR: mean length of losses in a row, divided by what it would be were they random; 1.
    pub burst_ratio: f64,
    /// Nc, circuit noise at the 0 dBr point, dBm0p; −70.
    pub circuit_noise: f64,
    /// Nfor, noise floor at the receive side, dBmp; −64.
    pub noise_floor: f64,
    /// Ps, room noise at the send side, dB(A); 35.
    pub room_noise_send: f64,
    /// Pr, room noise at the receive side, dB(A); 35.
    pub room_noise_receive: f64,
    /// A, advantage: what users forgive for convenience, 0 to 20; 0.
    pub advantage: f64,
}

impl Default for EModel {
    fn default() -> Self {
        EModel {
            send_loudness: 8.0,
            receive_loudness: 2.0,
            sidetone_masking: 15.0,
            listener_sidetone: 18.0,
            d_send: 3.0,
            talker_echo_loudness: 65.0,
            weighted_echo_path_loss: 110.0,
            echo_delay_ms: 0.0,
            round_trip_ms: 0.0,
            absolute_delay_ms: 0.0,
            noticed_delay_ms: 100.0,
            delay_sensitivity: 1.0,
            quantisation_units: 1.0,
            equipment_impairment: 0.0,
            loss_robustness: 4.3,
            loss_percent: 0.0,
            burst_ratio: 1.0,
            circuit_noise: -70.0,
            noise_floor: -64.0,
            room_noise_send: 35.0,
            room_noise_receive: 35.0,
            advantage: 0.0,
        }
    }
}

/// What a codec costs: *Ie* and *Bpl* of G.113.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Impairment {
    /// Ie, without loss.
    pub ie: f64,
    /// Bpl, robustness against loss: the higher, the less a lost packet costs.
    pub bpl: f64,
}

impl Impairment {
    /// These two.
    pub fn new(ie: f64, bpl: f64) -> Impairment {
        Impairment { ie, bpl }
    }
}

/// The parts of a rating.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Parts {
    /// Ro, signal against noise.
    pub ro: f64,
    /// Is, what comes with the signal.
    pub is: f64,
    /// Id, delay and echo.
    pub id: f64,
    /// Ie,eff, codec and loss.
    pub ie_eff: f64,
}

/// 10·log₁₀ of a sum of levels in dB.
fn sum_db(levels: &[f64]) -> f64 {
    10.0 * levels.iter().map(|l| 10_f64.powf(l / 10.0)).sum::<f64>().log10()
}

impl EModel {
    /// Sets what the codec costs.
    #[must_use]
    pub fn codec(mut self, codec: Impairment) -> EModel {
        self.equipment_impairment = codec.ie;
        self.loss_robustness = codec.bpl;
        self
    }

    /// Sets packet loss, in per cent, and its burst ratio.
    #[must_use]
    pub fn loss(mut self, percent: f64, burst_ratio: f64) -> EModel {
        self.loss_percent = percent;
        self.burst_ratio = burst_ratio;
        self
    }

    /// Sets the one-way delay from mouth to ear in ms, without echo: T and Ta are this, Tr is twice this.
    #[must_use]
    pub fn delay(mut self, ms: f64) -> EModel {
        self.echo_delay_ms = ms;
        self.absolute_delay_ms = ms;
        self.round_trip_ms = 2.0 * ms;
        self
    }

    /// R: 93.2 by default, above 90 very satisfying, below 50 of no use; not cut to 0…100.
    pub fn rating(&self) -> f64 {
        let parts = self.parts();
        parts.ro - parts.is - parts.id - parts.ie_eff + self.advantage
    }

    /// What R is made of.
    pub fn parts(&self) -> Parts {
        let (no, ro) = self.signal_to_noise();
        let (is, ist) = self.simultaneous(no, ro);
        Parts {
            ro,
            is,
            id: self.delayed(no, ro, ist),
            ie_eff: effective_impairment(
                Impairment::new(self.equipment_impairment, self.loss_robustness),
                self.loss_percent,
                self.burst_ratio,
            ),
        }
    }

    /// Clause 7.2: No and Ro.
    fn signal_to_noise(&self) -> (f64, f64) {
        let overall = self.send_loudness + self.receive_loudness;
        let at_send = self.room_noise_send - self.send_loudness - self.d_send - 100.0
            + 0.004 * (self.room_noise_send - overall - self.d_send - 14.0).powi(2);
        let heard =
            self.room_noise_receive + 10.0 * (1.0 + 10_f64.powf((10.0 - self.listener_sidetone) / 10.0)).log10();
        let at_receive = self.receive_loudness - 121.0 + heard + 0.008 * (heard - 35.0).powi(2);
        let floor = self.noise_floor + self.receive_loudness;
        let no = sum_db(&[self.circuit_noise, at_send, at_receive, floor]);
        (no, 15.0 - 1.5 * (self.send_loudness + no))
    }

    /// Clause 7.3: Is, and its part for sidetone.
    fn simultaneous(&self, no: f64, ro: f64) -> (f64, f64) {
        let overall = self.send_loudness + self.receive_loudness;
        let x = (overall + 0.2 * (64.0 + no - self.receive_loudness)) / 8.0;
        let too_loud = 20.0 * ((1.0 + x.powi(8)).powf(1.0 / 8.0) - x);

        let stmr = -10.0
            * (10_f64.powf(-self.sidetone_masking / 10.0)
                + (-self.echo_delay_ms / 4.0).exp() * 10_f64.powf(-self.talker_echo_loudness / 10.0))
            .log10();
        let bend = |by: f64, width: f64, power: f64| {
            let base: f64 = (stmr - by) / width;
            // Odd powers of what is negative stay negative.
            let raised = base.abs().powf(power) * if power % 2.0 == 0.0 { 1.0 } else { base.signum() };
            (1.0 + raised).powf(1.0 / power)
        };
        let sidetone =
            12.0 * bend(13.0, 6.0, 8.0) - 28.0 * bend(-1.0, 19.4, 35.0) - 13.0 * bend(3.0, 33.0, 13.0) + 29.0;

        let q = 37.0 - 15.0 * self.quantisation_units.log10();
        let g = 1.07 + 0.258 * q + 0.0602 * q * q;
        let y = (ro - 100.0) / 15.0 + 46.0 / 8.4 - g / 9.0;
        let z = 46.0 / 30.0 - g / 40.0;
        let quantised = 15.0 * (1.0 + 10_f64.powf(y) + 10_f64.powf(z)).log10();
        (too_loud + sidetone + quantised, sidetone)
    }

    /// Clause 7.4: Id.
    fn delayed(&self, no: f64, ro: f64, sidetone: f64) -> f64 {
        let t = self.echo_delay_ms;
        let mut terv = self.talker_echo_loudness - 40.0 * ((1.0 + t / 10.0) / (1.0 + t / 150.0)).log10()
            + 6.0 * (-0.3 * t * t).exp();
        if self.sidetone_masking < 9.0 {
            terv += sidetone / 2.0;
        }
        let root = |difference: f64, add: f64| difference / 2.0 + (difference * difference / 4.0 + add).sqrt();
        let roe = -1.5 * (no - self.receive_loudness);
        let re = 80.0 + 2.5 * (terv - 14.0);
        let mut talker = if t < 1.0 {
            0.0
        } else {
            (root(roe - re, 100.0) - 1.0) * (1.0 - (-t).exp())
        };
        if self.sidetone_masking > 20.0 {
            talker = (talker * talker + sidetone * sidetone).sqrt();
        }
        let rle = 10.5 * (self.weighted_echo_path_loss + 7.0) * (self.round_trip_ms + 1.0).powf(-0.25);
        let listener = root(ro - rle, 169.0);
        talker + listener + delay_impairment(self.absolute_delay_ms, self.noticed_delay_ms, self.delay_sensitivity)
    }
}

/// Idd, what delay alone costs (G.107, clause 7.4): nothing up to `noticed` ms; with defaults 3.0 at 200 ms, 24.1 at
/// 400 ms.
pub fn delay_impairment(delay_ms: f64, noticed_ms: f64, sensitivity: f64) -> f64 {
    if delay_ms <= noticed_ms {
        return 0.0;
    }
    let x = (delay_ms / noticed_ms).log2();
    let power = 6.0 * sensitivity;
    let bend = |v: f64| (1.0 + v.powf(power)).powf(1.0 / power);
    25.0 * (bend(x) - 3.0 * bend(x / 3.0) + 2.0)
}

/// Ie,eff: codec and packet loss together (G.107, clause 7.5; the wideband model of G.107.1 has the same form).
pub fn effective_impairment(codec: Impairment, loss_percent: f64, burst_ratio: f64) -> f64 {
    let loss = loss_percent.clamp(0.0, 100.0);
    if loss == 0.0 {
        return codec.ie;
    }
    codec.ie + (95.0 - codec.ie) * loss / (loss / burst_ratio.max(0.1) + codec.bpl)
}

/// MOS of a rating on the scale 0 to 100 (G.107, annex B), 1 to 4.5.
pub fn mos(rating: f64) -> f64 {
    if rating <= 0.0 {
        1.0
    } else if rating >= 100.0 {
        4.5
    } else {
        // The curve dips below 1 near the lower end.
        (1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6).max(1.0)
    }
}

/// R of the wideband E-model for a clean terminal (G.107.1): 129 − Id − Ie,eff,WB. Only delay without echo counts into Id.
pub fn wideband_rating(codec: Impairment, loss_percent: f64, burst_ratio: f64, delay_ms: f64) -> f64 {
    WIDEBAND - delay_impairment(delay_ms, 100.0, 1.0) - effective_impairment(codec, loss_percent, burst_ratio)
}

/// R of a wideband connection with nothing wrong (G.107.1).
pub const WIDEBAND: f64 = 129.0;
/// What a wideband rating is divided by before it becomes a MOS (G.107.1, clause 7.1).
pub const WIDEBAND_SCALE: f64 = 1.29;

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, by: f64) -> bool {
        (a - b).abs() <= by
    }

    #[test]
    fn by_default_r_is_93_2() {
        // G.107, clause 7.7; and MOS 4.41 as its annex B has it.
        let model = EModel::default();
        assert!(
            near(model.rating(), 93.2, 0.05),
            "{} {:?}",
            model.rating(),
            model.parts()
        );
        assert!(near(mos(model.rating()), 4.41, 0.005));
    }

    #[test]
    fn ratings_become_opinions_as_in_annex_b() {
        // G.107, table B.1: lower limit of R against MOS.
        for (r, opinion) in [(90.0, 4.34), (80.0, 4.03), (70.0, 3.60), (60.0, 3.10), (50.0, 2.58)] {
            assert!(near(mos(r), opinion, 0.007), "R {r}: {}", mos(r));
        }
        assert_eq!((mos(-5.0), mos(0.0), mos(100.0), mos(120.0)), (1.0, 1.0, 4.5, 4.5));
        // Monotonous where it counts, and never below 1.
        let all: Vec<f64> = (0..=100).map(|r| mos(f64::from(r))).collect();
        assert!(all.iter().all(|m| (1.0..=4.5).contains(m)));
        assert!(all[7..].windows(2).all(|w| w[1] > w[0]));
    }

    #[test]
    fn delay_costs_what_the_known_curve_says() {
        // Cole and Rosenbluth (2001) fitted G.107's curve by two lines: 0.024·d + 0.11·(d − 177.3)·[d > 177.3].
        let fit = |d: f64| 0.024 * d + 0.11 * (d - 177.3).max(0.0);
        let base = EModel::default().rating();
        for d in [50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 350.0, 400.0] {
            let cost = base - EModel::default().delay(d).rating();
            assert!(near(cost, fit(d), 3.5), "{d} ms: {cost} against {}", fit(d));
        }
        // Idd alone.
        assert_eq!(delay_impairment(100.0, 100.0, 1.0), 0.0);
        assert!(near(
            delay_impairment(200.0, 100.0, 1.0),
            25.0 * (2_f64.powf(1.0 / 6.0) - 1.0),
            0.05
        ));
        assert!(
            near(delay_impairment(400.0, 100.0, 1.0), 23.5, 2.0),
            "{}",
            delay_impairment(400.0, 100.0, 1.0)
        );
    }

    #[test]
    fn echo_costs_more_the_later_it_comes() {
        let at = |telr: f64, t: f64| {
            let mut model = EModel::default().delay(t);
            model.talker_echo_loudness = telr;
            model.rating()
        };
        // G.131, figure 1: 65 dB is enough up to 300 ms, 45 dB is not beyond some 60 ms.
        assert!(at(65.0, 150.0) > 85.0, "{}", at(65.0, 150.0));
        assert!(
            at(45.0, 20.0) > 70.0 && at(45.0, 150.0) < 65.0,
            "{} {}",
            at(45.0, 20.0),
            at(45.0, 150.0)
        );
    }

    #[test]
    fn loss_costs_by_codec_and_by_how_it_comes() {
        let g711 = |bpl: f64, loss: f64, burst: f64| effective_impairment(Impairment::new(0.0, bpl), loss, burst);
        // 95·Ppl/(Ppl + Bpl): with 1 % lost, 17.9 without concealment and 3.6 with it.
        assert!(near(g711(4.3, 1.0, 1.0), 17.92, 0.01));
        assert!(near(g711(25.1, 1.0, 1.0), 3.64, 0.01));
        assert!(near(g711(25.1, 5.0, 1.0), 15.78, 0.01));
        // Bursts are worse than the same loss spread evenly.
        assert!(g711(25.1, 5.0, 2.0) > g711(25.1, 5.0, 1.0));
        assert_eq!(g711(25.1, 0.0, 3.0), 0.0);
        // G.729 A with VAD begins at 11.
        assert_eq!(effective_impairment(Impairment::new(11.0, 19.0), 0.0, 1.0), 11.0);
        assert!(near(
            effective_impairment(Impairment::new(11.0, 19.0), 3.0, 1.0),
            11.0 + 84.0 * 3.0 / 22.0,
            1e-9
        ));
    }

    #[test]
    fn the_wideband_scale_begins_at_129() {
        let clean = Impairment::new(0.0, 25.1);
        assert_eq!(wideband_rating(clean, 0.0, 1.0, 0.0), 129.0);
        assert_eq!(mos(wideband_rating(clean, 0.0, 1.0, 0.0) / WIDEBAND_SCALE), 4.5);
        // G.711 heard among wideband codecs: its bandwidth costs 36, which leaves the narrowband rating.
        let narrow = wideband_rating(Impairment::new(35.8, 25.1), 0.0, 1.0, 0.0);
        assert!(near(narrow, 93.2, 0.01));
    }

    #[test]
    fn noise_and_loudness_count() {
        let noisy = EModel {
            room_noise_receive: 65.0,
            ..EModel::default()
        };
        let soft = EModel {
            send_loudness: 20.0,
            ..EModel::default()
        };
        let coded = EModel {
            quantisation_units: 14.0,
            ..EModel::default()
        };
        for worse in [noisy, soft, coded] {
            assert!(
                worse.rating() < EModel::default().rating() - 1.0,
                "{worse:?} {}",
                worse.rating()
            );
        }
        let mobile = EModel {
            advantage: 10.0,
            ..EModel::default()
        };
        assert!(near(mobile.rating(), 103.2, 0.05));
    }
}
