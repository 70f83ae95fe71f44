//! From what a person typed to a SIP URI.

use microsip_core as core;
use microsip_core::compat::dialplan::{self, PlanMatch};
use microsip_core::compat::number::{self, Dialled, Line, NumberRules, PostDialStep};
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, ToPy};
use crate::{event, names, settings, snapshot};

names!(Line as "compat.Line" [Account, Local]);
snapshot!(PlanMatch as "compat.PlanMatch" { alternative, pattern, result });
snapshot!(PostDialStep as "compat.PostDialStep" { after, digits });
settings!(NumberRules as "compat.NumberRules" {
    domain, local, local_domain, prefix,
    plan: |it, text: String| it.plan = dialplan::DialPlan::parse(&text)?,
});

struct Found<'a>(&'a Dialled, core::Transport);

impl ToPy for Found<'_> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Found(dialled, transport) = self;
        let steps = dialled.post_dial().map(|keys| keys.steps()).unwrap_or_default();
        event!(py, "compat.Dialled" {
            uri: dialled.uri(), request_uri: dialled.request_uri(*transport), user: dialled.user(), host: dialled.host(),
            display_name: dialled.display_name(), line: dialled.line(), is_phone_number: dialled.is_phone_number(),
            is_secure: dialled.is_secure(), post_dial: steps,
        })
    }
}

/// `as_is`: without clean-up, prefix and plan.
#[pyfunction]
pub fn resolve_number<'py>(
    py: Python<'py>,
    text: &str,
    rules: &Bound<'py, PyAny>,
    as_is: bool,
    transport: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (rules, transport) = (NumberRules::from_py(rules)?, core::Transport::from_py(transport)?);
    let dialled = match as_is {
        true => rules.resolve_as_is(text)?,
        false => rules.resolve(text)?,
    };
    Ok(Found(&dialled, transport).to_py(py)?)
}

#[pyfunction]
pub fn is_phone_like(text: &str) -> bool {
    number::is_phone_like(text)
}

/// What a `microsip.compat.DialPlan` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct DialPlan(dialplan::DialPlan);

#[pymethods]
impl DialPlan {
    #[new]
    fn new(text: &str) -> Outcome<DialPlan> {
        Ok(DialPlan(dialplan::DialPlan::parse(text)?))
    }

    #[getter]
    fn source(&self) -> &str {
        self.0.source()
    }

    #[getter]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn apply(&self, number: &str) -> Option<String> {
        self.0.apply(number)
    }

    fn explain<'py>(&self, py: Python<'py>, number: &str) -> PyResult<Bound<'py, PyAny>> {
        self.0.explain(number).to_py(py)
    }
}
