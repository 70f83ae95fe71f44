//! Live reload: telling when the settings file on disk says something else.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use sha2::{Digest as _, Sha256};

use super::document::{IniFile, MAX_BYTES};
use super::text::ReadOptions;
use crate::compat::schedule::{Repeater, Turn};
use crate::{Error, FailureCode, Result};

const OP: &str = "watch settings";
/// After the system says that something happened, it is looked so late: many events become one look.
const GATHER: Duration = Duration::from_millis(20);
/// Editors that move files about leave none at all for a moment.
const GONE: Duration = Duration::from_millis(500);
/// An empty or unreadable file is mostly one that is being written.
const PARTIAL: Duration = Duration::from_secs(2);
/// A file that never comes to rest is told all the same, that often.
const RESTLESS: Duration = Duration::from_secs(5);
/// Where the system tells of changes, it is looked all the same, that often: it does not tell of what other machines do in a shared
/// folder.
const BACKSTOP: Duration = Duration::from_secs(30);
/// A save that was announced has happened by then.
const SAVED_BY: Duration = Duration::from_secs(2);
/// So many announced contents are remembered.
const MAX_EXPECTED: usize = 32;

/// What became of the settings file.
#[derive(Debug)]
#[non_exhaustive]
pub enum IniChange {
    /// It says something else; this is what.
    Changed(IniFile),
    /// It is gone. Told once; when it comes back, that is a change.
    Removed,
    /// It is there and cannot be read, or is too large. Told once; keep what there is.
    Failed(Error),
}

impl IniChange {
    /// Stable lower-case name, as it appears in JSON: `"changed"`, `"removed"`, `"failed"`.
    pub fn name(&self) -> &'static str {
        match self {
            IniChange::Changed(_) => "changed",
            IniChange::Removed => "removed",
            IniChange::Failed(_) => "failed",
        }
    }
}

/// How an [`IniWatcher`] looks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchOptions {
    /// How the file is read.
    pub read: ReadOptions,
    /// For how long a new content must stay before it is told. Default 200 ms; 10 ms to a minute.
    pub settle: Duration,
    /// How often to look where the system tells of no changes. Default 2 s; 10 ms to an hour.
    pub poll: Duration,
    /// Not to ask the system for changes. Default false.
    pub poll_only: bool,
}

impl Default for WatchOptions {
    fn default() -> Self {
        WatchOptions {
            read: ReadOptions::default(),
            settle: Duration::from_millis(200),
            poll: Duration::from_secs(2),
            poll_only: false,
        }
    }
}

impl WatchOptions {
    /// Sets how the file is read.
    #[must_use]
    pub fn read(mut self, options: ReadOptions) -> Self {
        self.read = options;
        self
    }

    /// Sets for how long a new content must stay.
    #[must_use]
    pub fn settle(mut self, time: Duration) -> Self {
        self.settle = time;
        self
    }

    /// Sets how often to look where the system tells of no changes.
    #[must_use]
    pub fn poll(mut self, time: Duration) -> Self {
        self.poll = time;
        self
    }

    /// Sets whether the system is not asked for changes.
    #[must_use]
    pub fn poll_only(mut self, only: bool) -> Self {
        self.poll_only = only;
        self
    }
}

/// Watches a settings file, on its own thread. Dropping it ends that.
///
/// Contents are compared, not times: a file that is touched, or saved as it was, is no change. A new content is told when it has stayed for
/// [`WatchOptions::settle`]; an empty or unreadable file when it has for 2 s, an absent one after 0.5 s. Own saves are made by
/// [`save`](IniWatcher::save), or announced by [`expect`](IniWatcher::expect), and are not told.
///
/// The system is asked for changes of the file's directory (inotify, FSEvents, ReadDirectoryChangesW), as editors put a new file in its
/// place; of the directory a link points to as well. Where that fails, or the directory does not exist, it is looked every
/// [`WatchOptions::poll`]; every 30 s it is looked anyway.
pub struct IniWatcher {
    repeater: Repeater,
    shared: Arc<Shared>,
}

