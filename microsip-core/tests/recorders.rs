//! Calls into files.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(clippy::print_stdout, reason = "children tell their parents how far they are")]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, detect_tones, gaps, tone_level};
use microsip_testkit::dir::TestDir;
use support::audio::audio as as_audio;
use support::files::*;
use support::*;

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = microsip_testkit::Deadline::secs(20);
    microsip_testkit::wait_until(deadline, what, || is_so().then_some(())).unwrap();
}

/// A tone without end into a call.
fn hum(call: &Call, dir: &Path, hz: f64) -> Player {
    let file = tone_file(dir, &format!("hum-{hz}.wav"), hz, Duration::from_secs(1), 8000);
    call.play(file, PlayOptions::default().repeat(true)).unwrap()
}

fn frequencies(audio: &Audio) -> Vec<i32> {
    let mut found: Vec<i32> = detect_tones(audio, -40.0)
        .iter()
        .map(|t| (t.frequency_hz / 10.0).round() as i32 * 10)
        .collect();
    found.sort_unstable();
    found
}

/// The channels of a file as programs of others read them.
fn read_by_others(file: &Path) -> (Vec<Vec<i16>>, u32) {
    let wav = file.with_extension("decoded.wav");
    let (from, to) = (file.to_str().unwrap(), wav.to_str().unwrap());
    match file.extension().unwrap().to_str().unwrap() {
        "opus" | "ogg" => tool("opusdec", &["--quiet", "--no-dither", from, to]),
        _ => tool("sox", &[from, "-e", "signed", "-b", "16", to]),
    }
    channels(&wav)
}

#[test]
fn heavy_sides_are_split_left_and_right_in_every_format() {
    let dir = TestDir::new("split").unwrap();
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, inn) = connected(&ep);
    // Full periods in the file's second, so that the loops have no seam.
    hum(&inn, dir.path(), 1200.0);
    hum(&out, dir.path(), 500.0);
    std::thread::sleep(Duration::from_millis(500));
    let split = RecordOptions::default().split(true);
    let recorders: Vec<Recorder> = [
        ("s.wav", split),
        ("s.opus", split),
        ("s.flac", split),
        ("s48.wav", split.rate(48_000)),
    ]
    .into_iter()
    .map(|(name, options)| inn.record_with(dir.join(name), options).unwrap())
    .collect();
    std::thread::sleep(Duration::from_secs(3));
    let infos: Vec<RecordingInfo> = recorders.iter().map(|r| r.stop().unwrap()).collect();
    for info in infos {
        assert_eq!((info.channels, info.dropped, &info.error), (2, 0, &None), "{info:?}");
        let (sides, rate) = read_by_others(&info.path);
        assert_eq!(sides.len(), 2, "{info:?}");
        assert_eq!(sides[0].len(), sides[1].len());
        let told = info.samples as f64 / f64::from(info.rate);
        let length = sides[0].len() as f64 / f64::from(rate);
        assert!(
            (told - length).abs() < 0.001 && told > 2.8,
            "{told:.4} told, {length:.4} read: {info:?}"
        );
        let [left, right] = [&sides[0], &sides[1]].map(|side| {
            // The beginning is the codec's and the ring's.
            as_audio(side, rate).slice(Duration::from_millis(300), Duration::from_secs(2))
        });
        assert_eq!(frequencies(&left), [1200], "left is what we send: {info:?}");
        assert_eq!(frequencies(&right), [500], "right is what we receive: {info:?}");
        for (side, wanted, other) in [(&left, 1200.0, 500.0), (&right, 500.0, 1200.0)] {
            let (level, leak) = (tone_level(side, wanted), tone_level(side, other));
            assert!(
                (level + 12.0).abs() < 1.5 && leak < -60.0,
                "{level:.1} and {leak:.1} dBFS: {info:?}"
            );
        }
        // And as we read it ourselves: the mean of both.
        let pcm = read_audio(&info.path).unwrap();
        assert_eq!(frequencies(&as_audio(&pcm.samples, pcm.rate)), [500, 1200]);
    }
    ep.close();
}

