//! A registrar of bytes that takes everything from anybody, for tests of many accounts and of what comes later.

use std::collections::{HashMap, HashSet};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use microsip_testkit::sipmsg::SipMessage;

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    silent: AtomicBool,
    /// A status to answer with instead of 200; 0 for none.
    refuse: AtomicU32,
    /// Address of record to Contact value; an unregistered one is gone.
    contacts: Mutex<HashMap<String, String>>,
    seen: Mutex<Vec<(Instant, SipMessage)>>,
    keep_alives: AtomicU32,
    forget: AtomicBool,
}

pub struct Registrar {
    socket: UdpSocket,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Registrar {
    /// Grants every binding this many seconds.
    pub fn start(expires: u32) -> Registrar {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (own, shared) = (socket.try_clone().unwrap(), Arc::new(Shared::default()));
        let for_thread = Arc::clone(&shared);
        own.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let thread = std::thread::spawn(move || serve(&own, &for_thread, expires));
        Registrar {
            socket,
            shared,
            thread: Some(thread),
        }
    }

    pub fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub fn uri(&self) -> String {
        format!("sip:{}", self.addr())
    }

    /// Whether it reads and says nothing.
    pub fn silent(&self, yes: bool) {
        self.shared.silent.store(yes, Ordering::SeqCst);
    }

    /// Answers with this status from now on, 0 for 200.
    pub fn refuse(&self, code: u32) {
        self.shared.refuse.store(code, Ordering::SeqCst);
    }

    pub fn bindings(&self) -> usize {
        self.shared.contacts.lock().unwrap().len()
    }

    /// The Contact's URI that an address of record has registered.
    pub fn contact(&self, aor: &str) -> String {
        let all = self.shared.contacts.lock().unwrap();
        let value = all.get(aor).unwrap_or_else(|| panic!("{aor} is not registered"));
        let open = value.find('<').unwrap();
        value[open + 1..value.find('>').unwrap()].to_owned()
    }

    /// Every REGISTER so far, retransmissions left out, and when it came.
    pub fn seen(&self) -> Vec<(Instant, SipMessage)> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Keeps no messages from now on, to measure memory beside it.
    pub fn forget(&self) {
        self.shared.forget.store(true, Ordering::SeqCst);
    }

    pub fn keep_alives(&self) -> u32 {
        self.shared.keep_alives.load(Ordering::SeqCst)
    }

    /// Sends bytes from the registrar's address.
    pub fn send(&self, bytes: &str, to: SocketAddr) {
        self.socket.send_to(bytes.as_bytes(), to).unwrap();
    }
}

impl Drop for Registrar {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(socket: &UdpSocket, shared: &Shared, expires: u32) {
    let mut buffer = vec![0; 65_536];
    let mut keys = HashSet::new();
    while !shared.stop.load(Ordering::SeqCst) {
        let Ok((len, from)) = socket.recv_from(&mut buffer) else {
            continue;
        };
        if &buffer[..len] == b"\r\n" {
            shared.keep_alives.fetch_add(1, Ordering::SeqCst);
            continue;
        }
        let Ok(request) = SipMessage::parse(&buffer[..len]) else {
            continue;
        };
        if !request.is_request("REGISTER") {
            continue;
        }
        // Not what is sent again.
        let key = format!("{:?} {:?}", request.call_id(), request.header("CSeq"));
        if !shared.forget.load(Ordering::SeqCst) && keys.insert(key) {
            shared.seen.lock().unwrap().push((Instant::now(), request.clone()));
        }
        if shared.silent.load(Ordering::SeqCst) {
            continue;
        }
        let echo: String = ["Via", "From", "To", "Call-ID", "CSeq"]
            .map(|name| format!("{name}: {}\r\n", request.header(name).unwrap()))
            .concat();
        let refuse = shared.refuse.load(Ordering::SeqCst);
        let answer = if refuse != 0 {
            format!("SIP/2.0 {refuse} No\r\n{echo}Content-Length: 0\r\n\r\n")
        } else {
            let to = request.header("To").unwrap();
            let aor = to.trim_start_matches('<').split(['>', ';']).next().unwrap().to_owned();
            let contact = request.header("Contact").unwrap_or_default().to_owned();
            let mut contacts = shared.contacts.lock().unwrap();
            if request.header("Expires") == Some("0") {
                contacts.remove(&aor);
                format!("SIP/2.0 200 OK\r\n{echo}Content-Length: 0\r\n\r\n")
            } else {
                contacts.insert(aor, contact.clone());
                format!("SIP/2.0 200 OK\r\n{echo}Contact: {contact};expires={expires}\r\nContent-Length: 0\r\n\r\n")
            }
        };
        let _ = socket.send_to(answer.as_bytes(), from);
    }
}

/// An INVITE with an offer, as a proxy would send it.
pub fn invite(target: &str, to: &str, from: SocketAddr, tag: &str) -> String {
    let sdp = super::peer::SDP;
    format!(
        "INVITE {target} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{tag}\r\nMax-Forwards: 70\r\n\
         From: <sip:caller@elsewhere.test>;tag={tag}\r\nTo: <{to}>\r\nCall-ID: {tag}@elsewhere.test\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:caller@{from}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    )
}
