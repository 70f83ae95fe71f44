//! The address a users directory is asked at: `usersDirectory` with its placeholders filled in.

use std::fmt;

/// What fills the placeholders of `usersDirectory` (`[Settings]`; reference: microsip.md, 9.5). `Debug` shows no secret.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct DirectoryUrl<'a> {
    /// `{username}`: the account's user.
    pub username: &'a str,
    /// `{password}`: the account's password.
    pub password: &'a str,
    /// `{md5_password}`: MD5 of the password in lower-case hexadecimal, made by the caller.
    pub md5_password: &'a str,
    /// `{server}`: without port.
    pub server: &'a str,
    /// `{domain}`.
    pub domain: &'a str,
    /// `{label}`: the account's.
    pub label: &'a str,
    /// `{version}`: the program's.
    pub version: &'a str,
    /// `{time}`: seconds since 1970.
    pub time: u64,
}

impl fmt::Debug for DirectoryUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryUrl")
            .field("username", &self.username)
            .field("server", &self.server)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

impl<'a> DirectoryUrl<'a> {
    /// Values of an account.
    pub fn new(username: &'a str, password: &'a str, server: &'a str) -> DirectoryUrl<'a> {
        DirectoryUrl {
            username,
            password,
            server,
            ..DirectoryUrl::default()
        }
    }

    /// With `{md5_password}`.
    #[must_use]
    pub fn md5_password(mut self, hex: &'a str) -> DirectoryUrl<'a> {
        self.md5_password = hex;
        self
    }

    /// With `{domain}` and `{label}`.
    #[must_use]
    pub fn account(mut self, domain: &'a str, label: &'a str) -> DirectoryUrl<'a> {
        self.domain = domain;
        self.label = label;
        self
    }

    /// With `{version}` and `{time}`, the latter in seconds since 1970.
    #[must_use]
    pub fn now(mut self, version: &'a str, time: u64) -> DirectoryUrl<'a> {
        self.version = version;
        self.time = time;
        self
    }

    /// Whether a setting has placeholders: MicroSIP then asks after each registration, else at start.
    pub fn needs_account(setting: &str) -> bool {
        setting.contains("%s") || NAMES.iter().any(|name| setting.contains(&format!("{{{name}}}")))
    }

    /// The address: up to three `%s` stand for user, password and server in this order, then `{name}` for the values above, each
    /// encoded for a URL; `sequence` (0 for the first request, then counting) is added to the query. A value is never
    /// looked through for placeholders again.
    pub fn expand(&self, setting: &str, sequence: u64) -> String {
        let mut out = String::with_capacity(setting.len() + 64);
        let mut in_order = [self.username, self.password, self.server].into_iter();
        let (setting, fragment) = match setting.trim().split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (setting.trim(), None),
        };
        let mut rest = setting;
        while let Some(at) = rest.find(['%', '{']) {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            if let Some(after) = after.strip_prefix("%s")
                && let Some(value) = in_order.next()
            {
                encode(&mut out, value);
                rest = after;
                continue;
            }
            let named = after.strip_prefix('{').and_then(|a| a.split_once('}'));
            if let Some((name, after)) = named
                && let Some(value) = self.value(name)
            {
                encode(&mut out, &value);
                rest = after;
                continue;
            }
            out.push_str(after.get(..1).unwrap_or_default());
            rest = after.get(1..).unwrap_or_default();
        }
        out.push_str(rest);
        out.push(if !out.contains('?') { '?' } else { '&' });
        out.push_str(&format!("sequence={sequence}"));
        if let Some(fragment) = fragment {
            out.push('#');
            out.push_str(fragment);
        }
        out
    }

    fn value(&self, name: &str) -> Option<String> {
        Some(match name {
            "time" => self.time.to_string(),
            "username" => self.username.to_owned(),
            "password" => self.password.to_owned(),
            "md5_password" => self.md5_password.to_owned(),
            "server" => self.server.to_owned(),
            "version" => self.version.to_owned(),
            "label" => self.label.to_owned(),
            "domain" => self.domain.to_owned(),
            _ => return None,
        })
    }
}

const NAMES: [&str; 8] = [
    "time",
    "username",
    "password",
    "md5_password",
    "server",
    "version",
    "label",
    "domain",
];

/// RFC 3986: all but the unreserved characters.
fn encode(out: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_encoded() {
        let values = DirectoryUrl::new("a b", "p&{time}%s", "pbx.example.org")
            .md5_password("0123")
            .account("example.org", "Büro")
            .now("1.0", 7);
        for (setting, expected) in [
            ("https://h/x", "https://h/x?sequence=3"),
            ("https://h/x?a=1#f", "https://h/x?a=1&sequence=3#f"),
            (
                "https://h/%s/%s/%s/%s",
                "https://h/a%20b/p%26%7Btime%7D%25s/pbx.example.org/%s?sequence=3",
            ),
            (
                "https://h/?u={username}&m={md5_password}&t={time}&l={label}&v={version}&d={domain}&s={server}&n={none}",
                "https://h/?u=a%20b&m=0123&t=7&l=B%C3%BCro&v=1.0&d=example.org&s=pbx.example.org&n={none}&sequence=3",
            ),
            ("https://h/%20{", "https://h/%20{?sequence=3"),
        ] {
            assert_eq!(values.expand(setting, 3), expected, "{setting}");
        }
        assert!(!DirectoryUrl::needs_account("https://h/x"));
        assert!(DirectoryUrl::needs_account("https://h/{server}"));
        assert!(!format!("{values:?}").contains("p&"));
    }
}
