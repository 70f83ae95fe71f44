//! What happened: one [`Event`] enum, delivered to any number of independent subscribers.
//!
//! Events are owned snapshots: nothing in them changes after they are published, and they stay valid after the call or
//! the endpoint is gone. Each subscriber has its own bounded queue; when it is full the oldest event is dropped and the
//! loss is reported as [`Event::Lagged`]. The engine never waits for a subscriber.

mod bus;
mod network;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use bus::Events;
pub(crate) use bus::{Bus, EventSource, wake_all};
pub use network::{NetworkChange, NetworkStep};

use crate::account::{Account, AccountId, RegistrationInfo};
use crate::call::{Call, CallInfo, SessionRequest, TransferProgress, TransferRequest};
use crate::endpoint::StunInfo;
use crate::media::quality::{AudioFinding, StreamStats};
use crate::media::{
    AudioDevice, AudioDevices, AudioTarget, Conference, ConferenceChange, DeviceRole, HeardTone, PlayEnd, Player,
    Recorder, RecordingInfo, Tap, TonePlayer, Xrun,
};
use crate::message::{MessageStatus, PeerTyping, ReceivedMessage, SentMessage};
use crate::policy::guard::GuardReport;
use crate::presence::{Buddy, LineInfo, Mailbox, MessageSummary, PresenceStatus, WatchedLine};
use crate::publication::{Publication, PublicationInfo};
use crate::request::{Request, Response};
use crate::sip::{Digit, DtmfMethod, Message, Transport};
use crate::subscription::{Notification, Subscription, SubscriptionInfo, Watcher, WatcherState};
use crate::{Error, Result};

