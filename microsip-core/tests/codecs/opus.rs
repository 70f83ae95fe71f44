//! Opus as both descriptions say (RFC 7587), seen in the packets.

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::tone;
use microsip_testkit::dir::TestDir;

use crate::listener::{Listener, Packet, call_out, opus_format};
use crate::speech;
use crate::support::peer::Peer;
use crate::support::*;

/// What `config` says about Opus by default, at this bridge rate.
fn said(config: EndpointConfig, options: CallOptions) -> String {
    let ep = start(config);
    let peer = Peer::new();
    ep.local("1001").call_with(&peer.uri("bob"), options).unwrap();
    let offer = crate::listener::body(&peer.request("INVITE"));
    ep.close();
    opus_format(&offer)
}

#[test]
fn settings_of_endpoint_account_and_call_are_in_the_offer() {
    let opus = || config().codecs("opus PCMU").unwrap();
    let plain = CallOptions::new;
    assert_eq!(
        said(opus(), plain()),
        "maxplaybackrate=16000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=1"
    );
    assert_eq!(
        said(opus().bridge_rate(48_000), plain()),
        "stereo=0;sprop-stereo=0;useinbandfec=1"
    );
    assert_eq!(
        said(opus().bridge_rate(8000), plain()),
        "maxplaybackrate=8000;sprop-maxcapturerate=8000;stereo=0;sprop-stereo=0;useinbandfec=1"
    );
    let all = OpusOptions::new()
        .bit_rate(24_000)
        .fec(false)
        .dtx(true)
        .cbr(true)
        .stereo(true)
        .max_playback_rate(12_000);
    let text = "maxplaybackrate=12000;sprop-maxcapturerate=12000;maxaveragebitrate=24000;stereo=1;sprop-stereo=0;cbr=1;usedtx=1";
    assert_eq!(said(opus().opus(all), plain()), text);
    assert_eq!(said(opus(), plain().opus(all)), text);

    let ep = start(opus().opus(all));
    let peer = Peer::new();
    let account = AccountConfig::new(ep.uri("1001")).opus(OpusOptions::new().max_playback_rate(48_000));
    ep.add_account(account).unwrap().call(&peer.uri("bob")).unwrap();
    let offer = crate::listener::body(&peer.request("INVITE"));
    assert_eq!(opus_format(&offer), "stereo=0;sprop-stereo=0;useinbandfec=1");
    assert!(offer.contains(" opus/48000/2\r\n"), "whatever it runs at: {offer}");
    ep.close();
}

#[test]
fn an_answer_says_what_it_was_told_and_takes_the_callers_payload_type() {
    let ep = start(config().codecs("opus PCMU").unwrap());
    ep.local("1001");
    let (peer, rtp) = (Peer::new(), Listener::new());
    let offer = rtp.sdp(
        "111 0",
        &["rtpmap:111 opus/48000/2", "fmtp:111 minptime=10;useinbandfec=1"],
    );
    let (call, _) = crate::listener::call_in(&ep, &peer, "a", Some(&offer));
    let options = AnswerOptions::new().opus(OpusOptions::new().bit_rate(20_000).max_playback_rate(48_000));
    call.answer_with(StatusCode::OK, options.ptime(Duration::from_millis(40)))
        .unwrap();
    let answer = crate::listener::body(&peer.response(200, "INVITE"));
    assert!(answer.contains("a=rtpmap:111 opus/48000/2\r\n"), "{answer}");
    assert_eq!(
        opus_format(&answer),
        "maxaveragebitrate=20000;stereo=0;sprop-stereo=0;useinbandfec=1"
    );
    assert!(answer.contains("a=ptime:40\r\n"), "{answer}");
    ep.close();
}

