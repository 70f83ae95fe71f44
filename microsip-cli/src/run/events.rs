//! The events on standard output, as `docs/events.md` describes them: data, and how it comes from the library's types.

use std::time::{Duration, SystemTime};

use microsip_core::{Call, CallInfo, Error, MediaInfo, RegistrationInfo, Request, Response, StreamStats};
use serde::Serialize;

pub use super::devices::{DeviceEntry, DeviceName, DeviceOut};
pub use super::media::{
    CodecOut, ConferenceOut, FindingOut, GainOut, LevelsOut, PlayerOut, RecordingOut, StreamOut, XrunOut,
};
pub use super::messages::{MessageOut, MessageStatusOut, TypingOut};
pub use super::network::{IceOut, NetworkOut, RelayOut, StunOut, SwitchOut};
pub use super::phone::{DialOut, DirectoryOut, HistoryOut, HookOut, SettingsOut, WarningOut};
pub use super::presence::{LineOut, MessagesOut, NotifyOut, OfSubscription, PresenceOut, SubscriptionOut, WatcherOut};
pub use super::publication::PublicationOut;
pub use super::story::{EntryOut, StoryOut};

/// An event with its time.
#[derive(Debug, Serialize)]
pub struct Line {
    /// UTC, RFC 3339 with milliseconds.
    pub time: String,
    /// What happened.
    #[serde(flatten)]
    pub event: OutEvent,
}

impl Line {
    /// The event, now.
    pub fn now(event: OutEvent) -> Self {
        Line {
            time: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
            event,
        }
    }
}

/// What is told; one JSON object each. Fields that do not apply are left out.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "docs/events.md describes each field, and a test sees to it")]
pub enum OutEvent {
    Ready {
        version: String,
        pjsip: String,
        account: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        registrar: Option<String>,
        transports: Vec<TransportOut>,
        clock_rate: u32,
    },
    Registration(RegistrationOut),
    Incoming {
        call: u64,
        from: String,
        from_user: String,
        to: String,
        sip_call_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        headers: Vec<HeaderOut>,
    },
    Call(Box<CallOut>),
    Redirected {
        call: u64,
        target: String,
        followed: bool,
    },
    Transfer {
        call: u64,
        state: &'static str,
        code: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ErrorOut>,
    },
    TransferRequest {
        #[serde(skip_serializing_if = "Option::is_none")]
        call: Option<u64>,
        target: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        referred_by: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        replaces: Option<String>,
    },
    Transferred {
        call: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<u64>,
        target: String,
    },
    Replaced {
        call: u64,
        by: u64,
    },
    Media {
        call: u64,
        #[serde(flatten)]
        stream: MediaOut,
    },
    Hold {
        call: u64,
        hold: &'static str,
    },
    Quality {
        call: u64,
        statistics: Box<StreamStats>,
    },
    Trouble {
        call: u64,
        finding: &'static str,
        text: String,
    },
    Session {
        call: u64,
        request: &'static str,
        state: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ErrorOut>,
    },
    Dtmf {
        call: u64,
        digit: String,
        method: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_ms: Option<u64>,
    },
    DtmfFailed {
        call: u64,
        digit: String,
        error: ErrorOut,
    },
    Speech {
        call: u64,
        side: &'static str,
        speaking: bool,
        at: String,
        position: f64,
        delay_ms: u64,
    },
    Tone {
        #[serde(skip_serializing_if = "Option::is_none")]
        call: Option<u64>,
        state: &'static str,
        tone: String,
        duration: f64,
    },
    ToneDetected {
        call: u64,
        side: &'static str,
        tone: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        frequency_hz: Option<u32>,
        at: String,
        position: f64,
        delay_ms: u64,
    },
    Info {
        call: u64,
        content_type: String,
        body: String,
    },
    Response(ResponseOut),
    Publication(PublicationOut),
    Message(MessageOut),
    MessageStatus(MessageStatusOut),
    Typing(TypingOut),
    Player(PlayerOut),
    Recording(RecordingOut),
    Conference(ConferenceOut),
    Tap(StreamOut),
    Feed(StreamOut),
    Xrun(XrunOut),
    Levels(LevelsOut),
    Check {
        call: u64,
        findings: Vec<FindingOut>,
    },
    Gain(GainOut),
    Devices {
        devices: Vec<DeviceEntry>,
    },
    Codecs {
        codecs: Vec<CodecOut>,
    },
    Status {
        registration: RegistrationOut,
        calls: Vec<CallOut>,
    },
    Calls {
        calls: Vec<CallOut>,
        #[serde(skip_serializing_if = "Option::is_none")]
        selected: Option<u64>,
    },
    Story(StoryOut),
    Help {
        commands: Vec<String>,
    },
    Error {
        error: ErrorOut,
        #[serde(skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        call: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        suggestion: Option<String>,
    },
    Network(NetworkOut),
    Switch(SwitchOut),
    Stun(StunOut),
    Ice(IceOut),
    Relay(RelayOut),
    /// Sound devices came or went, or an open one failed or works again.
    Device(DeviceOut),
    Subscription(SubscriptionOut),
    Notify(NotifyOut),
    Presence(PresenceOut),
    Unreadable(NotifyOut),
    Line(LineOut),
    MessagesWaiting(MessagesOut),
    Watcher(WatcherOut),
    Watchers {
        watchers: Vec<WatcherOut>,
    },
    Guard {
        source: String,
        reason: &'static str,
        requests: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        user_agent: Option<String>,
    },
    /// What follows is told by a phone with settings alone.
    Dial(DialOut),
    Refused {
        from: String,
        code: u16,
        reason: String,
    },
    Hook(HookOut),
    Settings(SettingsOut),
    Warning(WarningOut),
    Directory(DirectoryOut),
    History(HistoryOut),
    Answer {
        command: String,
        result: serde_json::Value,
    },
    Lagged {
        missed: u64,
    },
    Closed {
        reason: &'static str,
    },
}

