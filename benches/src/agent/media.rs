//! What our agent does with the audio of its calls.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use microsip_core::{
    AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, CallId, CallState, Conference, ConferenceOptions,
    Endpoint, Event, Events, MemberOptions,
};

use super::Media;

/// The bridge's rate.
const RATE: u32 = 8000;

/// Begins; the thread ends with the endpoint.
pub fn start(endpoint: &Endpoint, media: Media) -> Result<Option<JoinHandle<()>>> {
    let events = endpoint.events();
    Ok(match media {
        Media::None => None,
        Media::Bridge => {
            let room = endpoint.conference(ConferenceOptions::default())?;
            let ear = room.audio_sink(AudioSinkOptions::default().rate(RATE))?;
            Some(std::thread::spawn(move || listen(events, &room, ear)))
        }
        Media::Pcm => Some(std::thread::spawn(move || echo(events))),
    })
}

/// One sink hears all calls, which do not hear each other.
fn listen(mut events: Events, room: &Conference, mut ear: AudioSink) {
    loop {
        match events.recv_timeout(Duration::from_millis(20)) {
            Ok(Some(Event::CallState { call, info })) if info.state == CallState::Confirmed => {
                drop(room.join_with(&call, MemberOptions::default().deaf(true)));
            }
            Ok(None) => return,
            _ => {}
        }
        while let Ok(Some(_)) = ear.try_read() {}
    }
}

/// What every call hears goes back into it.
fn echo(mut events: Events) {
    let mut calls: Vec<(CallId, AudioSink, AudioSource)> = Vec::new();
    let mut next = Instant::now();
    loop {
        next += Duration::from_millis(20);
        loop {
            match events.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Some(Event::CallState { call, info })) => match info.state {
                    CallState::Confirmed => {
                        let ear = call.audio_sink(AudioSinkOptions::default().rate(RATE));
                        let mouth = call.audio_source(AudioSourceOptions::default().rate(RATE));
                        if let (Ok(ear), Ok(mouth)) = (ear, mouth) {
                            calls.push((call.id(), ear, mouth));
                        }
                    }
                    CallState::Disconnected => calls.retain(|(id, ..)| *id != call.id()),
                    _ => {}
                },
                Ok(Some(_)) => {}
                Ok(None) => return,
                Err(_) => break,
            }
        }
        for (_, ear, mouth) in &mut calls {
            while let Ok(Some(frame)) = ear.try_read() {
                // A full buffer drops the frame: an echo has nothing to catch up with.
                let _ = mouth.try_write(&frame.samples);
            }
        }
    }
}
