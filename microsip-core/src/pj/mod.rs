//! All contact with C. Everything above sees Rust values only.
//!
//! The contracts that the `SAFETY` notes here refer to:
//!
//! * **Engine thread.** [`Pj`] is neither `Send` nor `Sync` and is made on the engine's thread between `pjsua_init` and
//!   `pjsua_destroy2`. Its methods may therefore call any `pjsua_*` function: the thread is PJLIB's main thread
//!   (registered by `pj_init`), PJSUA is up, and nobody else calls it (`thread_cnt = 0`).
//! * **Slots.** Call and account indexes are range-checked by PJSUA itself (`PJ_ASSERT_RETURN` stays active in our
//!   build and returns an error). Whether a slot still is the object meant is decided by the engine's tables, on the same
//!   thread, right before the call.
//! * **Strings.** A [`Text`](string::Text) outlives the call it is passed to; what PJSUA keeps, it copies into its pools
//!   (`pj_strdup` in `pjsua_*_config_dup`, `pjsip_dlg_create_uac`, …).
//! * **Callbacks** run on the engine's thread, inside its poll or inside a command, with valid pointers for their
//!   duration; those of PJMEDIA run on the media or clock thread and touch only atomics and queues.
//! * **Configs** are initialised in place and never moved: they hold list heads that point to themselves.
#![allow(unsafe_code)]

mod account;
mod address;
mod auth;
mod boundary;
mod bridge;
mod broken;
mod call;
mod callbacks;
mod capability;
mod codec;
mod dialog;
mod echo;
mod events;
mod find_account;
mod fork;
mod gate;
mod guard;
mod hold;
mod hooks;
mod log;
mod media;
mod message;
mod module;
mod nat;
#[cfg(target_os = "linux")]
mod netlink;
mod network;
mod offer;
#[cfg(feature = "opus")]
pub(crate) mod opus;
mod pager;
mod poll;
mod port;
mod request;
mod resolve;
mod sdp;
mod start;
mod stats;
mod status;
mod string;
#[cfg(feature = "fault-injection")]
pub(crate) mod testing;
mod time;
pub(crate) mod tls;
mod trace;
mod transfer;
mod transport;

use std::marker::PhantomData;

use pjsip_sys as sys;

pub(crate) use account::{RegistrationOutcome, random};
pub(crate) use auth::Challenge;
#[cfg(feature = "fault-injection")]
pub(crate) use boundary::{CALLBACKS, panic_happened, panic_in};
pub(crate) use boundary::{count_panic, panics, take_resync};
pub(crate) use call::{CallSnapshot, EndHint};
pub(crate) use callbacks::{DtmfStep, forget_slot, name_slot, take_digits};
pub(crate) use codec::{HAS_G729, HAS_GSM, HAS_OPUS, HAS_SPEEX};
pub(crate) use dialog::{Dialog, DialogKey, Method};
pub(crate) use echo::Voice;
pub(crate) use events::{Draft, Reply};
pub(crate) use fork::in_forked_children;
pub(crate) use hold::Held;
pub(crate) use hooks::Switched;
pub(crate) use media::media_failure;
pub(crate) use nat::{Chosen, MapRequest, NatNews, NatReport, relay_refusal, take_nat_reports, turn_of};
#[cfg(target_os = "linux")]
pub(crate) use netlink::local_addresses;
pub(crate) use offer::{SessionMethod, SessionOffer, Step, Transaction};
pub(crate) use poll::block_signals;
pub(crate) use port::{PortEnd, PortSink, PortSource, tick};
pub(crate) use request::Challenged;
pub(crate) use sdp::AudioFormat;
pub(crate) use stats::StreamLook;
pub(crate) use status::{
    BAD_QOP, NO_CREDENTIAL, Outcome, TIMED_OUT, TOO_LONG, failed_assertions, is_credential_error, is_name_error,
    is_timeout, strerror, stun_code, transport_failure,
};
pub(crate) use time::LocalTime;
pub(crate) use tls::refusal_of;
pub(crate) use transfer::{Answer, Referrer};

/// Version of the PJSIP inside.
pub(crate) const VERSION: &str = sys::PJSIP_VERSION;
/// Whether media encryption is compiled in; DTLS keying wants TLS as well.
pub(crate) const HAS_SRTP: bool = sys::HAS_SRTP;
/// Whether TLS is compiled in.
pub(crate) const HAS_TLS: bool = sys::HAS_TLS;
/// Compile-time ceilings; the run-time limits lie below.
pub(crate) const MAX_CALLS: u32 = sys::PJSUA_MAX_CALLS;
pub(crate) const MAX_ACCOUNTS: u32 = sys::PJSUA_MAX_ACC;
/// `pjsua_var.tpdata` has this many places.
pub(crate) const MAX_TRANSPORTS: usize = 8;
/// `pjsua_acc_config.proxy` has this many places.
pub(crate) const MAX_PROXIES: usize = 8;
/// `pjsua_acc_config.cred_info` has this many places.
pub(crate) const MAX_CREDENTIALS: usize = 8;
/// The bridge's own port: the null device, which hears everything and says nothing.
pub(crate) const SILENCE_PORT: i32 = 0;

/// Where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn local_addresses() -> Vec<(u32, std::net::IpAddr)> {
    Vec::new()
}

/// PJSUA, up and running on this thread.
pub(crate) struct Pj {
    poller: std::cell::RefCell<Option<poll::Poller>>,
    tracer: std::cell::RefCell<Option<trace::Tracer>>,
    transfers: std::cell::RefCell<Option<transfer::Transfers>>,
    #[cfg(target_os = "linux")]
    netlink: std::cell::RefCell<Option<netlink::Netlink>>,
    modules: std::cell::RefCell<Vec<module::Module>>,
    rtp: transport::RtpConfig,
    transports: Vec<transport::Opened>,
    /// Not `Send`: PJSUA belongs to the engine's thread.
    _engine_thread: PhantomData<*const ()>,
}
