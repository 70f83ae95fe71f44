//! When what happened.

use std::time::{Instant, SystemTime};

/// A moment: by the clock of the wall for the report, by one that never jumps for differences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) wall: SystemTime,
    pub(super) at: Instant,
}

impl Moment {
    pub(super) fn now() -> Moment {
        Moment {
            wall: SystemTime::now(),
            at: Instant::now(),
        }
    }

    /// As RFC 3339, UTC.
    pub(super) fn text(&self) -> String {
        humantime::format_rfc3339_millis(self.wall).to_string()
    }
}

/// When what happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) started: Moment,
    pub(super) registered: Option<Moment>,
    pub(super) called: Option<Moment>,
    /// The first provisional answer but 100.
    pub(super) ringing: Option<Moment>,
    pub(super) answered: Option<Moment>,
    pub(super) ended: Option<Moment>,
}
