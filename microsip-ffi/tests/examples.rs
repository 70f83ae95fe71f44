//! The examples in `examples/c` and `examples/cpp`, built by CMake against the installed library as a user would, and run.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use common::{crate_dir, folder, prefix, run};
use microsip_core::{
    AccountConfig, AudioSinkOptions, AudioSourceOptions, CallState, Endpoint, EndpointConfig, Transport,
    TransportConfig,
};
use microsip_testkit::audio::{self, Audio};
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::process::{Process, Spec};
use microsip_testkit::{Deadline, ports};

const SOON: u64 = 60;

/// The folder with the built examples of one language; built once for each test program.
fn built(language: &str) -> PathBuf {
    static C: OnceLock<PathBuf> = OnceLock::new();
    static CPP: OnceLock<PathBuf> = OnceLock::new();
    let cell = if language == "c" { &C } else { &CPP };
    cell.get_or_init(|| {
        let build = folder().keep().join(language);
        run(Command::new("cmake")
            .arg("-S")
            .arg(crate_dir().parent().unwrap().join("examples").join(language))
            .arg("-B")
            .arg(&build)
            .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()))
            .args([
                "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic -Werror",
                "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror",
            ]));
        run(Command::new("cmake").arg("--build").arg(&build));
        build
    })
    .clone()
}

/// Builds go with the process that made them.
struct Cleanup(PathBuf);

