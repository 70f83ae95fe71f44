//! The system's sound devices by `cpal`: ALSA (and PulseAudio, PipeWire through it), CoreAudio, WASAPI.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, FromSample, InputCallbackInfo, OutputCallbackInfo, Sample, SampleFormat, SizedSample, StreamConfig,
    SupportedBufferSize, SupportedStreamConfigRange,
};

use super::backend::{Backend, OnLost, Opened, now};
use super::list::{AudioDevice, DeviceDirection};
use super::ring::{self, CaptureFeed, CaptureReader, Flow, PlaybackFeed, PlaybackWriter};
use crate::{Error, ErrorKind, Result};

/// What is asked of a device that has it.
const RATE: u32 = 48_000;
/// How much it is to take at a time, in ms. Systems round it.
const PERIOD_MS: u32 = 20;
/// How long a device may stay silent until its state is asked for.
const POLL: Duration = Duration::from_millis(500);

/// The system's own.
pub(crate) struct Cpal;

impl Backend for Cpal {
    fn devices(&self, op: &'static str) -> Result<Vec<AudioDevice>> {
        let _quiet = quiet();
        let host = cpal::default_host();
        let defaults = [
            host.default_input_device().and_then(|d| d.id().ok()),
            host.default_output_device().and_then(|d| d.id().ok()),
        ];
        let mut list = Vec::new();
        for device in host.devices().map_err(|e| failed(op, "the list of devices", &e))? {
            let Ok(id) = device.id() else { continue };
            if !is_listed(id.id()) {
                continue;
            }
            for (direction, is_there) in [
                (DeviceDirection::Input, device.supports_input()),
                (DeviceDirection::Output, device.supports_output()),
            ] {
                if is_there {
                    let is_default = defaults[direction as usize].as_ref() == Some(&id);
                    list.push(describe(&device, direction, is_default));
                }
            }
        }
        // The default first, then by name, so that the order does not depend on the system's mood.
        list.sort_by(|a, b| {
            (a.direction, !a.is_default, &a.name, &a.id).cmp(&(b.direction, !b.is_default, &b.name, &b.id))
        });
        list.dedup();
        Ok(list)
    }

    fn open_output(
        &self,
        op: &'static str,
        id: Option<&str>,
        bridge_rate: u32,
        lost: OnLost,
    ) -> Result<Opened<PlaybackWriter>> {
        let _quiet = quiet();
        let found = Found::new(op, id, DeviceDirection::Output)?;
        let ranges = found.device.supported_output_configs();
        let (config, format) = found.choose(op, ranges)?;
        let (end, feed) = ring::playback(op, bridge_rate, config.sample_rate)?;
        let stream = match format {
            SampleFormat::F32 => output::<f32>(&found.device, config, feed, lost),
            SampleFormat::I16 => output::<i16>(&found.device, config, feed, lost),
            SampleFormat::I32 => output::<i32>(&found.device, config, feed, lost),
            SampleFormat::U8 => output::<u8>(&found.device, config, feed, lost),
            _ => return Err(found.refuses(op, "its sample format is none we know")),
        };
        found.run(op, stream, end)
    }

    fn open_input(
        &self,
        op: &'static str,
        id: Option<&str>,
        bridge_rate: u32,
        lost: OnLost,
    ) -> Result<Opened<CaptureReader>> {
        let _quiet = quiet();
        let found = Found::new(op, id, DeviceDirection::Input)?;
        let ranges = found.device.supported_input_configs();
        let (config, format) = found.choose(op, ranges)?;
        let (feed, end) = ring::capture(op, config.sample_rate, bridge_rate)?;
        let stream = match format {
            SampleFormat::F32 => input::<f32>(&found.device, config, feed, lost),
            SampleFormat::I16 => input::<i16>(&found.device, config, feed, lost),
            SampleFormat::I32 => input::<i32>(&found.device, config, feed, lost),
            SampleFormat::U8 => input::<u8>(&found.device, config, feed, lost),
            _ => return Err(found.refuses(op, "its sample format is none we know")),
        };
        found.run(op, stream, end)
    }
}

/// ALSA's library complains on standard error about every device that cannot be opened. While this lives, it complains to the
/// log, and on this thread only.
#[cfg(target_os = "linux")]
fn quiet() -> impl Drop {
    struct Complaints(Option<std::rc::Rc<std::cell::RefCell<alsa::Output>>>);
    impl Drop for Complaints {
        fn drop(&mut self) {
            let text = self.0.take().map(|o| o.borrow().to_string()).unwrap_or_default();
            if !text.is_empty() {
                tracing::debug!(target: "microsip", "ALSA: {}", text.trim_end());
            }
        }
    }
    // Whoever asks again replaces it, and its text with it.
    Complaints(alsa::Output::local_error_handler().ok())
}

