//! The network changes: noticing it, and telling registrars and peers where we are now.
//!
//! What counts is the address from which packets to our registrars and peers leave. Whenever the system reports that
//! interfaces, addresses or routes changed, these are looked at again, once it has been quiet for a moment. PJSUA has a
//! procedure of its own (`pjsua_handle_ip_change`); it waits for the registrar's answer before it tells the peers, renews
//! the old Contact first, closes and reopens listeners, and hangs up calls that ring.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::outbox::Urgency;
use super::{Engine, netlink};
use crate::account::{AccountId, RegistrationState};
use crate::call::{CallId, CallState};
use crate::dns::Question;
use crate::event::{Event, NetworkChange, NetworkStep};
use crate::{ErrorKind, Result};

/// A change is looked at when nothing more was reported for this long…
const QUIET: Duration = Duration::from_millis(100);
/// …or this long after its first report.
const PATIENCE: Duration = Duration::from_millis(500);
/// Registrars and peers that have not answered by then do not count.
const DEADLINE: Duration = Duration::from_secs(10);
/// A re-INVITE that cannot be sent yet is tried again after this.
const AGAIN: Duration = Duration::from_millis(250);
/// The most remote hosts watched.
const MOST: usize = 4096;

/// Where no packet goes, to ask for the default routes (RFC 5737, RFC 3849).
const ANYWHERE: [IpAddr; 2] = [
    IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];

#[derive(Default)]
pub(super) struct Network {
    watching: Cell<bool>,
    /// From where packets to a host leave, as of the last look; `None`: they do not.
    sources: RefCell<BTreeMap<IpAddr, Option<IpAddr>>>,
    /// The interface of each of our addresses in use.
    interfaces: RefCell<BTreeMap<IpAddr, u32>>,
    /// When to look, and when the change was first reported.
    look: Cell<Option<(Instant, Instant)>>,
    /// Addresses in use that stopped working since the last look, be they back or not.
    stopped: RefCell<BTreeSet<IpAddr>>,
    /// [`NetworkStep::Lost`] was told.
    lost: Cell<bool>,
    moving: RefCell<Option<Moving>>,
    /// Calls that rang all the while, to be told when they are answered.
    late: RefCell<BTreeSet<CallId>>,
    late_due: Cell<Option<Instant>>,
    /// Until when unanswered requests do not end calls.
    lenient: Cell<Option<Instant>>,
}

struct Moving {
    since: Instant,
    change: NetworkChange,
    /// Registrars that have not answered.
    accounts: BTreeSet<AccountId>,
    /// Calls to be told, and whether the re-INVITE has been sent.
    calls: BTreeMap<CallId, bool>,
    next: Instant,
}

impl Engine {
    /// Begins to watch, if that is wanted.
    pub(super) fn watch_network(&self) {
        if !self.config.watches_network() {
            return;
        }
        match self.pj.watch_network() {
            Ok(()) => {
                self.network.watching.set(true);
                for remote in ANYWHERE {
                    self.note_remote(remote);
                }
            }
            // Asked for by default only: nothing is lost that was promised.
            Err(e) if e.kind() == ErrorKind::Unsupported => tracing::debug!(target: "microsip", "{e}"),
            Err(e) => tracing::warn!(target: "microsip", "network changes will not be noticed: {e}"),
        }
    }

    /// A registrar or peer we speak with: from where packets to it leave is watched.
    pub(super) fn note_peer(&self, event: &Event) {
        if !self.network.watching.get() {
            return;
        }
        let uri = match event {
            Event::Registration { account, .. } => self.registration_uri(account.id()),
            Event::CallState { info, .. } if info.state == CallState::Confirmed => {
                Some(info.remote_contact.to_string())
            }
            _ => None,
        };
        let Some(uri) = uri.filter(|uri| !uri.is_empty()) else {
            return;
        };
        let question = Question::of_uri(&uri, self.families());
        for target in self.known_targets(&question).unwrap_or_default() {
            self.note_remote(target.address.ip());
        }
    }

    /// A notifier has answered: it is somebody we are to be reached by.
    pub(super) fn note_notifier(&self, source: Option<std::net::SocketAddr>) {
        if let Some(source) = source.filter(|_| self.network.watching.get()) {
            self.note_remote(source.ip());
        }
    }

    fn registration_uri(&self, id: AccountId) -> Option<String> {
        let slot = self.accounts.borrow().get("", id).ok()?.slot;
        self.pj.registration_target(slot)
    }

