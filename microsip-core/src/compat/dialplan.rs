//! The dial plan (`dialPlan` of microsip.ini, reference section 3.2).
//!
//! It looks like a digit map and is a regular expression: `x` is any character, `.` repeats the element before it, and
//! `<from:to>` replaces. The first alternative that matches the entire text wins.

use regex::{Regex, RegexBuilder};

use crate::{Error, Result};

const OP: &str = "dial plan";

/// The longest plan read, in bytes.
pub const MAX_PLAN: usize = 4096;

const MAX_DEPTH: usize = 16;

/// A compiled dial plan; empty by default, which leaves every number as it is.
///
/// Matching takes time linear in the length of the number, whatever the plan.
#[derive(Debug, Clone, Default)]
pub struct DialPlan {
    source: String,
    alternatives: Vec<Alternative>,
}

#[derive(Debug, Clone)]
struct Alternative {
    source: String,
    regex: Regex,
    /// What each capture group is replaced by.
    replacements: Vec<String>,
}

/// What [`DialPlan::explain`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanMatch {
    /// The number of the alternative that matched, counted from 1 as it stands in the plan.
    pub alternative: usize,
    /// That alternative's text.
    pub pattern: String,
    /// The number after the replacements; may be empty when the plan deletes everything.
    pub result: String,
}