/// Others are quiet.
#[cfg(not(target_os = "linux"))]
fn quiet() {}

/// A device about to be opened.
struct Found {
    device: cpal::Device,
    described: AudioDevice,
}

impl Found {
    fn new(op: &'static str, id: Option<&str>, direction: DeviceDirection) -> Result<Found> {
        let host = cpal::default_host();
        let device = match (id, direction) {
            (Some(id), _) => {
                let full = match id.parse() {
                    Ok(full) => full,
                    // A bare name of the system's.
                    Err(_) => cpal::DeviceId::new(host.id(), id),
                };
                host.device_by_id(&full).ok_or_else(|| {
                    Error::new(
                        ErrorKind::Device,
                        op,
                        format!("there is no {} device {id}", direction.name()),
                    )
                })?
            }
            (None, DeviceDirection::Input) => host.default_input_device().ok_or_else(|| no_default(op, direction))?,
            (None, DeviceDirection::Output) => host.default_output_device().ok_or_else(|| no_default(op, direction))?,
        };
        let described = describe(&device, direction, id.is_none());
        Ok(Found { device, described })
    }

    /// A rate, channels and a format the device has: the nearest to 48 kHz, stereo out and mono in.
    fn choose<I>(&self, op: &'static str, ranges: Result<I, cpal::Error>) -> Result<(StreamConfig, SampleFormat)>
    where
        I: Iterator<Item = SupportedStreamConfigRange>,
    {
        let wanted: u16 = match self.described.direction {
            DeviceDirection::Input => 1,
            DeviceDirection::Output => 2,
        };
        let ranges = ranges.map_err(|e| failed(op, &self.described.to_string(), &e))?;
        let best = ranges
            .filter_map(|range| {
                let format = range.sample_format();
                let taste = [
                    SampleFormat::F32,
                    SampleFormat::I16,
                    SampleFormat::I32,
                    SampleFormat::U8,
                ]
                .iter()
                .position(|f| *f == format)?;
                let rate = RATE.clamp(range.min_sample_rate(), range.max_sample_rate());
                let channels = range.channels();
                let key = (rate.abs_diff(RATE), channels.abs_diff(wanted), taste);
                let period = rate * PERIOD_MS / 1000;
                let buffer_size = match range.buffer_size() {
                    SupportedBufferSize::Range { min, max } if min <= max => {
                        BufferSize::Fixed(period.clamp(*min, *max))
                    }
                    _ => BufferSize::Default,
                };
                let config = StreamConfig {
                    channels,
                    sample_rate: rate,
                    buffer_size,
                };
                Some((key, config, format))
            })
            // Below 8 kHz there is no telephony, above 192 kHz only work.
            .filter(|(_, config, _)| (8000..=192_000).contains(&config.sample_rate))
            .min_by_key(|(key, ..)| *key);
        match best {
            Some((_, config, format)) => Ok((config, format)),
            None => Err(self.refuses(op, "it has no rate between 8 and 192 kHz in a format we know")),
        }
    }

    fn run<End>(self, op: &'static str, stream: Result<cpal::Stream, cpal::Error>, end: End) -> Result<Opened<End>> {
        let fail = |e: cpal::Error| failed(op, &self.described.to_string(), &e);
        let stream = stream.map_err(fail)?;
        stream.play().map_err(fail)?;
        Ok(Opened {
            end,
            device: self.described,
            stream: Box::new(stream),
        })
    }

    fn refuses(&self, op: &'static str, why: &str) -> Error {
        Error::new(
            ErrorKind::Device,
            op,
            format!("{} cannot be used: {why}", self.described),
        )
    }
}

fn output<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut feed: PlaybackFeed,
    lost: OnLost,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32> + Send + 'static,
{
    let channels = usize::from(config.channels).max(1);
    let flow = Arc::clone(feed.flow());
    let callback = move |data: &mut [T], info: &OutputCallbackInfo| {
        let stamp = info.timestamp();
        let delay = stamp.playback.saturating_duration_since(stamp.callback);
        feed.flow().set_device_delay(delay.as_micros() as u64);
        let mut frames = data.chunks_exact_mut(channels);
        feed.fill(frames.len(), now(), |block| {
            for sample in block {
                let Some(frame) = frames.next() else { return };
                // Left and right, or the only one; other loudspeakers stay silent.
                let (front, others) = frame.split_at_mut(channels.min(2));
                front.fill(T::from_sample(*sample));
                others.fill(T::EQUILIBRIUM);
            }
        });
    };
    device.build_output_stream::<T, _, _>(config, callback, errors(flow, lost), Some(POLL))
}

fn input<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut feed: CaptureFeed,
    lost: OnLost,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + Send + 'static,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels).max(1);
    let flow = Arc::clone(feed.flow());
    let callback = move |data: &[T], info: &InputCallbackInfo| {
        let stamp = info.timestamp();
        let delay = stamp.callback.saturating_duration_since(stamp.capture);
        feed.flow().set_device_delay(delay.as_micros() as u64);
        let mut frames = data.chunks_exact(channels);
        feed.put(frames.len(), now(), |block| {
            for sample in block.iter_mut() {
                let Some(frame) = frames.next() else { return };
                // A microphone with two channels is one person.
                let front = &frame[..channels.min(2)];
                *sample = front.iter().map(|s| f32::from_sample(*s)).sum::<f32>() / front.len() as f32;
            }
        });
    };
    device.build_input_stream::<T, _, _>(config, callback, errors(flow, lost), Some(POLL))
}

