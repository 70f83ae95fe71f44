//! Answers to questions, as JSON.

use serde_json::{Map, Value, json};

use super::calls::LiveCall;
use super::worker::Worker;
use crate::{CallId, Error, ErrorKind, Result};

impl Worker {
    /// A call as `calls` has it.
    pub(super) fn call_view(&self, id: CallId) -> Result<Value> {
        let line = self.calls.get(&id);
        line.map(|line| self.view(line))
            .ok_or_else(|| Error::new(ErrorKind::Gone, "call", "the call is over"))
    }

    pub(super) fn call_views(&self) -> Vec<Value> {
        let mut lines: Vec<&LiveCall> = self.calls.values().collect();
        lines.sort_by_key(|line| line.call.id().get());
        lines.into_iter().map(|line| self.view(line)).collect()
    }

    fn view(&self, line: &LiveCall) -> Value {
        let info = line.call.info();
        let end = info.end.as_ref();
        let code = end.map(|end| end.code).or(info.last_status);
        let mut view = json!({
            "call": info.id.get(),
            "state": info.state.name(),
            "direction": info.direction.name(),
            "number": line.number,
            "local": info.local_uri.to_string(),
            "remote": info.remote_uri.to_string(),
            "sip_call_id": info.sip_call_id.to_string(),
            "hold": info.hold.name(),
            "selected": self.selected == Some(info.id),
            "is_recording": line.recorder.is_some(),
        });
        let mut add = |name: &str, value: Value| view[name] = value;
        if !line.name.is_empty() {
            add("name", json!(line.name));
        }
        if let Some(code) = code {
            add("code", json!(code.code()));
            let reason = end.map_or_else(|| code.reason().to_owned(), |end| end.reason.clone());
            add("reason", json!(reason));
        }
        if let Some(end) = end {
            add("ended_by", json!(end.by.name()));
            add("cause", json!(end.cause.name()));
            if let Some(error) = &end.error {
                add("error", error_view(error));
            }
        }
        if info.confirmed.is_some() {
            add("duration", json!((info.duration().as_millis() as f64) / 1000.0));
        }
        if let Some(codec) = info.audio().and_then(|media| media.codec.as_ref()) {
            add("codec", json!(codec.to_string()));
        }
        if let Some(path) = &line.recording {
            add("recording", json!(path.display().to_string()));
        }
        view
    }

    /// How good and how loud a call is.
    pub(super) fn quality(&self, call: Option<u64>) -> Result<Value> {
        let call = self.meant(call)?;
        let (levels, stats) = (call.levels()?, call.stats()?);
        let tenths = |decibels: f32| (f64::from(decibels) * 10.0).round() / 10.0;
        Ok(json!({
            "call": call.id().get(),
            "received_dbov": tenths(levels.received_dbov),
            "sent_dbov": tenths(levels.sent_dbov),
            "statistics": stats,
        }))
    }

    pub(super) fn account_views(&self) -> Vec<Value> {
        let mut views = super::offline::accounts(&self.loaded);
        for view in &mut views {
            let Some(account) = self.accounts.active.as_ref().filter(|_| view["active"] == true) else {
                continue;
            };
            let info = account.registration();
            view["aor"] = json!(account.aor());
            view["registration"] = json!(info.state.name());
            if let Some(code) = info.code {
                view["code"] = json!(code.code());
            }
            if let Some(error) = &info.error {
                view["error"] = error_view(error);
            }
        }
        if let Some(local) = &self.accounts.local {
            views.push(json!({
                "account": 0,
                "label": self.loaded.local.label,
                "aor": local.aor(),
                "active": self.accounts.active.is_none(),
            }));
        }
        views
    }

    pub(super) fn status(&self) -> Result<Value> {
        let settings = &self.loaded.settings;
        let (microphone, speaker) = self.media.muted();
        let mut status = Map::new();
        let registration = self
            .accounts
            .active
            .as_ref()
            .map(|account| account.registration().state.name());
        status.insert("version".into(), json!(env!("CARGO_PKG_VERSION")));
        status.insert("pid".into(), json!(std::process::id()));
        status.insert(
            "settings".into(),
            json!(self.loaded.place.settings.display().to_string()),
        );
        status.insert("account".into(), json!(self.loaded.number));
        status.insert("registration".into(), json!(registration.unwrap_or("none")));
        status.insert("accounts".into(), json!(self.account_views()));
        status.insert("calls".into(), json!(self.call_views()));
        status.insert("waiting_to_dial".into(), json!(self.delayed.is_some()));
        let buttons = json!({ "dnd": settings.dnd, "auto_answer": settings.aa, "auto_conference": settings.ac, "forwarding": settings.fwd });
        status.insert("buttons".into(), buttons);
        status.insert("microphone_muted".into(), json!(microphone));
        status.insert("speaker_muted".into(), json!(speaker));
        let transports: Vec<Value> = self
            .endpoint()?
            .local_addresses()?
            .into_iter()
            .map(|(transport, address)| json!({ "transport": transport.name(), "address": address.to_string() }))
            .collect();
        status.insert("transports".into(), json!(transports));
        Ok(Value::Object(status))
    }

    pub(super) fn codec_views(&self) -> Result<Value> {
        let codecs = self.endpoint()?.codecs()?;
        Ok(codecs.into_iter().map(|info| json!(info.codec.to_string())).collect())
    }
}

/// An error, as everywhere in JSON.
pub(super) fn error_view(error: &Error) -> Value {
    json!({ "kind": error.kind().name(), "code": error.code(), "message": error.to_string() })
}
