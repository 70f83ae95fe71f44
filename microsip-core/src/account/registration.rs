//! What is known about a registration.

use std::time::{Duration, Instant};

use crate::Error;
use crate::sip::StatusCode;

/// Where a registration stands (RFC 3261 §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationState {
    /// The account has no registrar.
    None,
    /// A REGISTER is under way.
    Registering,
    /// The registrar holds our binding; it is refreshed in time.
    Registered,
    /// The binding was removed.
    Unregistered,
    /// The last REGISTER failed, or the connection to the registrar was lost; [`RegistrationInfo::next_retry`] says when it
    /// is tried again, if what is wrong may pass (see [`RetryPolicy`](crate::RetryPolicy)).
    Failed,
}

impl RegistrationState {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            RegistrationState::None => "none",
            RegistrationState::Registering => "registering",
            RegistrationState::Registered => "registered",
            RegistrationState::Unregistered => "unregistered",
            RegistrationState::Failed => "failed",
        }
    }
}

/// A registration at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationInfo {
    /// Where it stands.
    pub state: RegistrationState,
    /// The registrar's last answer, or 408/503 made up by PJSIP for want of one.
    pub code: Option<StatusCode>,
    /// The reason phrase that came with it.
    pub reason: String,
    /// How long the registrar keeps the binding, from its last answer; set while registered.
    pub expires: Option<Duration>,
    /// Why it failed; set with [`RegistrationState::Failed`].
    pub error: Option<Error>,
    /// When it is tried again; set with [`RegistrationState::Failed`] unless trying again is of no use.
    pub next_retry: Option<Instant>,
    /// Failures in a row, 0 after a success.
    pub failures: u32,
    /// The Contact header's value that the registrar holds; set while registered.
    pub contact: Option<String>,
    /// The registrar's `Service-Route` (RFC 3608), in order: the way our requests take from now on.
    pub service_route: Vec<String>,
}

impl RegistrationInfo {
    pub(crate) fn bare(state: RegistrationState) -> Self {
        RegistrationInfo {
            state,
            code: None,
            reason: String::new(),
            expires: None,
            error: None,
            next_retry: None,
            failures: 0,
            contact: None,
            service_route: Vec::new(),
        }
    }

    /// How long until it is tried again; `None` when it is not.
    pub fn retry_in(&self) -> Option<Duration> {
        self.next_retry.map(|at| at.saturating_duration_since(Instant::now()))
    }
}
