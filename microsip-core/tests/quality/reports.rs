//! RTCP on the wire, both ways.

use std::time::Duration;

use microsip_core::*;

use crate::line::{BYE, Line, RR, Report, SR, SSRC, Terms, XR, receiver_report, sender, word};
use crate::support::*;

const LONG: Duration = Duration::from_secs(15);

fn xr() -> QualityConfig {
    QualityConfig::new().rtcp_xr(true)
}

#[test]
fn our_reports_say_what_we_sent_and_received() {
    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    let sent = line.burst((1..=400).filter(|n| n % 10 != 5));
    let stats = line.stats_after(sent);
    let (last, line) = line.over();
    // The last report comes with a BYE of RTCP.
    let reports = line.report("our last report", LONG, |all| {
        all.iter().any(|r| r.kind == BYE).then(|| all.to_vec())
    });
    assert!(
        matches!(reports[0].kind, SR | RR),
        "a compound begins with SR or RR: {reports:?}"
    );
    assert!(reports.iter().any(|r| r.kind == 202), "CNAME: {reports:?}");
    let block = reports[0].block().unwrap();
    assert_eq!(word(block), SSRC);
    assert_eq!(word(&block[4..]) & 0x00ff_ffff, 40, "{stats:?}");
    assert_eq!(word(&block[8..]) & 0xffff, 400);
    if reports[0].kind == SR {
        let (packets, bytes) = (word(&reports[0].body[12..]), word(&reports[0].body[16..]));
        assert_eq!(
            (u64::from(packets), u64::from(bytes)),
            (last.sent.packets, last.sent.bytes)
        );
        assert_eq!(bytes, packets * 160);
    }
    assert!(
        !reports.iter().any(|r| r.kind == XR),
        "nobody asked for extended reports"
    );
    assert!(!line.described.body_text().contains("rtcp-xr"));
    assert_eq!(last.xr, XrStats::default());
    ep.close();
}

/// Our first SR that tells of packets sent.
fn first_sr(line: &Line) -> Report {
    line.paced(0..15, &crate::line::SILENCE);
    line.report("an SR", LONG, |all| all.iter().find(|r| r.kind == SR).cloned())
}

#[test]
fn what_the_peer_reports_is_told() {
    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    assert_eq!(line.call.stats().unwrap().round_trip, None);
    let (ssrc, lsr) = sender(&first_sr(&line));
    // It answers after 100 ms and says it took 40 ms: 60 ms were on the way.
    std::thread::sleep(Duration::from_millis(100));
    let report = receiver_report(ssrc, 25, 3, 30, 80, lsr, 40 * 65_536 / 1000);
    line.rtcp.send_to(&report, line.reports).unwrap();
    let stats = wait_reports(&line, 1);
    assert_eq!((stats.sent.lost, stats.sent.reports), (3, 1));
    // 80 ticks of 8 kHz.
    assert_eq!(stats.sent.jitter.last, Duration::from_millis(10));
    let trip = stats.round_trip.unwrap();
    assert!((50..130).contains(&trip.last.as_millis()), "{trip:?}");
    assert_eq!(
        (trip.samples, trip.min, trip.max, trip.mean),
        (1, trip.last, trip.last, trip.last)
    );
    let quality = stats.quality().sent.unwrap();
    let share = 300.0 / stats.sent.packets as f64;
    assert!((quality.loss_percent - share).abs() < 0.01, "{quality:?} {share}");
    assert!(
        quality.delay_ms > 25.0 + 20.0,
        "half the way, its jitter, a packet: {quality:?}"
    );

    // A second one, slower and worse; a value far from the mean is not cut.
    std::thread::sleep(Duration::from_millis(400));
    let report = receiver_report(ssrc, 25, 9, 60, 240, lsr, 40 * 65_536 / 1000);
    line.rtcp.send_to(&report, line.reports).unwrap();
    let stats = wait_reports(&line, 2);
    let second = stats.round_trip.unwrap();
    assert_eq!(stats.sent.lost, 9);
    assert!((440..620).contains(&second.last.as_millis()), "{second:?}");
    assert_eq!((second.samples, second.min, second.max), (2, trip.last, second.last));
    assert_eq!(stats.sent.jitter.max, Duration::from_millis(30));

    // More came than was sent, for some came twice: less than nothing was lost (RFC 3550 §6.4.1).
    let report = receiver_report(ssrc, 0, -2, 90, 0, 0, 0);
    line.rtcp.send_to(&report, line.reports).unwrap();
    assert_eq!(wait_reports(&line, 3).sent.lost, 0);
    ep.close();
}

