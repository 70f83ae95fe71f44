//! Standard output (or error, where a tap has the output), written by a thread of its own: a reader that stops reading must not stop calls or the way out.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::events::{Line, OutEvent};
use super::human;

/// Lines that may wait for a slow reader; more are dropped and counted.
const WAITING: usize = 4096;

/// What events are written as, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// As JSON.
    pub(crate) json: bool,
    /// To standard error, because standard output is audio.
    pub(crate) stderr: bool,
}

/// Where events go.
pub(crate) struct Output {
    sender: Option<SyncSender<Line>>,
    finished: Receiver<()>,
    thread: Option<JoinHandle<()>>,
    missed: u64,
}

impl Output {
    /// Starts the thread. `on_broken` is called once when the reader has gone away.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(to: Target, on_broken: impl FnOnce() + Send + 'static) -> io::Result<Output> {
        let (sender, lines) = mpsc::sync_channel::<Line>(WAITING);
        let (done, finished) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("microsip-output".into())
            .spawn(move || {
                let result = match (to.json, to.stderr) {
                    (true, false) => write(&lines, io::stdout().lock(), json_text),
                    (false, false) => write(&lines, anstream::stdout().lock(), human::text),
                    (true, true) => write(&lines, io::stderr(), json_text),
                    (false, true) => write(&lines, anstream::stderr(), human::text),
                };
                if result.is_err() {
                    on_broken();
                    // Go on taking lines, so that nobody waits for us.
                    lines.iter().for_each(drop);
                }
                // Nobody may be waiting any more.
                let _ = done.try_send(());
            })?;
        Ok(Output {
            sender: Some(sender),
            finished,
            thread: Some(thread),
            missed: 0,
        })
    }

    /// Queues an event. Never waits.
    pub(crate) fn emit(&mut self, event: OutEvent) {
        self.emit_line(Line::now(event));
    }

    /// Queues an event that has its time. Never waits.
    pub(crate) fn emit_line(&mut self, line: Line) {
        let Some(sender) = &self.sender else { return };
        if self.missed > 0 {
            match sender.try_send(Line::now(OutEvent::Lagged { missed: self.missed })) {
                Ok(()) => self.missed = 0,
                Err(_) => {
                    self.missed += 1;
                    return;
                }
            }
        }
        if let Err(TrySendError::Full(_)) = sender.try_send(line) {
            self.missed += 1;
        }
    }

    /// Writes what is queued, but waits no longer than `longest` for a reader that does not read.
    pub(crate) fn close(mut self, longest: Duration) {
        self.sender = None;
        if self.finished.recv_timeout(longest).is_ok()
            && let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the output thread panicked");
        }
    }
}

/// Writes lines until there are no more; flushes when none is waiting.
fn write(lines: &Receiver<Line>, out: impl Write, text: fn(&Line) -> String) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut next = lines.recv().ok();
    while let Some(line) = next {
        out.write_all(text(&line).as_bytes())?;
        out.write_all(b"\n")?;
        next = match lines.try_recv() {
            Ok(line) => Some(line),
            Err(_) => {
                out.flush()?;
                lines.recv().ok()
            }
        };
    }
    out.flush()
}

fn json_text(line: &Line) -> String {
    // Strings, numbers and lists of them: nothing that could fail, but an empty line is not what a reader expects.
    serde_json::to_string(line).unwrap_or_else(|e| format!("{{\"event\":\"error\",\"error\":{{\"message\":\"{e}\"}}}}"))
}
