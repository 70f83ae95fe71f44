//! What the Contact of a registration says besides the address (RFC 3261 §20.10).

use crate::{Error, Result};

/// Parameters of our Contact.
///
/// ```
/// # use microsip_core::ContactOptions;
/// let contact = ContactOptions::default()
///     .instance("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
///     .q(0.7)
///     .param("+sip.rendering", Some("\"yes\""))
///     .uri_param("ob", None::<&str>);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ContactOptions {
    /// `q`, how much this contact is preferred to others of the same address, 0 to 1 with three digits.
    pub q: Option<f32>,
    /// `+sip.instance`, a URN that names this device (RFC 5626 §4.1), the same after every start. Over TCP and TLS it makes
    /// the registration an outbound one (`reg-id`, `Supported: outbound`), where the server agrees.
    pub instance: Option<String>,
    /// Further parameters of the header, in REGISTER only: name and, if any, value (quotes included).
    pub params: Vec<(String, Option<String>)>,
    /// Further parameters of the URI, in every Contact of the account.
    pub uri_params: Vec<(String, Option<String>)>,
}

/// PJSIP builds a Contact in a buffer of 1024 bytes.
const MAX_LEN: usize = 500;

impl ContactOptions {
    /// Sets `q`.
    pub fn q(mut self, q: f32) -> Self {
        self.q = Some(q);
        self
    }

    /// Sets `+sip.instance`.
    pub fn instance(mut self, urn: impl Into<String>) -> Self {
        self.instance = Some(urn.into());
        self
    }

    /// Adds a parameter to the header.
    pub fn param(mut self, name: impl Into<String>, value: Option<impl Into<String>>) -> Self {
        self.params.push((name.into(), value.map(Into::into)));
        self
    }

    /// Adds a parameter to the URI.
    pub fn uri_param(mut self, name: impl Into<String>, value: Option<impl Into<String>>) -> Self {
        self.uri_params.push((name.into(), value.map(Into::into)));
        self
    }

    /// `;name=value…` for the header; the instance is left to the caller.
    pub(crate) fn header_text(&self) -> String {
        let q = self.q.map(|q| format!(";q={}", trim_zeros(&format!("{q:.3}"))));
        format!("{}{}", join(&self.params), q.unwrap_or_default())
    }

    /// `;name=value…` for the URI.
    pub(crate) fn uri_text(&self) -> String {
        join(&self.uri_params)
    }

    pub(crate) fn instance_param(&self) -> Option<String> {
        self.instance.as_ref().map(|urn| format!(";+sip.instance=\"<{urn}>\""))
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let bad = |message: String| Err(Error::invalid(op, message));
        if let Some(q) = self.q
            && !(0.0..=1.0).contains(&q)
        {
            return bad(format!("contact.q of {q} is not between 0 and 1"));
        }
        if let Some(urn) = &self.instance {
            let fits = urn.to_ascii_lowercase().starts_with("urn:")
                && urn.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\".contains(&b));
            if !fits {
                return bad(format!(
                    "contact.instance {urn:?} is no URN; expected something like urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
                ));
            }
        }
        for (name, value) in &self.params {
            let known = ["q", "expires", "+sip.instance", "reg-id"];
            if known.iter().any(|k| k.eq_ignore_ascii_case(name)) {
                return bad(format!(
                    "the Contact parameter {name} has a setting of its own and cannot be given twice"
                ));
            }
            if !is_token(name) || !value.as_deref().is_none_or(is_header_value) {
                return bad(format!(
                    "{name:?} with {value:?} is no Contact parameter; expected a token and a token or quoted text"
                ));
            }
        }
        for (name, value) in &self.uri_params {
            if name.eq_ignore_ascii_case("transport") || name.eq_ignore_ascii_case("line") {
                return bad(format!(
                    "the Contact's URI parameter {name} is set by the account itself"
                ));
            }
            if !is_uri_text(name)
                || name.is_empty()
                || !value.as_deref().is_none_or(|v| is_uri_text(v) && !v.is_empty())
            {
                return bad(format!(
                    "{name:?} with {value:?} is no URI parameter; escape other characters as %XX"
                ));
            }
        }
        let len = self.header_text().len() + self.uri_text().len() + self.instance.as_ref().map_or(0, String::len);
        if len > MAX_LEN {
            return bad(format!(
                "the Contact's parameters take {len} bytes; at most {MAX_LEN} fit"
            ));
        }
        Ok(())
    }
}

fn join(params: &[(String, Option<String>)]) -> String {
    params
        .iter()
        .map(|(name, value)| match value {
            Some(value) => format!(";{name}={value}"),
            None => format!(";{name}"),
        })
        .collect()
}

fn trim_zeros(text: &str) -> &str {
    text.trim_end_matches('0').trim_end_matches('.')
}

/// RFC 3261 §25.1, `token`.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b))
}

/// A token, a host, or quoted text without line breaks.
fn is_header_value(text: &str) -> bool {
    if let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        let mut escaped = false;
        let fine = inner.chars().all(|c| {
            let good = !c.is_control() && (escaped || c != '"');
            escaped = !escaped && c == '\\';
            good
        });
        return fine && !escaped;
    }
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.!%*_+`'~:[]".contains(&b))
}

/// RFC 3261 §25.1, `paramchar`.
fn is_uri_text(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.!~*'()[]/:&+$%".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_given() {
        let contact = ContactOptions::default()
            .q(0.5)
            .param("+sip.rendering", Some("\"yes\""))
            .param("methods", None::<&str>)
            .uri_param("user", Some("phone"));
        contact.check("t").unwrap();
        assert_eq!(contact.header_text(), ";+sip.rendering=\"yes\";methods;q=0.5");
        assert_eq!(contact.uri_text(), ";user=phone");
        assert_eq!(ContactOptions::default().q(1.0).header_text(), ";q=1");
        assert_eq!(ContactOptions::default().q(0.0).header_text(), ";q=0");
    }

    #[test]
    fn what_would_break_the_header_is_refused() {
        let base = ContactOptions::default;
        for contact in [
            base().q(1.5),
            base().q(f32::NAN),
            base().instance("f81d4fae"),
            base().instance("urn:uuid:a>\r\nX: y"),
            base().param("a b", None::<&str>),
            base().param("a", Some("b;c")),
            base().param("a", Some("\"b")),
            base().param("a", Some("\"b\\\"")),
            base().param("a", Some("\"b\"c\"")),
            base().param("a", Some("\"b\r\nX: y\"")),
            base().param("Q", Some("0.5")),
            base().uri_param("a", Some("b>c")),
            base().uri_param("a", Some("")),
            base().uri_param("", None::<&str>),
            base().uri_param("transport", Some("tcp")),
            base().param("a", Some("b".repeat(600))),
        ] {
            assert!(contact.check("t").is_err(), "{contact:?}");
        }
    }
}
