//! What is counted is what the peer did.

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::audio::tone;

use crate::line::{Line, SILENCE, Terms};
use crate::support::*;

#[test]
fn every_tenth_packet_dropped_is_ten_per_cent_lost() {
    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    // The last number is sent, so that the one before is known to be missing.
    let sent = line.burst((0..=1000).filter(|n| n % 10 != 5));
    let live = line.stats_after(sent);
    let received = live.received;
    assert_eq!((received.packets, received.expected, received.lost), (901, 1001, 100));
    assert_eq!(received.bytes, 901 * 160);
    assert!((received.loss_ratio() - 100.0 / 1001.0).abs() < 1e-9);
    assert_eq!((received.duplicated, received.reordered), (0, 0));
    let bursts = received.bursts.unwrap();
    assert_eq!((bursts.events, bursts.longest, bursts.ratio), (100, 1, 1.0));
    // A codec with concealment, 10 % lost: R = 93.2 − 95·10/(10 + 25.1) and some delay.
    let quality = live.quality().received.unwrap();
    assert!((60.0..67.0).contains(&quality.r_factor), "{quality:?}");
    assert!((quality.loss_percent - 9.99).abs() < 0.05 && quality.mos_listening >= quality.mos_conversational);
    assert!((3.0..3.5).contains(&quality.mos_listening), "{quality:?}");
    assert_eq!(live.codec.as_ref().unwrap().to_string(), "PCMU/8000/1");
    assert_eq!(
        (live.payload_type, live.streams, live.packet_time.as_millis()),
        (Some(0), 1, 20)
    );
    let (last, _) = line.over();
    assert_eq!((last.received.packets, last.received.lost), (901, 100));
    assert!(last.duration >= Duration::from_millis(600), "{last:?}");
    ep.close();
}

#[test]
fn losses_in_a_row_are_a_burst_and_cost_more() {
    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    let sent = line.burst((0..=1000).filter(|n| n % 100 >= 10 || *n < 10));
    let stats = line.stats_after(sent);
    let bursts = stats.received.bursts.unwrap();
    // The tenth burst is cut: packet 1000 begins it and was dropped, so it is not known of.
    assert_eq!((stats.received.lost, bursts.events, bursts.longest), (90, 9, 10));
    assert!(bursts.density > 0.9 && bursts.gap_density < 0.01, "{bursts:?}");
    assert!((bursts.duration.as_millis() as i64 - 200).abs() <= 20, "{bursts:?}");
    assert!((9.0..9.2).contains(&bursts.ratio), "{bursts:?}");
    let spread = {
        let other = Line::calling(&ep);
        let sent = other.burst((0..1000).filter(|n| n % 11 != 5));
        other.stats_after(sent).quality().received.unwrap()
    };
    let together = stats.quality().received.unwrap();
    assert!(together.r_factor < spread.r_factor - 3.0, "{together:?} {spread:?}");
    ep.close();
}

#[test]
fn duplicates_and_swaps_are_counted_and_are_no_loss() {
    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    let mut numbers = Vec::new();
    for n in 0..=500 {
        match n % 25 {
            // Two change places.
            7 => numbers.push(n + 1),
            8 => numbers.push(n - 1),
            // One comes twice.
            15 => numbers.extend([n, n]),
            _ => numbers.push(n),
        }
    }
    let sent = line.burst(numbers);
    let received = line.stats_after(sent).received;
    assert_eq!((received.packets, received.expected, received.lost), (521, 501, 0));
    assert_eq!((received.duplicated, received.reordered), (20, 20));
    assert_eq!(received.bursts.unwrap().events, 0);
    ep.close();
}

