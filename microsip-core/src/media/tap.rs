//! Which side of a call is listened to.

/// Which side of a call a sink or recording hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tap {
    /// What the peer says: decoded and after the jitter buffer.
    #[default]
    Received,
    /// What we send: everything that is played into the call, silence while it is muted or held.
    Sent,
    /// Both, added up.
    Mixed,
}

impl Tap {
    /// Stable lower-case name, as in JSON: `"received"`, `"sent"`, `"mixed"`.
    pub fn name(self) -> &'static str {
        match self {
            Tap::Received => "received",
            Tap::Sent => "sent",
            Tap::Mixed => "mixed",
        }
    }

    pub(crate) fn hears_peer(self) -> bool {
        matches!(self, Tap::Received | Tap::Mixed)
    }

    pub(crate) fn hears_us(self) -> bool {
        matches!(self, Tap::Sent | Tap::Mixed)
    }
}
