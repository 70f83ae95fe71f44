use super::*;
use crate::media::device::ring::{capture, playback};

const FRAME: usize = 320;

#[test]
fn ring_ends_are_swapped_and_handed_back() {
    let (mut supply, mut place) = place::<u32>();
    assert_eq!(place.refresh(), None);
    for n in 0..20 {
        assert!(supply.give(Some(Box::new(n))));
        assert_eq!(place.refresh(), Some(&mut { n }));
    }
    assert!(supply.give(None));
    assert_eq!(place.refresh(), None);
    // A bridge that stands still does not make the supply grow.
    let taken = (0..20).filter(|n| supply.give(Some(Box::new(*n)))).count();
    assert_eq!(taken, 8);
    assert_eq!(place.refresh(), Some(&mut 7));
}

/// A microphone that hears a constant, one tick after the other in real time, since the port looks at the clock.
fn microphone(side: &Arc<Side>) -> (Microphone, impl FnMut(&mut Microphone, f32) -> Vec<i16> + use<>) {
    let (mut supply, place) = place();
    let (mut feed, reader) = capture("t", 16_000, 16_000).unwrap();
    assert!(supply.give(Some(Box::new(reader))));
    let microphone = Microphone::new(16_000, Arc::clone(side), place);
    let tick = move |microphone: &mut Microphone, level: f32| {
        let _keep = &supply;
        feed.put(FRAME, now(), |block| block.fill(level));
        std::thread::sleep(std::time::Duration::from_millis(20));
        let mut out = vec![0; FRAME];
        microphone.fill(&mut out, |_| ());
        out
    };
    (microphone, tick)
}

#[test]
fn volume_and_mute_change_without_a_step() {
    let side = Side::new(1.0, false);
    let (mut microphone, mut tick) = microphone(&side);
    let mut said = Vec::new();
    for n in 0..60 {
        match n {
            30 => side.set_volume(2.0),
            45 => side.set_muted(true),
            _ => {}
        }
        said.push(tick(&mut microphone, 0.1));
    }
    let level = |n: usize| f32::from(said[n][200]) / 32_768.0;
    assert!((level(28) - 0.1).abs() < 0.005, "{}", level(28));
    assert!((level(43) - 0.2).abs() < 0.01, "{}", level(43));
    assert_eq!(level(59), 0.0);
    let all: Vec<i16> = said[20..].concat();
    let step = all
        .windows(2)
        .map(|w| (i32::from(w[1]) - i32::from(w[0])).abs())
        .max()
        .unwrap();
    assert!(step < 100, "{step}");
    // The meter shows what a muted microphone hears: a constant of 0.2.
    let meter = side.meter.level();
    assert!((meter.peak_dbov + 14.0).abs() < 0.5, "{meter:?}");
}

#[test]
fn loud_audio_is_clipped_and_not_wrapped() {
    let side = Side::new(10.0, false);
    let (mut microphone, mut tick) = microphone(&side);
    let said: Vec<Vec<i16>> = (0..20).map(|_| tick(&mut microphone, 0.5)).collect();
    assert_eq!(said[19][100], i16::MAX);
}

#[test]
fn without_a_device_the_microphone_is_silent() {
    let (_supply, place) = place();
    let mut microphone = Microphone::new(16_000, Side::new(1.0, false), place);
    let mut out = [1; FRAME];
    assert!(!microphone.fill(&mut out, |_| ()));
}

/// Notes the frames it is given.
struct Spy(std::sync::mpsc::Sender<(i16, i16)>);

impl VoiceFilter for Spy {
    fn process(&mut self, near: &mut [i16], far: &[i16]) {
        self.0.send((near[160], far[160])).unwrap();
    }
}

#[test]
fn the_filter_is_given_what_was_played_then() {
    let (mut speakers, loud_place) = place();
    let (mut microphones, near_place) = place();
    let (writer, _feed) = playback("t", 16_000, 48_000).unwrap();
    let (_near, reader) = capture("t", 48_000, 16_000).unwrap();
    assert!(speakers.give(Some(Box::new(writer))));
    assert!(microphones.give(Some(Box::new(reader))));
    let (spy, seen) = std::sync::mpsc::channel();
    let path = Arc::new(EchoPath::default());
    let mut pair = Pair::new(
        16_000,
        Microphone::new(16_000, Side::new(1.0, false), near_place),
        Some(Loudspeaker::new(16_000, Side::new(1.0, false), loud_place)),
        Some(Box::new(Spy(spy))),
        Arc::clone(&path),
    );
    let mut out = [0; FRAME];
    for tick in 0..30_i16 {
        if tick == 15 {
            // The system says that sound takes 60 ms more than the bridge's own tick.
            path.set(60_000);
        }
        pair.fill(&mut out);
        pair.take(Some(&[tick * 100; FRAME]), FRAME);
    }
    let far: Vec<i16> = seen.try_iter().map(|(_, far)| far).collect();
    assert_eq!((far[10], far[14]), (900, 1300), "what was played a tick before");
    assert_eq!((far[20], far[29]), (1600, 2500), "three ticks earlier");
}
