//! A SIP user agent and a STUN server of raw bytes.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use microsip_testkit::sipmsg::SipMessage;

use crate::support::SOON;

/// A UDP socket that speaks SIP as the test wants it.
pub struct Raw {
    pub socket: UdpSocket,
    seen: Mutex<Vec<(String, SocketAddr)>>,
}

impl Raw {
    pub fn new() -> Raw {
        Raw::at("127.0.0.1:0".parse().unwrap())
    }

    pub fn at(address: SocketAddr) -> Raw {
        Raw::of(UdpSocket::bind(address).unwrap())
    }

    pub fn of(socket: UdpSocket) -> Raw {
        Raw {
            socket,
            seen: Mutex::default(),
        }
    }

    pub fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub fn uri(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.addr())
    }

    /// The next message that `wanted` picks; retransmissions and others are passed over.
    pub fn recv(&self, what: &str, wanted: impl Fn(&SipMessage) -> bool) -> (SipMessage, SocketAddr) {
        let end = Instant::now() + SOON;
        let mut buffer = [0; 65_536];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what}; seen: {:#?}", self.seen.lock().unwrap());
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            let Ok(message) = SipMessage::parse(&buffer[..len]) else {
                continue;
            };
            if wanted(&message) {
                return (message, from);
            }
            self.seen
                .lock()
                .unwrap()
                .push((String::from_utf8_lossy(message.raw()).into_owned(), from));
        }
    }

    pub fn request(&self, method: &str) -> (SipMessage, SocketAddr) {
        self.recv(method, |m| m.is_request(method))
    }

    /// Answers a request; `extra` are whole header lines.
    pub fn answer(&self, request: &SipMessage, to: SocketAddr, code: u16, extra: &str, sdp: &str) {
        let mut text = format!("SIP/2.0 {code} X\r\n");
        for via in request.all("Via") {
            let via = if via.contains(";rport") && !via.contains(";rport=") {
                via.replace(";rport", &format!(";received={};rport={}", to.ip(), to.port()))
            } else {
                via.to_owned()
            };
            text.push_str(&format!("Via: {via}\r\n"));
        }
        for name in ["From", "Call-ID", "CSeq"] {
            text.push_str(&format!("{name}: {}\r\n", request.header(name).unwrap()));
        }
        let tag = if code > 100 && request.to_tag().is_none() {
            ";tag=raw"
        } else {
            ""
        };
        text.push_str(&format!("To: {}{tag}\r\n{extra}", request.header("To").unwrap()));
        if !extra.contains("Contact") {
            text.push_str(&format!("Contact: <{}>\r\n", self.uri("raw")));
        }
        if !sdp.is_empty() {
            text.push_str("Content-Type: application/sdp\r\n");
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{sdp}", sdp.len()));
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }

    /// Sends an INVITE outside (or, with `to_tag`, inside) a dialog.
    pub fn invite(&self, to: SocketAddr, user: &str, cseq: u32, to_tag: &str, sdp: &str) {
        let own = self.addr();
        let tag = if to_tag.is_empty() {
            String::new()
        } else {
            format!(";tag={to_tag}")
        };
        let text = format!(
            "INVITE sip:{user}@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{cseq}x{};rport\r\nMax-Forwards: 70\r\n\
             From: <{}>;tag=raw\r\nTo: <sip:{user}@{to}>{tag}\r\nCall-ID: call-{}@raw\r\nCSeq: {cseq} INVITE\r\n\
             Contact: <{}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
            own.port(),
            self.uri("raw"),
            own.port(),
            self.uri("raw"),
            sdp.len()
        );
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }

    /// ACK for a 2xx, or CANCEL, of that INVITE.
    pub fn follow(&self, method: &str, to: SocketAddr, user: &str, cseq: u32, to_tag: &str) {
        let own = self.addr();
        let tag = if to_tag.is_empty() {
            String::new()
        } else {
            format!(";tag={to_tag}")
        };
        let branch = if method == "CANCEL" {
            String::new()
        } else {
            "a".to_owned()
        };
        let text = format!(
            "{method} sip:{user}@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{cseq}x{}{branch};rport\r\n\
             Max-Forwards: 70\r\nFrom: <{}>;tag=raw\r\nTo: <sip:{user}@{to}>{tag}\r\nCall-ID: call-{}@raw\r\n\
             CSeq: {cseq} {method}\r\nContent-Length: 0\r\n\r\n",
            own.port(),
            self.uri("raw"),
            own.port(),
        );
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }
}

/// An SDP with one PCMU stream; `extra` are whole attribute lines of the stream.
pub fn sdp(media: SocketAddr, version: u32, extra: &str) -> String {
    format!(
        "v=0\r\no=- 1 {version} IN IP4 {}\r\ns=-\r\nc=IN IP4 {}\r\nt=0 0\r\nm=audio {} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n\
         {extra}",
        media.ip(),
        media.ip(),
        media.port()
    )
}

/// The port of the first `m=` line.
pub fn media_port(message: &SipMessage) -> u16 {
    let line = &message.sdp('m')[0];
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Where the `c=` line and the `m=` line lead.
pub fn media_addr(message: &SipMessage) -> SocketAddr {
    let line = &message.sdp('c')[0];
    let host = line.rsplit(' ').next().unwrap().to_owned();
    format!("{host}:{}", media_port(message)).parse().unwrap()
}

/// A STUN server that answers as told.
pub struct Stun {
    addr: SocketAddr,
    pub asked: Arc<AtomicUsize>,
    pub mute: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Stun {
    /// What the server says of a client's address.
    pub fn start(see: impl Fn(SocketAddr) -> SocketAddr + Send + 'static) -> Stun {
        Stun::of(UdpSocket::bind("127.0.0.1:0").unwrap(), see)
    }

    pub fn of(socket: UdpSocket, see: impl Fn(SocketAddr) -> SocketAddr + Send + 'static) -> Stun {
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let stun = Stun {
            addr: socket.local_addr().unwrap(),
            asked: Arc::default(),
            mute: Arc::default(),
            stop: Arc::default(),
        };
        let (asked, mute, stop) = (stun.asked.clone(), stun.mute.clone(), stun.stop.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while !stop.load(Ordering::SeqCst) {
                let Ok((len, from)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                if len < 20 || buffer[..2] != [0, 1] {
                    continue;
                }
                asked.fetch_add(1, Ordering::SeqCst);
                if !mute.load(Ordering::SeqCst) {
                    socket
                        .send_to(&binding_success(&buffer[..20], see(from)), from)
                        .unwrap();
                }
            }
        });
        stun
    }

    /// One behind a router that adds 1000 to ports and has this address.
    pub fn shifting(ip: [u8; 4]) -> Stun {
        Stun::start(move |from| SocketAddr::from((ip, from.port().wrapping_add(1000).max(1024))))
    }

    pub fn server(&self) -> String {
        self.addr.to_string()
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn mute(&self) {
        self.mute.store(true, Ordering::SeqCst);
    }
}

impl Drop for Stun {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// A success with XOR-MAPPED-ADDRESS (RFC 8489 §14.2) for the request whose header is given.
pub fn binding_success(request: &[u8], seen: SocketAddr) -> Vec<u8> {
    let SocketAddr::V4(seen) = seen else {
        panic!("IPv4 only")
    };
    let mut out = vec![1, 1, 0, 12];
    out.extend(&request[4..20]);
    out.extend([0, 0x20, 0, 8, 0, 1]);
    out.extend((seen.port() ^ 0x2112).to_be_bytes());
    out.extend((u32::from(*seen.ip()) ^ 0x2112_A442).to_be_bytes());
    out
}
