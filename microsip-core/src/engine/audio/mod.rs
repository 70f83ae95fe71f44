//! The bridge as a graph: nodes (calls, and ports of ours), links that are wanted between them, and which of those the
//! bridge has made. Ports of calls come and go with every re-INVITE; the links are made anew each time.

mod clock;
mod conference;
mod devices;
mod taps;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use clock::Clock;
pub(crate) use devices::Table as Devices;

use super::Engine;
use crate::call::CallId;
use crate::media::{Gain, Tap};
use crate::pj::{PortEnd, SILENCE_PORT};
use crate::{Error, ErrorKind, Result};

/// A node's number; calls have their own, everything is counted by one counter.
pub(crate) type NodeId = u64;

/// Why a node left the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// It said that it was through.
    AtEnd,
    /// Somebody asked for it.
    Stopped,
    /// What it belonged to is gone.
    OwnerGone,
    /// The endpoint closes; there are no events any more.
    Closed,
}

/// Told once, on the engine's thread, when the node is out of the graph.
pub(crate) type OnRemoved = Box<dyn FnOnce(&Engine, Removal) + Send>;

/// What a node belongs to: it goes when that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A call: sources speak to its peer, sinks hear what the tap says.
    Call(CallId, Tap),
    /// A conference: all its calls hear a source; a sink hears all of them, and what is played to them.
    Conference(u64),
    /// Nothing; links are made by hand.
    Nobody,
}

/// A node to be.
pub(crate) struct NewNode {
    pub(crate) id: NodeId,
    /// Samples per second; the bridge's own without one.
    pub(crate) rate: Option<u32>,
    pub(crate) end: PortEnd,
    pub(crate) owner: Owner,
    pub(crate) on_removed: OnRemoved,
}

struct Node {
    port: i32,
    speaks: bool,
    hears: bool,
    owner: Owner,
    on_removed: OnRemoved,
}

/// The audio of a call while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CallPort {
    port: i32,
    /// Whether what it hears goes out.
    sends: bool,
}

/// Who wants a link; it lasts as long as anybody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The node is attached to a call.
    Owner,
    /// Both take part in a conference.
    Conference,
    /// The application connected the two.
    User,
}

struct Link {
    gain: Gain,
    wishes: Vec<Wish>,
}

#[derive(Default)]
pub(crate) struct Graph {
    nodes: BTreeMap<NodeId, Node>,
    calls: BTreeMap<CallId, CallPort>,
    links: BTreeMap<(NodeId, NodeId), Link>,
    /// The same, as (to, from).
    incoming: BTreeSet<(NodeId, NodeId)>,
    /// What the bridge has made, by nodes; those to taps are copies of links to their calls.
    made: BTreeMap<(NodeId, NodeId), Gain>,
    /// Sinks that hear what a call sends, by call.
    taps: BTreeMap<CallId, Vec<NodeId>>,
    /// Links between nodes that are no calls.
    free_links: usize,
    rooms: BTreeMap<u64, conference::Room>,
}

impl Graph {
    fn port(&self, id: NodeId) -> Option<i32> {
        let call = || self.calls.get(&CallId(id)).map(|c| c.port);
        self.nodes.get(&id).map(|n| n.port).or_else(call)
    }

    fn out_of(&self, id: NodeId) -> Vec<NodeId> {
        self.links
            .range((id, 0)..=(id, NodeId::MAX))
            .map(|((_, to), _)| *to)
            .collect()
    }

    fn heard_by(&self, id: NodeId) -> Vec<NodeId> {
        self.incoming
            .range((id, 0)..=(id, NodeId::MAX))
            .map(|(_, from)| *from)
            .collect()
    }

    /// Notes a link; whether it is new.
    fn want(&mut self, from: NodeId, to: NodeId, gain: Gain, wish: Wish) {
        let link = self.links.entry((from, to)).or_insert_with(|| {
            self.incoming.insert((to, from));
            self.free_links += usize::from(self.nodes.contains_key(&from) && self.nodes.contains_key(&to));
            Link {
                gain,
                wishes: Vec::new(),
            }
        });
        link.gain = gain;
        if !link.wishes.contains(&wish) {
            link.wishes.push(wish);
        }
    }

    /// Takes a wish back; whether there was one.
    fn unwant(&mut self, from: NodeId, to: NodeId, wish: Wish) -> bool {
        let Some(link) = self.links.get_mut(&(from, to)) else {
            return false;
        };
        let before = link.wishes.len();
        link.wishes.retain(|w| *w != wish);
        let had = link.wishes.len() < before;
        if link.wishes.is_empty() {
            self.drop_link(from, to);
        }
        had
    }

