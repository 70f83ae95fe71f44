//! Values of options and of targets: each parser says what it expected.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use microsip_core::{Codec, Digit, Secret, StatusCode, TlsPin, Transport};

use super::CodecList;
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
pub(super) fn hidden<T>(
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> impl Fn(&str) -> Result<Hidden<T>, Infallible> + Clone {
    move |text| Ok(Hidden(parse(text)))
}

/// A password.
pub(super) fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

/// `IP:PORT`, `IP` or `[IPv6]:PORT`.
pub(super) fn bind(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    match text.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(ip) => Ok(SocketAddr::new(ip, 0)),
        Err(_) => Err("expected IP:PORT, such as 0.0.0.0:5060 or 127.0.0.1:0".into()),
    }
}

/// `N` or `A-B`; a call takes two ports, so `N` is `N-N+1`.
pub(super) fn rtp_ports(text: &str) -> Result<RangeInclusive<u16>, String> {
    let port = |part: &str| part.trim().parse::<u16>().ok().filter(|n| *n > 0);
    let range: Option<RangeInclusive<u16>> = match text.split_once('-') {
        None => port(text).and_then(|n| Some(n..=n.checked_add(1)?)),
        Some((a, b)) => port(a).zip(port(b)).filter(|(a, b)| a < b).map(|(a, b)| a..=b),
    };
    range.ok_or_else(|| "expected a port or a range of at least two, such as 4000 or 4000-4999".into())
}

/// A SIP URI with a user part; `user@domain` is completed.
pub(super) fn account(text: &str) -> Result<String, String> {
    let uri = sip_uri(text)?;
    if user_of(&uri).is_empty() || domain_of(&uri).is_empty() {
        return Err("expected sip:USER@DOMAIN".into());
    }
    Ok(uri)
}

/// A SIP URI of a host; `host:port` is completed.
pub(super) fn server(text: &str) -> Result<String, String> {
    let uri = sip_uri(text)?;
    if domain_of(&uri).is_empty() {
        return Err("expected sip:HOST or sip:HOST:PORT".into());
    }
    Ok(uri)
}

/// Adds `sip:` where no scheme is given.
pub(crate) fn sip_uri(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty; expected something like sip:user@host".into());
    }
    // Characters no URI has; a space is fine in a display name.
    if text.chars().any(char::is_control) || (!text.contains('<') && text.contains(' ')) {
        return Err("it contains spaces or control characters; expected something like sip:user@host".into());
    }
    Ok(if has_scheme(text) {
        text.to_owned()
    } else {
        format!("sip:{text}")
    })
}

/// Whether it begins with `sip:` or `sips:`, or is a name-addr. `1002:5060` has a port, not a scheme.
fn has_scheme(text: &str) -> bool {
    if text.contains('<') {
        return true;
    }
    let scheme = text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    text.contains(':') && ["sip", "sips", "tel"].contains(&&*scheme)
}

/// Completes what somebody types after `call`: `1002` gets scheme and the account's domain, `1002@host` the scheme.
pub(crate) fn complete_target(text: &str, domain: &str) -> Result<String, String> {
    let uri = sip_uri(text)?;
    if has_password(&uri) {
        return Err("it holds a password, which would go over the wire in clear".into());
    }
    if !has_scheme(text.trim()) && !text.contains('@') {
        return Ok(format!("{uri}@{domain}"));
    }
    Ok(uri)
}

/// `scheme:` and everything in angle brackets' way removed: `user@host:port`.
fn user_and_host(uri: &str) -> &str {
    let inner = match (uri.rfind('<'), uri.rfind('>')) {
        (Some(open), Some(close)) if open < close => &uri[open + 1..close],
        _ => uri,
    };
    let rest = inner.split_once(':').map_or(inner, |(_, rest)| rest);
    // Parameters may hold an @, so the user ends at the last one before them.
    let end = match rest.split_once('@') {
        Some((user, host)) => user.len() + 1 + host.find([';', '?']).unwrap_or(host.len()),
        None => rest.find([';', '?']).unwrap_or(rest.len()),
    };
    &rest[..end]
}

