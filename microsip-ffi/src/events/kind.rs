//! What kinds of events there are.

use std::ffi::{CStr, c_char};

use microsip_core::Event;

use super::microsip_event_t;
use crate::base::{Out, get, guard};
use crate::status::microsip_status_t;

/// What an event tells: one of `enum microsip_event_kind_e`. Programs pass over kinds they do not know: newer libraries have more.
pub type microsip_event_kind_t = i32;

/// The values of `microsip_event_kind_t`. docs/events.md tells when each comes and what is in it.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum microsip_event_kind_e {
    /// An account's registration changed.
    MICROSIP_EVENT_KIND_REGISTRATION = 1,
    /// A call came in and rings.
    MICROSIP_EVENT_KIND_INCOMING_CALL = 2,
    /// A call's state changed; `MICROSIP_CALL_STATE_DISCONNECTED` is the last event of a call.
    MICROSIP_EVENT_KIND_CALL_STATE = 3,
    /// A call of ours was answered with 3xx.
    MICROSIP_EVENT_KIND_CALL_REDIRECTED = 4,
    /// A transfer we asked for went on or ended.
    MICROSIP_EVENT_KIND_TRANSFER = 5,
    /// A peer asks us to call somebody (REFER), and the application decides.
    MICROSIP_EVENT_KIND_TRANSFER_REQUESTED = 6,
    /// A call was made because a peer's REFER was followed.
    MICROSIP_EVENT_KIND_CALL_TRANSFERRED = 7,
    /// A call took the place of another (Replaces, RFC 3891).
    MICROSIP_EVENT_KIND_CALL_REPLACED = 8,
    /// A call's audio began, stopped or changed.
    MICROSIP_EVENT_KIND_CALL_MEDIA = 9,
    /// A call's statistics, as often as the configuration asks.
    MICROSIP_EVENT_KIND_CALL_STATS = 10,
    /// A call's audio is not as it should be.
    MICROSIP_EVENT_KIND_AUDIO_TROUBLE = 11,
    /// A call was held or resumed, by either side.
    MICROSIP_EVENT_KIND_CALL_HOLD = 12,
    /// A re-INVITE or UPDATE of ours was answered.
    MICROSIP_EVENT_KIND_SESSION_CHANGED = 13,
    /// The peer pressed a key.
    MICROSIP_EVENT_KIND_DTMF = 14,
    /// Speech began or ended.
    MICROSIP_EVENT_KIND_SPEECH = 15,
    /// A tone of the telephone network was heard.
    MICROSIP_EVENT_KIND_TONE_DETECTED = 16,
    /// A digit of ours could not be sent.
    MICROSIP_EVENT_KIND_DTMF_FAILED = 17,
    /// An INFO request came within a call.
    MICROSIP_EVENT_KIND_INFO = 18,
    /// A request of ours was answered or failed.
    MICROSIP_EVENT_KIND_RESPONSE = 19,
    /// A text message came.
    MICROSIP_EVENT_KIND_MESSAGE = 20,
    /// What became of a message of ours.
    MICROSIP_EVENT_KIND_MESSAGE_STATUS = 21,
    /// A peer types, or stopped.
    MICROSIP_EVENT_KIND_TYPING = 22,
    /// A player has ended.
    MICROSIP_EVENT_KIND_PLAYER_FINISHED = 23,
    /// A tone has ended.
    MICROSIP_EVENT_KIND_TONE_FINISHED = 24,
    /// A recording has ended and its file is complete.
    MICROSIP_EVENT_KIND_RECORDING_FINISHED = 25,
    /// A conference gained or lost a member, or was closed.
    MICROSIP_EVENT_KIND_CONFERENCE = 26,
    /// Audio was lost or missing at a sink or a source.
    MICROSIP_EVENT_KIND_AUDIO_XRUN = 27,
    /// Sound devices came or went.
    MICROSIP_EVENT_KIND_AUDIO_DEVICES_CHANGED = 28,
    /// A sound device in use failed or was taken away.
    MICROSIP_EVENT_KIND_AUDIO_DEVICE_LOST = 29,
    /// A sound device that was lost is in use again.
    MICROSIP_EVENT_KIND_AUDIO_DEVICE_BACK = 30,
    /// A subscription's state changed.
    MICROSIP_EVENT_KIND_SUBSCRIPTION = 31,
    /// A NOTIFY came for a subscription.
    MICROSIP_EVENT_KIND_NOTIFY = 32,
    /// A buddy's presence changed.
    MICROSIP_EVENT_KIND_PRESENCE = 33,
    /// A watched line's state changed.
    MICROSIP_EVENT_KIND_LINE = 34,
    /// A mailbox told how many messages wait.
    MICROSIP_EVENT_KIND_MESSAGES_WAITING = 35,
    /// A NOTIFY's document could not be read.
    MICROSIP_EVENT_KIND_UNREADABLE = 36,
    /// Somebody subscribed to an account, or stopped.
    MICROSIP_EVENT_KIND_WATCHER = 37,
    /// A publication's state changed.
    MICROSIP_EVENT_KIND_PUBLICATION = 38,
    /// This machine's network changed.
    MICROSIP_EVENT_KIND_NETWORK_CHANGED = 39,
    /// STUN told our public address, or failed.
    MICROSIP_EVENT_KIND_STUN = 40,
    /// ICE of a call went on, succeeded or failed.
    MICROSIP_EVENT_KIND_ICE = 41,
    /// A TURN relay could not be had.
    MICROSIP_EVENT_KIND_RELAY_FAILED = 42,
    /// A SIP message was sent or received; only with tracing on.
    MICROSIP_EVENT_KIND_SIP_MESSAGE = 43,
    /// A large request went by another transport (RFC 3261 §18.1.1).
    MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED = 44,
    /// The guard keeps a source of requests off.
    MICROSIP_EVENT_KIND_GUARD = 45,
    /// The subscriber was too slow, and events were dropped.
    MICROSIP_EVENT_KIND_LAGGED = 46,
}

