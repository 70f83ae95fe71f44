//! Somebody is composing a message: `application/im-iscomposing+xml` (RFC 3994).

use std::time::{Duration, SystemTime};

use super::{date, xml};
use crate::Result;

const NS: &str = "urn:ietf:params:xml:ns:im-iscomposing";
const OP: &str = "read typing";

/// Whether somebody is composing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TypingState {
    /// A message is being composed.
    Active,
    /// None is, or not any more.
    Idle,
}

impl TypingState {
    /// Stable lower-case name, as it appears in JSON: `"active"`, `"idle"`.
    pub fn name(self) -> &'static str {
        match self {
            TypingState::Active => "active",
            TypingState::Idle => "idle",
        }
    }
}

/// The document that says so (RFC 3994 §3.4, §4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Typing {
    /// Whether a message is being composed. A word that is neither `active` nor `idle` is read as idle.
    pub state: TypingState,
    /// How long an active state holds unless it is repeated; whole seconds, at least one. See [`Typing::valid_for`].
    pub refresh: Option<Duration>,
    /// What is being composed, as a media type: `text/plain`, `audio`, `video`, …
    pub content_type: Option<String>,
    /// When something was last typed.
    pub last_active: Option<SystemTime>,
}

impl Typing {
    /// The type of such a body.
    pub const CONTENT_TYPE: &'static str = "application/im-iscomposing+xml";

    /// How long an active state holds when the document does not say (RFC 3994 §3.3).
    pub const DEFAULT_REFRESH: Duration = Duration::from_secs(120);

    /// A document of this state and nothing more.
    pub fn new(state: TypingState) -> Typing {
        Typing {
            state,
            refresh: None,
            content_type: None,
            last_active: None,
        }
    }

    /// Sets for how long it holds; cut to whole seconds, at least one.
    pub fn refresh(mut self, time: Duration) -> Typing {
        self.refresh = Some(Duration::from_secs(time.as_secs().clamp(1, u64::from(u32::MAX))));
        self
    }

    /// Sets what is being composed.
    pub fn content_type(mut self, kind: impl Into<String>) -> Typing {
        self.content_type = Some(kind.into());
        self
    }

    /// Sets when something was last typed; written to the second.
    pub fn last_active(mut self, at: SystemTime) -> Typing {
        self.last_active = Some(at);
        self
    }

