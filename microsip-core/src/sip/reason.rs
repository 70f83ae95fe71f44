//! Why a request was sent: the header `Reason` (RFC 3326) and causes of Q.850.

use std::fmt;

use super::Headers;
use super::headers::split_outside;
use super::message::parameter;
use crate::{Error, Result};

/// One value of the header `Reason`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reason {
    /// `Q.850`, `SIP`, or another registered protocol.
    pub protocol: String,
    /// The cause in that protocol: 0-127 of Q.850, a status code of SIP.
    pub cause: Option<u16>,
    /// Words for people.
    pub text: String,
}

impl Reason {
    /// A cause of Q.850, 1 to 127, such as 16 (normal clearing) or 17 (user busy).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for another number.
    pub fn q850(cause: u16) -> Result<Reason> {
        if !(1..=127).contains(&cause) {
            return Err(Error::invalid(
                "reason",
                format!("{cause} is no cause of Q.850; 1 to 127 are, such as 16 for normal clearing"),
            ));
        }
        Ok(Reason {
            protocol: "Q.850".to_owned(),
            cause: Some(cause),
            text: q850_text(cause).to_owned(),
        })
    }

    /// A SIP status as reason, such as 200 with `Call completed elsewhere`.
    pub fn sip(code: super::StatusCode, text: impl Into<String>) -> Reason {
        Reason {
            protocol: "SIP".to_owned(),
            cause: Some(code.code()),
            text: text.into(),
        }
    }

    /// Sets the words; quotes in them are escaped when sent.
    pub fn text(mut self, text: impl Into<String>) -> Reason {
        self.text = text.into();
        self
    }

    /// Every `Reason` of a message, in order.
    pub(crate) fn read(headers: &Headers) -> Vec<Reason> {
        headers
            .members("Reason")
            .map(|value| Reason {
                protocol: split_outside(value, b';').next().unwrap_or_default().to_owned(),
                cause: parameter(value, "cause").and_then(|n| n.parse().ok()),
                text: unescape(parameter(value, "text").unwrap_or_default()),
            })
            .collect()
    }

    /// Adds it to a message of ours.
    pub(crate) fn add_to(&self, headers: &mut Headers) -> Result<()> {
        headers.add("Reason", self.to_string()).map(drop)
    }
}

impl fmt::Display for Reason {
    /// The header's value: `Q.850;cause=16;text="Normal call clearing"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.protocol)?;
        if let Some(cause) = self.cause {
            write!(f, ";cause={cause}")?;
        }
        if !self.text.is_empty() {
            write!(f, ";text=\"{}\"", self.text.replace('\\', "\\\\").replace('"', "\\\""))?;
        }
        Ok(())
    }
}

/// Takes the backslashes of a quoted string away (RFC 3261 §25.1).
fn unescape(text: &str) -> String {
    let mut escaped = false;
    text.chars()
        .filter(|c| {
            escaped = *c == '\\' && !escaped;
            !escaped
        })
        .collect()
}

/// The words of ITU-T Q.850 §2.2.7 for the causes that telephony gateways use.
fn q850_text(cause: u16) -> &'static str {
    match cause {
        1 => "Unallocated (unassigned) number",
        2 => "No route to specified transit network",
        3 => "No route to destination",
        6 => "Channel unacceptable",
        16 => "Normal call clearing",
        17 => "User busy",
        18 => "No user responding",
        19 => "No answer from user",
        20 => "Subscriber absent",
        21 => "Call rejected",
        22 => "Number changed",
        26 => "Non-selected user clearing",
        27 => "Destination out of order",
        28 => "Invalid number format",
        29 => "Facility rejected",
        31 => "Normal, unspecified",
        34 => "No circuit/channel available",
        38 => "Network out of order",
        41 => "Temporary failure",
        42 => "Switching equipment congestion",
        44 => "Requested circuit/channel not available",
        47 => "Resource unavailable, unspecified",
        50 => "Requested facility not subscribed",
        57 => "Bearer capability not authorized",
        58 => "Bearer capability not presently available",
        63 => "Service or option not available, unspecified",
        65 => "Bearer capability not implemented",
        79 => "Service or option not implemented, unspecified",
        88 => "Incompatible destination",
        102 => "Recovery on timer expiry",
        111 => "Protocol error, unspecified",
        127 => "Interworking, unspecified",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut headers = Headers::new();
        Reason::q850(17).unwrap().add_to(&mut headers).unwrap();
        let other = Reason::sip(super::super::StatusCode::OK, "says \"no\"");
        other.add_to(&mut headers).unwrap();
        assert_eq!(headers.get("Reason"), Some("Q.850;cause=17;text=\"User busy\""));
        assert_eq!(Reason::read(&headers), [Reason::q850(17).unwrap(), other]);
        assert!(Reason::q850(0).is_err() && Reason::q850(128).is_err());
    }

    #[test]
    fn several_in_one_header() {
        let headers = Headers::parse("Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\", Q.850;cause=26");
        let read = Reason::read(&headers);
        assert_eq!((read[0].protocol.as_str(), read[0].cause), ("SIP", Some(200)));
        assert_eq!((read[1].protocol.as_str(), read[1].cause), ("Q.850", Some(26)));
    }
}
