//! Audio: streams, files, tones, conferences, devices.

mod conference;
mod detect;
mod device;
mod gain;
mod node;
mod pcm;
mod player;
mod record;
mod stream;
mod tones;

pub use conference::*;
pub use detect::*;
pub use device::*;
pub use gain::*;
pub use node::*;
pub use pcm::*;
pub use player::*;
pub use record::*;
pub use stream::*;
pub use tones::*;

pub(crate) use gain::{target_call, target_conference};
pub(crate) use player::play_end;
