//! Settings of audio quality that several objects share.

mod jitter_buffer;
mod opus;
mod speech;
mod watch;

pub use jitter_buffer::*;
pub use opus::*;
pub use speech::*;
pub use watch::*;
