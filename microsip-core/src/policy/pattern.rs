//! Patterns of callers and numbers.

use std::fmt;

use crate::{Error, Result};

/// A wildcard pattern: `*` is any text, `?` one character, `^` makes the next character optional (MicroSIP's
/// `autoAnswerNumber`); several patterns are separated by `;` or `|`. Letters compare without case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: String,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when it is empty, longer than 1,000 bytes, or holds control characters.
    pub fn new(text: impl Into<String>) -> Result<Pattern> {
        let text = text.into();
        if text.trim().is_empty() || text.len() > 1000 || text.chars().any(char::is_control) {
            return Err(Error::invalid(
                "pattern",
                format!("{text:.40?} is no pattern; expected something like +4930*;10??"),
            ));
        }
        Ok(Pattern { text })
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        self.alternatives()
            .any(|pattern| fits(&steps(&pattern.to_lowercase()), &text))
    }

    /// As [`Pattern::matches`], but a capital is another letter.
    #[cfg(feature = "phone")]
    pub(crate) fn matches_case(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.alternatives().any(|pattern| fits(&steps(pattern), &text))
    }

    fn alternatives(&self) -> impl Iterator<Item = &str> {
        let all = self.text.split([';', '|']).map(str::trim);
        all.filter(|pattern| !pattern.is_empty())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[derive(Clone, Copy)]
enum Step {
    Any,
    One,
    Exactly(char),
    Maybe(char),
}

fn steps(pattern: &str) -> Vec<Step> {
    let mut chars = pattern.chars();
    let mut steps = Vec::new();
    while let Some(c) = chars.next() {
        steps.push(match c {
            '*' => Step::Any,
            '?' => Step::One,
            '^' => match chars.next() {
                Some(next) => Step::Maybe(next),
                None => Step::Exactly('^'),
            },
            c => Step::Exactly(c),
        });
    }
    steps
}

/// Which prefixes of the text each step can end at, step by step: no backtracking, so no pattern is slow.
fn fits(steps: &[Step], text: &[char]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for step in steps {
        let mut next = vec![false; text.len() + 1];
        for at in (0..=text.len()).filter(|at| reached[*at]) {
            match step {
                Step::Any => next[at..].fill(true),
                Step::One if at < text.len() => next[at + 1] = true,
                Step::Exactly(c) if text.get(at) == Some(c) => next[at + 1] = true,
                Step::Maybe(c) => {
                    next[at] = true;
                    if text.get(at) == Some(c) {
                        next[at + 1] = true;
                    }
                }
                Step::One | Step::Exactly(_) => {}
            }
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_documented() {
        for (pattern, yes, no) in [
            ("1001", &["1001"][..], &["10011", "1002", ""][..]),
            ("+4930*", &["+4930", "+493012"], &["4930", "x+4930"]),
            ("10??", &["1000", "1099"], &["100", "10000"]),
            ("^+4930", &["+4930", "4930"], &["++4930"]),
            ("a*;b* | c", &["a1", "b", "C"], &["d", "xc"]),
            ("*", &["", "anything"], &[]),
        ] {
            let p = Pattern::new(pattern).unwrap();
            for text in yes {
                assert!(p.matches(text), "{pattern} should match {text}");
            }
            for text in no {
                assert!(!p.matches(text), "{pattern} should not match {text}");
            }
        }
    }

    #[test]
    fn no_pattern_is_slow() {
        let p = Pattern::new("*a".repeat(100)).unwrap();
        assert!(!p.matches(&"a".repeat(99)));
        assert!(p.matches(&"a".repeat(500)));
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for bad in ["", " ", "a\n", &"1".repeat(1001)] {
            assert!(Pattern::new(bad).is_err());
        }
    }
}
