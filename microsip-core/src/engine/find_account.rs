//! Whom an incoming request is for.
//!
//! PJSUA gives each account points, and the domain of To weighs more than the user of the Request-URI: a call that was
//! forwarded from another user of the same domain reaches that user's account. Here the Request-URI decides, as it does for
//! a registrar; To and the sender's address only choose between accounts the Request-URI cannot tell apart.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::Engine;
use super::accounts::Entry;
use crate::account::AccountId;
use crate::sip::{Transport, uri};

/// What a request says about whom it is for. Hosts are in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Addressed {
    /// User of the Request-URI, unescaped.
    pub(crate) user: String,
    pub(crate) host: String,
    /// 0 when none is given.
    pub(crate) port: u16,
    /// The Request-URI's parameter `line`, as we put it into a Contact.
    pub(crate) line: Option<String>,
    pub(crate) to_user: String,
    pub(crate) to_host: String,
    pub(crate) source: Option<SocketAddr>,
    pub(crate) transport: Transport,
}

/// The parts of an address of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) user: String,
    pub(super) host: String,
    pub(super) port: u16,
}

impl Address {
    pub(super) fn of(aor: &str) -> Address {
        let host_port = uri::host_port(aor);
        let (host, port) = match host_port.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, port.parse().unwrap_or(0)),
            _ => (host_port.as_str(), 0),
        };
        Address {
            user: user(aor),
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
        }
    }
}

/// The user of a SIP URI, unescaped; empty if it has none.
fn user(aor: &str) -> String {
    let bare = uri::bare(aor);
    let rest = bare.split_once(':').map_or(bare, |(_, rest)| rest);
    let Some((user, _)) = rest.rsplit_once('@') else {
        return String::new();
    };
    let user = user.split(':').next().unwrap_or_default();
    let mut bytes = Vec::with_capacity(user.len());
    let mut rest = user.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match after {
            [a, b, ..] if *first == b'%' => hex(*a).zip(hex(*b)).map(|(a, b)| a * 16 + b),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

/// Accounts by what requests name.
#[derive(Default)]
pub(super) struct Index {
    /// By user in lower case, oldest first.
    users: HashMap<String, Vec<AccountId>>,
    lines: HashMap<String, AccountId>,
}

impl Index {
    /// Whether another account has this user, so that a Contact with it alone does not tell them apart.
    pub(super) fn is_taken(&self, user: &str) -> bool {
        self.users.contains_key(&user.to_lowercase())
    }

    pub(super) fn insert(&mut self, id: AccountId, user: &str, line: Option<&str>) {
        self.users.entry(user.to_lowercase()).or_default().push(id);
        if let Some(line) = line {
            self.lines.insert(line.to_owned(), id);
        }
    }

    pub(super) fn remove(&mut self, id: AccountId, user: &str, line: Option<&str>) {
        let user = user.to_lowercase();
        if let Some(list) = self.users.get_mut(&user) {
            list.retain(|other| *other != id);
            if list.is_empty() {
                self.users.remove(&user);
            }
        }
        if let Some(line) = line {
            self.lines.remove(line);
        }
    }

    fn of_user(&self, user: &str) -> &[AccountId] {
        self.users.get(&user.to_lowercase()).map_or(&[], Vec::as_slice)
    }
}

impl Engine {
    /// PJSUA's index of the account a request is for; `None` when there is no account at all.
    pub(crate) fn account_for(&self, request: &Addressed) -> Option<i32> {
        let table = self.accounts.borrow();
        if let Some(line) = &request.line
            && let Some(entry) = table.index.lines.get(line).and_then(|id| table.entry(*id))
        {
            return Some(entry.slot);
        }
        let entries = |ids: &[AccountId]| -> Vec<&Entry> { ids.iter().filter_map(|id| table.entry(*id)).collect() };
        let mut found = entries(table.index.of_user(&request.user));
        // Users differ by case (RFC 3261 §19.1.4); where nobody fits exactly, somebody has mistyped it.
        if found.iter().any(|e| e.address.user == request.user) {
            found.retain(|e| e.address.user == request.user);
        }
        if found.is_empty() {
            found = entries(table.index.of_user(&request.to_user));
            found.retain(|e| e.address.host == request.to_host);
        }
        if found.is_empty() {
            // A number behind a trunk, for instance: whoever is at home where it comes from.
            found = table
                .entries()
                .filter(|e| {
                    e.registrar_addr.is_some() && e.registrar_addr == request.source
                        || e.address.host == request.to_host
                        || e.address.host == request.host && e.address.port == request.port
                })
                .collect();
        }
        if found.is_empty() {
            found = entries(table.index.of_user(&request.to_user));
        }
        if found.is_empty() {
            return table.entries().next().map(|e| e.slot);
        }
        // `max_by_key` takes the last of equals: the oldest.
        found.into_iter().rev().max_by_key(|e| rank(e, request)).map(|e| e.slot)
    }
}

/// How well an account fits, for those the Request-URI's user cannot tell apart; better is greater.
fn rank(entry: &Entry, request: &Addressed) -> impl Ord + use<> {
    let at_home = entry.address.host == request.host;
    (
        at_home && entry.address.port == request.port,
        at_home,
        entry.registrar_addr.is_some() && entry.registrar_addr == request.source,
        // Its registrar would have sent the line, which is in its Contact.
        at_home || entry.line.is_none() || entry.config.registrar.is_none(),
        entry.address.host == request.to_host && entry.address.user == request.to_user,
        entry.address.host == request.to_host,
        entry.config.transport == request.transport,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let a = Address::of("\"A\" <sip:a%20b:pw@Example.ORG:5070;transport=tcp>");
        assert_eq!((&*a.user, &*a.host, a.port), ("a b", "example.org", 5070));
        let b = Address::of("sip:[2001:DB8::1]");
        assert_eq!((&*b.user, &*b.host, b.port), ("", "2001:db8::1", 0));
        let c = Address::of("sip:x%4g%@h");
        assert_eq!(&*c.user, "x%4g%");
    }
}
