//! A call with a peer of raw bytes that has RTP and RTCP of its own.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;

use crate::support::peer::{Dialog, Got, Peer};
use crate::support::*;

/// µ-law silence, 20 ms.
pub const SILENCE: [u8; 160] = [0xff; 160];

pub struct Line {
    pub peer: Peer,
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub call: Call,
    pub dialog: Dialog,
    /// Our SIP address, and our URI.
    pub us: SocketAddr,
    pub uri: String,
    /// Where we want RTP and RTCP.
    pub audio: SocketAddr,
    pub reports: SocketAddr,
    /// The message with our description.
    pub described: Got,
    pub cseq: u32,
}

/// How the peer describes itself.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Its address for SIP, and for what it sends.
    pub at: String,
    /// The address in its description; where it is if none.
    pub says: Option<String>,
    pub profile: &'static str,
    pub formats: &'static str,
    /// Lines that say what the formats are, and others.
    pub attributes: String,
    pub extra: String,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            at: "127.0.0.1".into(),
            says: None,
            profile: "RTP/AVP",
            // With telephone-event, or we would listen for keys in the audio.
            formats: "0 101",
            attributes: "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n".into(),
            extra: String::new(),
        }
    }
}

impl Terms {
    pub fn sdp(&self, version: u32, rtp: &UdpSocket, rtcp: &UdpSocket) -> String {
        let says = self.says.as_deref().unwrap_or(&self.at);
        format!(
            "v=0\r\no=- 1 {version} IN IP4 {says}\r\ns=-\r\nc=IN IP4 {says}\r\nt=0 0\r\nm=audio {} {} {}\r\na=rtcp:{}\r\n{}{}",
            rtp.local_addr().unwrap().port(),
            self.profile,
            self.formats,
            rtcp.local_addr().unwrap().port(),
            self.attributes,
            self.extra
        )
    }
}

/// Where a message of ours wants RTP and RTCP.
pub fn media(message: &SipMessage) -> (SocketAddr, SocketAddr) {
    let host = message.sdp('c')[0].trim_start_matches("c=").replace("IN IP4 ", "");
    let line = message.sdp('m').into_iter().find(|m| m.contains("audio")).unwrap();
    let port: u16 = line
        .trim_start_matches("m=")
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let attribute = message.sdp('a').into_iter().find_map(|a| {
        let value = a.trim_start_matches("a=").strip_prefix("rtcp:")?;
        value.split(' ').next()?.parse().ok()
    });
    let host = host.trim();
    (
        format!("{host}:{port}").parse().unwrap(),
        format!("{host}:{}", attribute.unwrap_or(port + 1)).parse().unwrap(),
    )
}

impl Line {
    /// We have called the peer and it is up.
    pub fn calling(ep: &Running) -> Line {
        Line::calling_with(ep, CallOptions::new(), &Terms::default())
    }

    pub fn calling_with(ep: &Running, options: CallOptions, terms: &Terms) -> Line {
        if ep.accounts().unwrap().is_empty() {
            ep.local("1001");
        }
        let account = ep.accounts().unwrap().remove(0);
        let us = ep.endpoint.local_address(Transport::Udp).unwrap();
        let (peer, rtp, rtcp) = Line::sockets(terms);
        let call = account.call_with(&peer.uri("bob"), options).unwrap();
        let invite = peer.request("INVITE");
        peer.reply(&invite, 200, &[], Some(&terms.sdp(1, &rtp, &rtcp)));
        peer.request("ACK");
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let (audio, reports) = media(&invite);
        Line {
            dialog: Dialog::called(&invite, "peer"),
            audio,
            reports,
            us,
            uri: account.aor().to_owned(),
            described: invite,
            peer,
            rtp,
            rtcp,
            call,
            cseq: 100,
        }
    }

    /// The peer has called us and is up.
    pub fn called(ep: &Running, answer: AnswerOptions, terms: &Terms) -> Line {
        let mut events = ep.events();
        if ep.accounts().unwrap().is_empty() {
            ep.local("1001");
        }
        let uri = ep.accounts().unwrap()[0].aor().to_owned();
        let us = ep.endpoint.local_address(Transport::Udp).unwrap();
        let (peer, rtp, rtcp) = Line::sockets(terms);
        let dialog = Dialog::new(&peer, &uri, "line");
        peer.send(us, "INVITE", &uri, &dialog, 1, &[], Some(&terms.sdp(1, &rtp, &rtcp)));
        let call = incoming(&mut events);
        call.answer_with(StatusCode::OK, answer).unwrap();
        let ok = peer.response(200, "INVITE");
        let dialog = dialog.answered(&ok);
        peer.send(us, "ACK", &uri, &dialog, 1, &[], None);
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let (audio, reports) = media(&ok);
        Line {
            audio,
            reports,
            us,
            uri,
            dialog,
            described: ok,
            peer,
            rtp,
            rtcp,
            call,
            cseq: 1,
        }
    }

    fn sockets(terms: &Terms) -> (Peer, UdpSocket, UdpSocket) {
        let bind = || UdpSocket::bind((terms.at.as_str(), 0)).unwrap();
        (Peer::at(&format!("{}:0", terms.at)), bind(), bind())
    }

    /// Sends a packet of 20 ms with this number.
    pub fn packet(&self, number: u32, payload: &[u8]) {
        self.packet_of(0, number, payload);
    }

