//! Level and loss over time, as lines of a terminal.

use super::watch::Sample;

/// Characters a line has at most for the time.
const WIDTH: usize = 56;
/// What is drawn as nothing, and what as full height, in dBov: speech has −35 to −15.
const QUIET: f32 = -60.0;
const LOUD: f32 = -10.0;
/// The share of lost packets that is drawn at full height.
const BAD_LOSS: f64 = 0.2;

/// Which characters there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocks {
    /// Eighths of a block.
    Unicode,
    /// For terminals that have no more.
    Ascii,
}

impl Blocks {
    /// As the environment asks: `NO_COLOR` and a dumb terminal get ASCII.
    pub(super) fn of_environment() -> Blocks {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if no_color || dumb {
            Blocks::Ascii
        } else {
            Blocks::Unicode
        }
    }

    /// From nothing to full height.
    fn steps(self) -> &'static [char] {
        match self {
            Blocks::Unicode => &[' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
            Blocks::Ascii => &[' ', '.', ':', '-', '=', '+', '*', '#', '@'],
        }
    }

    fn of(self, share: f64) -> char {
        let steps = self.steps();
        let last = steps.len() - 1;
        steps[((share.clamp(0.0, 1.0) * last as f64).round() as usize).min(last)]
    }

    /// No loss.
    fn none(self) -> char {
        match self {
            Blocks::Unicode => '·',
            Blocks::Ascii => '_',
        }
    }
}

/// Two lines and an axis for what `to` heard of `from`; nothing when there are no samples.
pub(super) fn lines(from: &str, to: &str, samples: &[Sample], blocks: Blocks) -> Vec<String> {
    let Some(last) = samples.last() else { return Vec::new() };
    let columns: Vec<&[Sample]> = samples.chunks(samples.len().div_ceil(WIDTH)).collect();
    let level: String = columns.iter().map(|c| blocks.of(height(c))).collect();
    let loss: String = columns.iter().map(|c| loss_block(c, blocks)).collect();
    let (lost, packets) = totals(samples);
    let arrow = if blocks == Blocks::Unicode { '→' } else { '>' };
    let name = format!("{from} {arrow} {to}");
    let end = format!("{:.1} s", last.at.as_secs_f64());
    let room = columns.len().saturating_sub(3 + end.len());
    let indent = " ".repeat(name.chars().count());
    vec![
        format!("{name}  level  {level}  loudest {:.0} dBov", loudest(samples)),
        format!("{indent}  loss   {loss}  {lost} of {}", packets + lost),
        format!("{indent}         0 s{}{end}", " ".repeat(room)),
    ]
}

fn loudest(samples: &[Sample]) -> f32 {
    samples.iter().fold(-96.0, |loudest, s| s.level_dbov.max(loudest))
}

fn totals(samples: &[Sample]) -> (u64, u64) {
    samples
        .iter()
        .fold((0, 0), |(lost, packets), s| (lost + s.lost, packets + s.packets))
}

fn height(samples: &[Sample]) -> f64 {
    f64::from((loudest(samples) - QUIET) / (LOUD - QUIET))
}

fn loss_block(samples: &[Sample], blocks: Blocks) -> char {
    let (lost, packets) = totals(samples);
    if lost == 0 {
        return blocks.none();
    }
    // Never as nothing: one lost packet is to be seen.
    let share = lost as f64 / (lost + packets) as f64 / BAD_LOSS;
    blocks.of(share.max(1.0 / 8.0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn samples(list: &[(f32, u64)]) -> Vec<Sample> {
        let sample = |(index, (level_dbov, lost)): (usize, &(f32, u64))| Sample {
            at: Duration::from_millis(100 * index as u64),
            level_dbov: *level_dbov,
            packets: 5,
            lost: *lost,
        };
        list.iter().enumerate().map(sample).collect()
    }

    #[test]
    fn level_and_loss_are_drawn_where_they_were() {
        let list = samples(&[(-96.0, 0), (-10.0, 0), (-35.0, 1), (-60.0, 5)]);
        let lines = lines("a", "b", &list, Blocks::Unicode);
        assert!(
            lines[0].starts_with("a → b  level   █▄   loudest -10 dBov"),
            "{lines:?}"
        );
        assert!(lines[1].contains("··▇█  6 of 26"), "{lines:?}");
        let ascii = super::lines("a", "b", &list, Blocks::Ascii);
        assert!(ascii.iter().all(|l| l.is_ascii()), "{ascii:?}");
    }

    #[test]
    fn a_long_call_fits_a_terminal_and_loses_no_peak() {
        let mut list = samples(&[(-60.0, 0); 1000]);
        list[517].level_dbov = -10.0;
        list[901].lost = 1;
        let lines = lines("1001", "1002", &list, Blocks::Unicode);
        assert!(lines.iter().all(|l| l.chars().count() <= 100), "{lines:?}");
        assert_eq!(lines[0].matches('█').count(), 1, "{lines:?}");
        assert_eq!(lines[1].matches('▁').count(), 1, "{lines:?}");
        assert!(lines[2].ends_with("99.9 s"), "{lines:?}");
    }

    #[test]
    fn no_samples_no_chart() {
        assert!(lines("a", "b", &[], Blocks::Unicode).is_empty());
    }
}
