//! Links from browsers and other programs (reference section 2): `sip:`, `sips:`, `tel:`, `callto:`, `dial:`,
//! `dialpad:`, `msip:`, each also as `scheme://…/`.
//!
//! A link is input from strangers. It becomes one value of [`LinkAction`] or an error; never an option, a file, a shell
//! word or a second command. Percent-escapes are decoded once, and none may hide a control character.

mod escape;

use std::fmt;

use percent_encoding::utf8_percent_encode;

use super::cmdline::{Command, suggest};
use super::number::PostDial;
use crate::redact::redact;
use crate::{Error, Result};
use escape::{HEADER, check_word, decode, encode_param, encode_user, find_end, find_ignoring_case, is_invisible};

const OP: &str = "link";

/// The longest link read, in bytes.
pub const MAX_LINK: usize = 2048;

/// The scheme of a [`Link`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkScheme {
    /// `sip:` (RFC 3261 §19.1).
    Sip,
    /// `sips:`; TLS is required.
    Sips,
    /// `tel:` (RFC 3966).
    Tel,
    /// `callto:`.
    Callto,
    /// `dial:`.
    Dial,
    /// `dialpad:`.
    Dialpad,
    /// `msip:`, MicroSIP's commands.
    Msip,
}

impl LinkScheme {
    /// Every scheme, for registering them with the desktop.
    pub const ALL: [LinkScheme; 7] = [
        LinkScheme::Sip,
        LinkScheme::Sips,
        LinkScheme::Tel,
        LinkScheme::Callto,
        LinkScheme::Dial,
        LinkScheme::Dialpad,
        LinkScheme::Msip,
    ];

    /// The scheme in lower case without colon, as it appears in JSON: `"sip"`, `"tel"`, …
    pub fn name(self) -> &'static str {
        match self {
            LinkScheme::Sip => "sip",
            LinkScheme::Sips => "sips",
            LinkScheme::Tel => "tel",
            LinkScheme::Callto => "callto",
            LinkScheme::Dial => "dial",
            LinkScheme::Dialpad => "dialpad",
            LinkScheme::Msip => "msip",
        }
    }

    /// The scheme a text begins with, in any case.
    pub fn of(text: &str) -> Option<LinkScheme> {
        let (scheme, _) = text.trim_start().split_once(':')?;
        LinkScheme::ALL
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(scheme))
    }
}

/// Whom to call, as text for [`NumberRules::resolve_target`](super::number::NumberRules::resolve_target).
///
/// `Debug` masks a password in it.
#[derive(Clone, PartialEq, Eq)]
pub struct CallTarget {
    text: String,
    secure: bool,
}

impl CallTarget {
    /// A target as a person types it: a number, a name, `user@host`, a SIP URI.
    pub fn new(text: impl Into<String>) -> Self {
        CallTarget {
            text: text.into(),
            secure: false,
        }
    }

    pub(crate) fn secured(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// The text, with post-dial digits behind a comma.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether TLS is required.
    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

impl fmt::Debug for CallTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uri = format!("sip:{}", self.text);
        let shown = redact(&uri);
        f.debug_struct("CallTarget")
            .field("text", &shown.strip_prefix("sip:").unwrap_or(&shown))
            .field("secure", &self.secure)
            .finish()
    }
}

/// What a [`Link`] asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkAction {
    /// Call.
    Call(CallTarget),
    /// Send a message: a `sip:` link with `;method=MESSAGE` (RFC 3261 §19.1.1).
    Message {
        /// To whom.
        to: CallTarget,
        /// The text; line breaks are allowed, other control characters are not.
        text: String,
    },
    /// A command of `msip:`: of those that act on calls, sound or the window only.
    Command(Command),
}

/// Parameters of a `tel:` link (RFC 3966 §3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TelParameters {
    /// `ext`: digits, which were put behind the number as post-dial digits.
    pub extension: Option<String>,
    /// `isub`: an ISDN sub-address; not used for calling.
    pub isub: Option<String>,
    /// `phone-context`: where a local number is valid. The number is called at the account's domain whatever it says.
    pub context: Option<String>,
    /// All others, as name and decoded value; not used for calling.
    pub other: Vec<(String, String)>,
}

