//! Events of a phone as JSON, with the names of docs/events.md.

use std::time::Duration;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::PhoneEvent;
use super::view::error_view as error_json;
use crate::compat::hooks::HookOutcome;
use crate::{CallInfo, ConferenceChange, Event, MediaInfo};

impl PhoneEvent {
    /// The number of the call it is about, as requests have it.
    pub fn call(&self) -> Option<u64> {
        match self {
            PhoneEvent::Engine(event) => event.call().map(|call| call.id().get()),
            PhoneEvent::Dial { call, .. } => call.map(|id| id.get()),
            _ => None,
        }
    }

    /// The event as an object: its member `event` is the name, `time` is now, the others are those of `docs/events.md`. Of events of
    /// the engine the most important ones have all their members, others `call` alone.
    pub fn to_json(&self) -> Value {
        let mut value = match self {
            PhoneEvent::Engine(event) => engine(event),
            own => of_phone(own),
        };
        // What is not known is left out.
        if let Some(members) = value.as_object_mut() {
            members.retain(|_, member| !member.is_null());
            members.insert("time".to_owned(), json!(now()));
        }
        value
    }
}

/// UTC, RFC 3339 with milliseconds.
fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

fn seconds(duration: Duration) -> f64 {
    duration.as_millis() as f64 / 1000.0
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
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
                "pjsip": crate::pjsip_version(),
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
                "duration": seconds(report.duration),
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
    let code = end.map(|end| end.code).or(info.last_status);
    let reason = end.map(|end| &*end.reason).or(code.map(|code| code.reason()));
    json!({
        "event": "call",
        "call": info.id.get(),
        "state": info.state.name(),
        "direction": info.direction.name(),
        "local": info.local_uri.to_string(),
        "remote": info.remote_uri.to_string(),
        "sip_call_id": info.sip_call_id.to_string(),
        "local_tag": some(&info.local_tag),
        "remote_tag": some(&info.remote_tag),
        "code": code.map(|code| code.code()),
        "reason": reason.and_then(some),
        "ended_by": end.map(|end| end.by.name()),
        "cause": end.map(|end| end.cause.name()),
        "q850": end.and_then(|end| end.q850()),
        "error": end.and_then(|end| end.error.as_ref()).map(error_json),
        "duration": info.confirmed.map(|_| seconds(info.duration())),
        "codec": info.audio().and_then(|media| media.codec.as_ref()).map(ToString::to_string),
    })
}

/// The audio of a call, which has one stream.
fn of_media(info: &CallInfo) -> Value {
    let Some(MediaInfo {
        active,
        direction,
        codec,
        payload_type,
        remote_rtp,
        srtp,
        ..
    }) = info.media.first()
    else {
        return json!({ "event": "media", "call": info.id.get(), "active": false });
    };
    json!({
        "event": "media",
        "call": info.id.get(),
        "active": active,
        "direction": direction.name(),
        "codec": codec.as_ref().map(ToString::to_string),
        "payload_type": payload_type,
        "remote_rtp": some(remote_rtp),
        "srtp": srtp.map(|keying| keying.name()),
    })
}

