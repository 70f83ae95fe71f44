//! Events of the engine as those on standard output, where that needs nothing but the event.

use microsip_core::{CallInfo, Event, PlayEnd, Player, TransferRequest};

use super::events::{
    CallOut, DeviceOut, ErrorOut, HeaderOut, IceOut, MessageStatusOut, NetworkOut, OutEvent, PlayerOut, PublicationOut,
    RegistrationOut, RelayOut, ResponseOut, SwitchOut, TypingOut, XrunOut, seconds,
};
use super::presence::{LineOut, MessagesOut, NotifyOut, PresenceOut, SubscriptionOut};

/// What is told of an event; `None` for those that a run does more with, or that nobody is told.
pub(crate) fn told(event: &Event) -> Option<OutEvent> {
    Some(match event {
        Event::Registration { account, info } => OutEvent::Registration(RegistrationOut::new(account.aor(), info)),
        Event::Transfer { call, progress } => OutEvent::Transfer {
            call: call.id().get(),
            state: progress.state.name(),
            code: progress.code.code(),
            reason: (!progress.reason.is_empty()).then(|| progress.reason.clone()),
            error: progress.error.as_ref().map(ErrorOut::from),
        },
        Event::CallTransferred { call, from, target } => OutEvent::Transferred {
            call: call.id().get(),
            from: from.as_ref().map(|call| call.id().get()),
            target: target.clone(),
        },
        Event::CallReplaced { call, by } => OutEvent::Replaced {
            call: call.id().get(),
            by: by.id().get(),
        },
        Event::CallHold { call, info } => OutEvent::Hold {
            call: call.id().get(),
            hold: info.hold.name(),
        },
        Event::CallStats { call, stats } => OutEvent::Quality {
            call: call.id().get(),
            statistics: Box::new((**stats).clone()),
        },
        Event::AudioTrouble { call, finding } => OutEvent::Trouble {
            call: call.id().get(),
            finding: finding.name(),
            text: finding.to_string(),
        },
        Event::SessionChanged {
            call, request, result, ..
        } => OutEvent::Session {
            call: call.id().get(),
            request: request.name(),
            state: if result.is_ok() { "done" } else { "failed" },
            error: result.as_ref().err().map(ErrorOut::from),
        },
        Event::Dtmf {
            call,
            digit,
            method,
            duration,
        } => OutEvent::Dtmf {
            call: call.id().get(),
            digit: digit.to_string(),
            method: method.name(),
            duration_ms: duration.map(|d| d.as_millis() as u64),
        },
        Event::DtmfFailed { call, digit, error } => OutEvent::DtmfFailed {
            call: call.id().get(),
            digit: digit.to_string(),
            error: ErrorOut::from(error),
        },
        Event::Speech {
            call,
            speaking,
            at,
            position,
            delay,
            tap,
        } => OutEvent::Speech {
            call: call.id().get(),
            side: tap.name(),
            speaking: *speaking,
            at: humantime::format_rfc3339_millis(*at).to_string(),
            position: seconds(*position),
            delay_ms: delay.as_millis() as u64,
        },
        Event::ToneDetected {
            call,
            tone,
            at,
            position,
            delay,
            tap,
        } => OutEvent::ToneDetected {
            call: call.id().get(),
            side: tap.name(),
            tone: tone.name(),
            frequency_hz: tone.frequency_hz(),
            at: humantime::format_rfc3339_millis(*at).to_string(),
            position: seconds(*position),
            delay_ms: delay.as_millis() as u64,
        },
        Event::CallRedirected { call, target, followed } => OutEvent::Redirected {
            call: call.id().get(),
            target: target.clone(),
            followed: *followed,
        },
        Event::Info { call, message } => OutEvent::Info {
            call: call.id().get(),
            content_type: message.content_type(),
            body: String::from_utf8_lossy(message.body()).into_owned(),
        },
        Event::Response {
            request,
            call,
            response,
        } => OutEvent::Response(ResponseOut::new(request, call.as_ref(), response)),
        Event::Publication { publication, info } => OutEvent::Publication(PublicationOut::new(publication, info)),
        Event::MessageStatus {
            message,
            call,
            status,
            response,
        } => OutEvent::MessageStatus(MessageStatusOut::new(
            message,
            call.as_ref(),
            *status,
            response.as_deref(),
        )),
        Event::Typing { call, typing, .. } => OutEvent::Typing(TypingOut::new(call.as_ref(), typing)),
        Event::AudioXrun {
            call,
            stream,
            kind,
            samples,
            total,
        } => OutEvent::Xrun(XrunOut::new(call.as_ref(), *stream, *kind, *samples, *total)),
        Event::Subscription { subscription, info } => OutEvent::Subscription(SubscriptionOut::new(subscription, info)),
        Event::Notify {
            subscription,
            notification,
        } => OutEvent::Notify(NotifyOut::new(subscription, notification, None)),
        Event::Unreadable {
            subscription,
            notification,
            error,
        } => OutEvent::Unreadable(NotifyOut::new(subscription, notification, Some(error))),
        Event::Presence { buddy, status } => OutEvent::Presence(PresenceOut::new(buddy.subscription(), status)),
        Event::Line { line, info } => OutEvent::Line(LineOut::new(line.subscription(), info)),
        Event::MessagesWaiting {
            account,
            mailbox,
            summary,
        } => OutEvent::MessagesWaiting(MessagesOut::new(account, mailbox.as_ref(), summary)),
        Event::Guard(report) => OutEvent::Guard {
            source: report.source.to_string(),
            reason: report.reason.name(),
            requests: report.requests,
            user_agent: report.user_agent.clone(),
        },
        Event::AudioDevicesChanged { added, removed } => OutEvent::Device(DeviceOut::changed(added, removed)),
        Event::AudioDeviceLost {
            role,
            device,
            replacement,
            error,
            ..
        } => OutEvent::Device(DeviceOut::lost(*role, device, replacement.as_ref(), error)),
        Event::AudioDeviceBack { role, device, .. } => OutEvent::Device(DeviceOut::back(*role, device)),
        Event::NetworkChanged(change) => OutEvent::Network(NetworkOut::from(&**change)),
        Event::TransportSwitched(switch) => OutEvent::Switch(SwitchOut::from(&**switch)),
        Event::Ice { call, info, error } => OutEvent::Ice(IceOut::new(call, info, error.as_ref())),
        Event::RelayFailed { call, error } => OutEvent::Relay(RelayOut {
            call: call.as_ref().map(|call| call.id().get()),
            error: ErrorOut::from(error),
        }),
        _ => return None,
    })
}

