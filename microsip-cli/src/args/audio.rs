//! Options of `microsip run` about audio as data, recordings and codecs, and how their values are read.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use microsip_core::{OpusOptions, RecordFormat, Tap};

use super::values;

/// Rates of streams, in Hz.
const RATES: [u32; 5] = [8000, 16_000, 24_000, 32_000, 48_000];
/// The rate of a stream that names none.
const USUAL_RATE: u32 = 16_000;

/// Audio as data, recordings, codecs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Audio")]
pub struct AudioArgs {
    /// Writes each call's audio as raw PCM (signed 16 bit, little endian, mono) from the moment it flows: what the peer says
    /// (received), what we send (sent) or both (mixed), at 8000, 16000 (default), 24000, 32000 or 48000 Hz. FILE may be a FIFO,
    /// /dev/fd/N, or - for standard output, and events go to standard error then. In FILE, {call}, {call_id}, {remote_user},
    /// {direction}, {date}, {time} and the like are filled in; without them a second call writes FILE-2. May be given several
    /// times.
    #[arg(long, value_name = "SIDE[:RATE]=FILE", value_parser = tap)]
    pub tap: Vec<TapArg>,

    /// Sends raw PCM (as for --tap, 16000 Hz unless RATE says otherwise) to each call's peer from the moment audio flows, at the
    /// speed it is spoken. FILE may be a FIFO or /dev/fd/N, and have fields in braces as for --tap. May be given several times:
    /// they are mixed.
    #[arg(long, value_name = "[RATE=]FILE", value_parser = feed)]
    pub feed: Vec<FeedArg>,

    /// Tells when the peer of each call begins and ends to speak.
    #[arg(long)]
    pub detect_speech: bool,

    /// How Opus is used, a list of bitrate=BITS, complexity=0-10, fec=yes|no, loss=PERCENT, dtx=yes|no, cbr=yes|no, stereo=yes|no,
    /// maxplaybackrate=HZ, such as "bitrate=24000,loss=10".
    #[arg(long, value_name = "LIST", value_parser = opus)]
    pub opus: Option<OpusOptions>,

    /// How much audio a packet holds, 10 to 120 milliseconds; default: what the codec usually does.
    #[arg(long, value_name = "MS", value_parser = values::millis(10..=120))]
    pub ptime: Option<Duration>,

    /// What the bridge runs at, in Hz: 8000, 16000, 24000, 32000, 44100 or 48000; default: by the codecs.
    #[arg(long, value_name = "HZ", value_parser = bridge_rate)]
    pub bridge_rate: Option<u32>,

    /// What recordings are.
    #[command(flatten)]
    pub recording: RecordArgs,
}

/// What recordings are, of `run` and of `dial`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Audio")]
pub struct RecordArgs {
    /// Records both sides into two channels: left what we send, right what the peer says.
    #[arg(long, conflicts_with = "record_side")]
    pub split_record: bool,

    /// Which side recordings have: what the peer says, what we send, or both in one channel.
    #[arg(long, value_enum, value_name = "received|sent|mixed", default_value_t = SideArg::Received, hide_possible_values = true)]
    pub record_side: SideArg,

    /// What recordings are written as, whatever their name; default: by its extension.
    #[arg(long, value_enum, value_name = "wav|opus|flac", hide_possible_values = true)]
    pub record_format: Option<FormatArg>,
}

/// `--record-side`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SideArg {
    /// What the peer says.
    Received,
    /// What we send.
    Sent,
    /// Both in one channel.
    Mixed,
}

impl From<SideArg> for Tap {
    fn from(arg: SideArg) -> Tap {
        match arg {
            SideArg::Received => Tap::Received,
            SideArg::Sent => Tap::Sent,
            SideArg::Mixed => Tap::Mixed,
        }
    }
}

/// `--record-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// PCM, 16 bit.
    Wav,
    /// Ogg Opus.
    Opus,
    /// Lossless.
    Flac,
}

impl From<FormatArg> for RecordFormat {
    fn from(arg: FormatArg) -> RecordFormat {
        match arg {
            FormatArg::Wav => RecordFormat::Wav,
            FormatArg::Opus => RecordFormat::Opus,
            FormatArg::Flac => RecordFormat::Flac,
        }
    }
}

/// `--tap`: where a side of each call is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapArg {
    /// Which side.
    pub side: Tap,
    /// Samples per second.
    pub rate: u32,
    /// Where to, with fields in braces.
    pub file: PathBuf,
}

impl TapArg {
    /// Whether it goes to standard output.
    pub fn to_stdout(&self) -> bool {
        self.file.as_os_str() == "-"
    }
}

/// `--feed`: what each call's peer is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedArg {
    /// Samples per second.
    pub rate: u32,
    /// Where from, with fields in braces.
    pub file: PathBuf,
}

