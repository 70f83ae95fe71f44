//! What became of a message: `message/imdn+xml` (RFC 5438 §11).

use std::fmt;
use std::time::SystemTime;

use super::{date, xml};
use crate::{Error, Result};

const NS: &str = "urn:ietf:params:xml:ns:imdn";
const OP: &str = "read delivery notification";

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImdnKind {
    /// Whether the message reached the recipient's device (RFC 5438 §7.2.1.1).
    Delivery,
    /// What a server on the way did with it (§7.2.1.2).
    Processing,
    /// Whether it was shown to the recipient (§7.2.1.3).
    Display,
}

impl ImdnKind {
    /// Stable lower-case name, as it appears in JSON: `"delivery"`, `"processing"`, `"display"`.
    pub fn name(self) -> &'static str {
        match self {
            ImdnKind::Delivery => "delivery",
            ImdnKind::Processing => "processing",
            ImdnKind::Display => "display",
        }
    }

    fn element(self) -> &'static str {
        match self {
            ImdnKind::Delivery => "delivery-notification",
            ImdnKind::Processing => "processing-notification",
            ImdnKind::Display => "display-notification",
        }
    }

    const ALL: [ImdnKind; 3] = [ImdnKind::Delivery, ImdnKind::Processing, ImdnKind::Display];
}

/// What happened to the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryStatus {
    /// It reached the recipient's device ([`ImdnKind::Delivery`]).
    Delivered,
    /// It did not, and will not ([`ImdnKind::Delivery`]).
    Failed,
    /// A server took it ([`ImdnKind::Processing`]).
    Processed,
    /// A server keeps it until the recipient is there ([`ImdnKind::Processing`]).
    Stored,
    /// It was shown ([`ImdnKind::Display`]).
    Displayed,
    /// The recipient does not allow such notifications.
    Forbidden,
    /// What became of it cannot be said.
    Error,
}

impl DeliveryStatus {
    const ALL: [DeliveryStatus; 7] = [
        DeliveryStatus::Delivered,
        DeliveryStatus::Failed,
        DeliveryStatus::Processed,
        DeliveryStatus::Stored,
        DeliveryStatus::Displayed,
        DeliveryStatus::Forbidden,
        DeliveryStatus::Error,
    ];

    /// Stable lower-case name, as it appears in JSON, and the element of the document: `"delivered"`, `"displayed"`, …
    pub fn name(self) -> &'static str {
        match self {
            DeliveryStatus::Delivered => "delivered",
            DeliveryStatus::Failed => "failed",
            DeliveryStatus::Processed => "processed",
            DeliveryStatus::Stored => "stored",
            DeliveryStatus::Displayed => "displayed",
            DeliveryStatus::Forbidden => "forbidden",
            DeliveryStatus::Error => "error",
        }
    }

    /// Whether a notification of this kind can say it (RFC 5438 §11.1.2).
    pub fn fits(self, kind: ImdnKind) -> bool {
        match self {
            DeliveryStatus::Delivered | DeliveryStatus::Failed => kind == ImdnKind::Delivery,
            DeliveryStatus::Processed | DeliveryStatus::Stored => kind == ImdnKind::Processing,
            DeliveryStatus::Displayed => kind == ImdnKind::Display,
            DeliveryStatus::Forbidden | DeliveryStatus::Error => true,
        }
    }
}

/// A notification of what became of a message.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imdn {
    /// The `imdn.Message-ID` of the message it is about.
    pub message_id: String,
    /// When that message was sent, by its `DateTime`. `None` when the document has none, as some programs leave it out.
    pub date_time: Option<SystemTime>,
    /// What it is about.
    pub kind: ImdnKind,
    /// What happened.
    pub status: DeliveryStatus,
    /// To whom the message was sent, as URI.
    pub recipient: Option<String>,
    /// To whom it was meant before somebody on the way changed that, as URI.
    pub original_recipient: Option<String>,
    /// The message's subject.
    pub subject: Option<String>,
}

impl Imdn {
    /// The type of such a body.
    pub const CONTENT_TYPE: &'static str = "message/imdn+xml";
    /// The `Content-Disposition` it is to be sent with (RFC 5438 §7.2.1).
    pub const CONTENT_DISPOSITION: &'static str = "notification";

