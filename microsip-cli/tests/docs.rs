//! `docs/events.md` tells every event, field, command and exit code.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;

use microsip_cli::exit;
use microsip_cli::run::events::{
    CallOut, CodecOut, ConferenceOut, DeviceEntry, DeviceName, DeviceOut, DialOut, DirectoryOut, EntryOut, ErrorOut,
    FindingOut, GainOut, HistoryOut, HookOut, IceOut, LevelsOut, Line, LineOut, MediaOut, MessageOut, MessageStatusOut,
    MessagesOut, NetworkOut, NotifyOut, OfSubscription, OutEvent, PlayerOut, PresenceOut, PublicationOut, RecordingOut,
    RegistrationOut, RelayOut, ResponseOut, SettingsOut, StatsOut, StoryOut, StreamOut, StunOut, SubscriptionOut,
    SwitchOut, TransportOut, TypingOut, WarningOut, WatcherOut, XrunOut,
};
use serde_json::Value;

fn doc() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/events.md");
    std::fs::read_to_string(path).unwrap()
}

/// Heading → the names in the first column of its table.
fn tables(doc: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut heading = String::new();
    for line in doc.lines() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        } else if let Some(cell) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            tables.entry(heading.clone()).or_default().push(cell.to_owned());
        }
    }
    tables
}

