//! What the filters do to a fixture: speech, a room, noise.

use super::*;
use microsip_testkit::audio::Audio;

const RATE: u32 = 16_000;
const FRAME: usize = 320;

/// The speech the demonstration plays, repeated to the length asked for, with an RMS as asked for while it speaks.
fn speech(seconds: usize, dbov: f64, from_s: f64) -> Vec<f64> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../microsip-cli/assets/speech.wav");
    let audio = Audio::read_wav(path).unwrap().resampled(RATE);
    let samples: Vec<f64> = audio.samples.iter().map(|s| f64::from(*s)).collect();
    let start = (from_s * f64::from(RATE)) as usize % samples.len();
    let repeated: Vec<f64> = samples
        .iter()
        .cycle()
        .skip(start)
        .take(seconds * RATE as usize)
        .copied()
        .collect();
    let gain = 10_f64.powf((dbov - active_level(&repeated)) / 20.0);
    repeated.iter().map(|s| s * gain).collect()
}

fn rms_db(samples: &[f64]) -> f64 {
    let mean = samples.iter().map(|s| s * s).sum::<f64>() / samples.len().max(1) as f64;
    10.0 * (mean.max(1e-12)).log10()
}

/// The level of the frames within 20 dB of the loudest tenth: pauses do not count (the idea of ITU-T P.56).
fn active_level(samples: &[f64]) -> f64 {
    let mut levels: Vec<f64> = samples.chunks(FRAME).map(rms_db).collect();
    levels.sort_by(f64::total_cmp);
    let loud = levels[levels.len() * 9 / 10];
    let active: Vec<f64> = samples
        .chunks(FRAME)
        .filter(|c| rms_db(c) > loud - 20.0)
        .flatten()
        .copied()
        .collect();
    rms_db(&active)
}

fn noise(samples: usize, dbov: f64) -> Vec<f64> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let white: Vec<f64> = (0..samples)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
        .collect();
    let gain = 10_f64.powf((dbov - rms_db(&white)) / 20.0);
    white.iter().map(|s| s * gain).collect()
}

/// What a small office does to a loudspeaker's sound on its way to the microphone: 12 ms until the direct sound, reflections
/// that decay by 60 dB in 250 ms, all of it 10 dB softer. One reflection in half a millisecond is enough.
fn room(far: &[f64]) -> Vec<f64> {
    let taps = (0.12 * f64::from(RATE)) as usize;
    let direct = (0.012 * f64::from(RATE)) as usize;
    let mut response = noise(taps, 0.0);
    for (n, tap) in response.iter_mut().enumerate() {
        let t = n as f64 / f64::from(RATE);
        *tap *= if n < direct || n % 8 > 0 {
            0.0
        } else {
            10_f64.powf(-3.0 * t / 0.25) * 0.25
        };
    }
    response[direct] = 1.0;
    let energy: f64 = response.iter().map(|t| t * t).sum();
    let gain = 10_f64.powf(-10.0 / 20.0) / energy.sqrt();
    let mut heard = vec![0.0; far.len()];
    for (tap, weight) in response.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        for (slot, sample) in heard.iter_mut().skip(tap).zip(far) {
            *slot += sample * weight * gain;
        }
    }
    heard
}

fn samples(floats: &[f64]) -> Vec<i16> {
    floats.iter().map(|s| (s * 32_768.0).round() as i16).collect()
}

fn floats(samples: &[i16]) -> Vec<f64> {
    samples.iter().map(|s| f64::from(*s) / 32_768.0).collect()
}

fn filtered(voice: &mut Voice, near: &[f64], far: &[f64]) -> Vec<f64> {
    let (mut near, far) = (samples(near), samples(far));
    for (near, far) in near.chunks_exact_mut(FRAME).zip(far.chunks_exact(FRAME)) {
        voice.process(near, far);
    }
    floats(&near)
}

/// Echo return loss enhancement (ITU-T G.168 §3.3) over the last seconds.
fn erle(echo: &[f64], left: &[f64], seconds: usize) -> f64 {
    let from = echo.len() - seconds * RATE as usize;
    rms_db(&echo[from..]) - rms_db(&left[from..])
}

fn settings(suppression: f32) -> VoiceProcessing {
    VoiceProcessing::new().echo(EchoCancellation::new().suppression_db(suppression))
}

#[test]
fn the_echo_of_a_room_goes() {
    let far = speech(12, -20.0, 0.0);
    let echo = room(&far);
    for (suppression, least) in [(0.0, 28.0), (40.0, 36.0)] {
        let mut voice = Voice::new("t", RATE, &settings(suppression)).unwrap();
        let left = filtered(&mut voice, &echo, &far);
        let erle = erle(&echo, &left, 4);
        eprintln!("suppression {suppression} dB: ERLE {erle:.1} dB");
        assert!(erle > least, "suppression {suppression} dB: ERLE {erle:.1} dB");
    }
}

