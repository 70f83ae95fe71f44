//! Events of a phone as JSON, with the names of docs/events.md.

use microsip_core::compat::hooks::HookOutcome;
use microsip_core::compat::phone::PhoneEvent;
use microsip_core::{CallInfo, Error, Event};
use serde_json::{Map, Value, json};

/// The number of the call an event is about.
pub(super) fn call(event: &PhoneEvent) -> Option<u64> {
    match event {
        PhoneEvent::Engine(event) => event.call().map(|call| call.id().get()),
        PhoneEvent::Dial { call, .. } => call.map(|id| id.get()),
        _ => None,
    }
}

fn error_json(error: &Error) -> Value {
    json!({ "kind": error.kind().name(), "code": error.code(), "message": error.to_string() })
}

/// The event as an object.
pub(super) fn json(event: &PhoneEvent) -> Value {
    let mut value = match event {
        PhoneEvent::Engine(event) => engine(event),
        own => of_phone(own),
    };
    // What is not known is left out.
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn of_phone(event: &PhoneEvent) -> Value {
    match event {
        PhoneEvent::Started {
            transports,
            account,
            registrar,
            clock_rate,
        } => {
            let transports: Vec<Value> = transports
                .iter()
                .map(|(transport, address)| json!({ "transport": transport.name(), "address": address.to_string() }))
                .collect();
            json!({
                "event": "ready",
                "version": env!("CARGO_PKG_VERSION"),
                "pjsip": microsip_core::pjsip_version(),
                "account": account,
                "registrar": registrar.as_ref().map(|server| format!("sip:{server}")),
                "transports": transports,
                "clock_rate": clock_rate,
            })
        }
        PhoneEvent::Dial {
            target,
            state,
            call,
            error,
        } => json!({
            "event": "dial",
            "target": target,
            "state": state.name(),
            "call": call.map(|id| id.get()),
            "error": error.as_ref().map(error_json),
        }),
        PhoneEvent::Refused { from, code, reason } => {
            json!({ "event": "refused", "from": from, "code": code, "reason": reason })
        }
        PhoneEvent::Hook(report) => {
            let (status, trouble) = match &report.outcome {
                HookOutcome::Exited(status) => (Some(*status), None),
                outcome => (None, Some(outcome.to_string())),
            };
            json!({
                "event": "hook",
                "hook": report.event.key(),
                "program": report.program,
                "outcome": report.outcome.name(),
                "status": status,
                "trouble": trouble,
                "duration": report.duration.as_secs_f64(),
            })
        }
        PhoneEvent::Settings { source, changed, later } => {
            json!({ "event": "settings", "source": source.name(), "changed": changed, "later": later })
        }
        PhoneEvent::Warning(warning) => json!({
            "event": "warning",
            "kind": warning.kind.name(),
            "file": warning.file.display().to_string(),
            "line": warning.line,
            "section": warning.section,
            "key": warning.key,
            "value": warning.value,
            "allowed": warning.allowed,
            "used": warning.used,
        }),
        PhoneEvent::Problem(error) => json!({ "event": "error", "error": error_json(error) }),
        PhoneEvent::Directory {
            added,
            updated,
            removed,
        } => json!({ "event": "directory", "added": added, "updated": updated, "removed": removed }),
        PhoneEvent::Recorded(record) => json!({
            "event": "history",
            "kind": record.kind.name(),
            "number": record.number,
            "name": record.name,
            "begun": record.time,
            "duration": record.duration,
            "info": record.info,
        }),
        PhoneEvent::Closed { reason } => json!({ "event": "closed", "reason": reason }),
        _ => Value::Object(Map::new()),
    }
}

fn of_call(info: &CallInfo) -> Value {
    let end = info.end.as_ref();
    json!({
        "event": "call",
        "call": info.id.get(),
        "state": info.state.name(),
        "direction": info.direction.name(),
        "local": info.local_uri.to_string(),
        "remote": info.remote_uri.to_string(),
        "sip_call_id": info.sip_call_id.to_string(),
        "code": end.map(|end| end.code).or(info.last_status).map(|code| code.code()),
        "reason": end.map(|end| end.reason.clone()),
        "ended_by": end.map(|end| end.by.name()),
        "cause": end.map(|end| end.cause.name()),
        "error": end.and_then(|end| end.error.as_ref()).map(error_json),
    })
}

fn engine(event: &Event) -> Value {
    match event {
        Event::Registration { account, info } => json!({
            "event": "registration",
            "account": account.aor(),
            "state": info.state.name(),
            "code": info.code.map(|code| code.code()),
            "error": info.error.as_ref().map(error_json),
        }),
        Event::IncomingCall { info, .. } => json!({
            "event": "incoming",
            "call": info.id.get(),
            "from": info.remote_uri.to_string(),
            "to": info.local_uri.to_string(),
            "sip_call_id": info.sip_call_id.to_string(),
        }),
        Event::CallState { info, .. } => of_call(info),
        Event::Dtmf { call, digit, .. } => json!({
            "event": "dtmf",
            "call": call.id().get(),
            "digit": digit.to_string(),
        }),
        Event::Message { call, message, .. } => json!({
            "event": "message",
            "message": message.id(),
            "call": call.as_ref().map(|call| call.id().get()),
            "from": message.from(),
            "display": message.display(),
            "to": message.to(),
            "content_type": message.content_type(),
            "text": message.text(),
            "bytes": message.body().len(),
            "warning": message.warning().map(error_json),
        }),
        Event::MessageStatus {
            message,
            call,
            status,
            response,
        } => {
            let response = response.as_deref();
            json!({
                "event": "message_status",
                "message": message.id(),
                "call": call.as_ref().map(|call| call.id().get()),
                "target": message.target(),
                "status": status.name(),
                "code": response.map(|response| response.code.code()),
                "reason": response.map(|response| &response.reason).filter(|reason| !reason.is_empty()),
                "error": response.and_then(|response| response.error.as_ref()).map(error_json),
            })
        }
        Event::Lagged { missed } => json!({ "event": "lagged", "missed": missed }),
        other => json!({
            "event": crate::events::kind_of(other).map(|(_, name)| name.to_string_lossy()),
            "call": other.call().map(|call| call.id().get()),
        }),
    }
}
