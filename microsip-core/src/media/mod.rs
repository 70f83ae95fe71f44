//! Audio of a call: what was negotiated, how well it arrives, files into it and out of it.

mod codec;
mod conference;
mod detect;
mod gain;
mod hearing;
mod ice;
mod info;
mod node;
mod player;
mod progress;
mod recorder;
mod spectrum;
mod speech;
mod srtp;
mod stats;
mod stream;
mod tap;
pub(crate) mod tones;
mod wav;

pub use codec::Codec;
pub use conference::{Conference, ConferenceChange, ConferenceOptions, MemberOptions, OnLeave};
pub use gain::{Gain, Levels};
pub use ice::{Candidate, CandidateKind, CandidatePair, IceInfo, IceState};
pub use info::{MediaDirection, MediaInfo};
pub use node::{AudioNode, AudioTarget};
pub use player::{PlayOptions, Player};
pub use progress::{HeardTone, ToneDetection, ToneDetector};
pub use recorder::{Recorder, RecordingInfo};
pub use speech::{SpeechDetector, SpeechOptions};
pub use srtp::{SrtpKeying, SrtpSuite};
pub use stats::{DirectionStats, StreamStats};
pub use stream::{
    AudioFrame, AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, Flushed, SinkStats, SourceStats, Xrun,
};
pub use tap::Tap;
pub use tones::{ComfortNoise, Country, Level, Sine, Sound, Tone, ToneKind, ToneOptions, TonePlayer, ToneStep};
pub use wav::{Pcm, read_wav};

pub(crate) use codec::{bridge_rate, parse_list};
pub(crate) use detect::Ear;
pub(crate) use hearing::{Heard, Reporter};
pub(crate) use player::start as start_player;
pub(crate) use progress::ToneSink;
pub(crate) use recorder::{FileWriter, start as start_recorder};
pub(crate) use speech::SpeechSink;
pub(crate) use srtp::check as check_srtp;
pub(crate) use stream::Pump;
pub(crate) use tones::{ToneSource, UnfollowedTone};
