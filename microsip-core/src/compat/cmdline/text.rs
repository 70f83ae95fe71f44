//! A whole command line as one text.

use super::CommandLine;
use super::words::{bare, switch};
use crate::Result;
use crate::compat::links::LinkScheme;

/// Splits a command line as Windows programs expect it: blanks separate, double quotes keep together, `""` inside quotes
/// is a quote, and backslashes count only before a quote (two make one, an odd one escapes the quote).
pub fn split_windows(line: &str) -> Vec<String> {
    tokens(line).into_iter().map(|token| token.value).collect()
}

struct Token {
    value: String,
    /// Where it begins in the line, quotes included.
    start: usize,
    /// Where the blank behind it stands.
    end: usize,
}

fn tokens(line: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = line.char_indices().peekable();
    loop {
        while chars.next_if(|(_, c)| matches!(c, ' ' | '\t')).is_some() {}
        let Some((start, _)) = chars.peek().copied() else {
            return out;
        };
        let mut value = String::new();
        let mut quoted = false;
        let mut end = line.len();
        while let Some((at, c)) = chars.next() {
            match c {
                ' ' | '\t' if !quoted => {
                    end = at;
                    break;
                }
                '\\' => {
                    let mut slashes = 1;
                    while chars.next_if(|(_, c)| *c == '\\').is_some() {
                        slashes += 1;
                    }
                    if chars.peek().is_some_and(|(_, c)| *c == '"') {
                        value.extend(std::iter::repeat_n('\\', slashes / 2));
                        if slashes % 2 == 1 {
                            chars.next();
                            value.push('"');
                        }
                    } else {
                        value.extend(std::iter::repeat_n('\\', slashes));
                    }
                }
                '"' if quoted && chars.next_if(|(_, c)| *c == '"').is_some() => value.push('"'),
                '"' => quoted = !quoted,
                c => value.push(c),
            }
        }
        out.push(Token { value, start, end });
    }
}

impl CommandLine {
    /// Reads one line of text, as other programs hand it to a running copy (reference section 1.4).
    ///
    /// Words are split as Windows does it ([`split_windows`]), with three rules of MicroSIP: one pair of quotes around
    /// the whole line is removed; a password reaches from `/password:` at the beginning, or behind `/account:N`, to the end of the line; the
    /// message in `NUMBER TEXT` is everything behind the first blank, with its quotes and blanks. A line that is a link
    /// is one link, whatever blanks it holds.
    ///
    /// # Errors
    /// As [`CommandLine::parse`].
    pub fn parse_text(line: &str) -> Result<CommandLine> {
        let line = line.trim_matches([' ', '\t', '\0', '\r', '\n']);
        let whole = line
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|inner| !inner.contains('"'));
        if let Some(inner) = whole {
            return CommandLine::parse([inner]);
        }
        if let Some(at) = password_at(line) {
            let mut args = split_windows(&line[..at]);
            args.push(line[at..].to_owned());
            return CommandLine::parse(args);
        }
        CommandLine::parse(arguments(line))
    }
}

/// Where a password switch begins that takes the rest of the line: in front, or behind an account.
fn password_at(line: &str) -> Option<usize> {
    let lower = line.to_ascii_lowercase();
    lower.match_indices("password").find_map(|(found, word)| {
        let before = &lower[..found];
        let start = ["--", "-", "/"]
            .iter()
            .find_map(|mark| before.strip_suffix(mark))?
            .len();
        let joined = lower[found + word.len()..].starts_with([':', '=']);
        let account = lower[..start].contains("account:") || lower[..start].contains("account=");
        (joined && (start == 0 || (account && lower[..start].ends_with(' ')))).then_some(start)
    })
}

/// The arguments of a line, the text of a message as one.
fn arguments(line: &str) -> Vec<String> {
    let tokens = tokens(line);
    let is_switch = |token: &Token| {
        let name = token.value.trim_start_matches(['-', '/']);
        name.len() < token.value.len() && switch(name.split([':', '=']).next().unwrap_or(name)).is_some()
    };
    let mut args = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        args.push(token.value.clone());
        let previous_wants_value = at > 0 && is_switch(&tokens[at - 1]) && !tokens[at - 1].value.contains([':', '=']);
        if is_switch(token) || previous_wants_value {
            continue;
        }
        let number = token.value.chars().any(|c| c.is_ascii_digit() || c == '@') && bare(&token.value).is_none();
        let Some(next) = tokens.get(at + 1) else { break };
        if !number || LinkScheme::of(&token.value).is_some() || is_switch(next) || next.value.starts_with(['-', '/']) {
            args.extend(tokens[at + 1..].iter().map(|token| token.value.clone()));
            break;
        }
        let text = line[next.start..].trim_end();
        // /account:N at the end is no text.
        match tokens.last() {
            Some(last) if last.start > next.start && last.value.to_ascii_lowercase().starts_with("/account:") => {
                args.push(line[next.start..last.start].trim_end().to_owned());
                args.push(line[last.start..last.end].to_owned());
            }
            _ => args.push(text.to_owned()),
        }
        break;
    }
    args
}
