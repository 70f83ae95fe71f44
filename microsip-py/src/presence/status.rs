//! Documents of presence.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Bytes, FromPy, Outcome, ToPy, list_of};
use crate::{names, settings, snapshot, words};

names!(core::Presence as "Presence" [Unknown, Online, Away, Busy, OnThePhone, DoNotDisturb, Offline]);
names!(core::BasicStatus as "BasicStatus" [Open, Closed, Unknown]);
words!(Activity as "Activity" [
    Appointment, Away, Breakfast, Busy, Dinner, Holiday, InTransit, LookingForWork, Lunch, Meal, Meeting, OnThePhone,
    Performance, PermanentAbsence, Playing, Presentation, Shopping, Sleeping, Spectator, Steering, Travel, Tv, Unknown,
    Vacation, Working, Worship, DoNotDisturb,
]);

snapshot!(core::PresenceNote as "PresenceNote" { text, language });
settings!(core::PresenceNote, core::PresenceNote::new(""), "PresenceNote" { text, language });

snapshot!(core::PresenceTuple as "PresenceTuple" { id, basic, contact, priority, activities, notes, timestamp });
settings!(core::PresenceTuple as "PresenceTuple" { id, basic, contact, priority, activities, notes, timestamp });

snapshot!(core::PresencePerson as "PresencePerson" { id, activities, notes, timestamp });
settings!(core::PresencePerson as "PresencePerson" { id, activities, notes, timestamp });

snapshot!(core::PresenceDevice as "PresenceDevice" { id, device_id, notes, timestamp });
settings!(core::PresenceDevice as "PresenceDevice" { id, device_id, notes, timestamp });

snapshot!(core::PresenceStatus as "PresenceStatus" { entity, tuples, persons, devices, notes });
settings!(core::PresenceStatus as "PresenceStatus" { entity, tuples, persons, devices, notes });

type Status<'a, 'py> = &'a Bound<'py, PyAny>;

/// Reads a document of a type that servers send.
#[pyfunction]
pub fn presence_parse<'py>(py: Python<'py>, content_type: &str, body: Status<'_, 'py>) -> Outcome<Bound<'py, PyAny>> {
    let body = Bytes::from_py(body)?;
    Ok(core::PresenceStatus::parse(content_type, &body.0)?.to_py(py)?)
}

#[pyfunction]
pub fn presence_to_pidf(status: Status<'_, '_>, entity: &str) -> Outcome<String> {
    Ok(core::PresenceStatus::from_py(status)?.to_pidf(entity))
}

/// The status of a word.
#[pyfunction]
pub fn presence_of<'py>(py: Python<'py>, state: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let state = core::Presence::from_py(state)?;
    Ok(core::PresenceStatus::of_state(state).to_py(py)?)
}

#[pyfunction]
pub fn presence_with_note<'py>(py: Python<'py>, status: Status<'_, 'py>, text: String) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::PresenceStatus::from_py(status)?.with_note(text).to_py(py)?)
}

#[pyfunction]
pub fn presence_state<'py>(py: Python<'py>, status: Status<'_, 'py>) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::PresenceStatus::from_py(status)?.state().to_py(py)?)
}

#[pyfunction]
pub fn presence_basic<'py>(py: Python<'py>, status: Status<'_, 'py>) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::PresenceStatus::from_py(status)?.basic().to_py(py)?)
}

#[pyfunction]
pub fn presence_activities<'py>(py: Python<'py>, status: Status<'_, 'py>) -> Outcome<Bound<'py, PyAny>> {
    let status = core::PresenceStatus::from_py(status)?;
    Ok(list_of(py, status.activities())?.into_any())
}

#[pyfunction]
pub fn presence_note(status: Status<'_, '_>) -> Outcome<Option<String>> {
    Ok(core::PresenceStatus::from_py(status)?.note().map(str::to_owned))
}
