//! Recording calls and conferences into files.

mod options;
mod recorder;

pub use options::*;
pub use recorder::*;