/// Packets of speech, or of silence, sent to a peer that says this about Opus.
fn sent(endpoint: EndpointConfig, options: CallOptions, format: &str, silence: bool) -> Vec<Packet> {
    let ep = start(
        endpoint
            .codecs("opus")
            .unwrap()
            .close_timeout(Duration::from_millis(100)),
    );
    ep.local("1001");
    let (peer, rtp) = (Peer::new(), Listener::new());
    let mut attributes = vec!["rtpmap:96 opus/48000/2".to_owned()];
    if !format.is_empty() {
        attributes.push(format!("fmtp:96 {format}"));
    }
    let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
    let (call, _) = call_out(&ep, &peer, options, &rtp.sdp("96", &attributes));
    let dir = TestDir::new("sent").unwrap();
    let file = dir.join("quiet.wav");
    let player = if silence {
        tone(440.0, -90.0, Duration::from_secs(5), 16_000)
            .write_wav(&file)
            .unwrap();
        call.play(&file, PlayOptions::default()).unwrap()
    } else {
        call.play(speech(), PlayOptions::default()).unwrap()
    };
    // Silence suppression is off in the first 600 ms.
    rtp.listen(Duration::from_millis(1000));
    let packets = rtp.listen(Duration::from_secs(3));
    player.stop().unwrap();
    ep.close();
    packets
}

fn plain(format: &str) -> Vec<Packet> {
    sent(config(), CallOptions::new(), format, false)
}

/// Payload bits per second, of packets of 20 ms.
fn bit_rate(packets: &[Packet]) -> f64 {
    packets.iter().map(|p| p.payload.len()).sum::<usize>() as f64 * 8.0 / (packets.len() as f64 * 0.02)
}

/// The widest band in the packets, by the configuration numbers of RFC 6716 §3.1: 0 narrow, 1 medium, 2 wide, 3 super-wide, 4 full.
fn widest(packets: &[Packet]) -> u8 {
    let band = |p: &Packet| match p.payload[0] >> 3 {
        0..=3 | 16..=19 => 0,
        4..=7 => 1,
        8..=11 | 20..=23 => 2,
        12..=13 | 24..=27 => 3,
        _ => 4,
    };
    packets.iter().map(band).max().unwrap()
}

/// How many packets have a copy of the one before: the LBRR flag behind the VAD flag, of SILK in one channel and 20 ms
/// (RFC 6716 §4.2.3).
fn with_copy(packets: &[Packet]) -> f64 {
    let silk: Vec<_> = packets
        .iter()
        .filter(|p| p.payload[0] >> 3 < 16 && p.payload.len() > 2)
        .collect();
    silk.iter().filter(|p| p.payload[1] & 0x40 != 0).count() as f64 / silk.len().max(1) as f64
}

#[test]
fn heavy_the_bit_rate_is_the_lower_of_both_wishes() {
    let usual = bit_rate(&plain(""));
    assert!(
        (14_000.0..26_000.0).contains(&usual),
        "{usual}: Opus' own choice at 16 kHz"
    );
    let low = bit_rate(&plain("maxaveragebitrate=10000"));
    assert!((6000.0..12_500.0).contains(&low), "{low}: the peer's wish");
    let own = CallOptions::new().opus(OpusOptions::new().bit_rate(40_000));
    let high = bit_rate(&sent(config(), own.clone(), "", false));
    assert!((30_000.0..48_000.0).contains(&high), "{high}: ours");
    let both = bit_rate(&sent(config(), own, "maxaveragebitrate=12000", false));
    assert!((8000.0..15_000.0).contains(&both), "{both}: the lower one");
    // A limit above what Opus takes by itself does not make it take more.
    let lifted = bit_rate(&plain("maxaveragebitrate=200000"));
    assert!((lifted / usual - 1.0).abs() < 0.2, "{lifted} and {usual}");
}

#[test]
fn heavy_constant_bit_rate_is_done_for_either_side() {
    let sizes = |packets: &[Packet]| {
        let mut sizes: Vec<usize> = packets.iter().map(|p| p.payload.len()).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes.len()
    };
    assert!(sizes(&plain("")) > 10);
    assert_eq!(sizes(&plain("cbr=1")), 1);
    let own = CallOptions::new().opus(OpusOptions::new().cbr(true).bit_rate(20_000));
    assert_eq!(sizes(&sent(config(), own, "", false)), 1);
}