impl fmt::Debug for IniWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IniWatcher")
            .field("notified", &self.is_notified())
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Shared {
    expected: Mutex<VecDeque<(Hash, Instant)>>,
    /// The system tells of changes.
    notified: AtomicBool,
    /// A watched directory went away, or was moved.
    lost: AtomicBool,
}

impl Shared {
    fn expected(&self) -> MutexGuard<'_, VecDeque<(Hash, Instant)>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Hash = [u8; 32];

impl IniWatcher {
    /// Watches the file `known` was read from. What differs from `known` is told, also if it changed before this call; a file that is absent
    /// or empty now is not told as such. `callback` runs on the watcher's thread.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a path without a file name and options out of range;
    /// [`LimitReached`](crate::ErrorKind::LimitReached) if the system gives no thread. That it gives no notice of changes is no error.
    pub fn start(
        known: &IniFile,
        options: WatchOptions,
        mut callback: impl FnMut(IniChange) + Send + 'static,
    ) -> Result<IniWatcher> {
        let bounds = |time: Duration, most: u64| time >= Duration::from_millis(10) && time <= Duration::from_secs(most);
        if !bounds(options.settle, 60) || !bounds(options.poll, 3600) {
            let what = format!(
                "settle is {:?} and poll is {:?}; 10 ms to a minute and 10 ms to an hour are allowed",
                options.settle, options.poll
            );
            return Err(Error::invalid(OP, what));
        }
        let path = std::path::absolute(known.path()).unwrap_or_else(|_| known.path().to_owned());
        if path.file_name().is_none() {
            return Err(Error::invalid(OP, format!("{} is no file", path.display())));
        }
        let shared = Arc::new(Shared::default());
        let mut watch = Watch {
            known: Seen::Content(hash(&known.to_bytes())),
            candidate: None,
            system: None,
            first: true,
            path,
            options,
            shared: shared.clone(),
        };
        let task = move |turn: &Turn| {
            let (change, next) = watch.look(turn);
            if let Some(change) = change {
                turn.tell(|| callback(change));
            }
            Some(next)
        };
        Ok(IniWatcher {
            repeater: Repeater::start("settings", Some(Duration::ZERO), task)?,
            shared,
        })
    }

    /// Announces a save of this content: it will not be told. To be called before the save, and
    /// [`unexpect`](IniWatcher::unexpect) if that fails.
    ///
    /// If the file still has its former content 2 s later, that is told as a change, since the caller's is another.
    pub fn expect(&self, bytes: &[u8]) {
        let mut expected = self.shared.expected();
        if expected.len() >= MAX_EXPECTED {
            expected.pop_front();
        }
        expected.push_back((hash(bytes), Instant::now()));
        drop(expected);
        self.repeater.turn().run_within(GATHER);
    }

    /// Takes back an [`expect`](IniWatcher::expect): the save failed.
    pub fn unexpect(&self, bytes: &[u8]) {
        let hash = hash(bytes);
        let mut expected = self.shared.expected();
        if let Some(at) = expected.iter().rposition(|(h, _)| *h == hash) {
            expected.remove(at);
        }
    }

    /// Saves a document ([`IniFile::save`]) without telling it as a change.
    ///
    /// # Errors
    /// As [`IniFile::save`].
    pub fn save(&self, ini: &IniFile) -> Result<()> {
        let bytes = ini.to_bytes();
        self.expect(&bytes);
        ini.save().inspect_err(|_| self.unexpect(&bytes))
    }

    /// Saves a document in place of a content ([`IniFile::save_over`]) without telling it as a change.
    ///
    /// # Errors
    /// As [`IniFile::save_over`].
    pub fn save_over(&self, ini: &IniFile, seen: Option<&[u8]>) -> Result<bool> {
        let bytes = ini.to_bytes();
        self.expect(&bytes);
        let saved = ini.save_over(seen);
        if !matches!(saved, Ok(true)) {
            self.unexpect(&bytes);
        }
        saved
    }

