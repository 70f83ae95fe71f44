//! A programmable softphone engine: PJSIP behind a safe Rust API.
//!
//! ```no_run
//! use microsip_core::{AccountConfig, CallState, Endpoint, EndpointConfig, PlayOptions};
//! use std::time::Duration;
//!
//! fn main() -> microsip_core::Result<()> {
//!     let endpoint = Endpoint::start(EndpointConfig::default())?;
//!     let account = endpoint.add_account(
//!         AccountConfig::new("sip:1001@pbx.example.org")
//!             .registrar("sip:pbx.example.org")
//!             .credentials("1001", "secret"),
//!     )?;
//!     account.wait_registered(Duration::from_secs(5))?;
//!     let call = account.call("sip:1002@pbx.example.org")?;
//!     call.wait_for(CallState::Confirmed, Duration::from_secs(30))?;
//!     call.play("hello.wav", PlayOptions::default())?.wait_finished(Duration::from_secs(60))?;
//!     call.hang_up()?;
//!     endpoint.close()
//! }
//! ```
//!
//! * [`Endpoint`] owns the engine: one thread that alone talks to PJSIP. There is one per process at a time.
//! * [`Account`] and [`Call`] are cheap handles for any thread. A handle whose object is gone answers
//!   [`ErrorKind::Gone`]; nothing crashes, whatever the order in which things are dropped.
//! * [`Event`]s tell what happened, as owned snapshots, to any number of subscribers: a blocking iterator, or a
//!   [`futures_core::Stream`] for any async runtime.
//! * No sound device is opened unless asked for ([`Endpoint::open_audio`]): audio comes from files and streams and goes there.
//!
//! How it works inside is told in ARCHITECTURE.md.
#![warn(missing_docs)]

mod account;
mod call;
pub mod compat;
mod dns;
mod endpoint;
mod engine;
mod error;
mod event;
mod failure;
mod fork;
mod media;
mod message;
mod nat;
mod pj;
mod policy;
mod presence;
mod publication;
mod redact;
mod request;
mod secret;
mod sip;
mod subscription;
mod watch;

