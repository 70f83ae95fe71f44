//! SIGINT, SIGTERM and SIGHUP: the first one asks for the end, the second one is the end.

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
    ctrlc::set_handler(move || {
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

fn watchdog(longest: Duration) {
    thread::sleep(longest.saturating_sub(LAST_WORDS));
    drop(thread::spawn(|| {
        Failure::failed("the engine did not close in time").report();
    }));
    thread::sleep(LAST_WORDS);
    std::process::exit(exit::FAILED.into());
}
