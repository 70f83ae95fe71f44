//! How calls are made, answered and ended, and how they are changed while they are up.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Fault, FromPy};
use crate::{names, settings};

names!(core::RedirectPolicy as "RedirectPolicy" { Stop = "stop", Follow = "follow" });
names!(core::HoldMode as "HoldMode" [SendOnly, Inactive]);
names!(core::ReferTo as "ReferTo" { Auto = "auto", Aor = "aor", Contact = "contact" });
names!(core::SessionRequest as "SessionRequest" [Hold, Resume, Reinvite, Update]);

settings!(core::CallOptions as "CallOptions" {
    headers, request_uri, from_: |it, name_addr: String| it.from = Some(name_addr), anonymous, late_offer, redirects, reliable,
    timers, ring_for, hang_up_after, jitter_buffer, rtcp_xr, replaces,
    codecs: |it, list: String| *it = std::mem::take(it).codecs(&list)?, opus, ptime,
});
settings!(core::AnswerOptions as "AnswerOptions" {
    headers, phrase, jitter_buffer, rtcp_xr, codecs: |it, list: String| *it = std::mem::take(it).codecs(&list)?, opus, ptime,
    prefer_own_codecs,
});
settings!(core::RejectOptions as "RejectOptions" { headers, phrase, reasons, contacts });
settings!(core::HangUpOptions as "HangUpOptions" { headers, reasons });
settings!(core::HoldOptions as "HoldOptions" { mode, headers });
settings!(core::ReinviteOptions as "ReinviteOptions" { headers, late_offer, refresh_contact });
settings!(core::UpdateOptions as "UpdateOptions" { headers, offer, refresh_contact });
settings!(core::DtmfOptions as "DtmfOptions" { method, duration, gap, pause });
settings!(core::TransferOptions as "TransferOptions" {
    headers, referred_by, anonymous, hang_up_after, no_progress, timeout, refer_to, early_only,
});

/// Checked here, since its fields may be anything in Python.
impl FromPy for core::Replaces {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !value.is_instance(&crate::base::model(value.py(), "Replaces")?)? {
            return Err(Fault::type_error(format!("expected a Replaces, not {}", value.get_type())).into());
        }
        let text = |name| value.getattr(name)?.extract::<String>();
        let made = core::Replaces::new(text("call_id")?, text("to_tag")?, text("from_tag")?).map_err(Fault::from)?;
        Ok(made.early_only(value.getattr("early_only")?.extract()?))
    }
}

impl FromPy for core::Reason {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !value.is_instance(&crate::base::model(value.py(), "Reason")?)? {
            return Err(Fault::type_error(format!("expected a Reason, not {}", value.get_type())).into());
        }
        let mut reason = core::Reason::sip(core::StatusCode::OK, value.getattr("text")?.extract::<String>()?);
        reason.protocol = value.getattr("protocol")?.extract()?;
        reason.cause = value.getattr("cause")?.extract()?;
        if reason.protocol.is_empty() || reason.protocol.contains([';', ',', ' ', '"']) {
            let text = format!(
                "{:?} is no protocol of a reason; expected SIP or Q.850",
                reason.protocol
            );
            return Err(Fault::value_error(text).into());
        }
        Ok(reason)
    }
}
