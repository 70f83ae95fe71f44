//! The parts of a SIP URI.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// `host` of `host:port`, with the brackets of an IPv6 address.
pub(super) fn without_port(host: &str) -> &str {
    match host.rfind(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or(host),
    }
}

pub(super) fn is_ipv6(host: &str) -> bool {
    let bare = without_port(host);
    let v6 = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    v6.unwrap_or(host).parse::<Ipv6Addr>().is_ok()
}

pub(super) fn is_address(host: &str) -> bool {
    let bare = without_port(host);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<Ipv4Addr>().is_ok() || is_ipv6(host)
}

pub(super) fn bracket_ipv6(host: &str) -> Cow<'_, str> {
    match host.parse::<Ipv6Addr>() {
        Ok(_) => format!("[{host}]").into(),
        Err(_) => host.into(),
    }
}

/// A SIP URI behind its scheme (RFC 3261 §19.1.1).
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) user: String,
    pub(super) password: Option<String>,
    pub(super) host: String,
    /// With its leading `;`, or empty.
    pub(super) params: String,
    /// With its leading `?`, or empty.
    pub(super) headers: String,
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.user)?;
        if let Some(password) = &self.password {
            write!(f, ":{password}")?;
        }
        if !self.user.is_empty() {
            f.write_str("@")?;
        }
        write!(f, "{}{}{}", self.host, self.params, self.headers)
    }
}

impl Parts {
    /// What `sips:` demands, as parameter.
    pub(super) fn require_tls(&mut self) -> Result<(), String> {
        let mut params = String::new();
        for param in self.params.split(';').skip(1) {
            match param.to_ascii_lowercase().strip_prefix("transport=") {
                // "transport=tcp" of a sips: URI is TLS over TCP (RFC 3261 §26.2.2).
                Some("tcp" | "tls") => {}
                Some(other) => return Err(format!("sips: demands TLS, but it asks for transport={other}")),
                None => {
                    params.push(';');
                    params.push_str(param);
                }
            }
        }
        self.params = params + ";transport=tls";
        Ok(())
    }
}

/// Whether a text consists of these characters, letters, digits and percent-escapes.
fn made_of(text: &str, symbols: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let hex = bytes.get(at + 1..at + 3);
            if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
                return Err("a % is not followed by two hexadecimal digits".into());
            }
            at += 2;
        } else if !byte.is_ascii_alphanumeric() && !symbols.as_bytes().contains(byte) {
            let c = text[at..].chars().next().unwrap_or(' ');
            return Err(format!("{c:?} is not allowed there; write it as %XX"));
        }
        at += 1;
    }
    Ok(())
}

const MARK: &str = "-_.!~*'()";

/// Reads what stands behind `sip:`; an error says what is wrong.
pub(super) fn parse_uri(text: &str) -> Result<Parts, String> {
    let (userinfo, rest) = match text.rsplit_once('@') {
        Some((userinfo, rest)) => (Some(userinfo), rest),
        None => (None, text),
    };
    let (user, password) = match userinfo.map(|info| info.split_once(':').unwrap_or((info, ""))) {
        None => ("", None),
        Some(("", _)) => return Err("the user before the @ is missing".into()),
        Some((user, "")) => (user, None),
        Some((user, password)) => (user, Some(password)),
    };
    // '#' is not in the grammar, but service codes such as *21# are dialled with it, and the stack reads it.
    made_of(user, &format!("{MARK}&=+$,;?/#"))?;
    made_of(password.unwrap_or_default(), &format!("{MARK}&=+$,"))?;
    let (rest, headers) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let (host, params) = rest.split_at(rest.find(';').unwrap_or(rest.len()));
    let host = bracket_ipv6(host).into_owned();
    check_host(&host)?;
    for param in params.split(';').skip(1) {
        if param.is_empty() || param.starts_with('=') {
            return Err("a parameter behind a ; is empty".into());
        }
        made_of(param, &format!("{MARK}[]/:&+$="))?;
    }
    made_of(headers, &format!("{MARK}[]/?:+$=&"))?;
    Ok(Parts {
        user: user.to_owned(),
        password: password.map(str::to_owned),
        host,
        params: params.to_owned(),
        headers: headers.to_owned(),
    })
}

fn check_host(host: &str) -> Result<(), String> {
    let name = without_port(host);
    match host[name.len()..].strip_prefix(':') {
        None if host.len() == name.len() => {}
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|p| p > 0) => {}
        _ => {
            return Err(format!(
                "{:?} is no port between 1 and 65535",
                host[name.len()..].trim_start_matches(':')
            ));
        }
    }
    if let Some(v6) = name.strip_prefix('[') {
        let v6 = v6.strip_suffix(']').unwrap_or_default();
        return match v6.parse::<Ipv6Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("{name:?} is no IPv6 address")),
        };
    }
    if name.is_empty() {
        return Err("the host is missing; expected user@host".into());
    }
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if name.len() > 253 || !name.strip_suffix('.').unwrap_or(name).split('.').all(label) {
        return Err(format!("{name:?} is no host name or address"));
    }
    Ok(())
}