/// How long a stream may fail without a callback in between until it is taken for dead, and how long to wait after each failure:
/// `cpal` tries again at once.
const DEAD_AFTER: Duration = Duration::from_millis(250);
const BREATH: Duration = Duration::from_millis(5);

/// What a stream tells besides audio. Under-runs of the device's own repair themselves. ALSA's `pulse` plugin fails with `EIO`
/// while it does not know its latency yet, and also when its server is gone, so such an error counts when it lasts.
fn errors(flow: Arc<Flow>, mut lost: OnLost) -> impl FnMut(cpal::Error) + Send + 'static {
    let mut first: Option<(Instant, u64)> = None;
    move |e| match e.kind() {
        cpal::ErrorKind::Xrun | cpal::ErrorKind::DeviceChanged | cpal::ErrorKind::RealtimeDenied => {}
        cpal::ErrorKind::DeviceNotAvailable | cpal::ErrorKind::StreamInvalidated => lost(e.to_string()),
        _ => {
            let callbacks = flow.callbacks();
            match first {
                Some((since, then)) if then == callbacks => {
                    if since.elapsed() >= DEAD_AFTER {
                        lost(e.to_string());
                    }
                }
                _ => first = Some((Instant::now(), callbacks)),
            }
            std::thread::sleep(BREATH);
        }
    }
}

fn describe(device: &cpal::Device, direction: DeviceDirection, is_default: bool) -> AudioDevice {
    let id = device.id().map(|id| id.to_string()).unwrap_or_default();
    let name = device.description().map(|d| d.name().to_owned());
    AudioDevice {
        name: name.unwrap_or_else(|_| id.clone()),
        id,
        direction,
        is_default,
    }
}

/// ALSA also lists converters that lead to the default device, `null`, which keeps no time, and every card by its number,
/// which changes with the order in which cards are found.
fn is_listed(pcm: &str) -> bool {
    const NO_DEVICES: &[&str] = &[
        "null",
        "jack",
        "oss",
        "lavrate",
        "samplerate",
        "speex",
        "speexrate",
        "upmix",
        "vdownmix",
        "usbstream",
    ];
    let (name, rest) = pcm.split_once(':').unwrap_or((pcm, ""));
    let card = rest.strip_prefix("CARD=").unwrap_or(rest);
    let number = card.split(',').next().unwrap_or_default();
    let by_number = matches!(name, "hw" | "plughw") && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    !(NO_DEVICES.contains(&name) && cfg!(target_os = "linux") || by_number)
}

fn failed(op: &'static str, what: &str, e: &cpal::Error) -> Error {
    let hint = match e.kind() {
        cpal::ErrorKind::DeviceBusy => "; another program uses it",
        cpal::ErrorKind::PermissionDenied => "; on Linux the user has to be in the group `audio`",
        cpal::ErrorKind::HostUnavailable => "; the sound system does not run",
        _ => "",
    };
    Error::new(ErrorKind::Device, op, format!("{what}: {e}{hint}"))
}

fn no_default(op: &'static str, direction: DeviceDirection) -> Error {
    Error::new(
        ErrorKind::Device,
        op,
        format!("this machine has no {} device", direction.name()),
    )
}

#[cfg(test)]
mod tests {
    use super::is_listed;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_no_device_is_not_listed() {
        for pcm in ["null", "speexrate", "hw:CARD=0,DEV=0", "plughw:1,0", "usbstream:CARD=H"] {
            assert!(!is_listed(pcm), "{pcm}");
        }
        for pcm in [
            "default",
            "pulse",
            "hw:CARD=Headset,DEV=0",
            "sysdefault:CARD=PCH",
            "front:CARD=H,DEV=0",
        ] {
            assert!(is_listed(pcm), "{pcm}");
        }
    }
}