/// Something that happened at the endpoint.
///
/// Order within one subscription is the order in which things happened. By the time an event is received, the object it
/// names is in that state or a later one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A registration succeeded, ended, failed or was refreshed (RFC 3261 §10).
    Registration {
        /// The account concerned.
        account: Account,
        /// Its registration after the change.
        info: RegistrationInfo,
    },
    /// An INVITE arrived and waits for [`Call::answer`](crate::Call::answer) or
    /// [`Call::reject`](crate::Call::reject). 100 Trying has been sent.
    IncomingCall {
        /// The new call.
        call: Call,
        /// Its state: [`CallState::Incoming`](crate::CallState::Incoming), or later if a policy answered it already.
        info: Arc<CallInfo>,
    },
    /// A call changed its state. There is exactly one with [`CallState::Disconnected`](crate::CallState::Disconnected), whose
    /// `info.end` says how it ended; only [`Event::RecordingFinished`], and the outcome of a transfer whose peer has hung up before, may come after it.
    CallState {
        /// The call.
        call: Call,
        /// Its state after the change.
        info: Arc<CallInfo>,
    },
    /// The callee of our call answered with 3xx and named another place (RFC 3261 §8.1.3.4).
    CallRedirected {
        /// The call.
        call: Call,
        /// The URI it named.
        target: String,
        /// Whether the call goes on there; see [`CallOptions::redirects`](crate::CallOptions::redirects).
        followed: bool,
    },
    /// News of a transfer of ours ([`Call::transfer`](crate::Call::transfer), [`Call::transfer_to`](crate::Call::transfer_to)); exactly one is final
    /// ([`TransferProgress::is_final`]). It may come after the call's end, when the peer has hung up before.
    Transfer {
        /// The call that is transferred.
        call: Call,
        /// How far it has come.
        progress: TransferProgress,
    },
    /// Somebody asks us to call somebody else, and [`TransferPolicy::Ask`](crate::TransferPolicy::Ask) leaves it to the application.
    TransferRequested {
        /// What is asked, and the handle to accept or reject it.
        request: TransferRequest,
    },
    /// A call was made because somebody asked for it and the policy or the application agreed.
    CallTransferred {
        /// The new call.
        call: Call,
        /// The call whose peer asked for it; that peer ends it. `None` for a request outside any call.
        from: Option<Call>,
        /// Whom it is made to, as name-addr.
        target: String,
    },
    /// A call took another's place (`Replaces`, RFC 3891); the other ends with the cause
    /// [`Replaced`](crate::EndCause::Replaced).
    CallReplaced {
        /// The call that ends.
        call: Call,
        /// The call that goes on instead.
        by: Call,
    },
    /// The audio of a call started, changed or stopped: `info.media` tells codec, direction, addresses.
    CallMedia {
        /// The call.
        call: Call,
        /// Its state after the change.
        info: Arc<CallInfo>,
    },
    /// How a call's audio is at the moment, each [`QualityConfig::stats_every`](crate::QualityConfig::stats_every).
    CallStats {
        /// The call.
        call: Call,
        /// Its statistics so far.
        stats: Arc<StreamStats>,
    },
    /// Something keeps a call from being heard; only with [`QualityConfig::watch_audio`](crate::QualityConfig::watch_audio), once per
    /// kind of finding and call.
    AudioTrouble {
        /// The call.
        call: Call,
        /// What was seen.
        finding: AudioFinding,
    },
    /// Somebody held the call or let it go on: `info.hold` tells who holds it now. Comes right after the
    /// [`Event::CallMedia`] of the same change.
    CallHold {
        /// The call.
        call: Call,
        /// Its state after the change.
        info: Arc<CallInfo>,
    },
    /// A hold, resume, re-INVITE or UPDATE of ours has its outcome. Each request that was accepted gets exactly one, in
    /// order; those that a call's end made void get theirs before the call's last [`Event::CallState`].
    SessionChanged {
        /// The call.
        call: Call,
        /// Its state by then.
        info: Arc<CallInfo>,
        /// What was asked for.
        request: SessionRequest,
        /// Whether the peer agreed. If not, the call goes on as it was: [`Sip`](crate::ErrorKind::Sip) with the peer's code
        /// (488, or 491 five times in a row), [`Auth`](crate::ErrorKind::Auth), [`Media`](crate::ErrorKind::Media) when its
        /// answer cannot be used, [`Unsupported`](crate::ErrorKind::Unsupported), [`Busy`](crate::ErrorKind::Busy);
        /// [`Gone`](crate::ErrorKind::Gone) when the call has ended.
        result: Result<()>,
    },
    /// The peer pressed a key. Sent when the key is released, so that the duration is known.
    Dtmf {
        /// The call.
        call: Call,
        /// The key.
        digit: Digit,
        /// How it came.
        method: DtmfMethod,
        /// How long it was held; `None` when the method does not tell.
        duration: Option<Duration>,
    },
    /// Somebody begins or ends to speak; only with [`Call::detect_speech`](crate::Call::detect_speech) or
    /// [`EndpointConfig::speech_detection`](crate::EndpointConfig::speech_detection). The two alternate. Speech that lasts to the
    /// call's end, or until the detector is stopped, has no end.
    Speech {
        /// The call.
        call: Call,
        /// Whether speech begins.
        speaking: bool,
        /// When it did, by this machine's clock: earlier than now by `delay`.
        at: SystemTime,
        /// Where in the audio that was, since the detector was started.
        position: Duration,
        /// How much audio passed before it was sure.
        delay: Duration,
        /// Who speaks.
        tap: Tap,
    },
    /// A tone was heard: of the network, a fax, an answering machine; only with
    /// [`Call::detect_tones`](crate::Call::detect_tones). Told once for a series.
    ToneDetected {
        /// The call.
        call: Call,
        /// The tone.
        tone: HeardTone,
        /// When it began, by this machine's clock: earlier than now by `delay`.
        at: SystemTime,
        /// Where in the audio that was, since the detector was started.
        position: Duration,
        /// How much audio passed before it was sure.
        delay: Duration,
        /// Whose audio it was in.
        tap: Tap,
    },
    /// A digit of ours could not be sent, or the peer refused it.
    DtmfFailed {
        /// The call.
        call: Call,
        /// The digit.
        digit: Digit,
        /// Why.
        error: Error,
    },
    /// The peer sent INFO with a body that is no digit (RFC 6086 §3); it has been answered 200.
    Info {
        /// The call.
        call: Call,
        /// The INFO.
        message: Arc<Message>,
    },
    /// A request of the application was answered, or will not be.
    Response {
        /// The request.
        request: Request,
        /// The call it was sent in, if it was sent in one.
        call: Option<Call>,
        /// Its final answer.
        response: Arc<Response>,
    },
    /// A message came in (RFC 3428); it has been answered 200.
    Message {
        /// The account it is for.
        account: Account,
        /// The call it came in, if it came in one.
        call: Option<Call>,
        /// The message.
        message: ReceivedMessage,
    },
    /// Something is known about a message of ours: first, and exactly once, whether it was accepted or failed;
    /// then, if notifications were asked for, what the peer tells, each thing once.
    MessageStatus {
        /// The message.
        message: SentMessage,
        /// The call it was sent in, if it was sent in one.
        call: Option<Call>,
        /// What is known.
        status: MessageStatus,
        /// The final answer with `Accepted` and `Failed`, with the reason of a failure.
        response: Option<Arc<Response>>,
    },
    /// Somebody types a message for us, or does no longer (RFC 3994); only when that changes.
    Typing {
        /// The account it is for.
        account: Account,
        /// The call it came in, if it came in one.
        call: Option<Call>,
        /// Who, and whether.
        typing: PeerTyping,
    },
    /// A player has ended; each does once, unless the endpoint is closed. [`Player::target`] tells what it played to.
    PlayerFinished {
        /// The player.
        player: Player,
        /// Why.
        end: PlayEnd,
    },
    /// A tone that ends by itself was played through.
    ToneFinished {
        /// Where it was played.
        target: AudioTarget,
        /// The tone's player.
        tone: TonePlayer,
    },
    /// A recording has ended and its file is closed; [`Recorder::target`] tells what was recorded. When the disk is full or
    /// gone it comes at once, with `info.error`; the call goes on.
    RecordingFinished {
        /// The recorder.
        recorder: Recorder,
        /// Where it is and how long it became.
        info: RecordingInfo,
    },
    /// A call joined a conference or left it, or the conference was closed.
    Conference {
        /// The conference.
        conference: Conference,
        /// What happened.
        change: ConferenceChange,
    },
    /// A stream of the application lost audio: a source was not written in time, or a sink not read. At most once a second
    /// for each stream; its statistics tell the same at any time.
    AudioXrun {
        /// The call, if it belongs to one.
        call: Option<Call>,
        /// [`AudioSink::id`](crate::AudioSink::id) or [`AudioSource::id`](crate::AudioSource::id).
        stream: u64,
        /// Which way.
        kind: Xrun,
        /// How many samples since the last report: dropped by a sink, silence sent by a source.
        samples: u64,
        /// How many since the stream's start.
        total: u64,
    },
    /// Sound devices were plugged in or pulled out; only while they are watched
    /// ([`Endpoint::watch_audio_devices`](crate::Endpoint::watch_audio_devices)). The same name with another id is another
    /// device.
    AudioDevicesChanged {
        /// What is there now and was not before.
        added: Vec<AudioDevice>,
        /// What is no longer there.
        removed: Vec<AudioDevice>,
    },
    /// An open device stopped working. Calls go on, with another device or in silence, and it is tried again until
    /// [`Event::AudioDeviceBack`].
    AudioDeviceLost {
        /// Where it was open.
        devices: AudioDevices,
        /// What it was for.
        role: DeviceRole,
        /// The device.
        device: AudioDevice,
        /// What the system said, [`Device`](crate::ErrorKind::Device).
        error: Error,
        /// What took its place, if the [`DeviceFallback`](crate::DeviceFallback) found something.
        replacement: Option<AudioDevice>,
    },
    /// A role whose device was lost has one again: the one that was chosen, or a replacement found later.
    AudioDeviceBack {
        /// Where it is open.
        devices: AudioDevices,
        /// What it is for.
        role: DeviceRole,
        /// The device.
        device: AudioDevice,
    },
    /// A subscription of ours has another state (RFC 6665): it was accepted, failed and is tried again, or is over.
    Subscription {
        /// Which.
        subscription: Subscription,
        /// How it stands.
        info: SubscriptionInfo,
    },
    /// A NOTIFY came for a subscription of ours, with a body or without.
    Notify {
        /// Which.
        subscription: Subscription,
        /// What it says.
        notification: Arc<Notification>,
    },
    /// The presence of somebody who is watched.
    Presence {
        /// Who.
        buddy: Buddy,
        /// What is told.
        status: Arc<PresenceStatus>,
    },
    /// The calls of a line that is watched changed.
    Line {
        /// Which.
        line: WatchedLine,
        /// How it is now.
        info: Arc<LineInfo>,
    },
    /// Messages wait, or no longer (RFC 3842).
    MessagesWaiting {
        /// Whose.
        account: Account,
        /// The subscription it was told in; `None` when the server told it without being asked.
        mailbox: Option<Mailbox>,
        /// How many, of which kinds.
        summary: Arc<MessageSummary>,
    },
    /// What was told about a buddy, a line or a mailbox cannot be read. The subscription lives on, and what was known before stays.
    Unreadable {
        /// Which.
        subscription: Subscription,
        /// As it came in.
        notification: Arc<Notification>,
        /// What is wrong with it.
        error: Error,
    },
    /// Somebody watches us, or no longer: a subscription to what an account serves.
    Watcher {
        /// Who.
        watcher: Watcher,
        /// How far it is; in [`WatcherState::Pending`] it waits for [`Watcher::accept`] or [`Watcher::reject`].
        state: WatcherState,
    },
    /// A publication of ours has another state, or was accepted anew after a change or in time (RFC 3903). One with code 412 tells that
    /// the server had forgotten it, and that it is on its way again.
    Publication {
        /// Which.
        publication: Publication,
        /// How it stands.
        info: PublicationInfo,
    },
    /// The network changed, and accounts and calls are being moved to the new address, or have been; see
    /// [`EndpointConfig::network_watch`](crate::EndpointConfig::network_watch).
    NetworkChanged(Arc<NetworkChange>),
    /// A STUN server was found, our address as it sees it changed, or no server answers (RFC 8489).
    /// [`Endpoint::stun`](crate::Endpoint::stun) tells the same.
    Stun {
        /// What is known now.
        info: StunInfo,
    },
    /// ICE found a way to the peer, or did not, or the way is dead (RFC 8445): the first stream's `info.media[0].ice`
    /// tells which. Without a way the call stays up and silent, until somebody hangs up.
    Ice {
        /// The call.
        call: Call,
        /// Its state after the change.
        info: Arc<CallInfo>,
        /// Set when there is no way: [`Media`](crate::ErrorKind::Media).
        error: Option<Error>,
    },
    /// A TURN server gave no relay (RFC 8656). A call goes on with the addresses it has, or fails with this error when
    /// only the relay was allowed.
    RelayFailed {
        /// The call that wanted it; `None` when the server's name could not be resolved.
        call: Option<Call>,
        /// [`Auth`](crate::ErrorKind::Auth) for refused credentials, [`Timeout`](crate::ErrorKind::Timeout) for a server
        /// that does not answer, [`Tls`](crate::ErrorKind::Tls) for a refused certificate,
        /// [`LimitReached`](crate::ErrorKind::LimitReached) for a full server, else
        /// [`Transport`](crate::ErrorKind::Transport).
        error: Error,
    },
    /// A SIP message was sent or received; only with [`EndpointConfig::trace`](crate::EndpointConfig::trace).
    SipMessage(Arc<SipMessage>),
    /// A request is too large for UDP and goes over TCP, or goes over UDP after all, because TCP cannot be had
    /// (RFC 3261 §18.1.1).
    TransportSwitched(Arc<TransportSwitch>),
    /// The guard keeps requests of a source away; at most once per source and
    /// [`GuardConfig::report_every`](crate::GuardConfig::report_every).
    Guard(GuardReport),
    /// This subscriber was too slow and lost this many events. State is still there to be asked for:
    /// [`Endpoint::calls`](crate::Endpoint::calls), [`Endpoint::accounts`](crate::Endpoint::accounts).
    Lagged {
        /// How many events were dropped since the last one received.
        missed: u64,
    },
}

