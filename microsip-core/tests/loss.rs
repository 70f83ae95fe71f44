//! Lost packets: what concealment and Opus' FEC make of them, measured against the same losses without.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(clippy::print_stdout, reason = "what was measured")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, Match, compare};
use microsip_testkit::dir::TestDir;
use microsip_testkit::impair::Impairment;
use microsip_testkit::{Deadline, steady};
use support::relayed::relayed;
use support::*;

fn speech() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav")
}

/// What is left of speech.
#[derive(Debug)]
struct Outcome {
    /// Mean correlation of all half seconds with speech, found or not.
    score: f64,
    /// Power of what matches over power of what does not, in dB.
    snr: f64,
    /// How far the spectrum is from that of the speech, in dB: see [`distortion`].
    distortion: f64,
}

/// Speech to the callee through these losses. A machine that stands still for a moment spoils more than they do: then it is said again.
fn through(
    config: EndpointConfig,
    codec: &str,
    options: CallOptions,
    answer: AnswerOptions,
    loss: Impairment,
) -> Outcome {
    let deadline = Deadline::secs(60);
    loop {
        let (outcome, jitter) = once(config.clone(), codec, options.clone(), answer.clone(), loss.clone());
        if jitter < Duration::from_millis(10) {
            return outcome;
        }
        println!("a run with {jitter:?} of jitter does not count");
        assert!(!deadline.is_over(), "this machine is too busy to tell what losses do");
    }
}

/// Once, with losses that begin with it; and the greatest jitter.
fn once(
    config: EndpointConfig,
    codec: &str,
    options: CallOptions,
    answer: AnswerOptions,
    loss: Impairment,
) -> (Outcome, Duration) {
    let dir = TestDir::new("loss").unwrap();
    let ep = start(config.codecs(codec).unwrap().close_timeout(Duration::from_millis(100)));
    let call = relayed(&ep, options, answer, loss);
    // The stream begins, and the jitter buffer with it.
    microsip_testkit::wait_until(Deadline::secs(10), "audio", || {
        call.inn.stats().is_ok_and(|s| s.received.packets > 50).then_some(())
    })
    .unwrap();
    let file = dir.join("heard.wav");
    let recorder = call.inn.record(&file).unwrap();
    let player = call.out.play(speech(), PlayOptions::default()).unwrap();
    call.relay.begin();
    player.wait_finished(Duration::from_secs(30)).unwrap();
    std::thread::sleep(Duration::from_millis(400));
    recorder.stop().unwrap();
    recorder.wait_finished(SOON).unwrap();
    let jitter = call.inn.stats().unwrap().received.jitter.max;
    ep.close();
    let (said, heard) = (Audio::read_wav(speech()).unwrap(), Audio::read_wav(&file).unwrap());
    let match_ = compare(&said, &heard);
    let all = &match_.segments;
    let outcome = Outcome {
        score: all.iter().map(|s| s.correlation).sum::<f64>() / all.len() as f64,
        snr: match_.snr_db.unwrap(),
        distortion: distortion(&said, &heard, &match_),
    };
    (outcome, jitter)
}

/// How many dB each third of an octave from 200 to 3,200 Hz is off, on average over the 20 ms frames that have speech: what one hears of a
/// hole, while correlation takes a guess with another phase for worse than silence. Levels below -50 dB of the loudest count as that.
fn distortion(said: &Audio, heard: &Audio, match_: &Match) -> f64 {
    const RATE: u32 = 16_000;
    const FRAME: usize = 320;
    let (x, y) = (said.resampled(RATE), heard.resampled(RATE));
    let bands = |frame: &[f32]| -> Vec<f64> {
        let center = |band: i32| 200.0 * 2_f64.powf(f64::from(band) / 3.0);
        (0..=12)
            .map(|band| {
                // The band's energy, by four frequencies in it.
                (0..4)
                    .map(|i| center(band) * 2_f64.powf((f64::from(i) - 1.5) / 12.0))
                    .map(|hz| {
                        let step = std::f64::consts::TAU * hz / f64::from(RATE);
                        let (re, im) = frame.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, s)| {
                            let window = (std::f64::consts::PI * (n as f64 + 0.5) / FRAME as f64).sin();
                            let (sin, cos) = (step * n as f64).sin_cos();
                            (re + f64::from(*s) * window * cos, im - f64::from(*s) * window * sin)
                        });
                        re * re + im * im
                    })
                    .sum()
            })
            .collect()
    };
    let frames: Vec<(Vec<f64>, Vec<f64>)> = x
        .samples
        .chunks_exact(FRAME)
        .enumerate()
        .filter_map(|(n, frame)| {
            // The jitter buffer may have moved in between: the delay is that of the half second around.
            let time = Duration::from_secs_f64((n * FRAME) as f64 / f64::from(RATE));
            let around = match_
                .segments
                .iter()
                .filter(|s| s.start <= time && time < s.start + s.length);
            let best = around.max_by(|a, b| a.correlation.total_cmp(&b.correlation))?;
            let at = (n * FRAME) as i64 + best.delay_samples.round() as i64;
            let heard = y.samples.get(usize::try_from(at).ok()?..)?.get(..FRAME)?;
            Some((bands(frame), bands(heard)))
        })
        .collect();
    let power = |bands: &[f64]| bands.iter().sum::<f64>();
    let loudest = frames.iter().map(|(x, _)| power(x)).fold(0.0, f64::max);
    let db = |energy: f64| 10.0 * (energy.max(loudest * 1e-5) / loudest).log10();
    let spoken: Vec<_> = frames.iter().filter(|(x, _)| power(x) > loudest * 1e-3).collect();
    let off =
        |(x, y): &&(Vec<f64>, Vec<f64>)| x.iter().zip(y).map(|(x, y)| (db(*x) - db(*y)).abs()).sum::<f64>() / 13.0;
    spoken.iter().map(off).sum::<f64>() / spoken.len() as f64
}

