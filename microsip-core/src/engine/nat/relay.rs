//! Relays by name, and what ICE reports of calls.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::{insist, spawn};
use crate::account::{AccountId, AccountNat};
use crate::call::CallId;
use crate::endpoint::TurnConfig;
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::{self, NatNews, NatReport};
use crate::{Error, ErrorKind, Result, nat};

/// Relays by `host:port`.
pub(super) type Relays = HashMap<String, Relay>;

pub(super) enum Relay {
    /// It is looked up, for these accounts.
    Asked(Vec<AccountId>),
    Known(SocketAddr),
}

impl Engine {
    /// The address of a relay, if it is known by now; otherwise it is looked up.
    pub(super) fn relay_of(&self, turn: &TurnConfig) -> Option<SocketAddr> {
        let (host, port) = turn.address()?;
        if let Ok(ip) = host.parse() {
            return Some(SocketAddr::new(ip, port));
        }
        let key = format!("{host}:{port}");
        match self.nat.borrow().relays.get(&key) {
            Some(Relay::Known(address)) => return Some(*address),
            Some(Relay::Asked(_)) => return None,
            None => {}
        }
        self.nat
            .borrow_mut()
            .relays
            .insert(key.clone(), Relay::Asked(Vec::new()));
        self.shared.outside().begin();
        let shared = self.shared.clone();
        let failed = key.clone();
        let asked = spawn("microsip-turn", move || {
            let found = nat::resolve("turn", "TURN server", &host, port).map(|all| all[0]);
            insist(&shared, move |engine| engine.relay_resolved(&key, found.clone()));
        });
        if !asked {
            let error = Error::new(ErrorKind::Internal, "turn", "cannot start a thread");
            self.relay_resolved(&failed, Err(error));
        }
        None
    }

    fn relay_resolved(&self, key: &str, found: Result<SocketAddr>) {
        let waiting = match self.nat.borrow_mut().relays.remove(key) {
            Some(Relay::Asked(waiting)) => waiting,
            _ => Vec::new(),
        };
        match found {
            Ok(address) => {
                self.nat
                    .borrow_mut()
                    .relays
                    .insert(key.to_owned(), Relay::Known(address));
                for account in waiting {
                    if let (Some(slot), Some(nat)) = (self.account_slot(account), self.account_nat(account)) {
                        self.pj.account_use_relay(slot, &self.config, &nat, address);
                    }
                }
            }
            // Asked again with the next account; those that wait go without.
            Err(error) => self.publish(Event::RelayFailed { call: None, error }, Urgency::Gather),
        }
        self.shared.outside().end();
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
        if let Some(Relay::Asked(waiting)) = self.nat.borrow_mut().relays.get_mut(&format!("{host}:{port}")) {
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