#[test]
fn heavy_jitter_is_what_rfc_3550_says() {
    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    // Packets leave by turns in time and up to 16 ms late.
    let pattern = [0_u64, 4, 0, 16, 8, 0, 12, 2];
    let from = Instant::now();
    let mut left = Vec::new();
    for n in 0..300_u32 {
        let due = Duration::from_millis(20 * u64::from(n) + pattern[n as usize % pattern.len()]);
        std::thread::sleep((from + due).saturating_duration_since(Instant::now()));
        left.push(from.elapsed());
        line.packet(n, &SILENCE);
    }
    let stats = line.stats_after(300);
    // J += (|D| − J)/16 with D from when they really left; the network between is this machine's.
    let mut jitter = 0.0_f64;
    let mut values = Vec::new();
    for n in 1..300 {
        let d = (left[n] - left[n - 1]).as_secs_f64() - 0.020;
        jitter += (d.abs() - jitter) / 16.0;
        if n > 60 {
            values.push(jitter);
        }
    }
    let ours = stats.received.jitter;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let near = |a: Duration, b: f64| (a.as_secs_f64() - b).abs() < 0.002;
    assert!(near(ours.last, jitter), "{ours:?}, and it is {jitter}");
    assert!(near(ours.mean, mean), "{ours:?}, and it is {mean}");
    assert!(ours.max >= ours.mean && ours.mean >= ours.min && ours.samples > 250);
    assert!(ours.last > Duration::from_millis(5), "{ours:?}");
    ep.close();
}

#[test]
fn heavy_levels_are_those_of_the_tone() {
    // Watching listens, or nothing would be decoded.
    let quality = QualityConfig::new().watch_audio(Duration::from_secs(60));
    let ep = start(config().codecs("PCMU").unwrap().quality(quality));
    let line = Line::calling(&ep);
    let coded: Vec<u8> = tone(500.0, -10.0, Duration::from_millis(200), 8000).samples[800..960]
        .iter()
        .map(|s| ulaw((s * 32767.0) as i16))
        .collect();
    line.paced(0..100, &coded);
    let stats = line.stats_after(100);
    let level = stats.received.level.unwrap();
    // A sine of −10 dBFS has −13.0 dBov.
    assert!((level.recent_dbov + 13.0).abs() < 0.6, "{level:?}");
    assert!((level.peak_dbov + 10.0).abs() < 0.5, "{level:?}");
    assert!(level.mean_dbov < level.recent_dbov + 0.1 && level.silent_for < Duration::from_millis(200));
    // We have nothing to say and send silence.
    let sent = stats.sent.level.unwrap();
    assert_eq!((sent.mean_dbov, sent.peak_dbov), (-96.0, -96.0));
    assert!(sent.silent_for > Duration::from_secs(1), "{sent:?}");
    // And nothing at all is known of what nobody hears.
    let deaf = Line::called(&ep, AnswerOptions::new(), &Terms::default());
    deaf.packet(0, &coded);
    drop(deaf.stats_after(1));
    ep.close();

    let ep = start(config().codecs("PCMU").unwrap());
    let line = Line::calling(&ep);
    line.paced(0..50, &coded);
    let stats = line.stats_after(50);
    assert_eq!(stats.received.level, None);
    // Thrown away unheard, which is nobody's fault.
    assert_eq!(stats.jitter_buffer.discarded(), 0, "{:?}", stats.jitter_buffer);
    ep.close();
}

/// G.711 µ-law.
fn ulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = (i32::from(sample).abs().min(32_635)) + 0x84;
    let exponent = (24 - (magnitude as u32).leading_zeros()).min(7);
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent as i32) << 4 | mantissa) as u8
}

#[test]
fn statistics_add_up_over_the_streams_of_a_call() {
    let ep = start(config().codecs("PCMU PCMA").unwrap());
    let mut line = Line::calling(&ep);
    let sent = line.burst((0..=200).filter(|n| n % 20 != 5));
    let first = line.stats_after(sent);
    assert_eq!((first.received.lost, first.streams), (10, 1));
    // Another codec: PJSUA ends the stream and makes a new one.
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
    // What ended is in the snapshot as well.
    assert_eq!(line.call.info().stats.as_ref().unwrap().received.packets, sent);
    for n in (5000..=5100_u32).filter(|n| n % 10 != 5) {
        line.packet_of(8, n, &SILENCE);
        std::thread::sleep(Duration::from_micros(700));
    }
    let both = line.stats_after(sent + 91);
    assert_eq!(both.codec.as_ref().unwrap().to_string(), "PCMA/8000/1");
    assert_eq!(both.payload_type, Some(8));
    assert_eq!((both.received.packets, both.received.lost), (sent + 91, 20));
    assert_eq!(both.received.expected, 201 + 101);
    assert_eq!(both.received.bursts.unwrap().events, 20);
    assert!(both.sent.packets >= first.sent.packets && both.duration > first.duration);
    let (last, _) = line.over();
    assert_eq!(
        (last.received.packets, last.received.lost, last.streams),
        (sent + 91, 20, 2)
    );
    ep.close();
}
