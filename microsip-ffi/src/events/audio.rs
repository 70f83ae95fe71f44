//! Events of players, tones, recordings and streams.

use microsip_core::{Event, Xrun};

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, get, guard, put};
use crate::code;
use crate::media::{
    microsip_play_end_t, microsip_player_t, microsip_recorder_t, microsip_recording_info_t, microsip_tone_player_t,
    play_end,
};
use crate::status::microsip_status_t;

/// `PLAYER_FINISHED`: the player, as a new handle to be freed. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_player(
    event: microsip_event_t,
    player: *mut microsip_player_t,
) -> microsip_status_t {
    guard("microsip_event_player", || {
        let out = Out::new(player, "player")?;
        let event = get(event)?;
        match &**event {
            Event::PlayerFinished { player, .. } => {
                out.set(put(player.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("player in this event")),
        }
    })
}

/// `PLAYER_FINISHED`: why it ended. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_play_end(
    event: microsip_event_t,
    end: *mut microsip_play_end_t,
) -> microsip_status_t {
    guard("microsip_event_play_end", || {
        let out = Out::new(end, "end")?;
        let event = get(event)?;
        match &**event {
            Event::PlayerFinished { end, .. } => {
                out.set(play_end(end));
                Ok(())
            }
            _ => Err(Fault::none("end of a player in this event")),
        }
    })
}

/// `TONE_FINISHED`: the player of the tone, as a new handle to be freed. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_tone_player(
    event: microsip_event_t,
    player: *mut microsip_tone_player_t,
) -> microsip_status_t {
    guard("microsip_event_tone_player", || {
        let out = Out::new(player, "player")?;
        let event = get(event)?;
        match &**event {
            Event::ToneFinished { tone, .. } => {
                out.set(put(tone.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("tone player in this event")),
        }
    })
}

/// `RECORDING_FINISHED`: the recorder, as a new handle to be freed. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_recorder(
    event: microsip_event_t,
    recorder: *mut microsip_recorder_t,
) -> microsip_status_t {
    guard("microsip_event_recorder", || {
        let out = Out::new(recorder, "recorder")?;
        let event = get(event)?;
        match &**event {
            Event::RecordingFinished { recorder, .. } => {
                out.set(put(recorder.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("recorder in this event")),
        }
    })
}

/// `RECORDING_FINISHED`: where it is and how long it became, as a new handle to be freed. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_recording_info(
    event: microsip_event_t,
    info: *mut microsip_recording_info_t,
) -> microsip_status_t {
    guard("microsip_event_recording_info", || {
        let out = Out::new(info, "info")?;
        let event = get(event)?;
        match &**event {
            Event::RecordingFinished { info, .. } => {
                out.set(put(info.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("recording in this event")),
        }
    })
}

/// Which way a stream lost audio: one of `enum microsip_xrun_e`.
pub type microsip_xrun_t = i32;

/// The values of `microsip_xrun_t`.
#[repr(i32)]
pub enum microsip_xrun_e {
    /// A source was not written in time: silence was sent in the middle of what it says.
    MICROSIP_XRUN_UNDERRUN = 1,
    /// A sink was not read in time: samples were dropped.
    MICROSIP_XRUN_OVERRUN = 2,
}

code!(microsip_xrun_e, "xrun", Xrun {
    MICROSIP_XRUN_UNDERRUN = Underrun,
    MICROSIP_XRUN_OVERRUN = Overrun,
});

/// `AUDIO_XRUN`: which way a stream lost audio. At most once a second for each stream. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_xrun(event: microsip_event_t, xrun: *mut microsip_xrun_t) -> microsip_status_t {
    guard("microsip_event_xrun", || {
        let out = Out::new(xrun, "xrun")?;
        let event = get(event)?;
        match &**event {
            Event::AudioXrun { kind, .. } => {
                out.set(kind.code());
                Ok(())
            }
            _ => Err(Fault::none("loss of audio in this event")),
        }
    })
}

/// `AUDIO_XRUN`: the number of the stream, as `microsip_audio_sink_id` or `microsip_audio_source_id` gives it.
/// `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_xrun_stream(event: microsip_event_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_event_xrun_stream", || {
        let out = Out::new(id, "id")?;
        let event = get(event)?;
        match &**event {
            Event::AudioXrun { stream, .. } => {
                out.set(*stream);
                Ok(())
            }
            _ => Err(Fault::none("loss of audio in this event")),
        }
    })
}

/// `AUDIO_XRUN`: how many samples since the last report: dropped by a sink, silence sent by a source. `NO_VALUE` in
/// other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_xrun_samples(event: microsip_event_t, samples: *mut u64) -> microsip_status_t {
    guard("microsip_event_xrun_samples", || {
        let out = Out::new(samples, "samples")?;
        let event = get(event)?;
        match &**event {
            Event::AudioXrun { samples, .. } => {
                out.set(*samples);
                Ok(())
            }
            _ => Err(Fault::none("loss of audio in this event")),
        }
    })
}

/// `AUDIO_XRUN`: how many samples since the stream's start. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_xrun_total(event: microsip_event_t, total: *mut u64) -> microsip_status_t {
    guard("microsip_event_xrun_total", || {
        let out = Out::new(total, "total")?;
        let event = get(event)?;
        match &**event {
            Event::AudioXrun { total, .. } => {
                out.set(*total);
                Ok(())
            }
            _ => Err(Fault::none("loss of audio in this event")),
        }
    })
}
