//! Audio files in and out.

mod decode;
mod read;
pub(crate) mod resample;
mod source;

pub use read::{Pcm, read_audio};
