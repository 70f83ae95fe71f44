//! Relays by name, and what ICE reports of calls.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::account::{AccountId, AccountNat};
use crate::call::CallId;
use crate::dns::Failure;
use crate::endpoint::TurnConfig;
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::{self, NatNews, NatReport};
use crate::{Error, ErrorKind};

/// Relays by host and port; for those whose address is not known, the accounts that want them.
pub(super) type Relays = HashMap<(String, u16), Vec<AccountId>>;

/// Pause before relays whose names are not known are looked up again; doubled up to the second.
const RETRY: Duration = Duration::from_secs(5);
const RETRY_MAX: Duration = Duration::from_secs(120);

impl Engine {
    /// The address of a relay, if it is known by now; otherwise it is looked up.
    pub(super) fn relay_of(&self, turn: &TurnConfig) -> Option<SocketAddr> {
        let (host, port) = turn.address()?;
        let known = self.known_host(&host, port);
        if known.is_none() && !self.nat.borrow().relays.contains_key(&(host.clone(), port)) {
            self.nat.borrow_mut().relays.insert((host.clone(), port), Vec::new());
            self.shared.outside().begin();
            self.look_up_relay(host, port, true);
        }
        known
    }

    /// `first`: the start may be waiting for it.
    fn look_up_relay(&self, host: String, port: u16, first: bool) {
        let key = (host.clone(), port);
        self.resolve_host(&host, port, move |engine, found| {
            match found {
                Ok(addresses) => engine.relay_resolved(&key, addresses[0]),
                Err(Failure::Cancelled) => {}
                Err(failure) => engine.relay_unknown(failure.error_of("turn", "the TURN server")),
            }
            if first {
                engine.shared.outside().end();
            }
        });
    }

    fn relay_resolved(&self, key: &(String, u16), address: SocketAddr) {
        let waiting = self.nat.borrow_mut().relays.remove(key).unwrap_or_default();
        for account in waiting {
            if let (Some(slot), Some(nat)) = (self.account_slot(account), self.account_nat(account)) {
                self.pj.account_use_relay(slot, &self.config, &nat, address);
            }
        }
    }

    /// Its name leads nowhere; tried again, since accounts wait for it.
    fn relay_unknown(&self, error: Error) {
        {
            let mut work = self.nat.borrow_mut();
            let pause = RETRY.saturating_mul(1 << work.relay_failures.min(8)).min(RETRY_MAX);
            work.relay_failures += 1;
            work.relays_again = Some(Instant::now() + pause);
        }
        self.publish(Event::RelayFailed { call: None, error }, Urgency::Gather);
    }

    /// Looks up the relays that are not known, if it is time.
    pub(super) fn ask_for_relays(&self, now: Instant) {
        let wanted: Vec<(String, u16)> = {
            let mut work = self.nat.borrow_mut();
            if work.relays_again.is_none_or(|at| at > now) {
                return;
            }
            work.relays_again = None;
            work.relays.keys().cloned().collect()
        };
        for (host, port) in wanted {
            self.look_up_relay(host, port, false);
        }
    }

    /// The relay of an account to be added.
    pub(in crate::engine) fn relay_for(&self, nat: &AccountNat) -> Option<SocketAddr> {
        self.relay_of(pj::turn_of(&self.config.nat, nat)?)
    }

    /// An account was added before its relay's address was known.
    pub(in crate::engine) fn await_relay(&self, account: AccountId, nat: &AccountNat) {
        let Some((host, port)) = pj::turn_of(&self.config.nat, nat).and_then(TurnConfig::address) else {
            return;
        };
        if let Some(waiting) = self.nat.borrow_mut().relays.get_mut(&(host, port)) {
            waiting.push(account);
        }
    }

    /// Takes over what ICE reported.
    pub(crate) fn drain_nat(&self) {
        for NatReport { slot, call, what } in pj::take_nat_reports() {
            let Some(id) = call.or_else(|| self.call_in_slot(slot)) else {
                continue;
            };
            match what {
                NatNews::RelayFailed(status) => {
                    let server = self.relay_name(id);
                    self.relay_failed(id, relay_error(&server, status));
                }
                NatNews::Negotiated(status) => self.ice_ended(id, status),
                NatNews::KeepAliveFailed(status) => {
                    let why = format!("the way ICE had found is dead ({})", pj::strerror(status));
                    self.ice_changed(
                        id,
                        Some(Error::new(ErrorKind::Media, "ice", why).with_pj_status(status)),
                    );
                }
            }
        }
    }

    fn ice_ended(&self, id: CallId, status: i32) {
        let error = (status != 0).then(|| {
            Error::new(
                ErrorKind::Media,
                "ice",
                format!(
                    "no way to the peer was found ({}); a TURN server on either side helps where both are behind NAT",
                    pj::strerror(status)
                ),
            )
            .with_pj_status(status)
        });
        self.ice_changed(id, error);
    }

    fn ice_changed(&self, id: CallId, error: Option<Error>) {
        if let Some((call, info)) = self.refresh_media(id) {
            self.publish(Event::Ice { call, info, error }, Urgency::Gather);
        }
    }

    fn relay_name(&self, id: CallId) -> String {
        let account = self.calls.borrow().get("turn", id).ok().map(|e| e.info.account);
        account
            .and_then(|id| self.account_relay(id))
            .or_else(|| self.config.nat.turn.as_ref().map(|t| t.server.clone()))
            .unwrap_or_default()
    }

    /// Tells that a call has no relay, once.
    fn relay_failed(&self, id: CallId, error: Error) {
        let call = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("turn", id) else { return };
            if entry.relay.is_some() {
                return;
            }
            entry.relay = Some(error.clone());
            entry.call.clone()
        };
        let event = Event::RelayFailed {
            call: Some(call),
            error,
        };
        self.publish(event, Urgency::Gather);
    }
}

/// What kept a relay from being had.
fn relay_error(server: &str, status: i32) -> Error {
    let stun_code = pj::stun_code(status);
    let error = if let Some(refusal) = pj::relay_refusal(status) {
        Error::new(
            ErrorKind::Tls,
            "turn",
            format!("TLS with the TURN server {server}: {}", refusal.sentence()),
        )
        .with_tls(refusal)
    } else if let Some(code) = stun_code {
        match code {
            401 | 403 | 431 | 437 | 438 | 441 => Error::new(
                ErrorKind::Auth,
                "turn",
                format!("the TURN server {server} refused the credentials ({code}); check user, password and realm"),
            ),
            486 | 508 => Error::new(
                ErrorKind::LimitReached,
                "turn",
                format!(
                    "the TURN server {server} has no room for another relay ({code}); try later or raise its limits"
                ),
            ),
            _ => Error::new(
                ErrorKind::Transport,
                "turn",
                format!(
                    "the TURN server {server} refused a relay: {code} {}",
                    pj::strerror(status)
                ),
            ),
        }
    } else if pj::is_timeout(status) {
        Error::new(
            ErrorKind::Timeout,
            "turn",
            format!("the TURN server {server} did not answer in time; check address, port, transport and firewall"),
        )
    } else {
        Error::new(
            ErrorKind::Transport,
            "turn",
            format!(
                "cannot reach the TURN server {server}: {}; check address, port and transport",
                pj::strerror(status)
            ),
        )
    };
    error.with_pj_status(status)
}
