//! Events as lines for people.

use super::events::{
    CallOut, DeviceName, DeviceOut, ErrorOut, IceOut, Line, NetworkOut, OutEvent, RegistrationOut, StatsOut, StoryOut,
    StunOut, SwitchOut,
};
use crate::style::{BAD, DIM, GOOD, MEDIA, STRONG, clean, paint};

/// One event as text; `help` and `status` take several lines. What a peer or a file wrote is cleaned.
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
                .map(|r| format!(", registering at {}", clean(r)))
                .unwrap_or_default();
            format!(
                "{} microsip {version} (PJSIP {pjsip}) as {}{at}; {}",
                ready(),
                clean(account),
                sockets.join(", ")
            )
        }
        OutEvent::Registration(r) => registration(r),
        OutEvent::Incoming { call, from, .. } => {
            format!(
                "{} from {}",
                paint(STRONG, format!("call {call} comes in")),
                clean(from)
            )
        }
        OutEvent::Call(c) => call(c),
        OutEvent::Transfer {
            call,
            state,
            code,
            reason,
            error,
        } => {
            let reason = reason.as_deref().map(|r| format!(" {}", clean(r))).unwrap_or_default();
            format!(
                "call {call} transfer {state}: {code}{reason}{}",
                because(error.as_ref())
            )
        }
        OutEvent::TransferRequest { call, target, .. } => {
            let who = call.map_or("somebody".to_owned(), |call| format!("the peer of call {call}"));
            format!(
                "{who} asks us to call {}: accept-transfer or reject-transfer",
                clean(target)
            )
        }
        OutEvent::Transferred { call, target, .. } => format!("call {call} goes to {} by transfer", clean(target)),
        OutEvent::Replaced { call, by } => format!("call {call} is replaced by call {by}"),
        OutEvent::Media { call, stream } => {
            let state = if stream.active { "runs" } else { "stopped" };
            let codec = clean(stream.codec.as_deref().unwrap_or("no codec"));
            let srtp = stream.srtp.map(|keys| format!(", SRTP ({keys})")).unwrap_or_default();
            let to = stream
                .remote_rtp
                .as_ref()
                .map(|a| format!(", to {}", clean(a)))
                .unwrap_or_default();
            format!(
                "call {call} {}: {codec}, {}{to}{srtp}",
                paint(MEDIA, format!("audio {state}")),
                stream.direction
            )
        }
        OutEvent::Hold { call, hold } => match *hold {
            "none" => format!("call {call} {}", paint(MEDIA, "off hold")),
            side => format!("call {call} {}", paint(MEDIA, format!("on hold ({side})"))),
        },
        OutEvent::Quality {
            call,
            statistics: stats,
        } => {
            let worth = match stats.quality().received {
                Some(quality) => format!("MOS {:.2}, ", quality.mos_conversational),
                None => String::new(),
            };
            format!(
                "call {call} {worth}{} packets received, {:.1} % lost, jitter {:.1} ms",
                stats.received.packets,
                stats.received.loss_ratio() * 100.0,
                stats.received.jitter.mean.as_secs_f64() * 1000.0
            )
        }
        OutEvent::Trouble { call, text, .. } => format!("call {call} {}: {}", paint(BAD, "audio"), clean(text)),
        OutEvent::Session {
            call,
            request,
            state,
            error,
        } => match error {
            None => format!("call {call} {request} {state}"),
            Some(error) => format!("call {call} {request} {}: {}", paint(BAD, state), clean(&error.message)),
        },
        OutEvent::Dtmf { call, digit, .. } => {
            format!("call {call} {}", paint(MEDIA, format!("key {}", clean(digit))))
        }
        OutEvent::DtmfFailed { call, digit, error } => {
            format!(
                "call {call} {} {}{}",
                paint(BAD, "could not send key"),
                clean(digit),
                because(Some(error))
            )
        }
        OutEvent::Speech {
            call, side, speaking, ..
        } => {
            let whose = match *side {
                "received" => "the peer",
                "sent" => "our side",
                _ => "somebody",
            };
            let does = if *speaking { "speaks" } else { "is silent" };
            format!("call {call} {}", paint(MEDIA, format!("{whose} {does}")))
        }
        OutEvent::ToneDetected { call, tone, .. } => {
            format!(
                "call {call} {}",
                paint(MEDIA, format!("{} tone", tone.replace('_', " ")))
            )
        }
        OutEvent::Tone { call, state, tone, .. } => {
            let whose = call.map(|call| format!("call {call} ")).unwrap_or_default();
            format!("{whose}{}", paint(MEDIA, format!("tone {} {state}", clean(tone))))
        }
        OutEvent::Redirected { call, target, followed } => {
            let done = if *followed { "goes on to" } else { "was redirected to" };
            format!("call {call} {done} {}", clean(target))
        }
        OutEvent::Info {
            call,
            content_type,
            body,
        } => {
            format!(
                "call {call} {} ({}): {}",
                paint(STRONG, "INFO"),
                clean(content_type),
                clean(body)
            )
        }
        OutEvent::Response(r) => {
            let whose = r.call.map(|call| format!("call {call} ")).unwrap_or_default();
            let style = if r.error.is_some() { BAD } else { GOOD };
            format!(
                "{whose}{}{} in {:.1} ms{}",
                paint(style, clean(&r.method)),
                answer(Some(r.code), r.reason.as_deref()),
                r.round_trip_ms,
                because(r.error.as_ref())
            )
        }
        OutEvent::Calls { calls, selected } => list(calls, *selected),
        OutEvent::Story(s) => story(s),
        OutEvent::Player {
            call,
            state,
            file,
            duration,
            end,
            error,
        } => {
            let length = duration.map(|d| format!(" ({d:.1} s)")).unwrap_or_default();
            // Played through is what one expects.
            let why = end.filter(|end| *end != "finished" && error.is_none());
            let why = why
                .map(|end| format!(": {}", end.replace('_', " ")))
                .unwrap_or_default();
            format!(
                "call {call} playing {state}: {}{length}{why}{}",
                clean(file),
                because(error.as_ref())
            )
        }
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
                "call {call} recording {state}: {}{length}{}",
                clean(file),
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
                (Some(command), _) => format!("{}: ", clean(command)),
                (None, Some(call)) => format!("call {call}: "),
                (None, None) => String::new(),
            };
            let hint = suggestion
                .as_ref()
                .map(|s| format!("; try: {}", clean(s)))
                .unwrap_or_default();
            format!("{} {whose}{}{hint}", paint(BAD, "error"), clean(&error.message))
        }
        OutEvent::Network(n) => network(n),
        OutEvent::Switch(s) => switch(s),
        OutEvent::Stun(s) => stun(s),
        OutEvent::Ice(i) => ice(i),
        OutEvent::Relay(r) => {
            let whose = r.call.map(|call| format!("call {call} ")).unwrap_or_default();
            format!("{whose}{}{}", paint(BAD, "no relay"), because(Some(&r.error)))
        }
        OutEvent::Device(d) => device(d),
        OutEvent::Guard {
            source,
            reason,
            requests,
            user_agent,
        } => format!(
            "{} {requests} requests of {source} kept away ({reason}{})",
            paint(BAD, "guard"),
            user_agent
                .as_deref()
                .map(|a| format!(", {}", clean(a)))
                .unwrap_or_default()
        ),
        OutEvent::Lagged { missed } => format!("{} {missed} events were lost", paint(BAD, "lagged")),
        OutEvent::Closed { reason } => format!("closed ({reason})"),
    }
}

