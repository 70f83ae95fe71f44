//! Digits by RTP event, INFO and in-band, with lengths and pauses, on the wire.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::audio::{Audio, detect_dtmf};
use microsip_testkit::{Deadline, steady};
use support::peer::{Got, Peer};
use support::*;

/// A call to a peer that takes audio on `rtp` and says so with or without telephone-event.
fn up(ep: &Running, peer: &Peer, rtp: &UdpSocket, format: &str) -> (Call, Got) {
    let sdp = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {} RTP/AVP {format}\r\n{}",
        rtp.local_addr().unwrap().port(),
        if format.contains("101") {
            "a=rtpmap:101 telephone-event/8000\r\n"
        } else {
            ""
        }
    );
    let call = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 200, &[], Some(&sdp));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    (call, invite)
}

/// RTP packets until `enough`, as payload type, marker-less payload and when they came.
fn rtp(socket: &UdpSocket, mut enough: impl FnMut(&[(u8, Vec<u8>, Instant)]) -> bool) -> Vec<(u8, Vec<u8>, Instant)> {
    let deadline = Instant::now() + SOON;
    let mut got = Vec::new();
    let mut buffer = [0; 2048];
    while !enough(&got) {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "not enough RTP: {} packets", got.len());
        socket.set_read_timeout(Some(left)).unwrap();
        if let Ok((len, _)) = socket.recv_from(&mut buffer)
            && len > 12
        {
            got.push((buffer[1] & 0x7f, buffer[12..len].to_vec(), Instant::now()));
        }
    }
    got
}

/// Digits of RTP events that ended, with their length in samples and when the end first came.
fn digits(packets: &[(u8, Vec<u8>, Instant)]) -> Vec<(u8, u16, Instant)> {
    let mut found: Vec<(u8, u16, Instant)> = Vec::new();
    let mut last_was_end = false;
    for (kind, payload, at) in packets {
        if *kind == 101 && payload.len() >= 4 {
            let end = payload[1] & 0x80 != 0;
            if end && !last_was_end {
                found.push((payload[0], u16::from_be_bytes([payload[2], payload[3]]), *at));
            }
            last_was_end = end;
        }
    }
    found
}

#[test]
fn a_comma_pauses_and_digits_keep_their_order_and_length() {
    steady(Deadline::secs(100), || {
        let (ep, peer) = (start(config()), Peer::new());
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (call, _) = up(&ep, &peer, &socket, "0 101");
        let options = DtmfOptions::default().duration(Duration::from_millis(100));
        call.send_dtmf_with("1,2", options).unwrap();
        // Queued behind.
        call.send_dtmf_with("#", options.pause(Duration::ZERO)).unwrap();
        let heard = digits(&rtp(&socket, |p| digits(p).len() == 3));
        assert_eq!(heard.iter().map(|d| d.0).collect::<Vec<_>>(), [1, 2, 11]);
        for (_, samples, _) in &heard {
            assert!((640..=1120).contains(samples), "{samples} samples for 100 ms");
        }
        let pause = heard[1].2 - heard[0].2;
        // The digit's own length, the gap, the comma's second.
        assert!(
            pause >= Duration::from_millis(1100) && pause < Duration::from_millis(2500),
            "{pause:?}"
        );
        let gap = heard[2].2 - heard[1].2;
        assert!(
            gap >= Duration::from_millis(120) && gap < Duration::from_millis(1000),
            "{gap:?}"
        );
        drop(call.hang_up());
        ep.close();
    });
}

#[test]
fn digits_by_info_are_one_request_each_in_both_formats() {
    let (ep, peer) = (start(config()), Peer::new());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut events = ep.events();
    let (call, _) = up(&ep, &peer, &socket, "0 101");
    let options = DtmfOptions::default().duration(Duration::from_millis(250));
    call.send_dtmf_with("5*", options.method(DtmfMethod::Info)).unwrap();
    for key in ["5", "*"] {
        let info = peer.request("INFO");
        assert_eq!(info.header("Content-Type"), Some("application/dtmf-relay"));
        assert_eq!(info.body_text(), format!("Signal={key}\r\nDuration=250\r\n"));
        peer.reply(&info, 200, &[], None);
    }
    call.send_dtmf_with("D", options.method(DtmfMethod::InfoPlain)).unwrap();
    let info = peer.request("INFO");
    assert_eq!(
        (info.header("Content-Type"), info.body_text().as_str()),
        (Some("application/dtmf"), "D")
    );
    peer.reply(&info, 415, &[], None);
    let failed = wait(&mut events, "failure", |e| match e {
        Event::DtmfFailed { digit, error, .. } => Some((digit.as_char(), error.sip_status().unwrap().code())),
        Event::Response { .. } => panic!("digits are no requests of the application"),
        _ => None,
    });
    assert_eq!(failed, ('D', 415));
    drop(call.hang_up());
    ep.close();
}

