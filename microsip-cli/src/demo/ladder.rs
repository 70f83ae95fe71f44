//! The SIP ladder: who sent what to whom, as it happens.

use std::collections::HashSet;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use microsip_core::{Direction, SipMessage};

use crate::args::{domain_of, user_of};
use crate::style::{BAD, DIM, GOOD, MEDIA, STRONG, clean, paint};

/// Characters from one lifeline to the next.
const GAP: usize = 46;
/// The same with a registrar in the middle, so that 80 characters suffice.
const GAP_OF_THREE: usize = 32;
/// Characters before the first lifeline, for the time.
const MARGIN: usize = 11;

/// A message that goes from one column to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrow {
    from: usize,
    to: usize,
    label: String,
}

/// Turns messages into arrows and draws them.
pub(super) struct Ladder {
    /// Caller, callee, and the registrar between them if there is one.
    columns: Vec<String>,
    registrar: bool,
    /// Our own addresses: what is sent there needs no registrar.
    ours: HashSet<String>,
    seen: HashSet<(Direction, String, String, String, String)>,
    out: Option<Box<dyn Write>>,
    start: Instant,
    start_clock: SystemTime,
}

impl Ladder {
    /// A ladder of the two users, drawn on standard output unless `quiet`.
    pub(super) fn new(caller: &str, callee: &str, registrar: Option<&str>, ours: &[String], quiet: bool) -> Ladder {
        let mut columns = vec![caller.to_owned()];
        columns.extend(registrar.map(|uri| domain_of(uri).to_owned()));
        columns.push(callee.to_owned());
        let out: Option<Box<dyn Write>> = if quiet {
            None
        } else {
            Some(Box::new(anstream::stdout()))
        };
        Ladder {
            columns,
            registrar: registrar.is_some(),
            ours: ours.iter().cloned().collect(),
            seen: HashSet::new(),
            out,
            start: Instant::now(),
            start_clock: SystemTime::now(),
        }
    }

    /// The names above the lifelines.
    pub(super) fn head(&mut self) -> io::Result<()> {
        let mut line = " ".repeat(MARGIN);
        for (index, name) in self.columns.iter().enumerate() {
            let at = MARGIN + index * self.gap();
            let half = clean(name).chars().count() / 2;
            let used = line.chars().count();
            line.push_str(&" ".repeat(at.saturating_sub(half).saturating_sub(used)));
            line.push_str(&clean(name));
        }
        self.print(&paint(STRONG, line))
    }

    /// A SIP message; drawn unless it is the received copy of one that was drawn as sent.
    pub(super) fn message(&mut self, message: &SipMessage) -> io::Result<()> {
        let Some(mut arrow) = self.arrow(message) else {
            return Ok(());
        };
        let key = (
            message.direction,
            message.first_line.clone(),
            message.cseq.clone(),
            message.call_id.clone(),
            header(&message.text, "Via").unwrap_or_default().to_owned(),
        );
        if !self.seen.insert(key) {
            arrow.label.push_str(" again");
        }
        let style = match message
            .first_line
            .strip_prefix("SIP/2.0 ")
            .and_then(|rest| rest.chars().next())
        {
            Some('2') => GOOD,
            Some('4'..='6') => BAD,
            _ => STRONG,
        };
        let at = message.at.duration_since(self.start_clock).unwrap_or_default();
        let line = self.draw(&arrow, '─', style);
        self.print_at(at, &line)
    }

    /// Something between the two users that is no SIP: audio, a key.
    pub(super) fn media(&mut self, from_caller: bool, label: &str) -> io::Result<()> {
        let last = self.columns.len() - 1;
        let (from, to) = if from_caller { (0, last) } else { (last, 0) };
        let line = self.draw(
            &Arrow {
                from,
                to,
                label: label.to_owned(),
            },
            '┄',
            MEDIA,
        );
        self.print_at(self.start.elapsed(), &line)
    }

    /// A remark.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        let line = format!("{}{}  {}", " ".repeat(MARGIN), paint(DIM, "│"), paint(DIM, clean(text)));
        self.print(&line)
    }

    fn gap(&self) -> usize {
        if self.registrar { GAP_OF_THREE } else { GAP }
    }

    /// Who speaks to whom. A request travels from its From to its To, a response the other way (RFC 3261 §8.2.6.2).
    fn arrow(&self, message: &SipMessage) -> Option<Arrow> {
        let user = |name, short| {
            header(&message.text, name)
                .or_else(|| header(&message.text, short))
                .map(user_of)
                .unwrap_or_default()
        };
        let (from, to) = (user("From", "f"), user("To", "t"));
        let is_response = message.first_line.starts_with("SIP/2.0 ");
        let (sender, receiver) = if is_response { (to, from) } else { (from, to) };
        let (sender, receiver) = (self.column(sender)?, self.column(receiver)?);
        let direct = !self.registrar || self.ours.contains(&message.remote);
        let (from, to) = match (direct, message.direction) {
            (true, Direction::Outgoing) => (sender, receiver),
            // The other end is ours as well, and has drawn it.
            (true, Direction::Incoming) => return None,
            (false, Direction::Outgoing) => (sender, 1),
            (false, Direction::Incoming) => (1, receiver),
        };
        Some(Arrow {
            from,
            to,
            label: label(message),
        })
    }

    fn column(&self, user: &str) -> Option<usize> {
        self.columns.iter().position(|name| name == user)
    }

    /// The lifelines with an arrow between two of them; it covers those between.
    fn draw(&self, arrow: &Arrow, dash: char, style: anstyle::Style) -> String {
        let (left, right) = (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
        let bar = paint(DIM, "│");
        let mut line = bar.clone();
        let mut column = 0;
        while column + 1 < self.columns.len() {
            if column == left && right > left {
                let width = (right - left) * self.gap() - 1;
                line.push_str(&shaft(width, &arrow.label, dash, arrow.to > arrow.from, style));
                column = right;
            } else {
                line.push_str(&" ".repeat(self.gap() - 1));
                column += 1;
            }
            line.push_str(&bar);
        }
        line
    }

    fn print_at(&mut self, at: Duration, line: &str) -> io::Result<()> {
        let time = format!("{:>7} ms ", at.as_millis());
        self.print(&format!("{}{line}", paint(DIM, time)))
    }

    fn print(&mut self, line: &str) -> io::Result<()> {
        match &mut self.out {
            Some(out) => writeln!(out, "{line}"),
            None => Ok(()),
        }
    }
}

