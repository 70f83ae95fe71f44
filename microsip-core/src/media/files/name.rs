//! How recordings are called: a pattern with fields, filled in from the call.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::call::{Call, CallInfo};
use crate::event::Direction;
use crate::pj::LocalTime;
use crate::sip::uri;
use crate::{Error, Result};

/// The names tried when one is taken: up to this number.
const MOST: u32 = 10_000;
/// No value gets longer in a name, in bytes; file systems end at 255.
const LONGEST: usize = 100;

/// Rules for the names of recordings: a folder, and a pattern with fields in braces.
///
/// | field | becomes |
/// |---|---|
/// | `{date}` | `20261121`: the day, local time |
/// | `{time}` | `093015`: hours, minutes, seconds |
/// | `{direction}` | `incoming` or `outgoing` |
/// | `{remote_user}` | user part of the other side's URI, or its host without one |
/// | `{remote_host}` | its host |
/// | `{account}` | user part of our own URI, or its host |
/// | `{call}` | the call's number in this process |
/// | `{call_id}` | its SIP `Call-ID` |
/// | `{n}` | 1, or the first number with which there is no such file yet |
///
/// `{{` and `}}` are braces. A `/` begins a folder, which is made. In values, each of `/ \ ? % * : | " < > .`, spaces and
/// control characters become `_`, so that no caller can choose where a file goes.
///
/// A file that exists is never overwritten, unless [`RecordOptions::overwrite`](crate::RecordOptions::overwrite) asks for it: without `{n}` in the pattern
/// `-2`, `-3` … goes before the extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingName {
    folder: PathBuf,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Date,
    Time,
    Direction,
    RemoteUser,
    RemoteHost,
    Account,
    Call,
    CallId,
    Number,
}

const FIELDS: [(&str, Field); 9] = [
    ("date", Field::Date),
    ("time", Field::Time),
    ("direction", Field::Direction),
    ("remote_user", Field::RemoteUser),
    ("remote_host", Field::RemoteHost),
    ("account", Field::Account),
    ("call", Field::Call),
    ("call_id", Field::CallId),
    ("n", Field::Number),
];

const OP: &str = "recording name";

impl RecordingName {
    /// MicroSIP's own names: `20261121-093015-alice-incoming-1001.wav`. Its setting `recordingPath` is the folder.
    pub const MICROSIP: &str = "{date}-{time}-{remote_user}-{direction}-{account}.wav";

    /// Rules for files in `folder`, which is made when needed.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an unknown field, a brace without its other, a pattern
    /// that is empty or leads out of the folder.
    pub fn new(folder: impl Into<PathBuf>, pattern: &str) -> Result<RecordingName> {
        let pieces = parse(pattern)?;
        let text = pattern.replace("{{", "").replace("}}", "");
        let harmful = |part: &str| part.is_empty() || part == "." || part == "..";
        if text.split('/').any(harmful) || text.contains(['\\', '\0']) || text.chars().any(char::is_control) {
            return Err(Error::invalid(
                OP,
                format!("{pattern:?} is no name of a file inside its folder"),
            ));
        }
        Ok(RecordingName {
            folder: folder.into(),
            pieces,
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a file of this call is called at the moment, `{n}` being 1: for files of one's own beside recordings. Nothing is made,
    /// and whether there is such a file is not looked at.
    pub fn path_of(&self, call: &Call) -> PathBuf {
        self.path(&call.info(), LocalTime::of(SystemTime::now()), 1)
    }

    /// The name for a call, with `number` in place of `{n}`.
    fn path(&self, info: &CallInfo, at: LocalTime, number: u32) -> PathBuf {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Field(field) => name.push_str(&field.value(info, at, number)),
            }
        }
        let mut path = self.folder.clone();
        path.extend(name.split('/').map(unreserved));
        if number > 1 && !self.pieces.contains(&Piece::Field(Field::Number)) {
            path = numbered(&path, number);
        }
        path
    }

    /// Makes the file.
    pub(crate) fn create(&self, info: &CallInfo, overwrite: bool) -> io::Result<(File, PathBuf)> {
        let at = LocalTime::of(SystemTime::now());
        create_free(overwrite, |number| {
            let path = self.path(info, at, number);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            Ok(path)
        })
    }

    /// A name as the first call of this moment would get it, for its extension.
    pub(crate) fn example(&self) -> PathBuf {
        match self.pieces.last() {
            Some(Piece::Text(text)) => PathBuf::from(format!("x{text}")),
            _ => PathBuf::from("x"),
        }
    }
}

/// Makes the first file of its kind that is not there yet.
pub(crate) fn create_free(
    overwrite: bool,
    mut name: impl FnMut(u32) -> io::Result<PathBuf>,
) -> io::Result<(File, PathBuf)> {
    for number in 1..=MOST {
        let path = name(number)?;
        let mut options = OpenOptions::new();
        options.write(true);
        if overwrite {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        match options.open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(io::Error::new(e.kind(), format!("{}: {e}", path.display()))),
        }
    }
    let path = name(MOST)?;
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        format!("{} and all before it exist", path.display()),
    ))
}

