//! Values of options and of targets: each parser says what it expected.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use microsip_core::{CallRule, Codec, Digit, JitterBuffer, Pattern, StatusCode, Transport, WatchPolicy};

use super::CodecList;
use super::uri::{has_password, sip_uri};

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

/// A fixed delay of the jitter buffer, or bounds.
pub(super) fn jitter_buffer(text: &str) -> Result<JitterBuffer, String> {
    let ms = |part: &str| {
        part.trim()
            .parse()
            .ok()
            .filter(|n| (20..=1000).contains(n))
            .map(Duration::from_millis)
    };
    let buffer = match text.split_once('-') {
        None => ms(text).map(JitterBuffer::fixed),
        Some((least, most)) => ms(least)
            .zip(ms(most))
            .filter(|(least, most)| least <= most)
            .map(|(least, most)| {
                let adaptive = JitterBuffer::adaptive().minimum(least).maximum(most);
                let capacity = adaptive.capacity.max(most * 5 / 4);
                adaptive.capacity(capacity)
            }),
    };
    buffer.ok_or_else(|| "expected milliseconds from 20 to 1000, or two such numbers as 40-300".into())
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

/// What the library reads itself.
pub(super) fn parsed<T: FromStr<Err = microsip_core::Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: microsip_core::Error| e.message().to_owned())
}

/// Whole seconds.
pub(super) fn seconds(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    number(range, "seconds", Duration::from_secs)
}

/// Whole milliseconds.
pub(super) fn millis(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    number(range, "milliseconds", Duration::from_millis)
}

fn number(
    range: RangeInclusive<u64>,
    unit: &'static str,
    make: fn(u64) -> Duration,
) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|n| range.contains(n));
        number
            .map(make)
            .ok_or_else(|| format!("expected {} to {} {unit}", range.start(), range.end()))
    }
}

/// A preference.
pub(super) fn q(text: &str) -> Result<f32, String> {
    let q = text.parse().ok().filter(|q| (0.0..=1.0).contains(q));
    q.ok_or_else(|| "expected 0 to 1, such as 0.7".into())
}

/// Who may watch us.
pub(super) fn watchers(text: &str) -> Result<WatchPolicy, String> {
    let all = [WatchPolicy::Allow, WatchPolicy::Deny, WatchPolicy::Ask];
    let found = all.into_iter().find(|policy| policy.name() == text);
    found.ok_or_else(|| "expected allow, deny or ask".into())
}

/// `IP[:PORT]` of a name server.
pub(super) fn name_server(text: &str) -> Result<SocketAddr, String> {
    match bind(text) {
        Ok(address) if address.port() == 0 => Ok(SocketAddr::new(address.ip(), 53)),
        Ok(address) => Ok(address),
        Err(_) => Err("expected IP or IP:PORT, such as 192.0.2.53".into()),
    }
}

/// Code points of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DscpArg {
    /// Of SIP.
    pub sip: u8,
    /// Of RTP and RTCP.
    pub rtp: u8,
}

/// `N` for both or `SIP,RTP`.
pub(super) fn dscp(text: &str) -> Result<DscpArg, String> {
    let (sip, rtp) = text.split_once(',').unwrap_or((text, text));
    let read = |text: &str| text.trim().parse::<u8>().ok().filter(|n| *n <= 63);
    match (read(sip), read(rtp)) {
        (Some(sip), Some(rtp)) => Ok(DscpArg { sip, rtp }),
        _ => Err("expected a number from 0 to 63, or two as 24,46".into()),
    }
}

/// A pattern of callers.
pub(super) fn pattern(text: &str) -> Result<String, String> {
    Pattern::new(text).map_err(|e| e.message().to_owned())?;
    Ok(text.to_owned())
}

/// Whom a rule is about: `USER`, `USER@HOST`, `to:USER`, `net:IP[/BITS]` or `anonymous`.
pub(super) fn rule(rule: CallRule, text: &str) -> Result<CallRule, String> {
    let text = text.trim();
    if text == "anonymous" {
        return Ok(rule.anonymous(true));
    }
    if let Some(network) = text.strip_prefix("net:") {
        let (address, bits) = match network.split_once('/') {
            Some((address, bits)) => (address, bits.parse().ok()),
            None => (network, Some(128)),
        };
        return match (address.parse::<IpAddr>(), bits) {
            (Ok(ip), Some(bits)) if bits <= 32 || ip.is_ipv6() || !network.contains('/') => Ok(rule.source(ip, bits)),
            _ => Err("expected a network such as net:192.0.2.0/24".into()),
        };
    }
    let done = match (text.strip_prefix("to:"), text.split_once('@')) {
        (Some(callee), _) => rule.callee(callee),
        (None, Some((user, host))) => rule.caller(user).and_then(|rule| rule.caller_host(host)),
        (None, None) => rule.caller(text),
    };
    done.map_err(|e| e.message().to_owned())
}

