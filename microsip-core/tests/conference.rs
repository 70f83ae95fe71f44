//! Who hears whom: every peer says a tone of its own.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::audio::{Audio, tone, tone_level};
use support::audio::{audio, listen, pcm};
use support::*;

const MS: Duration = Duration::from_millis(1);
/// Apart from each other and from each other's harmonics and sums.
const TONES: [f64; 5] = [523.0, 787.0, 1181.0, 1621.0, 2237.0];

/// Our leg of a call, and the peer's, which says its tone and listens.
struct Party {
    ours: Call,
    theirs: Call,
    ear: AudioSink,
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    speaker: Option<std::thread::JoinHandle<()>>,
}

impl Party {
    fn new(ep: &Running, hz: f64) -> Party {
        let (ours, theirs) = connected(ep);
        let ear = theirs
            .audio_sink(AudioSinkOptions::default().rate(8000).capacity(Duration::from_secs(60)))
            .unwrap();
        let mut mouth = theirs.audio_source(AudioSourceOptions::default().rate(8000)).unwrap();
        let stop = std::sync::Arc::<std::sync::atomic::AtomicBool>::default();
        let stopped = std::sync::Arc::clone(&stop);
        // A whole number of periods in a second of each tone: no click where it begins anew.
        let sound = pcm(&tone(hz, -16.0, Duration::from_secs(60), 8000));
        let speaker = std::thread::spawn(move || {
            for part in sound.chunks(800) {
                if stopped.load(std::sync::atomic::Ordering::Relaxed) || mouth.write(part).is_err() {
                    break;
                }
            }
        });
        Party {
            ours,
            theirs,
            ear,
            stop,
            speaker: Some(speaker),
        }
    }

    /// Which of the tones its peer hears, of what is said from now on.
    fn hears(&mut self) -> Vec<usize> {
        while self.ear.try_read().is_ok() {}
        let heard = audio(&listen(&mut self.ear, 300 * MS), 8000);
        (0..TONES.len())
            .filter(|n| tone_level(&heard, TONES[*n]) > -32.0)
            .collect()
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let _ = self.ours.hang_up();
        if let Some(speaker) = self.speaker.take() {
            let _ = speaker.join();
        }
    }
}

fn parties(ep: &Running, count: usize) -> Vec<Party> {
    (0..count).map(|n| Party::new(ep, TONES[n])).collect()
}

/// Waits until each hears what it should, and then for a while nothing else.
#[track_caller]
fn expect(parties: &mut [Party], wanted: &[&[usize]]) {
    let deadline = Instant::now() + SOON;
    loop {
        let heard: Vec<Vec<usize>> = parties.iter_mut().map(Party::hears).collect();
        if heard.iter().zip(wanted).all(|(heard, wanted)| heard == wanted) {
            return;
        }
        assert!(Instant::now() < deadline, "heard {heard:?} instead of {wanted:?}");
    }
}

fn narrow() -> EndpointConfig {
    config().codecs("PCMU").unwrap()
}

#[test]
fn each_hears_the_others_and_not_itself() {
    let ep = start(narrow());
    let mut all = parties(&ep, 4);
    expect(&mut all, &[&[], &[], &[], &[]]);
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    let mut events = ep.events();
    for party in &all {
        room.join(&party.ours).unwrap();
    }
    wait(&mut events, "the last to join", |e| match e {
        Event::Conference {
            conference,
            change: ConferenceChange::Joined(call),
        } if *conference == room && *call == all[3].ours => Some(()),
        _ => None,
    });
    expect(&mut all, &[&[1, 2, 3], &[0, 2, 3], &[0, 1, 3], &[0, 1, 2]]);
    assert_eq!(room.calls().unwrap().len(), 4);
    // One leaves and goes on for itself.
    room.leave(&all[1].ours).unwrap();
    expect(&mut all, &[&[2, 3], &[], &[0, 3], &[0, 2]]);
    assert_eq!(room.leave(&all[1].ours).unwrap_err().kind(), ErrorKind::WrongState);
    // One is muted, one deaf, and both are let in again.
    room.join_with(&all[0].ours, MemberOptions::default().muted(true))
        .unwrap();
    room.join_with(&all[2].ours, MemberOptions::default().deaf(true))
        .unwrap();
    expect(&mut all, &[&[2, 3], &[], &[], &[2]]);
    room.join_with(&all[0].ours, MemberOptions::default()).unwrap();
    room.join_with(&all[2].ours, MemberOptions::default()).unwrap();
    expect(&mut all, &[&[2, 3], &[], &[0, 3], &[0, 2]]);
    // One hangs up; the others go on.
    all[3].theirs.hang_up().unwrap();
    wait(&mut events, "the one that left", |e| match e {
        Event::Conference {
            change: ConferenceChange::Left(call),
            ..
        } if *call == all[3].ours => Some(()),
        _ => None,
    });
    all.truncate(3);
    expect(&mut all, &[&[2], &[], &[0]]);
    room.close().unwrap();
    expect(&mut all, &[&[], &[], &[]]);
    assert_eq!(room.join(&all[0].ours).unwrap_err().kind(), ErrorKind::Gone);
    assert_eq!(room.calls().unwrap_err().kind(), ErrorKind::Gone);
    room.close().unwrap();
    drop(all);
    ep.close();
}

