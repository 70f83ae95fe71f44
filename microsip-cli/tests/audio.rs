//! `microsip run`: conferences, raw audio, files and numbers, by commands and options.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{Agent, connect, microsip, speech};
use microsip_testkit::audio::{Audio, compare, tone, tone_level};
use microsip_testkit::dir::TestDir;
use microsip_testkit::{Deadline, steady, wait_until};
use serde_json::Value;

/// A tone that one end plays again and again.
fn tone_file(dir: &TestDir, hz: f64) -> String {
    let path = dir.join(format!("{hz}.wav"));
    tone(hz, -12.0, Duration::from_secs(2), 8000).write_wav(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn raw(audio: &Audio) -> Vec<u8> {
    let sample = |s: &f32| ((s * 32768.0) as i16).to_le_bytes();
    audio.samples.iter().flat_map(sample).collect()
}

fn from_raw(bytes: &[u8], rate: u32) -> Audio {
    assert_eq!(bytes.len() % 2, 0, "half a sample");
    let samples = bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]]));
    Audio::new(samples.map(|s| f32::from(s) / 32768.0).collect(), rate)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Waits until so much audio has come to the newest call.
fn hear(agent: &mut Agent, seconds: u64) {
    hear_packets(agent, seconds * 50);
}

fn hear_packets(agent: &mut Agent, packets: u64) {
    let mut count = || {
        agent.send("stats");
        let event = agent.wait("quality", |_| true);
        event["statistics"]["received"]["packets"].as_u64().unwrap()
    };
    let until = count() + packets;
    wait_until(Deadline::secs(20), "audio", || (count() >= until).then_some(())).unwrap();
}

/// Records what the agent hears for some seconds.
fn heard(agent: &mut Agent, path: &Path, seconds: u64) -> Audio {
    agent.send(&format!("record {}", text(path)));
    let started = agent.wait("recording", |e| e["state"] == "started");
    hear(agent, seconds);
    agent.send("stop-record");
    let file = started["file"].clone();
    let finished = agent.wait("recording", |e| e["state"] == "finished" && e["file"] == file);
    assert_eq!(finished["dropped"], 0, "{finished}");
    let audio = Audio::read_wav(path).unwrap();
    let half = audio.duration() / 2;
    audio.slice(half, half)
}