/// Where else calls go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForwardArg {
    /// All of them.
    Always(String),
    /// Those that find us busy.
    Busy(String),
    /// Those nobody answers for so long.
    NoAnswer(Duration, String),
}

/// `always:URI`, `busy:URI` or `no-answer:SECONDS:URI`.
pub(super) fn forward(text: &str) -> Result<ForwardArg, String> {
    let wrong = || "expected always:URI, busy:URI or no-answer:SECONDS:URI".to_owned();
    let (when, rest) = text.split_once(':').ok_or_else(wrong)?;
    let uri = |text: &str| match sip_uri(text)? {
        uri if has_password(&uri) => Err("the URI holds a password".to_owned()),
        // A number, which gets the account's domain.
        _ if !text.contains([':', '@']) => Ok(text.trim().to_owned()),
        uri => Ok(uri),
    };
    match when {
        "always" => uri(rest).map(ForwardArg::Always),
        "busy" => uri(rest).map(ForwardArg::Busy),
        "no-answer" => {
            let (seconds, target) = rest.split_once(':').ok_or_else(wrong)?;
            let seconds = seconds.parse::<u64>().ok().filter(|s| (1..=600).contains(s));
            let after = Duration::from_secs(seconds.ok_or("expected 1 to 600 seconds")?);
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
    use microsip_core::TlsPin;

    use super::*;

    #[test]
    fn jitter_buffers() {
        let ms = Duration::from_millis;
        assert_eq!(jitter_buffer("100").unwrap(), JitterBuffer::fixed(ms(100)));
        let bounds = jitter_buffer("40-800").unwrap();
        assert_eq!((bounds.minimum, bounds.maximum), (Some(ms(40)), Some(ms(800))));
        assert!(bounds.capacity >= ms(1000));
        for bad in ["", "0", "19", "1001", "x", "300-40", "40-", "40-2000"] {
            assert!(jitter_buffer(bad).is_err(), "{bad}");
        }
    }

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
    fn headers_and_forwards() {
        let one = header("X-A:  b: c ").unwrap();
        assert_eq!((one.name.as_str(), one.value.as_str()), ("X-A", "b: c"));
        for bad in ["X-A", ": x", "Via: x", "X A: b", "X-A: a\r\nB: c"] {
            assert!(header(bad).is_err(), "{bad:?}");
        }
        assert_eq!(forward("always:sip:a@b").unwrap(), ForwardArg::Always("sip:a@b".into()));
        assert_eq!(forward("busy:a@b").unwrap(), ForwardArg::Busy("sip:a@b".into()));
        let later = ForwardArg::NoAnswer(Duration::from_secs(20), "sip:a@b".into());
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
        assert!(parsed::<TlsPin>(&"ab".repeat(32)).is_ok());
        assert!(parsed::<TlsPin>("ab:cd").unwrap_err().contains("SHA-256"));
    }

    #[test]
    fn numbers_and_servers() {
        assert_eq!(seconds(1..=9)("9").unwrap(), Duration::from_secs(9));
        assert!(seconds(1..=9)("10").unwrap_err().contains("1 to 9 seconds"));
        assert!(millis(40..=50)("4.5").unwrap_err().contains("milliseconds"));
        assert_eq!(name_server("192.0.2.53").unwrap().to_string(), "192.0.2.53:53");
        assert_eq!(name_server("[::1]:99").unwrap().to_string(), "[::1]:99");
        assert!(name_server("ns.test").is_err());
        assert_eq!(dscp("46").unwrap(), DscpArg { sip: 46, rtp: 46 });
        assert_eq!(dscp("24, 46").unwrap(), DscpArg { sip: 24, rtp: 46 });
        for bad in ["64", "a", "1,2,3", ""] {
            assert!(dscp(bad).is_err(), "{bad}");
        }
        assert!((q("0.5").unwrap() - 0.5).abs() < f32::EPSILON && q("1.1").is_err() && q("NaN").is_err());
    }

    #[test]
    fn rules_say_whom_they_are_about() {
        let deny = |text: &str| rule(CallRule::deny(), text);
        assert_eq!(deny("10??").unwrap(), CallRule::deny().caller("10??").unwrap());
        let both = CallRule::deny().caller("*").and_then(|r| r.caller_host("h*")).unwrap();
        assert_eq!(deny("*@h*").unwrap(), both);
        assert_eq!(deny("to:5*").unwrap(), CallRule::deny().callee("5*").unwrap());
        assert_eq!(deny("anonymous").unwrap(), CallRule::deny().anonymous(true));
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(
            deny("net:10.0.0.0/8").unwrap(),
            CallRule::deny().source(ip("10.0.0.0"), 8)
        );
        assert_eq!(deny("net:::1").unwrap(), CallRule::deny().source(ip("::1"), 128));
        for bad in ["", "to:", "@h", "net:h", "net:10.0.0.0/33", "net:10.0.0.0/x"] {
            assert!(deny(bad).is_err(), "{bad}");
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