fn engine(event: &Event) -> Value {
    match event {
        Event::Registration { account, info } => json!({
            "event": "registration",
            "account": account.aor(),
            "state": info.state.name(),
            "code": info.code.map(|code| code.code()),
            "reason": some(&info.reason),
            "expires": info.expires.map(|time| time.as_secs()),
            "error": info.error.as_ref().map(error_json),
            "retry_in": info.retry_in().map(seconds),
            "contact": info.contact,
        }),
        Event::IncomingCall { info, .. } => json!({
            "event": "incoming",
            "call": info.id.get(),
            "from": info.remote_uri.to_string(),
            "from_user": info.remote_user(),
            "to": info.local_uri.to_string(),
            "sip_call_id": info.sip_call_id.to_string(),
            "source": info.invite.as_ref().and_then(|message| message.source()).map(|source| source.to_string()),
        }),
        Event::CallState { info, .. } => of_call(info),
        Event::CallRedirected { call, target, followed } => {
            json!({ "event": "redirected", "call": call.id().get(), "target": target, "followed": followed })
        }
        Event::Transfer { call, progress } => json!({
            "event": "transfer",
            "call": call.id().get(),
            "state": progress.state.name(),
            "code": progress.code.code(),
            "reason": some(&progress.reason),
            "error": progress.error.as_ref().map(error_json),
        }),
        Event::TransferRequested { request } => json!({
            "event": "transfer_request",
            "call": request.call().map(|call| call.id().get()),
            "target": request.target(),
            "referred_by": request.referred_by(),
            "replaces": request.replaces().map(ToString::to_string),
        }),
        Event::CallTransferred { call, from, target } => json!({
            "event": "transferred",
            "call": call.id().get(),
            "from": from.as_ref().map(|call| call.id().get()),
            "target": target,
        }),
        Event::CallReplaced { call, by } => {
            json!({ "event": "replaced", "call": call.id().get(), "by": by.id().get() })
        }
        Event::CallMedia { info, .. } => of_media(info),
        Event::CallHold { info, .. } => {
            json!({ "event": "hold", "call": info.id.get(), "hold": info.hold.name() })
        }
        Event::CallStats { call, stats } => {
            json!({ "event": "quality", "call": call.id().get(), "statistics": &**stats })
        }
        Event::AudioTrouble { call, finding } => json!({
            "event": "trouble",
            "call": call.id().get(),
            "finding": finding.name(),
            "text": finding.to_string(),
        }),
        Event::SessionChanged {
            call, request, result, ..
        } => json!({
            "event": "session",
            "call": call.id().get(),
            "request": request.name(),
            "state": if result.is_ok() { "done" } else { "failed" },
            "error": result.as_ref().err().map(error_json),
        }),
        Event::Dtmf {
            call,
            digit,
            method,
            duration,
        } => json!({
            "event": "dtmf",
            "call": call.id().get(),
            "digit": digit.to_string(),
            "method": method.name(),
            "duration_ms": duration.map(|time| time.as_millis() as u64),
        }),
        Event::DtmfFailed { call, digit, error } => json!({
            "event": "dtmf_failed",
            "call": call.id().get(),
            "digit": digit.to_string(),
            "error": error_json(error),
        }),
        Event::Message { .. } | Event::MessageStatus { .. } => of_message(event),
        Event::PlayerFinished { player, end } => json!({
            "event": "player",
            "call": player.target().call().map(|call| call.id().get()),
            "state": "finished",
            "end": end.name(),
        }),
        Event::RecordingFinished { recorder, .. } => json!({
            "event": "recording",
            "call": recorder.target().call().map(|call| call.id().get()),
            "state": "finished",
        }),
        Event::Conference { conference, change } => {
            let (state, call) = match change {
                ConferenceChange::Joined(call) => ("joined", Some(call)),
                ConferenceChange::Left(call) => ("left", Some(call)),
                _ => ("closed", None),
            };
            json!({
                "event": "conference",
                "conference": conference.id(),
                "state": state,
                "call": call.map(|call| call.id().get()),
            })
        }
        Event::Lagged { missed } => json!({ "event": "lagged", "missed": missed }),
        other => json!({ "event": name(other), "call": other.call().map(|call| call.id().get()) }),
    }
}

fn of_message(event: &Event) -> Value {
    match event {
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
                "reason": response.and_then(|response| some(&response.reason)),
                "error": response.and_then(|response| response.error.as_ref()).map(error_json),
            })
        }
        _ => Value::Null,
    }
}

/// What docs/events.md calls the others.
fn name(event: &Event) -> &'static str {
    match event {
        Event::Speech { .. } => "speech",
        Event::ToneDetected { .. } => "tone_detected",
        Event::Info { .. } => "info",
        Event::Response { .. } => "response",
        Event::Typing { .. } => "typing",
        Event::ToneFinished { .. } => "tone",
        Event::AudioXrun { .. } => "xrun",
        Event::AudioDevicesChanged { .. } | Event::AudioDeviceLost { .. } | Event::AudioDeviceBack { .. } => "device",
        Event::Subscription { .. } => "subscription",
        Event::Notify { .. } => "notify",
        Event::Presence { .. } => "presence",
        Event::Line { .. } => "line",
        Event::MessagesWaiting { .. } => "messages_waiting",
        Event::Unreadable { .. } => "unreadable",
        Event::Watcher { .. } => "watcher",
        Event::Publication { .. } => "publication",
        Event::NetworkChanged(..) => "network",
        Event::Stun { .. } => "stun",
        Event::Ice { .. } => "ice",
        Event::RelayFailed { .. } => "relay",
        Event::TransportSwitched(..) => "switch",
        Event::Guard(..) => "guard",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::phone::DialState;

    #[test]
    fn an_event_has_a_name_a_time_and_no_nulls() {
        let event = PhoneEvent::Dial {
            target: "100".into(),
            state: DialState::Delayed,
            call: None,
            error: None,
        };
        let json = event.to_json();
        assert_eq!((&json["event"], &json["state"]), (&json!("dial"), &json!("delayed")));
        assert!(json.get("call").is_none() && json.get("error").is_none(), "{json}");
        let time = json["time"].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        let lagged = PhoneEvent::Engine(Box::new(Event::Lagged { missed: 3 })).to_json();
        assert_eq!((&lagged["event"], &lagged["missed"]), (&json!("lagged"), &json!(3)));
    }
}
