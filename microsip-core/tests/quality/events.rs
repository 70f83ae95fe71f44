//! Statistics that are told again and again.

use std::time::{Duration, Instant};

use microsip_core::*;

use crate::line::Line;
use crate::support::*;

#[test]
fn statistics_are_told_as_often_as_asked_for_and_no_longer_than_the_call() {
    let quality = QualityConfig::new().stats_every(Duration::from_millis(200));
    let ep = start(config().codecs("PCMU").unwrap().quality(quality));
    let mut events = ep.events();
    let line = Line::calling(&ep);
    let from = Instant::now();
    let mut told = Vec::new();
    while told.len() < 5 {
        told.push(wait(&mut events, "statistics", |e| match e {
            Event::CallStats { call, stats } if *call == line.call => Some(stats.sent.packets),
            _ => None,
        }));
    }
    let took = from.elapsed();
    assert!(
        (Duration::from_millis(800)..Duration::from_secs(3)).contains(&took),
        "{took:?}"
    );
    assert!(told.windows(2).all(|w| w[0] < w[1]), "{told:?}");
    let call = line.call.clone();
    let (_, _line) = line.over();
    wait(&mut events, "the end", |e| match e {
        Event::CallState { info, .. } if info.is_ended() => Some(()),
        _ => None,
    });
    let quiet = Instant::now() + Duration::from_millis(500);
    while let Ok(Some(event)) = events.recv_timeout(quiet.saturating_duration_since(Instant::now())) {
        assert!(!matches!(event, Event::CallStats { .. }), "{event:?}");
    }
    assert_eq!(call.stats().unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

#[test]
fn by_default_nothing_is_told() {
    let ep = start(config().codecs("PCMU").unwrap());
    let mut events = ep.events();
    let line = Line::calling(&ep);
    let quiet = Instant::now() + Duration::from_millis(1200);
    while let Ok(Some(event)) = events.recv_timeout(quiet.saturating_duration_since(Instant::now())) {
        assert!(
            !matches!(event, Event::CallStats { .. } | Event::AudioTrouble { .. }),
            "{event:?}"
        );
    }
    drop(line);
    ep.close();
}