/// ` ──── INVITE ────▶ `, `width` characters wide.
fn shaft(width: usize, label: &str, dash: char, rightward: bool, style: anstyle::Style) -> String {
    let room = width.saturating_sub(8);
    let mut label: String = clean(label).chars().take(room).collect();
    label = format!(" {label} ");
    let dashes = width.saturating_sub(label.chars().count() + 3);
    let (before, after) = (dashes / 2, dashes - dashes / 2);
    let line = |n: usize| dash.to_string().repeat(n);
    let label = paint(style, label);
    if rightward {
        format!(" {}{label}{}▶ ", line(before), line(after))
    } else {
        format!(" ◀{}{label}{} ", line(before), line(after))
    }
}

/// `INVITE`, or `180 Ringing`; with the method where another than INVITE is answered.
fn label(message: &SipMessage) -> String {
    let method = message.cseq.split_whitespace().nth(1).unwrap_or_default();
    match message.first_line.strip_prefix("SIP/2.0 ") {
        Some(status) if method == "INVITE" => status.to_owned(),
        Some(status) => format!("{status} ({method})"),
        None => message
            .first_line
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The value of the first header of that name.
fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines().skip(1).take_while(|line| !line.is_empty());
    lines.find_map(|line| {
        let (n, value) = line.split_once(':')?;
        n.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    fn ladder(registrar: Option<&str>) -> Ladder {
        Ladder::new("1001", "1002", registrar, &["127.0.0.1:5060".into()], true)
    }

    #[test]
    fn arrows_are_as_wide_as_their_gap() {
        for registrar in [None, Some("sip:pbx.example.org:5060")] {
            let l = ladder(registrar);
            let last = l.columns.len() - 1;
            let whole = last * l.gap() + 1;
            for (from, to) in [(0, last), (last, 0), (0, 1), (last - 1, last)] {
                for label in ["BYE", "407 Proxy Authentication Required and much more text than fits"] {
                    let line = strip(&l.draw(
                        &Arrow {
                            from,
                            to,
                            label: label.into(),
                        },
                        '─',
                        GOOD,
                    ));
                    assert_eq!(line.chars().count(), whole, "{line}");
                    assert_eq!(line.contains('▶'), to > from, "{line}");
                    assert!(line.contains(&label[..3]), "{line}");
                }
            }
        }
    }

    #[test]
    fn labels_name_the_method_where_it_is_not_plain() {
        let message = |first: &str, cseq: &str| label(&sip(Direction::Outgoing, first, cseq, "1.1.1.1:1"));
        assert_eq!(message("INVITE sip:x SIP/2.0", "1 INVITE"), "INVITE");
        assert_eq!(message("SIP/2.0 180 Ringing", "1 INVITE"), "180 Ringing");
        assert_eq!(message("SIP/2.0 200 OK", "2 BYE"), "200 OK (BYE)");
    }

    #[test]
    fn responses_travel_against_the_request() {
        let l = ladder(None);
        let arrow = |direction, first| l.arrow(&sip(direction, first, "1 INVITE", "127.0.0.1:5060"));
        let ends = |a: Option<Arrow>| a.map(|a| (a.from, a.to));
        assert_eq!(
            ends(arrow(Direction::Outgoing, "INVITE sip:1002@h SIP/2.0")),
            Some((0, 1))
        );
        assert_eq!(ends(arrow(Direction::Outgoing, "SIP/2.0 200 OK")), Some((1, 0)));
        assert_eq!(arrow(Direction::Incoming, "SIP/2.0 200 OK"), None);
    }

    #[test]
    fn a_registrar_stands_between_unless_messages_go_directly() {
        let l = ladder(Some("sip:pbx"));
        let ends = |direction, first, remote| {
            l.arrow(&sip(direction, first, "1 INVITE", remote))
                .map(|a| (a.from, a.to))
        };
        assert_eq!(
            ends(Direction::Outgoing, "INVITE sip:1002@h SIP/2.0", "9.9.9.9:5060"),
            Some((0, 1))
        );
        assert_eq!(
            ends(Direction::Incoming, "INVITE sip:1002@h SIP/2.0", "9.9.9.9:5060"),
            Some((1, 2))
        );
        assert_eq!(
            ends(Direction::Incoming, "SIP/2.0 200 OK", "9.9.9.9:5060"),
            Some((1, 0))
        );
        assert_eq!(
            ends(Direction::Outgoing, "ACK sip:1002@h SIP/2.0", "127.0.0.1:5060"),
            Some((0, 2))
        );
    }

    fn sip(direction: Direction, first: &str, cseq: &str, remote: &str) -> SipMessage {
        SipMessage {
            direction,
            at: SystemTime::now(),
            transport: microsip_core::Transport::Udp,
            local: "127.0.0.1:5060".into(),
            remote: remote.into(),
            first_line: first.into(),
            call_id: "x".into(),
            cseq: cseq.into(),
            text: format!("{first}\r\nf: \"A\" <sip:1001@h>;tag=1\r\nTo: <sip:1002@h>\r\n\r\n"),
        }
    }
}
