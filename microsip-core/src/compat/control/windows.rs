//! The named pipe and its lock on Windows.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use interprocess::ConnectWaitMode;
use interprocess::os::windows::named_pipe::{DuplexPipeStream, PipeListener, PipeListenerOptions, pipe_mode::Bytes};
use interprocess::os::windows::security_descriptor::SecurityDescriptor;
use widestring::u16cstr;
use windows_sys::Win32::Foundation::{ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED, ERROR_SHARING_VIOLATION};
use windows_sys::Win32::System::IO::CancelIoEx;
use windows_sys::Win32::System::Pipes::{DisconnectNamedPipe, PeekNamedPipe};

use super::name::{InstanceName, hash};
use crate::{Error, ErrorKind, Result};

/// Longest name of a pipe, in characters.
pub(super) const MAX_PATH: usize = 256;

/// Pipes know no waiting with a limit; so long sleeps who waits for something to read.
const SLICE: Duration = Duration::from_millis(20);

/// Of the pipe, each way: the longest request fits.
const BUFFER: u32 = 72 * 1024;

/// Where the lock's file lives: in the user's own part of the disk.
pub(super) fn directories() -> Vec<PathBuf> {
    let local = std::env::var_os("LOCALAPPDATA")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    vec![local.unwrap_or_else(std::env::temp_dir).join("microsip").join("run")]
}

pub(super) fn paths(directory: &Path, stem: &str, file: &str) -> (PathBuf, PathBuf) {
    let base = if stem.is_empty() {
        file.to_owned()
    } else {
        format!("{stem}-{file}")
    };
    // Pipes of all users share one folder.
    let user = ["USERDOMAIN", "USERNAME"]
        .map(|name| std::env::var(name).unwrap_or_default().to_lowercase())
        .join("\\");
    let whose = hash(format!("{user}\0{}", directory.to_string_lossy().to_lowercase()).as_bytes());
    (
        PathBuf::from(format!(r"\\.\pipe\microsip-{whose}-{base}")),
        directory.join(format!("{base}.lock")),
    )
}

pub(super) fn fits(socket: &Path) -> bool {
    socket.as_os_str().len() <= MAX_PATH
}

fn failed(what: &str, path: &Path, e: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "control", format!("{} {what}: {e}", path.display()))
}

/// A file opened so that nobody else can open it. It ends with this value, or with the process.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says that another process has it.
    pub(super) fn take(name: &InstanceName) -> Result<Option<Lock>> {
        fs::create_dir_all(&name.directory).map_err(|e| failed("cannot be created", &name.directory, &e))?;
        match OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .share_mode(0)
            .open(&name.lock)
        {
            Ok(file) => Ok(Some(Lock { _file: file })),
            Err(e) if e.raw_os_error() == Some(ERROR_SHARING_VIOLATION as i32) => Ok(None),
            Err(e) => Err(failed("cannot be opened", &name.lock, &e)),
        }
    }
}

/// Who is said to own the instance: not known, the file is closed to others.
pub(super) fn owner(_name: &InstanceName) -> Option<u32> {
    None
}

/// The listening end of the pipe.
pub(super) struct Door {
    listener: Box<PipeListener<Bytes, Bytes>>,
    path: PathBuf,
    shut: AtomicBool,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Door {
    /// Creates the pipe; that it is the first of its name the system sees to. Open to this user and the system alone, and
    /// not from other machines.
    pub(super) fn open(name: &InstanceName, _lock: &Lock) -> Result<Self> {
        let path = name.socket.clone();
        let open = || -> io::Result<_> {
            PipeListenerOptions::new()
                .path(path.as_path())
                .input_buffer_size_hint(BUFFER)
                .output_buffer_size_hint(BUFFER)
                .security_descriptor(Some(SecurityDescriptor::deserialize(u16cstr!(
                    "D:P(A;;GA;;;OW)(A;;GA;;;SY)"
                ))?))
                .create_duplex::<Bytes>()
        };
        let listener = open().map_err(|e| failed("cannot be opened as a pipe", &path, &e))?;
        Ok(Door {
            listener: Box::new(listener),
            path,
            shut: AtomicBool::new(false),
        })
    }

    /// The next connection; waits for one. [`None`] once [`shut`](Door::shut) was called.
    pub(super) fn accept(&self) -> io::Result<Option<Wire>> {
        let stream = self.listener.accept();
        if self.shut.load(Ordering::Acquire) {
            return Ok(None);
        }
        stream.map(|stream| Some(Wire::new(stream)))
    }

    /// Lets [`accept`](Door::accept) return: by a connection of our own, for nothing else ends its waiting.
    pub(super) fn shut(&self) {
        if !self.shut.swap(true, Ordering::AcqRel) {
            let wait = ConnectWaitMode::Timeout(Duration::from_secs(1));
            if let Err(e) = DuplexPipeStream::<Bytes>::connect_by_path_with_wait_mode(self.path.as_path(), wait) {
                tracing::debug!("the pipe did not take the connection that ends it: {e}");
            }
        }
    }
}

/// One connection. Reading and writing may go on at the same time, on two threads.
#[derive(Debug)]
pub(super) struct Wire {
    stream: DuplexPipeStream<Bytes>,
    no_more_reading: AtomicBool,
    gone: AtomicBool,
}

impl Wire {
    fn new(stream: DuplexPipeStream<Bytes>) -> Self {
        Wire {
            stream,
            no_more_reading: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        }
    }

