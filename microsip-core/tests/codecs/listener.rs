//! The peer's end of a stream whose codec is somebody else's business: RTP packets as they come.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use microsip_core::*;

use crate::support::peer::{Dialog, Got, Peer};
use crate::support::{Running, SOON, incoming, leg::us};

pub struct Listener {
    socket: UdpSocket,
}

/// One RTP packet.
#[derive(Debug, Clone)]
pub struct Packet {
    pub seq: u16,
    pub timestamp: u32,
    pub payload: Vec<u8>,
}

impl Listener {
    pub fn new() -> Listener {
        Listener {
            socket: UdpSocket::bind("127.0.0.1:0").unwrap(),
        }
    }

    /// A description of this stream: payload types as in the `m=` line, and attribute lines without `a=`.
    pub fn sdp(&self, types: &str, attributes: &[&str]) -> String {
        let port = self.socket.local_addr().unwrap().port();
        let more: String = attributes.iter().map(|a| format!("a={a}\r\n")).collect();
        format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP {types}\r\n{more}"
        )
    }

    /// What comes in for a while.
    pub fn listen(&self, time: Duration) -> Vec<Packet> {
        let until = Instant::now() + time;
        let (mut packets, mut buffer) = (Vec::new(), [0_u8; 4096]);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return packets;
            }
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, _)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            if len > 12 && buffer[0] >> 6 == 2 {
                packets.push(Packet {
                    seq: u16::from_be_bytes([buffer[2], buffer[3]]),
                    timestamp: u32::from_be_bytes(buffer[4..8].try_into().unwrap()),
                    payload: buffer[12..len].to_vec(),
                });
            }
        }
    }
}

pub fn body(message: &Got) -> String {
    message.body_text().to_string()
}

/// The payload types of the audio line.
pub fn types(sdp: &str) -> Vec<String> {
    let line = sdp.lines().find(|l| l.starts_with("m=audio")).unwrap();
    line.split(' ').skip(3).map(str::to_owned).collect()
}

/// What the description says about Opus.
pub fn opus_format(sdp: &str) -> String {
    let rtpmap = sdp.lines().find(|l| l.contains(" opus/48000/2")).unwrap();
    let number = rtpmap.trim_start_matches("a=rtpmap:").split(' ').next().unwrap();
    let start = format!("a=fmtp:{number} ");
    let line = sdp.lines().find(|l| l.starts_with(&start));
    line.map(|l| l[start.len()..].to_owned()).unwrap_or_default()
}

/// The peer calls with this offer; the call that rings.
pub fn call_in(ep: &Running, peer: &Peer, id: &str, offer: Option<&str>) -> (Call, Dialog) {
    let mut events = ep.events();
    let uri = ep.accounts().unwrap()[0].aor().to_owned();
    let dialog = Dialog::new(peer, &uri, id);
    peer.send(us(ep), "INVITE", &uri, &dialog, 1, &[], offer);
    (incoming(&mut events), dialog)
}

/// We call the peer, which answers like that: the call and our offer.
pub fn call_out(ep: &Running, peer: &Peer, options: CallOptions, answer: &str) -> (Call, String) {
    let account = ep.accounts().unwrap().remove(0);
    let call = account.call_with(&peer.uri("bob"), options).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 200, &[], Some(answer));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    (call, body(&invite))
}
