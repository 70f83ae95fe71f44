//! From what a person typed to a SIP URI (reference section 3).
//!
//! Clean-up, `dialingPrefix`, `dialPlan`, the account's domain, and the digits behind a comma that are sent after the
//! answer. Links and the command line hand their targets here as well.

mod parts;
mod post_dial;

use std::fmt;

use super::dialplan::DialPlan;
use super::links::CallTarget;
use crate::redact::redact;
use crate::sip::{Transport, uri};
use crate::{Error, ErrorKind, Result};
use parts::{Parts, bracket_ipv6, is_address, is_ipv6, parse_uri, without_port};
pub use post_dial::{MAX_POST_DIAL, PostDial, PostDialStep};

const OP: &str = "number";

/// The longest URI dialled, in bytes.
pub const MAX_URI: usize = 900;

/// How numbers are read: what of the settings matters for it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct NumberRules {
    /// `domain` of the active account, put behind names and numbers as it stands, with its port; `None` without account.
    pub domain: Option<String>,
    /// Whether the local account exists (`enableLocalAccount`, or no account is active): calls to IP addresses use it.
    pub local: bool,
    /// The local account's own domain, if it has one.
    pub local_domain: Option<String>,
    /// `dialingPrefix`, put before phone numbers of more than 3 characters; empty for none.
    pub prefix: String,
    /// `dialPlan`.
    pub plan: DialPlan,
}

impl NumberRules {
    /// Rules for an account with this domain; an empty one means that no account is active.
    pub fn new(domain: impl Into<String>) -> Self {
        let domain = domain.into();
        NumberRules {
            domain: (!domain.is_empty()).then_some(domain),
            ..NumberRules::default()
        }
    }

    /// Says whether the local account exists.
    pub fn local(mut self, exists: bool) -> Self {
        self.local = exists;
        self
    }

    /// Sets the local account's domain.
    pub fn local_domain(mut self, domain: impl Into<String>) -> Self {
        self.local_domain = Some(domain.into()).filter(|domain| !domain.is_empty());
        self
    }

    /// Sets `dialingPrefix`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets `dialPlan`.
    pub fn plan(mut self, plan: DialPlan) -> Self {
        self.plan = plan;
        self
    }

    /// Reads a number, a name, `user@host`, a SIP URI or `"Name" <sip:user@host>`, for a call or a transfer.
    ///
    /// In order: a comma that is neither first nor last cuts off the post-dial digits; IP addresses and `localhost`
    /// choose the local account; phone numbers are cleaned of `. - ( ) /` and spaces and get the prefix; the dial plan
    /// is applied to whatever results; the domain is put behind what has none. Numbers in `<` `>` and calls of the local account
    /// skip clean-up, prefix and plan.
    ///
    /// Better than MicroSIP: a comma in a quoted name or in `<` `>` cuts nothing off; a `+` makes no phone number of a
    /// text with `@`; IPv6 addresses count as addresses, with or without brackets; `sips:` demands TLS.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the text is empty, no alternative of the dial plan
    /// matches, what follows the comma is no DTMF, or no valid URI of at most [`MAX_URI`] bytes results;
    /// [`Config`](crate::ErrorKind::Config) when no account can make the call.
    pub fn resolve(&self, text: &str) -> Result<Dialled> {
        self.build(text, true, false)
    }

    /// Like [`resolve`](NumberRules::resolve) without clean-up, prefix and plan: for redial, messages, presence and for
    /// calling back what is no outgoing call.
    ///
    /// # Errors
    /// As there.
    pub fn resolve_as_is(&self, text: &str) -> Result<Dialled> {
        self.build(text, false, false)
    }

    /// Like [`resolve`](NumberRules::resolve), for a target from a link or the command line; `sips:` demands TLS.
    ///
    /// # Errors
    /// As there.
    pub fn resolve_target(&self, target: &CallTarget) -> Result<Dialled> {
        self.build(target.text(), true, target.is_secure())
    }

    /// Like [`resolve_as_is`](NumberRules::resolve_as_is), for the target of a message from a link or the command line.
    ///
    /// # Errors
    /// As there.
    pub fn resolve_target_as_is(&self, target: &CallTarget) -> Result<Dialled> {
        self.build(target.text(), false, target.is_secure())
    }

