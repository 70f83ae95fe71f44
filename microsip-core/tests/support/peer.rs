//! A SIP peer of bytes, for what no program from a package can do: it sends exactly what a test says and reads exactly what we
//! send. It keeps no state and repeats nothing.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use microsip_testkit::sipmsg::SipMessage;

use super::SOON;

/// An audio offer or answer that PJSIP accepts: PCMU and telephone-event on a port nobody reads.
pub const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\n\
                       a=rtpmap:101 telephone-event/8000\r\n";

pub struct Peer {
    socket: UdpSocket,
}

/// A message and where it came from.
pub struct Got {
    pub msg: SipMessage,
    pub from: SocketAddr,
}

impl std::ops::Deref for Got {
    type Target = SipMessage;
    fn deref(&self) -> &SipMessage {
        &self.msg
    }
}

impl Peer {
    pub fn new() -> Peer {
        Peer::at("127.0.0.1:0")
    }

    /// At an address of this machine.
    pub fn at(address: &str) -> Peer {
        Peer {
            socket: UdpSocket::bind(address).unwrap(),
        }
    }

    pub fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub fn uri(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.addr())
    }

    /// The next message that is wanted; others are dropped.
    pub fn wait(&self, what: &str, wanted: impl Fn(&SipMessage) -> bool) -> Got {
        self.wait_within(SOON, what, wanted)
    }

    /// As [`Peer::wait`], for longer.
    pub fn wait_within(&self, time: Duration, what: &str, wanted: impl Fn(&SipMessage) -> bool) -> Got {
        self.find_within(time, wanted)
            .unwrap_or_else(|seen| panic!("no {what} in time; seen: {seen:#?}"))
    }

    /// The next message that is wanted, or the first lines of all that came in its place.
    pub fn find_within(&self, time: Duration, wanted: impl Fn(&SipMessage) -> bool) -> Result<Got, Vec<String>> {
        let deadline = Instant::now() + time;
        let mut seen = Vec::new();
        let mut buffer = vec![0; 65_536];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(seen);
            }
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            let Ok(msg) = SipMessage::parse(&buffer[..len]) else {
                continue;
            };
            if wanted(&msg) {
                return Ok(Got { msg, from });
            }
            seen.push(
                String::from_utf8_lossy(msg.raw())
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
    }

    /// The next request of this method.
    pub fn request(&self, method: &str) -> Got {
        self.wait(method, |m| m.is_request(method))
    }

    /// The next request of this method, which may take its time.
    pub fn request_within(&self, time: Duration, method: &str) -> Got {
        self.wait_within(time, method, |m| m.is_request(method))
    }

    /// The next response with this code to this method.
    pub fn response(&self, code: u16, method: &str) -> Got {
        self.wait(&format!("{code} to {method}"), |m| m.is_response(code, method))
    }

    /// Whether no such message comes for a while.
    pub fn silent(&self, time: Duration, unwanted: impl Fn(&SipMessage) -> bool) -> bool {
        let until = Instant::now() + time;
        let mut buffer = vec![0; 65_536];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, _)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            if SipMessage::parse(&buffer[..len]).is_ok_and(|m| unwanted(&m)) {
                return false;
            }
        }
    }

    /// Answers a request; `headers` are whole lines, SDP goes as body. The To tag is `peer` unless there is one.
    pub fn reply(&self, request: &Got, code: u16, headers: &[&str], body: Option<&str>) {
        self.reply_tagged(request, code, "peer", headers, body);
    }

    /// As [`Peer::reply`], with a To tag of its own: several make a fork.
    pub fn reply_tagged(&self, request: &Got, code: u16, tag: &str, headers: &[&str], body: Option<&str>) {
        let mut text = format!("SIP/2.0 {code} Says The Peer\r\n");
        for name in ["Via", "Record-Route"] {
            for value in request.all(name) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let to = request.header("To").unwrap();
        let to = if to.contains("tag=") || code == 100 {
            to.to_owned()
        } else {
            format!("{to};tag={tag}")
        };
        text.push_str(&format!(
            "From: {}\r\nTo: {to}\r\nCall-ID: {}\r\nCSeq: {}\r\n",
            request.header("From").unwrap(),
            request.call_id().unwrap(),
            request.header("CSeq").unwrap()
        ));
        if (101..300).contains(&code) && !headers.iter().any(|h| h.starts_with("Contact:")) {
            text.push_str(&format!("Contact: <sip:peer@{}>\r\n", self.addr()));
        }
        self.finish(text, headers, body, request.from);
    }

    fn finish(&self, mut text: String, headers: &[&str], body: Option<&str>, to: SocketAddr) {
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        let body = body.unwrap_or_default();
        if !body.is_empty() && !headers.iter().any(|h| h.starts_with("Content-Type:")) {
            text.push_str("Content-Type: application/sdp\r\n");
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        self.raw(text.as_bytes(), to);
    }

    /// Sends bytes.
    pub fn raw(&self, bytes: &[u8], to: SocketAddr) {
        self.socket.send_to(bytes, to).unwrap();
    }

    #[allow(clippy::too_many_arguments, reason = "a request has that many parts")]
    /// Sends a request. `dialog` has From, To and Call-ID; the branch is made of method and number.
    pub fn send(
        &self,
        to: SocketAddr,
        method: &str,
        uri: &str,
        dialog: &Dialog,
        cseq: u32,
        headers: &[&str],
        body: Option<&str>,
    ) {
        let mut text = format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bK{}{cseq}{method}\r\nMax-Forwards: 70\r\n\
             From: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {cseq} {}\r\n",
            self.addr(),
            dialog.call_id.replace(|c: char| !c.is_ascii_alphanumeric(), ""),
            dialog.from,
            dialog.to,
            dialog.call_id,
            method,
        );
        if !headers.iter().any(|h| h.starts_with("Contact:")) {
            text.push_str(&format!("Contact: <sip:peer@{}>\r\n", self.addr()));
        }
        self.finish(text, headers, body, to);
    }
}

/// Who a request of the peer is from and to.
#[derive(Debug, Clone)]
pub struct Dialog {
    pub from: String,
    pub to: String,
    pub call_id: String,
}

impl Dialog {
    /// A dialog the peer begins with `to`.
    pub fn new(peer: &Peer, to: &str, call_id: &str) -> Dialog {
        Dialog {
            from: format!("<sip:peer@{}>;tag=peer", peer.addr()),
            to: format!("<{to}>"),
            call_id: format!("{call_id}@{}", peer.addr()),
        }
    }

    /// With the To of our answer, which has our tag.
    pub fn answered(mut self, response: &SipMessage) -> Dialog {
        self.to = response.header("To").unwrap().to_owned();
        self
    }

    /// The peer's side of a dialog we began, seen in our request; `tag` is the one it answered with.
    pub fn called(request: &SipMessage, tag: &str) -> Dialog {
        Dialog {
            from: format!("{};tag={tag}", request.header("To").unwrap()),
            to: request.header("From").unwrap().to_owned(),
            call_id: request.call_id().unwrap().to_owned(),
        }
    }
}
