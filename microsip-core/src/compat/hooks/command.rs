//! The value of a hook's key, and what it becomes for one call.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{HookCall, HookEvent};
use crate::compat::cmdline::split_windows;
use crate::{Error, ErrorKind, Result};

const OP: &str = "hook command";
/// The longest value, in bytes; MicroSIP has 255 characters.
const MAX_VALUE: usize = 8192;
/// All but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Whose rules split a value into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    Windows,
    Posix,
}

impl Rules {
    fn here() -> Rules {
        if cfg!(windows) { Rules::Windows } else { Rules::Posix }
    }
}

/// A program with its arguments, as a hook's key gives them.
///
/// `Debug` shows the program alone: arguments may hold what is nobody else's business.
#[derive(Clone, PartialEq, Eq)]
pub struct HookCommand {
    program: String,
    arguments: Vec<String>,
}

impl HookCommand {
    /// Reads a value, from which the reader of the settings file has already taken one pair of quotes.
    ///
    /// On Windows it is split as Windows programs expect it: blanks separate, double quotes keep together, backslashes stay.
    /// Elsewhere as a POSIX shell splits words: with both kinds of quotes and backslashes, but nothing else of a shell; `#`
    /// is a character like any other. There, a value with a Windows path in it (`C:\x`, `\\server\x`) and without single
    /// quotes is split by Windows' rules, so that its backslashes survive. Quotes keep their meaning in every argument.
    ///
    /// The program is looked for in the absolute directories of `PATH` if there is no directory in its name; a leading `~/`
    /// is the user's home, except on Windows. A web address (`https://crm.example/?n={number}`) may stand alone in place of
    /// a program: it is opened by the desktop, and nothing is appended to it.
    ///
    /// Placeholders, in arguments and web addresses, never in a program's name; none is looked for in what was put in:
    ///
    /// * `{callerid}` (display name, else user), `{user}`, `{number}` (the same), `{domain}`, `{name}`, `{server}`,
    ///   `{extension}` (own user), `{time}` (Unix time of the call's beginning), `{duration}` (seconds, -1 if it has none),
    ///   `{callid}`, `{direction}`, `{password}`, `{md5_password}` (hexadecimal; both empty unless [`HookCall::password`] is
    ///   set): URL-encoded, in every hook.
    /// * `%number%` and `%callerid%`, in any case: what else would be the last argument. It is not appended then.
    ///
    /// Anything else in braces or between percent signs is passed literally.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for a value that is empty, has a quote without its partner, a backslash at its end or a
    /// NUL, or that puts something behind a web address; [`ErrorKind::LimitReached`] beyond 8192 bytes. The value is not
    /// shown.
    pub fn parse(value: &str) -> Result<HookCommand> {
        HookCommand::parse_as(value, Rules::here())
    }

    pub(super) fn parse_as(value: &str, rules: Rules) -> Result<HookCommand> {
        if value.len() > MAX_VALUE {
            let why = format!(
                "{} bytes; a hook has at most {MAX_VALUE}: put it into a script",
                value.len()
            );
            return Err(Error::new(ErrorKind::LimitReached, OP, why));
        }
        if value.contains('\0') {
            return Err(Error::invalid(OP, "there is a NUL in it; remove it"));
        }
        let words = match rules {
            Rules::Posix if !has_windows_path(value) => split_posix(value)?,
            _ => split_windows(value),
        };
        let mut words = words.into_iter();
        let program = words.next().unwrap_or_default();
        HookCommand::checked(program, words.collect())
    }

    /// A program with its arguments; placeholders count as in [`parse`](HookCommand::parse).
    ///
    /// # Errors
    /// As [`parse`](HookCommand::parse), except for quotes, which are characters here.
    pub fn new<I: Into<String>>(
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = I>,
    ) -> Result<HookCommand> {
        HookCommand::checked(program.into(), arguments.into_iter().map(Into::into).collect())
    }

    fn checked(program: String, arguments: Vec<String>) -> Result<HookCommand> {
        if program.trim().is_empty() {
            return Err(Error::invalid(OP, "no program is given; write its name or path first"));
        }
        if program.contains('\0') || arguments.iter().any(|word| word.contains('\0')) {
            return Err(Error::invalid(OP, "there is a NUL in it; remove it"));
        }
        let command = HookCommand { program, arguments };
        if command.is_url() && !command.arguments.is_empty() {
            return Err(Error::invalid(
                OP,
                "a web address stands alone, without blanks and arguments; {number} in it becomes the number",
            ));
        }
        Ok(command)
    }

