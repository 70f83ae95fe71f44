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
//! | `encode.rs`, `wav.rs`, `ogg.rs`, `flac.rs` | how is a file written, so that it can be read at any time? |
//! | `writer.rs` | which thread writes, and how do two sides come together? |
//! | `name.rs` | how are recordings called? |

pub(crate) mod decode;
pub(crate) mod encode;
mod flac;
pub(crate) mod name;
#[cfg(feature = "opus")]
mod ogg;
mod read;
pub(crate) mod reader;
pub(crate) mod reel;
pub(crate) mod resample;
mod source;
pub(crate) mod tape;
mod wav;
pub(crate) mod writer;

pub use encode::RecordFormat;
pub use name::RecordingName;
pub use read::{Pcm, read_audio};
pub(crate) use reader::FileReader;
pub(crate) use writer::FileWriter;
