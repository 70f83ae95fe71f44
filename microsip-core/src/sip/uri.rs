//! Checks on URIs that come before PJSIP's parser sees them, and the few edits we make to them.

use crate::redact::redact;
use crate::sip::Transport;
use crate::{Error, Result};

/// PJSIP keeps URIs in buffers of 1024 bytes (`PJSIP_MAX_URL_SIZE`) and cuts off what is longer; we refuse it.
pub(crate) const MAX_LEN: usize = 1000;

/// Refuses what could not be a SIP URI or name-addr: empty, over-long, with control characters or without `sip:`.
pub(crate) fn check(op: &'static str, what: &str, uri: &str) -> Result<()> {
    // What is wrong may hold a password (sip:user:password@host) and is quoted below.
    let shown = redact(uri);
    if uri.is_empty() {
        return Err(Error::invalid(
            op,
            format!("the {what} is empty; expected something like sip:user@host"),
        ));
    }
    if uri.len() > MAX_LEN {
        return Err(Error::invalid(
            op,
            format!("the {what} has {} bytes; at most {MAX_LEN} are allowed", uri.len()),
        ));
    }
    if uri.chars().any(char::is_control) {
        return Err(Error::invalid(
            op,
            format!("the {what} {shown:?} contains control characters"),
        ));
    }
    let bare = bare(uri);
    let scheme = bare.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if scheme != "sip" && scheme != "sips" {
        return Err(Error::invalid(
            op,
            format!("the {what} {shown:?} does not start with sip: or sips:; expected something like sip:user@host"),
        ));
    }
    Ok(())
}

/// The URI inside a name-addr (`"Alice" <sip:alice@host>`), or the text itself.
pub(crate) fn bare(uri: &str) -> &str {
    match (uri.rfind('<'), uri.rfind('>')) {
        (Some(open), Some(close)) if open < close => uri[open + 1..close].trim(),
        _ => uri.trim(),
    }
}

/// The user part of a SIP URI or name-addr, without password; empty when there is none.
pub(crate) fn user(uri: &str) -> &str {
    let bare = bare(uri);
    let rest = bare.split_once(':').map_or(bare, |(_, rest)| rest);
    rest.split_once('@')
        .map_or("", |(user, _)| user.split([':', ';']).next().unwrap_or_default())
}

/// `host`, `host:port` or `[v6]:port` of a SIP URI, lower case, without parameters.
pub(crate) fn host_port(uri: &str) -> String {
    let bare = bare(uri);
    let rest = bare.split_once(':').map_or(bare, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let end = host.find([';', '?', '>']).unwrap_or(host.len());
    host[..end].to_ascii_lowercase()
}

/// Whether requests to this URI go over TLS.
pub(crate) fn is_secure(uri: &str) -> bool {
    let lower = bare(uri).to_ascii_lowercase();
    lower.starts_with("sips:") || lower.contains(";transport=tls")
}

/// Adds `;transport=…` unless the URI names a transport, is `sips:`, or the transport is UDP, the default.
pub(crate) fn with_transport(uri: &str, transport: Transport) -> String {
    let inner = bare(uri);
    let lower = inner.to_ascii_lowercase();
    if transport == Transport::Udp || lower.contains(";transport=") || lower.starts_with("sips:") {
        return uri.to_owned();
    }
    let (base, headers) = match inner.split_once('?') {
        Some((base, headers)) => (base, format!("?{headers}")),
        None => (inner, String::new()),
    };
    let edited = format!("{base};transport={transport}{headers}");
    match (uri.rfind('<'), uri.rfind('>')) {
        (Some(open), Some(close)) if open < close => format!("{}<{edited}>{}", &uri[..open], &uri[close + 1..]),
        _ => edited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_sip_uri() {
        for bad in [
            "",
            "1001",
            "http://x",
            "sip:a\r\nb",
            &format!("sip:{}@h", "a".repeat(5000)),
        ] {
            assert!(check("call", "target", bad).is_err(), "{bad:.20}");
        }
        for good in ["sip:1001@127.0.0.1", "\"A <b\" <sip:a@b>", "SIPS:x@y"] {
            check("call", "target", good).unwrap();
        }
    }

    #[test]
    fn a_password_in_a_refused_uri_is_not_repeated() {
        let error = check("call", "target", "sip:bob:hunter2@h\u{7}").unwrap_err();
        assert!(
            error.to_string().contains("bob") && !error.to_string().contains("hunter2"),
            "{error}"
        );
    }

    #[test]
    fn transport_parameter_goes_inside_the_brackets() {
        assert_eq!(with_transport("sip:a@h", Transport::Tcp), "sip:a@h;transport=tcp");
        assert_eq!(
            with_transport("A <sip:a@h>;q=1", Transport::Tls),
            "A <sip:a@h;transport=tls>;q=1"
        );
        assert_eq!(
            with_transport("sip:a@h?X=1", Transport::Tcp),
            "sip:a@h;transport=tcp?X=1"
        );
        assert_eq!(
            with_transport("sip:a@h;transport=udp", Transport::Tls),
            "sip:a@h;transport=udp"
        );
        assert_eq!(with_transport("sip:a@h", Transport::Udp), "sip:a@h");
    }

    #[test]
    fn host_port_strips_everything_else() {
        assert_eq!(
            host_port("\"x\" <sip:u:p@Example.ORG:5061;transport=tls>"),
            "example.org:5061"
        );
        assert_eq!(host_port("sip:[::1]:5060;lr"), "[::1]:5060");
    }
}