/// The user part of a SIP URI or name-addr, without a password; empty when there is none.
pub(crate) fn user_of(uri: &str) -> &str {
    user_and_host(uri)
        .split_once('@')
        .map_or("", |(user, _)| user.split(':').next().unwrap_or_default())
}

/// Whether the URI holds a password (`sip:user:password@host`): not recommended (RFC 3261 §19.1.1), and sure to be shown.
pub(crate) fn has_password(uri: &str) -> bool {
    user_and_host(uri)
        .rsplit_once('@')
        .is_some_and(|(user, _)| user.contains(':'))
}

/// `host` or `host:port` of a SIP URI or name-addr.
pub(crate) fn domain_of(uri: &str) -> &str {
    let text = user_and_host(uri);
    text.split_once('@').map_or(text, |(_, host)| host)
}

/// A list of codecs.
pub(super) fn codecs(text: &str) -> Result<CodecList, String> {
    let parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    let list: Vec<Codec> = parts
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|e: microsip_core::Error| e.message().to_owned())?;
    if list.is_empty() {
        return Err("the list is empty".into());
    }
    Ok(CodecList(list))
}

/// `yes` or `no`.
pub(super) fn yes_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("expected yes or no".into()),
    }
}

/// A header for our calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderArg {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// `Name: value`.
pub(super) fn header(text: &str) -> Result<HeaderArg, String> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| "expected NAME: VALUE, such as X-Campaign: spring".to_owned())?;
    let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
    if name.is_empty() || name.contains(|c: char| !c.is_ascii_graphic()) {
        // Not repeated: a colon at the wrong place makes a name of a value.
        return Err(
            "the name is empty or has spaces in it; expected NAME: VALUE, such as X-Campaign: spring".to_owned(),
        );
    }
    microsip_core::Headers::new()
        .add(&name, &value)
        .map_err(|e| e.message().to_owned())?;
    Ok(HeaderArg { name, value })
}

/// A TURN server, and who we are there.
#[derive(Clone, PartialEq, Eq)]
pub struct TurnArg {
    /// `host[:port]`.
    pub server: String,
    /// How it is reached.
    pub transport: Transport,
    /// What stands before the `@`: `USER` or `USER:PASSWORD`.
    pub user: String,
}

impl fmt::Debug for TurnArg {
    /// Without the user: a password may stand there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TurnArg({};transport={})", self.server, self.transport.name())
    }
}

/// `USER[:PASSWORD]@HOST[:PORT][;transport=udp|tcp|tls]`.
pub(super) fn turn(text: &str) -> Result<TurnArg, String> {
    let wrong = || "expected USER@HOST[:PORT], and perhaps ;transport=tcp or ;transport=tls".to_owned();
    let text = text.strip_prefix("turn:").unwrap_or(text);
    let (user, rest) = text.rsplit_once('@').ok_or_else(wrong)?;
    let (server, parameter) = rest.split_once([';', '?']).unwrap_or((rest, "transport=udp"));
    let transport = match parameter.to_ascii_lowercase().strip_prefix("transport=") {
        Some("udp") => Transport::Udp,
        Some("tcp") => Transport::Tcp,
        Some("tls") => Transport::Tls,
        _ => return Err(wrong()),
    };
    if user.is_empty() || server.is_empty() {
        return Err(wrong());
    }
    Ok(TurnArg {
        server: server.to_owned(),
        transport,
        user: user.to_owned(),
    })
}

/// The SHA-256 of a certificate, in one of the usual spellings.
pub(super) fn pin(text: &str) -> Result<TlsPin, String> {
    text.parse().map_err(|e: microsip_core::Error| e.message().to_owned())
}

/// Where else calls go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForwardArg {
    /// All of them.
    Always(String),
    /// Those that find us busy.
    Busy(String),
    /// Those nobody answers for so long.
    NoAnswer(std::time::Duration, String),
}