/// One of each event, with every field set.
fn every_event() -> Vec<OutEvent> {
    let error = || ErrorOut {
        kind: "tls",
        code: "tls",
        message: "m".into(),
        tls: Some("expired"),
    };
    let device = || DeviceName {
        id: "alsa:default".into(),
        name: "Default".into(),
        direction: "output",
    };
    let registration = || RegistrationOut {
        account: "a".into(),
        state: "failed",
        code: Some(403),
        reason: Some("r".into()),
        expires: Some(1),
        error: Some(error()),
        retry_in: Some(0.5),
        contact: Some("<sip:a@b>".into()),
        service_route: vec!["<sip:c;lr>".into()],
    };
    let call = || CallOut {
        call: 1,
        state: "disconnected",
        direction: "outgoing",
        local: "l".into(),
        remote: "r".into(),
        sip_call_id: "i".into(),
        local_tag: Some("t".into()),
        remote_tag: Some("t".into()),
        q850: Some(16),
        reasons: vec!["r".into()],
        code: Some(200),
        reason: Some("OK".into()),
        ended_by: Some("local"),
        cause: Some("hung_up"),
        error: Some(error()),
        duration: Some(1.0),
        codec: Some("c".into()),
        stats: Some(StatsOut {
            sent_packets: 1,
            sent_bytes: 1,
            sent_lost: 1,
            sent_jitter_ms: 1.0,
            received_packets: 1,
            received_bytes: 1,
            received_lost: 1,
            received_discarded: 1,
            received_jitter_ms: 1.0,
            round_trip_ms: Some(1.0),
        }),
    };
    let stream = MediaOut {
        active: true,
        direction: "sendrecv",
        codec: Some("c".into()),
        payload_type: Some(0),
        remote_rtp: Some("h:1".into()),
        srtp: Some("sdes"),
        srtp_suite: Some("AEAD_AES_256_GCM"),
    };
    vec![
        OutEvent::Ready {
            version: "v".into(),
            pjsip: "p".into(),
            account: "a".into(),
            registrar: Some("r".into()),
            transports: vec![TransportOut {
                transport: "udp",
                address: "a".into(),
            }],
            clock_rate: 8000,
        },
        OutEvent::Registration(registration()),
        OutEvent::Incoming {
            call: 1,
            from: "f".into(),
            from_user: "u".into(),
            to: "t".into(),
            sip_call_id: "i".into(),
            source: Some("s".into()),
            headers: vec![("X", "y").into()],
        },
        OutEvent::Call(Box::new(call())),
        OutEvent::Redirected {
            call: 1,
            target: "t".into(),
            followed: true,
        },
        OutEvent::Transfer {
            call: 1,
            state: "failed",
            code: 486,
            reason: Some("r".into()),
            error: Some(error()),
        },
        OutEvent::TransferRequest {
            call: Some(1),
            target: "t".into(),
            referred_by: Some("r".into()),
            replaces: Some("d".into()),
        },
        OutEvent::Transferred {
            call: 2,
            from: Some(1),
            target: "t".into(),
        },
        OutEvent::Replaced { call: 1, by: 2 },
        OutEvent::Media { call: 1, stream },
        OutEvent::Hold { call: 1, hold: "local" },
        OutEvent::Quality {
            call: 1,
            statistics: Box::default(),
        },
        OutEvent::Trouble {
            call: 1,
            finding: "only_silence",
            text: "t".into(),
        },
        OutEvent::Session {
            call: 1,
            request: "hold",
            state: "failed",
            error: Some(error()),
        },
        OutEvent::Dtmf {
            call: 1,
            digit: "1".into(),
            method: "rtp_event",
            duration_ms: Some(1),
        },
        OutEvent::DtmfFailed {
            call: 1,
            digit: "1".into(),
            error: error(),
        },
        OutEvent::Speech {
            call: 1,
            side: "received",
            speaking: true,
            at: "2026-01-01T00:00:00.000Z".into(),
            position: 1.0,
            delay_ms: 100,
        },
        OutEvent::ToneDetected {
            call: 1,
            side: "received",
            tone: "beep",
            frequency_hz: Some(1000),
            at: "2026-01-01T00:00:00.000Z".into(),
            position: 1.0,
            delay_ms: 300,
        },
        OutEvent::Tone {
            call: Some(1),
            state: "finished",
            tone: "425/100;1".into(),
            duration: 0.1,
        },
        OutEvent::Info {
            call: 1,
            content_type: "c".into(),
            body: "b".into(),
        },
        OutEvent::Message(MessageOut {
            message: 1,
            call: Some(1),
            from: "f".into(),
            display: Some("d".into()),
            to: "t".into(),
            content_type: "text/plain".into(),
            text: Some("t".into()),
            bytes: 1,
            warning: Some(error()),
        }),
        OutEvent::MessageStatus(MessageStatusOut {
            message: 1,
            call: Some(1),
            target: "t".into(),
            status: "failed",
            code: Some(404),
            reason: Some("r".into()),
            error: Some(error()),
        }),
        OutEvent::Typing(TypingOut {
            from: "f".into(),
            display: Some("d".into()),
            call: Some(1),
            state: "active",
            cause: "told",
        }),
        OutEvent::Response(ResponseOut {
            request: 1,
            method: "OPTIONS".into(),
            call: Some(1),
            code: 404,
            reason: Some("r".into()),
            round_trip_ms: 1.0,
            error: Some(error()),
        }),
        OutEvent::Publication(PublicationOut {
            publication: 1,
            package: "presence".into(),
            state: "retrying",
            code: Some(503),
            expires: Some(1),
            retry_in: Some(0.5),
            error: Some(error()),
        }),
        OutEvent::Subscription(SubscriptionOut {
            of: of(),
            state: "retrying",
            reason: Some("giveup".into()),
            code: Some(200),
            expires: Some(1.0),
            retry_in: Some(0.5),
            error: Some(error()),
        }),
        OutEvent::Notify(notify(None)),
        OutEvent::Unreadable(notify(Some(error()))),
        OutEvent::Presence(PresenceOut {
            of: of(),
            state: "away",
            basic: "open",
            activities: vec!["away".into()],
            note: Some("n".into()),
        }),
        OutEvent::Line(LineOut {
            of: of(),
            state: "early",
            direction: Some("recipient"),
            local: Some("l".into()),
            remote: Some("r".into()),
            on_hold: false,
            stale: false,
            calls: 1,
            replaces: Some("x".into()),
        }),
        OutEvent::MessagesWaiting(MessagesOut {
            account: "a".into(),
            mailbox: Some("m".into()),
            waiting: true,
            counts: vec![],
        }),
        OutEvent::Watcher(watcher()),
        OutEvent::Watchers {
            watchers: vec![watcher()],
        },
        OutEvent::Calls {
            calls: vec![call()],
            selected: Some(1),
        },
        OutEvent::Story(StoryOut {
            call: 1,
            entries: vec![EntryOut {
                time: "t".into(),
                step: "sent",
                text: "t".into(),
                about: Some("codec"),
                bytes: Some(1),
                transport: Some("udp"),
                remote: Some("r".into()),
            }],
            left_out: 0,
        }),
        OutEvent::Player(PlayerOut {
            call: 1,
            state: "started",
            file: "f".into(),
            position: Some(1.0),
            duration: Some(1.0),
            end: Some("failed"),
            error: Some(error()),
        }),
        OutEvent::Recording(RecordingOut {
            call: 1,
            state: "finished",
            file: "f".into(),
            format: Some("wav"),
            duration: Some(1.0),
            rate: Some(1),
            channels: Some(2),
            samples: Some(1),
            dropped: Some(0),
            error: Some(error()),
        }),
        OutEvent::Tap(StreamOut {
            side: Some("received"),
            lost: Some(1),
            ..stream_out(error())
        }),
        OutEvent::Feed(stream_out(error())),
        OutEvent::Xrun(XrunOut {
            call: Some(1),
            stream: 1,
            kind: "overrun",
            samples: 1,
            total: 1,
        }),
        OutEvent::Conference(ConferenceOut {
            conference: 1,
            state: "joined",
            call: Some(1),
        }),
        OutEvent::Levels(LevelsOut {
            call: 1,
            received_dbov: -20.0,
            sent_dbov: -20.0,
        }),
        OutEvent::Gain(GainOut {
            call: 1,
            received_db: 0.0,
            sent_db: 0.0,
        }),
        OutEvent::Check {
            call: 1,
            findings: vec![FindingOut {
                finding: "only_silence",
                text: "t".into(),
                fault: true,
            }],
        },
        OutEvent::Devices {
            devices: vec![DeviceEntry {
                device: device(),
                default: true,
                used_for: vec!["output"],
            }],
        },
        OutEvent::Codecs {
            codecs: vec![CodecOut {
                codec: "c".into(),
                enabled: true,
                place: Some(0),
                bit_rate: Some(1),
                frame_ms: 20.0,
                payload_type: Some(0),
            }],
        },
        OutEvent::Status {
            registration: registration(),
            calls: vec![call()],
        },
        OutEvent::Help {
            commands: vec!["c".into()],
        },
        OutEvent::Error {
            error: error(),
            command: Some("c".into()),
            call: Some(1),
            suggestion: Some("s".into()),
        },
        OutEvent::Network(NetworkOut {
            step: "finished",
            lost: vec!["192.0.2.1".into()],
            gained: vec!["192.0.2.2".into()],
            accounts: 1,
            registered: 1,
            calls: 1,
            moved: 1,
            took: 0.5,
        }),
        OutEvent::Switch(SwitchOut {
            call: Some(1),
            method: "INVITE".into(),
            remote: "192.0.2.1:5060".into(),
            size: 1400,
            limit: 1300,
            from: "udp",
            to: "tcp",
            error: Some(error()),
        }),
        OutEvent::Stun(StunOut {
            state: "ready",
            server: Some("s".into()),
            address: Some("192.0.2.1:5060".into()),
            error: Some(error()),
        }),
        OutEvent::Ice(IceOut {
            call: 1,
            state: "connected",
            local: Some("a".into()),
            local_kind: Some("host"),
            remote: Some("b".into()),
            remote_kind: Some("relay"),
            error: Some(error()),
        }),
        OutEvent::Relay(RelayOut {
            call: Some(1),
            error: error(),
        }),
        OutEvent::Device(DeviceOut {
            state: "lost",
            role: Some("output"),
            device: Some(device()),
            replacement: Some(device()),
            added: vec![device()],
            removed: vec![device()],
            error: Some(error()),
        }),
        OutEvent::Guard {
            source: "192.0.2.1".into(),
            reason: "scanner",
            requests: 1,
            user_agent: Some("friendly-scanner".into()),
        },
        OutEvent::Dial(DialOut {
            target: "1".into(),
            state: "dialled",
            call: Some(1),
            error: Some(error()),
        }),
        OutEvent::Refused {
            from: "f".into(),
            code: 486,
            reason: "Denied".into(),
        },
        OutEvent::Hook(HookOut {
            hook: "cmdCallEnd",
            program: "p".into(),
            outcome: "exited",
            status: Some(0),
            trouble: Some("e".into()),
            output: "o".into(),
            duration: 0.1,
        }),
        OutEvent::Settings(SettingsOut {
            source: "file",
            changed: vec!["Settings/DND".into()],
            later: true,
        }),
        OutEvent::Warning(WarningOut {
            kind: "wrong_value",
            file: "f".into(),
            line: 1,
            section: "Settings".into(),
            key: "DND".into(),
            value: "x".into(),
            allowed: "allowed: 0 or 1".into(),
            used: Some("0".into()),
        }),
        OutEvent::Directory(DirectoryOut {
            added: 1,
            updated: 1,
            removed: 1,
        }),
        OutEvent::History(HistoryOut {
            kind: "missed",
            number: "1".into(),
            name: "n".into(),
            begun: 1,
            duration: 1,
            info: "i".into(),
        }),
        OutEvent::Answer {
            command: "status".into(),
            result: Value::Bool(true),
        },
        OutEvent::Lagged { missed: 1 },
        OutEvent::Closed { reason: "quit" },
    ]
}

