//! What is decided on the engine: policies, as data.

use std::net::IpAddr;

use microsip_core as core;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use crate::base::{Fault, FromPy, Outcome, model};
use crate::{names, settings};

names!(core::TransferPolicy as "TransferPolicy" { Refuse = "refuse", Ask = "ask", Accept = "accept" });
names!(core::ReplacesPolicy as "ReplacesPolicy" {
    Refuse = "refuse", Ask = "ask", AcceptSameSource = "accept_same_source", Accept = "accept",
});

settings!(core::TransferRules as "TransferRules" { in_call, outside, replaces });
settings!(core::Forward as "Forward" { always, busy, no_answer });
settings!(core::AutoAnswer as "AutoAnswer" { always, callers, by_header, delay, beside_other_calls });
settings!(core::CallRule, core::CallRule::allow(), "CallRule" {
    action, caller, caller_host, callee,
    source: |it, network: Source| it.source = Some(network.0),
    anonymous,
});
settings!(core::CallPolicy as "CallPolicy" {
    do_not_disturb, max_calls, call_waiting, rules, forward, auto_answer, hang_up_after,
});
settings!(core::MessageConfig as "MessageConfig" { incoming, accept, confirm_delivery, typing_idle, typing_refresh });

/// A status or none, as a number or as a dataclass with one field.
pub fn chosen(value: &Bound<'_, PyAny>, class: &str, field: &str) -> PyResult<Option<core::StatusCode>> {
    if value.is_instance_of::<PyInt>() {
        return core::StatusCode::from_py(value).map(Some);
    }
    if !value.is_instance(&model(value.py(), class)?)? {
        return Err(Fault::type_error(format!("expected {class} or a SIP status, not {}", value.get_type())).into());
    }
    Option::from_py(&value.getattr(field)?)
}

impl FromPy for core::IncomingPolicy {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let status = chosen(value, "IncomingPolicy", "answer")?;
        Ok(status.map_or(core::IncomingPolicy::Ask, core::IncomingPolicy::Answer))
    }
}

impl FromPy for core::MessagePolicy {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let status = chosen(value, "MessagePolicy", "refuse")?;
        Ok(status.map_or(core::MessagePolicy::Accept, core::MessagePolicy::Refuse))
    }
}

impl FromPy for core::RuleAction {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let status = chosen(value, "RuleAction", "deny")?;
        Ok(status.map_or(core::RuleAction::Allow, core::RuleAction::Deny))
    }
}

/// A text, or a `Pattern`.
impl FromPy for core::Pattern {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = match value.extract::<String>() {
            Ok(text) => text,
            Err(_) if value.is_instance(&model(value.py(), "Pattern")?)? => value.getattr("text")?.extract()?,
            Err(_) => {
                return Err(
                    Fault::type_error(format!("expected a Pattern or a text, not {}", value.get_type())).into(),
                );
            }
        };
        Ok(core::Pattern::new(text).map_err(Fault::from)?)
    }
}

/// Whether a text fits a pattern; a pattern that is none is an error whatever the text.
#[pyfunction]
pub fn pattern_matches(pattern: &str, text: &str) -> Outcome<bool> {
    Ok(core::Pattern::new(pattern)?.matches(text))
}

/// `"192.0.2.0/24"`, or a network of `ipaddress`.
impl FromPy for core::Network {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = value.str()?.extract::<String>()?;
        Ok(text.parse::<core::Network>().map_err(Fault::from)?)
    }
}

/// A network as rules have it.
struct Source((IpAddr, u8));

impl FromPy for Source {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = core::Network::from_py(value)?.to_string();
        let parts = text
            .split_once('/')
            .and_then(|(address, bits)| Some((address.parse().ok()?, bits.parse().ok()?)));
        parts
            .map(Source)
            .ok_or_else(|| Fault::value_error(format!("{text:?} is no network")).into())
    }
}