pub use account::{
    Account, AccountConfig, AccountId, AccountNat, ContactOptions, ContactRewrite, ContactRewriteMethod, Credential,
    DigestAlgorithm, Refresher, RegistrationInfo, RegistrationState, Reliable100, RetryPolicy, SessionTimers, SrtpMode,
    TurnUse,
};
pub use call::{
    AnswerOptions, Call, CallEnd, CallGuard, CallId, CallInfo, CallOptions, CallState, Decision, DtmfOptions, EndCause,
    EndedBy, HangUpOptions, HoldMode, HoldOptions, HoldState, RedirectPolicy, ReferTo, ReinviteOptions, RejectOptions,
    SessionRequest, Story, StoryEntry, StoryStep, TransferOptions, TransferProgress, TransferRequest, TransferState,
    UpdateOptions,
};
pub use dns::{DnsConfig, ServerAddress};
pub use endpoint::{
    Diagnostics, Endpoint, EndpointConfig, IceMode, Limits, LogLevel, NatConfig, Resolution, StunInfo, StunState,
    TlsConfig, TlsPin, TlsVersion, TransportConfig, TurnConfig,
};
pub use error::{Error, ErrorKind, Result, TlsRefusal};
pub use event::{Direction, Event, Events, NetworkChange, NetworkStep, SipMessage, TransportSwitch};
pub use failure::FailureCode;
pub use media::quality;
pub use media::quality::{
    AudioFinding, AudioLevel, BurstStats, DirectionStats, Jitter, JitterBuffer, JitterBufferStats, JitterDiscard,
    Quality, QualityConfig, RoundTrip, StreamQuality, StreamStats, VoipMetrics, XrStats,
};
pub use media::{
    AudioDevice, AudioDeviceOptions, AudioDevices, AudioFrame, AudioNode, AudioNodeRef, AudioSink, AudioSinkOptions,
    AudioSource, AudioSourceOptions, AudioTarget, Candidate, CandidateKind, CandidatePair, Codec, CodecInfo,
    ComfortNoise, Conference, ConferenceChange, ConferenceOptions, Country, DeviceChoice, DeviceDirection,
    DeviceFallback, DeviceLevel, DeviceRole, DeviceStats, EchoCancellation, EchoCanceller, FlushBegun, Flushed,
    FrameHead, Gain, HeardTone, IceInfo, IceState, Level, Levels, MediaDirection, MediaInfo, MemberOptions, OnLeave,
    OpusOptions, Pcm, PlayEnd, PlayOptions, Player, RecordFormat, RecordOptions, Recorder, RecordingInfo,
    RecordingName, Sine, SinkStats, Sound, SourceStats, SpeechDetector, SpeechOptions, SrtpKeying, SrtpSuite, Tap,
    Tone, ToneDetection, ToneDetector, ToneKind, ToneOptions, TonePlayer, ToneStep, VoiceProcessing, Xrun,
    audio_devices, codecs, read_audio,
};
pub use message::{
    MessageConfig, MessageOptions, MessagePolicy, MessageStatus, PeerTyping, ReceivedMessage, SentMessage, TypingCause,
};
pub use policy::guard::{GuardAction, GuardConfig, GuardCounters, GuardRate, GuardReason, GuardReport, Network};
pub use policy::{
    AutoAnswer, CallPolicy, CallRule, Forward, Handler, IncomingPolicy, OptionsPolicy, Pattern, ReplacesPolicy,
    RuleAction, TransferPolicy, TransferRules,
};
pub use presence::{
    Activity, BasicStatus, Buddy, Cpim, CpimHeader, DeliveryStatus, DialogDirection, DialogEntry, DialogEvent,
    DialogIds, DialogInfo, DialogParty, DialogState, Imdn, ImdnKind, LineInfo, LineState, LineTable, LineUpdate,
    Mailbox, MessageClass, MessageCounts, MessageSummary, NotifyRequest, ObserveOptions, Presence, PresenceDevice,
    PresenceNote, PresencePerson, PresenceStatus, PresenceTuple, Typing, TypingState, WatchedLine,
};
pub use publication::{Publication, PublicationId, PublicationInfo, PublicationState, PublishOptions};
pub use request::{Request, RequestOptions, Response};
pub use secret::Secret;
pub use sip::{
    Digit, Diversion, DtmfDetection, DtmfMethod, EndReason, Headers, HistoryEntry, Identity, Message, Reason, Replaces,
    StatusCode, Transport,
};
pub use subscription::{
    Notification, Notifier, ServeOptions, SubscribeOptions, Subscription, SubscriptionId, SubscriptionInfo,
    SubscriptionState, WatchPolicy, Watcher, WatcherId, WatcherState,
};

/// Longer waits are cut to this, so that a deadline can be computed from any duration.
const FOR_EVER: std::time::Duration = std::time::Duration::from_secs(60 * 60 * 24 * 365);

/// Version of the PJSIP inside, such as `"2.17"`.
pub fn pjsip_version() -> &'static str {
    pj::VERSION
}

/// Doing wrong things on purpose; for tests of what must hold all the same.
#[cfg(feature = "fault-injection")]
#[doc(hidden)]
pub mod fault {
    use std::time::Duration;

    use crate::engine::Lane;
    use crate::{CallId, Endpoint, Error, Result, StatusCode, pj};

    /// Raises a panic inside the named PJSIP callback the next time it runs.
    pub fn panic_in_callback(name: &'static str) {
        pj::panic_in(name);
    }

    /// Whether the armed panic has been raised.
    pub fn panic_happened() -> bool {
        pj::panic_happened()
    }