#[test]
fn each_side_and_both_mixed() {
    let dir = TestDir::new("taps").unwrap();
    let ep = start(config().codecs("PCMA").unwrap());
    let (out, inn) = connected(&ep);
    hum(&inn, dir.path(), 1200.0);
    hum(&out, dir.path(), 500.0);
    std::thread::sleep(Duration::from_millis(500));
    let cases = [
        (Tap::Received, "r.wav", vec![500]),
        (Tap::Sent, "s.flac", vec![1200]),
        (Tap::Mixed, "m.ogg", vec![500, 1200]),
    ];
    let recorders = cases.map(|(tap, name, wanted)| {
        let recorder = inn
            .record_with(dir.join(name), RecordOptions::default().tap(tap))
            .unwrap();
        (recorder, wanted)
    });
    until("two seconds", || {
        recorders.iter().all(|(r, _)| r.length() > Duration::from_secs(2))
    });
    for (recorder, wanted) in recorders {
        let info = recorder.stop().unwrap();
        assert_eq!((info.channels, info.rate, &info.error), (1, ep.clock_rate(), &None));
        let (sides, rate) = read_by_others(&info.path);
        assert_eq!(frequencies(&as_audio(&sides[0], rate)), wanted, "{info:?}");
    }
    ep.close();
}

#[test]
fn a_pause_is_left_out() {
    let dir = TestDir::new("pause").unwrap();
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, inn) = connected(&ep);
    let recorder = inn
        .record_with(dir.join("p.wav"), RecordOptions::default().split(true))
        .unwrap();
    for hz in [500.0, 1000.0, 1500.0] {
        if hz == 1000.0 {
            recorder.pause().unwrap();
            recorder.pause().unwrap();
            assert!(recorder.is_paused());
        }
        let player = hum(&out, dir.path(), hz);
        std::thread::sleep(Duration::from_secs(1));
        player.stop().unwrap();
        // What is on its way belongs to this part.
        std::thread::sleep(Duration::from_millis(400));
        recorder.resume().unwrap();
        assert!(!recorder.is_paused());
    }
    let info = recorder.stop().unwrap();
    let (sides, rate) = channels(&info.path);
    assert_eq!(sides[0].len(), sides[1].len());
    let heard = as_audio(&sides[1], rate);
    assert_eq!(frequencies(&heard), [500, 1500]);
    let length = heard.duration().as_secs_f64();
    assert!((2.6..3.3).contains(&length), "{length:.2} s");
    for error in [recorder.pause().unwrap_err(), recorder.resume().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Gone);
    }
    ep.close();
}

#[test]
fn what_cannot_be_recorded_says_why() {
    let dir = TestDir::new("refused").unwrap();
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, _inn) = connected(&ep);
    let plain = RecordOptions::default();
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    for (name, options, kind) in [
        ("a.mp3", plain, ErrorKind::InvalidArgument),
        ("no/such/folder.wav", plain, ErrorKind::Io),
        ("a.wav", plain.rate(100), ErrorKind::InvalidArgument),
        ("a.opus", plain.rate(44_100), ErrorKind::InvalidArgument),
        ("a.opus", plain.bitrate(1), ErrorKind::InvalidArgument),
    ] {
        let error = out.record_with(dir.join(name), options).unwrap_err();
        assert_eq!(error.kind(), kind, "{name} {options:?}: {error}");
    }
    let error = out.record("/dev/full").unwrap_err();
    assert!(
        error.kind() == ErrorKind::Io && error.to_string().contains("/dev/full"),
        "{error}"
    );
    for options in [plain.split(true), plain.tap(Tap::Sent)] {
        let error = ep.record(&room, dir.join("r.wav"), options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    out.hang_up().unwrap();
    assert_eq!(out.record(dir.join("late.wav")).unwrap_err().kind(), ErrorKind::Gone);
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "nothing is left behind: {left:?}");
    ep.close();
}

