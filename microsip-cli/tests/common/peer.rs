//! A SIP user agent of bytes: it sends what a test says and keeps what it was sent. It repeats nothing.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use microsip_testkit::sipmsg::SipMessage;

use super::solo::SOON;

pub struct Peer {
    socket: UdpSocket,
    rtp: UdpSocket,
    /// What came and was not asked for yet.
    inbox: RefCell<Vec<Got>>,
    /// What came, so that repetitions are known.
    seen: RefCell<HashSet<Vec<u8>>>,
    counter: Cell<u32>,
}

/// A message and where it came from.
#[derive(Clone)]
pub struct Got {
    pub msg: SipMessage,
    pub from: SocketAddr,
    pub at: Instant,
}

impl std::ops::Deref for Got {
    type Target = SipMessage;
    fn deref(&self) -> &SipMessage {
        &self.msg
    }
}

impl Got {
    /// The phrase of a response.
    pub fn phrase(&self) -> &str {
        match self.msg.start() {
            microsip_testkit::sipmsg::StartLine::Response { reason, .. } => reason,
            microsip_testkit::sipmsg::StartLine::Request { .. } => panic!("{}", self.msg),
        }
    }
}

/// An INVITE to be sent.
#[derive(Clone)]
pub struct Invite {
    pub from: String,
    pub to: String,
    pub host: String,
    pub call_id: Option<String>,
    pub headers: String,
    pub sdp: Option<String>,
}

impl Invite {
    /// From a user at the peer's address to the phone's local account.
    pub fn from(user: &str) -> Invite {
        Invite {
            from: user.to_owned(),
            to: "own".to_owned(),
            host: String::new(),
            call_id: None,
            headers: String::new(),
            sdp: None,
        }
    }

    pub fn to(mut self, user: &str) -> Invite {
        self.to = user.to_owned();
        self
    }

    /// The host of the To header; otherwise where it is sent.
    pub fn host(mut self, host: &str) -> Invite {
        self.host = host.to_owned();
        self
    }

    pub fn call_id(mut self, id: &str) -> Invite {
        self.call_id = Some(id.to_owned());
        self
    }

    pub fn header(mut self, line: &str) -> Invite {
        self.headers.push_str(line);
        self.headers.push_str("\r\n");
        self
    }

    pub fn sdp(mut self, sdp: String) -> Invite {
        self.sdp = Some(sdp);
        self
    }
}

/// One side of a dialog: the peer's.
#[derive(Clone)]
pub struct Leg {
    pub call_id: String,
    /// Our From in requests we send.
    pub own: String,
    /// The phone's, with its tag once it has one.
    pub other: String,
    pub target: String,
    pub to: SocketAddr,
    cseq: u32,
    branch: String,
}

impl Peer {
    pub fn new() -> Peer {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let rtp = UdpSocket::bind("127.0.0.1:0").unwrap();
        Peer {
            socket,
            rtp,
            inbox: RefCell::default(),
            seen: RefCell::default(),
            counter: Cell::new(0),
        }
    }

    pub fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub fn rtp(&self) -> &UdpSocket {
        &self.rtp
    }

