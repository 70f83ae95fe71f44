//! Which messages wait in a mailbox: `application/simple-message-summary` (RFC 3842 §5). Lines of text, not XML.

use std::fmt::Write as _;

use super::xml;
use crate::sip::Headers;
use crate::{Error, ErrorKind, FailureCode, Result};

const OP: &str = "read message summary";
/// Most messages of which headers are remembered.
const MAX_MESSAGES: usize = 100;
/// Most lines of a summary.
const MAX_LINES: usize = 2_000;

/// A kind of message (RFC 3458 §6, as RFC 3842 §5.2 uses it).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageClass {
    /// `voice-message`.
    Voice,
    /// `video-message`.
    Video,
    /// `fax-message`.
    Fax,
    /// `pager-message`: short texts.
    Pager,
    /// `multimedia-message`.
    Multimedia,
    /// `text-message`: mail and the like.
    Text,
    /// `none`: of no kind that is told.
    None,
    /// Another one, in lower case.
    Other(String),
}

impl MessageClass {
    const KNOWN: [MessageClass; 7] = [
        MessageClass::Voice,
        MessageClass::Video,
        MessageClass::Fax,
        MessageClass::Pager,
        MessageClass::Multimedia,
        MessageClass::Text,
        MessageClass::None,
    ];

    /// Stable lower-case name, as it appears in JSON: `"voice"`, `"fax"`, …; that of another class is its own.
    pub fn name(&self) -> &str {
        match self {
            MessageClass::Voice => "voice",
            MessageClass::Video => "video",
            MessageClass::Fax => "fax",
            MessageClass::Pager => "pager",
            MessageClass::Multimedia => "multimedia",
            MessageClass::Text => "text",
            MessageClass::None => "none",
            MessageClass::Other(name) => name,
        }
    }

    /// As the summary writes it.
    fn word(&self) -> &str {
        match self {
            MessageClass::Voice => "Voice-Message",
            MessageClass::Video => "Video-Message",
            MessageClass::Fax => "Fax-Message",
            MessageClass::Pager => "Pager-Message",
            MessageClass::Multimedia => "Multimedia-Message",
            MessageClass::Text => "Text-Message",
            MessageClass::None => "None",
            MessageClass::Other(name) => name,
        }
    }

    fn read(word: &str) -> MessageClass {
        let known = MessageClass::KNOWN
            .into_iter()
            .find(|c| c.word().eq_ignore_ascii_case(word));
        known.unwrap_or_else(|| MessageClass::Other(word.to_ascii_lowercase()))
    }
}

/// How many messages of a class wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct MessageCounts {
    /// New ones, urgent ones included.
    pub new: u32,
    /// Old ones, urgent ones included.
    pub old: u32,
    /// New ones that are urgent; 0 when not told.
    pub new_urgent: u32,
    /// Old ones that are urgent; 0 when not told.
    pub old_urgent: u32,
}

impl MessageCounts {
    /// So many new and old ones, none of them urgent.
    pub fn new(new: u32, old: u32) -> MessageCounts {
        MessageCounts {
            new,
            old,
            ..MessageCounts::default()
        }
    }

    /// Sets how many of them are urgent.
    pub fn urgent(mut self, new: u32, old: u32) -> MessageCounts {
        self.new_urgent = new;
        self.old_urgent = old;
        self
    }
}

/// Which messages wait.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageSummary {
    /// Whether any are waiting: the server's own word, which need not follow from the counts.
    pub waiting: bool,
    /// Whose mailbox it is, as URI; also the one to call to hear them.
    pub account: Option<String>,
    /// The counts, in order; each class once.
    pub counts: Vec<(MessageClass, MessageCounts)>,
    /// Headers of single messages (`To`, `From`, `Subject`, `Date`, `Priority`, `Message-ID`, …), of the first 100.
    pub messages: Vec<Headers>,
}

impl MessageSummary {
    /// The type of such a body.
    pub const CONTENT_TYPE: &'static str = "application/simple-message-summary";

