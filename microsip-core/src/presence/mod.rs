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
#[cfg(test)]
mod hostile;
mod imdn;
mod observed;
mod pidf;
#[cfg(test)]
mod pidf_tests;
mod status;
mod typing;
mod xml;

pub use buddy::{Buddy, ObserveOptions};
pub use cpim::{Cpim, CpimHeader, NotifyRequest};
pub use imdn::{DeliveryStatus, Imdn, ImdnKind};
pub use status::{
    Activity, BasicStatus, Presence, PresenceDevice, PresenceNote, PresencePerson, PresenceStatus, PresenceTuple,
};
pub use typing::{Typing, TypingState};
