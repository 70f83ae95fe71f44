//! Counts what a stream receives and how loud it is, on PJMEDIA's threads.
//!
//! Each half has one writer (the media thread for packets, the clock thread for audio) and any number of readers: all fields are
//! atomics that are loaded and stored, never locked. A reader may see a packet half counted; sums are right a moment later.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Losses closer together than this many packets are one burst (RFC 3611 §4.7.2, its recommended Gmin).
const GMIN: u64 = 16;
/// Packets that may still come late before they are taken for lost.
const WINDOW: u64 = 64;
/// A jump of more than this is a new beginning, if the next packet agrees (RFC 3550 §A.1).
const DROPOUT: i64 = 3000;
const MISORDER: i64 = 100;
/// What is quieter is taken for silence, in dBov: below the noise of any microphone, above that of coded silence.
pub(crate) const SILENCE_DBOV: f64 = -65.0;
/// A full-scale square wave, 0 dBov, has this mean square.
const FULL_SCALE: f64 = 32768.0 * 32768.0;

/// A number with one writer.
#[derive(Default)]
#[repr(transparent)]
struct Cell(AtomicU64);

impl Cell {
    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    fn set(&self, value: u64) {
        self.0.store(value, Relaxed);
    }

    fn add(&self, n: u64) {
        self.set(self.get().wrapping_add(n));
    }

    fn float(&self) -> f64 {
        f64::from_bits(self.get())
    }

    fn set_float(&self, value: f64) {
        self.set(value.to_bits());
    }
}

/// What a stream's memory holds; zero is a meter that has seen nothing.
#[derive(Default)]
#[repr(C)]
pub(crate) struct Meter {
    packets: Cell,
    bytes: Cell,
    duplicates: Cell,
    reordered: Cell,
    unagreed: Cell,
    elsewhere: Cell,
    /// Packets that should have come, were all there: past the window, and in it.
    expected_before: Cell,
    unique: Cell,
    /// One more than the newest sequence number, extended; 0 before the first packet.
    next: Cell,
    /// How many packets of the window count: fewer than 64 after a beginning.
    known: Cell,
    /// The newest 64 packets, the newest in bit 0: come at all, and come to some use.
    seen: Cell,
    used: Cell,
    /// One more than the sequence number that would confirm a new beginning.
    jump: Cell,
    /// When the newest packet came, in ms of `now`; 0 before the first.
    last: Cell,
    judge: Judge,
    received: Level,
    sent: Level,
}

/// Goes through the packets in their order, each once, when it is certain which were lost (RFC 3611 §A.2).
#[derive(Default)]
#[repr(C)]
struct Judge {
    /// Good packets since the last bad one, and bad ones of this burst.
    good: Cell,
    bad: Cell,
    c11: Cell,
    c13: Cell,
    c14: Cell,
    c22: Cell,
    c23: Cell,
    c33: Cell,
    /// Bad ones in a row, how many such rows, how many in all, the longest.
    row: Cell,
    rows: Cell,
    total: Cell,
    longest: Cell,
}

/// Audio one way.
#[derive(Default)]
#[repr(C)]
struct Level {
    samples: Cell,
    /// Sum of squares.
    energy: Cell,
    peak: Cell,
    /// Mean square of the last third of a second or so.
    recent: Cell,
    /// Samples since something was heard.
    quiet: Cell,
    /// When the newest came, in ms of `now`; 0 before the first.
    last: Cell,
    /// The part of samples and energy that is no silence.
    voiced: Cell,
    voiced_energy: Cell,
}

/// Milliseconds since this was first asked, and one more: never 0.
pub(crate) fn now() -> u64 {
    static BEGINNING: OnceLock<Instant> = OnceLock::new();
    BEGINNING.get_or_init(Instant::now).elapsed().as_millis() as u64 + 1
}

/// How long ago a time of `now` was; `None` for 0.
fn ago(at: u64) -> Option<Duration> {
    (at != 0).then(|| Duration::from_millis(now().saturating_sub(at)))
}