impl DialPlan {
    /// Reads a plan.
    ///
    /// Spaces and parentheses around the whole plan are dropped and `|` separates alternatives. In an alternative:
    /// `x` and `X` are any one character; `[2-9]` and `[^0]` one of a class; `.` repeats the element before it zero or
    /// more times; `<from:to>` replaces what matches *from* by the literal *to* (either may be empty); `<12>` is `12`;
    /// `<>` is nothing. `*` and `+` are themselves as the first character of an alternative or of a *from*, and repeat
    /// elsewhere; `?` makes the element before it optional; `\` takes the next character literally; `!` is any one
    /// character but the element after it; `{` `}` group. Everything else is itself, and case counts.
    /// Timers (`T`, `S0`) are ordinary letters here, and alternatives inside parentheses do not exist.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a plan longer than [`MAX_PLAN`] or with control
    /// characters, for unbalanced brackets, for a repetition of nothing or of a replacement. The message quotes the
    /// alternative.
    pub fn parse(text: &str) -> Result<DialPlan> {
        if text.len() > MAX_PLAN {
            return Err(Error::invalid(
                OP,
                format!("the plan has {} bytes; at most {MAX_PLAN} are allowed", text.len()),
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(OP, "the plan contains control characters"));
        }
        let trimmed = text.trim_matches([' ', '(', ')']);
        let mut alternatives = Vec::new();
        for source in trimmed.split('|') {
            if !trimmed.is_empty() {
                alternatives.push(Alternative::parse(source)?);
            }
        }
        Ok(DialPlan {
            source: text.to_owned(),
            alternatives,
        })
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether there is no alternative; numbers are then left alone.
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// The text after the plan; `None` when no alternative matches, which makes the number invalid.
    ///
    /// An empty plan returns the text unchanged.
    pub fn apply(&self, text: &str) -> Option<String> {
        if self.is_empty() {
            return Some(text.to_owned());
        }
        self.explain(text).map(|found| found.result)
    }

    /// Which alternative matches and what it makes of the text; `None` when none does.
    pub fn explain(&self, text: &str) -> Option<PlanMatch> {
        self.alternatives.iter().enumerate().find_map(|(at, alternative)| {
            alternative.apply(text).map(|result| PlanMatch {
                alternative: at + 1,
                pattern: alternative.source.clone(),
                result,
            })
        })
    }
}

impl Alternative {
    fn parse(source: &str) -> Result<Alternative> {
        let mut reader = Reader {
            source,
            rest: source,
            regex: String::from(r"(?s)\A"),
            replacements: Vec::new(),
            depth: 0,
        };
        reader.sequence(None)?;
        reader.regex.push_str(r"\z");
        let Reader {
            regex, replacements, ..
        } = reader;
        let regex = RegexBuilder::new(&regex).size_limit(1 << 20).build().map_err(|_| {
            Error::invalid(
                OP,
                format!("the alternative {source:?} is too large or too deeply nested"),
            )
        })?;
        Ok(Alternative {
            source: source.to_owned(),
            regex,
            replacements,
        })
    }

    fn apply(&self, text: &str) -> Option<String> {
        let found = self.regex.captures(text)?;
        let mut out = String::with_capacity(text.len() + 16);
        let mut at = 0;
        // Replacements are never repeated nor nested, so their spans come in order.
        for (group, to) in self.replacements.iter().enumerate() {
            if let Some(span) = found.get(group + 1) {
                out.push_str(&text[at..span.start()]);
                out.push_str(to);
                at = span.end();
            }
        }
        out.push_str(&text[at..]);
        Some(out)
    }
}

/// Turns one alternative into a regular expression.
struct Reader<'a> {
    source: &'a str,
    rest: &'a str,
    regex: String,
    replacements: Vec<String>,
    /// Groups that are open; bounded, for each is a recursion.
    depth: usize,
}

/// What closes a sequence.
#[derive(Clone, Copy, PartialEq)]
enum Close {
    Group(char),
    /// The `:` or `>` of `<from:to>`.
    From,
}

impl Reader<'_> {
    fn fail<T>(&self, why: &str) -> Result<T> {
        Err(Error::invalid(
            OP,
            format!("the alternative {:?} is wrong: {why}", self.source),
        ))
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn literal(&mut self, c: char) {
        self.regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }

    /// Reads elements up to the closing character, which stays for the caller; all to the end without one.
    fn sequence(&mut self, close: Option<Close>) -> Result<()> {
        // Where the last element begins, and how many replacements there were before it.
        let mut last: Option<(usize, usize)> = None;
        // `*` and `+` are literal at the start of an alternative or of a from part, not of a group.
        let mut leading = !matches!(close, Some(Close::Group(_)));
        loop {
            let ends = match (self.rest.chars().next(), close) {
                (None, None) => return Ok(()),
                (None, Some(Close::From)) => return self.fail("a < is not closed; replacements read <from:to>"),
                (None, Some(Close::Group(c))) => return self.fail(&format!("a {c} is missing")),
                (Some(c), Some(Close::Group(end))) => c == end,
                (Some(c), Some(Close::From)) => matches!(c, ':' | '>'),
                (Some(_), None) => false,
            };
            if ends {
                return Ok(());
            }
            let Some(c) = self.next() else { return Ok(()) };
            let quantifier = match c {
                '.' => Some('*'),
                '?' => Some('?'),
                '*' | '+' if !leading => Some(c),
                _ => None,
            };
            leading = false;
            if let Some(quantifier) = quantifier {
                self.repeat(c, quantifier, last)?;
                continue;
            }
            let start = (self.regex.len(), self.replacements.len());
            if self.element(c, close)? {
                last = Some(start);
            }
        }
    }

    fn repeat(&mut self, written: char, quantifier: char, last: Option<(usize, usize)>) -> Result<()> {
        let Some((start, replaced)) = last else {
            return self.fail(&format!("nothing stands before {written:?} that could be repeated"));
        };
        if quantifier != '?' && self.replacements.len() > replaced {
            return self.fail("a replacement cannot be repeated; put the repeated part behind it");
        }
        self.regex.insert_str(start, "(?:");
        self.regex.push(')');
        self.regex.push(quantifier);
        Ok(())
    }

    /// Writes one element; whether there is something to repeat after it.
    fn element(&mut self, c: char, close: Option<Close>) -> Result<bool> {
        match c {
            'x' | 'X' => self.regex.push('.'),
            '[' => self.class(false)?,
            '\\' => match self.next() {
                Some(c) => self.literal(c),
                None => return self.fail("nothing follows the \\"),
            },
            '!' => match self.next() {
                Some('[') => self.class(true)?,
                Some(c) if !"xX<>(){}.?!\\|".contains(c) => {
                    self.regex.push_str("[^");
                    self.class_char(c);
                    self.regex.push(']');
                }
                _ => {
                    return self
                        .fail("a ! stands before one character or class, as in !0 or ![89]; it bars no numbers");
                }
            },
            '(' | '{' => {
                if self.depth == MAX_DEPTH {
                    return self.fail(&format!("groups are nested more than {MAX_DEPTH} deep"));
                }
                self.depth += 1;
                let end = if c == '(' { ')' } else { '}' };
                self.regex.push_str("(?:");
                self.sequence(Some(Close::Group(end)))?;
                self.next();
                self.depth -= 1;
                self.regex.push(')');
            }
            ')' | '}' => {
                return self.fail(&format!(
                    "{c:?} closes nothing; alternatives inside parentheses are not supported, write each out between |"
                ));
            }
            ']' => return self.fail("']' closes nothing"),
            '>' => return self.fail("'>' closes nothing"),
            '<' if close == Some(Close::From) => return self.fail("a < stands inside another one"),
            '<' => return self.replacement(),
            c => self.literal(c),
        }
        Ok(true)
    }

    /// `<from:to>`, `<digits>` or `<>`, behind its `<`.
    fn replacement(&mut self) -> Result<bool> {
        if let Some(rest) = self.rest.strip_prefix('>') {
            self.rest = rest;
            return Ok(false);
        }
        let start = self.regex.len();
        self.regex.push('(');
        self.sequence(Some(Close::From))?;
        self.regex.push(')');
        if self.next() == Some('>') {
            self.regex.insert_str(start + 1, "?:");
            return Ok(true);
        }
        let Some((to, rest)) = self.rest.split_once('>') else {
            return self.fail("a < is not closed; replacements read <from:to>");
        };
        self.replacements.push(to.to_owned());
        self.rest = rest;
        Ok(true)
    }

    fn class_char(&mut self, c: char) {
        if c.is_ascii_punctuation() {
            self.regex.push('\\');
        }
        self.regex.push(c);
    }

    /// A class, behind its `[`.
    fn class(&mut self, mut negated: bool) -> Result<()> {
        if let Some(rest) = self.rest.strip_prefix('^') {
            self.rest = rest;
            negated = !negated;
        }
        self.regex.push_str(if negated { "[^" } else { "[" });
        let mut empty = true;
        loop {
            let low = match self.next() {
                None => return self.fail("a [ is not closed"),
                Some(']') if empty => return self.fail("a class in [ ] is empty"),
                Some(']') => break,
                Some('\\') => match self.next() {
                    Some(c) => c,
                    None => return self.fail("a [ is not closed"),
                },
                Some(c) => c,
            };
            empty = false;
            self.class_char(low);
            let mut ahead = self.rest.chars();
            if let (Some('-'), Some(high)) = (ahead.next(), ahead.next())
                && high != ']'
            {
                self.next();
                self.next();
                let high = if high == '\\' {
                    self.next().unwrap_or(high)
                } else {
                    high
                };
                if high < low {
                    return self.fail(&format!("the range {low}-{high} runs backwards"));
                }
                self.regex.push('-');
                self.class_char(high);
            }
        }
        self.regex.push(']');
        Ok(())
    }
}

#[cfg(test)]
#[path = "dialplan_tests.rs"]
mod tests;
