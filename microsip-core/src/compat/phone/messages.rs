//! Text messages (reference section 9.1).

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use serde_json::json;

use super::dial::unix;
use super::setup;
use super::worker::{Reply, Worker};
use crate::compat::contacts::user_part;
use crate::compat::history::MessageRecord;
use crate::sip::uri;
use crate::{Error, ErrorKind, MessageStatus, ReceivedMessage, Response, Result, SentMessage, Transport};

/// A message that waits for its final answer.
pub(super) struct Sent {
    message: SentMessage,
    reply: Reply,
    /// Its place in the history, once it is written there.
    id: Arc<OnceLock<i64>>,
}

impl Worker {
    /// Sends a text; the answer comes when the other side, or a server on the way, has taken or refused it.
    pub(super) fn send_message(&mut self, to: &str, text: &str, reply: Reply) {
        match self.try_message(to, text) {
            Ok((message, id)) => drop(self.sent.insert(message.id(), Sent { message, reply, id })),
            Err(e) => reply(Err(e)),
        }
    }

    fn try_message(&self, to: &str, text: &str) -> Result<(SentMessage, Arc<OnceLock<i64>>)> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::invalid("message", "the text is empty"));
        }
        if self.loaded.settings.disable_messaging {
            return Err(Error::new(
                ErrorKind::WrongState,
                "message",
                "messages are off; set disableMessaging=0",
            ));
        }
        let dialled = self.numbers.resolve_as_is(&super::dial::plain(to)?)?;
        let (account, settings) = self.line_of(&dialled)?;
        let target = dialled.request_uri(settings.map_or(Transport::Udp, |a| setup::transport(a.transport)));
        let sent = account.send_message(&target, text)?;
        let record = MessageRecord::new(true, self.history_number(&dialled), unix(SystemTime::now()), text);
        Ok((sent, self.record_message(record)))
    }

    pub(super) fn message_status(&mut self, message: &SentMessage, status: MessageStatus, response: Option<&Response>) {
        if !matches!(status, MessageStatus::Accepted | MessageStatus::Failed) {
            return;
        }
        if let Some(sent) = self.sent.remove(&message.id()) {
            self.message_over(sent, status == MessageStatus::Accepted, response);
        }
    }

    fn message_over(&self, sent: Sent, accepted: bool, response: Option<&Response>) {
        let code = response.map_or(0, |response| response.code.code());
        self.message_delivered(sent.id, code);
        if accepted {
            let answer = json!({ "message": sent.message.id(), "status": "accepted", "code": code });
            return (sent.reply)(Ok(answer));
        }
        let why = match response {
            None => "no answer came".to_owned(),
            Some(Response { error: Some(error), .. }) => error.message().to_owned(),
            Some(response) => format!("{code} {}", response.reason),
        };
        let what = format!("the message was not delivered: {why}");
        (sent.reply)(Err(Error::new(ErrorKind::Sip, "message", what)));
    }

    /// Events were lost: answers that came meanwhile are looked for.
    pub(super) fn look_at_messages(&mut self) {
        let over = |sent: &Sent| Some((sent.message.id(), sent.message.response()?));
        let over: Vec<_> = self.sent.values().filter_map(over).collect();
        for (id, response) in over {
            if let Some(sent) = self.sent.remove(&id) {
                self.message_over(sent, response.code.is_success(), Some(&response));
            }
        }
    }

    /// The endpoint goes, and with it the answers.
    pub(super) fn give_up_messages(&mut self) {
        for (_, sent) in self.sent.drain() {
            let what = "the settings changed while the message was under way; it is not known whether it arrived";
            (sent.reply)(Err(Error::new(ErrorKind::Sip, "message", what)));
        }
    }

    pub(super) fn message_received(&mut self, message: &ReceivedMessage) {
        let Some(text) = message.text() else { return };
        let (user, host) = (uri::user(message.from()), uri::host_port(message.from()));
        // An account's server may show itself by its address.
        let by_address = self.loaded.active().is_some() && host.parse::<std::net::Ipv4Addr>().is_ok();
        let number = match by_address && !user.is_empty() {
            true => user.to_owned(),
            false => self.number_of(message.from()),
        };
        let name = self.contacts.caller_name(&user_part(user), &self.numbers);
        let name = name
            .or_else(|| message.display().map(str::to_owned))
            .unwrap_or_default();
        let record = MessageRecord::new(false, number, unix(message.received_at()), text).name(name);
        drop(self.record_message(record));
    }
}