fn wait_reports(line: &Line, count: u64) -> StreamStats {
    microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "the report", || {
        line.call.stats().ok().filter(|s| s.sent.reports >= count)
    })
    .unwrap()
}

#[test]
fn losses_the_peer_reports_go_on_over_streams() {
    let ep = start(config().codecs("PCMU PCMA").unwrap());
    let mut line = Line::calling(&ep);
    let (ssrc, _) = sender(&first_sr(&line));
    let tell = |line: &Line, lost| {
        let report = receiver_report(ssrc, 0, lost, 30, 0, 0, 0);
        line.rtcp.send_to(&report, line.reports).unwrap();
    };
    tell(&line, 5);
    assert_eq!(wait_reports(&line, 1).sent.lost, 5);
    let terms = Terms {
        formats: "8 101",
        attributes: "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n".into(),
        ..Terms::default()
    };
    let sdp = terms.sdp(2, &line.rtp, &line.rtcp);
    line.reinvite(&sdp);
    microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "the new stream", || {
        line.call.stats().ok().filter(|s| s.streams == 2)
    })
    .unwrap();
    // Our SSRC is the same, and the peer counts on.
    tell(&line, 8);
    assert_eq!(wait_reports(&line, 2).sent.lost, 8);
    // Or it begins anew.
    tell(&line, 2);
    assert_eq!(wait_reports(&line, 3).sent.lost, 5 + 2);
    ep.close();
}

/// The blocks of an XR packet, by type (RFC 3611 §3).
fn blocks(report: &Report) -> Vec<(u8, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = &report.body[..];
    while rest.len() >= 4 {
        let length = 4 * usize::from(u16::from_be_bytes([rest[2], rest[3]])) + 4;
        found.push((rest[0], rest[..length].to_vec()));
        rest = &rest[length..];
    }
    found
}

#[test]
fn extended_reports_have_loss_bursts_r_factor_and_mos() {
    let ep = start(config().codecs("PCMU").unwrap().quality(xr()));
    let line = Line::calling(&ep);
    let offer = line.described.body_text();
    assert!(
        offer.contains("a=rtcp-xr:rcvr-rtt=all stat-summary=loss,dup,jitt voip-metrics\r\n"),
        "{offer}"
    );
    let sent = line.burst((0..=400).filter(|n| n % 10 != 5));
    line.stats_after(sent);
    let (last, line) = line.over();
    let packet = line.report("an XR", LONG, |all| all.iter().find(|r| r.kind == XR).cloned());
    let blocks = blocks(&packet);
    let block = |kind| &blocks.iter().find(|(k, _)| *k == kind).unwrap().1;
    // Receiver reference time, statistics summary, VoIP metrics.
    assert_eq!(block(4).len(), 12);
    let summary = block(6);
    assert_eq!(word(&summary[4..]), SSRC);
    let range = (
        u16::from_be_bytes([summary[8], summary[9]]),
        u16::from_be_bytes([summary[10], summary[11]]),
    );
    assert!(
        range.0 <= 2 && range.1 == 401,
        "the end is one past the last: {range:?}"
    );
    let voip = block(7);
    assert_eq!((voip.len(), word(&voip[4..])), (36, SSRC));
    // 10 % in 256ths.
    assert!((25..=26).contains(&voip[8]), "loss rate {}", voip[8]);
    assert_eq!(voip[9], 0, "discard rate");
    let (r, ext, mos_lq, mos_cq) = (voip[24], voip[25], voip[26], voip[27]);
    assert!(
        (55..70).contains(&r) && (28..37).contains(&mos_lq) && mos_cq <= mos_lq,
        "{voip:?}"
    );
    assert_eq!((ext, voip[22]), (127, 127), "not known: another network, echo");
    assert_eq!(voip[23], 16, "Gmin");
    // The same in our statistics.
    let local = last.xr.local.unwrap();
    assert_eq!(local.r_factor, Some(r));
    assert_eq!(local.mos_listening, Some(f64::from(mos_lq) / 10.0));
    assert!((local.loss_rate - f64::from(voip[8]) / 256.0).abs() < 1e-9);
    assert_eq!(
        (local.gmin, local.external_r_factor, local.echo_return_loss_db),
        (16, None, None)
    );
    ep.close();
}