/// A socket that listens.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct TransportOut {
    pub transport: &'static str,
    pub address: String,
}

/// A registration.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct RegistrationOut {
    pub account: String,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_in: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_route: Vec<String>,
}

impl RegistrationOut {
    /// The registration of an account.
    pub fn new(account: &str, info: &RegistrationInfo) -> Self {
        RegistrationOut {
            account: account.to_owned(),
            state: info.state.name(),
            code: info.code.map(|c| c.code()),
            reason: some(&info.reason),
            expires: info.expires.map(|e| e.as_secs()),
            error: info.error.as_ref().map(ErrorOut::from),
            retry_in: info.retry_in().map(|d| (d.as_secs_f64() * 1000.0).round() / 1000.0),
            contact: info.contact.clone(),
            service_route: info.service_route.clone(),
        }
    }
}

/// A call.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct CallOut {
    pub call: u64,
    pub state: &'static str,
    pub direction: &'static str,
    pub local: String,
    pub remote: String,
    pub sip_call_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q850: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<StatsOut>,
}

impl CallOut {
    /// A call as its snapshot has it.
    pub fn new(info: &CallInfo) -> Self {
        let end = info.end.as_ref();
        let code = end.map(|e| e.code).or(info.last_status);
        CallOut {
            call: info.id.get(),
            state: info.state.name(),
            direction: info.direction.name(),
            local: info.local_uri.to_string(),
            remote: info.remote_uri.to_string(),
            sip_call_id: info.sip_call_id.to_string(),
            local_tag: some(&info.local_tag),
            remote_tag: some(&info.remote_tag),
            code: code.map(|c| c.code()),
            reason: end.map(|e| &*e.reason).or(code.map(|c| c.reason())).and_then(some),
            ended_by: end.map(|e| e.by.name()),
            cause: end.map(|e| e.cause.name()),
            q850: end.and_then(|e| e.q850()),
            reasons: end.map_or_else(Vec::new, |e| e.reasons.iter().map(ToString::to_string).collect()),
            error: end.and_then(|e| e.error.as_ref()).map(ErrorOut::from),
            duration: info.confirmed.map(|_| seconds(info.duration())),
            codec: info.audio().and_then(|m| m.codec.as_ref()).map(ToString::to_string),
            stats: info.stats.as_ref().map(StatsOut::from),
        }
    }
}

