//! Medians and percentiles of plain lists.

use std::time::Duration;

use serde::Serialize;

/// What matters of many durations; in microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    /// How many were measured.
    pub count: usize,
    /// Half of them were shorter.
    pub p50: f64,
    /// Nine of ten were shorter.
    pub p90: f64,
    /// Ninety-nine of a hundred were shorter.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Percentiles {
    /// `None` without a value.
    pub fn of(durations: &[Duration]) -> Option<Self> {
        let mut micros: Vec<f64> = durations.iter().map(|d| d.as_secs_f64() * 1e6).collect();
        micros.sort_by(f64::total_cmp);
        // Nearest rank: the smallest value that at least this share does not exceed.
        let at = |share: f64| {
            let rank = (share * micros.len() as f64).ceil() as usize;
            micros.get(rank.saturating_sub(1)).copied()
        };
        Some(Self {
            count: micros.len(),
            p50: at(0.5)?,
            p90: at(0.9)?,
            p99: at(0.99)?,
            max: micros.last().copied()?,
        })
    }
}

/// A median with the values it came from.
#[derive(Debug, Clone, Serialize)]
pub struct Spread {
    /// Half of the values are below.
    pub median: f64,
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// All, in the order of the rounds.
    pub values: Vec<f64>,
}

impl Spread {
    /// `None` without a value.
    pub fn of(values: Vec<f64>) -> Option<Self> {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Some(Self {
            median,
            low,
            high,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let durations: Vec<Duration> = (1..=200).rev().map(Duration::from_micros).collect();
        let p = Percentiles::of(&durations).unwrap();
        assert_eq!((p.count, p.p50, p.p90, p.p99, p.max), (200, 100.0, 180.0, 198.0, 200.0));
        let one = Percentiles::of(&[Duration::from_micros(7)]).unwrap();
        assert_eq!((one.p50, one.p99, one.max), (7.0, 7.0, 7.0));
        assert!(Percentiles::of(&[]).is_none());
    }

    #[test]
    fn the_median_ignores_order_and_outliers() {
        let odd = Spread::of(vec![1.0, 9.0, 2.0]).unwrap();
        assert_eq!((odd.median, odd.low, odd.high), (2.0, 1.0, 9.0));
        assert_eq!(Spread::of(vec![4.0, 1.0, 2.0, 3.0]).unwrap().median, 2.5);
        assert!(Spread::of(vec![]).is_none());
    }
}
