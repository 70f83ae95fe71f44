//! What the phone tells, as `docs/events.md` has it.

use microsip_core::Event;
use microsip_core::compat::phone::PhoneEvent;

use crate::run::events::{
    ConferenceOut, DialOut, DirectoryOut, ErrorOut, HistoryOut, HookOut, MediaOut, MessageOut, OutEvent, RecordingOut,
    SettingsOut, StunOut, TransportOut, WarningOut,
};
use crate::run::told::{call_state, incoming, played, told as plain, transfer_request};

/// What is told of an event; mostly one thing.
pub(super) fn told(event: &PhoneEvent) -> Vec<OutEvent> {
    let one = match event {
        PhoneEvent::Engine(event) => return of_engine(event),
        PhoneEvent::Started {
            transports,
            account,
            registrar,
            clock_rate,
        } => OutEvent::Ready {
            version: env!("CARGO_PKG_VERSION").into(),
            pjsip: microsip_core::pjsip_version().into(),
            account: account.clone(),
            registrar: registrar.as_ref().map(|server| format!("sip:{server}")),
            transports: transports
                .iter()
                .map(|(transport, address)| TransportOut {
                    transport: transport.name(),
                    address: address.to_string(),
                })
                .collect(),
            clock_rate: *clock_rate,
        },
        PhoneEvent::Dial {
            target,
            state,
            call,
            error,
        } => OutEvent::Dial(DialOut {
            target: target.clone(),
            state: state.name(),
            call: call.map(|id| id.get()),
            error: error.as_ref().map(ErrorOut::from),
        }),
        PhoneEvent::Refused { from, code, reason } => OutEvent::Refused {
            from: from.clone(),
            code: *code,
            reason: reason.clone(),
        },
        PhoneEvent::Hook(report) => OutEvent::Hook(HookOut::new(report)),
        PhoneEvent::Settings { source, changed, later } => OutEvent::Settings(SettingsOut {
            source: source.name(),
            changed: changed.clone(),
            later: *later,
        }),
        PhoneEvent::Warning(warning) => OutEvent::Warning(WarningOut::new(warning)),
        PhoneEvent::Problem(error) => OutEvent::Error {
            error: ErrorOut::from(error),
            command: None,
            call: None,
            suggestion: None,
        },
        PhoneEvent::Directory {
            added,
            updated,
            removed,
        } => OutEvent::Directory(DirectoryOut {
            added: *added,
            updated: *updated,
            removed: *removed,
        }),
        PhoneEvent::Recorded(record) => OutEvent::History(HistoryOut::new(record)),
        PhoneEvent::Closed { reason } => OutEvent::Closed { reason },
        _ => return Vec::new(),
    };
    vec![one]
}

fn of_engine(event: &Event) -> Vec<OutEvent> {
    if let Some(out) = plain(event) {
        return vec![out];
    }
    match event {
        Event::IncomingCall { info, .. } => vec![incoming(info)],
        Event::CallState { info, .. } => vec![call_state(info)],
        Event::CallMedia { call, info } => info
            .media
            .iter()
            .map(|stream| OutEvent::Media {
                call: call.id().get(),
                stream: MediaOut::from(stream),
            })
            .collect(),
        Event::TransferRequested { request } => vec![transfer_request(request)],
        Event::Message { call, message, .. } => vec![OutEvent::Message(MessageOut::new(call.as_ref(), message))],
        Event::RecordingFinished { recorder, info } => {
            let call = recorder.target().call();
            call.map(|call| OutEvent::Recording(RecordingOut::finished(call, info)))
                .into_iter()
                .collect()
        }
        Event::PlayerFinished { player, end } => played(player, end).into_iter().collect(),
        Event::Conference { conference, change } => ConferenceOut::new(conference, change)
            .map(OutEvent::Conference)
            .into_iter()
            .collect(),
        Event::Stun { info } => vec![OutEvent::Stun(StunOut::from(info))],
        Event::Lagged { missed } => vec![OutEvent::Lagged { missed: *missed }],
        _ => Vec::new(),
    }
}