fn fifo(dir: &TestDir, name: &str) -> PathBuf {
    let path = dir.join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

const LOUD: f64 = -25.0;
const QUIET: f64 = -45.0;

#[test]
fn three_calls_hear_each_other_in_a_conference_until_one_leaves() {
    let dir = TestDir::new("cli-conference").unwrap();
    let tones = [500.0, 900.0, 1700.0];
    let mut hub = Agent::start("hub", &["--auto-answer", "200", "--codecs", "PCMA"]);
    let mut guests: Vec<Agent> = Vec::new();
    let mut numbers = Vec::new();
    for (index, hz) in tones.iter().enumerate() {
        let file = tone_file(&dir, *hz);
        let mut guest = Agent::start(&format!("guest{index}"), &["--play", &file, "--play-loop"]);
        guest.send(&format!("call {}", hub.uri()));
        guest.wait_call("confirmed");
        numbers.push(hub.wait_call("confirmed")["call"].as_u64().unwrap());
        guests.push(guest);
    }
    hub.send("conference");
    for _ in &tones {
        hub.wait("conference", |e| e["state"] == "joined");
    }
    let who_hears = |guests: &mut [Agent], round: &str| -> Vec<Vec<bool>> {
        let mut table = Vec::new();
        for (index, guest) in guests.iter_mut().enumerate() {
            let audio = heard(guest, &dir.join(format!("{round}-{index}.wav")), 2);
            let levels = tones.map(|hz| tone_level(&audio, hz));
            for level in levels {
                assert!(!(QUIET..LOUD).contains(&level), "neither heard nor not: {levels:?}");
            }
            table.push(levels.map(|level| level >= LOUD).to_vec());
        }
        table
    };
    let all = who_hears(&mut guests, "all");
    assert_eq!(all, [[false, true, true], [true, false, true], [true, true, false]]);

    hub.send(&format!("leave {}", numbers[2]));
    hub.wait("conference", |e| e["state"] == "left" && e["call"] == numbers[2]);
    let two = who_hears(&mut guests, "two");
    assert_eq!(two, [[false, true, false], [true, false, false], [false; 3]]);

    // Who is in none cannot leave.
    hub.send(&format!("leave {}", numbers[2]));
    let error = hub.wait("error", |e| e["command"] == "leave");
    assert_eq!(error["error"]["kind"], "wrong_state", "{error}");
    hub.send("conference 99");
    assert_eq!(
        hub.wait("error", |e| e["command"] == "conference")["error"]["kind"],
        "gone"
    );

    // A bridge of two: when one ends, so does the other, and nobody else.
    hub.send(&format!("bridge {} {}", numbers[1], numbers[2]));
    hub.wait("conference", |e| e["state"] == "joined" && e["call"] == numbers[2]);
    guests[1].send("hangup");
    let end = guests[2].wait_call("disconnected");
    assert_eq!(end["ended_by"], "remote", "{end}");
    hub.send("status");
    let status = hub.wait("status", |_| true);
    assert_eq!(status["calls"].as_array().unwrap().len(), 1, "{status}");
    for agent in guests.iter_mut().chain([&mut hub]) {
        agent.quit();
    }
}

#[test]
fn raw_audio_is_fed_into_a_call_and_tapped_out_of_it() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("cli-streams").unwrap();
        let reference = Audio::read_wav(speech()).unwrap();
        let source = dir.join("speech.pcm");
        std::fs::write(&source, raw(&reference.resampled(16_000))).unwrap();
        let tap = format!("received:24000={}", text(&dir.join("call-{call}-{direction}.pcm")));
        let sent = format!("sent:8000={}", text(&dir.join("sent.pcm")));
        let mut callee = Agent::start("callee", &["--tap", &tap, "--auto-answer", "200"]);
        let feed = format!("16000={}", text(&source));
        let mut caller = Agent::start("caller", &["--feed", &feed, "--tap", &sent, "--codecs", "G722"]);
        caller.send(&format!("call {}", callee.uri()));
        let fed = caller.wait("feed", |e| e["state"] == "finished");
        let samples = reference.resampled(16_000).samples.len() as u64;
        assert_eq!(fed["samples"].as_u64(), Some(samples), "{fed}");
        caller.send("hangup");
        let tapped = callee.wait("tap", |e| e["state"] == "finished");
        assert_eq!(
            (&tapped["rate"], &tapped["lost"]),
            (&24_000.into(), &0.into()),
            "{tapped}"
        );
        let path = tapped["file"].as_str().unwrap();
        assert!(path.ends_with("-incoming.pcm"), "{path}");
        let bytes = std::fs::read(path).unwrap();
        assert_eq!(tapped["samples"].as_u64(), Some(bytes.len() as u64 / 2));
        let received = from_raw(&bytes, 24_000);
        let result = compare(&reference, &received);
        assert!(result.coverage >= 0.8 && result.correlation > 0.95, "{result}");
        caller.wait("tap", |e| e["state"] == "finished");
        let result = compare(
            &reference,
            &from_raw(&std::fs::read(dir.join("sent.pcm")).unwrap(), 8000),
        );
        assert!(result.coverage >= 0.9 && result.correlation > 0.95, "{result}");
        assert_eq!(caller.count("xrun", |_| true), 0, "{:?}", caller.events());

        // A second call has a file of its own, where the name would be the same.
        caller.send(&format!("call {}", callee.uri()));
        let second = caller.wait("tap", |e| e["state"] == "started" && e["call"] != 1);
        assert!(second["file"].as_str().unwrap().ends_with("sent-2.pcm"), "{second}");
        caller.quit();
        callee.quit();
    });
}

#[test]
fn a_tap_takes_standard_output_and_events_go_to_standard_error() {
    steady(Deadline::secs(100), || {
        let mut callee = Command::new(env!("CARGO_BIN_EXE_microsip"))
            .args(["run", "--json", "--bind", "127.0.0.1:0", "--auto-answer", "200"])
            .args(["--tap", "received:8000=-", "--codecs", "PCMA"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut events = BufReader::new(callee.stderr.take().unwrap()).lines();
        let mut wait = move |event: &str, state: &str| -> Value {
            loop {
                let line = events.next().expect("the process ended").unwrap();
                let value: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
                if value["event"] == event && (state.is_empty() || value["state"] == state) {
                    return value;
                }
            }
        };
        let mut stdout = callee.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).unwrap();
            bytes
        });
        let ready = wait("ready", "");
        let address = ready["transports"][0]["address"].as_str().unwrap();
        let mut caller = Agent::start("caller", &["--play", &speech()]);
        caller.send(&format!("call sip:x@{address}"));
        caller.wait("player", |e| e["state"] == "finished");
        caller.quit();
        wait("tap", "finished");
        callee.stdin.take().unwrap().write_all(b"quit\n").unwrap();
        assert!(callee.wait().unwrap().success());
        let heard = from_raw(&reader.join().unwrap(), 8000);
        let result = compare(&Audio::read_wav(speech()).unwrap(), &heard);
        assert!(result.coverage >= 0.8 && result.correlation > 0.95, "{result}");
    });
}

