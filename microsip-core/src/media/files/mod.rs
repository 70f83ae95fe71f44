//! Audio files in and out.
//!
//! | file | question |
//! |---|---|
//! | `source.rs`, `decode.rs` | what is in a file? |
//! | `resample.rs` | how does it come to the bridge's rate? |
//! | `reel.rs` | which file comes when, and where does a jump lead? |
//! | `tape.rs` | how does it get to the clock thread, and how does a handle know where that is? |
//! | `reader.rs` | which thread decodes, and when? |
//! | `read.rs` | a whole file in memory |

pub(crate) mod decode;
mod read;
pub(crate) mod reader;
pub(crate) mod reel;
pub(crate) mod resample;
mod source;
pub(crate) mod tape;

pub use read::{Pcm, read_audio};
pub(crate) use reader::FileReader;
