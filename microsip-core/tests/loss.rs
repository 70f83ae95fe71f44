//! Lost packets: what concealment and Opus' FEC make of them, measured against the same losses without.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, Match, compare};
use microsip_testkit::dir::TestDir;
use microsip_testkit::impair::Impairment;
use support::relayed::relayed;
use support::*;

fn speech() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav")
}

/// What is left of speech, and the share of packets that was lost.
struct Outcome {
    heard: Match,
    lost: f64,
}

impl Outcome {
    /// Mean correlation of all half seconds with speech, found or not.
    fn score(&self) -> f64 {
        let all = &self.heard.segments;
        all.iter().map(|s| s.correlation).sum::<f64>() / all.len() as f64
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} % lost: score {:.3}, {}", self.lost * 100.0, self.score(), self.heard)
    }
}

/// Speech to the callee through these losses.
fn through(config: EndpointConfig, codec: &str, options: CallOptions, answer: AnswerOptions, loss: Impairment) -> Outcome {
    let dir = TestDir::new("loss").unwrap();
    let ep = start(config.codecs(codec).unwrap().close_timeout(Duration::from_millis(100)));
    let call = relayed(&ep, options, answer, loss);
    // The stream begins, and the jitter buffer with it.
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(10), "audio", || {
        call.inn.stats().is_ok_and(|s| s.received.packets > 25).then_some(())
    })
    .unwrap();
    let file = dir.join("heard.wav");
    let recorder = call.inn.record(&file).unwrap();
    let player = call.out.play(speech(), PlayOptions::default()).unwrap();
    player.wait_finished(Duration::from_secs(30)).unwrap();
    std::thread::sleep(Duration::from_millis(400));
    recorder.stop().unwrap();
    recorder.wait_finished(SOON).unwrap();
    let passed = call.relay.to_callee();
    ep.close();
    Outcome {
        heard: compare(&Audio::read_wav(speech()).unwrap(), &Audio::read_wav(&file).unwrap()),
        lost: passed.lost as f64 / passed.received as f64,
    }
}

#[test]
fn heavy_probe() {
    for codec in ["PCMU", "G722", "GSM", "L16/16000"] {
        for loss in [0.05, 0.1] {
            for conceal in [false, true] {
                let o = through(
                    config().concealment(conceal),
                    codec,
                    CallOptions::new(),
                    AnswerOptions::new().opus(OpusOptions::new().fec(false)),
                    Impairment::new(1).loss(loss).spare(30),
                );
                println!("{codec} {loss} conceal {conceal}: {o}");
            }
        }
    }
}

#[test]
fn heavy_probe_fec() {
    for seed in [1, 2] {
        for (loss, burst) in [(0.05, 1.0), (0.1, 1.0), (0.1, 2.0)] {
            for fec in [false, true] {
                let opus = OpusOptions::new().fec(fec).expected_loss(10).bit_rate(28_000);
                let o = through(
                    config(),
                    "opus",
                    CallOptions::new().opus(opus),
                    AnswerOptions::new().opus(opus),
                    Impairment::new(seed).loss(loss).burst(burst).spare(30),
                );
                println!("{seed} {loss} {burst} fec {fec}: {o}");
            }
        }
    }
}
