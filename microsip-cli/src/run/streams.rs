//! Raw audio out of calls and into them: `--tap`, `--feed` and the commands of that name.
//!
//! Each has a thread, which waits for its file as long as it must: a FIFO that nobody reads stops neither calls nor commands.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use microsip_core::{AudioSinkOptions, AudioSourceOptions, Call, Error, ErrorKind, RecordingName};

use super::events::{ErrorOut, OutEvent, StreamOut};
use super::files::{numbered, shown};
use super::input::Input;
use crate::args::{FeedArg, TapArg};

/// How much of a fed file is sent ahead: what a late writer may be late.
const AHEAD: Duration = Duration::from_millis(200);
/// What a slow reader of a tap may be slow.
const BEHIND: Duration = Duration::from_secs(5);
/// The first bytes of what is no raw PCM.
const HEADERS: [&[u8]; 4] = [b"RIFF", b"OggS", b"fLaC", b"ID3"];

/// The streams of a run.
pub(super) struct Streams {
    to: SyncSender<Input>,
    /// Each thread has a copy.
    running: Arc<()>,
    /// Whether a call has standard output.
    stdout: Arc<AtomicBool>,
}

impl Streams {
    pub(super) fn new(to: SyncSender<Input>) -> Streams {
        Streams {
            to,
            running: Arc::new(()),
            stdout: Arc::default(),
        }
    }

    /// Where threads tell what they do.
    pub(super) fn sender(&self) -> SyncSender<Input> {
        self.to.clone()
    }

    /// How many have not ended.
    pub(super) fn running(&self) -> usize {
        Arc::strong_count(&self.running) - 1
    }

    /// Writes a side of the call to a file; `number` counts calls, for a file that would be the same for all.
    pub(super) fn tap(&self, call: &Call, arg: &TapArg, number: u32) -> Result<(), ErrorOut> {
        let mut out = StreamOut::new(call, Some(arg.side), arg.rate, &arg.file);
        let stdout = match arg.to_stdout() {
            false => None,
            true => Some(Stdout::take(&self.stdout)?),
        };
        let path = match &stdout {
            None => Some(path_of(call, &arg.file, number).map_err(|e| ErrorOut::from(&e))?),
            Some(_) => None,
        };
        if let Some(path) = &path {
            out.file = shown(path);
        }
        let (call, options) = (
            call.clone(),
            AudioSinkOptions::default()
                .rate(arg.rate)
                .tap(arg.side)
                .capacity(BEHIND),
        );
        let teller = self.teller(OutEvent::Tap);
        self.start("microsip-tap", move || {
            let file: io::Result<Box<dyn Write>> = match &path {
                None => Ok(Box::new(io::stdout())),
                Some(path) => make(path).map(|file| Box::new(file) as Box<dyn Write>),
            };
            teller.end(match file {
                Ok(file) => write(&call, options, file, out, &teller),
                Err(e) => out.failed(io_error(&e)),
            });
            drop(stdout);
        })
    }

    /// Sends a file to the call's peer.
    pub(super) fn feed(&self, call: &Call, arg: &FeedArg) -> Result<(), ErrorOut> {
        let path = path_of(call, &arg.file, 1).map_err(|e| ErrorOut::from(&e))?;
        let out = StreamOut::new(call, None, arg.rate, &path);
        let (call, options) = (
            call.clone(),
            AudioSourceOptions::default().rate(arg.rate).capacity(AHEAD),
        );
        let teller = self.teller(OutEvent::Feed);
        self.start("microsip-feed", move || {
            teller.end(match File::open(&path) {
                Ok(file) => read(&call, options, file, out, &teller),
                Err(e) => out.failed(io_error(&e)),
            });
        })
    }

    fn teller(&self, make: fn(StreamOut) -> OutEvent) -> Teller {
        Teller {
            to: self.to.clone(),
            make,
            _running: Arc::clone(&self.running),
        }
    }

    fn start(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), ErrorOut> {
        let started = std::thread::Builder::new().name(name.into()).spawn(work);
        started.map(drop).map_err(|e| io_error(&e))
    }
}

/// Tells the main loop what a stream does.
struct Teller {
    to: SyncSender<Input>,
    make: fn(StreamOut) -> OutEvent,
    _running: Arc<()>,
}

impl Teller {
    fn tell(&self, out: StreamOut) {
        // Nobody listens when the program ends.
        drop(self.to.send(Input::Told(Box::new((self.make)(out)))));
    }

    fn end(&self, out: StreamOut) {
        self.tell(out);
    }
}

/// Standard output, which one call has at a time.
struct Stdout(Arc<AtomicBool>);

impl Stdout {
    fn take(taken: &Arc<AtomicBool>) -> Result<Stdout, ErrorOut> {
        match taken.swap(true, Ordering::AcqRel) {
            false => Ok(Stdout(Arc::clone(taken))),
            true => Err(ErrorOut::new(
                "busy",
                "another call has standard output; its audio would be mixed up",
            )),
        }
    }
}