    fn build(&self, text: &str, transform: bool, mut secure: bool) -> Result<Dialled> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::invalid(OP, "the number is empty"));
        }
        if text.len() > MAX_URI + MAX_POST_DIAL {
            return Err(Error::invalid(
                OP,
                format!("the number has {} bytes; at most {MAX_URI} are allowed", text.len()),
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(
                OP,
                format!("the number {:?} contains control characters", redact(text)),
            ));
        }
        let (text, post_dial) = split_post_dial(text)?;
        let (name, inner) = split_name(text)?;
        let line = self.choose(inner)?;
        let bracketed = text.contains('<') && text.contains('>');
        let mut number = inner.to_owned();
        let mut phone = false;
        if transform && !bracketed && line == Line::Account {
            phone = is_phone_like(inner);
            if phone {
                number = self.add_prefix(clean_up(inner));
            }
            number = match self.plan.apply(&number) {
                Some(number) if !number.is_empty() => number,
                Some(_) => {
                    return Err(invalid(&number, "the dial plan leaves nothing of it"));
                }
                None => {
                    return Err(invalid(&number, "no alternative of the dial plan matches it"));
                }
            };
        }
        let rest = match strip_scheme(&number) {
            Some((is_sips, rest)) => {
                secure |= is_sips;
                rest
            }
            None => number.as_str(),
        };
        let mut parts = if rest.contains('@') {
            parse_uri(rest)
        } else {
            self.without_host(rest, line, is_phone_like(inner))
        }
        .map_err(|why| invalid(&number, &why))?;
        if secure {
            parts.require_tls().map_err(|why| invalid(&number, &why))?;
        }
        let uri = format!("<sip:{parts}>");
        if uri.len() > MAX_URI {
            return Err(Error::invalid(
                OP,
                format!("the URI has {} bytes; at most {MAX_URI} are allowed", uri.len()),
            ));
        }
        Ok(Dialled {
            name: name.map(str::to_owned),
            domain: self.domain.clone().filter(|_| line == Line::Account),
            line,
            phone,
            secure,
            parts,
            post_dial,
        })
    }

    /// The domain goes behind everything, parameters too, as MicroSIP does it: `123;a=b` is a user of that name.
    fn without_host(&self, rest: &str, line: Line, phone: bool) -> Result<Parts, String> {
        let host = bracket_ipv6(&host_part(rest)).into_owned();
        let domain = match line {
            _ if is_ipv6(&host) => None,
            Line::Account if rest.contains(':') => {
                return Err("it has a colon and no user; write user@host:port".into());
            }
            Line::Account => self.domain.as_deref(),
            Line::Local if is_address(&host) => None,
            Line::Local => self.local_domain.as_deref(),
        };
        match domain {
            Some(domain) => parse_uri(&format!("{rest}@{domain}")),
            None if phone && !is_address(&host) => {
                Err("it has no host, and no account with a domain is active; write number@host".into())
            }
            None => parse_uri(rest),
        }
    }

    fn choose(&self, text: &str) -> Result<Line> {
        match (&self.domain, self.local) {
            (Some(domain), true) => {
                let host = host_part(text);
                let other = !host.eq_ignore_ascii_case(domain);
                Ok(if other && is_address(&host) {
                    Line::Local
                } else {
                    Line::Account
                })
            }
            (Some(_), false) => Ok(Line::Account),
            (None, true) => Ok(Line::Local),
            (None, false) => Err(Error::new(
                ErrorKind::Config,
                OP,
                "account or credentials not found: no account is active and the local account is disabled; \
                 set up an account or enableLocalAccount=1",
            )),
        }
    }

    fn add_prefix(&self, number: String) -> String {
        if self.prefix.is_empty() || number.chars().count() <= 3 {
            return number;
        }
        format!("{}{}", self.prefix, number.strip_prefix('+').unwrap_or(&number))
    }
}

/// Which account makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Line {
    /// The active account.
    Account,
    /// The local account, for calls to addresses.
    Local,
}

impl Line {
    /// Stable lower-case name, as it appears in JSON: `"account"` or `"local"`.
    pub fn name(self) -> &'static str {
        match self {
            Line::Account => "account",
            Line::Local => "local",
        }
    }
}

/// A number ready to be called. `Debug` masks a password in the URI.
#[derive(Clone, PartialEq, Eq)]
pub struct Dialled {
    name: Option<String>,
    domain: Option<String>,
    line: Line,
    phone: bool,
    secure: bool,
    parts: Parts,
    post_dial: Option<PostDial>,
}

