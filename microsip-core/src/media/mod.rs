//! Audio of a call: what was negotiated, how well it arrives, files into it and out of it.

mod codec;
mod conference;
pub(crate) mod detect;
mod device;
pub(crate) mod files;
mod gain;
mod ice;
mod info;
mod node;
mod player;
pub mod quality;
mod recorder;
mod srtp;
mod stream;
mod tap;
pub(crate) mod tone;

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
pub use node::{AudioNode, AudioTarget};
pub use player::{PlayEnd, PlayOptions, Player};
pub use recorder::{RecordOptions, Recorder, RecordingInfo};
pub use srtp::{SrtpKeying, SrtpSuite};
pub use stream::{
    AudioFrame, AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, Flushed, SinkStats, SourceStats, Xrun,
};
pub use tap::Tap;

pub(crate) use codec::{BRIDGE_RATES, CodecChoice, bridge_rate, check_built, check_parts, default_codecs, parse_list};
pub(crate) use device::{News as DeviceNews, Registry as DeviceRegistry, VoiceFilter, nodes as device_nodes};
pub(crate) use player::{Once, start as start_player};
pub(crate) use recorder::{Place as RecordTo, start as start_recorder};
pub(crate) use srtp::check as check_srtp;
pub(crate) use stream::Pump;