    pub fn uri(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.addr())
    }

    fn unique(&self) -> u32 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    /// An offer or answer of PCMU and keys; `codecs` are payload types such as `0 8`.
    pub fn sdp_of(&self, codecs: &str, more: &str) -> String {
        let port = self.rtp.local_addr().unwrap().port();
        format!(
            "v=0\r\no=- 1 {} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP {codecs}\r\na=sendrecv\r\n{more}",
            self.unique()
        )
    }

    pub fn sdp(&self) -> String {
        self.sdp_of("0 8 101", "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n")
    }

    /// The next message that is wanted; others stay for later.
    pub fn wait(&self, what: &str, wanted: impl Fn(&SipMessage) -> bool) -> Got {
        let within = Duration::from_secs(SOON);
        let found = self.look(within, &wanted);
        found.unwrap_or_else(|| {
            let inbox: Vec<String> = self
                .inbox
                .borrow()
                .iter()
                .map(|got| format!("{} {}", got.msg, got.msg.body_text()))
                .collect();
            panic!("no {what}; unread: {inbox:#?}")
        })
    }

    /// As [`Peer::wait`], and `None` when it does not come.
    pub fn look(&self, within: Duration, wanted: impl Fn(&SipMessage) -> bool) -> Option<Got> {
        let end = Instant::now() + within;
        let mut buffer = vec![0; 65_536];
        loop {
            let mut inbox = self.inbox.borrow_mut();
            if let Some(place) = inbox.iter().position(|got| wanted(&got.msg)) {
                return Some(inbox.remove(place));
            }
            drop(inbox);
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            let Ok(msg) = SipMessage::parse(&buffer[..len]) else {
                continue;
            };
            if self.seen.borrow_mut().insert(buffer[..len].to_vec()) {
                let at = Instant::now();
                self.inbox.borrow_mut().push(Got { msg, from, at });
            }
        }
    }

    pub fn request(&self, method: &str) -> Got {
        self.wait(method, |m| m.is_request(method))
    }

    fn send(&self, text: &str, to: SocketAddr) {
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }

    /// Sends an INVITE to a phone and returns the dialog that may come of it.
    pub fn invite(&self, to: &str, invite: &Invite) -> Leg {
        let number = self.unique();
        let port = self.addr().port();
        let call_id = invite.call_id.clone().unwrap_or_else(|| format!("c{number}-{port}"));
        let host = if invite.host.is_empty() { to } else { &invite.host };
        let from = match invite.from.as_str() {
            complete if complete.contains('<') => complete.to_owned(),
            "" => format!("<sip:{}>", self.addr()),
            user => format!("<sip:{user}@{}>", self.addr()),
        };
        let mut leg = Leg {
            call_id,
            own: format!("{from};tag=p{number}"),
            other: format!("<sip:{}@{host}>", invite.to),
            target: format!("sip:{}@{to}", invite.to),
            to: to.parse().unwrap(),
            cseq: 0,
            branch: String::new(),
        };
        let sdp = invite.sdp.clone().unwrap_or_else(|| self.sdp());
        self.request_in(&mut leg, "INVITE", &invite.headers, &sdp);
        leg
    }

    /// Sends a request of the dialog.
    pub fn request_in(&self, leg: &mut Leg, method: &str, headers: &str, body: &str) {
        leg.cseq += 1;
        leg.branch = format!("z9hG4bKp{}x{}", self.addr().port(), self.unique());
        self.write(leg, method, leg.cseq, headers, body);
    }

    fn write(&self, leg: &Leg, method: &str, cseq: u32, headers: &str, body: &str) {
        let own = self.addr();
        let kind = match (body.is_empty(), headers.contains("Content-Type:")) {
            (false, false) => "Content-Type: application/sdp\r\n",
            _ => "",
        };
        let text = format!(
            "{method} {} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch={}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n\
             Call-ID: {}\r\nCSeq: {cseq} {method}\r\nContact: <sip:peer@{own}>\r\n{kind}{headers}Content-Length: {}\r\n\r\n{body}",
            leg.target,
            leg.branch,
            leg.own,
            leg.other,
            leg.call_id,
            body.len()
        );
        self.send(&text, leg.to);
    }

    /// The next response of the dialog with this code to this method.
    pub fn code(&self, leg: &Leg, code: u16, method: &str) -> Got {
        self.wait(&format!("{code} to {method}"), |m| {
            m.is_response(code, method) && m.call_id() == Some(&leg.call_id)
        })
    }

    /// The final response to the INVITE, acknowledged; a dialog if it is a success.
    pub fn outcome(&self, leg: &mut Leg) -> Got {
        let got = self.wait("final response to INVITE", |m| {
            m.call_id() == Some(&leg.call_id)
                && m.code()
                    .is_some_and(|code| code >= 200 && m.is_response(code, "INVITE"))
        });
        leg.other = got.header("To").unwrap().to_owned();
        if got.code().unwrap() < 300 {
            leg.target = contact(&got.msg);
            leg.branch = format!("z9hG4bKa{}x{}", self.addr().port(), self.unique());
        }
        self.write(leg, "ACK", leg.cseq, "", "");
        got
    }

    /// Calls and expects to be refused with this code and phrase.
    pub fn refused(&self, to: &str, invite: &Invite, code: u16, phrase: &str) -> Got {
        let mut leg = self.invite(to, invite);
        let got = self.outcome(&mut leg);
        assert_eq!((got.code(), got.phrase()), (Some(code), phrase));
        got
    }

    /// Calls and waits until it rings there.
    pub fn rings(&self, to: &str, invite: &Invite) -> Leg {
        let leg = self.invite(to, invite);
        self.code(&leg, 180, "INVITE");
        leg
    }

    /// Waits for the answer of a call.
    pub fn answered(&self, leg: &mut Leg) -> Got {
        let got = self.outcome(leg);
        assert_eq!(got.code(), Some(200), "{}", got.msg);
        got
    }

    pub fn cancel(&self, leg: &mut Leg, headers: &str) {
        self.write(leg, "CANCEL", leg.cseq, headers, "");
        self.code(leg, 200, "CANCEL");
        let got = self.outcome(leg);
        assert_eq!(got.code(), Some(487));
    }

    /// Ends a call from the peer's side.
    pub fn bye(&self, leg: &mut Leg) {
        self.request_in(leg, "BYE", "", "");
        self.code(leg, 200, "BYE");
    }

    /// Answers the next request of that method within the dialog with 200.
    pub fn ok(&self, leg: &Leg, method: &str) -> Got {
        let got = self.wait(method, |m| m.is_request(method) && m.call_id() == Some(&leg.call_id));
        self.reply(&got, 200, "OK", "", "");
        got
    }

    /// Answers a request; `headers` are whole lines.
    pub fn reply(&self, request: &Got, code: u16, phrase: &str, headers: &str, body: &str) {
        let mut text = format!("SIP/2.0 {code} {phrase}\r\n");
        for name in ["Via", "Record-Route", "From", "Call-ID", "CSeq"] {
            for value in request.all(name) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let to = request.header("To").unwrap();
        let tag = match to.contains("tag=") || code == 100 {
            true => "",
            false => ";tag=peer",
        };
        text.push_str(&format!("To: {to}{tag}\r\n"));
        if (101..300).contains(&code) && !headers.contains("Contact:") {
            text.push_str(&format!("Contact: <sip:peer@{}>\r\n", self.addr()));
        }
        if !body.is_empty() && !headers.contains("Content-Type:") {
            text.push_str("Content-Type: application/sdp\r\n");
        }
        text.push_str(&format!("{headers}Content-Length: {}\r\n\r\n{body}", body.len()));
        self.send(&text, request.from);
    }

    /// Takes the next REGISTER, as a registrar that asks for no password.
    pub fn registrar(&self) -> Got {
        let got = self.request("REGISTER");
        let contact = got.header("Contact").unwrap_or("<sip:none@127.0.0.1>");
        let expires = if contact.contains("expires=") {
            ""
        } else {
            ";expires=600"
        };
        self.reply(&got, 200, "OK", &format!("Contact: {contact}{expires}\r\n"), "");
        got
    }

    /// Asks for a digest of the next request of that method.
    pub fn challenge(&self, method: &str) -> Got {
        let got = self.request(method);
        let ask = "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"n1\", algorithm=MD5\r\n";
        self.reply(&got, 401, "Unauthorized", ask, "");
        got
    }

    /// The next datagram that the function takes, whatever it is; the others are lost.
    pub fn bytes(&self, what: &str, wanted: impl Fn(&[u8]) -> bool) -> SocketAddr {
        let end = Instant::now() + Duration::from_secs(SOON);
        let mut buffer = vec![0; 65_536];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what}");
            self.socket.set_read_timeout(Some(left)).unwrap();
            if let Ok((len, from)) = self.socket.recv_from(&mut buffer)
                && wanted(&buffer[..len])
            {
                return from;
            }
        }
    }

    /// The next INVITE of a call that is new, ringing here.
    pub fn called(&self) -> Got {
        let got = self.wait("INVITE", |m| m.is_request("INVITE") && m.to_tag().is_none());
        self.reply(&got, 180, "Ringing", "", "");
        got
    }

    /// Takes a call; the dialog as the peer sees it, when the ACK is there.
    pub fn take(&self, invite: &Got) -> Leg {
        self.reply(invite, 200, "OK", "", &self.sdp());
        let leg = self.leg_of(invite);
        self.wait("ACK", |m| m.is_request("ACK") && m.call_id() == Some(&leg.call_id));
        leg
    }

    /// The peer's side of the dialog of an INVITE it got.
    pub fn leg_of(&self, invite: &Got) -> Leg {
        Leg {
            call_id: invite.call_id().unwrap().to_owned(),
            own: format!("{};tag=peer", invite.header("To").unwrap()),
            other: invite.header("From").unwrap().to_owned(),
            target: contact(&invite.msg),
            to: invite.from,
            cseq: 0,
            branch: String::new(),
        }
    }

    /// Answers the next re-INVITE of the dialog: its SDP's direction, then the answer.
    pub fn reinvited(&self, leg: &Leg) -> String {
        let got = self.wait("re-INVITE", |m| {
            m.is_request("INVITE") && m.to_tag().is_some() && m.call_id() == Some(&leg.call_id)
        });
        let direction = direction(&got.msg);
        let answer = match direction.as_str() {
            "sendonly" => "recvonly",
            "inactive" => "inactive",
            _ => "sendrecv",
        };
        let sdp = self.sdp().replace("a=sendrecv", &format!("a={answer}"));
        self.reply(&got, 200, "OK", "", &sdp);
        direction
    }
}

/// The direction of the first stream, `sendrecv` when nothing is said (RFC 8866 §6.7).
pub fn direction(msg: &SipMessage) -> String {
    let known = ["sendonly", "recvonly", "inactive", "sendrecv"];
    let said = msg.sdp('a').into_iter().find(|a| known.contains(&a.as_str()));
    said.unwrap_or_else(|| "sendrecv".to_owned())
}

fn contact(msg: &SipMessage) -> String {
    let value = msg.header("Contact").unwrap();
    let (_, rest) = value.split_once('<').unwrap();
    rest.split_once('>').unwrap().0.to_owned()
}