/// `always:URI`, `busy:URI` or `no-answer:SECONDS:URI`.
pub(super) fn forward(text: &str) -> Result<ForwardArg, String> {
    let wrong = || "expected always:URI, busy:URI or no-answer:SECONDS:URI".to_owned();
    let (when, rest) = text.split_once(':').ok_or_else(wrong)?;
    let uri = |text: &str| match sip_uri(text)? {
        uri if has_password(&uri) => Err("the URI holds a password".to_owned()),
        uri => Ok(uri),
    };
    match when {
        "always" => uri(rest).map(ForwardArg::Always),
        "busy" => uri(rest).map(ForwardArg::Busy),
        "no-answer" => {
            let (seconds, target) = rest.split_once(':').ok_or_else(wrong)?;
            let seconds = seconds.parse::<u64>().ok().filter(|s| (1..=600).contains(s));
            let after = std::time::Duration::from_secs(seconds.ok_or("expected 1 to 600 seconds")?);
            Ok(ForwardArg::NoAnswer(after, uri(target)?))
        }
        _ => Err(wrong()),
    }
}

/// A status code that can be an automatic answer.
pub(super) fn auto_answer(text: &str) -> Result<StatusCode, String> {
    status_code(text)
        .filter(|code| *code != StatusCode::TRYING)
        .ok_or_else(|| "expected a SIP status code from 101 to 699, such as 180, 183, 200 or 486".into())
}

/// A number from 100 to 699.
pub(crate) fn status_code(text: &str) -> Option<StatusCode> {
    text.parse().ok().and_then(StatusCode::new)
}

