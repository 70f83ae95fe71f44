//! Statuses: what every function answers.

use std::ffi::{CStr, c_char};

use microsip_core::ErrorKind;

/// Result of a function: 0 is success, everything else is negative. A number keeps its meaning for ever.
///
/// Groups: -1xx the caller's arguments, -2xx life cycle and time, -3xx SIP, -4xx media, devices and files, -9xx defects of the library.
pub type microsip_status_t = i32;

/// The values of `microsip_status_t`.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum microsip_status_e {
    /// It worked.
    MICROSIP_STATUS_OK = 0,
    /// A pointer that must not be NULL is NULL.
    MICROSIP_STATUS_NULL_ARGUMENT = -101,
    /// An argument is malformed or out of range; the message names it.
    MICROSIP_STATUS_INVALID_ARGUMENT = -102,
    /// A string is not UTF-8.
    MICROSIP_STATUS_INVALID_UTF8 = -103,
    /// A number is none of its enumeration's values.
    MICROSIP_STATUS_INVALID_ENUM = -104,
    /// A handle was never given out: zero, uninitialised or made up.
    MICROSIP_STATUS_INVALID_HANDLE = -105,
    /// A handle was freed before.
    MICROSIP_STATUS_STALE_HANDLE = -106,
    /// A handle is of another kind than the function takes.
    MICROSIP_STATUS_WRONG_HANDLE = -107,
    /// The caller's memory is too small; the message says how much is needed.
    MICROSIP_STATUS_BUFFER_TOO_SMALL = -108,
    /// The function would wait for the very callback it is called from.
    MICROSIP_STATUS_WOULD_DEADLOCK = -109,
    /// This build or this platform lacks the feature; the message names it.
    MICROSIP_STATUS_UNSUPPORTED = -110,
    /// A setting contradicts another one or the system.
    MICROSIP_STATUS_CONFIG = -111,
    /// There is no such value: the peer sent none, it is not known yet, or this kind of event has none. Out-parameters are zero.
    MICROSIP_STATUS_NO_VALUE = -112,
    /// No engine is running: the endpoint was closed.
    MICROSIP_STATUS_NOT_RUNNING = -201,
    /// An endpoint is running in this process already; PJSUA is one per process.
    MICROSIP_STATUS_ALREADY_RUNNING = -202,
    /// The call, account or file behind this handle has ended; the handle can only be freed.
    MICROSIP_STATUS_GONE = -203,
    /// The object exists but is not in a state that allows this.
    MICROSIP_STATUS_WRONG_STATE = -204,
    /// The engine's queue is full or the object is occupied by another thread; try again shortly.
    MICROSIP_STATUS_BUSY = -205,
    /// It cannot be done without waiting.
    MICROSIP_STATUS_WOULD_BLOCK = -206,
    /// The deadline passed. What was asked may still happen later.
    MICROSIP_STATUS_TIMEOUT = -207,
    /// A configured limit is reached; the message names it.
    MICROSIP_STATUS_LIMIT_REACHED = -208,
    /// The stream of events or audio has ended; nothing more will come.
    MICROSIP_STATUS_ENDED = -209,
    /// The peer answered with a SIP failure: `microsip_last_error_sip_status`.
    MICROSIP_STATUS_SIP = -301,
    /// The server rejected the credentials, or there are none for its realm.
    MICROSIP_STATUS_AUTH = -302,
    /// No connection: refused, unreachable, reset, or the name did not resolve.
    MICROSIP_STATUS_TRANSPORT = -303,
    /// The TLS handshake failed: `microsip_last_error_code` says why.
    MICROSIP_STATUS_TLS = -304,
    /// Codec, SDP or stream trouble.
    MICROSIP_STATUS_MEDIA = -401,
    /// A sound device failed.
    MICROSIP_STATUS_DEVICE = -402,
    /// A file could not be read or written.
    MICROSIP_STATUS_IO = -403,
    /// A defect of ours: please report it with the log.
    MICROSIP_STATUS_INTERNAL = -901,
    /// A defect of ours that was caught at the boundary; nothing is unwound into the caller. Please report it with the log.
    MICROSIP_STATUS_PANIC = -902,
}

use microsip_status_e::*;

