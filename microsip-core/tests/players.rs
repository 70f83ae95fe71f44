//! Files of every kind into calls.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::path::Path;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, compare, detect_tones};
use microsip_testkit::dir::TestDir;
use microsip_testkit::{Deadline, steady};
use support::audio::audio as as_audio;
use support::files::*;
use support::*;

fn read(path: &Path) -> Audio {
    let pcm = read_audio(path).unwrap_or_else(|e| panic!("{e}"));
    as_audio(&pcm.samples, pcm.rate)
}

#[test]
fn every_format_is_read_as_its_own_programs_meant_it() {
    let dir = TestDir::new("formats").unwrap();
    let reference = Audio::read_wav(speech()).unwrap();
    let length = reference.duration().as_secs_f64();
    // Name, arguments, least correlation, and how far the length may be off in ms (what a codec adds at the ends).
    let cases: &[(&str, &[&str], f64, f64)] = &[
        ("u8.wav", &["-b", "8"], 0.98, 0.2),
        ("s24.wav", &["-b", "24"], 0.999, 0.2),
        ("s32.wav", &["-b", "32"], 0.999, 0.2),
        ("float.wav", &["-e", "float", "-b", "32"], 0.999, 0.2),
        ("double.wav", &["-e", "float", "-b", "64"], 0.999, 0.2),
        ("alaw.wav", &["-e", "a-law"], 0.99, 0.2),
        ("ulaw.wav", &["-e", "mu-law"], 0.99, 0.2),
        ("ima.wav", &["-e", "ima-adpcm"], 0.97, 100.0),
        ("ms.wav", &["-e", "ms-adpcm"], 0.97, 100.0),
        ("stereo-44100.wav", &["-r", "44100", "-c", "2"], 0.999, 0.2),
        (
            "six-extensible.wav",
            &["-r", "96000", "-c", "6", "-b", "24"],
            0.999,
            0.2,
        ),
        ("eleven.wav", &["-r", "11025"], 0.95, 0.2),
        ("high.wav", &["-r", "192000"], 0.999, 0.2),
        ("constant.mp3", &["-r", "44100", "-c", "2", "-C", "128"], 0.98, 80.0),
        ("low.mp3", &["-r", "16000", "-C", "32"], 0.97, 150.0),
        ("mono.flac", &["-r", "48000"], 0.999, 0.2),
        ("stereo.flac", &["-r", "44100", "-c", "2", "-b", "24"], 0.999, 0.2),
        ("vorbis.ogg", &["-r", "44100", "-c", "2"], 0.97, 1.0),
        ("mono.opus", &[], 0.95, 1.0),
        ("low.opus", &["--bitrate", "12"], 0.9, 1.0),
    ];
    for (name, args, least, off_ms) in cases {
        let file = converted(&speech(), &dir.join(name), args);
        let heard = read(&file);
        let m = compare(&reference, &heard);
        assert!(m.correlation > *least && m.coverage > 0.9, "{name}: {m}");
        let off = (heard.duration().as_secs_f64() - length).abs() * 1000.0;
        assert!(off <= *off_ms, "{name}: {off:.2} ms off");
    }
    // Surround, in Vorbis' channel order with streams of one and two channels.
    let six = converted(&speech(), &dir.join("six.wav"), &["-r", "48000", "-c", "6"]);
    let m = compare(&reference, &read(&converted(&six, &dir.join("six.opus"), &[])));
    assert!(m.correlation > 0.9, "six channels of Opus: {m}");
}

#[test]
fn channels_are_averaged() {
    let dir = TestDir::new("channels").unwrap();
    let left = tone_file(dir.path(), "left.wav", 440.0, Duration::from_secs(1), 44_100);
    let right = tone_file(dir.path(), "right.wav", 1000.0, Duration::from_secs(1), 44_100);
    let both = dir.join("both.flac");
    tool(
        "sox",
        &[
            "-M",
            left.to_str().unwrap(),
            right.to_str().unwrap(),
            both.to_str().unwrap(),
        ],
    );
    let tones = detect_tones(&read(&both), -30.0);
    for hz in [440.0, 1000.0] {
        let found = tones.iter().find(|t| (t.frequency_hz - hz).abs() < 2.0).unwrap();
        assert!((found.level_dbfs + 18.0).abs() < 0.5, "{found:?}");
    }
}

