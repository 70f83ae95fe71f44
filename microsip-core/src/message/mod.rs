//! Messages (RFC 3428): texts and other bodies, outside of calls and in them.

mod config;
mod options;
mod received;
mod sent;
mod text;

pub use config::{MessageConfig, MessagePolicy};
pub use options::MessageOptions;
pub use received::ReceivedMessage;
pub use sent::{MessageStatus, SentMessage};