/// Every status with its name and meaning, for `microsip_status_name` and for tests.
pub(crate) const ALL: &[(microsip_status_e, &CStr, &CStr)] = &[
    (MICROSIP_STATUS_OK, c"ok", c"it worked"),
    (
        MICROSIP_STATUS_NULL_ARGUMENT,
        c"null_argument",
        c"a pointer that must not be NULL is NULL",
    ),
    (
        MICROSIP_STATUS_INVALID_ARGUMENT,
        c"invalid_argument",
        c"an argument is malformed or out of range",
    ),
    (MICROSIP_STATUS_INVALID_UTF8, c"invalid_utf8", c"a string is not UTF-8"),
    (
        MICROSIP_STATUS_INVALID_ENUM,
        c"invalid_enum",
        c"a number is none of its enumeration's values",
    ),
    (
        MICROSIP_STATUS_INVALID_HANDLE,
        c"invalid_handle",
        c"a handle was never given out",
    ),
    (
        MICROSIP_STATUS_STALE_HANDLE,
        c"stale_handle",
        c"a handle was freed before",
    ),
    (
        MICROSIP_STATUS_WRONG_HANDLE,
        c"wrong_handle",
        c"a handle is of another kind",
    ),
    (
        MICROSIP_STATUS_BUFFER_TOO_SMALL,
        c"buffer_too_small",
        c"the caller's memory is too small",
    ),
    (
        MICROSIP_STATUS_WOULD_DEADLOCK,
        c"would_deadlock",
        c"it would wait for the callback it is called from",
    ),
    (
        MICROSIP_STATUS_UNSUPPORTED,
        c"unsupported",
        c"this build or platform lacks the feature",
    ),
    (
        MICROSIP_STATUS_CONFIG,
        c"config",
        c"a setting contradicts another one or the system",
    ),
    (MICROSIP_STATUS_NO_VALUE, c"no_value", c"there is no such value"),
    (MICROSIP_STATUS_NOT_RUNNING, c"not_running", c"the endpoint is closed"),
    (
        MICROSIP_STATUS_ALREADY_RUNNING,
        c"already_running",
        c"an endpoint is running in this process already",
    ),
    (MICROSIP_STATUS_GONE, c"gone", c"the object behind the handle has ended"),
    (
        MICROSIP_STATUS_WRONG_STATE,
        c"wrong_state",
        c"the object's state does not allow it",
    ),
    (MICROSIP_STATUS_BUSY, c"busy", c"occupied; try again shortly"),
    (
        MICROSIP_STATUS_WOULD_BLOCK,
        c"would_block",
        c"it cannot be done without waiting",
    ),
    (MICROSIP_STATUS_TIMEOUT, c"timeout", c"the deadline passed"),
    (
        MICROSIP_STATUS_LIMIT_REACHED,
        c"limit_reached",
        c"a configured limit is reached",
    ),
    (MICROSIP_STATUS_ENDED, c"ended", c"the stream has ended"),
    (MICROSIP_STATUS_SIP, c"sip", c"the peer answered with a SIP failure"),
    (
        MICROSIP_STATUS_AUTH,
        c"auth",
        c"credentials were rejected or are missing",
    ),
    (MICROSIP_STATUS_TRANSPORT, c"transport", c"no connection"),
    (MICROSIP_STATUS_TLS, c"tls", c"the TLS handshake failed"),
    (MICROSIP_STATUS_MEDIA, c"media", c"codec, SDP or stream trouble"),
    (MICROSIP_STATUS_DEVICE, c"device", c"a sound device failed"),
    (MICROSIP_STATUS_IO, c"io", c"a file could not be read or written"),
    (MICROSIP_STATUS_INTERNAL, c"internal", c"a defect of the library"),
    (
        MICROSIP_STATUS_PANIC,
        c"panic",
        c"a defect of the library, caught at the boundary",
    ),
];

/// The status of a class of errors.
pub(crate) fn of_kind(kind: ErrorKind) -> microsip_status_e {
    match kind {
        ErrorKind::InvalidArgument => MICROSIP_STATUS_INVALID_ARGUMENT,
        ErrorKind::NotRunning => MICROSIP_STATUS_NOT_RUNNING,
        ErrorKind::AlreadyRunning => MICROSIP_STATUS_ALREADY_RUNNING,
        ErrorKind::Gone => MICROSIP_STATUS_GONE,
        ErrorKind::WrongState => MICROSIP_STATUS_WRONG_STATE,
        ErrorKind::Busy => MICROSIP_STATUS_BUSY,
        ErrorKind::WouldBlock => MICROSIP_STATUS_WOULD_BLOCK,
        ErrorKind::Timeout => MICROSIP_STATUS_TIMEOUT,
        ErrorKind::LimitReached => MICROSIP_STATUS_LIMIT_REACHED,
        ErrorKind::Unsupported => MICROSIP_STATUS_UNSUPPORTED,
        ErrorKind::Sip => MICROSIP_STATUS_SIP,
        ErrorKind::Auth => MICROSIP_STATUS_AUTH,
        ErrorKind::Transport => MICROSIP_STATUS_TRANSPORT,
        ErrorKind::Tls => MICROSIP_STATUS_TLS,
        ErrorKind::Media => MICROSIP_STATUS_MEDIA,
        ErrorKind::Device => MICROSIP_STATUS_DEVICE,
        ErrorKind::Io => MICROSIP_STATUS_IO,
        ErrorKind::Config => MICROSIP_STATUS_CONFIG,
        ErrorKind::Internal => MICROSIP_STATUS_INTERNAL,
        // A kind this table does not know yet; the test of the table finds it before users do.
        _ => MICROSIP_STATUS_INTERNAL,
    }
}

fn find(status: microsip_status_t) -> Option<&'static (microsip_status_e, &'static CStr, &'static CStr)> {
    ALL.iter().find(|(known, ..)| *known as i32 == status)
}

/// Stable lower-case name of a status: `"ok"`, `"would_block"`, …; `"unknown"` for a number that is none. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_status_name(status: microsip_status_t) -> *const c_char {
    find(status).map_or(c"unknown", |(_, name, _)| name).as_ptr()
}

/// What a status means, in a few English words. Static, never NULL. `microsip_last_error_message` says more about a failure.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_status_meaning(status: microsip_status_t) -> *const c_char {
    find(status)
        .map_or(c"not a status of this library", |(_, _, meaning)| meaning)
        .as_ptr()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_its_own_status_and_its_name() {
        let mut seen = Vec::new();
        for kind in ErrorKind::ALL {
            let status = of_kind(kind);
            let (_, name, _) = find(status as i32).unwrap();
            assert_eq!(name.to_str().unwrap(), kind.name());
            assert!(!seen.contains(&(status as i32)), "{kind} shares its status");
            seen.push(status as i32);
        }
    }

    #[test]
    fn no_status_is_listed_twice() {
        let mut numbers: Vec<i32> = ALL.iter().map(|(status, ..)| *status as i32).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), ALL.len());
    }
}
