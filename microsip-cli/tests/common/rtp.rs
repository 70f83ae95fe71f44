//! What a peer of bytes says and hears: PCMU and keys as RTP events.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use microsip_testkit::sipmsg::SipMessage;

use super::peer::Peer;
use super::solo::SOON;

/// How many milliseconds are in a packet.
const PACKET_MS: u64 = 20;

/// A loud tone of 1 kHz that is sent until it is dropped.
pub struct Talker {
    stop: Arc<AtomicBool>,
}

impl Drop for Talker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// A packet of RTP that came.
pub struct Rtp {
    pub kind: u8,
    pub payload: Vec<u8>,
}

impl Rtp {
    /// Whether it is PCMU that can be heard.
    pub fn is_loud(&self) -> bool {
        let loud = self.payload.iter().filter(|byte| !**byte & 0x7F > 0x40).count();
        self.kind == 0 && loud * 2 > self.payload.len()
    }

    /// The samples of PCMU (ITU-T G.711).
    pub fn samples(&self) -> Vec<f64> {
        let decode = |byte: &u8| {
            let bits = !*byte;
            let magnitude = ((i32::from(bits & 0x0F) << 3) + 0x84) << ((bits & 0x70) >> 4);
            f64::from(if bits & 0x80 == 0 {
                magnitude - 0x84
            } else {
                0x84 - magnitude
            })
        };
        self.payload.iter().map(decode).collect()
    }
}

impl Peer {
    /// Talks to where the phone's SDP says.
    pub fn talk(&self, sdp: &SipMessage) -> Talker {
        let port: u16 = sdp.sdp('m')[0].split(' ').nth(1).unwrap().parse().unwrap();
        let socket = self.rtp().try_clone().unwrap();
        let stop: Arc<AtomicBool> = Arc::default();
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let begun = Instant::now();
            for number in 0_u32.. {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let mut packet = vec![0x80, 0];
                packet.extend((number as u16).to_be_bytes());
                packet.extend((number * 160).to_be_bytes());
                packet.extend([1, 2, 3, 4]);
                packet.extend((0..160).map(|n| if n % 8 < 4 { 0x90 } else { 0x10 }));
                drop(socket.send_to(&packet, ("127.0.0.1", port)));
                let next = Duration::from_millis(PACKET_MS * u64::from(number + 1));
                std::thread::sleep(next.saturating_sub(begun.elapsed()));
            }
        });
        Talker { stop }
    }

    /// The next packet of RTP that the function takes; the others are lost.
    pub fn hear(&self, what: &str, wanted: impl Fn(&Rtp) -> bool) -> Rtp {
        let end = Instant::now() + Duration::from_secs(SOON);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what} in RTP");
            match self.packet(left) {
                Some(packet) if wanted(&packet) => return packet,
                _ => {}
            }
        }
    }

    /// The next packet of RTP.
    pub fn packet(&self, within: Duration) -> Option<Rtp> {
        let mut buffer = [0; 2048];
        self.rtp()
            .set_read_timeout(Some(within.max(Duration::from_millis(1))))
            .unwrap();
        let (len, _) = self.rtp().recv_from(&mut buffer).ok()?;
        // No header extension and no contributing sources come.
        (len > 12 && buffer[0] == 0x80).then(|| Rtp {
            kind: buffer[1] & 0x7F,
            payload: buffer[12..len].to_vec(),
        })
    }

    /// The next digits that come as RTP events (RFC 4733): each counts once, at its end.
    pub fn keys(&self, count: usize) -> String {
        let mut digits = String::new();
        let mut last_ended = false;
        while digits.len() < count {
            let packet = self.hear("RTP event", |p| p.kind == 101);
            let ended = packet.payload[1] & 0x80 != 0;
            if ended && !last_ended {
                digits.push(char::from(b"0123456789*#ABCD"[usize::from(packet.payload[0])]));
            }
            last_ended = ended;
        }
        digits
    }
}
