//! SIP values that need no stack: status codes, transports, DTMF digits, URI checks.

mod dtmf;
mod status;
mod transport;
pub(crate) mod uri;

pub use dtmf::{Digit, DtmfMethod, parse_digits};
pub use status::StatusCode;
pub use transport::Transport;
