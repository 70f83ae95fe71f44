//! What calls a line has.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Bytes, FromPy, Outcome, ToPy};
use crate::{names, settings, snapshot};

names!(core::DialogState as "DialogState" [Trying, Proceeding, Early, Confirmed, Terminated]);
names!(core::DialogEvent as "DialogEvent" [Cancelled, Rejected, Replaced, LocalBye, RemoteBye, Error, Timeout]);
names!(core::DialogDirection as "DialogDirection" [Initiator, Recipient]);
names!(core::LineState as "LineState" [Unknown, Idle, Trying, Early, Confirmed, Terminated]);
names!(core::LineUpdate as "LineUpdate" [Changed, Unchanged, Ignored, Gap]);

snapshot!(core::DialogParty as "DialogParty" { identity, display, target, parameters });
settings!(core::DialogParty as "DialogParty" { identity, display, target, parameters });

snapshot!(core::DialogIds as "DialogIds" { call_id, local_tag, remote_tag });
settings!(core::DialogIds, core::DialogIds::new("", "", ""), "DialogIds" { call_id, local_tag, remote_tag });

snapshot!(core::DialogEntry as "DialogEntry" {
    id, state, call_id, local_tag, remote_tag, direction, event, code, duration, replaces, referred_by, local, remote,
});
settings!(core::DialogEntry, core::DialogEntry::new("", core::DialogState::Trying), "DialogEntry" {
    id, state, call_id, local_tag, remote_tag, direction, event, code, duration, replaces, referred_by, local, remote,
});

snapshot!(core::DialogInfo as "DialogInfo" { entity, version, full, dialogs });
settings!(core::DialogInfo, core::DialogInfo::new("", 0), "DialogInfo" { entity, version, full, dialogs });

snapshot!(core::LineInfo as "LineInfo" { state, direction, local, remote, event, code, on_hold, stale, dialogs });
settings!(core::LineInfo, core::LineTable::new().info(), "LineInfo" {
    state, direction, local, remote, event, code, on_hold, stale, dialogs,
});

#[pyfunction]
pub fn dialog_info_parse<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let body = Bytes::from_py(body)?;
    Ok(core::DialogInfo::parse(&body.0)?.to_py(py)?)
}

#[pyfunction]
pub fn dialog_info_to_xml(info: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::DialogInfo::from_py(info)?.to_xml())
}

#[pyfunction]
pub fn dialog_is_ringing(entry: &Bound<'_, PyAny>) -> Outcome<bool> {
    Ok(core::DialogEntry::from_py(entry)?.is_ringing())
}

#[pyfunction]
pub fn dialog_is_on_hold(entry: &Bound<'_, PyAny>) -> Outcome<bool> {
    Ok(core::DialogEntry::from_py(entry)?.is_on_hold())
}

/// `Replaces` for a call to the other party, or to the watched line itself.
#[pyfunction]
pub fn dialog_replaces<'py>(py: Python<'py>, entry: &Bound<'py, PyAny>, at_remote: bool) -> Outcome<Bound<'py, PyAny>> {
    let entry = core::DialogEntry::from_py(entry)?;
    let replaces = if at_remote {
        entry.replaces_at_remote()
    } else {
        entry.replaces_at_local()
    };
    Ok(replaces?.to_py(py)?)
}

#[pyfunction]
pub fn line_info_ringing<'py>(py: Python<'py>, info: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::LineInfo::from_py(info)?.ringing().to_py(py)?)
}
