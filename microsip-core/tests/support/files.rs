//! Audio files of every kind, made by others' programs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use microsip_testkit::audio::tone;

/// Runs a program and insists on its success.
pub fn tool(program: &str, args: &[&str]) {
    let out = Command::new(program).args(args).output();
    let out = out.unwrap_or_else(|e| panic!("{program}: {e} (cargo xtask test installs it)"));
    assert!(
        out.status.success(),
        "{program} {args:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
}

pub fn speech() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav")
}

/// A tone as 16-bit WAV.
pub fn tone_file(dir: &Path, name: &str, hz: f64, length: Duration, rate: u32) -> PathBuf {
    let path = dir.join(name);
    tone(hz, -12.0, length, rate).write_wav(&path).unwrap();
    path
}

/// `from` as another file, by sox (Opus: by opusenc) with further arguments for the output; its name says which format.
pub fn converted(from: &Path, to: &Path, args: &[&str]) -> PathBuf {
    let (source, target) = (from.to_str().unwrap(), to.to_str().unwrap());
    if to.extension().is_some_and(|e| e == "opus") {
        tool("opusenc", &[&["--quiet"], args, &[source, target]].concat());
    } else {
        tool("sox", &[&["-D", source], args, &[target]].concat());
    }
    to.to_owned()
}

/// Channels of a 16-bit WAV file, and its rate.
pub fn channels(file: &Path) -> (Vec<Vec<i16>>, u32) {
    let mut reader = hound::WavReader::open(file).unwrap();
    let spec = reader.spec();
    let mut out = vec![Vec::new(); usize::from(spec.channels)];
    for (n, sample) in reader.samples::<i16>().enumerate() {
        out[n % usize::from(spec.channels)].push(sample.unwrap());
    }
    (out, spec.sample_rate)
}