/// An incoming call.
pub(crate) fn incoming(info: &CallInfo) -> OutEvent {
    let headers = info.invite.iter().flat_map(|message| message.headers().iter());
    OutEvent::Incoming {
        call: info.id.get(),
        from: info.remote_uri.to_string(),
        from_user: info.remote_user().to_owned(),
        to: info.local_uri.to_string(),
        sip_call_id: info.sip_call_id.to_string(),
        source: info.invite.as_ref().and_then(|m| m.source()).map(|s| s.to_string()),
        headers: headers.map(HeaderOut::from).collect(),
    }
}

/// A call's state. Counts belong to its end, and to `status`.
pub(crate) fn call_state(info: &CallInfo) -> OutEvent {
    let mut out = CallOut::new(info);
    if !info.is_ended() {
        out.stats = None;
    }
    OutEvent::Call(Box::new(out))
}

/// The end of what was played to a call.
pub(crate) fn played(player: &Player, end: &PlayEnd) -> Option<OutEvent> {
    let mut out = PlayerOut::new(player.target().call()?, "finished", player);
    out.end = Some(end.name());
    if let PlayEnd::Failed(error) = end {
        out.error = Some(ErrorOut::from(error));
    }
    Some(OutEvent::Player(out))
}

/// Somebody asks us to call somebody else.
pub(crate) fn transfer_request(request: &TransferRequest) -> OutEvent {
    OutEvent::TransferRequest {
        call: request.call().map(|call| call.id().get()),
        target: request.target().to_owned(),
        referred_by: request.referred_by().map(str::to_owned),
        replaces: request.replaces().map(ToString::to_string),
    }
}