impl Event {
    /// The call this event belongs to, if it belongs to one.
    pub fn call(&self) -> Option<&Call> {
        match self {
            Event::IncomingCall { call, .. }
            | Event::CallState { call, .. }
            | Event::CallRedirected { call, .. }
            | Event::Transfer { call, .. }
            | Event::CallTransferred { call, .. }
            | Event::CallReplaced { call, .. }
            | Event::CallMedia { call, .. }
            | Event::CallHold { call, .. }
            | Event::CallStats { call, .. }
            | Event::AudioTrouble { call, .. }
            | Event::SessionChanged { call, .. }
            | Event::Dtmf { call, .. }
            | Event::DtmfFailed { call, .. }
            | Event::Speech { call, .. }
            | Event::ToneDetected { call, .. }
            | Event::Info { call, .. }
            | Event::Ice { call, .. } => Some(call),
            Event::TransportSwitched(switch) => switch.call.as_ref(),
            Event::PlayerFinished { player, .. } => player.target().call(),
            Event::RecordingFinished { recorder, .. } => recorder.target().call(),
            Event::ToneFinished { target, .. } => target.call(),
            Event::Conference { change, .. } => match change {
                ConferenceChange::Joined(call) | ConferenceChange::Left(call) => Some(call),
                ConferenceChange::Closed => None,
            },
            Event::AudioXrun { call, .. }
            | Event::Response { call, .. }
            | Event::Message { call, .. }
            | Event::Typing { call, .. }
            | Event::MessageStatus { call, .. }
            | Event::RelayFailed { call, .. } => call.as_ref(),
            Event::TransferRequested { request } => request.call(),
            Event::Registration { .. }
            | Event::Subscription { .. }
            | Event::Notify { .. }
            | Event::Watcher { .. }
            | Event::Presence { .. }
            | Event::Line { .. }
            | Event::MessagesWaiting { .. }
            | Event::Unreadable { .. }
            | Event::Publication { .. }
            | Event::AudioDevicesChanged { .. }
            | Event::AudioDeviceLost { .. }
            | Event::AudioDeviceBack { .. }
            | Event::NetworkChanged(_)
            | Event::Stun { .. }
            | Event::SipMessage(_)
            | Event::Guard(_)
            | Event::Lagged { .. } => None,
        }
    }
}

