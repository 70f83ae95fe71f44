//! The boundary: every exported function runs in [`guard`], which turns failures and panics into a status.

use std::panic::{AssertUnwindSafe, catch_unwind};

use microsip_core::{Error, ErrorKind};

use crate::last_error;
use crate::status::{microsip_status_e, microsip_status_t, of_kind};

/// Why a function failed.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: microsip_status_e,
    pub(crate) message: String,
    /// The library's error, when that is the reason.
    pub(crate) error: Option<Error>,
}

/// What the body of an exported function gives.
pub(crate) type Outcome<T = ()> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(status: microsip_status_e, message: impl Into<String>) -> Fault {
        Fault {
            status,
            message: message.into(),
            error: None,
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Fault {
        Fault::new(microsip_status_e::MICROSIP_STATUS_INVALID_ARGUMENT, message)
    }

    /// There is no `what`.
    pub(crate) fn none(what: &str) -> Fault {
        Fault::new(
            microsip_status_e::MICROSIP_STATUS_NO_VALUE,
            format!("there is no {what}"),
        )
    }

    pub(crate) fn of_kind(kind: ErrorKind, message: impl Into<String>) -> Fault {
        Fault::new(of_kind(kind), message)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault {
            status: of_kind(error.kind()),
            message: error.to_string(),
            error: Some(error),
        }
    }
}

/// Runs the body of the exported function `name`.
pub(crate) fn guard(name: &'static str, body: impl FnOnce() -> Outcome) -> microsip_status_t {
    let mut body = Some(body);
    guarded(name, &mut || body.take().map_or(Ok(()), |body| body()))
}

/// The same for all of them: written out for each of the many functions it would be a third of the library.
fn guarded(name: &'static str, body: &mut dyn FnMut() -> Outcome) -> microsip_status_t {
    // A panic leaves our own state whole: locks give way to poisoning, and the registry holds only finished entries.
    let fault = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return microsip_status_e::MICROSIP_STATUS_OK as i32,
        Ok(Err(fault)) => fault,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Fault::new(
                microsip_status_e::MICROSIP_STATUS_PANIC,
                format!("a panic was caught: {text}"),
            )
        }
    };
    let status = fault.status as i32;
    // Even this may not unwind into C; without memory for the message the status must do.
    let _ = catch_unwind(AssertUnwindSafe(|| last_error::set(name, fault)));
    status
}

#[cfg(test)]
#[allow(clippy::panic, reason = "that is what is tested")]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_status() {
        let status = guard("microsip_test", || panic!("on purpose"));
        assert_eq!(status, microsip_status_e::MICROSIP_STATUS_PANIC as i32);
        assert_eq!(last_error::microsip_last_error_status(), status);
        assert_eq!(guard("microsip_test", || Ok(())), 0);
        assert_eq!(
            last_error::microsip_last_error_status(),
            status,
            "successes do not change it"
        );
    }
}