/// `call.wav`, `call-2.wav`, `call-3.wav` …
pub(crate) fn numbered(path: &Path, number: u32) -> PathBuf {
    if number < 2 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn parse(pattern: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push(c);
            rest = &rest[2..];
        } else if let Some(inside) = rest.strip_prefix('{') {
            let Some((name, after)) = inside.split_once('}') else {
                return Err(Error::invalid(OP, format!("{pattern:?} has a {{ without }}")));
            };
            let Some((_, field)) = FIELDS.iter().find(|(n, _)| *n == name) else {
                let known: Vec<&str> = FIELDS.iter().map(|(n, _)| *n).collect();
                return Err(Error::invalid(
                    OP,
                    format!("{{{name}}} is no field; there are {}", known.join(", ")),
                ));
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Field(*field));
            rest = after;
        } else if c == '}' {
            return Err(Error::invalid(OP, format!("{pattern:?} has a }} without {{")));
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

impl Field {
    fn value(self, info: &CallInfo, at: LocalTime, number: u32) -> String {
        let user_or_host = |uri: &str| match uri::user(uri) {
            "" => uri::host_port(uri),
            user => user.to_owned(),
        };
        let raw = match self {
            Field::Date => format!("{:04}{:02}{:02}", at.year, at.month, at.day),
            Field::Time => format!("{:02}{:02}{:02}", at.hour, at.minute, at.second),
            Field::Direction => match info.direction {
                Direction::Incoming => "incoming".into(),
                Direction::Outgoing => "outgoing".into(),
            },
            Field::RemoteUser => user_or_host(&info.remote_uri),
            Field::RemoteHost => uri::host_port(&info.remote_uri),
            Field::Account => user_or_host(&info.local_uri),
            Field::Call => info.id.to_string(),
            Field::CallId => info.sip_call_id.to_string(),
            Field::Number => number.to_string(),
        };
        clean(&raw)
    }
}

/// What may stand in a name, whoever chose it. Never empty, never with a dot.
fn clean(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        let harmful = c.is_control() || r#"/\?%*:|"<>. "#.contains(c);
        if out.len() + c.len_utf8() > LONGEST {
            break;
        }
        out.push(if harmful { '_' } else { c });
    }
    if out.is_empty() { "unknown".into() } else { out }
}

/// Windows has devices in every folder.
fn unreserved(part: &str) -> String {
    let stem = part.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |name: &str| {
        let digit = stem.strip_prefix(name);
        digit.is_some_and(|d| d.len() == 1 && d.chars().all(|c| c.is_ascii_digit()))
    };
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT") {
        format!("_{part}")
    } else {
        part.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use microsip_testkit::dir::TestDir;

    use super::*;
    use crate::account::AccountId;
    use crate::call::CallId;

    const AT: LocalTime = LocalTime {
        year: 2026,
        month: 1,
        day: 9,
        hour: 3,
        minute: 4,
        second: 5,
    };

    fn info(remote: &str) -> CallInfo {
        let mut info = CallInfo::begun(CallId(7), AccountId(1), Direction::Incoming);
        info.remote_uri = remote.into();
        info.local_uri = "<sip:1001@pbx.example.org>".into();
        info.sip_call_id = "a84b4c@host/../../etc".into();
        info
    }

    fn name(pattern: &str, remote: &str, number: u32) -> String {
        let rules = RecordingName::new("/rec", pattern).unwrap();
        rules.path(&info(remote), AT, number).display().to_string()
    }

    #[test]
    fn microsip_calls_them_so() {
        let alice = "\"Alice\" <sip:alice.b@example.org:5070>";
        assert_eq!(
            name(RecordingName::MICROSIP, alice, 1),
            "/rec/20260109-030405-alice_b-incoming-1001.wav"
        );
        assert_eq!(
            name("{date}/{call}-{remote_host}{{x}}.flac", alice, 1),
            "/rec/20260109/7-example_org_5070{x}.flac"
        );
        assert_eq!(name("{call_id}.wav", alice, 1), "/rec/a84b4c@host_______etc.wav");
        assert_eq!(name("{remote_user}", "<sip:example.org>", 1), "/rec/example_org");
    }

    #[test]
    fn numbers_go_where_they_are_wanted() {
        let alice = "<sip:alice@h>";
        assert_eq!(name("a{n}.wav", alice, 1), "/rec/a1.wav");
        assert_eq!(name("a{n}.wav", alice, 12), "/rec/a12.wav");
        assert_eq!(name("{remote_user}.wav", alice, 2), "/rec/alice-2.wav");
        assert_eq!(name("x/{account}", alice, 3), "/rec/x/1001-3");
    }

    #[test]
    fn no_value_leaves_the_folder() {
        for remote in [
            "<sip:..@h>",
            "<sip:%2e%2e%2f@h>",
            "<sip:../../etc/passwd@h>",
            "<sip:a\\..\\b@h>",
            "",
            "<sip:CON@h>",
        ] {
            for pattern in [
                "{remote_user}",
                "{remote_user}/{remote_host}.wav",
                ".{remote_user}",
                "{remote_user}.",
            ] {
                let rules = RecordingName::new("/rec", pattern).unwrap();
                let path = rules.path(&info(remote), AT, 1);
                let inside = path.strip_prefix("/rec").unwrap();
                let plain = inside
                    .components()
                    .all(|c| matches!(c, std::path::Component::Normal(part) if part != "CON"));
                let depth = pattern.split('/').count();
                assert!(
                    plain && inside.components().count() == depth,
                    "{remote} {pattern}: {path:?}"
                );
            }
        }
        let long = format!("<sip:{}@h>", "ü".repeat(400));
        assert!(name("{remote_user}.wav", &long, 1).len() < 120);
    }

    #[test]
    fn patterns_that_lead_elsewhere_or_mean_nothing_are_refused() {
        for pattern in [
            "",
            "/abs.wav",
            "../up.wav",
            "a/../b",
            "a//b",
            "a/",
            ".",
            "a\\b",
            "a\0",
            "{nope}",
            "{date",
            "date}",
            "a\nb",
        ] {
            let error = RecordingName::new("/rec", pattern).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument, "{pattern:?}: {error}");
        }
    }

    #[test]
    fn what_exists_is_kept_unless_asked() {
        let dir = TestDir::new("names").unwrap();
        let rules = RecordingName::new(dir.join("new"), "{remote_user}.wav").unwrap();
        let alice = info("<sip:alice@h>");
        let made = |overwrite| {
            let (_, path) = rules.create(&alice, overwrite).unwrap();
            path.file_name().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(made(false), "alice.wav");
        std::fs::write(dir.join("new/alice.wav"), "kept").unwrap();
        assert_eq!([made(false), made(false)], ["alice-2.wav", "alice-3.wav"]);
        assert_eq!(std::fs::read(dir.join("new/alice.wav")).unwrap(), b"kept");
        assert_eq!(made(true), "alice.wav");
        assert!(std::fs::read(dir.join("new/alice.wav")).unwrap().is_empty());
    }
}
