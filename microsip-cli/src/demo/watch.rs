//! Looks at both calls ten times a second: how loud it is, and what is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use microsip_core::Call;

use crate::exit::Failure;

/// Time between two looks.
pub(super) const EVERY: Duration = Duration::from_millis(100);

/// What a side heard in a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample {
    /// Time since the watch began.
    pub(super) at: Duration,
    /// Mean amplitude of the last 20 ms, in dB below full scale; −96 for silence.
    pub(super) level_dbov: f32,
    /// Packets that came since the last look.
    pub(super) packets: u64,
    /// Packets found missing since then.
    pub(super) lost: u64,
}

/// A watch in progress.
pub(super) struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<[Vec<Sample>; 2]>,
}

impl Watch {
    /// Begins to look at what both calls receive.
    pub(super) fn start(calls: [&Call; 2]) -> Result<Watch, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let (flag, calls) = (Arc::clone(&stop), calls.map(Call::clone));
        let thread = std::thread::Builder::new()
            .name("microsip-watch".into())
            .spawn(move || look(&calls, &flag))
            .map_err(|e| Failure::failed(format!("the system gives no thread: {e}")))?;
        Ok(Watch { stop, thread })
    }

    /// Ends it: what each heard.
    pub(super) fn end(self) -> [Vec<Sample>; 2] {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

fn look(calls: &[Call; 2], stop: &AtomicBool) -> [Vec<Sample>; 2] {
    let start = Instant::now();
    let mut next = start;
    let mut seen: [Vec<Sample>; 2] = Default::default();
    let mut counted = [(0, 0); 2];
    while !stop.load(Ordering::Relaxed) {
        for ((call, samples), (packets, lost)) in calls.iter().zip(&mut seen).zip(&mut counted) {
            // A call that has ended tells nothing any more.
            let (Ok(levels), Ok(stats)) = (call.levels(), call.stats()) else {
                continue;
            };
            samples.push(Sample {
                at: start.elapsed(),
                level_dbov: levels.received_dbov,
                packets: stats.received.packets.saturating_sub(*packets),
                lost: stats.received.lost.saturating_sub(*lost),
            });
            (*packets, *lost) = (stats.received.packets, stats.received.lost);
        }
        next += EVERY;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    seen
}
