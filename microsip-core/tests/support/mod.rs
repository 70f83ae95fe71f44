//! What the scenarios share. One endpoint lives per process: under `cargo nextest` each test has its own, under
//! `cargo test` the lock below makes them take turns.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test program uses some of it, and helpers panic as tests do"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use microsip_core::*;

pub mod audio;
pub mod baresip;
pub mod leg;
pub mod log;
pub mod peer;
pub mod registrar;
pub mod rtp;
pub mod script;
pub mod sipp_refer;
pub mod transfer;

pub const SOON: Duration = Duration::from_secs(15);

static TURN: Mutex<()> = Mutex::new(());

/// An endpoint on a loopback port of the kernel's choice, with its turn.
pub struct Running {
    pub endpoint: Endpoint,
    _turn: MutexGuard<'static, ()>,
}

impl std::ops::Deref for Running {
    type Target = Endpoint;
    fn deref(&self) -> &Endpoint {
        &self.endpoint
    }
}

pub fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn config() -> EndpointConfig {
    EndpointConfig::default().bind("127.0.0.1:0".parse().unwrap())
}

pub fn start(config: EndpointConfig) -> Running {
    let turn = turn();
    Running {
        endpoint: Endpoint::start(config).unwrap(),
        _turn: turn,
    }
}

impl Running {
    pub fn port(&self) -> u16 {
        self.endpoint.local_address(Transport::Udp).unwrap().port()
    }

    /// An account without registrar that is called at [`Running::uri`].
    pub fn local(&self, user: &str) -> Account {
        self.endpoint.add_account(AccountConfig::new(self.uri(user))).unwrap()
    }

    pub fn uri(&self, user: &str) -> String {
        format!("sip:{user}@127.0.0.1:{}", self.port())
    }

    pub fn close(self) {
        let asserts = self.endpoint.diagnostics();
        self.endpoint.close().unwrap();
        assert_eq!(asserts.failed_assertions, 0, "PJSIP's own assertions");
    }
}

/// Reads events until `wanted` picks one.
pub fn wait<T>(events: &mut Events, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
    let deadline = Instant::now() + SOON;
    let mut seen = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(Some(event)) => {
                if let Some(found) = wanted(&event) {
                    return found;
                }
                seen.push(format!("{event:?}"));
            }
            Ok(None) => panic!("events ended before {what}; seen: {seen:#?}"),
            Err(_) => panic!("no {what} in time; seen: {seen:#?}"),
        }
    }
}

pub fn incoming(events: &mut Events) -> Call {
    wait(events, "incoming call", |e| match e {
        Event::IncomingCall { call, .. } => Some(call.clone()),
        _ => None,
    })
}

/// A confirmed call between two local accounts: caller's side, callee's side.
pub fn connected(ep: &Running) -> (Call, Call) {
    let mut events = ep.events();
    let caller = ep
        .accounts()
        .unwrap()
        .into_iter()
        .find(|a| a.aor().contains("1001"))
        .unwrap_or_else(|| ep.local("1001"));
    if !ep.accounts().unwrap().iter().any(|a| a.aor().contains("1002")) {
        ep.local("1002");
    }
    let out = caller.call(&ep.uri("1002")).unwrap();
    let inn = incoming(&mut events);
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    inn.wait_for(CallState::Confirmed, SOON).unwrap();
    (out, inn)
}

/// Every `Disconnected` event of the call within the subscription so far; waits for the first.
pub fn ends(events: &mut Events, call: &Call) -> Vec<CallEnd> {
    let mut found = vec![wait(events, "the end of the call", |e| end_of(e, call))];
    // What else would come, comes within a few gather periods.
    let quiet = Instant::now() + Duration::from_millis(300);
    while let Ok(Some(event)) = events.recv_timeout(quiet.saturating_duration_since(Instant::now())) {
        found.extend(end_of(&event, call));
    }
    found
}

fn end_of(event: &Event, call: &Call) -> Option<CallEnd> {
    match event {
        Event::CallState { call: c, info } if c == call && info.state == CallState::Disconnected => info.end.clone(),
        _ => None,
    }
}