impl Event {
    /// The account this event belongs to, if it belongs to one: that of its call included.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Event::Registration { account, .. }
            | Event::Message { account, .. }
            | Event::Typing { account, .. }
            | Event::MessagesWaiting { account, .. } => Some(account.id()),
            Event::TransferRequested { request } => Some(request.account()),
            Event::Response {
                request, call: None, ..
            } => request.core.account,
            Event::MessageStatus { message, .. } => Some(message.account()),
            Event::Subscription { subscription, .. }
            | Event::Notify { subscription, .. }
            | Event::Unreadable { subscription, .. } => Some(subscription.account().id()),
            Event::Presence { buddy, .. } => Some(buddy.subscription().account().id()),
            Event::Line { line, .. } => Some(line.subscription().account().id()),
            Event::Watcher { watcher, .. } => Some(watcher.account().id()),
            Event::Publication { publication, .. } => Some(publication.account().id()),
            _ => self.call().map(|call| call.info().account),
        }
    }
}

/// A request that goes another way for its size.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransportSwitch {
    /// The call it belongs to, if it belongs to one.
    pub call: Option<Call>,
    /// Its `Call-ID`.
    pub call_id: String,
    /// Its method, such as `"INVITE"`.
    pub method: String,
    /// Where it goes, `host:port`.
    pub remote: String,
    /// Its size in bytes.
    pub size: u32,
    /// The largest that goes over UDP.
    pub limit: u32,
    /// What it would have taken.
    pub from: Transport,
    /// What it takes.
    pub to: Transport,
    /// Why TCP failed; set when it goes over UDP after all.
    pub error: Option<Error>,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From us to the peer; for calls: we made it.
    Outgoing,
    /// From the peer to us; for calls: we received it.
    Incoming,
}

impl Direction {
    /// Stable lower-case name, as it appears in JSON: `"outgoing"` or `"incoming"`.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Outgoing => "outgoing",
            Direction::Incoming => "incoming",
        }
    }
}

/// One SIP message as it went over the wire, with credentials and SRTP keys masked.
#[derive(Debug, Clone)]
pub struct SipMessage {
    /// Sent or received.
    pub direction: Direction,
    /// When PJSIP handed it to, or got it from, the transport.
    pub at: SystemTime,
    /// What carried it.
    pub transport: Transport,
    /// Our address, `host:port`.
    pub local: String,
    /// The peer's address, `host:port`.
    pub remote: String,
    /// Request or status line.
    pub first_line: String,
    /// Value of `Call-ID`.
    pub call_id: String,
    /// Value of `CSeq`, such as `"1 INVITE"`.
    pub cseq: String,
    /// The whole message, masked; not UTF-8 in the original is shown as U+FFFD.
    pub text: String,
}