    fn drop_link(&mut self, from: NodeId, to: NodeId) {
        if self.links.remove(&(from, to)).is_some() {
            self.incoming.remove(&(to, from));
            self.free_links -= usize::from(self.nodes.contains_key(&from) && self.nodes.contains_key(&to));
        }
    }

    /// The gain with which the bridge is to carry `from` to `to`; `None` for not at all.
    fn desired(&self, from: NodeId, to: NodeId, muted: impl Fn(CallId) -> bool) -> Option<Gain> {
        let own = self.links.get(&(from, to)).map(|l| l.gain);
        own.or_else(|| self.tapped(from, to, muted))
    }
}

impl Engine {
    /// Puts a node into the graph, linked to its owner.
    pub(crate) fn node_add(&self, op: &'static str, new: NewNode) -> Result<()> {
        // Nothing is attached to what has ended.
        match new.owner {
            Owner::Call(call, _) => drop(self.calls.borrow().get(op, call)?),
            Owner::Conference(id) => self.room_exists(op, id)?,
            Owner::Nobody => {}
        }
        let (speaks, hears) = (new.end.speaks(), new.end.hears());
        let port = self.pj.add_port(op, new.rate, new.end)?;
        {
            let mut graph = self.graph.borrow_mut();
            let node = Node {
                port,
                speaks,
                hears,
                owner: new.owner,
                on_removed: new.on_removed,
            };
            graph.nodes.insert(new.id, node);
            if let Owner::Call(call, tap) = new.owner {
                if speaks {
                    graph.want(new.id, call.0, Gain::UNITY, Wish::Owner);
                }
                if hears && tap.hears_peer() {
                    graph.want(call.0, new.id, Gain::UNITY, Wish::Owner);
                }
                if hears && tap.hears_us() {
                    graph.taps.entry(call).or_default().push(new.id);
                }
            }
        }
        if let Owner::Conference(id) = new.owner {
            self.room_add_node(op, id, new.id, (speaks, hears))?;
        }
        self.sync_node(new.id);
        self.update_clock();
        Ok(())
    }

    /// Takes a node out of the graph, if it is still there.
    pub(crate) fn node_remove(&self, node_id: NodeId, why: Removal) {
        let node = self.graph.borrow_mut().forget_node(node_id);
        let Some(node) = node else { return };
        self.pj.remove_port(node.port);
        if let Owner::Conference(id) = node.owner {
            self.room_forget_node(id, node_id);
        }
        (node.on_removed)(self, why);
        self.update_clock();
    }

    /// Lets `to` hear `from`; again to change the gain.
    pub(crate) fn link(&self, op: &'static str, from: NodeId, to: NodeId, gain: Gain, wish: Wish) -> Result<()> {
        let speaks = self.node_can(op, from, |n| n.speaks)?;
        let hears = self.node_can(op, to, |n| n.hears)?;
        if !speaks || !hears {
            return Err(Error::invalid(
                op,
                if speaks {
                    "the second of the two cannot hear: it is a source"
                } else {
                    "the first of the two cannot be heard: it is a sink"
                },
            ));
        }
        if from == to {
            return Err(Error::invalid(op, "nothing can hear itself over the bridge"));
        }
        self.graph.borrow_mut().want(from, to, gain, wish);
        self.sync_link(from, to);
        self.update_clock();
        Ok(())
    }

    /// Takes such a link back; others that want the two connected keep it.
    pub(crate) fn unlink(&self, op: &'static str, from: NodeId, to: NodeId, wish: Wish) -> Result<()> {
        self.node_can(op, from, |_| true)?;
        self.node_can(op, to, |_| true)?;
        if self.graph.borrow_mut().unwant(from, to, wish) {
            self.sync_link(from, to);
            self.update_clock();
        }
        Ok(())
    }

    fn node_can(&self, op: &'static str, id: NodeId, can: impl Fn(&Node) -> bool) -> Result<bool> {
        if let Some(node) = self.graph.borrow().nodes.get(&id) {
            return Ok(can(node));
        }
        if self.calls.borrow().get(op, CallId(id)).is_ok() {
            return Ok(true);
        }
        Err(Error::new(
            ErrorKind::Gone,
            op,
            "the call, file or stream behind the handle has ended",
        ))
    }

    /// A call's audio runs: makes its links.
    pub(super) fn call_audio_runs(&self, call: CallId, port: i32, sends: bool) {
        let before = self.graph.borrow_mut().calls.insert(call, CallPort { port, sends });
        if before.is_some_and(|before| before.port != port) {
            self.graph.borrow_mut().forget_made(call.0);
        }
        if self.config.send_silence && before.is_none_or(|before| before.port != port) {
            self.pj.connect(SILENCE_PORT, port, Gain::UNITY);
        }
        self.connect_devices(call);
        self.sync_node(call.0);
    }