#[test]
fn names_follow_their_rules_and_nothing_is_overwritten() {
    let dir = TestDir::new("named").unwrap();
    let ep = start(config().codecs("PCMU").unwrap());
    ep.local("1002");
    // A caller who would like to choose the place.
    let evil = format!("sip:..%2f..%2fevil@127.0.0.1:{}", ep.port());
    ep.add_account(AccountConfig::new(evil)).unwrap();
    let caller = ep.accounts().unwrap().pop().unwrap();
    let mut events = ep.events();
    let out = caller.call(&ep.uri("1002")).unwrap();
    let inn = incoming(&mut events);
    inn.answer(StatusCode::OK).unwrap();
    inn.wait_for(CallState::Confirmed, SOON).unwrap();
    let name = RecordingName::new(dir.join("rec"), "{date}/{remote_user}-{direction}-{account}.opus").unwrap();
    let recorders = [&inn, &inn].map(|call| call.record_named(&name, RecordOptions::default()).unwrap());
    let same = inn.record_with(recorders[0].path(), RecordOptions::default()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    out.hang_up().unwrap();
    let infos = recorders.map(|r| r.wait_finished(SOON).unwrap());
    let names = infos.each_ref().map(|i| {
        let inside = i.path.strip_prefix(dir.join("rec")).unwrap();
        let day = inside.parent().unwrap().to_str().unwrap();
        assert!(day.len() == 8 && day.starts_with("20"), "{inside:?}");
        inside.file_name().unwrap().to_str().unwrap().to_owned()
    });
    // PJSIP has decoded the escapes by then.
    assert_eq!(
        names,
        ["______evil-incoming-1002.opus", "______evil-incoming-1002-2.opus"]
    );
    assert!(
        same.wait_finished(SOON)
            .unwrap()
            .path
            .to_str()
            .unwrap()
            .ends_with("-1002-3.opus")
    );
    assert!(
        infos.iter().all(|i| i.format == RecordFormat::Opus && i.samples > 0),
        "{infos:?}"
    );
    ep.close();
}

#[test]
fn a_conference_and_what_is_connected_by_hand() {
    let dir = TestDir::new("room").unwrap();
    let ep = start(config().codecs("PCMU").unwrap());
    let (one, one_far) = connected(&ep);
    let (two, two_far) = connected(&ep);
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    room.join(&one).unwrap();
    room.join(&two).unwrap();
    let all = ep.record(&room, dir.join("all.wav"), RecordOptions::default()).unwrap();
    let mine = ep
        .record(AudioTarget::Free, dir.join("mine.flac"), RecordOptions::default())
        .unwrap();
    ep.connect(&two, &mine, Gain::UNITY).unwrap();
    hum(&one_far, dir.path(), 500.0);
    hum(&two_far, dir.path(), 1200.0);
    until("two seconds", || mine.length() > Duration::from_secs(2));
    let mut events = ep.events();
    room.close().unwrap();
    let info = wait(&mut events, "end of the recording", |e| match e {
        Event::RecordingFinished { recorder, info } if *recorder == all => Some(info.clone()),
        _ => None,
    });
    assert!(all.is_finished() && !mine.is_finished());
    let (sides, rate) = read_by_others(&info.path);
    assert_eq!(frequencies(&as_audio(&sides[0], rate)), [500, 1200]);
    let (sides, rate) = read_by_others(&mine.stop().unwrap().path);
    assert_eq!(frequencies(&as_audio(&sides[0], rate)), [1200]);
    ep.close();
}

#[test]
fn a_recording_is_complete_even_when_the_endpoint_is_dropped_in_mid_call() {
    let dir = TestDir::new("dropped").unwrap();
    let ep = start(config());
    let (out, inn) = connected(&ep);
    let recorders: Vec<Recorder> = ["cut.wav", "cut.opus", "cut.flac"]
        .map(|name| inn.record(dir.join(name)).unwrap())
        .into();
    let player = out.play(speech(), PlayOptions::default()).unwrap();
    until("a second of audio", || player.position() > Duration::from_secs(1));
    drop(ep);
    for recorder in recorders {
        let info = recorder.wait_finished(SOON).unwrap();
        assert!(info.length() > Duration::from_millis(500), "{info:?}");
        let (sides, rate) = read_by_others(&info.path);
        let off = sides[0].len() as f64 / f64::from(rate) - info.length().as_secs_f64();
        assert!(off.abs() < 0.005, "{off}: {info:?}");
    }
    assert!(player.is_finished());
    assert_eq!(out.info().end.as_ref().unwrap().by, EndedBy::Local);
}

const FILES: [&str; 4] = ["kill.wav", "kill-split.wav", "kill.opus", "kill.flac"];

/// This very test once more, in a process of its own that may be killed or limited; it finds [`child_dir`] set.
fn child(dir: &Path, shell: &str) -> Child {
    let test = std::thread::current().name().unwrap().to_owned();
    let program = std::env::current_exe().unwrap();
    Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$0\" \"$@\"")])
        .arg(program)
        .args(["--exact", &test, "--nocapture", "--test-threads=1"])
        .env("MICROSIP_TEST_DIR", dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Where the child is to put its files; `None` in the parent.
fn child_dir() -> Option<PathBuf> {
    std::env::var_os("MICROSIP_TEST_DIR").map(PathBuf::from)
}

fn record_until_killed(dir: &Path) {
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, inn) = connected(&ep);
    hum(&out, dir, 500.0);
    let recorders = FILES.map(|name| {
        let options = RecordOptions::default().split(name.contains("split"));
        inn.record_with(dir.join(name), options).unwrap()
    });
    until("three seconds", || {
        recorders.iter().all(|r| r.length() > Duration::from_secs(3))
    });
    println!("\nrecorded");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn heavy_a_killed_process_leaves_readable_files() {
    if let Some(dir) = child_dir() {
        return record_until_killed(&dir);
    }
    let dir = TestDir::new("killed").unwrap();
    let mut process = child(dir.path(), "");
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let ready = lines.map_while(Result::ok).any(|line| line == "recorded");
    // SIGKILL.
    process.kill().unwrap();
    let mut said = String::new();
    process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    process.wait().unwrap();
    assert!(ready, "{said}");
    for name in FILES {
        let file = dir.join(name);
        if name.ends_with("wav") {
            let reader = hound::WavReader::open(&file).unwrap();
            assert!(reader.duration() > 2 * 8000, "{name}: {}", reader.duration());
        }
        let (sides, rate) = read_by_others(&file);
        let heard = as_audio(sides.last().unwrap(), rate);
        // Three seconds had been taken; half a second and a page may be missing.
        assert!(
            heard.duration() > Duration::from_millis(2100),
            "{name}: {:?}",
            heard.duration()
        );
        assert_eq!(frequencies(&heard), [500], "{name}");
        let whole = heard.slice(Duration::from_millis(600), Duration::from_secs(1));
        assert!(gaps(&whole, -30.0, Duration::from_millis(5)).is_empty(), "{name}");
        let pcm = read_audio(&file).unwrap();
        let ours = Duration::from_secs_f64(pcm.samples.len() as f64 / f64::from(pcm.rate));
        assert!(
            ours.abs_diff(heard.duration()) < Duration::from_millis(5),
            "{name}: we read {ours:?}"
        );
    }
}

/// Runs where files end at 32 KiB.
fn fill_the_disk(dir: &Path) {
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, inn) = connected(&ep);
    hum(&out, dir, 500.0);
    for name in ["full.wav", "full.flac", "full.opus"] {
        let mut events = ep.events();
        let options = RecordOptions::default().rate(48_000).bitrate(128_000);
        let recorder = inn.record_with(dir.join(name), options).unwrap();
        let info = wait(&mut events, "a failure", |e| match e {
            Event::RecordingFinished { recorder: r, info } if *r == recorder => Some(info.clone()),
            _ => None,
        });
        let error = info.error.clone().unwrap();
        assert!(
            error.kind() == ErrorKind::Io && error.to_string().contains(name),
            "{error}"
        );
        // At once, and the call goes on, with its audio.
        assert_eq!(inn.state(), CallState::Confirmed);
        let before = inn.stats().unwrap().received.packets;
        until("more packets", || inn.stats().unwrap().received.packets > before + 25);
        // What fits is there.
        assert!(
            info.samples > 5000 && info.path.metadata().unwrap().len() <= 32 * 1024,
            "{info:?}"
        );
        let pcm = read_audio(&info.path).unwrap();
        assert!(pcm.samples.len() > 5000, "{name}: {}", pcm.samples.len());
        let other = inn.record(dir.join("after.wav")).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(other.stop().unwrap().error, None, "a short one still fits");
    }
    ep.close();
    println!("\nsurvived");
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_call() {
    if let Some(dir) = child_dir() {
        return fill_the_disk(&dir);
    }
    let dir = TestDir::new("full").unwrap();
    // In blocks of 512 bytes; without the trap the kernel would end the process.
    let process = child(dir.path(), "trap '' XFSZ; ulimit -f 64;");
    let out = process.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    let why = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success() && said.contains("\nsurvived"), "{said}\n{why}");
}
