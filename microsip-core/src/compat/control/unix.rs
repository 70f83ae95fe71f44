//! The socket, its lock and its directory on Unix.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use interprocess::ConnectWaitMode;
use interprocess::local_socket::traits::{Listener as _, Stream as _, StreamCommon as _};
use interprocess::local_socket::{
    ConnectOptions, GenericFilePath, ListenerNonblockingMode, ListenerOptions, ToFsName as _,
};
use interprocess::os::unix::uds_local_socket::{Listener, Stream};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FlockOperation, OFlags};

use super::name::InstanceName;
use crate::{Error, ErrorKind, Result};

/// Longest path of a socket in bytes, without its terminating zero.
pub(super) const MAX_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// How often a lock is tried whose file vanishes at that moment.
const RETRIES: usize = 100;

/// How long a reader sleeps at most where the system cannot wake it without losing what has come.
const SLICE: Duration = Duration::from_millis(100);

fn our_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Where sockets may live, best first.
pub(super) fn directories() -> Vec<PathBuf> {
    let uid = our_uid();
    let ours = |path: &Path| fs::metadata(path).is_ok_and(|m| m.is_dir() && m.uid() == uid);
    let mut places = Vec::new();
    // Somebody else's, as after `su`, is not ours to use.
    let given = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute() && ours(path));
    let usual =
        || Some(PathBuf::from(format!("/run/user/{uid}"))).filter(|path| cfg!(target_os = "linux") && ours(path));
    places.extend(given.or_else(usual).map(|path| path.join("microsip")));
    places.push(std::env::temp_dir().join(format!("microsip-{uid}")));
    places.push(PathBuf::from(format!("/tmp/microsip-{uid}")));
    places
}

pub(super) fn paths(directory: &Path, stem: &str, hash: &str) -> (PathBuf, PathBuf) {
    let base = if stem.is_empty() {
        hash.to_owned()
    } else {
        format!("{stem}-{hash}")
    };
    (
        directory.join(format!("{base}.sock")),
        directory.join(format!("{base}.lock")),
    )
}

pub(super) fn fits(socket: &Path) -> bool {
    socket.as_os_str().len() <= MAX_PATH
}

fn failed(what: &str, path: &Path, e: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "control", format!("{} {what}: {e}", path.display()))
}

/// Makes the directory, or sees that it is ours alone: in a directory others can write to, anybody could put a socket.
fn secure(directory: &Path) -> Result<()> {
    match DirBuilder::new().mode(0o700).create(directory) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => DirBuilder::new()
            .mode(0o700)
            .recursive(true)
            .create(directory)
            .map_err(|e| failed("cannot be created", directory, &e))?,
        Err(e) => return Err(failed("cannot be created", directory, &e)),
    }
    let meta = fs::symlink_metadata(directory).map_err(|e| failed("cannot be read", directory, &e))?;
    let wrong = if meta.is_symlink() {
        "is a symbolic link"
    } else if !meta.is_dir() {
        "is no directory"
    } else if meta.uid() != our_uid() {
        "belongs to another user"
    } else if meta.mode() & 0o077 != 0 {
        "is open to other users"
    } else {
        return Ok(());
    };
    let message = format!(
        "{} {wrong}, so the control socket would not be safe in it; remove it, or give it to this user with mode 700",
        directory.display()
    );
    Err(Error::new(ErrorKind::Config, "control", message))
}

/// The system's lock on the file beside the socket. It ends with this value, or with the process.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or says that another process has it. The file stays when the lock ends: were it removed, two could
    /// each lock a file of that name.
    pub(super) fn take(name: &InstanceName) -> Result<Option<Lock>> {
        secure(&name.directory)?;
        for _ in 0..RETRIES {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .custom_flags(OFlags::NOFOLLOW.bits() as i32)
                .open(&name.lock)
                .map_err(|e| failed("cannot be opened", &name.lock, &e))?;
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(e) if e == rustix::io::Errno::WOULDBLOCK => return Ok(None),
                Err(e) if e == rustix::io::Errno::INTR => continue,
                Err(e) => return Err(failed("cannot be locked", &name.lock, &e.into())),
            }
            let here = file.metadata().map_err(|e| failed("cannot be read", &name.lock, &e))?;
            // Whoever cleans up may have removed it between our opening and our locking.
            match fs::symlink_metadata(&name.lock) {
                Ok(there) if (there.dev(), there.ino()) == (here.dev(), here.ino()) => {}
                Ok(_) => continue,
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(failed("cannot be read", &name.lock, &e)),
            }
            return Ok(Some(Lock { file }));
        }
        let message = format!(
            "{} is removed again and again by somebody; leave it there",
            name.lock.display()
        );
        Err(Error::new(ErrorKind::Io, "control", message))
    }
}

