//! Processes of Windows, and of systems that are no Unix.
//!
//! std looks for programs and quotes arguments; those of `.bat` and `.cmd` files it refuses when `cmd.exe` could take
//! them for something else (CVE-2024-24576).

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::report::Tail;

/// What opens web addresses, and its arguments before the address.
pub(super) const OPENER: (&str, &[&str]) = ("rundll32.exe", &["url.dll,FileProtocolHandler"]);

/// No window for console programs.
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;
/// The most readers that may wait for programs which hooks left in the background; hooks started beyond have no output.
const MAX_READERS: usize = 64;
/// How long the last output is waited for when a hook has ended.
const LAST: Duration = Duration::from_millis(200);

static READERS: AtomicUsize = AtomicUsize::new(0);

/// The program's file; std looks for it.
pub(super) fn find(program: &str, _path: &OsStr) -> Result<PathBuf, String> {
    match OPENER.0 == program {
        true => Ok(system(program)),
        false => Ok(PathBuf::from(program)),
    }
}

/// A program of the system itself, wherever `PATH` points.
fn system(program: &str) -> PathBuf {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    PathBuf::from(root).join("System32").join(program)
}

/// Why a program was not started.
pub(super) fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!(
            "{error}; only .exe files are found by a name without ending: write the whole path, and .cmd or .bat with it"
        ),
        io::ErrorKind::InvalidInput => format!(
            "{error}; what the caller sends cannot be passed to a batch file safely: use MICROSIP_NUMBER in an .exe or script"
        ),
        _ => format!("{error}; a script or document: write the program that opens it first, such as python or wscript"),
    }
}

/// No console window.
pub(super) fn set_apart(command: &mut Command) {
    #[cfg(windows)]
    std::os::windows::process::CommandExt::creation_flags(command, CREATE_NO_WINDOW);
    #[cfg(not(windows))]
    let _ = command;
}

/// Ends a process and its descendants, while the handle keeps its number from being given away.
pub(super) fn end(child: &mut Child, mut wait: impl FnMut(Duration) -> bool) {
    let mut killer = Command::new(system("taskkill.exe"));
    killer
        .args(["/T", "/F", "/PID", &child.id().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    set_apart(&mut killer);
    if let Ok(mut killer) = killer.spawn() {
        while matches!(killer.try_wait(), Ok(None)) && wait(Duration::from_millis(20)) {}
        let _ = killer.kill();
        let _ = killer.wait();
    }
    let _ = child.kill();
}

/// The two streams of a child, each read by a thread that ends with the stream.
pub(super) struct Pipes {
    tails: [Arc<Mutex<Tail>>; 2],
    ended: mpsc::Receiver<()>,
    open: usize,
}

impl Pipes {
    pub fn new(child: &mut Child) -> Pipes {
        let (tell, ended) = mpsc::channel();
        let tails: [Arc<Mutex<Tail>>; 2] = Default::default();
        let mut open = 0;
        let stdout = child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
        let stderr = child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
        for (pipe, tail) in [stdout, stderr].into_iter().zip(&tails) {
            let Some(pipe) = pipe else { continue };
            if READERS.fetch_add(1, Ordering::Relaxed) >= MAX_READERS {
                READERS.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let (tail, tell) = (Arc::clone(tail), tell.clone());
            let reader = move || {
                read(pipe, &tail);
                READERS.fetch_sub(1, Ordering::Relaxed);
                let _ = tell.send(());
            };
            match std::thread::Builder::new().name("hook-output".to_owned()).spawn(reader) {
                Ok(_) => open += 1,
                Err(_) => drop(READERS.fetch_sub(1, Ordering::Relaxed)),
            }
        }
        Pipes { tails, ended, open }
    }

    /// Waits as long as said, or until a stream ends.
    pub fn pump(&mut self, wait: Duration) {
        if self.open == 0 {
            std::thread::sleep(wait);
        } else if self.ended.recv_timeout(wait).is_ok() {
            self.open -= 1;
        }
    }

    /// What is still in the pipes, and what was before.
    pub fn finish(mut self) -> (Tail, Tail) {
        let end = Instant::now() + LAST;
        while self.open > 0 && Instant::now() < end {
            self.pump(end.saturating_duration_since(Instant::now()));
        }
        let take = |tail: &Mutex<Tail>| std::mem::take(&mut *tail.lock().unwrap_or_else(PoisonError::into_inner));
        (take(&self.tails[0]), take(&self.tails[1]))
    }
}

fn read(mut pipe: Box<dyn Read + Send>, tail: &Mutex<Tail>) {
    let mut buffer = [0; 8192];
    loop {
        match pipe.read(&mut buffer) {
            Ok(length @ 1..) => tail
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
        }
    }
}
