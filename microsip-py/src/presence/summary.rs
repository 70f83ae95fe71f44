//! Which messages wait in a mailbox.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Bytes, FromPy, Outcome, ToPy};
use crate::{settings, snapshot, words};

words!(MessageClass as "MessageClass" [Voice, Video, Fax, Pager, Multimedia, Text, None]);

snapshot!(core::MessageCounts as "MessageCounts" { new, old, new_urgent, old_urgent });
settings!(core::MessageCounts as "MessageCounts" { new, old, new_urgent, old_urgent });

snapshot!(core::MessageSummary as "MessageSummary" { waiting, account, counts, messages });
settings!(core::MessageSummary, core::MessageSummary::new(false), "MessageSummary" { waiting, account, counts, messages });

#[pyfunction]
pub fn message_summary_parse<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let body = Bytes::from_py(body)?;
    Ok(core::MessageSummary::parse(&body.0)?.to_py(py)?)
}

#[pyfunction]
pub fn message_summary_to_text(summary: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::MessageSummary::from_py(summary)?.to_text())
}
