//! Bytes to lines, whatever the bytes are.

use serde_json::Value;

use super::message::{self, Incoming};
use super::{MAX_LINE, MAX_REPLY};

/// One line that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Without its end and without white space around it.
    Whole(&'a [u8]),
    /// Told as soon as the limit is passed; the rest of the line is passed over.
    TooLong,
}

/// Cuts a stream of bytes at `\n`, with a bound on what it keeps.
#[derive(Debug)]
pub(super) struct LineReader {
    begun: Vec<u8>,
    limit: usize,
    skipping: bool,
    first: bool,
}

impl LineReader {
    /// Lines of up to `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        LineReader {
            begun: Vec::new(),
            limit,
            skipping: false,
            first: true,
        }
    }

    /// Takes the next bytes and hands out every line they end.
    pub(super) fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(Line<'_>)) {
        while !bytes.is_empty() {
            let end = bytes.iter().position(|&b| b == b'\n');
            let (piece, rest) = match end {
                Some(at) => (&bytes[..at], &bytes[at + 1..]),
                None => (bytes, &bytes[bytes.len()..]),
            };
            bytes = rest;
            // One more for a carriage return, which does not count.
            if !self.skipping && self.begun.len() + piece.len() > self.limit + 1 {
                self.skipping = true;
                self.begun = Vec::new();
                each(Line::TooLong);
            }
            match (self.skipping, end.is_some()) {
                (true, ended) => self.skipping = !ended,
                (false, false) => self.begun.extend_from_slice(piece),
                (false, true) if self.begun.is_empty() => self.whole(piece, &mut each),
                (false, true) => {
                    let mut line = std::mem::take(&mut self.begun);
                    line.extend_from_slice(piece);
                    self.whole(&line, &mut each);
                }
            }
            self.first &= end.is_none();
        }
    }

    /// Whether something stands after the last line's end. It is no request: its sender may have died while it wrote.
    pub(super) fn unfinished(&self) -> bool {
        !self.skipping && !self.begun.trim_ascii().is_empty()
    }

    fn whole(&self, line: &[u8], each: &mut impl FnMut(Line<'_>)) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > self.limit {
            return each(Line::TooLong);
        }
        // Some Windows shells begin whatever they pipe with a byte order mark.
        let line = if self.first {
            line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
        } else {
            line
        };
        let line = line.trim_ascii();
        if !line.is_empty() {
            each(Line::Whole(line));
        }
    }
}

/// For fuzzing: what a connection does with these bytes, without socket and service. Panics if a promise is broken: one
/// reply, of one line, for each line that is not blank. Returns the number of replies.
#[doc(hidden)]
pub fn fuzz_lines(bytes: &[u8]) -> usize {
    // The replies must not depend on where the pieces end.
    let whole = replies(std::iter::once(bytes));
    let step = bytes.first().map_or(1, |&b| usize::from(b) + 1);
    let pieces = replies(bytes.chunks(step));
    assert!(
        whole == pieces,
        "{} replies in one piece, {} in pieces of {step}",
        whole.len(),
        pieces.len()
    );
    for reply in &whole {
        let (body, end) = reply.split_at(reply.len() - 1);
        assert!(end == b"\n" && !body.contains(&b'\n') && reply.len() <= MAX_REPLY);
    }
    whole.len()
}

fn replies<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let mut reader = LineReader::new(MAX_LINE);
    let mut replies = Vec::new();
    for piece in pieces {
        reader.feed(piece, |line| {
            replies.push(match message::parse(&line) {
                Ok(Incoming::Text(text)) => message::success(&Value::Null, &text.into()),
                Ok(Incoming::Request { id, request, .. }) => message::success(&id, &request.into()),
                Err(refusal) => message::failure(&refusal.id, &refusal.error, false),
            });
        });
    }
    replies
}
