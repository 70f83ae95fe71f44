//! Codecs, recordings and streams.

use std::path::Path;

use microsip_core::{AudioDeviceOptions, EndpointConfig, RecordFormat, SpeechOptions, VoiceProcessing};

use crate::args::{AudioArgs, DeviceArgs, RecordArgs, RunArgs};
use crate::exit::Failure;
use crate::run::output::Target;
use crate::run::streams::template;

pub(super) fn configure(mut config: EndpointConfig, args: &AudioArgs, devices: &DeviceArgs) -> EndpointConfig {
    if devices.any() {
        config = config.audio_devices(device_options(devices));
    }
    if let Some(opus) = args.opus {
        config = config.opus(opus);
    }
    if args.detect_speech {
        config = config.speech_detection(SpeechOptions::default());
    }
    config.ptime = args.ptime;
    config.bridge_rate = args.bridge_rate;
    config
}

/// Which devices are opened: those named, and with `--audio-device` both.
fn device_options(args: &DeviceArgs) -> AudioDeviceOptions {
    let both = args.audio_device.as_ref();
    let processing = match args.hands_free {
        true => VoiceProcessing::hands_free(),
        false => VoiceProcessing::new(),
    };
    AudioDeviceOptions::new()
        .input(args.audio_input.as_ref().or(both).cloned())
        .output(args.audio_output.as_ref().or(both).cloned())
        .ringing(args.ringing_device.clone())
        .processing(processing)
}

/// Where events go: standard output, unless it is a tap's.
pub(in crate::run) fn output(args: &RunArgs) -> Target {
    Target {
        json: args.common.json,
        stderr: args.audio.tap.iter().any(|tap| tap.to_stdout()),
    }
}

fn is_template(path: &Path) -> bool {
    path.to_string_lossy().contains(['{', '}'])
}

/// Looks at the file of `--record` before a call needs it.
pub(crate) fn check_record(path: &Path, args: &RecordArgs) -> Result<(), Failure> {
    let usage = |e: microsip_core::Error| Failure::usage(format!("--record: {}", e.message()));
    template(path).map_err(usage)?;
    if args.record_format.is_none() {
        RecordFormat::of_path(path).map_err(usage)?;
    }
    if is_template(path) {
        return Ok(());
    }
    if path.is_dir() {
        return Err(Failure::usage(format!(
            "--record: {} is a folder; name a file in it",
            path.display()
        )));
    }
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::usage(format!(
            "--record: there is no folder {}",
            folder.display()
        )));
    }
    Ok(())
}

/// Looks at names and files before a call needs them.
pub(super) fn check(args: &RunArgs) -> Result<(), Failure> {
    let usage = |option: &str, e: microsip_core::Error| Failure::usage(format!("{option}: {}", e.message()));
    let audio = &args.audio;
    if args.devices.hands_free && !args.devices.any() {
        return Err(Failure::usage("--hands-free: no device is opened; give --audio-device"));
    }
    let taps = audio.tap.iter().filter(|tap| !tap.to_stdout());
    if audio.tap.len() > taps.clone().count() + 1 {
        return Err(Failure::usage("--tap: only one can go to standard output"));
    }
    for tap in taps {
        template(&tap.file).map_err(|e| usage("--tap", e))?;
        if tap.file.is_dir() {
            let path = tap.file.display();
            return Err(Failure::usage(format!("--tap: {path} is a folder; name a file in it")));
        }
    }
    for feed in &audio.feed {
        let fixed = template(&feed.file).map_err(|e| usage("--feed", e))?.is_none();
        // Another one is opened anew for each call.
        if fixed && let Err(e) = std::fs::metadata(&feed.file) {
            return Err(Failure::usage(format!("--feed: {}: {e}", feed.file.display())));
        }
    }
    Ok(())
}
