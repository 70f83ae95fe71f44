//! What is known about a registration.

use std::time::Duration;

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
    /// The last REGISTER failed; it is tried again on its own when the failure may pass (timeouts, 5xx, lost
    /// connections), not when it will not (credentials, 403, 404).
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
}

impl RegistrationInfo {
    pub(crate) fn bare(state: RegistrationState) -> Self {
        RegistrationInfo {
            state,
            code: None,
            reason: String::new(),
            expires: None,
            error: None,
        }
    }
}