/// What was counted up to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Reading {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) expected: u64,
    pub(crate) lost: u64,
    pub(crate) duplicates: u64,
    pub(crate) reordered: u64,
    pub(crate) unagreed: u64,
    pub(crate) elsewhere: u64,
    /// How long ago the newest packet came.
    pub(crate) last: Option<Duration>,
    pub(crate) bursts: Bursts,
    pub(crate) received: LevelReading,
    pub(crate) sent: LevelReading,
}

/// How losses are spread. Lost, or come when nobody could use them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Bursts {
    pub(crate) bad: u64,
    pub(crate) rows: u64,
    pub(crate) longest: u64,
    /// Transitions of RFC 3611 §A.2, for densities and lengths.
    pub(crate) c: [u64; 6],
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct LevelReading {
    pub(crate) samples: u64,
    pub(crate) energy: f64,
    pub(crate) peak: u16,
    pub(crate) recent: f64,
    pub(crate) quiet: u64,
    /// How long ago the newest of it was.
    pub(crate) last: Option<Duration>,
    pub(crate) voiced: u64,
    pub(crate) voiced_energy: f64,
}

impl Meter {
    /// A packet came from another address than the SDP says; told before [`Meter::packet`], if that follows at all.
    pub(crate) fn elsewhere(&self) {
        self.elsewhere.add(1);
    }

    /// A packet was received. `unagreed`: nobody agreed on its payload type; `useless`: the jitter buffer had no use for it.
    pub(crate) fn packet(&self, sequence: u16, bytes: u32, unagreed: bool, useless: bool) {
        self.packets.add(1);
        self.bytes.add(bytes.into());
        self.unagreed.add(unagreed.into());
        self.last.set(now());
        let next = self.next.get();
        if next == 0 {
            return self.begin(sequence);
        }
        let newest = next - 1;
        let delta = i64::from(sequence.wrapping_sub(newest as u16) as i16);
        if (1..=DROPOUT).contains(&delta) {
            for _ in 1..delta {
                self.shift(0, 0);
            }
            self.shift(1, (!useless).into());
            self.next.set(next + delta as u64);
            self.unique.add(1);
            self.jump.set(0);
        } else if (-MISORDER..=0).contains(&delta) {
            let back = delta.unsigned_abs();
            let bit = 1_u64.checked_shl(back as u32).filter(|_| back < self.known.get());
            match bit {
                Some(bit) if self.seen.get() & bit != 0 => self.duplicates.add(1),
                Some(bit) => {
                    self.seen.set(self.seen.get() | bit);
                    if !useless {
                        self.used.set(self.used.get() | bit);
                    }
                    self.unique.add(1);
                    self.reordered.add(1);
                }
                // From before the beginning, or so late that it was taken for lost.
                None => self.reordered.add(1),
            }
        } else if self.jump.get() == u64::from(sequence) + 1 {
            // Two packets in a row from far away: the peer began anew.
            self.settle();
            self.begin(sequence);
        } else {
            self.jump.set(u64::from(sequence.wrapping_add(1)) + 1);
        }
    }

    fn begin(&self, sequence: u16) {
        // Away from zero, so that there is room below.
        self.next.set((1 << 32) + u64::from(sequence) + 1);
        self.known.set(1);
        self.seen.set(1);
        self.used.set(1);
        self.unique.add(1);
        self.jump.set(0);
    }

    /// Makes room for the next packet; what falls out of the window is judged.
    fn shift(&self, seen: u64, used: u64) {
        if self.known.get() < WINDOW {
            self.known.add(1);
        } else {
            self.expected_before.add(1);
            self.judge.take(self.used.get() >> 63 != 0);
        }
        self.seen.set(self.seen.get() << 1 | seen);
        self.used.set(self.used.get() << 1 | used);
    }

    /// Judges all that is in the window.
    fn settle(&self) {
        let (known, used) = (self.known.get(), self.used.get());
        for place in (0..known).rev() {
            self.judge.take(used >> place & 1 != 0);
        }
        self.expected_before.add(known);
        self.known.set(0);
    }

    /// Audio went by; `None` is silence.
    pub(crate) fn audio(&self, sent: bool, samples: Option<&[i16]>, count: u32) {
        if sent {
            self.sent.take(samples, count);
        } else {
            self.received.take(samples, count);
        }
    }

