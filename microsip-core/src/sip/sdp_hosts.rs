//! Host names in session descriptions. They may stand there (RFC 8866 §5.7), hardly anybody writes them, and PJSIP wants their
//! addresses at once, in the engine's thread, which no name server may hold up.

use std::net::IpAddr;

use crate::dns::Families;

/// Longest text of an address that can be one, `/TTL/COUNT` included.
const MAX_ADDRESS: usize = 64;

/// Goes through the lines of a body. Where a name stands in an attribute that can be done without (`a=rtcp`, `a=candidate`), the
/// attribute becomes one that nobody knows. What stands in `c=` lines in place of a number.
pub(crate) fn names(body: &mut [u8]) -> Vec<(Families, String)> {
    let mut names = Vec::new();
    for line in body.split_mut(|b| *b == b'\n') {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        if let Some(connection) = text.strip_prefix("c=") {
            let mut words = connection.split_ascii_whitespace();
            let families = match (words.next(), words.next()) {
                (Some("IN"), Some("IP4")) => Families::V4,
                (Some("IN"), Some("IP6")) => Families::V6,
                _ => continue,
            };
            if let Some(name) = words.next().filter(|address| !is_number(address)) {
                names.push((families, name.to_owned()));
            }
        } else if let Some(rtcp) = text.strip_prefix("a=rtcp:") {
            let address = rtcp.split_ascii_whitespace().nth(3);
            if address.is_some_and(|a| !is_number(a)) {
                line[2] = b'x';
            }
        } else if let Some(candidate) = text.strip_prefix("a=candidate:") {
            let mut words = candidate.split_ascii_whitespace();
            let address = words.nth(4);
            let related = words.skip_while(|w| *w != "raddr").nth(1);
            if [address, related].into_iter().flatten().any(|a| !is_number(a)) {
                line[2] = b'x';
            }
        }
    }
    names
}

fn is_number(address: &str) -> bool {
    let bare = address.split('/').next().unwrap_or_default();
    address.len() <= MAX_ADDRESS && bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> (Vec<(Families, String)>, String) {
        let mut bytes = text.as_bytes().to_vec();
        let names = names(&mut bytes);
        (names, String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn connections_are_numbers_or_not() {
        for good in [
            "c=IN IP4 192.0.2.1\r\n",
            "c=IN IP4 224.2.1.1/127/3",
            "c=IN IP6 2001:db8::1\r\nm=audio 1 RTP/AVP 0\r\nc=IN IP4 0.0.0.0",
            "c=",
            "c=IN ATM x",
            "a=c=IN IP4 name",
        ] {
            assert_eq!(after(good), (Vec::new(), good.to_owned()));
        }
        let long = "1".repeat(400);
        for bad in ["host.example.com", "1.2.3", &long] {
            assert_eq!(
                after(&format!("v=0\r\nc=IN IP4 {bad}\r\n")).0,
                [(Families::V4, bad.to_owned())]
            );
        }
        assert_eq!(after("c=IN IP6 host/127").0, [(Families::V6, "host/127".to_owned())]);
    }

    #[test]
    fn attributes_with_names_become_unknown() {
        let good = "a=rtcp:53020\r\na=rtcp:1 IN IP4 192.0.2.1\r\n\
                    a=candidate:1 1 UDP 9 192.0.2.1 1 typ srflx raddr 10.0.0.1 rport 2\r\n";
        assert_eq!(after(good), (Vec::new(), good.to_owned()));
        let (_, text) = after(
            "a=rtcp:1 IN IP4 name\r\na=candidate:1 1 UDP 9 9b36.local 1 typ host\r\n\
             a=candidate:1 1 UDP 9 192.0.2.1 1 typ srflx raddr name rport 2\r\n",
        );
        assert!(
            text.starts_with("a=xtcp:") && text.matches("\na=xandidate:").count() == 2,
            "{text}"
        );
    }
}
