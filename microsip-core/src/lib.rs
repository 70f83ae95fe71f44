//! A programmable softphone engine: PJSIP behind a safe Rust API.
//!
//! ```no_run
//! use microsip_core::{AccountConfig, CallState, Endpoint, EndpointConfig, PlayOptions};
//! use std::time::Duration;
//!
//! fn main() -> microsip_core::Result<()> {
//!     let endpoint = Endpoint::start(EndpointConfig::default())?;
//!     let account = endpoint.add_account(
//!         AccountConfig::new("sip:1001@pbx.example.org")
//!             .registrar("sip:pbx.example.org")
//!             .credentials("1001", "secret"),
//!     )?;
//!     account.wait_registered(Duration::from_secs(5))?;
//!     let call = account.call("sip:1002@pbx.example.org")?;
//!     call.wait_for(CallState::Confirmed, Duration::from_secs(30))?;
//!     call.play("hello.wav", PlayOptions::default())?.wait_finished(Duration::from_secs(60))?;
//!     call.hang_up()?;
//!     endpoint.close()
//! }
//! ```
//!
//! * [`Endpoint`] owns the engine: one thread that alone talks to PJSIP. There is one per process at a time.
//! * [`Account`] and [`Call`] are cheap handles for any thread. A handle whose object is gone answers
//!   [`ErrorKind::Gone`]; nothing crashes, whatever the order in which things are dropped.
//! * [`Event`]s tell what happened, as owned snapshots, to any number of subscribers: a blocking iterator, or a
//!   [`futures_core::Stream`] for any async runtime.
//! * No sound device is opened: audio comes from files and goes to files.
//!
//! How it works inside is told in ARCHITECTURE.md.
#![warn(missing_docs)]

mod account;
mod call;
mod endpoint;
mod engine;
mod error;
mod event;
mod media;
mod pj;
mod policy;
mod redact;
mod secret;
mod sip;

pub use account::{Account, AccountConfig, AccountId, RegistrationInfo, RegistrationState, SrtpMode};
pub use call::{Call, CallEnd, CallGuard, CallId, CallInfo, CallState, DtmfOptions, EndCause, EndedBy};
pub use endpoint::{Diagnostics, Endpoint, EndpointConfig, Limits, LogLevel, TlsConfig, TransportConfig};
pub use error::{Error, ErrorKind, Result, TlsRefusal};
pub use event::{Direction, Event, Events, SipMessage};
pub use media::{
    Codec, DirectionStats, MediaDirection, MediaInfo, PlayOptions, Player, Recorder, RecordingInfo, SrtpKeying,
    StreamStats,
};
pub use policy::{Handler, IncomingPolicy};
pub use secret::Secret;
pub use sip::{Digit, DtmfMethod, StatusCode, Transport};

/// Version of the PJSIP inside, such as `"2.17"`.
pub fn pjsip_version() -> &'static str {
    pj::VERSION
}

/// Raises a panic inside the named PJSIP callback the next time it runs; for tests of panic containment.
#[cfg(feature = "fault-injection")]
#[doc(hidden)]
pub fn panic_in_callback(name: &'static str) {
    pj::panic_in(name);
}

/// The callbacks that can be named to [`panic_in_callback`].
#[cfg(feature = "fault-injection")]
#[doc(hidden)]
pub fn callback_names() -> &'static [&'static str] {
    pj::CALLBACKS
}