    /// A summary that says whether messages wait and nothing more.
    pub fn new(waiting: bool) -> MessageSummary {
        MessageSummary {
            waiting,
            account: None,
            counts: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// Sets whose mailbox it is.
    pub fn account(mut self, uri: impl Into<String>) -> MessageSummary {
        self.account = Some(uri.into());
        self
    }

    /// Sets the counts of a class.
    pub fn with_counts(mut self, class: MessageClass, counts: MessageCounts) -> MessageSummary {
        self.counts.retain(|(known, _)| *known != class);
        self.counts.push((class, counts));
        self
    }

    /// The counts of a class; zeros when it is not told.
    pub fn counts(&self, class: &MessageClass) -> MessageCounts {
        let found = self.counts.iter().find(|(known, _)| known == class);
        found.map(|(_, counts)| *counts).unwrap_or_default()
    }

    /// Reads a summary. Upper and lower case are the same, white space may stand around everything and lines may be folded or
    /// end with a line feed alone, as RFC 3261 §7.3.1 has it for headers; the lines of the summary may have any order.
    /// Headers nobody knows are passed over.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) when `Messages-Waiting` is missing, stands there twice or is neither
    /// yes nor no, when counts are no numbers of 32 bits, a class is told twice, or a line is none, with the line;
    /// [`LimitReached`](ErrorKind::LimitReached) beyond 64 KiB or 2,000 lines; [`Unsupported`](ErrorKind::Unsupported)
    /// when it is not UTF-8.
    pub fn parse(body: &[u8]) -> Result<MessageSummary> {
        if body.len() > xml::MAX_BYTES {
            return Err(too_large(format!(
                "the summary has {} bytes; at most {} are read",
                body.len(),
                xml::MAX_BYTES
            )));
        }
        let text = std::str::from_utf8(body).map_err(|e| {
            let what = format!("the summary is not UTF-8 at offset {}", e.valid_up_to());
            Error::new(ErrorKind::Unsupported, OP, what).with_failure(FailureCode::DocumentEncoding)
        })?;
        let mut blocks = blocks(text)?.into_iter();
        let mut waiting = None;
        let mut summary = MessageSummary::new(false);
        for (line, name, value) in blocks.next().unwrap_or_default() {
            if name.eq_ignore_ascii_case("Messages-Waiting") {
                let yes = value.eq_ignore_ascii_case("yes");
                if waiting.is_some() || !(yes || value.eq_ignore_ascii_case("no")) {
                    return Err(xml::bad(
                        OP,
                        line,
                        format!("Messages-Waiting is {}; expected yes or no, once", xml::quote(&value)),
                    ));
                }
                waiting = Some(yes);
            } else if name.eq_ignore_ascii_case("Message-Account") {
                let bare = value.strip_prefix('<').and_then(|v| v.strip_suffix('>'));
                let account = bare.unwrap_or(&value).trim();
                if summary.account.is_some() || account.is_empty() {
                    return Err(xml::bad(OP, line, "Message-Account is empty, or stands there twice"));
                }
                summary.account = Some(account.to_owned());
            } else {
                let class = MessageClass::read(name);
                let foreign = matches!(class, MessageClass::Other(_));
                let Some(counts) = counts(&value) else {
                    if foreign {
                        continue;
                    }
                    return Err(xml::bad(
                        OP,
                        line,
                        format!(
                            "{name} is {}; expected new/old (urgent new/urgent old)",
                            xml::quote(&value)
                        ),
                    ));
                };
                if summary.counts.iter().any(|(known, _)| *known == class) {
                    return Err(xml::bad(OP, line, format!("{} stands there twice", xml::quote(name))));
                }
                summary.counts.push((class, counts));
            }
        }
        let Some(waiting) = waiting else {
            return Err(xml::bad(
                OP,
                1,
                "there is no Messages-Waiting: this is no message summary",
            ));
        };
        summary.waiting = waiting;
        summary.messages = blocks
            .take(MAX_MESSAGES)
            .map(|block| {
                let mut headers = Headers::new();
                for (_, name, value) in block {
                    headers.push(name, &value);
                }
                headers
            })
            .collect();
        Ok(summary)
    }

    /// The summary as text. Line breaks and other control characters in values become spaces.
    pub fn to_text(&self) -> String {
        let plain = |value: &str| -> String { value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect() };
        let mut out = format!("Messages-Waiting: {}\r\n", if self.waiting { "yes" } else { "no" });
        if let Some(account) = &self.account {
            let _ = write!(out, "Message-Account: {}\r\n", plain(account));
        }
        for (class, counts) in &self.counts {
            let MessageCounts {
                new,
                old,
                new_urgent,
                old_urgent,
            } = counts;
            let _ = write!(
                out,
                "{}: {new}/{old} ({new_urgent}/{old_urgent})\r\n",
                plain(class.word())
            );
        }
        for message in self.messages.iter().filter(|m| !m.is_empty()) {
            out.push_str("\r\n");
            for (name, value) in message.iter() {
                let _ = write!(out, "{name}: {}\r\n", plain(value));
            }
        }
        out
    }
}

/// `2/8 (0/2)`, with white space anywhere between.
fn counts(value: &str) -> Option<MessageCounts> {
    let pair = |text: &str| {
        let (new, old) = text.split_once('/')?;
        let number = |text: &str| {
            let digits = text.trim();
            // `parse` would take a sign.
            let plain = digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse::<u32>().ok()).flatten()
        };
        Some((number(new)?, number(old)?))
    };
    let (all, urgent) = match value.split_once('(') {
        Some((all, urgent)) => (all, pair(urgent.trim().strip_suffix(')')?)?),
        None => (value, (0, 0)),
    };
    let (new, old) = pair(all)?;
    Some(MessageCounts::new(new, old).urgent(urgent.0, urgent.1))
}

/// A line of a block: its number, name and unfolded value.
type Line<'a> = (u32, &'a str, String);

