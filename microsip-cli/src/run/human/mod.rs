//! Events as lines for people.

mod audio;
mod messages;
mod phone;
mod presence;
#[cfg(test)]
mod tests;

use super::events::{
    CallOut, ErrorOut, IceOut, Line, NetworkOut, OutEvent, PublicationOut, RegistrationOut, StatsOut, StoryOut,
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
        OutEvent::Quality { call, statistics } => audio::quality(*call, statistics),
        OutEvent::Check { call, findings } => audio::check(*call, findings),
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
        OutEvent::Publication(p) => publication(p),
        OutEvent::Message(m) => messages::received(m),
        OutEvent::MessageStatus(m) => messages::status(m),
        OutEvent::Typing(t) => messages::typing(t),
        OutEvent::Calls { calls, selected } => list(calls, *selected),
        OutEvent::Story(s) => story(s),
        OutEvent::Player(p) => audio::player(p),
        OutEvent::Recording(r) => audio::recording(r),
        OutEvent::Conference(c) => audio::conference(c),
        OutEvent::Tap(s) => audio::stream("tap", s),
        OutEvent::Feed(s) => audio::stream("feed", s),
        OutEvent::Xrun(x) => audio::xrun(x),
        OutEvent::Levels(l) => audio::levels(l),
        OutEvent::Gain(g) => audio::gain(g),
        OutEvent::Devices { devices } => audio::devices(devices),
        OutEvent::Codecs { codecs } => audio::codecs(codecs),
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
        OutEvent::Device(d) => audio::device(d),
        OutEvent::Subscription(s) => presence::subscription(s),
        OutEvent::Notify(n) => presence::notify(n),
        OutEvent::Presence(p) => presence::presence(p),
        OutEvent::Unreadable(n) => presence::unreadable(n),
        OutEvent::Line(l) => presence::line(l),
        OutEvent::MessagesWaiting(m) => presence::messages(m),
        OutEvent::Watcher(w) => presence::watcher(w),
        OutEvent::Watchers { watchers } => presence::watchers(watchers),
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
        OutEvent::Dial(d) => phone::dial(d),
        OutEvent::Refused { from, code, reason } => phone::refused(from, *code, reason),
        OutEvent::Hook(h) => phone::hook(h),
        OutEvent::Settings(s) => phone::settings(s),
        OutEvent::Warning(w) => phone::warning(w),
        OutEvent::Directory(d) => format!(
            "users directory: {} added, {} updated, {} removed",
            d.added, d.updated, d.removed
        ),
        OutEvent::History(h) => phone::history(h),
        OutEvent::Answer { command, result } => crate::phone::answer_text(command, result),
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

fn publication(p: &PublicationOut) -> String {
    let style = match p.state {
        "published" => GOOD,
        "failed" => BAD,
        _ => STRONG,
    };
    let expires = p.expires.map(|s| format!(" for {s} s")).unwrap_or_default();
    format!(
        "{} {}{expires}{}{}",
        clean(&p.package),
        paint(style, p.state),
        answer(p.code, None),
        because(p.error.as_ref())
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