/// `SIDE[:RATE]=FILE`.
pub(crate) fn tap(text: &str) -> Result<TapArg, String> {
    let expected = || "expected SIDE[:RATE]=FILE, such as received:24000=call-{call}.pcm".to_owned();
    let (what, file) = text.split_once('=').ok_or_else(expected)?;
    let (side, rate) = match what.split_once(':') {
        Some((side, text)) => (side, rate(text)?),
        None => (what, USUAL_RATE),
    };
    let side = match side {
        "received" => Tap::Received,
        "sent" => Tap::Sent,
        "mixed" => Tap::Mixed,
        _ => return Err(format!("{side:?} is none of received, sent and mixed")),
    };
    if file.is_empty() {
        return Err(expected());
    }
    Ok(TapArg {
        side,
        rate,
        file: file.into(),
    })
}

/// `[RATE=]FILE`.
pub(crate) fn feed(text: &str) -> Result<FeedArg, String> {
    let (rate, file) = match text.split_once('=') {
        Some((number, file)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
            (rate(number)?, file)
        }
        _ => (USUAL_RATE, text),
    };
    match file {
        "" => Err("expected [RATE=]FILE, such as 24000=answer.pcm".into()),
        "-" => Err("standard input is for commands; give a file, a FIFO or /dev/fd/N".into()),
        file => Ok(FeedArg {
            rate,
            file: file.into(),
        }),
    }
}

fn rate(text: &str) -> Result<u32, String> {
    let rate = text.parse().ok().filter(|rate| RATES.contains(rate));
    rate.ok_or_else(|| format!("{text:?} Hz is none of 8000, 16000, 24000, 32000 and 48000"))
}

/// The bridge's rate.
fn bridge_rate(text: &str) -> Result<u32, String> {
    let rates = [8000, 16_000, 24_000, 32_000, 44_100, 48_000];
    let rate = text.parse().ok().filter(|rate| rates.contains(rate));
    rate.ok_or_else(|| "expected 8000, 16000, 24000, 32000, 44100 or 48000".into())
}

/// Settings of Opus.
fn opus(text: &str) -> Result<OpusOptions, String> {
    let mut options = OpusOptions::new();
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, "yes"));
        let wrong = |expected: &str| format!("{name}: expected {expected}, not {value:?}");
        let number = |range: std::ops::RangeInclusive<u32>| {
            let number = value.parse().ok().filter(|n| range.contains(n));
            number.ok_or_else(|| wrong(&format!("{} to {}", range.start(), range.end())))
        };
        let yes = || values::yes_no(value).map_err(|_| wrong("yes or no"));
        options = match name {
            "bitrate" => options.bit_rate(number(6000..=510_000)?),
            "complexity" => options.complexity(number(0..=10)? as u8),
            "fec" => options.fec(yes()?),
            "loss" => options.expected_loss(number(0..=99)? as u8),
            "dtx" => options.dtx(yes()?),
            "cbr" => options.cbr(yes()?),
            "stereo" => options.stereo(yes()?),
            "maxplaybackrate" => match value.parse() {
                Ok(hz @ (8000 | 12_000 | 16_000 | 24_000 | 48_000)) => options.max_playback_rate(hz),
                _ => return Err(wrong("8000, 12000, 16000, 24000 or 48000")),
            },
            _ => {
                return Err(format!(
                    "{name:?} is none of bitrate, complexity, fec, loss, dtx, cbr, stereo and maxplaybackrate"
                ));
            }
        };
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps() {
        let read = tap("received:24000=call-{call_id}.pcm").unwrap();
        assert_eq!((read.side, read.rate), (Tap::Received, 24_000));
        assert_eq!(read.file, PathBuf::from("call-{call_id}.pcm"));
        assert_eq!(tap("sent=a=b").unwrap().file, PathBuf::from("a=b"));
        assert_eq!(tap("mixed=-").unwrap().rate, 16_000);
        assert!(tap("mixed=-").unwrap().to_stdout());
        for (bad, why) in [
            ("x.pcm", "SIDE"),
            ("left=x", "none of received"),
            ("sent:44100=x", "44100"),
            ("sent:=x", "none of 8000"),
            ("sent=", "SIDE"),
        ] {
            assert!(tap(bad).unwrap_err().contains(why), "{bad}");
        }
    }

    #[test]
    fn feeds() {
        assert_eq!(feed("a.pcm").unwrap().rate, 16_000);
        let read = feed("8000=/dev/fd/3").unwrap();
        assert_eq!((read.rate, read.file), (8000, PathBuf::from("/dev/fd/3")));
        assert_eq!(feed("a=b.pcm").unwrap().file, PathBuf::from("a=b.pcm"));
        assert!(feed("11025=x").unwrap_err().contains("11025"));
        assert!(feed("-").unwrap_err().contains("FIFO"));
        assert!(feed("8000=").is_err());
    }

    #[test]
    fn settings_of_opus() {
        let read = opus("bitrate=24000, loss=10 fec=no,dtx").unwrap();
        assert_eq!((read.bit_rate, read.expected_loss), (Some(24_000), 10));
        assert!(!read.fec && read.dtx);
        for (bad, why) in [
            ("bitrate=5", "6000 to 510000"),
            ("complexity=11", "0 to 10"),
            ("fec=maybe", "yes or no"),
            ("rate=5", "none of bitrate"),
            ("maxplaybackrate=44100", "48000"),
        ] {
            assert!(opus(bad).unwrap_err().contains(why), "{bad}");
        }
    }
}
