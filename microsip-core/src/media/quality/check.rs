//! Why somebody hears nothing.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::stats::StreamStats;
use crate::media::MediaDirection;

/// Something about a call's audio that explains why it is not heard, or soon will.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AudioFinding {
    /// The session says that we receive, and nothing came, not a single packet.
    NothingReceived {
        /// How long the stream has run.
        since: Duration,
    },
    /// Packets came, and then no more. A peer that suppresses silence does that too.
    ReceptionStopped {
        /// How long ago the last one came.
        since: Duration,
    },
    /// The session says that we send, and nothing left us: there is nothing to play and
    /// [`EndpointConfig::send_silence`](crate::EndpointConfig::send_silence) is off, or there is no way to the peer.
    NothingSent {
        /// For how long.
        since: Duration,
    },
    /// Packets come from another address than the peer's SDP says: a NAT or a media relay on the way. They are heard, and we send there.
    FromElsewhere {
        /// What the SDP says, `host:port`.
        announced: String,
        /// Where the newest came from, `host:port`.
        actual: String,
    },
    /// The peer's SDP has an address of a private network, and its signalling comes from a public one: what we send there is lost, unless
    /// its packets show us the way (RFC 3235 §3.4).
    PrivateAddressOfPeer {
        /// The address in its SDP.
        announced: IpAddr,
        /// The address its signalling comes from.
        reached: IpAddr,
    },
    /// Our SDP has an address of a private network, and the peer is on a public one: it can answer only if it goes by our packets.
    /// See [`NatConfig`](crate::NatConfig).
    PrivateAddressOfOurs {
        /// The address in our SDP.
        announced: IpAddr,
        /// The peer's address.
        peer: IpAddr,
    },
    /// Packets come, and all that is in them is silence, −65 dBov or less: a muted microphone, the wrong device.
    OnlySilence {
        /// How long.
        since: Duration,
        /// How loud the loudest of it was.
        level_dbov: f64,
    },
    /// Packets come with a payload type that was not agreed on; they are thrown away.
    UnknownPayload {
        /// How many.
        packets: u64,
    },
    /// Packets come that SRTP cannot open: another key, or no encryption at all.
    SrtpFailed {
        /// How many.
        packets: u64,
    },
}

impl AudioFinding {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            AudioFinding::NothingReceived { .. } => "nothing_received",
            AudioFinding::ReceptionStopped { .. } => "reception_stopped",
            AudioFinding::NothingSent { .. } => "nothing_sent",
            AudioFinding::FromElsewhere { .. } => "from_elsewhere",
            AudioFinding::PrivateAddressOfPeer { .. } => "private_address_of_peer",
            AudioFinding::PrivateAddressOfOurs { .. } => "private_address_of_ours",
            AudioFinding::OnlySilence { .. } => "only_silence",
            AudioFinding::UnknownPayload { .. } => "unknown_payload",
            AudioFinding::SrtpFailed { .. } => "srtp_failed",
        }
    }

    /// Whether audio is missing; the others explain it, and mean nothing as long as everybody hears.
    pub fn is_fault(&self) -> bool {
        !matches!(
            self,
            AudioFinding::FromElsewhere { .. }
                | AudioFinding::PrivateAddressOfPeer { .. }
                | AudioFinding::PrivateAddressOfOurs { .. }
        )
    }
}

impl fmt::Display for AudioFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AudioFinding::NothingReceived { since } => {
                write!(f, "no packet was received in {:.1} s", since.as_secs_f64())
            }
            AudioFinding::ReceptionStopped { since } => {
                write!(f, "no packet was received for {:.1} s", since.as_secs_f64())
            }
            AudioFinding::NothingSent { since } => write!(f, "nothing was sent for {:.1} s", since.as_secs_f64()),
            AudioFinding::FromElsewhere { announced, actual } => {
                write!(f, "packets come from {actual}, and the peer's SDP says {announced}")
            }
            AudioFinding::PrivateAddressOfPeer { announced, reached } => {
                write!(
                    f,
                    "the peer wants audio at the private address {announced}, and is at {reached}"
                )
            }
            AudioFinding::PrivateAddressOfOurs { announced, peer } => {
                write!(
                    f,
                    "we want audio at the private address {announced}, and the peer is at {peer}"
                )
            }
            AudioFinding::OnlySilence { since, level_dbov } => write!(
                f,
                "only silence was received for {:.1} s ({level_dbov:.0} dBov)",
                since.as_secs_f64()
            ),
            AudioFinding::UnknownPayload { packets } => {
                write!(f, "{packets} packets have a payload type that was not agreed on")
            }
            AudioFinding::SrtpFailed { packets } => write!(f, "{packets} packets could not be decrypted"),
        }
    }
}

