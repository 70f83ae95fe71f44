//! Which dialog a call takes the place of: the header `Replaces` (RFC 3891).

use std::fmt;

use super::headers::split_outside;
use super::message::parameter;
use crate::{Error, Result};

/// A dialog as the header `Replaces` names it (RFC 3891 §6.1), as seen by who receives the header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Replaces {
    /// The dialog's `Call-ID`.
    pub call_id: String,
    /// The tag of the party that receives the header (its local tag in that dialog).
    pub to_tag: String,
    /// The tag of the other party of that dialog.
    pub from_tag: String,
    /// Only if the dialog is early still: a call that was answered meanwhile is left alone (486).
    pub early_only: bool,
}

impl Replaces {
    /// Names a dialog, for [`CallOptions::replaces`](crate::CallOptions::replaces). For a pick-up by dialog event (RFC 4235)
    /// it depends on who is called: [`DialogEntry::replaces_at_remote`](crate::DialogEntry::replaces_at_remote) and
    /// [`replaces_at_local`](crate::DialogEntry::replaces_at_local) have the tags in the right places.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty part or characters that a Call-ID or tag cannot have.
    pub fn new(call_id: impl Into<String>, to_tag: impl Into<String>, from_tag: impl Into<String>) -> Result<Replaces> {
        let replaces = Replaces {
            call_id: call_id.into(),
            to_tag: to_tag.into(),
            from_tag: from_tag.into(),
            early_only: false,
        };
        for (what, text) in [
            ("Call-ID", &replaces.call_id),
            ("to-tag", &replaces.to_tag),
            ("from-tag", &replaces.from_tag),
        ] {
            let foreign = |c: char| c.is_control() || c.is_whitespace() || ";,".contains(c);
            if text.is_empty() || text.len() > 1000 || text.contains(foreign) {
                return Err(Error::invalid(
                    "replaces",
                    format!("{text:?} is no {what}; expected the {what} of a dialog, as its messages have it"),
                ));
            }
        }
        Ok(replaces)
    }

    /// Sets whether only an early dialog is meant.
    pub fn early_only(mut self, yes: bool) -> Replaces {
        self.early_only = yes;
        self
    }

    /// Reads the header's value.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when Call-ID or a tag is missing or stands there twice.
    pub fn parse(value: &str) -> Result<Replaces> {
        let mut parts = split_outside(value, b';');
        let call_id = parts.next().unwrap_or_default();
        let named = |name: &str| {
            let same = |part: &str| {
                part.split('=')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .eq_ignore_ascii_case(name)
            };
            split_outside(value, b';').skip(1).filter(|part| same(part)).count()
        };
        if named("to-tag") != 1 || named("from-tag") != 1 || value.contains(',') {
            return Err(Error::invalid(
                "replaces",
                format!("{value:?} is no value of Replaces; expected Call-ID;to-tag=…;from-tag=…"),
            ));
        }
        let tag = |name: &str| parameter(value, name).unwrap_or_default();
        let early = named("early-only") > 0;
        Ok(Replaces::new(call_id, tag("to-tag"), tag("from-tag"))?.early_only(early))
    }

    /// Whether it names the dialog with these ids, as its receiver sees them. Tags compare without regard to case, as tokens do.
    pub(crate) fn names(&self, call_id: &str, local_tag: &str, remote_tag: &str) -> bool {
        self.call_id == call_id
            && self.to_tag.eq_ignore_ascii_case(local_tag)
            && self.from_tag.eq_ignore_ascii_case(remote_tag)
    }
}

impl fmt::Display for Replaces {
    /// The header's value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};to-tag={};from-tag={}", self.call_id, self.to_tag, self.from_tag)?;
        if self.early_only {
            f.write_str(";early-only")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let one = Replaces::new("12adf2f34456gs5@10.0.0.1", "7743", "6472").unwrap();
        assert_eq!(one.to_string(), "12adf2f34456gs5@10.0.0.1;to-tag=7743;from-tag=6472");
        assert_eq!(Replaces::parse(&one.to_string()).unwrap(), one);
        let early = one.early_only(true);
        assert_eq!(Replaces::parse(&early.to_string()).unwrap(), early);
        let loose = Replaces::parse("a@b ; from-tag = x;to-tag=\"y\" ;other;EARLY-ONLY").unwrap();
        assert_eq!((loose.to_tag.as_str(), loose.from_tag.as_str()), ("y", "x"));
        assert!(loose.early_only && loose.names("a@b", "Y", "X") && !loose.names("A@b", "y", "x"));
    }

    #[test]
    fn what_names_no_dialog_is_refused() {
        for bad in [
            "",
            "a@b",
            "a@b;to-tag=1",
            "a@b;from-tag=1",
            ";to-tag=1;from-tag=2",
            "a@b;to-tag=;from-tag=2",
            "a@b;to-tag=1;to-tag=2;from-tag=3",
            "a@b;to-tag=1;from-tag=2, c@d;to-tag=1;from-tag=2",
        ] {
            assert!(Replaces::parse(bad).is_err(), "{bad}");
        }
        assert!(Replaces::new("a;b", "1", "2").is_err() && Replaces::new("a b", "1", "2").is_err());
    }
}
