//! Sound devices for real: cpal, ALSA, its pulse plugin, PulseAudio with null sinks, and back by their monitors.
//!
//! ALSA reads its configuration once and by the environment, so each test starts a server and then itself once more.
#![cfg(all(target_os = "linux", feature = "audio-devices"))]
#![allow(clippy::print_stdout, reason = "what was measured")]
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::audio::{Audio, detect_tones, gaps, tone, tone_level};
use microsip_testkit::process::Spec;
use microsip_testkit::pulse::{Pulse, PulseControl};
use microsip_testkit::{Deadline, steady};
use support::audio::{audio, listen, pcm};
use support::*;

const SOCKET: &str = "MICROSIP_TEST_PULSE";
const TONE: f64 = 997.0;

/// Runs the test in a process whose ALSA leads to a PulseAudio with these sinks.
fn with_sound(sinks: &[&str], test: impl FnOnce(&PulseControl)) {
    if let Some(socket) = std::env::var_os(SOCKET) {
        return test(&PulseControl::new(socket));
    }
    steady(Deadline::secs(240), || {
        let pulse = Pulse::start(sinks).unwrap();
        let name = std::thread::current().name().unwrap().to_owned();
        let (status, output) = Spec::new(std::env::current_exe().unwrap())
            .args(["--exact", &name, "--nocapture", "--test-threads=1"])
            .env(SOCKET, pulse.control().socket())
            .env("ALSA_CONFIG_PATH", pulse.alsa_config())
            .env("XDG_RUNTIME_DIR", pulse.control().socket().parent().unwrap())
            .run(Deadline::secs(110))
            .unwrap();
        println!("{output}");
        assert!(status.success(), "{output}");
    });
}

fn named(name: &str) -> DeviceChoice {
    DeviceChoice::Name(name.to_owned())
}

/// A loudspeaker and the microphone that hears it.
fn looped(sink: &str) -> AudioDeviceOptions {
    AudioDeviceOptions::new()
        .output(named(&format!("Null sink {sink}")))
        .input(named(&format!("Monitor of {sink}")))
        .connect_calls(false)
}

