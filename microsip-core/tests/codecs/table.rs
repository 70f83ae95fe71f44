//! Each codec carries speech both ways at once, with each kind of encryption.

use std::path::Path;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, Match, compare};
use microsip_testkit::dir::TestDir;
use microsip_testkit::{Deadline, steady};

use crate::{accounts, speech, support::*};

/// The least that may be left of speech: correlation, signal-to-noise ratio in dB.
fn bounds(codec: &Codec) -> (f64, f64) {
    match (codec.name.as_str(), codec.clock_rate) {
        ("L16", _) => (0.99, 18.0),
        ("PCMU" | "PCMA", _) => (0.99, 18.0),
        ("G722", _) => (0.99, 18.0),
        ("opus", _) => (0.93, 8.0),
        ("GSM", _) => (0.93, 7.0),
        ("speex", 8000) => (0.87, 5.0),
        ("speex", _) => (0.94, 9.0),
        // G.729 keeps what speech sounds like, not its waveform.
        _ => (0.80, 2.0),
    }
}

/// Two pieces of the speech, so that each side says something else.
fn pieces(dir: &Path) -> [(std::path::PathBuf, Audio); 2] {
    let all = Audio::read_wav(speech()).unwrap();
    let rate = all.rate_hz as usize;
    let half = all.samples.len() / 2;
    let take = |name: &str, from: usize| {
        let audio = Audio::new(
            all.samples[from..(from + 5 * rate / 2).min(all.samples.len())].to_vec(),
            all.rate_hz,
        );
        let file = dir.join(name);
        audio.write_wav(&file).unwrap();
        (file, audio)
    };
    [take("a.wav", 0), take("b.wav", half)]
}

fn good(codec: &Codec, heard: &Match) -> bool {
    let (correlation, snr) = bounds(codec);
    // A half second is found from a correlation of 0.7 on, to which G.729 comes close at times.
    let coverage = if codec.name == "G729" { 0.75 } else { 0.9 };
    heard.coverage > coverage
        && heard.correlation > correlation
        && heard.snr_db.is_some_and(|db| db > snr)
        && heard.level_db.abs() < 1.0
}

/// Each says its piece, at once; what the other heard of it.
fn exchange(dir: &TestDir, [out, inn]: [&Call; 2], [a, b]: &[(std::path::PathBuf, Audio); 2]) -> [Match; 2] {
    let (to_inn, to_out) = (dir.path().join("to-inn.wav"), dir.path().join("to-out.wav"));
    let recorders = [inn.record(&to_inn).unwrap(), out.record(&to_out).unwrap()];
    let players = [
        out.play(&a.0, PlayOptions::default()).unwrap(),
        inn.play(&b.0, PlayOptions::default()).unwrap(),
    ];
    for player in &players {
        player.wait_finished(Duration::from_secs(30)).unwrap();
    }
    // The jitter buffers still hold the last syllable.
    std::thread::sleep(Duration::from_millis(300));
    for recorder in &recorders {
        recorder.stop().unwrap();
        recorder.wait_finished(SOON).unwrap();
    }
    [(&a.1, &to_inn), (&b.1, &to_out)].map(|(said, file)| compare(said, &Audio::read_wav(file).unwrap()))
}

fn both_ways(list: &[Codec], keying: Option<SrtpKeying>) {
    let dir = TestDir::new("table").unwrap();
    let pieces = pieces(dir.path());
    let deadline = Deadline::secs(300);
    for codec in list {
        let ep = start(
            config()
                .close_timeout(Duration::from_millis(200))
                .codecs(&codec.to_string())
                .unwrap(),
        );
        accounts(&ep, keying);
        let (out, inn) = connected(&ep);
        microsip_testkit::wait_until(microsip_testkit::Deadline::secs(10), "audio both ways", || {
            let heard = |c: &Call| c.stats().is_ok_and(|s| s.received.packets > 10);
            (heard(&out) && heard(&inn)).then_some(())
        })
        .unwrap();
        let media = inn.info().media[0].clone();
        assert!(
            media.codec.as_ref().is_some_and(|c| c.to_string() == codec.to_string()),
            "{media:?}"
        );
        assert_eq!(media.srtp, keying, "{media:?}");
        steady(deadline, || {
            let mut wrong = Vec::new();
            // A machine that stood still for a moment, also before this, makes the jitter buffer throw frames away for seconds; a codec
            // that does not work never does.
            for _ in 0..3 {
                let heard = exchange(&dir, [&out, &inn], &pieces);
                wrong = ["out", "back"]
                    .into_iter()
                    .zip(heard)
                    .inspect(|(way, heard)| println!("{codec} {keying:?} {way}: {heard}"))
                    .filter(|(_, heard)| !good(codec, heard))
                    .map(|(way, heard)| format!("{way}: {heard}"))
                    .collect();
                if wrong.is_empty() {
                    break;
                }
            }
            assert!(wrong.is_empty(), "{codec} {keying:?}: {wrong:#?}");
        });
        let stats = out.stats().unwrap();
        let size = stats.sent.bytes / stats.sent.packets.max(1);
        // With RTP's header and SRTP's tag it must fit into a packet of 1,500 bytes.
        assert!(size <= 1400, "{codec}: packets of {size} bytes");
        out.hang_up().unwrap();
        ep.close();
    }
}

#[test]
fn heavy_each_codec_carries_speech_both_ways() {
    both_ways(&codecs(), None);
}

#[test]
fn heavy_each_codec_carries_speech_both_ways_encrypted_with_keys_in_the_sdp() {
    both_ways(&codecs(), Some(SrtpKeying::Sdes));
}

#[test]
fn heavy_each_codec_carries_speech_both_ways_encrypted_with_keys_by_dtls() {
    both_ways(&codecs(), Some(SrtpKeying::Dtls));
}

/// With the feature: `cargo xtask vendor --with bcg729`, then `--features g729`.
#[cfg(feature = "g729")]
#[test]
fn heavy_g729_carries_speech_both_ways() {
    let list = ["G729".parse().unwrap()];
    for keying in [None, Some(SrtpKeying::Sdes), Some(SrtpKeying::Dtls)] {
        both_ways(&list, keying);
    }
}