#[test]
fn a_fifo_that_falls_behind_is_told_and_blocks_nobody() {
    let dir = TestDir::new("cli-fifo").unwrap();
    let (into, out) = (fifo(&dir, "into"), fifo(&dir, "out"));
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let mut caller = Agent::start("caller", &["--tap", &format!("received={}", text(&out))]);
    connect_auto(&mut caller, &mut callee);
    // Nobody reads one and nobody writes the other, and commands are obeyed all the same.
    caller.send(&format!("feed 8000={}", text(&into)));
    caller.send("levels");
    caller.wait("levels", |_| true);
    assert_eq!(caller.count("tap", |_| true) + caller.count("feed", |_| true), 0);

    let mut writer = OpenOptions::new().write(true).open(&into).unwrap();
    caller.wait("feed", |e| e["state"] == "started");
    // A tenth of a second is sent, and then silence, until more comes. A gap of a second would be a pause.
    let mut written = 0;
    wait_until(Deadline::secs(20), "an underrun", || {
        writer.write_all(&[1; 1600]).unwrap();
        written += 800;
        hear_packets(&mut caller, 20);
        (caller.count("xrun", |_| true) > 0).then_some(())
    })
    .unwrap();
    let xrun = caller.wait("xrun", |e| e["kind"] == "underrun");
    assert!(xrun["samples"].as_u64() > Some(0), "{xrun}");
    drop(writer);
    let fed = caller.wait("feed", |e| e["state"] == "finished");
    assert_eq!(fed["samples"], written, "{fed}");

    // A reader that goes away ends the tap, not the call.
    let mut reader = std::fs::File::open(&out).unwrap();
    caller.wait("tap", |e| e["state"] == "started");
    reader.read_exact(&mut [0; 640]).unwrap();
    drop(reader);
    let tap = caller.wait("tap", |e| e["state"] == "failed");
    assert_eq!(tap["error"]["kind"], "io", "{tap}");
    caller.send("status");
    assert_eq!(caller.wait("status", |_| true)["calls"][0]["state"], "confirmed");
    caller.quit();
    callee.quit();
}

/// A call to somebody who answers by himself; audio flows.
fn connect_auto(caller: &mut Agent, callee: &mut Agent) {
    caller.send(&format!("call {}", callee.uri()));
    caller.wait_call("confirmed");
    caller.wait("media", |e| e["active"] == true);
    callee.wait_call("confirmed");
}

#[test]
fn a_split_recording_has_us_left_and_the_peer_right() {
    let dir = TestDir::new("cli-split").unwrap();
    let name = dir.join("{direction}/{date}.flac");
    let ours = tone_file(&dir, 600.0);
    let theirs = tone_file(&dir, 1500.0);
    let record = ["--split-record", "--record-format", "wav", "--record", text(&name)];
    let play = ["--auto-answer", "200", "--play", &ours, "--play-loop"];
    let mut callee = Agent::start("callee", &[&record[..], &play].concat());
    let mut caller = Agent::start("caller", &["--play", &theirs, "--play-loop"]);
    connect_auto(&mut caller, &mut callee);
    hear(&mut callee, 2);
    caller.quit();
    let done = callee.wait("recording", |e| e["state"] == "finished");
    assert_eq!(
        (&done["channels"], &done["format"]),
        (&2.into(), &"wav".into()),
        "{done}"
    );
    let file = done["file"].as_str().unwrap();
    assert!(file.contains("/incoming/") && file.ends_with(".flac"), "{file}");
    let mut wav = hound::WavReader::open(file).unwrap();
    let rate = wav.spec().sample_rate;
    let both: Vec<f32> = wav.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32768.0).collect();
    let side = |offset: usize| {
        let samples: Vec<f32> = both.iter().skip(offset).step_by(2).copied().collect();
        let half = samples.len() / 2;
        Audio::new(samples[half..].to_vec(), rate)
    };
    for (channel, hz, other) in [(side(0), 600.0, 1500.0), (side(1), 1500.0, 600.0)] {
        assert!(
            tone_level(&channel, hz) > LOUD,
            "{hz} Hz: {:.1}",
            tone_level(&channel, hz)
        );
        assert!(
            tone_level(&channel, other) < QUIET,
            "{other} Hz: {:.1}",
            tone_level(&channel, other)
        );
    }
    callee.quit();
}

