//! Documents of presence and messaging: what they say, read and written. No engine and no network.
//!
//! Whatever a peer sends, reading it ends in a value or in a typed [`Error`](crate::Error), in bounded time and memory:
//! [`InvalidArgument`](crate::ErrorKind::InvalidArgument) with
//! [`DocumentMalformed`](crate::FailureCode::DocumentMalformed), [`LimitReached`](crate::ErrorKind::LimitReached) with
//! [`DocumentTooLarge`](crate::FailureCode::DocumentTooLarge), or [`Unsupported`](crate::ErrorKind::Unsupported) with
//! [`DocumentEncoding`](crate::FailureCode::DocumentEncoding).

mod buddy;
mod cpim;
mod date;
mod dialog_info;
#[cfg(test)]
mod dialog_tests;
#[cfg(test)]
mod hostile;
mod imdn;
mod line;
mod mailbox;
mod mwi;
mod observed;
mod pidf;
#[cfg(test)]
mod pidf_tests;
mod status;
mod typing;
mod watched_line;
mod xml;

pub use buddy::{Buddy, ObserveOptions};
pub use cpim::{Cpim, CpimHeader, NotifyRequest};
pub use dialog_info::{DialogDirection, DialogEntry, DialogEvent, DialogIds, DialogInfo, DialogParty, DialogState};
pub use imdn::{DeliveryStatus, Imdn, ImdnKind};
pub use line::{LineInfo, LineState, LineTable, LineUpdate};
pub use mailbox::Mailbox;
pub use mwi::{MessageClass, MessageCounts, MessageSummary};
pub use status::{
    Activity, BasicStatus, Presence, PresenceDevice, PresenceNote, PresencePerson, PresenceStatus, PresenceTuple,
};
pub use typing::{Typing, TypingState};
pub use watched_line::WatchedLine;

/// A body of another type than the one that is read.
pub(crate) fn wrong_type(op: &'static str, found: &str, wanted: &str) -> crate::Error {
    crate::Error::new(
        crate::ErrorKind::Unsupported,
        op,
        format!("a body of {} came, and {wanted} is read", xml::quote(found)),
    )
}

pub(crate) use mailbox::summary;
