//! What an account's calls negotiate: session timers and reliable provisional responses.

use std::time::Duration;

use crate::{Error, Result};

/// Whether calls are refreshed, so that one whose peer has vanished ends (RFC 4028).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SessionTimers {
    /// Neither asked for nor offered; a call that requires them gets 420 Bad Extension.
    Off,
    /// Offered with `Supported: timer`, used when the peer wants them.
    #[default]
    Optional,
    /// `Require: timer`: a peer that does not know them is not called, and its calls get 421.
    Required,
    /// Used whether the peer supports them or not: then we refresh alone.
    Always,
}

impl SessionTimers {
    /// Stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            SessionTimers::Off => "off",
            SessionTimers::Optional => "optional",
            SessionTimers::Required => "required",
            SessionTimers::Always => "always",
        }
    }
}

/// Whether provisional responses are acknowledged (RFC 3262).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Reliable100 {
    /// Not offered; a call that requires it gets 420 Bad Extension.
    Off,
    /// Offered with `Supported: 100rel`; used whenever the peer supports it.
    #[default]
    Supported,
    /// `Require: 100rel`; a peer that does not support it is refused with 421 Extension Required.
    Required,
}

impl Reliable100 {
    /// Stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Reliable100::Off => "off",
            Reliable100::Supported => "supported",
            Reliable100::Required => "required",
        }
    }
}

/// RFC 4028 §4: no session is shorter.
const SHORTEST: Duration = Duration::from_secs(90);

pub(crate) fn check(op: &'static str, session_expires: Duration, min_se: Duration) -> Result<()> {
    const DAY: Duration = Duration::from_secs(86_400);
    if min_se < SHORTEST || min_se > DAY {
        return Err(Error::invalid(
            op,
            format!("min_se of {min_se:?} is not between 90 s (RFC 4028) and 1 day"),
        ));
    }
    if session_expires < min_se || session_expires > DAY {
        return Err(Error::invalid(
            op,
            format!("session_expires of {session_expires:?} is not between min_se ({min_se:?}) and 1 day"),
        ));
    }
    Ok(())
}
