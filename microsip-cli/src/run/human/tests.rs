//! What a peer writes stays text.

use super::*;
use crate::run::events::{MessageOut, MessageStatusOut, ResponseOut, TypingOut};

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
        OutEvent::Message(MessageOut {
            message: 1,
            call: None,
            from: evil.into(),
            display: Some(evil.into()),
            to: evil.into(),
            content_type: evil.into(),
            text: Some(evil.into()),
            bytes: 1,
            warning: Some(error()),
        }),
        OutEvent::MessageStatus(MessageStatusOut {
            message: 1,
            call: Some(1),
            target: evil.into(),
            status: "failed",
            code: Some(404),
            reason: Some(evil.into()),
            error: Some(error()),
        }),
        OutEvent::Typing(TypingOut {
            from: evil.into(),
            display: None,
            call: None,
            state: "active",
            cause: "told",
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