    /// Looks at the file now. Returns at once.
    pub fn look(&self) {
        self.repeater.turn().run_within(Duration::ZERO);
    }

    /// Whether the system tells of changes at present; else it is looked every [`WatchOptions::poll`].
    pub fn is_notified(&self) -> bool {
        self.shared.notified.load(Ordering::SeqCst)
    }

    /// Ends it: no callback begins any more. A running one is waited for, at most 2 s, unless this is called from it. Whether none is
    /// running any more.
    pub fn close(&self) -> bool {
        self.repeater.close(Duration::from_secs(2))
    }
}

/// How the file was found.
#[derive(Clone, PartialEq, Eq)]
enum Seen {
    Absent,
    Empty,
    Content(Hash),
    /// By the words of the error.
    Unreadable(String),
}

/// Something new, until it has stayed long enough.
struct Candidate {
    seen: Seen,
    since: Instant,
    /// Since when the file is not as it is known.
    restless: Instant,
}

/// Where the file changes, and under which names: its own, and, if it is a link, those of the file that is meant.
#[derive(Clone, PartialEq, Eq)]
struct Location {
    dirs: Vec<PathBuf>,
    /// In lower case, as upper and lower case may be the same to the file system.
    names: Vec<String>,
}

/// The state of the thread.
struct Watch {
    path: PathBuf,
    options: WatchOptions,
    shared: Arc<Shared>,
    known: Seen,
    candidate: Option<Candidate>,
    system: Option<(RecommendedWatcher, Location)>,
    first: bool,
}

impl Watch {
    /// One look: what is to be told, and when to look again.
    fn look(&mut self, turn: &Turn) -> (Option<IniChange>, Duration) {
        // First the notices, then the look, so that nothing falls between them.
        self.attend(turn);
        let (seen, found) = self.read();
        if std::mem::take(&mut self.first) && matches!(seen, Seen::Absent | Seen::Empty) {
            self.known = seen.clone();
        }
        let pause = if self.system.is_some() {
            BACKSTOP
        } else {
            self.options.poll
        };
        let now = Instant::now();
        if self.is_own(&seen) {
            self.known = seen;
            self.candidate = None;
            return (None, pause);
        }
        if seen == self.known {
            self.candidate = None;
            let oldest = self.shared.expected().front().map(|(_, since)| *since);
            let Some(oldest) = oldest else { return (None, pause) };
            // An announced save has not come. It will, or it was undone by somebody.
            let waited = now.saturating_duration_since(oldest);
            if waited < SAVED_BY {
                return (None, pause.min(SAVED_BY - waited));
            }
            self.shared.expected().clear();
            return (self.told(found), pause);
        }
        let patience = match &seen {
            Seen::Absent => GONE.max(self.options.settle),
            Seen::Empty | Seen::Unreadable(_) => PARTIAL.max(self.options.settle),
            Seen::Content(_) => self.options.settle,
        };
        let restless = self.candidate.as_ref().map_or(now, |c| c.restless);
        let since = match &self.candidate {
            Some(candidate) if candidate.seen == seen => candidate.since,
            _ => now,
        };
        let stayed = now.saturating_duration_since(since);
        let limit = RESTLESS.max(self.options.settle * 2);
        let worn_out = matches!(seen, Seen::Content(_)) && now.saturating_duration_since(restless) >= limit;
        if stayed < patience && !worn_out {
            self.candidate = Some(Candidate { seen, since, restless });
            return (None, patience - stayed);
        }
        self.candidate = None;
        self.known = seen;
        // What was saved before this appeared was overwritten by it unseen.
        self.shared.expected().retain(|(_, announced)| *announced > since);
        (self.told(found), pause)
    }

    /// Whether it is what was announced; what was announced before that is done with.
    fn is_own(&self, seen: &Seen) -> bool {
        let hash = match seen {
            Seen::Content(hash) => *hash,
            Seen::Empty => hash(b""),
            _ => return false,
        };
        let mut expected = self.shared.expected();
        let Some(at) = expected.iter().rposition(|(h, _)| *h == hash) else {
            return false;
        };
        expected.drain(..=at);
        true
    }

