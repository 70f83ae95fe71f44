//! Conferences: every member is linked with every other.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{NodeId, Owner, Removal, Wish};
use crate::call::{Call, CallId};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::media::{Conference, ConferenceChange, ConferenceOptions, Gain, MemberOptions, OnLeave};
use crate::{Error, ErrorKind, Result};

/// One conference.
pub(super) struct Room {
    handle: Conference,
    options: ConferenceOptions,
    /// Calls, by number and so by age.
    calls: BTreeMap<NodeId, (Call, MemberOptions)>,
    /// Files and streams: whether they speak, whether they hear.
    nodes: BTreeMap<NodeId, (bool, bool)>,
}

impl Room {
    /// How loud `to` is to hear `from`; `None` for not at all.
    fn gain(&self, from: NodeId, to: NodeId) -> Option<Gain> {
        let gain = match (self.calls.get(&from), self.nodes.get(&from)) {
            (Some((_, member)), _) => (!member.muted).then_some(member.gain),
            (_, Some((speaks, _))) => speaks.then_some(Gain::UNITY),
            _ => None,
        };
        let hears = match (self.calls.get(&to), self.nodes.get(&to)) {
            (Some((_, member)), _) => !member.deaf,
            (_, Some((_, hears))) => *hears,
            _ => false,
        };
        gain.filter(|_| hears && from != to)
    }

    fn members(&self) -> Vec<NodeId> {
        self.calls.keys().chain(self.nodes.keys()).copied().collect()
    }
}

impl Engine {
    pub(crate) fn room_open(&self, handle: Conference, options: ConferenceOptions) {
        let room = Room {
            options,
            calls: BTreeMap::new(),
            nodes: BTreeMap::new(),
            handle: handle.clone(),
        };
        self.graph.borrow_mut().rooms.insert(handle.id(), room);
    }

    pub(crate) fn room_join(&self, op: &'static str, id: u64, call: &Call, options: MemberOptions) -> Result<()> {
        self.calls.borrow().get(op, call.id())?;
        self.room(op, id, |_| ())?;
        let node = call.id().0;
        let before = self.room_of(node);
        if let Some(before) = before.filter(|before| *before != id) {
            self.room_take(before, node);
        }
        let told = self.room(op, id, |room| {
            room.calls.insert(node, (call.clone(), options));
            room.handle.clone()
        })?;
        self.room_link(id, node);
        if before != Some(id) {
            self.tell_room(told, ConferenceChange::Joined(call.clone()));
        }
        Ok(())
    }

    pub(crate) fn room_leave(&self, op: &'static str, id: u64, call: CallId) -> Result<()> {
        if !self.room(op, id, |room| room.calls.contains_key(&call.0))? {
            return Err(not_there(op, call));
        }
        self.room_take(id, call.0);
        Ok(())
    }

    pub(crate) fn room_split(&self, op: &'static str, id: u64, new: Conference, calls: &[Call]) -> Result<()> {
        let (options, missing) = self.room(op, id, |room| {
            let missing = calls.iter().find(|call| !room.calls.contains_key(&call.id().0));
            (room.options, missing.map(Call::id))
        })?;
        if let Some(missing) = missing {
            return Err(not_there(op, missing));
        }
        let new_id = new.id();
        self.room_open(new, options);
        for call in calls {
            let member = self.room(op, id, |room| room.calls.get(&call.id().0).map(|m| m.1))?;
            self.room_join(op, new_id, call, member.unwrap_or_default())?;
        }
        Ok(())
    }

    pub(crate) fn room_merge(&self, op: &'static str, id: u64, other: u64) -> Result<()> {
        self.room(op, id, |_| ())?;
        let (calls, nodes) = self.room(op, other, |room| (room.calls.clone(), room.nodes.clone()))?;
        for (call, member) in calls.into_values() {
            self.room_join(op, id, &call, member)?;
        }
        for (node, ends) in nodes {
            self.room_take(other, node);
            {
                let mut graph = self.graph.borrow_mut();
                if let Some(node) = graph.nodes.get_mut(&node) {
                    node.owner = Owner::Conference(id);
                }
            }
            self.room(op, id, |room| room.nodes.insert(node, ends))?;
            self.room_link(id, node);
        }
        self.room_close(other);
        Ok(())
    }

    pub(crate) fn room_calls(&self, op: &'static str, id: u64) -> Result<Vec<Call>> {
        self.room(op, id, |room| {
            room.calls.values().map(|(call, _)| call.clone()).collect()
        })
    }

