//! The guard against scanners and floods.

use microsip_core as core;
use pyo3::prelude::*;

use super::policy::chosen;
use crate::base::FromPy;
use crate::{names, settings, snapshot};

names!(core::GuardReason as "GuardReason" [Invites, Requests, Scanner]);

settings!(core::GuardRate, core::GuardRate::new(0, 0), "GuardRate" { per_second, burst });
settings!(core::GuardConfig as "GuardConfig" {
    enabled, invites, requests, action, scanners, trusted, trust_loopback, trust_registrars, sources, report_every,
});

impl FromPy for core::GuardAction {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let status = chosen(value, "GuardAction", "refuse")?;
        Ok(status.map_or(core::GuardAction::Drop, core::GuardAction::Refuse))
    }
}

snapshot!(core::GuardReport as "GuardReport" { source, reason, requests, user_agent });
snapshot!(core::GuardCounters as "GuardCounters" { invites, requests, scanners, sources });
