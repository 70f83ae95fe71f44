//! Calls on the engine's side: the table, and what is asked of it. One file per topic beside it.

mod answer;
mod codecs;
mod dtmf;
mod end;
mod hold;
mod incoming;
mod make;
mod offer;
mod policy;
mod quality;
mod referral;
mod replaces;
mod report;
mod state;
mod transfer;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

pub(crate) use quality::{MediaWishes, StreamSettings};
pub(super) use transfer::Transfers;

use super::Engine;
use crate::call::{Call, CallEnd, CallId, CallInfo, DtmfOptions};
use crate::media::{CodecChoice, Gain};
use crate::sip::{Digit, Headers, Key};
use crate::{Error, ErrorKind, Result};

pub(super) struct Entry {
    pub(super) call: Call,
    /// PJSUA's index; recycled by PJSUA after the call, so never shown.
    pub(super) slot: i32,
    pub(super) info: CallInfo,
    /// The bridge port of the call's audio while it runs.
    pub(super) bridge_port: Option<i32>,
    /// How loud it is in the bridge: what comes from the peer, and what goes to it.
    gain: (Gain, Gain),
    /// Why media was refused last, and whether the call ends for it.
    pub(super) trouble: Option<(Error, bool)>,
    /// How many more contacts of 3xx answers may be tried.
    redirects: u32,
    /// Which codecs it uses, as far as it was told.
    codecs: CodecChoice,
    /// What the application added to the last answer.
    answer_headers: Headers,
    /// Keys of ours that wait to be pressed, and whether the first of them has its time.
    keys: VecDeque<(Key, DtmfOptions)>,
    dialling: bool,
    /// How long it may be up, when told for this call.
    hang_up_after: Option<Duration>,
    /// Another call has taken its place.
    replaced: bool,
    /// How many REFERs its peer has sent.
    referrals: u32,
    /// A digit the peer is holding, and for how many milliseconds so far.
    dtmf: Option<(Digit, u32)>,
    /// Requests that change the session, and hold.
    session: offer::Session,
    /// Why we are ending it, when it is not the application that does.
    abort: Option<CallEnd>,
    /// Why it has no relay.
    pub(super) relay: Option<Error>,
    /// What its streams are like.
    quality: quality::CallQuality,
}

impl Entry {
    fn new(call: Call, slot: i32, info: CallInfo) -> Entry {
        Entry {
            call,
            slot,
            info,
            bridge_port: None,
            gain: (Gain::UNITY, Gain::UNITY),
            trouble: None,
            redirects: 0,
            codecs: CodecChoice::default(),
            answer_headers: Headers::new(),
            keys: VecDeque::new(),
            dialling: false,
            hang_up_after: None,
            replaced: false,
            referrals: 0,
            dtmf: None,
            session: offer::Session::default(),
            abort: None,
            relay: None,
            quality: quality::CallQuality::default(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<CallId, Entry>,
    by_slot: HashMap<i32, CallId>,
    /// The call being made: PJSUA reports on it before it has told its index.
    making: Option<Entry>,
}

impl Table {
    pub(super) fn get(&self, op: &'static str, id: CallId) -> Result<&Entry> {
        self.by_id.get(&id).ok_or_else(|| gone(op, id))
    }

    pub(super) fn get_mut(&mut self, op: &'static str, id: CallId) -> Result<&mut Entry> {
        self.by_id.get_mut(&id).ok_or_else(|| gone(op, id))
    }

    /// The entry of `slot`; binds the call being made to it if the slot is not known yet.
    pub(super) fn at_slot(&mut self, slot: i32) -> Option<&mut Entry> {
        if !self.by_slot.contains_key(&slot) {
            let mut entry = self.making.take()?;
            entry.slot = slot;
            self.insert(entry);
        }
        self.by_id.get_mut(self.by_slot.get(&slot)?)
    }

    /// The call that uses a slot.
    pub(super) fn id_at(&self, slot: i32) -> Option<CallId> {
        self.by_slot.get(&slot).copied()
    }

    fn call_at(&self, slot: i32) -> Option<Call> {
        self.by_id.get(&self.id_at(slot)?).map(|e| e.call.clone())
    }

    fn insert(&mut self, entry: Entry) {
        crate::pj::name_slot(entry.slot, entry.call.id());
        self.by_slot.insert(entry.slot, entry.call.id());
        self.by_id.insert(entry.call.id(), entry);
    }

    fn remove(&mut self, id: CallId) -> Option<Entry> {
        let entry = self.by_id.remove(&id)?;
        self.by_slot.remove(&entry.slot);
        crate::pj::forget_slot(entry.slot);
        Some(entry)
    }

    /// The call with this `Call-ID`; for an INVITE, the one being made, which has none yet.
    pub(super) fn by_sip_call_id(&self, call_id: &str, method: &str) -> Option<Call> {
        let known = self.by_id.values().find(|e| *e.info.sip_call_id == *call_id);
        // Its place in PJSUA may be known already (its SDP was made), and its Call-ID not yet.
        let nameless = || self.by_id.values().rev().find(|e| e.info.sip_call_id.is_empty());
        let making = self.making.as_ref().or_else(nameless).filter(|_| method == "INVITE");
        known.or(making).map(|e| e.call.clone())
    }

    fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_id.values()
    }
}

fn gone(op: &'static str, id: CallId) -> Error {
    Error::new(ErrorKind::Gone, op, format!("call {id} has ended"))
}

impl Engine {
    pub(super) fn calls_are_full(&self) -> bool {
        self.calls.borrow().len() >= self.config.limits.calls as usize
    }

    fn limit_reached(&self, op: &'static str) -> Error {
        let max = self.config.limits.calls;
        Error::new(
            ErrorKind::LimitReached,
            op,
            format!("limits.calls of {max} is reached; raise it in EndpointConfig or end a call"),
        )
    }

    /// The call in a slot, for reports that came before it was named.
    pub(super) fn call_in_slot(&self, slot: i32) -> Option<CallId> {
        self.calls.borrow().by_slot.get(&slot).copied()
    }

    pub(crate) fn call_list(&self) -> Vec<Call> {
        self.calls.borrow().entries().map(|e| e.call.clone()).collect()
    }
}

fn no_audio(op: &'static str, id: CallId) -> Error {
    Error::new(ErrorKind::WrongState, op, format!("call {id} has no running audio"))
}