/// A variant added to the events must be added above; this match stops compiling until somebody looks here.
fn name(event: &OutEvent) -> &'static str {
    match event {
        OutEvent::Ready { .. } => "ready",
        OutEvent::Registration(_) => "registration",
        OutEvent::Incoming { .. } => "incoming",
        OutEvent::Call(_) => "call",
        OutEvent::Redirected { .. } => "redirected",
        OutEvent::DtmfFailed { .. } => "dtmf_failed",
        OutEvent::Info { .. } => "info",
        OutEvent::Response(_) => "response",
        OutEvent::Publication(_) => "publication",
        OutEvent::Message(_) => "message",
        OutEvent::MessageStatus(_) => "message_status",
        OutEvent::Typing(_) => "typing",
        OutEvent::Subscription(_) => "subscription",
        OutEvent::Notify(_) => "notify",
        OutEvent::Unreadable(_) => "unreadable",
        OutEvent::Presence(_) => "presence",
        OutEvent::Line(_) => "line",
        OutEvent::MessagesWaiting(_) => "messages_waiting",
        OutEvent::Watcher(_) => "watcher",
        OutEvent::Watchers { .. } => "watchers",
        OutEvent::Calls { .. } => "calls",
        OutEvent::Story(_) => "story",
        OutEvent::Transfer { .. } => "transfer",
        OutEvent::TransferRequest { .. } => "transfer_request",
        OutEvent::Transferred { .. } => "transferred",
        OutEvent::Replaced { .. } => "replaced",
        OutEvent::Media { .. } => "media",
        OutEvent::Hold { .. } => "hold",
        OutEvent::Quality { .. } => "quality",
        OutEvent::Trouble { .. } => "trouble",
        OutEvent::Session { .. } => "session",
        OutEvent::Dtmf { .. } => "dtmf",
        OutEvent::Player(_) => "player",
        OutEvent::Recording(_) => "recording",
        OutEvent::Tap(_) => "tap",
        OutEvent::Feed(_) => "feed",
        OutEvent::Xrun(_) => "xrun",
        OutEvent::Conference(_) => "conference",
        OutEvent::Levels(_) => "levels",
        OutEvent::Gain(_) => "gain",
        OutEvent::Check { .. } => "check",
        OutEvent::Devices { .. } => "devices",
        OutEvent::Codecs { .. } => "codecs",
        OutEvent::Speech { .. } => "speech",
        OutEvent::Tone { .. } => "tone",
        OutEvent::ToneDetected { .. } => "tone_detected",
        OutEvent::Status { .. } => "status",
        OutEvent::Help { .. } => "help",
        OutEvent::Error { .. } => "error",
        OutEvent::Network(_) => "network",
        OutEvent::Switch(_) => "switch",
        OutEvent::Stun(_) => "stun",
        OutEvent::Ice(_) => "ice",
        OutEvent::Relay(_) => "relay",
        OutEvent::Device(_) => "device",
        OutEvent::Guard { .. } => "guard",
        OutEvent::Dial(_) => "dial",
        OutEvent::Refused { .. } => "refused",
        OutEvent::Hook(_) => "hook",
        OutEvent::Settings(_) => "settings",
        OutEvent::Warning(_) => "warning",
        OutEvent::Directory(_) => "directory",
        OutEvent::History(_) => "history",
        OutEvent::Answer { .. } => "answer",
        OutEvent::Lagged { .. } => "lagged",
        OutEvent::Closed { .. } => "closed",
    }
}