/// A free source connected to the devices, and a free sink that hears them.
fn mouth_and_ear(ep: &Endpoint, devices: &AudioDevices) -> (AudioSource, AudioSink) {
    let options = AudioSourceOptions::default()
        .rate(16_000)
        .capacity(Duration::from_secs(40));
    let mouth = ep.audio_source(options).unwrap();
    let ear = ep.audio_sink(AudioSinkOptions::default().rate(16_000)).unwrap();
    ep.connect(&mouth, devices, Gain::UNITY).unwrap();
    ep.connect(devices, &ear, Gain::UNITY).unwrap();
    (mouth, ear)
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn devices_are_listed_by_id_and_name() {
    with_sound(&["desk", "headset"], |_| {
        let list = audio_devices().unwrap();
        for direction in [DeviceDirection::Input, DeviceDirection::Output] {
            let default: Vec<_> = list
                .iter()
                .filter(|d| d.direction == direction && d.is_default)
                .collect();
            assert_eq!(default.len(), 1, "{list:#?}");
            assert_eq!(default[0].id, "alsa:default");
        }
        let headset = list.iter().find(|d| d.id == "alsa:headset").unwrap();
        assert_eq!(headset.name, "Null sink headset");
    });
}

#[test]
fn what_cannot_be_opened_is_a_device_error() {
    with_sound(&["desk"], |_| {
        let ep = start(config());
        for (choice, what) in [
            (named("no such thing"), "no such thing"),
            (DeviceChoice::Id("alsa:nothing".into()), "alsa:nothing"),
        ] {
            let error = ep.open_audio(&AudioDeviceOptions::new().input(choice)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Device, "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
        let both = ep
            .open_audio(&AudioDeviceOptions::new().input(named("desk")))
            .unwrap_err();
        assert_eq!(both.kind(), ErrorKind::InvalidArgument, "{both}");
        // A device that is listed and cannot be opened: the server has no such sink any more.
        ep.close();
    });
}

#[test]
fn heavy_a_tone_goes_out_of_the_loudspeaker_and_comes_back_by_the_microphone() {
    with_sound(&["desk"], |_| {
        let ep = start(config());
        let devices = ep.open_audio(&looped("desk")).unwrap();
        let (mut mouth, mut ear) = mouth_and_ear(&ep, &devices);
        mouth.write(&pcm(&tone(TONE, -12.0, seconds(26), 16_000))).unwrap();
        // The way through the server settles first.
        let _ = listen(&mut ear, seconds(4));
        let heard = audio(&listen(&mut ear, seconds(20)), 16_000);
        let (input, output) = (
            devices.stats(DeviceRole::Input).unwrap(),
            devices.stats(DeviceRole::Output).unwrap(),
        );
        println!("in {input:?}\nout {output:?}");
        assert!(heard.duration() > Duration::from_millis(19_500));
        let tones = detect_tones(&heard.slice(seconds(10), seconds(1)), -40.0);
        assert_eq!(tones.len(), 1, "{tones:?}");
        assert!((tones[0].frequency_hz - TONE).abs() < 3.0, "{tones:?}");
        // Short looks, for the pitch is off by up to 1200 ppm each way while the rings settle.
        for tenth in 0..190 {
            let look = heard.slice(Duration::from_millis(100 * tenth), Duration::from_millis(100));
            let level = tone_level(&look, TONE);
            assert!(
                (level + 12.0).abs() < 0.5,
                "{tenth}: {level} dBFS; in {input:?}, out {output:?}"
            );
        }
        let holes = gaps(&heard, -30.0, Duration::from_millis(5));
        assert!(holes.is_empty(), "{holes:?}; in {input:?}, out {output:?}");
        let clicks = steps(&heard);
        println!("largest deviation from a sine {clicks:.4}");
        assert!(clicks < 0.02, "{clicks}");
        // The meters agree: a sine of −12 dBFS has an RMS of −15 dBov.
        for role in [DeviceRole::Input, DeviceRole::Output] {
            let level = devices.level(role).unwrap();
            assert!((level.rms_dbov + 15.0).abs() < 1.0, "{role:?}: {level:?}");
            assert!((level.peak_dbov + 12.0).abs() < 1.0, "{role:?}: {level:?}");
        }
        devices.close().unwrap();
        ep.close();
    });
}

/// The level of the test tone in the first tenth of a second.
fn level_of(audio: &Audio, frequency: f64) -> f64 {
    tone_level(&audio.slice(Duration::ZERO, Duration::from_millis(100)), frequency)
}

/// How far samples are from the recursion that a sine follows; a click is a large one.
fn steps(audio: &Audio) -> f32 {
    let turn = (2.0 * (std::f64::consts::TAU * TONE / f64::from(audio.rate_hz)).cos()) as f32;
    let deviations = audio.samples.windows(3).map(|w| (w[2] - turn * w[1] + w[0]).abs());
    deviations.fold(0.0, f32::max)
}

#[test]
fn heavy_a_call_speaks_through_the_devices() {
    with_sound(&["desk"], |_| {
        let ep = start(config());
        let (out, inn) = connected(&ep);
        let devices = ep.open_audio(&looped("desk")).unwrap();
        // One side of the call has the headset on, the other plays a tone and hears it come back.
        inn.use_devices(&devices).unwrap();
        let options = AudioSourceOptions::default().rate(16_000).capacity(seconds(20));
        let mut mouth = out.audio_source(options).unwrap();
        let mut ear = out.audio_sink(AudioSinkOptions::default().rate(16_000)).unwrap();
        mouth.write(&pcm(&tone(TONE, -12.0, seconds(9), 16_000))).unwrap();
        let _ = listen(&mut ear, seconds(3));
        let heard = audio(&listen(&mut ear, seconds(3)), 16_000);
        let level = level_of(&heard, TONE);
        assert!((level + 12.0).abs() < 1.5, "{level}");
        // Muted, the peer hears nothing; the volume works too.
        devices.mute(DeviceRole::Input, true).unwrap();
        let _ = listen(&mut ear, seconds(1));
        let muted = level_of(&audio(&listen(&mut ear, Duration::from_millis(400)), 16_000), TONE);
        assert!(muted < -60.0, "{muted}");
        devices.mute(DeviceRole::Input, false).unwrap();
        devices.set_volume_db(DeviceRole::Output, -10.0).unwrap();
        mouth.flush().unwrap();
        mouth.write(&pcm(&tone(TONE, -12.0, seconds(4), 16_000))).unwrap();
        let _ = listen(&mut ear, Duration::from_millis(1500));
        let softer = level_of(&audio(&listen(&mut ear, seconds(1)), 16_000), TONE);
        assert!((softer + 22.0).abs() < 1.5, "{softer}");
        // Without the devices the peer hears silence, also after a re-INVITE.
        inn.leave_devices(&devices).unwrap();
        let _ = listen(&mut ear, seconds(1));
        let left = level_of(&audio(&listen(&mut ear, Duration::from_millis(400)), 16_000), TONE);
        assert!(left < -60.0, "{left}");
        ep.close();
    });
}

#[test]
fn heavy_a_lost_device_comes_back_while_the_call_stays_up() {
    with_sound(&["headset"], |pulse| {
        let ep = start(config());
        let mut events = ep.events();
        let (out, inn) = connected(&ep);
        let module = pulse.run(&["list", "short", "modules"]).unwrap();
        let module = module.lines().find(|l| l.contains("sink_name=headset")).unwrap();
        let module: u32 = module.split_whitespace().next().unwrap().parse().unwrap();
        let options = AudioDeviceOptions::new()
            .output(DeviceChoice::Id("alsa:headset".into()))
            .input(None);
        let devices = ep.open_audio(&options).unwrap();
        assert_eq!(devices.device(DeviceRole::Output).unwrap().id, "alsa:headset");
        pulse.unplug(module).unwrap();
        let replaced = wait(&mut events, "the loss", |e| match e {
            Event::AudioDeviceLost {
                role: DeviceRole::Output,
                device,
                replacement,
                error,
                ..
            } => {
                assert_eq!((device.id.as_str(), error.kind()), ("alsa:headset", ErrorKind::Device));
                println!("lost: {error}");
                Some(replacement.clone())
            }
            _ => None,
        });
        // PulseAudio would move the stream to another sink and tell nobody, so there is none.
        assert_eq!(replaced, None);
        assert_eq!(devices.device(DeviceRole::Output), None);
        assert_eq!(out.info().state, CallState::Confirmed);
        pulse.plug("headset").unwrap();
        wait(&mut events, "the return", |e| match e {
            Event::AudioDeviceBack { device, .. } if device.id == "alsa:headset" => Some(()),
            _ => None,
        });
        assert_eq!(devices.device(DeviceRole::Output).unwrap().id, "alsa:headset");
        // And it plays.
        let mut ear = ep.audio_sink(AudioSinkOptions::default().rate(16_000)).unwrap();
        let monitor = ep.open_audio(&looped("headset").output(None)).unwrap();
        ep.connect(&monitor, &ear, Gain::UNITY).unwrap();
        let mut mouth = ep
            .audio_source(AudioSourceOptions::default().rate(16_000).capacity(seconds(10)))
            .unwrap();
        ep.connect(&mouth, &devices, Gain::UNITY).unwrap();
        mouth.write(&pcm(&tone(TONE, -12.0, seconds(6), 16_000))).unwrap();
        let _ = listen(&mut ear, seconds(3));
        let level = level_of(&audio(&listen(&mut ear, seconds(1)), 16_000), TONE);
        assert!((level + 12.0).abs() < 1.0, "{level}");
        assert_eq!(inn.info().state, CallState::Confirmed);
        ep.close();
    });
}

#[test]
fn heavy_two_devices_play_different_things() {
    with_sound(&["desk", "headset"], |_| {
        let ep = start(config());
        let (one, other) = (
            ep.open_audio(&looped("desk").ringing(named("Null sink headset")))
                .unwrap(),
            ep.open_audio(&looped("headset").output(None)).unwrap(),
        );
        let (mut mouth, mut ear) = mouth_and_ear(&ep, &one);
        let ringing = one.ringing_node().unwrap();
        let mut bell = ep
            .audio_source(AudioSourceOptions::default().rate(16_000).capacity(seconds(10)))
            .unwrap();
        ep.connect(&bell, &ringing, Gain::UNITY).unwrap();
        let mut far = ep.audio_sink(AudioSinkOptions::default().rate(16_000)).unwrap();
        ep.connect(&other, &far, Gain::UNITY).unwrap();
        mouth.write(&pcm(&tone(TONE, -12.0, seconds(8), 16_000))).unwrap();
        bell.write(&pcm(&tone(1500.0, -18.0, seconds(8), 16_000))).unwrap();
        let _ = listen(&mut ear, seconds(3));
        let desk = audio(&listen(&mut ear, seconds(1)), 16_000);
        // Nobody read this one meanwhile, so it lost some: the latest second counts.
        let until = Instant::now() + seconds(2);
        let mut all = Vec::new();
        while Instant::now() < until {
            all.extend_from_slice(&far.read(Some(seconds(1))).unwrap().unwrap().samples);
        }
        let headset = audio(&all[all.len() - 16_000..], 16_000);
        assert!((level_of(&desk, TONE) + 12.0).abs() < 1.0, "{}", level_of(&desk, TONE));
        assert!(level_of(&desk, 1500.0) < -60.0, "{}", level_of(&desk, 1500.0));
        assert!(
            (level_of(&headset, 1500.0) + 18.0).abs() < 1.0,
            "{}",
            level_of(&headset, 1500.0)
        );
        assert!(level_of(&headset, TONE) < -60.0, "{}", level_of(&headset, TONE));
        // A role can take another device while everything runs.
        assert_eq!(
            one.choose(DeviceRole::Output, named("Null sink headset")).unwrap().id,
            "alsa:headset"
        );
        ep.close();
    });
}

#[test]
fn the_endpoint_opens_devices_at_the_start_if_asked_to() {
    with_sound(&["desk"], |_| {
        let ep = start(config().audio_devices(AudioDeviceOptions::new()));
        let devices = ep.audio().unwrap();
        assert_eq!(devices.device(DeviceRole::Input).unwrap().id, "alsa:default");
        // They connect themselves to every call, which is how two calls here hear the desk.
        let (out, _inn) = connected(&ep);
        microsip_testkit::wait_until(Deadline::secs(10), "audio through the devices", || {
            let callbacks = |role| {
                devices
                    .stats(role)
                    .is_some_and(|s| s.callbacks > 20 && s.queued_ms > 0.0)
            };
            (callbacks(DeviceRole::Input) && callbacks(DeviceRole::Output)).then_some(())
        })
        .unwrap();
        out.hang_up().unwrap();
        ep.close();
        let refused = Endpoint::start(config().audio_devices(AudioDeviceOptions::new().output(named("none such"))));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Device);
    });
}