impl Dialled {
    /// The URI in `<` `>`, as MicroSIP keeps it (reference section 3.1 step 4); no transport was added but for `sips:`.
    pub fn uri(&self) -> String {
        format!("<sip:{}>", self.parts)
    }

    /// The URI to call (step 6): user, host, parameters and headers, without password. A host that is the account's
    /// domain apart from the port is written as the account has it. The transport is added unless it is UDP or the URI
    /// names one.
    pub fn request_uri(&self, transport: Transport) -> String {
        let mut parts = self.parts.clone();
        parts.password = None;
        if let Some(domain) = &self.domain
            && without_port(&parts.host).eq_ignore_ascii_case(without_port(domain))
        {
            parts.host.clone_from(domain);
        }
        uri::with_transport(&format!("sip:{parts}"), transport)
    }

    /// The name typed before the URI, without quotes; MicroSIP does not send it.
    pub fn display_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Which account makes the call.
    pub fn line(&self) -> Line {
        self.line
    }

    /// Whether it was cleaned up as a phone number.
    pub fn is_phone_number(&self) -> bool {
        self.phone
    }

    /// Whether TLS is required: the text was a `sips:` URI. [`uri`](Dialled::uri) then says `;transport=tls`.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The user part as written in the URI, percent-encoded; empty without one.
    pub fn user(&self) -> &str {
        &self.parts.user
    }

    /// Host and port as written.
    pub fn host(&self) -> &str {
        &self.parts.host
    }

    /// What is sent after the answer; transfers ignore it.
    pub fn post_dial(&self) -> Option<&PostDial> {
        self.post_dial.as_ref()
    }
}

impl fmt::Debug for Dialled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialled")
            .field("uri", &redact(&self.uri()))
            .field("line", &self.line)
            .field("secure", &self.secure)
            .field("post_dial", &self.post_dial)
            .finish_non_exhaustive()
    }
}

/// Whether a text is a phone number (section 3.1 step 3): digits and `* # . - ( ) /` and spaces only, or a `+` in front
/// of anything but an address.
pub fn is_phone_like(text: &str) -> bool {
    let symbol = |c: char| c.is_ascii_digit() || "*#.-()/ ".contains(c);
    match text.strip_prefix('+') {
        Some(rest) => !rest.contains(['@', ':', ';', '<', '>', '?']),
        None => text.chars().all(symbol),
    }
}

fn clean_up(text: &str) -> String {
    text.chars().filter(|c| !".-()/ ".contains(*c)).collect()
}

fn invalid(number: &str, why: &str) -> Error {
    Error::invalid(OP, format!("invalid number {:?}: {why}", redact(number)))
}

/// Cuts at the first comma outside quotes and brackets, unless it is the first or the last character.
fn split_post_dial(text: &str) -> Result<(&str, Option<PostDial>)> {
    let (mut quoted, mut depth) = (false, 0_u32);
    let comma = text.char_indices().find(|(_, c)| {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => depth += 1,
            '>' if !quoted => depth = depth.saturating_sub(1),
            ',' => return !quoted && depth == 0,
            _ => {}
        }
        false
    });
    match comma {
        Some((at, _)) if at > 0 && at + 1 < text.len() => {
            Ok((text[..at].trim_end(), Some(PostDial::parse(&text[at + 1..])?)))
        }
        _ => Ok((text, None)),
    }
}

/// `"Name" <uri>` in its parts; parameters behind `>` are refused by the caller's reading of the rest.
fn split_name(text: &str) -> Result<(Option<&str>, &str)> {
    let (Some(open), Some(close)) = (text.rfind('<'), text.rfind('>')) else {
        return Ok((None, text));
    };
    if open > close || !text[close + 1..].trim().is_empty() {
        return Err(invalid(
            text,
            "expected \"Name\" <sip:user@host> with nothing behind the >",
        ));
    }
    let name = text[..open].trim().trim_matches('"').trim();
    Ok(((!name.is_empty()).then_some(name), text[open + 1..close].trim()))
}

/// Whether it was `sips:`, and what follows the scheme.
fn strip_scheme(text: &str) -> Option<(bool, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "sip" => Some((false, rest)),
        "sips" => Some((true, rest)),
        _ => None,
    }
}

/// Host and port of a text that may be a URI, `user@host` or a host alone.
fn host_part(text: &str) -> String {
    let rest = strip_scheme(text).map_or(text, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host[..host.find([';', '?']).unwrap_or(host.len())].to_owned()
}

#[cfg(test)]
mod tests;
