//! Raw bindings to PJSIP 2.17: PJLIB, PJLIB-UTIL, PJNATH, PJMEDIA, PJSIP and PJSUA-LIB.
//!
//! Everything here is C's view of the world: names, types and rules are those of PJSIP's own headers and documentation.
//! The bindings are made at build time from the very headers and defines that the C code is compiled with.
//!
//! What differs from a plain C build:
//!
//! * Random numbers and unique strings (Call-ID, tags, ICE passwords, SSRC) come from the operating system: [`random`].
//! * A failed assertion is counted ([`microsip_assert_count`]) and the function returns its error; nothing aborts.
//! * Status codes are typed constants ([`PJ_EINVAL`]), inline functions are callable ([`pj_str`]).
//!
//! # Traps
//!
//! * Configuration structs hold list heads that point to themselves: never move one after its `*_default` function ran.
//! * Threads not made by PJLIB must call `pj_thread_register` before anything else.
//! * Log level is capped at 4; level 5 would print SRTP keys.
#![allow(unsafe_code)]

pub mod random;

/// The generated part.
#[allow(
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    rustdoc::all,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    unused_qualifications,
    reason = "written by bindgen"
)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}

pub use bindings::*;
pub use random::{PJ_GUID_STRING_LENGTH, pj_GUID_STRING_LENGTH, pj_generate_unique_string, pj_rand, pj_srand};

// Nothing here calls OpenSSL, the C code does: without this line rustc would leave its libraries out.
#[cfg(feature = "tls")]
use openssl_sys as _;

/// Version of the compiled PJSIP, from its `version.mak`: `"2.17"`.
pub const PJSIP_VERSION: &str = env!("PJSIP_SYS_VERSION");

/// SIP over TLS and DTLS-SRTP are compiled in.
pub const HAS_TLS: bool = cfg!(feature = "tls");
/// SDES-SRTP is compiled in.
pub const HAS_SRTP: bool = cfg!(feature = "srtp");
/// The GSM codec is compiled in.
pub const HAS_GSM: bool = cfg!(feature = "gsm");
/// The Speex codec is compiled in.
pub const HAS_SPEEX: bool = cfg!(feature = "speex");
/// The Opus codec is compiled in.
pub const HAS_OPUS: bool = cfg!(feature = "opus");
/// WebRTC's AEC3 is compiled in.
pub const HAS_AEC3: bool = cfg!(feature = "aec3");
/// The G.729 codec is compiled in.
pub const HAS_G729: bool = cfg!(feature = "g729");
