//! Peers of raw bytes: with ICE lite, without ICE, with an SDP that a proxy changed. And baresip, with its own ICE.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::audio::tone;
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::Spec;
use microsip_testkit::sipmsg::SipMessage;

use crate::homes::assert_heard;
use crate::raw::{Raw, binding_success, media_addr, sdp};
use crate::support::*;
use crate::{QUIET, running_media, wait_ice};

const UFRAG: &str = "liteuser";
const PASSWORD: &str = "litepasswordlitepassword";

/// RTP and RTCP sockets of an agent that only answers checks (RFC 8445 §2.5), and sends back the RTP it gets.
struct Lite {
    address: SocketAddr,
    rtp: Arc<AtomicUsize>,
    nominated: Arc<AtomicBool>,
    /// Whether checks are answered.
    deaf: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

fn attributes(packet: &[u8]) -> HashMap<u16, Vec<u8>> {
    let mut found = HashMap::new();
    let mut at = 20;
    while at + 4 <= packet.len() {
        let kind = u16::from_be_bytes([packet[at], packet[at + 1]]);
        let size = usize::from(u16::from_be_bytes([packet[at + 2], packet[at + 3]]));
        found.insert(kind, packet[at + 4..at + 4 + size].to_vec());
        at += 4 + size.next_multiple_of(4);
    }
    found
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 }
        })
    })
}

/// A success, signed with our password, with a fingerprint (RFC 8489 §14.5, §14.7).
fn signed_success(request: &[u8], seen: SocketAddr) -> Vec<u8> {
    let mut out = binding_success(&request[..20], seen);
    let set_length = |out: &mut Vec<u8>, more: usize| {
        let length = (out.len() - 20 + more) as u16;
        out[2..4].copy_from_slice(&length.to_be_bytes());
    };
    set_length(&mut out, 24);
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(PASSWORD.as_bytes()).unwrap();
    mac.update(&out);
    let digest = mac.finalize().into_bytes();
    out.extend([0, 8, 0, 20]);
    out.extend(&digest[..]);
    set_length(&mut out, 8);
    let crc = crc32(&out) ^ 0x5354_554e;
    out.extend([0x80, 0x28, 0, 4]);
    out.extend(crc.to_be_bytes());
    out
}

impl Lite {
    fn start() -> Lite {
        let (rtp, rtcp) = loop {
            let rtp = UdpSocket::bind("127.0.0.1:0").unwrap();
            let next = rtp.local_addr().unwrap().port().wrapping_add(1).max(1024);
            if let Ok(rtcp) = UdpSocket::bind(("127.0.0.1", next)) {
                break (rtp, rtcp);
            }
        };
        let lite = Lite {
            address: rtp.local_addr().unwrap(),
            rtp: Arc::default(),
            nominated: Arc::default(),
            deaf: Arc::default(),
            stop: Arc::default(),
        };
        for socket in [rtp, rtcp] {
            let (count, nominated, deaf, stop) = (
                lite.rtp.clone(),
                lite.nominated.clone(),
                lite.deaf.clone(),
                lite.stop.clone(),
            );
            socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
            std::thread::spawn(move || {
                let mut buffer = [0; 2000];
                while !stop.load(Ordering::SeqCst) {
                    let Ok((len, from)) = socket.recv_from(&mut buffer) else {
                        continue;
                    };
                    let packet = &buffer[..len];
                    if packet[0] & 0xC0 == 0x80 {
                        // RTP; not RTCP, whose types are 200 and up.
                        if packet[1] & 0x7F < 64 {
                            count.fetch_add(1, Ordering::SeqCst);
                            let mut echo = packet.to_vec();
                            echo[8..12].copy_from_slice(&[1, 2, 3, 4]);
                            socket.send_to(&echo, from).unwrap();
                        }
                    } else if packet[..2] == [0, 1] && !deaf.load(Ordering::SeqCst) {
                        let found = attributes(packet);
                        let user = String::from_utf8(found[&0x0006].clone()).unwrap();
                        assert!(user.starts_with(&format!("{UFRAG}:")), "{user}");
                        if found.contains_key(&0x0025) {
                            nominated.store(true, Ordering::SeqCst);
                        }
                        socket.send_to(&signed_success(packet, from), from).unwrap();
                    }
                }
            });
        }
        lite
    }

    fn sdp(&self, version: u32, extra: &str) -> String {
        self.sdp_at(self.address, version, extra)
    }

    /// With this default address.
    fn sdp_at(&self, default: SocketAddr, version: u32, extra: &str) -> String {
        let ip = self.address.ip();
        let port = self.address.port();
        let ice = format!(
            "a=ice-ufrag:{UFRAG}\r\na=ice-pwd:{PASSWORD}\r\na=candidate:1 1 UDP 2130706431 {ip} {port} typ host\r\n\
             a=candidate:1 2 UDP 2130706430 {ip} {} typ host\r\na=rtcp:{} IN IP4 {ip}\r\n{extra}",
            port + 1,
            port + 1
        );
        sdp(default, version, &ice).replace("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n")
    }