fn of() -> OfSubscription {
    OfSubscription {
        subscription: 1,
        package: "presence".into(),
        target: "t".into(),
    }
}

fn notify(error: Option<ErrorOut>) -> NotifyOut {
    NotifyOut {
        of: of(),
        number: 1,
        state: "active".into(),
        content_type: Some("text/plain".into()),
        body: Some("b".into()),
        error,
    }
}

fn watcher() -> WatcherOut {
    WatcherOut {
        watcher: 1,
        package: "presence".into(),
        from: "f".into(),
        state: "ended",
        reason: Some("timeout".into()),
    }
}

fn stream_out(error: ErrorOut) -> StreamOut {
    StreamOut {
        call: 1,
        state: "failed",
        side: None,
        rate: 8000,
        file: "f".into(),
        samples: Some(1),
        lost: None,
        error: Some(error),
    }
}

fn sorted_keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort_unstable();
    keys
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[test]
fn the_document_names_exactly_the_fields_there_are() {
    let tables = tables(&doc());
    let events = every_event();
    assert_eq!(events.len(), 66);
    for event in events {
        let name = name(&event);
        let mut value = serde_json::to_value(Line::now(event)).unwrap();
        assert_eq!(value["event"], name);
        let object = value.as_object_mut().unwrap();
        assert!(object.remove("event").is_some() && object.remove("time").is_some());
        assert_eq!(sorted(&tables[name]), sorted_keys(&value), "{name}");
        if let Some(error) = value.get("error") {
            assert_eq!(sorted(&tables["Errors"]), sorted_keys(error));
        }
        let lists = ["entries", "findings", "devices", "codecs"].map(|list| value.get(list).and_then(Value::as_array));
        for entry in lists.into_iter().flatten().flatten() {
            for field in sorted_keys(entry) {
                assert!(doc().contains(&format!("`{field}`")), "{field}");
            }
        }
        if let Some(stats) = value.get("stats") {
            assert_eq!(sorted(&tables["Statistics"]), sorted_keys(stats));
        }
    }
}