    /// The counts now. Packets still missing from the newest 64 count as lost.
    pub(crate) fn read(&self) -> Reading {
        let known = self.known.get();
        let expected = self.expected_before.get() + known;
        // As if all were judged.
        let judge = self.judge.copy();
        let used = self.used.get();
        for place in (0..known.min(WINDOW)).rev() {
            judge.take(used >> place & 1 != 0);
        }
        judge.end();
        Reading {
            packets: self.packets.get(),
            bytes: self.bytes.get(),
            expected,
            lost: expected.saturating_sub(self.unique.get()),
            duplicates: self.duplicates.get(),
            reordered: self.reordered.get(),
            unagreed: self.unagreed.get(),
            elsewhere: self.elsewhere.get(),
            last: ago(self.last.get()),
            bursts: judge.read(),
            received: self.received.read(),
            sent: self.sent.read(),
        }
    }
}

impl Judge {
    fn take(&self, good: bool) {
        if good {
            self.good.add(1);
            self.row.set(0);
            return;
        }
        self.total.add(1);
        self.row.add(1);
        if self.row.get() == 1 {
            self.rows.add(1);
        }
        self.longest.set(self.longest.get().max(self.row.get()));
        let good = self.good.get();
        if good >= GMIN {
            if self.bad.get() == 1 { &self.c14 } else { &self.c13 }.add(1);
            self.bad.set(1);
            self.c11.add(good);
        } else {
            self.bad.add(1);
            if good == 0 {
                self.c33.add(1);
            } else {
                self.c23.add(1);
                self.c22.add(good - 1);
            }
        }
        self.good.set(0);
    }

    /// What came after the last loss belongs to a gap.
    fn end(&self) {
        self.c11.add(self.good.get());
    }

    fn copy(&self) -> Judge {
        let copy = Judge::default();
        for (to, from) in copy.cells().into_iter().zip(self.cells()) {
            to.set(from.get());
        }
        copy
    }

    fn cells(&self) -> [&Cell; 12] {
        [
            &self.good,
            &self.bad,
            &self.c11,
            &self.c13,
            &self.c14,
            &self.c22,
            &self.c23,
            &self.c33,
            &self.row,
            &self.rows,
            &self.total,
            &self.longest,
        ]
    }

    fn read(&self) -> Bursts {
        Bursts {
            bad: self.total.get(),
            rows: self.rows.get(),
            longest: self.longest.get(),
            c: [&self.c11, &self.c13, &self.c14, &self.c22, &self.c23, &self.c33].map(Cell::get),
        }
    }
}

impl Bursts {
    /// Both together, as if one followed the other after a gap.
    pub(crate) fn plus(self, other: Bursts) -> Bursts {
        Bursts {
            bad: self.bad + other.bad,
            rows: self.rows + other.rows,
            longest: self.longest.max(other.longest),
            c: std::array::from_fn(|i| self.c[i] + other.c[i]),
        }
    }

    /// Share of bad packets in bursts, and between them.
    pub(crate) fn densities(&self) -> (f64, f64) {
        let [c11, c13, c14, c22, c23, c33] = self.c.map(|c| c as f64);
        let (c31, c32) = (c13, c23);
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let p32 = share(c32, c31 + c32 + c33);
        let p23 = if c22 + c23 < 1.0 { 1.0 } else { 1.0 - c22 / (c22 + c23) };
        let in_bursts = if c23 + c33 > 0.0 { share(p23, p23 + p32) } else { 0.0 };
        (in_bursts, share(c14, c11 + c14))
    }

    /// Mean length of bursts and of gaps, in packets.
    pub(crate) fn lengths(&self) -> (f64, f64) {
        let [c11, c13, c14, c22, c23, c33] = self.c.map(|c| c as f64);
        let all = c11 + c14 + c13 + c22 + c23 + c13 + c23 + c33;
        let gaps = c11 + c14 + c13;
        if c13 == 0.0 {
            return (0.0, all);
        }
        ((all - gaps) / c13, gaps / c13)
    }

    /// BurstR of G.107: how long losses are in a row, against how long they would be were they random. 1 without any.
    pub(crate) fn ratio(&self, expected: u64) -> f64 {
        if self.rows == 0 || expected == 0 {
            return 1.0;
        }
        let mean = self.bad as f64 / self.rows as f64;
        let share = (self.bad as f64 / expected as f64).min(1.0);
        (mean * (1.0 - share)).max(1.0)
    }
}