    fn received(&self) -> usize {
        self.rtp.load(Ordering::SeqCst)
    }

    fn wait_more(&self, packets: usize) {
        let wanted = self.received() + packets;
        microsip_testkit::wait_until(Deadline::secs(5), "RTP", || (self.received() >= wanted).then_some(())).unwrap();
    }
}

impl Drop for Lite {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

fn with_ice() -> Running {
    start(
        config()
            .codecs("PCMU")
            .unwrap()
            .nat(NatConfig::default().ice(IceMode::On)),
    )
}

#[test]
fn a_lite_peer_is_checked_nominated_and_kept_through_hold_and_resume() {
    let ep = with_ice();
    let dir = TestDir::new("lite").unwrap();
    let (raw, lite) = (Raw::new(), Lite::start());
    let mut events = ep.events();
    let call = ep.local("1001").call(&raw.uri("bob")).unwrap();
    let (invite, from) = raw.request("INVITE");
    let body = invite.body_text();
    assert!(body.contains("a=ice-ufrag:") && body.contains(" typ host"), "{body}");
    raw.answer(&invite, from, 200, "", &lite.sdp(1, ""));
    raw.request("ACK");
    let (ice, error) = wait_ice(&mut events, &call);
    assert_eq!((ice.state, error), (IceState::Connected, None));
    assert!(ice.controlling && lite.nominated.load(Ordering::SeqCst));
    let pair = ice.rtp.unwrap();
    assert_eq!(pair.remote.address, lite.address.to_string());
    assert_eq!(
        (pair.local.kind, pair.remote.kind),
        (CandidateKind::Host, CandidateKind::Host)
    );

    // Audio both ways: what we say comes back.
    let (said, heard) = (dir.join("said.wav"), dir.join("heard.wav"));
    tone(700.0, -12.0, Duration::from_secs(2), 8000)
        .write_wav(&said)
        .unwrap();
    let recorder = call.record(&heard).unwrap();
    call.play(&said, PlayOptions::default().repeat(true)).unwrap();
    lite.wait_more(100);

    // The peer holds and resumes; the way stays, without new checks having to be answered.
    lite.deaf.store(true, Ordering::SeqCst);
    let tag = invite.from_tag().unwrap().to_owned();
    let call_id = invite.call_id().unwrap().to_owned();
    for (cseq, direction, ours) in [(1, "sendonly", "recvonly"), (2, "sendrecv", "sendrecv")] {
        let text = reinvite(
            &raw,
            from,
            &invite,
            &call_id,
            &tag,
            cseq,
            &lite.sdp(cseq + 1, &format!("a={direction}\r\n")),
        );
        raw.socket.send_to(text.as_bytes(), from).unwrap();
        let (ok, _) = raw.recv("200", |m| m.is_response(200, "INVITE") && m.cseq().unwrap().0 == cseq);
        assert!(ok.sdp('a').iter().any(|a| a == ours), "{ok:?}");
        let ack = reinvite(&raw, from, &invite, &call_id, &tag, cseq, "").replace("INVITE", "ACK");
        raw.socket.send_to(ack.as_bytes(), from).unwrap();
    }
    let media = running_media(&call);
    assert_eq!(media.ice.unwrap().state, IceState::Connected);
    lite.wait_more(50);
    recorder.stop().unwrap();
    recorder.wait_finished(SOON).unwrap();
    assert_heard(&heard, 700.0, 1.5);
    ep.close();
}

/// A request inside the dialog of our INVITE, from its far end.
fn reinvite(raw: &Raw, to: SocketAddr, invite: &SipMessage, call_id: &str, tag: &str, cseq: u32, body: &str) -> String {
    let own = raw.addr();
    let from = invite.header("To").unwrap();
    let target = invite.header("From").unwrap();
    assert!(target.contains(tag));
    format!(
        "INVITE sip:1001@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKre{cseq}{};rport\r\nMax-Forwards: 70\r\n\
         From: {from};tag=raw\r\nTo: {target}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} INVITE\r\nContact: <sip:raw@{own}>\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
        body.len()
    )
}

#[test]
fn a_lite_caller_makes_us_controlling() {
    let ep = with_ice();
    ep.local("1001");
    let local = ep.local_address(Transport::Udp).unwrap();
    let (raw, lite) = (Raw::new(), Lite::start());
    let mut events = ep.events();
    raw.invite(local, "1001", 1, "", &lite.sdp(1, ""));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let (ok, _) = raw.recv("200", |m| m.is_response(200, "INVITE"));
    raw.follow("ACK", local, "1001", 1, ok.to_tag().unwrap());
    let (ice, error) = wait_ice(&mut events, &call);
    assert_eq!((ice.state, error), (IceState::Connected, None));
    assert!(ice.controlling && lite.nominated.load(Ordering::SeqCst));
    lite.wait_more(20);
    ep.close();
}

#[test]
fn a_peer_that_answers_no_check_is_a_typed_failure_and_the_call_stays() {
    let ep = with_ice();
    let (raw, lite) = (Raw::new(), Lite::start());
    lite.deaf.store(true, Ordering::SeqCst);
    let mut events = ep.events();
    let call = ep.local("1001").call(&raw.uri("bob")).unwrap();
    let (invite, from) = raw.request("INVITE");
    raw.answer(&invite, from, 200, "", &lite.sdp(1, ""));
    raw.request("ACK");
    let (ice, error) = wait_ice(&mut events, &call);
    assert_eq!((ice.state, error.unwrap().kind()), (IceState::Failed, ErrorKind::Media));
    assert_eq!(call.info().state, CallState::Confirmed);
    call.hang_up().unwrap();
    let (bye, from) = raw.request("BYE");
    raw.answer(&bye, from, 200, "", "");
    ep.close();
}

/// Answers our offer with `answer` and says what became of ICE, with the address RTP comes to.
fn answered_with(answer: impl Fn(SocketAddr) -> String) {
    let ep = with_ice();
    let (raw, media) = (Raw::new(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let call = ep.local("1001").call(&raw.uri("bob")).unwrap();
    let (invite, from) = raw.request("INVITE");
    raw.answer(&invite, from, 200, "", &answer(media.local_addr().unwrap()));
    raw.request("ACK");
    let ours = running_media(&call);
    assert_eq!(ours.ice.as_ref().map(|i| i.state), Some(IceState::Unused), "{ours:?}");
    media.set_read_timeout(Some(SOON)).unwrap();
    let mut buffer = [0; 2000];
    let (len, rtp_from) = media.recv_from(&mut buffer).unwrap();
    assert!(len > 12 && buffer[0] & 0xC0 == 0x80, "RTP");
    assert_eq!(
        rtp_from,
        media_addr(&invite),
        "it comes from the default address of the offer"
    );
    ep.close();
}

#[test]
fn a_peer_without_ice_gets_ordinary_media() {
    answered_with(|media| sdp(media, 1, ""));
}

#[test]
fn an_answer_that_says_mismatch_gets_ordinary_media() {
    answered_with(|media| {
        let ice = format!(
            "a=ice-ufrag:{UFRAG}\r\na=ice-pwd:{PASSWORD}\r\na=ice-mismatch\r\n\
             a=candidate:1 1 UDP 2130706431 127.0.0.1 {} typ host\r\n",
            media.port()
        );
        sdp(media, 1, &ice)
    });
}

#[test]
fn an_offer_that_a_proxy_changed_is_answered_with_mismatch() {
    let ep = with_ice();
    ep.local("1001");
    let local = ep.local_address(Transport::Udp).unwrap();
    let (raw, lite) = (Raw::new(), Lite::start());
    let media = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut events = ep.events();
    raw.invite(local, "1001", 1, "", &lite.sdp_at(media.local_addr().unwrap(), 1, ""));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let (ok, _) = raw.recv("200", |m| m.is_response(200, "INVITE"));
    assert!(ok.sdp('a').iter().any(|a| a == "ice-mismatch"), "{ok:?}");
    assert!(!ok.body_text().contains("candidate"), "{ok:?}");
    raw.follow("ACK", local, "1001", 1, ok.to_tag().unwrap());
    assert_eq!(running_media(&call).ice.unwrap().state, IceState::Unused);
    media.set_read_timeout(Some(SOON)).unwrap();
    assert!(
        media.recv_from(&mut [0; 2000]).is_ok(),
        "RTP goes where the proxy wants it"
    );
    ep.close();
}

#[test]
fn without_ice_an_offer_with_it_is_answered_without() {
    let ep = start(config());
    ep.local("1001");
    let local = ep.local_address(Transport::Udp).unwrap();
    let (raw, lite) = (Raw::new(), Lite::start());
    let mut events = ep.events();
    raw.invite(local, "1001", 1, "", &lite.sdp(1, ""));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let (ok, _) = raw.recv("200", |m| m.is_response(200, "INVITE"));
    assert!(
        !ok.body_text().contains("ice-") && !ok.body_text().contains("candidate"),
        "{ok:?}"
    );
    raw.follow("ACK", local, "1001", 1, ok.to_tag().unwrap());
    assert_eq!(running_media(&call).ice, None);
    lite.wait_more(20);
    ep.close();
}

#[test]
fn ice_between_two_accounts_finds_the_way_with_sdes_and_without() {
    for srtp in [SrtpMode::Off, SrtpMode::Required] {
        let ep = with_ice();
        for user in ["1001", "1002"] {
            ep.endpoint
                .add_account(AccountConfig::new(ep.uri(user)).srtp(srtp))
                .unwrap();
        }
        let mut events = ep.events();
        let (out, inn) = connected(&ep);
        let ended = Mutex::new(Vec::new());
        wait(&mut events, "both ends of ICE", |e| match e {
            Event::Ice { call, info, error } => {
                let mut ended = ended.lock().unwrap();
                ended.push((call.id(), info.media[0].ice.clone().unwrap().state, error.clone()));
                (ended.len() == 2).then_some(())
            }
            _ => None,
        });
        for (_, state, error) in ended.into_inner().unwrap() {
            assert_eq!((state, error), (IceState::Connected, None));
        }
        let (a, b) = (running_media(&out), running_media(&inn));
        assert_eq!(a.srtp.is_some(), srtp == SrtpMode::Required);
        let (a, b) = (a.ice.unwrap(), b.ice.unwrap());
        assert!(a.controlling != b.controlling);
        assert_eq!(a.rtp.unwrap().local.address, b.rtp.unwrap().remote.address);
        ep.close();
    }
}

#[test]
fn heavy_baresip_agrees_on_a_way() {
    // baresip takes 127.0.0.1 for no address of its own, so the two live in a network of theirs.
    let net = microsip_testkit::netns::Netns::new().unwrap();
    net.ip("link add eth0 type bridge").unwrap();
    net.ip("addr add 192.0.2.10/24 dev eth0").unwrap();
    net.ip("link set eth0 up").unwrap();
    net.join().unwrap();
    let dir = TestDir::new("baresip-ice").unwrap();
    let (said, heard) = (dir.join("said.wav"), dir.join("heard.wav"));
    // baresip says what its file holds, once: enough of it for the whole call.
    tone(1000.0, -12.0, Duration::from_secs(30), 8000)
        .write_wav(dir.join("theirs.wav"))
        .unwrap();
    tone(440.0, -12.0, Duration::from_secs(2), 8000)
        .write_wav(&said)
        .unwrap();
    let coturn = microsip_testkit::coturn::Coturn::start(&net, [192, 0, 2, 10].into(), &[("u", "p")], None).unwrap();
    let modules: String = ["g711", "stun", "ice", "aufile", "sndfile"]
        .map(|m| format!("module {m}.so\n"))
        .concat();
    let path = ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"]
        .into_iter()
        .find(|p| std::path::Path::new(p).is_dir())
        .unwrap();
    dir.write(
        "config",
        format!(
            "sip_listen 192.0.2.10:5070\nmodule_path {path}\naudio_source aufile,{}\naudio_player aufile,{}\n\
             ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\nsnd_path {}\n{modules}\
             module_app account.so\n",
            dir.join("theirs.wav").display(),
            dir.join("theirs.wav").display(),
            dir.path().display(),
        ),
    )
    .unwrap();
    dir.write(
        "accounts",
        format!(
            "<sip:bob@192.0.2.10:5070>;regint=0;answermode=auto;medianat=ice;stunserver=\"stun:{}\"\n",
            coturn.addr()
        ),
    )
    .unwrap();
    let mut bob = Spec::installed("baresip", "baresip-core")
        .unwrap()
        .arg("-f")
        .arg(dir.path())
        .spawn()
        .unwrap();
    bob.wait_line("baresip is ready", Deadline::secs(15)).unwrap();
    let nat = NatConfig::default().ice(IceMode::On).stun(coturn.addr().to_string());
    let ep = start(
        EndpointConfig::default()
            .bind("192.0.2.10:0".parse().unwrap())
            .codecs("PCMU")
            .unwrap()
            .nat(nat),
    );
    let mut events = ep.events();
    let account = ep
        .endpoint
        .add_account(AccountConfig::new("sip:alice@192.0.2.10"))
        .unwrap();
    let call = account.call("sip:bob@192.0.2.10:5070").unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let (ice, error) = wait_ice(&mut events, &call);
    assert_eq!((ice.state, error), (IceState::Connected, None), "{}", bob.output());
    let recorder = call.record(&heard).unwrap();
    call.play(&said, PlayOptions::default().repeat(true)).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let stats = call.stats().unwrap();
    assert!(stats.received.packets > 80 && stats.sent.packets > 80, "{stats:?}");
    call.hang_up().unwrap();
    recorder.wait_finished(SOON).unwrap();
    assert_heard(&heard, 1000.0, 1.5);
    std::thread::sleep(QUIET);
    drop(bob);
    // What baresip decoded, dumped by its sndfile module.
    let dumped = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.file_name().unwrap().to_string_lossy().ends_with("dec.wav"))
        .unwrap();
    assert_heard(&dumped, 440.0, 1.5);
    ep.close();
}
