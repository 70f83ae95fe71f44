//! The jitter buffer does as it is told.

use std::time::{Duration, Instant};

use microsip_core::*;

use crate::line::{Line, SILENCE, Terms};
use crate::support::*;

const MS: Duration = Duration::from_millis(1);

/// Somebody listens, and G.711 only: frames of 10 ms.
fn with(buffer: JitterBuffer) -> EndpointConfig {
    let quality = QualityConfig::new()
        .jitter_buffer(buffer)
        .watch_audio(Duration::from_secs(60));
    config().codecs("PCMU").unwrap().quality(quality)
}

/// A peer whose every tenth packet is on its way for so much longer; what our buffer made of it.
fn delayed(line: &Line, late_by: Duration) -> StreamStats {
    let from = Instant::now();
    let mut queue: Vec<(Duration, u32)> = (0..250_u32)
        .map(|n| {
            let late = if n % 10 == 5 && n > 20 { late_by } else { Duration::ZERO };
            (MS * 20 * n + late, n)
        })
        .collect();
    queue.sort();
    for (due, number) in queue {
        std::thread::sleep((from + due).saturating_duration_since(Instant::now()));
        line.packet(number, &SILENCE);
    }
    line.stats_after(250)
}

#[test]
fn heavy_late_packets_are_played_by_a_long_buffer_and_dropped_by_a_short_one() {
    let mut seen = Vec::new();
    for delay in [40, 200] {
        let ep = start(with(JitterBuffer::fixed(MS * delay)));
        let line = Line::calling(&ep);
        let stats = delayed(&line, MS * 120);
        seen.push(stats);
        ep.close();
    }
    let [short, long] = &seen[..] else { unreachable!() };
    // 23 packets of two frames each came 120 ms late.
    let late = |s: &StreamStats| s.jitter_buffer.late;
    assert!((30..=46).contains(&late(short)), "{:?}", short.jitter_buffer);
    assert!(late(long) <= 4, "{:?}", long.jitter_buffer);
    assert!(
        short.received.discarded >= 15 && long.received.discarded <= 2,
        "{short:?} {long:?}"
    );
    assert!(short.jitter_buffer.delay_mean < MS * 120, "{:?}", short.jitter_buffer);
    assert!(long.jitter_buffer.delay_mean >= MS * 140, "{:?}", long.jitter_buffer);
    assert_eq!((short.jitter_buffer.prefetch, long.jitter_buffer.prefetch), (4, 20));
    assert_eq!(short.jitter_buffer.frame, MS * 10);
    // Nothing was lost on the way, all was reordered; and yet the short one is heard worse.
    assert_eq!((short.received.lost, long.received.lost), (0, 0));
    assert!((20..=23).contains(&short.received.reordered), "{short:?}");
    let mos = |s: &StreamStats| s.quality().received.unwrap().mos_listening;
    assert!(mos(short) < mos(long) - 0.3, "{} {}", mos(short), mos(long));
    // But the long one is slower.
    let delay = |s: &StreamStats| s.quality().received.unwrap().delay_ms;
    assert!(delay(long) > delay(short) + 60.0);
}

#[test]
fn heavy_a_full_buffer_drops_the_oldest() {
    let ep = start(with(JitterBuffer::adaptive().capacity(MS * 100).initial(MS * 40)));
    let line = Line::calling(&ep);
    line.paced(0..50, &SILENCE);
    let before = line.stats_after(50).jitter_buffer;
    assert_eq!(before.capacity, 10);
    // A whole second at once.
    for number in 50..100 {
        line.packet(number, &SILENCE);
    }
    let stats = line.stats_after(100);
    assert!(stats.jitter_buffer.overflow >= 60, "{:?}", stats.jitter_buffer);
    assert!(stats.jitter_buffer.delay_max <= MS * 100, "{:?}", stats.jitter_buffer);
    // They were not lost on the way, but nobody heard them.
    assert_eq!(stats.received.lost, 0);
    assert!(stats.quality().received.unwrap().loss_percent > 25.0);
    ep.close();
}

#[test]
fn calls_have_buffers_of_their_own() {
    let ep = start(with(JitterBuffer::fixed(MS * 60)));
    let of = |line: &Line| {
        line.packet(0, &SILENCE);
        let buffer = line.stats_after(1).jitter_buffer;
        (buffer.prefetch_min, buffer.prefetch_max, buffer.capacity)
    };
    let line = Line::calling(&ep);
    assert_eq!(of(&line), (6, 6, 50));
    let long = JitterBuffer::adaptive()
        .minimum(MS * 100)
        .maximum(MS * 300)
        .capacity(MS * 400);
    let options = CallOptions::new().jitter_buffer(long);
    let line = Line::calling_with(&ep, options, &Terms::default());
    assert_eq!(of(&line), (10, 30, 40));
    let answer = AnswerOptions::new().jitter_buffer(JitterBuffer::fixed(MS * 20).discard(JitterDiscard::Slow));
    let mut line = Line::called(&ep, answer, &Terms::default());
    assert_eq!(of(&line), (2, 2, 50));
    // And keep them when a re-INVITE makes a new stream.
    let sdp = Terms {
        extra: "a=ptime:40\r\na=sendonly\r\n".into(),
        ..Terms::default()
    }
    .sdp(2, &line.rtp, &line.rtcp);
    line.reinvite(&sdp);
    microsip_testkit::wait_until(microsip_testkit::Deadline::after(SOON), "the new stream", || {
        line.call.stats().ok().filter(|s| s.streams == 2)
    })
    .unwrap();
    let buffer = line.call.stats().unwrap().jitter_buffer;
    assert_eq!((buffer.prefetch_min, buffer.prefetch_max), (2, 2));
    ep.close();
}

#[test]
fn wrong_settings_are_refused_before_anything_is_sent() {
    let wrong = JitterBuffer::adaptive().minimum(MS * 300).maximum(MS * 100);
    let refused = |result: Result<()>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("jitter buffer"), "{error}");
    };
    let _turn = turn();
    refused(Endpoint::start(with(wrong)).map(drop));
    drop(_turn);
    let ep = start(config());
    let account = ep.local("1001");
    let peer = peer::Peer::new();
    let options = CallOptions::new().jitter_buffer(wrong);
    refused(account.call_with(&peer.uri("bob"), options).map(drop));
    assert!(peer.silent(Duration::from_millis(200), |_| true));
    let (out, _) = connected(&ep);
    refused(out.answer_with(StatusCode::OK, AnswerOptions::new().jitter_buffer(wrong)));
    ep.close();
}