#[test]
fn metrics_of_the_peer_are_read() {
    let ep = start(config().codecs("PCMU").unwrap().quality(xr()));
    let line = Line::calling(&ep);
    let (ssrc, _) = sender(&first_sr(&line));
    let mut packet = receiver_report(ssrc, 0, 0, 30, 0, 0, 0);
    packet.extend([0x80, XR, 0, 10]);
    packet.extend(SSRC.to_be_bytes());
    packet.extend([7, 0, 0, 8]);
    packet.extend(ssrc.to_be_bytes());
    // Loss, discard, burst and gap density; burst and gap duration, round trip, end system delay.
    packet.extend([26, 13, 128, 2]);
    for ms in [120_u16, 4000, 70, 90] {
        packet.extend(ms.to_be_bytes());
    }
    // Signal and noise level, RERL, Gmin; R, external R, MOS-LQ, MOS-CQ.
    packet.extend([(-20_i8) as u8, (-65_i8) as u8, 55, 16, 81, 127, 40, 38]);
    packet.extend([0b1111_0111, 0]);
    for ms in [60_u16, 80, 200] {
        packet.extend(ms.to_be_bytes());
    }
    line.rtcp.send_to(&packet, line.reports).unwrap();
    let stats = microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "the metrics", || {
        line.call.stats().ok().filter(|s| s.xr.remote.is_some())
    })
    .unwrap();
    let remote = stats.xr.remote.unwrap();
    let ms = Duration::from_millis;
    assert_eq!(
        (remote.loss_rate, remote.discard_rate, remote.burst_density),
        (26.0 / 256.0, 13.0 / 256.0, 0.5)
    );
    assert_eq!((remote.burst_duration, remote.gap_duration), (ms(120), ms(4000)));
    assert_eq!((remote.round_trip, remote.end_system_delay), (ms(70), ms(90)));
    assert_eq!(
        (
            remote.signal_level_dbm0,
            remote.noise_level_dbm0,
            remote.echo_return_loss_db
        ),
        (Some(-20), Some(-65), Some(55))
    );
    assert_eq!((remote.r_factor, remote.external_r_factor), (Some(81), None));
    assert_eq!(
        (remote.mos_listening, remote.mos_conversational),
        (Some(4.0), Some(3.8))
    );
    assert_eq!(
        (
            remote.jitter_buffer_nominal,
            remote.jitter_buffer_maximum,
            remote.jitter_buffer_absolute_maximum
        ),
        (ms(60), ms(80), ms(200))
    );
    assert_eq!(remote.receiver_configuration, 0b1111_0111);
    // What it hears is rated by it: loss and discards, its jitter buffer.
    let quality = stats.quality().sent.unwrap();
    assert!(
        (quality.loss_percent - 100.0 * 39.0 / 256.0).abs() < 0.01,
        "{quality:?}"
    );
    assert!(quality.delay_ms >= 80.0, "{quality:?}");
    ep.close();
}