impl Drop for Stdout {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// The file of a call: fields in braces filled in; else `-2`, `-3` … for later calls, unless it is a FIFO or the like.
fn path_of(call: &Call, path: &Path, number: u32) -> Result<PathBuf, Error> {
    match template(path)? {
        Some(name) => Ok(name.path_of(call)),
        None if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) => Ok(path.to_owned()),
        None => Ok(numbered(path, number)),
    }
}

/// A path with fields in braces; `None` when it has no brace.
///
/// # Errors
/// For a field that there is not, and a pattern that leads out of its folder.
pub(crate) fn template(path: &Path) -> Result<Option<RecordingName>, Error> {
    let has_brace = |text: &std::ffi::OsStr| text.to_string_lossy().contains(['{', '}']);
    if !has_brace(path.as_os_str()) {
        return Ok(None);
    }
    let mut folder = PathBuf::new();
    let mut pattern = Vec::new();
    for part in path.components() {
        if pattern.is_empty() && !has_brace(part.as_os_str()) {
            folder.push(part);
        } else {
            pattern.push(part.as_os_str().to_string_lossy().into_owned());
        }
    }
    RecordingName::new(folder, &pattern.join("/")).map(Some)
}

fn make(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    File::create(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
}

fn io_error(error: &io::Error) -> ErrorOut {
    ErrorOut::new("io", error.to_string())
}

/// Writes until the call ends or nobody reads any more. What was lost is written as silence, so that time is kept.
fn write(
    call: &Call,
    options: AudioSinkOptions,
    mut file: Box<dyn Write>,
    mut out: StreamOut,
    teller: &Teller,
) -> StreamOut {
    let mut sink = match call.audio_sink(options) {
        Ok(sink) => sink,
        Err(e) => return out.failed(ErrorOut::from(&e)),
    };
    teller.tell(out.state("started"));
    let (mut bytes, mut samples) = (Vec::new(), 0_u64);
    loop {
        let frame = match sink.read(None) {
            Ok(Some(frame)) => frame,
            Ok(None) => break,
            Err(e) => return out.failed(ErrorOut::from(&e)),
        };
        bytes.clear();
        // As long as the sink's buffer at most at a time, since it was full before anything was lost.
        bytes.resize(frame.lost.min(u64::from(frame.rate) * 60) as usize * 2, 0);
        bytes.extend(frame.samples.iter().flat_map(|s| s.to_le_bytes()));
        if let Err(e) = file.write_all(&bytes).and_then(|()| file.flush()) {
            out.samples = Some(samples);
            out.lost = Some(sink.stats().lost);
            return out.failed(io_error(&e));
        }
        samples += bytes.len() as u64 / 2;
    }
    out.samples = Some(samples);
    out.lost = Some(sink.stats().lost);
    out.state("finished")
}

/// Reads to the end of the file or of the call.
fn read(call: &Call, options: AudioSourceOptions, mut file: File, mut out: StreamOut, teller: &Teller) -> StreamOut {
    let mut source = match call.audio_source(options) {
        Ok(source) => source,
        Err(e) => return out.failed(ErrorOut::from(&e)),
    };
    teller.tell(out.state("started"));
    // 20 ms, and perhaps one byte of a sample that came before its other.
    let mut buffer = vec![0_u8; options.rate as usize / 50 * 2];
    let mut kept = 0;
    let mut first = true;
    let result = loop {
        let read = match file.read(&mut buffer[kept..]) {
            Ok(0) => break source.drain(Duration::MAX),
            Ok(n) => kept + n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => {
                out.samples = Some(source.stats().sent);
                return out.failed(io_error(&e));
            }
        };
        if std::mem::take(&mut first) && HEADERS.iter().any(|header| buffer[..read].starts_with(header)) {
            let why = format!(
                "{} is an audio file and no raw PCM; `play` or --play takes it",
                out.file
            );
            return out.failed(ErrorOut::command(why));
        }
        let whole = read / 2 * 2;
        let samples: Vec<i16> = buffer[..whole]
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        buffer.copy_within(whole..read, 0);
        kept = read - whole;
        if let Err(e) = source.write(&samples) {
            break Err(e);
        }
    };
    out.samples = Some(source.stats().sent);
    match result {
        Ok(()) => out.state("finished"),
        // The call has ended.
        Err(e) if e.kind() == ErrorKind::Gone => out.state("stopped"),
        Err(e) => out.failed(ErrorOut::from(&e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_braces_make_a_template() {
        assert_eq!(template(Path::new("a/b.pcm")).unwrap(), None);
        let name = template(Path::new("/tmp/x/{call}/a-{date}.pcm")).unwrap().unwrap();
        assert_eq!(name.folder(), Path::new("/tmp/x"));
        assert!(
            template(Path::new("call-{id}.pcm"))
                .unwrap_err()
                .message()
                .contains("call_id")
        );
        assert!(template(Path::new("{call}/../x")).is_err());
    }
}