/// DTMF digits.
pub(super) fn digits(text: &str) -> Result<String, String> {
    let digits: Option<String> = text.chars().map(|c| Digit::new(c).map(Digit::as_char)).collect();
    digits
        .filter(|d| !d.is_empty() && d.len() <= 32)
        .ok_or_else(|| "expected 1 to 32 of 0-9 * # A-D".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ports() {
        assert_eq!(bind("127.0.0.1:5060").unwrap().to_string(), "127.0.0.1:5060");
        assert_eq!(bind("10.0.0.1").unwrap().to_string(), "10.0.0.1:0");
        assert_eq!(bind("[::1]:5070").unwrap().to_string(), "[::1]:5070");
        assert!(bind("localhost:5060").is_err());
        assert_eq!(rtp_ports("4000").unwrap(), 4000..=4001);
        assert_eq!(rtp_ports("4000-4010").unwrap(), 4000..=4010);
        for bad in ["", "0", "x", "65535", "70000", "4010-4000", "4000-4000", "1-2-3"] {
            assert!(rtp_ports(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn targets_are_completed() {
        let full = |text: &str| complete_target(text, "pbx:5070").unwrap();
        assert_eq!(full("1002"), "sip:1002@pbx:5070");
        assert_eq!(full("1002@h:1"), "sip:1002@h:1");
        assert_eq!(full("SIPS:x@y"), "SIPS:x@y");
        assert_eq!(full("sip:1002@h;transport=tcp"), "sip:1002@h;transport=tcp");
        assert_eq!(full("\"A B\" <sip:a@b>"), "\"A B\" <sip:a@b>");
        assert!(complete_target("a b", "h").is_err());
        assert!(complete_target(" ", "h").is_err());
        for secret in ["sip:bob:pw@h", "bob:pw@h", "\"B\" <sips:bob:pw@h;x>"] {
            assert!(
                complete_target(secret, "h").unwrap_err().contains("password"),
                "{secret}"
            );
        }
    }

    #[test]
    fn users_and_domains() {
        assert_eq!(user_of("\"x\" <sip:bob:pw@h:1;user=a@b>"), "bob");
        assert_eq!(domain_of("\"x\" <sip:bob:pw@h:1;user=a@b>"), "h:1");
        assert_eq!(domain_of("sip:[::1]:5060;lr"), "[::1]:5060");
        assert_eq!(user_of("sip:host"), "");
        assert_eq!(account("1001@pbx").unwrap(), "sip:1001@pbx");
        assert!(account("sip:pbx").is_err());
        assert!(account("1001").is_err());
        assert_eq!(server("pbx:5070").unwrap(), "sip:pbx:5070");
    }

    #[test]
    fn headers_and_forwards() {
        let one = header("X-A:  b: c ").unwrap();
        assert_eq!((one.name.as_str(), one.value.as_str()), ("X-A", "b: c"));
        for bad in ["X-A", ": x", "Via: x", "X A: b", "X-A: a\r\nB: c"] {
            assert!(header(bad).is_err(), "{bad:?}");
        }
        assert_eq!(forward("always:sip:a@b").unwrap(), ForwardArg::Always("sip:a@b".into()));
        assert_eq!(forward("busy:a@b").unwrap(), ForwardArg::Busy("sip:a@b".into()));
        let later = ForwardArg::NoAnswer(std::time::Duration::from_secs(20), "sip:a@b".into());
        assert_eq!(forward("no-answer:20:sip:a@b").unwrap(), later);
        for bad in [
            "",
            "always",
            "always:",
            "never:sip:a@b",
            "no-answer:sip:a@b",
            "no-answer:0:sip:a@b",
            "busy:bob:pw@h",
        ] {
            assert!(forward(bad).is_err(), "{bad:?}");
        }
        assert!(yes_no("yes").unwrap() && !yes_no("NO").unwrap() && yes_no("maybe").is_err());
    }

    #[test]
    fn relays_and_pins() {
        let relay = turn("alice:pa:ss@turn.test:3479;transport=TLS").unwrap();
        assert_eq!((&*relay.server, relay.transport), ("turn.test:3479", Transport::Tls));
        assert_eq!(relay.user, "alice:pa:ss");
        assert!(!format!("{relay:?}").contains("pa"), "{relay:?}");
        assert_eq!(turn("turn:a@b?transport=tcp").unwrap().transport, Transport::Tcp);
        assert_eq!(turn("a@b").unwrap().transport, Transport::Udp);
        for bad in ["", "turn.test", "@b", "a@", "a@b;transport=sctp", "a@b;x=tcp"] {
            assert!(turn(bad).is_err(), "{bad}");
        }
        assert!(pin(&"ab".repeat(32)).is_ok());
        assert!(pin("ab:cd").unwrap_err().contains("SHA-256"));
    }

    #[test]
    fn what_may_hold_a_password_is_not_shown() {
        let wrong = hidden(turn)("alice:s3cret@host;transport=sctp").unwrap();
        let why = wrong.get("--turn").unwrap_err().to_string();
        assert!(why.starts_with("--turn: expected") && !why.contains("s3cret"), "{why}");
        let right = hidden(forward)("busy:sip:b@h").unwrap();
        assert_eq!(right.get("--forward").unwrap(), &ForwardArg::Busy("sip:b@h".into()));
        assert_eq!(format!("{wrong:?} {right:?}"), "*** ***");
        for bad in ["X-A s3cret: b", "Authorization s3cret", ": s3cret", "Via: s3cret"] {
            let why = hidden(header)(bad).unwrap().get("--header").unwrap_err().to_string();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }

    #[test]
    fn codes_codecs_and_digits() {
        assert_eq!(auto_answer("183").unwrap().code(), 183);
        for bad in ["100", "99", "700", "ok", ""] {
            assert!(auto_answer(bad).is_err(), "{bad}");
        }
        assert_eq!(codecs("PCMA, opus").unwrap().0.len(), 2);
        assert!(codecs(",").is_err());
        assert_eq!(digits("1a#").unwrap(), "1A#");
        assert!(digits("").is_err() && digits("12x").is_err() && digits(&"1".repeat(33)).is_err());
    }
}