    fn note_remote(&self, remote: IpAddr) {
        let known = {
            let sources = self.network.sources.borrow();
            sources.contains_key(&remote) || sources.len() >= MOST
        };
        if known || !self.families().has(remote) {
            return;
        }
        let source = self.pj.source_towards(remote);
        self.network.sources.borrow_mut().insert(remote, source);
        self.note_interfaces();
    }

    /// Which interfaces carry the addresses in use.
    fn note_interfaces(&self) {
        let used: BTreeSet<IpAddr> = self.network.sources.borrow().values().copied().flatten().collect();
        let known = self
            .network
            .interfaces
            .borrow()
            .keys()
            .copied()
            .collect::<BTreeSet<_>>()
            == used;
        if !known {
            let all = crate::pj::local_addresses();
            let of_used = all
                .into_iter()
                .filter(|(_, ip)| used.contains(ip))
                .map(|(i, ip)| (ip, i));
            *self.network.interfaces.borrow_mut() = of_used.collect();
        }
    }

    /// This machine's address, where no default route tells: the one from which we speak with a registrar or peer.
    pub(crate) fn host_address(&self, v6: bool) -> Option<IpAddr> {
        let sources = self.network.sources.borrow();
        if sources.get(&ANYWHERE[usize::from(v6)]).copied().flatten().is_some() {
            return None;
        }
        let mut all = sources.values().copied().flatten();
        all.find(|ip| ip.is_ipv6() == v6 && !ip.is_loopback())
    }

    /// The system reports a change.
    pub(crate) fn network_stirred(&self, datagram: &[u8]) {
        let stopped = netlink::read(datagram);
        {
            let interfaces = self.network.interfaces.borrow();
            let mut all = self.network.stopped.borrow_mut();
            for (ip, index) in interfaces.iter() {
                if stopped.interfaces.contains(index) || stopped.addresses.contains(ip) {
                    all.insert(*ip);
                }
            }
        }
        let now = Instant::now();
        let first = self.network.look.get().map_or(now, |(_, first)| first);
        self.network
            .look
            .set(Some(((now + QUIET).min(first + PATIENCE), first)));
    }

