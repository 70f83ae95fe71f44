//! Audio of a call: what was negotiated, how well it arrives, files into it and out of it.

mod codec;
mod conference;
mod detect;
mod device;
mod ending;
pub(crate) mod files;
mod gain;
mod hearing;
mod ice;
mod info;
mod node;
mod player;
mod progress;
pub mod quality;
mod recorder;
mod spectrum;
mod speech;
mod srtp;
mod stream;
mod tap;
pub(crate) mod tones;

pub use codec::{Codec, CodecInfo, OpusOptions, codecs};
pub use conference::{Conference, ConferenceChange, ConferenceOptions, MemberOptions, OnLeave};
pub use device::{
    AudioDevice, AudioDeviceOptions, AudioDevices, DeviceChoice, DeviceDirection, DeviceFallback, DeviceLevel,
    DeviceRole, DeviceStats, EchoCancellation, EchoCanceller, VoiceProcessing, audio_devices,
};
pub use files::{Pcm, RecordFormat, RecordingName, read_audio};
pub use gain::{Gain, Levels};
pub use ice::{Candidate, CandidateKind, CandidatePair, IceInfo, IceState};
pub use info::{MediaDirection, MediaInfo};
pub use node::{AudioNode, AudioNodeRef, AudioTarget};
pub use player::{PlayEnd, PlayOptions, Player};
pub use progress::{HeardTone, ToneDetection, ToneDetector};
pub use recorder::{RecordOptions, Recorder, RecordingInfo};
pub use speech::{SpeechDetector, SpeechOptions};
pub use srtp::{SrtpKeying, SrtpSuite};
pub use stream::{
    AudioFrame, AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, FlushBegun, Flushed, FrameHead,
    SinkStats, SourceStats, Xrun,
};
pub use tap::Tap;
pub use tones::{ComfortNoise, Country, Level, Sine, Sound, Tone, ToneKind, ToneOptions, TonePlayer, ToneStep};

pub(crate) use codec::{BRIDGE_RATES, CodecChoice, bridge_rate, check_built, check_parts, default_codecs, parse_list};
pub(crate) use detect::Ear;
pub(crate) use device::{News as DeviceNews, Registry as DeviceRegistry, VoiceFilter, nodes as device_nodes};
pub(crate) use hearing::{Heard, Reporter};
pub(crate) use player::start as start_player;
pub(crate) use progress::ToneSink;
pub(crate) use recorder::{Place as RecordTo, start as start_recorder};
pub(crate) use speech::SpeechSink;
pub(crate) use srtp::check as check_srtp;
pub(crate) use stream::Pump;
pub(crate) use tones::{ToneSource, UnfollowedTone};
