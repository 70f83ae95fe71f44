//! Documents that go with messages: their envelope, notifications about them, that they are being typed.

use microsip_core as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::base::{Bytes, FromPy, Outcome, ToPy};
use crate::{names, settings, snapshot};

names!(core::ImdnKind as "ImdnKind" [Delivery, Processing, Display]);
names!(core::DeliveryStatus as "DeliveryStatus" [Delivered, Failed, Processed, Stored, Displayed, Forbidden, Error]);

snapshot!(core::NotifyRequest as "NotifyRequest" { positive_delivery, negative_delivery, processing, display });
settings!(core::NotifyRequest as "NotifyRequest" { positive_delivery, negative_delivery, processing, display });

snapshot!(core::CpimHeader as "CpimHeader" { namespace, name, value, language });
settings!(core::CpimHeader, core::CpimHeader::new("", "", ""), "CpimHeader" { namespace, name, value, language });

snapshot!(core::Cpim as "Cpim" {
    content_type,
    content = |it| Octets(&it.content),
    from_ = |it| it.from,
    to, cc, date_time, subject, message_id, notify, original_to, headers, unknown_required, content_headers,
});
settings!(core::Cpim as "Cpim" {
    content_type,
    content: |it, content: Bytes| it.content = content.0,
    from_: |it, from: String| *it = std::mem::take(it).from(from),
    to: |it, list: Vec<String>| *it = list.iter().fold(std::mem::take(it), core::Cpim::to),
    cc, date_time, subject, message_id, notify, original_to, headers, unknown_required, content_headers,
});

/// Bytes that are lent.
struct Octets<'a>(&'a [u8]);

impl ToPy for Octets<'_> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyBytes::new(py, self.0).into_any())
    }
}

#[pyfunction]
pub fn cpim_parse<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let body = Bytes::from_py(body)?;
    Ok(core::Cpim::parse(&body.0)?.to_py(py)?)
}

#[pyfunction]
pub fn cpim_to_bytes<'py>(py: Python<'py>, cpim: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, &core::Cpim::from_py(cpim)?.to_bytes()?))
}

#[pyfunction]
pub fn cpim_media_type(cpim: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::Cpim::from_py(cpim)?.media_type())
}

/// The URI of the sender, without name.
#[pyfunction]
pub fn cpim_from_uri(cpim: &Bound<'_, PyAny>) -> Outcome<Option<String>> {
    Ok(core::Cpim::from_py(cpim)?.from_uri().map(str::to_owned))
}

snapshot!(core::Imdn as "Imdn" { message_id, kind, status, date_time, recipient, original_recipient, subject });

impl FromPy for core::Imdn {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let get = |name: &str| value.getattr(name);
        let kind = core::ImdnKind::from_py(&get("kind")?)?;
        let status = core::DeliveryStatus::from_py(&get("status")?)?;
        let id = String::from_py(&get("message_id")?)?;
        let mut imdn = core::Imdn::new(id, kind, status).map_err(crate::base::Fault::from)?;
        imdn.date_time = Option::from_py(&get("date_time")?)?;
        imdn.recipient = Option::from_py(&get("recipient")?)?;
        imdn.original_recipient = Option::from_py(&get("original_recipient")?)?;
        imdn.subject = Option::from_py(&get("subject")?)?;
        Ok(imdn)
    }
}

#[pyfunction]
pub fn imdn_parse<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let body = Bytes::from_py(body)?;
    Ok(core::Imdn::parse(&body.0)?.to_py(py)?)
}

#[pyfunction]
pub fn imdn_to_xml(imdn: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::Imdn::from_py(imdn)?.to_xml())
}

#[pyfunction]
pub fn imdn_fits(status: &Bound<'_, PyAny>, kind: &Bound<'_, PyAny>) -> Outcome<bool> {
    Ok(core::DeliveryStatus::from_py(status)?.fits(core::ImdnKind::from_py(kind)?))
}

snapshot!(core::Typing as "Typing" { state, refresh, content_type, last_active });
settings!(core::Typing, core::Typing::new(core::TypingState::Idle), "Typing" {
    state,
    refresh: |it, time: std::time::Duration| *it = it.clone().refresh(time),
    content_type, last_active,
});

#[pyfunction]
pub fn typing_parse<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let body = Bytes::from_py(body)?;
    Ok(core::Typing::parse(&body.0)?.to_py(py)?)
}

#[pyfunction]
pub fn typing_to_xml(typing: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::Typing::from_py(typing)?.to_xml())
}