/// What `inn` hears while `play` runs, from the first sound on.
fn heard(dir: &TestDir, inn: &Call, play: impl FnOnce()) -> Audio {
    let file = dir.join("heard.wav");
    let recorder = inn.record(&file).unwrap();
    play();
    // The jitter buffer still holds the last of it.
    std::thread::sleep(Duration::from_millis(300));
    recorder.stop().unwrap();
    Audio::read_wav(&file).unwrap()
}

/// Waits for a player's event.
fn end_of(events: &mut Events, player: &Player) -> PlayEnd {
    wait(events, "end of the player", |e| match e {
        Event::PlayerFinished { player: p, end } if p == player => Some(end.clone()),
        _ => None,
    })
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = microsip_testkit::Deadline::secs(10);
    microsip_testkit::wait_until(deadline, what, || is_so().then_some(())).unwrap();
}

#[test]
fn heavy_a_stereo_float_file_arrives_over_g711_at_its_pitch() {
    steady(Deadline::secs(200), || {
        let dir = TestDir::new("float").unwrap();
        let ep = start(config().codecs("PCMU").unwrap());
        let (out, inn) = connected(&ep);
        let mut events = ep.events();
        let file = converted(
            &speech(),
            &dir.join("f.wav"),
            &["-r", "44100", "-c", "2", "-e", "float", "-b", "32"],
        );
        let reference = Audio::read_wav(speech()).unwrap();
        let audio = heard(&dir, &inn, || {
            let player = out.play(&file, PlayOptions::default()).unwrap();
            let length = player.length().unwrap().as_secs_f64();
            assert!((length - reference.duration().as_secs_f64()).abs() < 0.001, "{length}");
            assert_eq!(end_of(&mut events, &player), PlayEnd::Finished);
            assert_eq!(
                (player.missed(), player.end()),
                (Duration::ZERO, Some(PlayEnd::Finished))
            );
            assert!((player.position().as_secs_f64() - length).abs() < 0.001);
        });
        let m = compare(&reference, &audio);
        assert!(m.correlation > 0.95 && m.coverage > 0.95, "{m}");

        // 6,300 Hz would fold back to 1,700.
        let two = dir.join("two.flac");
        let synth = "synth 2 sine 1000 synth 2 sine mix 6300 vol 0.8";
        tool(
            "sox",
            &[
                &["-n", "-r", "96000", two.to_str().unwrap()],
                synth.split(' ').collect::<Vec<_>>().as_slice(),
            ]
            .concat(),
        );
        let audio = heard(&dir, &inn, || {
            let player = out.play(&two, PlayOptions::default()).unwrap();
            player.wait_finished(SOON).unwrap();
        });
        let tones = detect_tones(&audio, -30.0);
        assert_eq!(tones.len(), 1, "{tones:?}");
        assert!((tones[0].frequency_hz - 1000.0).abs() < 5.0, "{tones:?}");
        let folded = microsip_testkit::audio::tone_level(&audio, 1700.0);
        assert!(folded < -60.0, "{folded:.1} dBFS at 1,700 Hz");
        ep.close();
    });
}

