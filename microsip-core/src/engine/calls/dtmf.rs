//! Digits of a call, both ways.

use std::time::Duration;

use super::no_audio;
use crate::Result;
use crate::call::CallId;
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::DtmfStep;
use crate::sip::{Digit, DtmfMethod};

impl Engine {
    pub(crate) fn call_send_dtmf(&self, op: &'static str, id: CallId, digits: &[Digit], ms: u32) -> Result<()> {
        let slot = {
            let table = self.calls.borrow();
            let entry = table.get(op, id)?;
            if entry.bridge_port.is_none() {
                return Err(no_audio(op, id));
            }
            entry.slot
        };
        let text: String = digits.iter().map(|d| d.as_char()).collect();
        // RTP events are sent by the bridge's clock; each digit is followed by a pause of about its own length.
        self.need_clock(Duration::from_millis(u64::from(ms) * 2) * digits.len() as u32);
        self.pj.call_send_dtmf(op, slot, &text, ms)
    }

    /// A digit began, went on or ended. Published when it ended, or when the next one began without an end.
    fn call_dtmf(&self, id: CallId, digit: Digit, ms: u32, step: DtmfStep) {
        let pending = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("dtmf", id) else { return };
            match step {
                DtmfStep::Begin => entry.dtmf.replace((digit, ms)),
                DtmfStep::Update => {
                    entry.dtmf = Some((digit, ms));
                    None
                }
                DtmfStep::End => {
                    entry.dtmf = Some((digit, ms));
                    entry.dtmf.take()
                }
            }
        };
        if let Some((digit, ms)) = pending {
            self.publish_digit(id, digit, ms);
        }
    }

    /// Takes over what the media thread has heard.
    pub(crate) fn drain_digits(&self) {
        for heard in crate::pj::take_digits() {
            self.call_dtmf(heard.call, heard.digit, heard.ms, heard.step);
        }
    }

    pub(super) fn flush_digit(&self, id: CallId) {
        let pending = self
            .calls
            .borrow_mut()
            .get_mut("dtmf", id)
            .ok()
            .and_then(|e| e.dtmf.take());
        if let Some((digit, ms)) = pending {
            self.publish_digit(id, digit, ms);
        }
    }

    fn publish_digit(&self, id: CallId, digit: Digit, ms: u32) {
        let Ok(call) = self.calls.borrow().get("dtmf", id).map(|e| e.call.clone()) else {
            return;
        };
        let duration = Some(Duration::from_millis(u64::from(ms)));
        self.publish(
            Event::Dtmf {
                call,
                digit,
                method: DtmfMethod::RtpEvent,
                duration,
            },
            Urgency::Now,
        );
    }
}
