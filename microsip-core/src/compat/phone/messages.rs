//! Text messages (reference section 9.1).

use std::time::SystemTime;

use serde_json::json;

use super::arrive::is_own;
use super::dial::unix;
use super::setup;
use super::worker::{Reply, Worker};
use crate::compat::contacts::user_part;
use crate::compat::history::MessageRecord;
use crate::sip::uri;
use crate::{Error, ErrorKind, MessageStatus, ReceivedMessage, Response, Result, SentMessage, Transport};

impl Worker {
    /// Sends a text; the answer comes when the other side, or a server on the way, has taken or refused it.
    pub(super) fn send_message(&mut self, to: &str, text: &str, reply: Reply) {
        match self.try_message(to, text) {
            Ok((sent, id)) => drop(self.sent.insert(sent.id(), (reply, id))),
            Err(e) => reply(Err(e)),
        }
    }

    fn try_message(&self, to: &str, text: &str) -> Result<(SentMessage, Option<i64>)> {
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
        let record = MessageRecord::new(true, dialled.user(), unix(SystemTime::now()), text);
        Ok((sent, self.record_message(record)))
    }

    pub(super) fn message_status(&mut self, message: &SentMessage, status: MessageStatus, response: Option<&Response>) {
        if !matches!(status, MessageStatus::Accepted | MessageStatus::Failed) {
            return;
        }
        let Some((reply, id)) = self.sent.remove(&message.id()) else {
            return;
        };
        let code = response.map_or(0, |response| response.code.code());
        if let Some(id) = id {
            self.message_delivered(id, code);
        }
        let why = || {
            response.map_or_else(
                || "no answer came".to_owned(),
                |r| match &r.error {
                    Some(error) => error.message().to_owned(),
                    None => format!("{code} {}", r.reason),
                },
            )
        };
        reply(match status {
            MessageStatus::Accepted => Ok(json!({ "message": message.id(), "status": status.name(), "code": code })),
            _ => Err(Error::new(
                ErrorKind::Sip,
                "message",
                format!("the message was not delivered: {}", why()),
            )),
        });
    }

    pub(super) fn message_received(&mut self, message: &ReceivedMessage) {
        let Some(text) = message.text() else { return };
        let own = self.loaded.active().map(|(_, a)| a.domain.as_str()).unwrap_or_default();
        let (user, host) = (uri::user(message.from()), uri::host_port(message.from()));
        let by_address = host.parse::<std::net::Ipv4Addr>().is_ok();
        let number = match user {
            "" => host,
            user if by_address || is_own(&host, own) => user.to_owned(),
            user => format!("{user}@{host}"),
        };
        let name = self.contacts.caller_name(&user_part(user), &self.numbers);
        let name = name
            .or_else(|| message.display().map(str::to_owned))
            .unwrap_or_default();
        let record = MessageRecord::new(false, number, unix(message.received_at()), text).name(name);
        self.record_message(record);
    }
}