#[test]
fn files_of_a_list_follow_each_other_without_a_gap() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("list").unwrap();
        let ep = start(config().codecs("PCMU").unwrap());
        let (out, inn) = connected(&ep);
        // One tone cut into three, and one of another rate behind.
        let whole = tone_file(dir.path(), "whole.wav", 441.0, Duration::from_secs(3), 44_100);
        let cut = |name: &str, from: &str, length: &str| {
            let to = dir.join(name);
            tool(
                "sox",
                &[whole.to_str().unwrap(), to.to_str().unwrap(), "trim", from, length],
            );
            to
        };
        let (a, b, c) = (
            cut("a.wav", "0", "1.013"),
            cut("b.flac", "1.013", "0.5"),
            cut("c.wav", "1.513", "1.487"),
        );
        let d = tone_file(dir.path(), "d.wav", 441.0, Duration::from_secs(1), 16_000);
        let mut seen = Vec::new();
        let audio = heard(&dir, &inn, || {
            let player = out.play_list([&a, &b], PlayOptions::default()).unwrap();
            player.add(&c).unwrap();
            player.add(&d).unwrap();
            until("all files", || {
                if seen.last() != Some(&player.file()) && !player.is_finished() {
                    seen.push(player.file());
                }
                player.is_finished()
            });
            assert_eq!(player.index(), 3);
            assert_eq!(player.add(&c).unwrap_err().kind(), ErrorKind::Gone);
        });
        assert_eq!(seen, [a, b, c, d]);
        let loud = -20.0;
        let silences = microsip_testkit::audio::gaps(&audio, loud, Duration::from_millis(2));
        // Before, behind, and nowhere else.
        let inside: Vec<_> = silences
            .iter()
            .filter(|g| g.start > Duration::ZERO && g.start + g.length < audio.duration())
            .collect();
        assert!(inside.is_empty(), "{silences:?}");
        let begin = silences.first().map_or(Duration::ZERO, |g| g.start + g.length);
        let tone = audio.slice(begin, Duration::from_secs(3));
        let m = compare(&Audio::read_wav(&whole).unwrap(), &tone);
        assert!(m.correlation > 0.95, "{m}");
        ep.close();
    });
}

#[test]
fn seek_pause_and_gain_do_what_they_say() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("seek").unwrap();
        let ep = start(config().codecs("PCMU").unwrap());
        let (out, inn) = connected(&ep);
        let mut events = ep.events();
        // 500 Hz, then 1,000, then 1,500: two seconds each.
        let parts: Vec<_> = (1..=3)
            .map(|n| {
                tone_file(
                    dir.path(),
                    &format!("{n}.wav"),
                    500.0 * f64::from(n),
                    Duration::from_secs(2),
                    48_000,
                )
            })
            .collect();
        let all = dir.join("all.mp3");
        let wav = dir.join("all.wav");
        let names: Vec<&str> = parts.iter().map(|p| p.to_str().unwrap()).collect();
        tool("sox", &[names.as_slice(), &[wav.to_str().unwrap()]].concat());
        for file in [
            converted(&wav, &all, &[]),
            converted(&wav, &dir.join("all.opus"), &[]),
            converted(&wav, &dir.join("all.ogg"), &[]),
            wav,
        ] {
            let audio = heard(&dir, &inn, || {
                let player = out.play(&file, PlayOptions::default().paused(true)).unwrap();
                assert!((player.length().unwrap().as_secs_f64() - 6.0).abs() < 0.1, "{player:?}");
                std::thread::sleep(Duration::from_millis(100));
                assert_eq!(player.position(), Duration::ZERO);
                let early = player.seek(Duration::from_secs(7)).unwrap_err();
                assert_eq!(early.kind(), ErrorKind::InvalidArgument, "{early}");
                player.seek(Duration::from_millis(5000)).unwrap();
                assert_eq!(player.position(), Duration::from_secs(5));
                player.set_gain(Gain::factor(0.5).unwrap()).unwrap();
                player.resume().unwrap();
                assert_eq!(end_of(&mut events, &player), PlayEnd::Finished);
                for error in [
                    player.seek(Duration::ZERO).unwrap_err(),
                    player.pause().unwrap_err(),
                    player.resume().unwrap_err(),
                    player.skip().unwrap_err(),
                    player.set_gain(Gain::UNITY).unwrap_err(),
                ] {
                    assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
                }
            });
            let tones = detect_tones(&audio, -40.0);
            assert_eq!(tones.len(), 1, "{}: {tones:?}", file.display());
            assert!((tones[0].frequency_hz - 1500.0).abs() < 7.0, "{tones:?}");
            let silences = microsip_testkit::audio::gaps(&audio, -40.0, Duration::from_millis(50));
            let silent: Duration = silences.iter().map(|g| g.length).sum();
            let loud = (audio.duration() - silent).as_secs_f64();
            assert!((loud - 1.0).abs() < 0.06, "{}: {loud:.3} s of tone", file.display());
            let begin = silences.first().unwrap();
            let level = audio.slice(
                begin.start + begin.length + Duration::from_millis(200),
                Duration::from_millis(500),
            );
            let level = microsip_testkit::audio::tone_level(&level, 1500.0);
            assert!((level + 18.0).abs() < 1.0, "{}: {level:.1} dBFS", file.display());
        }
        // In mid-play: back, and on from a pause with the very next sample.
        let player = out.play(&parts[0], PlayOptions::default()).unwrap();
        until("a second", || player.position() > Duration::from_secs(1));
        player.seek(Duration::from_millis(100)).unwrap();
        assert!(player.position() < Duration::from_millis(300));
        player.pause().unwrap();
        std::thread::sleep(Duration::from_millis(60));
        let at = player.position();
        std::thread::sleep(Duration::from_millis(200));
        assert!(player.is_paused() && player.position() == at);
        player.resume().unwrap();
        until("to go on", || player.position() > at);
        assert_eq!(player.wait_finished(SOON).unwrap(), PlayEnd::Finished);
        ep.close();
    });
}