/// The blocks of lines between empty ones, without empty blocks.
fn blocks(text: &str) -> Result<Vec<Vec<Line<'_>>>> {
    let mut blocks: Vec<Vec<Line<'_>>> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        if usize::try_from(number).is_ok_and(|n: usize| n > MAX_LINES) {
            return Err(too_large(format!("the summary has more than {MAX_LINES} lines")));
        }
        if line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(xml::bad(OP, number, "there is a control character"));
        }
        if line.is_empty() {
            open = false;
            continue;
        }
        let current = if open { blocks.last_mut() } else { None };
        if line.starts_with([' ', '\t']) {
            // A line of nothing but white space folds nothing.
            let Some((.., value)) = current.and_then(|block| block.last_mut()) else {
                if line.trim().is_empty() {
                    continue;
                }
                return Err(xml::bad(OP, number, "a folded line follows no header"));
            };
            value.push(' ');
            value.push_str(line.trim());
            value.truncate(value.trim_end().len());
            continue;
        }
        let split = line.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
        let token = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
        let Some((name, value)) = split.filter(|(name, _)| token(name)) else {
            return Err(xml::bad(OP, number, format!("{} is no header", xml::quote(line))));
        };
        let entry = (number, name, value.to_owned());
        match current {
            Some(block) => block.push(entry),
            None => blocks.push(vec![entry]),
        }
        open = true;
    }
    Ok(blocks)
}