#[test]
fn who_speaks_at_the_same_time_is_heard() {
    let far = speech(16, -20.0, 0.0);
    let echo = room(&far);
    let mut own = speech(16, -22.0, 1.3);
    // We speak from the tenth second on, when the room is known.
    own[..10 * RATE as usize].fill(0.0);
    let near: Vec<f64> = echo.iter().zip(&own).map(|(a, b)| a + b).collect();
    let mut voice = Voice::new("t", RATE, &settings(40.0)).unwrap();
    let out = filtered(&mut voice, &near, &far);
    let tail = 11 * RATE as usize..;
    let (out, own) = (&out[tail.clone()], &own[tail]);
    // What comes out is mostly us: the best scaled copy of our speech explains most of it.
    let (best, _) = aligned(out, own);
    eprintln!("correlation with our own speech {best:.2}");
    assert!(best > 0.7, "{best}");
}

/// The largest normalised correlation within 20 ms, and at which delay.
fn aligned(out: &[f64], wanted: &[f64]) -> (f64, usize) {
    (0..FRAME)
        .map(|delay| {
            let (a, b) = (&out[delay..], &wanted[..wanted.len() - delay]);
            let dot: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            let norm = |s: &[f64]| s.iter().map(|x| x * x).sum::<f64>().sqrt();
            (dot / (norm(a) * norm(b)).max(1e-9), delay)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap()
}

#[test]
fn noise_goes_and_speech_stays() {
    let clean = speech(12, -22.0, 0.0);
    let noise = noise(clean.len(), -40.0);
    let noisy: Vec<f64> = clean.iter().zip(&noise).map(|(a, b)| a + b).collect();
    let settings = VoiceProcessing::new().noise_suppression_db(20.0);
    let mut voice = Voice::new("t", RATE, &settings).unwrap();
    let silence = vec![0.0; clean.len()];
    let out = filtered(&mut voice, &noisy, &silence);
    // Pauses are where the clean speech is below −60 dBov; the filter is a frame late at the most.
    let pause =
        |n: usize| (n.saturating_sub(2)..=n + 1).all(|m| clean.chunks(FRAME).nth(m).is_none_or(|c| rms_db(c) < -60.0));
    let (mut in_pauses, mut before) = (Vec::new(), Vec::new());
    for n in 150..clean.len() / FRAME {
        if pause(n) {
            in_pauses.extend_from_slice(&out[n * FRAME..(n + 1) * FRAME]);
            before.extend_from_slice(&noisy[n * FRAME..(n + 1) * FRAME]);
        }
    }
    assert!(in_pauses.len() > RATE as usize / 2, "the fixture has pauses");
    let (less, speech) = (
        rms_db(&before) - rms_db(&in_pauses),
        active_level(&out) - active_level(&clean),
    );
    eprintln!(
        "noise {less:.1} dB less, speech {speech:+.1} dB: SNR {:+.1} dB",
        less + speech
    );
    assert!(less > 10.0, "noise is {less:.1} dB less");
    assert!(speech.abs() < 3.0, "speech is changed by {speech:.1} dB");
}

#[test]
fn automatic_gain_brings_speech_to_its_target() {
    let mut off: Vec<f64> = Vec::new();
    for target in [-18.0, -26.0] {
        for level in [-44.0, -32.0, -20.0, -12.0] {
            let said = speech(20, level, 0.0);
            let settings = VoiceProcessing::new().gain_target_dbov(target as f32);
            let mut voice = Voice::new("t", RATE, &settings).unwrap();
            let out = filtered(&mut voice, &said, &vec![0.0; said.len()]);
            let became = active_level(&out[12 * RATE as usize..]);
            eprintln!("target {target} dBov: {level} became {became:.1}");
            off.push(became - target);
        }
    }
    assert!(off.iter().all(|d| d.abs() < 4.0), "{off:.1?}");
}

#[test]
fn what_is_off_changes_nothing() {
    let said = speech(2, -20.0, 0.0);
    let mut voice = Voice::new("t", RATE, &VoiceProcessing::new()).unwrap();
    let before = floats(&samples(&said));
    assert_eq!(filtered(&mut voice, &said, &said), before);
    // Nor does a frame of another size.
    let mut odd = [100_i16; 80];
    voice.process(&mut odd, &[0; 80]);
    assert_eq!(odd, [100; 80]);
}

/// AEC3 needs PJLIB, so it is made, used and freed on an engine's thread.
#[cfg(all(feature = "aec3", feature = "fault-injection"))]
#[test]
fn the_echo_of_a_room_goes_with_aec3() {
    use crate::engine::Lane;
    use crate::media::EchoCanceller;
    use crate::{Endpoint, EndpointConfig};
    let config = EndpointConfig::default().bind("127.0.0.1:0".parse().unwrap());
    let endpoint = Endpoint::start(config).unwrap();
    let far = speech(12, -20.0, 0.0);
    let echo = room(&far);
    let settings = VoiceProcessing::new().echo(EchoCancellation::new().canceller(EchoCanceller::Aec3));
    let left = {
        let (near, far) = (echo.clone(), far);
        let made = endpoint.shared().run("t", Lane::Normal, move |engine| {
            // Not supported at 8 kHz.
            assert!(engine.pj.voice_with_aec3("t", 8000, &settings).is_err());
            let mut voice = engine.pj.voice_with_aec3("t", RATE, &settings)?;
            Ok(filtered(&mut voice, &near, &far))
        });
        made.unwrap()
    };
    let erle = erle(&echo, &left, 4);
    eprintln!("AEC3: ERLE {erle:.1} dB");
    assert!(erle > 20.0, "{erle:.1}");
    endpoint.close().unwrap();
}
