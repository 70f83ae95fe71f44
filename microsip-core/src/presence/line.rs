//! The state of a line, kept from documents that tell all or what changed (RFC 4235 §4, §3.9).

use super::dialog_info::{DialogDirection, DialogEntry, DialogEvent, DialogInfo, DialogParty, DialogState};

/// Most dialogs that are remembered of a line; the oldest give way.
const MAX_DIALOGS: usize = 1_000;

/// A line in one word: what a lamp shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineState {
    /// Nothing is known yet.
    Unknown,
    /// No call.
    Idle,
    /// A call was begun, and nothing came back so far.
    Trying,
    /// It rings, here or there.
    Early,
    /// In a call.
    Confirmed,
    /// The last call ended just now, as the latest document says; the line is free.
    Terminated,
}

impl LineState {
    /// Stable lower-case name, as it appears in JSON: `"idle"`, `"early"`, …
    pub fn name(self) -> &'static str {
        match self {
            LineState::Unknown => "unknown",
            LineState::Idle => "idle",
            LineState::Trying => "trying",
            LineState::Early => "early",
            LineState::Confirmed => "confirmed",
            LineState::Terminated => "terminated",
        }
    }

    /// Whether the line has no call.
    pub fn is_free(self) -> bool {
        matches!(self, LineState::Idle | LineState::Terminated)
    }
}

/// What a document did to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineUpdate {
    /// Something is different now.
    Changed,
    /// It was taken, and nothing is different.
    Unchanged,
    /// It was older than what is known, or the same again, and passed over.
    Ignored,
    /// Documents were lost before it: a full refresh is needed, which a SUBSCRIBE brings. What it says was taken.
    Gap,
}

impl LineUpdate {
    /// Stable lower-case name, as it appears in JSON: `"changed"`, `"gap"`, …
    pub fn name(self) -> &'static str {
        match self {
            LineUpdate::Changed => "changed",
            LineUpdate::Unchanged => "unchanged",
            LineUpdate::Ignored => "ignored",
            LineUpdate::Gap => "gap",
        }
    }
}

/// A line at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineInfo {
    /// Everything in one word.
    pub state: LineState,
    /// Who began the call that [`state`](LineInfo#structfield.state) speaks of.
    pub direction: Option<DialogDirection>,
    /// That call's side of the watched line.
    pub local: DialogParty,
    /// Its other side: who calls, or is called.
    pub remote: DialogParty,
    /// What ended it, when it just ended.
    pub event: Option<DialogEvent>,
    /// The SIP status that ended it.
    pub code: Option<u16>,
    /// Whether the watched line holds it.
    pub on_hold: bool,
    /// Whether documents were lost, so that this may be wrong until a full one comes.
    pub stale: bool,
    /// All calls of the line that are not over, in the order in which they came up.
    pub dialogs: Vec<DialogEntry>,
}

impl LineInfo {
    /// The call that rings at the line, for pick-up: see [`DialogEntry::replaces_at_remote`]. One whose ids are known
    /// comes first.
    pub fn ringing(&self) -> Option<&DialogEntry> {
        let ringing = || self.dialogs.iter().filter(|d| d.is_ringing());
        ringing().find(|d| d.replaces_at_remote().is_ok()).or(ringing().next())
    }
}

/// The dialogs of a line, as the documents of one subscription tell them.
///
/// A subscription that begins anew counts anew: [`reset`](LineTable::reset) it then.
///
/// ```
/// # use microsip_core::{DialogEntry, DialogInfo, DialogState, LineState, LineTable, LineUpdate};
/// let mut line = LineTable::new();
/// line.apply(&DialogInfo::new("sip:bob@example.org", 0));
/// let rings = DialogInfo::new("sip:bob@example.org", 1).partial();
/// assert_eq!(line.apply(&rings.dialog(DialogEntry::new("1", DialogState::Early))), LineUpdate::Changed);
/// assert_eq!(line.info().state, LineState::Early);
/// ```
#[derive(Debug, Clone, Default)]
pub struct LineTable {
    version: Option<u32>,
    /// Of live dialogs, in the order in which they came up.
    dialogs: Vec<DialogEntry>,
    /// The last that ended, if the latest document said so and none is left.
    ended: Option<DialogEntry>,
    stale: bool,
}

impl LineTable {
    /// A table of which nothing is known.
    pub fn new() -> LineTable {
        LineTable::default()
    }

    /// Begins anew, for a new subscription: the next document is taken whatever its version. The dialogs known so far stay
    /// until it comes, and are marked as stale.
    pub fn reset(&mut self) {
        self.stale = self.version.take().is_some() || self.stale;
    }

