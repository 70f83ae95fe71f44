//! Samples in and out of streams.

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::audio::Audio;

/// 16-bit samples of a signal.
pub fn pcm(audio: &Audio) -> Vec<i16> {
    audio.samples.iter().map(|s| (s * 32_767.0).round() as i16).collect()
}

/// The signal of 16-bit samples.
pub fn audio(samples: &[i16], rate: u32) -> Audio {
    Audio::new(samples.iter().map(|s| f32::from(*s) / 32_768.0).collect(), rate)
}

/// Reads frames for `time`; fails when one is lost, or when positions do not follow each other.
pub fn listen(sink: &mut AudioSink, time: Duration) -> Vec<i16> {
    let until = Instant::now() + time;
    let mut samples = Vec::new();
    let mut next = None;
    while Instant::now() < until {
        let frame = sink.read(Some(Duration::from_secs(5))).unwrap().unwrap();
        if let Some(next) = next {
            assert_eq!((frame.position, frame.lost), (next, 0));
        }
        next = Some(frame.position + frame.samples.len() as u64);
        samples.extend_from_slice(&frame.samples);
    }
    samples
}

/// Throws away what waits, and frames until the first with sound.
pub fn until_sound(sink: &mut AudioSink) -> AudioFrame {
    let deadline = Instant::now() + super::SOON;
    loop {
        let frame = sink.read(Some(Duration::from_secs(5))).unwrap().unwrap();
        if frame.samples.iter().any(|s| s.unsigned_abs() > 500) {
            return frame;
        }
        assert!(Instant::now() < deadline, "nothing but silence");
    }
}
