//! SIP messages, requests of our own, and their responses.

mod details;
mod identity;
mod message;
mod options;
mod response;

pub use details::*;
pub use identity::*;
pub use message::*;
pub use options::*;
pub use response::*;