    /// The callbacks that can be named.
    pub fn callback_names() -> &'static [&'static str] {
        pj::CALLBACKS
    }

    /// Panics inside a command on the engine.
    #[expect(clippy::panic, reason = "that is what it is for")]
    pub fn panic_in_command(endpoint: &Endpoint) -> Result<()> {
        endpoint
            .shared()
            .run("panic", Lane::Normal, |_| panic!("injected into a command"))
    }

    /// Keeps the engine busy.
    pub fn stall(endpoint: &Endpoint, time: Duration) {
        endpoint.shared().post("stall", move |_| std::thread::sleep(time));
    }

    /// Arms a timer off the engine; how late it fired.
    pub fn timer_lateness(delay: Duration) -> Option<Duration> {
        pj::testing::timer_lateness(delay)
    }

    /// Sets of dialogs PJSIP keeps, those of ended calls included until their transactions are over.
    pub fn dialogs(endpoint: &Endpoint) -> Result<u32> {
        let shared = endpoint.shared();
        shared.run("dialogs", Lane::Normal, |engine| Ok(engine.pj.dialog_count()))
    }

    /// Transfers the engine has in mind: ours, others'.
    pub fn transfers(endpoint: &Endpoint) -> Result<(usize, usize)> {
        let shared = endpoint.shared();
        shared.run("transfers", Lane::Normal, |engine| Ok(engine.transfer_counts()))
    }

    /// Calls and sets of dialogs that PJSIP still has, those included that are over for the application.
    pub fn live(endpoint: &Endpoint) -> Result<(u32, u32)> {
        endpoint.shared().run("live", Lane::Normal, |engine| {
            Ok((engine.pj.call_count(), engine.pj.dialog_count()))
        })
    }

    /// Calls PJSUA with indexes it does not have: which functions took one.
    pub fn out_of_range(endpoint: &Endpoint) -> Result<Vec<String>> {
        endpoint.shared().run("out of range", Lane::Normal, |engine| {
            Ok(pj::testing::out_of_range(&engine.pj))
        })
    }

    /// Lets go of memory that is kept for the next call, so that what is left is in use.
    pub fn trim_memory(endpoint: &Endpoint) -> Result<()> {
        endpoint.shared().run("trim memory", Lane::Normal, |engine| {
            engine.pj.trim_memory();
            Ok(())
        })
    }

    /// What PJSIP keeps at the moment: calls, dialogs, transactions, connections (listening sockets not among them).
    pub fn stack_counts(endpoint: &Endpoint) -> Result<[u32; 4]> {
        endpoint.shared().run("stack counts", Lane::Normal, |engine| {
            Ok(pj::testing::stack_counts(&engine.pj))
        })
    }

    /// Commands for calls that never were: their errors.
    pub fn forged(endpoint: &Endpoint) -> Vec<Error> {
        [0, u64::MAX, 1 << 40]
            .into_iter()
            .flat_map(|n| {
                let shared = endpoint.shared();
                let id = CallId(n);
                [
                    shared
                        .run("t", Lane::Normal, move |e| {
                            e.call_answer("t", id, StatusCode::OK, None, &Default::default())
                        })
                        .err(),
                    shared
                        .run("t", Lane::Normal, move |e| e.call_hang_up("t", id, &Default::default()))
                        .err(),
                    shared
                        .run("t", Lane::Normal, move |e| e.call_stats("t", id).map(drop))
                        .err(),
                    shared.run("t", Lane::Normal, move |e| e.call_mute("t", id, true)).err(),
                    shared
                        .run("t", Lane::Normal, move |e| {
                            e.session_ask("t", id, crate::call::Ask::Resume(Default::default()))
                        })
                        .err(),
                    shared
                        .run("t", Lane::Normal, move |e| {
                            e.call_make("t", crate::AccountId(n), "sip:a@b", &Default::default())
                                .map(drop)
                        })
                        .err(),
                    shared
                        .run("t", Lane::Normal, move |e| {
                            e.account_register("t", crate::AccountId(n), true)
                        })
                        .err(),
                    shared
                        .run("t", Lane::Normal, move |e| e.account_remove("t", crate::AccountId(n)))
                        .err(),
                ]
            })
            .flatten()
            .collect()
    }
}
