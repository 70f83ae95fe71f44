//! Options of `microsip run` about calls and their audio.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use microsip_core::{DtmfDetection, DtmfMethod, Refresher, Reliable100, SessionTimers};

use super::hidden::{self, Hidden};
use super::values::{self, HeaderArg};

/// How calls are made, and what they play and record.
#[derive(Debug, Args)]
#[command(next_help_heading = "Calls")]
pub struct CallArgs {
    /// File played to each call once, from the moment audio flows: WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus.
    #[arg(long, value_name = "FILE")]
    pub play: Option<PathBuf>,

    /// Plays the file again and again.
    #[arg(long, requires = "play")]
    pub play_loop: bool,

    /// Records what the peer says, as WAV, Opus or FLAC by the extension (.wav, .opus, .ogg, .flac): the first call into FILE, the next ones into FILE with -2, -3 … before its extension.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Ends each call so long after it was answered, 1 to 604800 seconds.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(1..=604_800))]
    pub hang_up_after: Option<Duration>,

    /// How the command dtmf sends keys; auto: by the way the peer understands.
    #[arg(long, value_enum, value_name = "auto|rtp|info|info-plain|in-band", default_value_t = DtmfArg::Auto, hide_possible_values = true)]
    pub dtmf: DtmfArg,

    /// Calls that we make.
    #[command(flatten)]
    pub outgoing: OutgoingArgs,
}

/// How calls are made, by `run` and by `dial`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Calls")]
pub struct OutgoingArgs {
    /// Header added to every call we make; may be given several times.
    #[arg(long, value_name = "NAME: VALUE", value_parser = hidden::read(values::header))]
    pub header: Vec<Hidden<HeaderArg>>,

    /// Hides who calls from the callee (RFC 3323); the provider is told.
    #[arg(long)]
    pub anonymous: bool,

    /// Lets the callee make the offer: our INVITE has no SDP.
    #[arg(long)]
    pub late_offer: bool,

    /// Gives our calls up when nobody has answered for so long, 1 to 604800 seconds.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(1..=604_800))]
    pub ring_time: Option<Duration>,

    /// Whether to go on to the contacts of a 3xx answer to our calls.
    #[arg(long, value_name = "yes|no", default_value = "no", action = clap::ArgAction::Set, value_parser = values::yes_no)]
    pub follow_redirects: bool,

    /// How long each key is held, 40 to 5000 milliseconds; default: 160.
    #[arg(long, value_name = "MS", value_parser = values::millis(40..=5000))]
    pub dtmf_duration: Option<Duration>,

    /// Whether keys are listened for in the audio: off, auto where the peer sends none as RTP events, or always.
    #[arg(long, value_enum, value_name = "off|auto|always", default_value_t = DtmfDetectionArg::Auto, hide_possible_values = true)]
    pub dtmf_detection: DtmfDetectionArg,

    /// Reliable provisional responses (RFC 3262): offered or required in our calls, and asked of callers.
    #[arg(long = "100rel", value_enum, value_name = "off|supported|required", default_value_t = ReliableArg::Supported, hide_possible_values = true)]
    pub reliable: ReliableArg,

    /// Session timers (RFC 4028), which notice that a peer is gone.
    #[arg(long, value_enum, value_name = "off|optional|required|always", default_value_t = TimersArg::Optional, hide_possible_values = true)]
    pub timers: TimersArg,

    /// How long a session lives without a refresh, 90 to 86400 seconds; default: 1800.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(90..=86_400))]
    pub session_expires: Option<Duration>,

    /// Who is to refresh sessions: auto leaves it to the peer, local means us, remote the peer.
    #[arg(long, value_enum, value_name = "auto|local|remote", default_value_t = RefresherArg::Auto, hide_possible_values = true)]
    pub refresher: RefresherArg,
}

/// `--dtmf-detection`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DtmfDetectionArg {
    /// Never.
    Off,
    /// Where the peer sends none as RTP events.
    Auto,
    /// In every call.
    Always,
}

impl From<DtmfDetectionArg> for DtmfDetection {
    fn from(arg: DtmfDetectionArg) -> Self {
        match arg {
            DtmfDetectionArg::Off => DtmfDetection::Off,
            DtmfDetectionArg::Auto => DtmfDetection::Auto,
            DtmfDetectionArg::Always => DtmfDetection::Always,
        }
    }
}

/// `--refresher`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RefresherArg {
    /// The peer decides.
    Auto,
    /// We.
    Local,
    /// The peer.
    Remote,
}

impl From<RefresherArg> for Refresher {
    fn from(arg: RefresherArg) -> Self {
        match arg {
            RefresherArg::Auto => Refresher::Auto,
            RefresherArg::Local => Refresher::Local,
            RefresherArg::Remote => Refresher::Remote,
        }
    }
}

/// `--dtmf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DtmfArg {
    /// What the peer understands.
    Auto,
    /// RTP events.
    Rtp,
    /// INFO, application/dtmf-relay.
    Info,
    /// INFO, application/dtmf.
    InfoPlain,
    /// Tones in the audio.
    InBand,
}

impl From<DtmfArg> for DtmfMethod {
    fn from(arg: DtmfArg) -> Self {
        match arg {
            DtmfArg::Auto => DtmfMethod::Auto,
            DtmfArg::Rtp => DtmfMethod::RtpEvent,
            DtmfArg::Info => DtmfMethod::Info,
            DtmfArg::InfoPlain => DtmfMethod::InfoPlain,
            DtmfArg::InBand => DtmfMethod::InBand,
        }
    }
}

/// `--100rel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReliableArg {
    /// Not offered.
    Off,
    /// Used if the peer wants.
    Supported,
    /// Without it no call.
    Required,
}

impl From<ReliableArg> for Reliable100 {
    fn from(arg: ReliableArg) -> Self {
        match arg {
            ReliableArg::Off => Reliable100::Off,
            ReliableArg::Supported => Reliable100::Supported,
            ReliableArg::Required => Reliable100::Required,
        }
    }
}

/// `--timers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimersArg {
    /// Never.
    Off,
    /// If the peer supports them.
    Optional,
    /// Without them no call.
    Required,
    /// Even if the peer does not support them.
    Always,
}

impl From<TimersArg> for SessionTimers {
    fn from(arg: TimersArg) -> Self {
        match arg {
            TimersArg::Off => SessionTimers::Off,
            TimersArg::Optional => SessionTimers::Optional,
            TimersArg::Required => SessionTimers::Required,
            TimersArg::Always => SessionTimers::Always,
        }
    }
}