#[test]
fn in_band_digits_are_tones_in_the_audio() {
    steady(Deadline::secs(100), || {
        let (ep, peer) = (start(config().codecs("PCMU/8000/1").unwrap()), Peer::new());
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        // No telephone-event: automatic choice takes the audio.
        let (call, _) = up(&ep, &peer, &socket, "0");
        assert_eq!(
            call.send_dtmf_with("1", DtmfOptions::default().method(DtmfMethod::RtpEvent))
                .unwrap_err()
                .kind(),
            ErrorKind::Unsupported
        );
        call.send_dtmf("159D*").unwrap();
        // Five digits of 160 ms and gaps of 100 ms, and a while around them.
        let packets = rtp(&socket, |p| p.len() >= 110);
        let samples: Vec<f32> = packets
            .iter()
            .flat_map(|(_, payload, _)| payload.iter().map(|b| f32::from(ulaw(*b)) / 32768.0))
            .collect();
        let found = detect_dtmf(&Audio::new(samples, 8000));
        assert_eq!(found.iter().map(|d| d.digit).collect::<String>(), "159D*");
        for digit in &found {
            let ms = digit.length.as_millis();
            assert!((110..=210).contains(&ms), "{} lasts {ms} ms", digit.digit);
        }
        drop(call.hang_up());
        ep.close();
    });
}

#[test]
fn keys_in_the_audio_are_heard_as_the_same_event() {
    steady(Deadline::secs(100), || {
        let config = config()
            .codecs("PCMA/8000/1")
            .unwrap()
            .dtmf_detection(DtmfDetection::Always);
        let ep = start(config);
        let mut events = ep.events();
        let (out, inn) = connected(&ep);
        let options = DtmfOptions::default()
            .method(DtmfMethod::InBand)
            .duration(Duration::from_millis(120));
        out.send_dtmf_with("36#A", options).unwrap();
        for key in "36#A".chars() {
            let (digit, method, duration) = wait(&mut events, "key", |e| match e {
                Event::Dtmf {
                    call,
                    digit,
                    method,
                    duration,
                } if *call == inn => Some((digit.as_char(), method.name(), duration.unwrap())),
                _ => None,
            });
            assert_eq!((digit, method), (key, "in_band"));
            assert!(
                (80..=160).contains(&duration.as_millis()),
                "{key} was held for {duration:?}"
            );
        }
        out.hang_up().unwrap();
        ep.close();
    });
}

#[test]
fn wrong_settings_and_too_many_digits_are_refused() {
    let (ep, peer) = (start(config()), Peer::new());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (call, _) = up(&ep, &peer, &socket, "0 101");
    let ms = Duration::from_millis;
    for (digits, options) in [
        ("", DtmfOptions::default()),
        ("1x", DtmfOptions::default()),
        ("1", DtmfOptions::default().duration(ms(39))),
        ("1", DtmfOptions::default().gap(ms(5001))),
        ("1", DtmfOptions::default().pause(ms(60_001))),
    ] {
        let error = call.send_dtmf_with(digits, options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    let error = call.send_dtmf(&"1".repeat(257)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitReached);
    drop(call.hang_up());
    assert_eq!(call.send_dtmf("1").unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

/// ITU-T G.711 µ-law to linear.
fn ulaw(byte: u8) -> i16 {
    let b = !byte;
    let magnitude = ((i32::from(b & 0x0f) << 3) + 0x84) << ((b >> 4) & 7);
    let value = magnitude - 0x84;
    (if b & 0x80 != 0 { -value } else { value }) as i16
}