fn too_large(what: String) -> Error {
    Error::new(ErrorKind::LimitReached, OP, what).with_failure(FailureCode::DocumentTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> MessageSummary {
        MessageSummary::parse(text.replace('\n', "\r\n").as_bytes()).unwrap()
    }

    #[test]
    fn summaries_of_others_are_read() {
        // RFC 3842 §5.2 and Asterisk.
        let rfc = read(
            "Messages-Waiting: yes\nMessage-Account: sip:alice@vmail.example.com\nVoice-Message: 2/8 (0/2)\n\n\
             To: <alice@atlanta.example.com>\nFrom: <bob@biloxi.example.com>\nSubject: carpool\n tomorrow\n\
             Date: Sun, 09 Jul 2000 21:23:01 -0700\nPriority: normal\nMessage-ID: 13784434989@vmail.example.com\n\n\
             To: <alice@example.com>\nSubject: HELP! at home ill, present for me please\nPriority: urgent\n",
        );
        assert!(rfc.waiting);
        assert_eq!(rfc.account.as_deref(), Some("sip:alice@vmail.example.com"));
        assert_eq!(rfc.counts(&MessageClass::Voice), MessageCounts::new(2, 8).urgent(0, 2));
        assert_eq!(rfc.messages.len(), 2);
        assert_eq!(rfc.messages[0].get("subject"), Some("carpool tomorrow"));
        assert_eq!(rfc.messages[1].get("Priority"), Some("urgent"));
        let asterisk =
            read("Messages-Waiting: no\nMessage-Account: sip:201@192.0.2.9:5060\nVoice-Message: 0/3 (0/0)\n");
        assert!(!asterisk.waiting && asterisk.counts(&MessageClass::Voice).old == 3);
        assert_eq!(asterisk.counts(&MessageClass::Fax), MessageCounts::default());
    }

    #[test]
    fn case_and_white_space_do_not_matter() {
        for text in [
            "messages-WAITING:YES\nVOICE-MESSAGE:1/2(3/4)\nfax-message : 5 / 6\n",
            "\n\nMessages-Waiting :\tyes \nVoice-Message:\n 1/2\n\t( 3/4 )\n  \nFax-Message: 5/6",
            "Voice-Message: 1/2 (3/4)\nFax-Message: 005/6\nMessages-Waiting: Yes\nX-Vendor: something: else\n",
        ] {
            let summary = read(text);
            assert!(summary.waiting);
            assert_eq!(
                summary.counts(&MessageClass::Voice),
                MessageCounts::new(1, 2).urgent(3, 4),
                "{text}"
            );
            assert_eq!(summary.counts(&MessageClass::Fax), MessageCounts::new(5, 6));
            assert_eq!((summary.counts.len(), summary.messages.len()), (2, 0));
        }
        let bare = MessageSummary::parse(b"Messages-Waiting: no").unwrap();
        assert_eq!(bare, MessageSummary::new(false));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut summary = MessageSummary::new(true).account("sip:a@h");
        for (n, class) in (0..).zip(MessageClass::KNOWN) {
            summary = summary.with_counts(class, MessageCounts::new(n, u32::MAX).urgent(n, 7));
        }
        summary = summary.with_counts(MessageClass::Other("smoke-signal".into()), MessageCounts::new(1, 0));
        for _ in 0..3 {
            let headers = Headers::new()
                .with("Subject", "a b")
                .unwrap()
                .with("Priority", "urgent")
                .unwrap();
            summary.messages.push(headers);
        }
        assert_eq!(MessageSummary::parse(summary.to_text().as_bytes()).unwrap(), summary);
        let twice = MessageSummary::new(true)
            .with_counts(MessageClass::Voice, MessageCounts::new(1, 1))
            .with_counts(MessageClass::Voice, MessageCounts::new(2, 2));
        assert_eq!(twice.counts, [(MessageClass::Voice, MessageCounts::new(2, 2))]);
        let evil = MessageSummary::new(false).account("sip:a@h\r\nMessages-Waiting: yes");
        assert!(!MessageSummary::parse(evil.to_text().as_bytes()).unwrap().waiting);
    }

    #[test]
    fn nonsense_is_refused() {
        let malformed = FailureCode::DocumentMalformed;
        for (text, word) in [
            ("", "no Messages-Waiting"),
            ("hello", "no header"),
            ("<presence/>", "no header"),
            (": x", "no header"),
            (" folded", "folded"),
            ("Voice-Message: 1/2", "no Messages-Waiting"),
            ("X: 1\n\nMessages-Waiting: yes", "no Messages-Waiting"),
            ("Messages-Waiting: maybe", "\"maybe\""),
            ("Messages-Waiting:", "\"\""),
            ("Messages-Waiting: yes\nMessages-Waiting: no", "line 2"),
            ("Messages-Waiting: yes\nMessage-Account: ", "Message-Account"),
            ("Messages-Waiting: yes\nMessage-Account: < >", "Message-Account"),
            ("Messages-Waiting: yes\nMessage-Account: a\nMessage-Account: b", "twice"),
            ("Messages-Waiting: yes\nVoice-Message: many", "\"many\""),
            ("Messages-Waiting: yes\nVoice-Message: 1", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: 1/", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: -1/2", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: +1/2", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: 1/2 (3/4", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: 1/2 3/4", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: 4294967296/0", "line 2"),
            ("Messages-Waiting: yes\nVoice-Message: 1/2\nvoice-message: 1/2", "twice"),
            ("Messages-Waiting: yes\nA: \0", "control character"),
        ] {
            let error = MessageSummary::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.failure(), malformed, "{text}");
            assert!(error.message().contains(word), "{error}");
        }
        let error = MessageSummary::parse(b"Messages-Waiting: yes\nA: \xff").unwrap_err();
        assert_eq!(error.failure(), FailureCode::DocumentEncoding);
        for huge in [
            format!("Messages-Waiting: yes\n{}", "A: b\n".repeat(2_000)),
            "x".repeat(xml::MAX_BYTES + 1),
        ] {
            let error = MessageSummary::parse(huge.as_bytes()).unwrap_err();
            assert_eq!(error.failure(), FailureCode::DocumentTooLarge);
        }
    }

    #[test]
    fn headers_of_messages_are_bounded() {
        let many = format!("Messages-Waiting: yes\n{}", "\nTo: a\n".repeat(300));
        assert_eq!(read(&many).messages.len(), MAX_MESSAGES);
    }
}
