//! Messages as lines for people. What a peer wrote is cleaned.

use super::{answer, because};
use crate::run::events::{MessageOut, MessageStatusOut, TypingOut};
use crate::style::{BAD, DIM, GOOD, STRONG, clean, paint};

fn whose(call: Option<u64>) -> String {
    call.map(|call| format!("call {call} ")).unwrap_or_default()
}

fn who(display: Option<&str>, from: &str) -> String {
    display.map_or_else(
        || clean(from).into_owned(),
        |name| format!("{} <{}>", clean(name), clean(from)),
    )
}

pub(super) fn received(m: &MessageOut) -> String {
    let content = match &m.text {
        Some(text) => clean(text).into_owned(),
        None => format!("{} bytes of {}", m.bytes, clean(&m.content_type)),
    };
    format!(
        "{}{} from {}: {content}{}",
        whose(m.call),
        paint(STRONG, "message"),
        who(m.display.as_deref(), &m.from),
        because(m.warning.as_ref())
    )
}

pub(super) fn status(m: &MessageStatusOut) -> String {
    let style = match m.status {
        "failed" | "undelivered" => BAD,
        "unknown" => DIM,
        _ => GOOD,
    };
    let code = m
        .code
        .map(|code| answer(Some(code), m.reason.as_deref()))
        .unwrap_or_default();
    format!(
        "{}message {} to {} {}{code}{}",
        whose(m.call),
        m.message,
        clean(&m.target),
        paint(style, m.status),
        because(m.error.as_ref())
    )
}

pub(super) fn typing(t: &TypingOut) -> String {
    let does = if t.state == "active" {
        "types"
    } else {
        "types no longer"
    };
    format!(
        "{}{} {}",
        whose(t.call),
        who(t.display.as_deref(), &t.from),
        paint(DIM, does)
    )
}
