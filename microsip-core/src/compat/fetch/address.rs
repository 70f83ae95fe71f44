//! Addresses: which are taken, and how they are shown.

use url::{Host, Url};

use super::OP;
use crate::{Error, Result};

/// Reads an address.
pub(super) fn parse(text: &str) -> Result<Url> {
    // The text is not quoted: there may be a password in it.
    let url = Url::parse(text.trim()).map_err(|e| {
        Error::invalid(
            OP,
            format!("the address is no URL ({e}); https://host/path is expected"),
        )
    })?;
    if !is_web(&url) {
        let what = format!("{}: https: or http: with a host is expected", shown(&url, true));
        return Err(Error::invalid(OP, what));
    }
    Ok(url)
}

/// Whether it is `http:` or `https:` with a host.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Whether it means this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.trim_end_matches('.') == "localhost",
        None => false,
    }
}

/// The address as it may be shown.
pub(super) fn shown(url: &Url, hide_path: bool) -> String {
    let mut out = format!("{}:", url.scheme());
    if let Some(host) = url.host_str() {
        out.push_str("//");
        out.push_str(host);
    }
    if let Some(port) = url.port() {
        out.push_str(&format!(":{port}"));
    }
    match url.path() {
        "/" | "" => out.push_str(url.path()),
        _ if hide_path || url.cannot_be_a_base() => out.push_str("/***"),
        path => out.extend(path.chars().take(200)),
    }
    if url.query().is_some() {
        out.push_str("?***");
    }
    out
}

/// An address as logs and errors show it: without user, password and fragment, and with `***` for the query, which often has
/// passwords in it. What is no address is shown as `(no URL)`.
pub fn shown_url(text: &str) -> String {
    match Url::parse(text.trim()) {
        Ok(url) => shown(&url, false),
        Err(_) => "(no URL)".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_no_secret() {
        for (text, expected) in [
            (
                "https://user:s3cret@h.example/a/b?p=s3cret#s3cret",
                "https://h.example/a/b?***",
            ),
            ("http://s3cret@[::1]:81/", "http://[::1]:81/"),
            ("HTTPS://H.example", "https://h.example/"),
            ("s3cret", "(no URL)"),
            ("mailto:s3cret", "mailto:/***"),
            ("https://h.example/a\r\nb?", "https://h.example/ab?***"),
        ] {
            assert_eq!(shown_url(text), expected);
        }
        let url = parse("https://h.example/u/s3cret?x").unwrap();
        assert_eq!(shown(&url, true), "https://h.example/***?***");
        let long = format!("https://h.example/{}", "a".repeat(10_000));
        assert!(shown_url(&long).len() < 300);
        for text in [
            "s3cret",
            "ftp://u:s3cret@h/",
            "file:///s3cret",
            "https://",
            "data:s3cret",
            "",
        ] {
            let e = parse(text).unwrap_err();
            assert!(!e.to_string().contains("s3cret"), "{e}");
        }
    }

    #[test]
    fn this_machine() {
        let is = |text| is_loopback(&parse(text).unwrap());
        assert!(is("http://127.0.0.1/") && is("http://127.9.9.9:1/") && is("http://[::1]/") && is("http://LocalHost/"));
        // 2130706433 is 127.0.0.1, as every browser reads it.
        assert!(is("http://2130706433/"));
        assert!(!is("http://127.0.0.1.example/") && !is("http://10.0.0.1/") && !is("http://localhost.example/"));
        assert!(!is("http://127.0.0.1@h.example/"));
    }
}