/// What the check looks at.
pub(crate) struct Seen<'a> {
    pub(crate) stats: &'a StreamStats,
    /// Of the stream that runs.
    pub(crate) running: Duration,
    /// Since the last packet came.
    pub(crate) quiet: Option<Duration>,
    /// Since audio was last given to be sent.
    pub(crate) sent_last: Option<Duration>,
    pub(crate) direction: MediaDirection,
    /// ICE finds its own ways: the SDP's addresses do not count.
    pub(crate) ice: bool,
    /// The peer's SDP, `host:port`.
    pub(crate) announced: String,
    /// Where the newest packet came from.
    pub(crate) source: Option<String>,
    /// Our SDP.
    pub(crate) ours: Option<IpAddr>,
    /// Where the peer's signalling comes from.
    pub(crate) peer: Option<IpAddr>,
}

/// A few damaged packets are no finding.
const FEW: u64 = 5;

/// What is to be found, when nothing is waited for longer than `patience`.
pub(crate) fn findings(seen: &Seen<'_>, patience: Duration) -> Vec<AudioFinding> {
    let mut found = Vec::new();
    let stats = seen.stats;
    let (sends, receives) = match seen.direction {
        MediaDirection::SendReceive => (true, true),
        MediaDirection::SendOnly => (true, false),
        MediaDirection::ReceiveOnly => (false, true),
        MediaDirection::Inactive => (false, false),
    };
    if receives && seen.running >= patience {
        match seen.quiet {
            None => found.push(AudioFinding::NothingReceived { since: seen.running }),
            Some(since) if since >= patience => found.push(AudioFinding::ReceptionStopped { since }),
            Some(_) => {
                if let Some(level) = stats
                    .received
                    .level
                    .filter(|l| l.silent_for >= patience && l.reading.heard_nothing())
                {
                    found.push(AudioFinding::OnlySilence {
                        since: level.silent_for,
                        level_dbov: level.mean_dbov,
                    });
                }
            }
        }
    }
    if sends && seen.running >= patience {
        // Nothing ever, or no more.
        let silent = match (stats.sent.packets, seen.sent_last) {
            (1.., Some(since)) => since,
            _ => seen.running,
        };
        if silent >= patience {
            found.push(AudioFinding::NothingSent { since: silent });
        }
    }
    if stats.srtp_failed >= FEW {
        found.push(AudioFinding::SrtpFailed {
            packets: stats.srtp_failed,
        });
    }
    if stats.unknown_payload >= FEW {
        found.push(AudioFinding::UnknownPayload {
            packets: stats.unknown_payload,
        });
    }
    if seen.ice {
        return found;
    }
    if stats.from_elsewhere >= FEW
        && let Some(actual) = seen.source.clone().filter(|source| *source != seen.announced)
    {
        found.push(AudioFinding::FromElsewhere {
            announced: seen.announced.clone(),
            actual,
        });
    }
    if let Some(peer) = seen.peer.filter(|ip| is_public(*ip)) {
        if let Some(announced) = host(&seen.announced).filter(|ip| is_private(*ip)) {
            found.push(AudioFinding::PrivateAddressOfPeer {
                announced,
                reached: peer,
            });
        }
        if let Some(announced) = seen.ours.filter(|ip| is_private(*ip)) {
            found.push(AudioFinding::PrivateAddressOfOurs { announced, peer });
        }
    }
    found
}

fn host(address: &str) -> Option<IpAddr> {
    let address: std::net::SocketAddr = address.parse().ok()?;
    Some(address.ip())
}

/// Addresses that no router of the Internet knows (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 §2.5.6).
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(v4.into()),
            None => v6.segments()[0] & 0xfe00 == 0xfc00 || v6.segments()[0] & 0xffc0 == 0xfe80,
        },
    }
}

pub(crate) fn is_public(ip: IpAddr) -> bool {
    !is_private(ip) && !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast()
}

