//! Recordings: when, where, under which name, what is in them (reference section 7.7).
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::peer::{Got, Invite, Leg, Peer};
use common::phone::Home;
use common::solo::Phone;
use microsip_testkit::audio::Audio;
use serde_json::json;

fn account(name: &str, settings: &str, label: &str) -> Phone {
    let section = format!("[Account1]\n{label}\nusername=204\ndomain=pbx.test\n");
    let settings = format!("accountId=1\nsingleMode=0\nrecordingPath=Records here\n{settings}");
    Phone::with(Home::new(name), &settings, &section)
}

fn talking(phone: &mut Phone, peer: &Peer, user: &str) -> (Leg, Got) {
    let mut leg = peer.rings(&phone.address(), &Invite::from(user).to("204"));
    phone.ask("/answer");
    let answer = peer.answered(&mut leg);
    phone.wait_call("confirmed");
    (leg, answer)
}

/// What lies in the folder, sorted.
fn files(phone: &Phone) -> Vec<PathBuf> {
    let Ok(folder) = std::fs::read_dir(phone.home.dir.join("Records here")) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The name without its date and time, which must be there.
fn rest(path: &Path) -> String {
    let name = name(path);
    let parts: Vec<&str> = name.splitn(3, '-').collect();
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    assert!(digits(parts[0], 8) && digits(parts[1], 6), "{name}");
    parts[2].to_owned()
}

fn seconds_of_sound(path: &Path) -> f64 {
    let audio = Audio::read_wav(path).unwrap();
    let loud = audio.samples.iter().filter(|s| s.abs() > 0.03).count();
    loud as f64 / f64::from(audio.rate_hz)
}

#[test]
fn every_call_is_recorded_from_its_answer() {
    let mut phone = account("auto", "autoRecording=1\nrecordingFormat=wav", "label=My. Desk");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("a.b*c").to("204"));
    // Nothing before the answer.
    assert!(files(&phone).is_empty());
    phone.ask("/answer");
    let answer = peer.answered(&mut leg);
    let talker = peer.talk(&answer.msg);
    phone.wait_call("confirmed");
    // Long enough for a second of sound.
    peer.hear("packets", |packet| packet.kind == 0);
    for _ in 0..75 {
        peer.hear("packets", |packet| packet.kind == 0);
    }
    peer.bye(&mut leg);
    drop(talker);
    let told = phone.wait("recording", |e| e["state"] == "finished");
    let all = files(&phone);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(rest(&all[0]), "a_b_c-incoming-My__Desk.wav");
    assert!(told.to_string().contains(&name(&all[0])), "{told}");
    assert!(seconds_of_sound(&all[0]) > 0.5, "{}", seconds_of_sound(&all[0]));
}

#[test]
fn an_outgoing_call_is_recorded_under_the_own_user() {
    let mut phone = account("outgoing", "autoRecording=1\nrecordingFormat=wav", "label=");
    let peer = Peer::new();
    phone.ask(&peer.uri("bob"));
    let mut leg = peer.take(&peer.called());
    phone.wait_call("confirmed");
    peer.bye(&mut leg);
    phone.wait("recording", |e| e["state"] == "finished");
    assert_eq!(rest(&files(&phone)[0]), "bob-outgoing-204.wav");
}

#[test]
fn a_call_nobody_answers_is_not_recorded() {
    let mut phone = account("unanswered", "autoRecording=1\nrecordingFormat=wav", "label=L");
    let peer = Peer::new();
    phone.ask(&peer.uri("bob"));
    let invite = peer.called();
    peer.reply(&invite, 486, "Busy Here", "", "");
    phone.wait_call("disconnected");
    let mut leg = peer.rings(&phone.address(), &Invite::from("100").to("204"));
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
    phone.exit();
    assert!(files(&phone).is_empty(), "{:?}", files(&phone));
}

#[test]
fn recording_by_the_button() {
    let mut phone = account("button", "recordingFormat=wav", "label=L");
    let peer = Peer::new();
    let (mut leg, _) = talking(&mut phone, &peer, "100");
    assert!(files(&phone).is_empty());
    let on = phone.command("record", json!({ "state": "on" }));
    assert_eq!(on["recording"], true, "{on}");
    let first = PathBuf::from(on["file"].as_str().unwrap());
    assert!(first.is_file(), "{on}");
    // Once is enough.
    assert_eq!(phone.command("record", json!({ "state": "on" }))["file"], on["file"]);
    assert_eq!(phone.command("calls", json!({}))[0]["is_recording"], true);
    assert_eq!(phone.command("record", json!({ "state": "off" }))["recording"], false);
    phone.wait("recording", |e| e["state"] == "finished");
    // The call keeps its file's name.
    let call = phone.command("calls", json!({}))[0].clone();
    assert_eq!(
        (&call["is_recording"], &call["recording"]),
        (&json!(false), &on["file"])
    );
    // Again, to another file, which the end of the call ends.
    let again = phone.command("record", json!({ "state": "toggle" }));
    assert_ne!(again["file"], on["file"]);
    peer.bye(&mut leg);
    phone.wait("recording", |e| e["state"] == "finished");
    assert_eq!(files(&phone).len(), 2);
    // Without a call.
    phone.find("call", |e| e["state"] == "disconnected");
    phone.refused(r#"{"command":"record","state":"on"}"#);
}

#[test]
fn two_calls_in_the_same_second_have_two_files() {
    let mut phone = account(
        "same-second",
        "autoRecording=1\nrecordingFormat=wav\nautoAnswer=all\nautoAnswerCalls=all\nAC=1",
        "label=L",
    );
    let (one, two) = (Peer::new(), Peer::new());
    // The same user at two hosts.
    let mut first = one.invite(&phone.address(), &Invite::from("<sip:100@a.test>").to("204"));
    let mut second = two.invite(&phone.address(), &Invite::from("<sip:100@b.test>").to("204"));
    one.answered(&mut first);
    two.answered(&mut second);
    phone.wait_call("confirmed");
    phone.wait_call("confirmed");
    one.bye(&mut first);
    two.bye(&mut second);
    phone.wait("recording", |e| e["state"] == "finished");
    phone.wait("recording", |e| e["state"] == "finished");
    assert_eq!(files(&phone).len(), 2, "{:?}", files(&phone));
}

#[test]
fn what_is_not_wav_is_compressed() {
    let mut phone = account("compressed", "autoRecording=1", "label=L");
    let peer = Peer::new();
    let (mut leg, _) = talking(&mut phone, &peer, "100");
    peer.bye(&mut leg);
    phone.wait("recording", |e| e["state"] == "finished");
    let name = rest(&files(&phone)[0]);
    // MP3 there; here what this build can write.
    assert!(
        ["100-incoming-L.mp3", "100-incoming-L.opus", "100-incoming-L.wav"].contains(&&*name),
        "{name}"
    );
}

#[test]
fn a_folder_that_cannot_be_made_harms_no_call() {
    let home = Home::new("no-folder");
    home.dir.write("taken", "a file").unwrap();
    let settings = "autoRecording=1\nrecordingPath=taken/below";
    let mut phone = Phone::with(home, settings, "");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait("error", |_| true);
    assert!(peer.look(Duration::from_millis(300), |m| m.is_request("BYE")).is_none());
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
}