impl Level {
    fn take(&self, samples: Option<&[i16]>, count: u32) {
        if count == 0 {
            return;
        }
        let samples = samples.unwrap_or_default();
        // Two plain loops, which compilers turn into vectors.
        let square = |s: &i16| f32::from(*s) * f32::from(*s);
        let mut lanes = [0.0_f32; 16];
        let chunks = samples.chunks_exact(lanes.len());
        let mut energy: f64 = chunks.remainder().iter().map(|s| f64::from(square(s))).sum();
        for chunk in chunks {
            for (lane, sample) in lanes.iter_mut().zip(chunk) {
                *lane += square(sample);
            }
        }
        energy += lanes.iter().map(|l| f64::from(*l)).sum::<f64>();
        let peak = samples.iter().fold(0, |peak, s| s.unsigned_abs().max(peak));
        let count = u64::from(count);
        let mean = energy / count as f64;
        self.samples.add(count);
        self.last.set(now());
        self.energy.set_float(self.energy.float() + energy);
        self.peak.set(self.peak.get().max(peak.into()));
        self.recent
            .set_float(self.recent.float() + (mean - self.recent.float()) / 16.0);
        if dbov(mean) > SILENCE_DBOV {
            self.quiet.set(0);
            self.voiced.add(count);
            self.voiced_energy.set_float(self.voiced_energy.float() + energy);
        } else {
            self.quiet.add(count);
        }
    }

    fn read(&self) -> LevelReading {
        LevelReading {
            samples: self.samples.get(),
            energy: self.energy.float(),
            peak: self.peak.get().min(32768) as u16,
            recent: self.recent.float(),
            quiet: self.quiet.get(),
            last: ago(self.last.get()),
            voiced: self.voiced.get(),
            voiced_energy: self.voiced_energy.float(),
        }
    }
}

impl LevelReading {
    /// Whether it was silent from the beginning.
    pub(crate) fn heard_nothing(&self) -> bool {
        self.quiet == self.samples
    }

    /// Level of what is no silence, if there was any.
    pub(crate) fn voice_dbov(&self) -> Option<f64> {
        (self.voiced > 0).then(|| dbov(self.voiced_energy / self.voiced as f64))
    }

    /// Mean square of all of it.
    pub(crate) fn mean_square(&self) -> f64 {
        self.energy / self.samples.max(1) as f64
    }

    /// How long nothing was heard, at this sample rate.
    pub(crate) fn quiet_for(&self, rate: u32) -> Duration {
        Duration::from_secs_f64(self.quiet as f64 / f64::from(rate.max(1)))
    }
}

