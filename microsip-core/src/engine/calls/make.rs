//! Calls we make.

use super::Entry;
use crate::account::AccountId;
use crate::call::{Call, CallId, CallInfo};
use crate::engine::Engine;
use crate::event::Direction;
use crate::sip::{Transport, uri};
use crate::{ErrorKind, Result};

impl Engine {
    pub(crate) fn call_make(&self, op: &'static str, account: AccountId, target: &str) -> Result<Call> {
        let (account_slot, target, secure) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, account)?;
            // With a proxy its URI decides the transport; the target's stays as given.
            let target = if entry.has_proxy {
                target.to_owned()
            } else {
                uri::with_transport(target, entry.transport)
            };
            let secure = entry.transport == Transport::Tls || uri::is_secure(&target);
            (entry.slot, target, secure)
        };
        if self.calls_are_full() {
            return Err(self.limit_reached(op));
        }
        let mut info = CallInfo::begun(CallId(self.shared.next_id()), account, Direction::Outgoing);
        info.remote_uri = target.as_str().into();
        let (id, call) = (info.id, Call::new(self.shared.clone(), info.clone()));
        self.calls.borrow_mut().making = Some(Entry {
            call: call.clone(),
            slot: -1,
            info,
            bridge_port: None,
            secure,
            dtmf: None,
        });
        // Whatever happens below, a panic included, the bus is set free again and nothing is left half made.
        let held = self.hold(id);
        let made = self.pj.call_make(op, account_slot, &target);
        let mut table = self.calls.borrow_mut();
        let unbound = table.making.take();
        match made {
            Ok(slot) => {
                // No callback came: bind it here.
                if let Some(mut entry) = unbound {
                    entry.slot = slot;
                    table.insert(entry);
                }
                let count = table.len();
                drop(table);
                self.note_calls(count);
                held.publish();
                Ok(call)
            }
            Err(e) => {
                table.remove(id);
                drop(table);
                drop(held);
                Err(if e.kind() == ErrorKind::LimitReached {
                    self.limit_reached(op)
                } else {
                    e
                })
            }
        }
    }

    /// Making a call came to nothing.
    pub(in crate::engine) fn forget_making(&self) {
        self.calls.borrow_mut().making = None;
    }
}