#[test]
fn a_large_conference_is_linked_whole() {
    // More listeners than a port has room for at first.
    let ep = start(narrow().max_calls(64));
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    let legs: Vec<(Call, Call)> = (0..20).map(|_| connected(&ep)).collect();
    for (ours, _) in &legs {
        room.join(ours).unwrap();
    }
    let mut ears: Vec<AudioSink> = legs
        .iter()
        .map(|(_, theirs)| theirs.audio_sink(AudioSinkOptions::default().rate(8000).capacity(Duration::from_secs(20))))
        .collect::<Result<_>>()
        .unwrap();
    let mut mouth = legs[0]
        .1
        .audio_source(
            AudioSourceOptions::default()
                .rate(8000)
                .capacity(Duration::from_secs(10)),
        )
        .unwrap();
    mouth
        .write(&pcm(&tone(TONES[0], -16.0, Duration::from_secs(8), 8000)))
        .unwrap();
    for (n, ear) in ears.iter_mut().enumerate().skip(1) {
        let deadline = Instant::now() + SOON;
        while tone_level(&audio(&listen(ear, 200 * MS), 8000), TONES[0]) < -20.0 {
            assert!(Instant::now() < deadline, "{n} hears nothing");
        }
    }
    room.leave(&legs[7].0).unwrap();
    let deadline = Instant::now() + SOON;
    while listen(&mut ears[7], 200 * MS).iter().any(|s| s.unsigned_abs() > 500) {
        assert!(Instant::now() < deadline, "it still hears the others");
    }
    ep.close();
}

#[test]
fn conferences_are_split_and_merged() {
    let ep = start(narrow());
    let mut all = parties(&ep, 4);
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    for party in &all {
        room.join(&party.ours).unwrap();
    }
    let aside = room.split([&all[2].ours, &all[3].ours]).unwrap();
    expect(&mut all, &[&[1], &[0], &[3], &[2]]);
    assert_eq!((room.calls().unwrap().len(), aside.calls().unwrap().len()), (2, 2));
    // A call of another room cannot be split off, and then none is moved.
    assert_eq!(
        room.split([&all[0].ours, &all[3].ours]).unwrap_err().kind(),
        ErrorKind::WrongState
    );
    expect(&mut all, &[&[1], &[0], &[3], &[2]]);
    // Joining another room moves.
    aside.join(&all[1].ours).unwrap();
    expect(&mut all, &[&[], &[2, 3], &[1, 3], &[1, 2]]);
    room.merge(&aside).unwrap();
    expect(&mut all, &[&[1, 2, 3], &[0, 2, 3], &[0, 1, 3], &[0, 1, 2]]);
    assert_eq!(aside.calls().unwrap_err().kind(), ErrorKind::Gone);
    assert_eq!(room.merge(&room).unwrap_err().kind(), ErrorKind::InvalidArgument);
    drop(all);
    ep.close();
}

#[test]
fn streams_of_a_conference_hear_and_speak_to_all() {
    let ep = start(narrow());
    let mut all = parties(&ep, 2);
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    for party in &all {
        room.join(&party.ours).unwrap();
    }
    let mut ear = room.audio_sink(AudioSinkOptions::default().rate(8000)).unwrap();
    let mut mouth = room
        .audio_source(
            AudioSourceOptions::default()
                .rate(8000)
                .capacity(Duration::from_secs(20)),
        )
        .unwrap();
    mouth
        .write(&pcm(&tone(TONES[4], -16.0, Duration::from_secs(15), 8000)))
        .unwrap();
    expect(&mut all, &[&[1, 4], &[0, 4]]);
    let heard = audio(&listen(&mut ear, 300 * MS), 8000);
    for n in [0, 1, 4] {
        assert!(tone_level(&heard, TONES[n]) > -25.0, "{n}");
    }
    // Streams move with a merge, and end with their conference.
    let other = ep.conference(ConferenceOptions::default()).unwrap();
    other.merge(&room).unwrap();
    expect(&mut all, &[&[1, 4], &[0, 4]]);
    other.close().unwrap();
    while ear.read(Some(SOON)).unwrap().is_some() {}
    assert_eq!(mouth.write(&[0; 400_000]).unwrap_err().kind(), ErrorKind::Gone);
    drop(all);
    ep.close();
}

