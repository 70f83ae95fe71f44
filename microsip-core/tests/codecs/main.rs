//! Codecs: which are offered, how they are set up, and that each carries speech both ways with every kind of encryption.
#![allow(clippy::print_stdout, reason = "what was measured")]
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod listener;
mod lists;
mod opus;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, tone, tone_level};
use microsip_testkit::dir::TestDir;
use microsip_testkit::{Deadline, steady};
use support::*;

fn speech() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav")
}

/// Two accounts, 1001 and 1002, whose calls are protected so.
fn accounts(ep: &Running, keying: Option<SrtpKeying>) {
    for user in ["1001", "1002"] {
        let account = AccountConfig::new(ep.uri(user));
        let account = match keying {
            None => account,
            Some(keying) => account.srtp(SrtpMode::Required).srtp_keying([keying]),
        };
        ep.add_account(account).unwrap();
    }
}

/// The media thread once stood still for up to 250 ms at the end of each handshake (patch 0095): what had piled up in the socket
/// by then made the jitter buffer throw frames away for seconds, which codecs that predict from frame to frame turn into noise.
#[test]
fn heavy_a_tone_comes_out_of_a_dtls_call_as_steady_as_it_went_in() {
    let dir = TestDir::new("steady").unwrap();
    let (file, heard) = (dir.join("tone.wav"), dir.join("heard.wav"));
    tone(440.0, -10.0, Duration::from_secs(5), 16_000)
        .write_wav(&file)
        .unwrap();
    let deadline = Deadline::secs(240);
    for codec in ["PCMU", "speex/8000", "speex/16000", "speex/32000", "opus"] {
        steady(deadline, || {
            let ep = start(config().codecs(codec).unwrap());
            accounts(&ep, Some(SrtpKeying::Dtls));
            let (out, inn) = connected(&ep);
            let recorder = inn.record(&heard).unwrap();
            let player = out.play(&file, PlayOptions::default()).unwrap();
            player.wait_finished(SOON).unwrap();
            recorder.stop().unwrap();
            recorder.wait_finished(SOON).unwrap();
            let audio = Audio::read_wav(&heard).unwrap();
            let half = audio.rate_hz as usize / 2;
            let levels: Vec<f64> = audio
                .samples
                .chunks_exact(half)
                .map(|part| tone_level(&Audio::new(part.to_vec(), audio.rate_hz), 440.0))
                .collect();
            // What was said before there were keys is lost.
            let first = levels.iter().position(|level| *level > -30.0).unwrap() + 1;
            assert!(levels.len() > first + 5, "{codec}: {levels:.1?}");
            // A busy machine may stand still now and then; the fault spoiled nearly all of the first four seconds.
            let off = levels[first..]
                .iter()
                .filter(|level| (*level + 10.0).abs() > 1.0)
                .count();
            assert!(off <= 3, "{codec}: {levels:.1?}");
            out.hang_up().unwrap();
            ep.close();
        });
    }
}
