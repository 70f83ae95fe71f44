//! The peer's end of an audio stream: PCMU packets counted, measured and sent, without any RTP library.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use microsip_testkit::audio::{Audio, tone, tone_level};

pub struct Rtp {
    socket: UdpSocket,
    /// Packets sent so far: a stream that starts anew counts on, or it would look like old packets.
    sent: Arc<AtomicUsize>,
}

/// What came in for a while.
#[derive(Debug)]
pub struct Heard {
    pub packets: usize,
    pub audio: Audio,
}

impl Heard {
    /// Level of a tone in it, in dB.
    pub fn tone(&self, hz: f64) -> f64 {
        tone_level(&self.audio, hz)
    }
}

/// Sends until dropped.
pub struct Talking {
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Talking {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Rtp {
    pub fn new() -> Rtp {
        Rtp {
            socket: UdpSocket::bind("127.0.0.1:0").unwrap(),
            sent: Arc::default(),
        }
    }

    pub fn port(&self) -> u16 {
        self.socket.local_addr().unwrap().port()
    }

    /// A description of this stream; `direction` is an attribute line's name or empty.
    pub fn sdp(&self, version: u32, direction: &str) -> String {
        self.sdp_at("127.0.0.1", version, direction)
    }

    pub fn sdp_at(&self, address: &str, version: u32, direction: &str) -> String {
        let direction = match direction {
            "" => String::new(),
            name => format!("a={name}\r\n"),
        };
        format!(
            "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {} RTP/AVP 0 101\r\n\
             a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n{direction}",
            self.port()
        )
    }

    /// Listens for a while, after letting pass what was on its way.
    pub fn hear(&self, time: Duration) -> Heard {
        self.listen(Duration::from_millis(150));
        self.listen(time)
    }

    fn listen(&self, time: Duration) -> Heard {
        let until = Instant::now() + time;
        let (mut packets, mut samples) = (0, Vec::new());
        let mut buffer = [0_u8; 2048];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, _)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            if len > 12 && buffer[0] >> 6 == 2 && buffer[1] & 0x7f == 0 {
                packets += 1;
                samples.extend(buffer[12..len].iter().map(|b| f32::from(linear(*b)) / 32768.0));
            }
        }
        Heard {
            packets,
            audio: Audio::new(samples, 8000),
        }
    }

    /// Sends packets of silence to `to`, as many as there is time for.
    pub fn flood(&self, to: SocketAddr) -> Talking {
        let stop = Arc::new(AtomicBool::new(false));
        let (socket, quit) = (self.socket.try_clone().unwrap(), Arc::clone(&stop));
        let sent = Arc::clone(&self.sent);
        let thread = std::thread::spawn(move || {
            while !quit.load(Ordering::Relaxed) {
                let n = sent.fetch_add(1, Ordering::Relaxed);
                let _ = socket.send_to(&packet(n, &[0xff; 160]), to);
                std::thread::sleep(Duration::from_micros(50));
            }
        });
        Talking {
            stop,
            thread: Some(thread),
        }
    }

    /// Sends a tone to `to`, 50 packets a second.
    pub fn talk(&self, to: SocketAddr, hz: f64) -> Talking {
        let stop = Arc::new(AtomicBool::new(false));
        let (socket, quit) = (self.socket.try_clone().unwrap(), Arc::clone(&stop));
        let audio = tone(hz, -10.0, Duration::from_secs(1), 8000);
        let coded: Vec<u8> = audio.samples.iter().map(|s| ulaw((s * 32767.0) as i16)).collect();
        let sent = Arc::clone(&self.sent);
        let thread = std::thread::spawn(move || {
            let (mut count, from) = (0, Instant::now());
            while !quit.load(Ordering::Relaxed) {
                let at = sent.fetch_add(1, Ordering::Relaxed);
                let place = at * 160 % coded.len();
                let _ = socket.send_to(&packet(at, &coded[place..place + 160]), to);
                count += 1;
                let due = from + Duration::from_millis(20) * count;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        });
        Talking {
            stop,
            thread: Some(thread),
        }
    }
}

fn packet(number: usize, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, 0];
    packet.extend((number as u16).to_be_bytes());
    packet.extend((number as u32 * 160).to_be_bytes());
    packet.extend([1, 2, 3, 4]);
    packet.extend(payload);
    packet
}

/// G.711 µ-law.
fn linear(byte: u8) -> i16 {
    let byte = !byte;
    let magnitude = ((i32::from(byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4);
    let sample = magnitude - 0x84;
    if byte & 0x80 != 0 {
        -sample as i16
    } else {
        sample as i16
    }
}

fn ulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = (i32::from(sample).abs().min(32_635)) + 0x84;
    let exponent = (24 - (magnitude as u32).leading_zeros()).min(7);
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent as i32) << 4 | mantissa) as u8
}

/// Where our audio is wanted, as a message of ours says.
pub fn audio_address(message: &microsip_testkit::sipmsg::SipMessage) -> SocketAddr {
    let line = message.sdp('m').into_iter().find(|m| m.contains("audio")).unwrap();
    let port = line.trim_start_matches("m=").split(' ').nth(1).unwrap();
    format!("127.0.0.1:{port}").parse().unwrap()
}

/// The direction a message of ours asks for.
pub fn direction(message: &microsip_testkit::sipmsg::SipMessage) -> &'static str {
    let body = message.body_text();
    ["sendonly", "recvonly", "inactive", "sendrecv"]
        .into_iter()
        .find(|d| body.contains(&format!("a={d}\r\n")))
        .unwrap_or("sendrecv")
}
