//! The settings file as a document: every byte is kept, an edit touches its own line.

use std::fmt;
use std::path::{Path, PathBuf};

use super::line::{EDIT, Kind, Line, check_name, classify, encode, in_quotes, needs_quotes, quote_of, same, unquoted};
use super::text::{IniEncoding, ReadOptions};
use super::warning::{IniWarning, WarningKind};
use crate::{Error, ErrorKind, Result};

/// The largest file that is read, in bytes: eight times what a full call history makes.
pub(super) const MAX_BYTES: usize = 4 << 20;
/// The most lines that are read.
const MAX_LINES: usize = 200_000;
/// The most problems that are told.
const MAX_PROBLEMS: usize = 1000;

const OP: &str = "read settings";

/// A settings file, as Windows' profile functions see it, and as its bytes are.
///
/// Section and key names are compared without regard to case; the first of two equal ones counts; white space and one pair
/// of quotes around a value are taken off. All that is not edited goes out as it came in: encoding, byte-order mark,
/// line ends, order, comments, what is broken.
///
/// ```
/// # use microsip_core::compat::ini::IniFile;
/// let mut ini = IniFile::parse(b"; mine\r\n[Settings]\r\nDND = 0\r\n", "microsip.ini")?;
/// ini.set("settings", "dnd", "1")?;
/// assert_eq!(ini.to_bytes(), b"; mine\r\n[Settings]\r\nDND = 1\r\n");
/// # Ok::<(), microsip_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct IniFile {
    path: PathBuf,
    encoding: IniEncoding,
    marked: bool,
    lines: Vec<Line>,
}