#[test]
fn broken_reports_change_nothing() {
    let ep = start(config().codecs("PCMU").unwrap().quality(xr()));
    let line = Line::calling(&ep);
    let (ssrc, _) = sender(&first_sr(&line));
    let good = {
        let mut packet = receiver_report(ssrc, 0, 0, 30, 0, 0, 0);
        packet.extend([0x80, XR, 0, 10]);
        packet.extend(SSRC.to_be_bytes());
        packet.extend([7, 0, 0, 8]);
        packet.extend([0; 32]);
        packet
    };
    for cut in 0..good.len() {
        line.rtcp.send_to(&good[..cut], line.reports).unwrap();
        std::thread::sleep(Duration::from_micros(300));
    }
    // Lengths that lie.
    for (place, value) in [
        (2, 0xff),
        (3, 0xff),
        (34, 0xff),
        (35, 0),
        (35, 200),
        (43, 0xff),
        (43, 0),
        (42, 0xff),
    ] {
        let mut packet = good.clone();
        packet[place] = value;
        line.rtcp.send_to(&packet, line.reports).unwrap();
        std::thread::sleep(Duration::from_micros(300));
    }
    line.rtcp
        .send_to(&receiver_report(ssrc, 0, 77, 30, 0, 0, 0), line.reports)
        .unwrap();
    microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "the last report", || {
        line.call.stats().ok().filter(|s| s.sent.lost == 77)
    })
    .unwrap();
    ep.close();
}

#[test]
fn extended_reports_are_set_for_endpoint_account_and_call() {
    let ep = start(config().codecs("PCMU").unwrap());
    let add = |name: &str, yes: Option<bool>| {
        let mut config = AccountConfig::new(ep.uri(name));
        config.rtcp_xr = yes;
        ep.endpoint.add_account(config).unwrap()
    };
    let (plain, with) = (add("1001", None), add("1002", Some(true)));
    let offers = |account: &Account, options: CallOptions| {
        let peer = peer::Peer::new();
        let call = account.call_with(&peer.uri("bob"), options).unwrap();
        let invite = peer.request("INVITE");
        peer.reply(&invite, 486, &[], None);
        call.wait_for(CallState::Disconnected, SOON).unwrap();
        invite.body_text().contains("a=rtcp-xr:")
    };
    assert!(!offers(&plain, CallOptions::new()));
    assert!(offers(&plain, CallOptions::new().rtcp_xr(true)));
    assert!(offers(&with, CallOptions::new()));
    assert!(!offers(&with, CallOptions::new().rtcp_xr(false)));
    with.modify(AccountConfig::new(ep.uri("1002"))).unwrap();
    assert!(!offers(&with, CallOptions::new()));
    ep.close();

    // An answer of ours, and what is sent in the end.
    let ep = start(config().codecs("PCMU").unwrap());
    for yes in [true, false] {
        let line = Line::called(&ep, AnswerOptions::new().rtcp_xr(yes), &Terms::default());
        assert_eq!(line.described.body_text().contains("a=rtcp-xr:"), yes);
        let sent = line.burst(0..50);
        line.stats_after(sent);
        let (_, line) = line.over();
        // PJSUA says BYE twice; the second time with everything.
        let (mut byes, mut extended) = (0, 0);
        while byes < 2 {
            extended += line.report("the last reports", LONG, |all| {
                byes += usize::from(all.iter().any(|r| r.kind == BYE));
                Some(all.iter().filter(|r| r.kind == XR).count())
            });
        }
        assert_eq!(extended > 0, yes);
    }
    ep.close();
}

#[test]
fn extended_reports_come_as_often_as_they_are_asked_for() {
    let quality = xr().rtcp_xr_interval(Duration::from_secs(1));
    let ep = start(config().codecs("PCMU").unwrap().quality(quality));
    let line = Line::calling(&ep);
    let sent = line.burst(0..50);
    line.stats_after(sent);
    // With the second report at the latest; PJMEDIA's own pause would be 13 s more at times.
    line.report("an XR of a call that goes on", LONG, |all| {
        all.iter().find(|r| r.kind == XR).cloned()
    });
    assert!(line.call.stats().unwrap().xr.local.is_some());
    ep.close();
}