/// A link that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Its scheme.
    pub scheme: LinkScheme,
    /// What it asks for.
    pub action: LinkAction,
    /// Parameters of `tel:`; empty for others.
    pub tel: TelParameters,
    /// Names of URI headers that were left out: a link may set `Subject`, `Priority` and `Organization` only.
    pub left_out: Vec<String>,
}

impl Link {
    /// Reads a link.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an unknown scheme, more than [`MAX_LINK`] bytes,
    /// control characters (escaped or not), `" < >` and backslashes, wrong escapes, a target that begins with `-` or
    /// `/`, a malformed number, an unknown or forbidden `msip:` command.
    pub fn parse(text: &str) -> Result<Link> {
        if text.len() > MAX_LINK {
            return fail(format!(
                "the link has {} bytes; at most {MAX_LINK} are allowed",
                text.len()
            ));
        }
        let text = text.trim_matches(' ');
        let Some(scheme) = LinkScheme::of(text) else {
            return fail("no known scheme; expected sip:, sips:, tel:, callto:, dial:, dialpad: or msip:");
        };
        if let Some(c) = text
            .chars()
            .find(|c| c.is_control() || "\"<>\\`{}|^".contains(*c) || is_invisible(*c))
        {
            return fail(format!("{c:?} is not allowed in a link"));
        }
        // Checked here for every part: none of them has a use for control characters but the text of a message.
        let decoded = decode(text)?;
        let is_message = find_ignoring_case(text, ";method=message").is_some();
        if decoded
            .chars()
            .any(|c| (c.is_control() && !(is_message && matches!(c, '\r' | '\n' | '\t'))) || is_invisible(c))
        {
            return fail("an escaped control character, such as %00 or %0D, is not allowed in a link");
        }
        let mut rest = &text[scheme.name().len() + 1..];
        if let Some(inner) = rest.strip_prefix("//") {
            rest = inner.strip_suffix('/').unwrap_or(inner);
        }
        if rest.is_empty() {
            return fail(format!("nothing follows {}:", scheme.name()));
        }
        let mut link = Link {
            scheme,
            action: LinkAction::Call(CallTarget::new("")),
            tel: TelParameters::default(),
            left_out: Vec::new(),
        };
        match scheme {
            LinkScheme::Msip => return link.msip(rest),
            LinkScheme::Sip | LinkScheme::Sips => link.sip(rest, scheme == LinkScheme::Sips)?,
            // One prefix is dropped: tel:sip:100 is a SIP URI.
            _ if find_ignoring_case(rest, "sip:") == Some(0) => link.sip(&rest[4..], false)?,
            LinkScheme::Tel => link.tel(rest)?,
            LinkScheme::Callto => {
                let end = find_ignoring_case(rest, "+type=").filter(|at| *at > 0);
                link.dial(&rest[..end.unwrap_or(rest.len())])?;
            }
            LinkScheme::Dial | LinkScheme::Dialpad => link.dial(rest)?,
        }
        Ok(link)
    }

    /// `callto:`, `dial:`, `dialpad:`: a number, or what stands behind `sip:`.
    fn dial(&mut self, rest: &str) -> Result<()> {
        self.sip(rest, false)
    }