impl IniFile {
    /// A new file: UTF-16LE with mark, a lone `[Settings]`, as MicroSIP makes it. Nothing is written yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let mut file = IniFile {
            path: path.into(),
            encoding: IniEncoding::Utf16Le,
            marked: true,
            lines: Vec::new(),
        };
        let raw = IniEncoding::Utf16Le.encode("[Settings]\r\n").unwrap_or_default();
        file.lines.push(file.line(&raw));
        file
    }

    /// Reads a document from its bytes; `path` is only for warnings and for saving.
    ///
    /// # Errors
    /// [`ErrorKind::LimitReached`] beyond 4 MiB or 200,000 lines. Nothing else: what is malformed is kept, and told by
    /// [`problems`](IniFile::problems).
    pub fn parse(bytes: &[u8], path: impl Into<PathBuf>) -> Result<Self> {
        Self::parse_with(bytes, path, &ReadOptions::default())
    }

    /// As [`parse`](IniFile::parse), with the code page for files without a byte-order mark.
    ///
    /// # Errors
    /// As [`parse`](IniFile::parse).
    pub fn parse_with(bytes: &[u8], path: impl Into<PathBuf>, options: &ReadOptions) -> Result<Self> {
        let path = path.into();
        let too_much = |what: String| Error::new(ErrorKind::LimitReached, OP, format!("{}: {what}", path.display()));
        if bytes.len() > MAX_BYTES {
            let what = format!("{} bytes; settings files have at most {MAX_BYTES}", bytes.len());
            return Err(too_much(what));
        }
        let (encoding, marked) = options.detect(bytes);
        let from = if marked { encoding.mark().len() } else { 0 };
        let ranges = encoding.lines(bytes, from);
        if ranges.len() > MAX_LINES {
            let what = format!("{} lines; settings files have at most {MAX_LINES}", ranges.len());
            return Err(too_much(what));
        }
        let mut file = IniFile {
            path,
            encoding,
            marked,
            lines: Vec::with_capacity(ranges.len()),
        };
        for range in ranges {
            let line = file.line(&bytes[range]);
            file.lines.push(line);
        }
        Ok(file)
    }

    /// The bytes of the document.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.marked {
            bytes.extend_from_slice(self.encoding.mark());
        }
        for line in &self.lines {
            bytes.extend_from_slice(&line.raw);
        }
        bytes
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The encoding it was found in.
    pub fn encoding(&self) -> IniEncoding {
        self.encoding
    }

    /// Whether it starts with a byte-order mark.
    pub fn has_mark(&self) -> bool {
        self.marked
    }

    /// Whether nothing is in it: MicroSIP's "first run".
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| matches!(line.kind, Kind::Blank))
    }

    /// Rewrites the document in another encoding, with a mark except for code pages. Broken characters become U+FFFD.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if a character is not in the code page; nothing is changed then.
    pub fn convert(&mut self, encoding: IniEncoding) -> Result<()> {
        let mut lines = Vec::with_capacity(self.lines.len());
        for (i, line) in self.lines.iter().enumerate() {
            let raw = encode(encoding, &self.encoding.decode(&line.raw))
                .map_err(|e| Error::invalid(EDIT, format!("line {}: {}", i + 1, e.message())))?;
            lines.push(Line {
                raw: raw.into(),
                kind: line.kind.clone(),
            });
        }
        self.lines = lines;
        self.encoding = encoding;
        self.marked = !encoding.mark().is_empty();
        Ok(())
    }

    /// The names of the sections, as written, each once, in the order of the file.
    pub fn sections(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        self.lines
            .iter()
            .filter_map(|line| match &line.kind {
                Kind::Section(name) if seen.insert(name.to_lowercase()) => Some(&**name),
                _ => None,
            })
            .collect()
    }

    /// Whether there is such a section.
    pub fn has_section(&self, section: &str) -> bool {
        self.find_section(section).is_some()
    }

    /// The value of a key, without the white space and one pair of quotes around it; `None` if it is not there.
    pub fn get(&self, section: &str, key: &str) -> Option<&str> {
        self.find(section, key).map(|(_, value)| unquoted(value))
    }

    /// The line a key is in, from 1.
    pub fn line_of(&self, section: &str, key: &str) -> Option<usize> {
        self.find(section, key).map(|(i, _)| i + 1)
    }

    /// All of a section that counts: line from 1, key as written, value.
    pub fn entries<'a>(&'a self, section: &str) -> impl Iterator<Item = (usize, &'a str, &'a str)> + use<'a> {
        let start = self.find_section(section).map_or(self.lines.len(), |i| i + 1);
        let mut seen = std::collections::HashSet::new();
        self.lines[start..]
            .iter()
            .enumerate()
            .take_while(|(_, line)| !matches!(line.kind, Kind::Section(_)))
            .filter_map(move |(i, line)| match &line.kind {
                Kind::Entry(key, value) if seen.insert(key.to_lowercase()) => {
                    Some((start + i + 1, &**key, unquoted(value)))
                }
                _ => None,
            })
    }

    /// All sections that count with all of their keys that count, in one pass.
    #[expect(clippy::type_complexity, reason = "two lists, one in the other")]
    pub(super) fn all_entries(&self) -> Vec<(&str, Vec<(usize, &str, &str)>)> {
        let mut sections = std::collections::HashSet::new();
        let mut keys = std::collections::HashSet::new();
        let mut all: Vec<(&str, Vec<(usize, &str, &str)>)> = Vec::new();
        let mut counts = false;
        for (i, line) in self.lines.iter().enumerate() {
            match &line.kind {
                Kind::Section(name) => {
                    counts = sections.insert(name.to_lowercase());
                    keys.clear();
                    if counts {
                        all.push((name, Vec::new()));
                    }
                }
                Kind::Entry(key, value) if counts && keys.insert(key.to_lowercase()) => {
                    if let Some((_, entries)) = all.last_mut() {
                        entries.push((i + 1, key, unquoted(value)));
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// Sets a key, and makes it and its section if they are missing. Whether the document changed.
    ///
    /// An existing line keeps its spelling, its spaces and its quotes; a value that the file has already is not written. A
    /// new key goes after the last one of its section. Quotes are put around values that would be read otherwise without.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for names and values that no line can hold (line ends, NUL), or whose
    /// characters are not in the file's code page; [`convert`](IniFile::convert) to UTF-16 helps against the latter.
    pub fn set(&mut self, section: &str, key: &str, value: &str) -> Result<bool> {
        self.put(section, key, value, false)
    }

    /// As [`set`](IniFile::set), and a line that has to be made gets double quotes around the value, as MicroSIP writes
    /// devices and hooks.
    ///
    /// # Errors
    /// As [`set`](IniFile::set).
    pub fn set_quoted(&mut self, section: &str, key: &str, value: &str) -> Result<bool> {
        self.put(section, key, value, true)
    }

    fn put(&mut self, section: &str, key: &str, value: &str, quoted: bool) -> Result<bool> {
        check_name(section, "section")?;
        check_name(key, "key")?;
        if key.contains('=') || key.starts_with(['[', ';']) {
            return Err(Error::invalid(
                EDIT,
                format!("the key {key:?} must not have `=` in it, nor start with `[` or `;`"),
            ));
        }
        if value.contains(['\r', '\n', '\0']) {
            // The value may be a secret: it is not shown.
            return Err(Error::invalid(
                EDIT,
                format!("the value for {key} has a line end or NUL in it; settings are one line each"),
            ));
        }
        if let Some((i, old)) = self.find(section, key) {
            if unquoted(old) == value {
                return Ok(false);
            }
            let quote = quote_of(old).or(needs_quotes(value).then_some('"'));
            let line = &self.lines[i].raw;
            let (start, end) = (self.encoding.before_value(line), self.encoding.ending(line));
            let mut raw = line[..start.min(line.len() - end)].to_vec();
            raw.extend(encode(self.encoding, &in_quotes(value, quote))?);
            raw.extend_from_slice(&line[line.len() - end..]);
            self.lines[i] = self.line(&raw);
            return Ok(true);
        }
        let quote = (quoted || needs_quotes(value)).then_some('"');
        let entry = encode(self.encoding, &format!("{key}={}", in_quotes(value, quote)))?;
        let at = match self.find_section(section) {
            Some(head) => self.end_of_section(head),
            None => {
                let head = encode(self.encoding, &format!("[{section}]"))?;
                if self.lines.last().is_some_and(|line| line.kind != Kind::Blank) {
                    self.insert(self.lines.len(), &[]);
                }
                self.insert(self.lines.len(), &head);
                self.lines.len()
            }
        };
        self.insert(at, &entry);
        Ok(true)
    }

    /// Removes a key, all lines of it in its section. Whether there was one.
    pub fn remove(&mut self, section: &str, key: &str) -> bool {
        let Some(head) = self.find_section(section) else {
            return false;
        };
        let (before, mut i) = (self.lines.len(), 0);
        let end = self.next_section(head);
        self.lines.retain(|line| {
            i += 1;
            i - 1 <= head || i > end || !matches!(&line.kind, Kind::Entry(k, _) if same(k, key))
        });
        self.lines.len() < before
    }

    /// Removes a section with its keys, wherever it stands. Comments after its last key are kept: they are mostly about
    /// what follows. Whether there was one.
    pub fn remove_section(&mut self, section: &str) -> bool {
        let mut found = false;
        while let Some(head) = self.find_section(section) {
            let end = self.end_of_section(head);
            self.lines.drain(head..end);
            found = true;
        }
        found
    }

    /// What is wrong with the lines, whatever they mean: malformed ones, duplicates, keys outside sections. At most the
    /// first 1000.
    pub fn problems(&self) -> Vec<IniWarning> {
        let mut found = Vec::new();
        let mut sections = std::collections::HashSet::new();
        let mut keys = std::collections::HashSet::new();
        let mut section: Option<&str> = None;
        for (i, line) in self.lines.iter().enumerate() {
            if found.len() == MAX_PROBLEMS {
                break;
            }
            let warn = |kind| IniWarning::new(kind, &self.path, i + 1, section.unwrap_or_default());
            match &line.kind {
                Kind::Section(name) => {
                    section = Some(name);
                    keys.clear();
                    if !sections.insert(name.to_lowercase()) {
                        found.push(
                            IniWarning::new(WarningKind::DuplicateSection, &self.path, i + 1, name)
                                .allowed("only the first section of a name is read; move its keys there"),
                        );
                    }
                }
                Kind::Entry(key, value) if section.is_none() => found.push(
                    warn(WarningKind::OutsideSection)
                        .key(key, unquoted(value))
                        .allowed("put it below [Settings] or [Account1]"),
                ),
                Kind::Entry(key, value) => {
                    if !keys.insert(key.to_lowercase()) {
                        found.push(
                            warn(WarningKind::DuplicateKey)
                                .key(key, unquoted(value))
                                .allowed("only the first line of a key is read; remove one"),
                        );
                    }
                }
                Kind::Malformed => found.push(
                    warn(WarningKind::MalformedLine)
                        .allowed("a line is [section], key=value, a comment after ;, or blank"),
                ),
                Kind::Blank | Kind::Comment => {}
            }
        }
        found
    }

    fn line(&self, raw: &[u8]) -> Line {
        let body = &raw[..raw.len() - self.encoding.ending(raw)];
        Line {
            raw: raw.into(),
            kind: classify(&self.encoding.decode(body)),
        }
    }

    fn find_section(&self, section: &str) -> Option<usize> {
        self.lines
            .iter()
            .position(|line| matches!(&line.kind, Kind::Section(name) if same(name, section)))
    }

    /// The line of the section after the one whose head is `head`.
    fn next_section(&self, head: usize) -> usize {
        let rest = &self.lines[head + 1..];
        let length = rest.iter().position(|line| matches!(line.kind, Kind::Section(_)));
        head + 1 + length.unwrap_or(rest.len())
    }

    /// The line after the last one of a section that says something.
    fn end_of_section(&self, head: usize) -> usize {
        let section = &self.lines[head..self.next_section(head)];
        let last = section
            .iter()
            .rposition(|line| !matches!(line.kind, Kind::Blank | Kind::Comment));
        head + last.unwrap_or(0) + 1
    }

    fn find(&self, section: &str, key: &str) -> Option<(usize, &str)> {
        let head = self.find_section(section)?;
        let end = self.next_section(head);
        (head + 1..end).find_map(|i| match &self.lines[i].kind {
            Kind::Entry(k, value) if same(k, key) => Some((i, &**value)),
            _ => None,
        })
    }

    /// Puts a line in, with the line end that is used around it.
    fn insert(&mut self, at: usize, body: &[u8]) {
        let neighbour = at.checked_sub(1).map(|i| self.ending(i)).filter(|end| !end.is_empty());
        let ending = match neighbour.or_else(|| (!self.lines.is_empty()).then(|| self.ending(0))) {
            Some(end) if !end.is_empty() => end.to_vec(),
            _ => self.encoding.encode("\r\n").unwrap_or_default(),
        };
        if let Some(i) = at.checked_sub(1)
            && self.ending(i).is_empty()
        {
            let mut raw = self.lines[i].raw.to_vec();
            // A file that was cut off in the middle of a character must not shift those behind it; what is left of that character
            // becomes the one that says so, and no other that could mean something.
            if raw.len() % self.encoding.width() == 1 {
                raw.pop();
                raw.extend(self.encoding.encode("\u{FFFD}").unwrap_or_default());
            }
            raw.extend_from_slice(&ending);
            self.lines[i].raw = raw.into();
        }
        let mut raw = body.to_vec();
        raw.extend_from_slice(&ending);
        let line = self.line(&raw);
        self.lines.insert(at, line);
    }

    fn ending(&self, i: usize) -> &[u8] {
        let raw = &self.lines[i].raw;
        &raw[raw.len() - self.encoding.ending(raw)..]
    }
}

/// Passwords are in there: only what it is, not what it says.
impl fmt::Debug for IniFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IniFile")
            .field("path", &self.path)
            .field("encoding", &self.encoding.name())
            .field("marked", &self.marked)
            .field("lines", &self.lines.len())
            .finish()
    }
}
