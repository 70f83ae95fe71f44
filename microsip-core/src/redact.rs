//! Masks secrets in SIP messages and log lines.

use std::borrow::Cow;

const MASK: &str = "***";

/// Masks credentials of `Authorization` and `Proxy-Authorization`, SDES keys (`inline:`), ICE passwords, and passwords
/// inside SIP URIs.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    if !needs_redaction(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // A folded header goes on in lines that begin with white space (RFC 3261 §7.3.1).
    let mut in_authorization = false;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\r', '\n']);
        let ending = &line[body.len()..];
        let folded = body.starts_with([' ', '\t']);
        if in_authorization && folded {
            out.push_str(" ***");
        } else {
            in_authorization = false;
            if let Some(name) = authorization_header(body) {
                in_authorization = true;
                out.push_str(name);
                out.push_str(": ");
                out.push_str(MASK);
            } else {
                out.push_str(&mask_uris(&mask_after(&mask_after(body, "inline:"), "ice-pwd:")));
            }
        }
        out.push_str(ending);
    }
    Cow::Owned(out)
}

fn needs_redaction(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["authorization", "inline:", "ice-pwd:"]
        .iter()
        .any(|word| lower.contains(word))
        || (lower.contains("sip") && text.contains('@'))
}

/// The name of an authorization header if `line` is one, wherever in a log line it begins.
fn authorization_header(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(':')?;
    let name = before.trim_end();
    let lower = name.to_ascii_lowercase();
    (lower.ends_with("authorization") && !lower.ends_with("www-authorization")).then_some(name)
}

/// Masks the run of non-blank characters after each `marker`.
fn mask_after(line: &str, marker: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find(marker) {
        let from = at + found + marker.len();
        out.push_str(&line[at..from]);
        out.push_str(MASK);
        at = line[from..]
            .find([' ', '|', '\t', '"', ';'])
            .map_or(line.len(), |end| from + end);
    }
    out.push_str(&line[at..]);
    out
}

/// `sip:user:password@host` becomes `sip:user:***@host`.
fn mask_uris(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find("sip") {
        let scheme = at + found + 3;
        let scheme = if lower[scheme..].starts_with('s') {
            scheme + 1
        } else {
            scheme
        };
        out.push_str(&line[at..scheme]);
        at = scheme;
        if !lower[scheme..].starts_with(':') {
            continue;
        }
        let rest = &line[scheme + 1..];
        // A password may hold any of `& = + $ ,` and a user part `;` and `?` (RFC 3261 §25.1).
        let end = rest.find([' ', '>', '<', '"', '\t']).unwrap_or(rest.len());
        let end = rest[..end].find("sip:").unwrap_or(end);
        if let Some((userinfo, _)) = rest[..end].rsplit_once('@')
            && let Some((user, _)) = userinfo.split_once(':')
        {
            out.push(':');
            out.push_str(user);
            out.push(':');
            out.push_str(MASK);
            at = scheme + 1 + userinfo.len();
        }
    }
    out.push_str(&line[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn credentials_are_masked_and_the_rest_is_kept() {
        let message = "REGISTER sip:h SIP/2.0\r\nAuthorization: Digest username=\"u\",\r\n response=\"dead\"\r\n\
                       CSeq: 1 REGISTER\r\nproxy-authorization : Digest response=\"beef\"\r\n\r\n\
                       a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:S3CRETKEY|2^31\r\na=ice-pwd:S3CRETPWD\r\n";
        let masked = redact(message);
        for secret in ["dead", "beef", "S3CRET", "username"] {
            assert!(!masked.contains(secret), "{secret} in {masked}");
        }
        for kept in [
            "REGISTER sip:h",
            "CSeq: 1 REGISTER",
            "inline:***|2^31",
            "Authorization: ***",
        ] {
            assert!(masked.contains(kept), "{kept} not in {masked}");
        }
        assert_eq!(masked.lines().count(), message.lines().count());
    }

    #[test]
    fn passwords_in_uris_are_masked() {
        assert_eq!(
            redact("to <sip:bob:pw@h:5060;x>, sips:al:p:w@h"),
            "to <sip:bob:***@h:5060;x>, sips:al:***@h"
        );
        assert_eq!(
            redact("sip:h:5060 sip:bob@h sipping a@b"),
            "sip:h:5060 sip:bob@h sipping a@b"
        );
        assert_eq!(redact("sip:bob:pa,s;s@h:5060;x=a"), "sip:bob:***@h:5060;x=a");
    }

    #[test]
    fn plain_lines_are_not_copied() {
        assert!(matches!(redact("nothing here"), std::borrow::Cow::Borrowed(_)));
    }
}
