//! What events of any kind tell of a failure.

use microsip_core::{Error, Event, PlayEnd};

use super::microsip_event_t;
use crate::base::{Out, get, guard};
use crate::error::microsip_error_t;
use crate::status::microsip_status_t;

fn error(event: &Event) -> Option<&Error> {
    match event {
        Event::Registration { info, .. } => info.error.as_ref(),
        Event::CallState { info, .. } => info.end.as_ref().and_then(|end| end.error.as_ref()),
        Event::Transfer { progress, .. } => progress.error.as_ref(),
        Event::SessionChanged { result, .. } => result.as_ref().err(),
        Event::DtmfFailed { error, .. } | Event::AudioDeviceLost { error, .. } => Some(error),
        Event::Unreadable { error, .. } | Event::RelayFailed { error, .. } => Some(error),
        Event::Response { response, .. } => response.error.as_ref(),
        Event::MessageStatus { response, .. } => response.as_ref().and_then(|response| response.error.as_ref()),
        Event::PlayerFinished {
            end: PlayEnd::Failed(error),
            ..
        } => Some(error),
        Event::RecordingFinished { info, .. } => info.error.as_ref(),
        Event::Subscription { info, .. } => info.error.as_ref(),
        Event::Publication { info, .. } => info.error.as_ref(),
        Event::Stun { info } => info.error.as_ref(),
        Event::Ice { error, .. } => error.as_ref(),
        Event::TransportSwitched(switch) => switch.error.as_ref(),
        _ => None,
    }
}

/// Why something failed, as a new handle to be freed, in events of every kind that can tell of a failure:
/// `REGISTRATION`, `CALL_STATE` (the call ended by it), `TRANSFER`, `SESSION_CHANGED`, `DTMF_FAILED`, `RESPONSE`,
/// `MESSAGE_STATUS`, `PLAYER_FINISHED`, `RECORDING_FINISHED`, `AUDIO_DEVICE_LOST`, `SUBSCRIPTION`, `UNREADABLE`,
/// `PUBLICATION`, `STUN`, `ICE`, `RELAY_FAILED`, `TRANSPORT_SWITCHED`. `NO_VALUE` in others, and when nothing failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_error(
    event: microsip_event_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_event_error", || {
        let out = Out::new(error, "error")?;
        let event = get(event)?;
        crate::error::give(self::error(&event), out)
    })
}