    /// It does not run any more; the bridge has dropped its port.
    pub(super) fn call_audio_stopped(&self, call: CallId) {
        {
            let mut graph = self.graph.borrow_mut();
            graph.calls.remove(&call);
            graph.forget_made(call.0);
        }
        self.sync_taps(call);
    }

    /// The call is over: what belongs to it goes, its links too.
    pub(super) fn call_left_bridge(&self, call: CallId) {
        self.devices_forget_call(call);
        self.room_forget_call(call);
        let owned: Vec<NodeId> = {
            let mut graph = self.graph.borrow_mut();
            graph.calls.remove(&call);
            graph.forget_links(call.0);
            let owned = graph.nodes.iter();
            owned
                .filter(|(_, n)| matches!(n.owner, Owner::Call(of, _) if of == call))
                .map(|(id, _)| *id)
                .collect()
        };
        for id in owned {
            self.node_remove(id, Removal::OwnerGone);
        }
    }

    /// PJSUA is gone, and every port with it.
    pub(super) fn forget_graph(&self) {
        let graph = std::mem::take(&mut *self.graph.borrow_mut());
        for node in graph.nodes.into_values() {
            (node.on_removed)(self, Removal::Closed);
        }
    }

    /// Makes the bridge carry what is wanted between two nodes, and to the taps of the second.
    fn sync_link(&self, from: NodeId, to: NodeId) {
        self.sync(from, to);
        let taps = self.graph.borrow().taps.get(&CallId(to)).cloned().unwrap_or_default();
        for tap in taps {
            self.sync(from, tap);
        }
    }

    /// The same for all links of a node.
    fn sync_node(&self, id: NodeId) {
        let (to, from) = {
            let graph = self.graph.borrow();
            (graph.out_of(id), graph.heard_by(id))
        };
        to.into_iter().for_each(|to| self.sync_link(id, to));
        from.into_iter().for_each(|from| self.sync_link(from, id));
        let owner = self.graph.borrow().nodes.get(&id).map(|n| n.owner);
        if let Some(Owner::Call(call, tap)) = owner
            && tap.hears_us()
        {
            self.sync_taps(call);
        }
    }

    fn sync(&self, from: NodeId, to: NodeId) {
        let mut graph = self.graph.borrow_mut();
        let (Some(from_port), Some(to_port)) = (graph.port(from), graph.port(to)) else {
            return;
        };
        let muted = |call| self.calls.borrow().get("tap", call).is_ok_and(|e| e.info.muted);
        match (graph.desired(from, to, muted), graph.made.get(&(from, to)).copied()) {
            (Some(gain), None) => {
                self.freshen(&graph, from, from_port);
                self.pj.connect(from_port, to_port, gain);
                graph.made.insert((from, to), gain);
            }
            (None, Some(_)) => {
                self.pj.disconnect(from_port, to_port);
                graph.made.remove(&(from, to));
            }
            (Some(gain), Some(before)) if gain != before => {
                self.pj.set_link_gain(from_port, to_port, gain);
                graph.made.insert((from, to), gain);
            }
            _ => {}
        }
    }
}

impl Engine {
    /// The first listener of a call is to hear what is said now.
    fn freshen(&self, graph: &Graph, from: NodeId, port: i32) {
        let first = graph.made.range((from, 0)..=(from, NodeId::MAX)).next().is_none();
        if !first || !graph.calls.contains_key(&CallId(from)) {
            return;
        }
        if let Ok(entry) = self.calls.borrow().get("listen", CallId(from)) {
            self.pj.drop_backlog(entry.slot, port);
        }
    }
}

impl Graph {
    /// The bridge has dropped the node's port, and every connection of it.
    fn forget_made(&mut self, id: NodeId) {
        self.made.retain(|(from, to), _| *from != id && *to != id);
    }

    fn forget_links(&mut self, id: NodeId) {
        for to in self.out_of(id) {
            self.drop_link(id, to);
        }
        for from in self.heard_by(id) {
            self.drop_link(from, id);
        }
        self.forget_made(id);
    }

    fn forget_node(&mut self, id: NodeId) -> Option<Node> {
        if !self.nodes.contains_key(&id) {
            return None;
        }
        self.forget_links(id);
        let node = self.nodes.remove(&id)?;
        if let Owner::Call(call, _) = node.owner
            && let Some(taps) = self.taps.get_mut(&call)
        {
            taps.retain(|tap| *tap != id);
            if taps.is_empty() {
                self.taps.remove(&call);
            }
        }
        Some(node)
    }
}
