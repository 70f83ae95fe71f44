//! What wakes the main loop: lines of standard input, events of the engine, signals. Each has a thread that sleeps.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::SyncSender;

use microsip_core::{Event, Events};

use super::events::OutEvent;
use crate::exit::Failure;
use crate::signals;

/// Longest line taken as a command, in bytes.
const MAX_LINE: usize = 8192;

/// Something to do.
pub(crate) enum Input {
    /// The engine tells something.
    Event(Box<Event>),
    /// A thread of ours tells something.
    Told(Box<OutEvent>),
    /// The engine has closed.
    EventsEnded,
    /// A line of standard input.
    Line(String),
    /// A line of more than [`MAX_LINE`] bytes, passed over.
    LongLine,
    /// Standard input has ended.
    Eof,
    /// SIGINT, SIGTERM or SIGHUP.
    Signal,
    /// Nobody reads our output any more.
    OutputBroken,
}

/// Forwards the engine's events until it closes.
pub(crate) fn forward_events(mut events: Events, to: SyncSender<Input>) -> io::Result<()> {
    let forward = move || {
        while let Some(event) = events.recv() {
            if to.send(Input::Event(Box::new(event))).is_err() {
                return;
            }
        }
        drop(to.send(Input::EventsEnded));
    };
    std::thread::Builder::new()
        .name("microsip-events".into())
        .spawn(forward)
        .map(drop)
}

/// Reads standard input to its end.
pub(crate) fn read_stdin(to: SyncSender<Input>) -> io::Result<()> {
    let read = move || read_lines(io::stdin().lock(), |input| to.send(input).is_ok());
    std::thread::Builder::new()
        .name("microsip-input".into())
        .spawn(read)
        .map(drop)
}

/// Gives the lines of standard input, without those that are too long, until it ends or `give` says no.
pub(crate) fn lines(mut give: impl FnMut(&str) -> bool) {
    read_lines(io::stdin().lock(), |input| match input {
        Input::Line(line) => give(&line),
        Input::LongLine => true,
        _ => false,
    });
}

fn read_lines(mut from: impl BufRead, mut give: impl FnMut(Input) -> bool) {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        line.clear();
        let read = (&mut from).take(MAX_LINE as u64).read_until(b'\n', &mut line);
        match read {
            Ok(n) if n > 0 => {}
            // An unreadable input (a terminal we lost) has ended for us.
            _ => break,
        }
        let whole = line.ends_with(b"\n") || line.len() < MAX_LINE;
        let input = match (too_long, whole) {
            // The rest of a line that was too long.
            (true, _) => {
                too_long = !whole;
                continue;
            }
            (false, true) => Input::Line(String::from_utf8_lossy(&line).into_owned()),
            (false, false) => {
                too_long = true;
                Input::LongLine
            }
        };
        if !give(input) {
            return;
        }
    }
    give(Input::Eof);
}

/// Turns the first signal into an input; what the next one does is told at [`signals::catch`].
pub(crate) fn catch_signals(to: SyncSender<Input>) -> Result<(), Failure> {
    signals::catch(move || drop(to.send(Input::Signal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<String> {
        let mut got = Vec::new();
        read_lines(text, |input| {
            got.push(match input {
                Input::Line(line) => line,
                Input::LongLine => "LONG".into(),
                Input::Eof => "EOF".into(),
                _ => "?".into(),
            });
            true
        });
        got
    }

    #[test]
    fn lines_end_with_the_input() {
        assert_eq!(lines(b"a\nb"), ["a\n", "b", "EOF"]);
        assert_eq!(lines(b""), ["EOF"]);
        assert_eq!(lines(b"\xff\n"), ["\u{fffd}\n", "EOF"]);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let mut text = vec![b'x'; 3 * MAX_LINE + 5];
        text.extend_from_slice(b"\nquit\n");
        assert_eq!(lines(&text), ["LONG", "quit\n", "EOF"]);
        let whole = [vec![b'x'; MAX_LINE - 1], b"\nq".to_vec()].concat();
        assert_eq!(lines(&whole).len(), 3);
    }
}