#[test]
fn every_player_tells_once_why_it_ended() {
    let dir = TestDir::new("ends").unwrap();
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, inn) = connected(&ep);
    let mut events = ep.events();
    let long = tone_file(dir.path(), "long.wav", 440.0, Duration::from_secs(20), 8000);
    let short = tone_file(dir.path(), "short.wav", 440.0, Duration::from_millis(30), 8000);

    let player = out.play(&short, PlayOptions::default()).unwrap();
    assert_eq!(end_of(&mut events, &player), PlayEnd::Finished);

    let looped = out.play(&short, PlayOptions::default().repeat(true)).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(!looped.is_finished());
    looped.stop().unwrap();
    looped.stop().unwrap();
    assert_eq!(end_of(&mut events, &looped), PlayEnd::Stopped);

    let skipped = out.play_list([&long, &short], PlayOptions::default()).unwrap();
    skipped.skip().unwrap();
    assert_eq!(skipped.index(), 1);
    assert_eq!(end_of(&mut events, &skipped), PlayEnd::Finished);
    let skipped = inn.play(&long, PlayOptions::default()).unwrap();
    skipped.skip().unwrap();
    assert_eq!(end_of(&mut events, &skipped), PlayEnd::Finished);

    // The second is there when the list begins, and gone when its turn comes.
    let gone = dir.join("gone.wav");
    std::fs::copy(&short, &gone).unwrap();
    let middle = tone_file(dir.path(), "middle.wav", 440.0, Duration::from_secs(2), 8000);
    let broken = out.play_list([&middle, &gone], PlayOptions::default()).unwrap();
    std::fs::remove_file(&gone).unwrap();
    match end_of(&mut events, &broken) {
        PlayEnd::Failed(e) => assert!(e.kind() == ErrorKind::Io && e.to_string().contains("gone.wav"), "{e}"),
        other => panic!("{other:?}"),
    }

    let cut = out.play(&long, PlayOptions::default()).unwrap();
    // The call's own events end with its end: this one comes before.
    let mut own = out.events();
    out.hang_up().unwrap();
    assert_eq!(end_of(&mut own, &cut), PlayEnd::TargetEnded);
    assert_eq!(cut.wait_finished(SOON).unwrap(), PlayEnd::TargetEnded);
    ep.close();
}