    fn sip(&mut self, rest: &str, secure: bool) -> Result<()> {
        let (rest, post_dial) = match (rest.rfind('@'), rest.rfind(',')) {
            (Some(at), Some(_)) => match rest[at..].find(',') {
                Some(comma) => (&rest[..at + comma], &rest[at + comma..]),
                None => (rest, ""),
            },
            _ => (rest, ""),
        };
        let post_dial = decode(post_dial)?;
        if let Some(digits) = post_dial.strip_prefix(',') {
            PostDial::parse(digits)?;
        }
        let Some((userinfo, host)) = rest.rsplit_once('@') else {
            return self.without_host(&decode(rest)?, secure);
        };
        let (user, _password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        let user = decode(user)?;
        let (host, headers) = host.split_once('?').unwrap_or((host, ""));
        let (host, params) = host.split_at(host.find(';').unwrap_or(host.len()));
        let host = decode(host)?;
        if host.contains(|c: char| !c.is_ascii_alphanumeric() && !".-_:[]".contains(c)) {
            return fail(format!("{host:?} is no host"));
        }
        check_word(&user)?;
        let mut method = "INVITE".to_owned();
        let mut target = format!("{}@{host}", encode_user(&user));
        for param in params.split(';').skip(1) {
            match param.split_once('=') {
                Some((name, value)) if name.eq_ignore_ascii_case("method") => method = decode(value)?,
                _ => {
                    target.push(';');
                    target.push_str(&encode_param(&decode(param)?));
                }
            }
        }
        let mut body = String::new();
        let mut separator = '?';
        for header in headers.split('&').filter(|header| !header.is_empty()) {
            let (name, value) = header.split_once('=').unwrap_or((header, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if name.eq_ignore_ascii_case("body") && method.eq_ignore_ascii_case("MESSAGE") {
                body = value;
            } else if ["subject", "priority", "organization"].contains(&name.to_ascii_lowercase().as_str())
                && !value.chars().any(char::is_control)
            {
                target.push(separator);
                target.push_str(&format!("{name}={}", utf8_percent_encode(&value, HEADER)));
                separator = '&';
            } else {
                // Route, From, Replaces and the like: not for strangers to set (RFC 3261 §19.1.5).
                self.left_out.push(name);
            }
        }
        target.push_str(&post_dial);
        if method.eq_ignore_ascii_case("MESSAGE") {
            if body.trim().is_empty() {
                return fail("a link for a message needs its text: sip:user@host;method=MESSAGE?body=text");
            }
            if target.chars().any(char::is_control) {
                return fail("a control character stands outside the text of the message");
            }
            self.action = LinkAction::Message {
                to: CallTarget::new(target).secured(secure),
                text: body,
            };
            return Ok(());
        }
        if !method.eq_ignore_ascii_case("INVITE") {
            return fail(format!("the method {method:?} is not allowed; INVITE and MESSAGE are"));
        }
        self.call(target, secure)
    }

    /// A number or a name, behind which the account's domain will be put, or a host alone.
    fn without_host(&mut self, user: &str, secure: bool) -> Result<()> {
        let (user, digits) = match user.split_once(',') {
            Some((user, digits)) => (user, PostDial::parse(digits)?.as_str().to_owned()),
            None => (user, String::new()),
        };
        let comma = if digits.is_empty() { "" } else { "," };
        let number = user.strip_prefix('+').unwrap_or(user);
        let is_number = number.chars().all(|c| c.is_ascii_digit() || "*#.-()/ ".contains(c));
        let text = if is_number && number.contains(|c: char| c.is_ascii_digit() || "*#".contains(c)) {
            if number.starts_with(['-', '/', '.']) {
                return fail("a number may not begin with - / or . in a link");
            }
            user.to_owned()
        } else {
            check_word(user)?;
            let host = user.split(';').next().unwrap_or_default();
            let is_host = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
            match host.rsplit_once(':') {
                // An IPv6 address; what it holds is checked when it is dialled.
                Some(_) if host.bytes().all(|b| b.is_ascii_hexdigit() || b"[]:.".contains(&b)) => user.to_owned(),
                Some((name, port)) if is_host(name) && port.bytes().all(|b| b.is_ascii_digit()) => user.to_owned(),
                Some(_) => return fail("the host behind the user is missing; expected sip:user@host"),
                None => encode_user(user),
            }
        };
        self.call(format!("{text}{comma}{digits}"), secure)
    }

    fn call(&mut self, text: String, secure: bool) -> Result<()> {
        if text.trim().is_empty() {
            return fail("the number is empty");
        }
        self.action = LinkAction::Call(CallTarget::new(text).secured(secure));
        Ok(())
    }

    fn tel(&mut self, rest: &str) -> Result<()> {
        let mut params = rest.split(';');
        let number = decode(params.next().unwrap_or_default())?;
        let symbol = |c: char| c.is_ascii_hexdigit() || "*#-.() ,/+".contains(c);
        if !number.chars().all(symbol) || number.rfind('+').is_some_and(|at| at > 0) {
            return fail(format!(
                "{number:?} is no telephone number; expected digits and + * # - . ( )"
            ));
        }
        if !number.contains(|c: char| c.is_ascii_digit() || "*#".contains(c)) {
            return fail("the telephone number has no digits");
        }
        if number.starts_with(['-', '/', ',']) {
            return fail("a telephone number begins with a digit, +, *, # or a parenthesis");
        }
        let mut seen = Vec::new();
        for param in params {
            let (name, value) = param.split_once('=').unwrap_or((param, ""));
            let name = name.to_ascii_lowercase();
            let value = decode(value)?;
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return fail("a parameter behind a ; has no proper name");
            }
            if seen.contains(&name) {
                return fail(format!("the parameter {name} is given twice"));
            }
            match name.as_str() {
                "ext" => {
                    let digits: String = value.chars().filter(|c| !"-.() ".contains(*c)).collect();
                    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                        return fail(format!("the extension {value:?} is not made of digits"));
                    }
                    self.tel.extension = Some(digits);
                }
                "isub" => self.tel.isub = Some(value),
                "phone-context" => self.tel.context = Some(value),
                _ => self.tel.other.push((name.clone(), value)),
            }
            seen.push(name);
        }
        let mut text = number.trim().to_owned();
        if let Some(extension) = &self.tel.extension {
            text.push(',');
            text.push_str(extension);
        }
        if let Some((_, digits)) = text.split_once(',') {
            PostDial::parse(digits)?;
        }
        self.call(text, false)
    }

    /// `msip:` commands (reference section 1.5), and the switches that act on calls.
    fn msip(mut self, rest: &str) -> Result<Link> {
        let text = decode(rest)?;
        let word = text.strip_suffix('/').unwrap_or(&text).to_ascii_lowercase();
        if let Some((_, command)) = super::cmdline::msip_commands()
            .into_iter()
            .find(|(name, _)| *name == word)
        {
            self.action = LinkAction::Command(command);
            return Ok(self);
        }
        for name in ["transfer_", "/transfer:"] {
            if find_ignoring_case(&text, name) == Some(0) {
                let mut target = Link {
                    scheme: LinkScheme::Dial,
                    ..self.clone()
                };
                // Not decoded before: it is decoded once by the reading of the target.
                let start = if rest.len() == text.len() {
                    name.len()
                } else {
                    find_end(rest, name)?
                };
                target.dial(&rest[start..])?;
                if let LinkAction::Call(to) = target.action {
                    self.action = LinkAction::Command(Command::Transfer(to));
                }
                return Ok(self);
            }
        }
        if find_ignoring_case(&text, "/dtmf:") == Some(0) {
            self.action = LinkAction::Command(super::cmdline::dtmf(&text["/dtmf:".len()..])?);
            return Ok(self);
        }
        if let Some(name) = text.strip_prefix('/') {
            let name = name.split([':', '=', ' ']).next().unwrap_or_default();
            let shown: String = name.chars().take(20).collect();
            return fail(format!(
                "a link may not say /{shown}; it may answer, hang up, hold, transfer, send digits and set the sound"
            ));
        }
        if !super::number::is_phone_like(&text) && !text.contains('@') {
            let names = super::cmdline::msip_commands();
            let near = suggest(&word, names.iter().map(|(name, _)| *name));
            if let Some(near) = near {
                return fail(format!(
                    "msip:{word} is no command; did you mean msip:{near}? a user of that name is called by dial:{word}"
                ));
            }
        }
        self.dial(rest)?;
        Ok(self)
    }
}

fn fail<T>(why: impl Into<String>) -> Result<T> {
    Err(Error::invalid(OP, why))
}

#[cfg(test)]
mod tests;
