//! SIP values that need no stack: messages and their headers, identities, reasons, status codes, transports, DTMF digits.

mod additions;
mod dtmf;
pub(crate) mod event_state;
pub(crate) mod headers;
mod identity;
pub(crate) mod malformed;
pub(crate) mod message;
mod reason;
pub(crate) mod refer;
mod replaces;
pub(crate) mod sdp_hosts;
mod status;
mod transport;
pub(crate) mod uri;

pub(crate) use additions::Additions;
pub use dtmf::{Digit, DtmfDetection, DtmfMethod};
pub(crate) use dtmf::{Key, parse_keys, read_info};
pub use event_state::EndReason;
pub use headers::Headers;
pub use identity::{Diversion, HistoryEntry, Identity};
pub use message::Message;
pub use reason::Reason;
pub use replaces::Replaces;
pub use status::StatusCode;
pub use transport::Transport;