use microsip_event_kind_e::*;

/// Number and name; `None` for a kind the library has and this interface does not know.
pub(crate) fn kind_of(event: &Event) -> Option<(microsip_event_kind_e, &'static CStr)> {
    Some(match event {
        Event::Registration { .. } => (MICROSIP_EVENT_KIND_REGISTRATION, c"registration"),
        Event::IncomingCall { .. } => (MICROSIP_EVENT_KIND_INCOMING_CALL, c"incoming_call"),
        Event::CallState { .. } => (MICROSIP_EVENT_KIND_CALL_STATE, c"call_state"),
        Event::CallRedirected { .. } => (MICROSIP_EVENT_KIND_CALL_REDIRECTED, c"call_redirected"),
        Event::Transfer { .. } => (MICROSIP_EVENT_KIND_TRANSFER, c"transfer"),
        Event::TransferRequested { .. } => (MICROSIP_EVENT_KIND_TRANSFER_REQUESTED, c"transfer_requested"),
        Event::CallTransferred { .. } => (MICROSIP_EVENT_KIND_CALL_TRANSFERRED, c"call_transferred"),
        Event::CallReplaced { .. } => (MICROSIP_EVENT_KIND_CALL_REPLACED, c"call_replaced"),
        Event::CallMedia { .. } => (MICROSIP_EVENT_KIND_CALL_MEDIA, c"call_media"),
        Event::CallStats { .. } => (MICROSIP_EVENT_KIND_CALL_STATS, c"call_stats"),
        Event::AudioTrouble { .. } => (MICROSIP_EVENT_KIND_AUDIO_TROUBLE, c"audio_trouble"),
        Event::CallHold { .. } => (MICROSIP_EVENT_KIND_CALL_HOLD, c"call_hold"),
        Event::SessionChanged { .. } => (MICROSIP_EVENT_KIND_SESSION_CHANGED, c"session_changed"),
        Event::Dtmf { .. } => (MICROSIP_EVENT_KIND_DTMF, c"dtmf"),
        Event::Speech { .. } => (MICROSIP_EVENT_KIND_SPEECH, c"speech"),
        Event::ToneDetected { .. } => (MICROSIP_EVENT_KIND_TONE_DETECTED, c"tone_detected"),
        Event::DtmfFailed { .. } => (MICROSIP_EVENT_KIND_DTMF_FAILED, c"dtmf_failed"),
        Event::Info { .. } => (MICROSIP_EVENT_KIND_INFO, c"info"),
        Event::Response { .. } => (MICROSIP_EVENT_KIND_RESPONSE, c"response"),
        Event::Message { .. } => (MICROSIP_EVENT_KIND_MESSAGE, c"message"),
        Event::MessageStatus { .. } => (MICROSIP_EVENT_KIND_MESSAGE_STATUS, c"message_status"),
        Event::Typing { .. } => (MICROSIP_EVENT_KIND_TYPING, c"typing"),
        Event::PlayerFinished { .. } => (MICROSIP_EVENT_KIND_PLAYER_FINISHED, c"player_finished"),
        Event::ToneFinished { .. } => (MICROSIP_EVENT_KIND_TONE_FINISHED, c"tone_finished"),
        Event::RecordingFinished { .. } => (MICROSIP_EVENT_KIND_RECORDING_FINISHED, c"recording_finished"),
        Event::Conference { .. } => (MICROSIP_EVENT_KIND_CONFERENCE, c"conference"),
        Event::AudioXrun { .. } => (MICROSIP_EVENT_KIND_AUDIO_XRUN, c"audio_xrun"),
        Event::AudioDevicesChanged { .. } => (MICROSIP_EVENT_KIND_AUDIO_DEVICES_CHANGED, c"audio_devices_changed"),
        Event::AudioDeviceLost { .. } => (MICROSIP_EVENT_KIND_AUDIO_DEVICE_LOST, c"audio_device_lost"),
        Event::AudioDeviceBack { .. } => (MICROSIP_EVENT_KIND_AUDIO_DEVICE_BACK, c"audio_device_back"),
        Event::Subscription { .. } => (MICROSIP_EVENT_KIND_SUBSCRIPTION, c"subscription"),
        Event::Notify { .. } => (MICROSIP_EVENT_KIND_NOTIFY, c"notify"),
        Event::Presence { .. } => (MICROSIP_EVENT_KIND_PRESENCE, c"presence"),
        Event::Line { .. } => (MICROSIP_EVENT_KIND_LINE, c"line"),
        Event::MessagesWaiting { .. } => (MICROSIP_EVENT_KIND_MESSAGES_WAITING, c"messages_waiting"),
        Event::Unreadable { .. } => (MICROSIP_EVENT_KIND_UNREADABLE, c"unreadable"),
        Event::Watcher { .. } => (MICROSIP_EVENT_KIND_WATCHER, c"watcher"),
        Event::Publication { .. } => (MICROSIP_EVENT_KIND_PUBLICATION, c"publication"),
        Event::NetworkChanged(..) => (MICROSIP_EVENT_KIND_NETWORK_CHANGED, c"network_changed"),
        Event::Stun { .. } => (MICROSIP_EVENT_KIND_STUN, c"stun"),
        Event::Ice { .. } => (MICROSIP_EVENT_KIND_ICE, c"ice"),
        Event::RelayFailed { .. } => (MICROSIP_EVENT_KIND_RELAY_FAILED, c"relay_failed"),
        Event::SipMessage(..) => (MICROSIP_EVENT_KIND_SIP_MESSAGE, c"sip_message"),
        Event::TransportSwitched(..) => (MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED, c"transport_switched"),
        Event::Guard(..) => (MICROSIP_EVENT_KIND_GUARD, c"guard"),
        Event::Lagged { .. } => (MICROSIP_EVENT_KIND_LAGGED, c"lagged"),
        _ => return None,
    })
}

/// The event's kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_kind(
    event: microsip_event_t,
    kind: *mut microsip_event_kind_t,
) -> microsip_status_t {
    guard("microsip_event_kind", || {
        let out = Out::new(kind, "kind")?;
        out.set(kind_of(&*get(event)?).map_or(0, |(kind, _)| kind as i32));
        Ok(())
    })
}

/// Name of the event's kind: `"call_state"`, `"dtmf"`, …; static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_name(event: microsip_event_t, name: *mut *const c_char) -> microsip_status_t {
    guard("microsip_event_name", || {
        let out = Out::new(name, "name")?;
        out.set(kind_of(&*get(event)?).map_or(c"unknown", |(_, name)| name).as_ptr());
        Ok(())
    })
}