    /// Connects; waits for a free instance of the pipe.
    pub(super) fn connect(name: &InstanceName, patience: Duration) -> io::Result<Self> {
        let wait = ConnectWaitMode::Timeout(patience);
        DuplexPipeStream::connect_by_path_with_wait_mode(name.socket.as_path(), wait).map(Wire::new)
    }

    /// Reads what is there; waits for something until then. [`None`]: nothing came. No bytes: the end.
    pub(super) fn read(&self, buffer: &mut [u8], until: Option<Instant>) -> io::Result<Option<usize>> {
        loop {
            if self.gone.load(Ordering::Acquire) {
                return Ok(Some(0));
            }
            let last = self.no_more_reading.load(Ordering::Acquire);
            match self.waiting()? {
                None => return Ok(Some(0)),
                Some(0) if last => return Ok(Some(0)),
                Some(0) => {}
                Some(_) => return (&self.stream).read(buffer).map(Some),
            }
            let left = until.map_or(SLICE, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(SLICE));
        }
    }

    /// Writes some of it; waits for room until then. [`None`]: there was none.
    pub(super) fn write(&self, bytes: &[u8], until: Instant) -> io::Result<Option<usize>> {
        let (done, watched) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let watch = std::thread::Builder::new()
                .name("control write".into())
                .spawn_scoped(scope, move || {
                    let mut wait = until.saturating_duration_since(Instant::now());
                    // Again and again, for the first may come before the writing has begun.
                    while watched.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
                        self.cancel();
                        wait = SLICE;
                    }
                })?;
            let written = (&self.stream).write(bytes);
            drop(done);
            let _ = watch.join();
            match written {
                Err(e) if Instant::now() >= until && !self.gone.load(Ordering::Acquire) => {
                    // How much of it was taken is not known after that.
                    self.cut();
                    Err(e)
                }
                done => done.map(Some),
            }
        })
    }

    /// Lets the reader have what has come, then the end.
    pub(super) fn stop_reading(&self) {
        self.no_more_reading.store(true, Ordering::Release);
    }

    /// Ends the connection at once, also for threads that read or write.
    pub(super) fn cut(&self) {
        self.gone.store(true, Ordering::Release);
        self.cancel();
        if self.stream.is_server() {
            // SAFETY: the handle is open as long as the stream is borrowed; the call takes nothing else.
            #[allow(unsafe_code)]
            unsafe {
                DisconnectNamedPipe(self.stream.as_raw_handle());
            }
        }
        // What was not read is lost with the connection; nobody waits for it.
        self.stream.assume_flushed();
    }

    /// After the end was read: a pipe ends in both directions at once.
    pub(super) fn wait_gone(&self) {}

    /// Bytes that can be read without waiting; [`None`] at the end.
    fn waiting(&self) -> io::Result<Option<u32>> {
        let mut waiting = 0;
        // SAFETY: the handle is open as long as the stream is borrowed. No buffer is given and its length is 0; of the
        // three results the one wanted points to a live local, the others are absent, which the call allows.
        #[allow(unsafe_code)]
        let fine = unsafe {
            PeekNamedPipe(
                self.stream.as_raw_handle(),
                std::ptr::null_mut(),
                0,
                std::ptr::null_mut(),
                &mut waiting,
                std::ptr::null_mut(),
            )
        };
        if fine != 0 {
            return Ok(Some(waiting));
        }
        let e = io::Error::last_os_error();
        let ended = [ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED]
            .map(|code| Some(code as i32))
            .contains(&e.raw_os_error());
        if ended { Ok(None) } else { Err(e) }
    }

    fn cancel(&self) {
        // SAFETY: the handle is open as long as the stream is borrowed; no operation is named, so all of it are meant.
        #[allow(unsafe_code)]
        unsafe {
            CancelIoEx(self.stream.as_raw_handle(), std::ptr::null());
        }
    }
}