/// A header of a message.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct HeaderOut {
    pub name: String,
    pub value: String,
}

impl From<(&str, &str)> for HeaderOut {
    fn from((name, value): (&str, &str)) -> Self {
        // What a caller uses to prove itself to a server is not for logs.
        let secret = name.to_ascii_lowercase().ends_with("authorization");
        HeaderOut {
            name: name.to_owned(),
            value: if secret { "***".to_owned() } else { value.to_owned() },
        }
    }
}

/// The answer to a request of ours.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct ResponseOut {
    pub request: u64,
    pub method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub round_trip_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl ResponseOut {
    /// An answer as the library tells it.
    pub fn new(request: &Request, call: Option<&Call>, response: &Response) -> Self {
        ResponseOut {
            request: request.id(),
            method: request.method().to_owned(),
            call: call.map(|call| call.id().get()),
            code: response.code.code(),
            reason: some(&response.reason),
            round_trip_ms: millis(response.round_trip),
            error: response.error.as_ref().map(ErrorOut::from),
        }
    }
}

/// An audio stream.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct MediaOut {
    pub active: bool,
    pub direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_type: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_rtp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srtp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srtp_suite: Option<&'static str>,
}

impl From<&MediaInfo> for MediaOut {
    fn from(media: &MediaInfo) -> Self {
        MediaOut {
            active: media.active,
            direction: media.direction.name(),
            codec: media.codec.as_ref().map(ToString::to_string),
            payload_type: media.payload_type,
            remote_rtp: some(&media.remote_rtp),
            srtp: media.srtp.map(|keying| keying.name()),
            srtp_suite: media.srtp_suite.map(|suite| suite.name()),
        }
    }
}

/// Packet counts.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct StatsOut {
    pub sent_packets: u64,
    pub sent_bytes: u64,
    pub sent_lost: u64,
    pub sent_jitter_ms: f64,
    pub received_packets: u64,
    pub received_bytes: u64,
    pub received_lost: u64,
    pub received_discarded: u64,
    pub received_jitter_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round_trip_ms: Option<f64>,
}

impl From<&StreamStats> for StatsOut {
    fn from(stats: &StreamStats) -> Self {
        StatsOut {
            sent_packets: stats.sent.packets,
            sent_bytes: stats.sent.bytes,
            sent_lost: stats.sent.lost,
            sent_jitter_ms: millis(stats.sent.jitter.mean),
            received_packets: stats.received.packets,
            received_bytes: stats.received.bytes,
            received_lost: stats.received.lost,
            received_discarded: stats.received.discarded,
            received_jitter_ms: millis(stats.received.jitter.mean),
            round_trip_ms: stats.round_trip.map(|trip| millis(trip.mean)),
        }
    }
}

/// What failed.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct ErrorOut {
    pub kind: &'static str,
    pub code: &'static str,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<&'static str>,
}

impl ErrorOut {
    /// An error of the command line itself.
    pub fn command(message: impl Into<String>) -> Self {
        ErrorOut::new("invalid_argument", message)
    }

    /// An error that is not the library's.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        ErrorOut {
            kind,
            code: kind,
            message: message.into(),
            tls: None,
        }
    }
}

impl From<&Error> for ErrorOut {
    fn from(error: &Error) -> Self {
        ErrorOut {
            kind: error.kind().name(),
            code: error.code(),
            message: error.to_string(),
            tls: error.tls_refusal().map(|refusal| refusal.name()),
        }
    }
}

/// Seconds with milliseconds.
pub(crate) fn seconds(duration: Duration) -> f64 {
    duration.as_millis() as f64 / 1000.0
}

/// Decibels with one digit.
pub(crate) fn tenths(decibels: f32) -> f64 {
    (f64::from(decibels) * 10.0).round() / 10.0
}

/// Milliseconds with microseconds.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
