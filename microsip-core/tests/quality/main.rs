//! Quality: what is counted is what a peer of raw bytes really did, reports are read and written on the wire, findings name what is
//! wrong, the jitter buffer does as it is told.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;

mod buffer;
mod counts;
mod events;
mod findings;
mod json;
mod line;
mod reports;