/// Writes who owns it, for messages alone, and asks those who clean up to spare it: sticky files in the runtime directory
/// are left alone (XDG Base Directory Specification), and so they are by systemd-tmpfiles.
fn note_owner(mut file: &File) {
    let told = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    let kept = if cfg!(target_os = "linux") {
        file.set_permissions(fs::Permissions::from_mode(0o1600))
    } else {
        Ok(())
    };
    if let Err(e) = told.and(kept) {
        tracing::debug!("the lock's file has no note of its owner: {e}");
    }
}

/// Who is said to own the instance.
pub(super) fn owner(name: &InstanceName) -> Option<u32> {
    let mut text = String::new();
    File::open(&name.lock).ok()?.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// The listening socket.
#[derive(Debug)]
pub(super) struct Door {
    listener: Listener,
    bell: OwnedFd,
    rung: OwnedFd,
    path: PathBuf,
    file: (u64, u64),
    removed: AtomicBool,
}

impl Door {
    /// Opens the socket in the place of whatever a former owner left. Only for who holds the lock.
    pub(super) fn open(name: &InstanceName, lock: &Lock) -> Result<Self> {
        note_owner(&lock.file);
        let path = &name.socket;
        match fs::remove_file(path) {
            Ok(()) => tracing::info!("a socket that a former owner left was removed"),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed("is in the way and cannot be removed", path, &e)),
        }
        let open = || -> io::Result<Door> {
            let (rung, bell) = std::os::unix::net::UnixStream::pair()?;
            let listener = ListenerOptions::new()
                .name(path.as_path().to_fs_name::<GenericFilePath>()?)
                .nonblocking(ListenerNonblockingMode::Both)
                .reclaim_name(false)
                .create_sync_as::<Listener>()?;
            // Until here the directory alone keeps others out.
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            let meta = fs::symlink_metadata(path)?;
            Ok(Door {
                listener,
                bell: bell.into(),
                rung: rung.into(),
                path: path.clone(),
                file: (meta.dev(), meta.ino()),
                removed: AtomicBool::new(false),
            })
        };
        open().map_err(|e| failed("cannot be opened as a socket", path, &e))
    }

    /// The next connection of this user or of root; waits for one. [`None`] once [`shut`](Door::shut) was called.
    pub(super) fn accept(&self) -> io::Result<Option<Wire>> {
        loop {
            let mut fds = [
                PollFd::new(&self.listener, PollFlags::IN),
                PollFd::new(&self.rung, PollFlags::IN),
            ];
            match poll(&mut fds, None) {
                Ok(_) => {}
                Err(e) if e == rustix::io::Errno::INTR => continue,
                Err(e) => return Err(e.into()),
            }
            if !fds[1].revents().is_empty() {
                return Ok(None);
            }
            match self.listener.accept() {
                Ok(stream) => {
                    let peer = stream.peer_creds().ok().and_then(|peer| peer.euid());
                    if allowed(peer, our_uid()) {
                        return Ok(Some(Wire::new(stream)));
                    }
                    tracing::warn!(uid = peer, "a connection of another user was refused");
                }
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(e) if e.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Removes the socket's file and lets [`accept`](Door::accept) return.
    pub(super) fn shut(&self) {
        if !self.removed.swap(true, Ordering::AcqRel) {
            let still = fs::symlink_metadata(&self.path).is_ok_and(|meta| (meta.dev(), meta.ino()) == self.file);
            if still && let Err(e) = fs::remove_file(&self.path) {
                tracing::warn!("the control socket's file stays: {e}");
            }
        }
        let _ = rustix::net::shutdown(&self.bell, rustix::net::Shutdown::Both);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shut();
    }
}

/// Whether a peer may command the phone: its user, and root, who could anyway. Where the system does not say who it is, the
/// directory has kept others out.
pub(super) fn allowed(peer: Option<u32>, ours: u32) -> bool {
    peer.is_none_or(|peer| peer == ours || peer == 0)
}

/// One connection. Reading and writing may go on at the same time, on two threads.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    no_more_reading: AtomicBool,
}

impl Wire {
    fn new(stream: Stream) -> Self {
        #[cfg(target_vendor = "apple")]
        let _ = rustix::net::sockopt::set_socket_nosigpipe(&stream, true);
        Wire {
            stream,
            no_more_reading: AtomicBool::new(false),
        }
    }

    /// Connects. [`WouldBlock`](io::ErrorKind::WouldBlock) where the owner has not yet taken earlier ones in.
    pub(super) fn connect(name: &InstanceName, patience: Duration) -> io::Result<Self> {
        let stream: Stream = ConnectOptions::new()
            .name(name.socket.as_path().to_fs_name::<GenericFilePath>()?)
            .wait_mode(ConnectWaitMode::Timeout(patience))
            .nonblocking_stream(true)
            .connect_sync_as()?;
        stream.set_nonblocking(true)?;
        let peer = stream.peer_creds().ok().and_then(|peer| peer.euid());
        if !allowed(peer, our_uid()) {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "another user listens there",
            ));
        }
        Ok(Wire::new(stream))
    }

    /// Reads what is there; waits for something until then. [`None`]: nothing came. No bytes: the end.
    pub(super) fn read(&self, buffer: &mut [u8], until: Option<Instant>) -> io::Result<Option<usize>> {
        loop {
            let last = self.no_more_reading.load(Ordering::Acquire);
            match (&self.stream).read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock && last => return Ok(Some(0)),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                done => return done.map(Some),
            }
            let slice = (!cfg!(target_os = "linux")).then(|| Instant::now() + SLICE);
            let until_slice = [until, slice].into_iter().flatten().min();
            if !self.wait(PollFlags::IN, until_slice)? && until.is_some_and(|until| Instant::now() >= until) {
                return Ok(None);
            }
        }
    }

    /// Writes some of it; waits for room until then. [`None`]: there was none.
    pub(super) fn write(&self, bytes: &[u8], until: Instant) -> io::Result<Option<usize>> {
        loop {
            match self.send(bytes) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                done => return done.map(Some),
            }
            if !self.wait(PollFlags::OUT, Some(until))? && Instant::now() >= until {
                return Ok(None);
            }
        }
    }

    /// Lets the reader have what has come, then the end. On Linux the peer can send no more from now on.
    pub(super) fn stop_reading(&self) {
        self.no_more_reading.store(true, Ordering::Release);
        if cfg!(target_os = "linux") {
            let _ = self.stream.inner().shutdown(Shutdown::Read);
        }
    }

    /// Ends the connection at once, also for threads that read or write.
    pub(super) fn cut(&self) {
        let _ = self.stream.inner().shutdown(Shutdown::Both);
    }

    /// After the end was read: waits until the peer has closed the other direction too, or the connection is to end.
    pub(super) fn wait_gone(&self) {
        while !self.no_more_reading.load(Ordering::Acquire) {
            match self.poll(PollFlags::empty(), Some(Instant::now() + SLICE)) {
                Ok(events) if events.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => return,
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    /// Writes without waiting. That the peer is gone is an error, never a signal: a C program that uses us may not ignore it.
    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(not(target_vendor = "apple"))]
        return Ok(rustix::net::send(
            &self.stream,
            bytes,
            rustix::net::SendFlags::NOSIGNAL,
        )?);
        #[cfg(target_vendor = "apple")]
        return io::Write::write(&mut &self.stream, bytes);
    }

    fn wait(&self, what: PollFlags, until: Option<Instant>) -> io::Result<bool> {
        self.poll(what, until).map(|events| !events.is_empty())
    }

    fn poll(&self, what: PollFlags, until: Option<Instant>) -> io::Result<PollFlags> {
        let left = until.map(|until| {
            let left = until.saturating_duration_since(Instant::now());
            // A day is as good as for ever here, and never too much for any system.
            Timespec {
                tv_sec: left.as_secs().min(86_400) as i64,
                tv_nsec: left.subsec_nanos() as _,
            }
        });
        let mut fds = [PollFd::new(&self.stream, what)];
        match poll(&mut fds, left.as_ref()) {
            Ok(_) => Ok(fds[0].revents()),
            Err(e) if e == rustix::io::Errno::INTR => Ok(PollFlags::empty()),
            Err(e) => Err(e.into()),
        }
    }
}