#[test]
fn the_document_names_every_value() {
    let doc = doc();
    let kinds = microsip_core::ErrorKind::ALL.map(microsip_core::ErrorKind::name);
    let others = [
        "hung_up",
        "cancelled",
        "replaced",
        "rejected",
        "timed_out",
        "transport_failed",
        "local",
        "remote",
        "network",
    ];
    for value in kinds
        .iter()
        .chain(&others)
        .chain(&["quit", "signal", "eof", "output", "failure"])
    {
        assert!(doc.contains(&format!("`{value}`")), "{value}");
    }
}

#[test]
fn the_document_and_the_help_name_the_same_exit_codes() {
    let doc = doc();
    for code in [
        exit::OK,
        exit::FAILED,
        exit::USAGE,
        exit::NOT_STARTED,
        exit::NO_PHONE,
        exit::NOT_PROVEN,
        exit::NOT_REGISTERED,
        exit::BUSY,
        exit::NO_ANSWER,
        exit::DECLINED,
        exit::CALL_FAILED,
        exit::UNEXPECTED,
        exit::SIGNALLED_TWICE,
    ] {
        assert!(doc.contains(&format!("\n| {code} |")), "{code}");
        assert!(exit::HELP.contains(&format!("\n  {code:<3}  ")), "{code}");
    }
}

#[test]
fn the_document_names_every_command() {
    let tables = tables(&doc());
    let words: Vec<_> = tables["Commands"]
        .iter()
        .map(|c| c.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        words,
        [
            "call",
            "answer",
            "reject",
            "redirect",
            "hangup",
            "hold",
            "resume",
            "reinvite",
            "update",
            "mute",
            "unmute",
            "transfer",
            "transfer-to",
            "accept-transfer",
            "reject-transfer",
            "dtmf",
            "dtmf-info",
            "info",
            "options",
            "message",
            "typing",
            "header",
            "select",
            "calls",
            "story",
            "conference",
            "leave",
            "bridge",
            "play",
            "pause",
            "seek",
            "stop-play",
            "record",
            "stop-record",
            "tap",
            "feed",
            "tone",
            "stop-tone",
            "speech",
            "listen",
            "stats",
            "check",
            "levels",
            "gain",
            "devices",
            "codecs",
            "presence",
            "watch",
            "blf",
            "mwi",
            "subscribe",
            "unwatch",
            "watchers",
            "accept-watcher",
            "reject-watcher",
            "register",
            "unregister",
            "status",
            "help",
            "quit"
        ]
    );
}