#[test]
fn a_file_is_played_paused_moved_and_stopped() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let mut caller = Agent::start("caller", &[]);
    caller.send("play x.wav");
    assert_eq!(
        caller.wait("error", |e| e["command"] == "play")["error"]["kind"],
        "wrong_state"
    );
    connect_auto(&mut caller, &mut callee);
    for command in ["pause", "seek 1", "stop-play", "stop-record"] {
        caller.send(command);
        let error = caller.wait("error", |_| true);
        assert_eq!(error["error"]["kind"], "wrong_state", "{error}");
        assert!(error["suggestion"].is_string(), "{error}");
    }
    caller.send("play /no/such/file.wav");
    assert_eq!(caller.wait("error", |_| true)["error"]["kind"], "io");
    caller.send("play /");
    assert_eq!(caller.wait("error", |_| true)["error"]["kind"], "invalid_argument");

    caller.send(&format!("play {} loop", speech()));
    let started = caller.wait("player", |e| e["state"] == "started");
    let length = started["duration"].as_f64().unwrap();
    caller.send("seek 2");
    caller.send("pause");
    caller.wait("player", |e| e["state"] == "seeked");
    let paused = caller.wait("player", |e| e["state"] == "paused");
    hear(&mut callee, 1);
    caller.send("pause off");
    let resumed = caller.wait("player", |e| e["state"] == "resumed");
    let (before, after) = (
        paused["position"].as_f64().unwrap(),
        resumed["position"].as_f64().unwrap(),
    );
    // A second has passed, but none of the file.
    assert!(
        (1.9..2.6).contains(&after) && after - before < 0.3,
        "{paused} {resumed}"
    );
    caller.send(&format!("seek {}", length + 10.0));
    caller.wait("error", |e| e["command"] == "seek");
    caller.send("stop-play");
    let end = caller.wait("player", |e| e["state"] == "finished");
    assert_eq!(end["end"], "stopped", "{end}");

    // One that plays when its call ends.
    caller.send(&format!("play {}", speech()));
    caller.send("hangup");
    let end = caller.wait("player", |e| e["state"] == "finished");
    assert_eq!(end["end"], "target_ended", "{end}");
    caller.quit();
    callee.quit();
}

#[test]
fn a_call_tells_numbers_levels_and_what_is_wrong() {
    let dir = TestDir::new("cli-numbers").unwrap();
    let file = tone_file(&dir, 1000.0);
    let mut callee = Agent::start("callee", &["--auto-answer", "200", "--codecs", "PCMA"]);
    let mut caller = Agent::start("caller", &["--play", &file, "--play-loop", "--opus", "bitrate=20000"]);
    connect_auto(&mut caller, &mut callee);
    // Someone must listen for a level to be known.
    callee.send(&format!("tap received=/{}", "dev/null"));
    hear(&mut callee, 3);
    callee.send("stats");
    let quality = callee.wait("quality", |_| true);
    let statistics = &quality["statistics"];
    let mos = statistics["quality"]["received"]["mos_conversational"]
        .as_f64()
        .unwrap();
    assert!((4.0..=4.5).contains(&mos), "{quality}");
    assert_eq!(statistics["codec"], "PCMA/8000/1", "{quality}");
    callee.send("check");
    let check = callee.wait("check", |_| true);
    assert_eq!(check["findings"].as_array().map(Vec::len), Some(0), "{check}");

    // −12 dBFS sine: a mean amplitude of 2/π of the peak, 3.9 dB below it.
    callee.send("levels");
    let before = callee.wait("levels", |_| true)["received_dbov"].as_f64().unwrap();
    assert!((-20.0..-12.0).contains(&before), "{before}");
    callee.send("gain -6 received");
    let gain = callee.wait("gain", |_| true);
    assert_eq!(
        (&gain["received_db"], &gain["sent_db"]),
        (&(-6.0).into(), &0.0.into()),
        "{gain}"
    );
    callee.send("gain 3 sent");
    assert_eq!(callee.wait("gain", |_| true)["received_db"], -6.0);
    callee.send("codecs");
    let codecs = callee.wait("codecs", |_| true);
    assert_eq!(codecs["codecs"][0]["codec"], "PCMA/8000/1", "{codecs}");
    assert_eq!(
        (&codecs["codecs"][0]["place"], &codecs["codecs"][0]["enabled"]),
        (&0.into(), &true.into())
    );
    assert!(
        codecs["codecs"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["enabled"] == false)
    );
    // A machine without sound has an empty list, or says why it has none.
    callee.send("devices");
    wait_until(Deadline::secs(20), "devices", || {
        let told = callee.count("devices", |_| true) + callee.count("error", |e| e["command"] == "devices");
        (told > 0).then_some(())
    })
    .unwrap();
    caller.quit();
    callee.quit();
}