    /// The program, as it was written.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Its arguments, with placeholders.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    pub(super) fn is_url(&self) -> bool {
        let starts = |with: &str| {
            self.program
                .get(..with.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(with))
        };
        starts("http://") || starts("https://")
    }

    /// What may be shown of it: the program; of a web address the scheme and host.
    pub(super) fn shown(&self) -> String {
        if !self.is_url() {
            return self.program.clone();
        }
        let (scheme, rest) = self.program.split_once("://").unwrap_or_default();
        let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        format!("{scheme}://{}", host.rsplit('@').next().unwrap_or_default())
    }

    /// The words for one call. `at` is when the event was raised.
    pub(super) fn expand(&self, event: HookEvent, call: &HookCall, at: SystemTime) -> Expanded {
        let mut out = Expanded {
            program: self.program.clone().into(),
            arguments: Vec::with_capacity(self.arguments.len() + 1),
            secrets: Vec::new(),
        };
        let last = call.argument(event);
        let mut given = false;
        let mut value = |name: &str, quoted: bool| {
            let percent = matches!(name.to_ascii_lowercase().as_str(), "number" | "callerid") && quoted;
            if percent {
                given = true;
                return Some(Cow::Owned(last.clone()));
            }
            let plain = call.placeholder(name, at).filter(|_| !quoted)?;
            let encoded = utf8_percent_encode(&plain, ENCODED).to_string();
            if name.ends_with("password") && !plain.is_empty() {
                out.secrets.push(plain.into());
                out.secrets.push(encoded.clone().into());
            }
            Some(Cow::Owned(encoded))
        };
        if self.is_url() {
            // In an address everything is encoded, also what would be an argument elsewhere.
            out.program = fill(&self.program, |name, quoted| {
                let plain = value(name, quoted)?;
                Some(if quoted {
                    utf8_percent_encode(&plain, ENCODED).to_string().into()
                } else {
                    plain
                })
            })
            .into();
            return out;
        }
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(|word| fill(word, &mut value).into())
            .collect();
        out.arguments = arguments;
        if !given {
            out.arguments.push(last.into());
        }
        out
    }
}

impl fmt::Debug for HookCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookCommand")
            .field("program", &self.shown())
            .field("arguments", &self.arguments.len())
            .finish()
    }
}

/// A command for one call. It may hold a password, so it has no `Debug`.
pub(super) struct Expanded {
    pub program: Zeroizing<String>,
    pub arguments: Vec<Zeroizing<String>>,
    /// What is to be masked in the output.
    pub secrets: Vec<Zeroizing<String>>,
}

/// Replaces `{name}` and `%name%` where `value` knows them, in one pass.
fn fill<'a>(template: &str, mut value: impl FnMut(&str, bool) -> Option<Cow<'a, str>>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(['{', '%']) {
        out.push_str(&rest[..at]);
        let quoted = rest[at..].starts_with('%');
        let inner = &rest[at + 1..];
        let found = inner
            .find(if quoted { '%' } else { '}' })
            .and_then(|end| Some((value(&inner[..end], quoted)?, end)));
        match found {
            Some((value, end)) => {
                out.push_str(&value);
                rest = &inner[end + 1..];
            }
            None => {
                out.push_str(&rest[at..=at]);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether a word begins with a path of Windows. With single quotes it is for a POSIX reader all the same.
fn has_windows_path(value: &str) -> bool {
    let mut before = ' ';
    let mut found = false;
    for (at, c) in value.char_indices() {
        let rest = &value.as_bytes()[at..];
        let drive = c.is_ascii_alphabetic() && rest.get(1..3) == Some(b":\\");
        let server = rest.starts_with(b"\\\\") && rest.get(2).is_some_and(u8::is_ascii_alphanumeric);
        found |= matches!(before, ' ' | '\t' | '"' | '=') && (drive || server);
        before = c;
    }
    found && !value.contains('\'')
}

fn split_posix(value: &str) -> Result<Vec<String>> {
    // To the reader of shell words `#` begins a comment, which would swallow the rest of a line that is no shell's.
    let stand_in = ('\u{F0000}'..='\u{F00FF}').find(|c| !value.contains(*c)).unwrap_or('#');
    let hidden = value.replace('#', stand_in.encode_utf8(&mut [0; 4]));
    let words = shlex::split(&hidden).ok_or_else(|| {
        Error::invalid(
            OP,
            "a quote has no partner, or a backslash stands at the end; write \\' \\\" or \\\\ for the characters themselves",
        )
    })?;
    Ok(words.into_iter().map(|word| word.replace(stand_in, "#")).collect())
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
