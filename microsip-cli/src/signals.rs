//! SIGINT, SIGTERM and SIGHUP: the first one asks for the end, the second one is the end. SIGHUP that was ignored when the program
//! started (`nohup`) stays so.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::exit::{self, Failure};

/// From the first signal to the end of the process, whatever the engine does.
const LONGEST: Duration = Duration::from_secs(3);
/// For the last sentence, which a standard error that nobody reads must not hold up.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// Has `first` called by the first signal. From then on a watchdog ends the process with [`exit::FAILED`] after three
/// seconds, and a second signal with [`exit::SIGNALLED_TWICE`] at once.
///
/// # Errors
/// When the system does not let us catch signals.
pub(crate) fn catch(first: impl Fn() + Send + Sync + 'static) -> Result<(), Failure> {
    catch_within(LONGEST, first)
}

/// The same, with another time for the end.
pub(crate) fn catch_within(longest: Duration, first: impl Fn() + Send + Sync + 'static) -> Result<(), Failure> {
    let asked = AtomicBool::new(false);
    let first = Arc::new(first);
    on_each(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(exit::SIGNALLED_TWICE.into());
        }
        // Not in this thread: it must be free for the second signal, even if nobody takes the first one's message.
        drop(
            thread::Builder::new()
                .name("microsip-watchdog".into())
                .spawn(move || watchdog(longest)),
        );
        let tell = Arc::clone(&first);
        if thread::Builder::new()
            .name("microsip-signal".into())
            .spawn(move || tell())
            .is_err()
        {
            first();
        }
    })
    .map_err(|e| Failure::failed(format!("cannot catch signals: {e}")))
}

/// Has `told` called, in a thread of its own, for each signal.
#[cfg(unix)]
fn on_each(told: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = vec![SIGINT, SIGTERM];
    if !is_ignored(SIGHUP) {
        signals.push(SIGHUP);
    }
    let mut signals = signal_hook::iterator::Signals::new(signals)?;
    thread::Builder::new()
        .name("microsip-signals".into())
        .spawn(move || signals.forever().for_each(|_| told()))
        .map(drop)
}

#[cfg(windows)]
fn on_each(told: impl FnMut() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(told).map_err(io::Error::other)
}

/// Whether a signal is ignored. Where the system has no file that tells it, none is.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

fn watchdog(longest: Duration) {
    thread::sleep(longest.saturating_sub(LAST_WORDS));
    drop(thread::spawn(|| {
        Failure::failed("the engine did not close in time").report();
    }));
    thread::sleep(LAST_WORDS);
    std::process::exit(exit::FAILED.into());
}
