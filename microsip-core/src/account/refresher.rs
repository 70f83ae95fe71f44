//! Who refreshes a session.

/// Who is to refresh sessions (RFC 4028 §7.1, §9), while the peer does not decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Refresher {
    /// Nobody is named in our requests; the peer decides, and in our answers it is the caller if it can.
    #[default]
    Auto,
    /// We: `refresher=uac` in our requests, `uas` in our answers.
    Local,
    /// The peer, if it supports session timers: `refresher=uas` in our requests, `uac` in our answers.
    Remote,
}

impl Refresher {
    /// Stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Refresher::Auto => "auto",
            Refresher::Local => "local",
            Refresher::Remote => "remote",
        }
    }
}
