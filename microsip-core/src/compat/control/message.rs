//! Lines to requests, results to lines, and back on the other side.

use serde::Serialize;
use serde_json::{Map, Value};

use super::line::Line;
use super::{MAX_LINE, MAX_REPLY};
use crate::{Error, ErrorKind, FailureCode, Result};

/// A line that means something.
#[derive(Debug)]
pub(super) enum Incoming {
    Request {
        id: Value,
        command: String,
        request: Map<String, Value>,
    },
    Text(String),
}

/// A line that means nothing, and whose it was, as far as that could be read.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) id: Value,
    pub(super) error: Error,
}

/// Reads one line of a client.
pub(super) fn parse(line: &Line<'_>) -> Result<Incoming, Refusal> {
    let refused = |error| Refusal { id: Value::Null, error };
    let bytes = match line {
        Line::Whole(bytes) => *bytes,
        Line::TooLong => {
            let message =
                format!("the line is longer than {MAX_LINE} bytes and was passed over; send less in one command");
            return Err(refused(Error::new(ErrorKind::LimitReached, "control", message)));
        }
    };
    let text = std::str::from_utf8(bytes).map_err(|e| {
        refused(Error::invalid(
            "control",
            format!("the line is not UTF-8 from its byte {} on", e.valid_up_to() + 1),
        ))
    })?;
    match text.as_bytes()[0] {
        b'{' => parse_object(text),
        // Never dialled: whoever sends an array meant JSON. An IPv6 address in brackets is no JSON.
        b'[' if serde_json::from_str::<Vec<serde::de::IgnoredAny>>(text).is_ok() => Err(refused(Error::invalid(
            "control",
            "a request is a JSON object, not an array",
        ))),
        _ => Ok(Incoming::Text(text.to_owned())),
    }
}

fn parse_object(text: &str) -> Result<Incoming, Refusal> {
    let mut request: Map<String, Value> = serde_json::from_str(text).map_err(|e| Refusal {
        id: Value::Null,
        error: Error::invalid(
            "control",
            format!("the line begins like a JSON object and is none: {e}"),
        ),
    })?;
    let id = match request.remove("id") {
        None => Value::Null,
        Some(id @ (Value::Null | Value::String(_) | Value::Number(_))) => id,
        Some(_) => {
            let error = Error::invalid("control", "\"id\" must be a string or a number");
            return Err(Refusal { id: Value::Null, error });
        }
    };
    match request.get("command") {
        Some(Value::String(command)) if !command.is_empty() => Ok(Incoming::Request {
            id,
            command: command.clone(),
            request,
        }),
        _ => {
            let error = Error::invalid("control", "\"command\" must be there and be a string that is not empty");
            Err(Refusal { id, error })
        }
    }
}

#[derive(Serialize)]
struct Success<'a> {
    reply: &'a Value,
    ok: bool,
    result: &'a Value,
}

#[derive(Serialize)]
struct Failure<'a> {
    reply: &'a Value,
    ok: bool,
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    kind: &'a str,
    code: &'a str,
    message: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    retry: bool,
}

/// The reply to what went well, with its end. A result that is too long becomes an error.
pub(super) fn success(id: &Value, result: &Value) -> Vec<u8> {
    match line_of(&Success {
        reply: id,
        ok: true,
        result,
    }) {
        Some(line) if line.len() <= MAX_REPLY => line,
        Some(line) => {
            let message = format!(
                "it was done, and its result of {} bytes is more than the {MAX_REPLY} a reply may have; ask for less",
                line.len()
            );
            failure(id, &Error::new(ErrorKind::LimitReached, "control", message), false)
        }
        None => failure(
            id,
            &Error::new(ErrorKind::Internal, "control", "the result cannot be written as JSON"),
            false,
        ),
    }
}

/// The reply to what went wrong, with its end. `retry`: nothing was begun, and asking anew has a chance.
pub(super) fn failure(id: &Value, error: &Error, retry: bool) -> Vec<u8> {
    let mut message = error.to_string();
    if message.len() > MAX_LINE {
        let end = (0..=MAX_LINE)
            .rev()
            .find(|&at| message.is_char_boundary(at))
            .unwrap_or(0);
        message.truncate(end);
        message.push('…');
    }
    let reason = Reason {
        kind: error.kind().name(),
        code: error.code(),
        message,
        retry,
    };
    line_of(&Failure {
        reply: id,
        ok: false,
        error: reason,
    })
    .unwrap_or_else(|| b"{\"reply\":null,\"ok\":false}\n".to_vec())
}

/// One line of JSON; [`None`] cannot happen with values, which have string keys and finite numbers.
pub(super) fn line_of(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut line = serde_json::to_vec(value).ok()?;
    line.push(b'\n');
    Some(line)
}

/// The line that tells a subscriber how many events it missed.
pub(super) fn lagged(missed: u64) -> Vec<u8> {
    format!("{{\"event\":\"lagged\",\"missed\":{missed}}}\n").into_bytes()
}

/// What a server said, as its client reads it.
#[derive(Debug)]
pub(super) enum Told {
    Event(Value),
    Reply {
        id: Value,
        result: Result<Value>,
        retry: bool,
    },
}

/// Reads one line of a server.
pub(super) fn read_told(line: &Line<'_>) -> Result<Told> {
    let strange = |what: String| Error::new(ErrorKind::Transport, "phone", what);
    let Line::Whole(bytes) = line else {
        return Err(strange(format!("its answer is longer than {MAX_REPLY} bytes")));
    };
    let value: Value =
        serde_json::from_slice(bytes).map_err(|e| strange(format!("it does not speak the protocol: {e}")))?;
    let Value::Object(mut object) = value else {
        return Err(strange("it does not speak the protocol: no JSON object".to_owned()));
    };
    if object.contains_key("event") && !object.contains_key("ok") {
        return Ok(Told::Event(Value::Object(object)));
    }
    let id = object.remove("reply").unwrap_or_default();
    match object.get("ok") {
        Some(Value::Bool(true)) => Ok(Told::Reply {
            id,
            result: Ok(object.remove("result").unwrap_or_default()),
            retry: false,
        }),
        Some(Value::Bool(false)) => {
            let reason = object.remove("error").unwrap_or_default();
            let retry = reason["retry"] == true;
            Ok(Told::Reply {
                id,
                result: Err(error_of(&reason)),
                retry,
            })
        }
        _ => Err(strange(
            "it does not speak the protocol: neither reply nor event".to_owned(),
        )),
    }
}

/// The error behind its JSON: kind and code where this version knows them.
fn error_of(reason: &Value) -> Error {
    let kind = reason["kind"]
        .as_str()
        .and_then(|name| ErrorKind::ALL.into_iter().find(|kind| kind.name() == name));
    let code = reason["code"]
        .as_str()
        .and_then(|name| FailureCode::ALL.iter().copied().find(|c| c.name() == name));
    let message = reason["message"].as_str().unwrap_or("it failed and does not say why");
    // A kind of a newer version is known by its code, or is a failure without a name.
    let kind = kind.or(code.map(FailureCode::kind)).unwrap_or(ErrorKind::Internal);
    let error = Error::new(kind, "phone", message);
    match code {
        Some(code) if code.kind() == kind => error.with_failure(code),
        _ => error,
    }
}