fn network(n: &NetworkOut) -> String {
    let step = paint(STRONG, format!("network {}", n.step));
    match n.step {
        "lost" => format!("{step}: {}", n.lost.join(", ")),
        "finished" => format!(
            "{step}: {} of {} accounts registered, {} of {} calls moved, {:.1} s",
            n.registered, n.accounts, n.moved, n.calls, n.took
        ),
        _ => format!("{step}: {} instead of {}", n.gained.join(", "), n.lost.join(", ")),
    }
}

fn switch(s: &SwitchOut) -> String {
    let whose = s.call.map(|call| format!("call {call} ")).unwrap_or_default();
    let (size, limit, method, remote) = (s.size, s.limit, clean(&s.method), clean(&s.remote));
    match &s.error {
        None => format!(
            "{whose}{method} of {size} bytes goes to {remote} over {}: over {} at most {limit} fit",
            s.to, s.from
        ),
        Some(_) => format!(
            "{whose}{method} of {size} bytes goes to {remote} over {} all the same{}",
            s.from,
            because(s.error.as_ref())
        ),
    }
}

fn stun(s: &StunOut) -> String {
    let server = s
        .server
        .as_ref()
        .map(|s| format!(" by {}", clean(s)))
        .unwrap_or_default();
    match &s.address {
        Some(address) => format!("our address is {address}{server}"),
        None => format!("STUN {}{server}{}", s.state, because(s.error.as_ref())),
    }
}