    pub(crate) fn room_close(&self, id: u64) {
        let Ok((members, handle)) = self.room("close conference", id, |room| (room.members(), room.handle.clone()))
        else {
            return;
        };
        for member in members {
            self.room_take(id, member);
            self.node_remove(member, Removal::OwnerGone);
        }
        self.graph.borrow_mut().rooms.remove(&id);
        self.tell_room(handle, ConferenceChange::Closed);
    }

    /// A file or stream of a conference is there.
    pub(super) fn room_add_node(&self, op: &'static str, id: u64, node: NodeId, ends: (bool, bool)) -> Result<()> {
        self.room(op, id, |room| room.nodes.insert(node, ends))?;
        self.room_link(id, node);
        Ok(())
    }

    /// It is gone; its links went with it.
    pub(super) fn room_forget_node(&self, id: u64, node: NodeId) {
        if let Some(room) = self.graph.borrow_mut().rooms.get_mut(&id) {
            room.nodes.remove(&node);
        }
    }

    /// A call is over; its links went with it.
    pub(super) fn room_forget_call(&self, call: CallId) {
        let Some(id) = self.room_of(call.0) else { return };
        self.room_take(id, call.0);
        self.room_thin(id);
    }

    /// Whether there is such a conference.
    pub(super) fn room_exists(&self, op: &'static str, id: u64) -> Result<()> {
        self.room(op, id, |_| ())
    }

    fn room<T>(&self, op: &'static str, id: u64, read: impl FnOnce(&mut Room) -> T) -> Result<T> {
        let mut graph = self.graph.borrow_mut();
        graph.rooms.get_mut(&id).map(read).ok_or_else(|| Conference::gone(op))
    }

    fn room_of(&self, node: NodeId) -> Option<u64> {
        let graph = self.graph.borrow();
        let mut rooms = graph.rooms.iter();
        rooms
            .find(|(_, room)| room.calls.contains_key(&node))
            .map(|(id, _)| *id)
    }

    /// Links a member with all others, as its options say.
    fn room_link(&self, id: u64, member: NodeId) {
        let Ok(pairs) = self.room("conference", id, |room| {
            let others = room.members().into_iter().filter(|other| *other != member);
            let both = others.flat_map(|other| [(member, other), (other, member)]);
            both.map(|(from, to)| (from, to, room.gain(from, to)))
                .collect::<Vec<_>>()
        }) else {
            return;
        };
        for (from, to, gain) in pairs {
            {
                let mut graph = self.graph.borrow_mut();
                match gain {
                    Some(gain) => graph.want(from, to, gain, Wish::Conference),
                    None => drop(graph.unwant(from, to, Wish::Conference)),
                }
            }
            self.sync_link(from, to);
        }
        self.update_clock();
    }

    /// Takes a member out, with its links.
    fn room_take(&self, id: u64, member: NodeId) {
        let Ok((others, call, handle)) = self.room("conference", id, |room| {
            let call = room.calls.remove(&member).map(|(call, _)| call);
            room.nodes.remove(&member);
            (room.members(), call, room.handle.clone())
        }) else {
            return;
        };
        for other in others {
            for (from, to) in [(member, other), (other, member)] {
                let had = self.graph.borrow_mut().unwant(from, to, Wish::Conference);
                if had {
                    self.sync_link(from, to);
                }
            }
        }
        self.update_clock();
        if let Some(call) = call {
            self.tell_room(handle, ConferenceChange::Left(call));
        }
    }

    /// A call has ended: ends others if that is wanted. Not in place, since this may be the callback of an end.
    fn room_thin(&self, id: u64) {
        let Ok((options, calls)) = self.room("conference", id, |room| {
            (room.options, room.calls.keys().map(|c| CallId(*c)).collect::<Vec<_>>())
        }) else {
            return;
        };
        let end = match options.on_leave {
            OnLeave::Stay => false,
            OnLeave::EndLast => calls.len() == 1,
            OnLeave::EndAll => true,
        };
        if !end {
            return;
        }
        for call in calls {
            self.later(Duration::ZERO, move |engine| {
                // Ended meanwhile is as good.
                drop(engine.call_hang_up("conference", call, &Default::default()));
            });
        }
    }

    fn tell_room(&self, conference: Conference, change: ConferenceChange) {
        self.publish(Event::Conference { conference, change }, Urgency::Now);
    }
}

fn not_there(op: &'static str, call: CallId) -> Error {
    Error::new(
        ErrorKind::WrongState,
        op,
        format!("call {call} does not take part in this conference"),
    )
}