#[test]
fn a_bridge_of_two_ends_together() {
    let ep = start(narrow());
    let mut all = parties(&ep, 2);
    let pair = ep.bridge(&all[0].ours, &all[1].ours).unwrap();
    expect(&mut all, &[&[1], &[0]]);
    all[0].theirs.hang_up().unwrap();
    let end = all[1].theirs.wait_for(CallState::Disconnected, SOON).unwrap();
    assert_eq!(end.end.as_ref().unwrap().by, EndedBy::Remote);
    assert_eq!(pair.calls().unwrap(), []);
    assert_eq!(
        ep.bridge(&all[0].ours, &all[0].ours).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    drop(all);
    ep.close();
}

#[test]
fn the_last_one_is_hung_up_when_that_is_wanted() {
    let ep = start(narrow());
    let all = parties(&ep, 3);
    let room = ep
        .conference(ConferenceOptions::default().on_leave(OnLeave::EndLast))
        .unwrap();
    for party in &all {
        room.join(&party.ours).unwrap();
    }
    all[0].ours.hang_up().unwrap();
    // Two are company.
    std::thread::sleep(300 * MS);
    assert_eq!(all[1].ours.state(), CallState::Confirmed);
    all[1].theirs.hang_up().unwrap();
    all[2].theirs.wait_for(CallState::Disconnected, SOON).unwrap();
    drop(all);
    ep.close();
}

#[test]
fn anything_is_connected_with_gain() {
    let ep = start(narrow());
    let mut all = parties(&ep, 3);
    // One way only.
    ep.connect(&all[0].ours, &all[1].ours, Gain::UNITY).unwrap();
    expect(&mut all, &[&[], &[0], &[]]);
    let level = |party: &mut Party, hz: f64| {
        while party.ear.try_read().is_ok() {}
        tone_level(&audio(&listen(&mut party.ear, 300 * MS), 8000), hz)
    };
    let plain = level(&mut all[1], TONES[0]);
    assert!((plain + 16.0).abs() < 1.0, "{plain}");
    ep.connect(&all[0].ours, &all[1].ours, Gain::db(-12.0).unwrap())
        .unwrap();
    std::thread::sleep(300 * MS);
    let softer = level(&mut all[1], TONES[0]);
    assert!((plain - softer - 12.0).abs() < 1.0, "{plain} {softer}");
    // The call's own gain comes on top.
    all[0].ours.set_gain(Gain::db(6.0).unwrap(), Gain::UNITY).unwrap();
    std::thread::sleep(300 * MS);
    let louder = level(&mut all[1], TONES[0]);
    assert!((louder - softer - 6.0).abs() < 1.0, "{softer} {louder}");
    let levels = all[0].ours.levels().unwrap();
    assert!((-26.0..-10.0).contains(&levels.received_dbov), "{levels:?}");
    ep.disconnect(&all[0].ours, &all[1].ours).unwrap();
    expect(&mut all, &[&[], &[], &[]]);
    ep.disconnect(&all[0].ours, &all[1].ours).unwrap();
    // A re-INVITE makes a new stream; the link is made anew.
    ep.connect(&all[2].ours, &all[1].ours, Gain::UNITY).unwrap();
    all[1].ours.hold().unwrap();
    std::thread::sleep(300 * MS);
    all[1].ours.resume().unwrap();
    expect(&mut all, &[&[], &[2], &[]]);
    // What cannot be.
    let tap = ep.audio_sink(AudioSinkOptions::default().rate(8000)).unwrap();
    for (error, kind) in [
        (ep.connect(&tap, &all[0].ours, Gain::UNITY), ErrorKind::InvalidArgument),
        (
            ep.connect(&all[0].ours, &all[0].ours, Gain::UNITY),
            ErrorKind::InvalidArgument,
        ),
    ] {
        assert_eq!(error.unwrap_err().kind(), kind);
    }
    all[0].ours.hang_up().unwrap();
    assert_eq!(
        ep.connect(&all[0].ours, &tap, Gain::UNITY).unwrap_err().kind(),
        ErrorKind::Gone
    );
    drop(all);
    ep.close();
}

#[test]
fn files_go_in_and_out_of_a_conference_and_nodes_have_names() {
    let dir = microsip_testkit::dir::TestDir::new("conference-files").unwrap();
    let ep = start(narrow());
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    let recorder = room
        .record(dir.join("room.wav"), RecordOptions::default().rate(8000))
        .unwrap();
    let beep = Tone::find("787@-16/500;1", Country::default()).unwrap();
    let silent = ep.tone(beep, ToneOptions::default()).unwrap();
    // What a tone says is heard by name as by itself.
    let ear = ep.audio_sink(AudioSinkOptions::default()).unwrap();
    ep.connect(&silent.node_ref(), &ear.node_ref(), Gain::UNITY).unwrap();
    silent.wait_finished(SOON).unwrap();
    assert_eq!(
        ep.connect(&silent.node_ref(), &ear, Gain::UNITY).unwrap_err().kind(),
        ErrorKind::Gone
    );
    let tone = room
        .play_tone("523@-16/500;1".parse().unwrap(), ToneOptions::default())
        .unwrap();
    tone.wait_finished(SOON).unwrap();
    let info = recorder.stop().unwrap();
    assert!(tone_level(&Audio::read_wav(&info.path).unwrap(), 523.0) > -32.0);
    let player = room.play([&info.path], PlayOptions::default()).unwrap();
    assert_eq!(player.target().conference(), Some(&room));
    // Nobody listens, so it would wait.
    room.close().unwrap();
    assert_eq!(player.wait_finished(SOON).unwrap(), PlayEnd::TargetEnded);
    ep.close();
}