fn ice(i: &IceOut) -> String {
    let end = |kind: Option<&'static str>, address: &Option<String>| {
        format!(
            "{} {}",
            kind.unwrap_or_default(),
            clean(address.as_deref().unwrap_or_default())
        )
    };
    let way = match i.local_kind {
        Some(_) => format!(": {} to {}", end(i.local_kind, &i.local), end(i.remote_kind, &i.remote)),
        None => String::new(),
    };
    format!(
        "call {} {}{way}{}",
        i.call,
        paint(MEDIA, format!("ICE {}", i.state)),
        because(i.error.as_ref())
    )
}

fn list(calls: &[CallOut], selected: Option<u64>) -> String {
    if calls.is_empty() {
        return "no calls".into();
    }
    let mark = |c: &CallOut| if selected == Some(c.call) { "*" } else { " " };
    let lines: Vec<_> = calls.iter().map(|c| format!("{} {}", mark(c), call(c))).collect();
    format!("calls:\n{}", lines.join("\n"))
}

fn story(s: &StoryOut) -> String {
    let lines = s.entries.iter().map(|e| {
        let clock = e.time.get(11..23).unwrap_or(&e.time);
        let what = match (e.step, e.about) {
            ("sent", _) => "->".to_owned(),
            ("received", _) => "<-".to_owned(),
            (_, Some(about)) => format!("{about}:"),
            (step, None) => format!("{step}:"),
        };
        let size = e.bytes.map(|b| format!("  ({b} bytes)")).unwrap_or_default();
        format!("  {} {what} {}{size}", paint(DIM, clock), clean(&e.text))
    });
    format!("call {}:\n{}", s.call, lines.collect::<Vec<_>>().join("\n"))
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
        clean(&r.account),
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
        clean(&c.remote),
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
        text.push_str(&format!(", {}", clean(codec)));
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
        (Some(code), Some(reason)) => format!(" ({code} {})", clean(reason)),
        (Some(code), None) => format!(" ({code})"),
        _ => String::new(),
    }
}

fn because(error: Option<&ErrorOut>) -> String {
    error.map(|e| format!("; {}", clean(&e.message))).unwrap_or_default()
}

