//! Delivery notifications (RFC 5438): what others say about our messages, and what we say about theirs.

use std::collections::{HashMap, VecDeque};

use super::Purpose;
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::message::{Asked, MessageOptions, MessageStatus, SentMessage, fresh_id};
use crate::presence::{Cpim, DeliveryStatus, Imdn, ImdnKind};
use crate::request::{Request, Response};
use crate::sip::uri;
use crate::{Result, call::Call};

/// How many messages of ours may wait for notifications.
const MOST: usize = 10_000;

struct Waiting {
    message: SentMessage,
    call: Option<Call>,
    told: Vec<MessageStatus>,
}

impl Drop for Waiting {
    /// Forgotten, or the engine ends.
    fn drop(&mut self) {
        self.message.end_of_news();
    }
}

/// Messages of ours that asked for notifications, by their id.
#[derive(Default)]
pub(super) struct Receipts {
    by_id: HashMap<String, Waiting>,
    order: VecDeque<String>,
}

impl Receipts {
    /// Nobody says when the last notification has come: the oldest is forgotten when there are too many.
    fn add(&mut self, id: &str, waiting: Waiting) -> Option<Waiting> {
        let full = self.order.len() >= MOST;
        let oldest = if full { self.order.pop_front() } else { None };
        self.order.push_back(id.to_owned());
        self.by_id.insert(id.to_owned(), waiting);
        oldest.and_then(|oldest| self.by_id.remove(&oldest))
    }
}

impl Engine {
    /// A message of ours is about to be sent.
    pub(super) fn receipts_expected(&self, message: &SentMessage, call: Option<&Call>) {
        if let Some(id) = message.message_id() {
            let waiting = Waiting {
                message: message.clone(),
                call: call.cloned(),
                told: Vec::new(),
            };
            let forgotten = self.messages.borrow_mut().receipts.add(id, waiting);
            // Whoever waits for it is told outside of the table.
            drop(forgotten);
        }
    }

    /// A notification came in. Whether it is about a message of ours.
    pub(super) fn receipt_received(&self, imdn: &Imdn) -> bool {
        let status = status_of(imdn.status);
        let (message, call) = {
            let receipts = &mut self.messages.borrow_mut().receipts;
            let Some(waiting) = receipts.by_id.get_mut(&imdn.message_id) else {
                return false;
            };
            // It may come twice, by two devices of the recipient.
            if waiting.told.contains(&status) {
                return true;
            }
            waiting.told.push(status);
            (waiting.message.clone(), waiting.call.clone())
        };
        message.keep_status(status);
        self.publish(
            Event::MessageStatus {
                message,
                call,
                status,
                response: None,
            },
            Urgency::Gather,
        );
        true
    }

    /// Tells the sender of a message what became of it.
    pub(crate) fn receipt_send(&self, op: &'static str, asked: &Asked, kind: ImdnKind) -> Result<()> {
        let status = match kind {
            ImdnKind::Display => DeliveryStatus::Displayed,
            _ => DeliveryStatus::Delivered,
        };
        let mut imdn = Imdn::new(&asked.message_id, kind, status)?.recipient(uri::bare(&asked.recipient));
        imdn.date_time = asked.date_time;
        imdn.original_recipient = asked.original_recipient.clone();
        let envelope = Cpim::new(Imdn::CONTENT_TYPE, imdn.to_xml())
            .from(uri::bare(&asked.recipient))
            .to(&asked.sender)
            .date_time(std::time::SystemTime::now())
            .message_id(fresh_id())
            .content_header("Content-Disposition", Imdn::CONTENT_DISPOSITION)?;
        let additions = MessageOptions::new(Cpim::CONTENT_TYPE, envelope.to_bytes()?).additions();
        let request = Request::new(&self.shared, "MESSAGE");
        let call = asked.call.filter(|id| self.calls.borrow().get(op, *id).is_ok());
        match call {
            Some(call) => self.call_request_for(op, call, request, &additions, Purpose::Receipt),
            None => self.request_send_for(
                op,
                asked.account,
                request,
                &asked.reply_to,
                &additions,
                Purpose::Receipt,
            ),
        }
    }

    pub(in crate::engine) fn receipt_answered(&self, response: &Response) {
        if let Some(error) = &response.error {
            tracing::debug!(target: "microsip", "a delivery notification failed: {error}");
        }
    }
}

fn status_of(status: DeliveryStatus) -> MessageStatus {
    match status {
        DeliveryStatus::Delivered => MessageStatus::Delivered,
        DeliveryStatus::Failed => MessageStatus::Undelivered,
        DeliveryStatus::Displayed => MessageStatus::Displayed,
        DeliveryStatus::Processed => MessageStatus::Processed,
        DeliveryStatus::Stored => MessageStatus::Stored,
        DeliveryStatus::Forbidden | DeliveryStatus::Error => MessageStatus::Unknown,
    }
}