    /// When the engine has to wake for the network's sake.
    pub(super) fn network_due(&self) -> Option<Instant> {
        if self.shared.is_closing() {
            return None;
        }
        let moving = self.network.moving.borrow().as_ref().map(|m| m.next);
        let look = self.network.look.get().map(|(at, _)| at);
        [look, moving, self.network.late_due.get(), self.network.lenient.get()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Does what is due.
    pub(super) fn tick_network(&self) {
        let Some(due) = self.network_due() else { return };
        let now = Instant::now();
        if due > now {
            return;
        }
        if self.network.lenient.get().is_some_and(|until| until <= now) {
            self.network.lenient.set(None);
            self.pj.timeouts_end_calls(true);
        }
        if self.network.look.get().is_some_and(|(at, _)| at <= now) {
            self.network.look.set(None);
            self.look_at_network();
        }
        let moving = self.network.moving.borrow().as_ref().is_some_and(|m| m.next <= now);
        if moving {
            self.go_on_moving();
        }
        if self.network.late_due.get().is_some_and(|at| at <= now) {
            self.tell_late_ones();
        }
    }

    /// Tells the peers of calls that were answered long after the change.
    fn tell_late_ones(&self) {
        let late = self.network.late.borrow().clone();
        let mut again = None;
        for id in late {
            match self.tell_peer(id) {
                Ok(false) if self.call_is_up(id) => again = Some(Instant::now() + AGAIN),
                Ok(false) => {}
                Ok(true) | Err(_) => drop(self.network.late.borrow_mut().remove(&id)),
            }
        }
        self.network.late_due.set(again);
    }

    fn call_is_up(&self, id: CallId) -> bool {
        let table = self.calls.borrow();
        table.get("", id).is_ok_and(|e| e.info.state == CallState::Confirmed)
    }

    /// Compares from where packets leave now with what it was.
    fn look_at_network(&self) {
        let before = self.network.sources.borrow().clone();
        let now: BTreeMap<IpAddr, Option<IpAddr>> = before
            .keys()
            .map(|remote| (*remote, self.pj.source_towards(*remote)))
            .collect();
        let stopped = std::mem::take(&mut *self.network.stopped.borrow_mut());
        let (mut lost, mut gained, mut cut_off) = (BTreeSet::new(), BTreeSet::new(), false);
        for (remote, old) in &before {
            let new = now.get(remote).copied().flatten();
            let interrupted = old.is_some_and(|ip| stopped.contains(&ip));
            if *old == new && !interrupted {
                continue;
            }
            lost.extend(*old);
            gained.extend(new);
            cut_off |= old.is_some() && new.is_none();
        }
        // A remote that was out of reach before and still is says nothing.
        if lost.is_empty() && gained.is_empty() {
            return;
        }
        // What is still in use elsewhere, untouched, is not lost.
        let kept: BTreeSet<IpAddr> = now
            .values()
            .copied()
            .flatten()
            .filter(|ip| !gained.contains(ip))
            .collect();
        lost.retain(|ip| !kept.contains(ip));
        *self.network.sources.borrow_mut() = now;
        let list = |set: &BTreeSet<IpAddr>| set.iter().copied().collect::<Vec<_>>();
        if gained.is_empty() {
            if cut_off && !self.network.lost.replace(true) {
                let change = NetworkChange::new(NetworkStep::Lost, list(&lost), Vec::new());
                tracing::info!(target: "microsip", lost = ?change.lost, "the network is gone");
                self.lenient_for_a_while();
                self.publish(Event::NetworkChanged(Arc::new(change)), Urgency::Now);
            }
            return;
        }
        self.note_interfaces();
        self.network.lost.set(false);
        self.begin_moving(list(&lost), list(&gained));
    }

    /// The application says that the network changed.
    pub(crate) fn network_changed(&self) {
        let remotes: Vec<IpAddr> = self.network.sources.borrow().keys().copied().chain(ANYWHERE).collect();
        let mut gained = BTreeSet::new();
        for remote in remotes {
            if self.families().has(remote) {
                let source = self.pj.source_towards(remote);
                gained.extend(source);
                self.network.sources.borrow_mut().insert(remote, source);
            }
        }
        self.note_interfaces();
        self.network.look.set(None);
        self.network.lost.set(false);
        self.begin_moving(Vec::new(), gained.into_iter().collect());
    }

    /// Requests sent from an address that is gone are never answered; that must not end calls.
    fn lenient_for_a_while(&self) {
        self.pj.timeouts_end_calls(false);
        let until = Instant::now() + self.config.transaction_timeout + Duration::from_secs(1);
        self.network.lenient.set(Some(until));
    }

    fn begin_moving(&self, lost: Vec<IpAddr>, gained: Vec<IpAddr>) {
        const OP: &str = "network change";
        tracing::info!(target: "microsip", ?lost, ?gained, "the network changed: registering and telling peers anew");
        self.lenient_for_a_while();
        self.forget_names();
        // The default route's address, else the first one that leads anywhere.
        for anywhere in ANYWHERE {
            let sources = self.network.sources.borrow();
            let of_family = |ip: &&IpAddr| ip.is_ipv4() == anywhere.is_ipv4() && !ip.is_loopback();
            let host = sources
                .get(&anywhere)
                .copied()
                .flatten()
                .or_else(|| gained.iter().find(of_family).copied());
            drop(sources);
            if let Some(host) = host {
                self.pj.transports_moved(host);
            }
        }
        self.pj.shut_connections();
        let accounts = self.registering_accounts();
        let calls: BTreeMap<CallId, bool> = {
            let table = self.calls.borrow();
            table.entries().map(|e| (e.call.id(), false)).collect()
        };
        let mut change = NetworkChange::new(NetworkStep::Changed, lost, gained);
        (change.accounts, change.calls) = (accounts.len(), calls.len());
        let now = Instant::now();
        *self.network.moving.borrow_mut() = Some(Moving {
            since: now,
            change: change.clone(),
            accounts: accounts.iter().map(|(id, _)| *id).collect(),
            calls,
            next: now,
        });
        self.publish(Event::NetworkChanged(Arc::new(change)), Urgency::Now);
        let later = self.nat_moved();
        for (id, slot) in accounts.into_iter().filter(|_| !later) {
            if let Err(e) = self.pj.account_moved(OP, slot) {
                tracing::warn!(target: "microsip", "{e}");
                self.account_has_moved(id, false);
            }
        }
        self.events_moved();
        self.publications_moved();
        self.go_on_moving();
    }

    pub(in crate::engine) fn registering_accounts(&self) -> Vec<(AccountId, i32)> {
        let table = self.accounts.borrow();
        let wanted = |state| {
            matches!(
                state,
                RegistrationState::Registered | RegistrationState::Registering | RegistrationState::Failed
            )
        };
        let all = table.entries().filter(|e| wanted(e.account.registration().state));
        all.map(|e| (e.account.id(), e.slot)).collect()
    }

    /// Sends re-INVITEs that could not be sent before; ends the change when everybody has answered.
    fn go_on_moving(&self) {
        let waiting: Vec<CallId> = {
            let moving = self.network.moving.borrow();
            let Some(moving) = &*moving else { return };
            moving
                .calls
                .iter()
                .filter(|(_, sent)| !**sent)
                .map(|(id, _)| *id)
                .collect()
        };
        for id in waiting {
            let sent = self.tell_peer(id);
            if let Some(moving) = &mut *self.network.moving.borrow_mut() {
                match sent {
                    Ok(true) => drop(moving.calls.insert(id, true)),
                    Ok(false) => {}
                    Err(e) => {
                        tracing::warn!(target: "microsip", call = %id, "{e}");
                        moving.calls.remove(&id);
                    }
                }
            }
        }
        let finished = {
            let mut moving = self.network.moving.borrow_mut();
            let Some(m) = &mut *moving else { return };
            let now = Instant::now();
            let late = now >= m.since + DEADLINE;
            // Calls that ring are told when they are answered, however long that takes; nobody waits for it.
            let unsent = m.calls.values().any(|sent| !sent);
            if late || (m.accounts.is_empty() && m.calls.is_empty()) {
                let unsent = m.calls.iter().filter(|(_, sent)| !**sent).map(|(id, _)| *id);
                self.network.late.borrow_mut().extend(unsent);
                m.change.step = NetworkStep::Finished;
                m.change.took = m.since.elapsed();
                moving.take().map(|m| m.change)
            } else {
                m.next = if unsent {
                    (now + AGAIN).min(m.since + DEADLINE)
                } else {
                    m.since + DEADLINE
                };
                None
            }
        };
        if let Some(change) = finished {
            tracing::info!(target: "microsip", ?change, "the network change is dealt with");
            self.publish(Event::NetworkChanged(Arc::new(change)), Urgency::Gather);
        }
    }

    /// Sends the re-INVITE; `false` if it has to wait.
    fn tell_peer(&self, id: CallId) -> Result<bool> {
        const OP: &str = "network change";
        let (slot, state) = {
            let table = self.calls.borrow();
            let entry = table.get(OP, id)?;
            (entry.slot, entry.info.state)
        };
        if state != CallState::Confirmed {
            return Ok(false);
        }
        match self.pj.call_moved(OP, slot) {
            Ok(()) => Ok(true),
            // Another offer is being answered.
            Err(e)
                if matches!(
                    e.kind(),
                    ErrorKind::WrongState | ErrorKind::Busy | ErrorKind::InvalidArgument
                ) =>
            {
                Ok(false)
            }
            Err(e) => Err(e),
        }
    }

    /// Something happened that may be an answer.
    pub(super) fn note_moved(&self, event: &Event) {
        match event {
            Event::Registration { account, info } => {
                // A failure without a code is a connection that was lost, which is what begins here.
                let failed = info.state == RegistrationState::Failed && info.code.is_some();
                if failed || info.state == RegistrationState::Registered {
                    self.account_has_moved(account.id(), info.state == RegistrationState::Registered);
                }
            }
            Event::CallMedia { call, .. } => self.call_has_moved(call.id(), true),
            Event::CallState { call, info } if info.state == CallState::Disconnected => {
                self.network.late.borrow_mut().remove(&call.id());
                self.call_has_moved(call.id(), false);
            }
            Event::CallState { call, info } if info.state == CallState::Confirmed => {
                if self.network.late.borrow().contains(&call.id()) {
                    self.network.late_due.set(Some(Instant::now()));
                }
                if let Some(moving) = &mut *self.network.moving.borrow_mut()
                    && moving.calls.contains_key(&call.id())
                {
                    moving.next = Instant::now();
                }
            }
            _ => {}
        }
    }

    fn account_has_moved(&self, id: AccountId, registered: bool) {
        if let Some(moving) = &mut *self.network.moving.borrow_mut()
            && moving.accounts.remove(&id)
        {
            moving.change.registered += usize::from(registered);
            moving.next = Instant::now();
        }
    }

    fn call_has_moved(&self, id: CallId, agreed: bool) {
        if let Some(moving) = &mut *self.network.moving.borrow_mut()
            && (!agreed || moving.calls.get(&id) == Some(&true))
            && moving.calls.remove(&id).is_some()
        {
            moving.change.moved += usize::from(agreed);
            moving.next = Instant::now();
        }
    }
}

impl NetworkChange {
    fn new(step: NetworkStep, lost: Vec<IpAddr>, gained: Vec<IpAddr>) -> Self {
        NetworkChange {
            step,
            lost,
            gained,
            accounts: 0,
            registered: 0,
            calls: 0,
            moved: 0,
            took: Duration::ZERO,
        }
    }
}