    /// How long an active state holds from when it was received, unless it is repeated or a message comes: what
    /// [`refresh`](Typing#structfield.refresh) says, or [`DEFAULT_REFRESH`](Typing::DEFAULT_REFRESH).
    pub fn valid_for(&self) -> Duration {
        self.refresh.unwrap_or(Typing::DEFAULT_REFRESH)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when it is no such document, has no state, or an interval
    /// or date that is none; [`LimitReached`](crate::ErrorKind::LimitReached) and
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for size and encoding.
    pub fn parse(body: &[u8]) -> Result<Typing> {
        let root = xml::parse(OP, body, NS, "isComposing")?;
        let Some(state) = root.child(NS, "state") else {
            return Err(xml::bad(
                OP,
                root.line(),
                "there is no <state>; expected active or idle",
            ));
        };
        let mut typing = Typing::new(match state.text() {
            "" => return Err(xml::bad(OP, state.line(), "<state> is empty; expected active or idle")),
            "active" => TypingState::Active,
            _ => TypingState::Idle,
        });
        if let Some(refresh) = root.child(NS, "refresh") {
            let seconds = refresh.text().parse::<u32>().ok().filter(|n| *n > 0);
            let Some(seconds) = seconds else {
                return Err(xml::bad(
                    OP,
                    refresh.line(),
                    format!(
                        "<refresh> is {}; expected seconds, at least 1",
                        xml::quote(refresh.text())
                    ),
                ));
            };
            typing.refresh = Some(Duration::from_secs(seconds.into()));
        }
        if let Some(last) = root.child(NS, "lastactive") {
            let Some(at) = date::read(last.text()) else {
                return Err(xml::bad(
                    OP,
                    last.line(),
                    format!(
                        "<lastactive> is {}; expected a date of RFC 3339",
                        xml::quote(last.text())
                    ),
                ));
            };
            typing.last_active = Some(at);
        }
        typing.content_type = root.child_text(NS, "contenttype").map(str::to_owned);
        Ok(typing)
    }

    /// The document as XML.
    pub fn to_xml(&self) -> String {
        let mut out = xml::Out::new();
        out.open("isComposing", &[("xmlns", NS)])
            .leaf("state", &[], self.state.name());
        if let Some(at) = self.last_active {
            out.leaf("lastactive", &[], &date::write(at));
        }
        if let Some(kind) = &self.content_type {
            out.leaf("contenttype", &[], kind);
        }
        if let Some(time) = self.refresh {
            out.leaf("refresh", &[], &time.as_secs().to_string());
        }
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn documents_of_others_are_read() {
        // The examples of RFC 3994 §5, the second with a prefix, and with an element nobody knows.
        let active = Typing::parse(
            br#"<?xml version="1.0" encoding="UTF-8"?>
            <isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"
              xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
              xsi:schemaLocation="urn:ietf:params:xml:ns:im-composing iscomposing.xsd">
              <state>active</state>
              <contenttype>text/plain</contenttype>
              <refresh>90</refresh>
            </isComposing>"#,
        )
        .unwrap();
        assert_eq!(
            active,
            Typing::new(TypingState::Active)
                .content_type("text/plain")
                .refresh(Duration::from_secs(90))
        );
        assert_eq!(active.valid_for(), Duration::from_secs(90));
        let idle = Typing::parse(
            br#"<c:isComposing xmlns:c="urn:ietf:params:xml:ns:im-iscomposing"><x:state xmlns:x="urn:x">active</x:state>
            <c:state> idle </c:state><c:lastactive>2003-01-27T10:43:00Z</c:lastactive>
            <c:contenttype>audio</c:contenttype></c:isComposing>"#,
        )
        .unwrap();
        assert_eq!(
            (idle.state, idle.content_type.as_deref()),
            (TypingState::Idle, Some("audio"))
        );
        assert_eq!(idle.last_active, Some(UNIX_EPOCH + Duration::from_secs(1_043_664_180)));
        assert_eq!(idle.valid_for(), Duration::from_secs(120));
        let other =
            br#"<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>dancing</state></isComposing>"#;
        assert_eq!(Typing::parse(other).unwrap().state, TypingState::Idle);
    }

    #[test]
    fn what_is_written_is_read() {
        for typing in [
            Typing::new(TypingState::Idle),
            Typing::new(TypingState::Active)
                .refresh(Duration::from_millis(60_900))
                .content_type("text/plain;x=\"<&>\"")
                .last_active(UNIX_EPOCH + Duration::from_secs(1_700_000_000)),
        ] {
            assert_eq!(Typing::parse(typing.to_xml().as_bytes()).unwrap(), typing);
        }
        assert_eq!(
            Typing::new(TypingState::Active).refresh(Duration::ZERO).refresh,
            Some(Duration::from_secs(1))
        );
    }

    #[test]
    fn what_is_no_such_document_is_refused() {
        for (inside, word) in [
            ("", "<state>"),
            ("<state/>", "empty"),
            ("<state>active</state><refresh>0</refresh>", "<refresh>"),
            ("<state>active</state><refresh>-5</refresh>", "<refresh>"),
            ("<state>active</state><refresh>99999999999</refresh>", "<refresh>"),
            ("<state>active</state><lastactive>noon</lastactive>", "<lastactive>"),
        ] {
            let text = format!("<isComposing xmlns='{NS}'>{inside}</isComposing>");
            let error = Typing::parse(text.as_bytes()).unwrap_err();
            assert!(error.message().contains(word), "{error}");
        }
    }
}