#[test]
fn wrong_options_are_told_before_anything_starts() {
    let dir = TestDir::new("cli-wrong").unwrap();
    let folder = text(dir.path()).to_owned();
    let inside = |name: &str| format!("{folder}/{name}");
    for (option, value, word) in [
        ("--tap", "left=x".to_owned(), "received, sent and mixed"),
        ("--tap", "sent:11025=x".to_owned(), "11025"),
        ("--tap", format!("sent={folder}"), "folder"),
        ("--tap", format!("sent={}", inside("{id}.pcm")), "call_id"),
        ("--feed", inside("none.pcm"), "none.pcm"),
        ("--feed", "-".to_owned(), "FIFO"),
        ("--record", inside("x.mp3"), "opus"),
        ("--record", inside("{who}.wav"), "remote_user"),
        ("--record-format", "mp3".to_owned(), "flac"),
        ("--opus", "bitrate=1".to_owned(), "6000"),
        ("--bridge-rate", "12345".to_owned(), "16000"),
        ("--ptime", "5".to_owned(), "10 to 120"),
        ("--hands-free", String::new(), "--audio-device"),
    ] {
        let args = [option, &value].into_iter().filter(|a| !a.is_empty());
        let (status, output) = microsip().arg("run").args(args).run(Deadline::secs(10)).unwrap();
        assert_eq!(status.code(), Some(2), "{option} {value}: {output}");
        assert!(output.to_string().contains(word), "{option} {value}: {output}");
    }
}

#[test]
fn opus_and_the_bridge_are_set_up_as_asked() {
    let mut callee = Agent::start("callee", &[]);
    let args = [
        "--codecs",
        "opus",
        "--opus",
        "bitrate=20000,fec=no,maxplaybackrate=16000",
    ];
    let caller_args = [&args[..], &["--bridge-rate", "32000", "--ptime", "60"]].concat();
    let mut caller = Agent::start("caller", &caller_args);
    assert_eq!(caller.ready["clock_rate"], 32_000);
    connect(&mut caller, &mut callee);
    caller.send("stats");
    let statistics = caller.wait("quality", |_| true)["statistics"].clone();
    assert_eq!(statistics["packet_ms"], 60.0, "{statistics}");
    caller.quit();
    callee.quit();
}

#[test]
fn tones_are_played_to_the_peer_heard_and_told_and_so_is_speech() {
    let dir = TestDir::new("cli-tones").unwrap();
    let mut callee = Agent::start(
        "callee",
        &["--auto-answer", "200", "--codecs", "PCMA", "--detect-speech"],
    );
    let mut caller = Agent::start("caller", &[]);
    connect_auto(&mut caller, &mut callee);
    callee.send("listen de");
    caller.send("tone busy de");
    let started = caller.wait("tone", |e| e["state"] == "started");
    let heard_tone = callee.wait("tone_detected", |_| true);
    assert_eq!(
        (&heard_tone["tone"], &heard_tone["side"]),
        (&"busy".into(), &"received".into()),
        "{heard_tone}"
    );
    caller.send("stop-tone");
    let stopped = caller.wait("tone", |e| e["state"] == "stopped");
    assert_eq!(stopped["tone"], started["tone"]);
    caller.send("stop-tone");
    assert_eq!(caller.wait("error", |_| true)["error"]["kind"], "wrong_state");

    caller.send("tone 1300@-12/60000;1");
    caller.wait("tone", |e| e["state"] == "started");
    let audio = heard(&mut callee, &dir.join("tone.wav"), 1);
    assert!(tone_level(&audio, 1300.0) > LOUD, "{:.1}", tone_level(&audio, 1300.0));
    caller.send("stop-tone");
    caller.send("tone 1300@-12/100;2");
    caller.wait("tone", |e| e["state"] == "finished");

    caller.send(&format!("play {}", speech()));
    callee.wait("speech", |e| e["speaking"] == true);
    caller.wait("player", |e| e["state"] == "finished");
    callee.wait("speech", |e| e["speaking"] == false);
    callee.send("listen off");
    callee.send("speech on");
    callee.send("speech off");
    callee.send("levels");
    callee.wait("levels", |_| true);
    caller.quit();
    callee.quit();
    assert_eq!(callee.count("error", |_| true), 0, "{:?}", callee.events());
}