    pub fn packet_of(&self, payload_type: u8, number: u32, payload: &[u8]) {
        self.rtp
            .send_to(&rtp_packet(payload_type, number, payload), self.audio)
            .unwrap();
    }

    /// Sends these numbers, as fast as a socket's buffer bears.
    pub fn burst(&self, numbers: impl IntoIterator<Item = u32>) -> u64 {
        let mut sent = 0;
        for number in numbers {
            self.packet(number, &SILENCE);
            sent += 1;
            std::thread::sleep(Duration::from_micros(700));
        }
        sent
    }

    /// Sends these numbers, a packet each 20 ms.
    pub fn paced(&self, numbers: impl IntoIterator<Item = u32>, payload: &[u8]) {
        let from = Instant::now();
        for (count, number) in numbers.into_iter().enumerate() {
            std::thread::sleep(
                (from + Duration::from_millis(20) * count as u32).saturating_duration_since(Instant::now()),
            );
            self.packet(number, payload);
        }
    }

    /// The statistics, once so many packets were counted.
    pub fn stats_after(&self, packets: u64) -> StreamStats {
        microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "all packets", || {
            self.call.stats().ok().filter(|s| s.received.packets >= packets)
        })
        .unwrap_or_else(|e| panic!("{e}; {:?}", self.call.stats()))
    }

    /// A re-INVITE of the peer, and our answer to it.
    pub fn reinvite(&mut self, sdp: &str) -> Got {
        self.cseq += 1;
        self.peer
            .send(self.us, "INVITE", &self.uri, &self.dialog, self.cseq, &[], Some(sdp));
        let answer = self.peer.response(200, "INVITE");
        self.peer
            .send(self.us, "ACK", &self.uri, &self.dialog, self.cseq, &[], None);
        (self.audio, self.reports) = media(&answer);
        answer
    }

    /// We hang up; the final statistics.
    pub fn over(self) -> (StreamStats, Line) {
        self.call.hang_up().unwrap();
        let bye = self.peer.request("BYE");
        self.peer.reply(&bye, 200, &[], None);
        let info = self.call.wait_for(CallState::Disconnected, SOON).unwrap();
        (info.stats.clone().unwrap(), self)
    }

    /// The next RTCP packet of ours that is wanted, out of whatever came with it.
    pub fn report<T>(&self, what: &str, within: Duration, mut wanted: impl FnMut(&[Report]) -> Option<T>) -> T {
        let deadline = Instant::now() + within;
        let mut buffer = [0; 2048];
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what} in time; seen: {seen:?}");
            self.rtcp.set_read_timeout(Some(left)).unwrap();
            let Ok(len) = self.rtcp.recv(&mut buffer) else { continue };
            let reports = Report::all(&buffer[..len]);
            if let Some(found) = wanted(&reports) {
                return found;
            }
            seen.push(reports);
        }
    }
}

pub fn rtp_packet(payload_type: u8, number: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, payload_type];
    packet.extend((number as u16).to_be_bytes());
    packet.extend((number * 160).to_be_bytes());
    packet.extend(SSRC.to_be_bytes());
    packet.extend(payload);
    packet
}

/// The peer's.
pub const SSRC: u32 = 0x0102_0304;

/// One RTCP packet of a compound (RFC 3550 §6.1).
#[derive(Debug, Clone)]
pub struct Report {
    pub kind: u8,
    pub count: u8,
    pub ssrc: u32,
    /// What follows the sender's SSRC.
    pub body: Vec<u8>,
}

pub const SR: u8 = 200;
pub const RR: u8 = 201;
pub const BYE: u8 = 203;
pub const XR: u8 = 207;

impl Report {
    pub fn all(mut bytes: &[u8]) -> Vec<Report> {
        let mut found = Vec::new();
        while bytes.len() >= 4 {
            assert_eq!(bytes[0] >> 6, 2, "version");
            let length = 4 * (usize::from(u16::from_be_bytes([bytes[2], bytes[3]])) + 1);
            assert!(length <= bytes.len(), "a packet longer than its datagram");
            found.push(Report {
                kind: bytes[1],
                count: bytes[0] & 0x1f,
                ssrc: word(&bytes[4..]),
                body: bytes[8..length].to_vec(),
            });
            bytes = &bytes[length..];
        }
        assert!(bytes.is_empty(), "bytes after the last packet");
        found
    }

    /// The report block, of an SR or RR (RFC 3550 §6.4).
    pub fn block(&self) -> Option<&[u8]> {
        let from = match self.kind {
            SR => 20,
            RR => 0,
            _ => return None,
        };
        (self.count > 0).then(|| &self.body[from..from + 24])
    }
}

pub fn word(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes[..4].try_into().unwrap())
}

/// Our SSRC, and the middle of the time in our newest SR.
pub fn sender(report: &Report) -> (u32, u32) {
    (report.ssrc, word(&report.body[2..]))
}

/// A receiver report of the peer about what `ssrc` sends.
pub fn receiver_report(ssrc: u32, fraction: u8, lost: i32, highest: u32, jitter: u32, lsr: u32, dlsr: u32) -> Vec<u8> {
    let mut packet = vec![0x81, RR, 0, 7];
    packet.extend(SSRC.to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.push(fraction);
    packet.extend(&lost.to_be_bytes()[1..]);
    for value in [highest, jitter, lsr, dlsr] {
        packet.extend(value.to_be_bytes());
    }
    packet
}
