//! Messages (RFC 3428): texts and other bodies, outside of calls and in them; that they are being typed (RFC 3994), and what
//! became of them (RFC 5438).

mod config;
mod options;
mod received;
mod sent;
mod text;
mod typing;

use std::hash::{BuildHasher, RandomState};

pub use config::{MessageConfig, MessagePolicy};
pub use options::MessageOptions;
pub use received::ReceivedMessage;
pub(crate) use received::{Asked, Received, address, display_name};
pub use sent::{MessageStatus, SentMessage};
pub use typing::{PeerTyping, TypingCause};

/// An id that nobody guesses and that comes once: SipHash under keys the system made up.
pub(crate) fn fresh_id() -> String {
    let (one, other) = (RandomState::new(), RandomState::new());
    format!("{:016x}{:016x}", one.hash_one(1), other.hash_one(2))
}