    /// Takes a document.
    ///
    /// One that tells all replaces what is known. One that tells changes is taken if its version follows the one before; if
    /// some are missing between, or there was no full one yet, it is taken and the answer is [`LineUpdate::Gap`]. Older
    /// versions are passed over. So is the same version again, unless it tells all and something else than what is
    /// known: some servers do not count.
    pub fn apply(&mut self, document: &DialogInfo) -> LineUpdate {
        let gap = match self.version {
            Some(known) if document.version < known => return LineUpdate::Ignored,
            Some(known) if document.version == known => {
                if !document.full || self.same_as(document) {
                    return LineUpdate::Ignored;
                }
                false
            }
            Some(known) => !document.full && document.version - known > 1,
            None => !document.full,
        };
        let before = (self.ended.take(), self.stale, self.version.is_some());
        self.version = Some(document.version);
        self.stale = !document.full && (self.stale || gap);
        let changed = if document.full {
            self.replace_all(&document.dialogs)
        } else {
            self.replace_some(&document.dialogs)
        };
        let too_many = self.dialogs.len().saturating_sub(MAX_DIALOGS);
        self.dialogs.drain(..too_many);
        if !self.dialogs.is_empty() {
            self.ended = None;
        }
        if gap {
            LineUpdate::Gap
        } else if changed || before != (self.ended.clone(), self.stale, true) {
            LineUpdate::Changed
        } else {
            LineUpdate::Unchanged
        }
    }

    /// Takes the dialogs of a full document; whether that changed any.
    fn replace_all(&mut self, entries: &[DialogEntry]) -> bool {
        let known = std::mem::take(&mut self.dialogs);
        // A document that names a dialog twice means what it says last.
        self.replace_some(entries);
        for end in entries.iter().filter(|e| !e.is_live()) {
            // Servers that tell an idle line by a terminated dialog never had it live.
            if let Some(row) = known.iter().find(|d| d.id == end.id) {
                self.ended = Some(ended(row, end));
            }
        }
        self.dialogs != known
    }

    /// Takes the dialogs of a partial document; whether that changed any.
    fn replace_some(&mut self, entries: &[DialogEntry]) -> bool {
        let mut changed = false;
        for entry in entries {
            match self.dialogs.iter().position(|d| d.id == entry.id) {
                Some(at) if !entry.is_live() => {
                    let row = self.dialogs.remove(at);
                    self.ended = Some(ended(&row, entry));
                    changed = true;
                }
                None if entry.is_live() => {
                    self.dialogs.push(entry.clone());
                    changed = true;
                }
                Some(at) => {
                    if let Some(row) = self.dialogs.get_mut(at).filter(|row| *row != entry) {
                        row.clone_from(entry);
                        changed = true;
                    }
                }
                None => {}
            }
        }
        changed
    }

    fn same_as(&self, document: &DialogInfo) -> bool {
        let live = document.dialogs.iter().filter(|d| d.is_live());
        live.eq(self.dialogs.iter())
    }

    /// Whether a full document is needed because some were lost, or none came since [`reset`](LineTable::reset).
    pub fn needs_refresh(&self) -> bool {
        self.stale
    }

    /// The version of the latest document.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// The line now.
    ///
    /// With several calls, the one that is furthest counts: confirmed, early, trying; of equal ones the latest.
    pub fn info(&self) -> LineInfo {
        let leading = self.dialogs.iter().max_by_key(|d| d.state).or(self.ended.as_ref());
        let state = match leading.map(|d| d.state) {
            Some(DialogState::Trying | DialogState::Proceeding) => LineState::Trying,
            Some(DialogState::Early) => LineState::Early,
            Some(DialogState::Confirmed) => LineState::Confirmed,
            Some(DialogState::Terminated) => LineState::Terminated,
            None if self.version.is_none() => LineState::Unknown,
            None => LineState::Idle,
        };
        let party = |of: fn(&DialogEntry) -> &DialogParty| leading.map(of).cloned().unwrap_or_default();
        LineInfo {
            state,
            direction: leading.and_then(|d| d.direction),
            local: party(|d| &d.local),
            remote: party(|d| &d.remote),
            event: leading.and_then(|d| d.event),
            code: leading.and_then(|d| d.code),
            on_hold: leading.is_some_and(DialogEntry::is_on_hold),
            stale: self.stale,
            dialogs: self.dialogs.clone(),
        }
    }
}

/// A dialog that ended, with what was known of it while it lived where the end is silent.
fn ended(row: &DialogEntry, end: &DialogEntry) -> DialogEntry {
    let mut entry = end.clone();
    entry.direction = entry.direction.or(row.direction);
    if entry.local.is_empty() {
        entry.local = row.local.clone();
    }
    if entry.remote.is_empty() {
        entry.remote = row.remote.clone();
    }
    entry
}