/// A mean square as a level: 0 dBov is a square wave of full scale, −3.01 dBov a sine of full scale, −96 dBov and below nothing.
pub(crate) fn dbov(mean_square: f64) -> f64 {
    (10.0 * (mean_square / FULL_SCALE).log10()).max(-96.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(sequence: impl IntoIterator<Item = u16>) -> Reading {
        let meter = Meter::default();
        for number in sequence {
            meter.packet(number, 160, false, false);
        }
        meter.read()
    }

    #[test]
    fn nothing_is_lost_of_what_comes_in_order_also_past_the_end_of_numbers() {
        let r = fed((65_000..=65_535).chain(0..1000));
        assert_eq!(
            (r.packets, r.expected, r.lost, r.duplicates, r.reordered),
            (1536, 1536, 0, 0, 0)
        );
        assert_eq!((r.bytes, r.bursts.bad), (1536 * 160, 0));
    }

    #[test]
    fn every_tenth_dropped_is_ten_per_cent_and_no_burst() {
        let r = fed((0..2001).filter(|n| n % 10 != 5));
        assert_eq!((r.expected, r.lost, r.packets), (2001, 200, 1801));
        assert_eq!((r.bursts.bad, r.bursts.rows, r.bursts.longest), (200, 200, 1));
        // Evenly spread: no burst for the E-model.
        assert_eq!(r.bursts.ratio(r.expected), 1.0);
        // For RFC 3611 losses nine good packets apart are one burst of a tenth.
        let (dense, _) = r.bursts.densities();
        assert!((dense - 0.1).abs() < 0.01, "{dense}");
    }

    #[test]
    fn duplicates_are_not_loss_made_good() {
        // 10 lost, 20 doubled: RFC 3550's own count would say that nothing was lost.
        let list = (0..200_u16)
            .filter(|n| n % 20 != 7)
            .flat_map(|n| std::iter::repeat_n(n, 1 + usize::from(n % 10 == 3)));
        let r = fed(list);
        assert_eq!((r.expected, r.lost, r.duplicates, r.reordered), (200, 10, 20, 0));
        // Also one that comes much later.
        let r = fed((0..100).chain([60]).chain(100..200));
        assert_eq!((r.lost, r.duplicates, r.reordered), (0, 1, 0));
    }

    #[test]
    fn swapped_packets_are_reordered_and_not_lost() {
        let swapped = (0..1000_u16).map(|n| match n % 10 {
            4 => n + 1,
            5 => n - 1,
            _ => n,
        });
        let r = fed(swapped);
        assert_eq!((r.lost, r.duplicates, r.reordered), (0, 0, 100));
        assert_eq!(r.bursts.bad, 0);
        // What is missing now may come yet.
        let r = fed([1, 2, 4]);
        assert_eq!((r.expected, r.lost), (4, 1));
    }

    #[test]
    fn bursts_are_told_from_single_losses() {
        // Each hundred: ten in a row are lost.
        let r = fed((0..5000).filter(|n| n % 100 >= 10 || *n < 10));
        assert_eq!((r.lost, r.bursts.rows, r.bursts.longest), (490, 49, 10));
        let ratio = r.bursts.ratio(r.expected);
        assert!((ratio - 10.0 * (1.0 - 0.098)).abs() < 0.01, "{ratio}");
        let ((dense, sparse), (burst, gap)) = (r.bursts.densities(), r.bursts.lengths());
        assert!(dense > 0.9 && sparse < 0.001, "{dense} {sparse}");
        assert!((burst - 10.0).abs() < 1.1 && (gap - 92.0).abs() < 2.0, "{burst} {gap}");
    }

    #[test]
    fn a_peer_that_begins_anew_has_lost_nothing() {
        let r = fed((100..300).chain(40_000..40_200));
        // The first packet from afar is not believed yet.
        assert_eq!((r.expected, r.lost, r.packets), (399, 0, 400));
        // A single stray is nothing at all.
        let r = fed((100..200).chain([50_000]).chain(200..300));
        assert_eq!((r.expected, r.lost), (200, 0));
    }

    #[test]
    fn what_came_too_late_to_be_played_is_no_loss_but_bad() {
        let meter = Meter::default();
        for n in 0..100 {
            meter.packet(n, 160, false, n % 10 == 9);
        }
        let r = meter.read();
        assert_eq!((r.lost, r.bursts.bad), (0, 10));
    }

    #[test]
    fn levels_are_in_dbov() {
        let meter = Meter::default();
        let sine: Vec<i16> = (0..160)
            .map(|n| ((std::f64::consts::TAU * f64::from(n) / 16.0).sin() * 32767.0) as i16)
            .collect();
        for _ in 0..200 {
            meter.audio(false, Some(&sine), 160);
        }
        let r = meter.read().received;
        assert!((dbov(r.mean_square()) + 3.01).abs() < 0.02, "{}", dbov(r.mean_square()));
        assert!((dbov(r.recent) + 3.01).abs() < 0.02);
        assert_eq!((r.samples, r.quiet, r.peak), (32_000, 0, 32_767));
        // Two seconds of nothing.
        for _ in 0..100 {
            meter.audio(false, None, 160);
        }
        let r = meter.read().received;
        assert_eq!(r.quiet_for(8000), Duration::from_secs(2));
        assert!(dbov(r.recent) < -25.0 && (dbov(r.mean_square()) + 4.77).abs() < 0.05);
        assert_eq!(meter.read().sent, LevelReading::default());
        assert_eq!(dbov(0.0), -96.0);
        let full = vec![i16::MIN; 160];
        meter.audio(true, Some(&full), 160);
        assert!(dbov(meter.read().sent.mean_square()).abs() < 0.001);
    }
}