    /// A notification about the message with this id.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty id, or a status that this kind cannot have.
    pub fn new(message_id: impl Into<String>, kind: ImdnKind, status: DeliveryStatus) -> Result<Imdn> {
        let message_id = message_id.into();
        if message_id.trim().is_empty() {
            return Err(Error::invalid(
                "delivery notification",
                "the message's id is empty; expected its imdn.Message-ID",
            ));
        }
        if !status.fits(kind) {
            return Err(Error::invalid(
                "delivery notification",
                format!("a notification of {} cannot say {}", kind.name(), status.name()),
            ));
        }
        Ok(Imdn {
            message_id,
            date_time: None,
            kind,
            status,
            recipient: None,
            original_recipient: None,
            subject: None,
        })
    }

    /// Sets when the message was sent: its `DateTime`. RFC 5438 wants it; without it the time of writing is written.
    pub fn date_time(mut self, at: SystemTime) -> Imdn {
        self.date_time = Some(at);
        self
    }

    /// Sets to whom the message was sent, as URI.
    pub fn recipient(mut self, uri: impl Into<String>) -> Imdn {
        self.recipient = Some(uri.into());
        self
    }

    /// Sets to whom it was meant at first, as URI.
    pub fn original_recipient(mut self, uri: impl Into<String>) -> Imdn {
        self.original_recipient = Some(uri.into());
        self
    }

    /// Sets the message's subject.
    pub fn subject(mut self, text: impl Into<String>) -> Imdn {
        self.subject = Some(text.into());
        self
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when it is no such document, names no message, has a date
    /// that is none, or says nothing, several things, or something unknown about it;
    /// [`LimitReached`](crate::ErrorKind::LimitReached) and [`Unsupported`](crate::ErrorKind::Unsupported) for size and
    /// encoding.
    pub fn parse(body: &[u8]) -> Result<Imdn> {
        let root = xml::parse(OP, body, NS, "imdn")?;
        let Some(message_id) = root.child_text(NS, "message-id") else {
            return Err(xml::bad(
                OP,
                root.line(),
                "there is no <message-id>: it is about no message",
            ));
        };
        let date_time = match root.child(NS, "datetime") {
            None => None,
            Some(element) => Some(date::read(element.text()).ok_or_else(|| {
                xml::bad(
                    OP,
                    element.line(),
                    format!(
                        "<datetime> is {}; expected a date of RFC 3339",
                        xml::quote(element.text())
                    ),
                )
            })?),
        };
        let mut found = root
            .children()
            .filter_map(|e| Some((ImdnKind::ALL.into_iter().find(|kind| e.is(NS, kind.element()))?, e)));
        let (Some((kind, about)), None) = (found.next(), found.next()) else {
            return Err(xml::bad(
                OP,
                root.line(),
                "there is not one notification; expected one of delivery-notification, processing-notification, \
                 display-notification",
            ));
        };
        let Some(status) = about.child(NS, "status") else {
            return Err(xml::bad(OP, about.line(), "the notification has no <status>"));
        };
        // Extensions, such as a reason in a namespace of its own, may stand beside it.
        let mut said = status.children().filter(|e| e.namespace() == NS);
        let (Some(word), None) = (said.next(), said.next()) else {
            return Err(xml::bad(OP, status.line(), "<status> does not say one thing"));
        };
        let known = DeliveryStatus::ALL.into_iter().find(|s| s.name() == word.name());
        let Some(status) = known.filter(|s| s.fits(kind)) else {
            return Err(xml::bad(
                OP,
                word.line(),
                format!(
                    "{} is no status of a notification of {}",
                    xml::quote(word.name()),
                    kind.name()
                ),
            ));
        };
        let text = |name| root.child_text(NS, name).map(str::to_owned);
        Ok(Imdn {
            message_id: message_id.to_owned(),
            date_time,
            kind,
            status,
            recipient: text("recipient-uri"),
            original_recipient: text("original-recipient-uri"),
            subject: text("subject"),
        })
    }

    /// The document as XML.
    pub fn to_xml(&self) -> String {
        let mut out = xml::Out::new();
        let at = self.date_time.unwrap_or_else(SystemTime::now);
        out.open("imdn", &[("xmlns", NS)])
            .leaf("message-id", &[], &self.message_id)
            .leaf("datetime", &[], &date::write(at));
        for (name, value) in [
            ("recipient-uri", &self.recipient),
            ("original-recipient-uri", &self.original_recipient),
            ("subject", &self.subject),
        ] {
            if let Some(value) = value {
                out.leaf(name, &[], value);
            }
        }
        out.open(self.kind.element(), &[])
            .open("status", &[])
            .empty(self.status.name(), &[]);
        out.finish()
    }
}

impl fmt::Debug for Imdn {
    /// Without the subject, which is a part of the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imdn")
            .field("message_id", &self.message_id)
            .field("date_time", &self.date_time)
            .field("kind", &self.kind)
            .field("status", &self.status)
            .field("recipient", &self.recipient)
            .field("original_recipient", &self.original_recipient)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn documents_of_others_are_read() {
        // As RFC 5438 §7.2.1.1 has it.
        let delivered = Imdn::parse(
            br#"<?xml version="1.0" encoding="UTF-8"?>
            <imdn xmlns="urn:ietf:params:xml:ns:imdn">
             <message-id>34jk324j</message-id>
             <datetime>2008-04-04T12:16:49-05:00</datetime>
             <recipient-uri>im:bob@example.com</recipient-uri>
             <original-recipient-uri>im:bob@example.com</original-recipient-uri>
             <delivery-notification><status><delivered/></status></delivery-notification>
            </imdn>"#,
        )
        .unwrap();
        let expected = Imdn::new("34jk324j", ImdnKind::Delivery, DeliveryStatus::Delivered)
            .unwrap()
            .date_time(UNIX_EPOCH + Duration::from_secs(1_207_329_409))
            .recipient("im:bob@example.com")
            .original_recipient("im:bob@example.com");
        assert_eq!(delivered, expected);
        // As Linphone writes it: indented, with a reason of its own.
        let failed = Imdn::parse(
            br#"<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<imdn xmlns="urn:ietf:params:xml:ns:imdn" xmlns:linphoneimdn="http://www.linphone.org/xsds/imdn.xsd">
  <message-id>5hxWEVRbWmk9</message-id>
  <datetime>2026-02-01T10:00:00Z</datetime>
  <delivery-notification>
    <status>
      <error/>
      <linphoneimdn:reason code="415">Unsupported media type</linphoneimdn:reason>
    </status>
  </delivery-notification>
</imdn>
"#,
        )
        .unwrap();
        assert_eq!((failed.status, failed.recipient), (DeliveryStatus::Error, None));
    }

