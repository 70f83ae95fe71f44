//! How good a call's audio is: statistics, findings, the E-model.

mod emodel;
mod finding;
mod number;
mod quality;
mod snapshot;
mod stat;

pub use emodel::*;
pub use finding::*;
pub use number::*;
pub use quality::*;
pub use snapshot::*;
pub use stat::*;