#[cfg(test)]
mod tests {
    use super::super::meter::{LevelReading, Meter};
    use super::super::stats::AudioLevel;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn seen(stats: &StreamStats) -> Seen<'_> {
        Seen {
            stats,
            running: 10 * SECOND,
            quiet: Some(Duration::from_millis(10)),
            sent_last: Some(Duration::from_millis(10)),
            direction: MediaDirection::SendReceive,
            ice: false,
            announced: "203.0.113.9:4000".to_owned(),
            source: Some("203.0.113.9:4000".to_owned()),
            ours: "198.51.100.7".parse().ok(),
            peer: "203.0.113.9".parse().ok(),
        }
    }

    fn flowing() -> StreamStats {
        let mut stats = StreamStats::default();
        stats.sent.packets = 500;
        stats.received.packets = 500;
        stats
    }

    fn names(seen: &Seen<'_>) -> Vec<&'static str> {
        findings(seen, 3 * SECOND).iter().map(AudioFinding::name).collect()
    }

    #[test]
    fn a_call_that_flows_has_no_findings() {
        assert_eq!(names(&seen(&flowing())), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_found_where_the_direction_asks_for_it() {
        let mut stats = flowing();
        stats.sent.packets = 0;
        for (direction, found) in [
            (MediaDirection::SendReceive, vec!["nothing_received", "nothing_sent"]),
            (MediaDirection::SendOnly, vec!["nothing_sent"]),
            (MediaDirection::ReceiveOnly, vec!["nothing_received"]),
            (MediaDirection::Inactive, vec![]),
        ] {
            let seen = Seen {
                quiet: None,
                direction,
                ..seen(&stats)
            };
            assert_eq!(names(&seen), found, "{direction:?}");
        }
        // Not before its time.
        let early = Seen {
            quiet: None,
            running: SECOND,
            ..seen(&stats)
        };
        assert_eq!(names(&early), [""; 0]);
        let stopped = Seen {
            quiet: Some(4 * SECOND),
            ..seen(&stats)
        };
        assert_eq!(names(&stopped)[0], "reception_stopped");
    }

    #[test]
    fn private_addresses_are_found_when_the_other_side_is_public() {
        let stats = flowing();
        for (announced, peer, ours, found) in [
            (
                "10.0.0.5:4000",
                "203.0.113.9",
                "198.51.100.7",
                vec!["private_address_of_peer"],
            ),
            (
                "203.0.113.9:4000",
                "203.0.113.9",
                "192.168.1.2",
                vec!["private_address_of_ours"],
            ),
            (
                "100.64.0.1:4000",
                "203.0.113.9",
                "172.16.0.1",
                vec!["private_address_of_peer", "private_address_of_ours"],
            ),
            (
                "[fd00::1]:4000",
                "2001:db8::1",
                "2001:db8::2",
                vec!["private_address_of_peer"],
            ),
            // One office, or one machine.
            ("10.0.0.5:4000", "10.0.0.5", "10.0.0.6", vec![]),
            ("10.0.0.5:4000", "127.0.0.1", "127.0.0.1", vec![]),
        ] {
            let seen = Seen {
                announced: announced.to_owned(),
                source: None,
                ours: ours.parse().ok(),
                peer: peer.parse().ok(),
                ..seen(&stats)
            };
            assert_eq!(names(&seen), found, "{announced} {peer} {ours}");
            assert_eq!(names(&Seen { ice: true, ..seen }), [""; 0]);
        }
    }

    #[test]
    fn silence_is_found_when_there_was_never_anything_else() {
        let meter = Meter::default();
        (0..500).for_each(|_| meter.audio(false, Some(&[3; 160]), 160));
        let mut stats = flowing();
        stats.received.level = AudioLevel::of(meter.read().received, 8000);
        assert_eq!(names(&seen(&stats)), ["only_silence"]);
        // Somebody spoke before: then it is a pause.
        meter.audio(false, Some(&[3000; 160]), 160);
        (0..500).for_each(|_| meter.audio(false, Some(&[3; 160]), 160));
        stats.received.level = AudioLevel::of(meter.read().received, 8000);
        assert_eq!(names(&seen(&stats)), [""; 0]);
        assert_eq!(AudioLevel::of(LevelReading::default(), 8000), None);
    }

    #[test]
    fn a_few_strays_are_no_finding() {
        let mut stats = flowing();
        (stats.srtp_failed, stats.unknown_payload, stats.from_elsewhere) = (4, 4, 4);
        let source = Some("192.0.2.1:7".to_owned());
        let few = Seen {
            source: source.clone(),
            ..seen(&stats)
        };
        assert_eq!(names(&few), [""; 0]);
        let mut stats = flowing();
        (stats.srtp_failed, stats.unknown_payload, stats.from_elsewhere) = (5, 5, 5);
        let found = names(&Seen { source, ..seen(&stats) });
        assert_eq!(found, ["srtp_failed", "unknown_payload", "from_elsewhere"]);
        // Names are one per kind, and each says something.
        let all = findings(
            &Seen {
                quiet: None,
                ..seen(&stats)
            },
            SECOND,
        );
        assert!(all.iter().all(|f| f.to_string().len() > 20));
    }
}
