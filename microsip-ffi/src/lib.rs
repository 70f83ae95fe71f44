//! The C interface of microsip. What C programmers read is `include/microsip.h`, which cbindgen makes of these files; the doc
//! comments here are that header's.
//!
//! An exported function is thin: it checks what C gave it (`base::arg`), looks up handles (`base::registry`), calls
//! `microsip-core`, and turns the result into a status (`base::guard`). It never unwinds into its caller.

mod base;

mod last_error;
mod status;
mod version;

mod account;
mod call;
mod compat;
mod endpoint;
mod error;
mod events;
mod list;
mod media;
mod message;
mod phone;
mod presence;
mod quality;
mod request;
mod stats;

pub use account::*;
pub use call::*;
pub use compat::*;
pub use endpoint::*;
pub use error::*;
pub use events::*;
pub use last_error::*;
pub use list::*;
pub use media::*;
pub use message::*;
pub use phone::*;
pub use presence::*;
pub use quality::*;
pub use request::*;
pub use stats::*;
pub use status::*;
pub use version::*;
