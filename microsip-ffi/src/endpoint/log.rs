//! The log: records of `tracing`, by which the library logs, to a callback.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use microsip_core::LogLevel;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use super::{microsip_destroy_t, microsip_log_level_t};
use crate::base::lent::c_string;
use crate::base::{Code, Fault, Outcome, guard};
use crate::status::{microsip_status_e, microsip_status_t};

/// Called with a record of the log: its level, where it comes from (`"microsip"`, or `"pjsip"` for PJSIP's own lines) and its text,
/// both lent for the call, UTF-8 and without passwords and keys.
///
/// Runs on whatever thread logs, the engine's among them, and on several at a time. It must return at once, must not call the
/// library (records that come of it are dropped), and no exception may escape.
pub type microsip_log_callback_t = Option<
    unsafe extern "C" fn(
        level: microsip_log_level_t,
        target: *const c_char,
        message: *const c_char,
        user_data: *mut c_void,
    ),
>;

/// A callback with what it was given.
struct Sink {
    callback: microsip_log_callback_t,
    user_data: *mut c_void,
    destroy: microsip_destroy_t,
}

// SAFETY: the header says that the callback runs on any thread, several at a time, and destroy on any.
unsafe impl Send for Sink {}
// SAFETY: as above.
unsafe impl Sync for Sink {}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy.take() {
            // SAFETY: the caller gave both together, and this runs once, after the last call back.
            unsafe { destroy(self.user_data) }
        }
    }
}

static SINK: RwLock<Option<Arc<Sink>>> = RwLock::new(None);
/// 0 for nothing, 1 for errors, up to 4 for details.
static LEVEL: AtomicUsize = AtomicUsize::new(0);
/// One who changes it at a time; whether ours is the process' subscriber.
static INSTALLED: Mutex<bool> = Mutex::new(false);

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

fn number(level: LogLevel) -> usize {
    match level {
        LogLevel::Off => 0,
        LogLevel::Error => 1,
        LogLevel::Warn => 2,
        LogLevel::Info => 3,
        LogLevel::Debug => 4,
    }
}

fn level_of(level: Level) -> LogLevel {
    match level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        Level::INFO => LogLevel::Info,
        _ => LogLevel::Debug,
    }
}

/// Whether a record is the library's: others of this process have not been looked through for secrets.
fn ours(target: &str) -> bool {
    ["microsip", "pjsip"].iter().any(|own| {
        target
            .strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

/// The text of a record: its message, and its fields behind it.
#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a String does not fail.
        let _ = match field.name() {
            "message" if self.0.is_empty() => write!(self.0, "{value:?}"),
            "message" => {
                let fields = std::mem::take(&mut self.0);
                write!(self.0, "{value:?} {fields}")
            }
            name if self.0.is_empty() => write!(self.0, "{name}={value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

struct Log;

impl Subscriber for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_event() && ours(metadata.target()) {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && number(level_of(*metadata.level())) <= LEVEL.load(Ordering::Relaxed)
            && *metadata.level() <= Level::DEBUG
            && ours(metadata.target())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match LEVEL.load(Ordering::Relaxed) {
            0 => LevelFilter::OFF,
            1 => LevelFilter::ERROR,
            2 => LevelFilter::WARN,
            3 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        })
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let Some(sink) = SINK.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            return;
        };
        let Some(callback) = sink.callback else { return };
        if INSIDE.try_with(|inside| inside.replace(true)).unwrap_or(true) {
            // A record of the callback's own doing, or of a thread's end.
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        let metadata = event.metadata();
        let (target, message) = (c_string(metadata.target()), c_string(&line.0));
        // SAFETY: the caller vouches for the function; both texts live until it returns.
        unsafe {
            callback(
                level_of(*metadata.level()).code(),
                target.as_ptr(),
                message.as_ptr(),
                sink.user_data,
            );
        }
        drop(sink);
        let _ = INSIDE.try_with(|inside| inside.set(false));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn install() -> Outcome {
    tracing::subscriber::set_global_default(Log).map_err(|_| {
        Fault::new(
            microsip_status_e::MICROSIP_STATUS_WRONG_STATE,
            "something else in this process takes the log (a subscriber of tracing)",
        )
    })
}

/// Sets who gets the log, in place of whom it was given to before: records up to `level`. NULL, or `MICROSIP_LOG_LEVEL_OFF`: nobody,
/// as at first. Needs no endpoint, and holds for all of them in this process; PJSIP's own lines come as far as
/// `microsip_endpoint_config_set_log_level` lets them.
///
/// See `microsip_log_callback_t` for what the callback must not do; the same holds for `destroy` (may be NULL), which is called
/// exactly once with `user_data` when the callback runs no more: by this function when it fails, by the next one that sets
/// something else, or, if the callback is running then, by the thread it returns on last. What is still set when the process
/// ends is not destroyed.
///
/// Statuses: `WRONG_STATE` when something else in this process takes the log already, `WOULD_DEADLOCK` from within the
/// callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_set_log(
    callback: microsip_log_callback_t,
    user_data: *mut c_void,
    destroy: microsip_destroy_t,
    level: microsip_log_level_t,
) -> microsip_status_t {
    guard("microsip_set_log", || {
        let sink = Sink {
            callback,
            user_data,
            destroy,
        };
        let level = match callback {
            Some(_) => LogLevel::arg(level)?,
            None => LogLevel::Off,
        };
        if INSIDE.try_with(Cell::get).unwrap_or(false) {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_WOULD_DEADLOCK,
                "a callback of the log cannot change the log; do it on another thread",
            ));
        }
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if !*installed && level != LogLevel::Off {
            install()?;
            *installed = true;
        }
        let sink = Arc::new(sink);
        // One that is not used goes with the others at the end, when nothing is locked.
        let used = (level != LogLevel::Off).then(|| Arc::clone(&sink));
        let before = std::mem::replace(&mut *SINK.write().unwrap_or_else(PoisonError::into_inner), used);
        LEVEL.store(number(level), Ordering::Relaxed);
        if *installed {
            tracing::callsite::rebuild_interest_cache();
        }
        drop(installed);
        drop((before, sink));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_librarys_records_are_ours() {
        for (target, own) in [
            ("microsip", true),
            ("microsip::call", true),
            ("pjsip", true),
            ("microsipper", false),
            ("hickory_resolver", false),
            ("", false),
        ] {
            assert_eq!(ours(target), own, "{target}");
        }
    }
}