fn mean(list: &[Outcome], value: impl Fn(&Outcome) -> f64) -> f64 {
    list.iter().map(value).sum::<f64>() / list.len() as f64
}

/// The same losses with and without concealment.
fn concealed(codec: &str, loss: f64) -> [Vec<Outcome>; 2] {
    [false, true].map(|conceal| {
        let run = |seed| {
            through(
                config().concealment(conceal),
                codec,
                CallOptions::new(),
                AnswerOptions::new().opus(OpusOptions::new().fec(false)),
                Impairment::new(seed).loss(loss),
            )
        };
        [1, 2].map(run).into()
    })
}

fn concealment_helps(codecs: &[&str]) {
    let deadline = Deadline::secs(300);
    for codec in codecs {
        for loss in [0.05, 0.1] {
            steady(deadline, || {
                let [without, with] = concealed(codec, loss);
                let [before, after] =
                    [&without, &with].map(|o| [mean(o, |o| o.distortion), mean(o, |o| o.score), mean(o, |o| o.snr)]);
                println!("{codec} {loss}: distortion, score, SNR {before:.3?} without, {after:.3?} with concealment");
                // Their decoders missed a frame either way, and what that does to the next ones is most of what is left.
                let much = if ["GSM", "opus"].contains(codec) { 0.95 } else { 0.85 };
                assert!(after[0] < before[0] * much, "{codec} {loss}: {without:?} {with:?}");
                // Nothing is made worse by it either.
                assert!(after[1] > before[1] - 0.03, "{codec} {loss}: {without:?} {with:?}");
            });
        }
    }
}

#[test]
fn heavy_concealment_fills_the_holes_of_g711_and_g722() {
    concealment_helps(&["PCMU", "G722"]);
}

#[test]
fn heavy_concealment_fills_the_holes_of_gsm_and_l16() {
    concealment_helps(&["GSM", "L16/16000"]);
}

#[test]
fn heavy_concealment_fills_the_holes_of_speex_and_opus() {
    concealment_helps(&["speex/16000", "opus"]);
}

#[test]
fn heavy_copies_in_later_packets_of_opus_fill_holes_better() {
    let deadline = Deadline::secs(300);
    for (loss, expected) in [(0.05, 5), (0.1, 10)] {
        steady(deadline, || {
            let [without, with]: [Vec<Outcome>; 2] = [false, true].map(|fec| {
                let run = |seed| {
                    let opus = OpusOptions::new().fec(fec).expected_loss(expected).bit_rate(28_000);
                    let (options, answer) = (CallOptions::new().opus(opus), AnswerOptions::new().opus(opus));
                    through(config(), "opus", options, answer, Impairment::new(seed).loss(loss))
                };
                [1, 2, 3].map(run).into()
            });
            let [before, after] =
                [&without, &with].map(|o| [mean(o, |o| o.distortion), mean(o, |o| o.score), mean(o, |o| o.snr)]);
            println!("opus {loss}: distortion, score, SNR {before:.3?} without, {after:.3?} with FEC");
            assert!(after[2] > before[2] + 1.0, "{loss}: {without:?} {with:?}");
            assert!(
                after[1] > before[1] && after[0] < before[0],
                "{loss}: {without:?} {with:?}"
            );
        });
    }
}
