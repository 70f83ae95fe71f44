//! Tones: what they are made of, and playing them.

mod player;
mod tone;

pub use player::*;
pub use tone::*;

pub(super) use tone::country;
