//! Events as lines for people.

use super::events::{CallOut, ErrorOut, Line, OutEvent, RegistrationOut, StatsOut};
use crate::style::{BAD, DIM, GOOD, MEDIA, STRONG, paint};

/// One event as text; `help` and `status` take several lines.
pub(crate) fn text(line: &Line) -> String {
    // 12:34:56.789 of the RFC 3339 time, which is what one looks for in a terminal.
    let clock = line.time.get(11..23).unwrap_or(&line.time);
    format!("{} {}", paint(DIM, clock), body(&line.event))
}

fn body(event: &OutEvent) -> String {
    match event {
        OutEvent::Ready {
            version,
            pjsip,
            account,
            registrar,
            transports,
            ..
        } => {
            let sockets: Vec<_> = transports
                .iter()
                .map(|t| format!("{} {}", t.transport, t.address))
                .collect();
            let at = registrar
                .as_ref()
                .map(|r| format!(", registering at {r}"))
                .unwrap_or_default();
            format!(
                "{} microsip {version} (PJSIP {pjsip}) as {account}{at}; {}",
                ready(),
                sockets.join(", ")
            )
        }
        OutEvent::Registration(r) => registration(r),
        OutEvent::Incoming { call, from, .. } => {
            format!("{} from {from}", paint(STRONG, format!("call {call} comes in")))
        }
        OutEvent::Call(c) => call(c),
        OutEvent::Media { call, stream } => {
            let state = if stream.active { "runs" } else { "stopped" };
            let codec = stream.codec.as_deref().unwrap_or("no codec");
            let srtp = stream.srtp.map(|keys| format!(", SRTP ({keys})")).unwrap_or_default();
            let to = stream
                .remote_rtp
                .as_ref()
                .map(|a| format!(", to {a}"))
                .unwrap_or_default();
            format!(
                "call {call} {}: {codec}, {}{to}{srtp}",
                paint(MEDIA, format!("audio {state}")),
                stream.direction
            )
        }
        OutEvent::Dtmf { call, digit, .. } => format!("call {call} {}", paint(MEDIA, format!("key {digit}"))),
        OutEvent::Player {
            call,
            state,
            file,
            duration,
        } => format!("call {call} playing {state}: {file} ({duration:.1} s)"),
        OutEvent::Recording {
            call,
            state,
            file,
            duration,
            error,
            ..
        } => {
            let length = duration.map(|d| format!(" ({d:.1} s)")).unwrap_or_default();
            format!(
                "call {call} recording {state}: {file}{length}{}",
                because(error.as_ref())
            )
        }
        OutEvent::Status { registration: r, calls } => {
            let mut lines = vec![registration(r)];
            lines.extend(calls.iter().map(|c| format!("  {}", call(c))));
            if calls.is_empty() {
                lines.push("  no calls".into());
            }
            lines.join("\n")
        }
        OutEvent::Help { commands } => format!("commands:\n  {}", commands.join("\n  ")),
        OutEvent::Error {
            error,
            command,
            call,
            suggestion,
        } => {
            let whose = match (command, call) {
                (Some(command), _) => format!("{command}: "),
                (None, Some(call)) => format!("call {call}: "),
                (None, None) => String::new(),
            };
            let hint = suggestion.as_ref().map(|s| format!("; try: {s}")).unwrap_or_default();
            format!("{} {whose}{}{hint}", paint(BAD, "error"), error.message)
        }
        OutEvent::Lagged { missed } => format!("{} {missed} events were lost", paint(BAD, "lagged")),
        OutEvent::Closed { reason } => format!("closed ({reason})"),
    }
}

fn ready() -> String {
    paint(GOOD, "ready")
}

fn registration(r: &RegistrationOut) -> String {
    let style = match r.state {
        "registered" => GOOD,
        "failed" => BAD,
        _ => STRONG,
    };
    let expires = r.expires.map(|s| format!(" for {s} s")).unwrap_or_default();
    let answer = answer(r.code, r.reason.as_deref());
    format!(
        "{}: {}{expires}{answer}{}",
        r.account,
        paint(style, r.state),
        because(r.error.as_ref())
    )
}

fn call(c: &CallOut) -> String {
    let arrow = if c.direction == "outgoing" { "to" } else { "from" };
    let style = match (c.state, &c.error) {
        ("confirmed", _) => GOOD,
        ("disconnected", Some(_)) => BAD,
        _ => STRONG,
    };
    let mut text = format!(
        "call {} {arrow} {}: {}{}",
        c.call,
        c.remote,
        paint(style, c.state),
        answer(c.code, c.reason.as_deref())
    );
    if let (Some(cause), Some(by)) = (c.cause, c.ended_by) {
        text.push_str(&format!(", {} by {by}", cause.replace('_', " ")));
    }
    if let Some(duration) = c.duration {
        text.push_str(&format!(", {duration:.1} s"));
    }
    if let Some(codec) = c.codec.as_ref().filter(|_| c.state == "disconnected") {
        text.push_str(&format!(", {codec}"));
    }
    text.push_str(&c.stats.as_ref().map(stats).unwrap_or_default());
    text + &because(c.error.as_ref())
}

fn stats(s: &StatsOut) -> String {
    format!(
        ", {} packets sent, {} received, {} lost",
        s.sent_packets, s.received_packets, s.received_lost
    )
}

fn answer(code: Option<u16>, reason: Option<&str>) -> String {
    match (code, reason) {
        (Some(code), Some(reason)) => format!(" ({code} {reason})"),
        (Some(code), None) => format!(" ({code})"),
        _ => String::new(),
    }
}

fn because(error: Option<&ErrorOut>) -> String {
    error.map(|e| format!("; {}", e.message)).unwrap_or_default()
}