#[test]
fn heavy_copies_are_sent_to_peers_that_want_them_if_we_do() {
    assert!(with_copy(&plain("useinbandfec=1")) > 0.3);
    assert_eq!(with_copy(&plain("")), 0.0, "the peer did not ask");
    let without = CallOptions::new().opus(OpusOptions::new().fec(false));
    assert_eq!(
        with_copy(&sent(config(), without, "useinbandfec=1", false)),
        0.0,
        "we do not"
    );
    let lossless = CallOptions::new().opus(OpusOptions::new().expected_loss(0));
    assert_eq!(
        with_copy(&sent(config(), lossless, "useinbandfec=1", false)),
        0.0,
        "no loss is expected"
    );
}

#[test]
fn heavy_silence_is_left_out_where_either_side_wants_it() {
    let count = |own: bool, format: &str| {
        let options = CallOptions::new().opus(OpusOptions::new().dtx(own));
        sent(config(), options, format, true).len()
    };
    let all = count(false, "");
    assert!((140..=155).contains(&all), "{all}: fifty a second");
    for (own, format) in [(true, ""), (false, "usedtx=1")] {
        let few = count(own, format);
        // One in 400 ms keeps the way open.
        assert!((4..40).contains(&few), "{own} {format:?}: {few}");
    }
    assert!(count(true, "usedtx=0") > 140, "the peer would rather not");
}

#[test]
fn heavy_nothing_is_sent_that_the_peer_does_not_play() {
    let wide = |rate: u32, format: &str| {
        let options = CallOptions::new().opus(OpusOptions::new().bit_rate(64_000));
        widest(&sent(config().bridge_rate(rate), options, format, false))
    };
    assert_eq!(wide(48_000, ""), 4);
    assert_eq!(wide(16_000, ""), 2, "our bridge has no more");
    assert_eq!(wide(48_000, "maxplaybackrate=8000"), 0);
    assert_eq!(wide(48_000, "maxplaybackrate=16000"), 2);
    // No rate of Opus, but one that a peer may play.
    assert_eq!(wide(48_000, "maxplaybackrate=44100"), 4);
    assert_eq!(wide(48_000, "maxplaybackrate=11025"), 1);
}

#[test]
fn heavy_packets_are_as_long_as_the_peer_asks_or_as_we_do() {
    let steps = |packets: &[Packet]| {
        let pairs = packets.windows(2).filter(|w| w[1].seq == w[0].seq.wrapping_add(1));
        let steps: std::collections::BTreeSet<u32> = pairs.map(|w| w[1].timestamp - w[0].timestamp).collect();
        steps.into_iter().collect::<Vec<_>>()
    };
    // RTP counts at 48 kHz, whatever the coder runs at (RFC 7587 §4.1).
    assert_eq!(steps(&plain("")), [960]);
    let own = CallOptions::new().ptime(Duration::from_millis(60));
    assert_eq!(steps(&sent(config(), own, "", false)), [2880]);
    assert_eq!(
        steps(&sent(
            config().ptime(Duration::from_millis(40)),
            CallOptions::new(),
            "",
            false
        )),
        [1920]
    );
}

#[test]
fn heavy_g711_packets_follow_ptime_and_never_outgrow_the_buffer() {
    let sent = |own: Option<u64>, ptime: &str| {
        let ep = start(
            config()
                .codecs("PCMU")
                .unwrap()
                .close_timeout(Duration::from_millis(100)),
        );
        ep.local("1001");
        let (peer, rtp) = (Peer::new(), Listener::new());
        let attributes: Vec<&str> = [ptime].into_iter().filter(|a| !a.is_empty()).collect();
        let mut options = CallOptions::new();
        options.ptime = own.map(Duration::from_millis);
        let (_call, offer) = call_out(&ep, &peer, options, &rtp.sdp("0", &attributes));
        rtp.listen(Duration::from_millis(300));
        let packets = rtp.listen(Duration::from_millis(700));
        ep.close();
        let lengths: std::collections::BTreeSet<usize> = packets.iter().map(|p| p.payload.len()).collect();
        (offer.contains("a=ptime"), lengths.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(sent(None, ""), (false, vec![160]));
    assert_eq!(sent(None, "ptime:30"), (false, vec![240]));
    assert_eq!(sent(Some(60), ""), (true, vec![480]));
    assert_eq!(sent(Some(60), "ptime:10"), (true, vec![80]));
    // PJMEDIA coded 200 ms into a buffer that was too small, and sent nothing.
    assert_eq!(sent(None, "ptime:200"), (false, vec![960]));
}