impl Drop for Cleanup {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

fn start(language: &str, name: &str, args: &[&str]) -> (Process, Cleanup) {
    let build = built(language);
    let process = Spec::new(build.join(name)).args(args).spawn().unwrap();
    (process, Cleanup(build))
}

/// The port an example says it listens on.
fn port(process: &mut Process) -> u16 {
    let line = process.wait_line("listening on port", Deadline::secs(SOON)).unwrap();
    line.rsplit(' ').next().unwrap().trim().parse().unwrap()
}

fn tone(folder: &Path) -> PathBuf {
    let path = folder.join("tone.wav");
    audio::tone(440.0, -12.0, Duration::from_secs(2), 16_000)
        .write_wav(&path)
        .unwrap();
    path
}

#[test]
fn register_and_call_reaches_the_answer_machine_which_records() {
    let folder = folder();
    let recordings = folder.path().join("recordings");
    fs::create_dir(&recordings).unwrap();
    let kamailio = Kamailio::start(
        KamailioOptions::new()
            .user("1001", "secret")
            .authenticate_register(true),
    )
    .unwrap();
    let (mut machine, _c) = start(
        "c",
        "answer_machine",
        &["127.0.0.1:0", recordings.to_str().unwrap(), "1"],
    );
    let target = format!("sip:machine@127.0.0.1:{}", port(&mut machine));
    let registrar = format!("sip:{}", kamailio.udp_addr());
    let wav = tone(folder.path());
    let (mut caller, _d) = start(
        "c",
        "register_and_call",
        &[&registrar, "1001", "secret", &target, wav.to_str().unwrap()],
    );
    for says in ["registered as", "connected", "played to the end"] {
        caller.wait_line(says, Deadline::secs(SOON)).unwrap();
    }
    caller.wait_success(Deadline::secs(SOON)).unwrap();
    machine.wait_line("call from", Deadline::secs(SOON)).unwrap();
    let recorded = machine.wait_line("recorded", Deadline::secs(SOON)).unwrap();
    machine.wait_success(Deadline::secs(SOON)).unwrap();
    let recording = Audio::read_wav(recorded.split_once("s: ").unwrap().1).unwrap();
    assert!(
        recording.duration() > Duration::from_millis(1500),
        "{:?}",
        recording.duration()
    );
    assert!(
        audio::tone_level(&recording, 440.0) > -25.0,
        "the caller's tone is in it"
    );

    let (mut wrong, _e) = start("c", "register_and_call", &[&registrar, "1001", "wrong", &target]);
    wrong.wait_line("auth: ", Deadline::secs(SOON)).unwrap();
    assert_eq!(wrong.wait_exit(Deadline::secs(SOON)).unwrap().code(), Some(1));
}

#[test]
fn the_echo_bot_gives_the_callers_voice_back() {
    let (mut bot, _c) = start("c", "echo_bot", &["127.0.0.1:0", "1"]);
    let target = format!("sip:echo@127.0.0.1:{}", port(&mut bot));
    let local = TransportConfig::new(Transport::Udp, "127.0.0.1:0".parse().unwrap());
    let endpoint = Endpoint::start(EndpointConfig::default().transports(vec![local])).unwrap();
    let account = endpoint.add_account(AccountConfig::new("sip:ann@127.0.0.1")).unwrap();
    let call = account.call(&target).unwrap();
    call.wait_for(CallState::Confirmed, Duration::from_secs(SOON)).unwrap();
    let mut mouth = call.audio_source(AudioSourceOptions::default().rate(16_000)).unwrap();
    let mut ears = call.audio_sink(AudioSinkOptions::default().rate(16_000)).unwrap();
    let said: Vec<i16> = audio::tone(700.0, -12.0, Duration::from_secs(3), 16_000)
        .samples
        .iter()
        .map(|s| (s * 32767.0) as i16)
        .collect();
    let speaker = std::thread::spawn(move || {
        mouth.write(&said).unwrap();
        mouth.drain(Duration::from_secs(SOON)).unwrap();
    });
    let mut heard = Vec::new();
    while heard.len() < 3 * 16_000 {
        let frame = ears.read(Some(Duration::from_secs(SOON))).unwrap().unwrap();
        heard.extend(frame.samples.iter().map(|s| f32::from(*s) / 32768.0));
    }
    speaker.join().unwrap();
    call.hang_up().unwrap();
    let level = audio::tone_level(&Audio::new(heard, 16_000), 700.0);
    assert!(level > -25.0, "the tone came back at {level} dBFS");
    bot.wait_line("echoed", Deadline::secs(SOON)).unwrap();
    bot.wait_success(Deadline::secs(SOON)).unwrap();
    endpoint.close().unwrap();
}

#[test]
fn two_see_and_greet_each_other() {
    let (ann, bob) = (ports::reserve().unwrap(), ports::reserve().unwrap());
    let (ann, bob) = (ann.release(), bob.release());
    let (ann_uri, bob_uri) = (format!("sip:ann@127.0.0.1:{ann}"), format!("sip:bob@127.0.0.1:{bob}"));
    let (mut one, _c) = start(
        "c",
        "presence_and_message",
        &[&format!("127.0.0.1:{ann}"), &ann_uri, &bob_uri],
    );
    port(&mut one);
    let (mut other, _d) = start(
        "c",
        "presence_and_message",
        &[&format!("127.0.0.1:{bob}"), &bob_uri, &ann_uri],
    );
    port(&mut other);
    for process in [&mut one, &mut other] {
        process.wait_success(Deadline::secs(SOON)).unwrap();
        for says in ["they are online (at my desk)", "says: hello", "our message has arrived"] {
            assert!(
                !process.output().matching(says).is_empty(),
                "no {says:?} in {:?}",
                process.output().lines()
            );
        }
    }
}

#[test]
fn one_thread_waits_for_keyboard_and_library() {
    let (mut window, _c) = start("cpp", "gui_loop", &["127.0.0.1:0"]);
    let target = format!("sip:window@127.0.0.1:{}", port(&mut window));
    let (mut phone, _d) = start("c", "poll_loop", &["127.0.0.1:0"]);
    let own = format!("sip:me@127.0.0.1:{}", port(&mut phone));
    phone.send_line(&format!("call {target}")).unwrap();
    window.wait_line("calls; answering", Deadline::secs(SOON)).unwrap();
    phone.wait_line("connected", Deadline::secs(SOON)).unwrap();
    window.wait_line("connected", Deadline::secs(SOON)).unwrap();
    phone.send_line("hangup").unwrap();
    phone.wait_line("ended (200)", Deadline::secs(SOON)).unwrap();
    window.wait_line("ended", Deadline::secs(SOON)).unwrap();
    window.wait_success(Deadline::secs(SOON)).unwrap();

    // The other way round.
    let (mut caller, _e) = start("cpp", "gui_loop", &["127.0.0.1:0", &own]);
    phone.wait_line("calls", Deadline::secs(SOON)).unwrap();
    phone.send_line("answer").unwrap();
    caller.wait_line("connected", Deadline::secs(SOON)).unwrap();
    phone.send_line("hangup").unwrap();
    phone.send_line("quit").unwrap();
    phone.wait_success(Deadline::secs(SOON)).unwrap();
    caller.wait_line("ended", Deadline::secs(SOON)).unwrap();
    caller.wait_success(Deadline::secs(SOON)).unwrap();
}