fn device(d: &DeviceOut) -> String {
    let names = |list: &[DeviceName]| -> String {
        let names: Vec<String> = list
            .iter()
            .map(|d| format!("{} ({})", clean(&d.name), d.direction))
            .collect();
        names.join(", ")
    };
    let name = |d: &Option<DeviceName>| d.as_ref().map(|d| clean(&d.name)).unwrap_or_default().to_string();
    let role = d.role.unwrap_or("sound");
    match d.state {
        "lost" => {
            let instead = match &d.replacement {
                Some(other) => format!("; {} takes its place", clean(&other.name)),
                None => "; silence until it is back".to_owned(),
            };
            format!("{role} device {} {}{instead}", name(&d.device), paint(BAD, "lost"))
        }
        "back" => format!("{role} device {} {}", name(&d.device), paint(GOOD, "works")),
        _ => {
            let part = |sign: &str, list: &[DeviceName]| match list {
                [] => String::new(),
                list => format!(" {sign}{}", names(list)),
            };
            format!("sound devices{}{}", part("+", &d.added), part("-", &d.removed))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::events::ResponseOut;

    /// The text as a terminal would get it, without our own colours, which are whole `ESC [ … m` sequences.
    fn shown(event: OutEvent) -> String {
        let text = text(&Line::now(event));
        let mut rest = &*text;
        let mut plain = String::new();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            let end = after.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
            assert_eq!(&after[end..=end], "m", "no colour in {text:?}");
            rest = &after[end + 1..];
        }
        plain + rest
    }

    #[test]
    fn a_peer_cannot_write_to_the_terminal() {
        let evil = "\"\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}\r\n\" <sip:mallory@h>";
        let error = || ErrorOut {
            kind: "sip",
            code: "sip",
            message: evil.into(),
            tls: None,
        };
        let registration = || RegistrationOut {
            account: evil.into(),
            state: "failed",
            code: Some(403),
            reason: Some(evil.into()),
            expires: None,
            error: Some(error()),
            retry_in: None,
            contact: None,
            service_route: Vec::new(),
        };
        let call = CallOut {
            call: 1,
            state: "disconnected",
            direction: "incoming",
            local: evil.into(),
            remote: evil.into(),
            sip_call_id: evil.into(),
            local_tag: Some(evil.into()),
            remote_tag: Some(evil.into()),
            q850: Some(17),
            reasons: vec![evil.into()],
            code: Some(486),
            reason: Some(evil.into()),
            ended_by: Some("remote"),
            cause: Some("hung_up"),
            error: Some(error()),
            duration: Some(1.0),
            codec: Some(evil.into()),
            stats: None,
        };
        let stream = crate::run::events::MediaOut {
            active: true,
            direction: "sendrecv",
            codec: Some(evil.into()),
            payload_type: None,
            remote_rtp: Some(evil.into()),
            srtp: None,
            srtp_suite: None,
        };
        for event in [
            OutEvent::Incoming {
                call: 1,
                from: evil.into(),
                from_user: evil.into(),
                to: evil.into(),
                sip_call_id: evil.into(),
                source: Some(evil.into()),
                headers: vec![("X", evil).into()],
            },
            OutEvent::Redirected {
                call: 1,
                target: evil.into(),
                followed: true,
            },
            OutEvent::Info {
                call: 1,
                content_type: evil.into(),
                body: evil.into(),
            },
            OutEvent::Response(ResponseOut {
                request: 1,
                method: "OPTIONS".into(),
                call: None,
                code: 404,
                reason: Some(evil.into()),
                round_trip_ms: 1.0,
                error: Some(error()),
            }),
            OutEvent::Guard {
                source: "192.0.2.1".into(),
                reason: "scanner",
                requests: 1,
                user_agent: Some(evil.into()),
            },
            OutEvent::Switch(SwitchOut {
                call: None,
                method: "INVITE".into(),
                remote: evil.into(),
                size: 2000,
                limit: 1300,
                from: "udp",
                to: "tcp",
                error: None,
            }),
            OutEvent::Ice(IceOut {
                call: 1,
                state: "connected",
                local: Some("192.0.2.1:4000".into()),
                local_kind: Some("host"),
                remote: Some(evil.into()),
                remote_kind: Some("relay"),
                error: None,
            }),
            OutEvent::Registration(registration()),
            OutEvent::Call(Box::new(call)),
            OutEvent::Media { call: 1, stream },
            OutEvent::Error {
                error: error(),
                command: Some(evil.into()),
                call: None,
                suggestion: Some(evil.into()),
            },
        ] {
            let text = shown(event);
            assert!(!text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
            assert!(
                text.contains("\\u{1b}[2J") && text.contains("<sip:mallory@h>"),
                "{text:?}"
            );
        }
    }
}
