//! Digits of a call, both ways.

use std::sync::Arc;
use std::time::Duration;

use super::{Entry, no_audio};
use crate::call::{CallId, DtmfOptions};
use crate::engine::Engine;
use crate::engine::alarms::Alarm;
use crate::engine::outbox::Urgency;
use crate::engine::requests::Purpose;
use crate::event::Event;
use crate::media::Tone;
use crate::pj::DtmfStep;
use crate::request::{Request, RequestOptions};
use crate::sip::{Digit, DtmfMethod, Key, Message, StatusCode, read_info};
use crate::{Error, ErrorKind, Result};

/// Keys that may wait in a call's queue.
const MAX_KEYS: usize = 256;

impl Engine {
    /// Queues digits and pauses.
    pub(crate) fn call_send_dtmf(
        &self,
        op: &'static str,
        id: CallId,
        keys: &[Key],
        options: DtmfOptions,
    ) -> Result<()> {
        let method = {
            let table = self.calls.borrow();
            let entry = table.get(op, id)?;
            if entry.keys.len() + keys.len() > MAX_KEYS {
                return Err(Error::new(
                    ErrorKind::LimitReached,
                    op,
                    format!(
                        "{} digits wait and at most {MAX_KEYS} may; send the rest later",
                        entry.keys.len()
                    ),
                ));
            }
            self.dtmf_method(op, entry, options.method)?
        };
        let options = DtmfOptions { method, ..options };
        let idle = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            entry.keys.extend(keys.iter().map(|key| (*key, options)));
            !std::mem::replace(&mut entry.dialling, true)
        };
        self.story_asked(id, || format!("{} digits by {}", keys.len(), method.name()));
        if idle {
            self.press_next(id);
        }
        Ok(())
    }

    /// The way that serves this call.
    fn dtmf_method(&self, op: &'static str, entry: &Entry, wanted: DtmfMethod) -> Result<DtmfMethod> {
        let info = matches!(wanted, DtmfMethod::Info | DtmfMethod::InfoPlain);
        if info {
            return Ok(wanted);
        }
        if entry.bridge_port.is_none() {
            return Err(no_audio(op, entry.call.id()));
        }
        let events = self.pj.takes_rtp_events(entry.slot);
        match wanted {
            DtmfMethod::RtpEvent if !events => Err(Error::new(
                ErrorKind::Unsupported,
                op,
                "the peer did not agree to telephone-event; it takes no digits as RTP events",
            )),
            DtmfMethod::Auto if events => Ok(DtmfMethod::RtpEvent),
            DtmfMethod::Auto => {
                let codec = entry
                    .info
                    .media
                    .iter()
                    .find(|m| m.active)
                    .and_then(|m| m.codec.as_ref());
                let clear = codec.is_some_and(|c| c.carries_tones());
                Ok(if clear { DtmfMethod::InBand } else { DtmfMethod::Info })
            }
            _ => Ok(wanted),
        }
    }

    /// Presses the next key of a call, whose time has come.
    pub(in crate::engine) fn press_next(&self, id: CallId) {
        let next = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("dtmf", id) else { return };
            let next = entry.keys.pop_front();
            entry.dialling = next.is_some();
            next
        };
        let Some((key, options)) = next else { return };
        let busy = match key {
            Key::Pause => options.pause,
            Key::Digit(digit) => {
                self.press(id, digit, options);
                options.duration + options.gap
            }
        };
        self.alarm_set(id, busy, Alarm::Key);
    }

    fn press(&self, id: CallId, digit: Digit, options: DtmfOptions) {
        const OP: &str = "dtmf";
        let ms = options.duration.as_millis() as u32;
        let Ok((slot, call)) = self.calls.borrow().get(OP, id).map(|e| (e.slot, e.call.clone())) else {
            return;
        };
        let sent = match options.method {
            DtmfMethod::InBand => {
                // Both tones are far below half of it.
                const RATE: u32 = 8000;
                let tone = Tone::keys(&[digit], options.duration, options.gap);
                self.tone_add(OP, id, RATE, &tone)
            }
            DtmfMethod::Info => self.press_by_info(
                id,
                digit,
                "application/dtmf-relay",
                format!("Signal={digit}\r\nDuration={ms}\r\n"),
            ),
            DtmfMethod::InfoPlain => self.press_by_info(id, digit, "application/dtmf", digit.to_string()),
            DtmfMethod::RtpEvent | DtmfMethod::Auto => {
                // RTP events are sent by the bridge's clock.
                self.need_clock(options.duration * 2 + options.gap);
                self.pj.call_send_dtmf(OP, slot, &digit.to_string(), ms)
            }
        };
        if let Err(error) = sent {
            self.publish(Event::DtmfFailed { call, digit, error }, Urgency::Gather);
        }
    }

    fn press_by_info(&self, id: CallId, digit: Digit, content_type: &str, body: String) -> Result<()> {
        const OP: &str = "dtmf";
        let additions = RequestOptions::new().body(content_type, body).additions(OP)?;
        let request = Request::new(&self.shared, "INFO");
        self.call_request_for(OP, id, request, &additions, Purpose::Digit(digit))
    }

    /// INFO came in: how to answer it.
    pub(crate) fn call_info_received(&self, slot: i32, message: Message) -> StatusCode {
        let Some(call) = self.calls.borrow().call_at(slot) else {
            return StatusCode::OK;
        };
        if message.headers().contains("Info-Package") {
            // We have announced none (RFC 6086 §4.2.2).
            return StatusCode::BAD_INFO_PACKAGE;
        }
        if message.body().is_empty() {
            return StatusCode::OK;
        }
        if !matches!(
            message.content_type().as_str(),
            "application/dtmf-relay" | "application/dtmf"
        ) {
            let message = Arc::new(message);
            self.publish(Event::Info { call, message }, Urgency::Now);
            return StatusCode::OK;
        }
        let Some((digit, ms)) = read_info(&String::from_utf8_lossy(message.body())) else {
            return StatusCode::BAD_REQUEST;
        };
        let method = if message.content_type() == "application/dtmf" {
            DtmfMethod::InfoPlain
        } else {
            DtmfMethod::Info
        };
        let duration = ms.map(|ms| Duration::from_millis(u64::from(ms)));
        call.keep_digit(digit);
        self.publish(
            Event::Dtmf {
                call,
                digit,
                method,
                duration,
            },
            Urgency::Now,
        );
        StatusCode::OK
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

    /// A key was heard in the audio.
    pub(in crate::engine) fn call_heard_key(&self, id: CallId, digit: Digit, ms: u32) {
        self.publish_key(id, digit, DtmfMethod::InBand, ms);
    }

    fn publish_digit(&self, id: CallId, digit: Digit, ms: u32) {
        self.publish_key(id, digit, DtmfMethod::RtpEvent, ms);
    }

    fn publish_key(&self, id: CallId, digit: Digit, method: DtmfMethod, ms: u32) {
        let Ok(call) = self.calls.borrow().get("dtmf", id).map(|e| e.call.clone()) else {
            return;
        };
        let duration = Some(Duration::from_millis(u64::from(ms)));
        call.keep_digit(digit);
        self.publish(
            Event::Dtmf {
                call,
                digit,
                method,
                duration,
            },
            Urgency::Now,
        );
    }
}