#[test]
fn what_cannot_be_played_says_why() {
    let dir = TestDir::new("refused").unwrap();
    let ep = start(config());
    let (out, _inn) = connected(&ep);
    let empty = dir.join("empty.wav");
    tone_file(dir.path(), "empty.wav", 440.0, Duration::ZERO, 8000);
    let good = tone_file(dir.path(), "good.wav", 440.0, Duration::from_secs(5), 8000);
    let cases = [
        (dir.join("missing.wav"), ErrorKind::Io),
        (dir.path().to_owned(), ErrorKind::Io),
        (dir.write("text.wav", "no audio").unwrap(), ErrorKind::Media),
        (dir.write("nothing.mp3", "").unwrap(), ErrorKind::Media),
        (dir.write("header.ogg", b"OggS\0").unwrap(), ErrorKind::Media),
        (empty, ErrorKind::Media),
        (Path::new("/dev/zero").to_owned(), ErrorKind::Io),
    ];
    let player = out.play(&good, PlayOptions::default()).unwrap();
    for (path, kind) in cases {
        let error = out.play(&path, PlayOptions::default()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(
            error.to_string().contains(path.file_name().unwrap().to_str().unwrap()) || kind == ErrorKind::Media,
            "{error}"
        );
        if kind == ErrorKind::Io {
            assert_eq!(player.add(&path).unwrap_err().kind(), kind);
        }
    }
    let none: [&Path; 0] = [];
    assert_eq!(
        out.play_list(none, PlayOptions::default()).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    assert!(!player.is_finished(), "what is refused disturbs nobody");
    out.hang_up().unwrap();
    assert_eq!(
        out.play(&good, PlayOptions::default()).unwrap_err().kind(),
        ErrorKind::Gone
    );
    ep.close();
    assert_eq!(player.seek(Duration::ZERO).unwrap_err().kind(), ErrorKind::Gone);
}

#[test]
fn a_conference_hears_a_file_and_a_free_player_whom_it_is_connected_to() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("room").unwrap();
        let ep = start(config().codecs("PCMU").unwrap());
        let (one, one_far) = connected(&ep);
        let (two, two_far) = connected(&ep);
        let room = ep.conference(ConferenceOptions::default()).unwrap();
        room.join(&one).unwrap();
        room.join(&two).unwrap();
        let mut events = ep.events();
        let file = tone_file(dir.path(), "room.wav", 700.0, Duration::from_secs(2), 22_050);
        let to_room = ep.play(&room, [&file], PlayOptions::default()).unwrap();
        let free = ep
            .play(
                AudioTarget::Free,
                [tone_file(dir.path(), "f.wav", 1200.0, Duration::from_secs(2), 32_000)],
                PlayOptions::default().repeat(true),
            )
            .unwrap();
        ep.connect(&free, &two, Gain::UNITY).unwrap();
        let [a, b] = [(&one_far, "a.wav"), (&two_far, "b.wav")].map(|(far, name)| far.record(dir.join(name)).unwrap());
        assert_eq!(end_of(&mut events, &to_room), PlayEnd::Finished);
        let heard = [a, b].map(|r| Audio::read_wav(r.stop().unwrap().path).unwrap());
        let tones = heard.map(|audio| {
            let mut tones: Vec<i32> = detect_tones(&audio, -35.0)
                .iter()
                .map(|t| t.frequency_hz.round() as i32)
                .collect();
            tones.sort_unstable();
            tones
        });
        assert_eq!(tones, [vec![700], vec![700, 1200]]);
        let last = ep.play(&room, [&file], PlayOptions::default().repeat(true)).unwrap();
        room.close().unwrap();
        assert_eq!(end_of(&mut events, &last), PlayEnd::TargetEnded);
        assert!(!free.is_finished());
        ep.close();
        assert!(free.is_finished());
    });
}

#[test]
fn a_file_of_a_gibibyte_is_not_read_into_memory() {
    let dir = TestDir::new("huge").unwrap();
    let path = dir.join("huge.wav");
    // A header that says so, and a hole behind it: 18 hours of silence at 8 kHz.
    let data: u32 = 1 << 30;
    let mut head = Vec::from(*b"RIFF");
    head.extend((data + 36).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    head.extend(8000_u32.to_le_bytes());
    head.extend(16_000_u32.to_le_bytes());
    head.extend(b"\x02\0\x10\0data");
    head.extend(data.to_le_bytes());
    std::fs::write(&path, &head).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(u64::from(data) + head.len() as u64).unwrap();

    let ep = start(config().codecs("PCMU").unwrap());
    let (out, _inn) = connected(&ep);
    let before = resident();
    let player = out.play(&path, PlayOptions::default()).unwrap();
    assert_eq!(player.length().unwrap().as_secs(), u64::from(data) / 16_000);
    player.seek(Duration::from_secs(60_000)).unwrap();
    until("to play on", || player.position() > Duration::from_millis(60_000_200));
    let grown = resident().saturating_sub(before);
    assert!(grown < 8 << 20, "{grown} bytes");
    ep.close();
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
