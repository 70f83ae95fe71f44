//! Sound devices: which there are, opening them, and what they do.

mod list;
mod open;
mod options;

pub use list::*;
pub use open::*;
pub use options::*;
