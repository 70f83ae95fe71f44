//! SIP URIs, as people type them.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
