//! Audio: streams of samples, files, tones, conferences, devices, detectors.
//!
//! What belongs to a call, a conference or to nothing is done by functions that take the [`Place`](place::Place), so that each is
//! written once.

mod codec;
mod conference;
mod detect;
mod device;
mod end;
mod gain;
mod node;
mod pcm;
mod place;
mod playback;
mod player;
mod recorder;
mod sink;
mod source;
mod tone;
mod tone_player;

use microsip_core as core;

use crate::names;

pub use codec::{codec_list, codecs};
pub use conference::{Change, Conference, bridge, new_conference};
pub use detect::{SpeechDetector, ToneDetector, detect_speech, detect_tones};
pub use device::{
    AudioDevices, audio_devices, leave_devices, open_audio, opened_audio, use_devices, watch_audio_devices,
};
pub use gain::{gain_of_db, gain_of_factor, levels, set_gain};
pub use node::{Node, connect, disconnect};
pub use pcm::read_audio;
pub use place::{audio_sink, audio_source, play, play_samples, play_tone, record};
pub use playback::Playback;
pub use player::Player;
pub use recorder::{Recorder, check_recording_name, recording_path};
pub use sink::AudioSink;
pub use source::AudioSource;
pub use tone::{countries, country, find_tone, keys_tone, kind_tone, parse_tone, render_tone, tone_length, tone_text};
pub use tone_player::TonePlayer;

names!(core::Tap as "Tap" { Received = "received", Sent = "sent", Mixed = "mixed" });
names!(core::Xrun as "Xrun" { Underrun = "underrun", Overrun = "overrun" });
