//! Each reason why nobody hears anything is named.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::netns::Netns;

use crate::line::{Line, SILENCE, Terms, rtp_packet};
use crate::support::*;

/// µ-law of a loud square wave.
const LOUD: [u8; 160] = {
    let mut wave = [0x90; 160];
    let mut n = 0;
    while n < 160 {
        if n / 8 % 2 == 0 {
            wave[n] = 0x10;
        }
        n += 1;
    }
    wave
};

/// What the check finds, once it finds something.
fn found(call: &Call) -> Vec<AudioFinding> {
    microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "a finding", || {
        Some(call.check_audio().unwrap()).filter(|found| !found.is_empty())
    })
    .unwrap()
}

fn names(found: &[AudioFinding]) -> Vec<&'static str> {
    found.iter().map(AudioFinding::name).collect()
}

fn pcmu() -> EndpointConfig {
    config().codecs("PCMU").unwrap()
}

/// Finds silence.
fn watched(patience: Duration) -> EndpointConfig {
    pcmu().quality(QualityConfig::new().watch_audio(patience))
}

#[test]
fn a_call_that_is_heard_has_no_findings() {
    let ep = start(watched(Duration::from_secs(1)));
    let mut events = ep.events();
    let line = Line::calling(&ep);
    line.paced(0..150, &LOUD);
    assert_eq!(line.call.check_audio().unwrap(), []);
    let call = line.call.clone();
    let (_, _line) = line.over();
    wait(&mut events, "the end", |e| match e {
        Event::AudioTrouble { finding, .. } => panic!("{finding}"),
        Event::CallState { info, .. } if info.is_ended() => Some(()),
        _ => None,
    });
    assert_eq!(call.check_audio().unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

#[test]
fn nothing_received_is_found_and_then_that_it_stopped() {
    let ep = start(pcmu());
    let line = Line::calling(&ep);
    // Not in the first second.
    assert_eq!(line.call.check_audio().unwrap(), []);
    let all = found(&line.call);
    assert!(
        matches!(all[..], [AudioFinding::NothingReceived { since }] if since >= Duration::from_secs(1)),
        "{all:?}"
    );
    line.burst(0..50);
    line.stats_after(50);
    assert_eq!(line.call.check_audio().unwrap(), []);
    let all = found(&line.call);
    assert!(
        matches!(all[..], [AudioFinding::ReceptionStopped { since }] if since >= Duration::from_secs(1)),
        "{all:?}"
    );
    ep.close();
}

#[test]
fn on_hold_nothing_is_missed() {
    let ep = start(pcmu());
    let mut line = Line::calling(&ep);
    let terms = Terms {
        extra: "a=inactive\r\n".into(),
        ..Terms::default()
    };
    let sdp = terms.sdp(2, &line.rtp, &line.rtcp);
    line.reinvite(&sdp);
    let until = Instant::now() + Duration::from_millis(1500);
    while Instant::now() < until {
        assert_eq!(line.call.check_audio().unwrap_or_default(), []);
        std::thread::sleep(Duration::from_millis(50));
    }
    ep.close();
}

#[test]
fn nothing_sent_is_found() {
    // Nothing is played, and no silence sent in its place.
    let ep = start(pcmu().send_silence(false));
    let line = Line::calling(&ep);
    // A few packets leave until the bridge's clock stops, a second after the call began.
    let until = Instant::now() + Duration::from_millis(2500);
    let mut number = 0;
    while Instant::now() < until {
        line.packet(number, &LOUD);
        number += 1;
        std::thread::sleep(Duration::from_millis(20));
    }
    let all = line.call.check_audio().unwrap();
    assert_eq!(names(&all), ["nothing_sent"]);
    ep.close();
}

#[test]
fn packets_from_another_address_are_found_with_both_addresses() {
    let ep = start(pcmu());
    let line = Line::calling(&ep);
    // A NAT, or a relay: the SDP says 127.0.0.1.
    let nat = UdpSocket::bind("127.0.0.2:0").unwrap();
    for number in 0..60 {
        nat.send_to(&rtp_packet(0, number, &LOUD), line.audio).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    line.stats_after(60);
    let all = found(&line.call);
    let [AudioFinding::FromElsewhere { announced, actual }] = &all[..] else {
        panic!("{all:?}");
    };
    assert_eq!(*announced, line.rtp.local_addr().unwrap().to_string());
    assert_eq!(*actual, nat.local_addr().unwrap().to_string());
    assert_eq!(line.call.stats().unwrap().from_elsewhere, 60);
    ep.close();
}

#[test]
fn packets_of_a_payload_type_nobody_agreed_on_are_found() {
    let ep = start(pcmu());
    let line = Line::calling(&ep);
    for number in 0..30 {
        line.packet_of(97, number, &LOUD);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(line.stats_after(30).unknown_payload, 30);
    assert_eq!(found(&line.call), [AudioFinding::UnknownPayload { packets: 30 }]);
    ep.close();
}

#[test]
fn only_silence_is_found_and_told_once() {
    let ep = start(watched(Duration::from_secs(1)));
    let mut events = ep.events();
    let line = Line::calling(&ep);
    line.paced(0..180, &SILENCE);
    let all = line.call.check_audio().unwrap();
    let [AudioFinding::OnlySilence { since, level_dbov }] = all[..] else {
        panic!("{all:?}");
    };
    assert!(since >= Duration::from_secs(1) && level_dbov < -65.0, "{all:?}");
    // One sound, and it was no dead line.
    line.paced(180..190, &LOUD);
    line.paced(190..250, &SILENCE);
    assert_eq!(line.call.check_audio().unwrap(), []);
    let (_, _line) = line.over();
    let mut told = Vec::new();
    wait(&mut events, "the end", |e| match e {
        Event::AudioTrouble { finding, .. } => {
            told.push(finding.name());
            None
        }
        Event::CallState { info, .. } if info.is_ended() => Some(()),
        _ => None,
    });
    assert_eq!(told, ["only_silence"]);
    ep.close();
}

#[cfg_attr(not(feature = "srtp"), ignore = "SRTP is not built in")]
#[test]
fn packets_that_srtp_cannot_open_are_found() {
    let ep = start(pcmu());
    ep.endpoint
        .add_account(
            AccountConfig::new(ep.uri("1001"))
                .srtp(SrtpMode::Required)
                .srtp_suites([SrtpSuite::AesCm128HmacSha1_80]),
        )
        .unwrap();
    let terms = Terms {
        profile: "RTP/SAVP",
        extra: "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\r\n".into(),
        ..Terms::default()
    };
    let line = Line::calling_with(&ep, CallOptions::new(), &terms);
    // Plain RTP, to somebody who expects it encrypted.
    for number in 0..40 {
        line.packet(number, &LOUD);
        std::thread::sleep(Duration::from_millis(1));
    }
    let all = microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "both findings", || {
        Some(line.call.check_audio().unwrap()).filter(|all| all.len() == 2)
    })
    .unwrap();
    assert_eq!(names(&all), ["nothing_received", "srtp_failed"]);
    let stats = line.call.stats().unwrap();
    assert_eq!((stats.srtp_failed, stats.received.packets), (40, 0));
    ep.close();
}

/// A network of our own, where addresses can be public: all of them are this machine's.
fn internet(ours: &str, theirs: &str) -> Netns {
    let net = Netns::new().unwrap();
    for address in [ours, theirs] {
        net.ip(&format!("addr add {address}/32 dev lo")).unwrap();
    }
    // What goes to nobody leaves us at least.
    net.ip("route add default dev lo").unwrap();
    net.join().unwrap();
    net
}

fn at(address: &str) -> EndpointConfig {
    EndpointConfig::default()
        .bind(format!("{address}:0").parse().unwrap())
        .codecs("PCMU")
        .unwrap()
        .quality(QualityConfig::new().watch_audio(Duration::from_secs(1)))
}

fn account(ep: &Running) {
    let us = ep.endpoint.local_address(Transport::Udp).unwrap();
    ep.endpoint
        .add_account(AccountConfig::new(format!("sip:1001@{us}")))
        .unwrap();
}

#[test]
fn a_private_address_in_the_peers_sdp_is_found_when_the_peer_is_public() {
    let _net = internet("198.51.100.1", "198.51.100.2");
    let ep = start(at("198.51.100.1"));
    account(&ep);
    let mut events = ep.events();
    let terms = Terms {
        at: "198.51.100.2".into(),
        says: Some("10.1.2.3".into()),
        ..Terms::default()
    };
    let line = Line::calling_with(&ep, CallOptions::new(), &terms);
    let all = found(&line.call);
    let hint = AudioFinding::PrivateAddressOfPeer {
        announced: "10.1.2.3".parse().unwrap(),
        reached: "198.51.100.2".parse().unwrap(),
    };
    assert!(all.contains(&hint), "{all:?}");
    // Told with what it explains, not before.
    let told = wait(&mut events, "both findings", {
        let mut told = Vec::new();
        move |e| match e {
            Event::AudioTrouble { finding, .. } => {
                told.push(finding.name());
                (told.len() == 2).then(|| told.clone())
            }
            _ => None,
        }
    });
    assert_eq!(told, ["nothing_received", "private_address_of_peer"]);
    ep.close();
}

#[test]
fn a_private_address_of_ours_is_found_when_the_peer_is_public() {
    let _net = internet("10.9.8.7", "198.51.100.2");
    let ep = start(at("10.9.8.7"));
    account(&ep);
    let terms = Terms {
        at: "198.51.100.2".into(),
        ..Terms::default()
    };
    let line = Line::calling_with(&ep, CallOptions::new(), &terms);
    line.burst(0..20);
    let all = found(&line.call);
    assert_eq!(
        all,
        [AudioFinding::PrivateAddressOfOurs {
            announced: "10.9.8.7".parse().unwrap(),
            peer: "198.51.100.2".parse().unwrap(),
        }]
    );
    assert!(!all[0].is_fault());
    ep.close();
}
