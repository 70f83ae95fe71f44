//! Callers by script: ask something, interrupt the answer, hear the next one out, hang up. Blocking threads, one for each call.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use microsip_core::{
    AccountConfig, AudioSink, AudioSinkOptions, AudioSourceOptions, Call, CallState, Endpoint, EndpointConfig, Tap,
    Transport,
};
use microsip_testkit::audio::Audio;

use crate::protocol::RATE;
use crate::service::asset;

/// How long callers with odd numbers listen to the first answer before they interrupt it: while the service still makes it.
const IMPATIENT: Duration = Duration::from_millis(2000);
/// The same, even numbers: all of it has come, and waits in the bot's source.
const PATIENT: Duration = Duration::from_millis(5000);
/// Longer than a pause between words.
pub const PAUSE: Duration = Duration::from_millis(700);
/// Less than this is silence, in dB below a full-scale sine: codecs leave a little noise.
pub const SILENCE_DBFS: f64 = -48.0;
const SOON: Duration = Duration::from_secs(20);

/// The files in which a caller keeps what it heard, and what it said at the same time.
pub fn files(folder: &Path, number: u32) -> [PathBuf; 2] {
    ["heard", "said"].map(|what| folder.join(format!("{what}-{number}.wav")))
}

/// Calls `uri` so many times at once, and writes what was heard and said to `folder`.
///
/// # Errors
/// Of the first call that did not go as it should.
pub fn run(uri: &str, calls: u32, folder: &Path) -> Result<()> {
    let endpoint = Endpoint::start(EndpointConfig::default().bind("127.0.0.1:0".parse()?))?;
    let address = endpoint.local_address(Transport::Udp)?;
    let result = std::thread::scope(|threads| {
        let calls: Vec<_> = (1..=calls)
            .map(|number| {
                let endpoint = &endpoint;
                threads.spawn(move || {
                    let account = endpoint.add_account(AccountConfig::new(format!("sip:caller-{number}@{address}")))?;
                    let call = account.call(uri)?;
                    talk(&call, number, folder).with_context(|| format!("caller {number}"))
                })
            })
            .collect();
        calls.into_iter().try_for_each(|call| match call.join() {
            Ok(result) => result,
            Err(_) => bail!("a caller panicked"),
        })
    });
    endpoint.close()?;
    result
}

fn talk(call: &Call, number: u32, folder: &Path) -> Result<()> {
    call.wait_for(CallState::Confirmed, SOON)?;
    let options = AudioSinkOptions::default().rate(RATE);
    let mut line = Line {
        heard: Track::new(call.audio_sink(options)?),
        said: Track::new(call.audio_sink(options.tap(Tap::Sent))?),
        quiet_since: 0,
    };
    let mut mouth = call.audio_source(AudioSourceOptions::default().rate(RATE).capacity(SOON))?;
    // As people do; and jitter buffers settle meanwhile.
    line.listen_until("silence", |line| line.heard.samples.len() >= samples(PAUSE))?;
    mouth.write(&asset("question")?)?;
    line.listen_until("an answer", Line::hears)?;
    let begin = line.heard.samples.len();
    let patience = samples(if number % 2 == 1 { IMPATIENT } else { PATIENT });
    line.listen_until("some of the answer", |line| {
        line.heard.samples.len() >= begin + patience
    })?;
    mouth.write(&asset("interruption")?)?;
    line.listen_until("silence", |line| line.quiet() >= samples(PAUSE))?;
    line.listen_until("the second answer", Line::hears)?;
    line.listen_until("its end", |line| line.quiet() >= samples(2 * PAUSE))?;
    call.hang_up()?;
    line.write(&files(folder, number))
}

/// Both directions of a call.
struct Line {
    heard: Track,
    said: Track,
    /// The end of the last sound.
    quiet_since: usize,
}

impl Line {
    /// Whether there is sound at this moment.
    fn hears(&self) -> bool {
        self.quiet_since > 0 && self.quiet() == 0
    }

    /// How long nothing has been heard, in samples.
    fn quiet(&self) -> usize {
        self.heard.samples.len() - self.quiet_since
    }

    fn listen_until(&mut self, what: &str, arrived: impl Fn(&Self) -> bool) -> Result<()> {
        let deadline = Instant::now() + SOON;
        while !arrived(self) {
            if Instant::now() > deadline {
                bail!("no {what} within {SOON:?}");
            }
            let before = self.heard.samples.len();
            self.heard.read()?;
            self.said.read()?;
            let frame = audio(&self.heard.samples[before..]);
            if frame.rms_dbfs() > SILENCE_DBFS {
                self.quiet_since = self.heard.samples.len();
            }
        }
        Ok(())
    }

    /// Writes both, the same moment at the same place.
    fn write(&self, [heard, said]: &[PathBuf; 2]) -> Result<()> {
        let (Some(begin), Some(own)) = (self.heard.begin, self.said.begin) else {
            bail!("nothing was heard");
        };
        let mut samples_said = vec![0; samples(own.saturating_duration_since(begin))];
        let skipped = samples(begin.saturating_duration_since(own)).min(self.said.samples.len());
        samples_said.extend_from_slice(&self.said.samples[skipped..]);
        audio(&self.heard.samples).write_wav(heard)?;
        audio(&samples_said).write_wav(said)?;
        Ok(())
    }
}

/// A recording by way of a stream.
struct Track {
    sink: AudioSink,
    samples: Vec<i16>,
    /// When its first sample was at the bridge: the earliest that any frame says, for a tick can be late and never early.
    begin: Option<Instant>,
}

impl Track {
    fn new(sink: AudioSink) -> Self {
        Track {
            sink,
            samples: Vec::new(),
            begin: None,
        }
    }

    fn read(&mut self) -> Result<()> {
        let frame = self.sink.read(Some(SOON))?.context("the bot hung up")?;
        if frame.lost > 0 {
            bail!("{} samples were not read in time", frame.lost);
        }
        let begin = frame.at - Duration::from_secs_f64(frame.position as f64 / f64::from(RATE));
        self.begin = Some(self.begin.map_or(begin, |known| known.min(begin)));
        self.samples.extend_from_slice(&frame.samples);
        Ok(())
    }
}

fn samples(time: Duration) -> usize {
    (time.as_secs_f64() * f64::from(RATE)).round() as usize
}

fn audio(samples: &[i16]) -> Audio {
    Audio::new(samples.iter().map(|s| f32::from(*s) / 32_768.0).collect(), RATE)
}
