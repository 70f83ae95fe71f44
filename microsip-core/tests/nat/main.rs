//! NAT: what the wire shows with a public address, STUN, TURN and ICE, and failures that are typed and fast.
//!
//! On the loopback with servers and peers of raw bytes, where the answer must be of our choice; between homes behind
//! routers ([`microsip_testkit::netns`]) with Kamailio, coturn and baresip, where it must be real.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(
    clippy::print_stdout,
    reason = "the other process of a test tells by it what happens"
)]
#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;

mod agent;
mod failures;
mod gather;
mod homes;
mod lite;
mod public;
mod raw;
mod relay;
mod stun;

use std::time::Duration;

use microsip_core::*;
use support::*;

/// What ICE told of a call in the end, in a subscription made before the call.
fn wait_ice(events: &mut Events, call: &Call) -> (IceInfo, Option<Error>) {
    wait(events, "the end of ICE", |e| match e {
        Event::Ice { call: c, info, error } if c == call => Some((info.media[0].ice.clone().unwrap(), error.clone())),
        _ => None,
    })
}

fn wait_relay_error(events: &mut Events, call: &Call) -> Error {
    wait(events, "why there is no relay", |e| match e {
        Event::RelayFailed { call: Some(c), error } if c == call => Some(error.clone()),
        _ => None,
    })
}

/// Waits until the media of a call runs and shows it.
fn running_media(call: &Call) -> MediaInfo {
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(10), "running media", || {
        call.info().media.first().filter(|m| m.active).cloned()
    })
    .unwrap()
}

/// A pause so long that whatever else would have come has come.
const QUIET: Duration = Duration::from_millis(400);
