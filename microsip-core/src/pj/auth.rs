//! Challenges, as they came in: PJSIP drops those of schemes it does not know.

use pjsip_sys as sys;

use crate::sip::Message;
use crate::sip::headers::split_list;

/// One challenge of a 401 or 407.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The authentication scheme, `Digest` for instance.
    pub(crate) scheme: String,
    pub(crate) realm: String,
    /// As written; empty when it is not.
    pub(crate) algorithm: String,
    pub(crate) qop: String,
}

impl Challenge {
    pub(crate) fn is_digest(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Digest")
    }
}

/// The challenges of a message, at most as many as anybody could mean; none for anything but a 401 or 407.
pub(super) fn challenges(message: &Message) -> Vec<Challenge> {
    if !message.status().is_some_and(|s| matches!(s.code(), 401 | 407)) {
        return Vec::new();
    }
    let headers = message.headers();
    ["WWW-Authenticate", "Proxy-Authenticate"]
        .into_iter()
        .flat_map(|name| headers.all(name))
        .take(16)
        .filter_map(read)
        .collect()
}

/// Whether the newest request of a transaction of ours has credentials in it.
///
/// # Safety
/// Engine thread; the transaction must be alive.
pub(super) unsafe fn in_request(tsx: &sys::pjsip_transaction) -> bool {
    // SAFETY: the caller vouches for the transaction; its message lives as long as it.
    unsafe {
        let Some(request) = tsx.last_tx.as_ref().filter(|t| !t.msg.is_null()) else {
            return false;
        };
        [sys::PJSIP_H_AUTHORIZATION, sys::PJSIP_H_PROXY_AUTHORIZATION]
            .into_iter()
            .any(|kind| !sys::pjsip_msg_find_hdr(request.msg, kind, std::ptr::null()).is_null())
    }
}

fn read(value: &str) -> Option<Challenge> {
    let value = value.trim();
    let (scheme, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    let scheme: String = scheme
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_.+".contains(*c))
        .take(40)
        .collect();
    if scheme.is_empty() {
        return None;
    }
    let param = |name: &str| {
        split_list(rest)
            .filter_map(|p| p.split_once('='))
            .find(|(n, _)| n.trim().eq_ignore_ascii_case(name))
            .map(|(_, v)| {
                let v = v.trim();
                let inner = v.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(v);
                // It is quoted in messages.
                inner.chars().filter(|c| !c.is_control()).take(100).collect()
            })
            .unwrap_or_default()
    };
    Some(Challenge {
        realm: param("realm"),
        algorithm: param("algorithm"),
        qop: param("qop"),
        scheme,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    fn of(text: &str) -> Vec<Challenge> {
        challenges(&Message::new(text.as_bytes(), None, Transport::Udp))
    }

    #[test]
    fn every_challenge_is_read_whatever_its_scheme() {
        let list = of("SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\n\
             WWW-Authenticate: Digest realm=\"a, b\", nonce=\"x\",\r\n algorithm=SHA-256, qop=\"auth,auth-int\"\r\n\r\n");
        let seen: Vec<_> = list
            .iter()
            .map(|c| (&*c.scheme, &*c.realm, &*c.algorithm, &*c.qop))
            .collect();
        assert_eq!(
            seen,
            [
                ("Negotiate", "", "", ""),
                ("Digest", "a, b", "SHA-256", "auth,auth-int")
            ]
        );
        assert!(of("SIP/2.0 200 OK\r\nWWW-Authenticate: Negotiate\r\n\r\n").is_empty());
    }
}
