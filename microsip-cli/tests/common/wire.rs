//! Peers of raw bytes: a SIP user agent and a STUN server.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use microsip_testkit::sipmsg::SipMessage;

/// A UDP socket that answers SIP as the test wants it.
pub struct Wire {
    socket: UdpSocket,
}

impl Wire {
    pub fn new() -> Wire {
        Wire::at("127.0.0.1:0")
    }

    pub fn at(address: &str) -> Wire {
        let socket = UdpSocket::bind(address).unwrap();
        Wire { socket }
    }

    pub fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub fn uri(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.addr())
    }

    /// The next datagram that the function takes; others are passed over.
    pub fn take<T>(&self, what: &str, pick: impl Fn(&[u8]) -> Option<T>) -> (T, SocketAddr) {
        let end = Instant::now() + Duration::from_secs(20);
        let mut buffer = [0; 65_536];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what}");
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            if let Some(found) = pick(&buffer[..len]) {
                return (found, from);
            }
        }
    }

    pub fn request(&self, method: &str) -> (SipMessage, SocketAddr) {
        self.take(method, |bytes| {
            SipMessage::parse(bytes).ok().filter(|m| m.is_request(method))
        })
    }

    pub fn response(&self, method: &str) -> (SipMessage, SocketAddr) {
        let of_method = |m: &SipMessage| m.code().is_some_and(|code| code >= 200 && m.is_response(code, method));
        self.take(method, |bytes| SipMessage::parse(bytes).ok().filter(of_method))
    }

    /// Answers without a body.
    pub fn answer(&self, request: &SipMessage, to: SocketAddr, code: u16, extra: &str) {
        let mut text = format!("SIP/2.0 {code} Whatever\r\n");
        for name in ["Via", "From", "Call-ID", "CSeq"] {
            for value in request.all(name) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let callee = request.header("To").unwrap();
        text.push_str(&format!("To: {callee};tag=wire\r\n{extra}Content-Length: 0\r\n\r\n"));
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }

    /// Sends a request outside a dialog.
    pub fn send(&self, to: &str, method: &str, extra: &str) {
        let own = self.addr();
        let text = format!(
            "{method} sip:microsip@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bK{method}{port}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:wire@{own}>;tag=wire\r\nTo: <sip:microsip@{to}>\r\n\
             Call-ID: {method}-{port}\r\nCSeq: 1 {method}\r\nContact: <sip:wire@{own}>\r\n{extra}Content-Length: 0\r\n\r\n",
            port = own.port()
        );
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }
}

/// A STUN server that sees everybody at one address, with their own ports.
pub struct Stun {
    pub addr: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Stun {
    pub fn start(seen: [u8; 4]) -> Stun {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let addr = socket.local_addr().unwrap();
        let stop: Arc<AtomicBool> = Arc::default();
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while !stopped.load(Ordering::SeqCst) {
                let Ok((len, from)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                // A binding request (RFC 8489 §5).
                if len < 20 || buffer[..2] != [0, 1] {
                    continue;
                }
                // A success with XOR-MAPPED-ADDRESS (§14.2).
                let mut answer = vec![1, 1, 0, 12];
                answer.extend(&buffer[4..20]);
                answer.extend([0, 0x20, 0, 8, 0, 1]);
                answer.extend((from.port() ^ 0x2112).to_be_bytes());
                answer.extend((u32::from_be_bytes(seen) ^ 0x2112_A442).to_be_bytes());
                drop(socket.send_to(&answer, from));
            }
        });
        Stun { addr, stop }
    }
}

impl Drop for Stun {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}
