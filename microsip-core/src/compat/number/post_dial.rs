//! The digits behind a comma (reference section 3.4).

use std::fmt;
use std::time::Duration;

use super::OP;
use crate::sip::Digit;
use crate::{Error, Result};

/// The most digits and commas behind a number.
pub const MAX_POST_DIAL: usize = 256;

/// DTMF digits behind a number: `45,,6#` of `800123,45,,6#` (reference section 3.4). `Debug` hides them: they may be a PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct PostDial(String);

/// One step of a [`PostDial`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostDialStep {
    /// When, counted from the moment after the answer and its hooks.
    pub after: Duration,
    /// What to send, of `0-9 * # A-D`; never empty.
    pub digits: String,
}

impl PostDial {
    /// Reads digits and commas; spaces and dashes are dropped, letters made upper case.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for anything but `0-9 * # A-D` and commas, and for more
    /// than [`MAX_POST_DIAL`] of them.
    pub fn parse(text: &str) -> Result<PostDial> {
        let mut digits = String::new();
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
            match Digit::new(c) {
                Some(digit) => digits.push(digit.as_char()),
                None if c == ',' => digits.push(c),
                None => {
                    return Err(Error::invalid(
                        OP,
                        format!(
                            "{c:?} behind the comma is not one of 0-9 * # A-D; a comma in a user name is written \
                             <sip:a,b@host>"
                        ),
                    ));
                }
            }
        }
        if digits.len() > MAX_POST_DIAL {
            return Err(Error::invalid(
                OP,
                format!(
                    "{} digits follow the comma; at most {MAX_POST_DIAL} are sent",
                    digits.len()
                ),
            ));
        }
        Ok(PostDial(digits))
    }

    /// The digits and commas.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When to send what: the first group 1000 ms after the answer, each next one 1000 ms and 200 ms per digit later.
    /// An empty group costs its 1000 ms and sends nothing, so it is not listed.
    pub fn steps(&self) -> Vec<PostDialStep> {
        let mut after = Duration::ZERO;
        let mut steps = Vec::new();
        let mut sent = 0;
        for digits in self.0.split(',') {
            after += Duration::from_millis(1000 + 200 * sent);
            sent = digits.len() as u64;
            if !digits.is_empty() {
                steps.push(PostDialStep {
                    after,
                    digits: digits.to_owned(),
                });
            }
        }
        steps
    }
}

impl fmt::Debug for PostDial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostDial(*** {} characters)", self.0.len())
    }
}