    #[test]
    fn what_is_written_is_read() {
        for kind in ImdnKind::ALL {
            for status in DeliveryStatus::ALL {
                let Ok(imdn) = Imdn::new("a<b>&\"c", kind, status) else {
                    assert!(!status.fits(kind));
                    continue;
                };
                let imdn = imdn
                    .date_time(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
                    .recipient("sip:bob@example.org")
                    .subject("5 < 6 \u{1F600}");
                assert_eq!(Imdn::parse(imdn.to_xml().as_bytes()).unwrap(), imdn);
            }
        }
        let undated = Imdn::new("1", ImdnKind::Display, DeliveryStatus::Displayed).unwrap();
        assert!(Imdn::parse(undated.to_xml().as_bytes()).unwrap().date_time.is_some());
        let shown = format!("{:?}", undated.subject("hunter2"));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(Imdn::new(" ", ImdnKind::Display, DeliveryStatus::Displayed).is_err());
    }

    #[test]
    fn what_says_nothing_or_too_much_is_refused() {
        let status = "<delivery-notification><status><delivered/></status></delivery-notification>";
        for (inside, word) in [
            (status.to_owned(), "<message-id>"),
            ("<message-id>1</message-id>".to_owned(), "not one notification"),
            (format!("<message-id>1</message-id>{status}{status}"), "not one notification"),
            (format!("<message-id>1</message-id><datetime>x</datetime>{status}"), "<datetime>"),
            ("<message-id>1</message-id><delivery-notification/>".to_owned(), "<status>"),
            (
                "<message-id>1</message-id><display-notification><status><delivered/></status></display-notification>"
                    .to_owned(),
                "\"delivered\"",
            ),
            (
                "<message-id>1</message-id><display-notification><status><error/><displayed/></status></display-notification>"
                    .to_owned(),
                "one thing",
            ),
        ] {
            let error = Imdn::parse(format!("<imdn xmlns='{NS}'>{inside}</imdn>").as_bytes()).unwrap_err();
            assert!(error.message().contains(word), "{error}");
        }
    }
}
