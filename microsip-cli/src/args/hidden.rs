//! Values in which a password may stand.

use std::convert::Infallible;
use std::fmt;

use microsip_core::Secret;

use crate::exit::Failure;

/// The value of an option in which a password may stand. clap would repeat a wrong one in its error, so what is wrong is kept
/// and told when the value is asked for; `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden<T>(Result<T, String>);

impl<T> Hidden<T> {
    /// The value; a usage error that names the option and does not repeat the value.
    pub(crate) fn get(&self, option: &str) -> Result<&T, Failure> {
        self.0
            .as_ref()
            .map_err(|why| Failure::usage(format!("{option}: {why}")))
    }
}

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Makes a parser one that never fails for clap.
pub(super) fn read<T>(
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> impl Fn(&str) -> Result<Hidden<T>, Infallible> + Clone {
    move |text| Ok(Hidden(parse(text)))
}

/// A password.
pub(super) fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::ForwardArg;
    use crate::args::values::{forward, header, turn};

    #[test]
    fn what_may_hold_a_password_is_not_shown() {
        let wrong = read(turn)("alice:s3cret@host;transport=sctp").unwrap();
        let why = wrong.get("--turn").unwrap_err().to_string();
        assert!(why.starts_with("--turn: expected") && !why.contains("s3cret"), "{why}");
        let right = read(forward)("busy:sip:b@h").unwrap();
        assert_eq!(right.get("--forward").unwrap(), &ForwardArg::Busy("sip:b@h".into()));
        assert_eq!(format!("{wrong:?} {right:?}"), "*** ***");
        for bad in ["X-A s3cret: b", "Authorization s3cret", ": s3cret", "Via: s3cret"] {
            let why = read(header)(bad).unwrap().get("--header").unwrap_err().to_string();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }
}