    fn told(&self, found: Result<Option<IniFile>>) -> Option<IniChange> {
        Some(match found {
            Ok(Some(ini)) => IniChange::Changed(ini),
            Ok(None) => IniChange::Removed,
            Err(e) => IniChange::Failed(e),
        })
    }

    fn read(&self) -> (Seen, Result<Option<IniFile>>) {
        let bytes = match read(&self.path) {
            Ok(bytes) => bytes,
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return (Seen::Absent, Ok(None));
            }
            Err(e) => {
                let what = format!("{}: {e}", self.path.display());
                return (
                    Seen::Unreadable(e.to_string()),
                    Err(FailureCode::IoFailed.error(OP, what)),
                );
            }
        };
        let seen = match bytes.as_slice() {
            [] => Seen::Empty,
            bytes => Seen::Content(hash(bytes)),
        };
        match IniFile::parse_with(&bytes, &self.path, &self.options.read) {
            Ok(ini) => (seen, Ok(Some(ini))),
            Err(e) => (Seen::Unreadable(e.message().to_owned()), Err(e)),
        }
    }

    /// Sees to it that the system tells of changes, if it can.
    fn attend(&mut self, turn: &Turn) {
        if self.options.poll_only {
            return;
        }
        let lost = self.shared.lost.swap(false, Ordering::SeqCst);
        let place = self.location();
        if !lost && self.system.as_ref().is_some_and(|(_, watched)| *watched == place) {
            return;
        }
        self.system = None;
        if !place.dirs.is_empty() {
            match self.ask(&place, turn) {
                Ok(watcher) => self.system = Some((watcher, place)),
                Err(e) => tracing::debug!("{}: the system tells of no changes: {e}", self.path.display()),
            }
        }
        self.shared.notified.store(self.system.is_some(), Ordering::SeqCst);
    }

    fn location(&self) -> Location {
        let mut place = Location {
            dirs: Vec::new(),
            names: Vec::new(),
        };
        // Without its own directory, no other one helps.
        if !self.path.parent().is_some_and(Path::is_dir) {
            return place;
        }
        for file in [Some(self.path.clone()), fs::canonicalize(&self.path).ok()]
            .into_iter()
            .flatten()
        {
            place.names.extend(file.file_name().map(lower));
            let dir = file.parent().and_then(|dir| fs::canonicalize(dir).ok());
            place.dirs.extend(dir.filter(|dir| !place.dirs.contains(dir)));
        }
        place
    }

    fn ask(&self, place: &Location, turn: &Turn) -> notify::Result<RecommendedWatcher> {
        let (turn, shared, own) = (turn.clone(), self.shared.clone(), place.clone());
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else {
                turn.run_within(GATHER);
                return;
            };
            match event.kind {
                // Reading it, as is done here, is no change.
                EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
                EventKind::Access(_) => return,
                _ => {}
            }
            let moved = matches!(
                event.kind,
                EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
            );
            if moved && event.paths.iter().any(|path| own.dirs.contains(path)) {
                shared.lost.store(true, Ordering::SeqCst);
                turn.run_within(GATHER);
                return;
            }
            // The log and others may be in the same directory.
            let ours = |path: &PathBuf| path.file_name().is_none_or(|name| own.names.contains(&lower(name)));
            if event.paths.is_empty() || event.need_rescan() || event.paths.iter().any(ours) {
                turn.run_within(GATHER);
            }
        })?;
        for dir in &place.dirs {
            watcher.watch(dir, RecursiveMode::NonRecursive)?;
        }
        Ok(watcher)
    }
}

fn lower(name: &OsStr) -> String {
    name.to_string_lossy().to_lowercase()
}

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// One byte more than is allowed at most: a device without end is refused and not read on. A pipe is not opened, as that could block.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
