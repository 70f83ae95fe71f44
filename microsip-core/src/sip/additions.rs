//! What the application adds to a message of ours.

use super::Headers;
use crate::Result;
use crate::sip::Reason;

/// Headers, a body, other addresses than the dialog's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Additions {
    pub(crate) headers: Headers,
    /// Content type and bytes.
    pub(crate) body: Option<(String, Vec<u8>)>,
    /// Request-URI, when it is not the remote URI.
    pub(crate) request_uri: Option<String>,
    /// From, when it is not the account's.
    pub(crate) from: Option<String>,
    /// Whether it must not go over UDP when it is large (RFC 3428 §8).
    pub(crate) congestion_safe: bool,
}

impl Additions {
    pub(crate) fn headers(headers: Headers) -> Additions {
        Additions {
            headers,
            ..Additions::default()
        }
    }

    pub(crate) fn reasons(mut self, reasons: &[Reason]) -> Result<Additions> {
        for reason in reasons {
            reason.add_to(&mut self.headers)?;
        }
        Ok(self)
    }
}
