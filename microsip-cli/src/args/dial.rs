//! Options of `microsip dial`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use microsip_core::compat::number::PostDial;
use microsip_core::{Country, HeardTone, StatusCode, ToneKind};

use super::account::AccountArgs;
use super::audio::RecordArgs;
use super::calls::{DtmfArg, OutgoingArgs};
use super::hidden::{self, Hidden};
use super::network::NetworkArgs;
use super::quality::QualityArgs;
use super::security::SecurityArgs;
use super::{Common, values};
use crate::exit;

/// Beeps further than so from a frequency are others, in Hz or in parts of it, whichever is more.
const NEAR_HZ: u32 = 20;
const NEAR_PART: u32 = 50;

/// Options of `microsip dial`.
#[derive(Debug, Args)]
pub struct DialArgs {
    /// Whom to call: a number, a name, user@host, a SIP URI, a tel: link. Digits behind a comma are sent after the answer as MicroSIP
    /// does it: 800123,45,,6# sends 45 after a second and 6# at 3.4 seconds.
    #[arg(value_name = "TARGET", value_parser = hidden::read(|text: &str| Ok(text.to_owned())))]
    pub target: Hidden<String>,

    /// Ends everything after so long, 1 to 86400 seconds: the registration, the ringing, the call.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = values::seconds(1..=86_400))]
    pub timeout: Duration,

    /// Calls without registering first; --registrar is not used then.
    #[arg(long)]
    pub no_register: bool,

    /// User-Agent header; default: microsip/VERSION.
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,

    /// Writes what happens as JSON, one object a line as `run --json` does, and the report as the last line.
    #[arg(long)]
    pub events: bool,

    /// What is done in the call.
    #[command(flatten)]
    pub work: WorkArgs,

    /// What must happen.
    #[command(flatten)]
    pub expect: ExpectArgs,

    /// Who we are.
    #[command(flatten)]
    pub account: AccountArgs,

    /// How the call is made.
    #[command(flatten)]
    pub outgoing: OutgoingArgs,

    /// What the recording is.
    #[command(flatten)]
    pub recording: RecordArgs,

    /// Where we listen, and how others reach us.
    #[command(flatten)]
    pub network: NetworkArgs,

    /// How audio is buffered, reported and watched.
    #[command(flatten)]
    pub quality: QualityArgs,

    /// What commands that call take.
    #[command(flatten)]
    pub common: Common,

    /// Whom we trust.
    #[command(flatten)]
    pub security: SecurityArgs,
}

/// What is done in the call.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is done")]
pub struct WorkArgs {
    /// File played once the call is answered: WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus; may be given several times, in this order.
    #[arg(long, value_name = "FILE")]
    pub play: Vec<PathBuf>,

    /// Hangs up when the last file has been played and all digits have been sent.
    #[arg(long, alias = "hang-up-after-play", requires = "play")]
    pub hangup_after_play: bool,

    /// Records what the peer says from the moment audio flows, early media included, as WAV, Opus or FLAC by the extension (.wav, .opus,
    /// .ogg, .flac). A file that exists is kept and another name taken (-2, -3 …); the report says which. {remote_user}, {date}, {time} and
    /// the like are filled in.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Keys pressed after the answer, with --play after the last file: the first a second later, each comma as in TARGET. After those of
    /// TARGET.
    #[arg(long, value_name = "DIGITS", value_parser = hidden::read(post_dial))]
    pub dtmf: Option<Hidden<PostDial>>,

    /// When the first key of --dtmf is pressed: so long after the answer, 0 to 86400 seconds, such as 2.5, whatever is played.
    #[arg(long, value_name = "SECONDS", requires = "dtmf", value_parser = fraction)]
    pub dtmf_after: Option<Duration>,

    /// How keys are sent; auto: by the way the peer understands.
    #[arg(long, value_enum, value_name = "auto|rtp|info|info-plain|in-band", default_value_t = DtmfArg::Auto, hide_possible_values = true)]
    pub dtmf_method: DtmfArg,

    /// Hangs up so long after the answer, 0 to 86400 seconds, such as 2.5. Without it the call ends when the peer hangs up, when everything
    /// expected was heard and everything asked for was done, or with --timeout.
    #[arg(long, alias = "hang-up-after", value_name = "SECONDS", value_parser = fraction)]
    pub hangup_after: Option<Duration>,
}

/// What must happen.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is expected")]
pub struct ExpectArgs {
    /// Keys the peer must press, one after the other.
    #[arg(long, value_name = "DIGITS", value_parser = values::digits)]
    pub expect_dtmf: Option<String>,

    /// A tone that must be heard, before or after the answer: ringback, busy, congestion, dial, special-information, fax-calling,
    /// fax-answer, beep, or a number from 400 to 2000 for a beep of about so many Hz that lasts 0.1 to 2 seconds. May be given several times.
    #[arg(long, value_name = "TONE", value_parser = tone)]
    pub expect_tone: Vec<ToneArg>,

    /// The country whose tones are meant by --expect-tone, such as de or uk; default: us.
    #[arg(long, value_name = "COUNTRY", requires = "expect_tone", value_parser = values::parsed::<Country>)]
    pub tone_country: Option<Country>,

    /// The peer must be heard speaking.
    #[arg(long)]
    pub expect_speech: bool,

    /// The SIP code the call must be answered with, 200 to 699, such as 486; then that is the good end, and any other is not.
    #[arg(long, value_name = "CODE", value_parser = final_code)]
    pub expect_code: Option<StatusCode>,
}

/// A tone to be heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToneArg {
    /// By its name in events.
    Named(&'static str),
    /// A beep of about so many Hz.
    Hz(u32),
}

impl ToneArg {
    /// As it was asked for.
    pub(crate) fn text(&self) -> String {
        match self {
            ToneArg::Named(name) => (*name).to_owned(),
            ToneArg::Hz(hz) => hz.to_string(),
        }
    }

    /// Is it the one that was heard?
    pub(crate) fn is(&self, heard: HeardTone) -> bool {
        match self {
            ToneArg::Named(name) => heard.name() == *name,
            ToneArg::Hz(wanted) => {
                let near = NEAR_HZ.max(wanted / NEAR_PART);
                heard.frequency_hz().is_some_and(|hz| hz.abs_diff(*wanted) <= near)
            }
        }
    }
}

/// What the detector can tell.
fn tone(text: &str) -> Result<ToneArg, String> {
    const HEARD: [ToneKind; 5] = [
        ToneKind::Dial,
        ToneKind::Ringback,
        ToneKind::Busy,
        ToneKind::Congestion,
        ToneKind::SpecialInformation,
    ];
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let hz = text.parse().ok().filter(|hz| (400..=2000).contains(hz));
        return hz.map(ToneArg::Hz).ok_or_else(|| "expected 400 to 2000 Hz".into());
    }
    let others = [
        HeardTone::FaxCalling.name(),
        HeardTone::FaxAnswer.name(),
        HeardTone::Beep { frequency_hz: 0 }.name(),
    ];
    let name = text.to_ascii_lowercase().replace('-', "_");
    let kind = text.parse().ok().filter(|kind| HEARD.contains(kind));
    let found = kind.map(ToneKind::name);
    let found = found.or_else(|| others.into_iter().find(|other| *other == name));
    found.map(ToneArg::Named).ok_or_else(|| {
        let names: Vec<_> = HEARD.into_iter().map(ToneKind::name).chain(others).collect();
        format!("expected {} or 400 to 2000 for a beep", names.join(", "))
    })
}

/// Digits with pauses. A PIN may stand there, so nothing of it is repeated.
fn post_dial(text: &str) -> Result<PostDial, String> {
    let wrong = || "expected 1 to 256 of 0-9 * # A-D and commas, with at least one digit".to_owned();
    let read = PostDial::parse(text).map_err(|_| wrong())?;
    if read.steps().is_empty() {
        return Err(wrong());
    }
    Ok(read)
}

/// Seconds with a fraction.
fn fraction(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|s| (0.0..=86_400.0).contains(s));
    let seconds = seconds.ok_or_else(|| "expected 0 to 86400 seconds, such as 5 or 2.5".to_owned())?;
    Ok(Duration::from_secs_f64(seconds))
}

/// The code of a final answer.
fn final_code(text: &str) -> Result<StatusCode, String> {
    let code = values::status_code(text).filter(|code| code.code() >= 200);
    code.ok_or_else(|| "expected a SIP status code from 200 to 699, such as 200, 486 or 603".into())
}

pub(super) fn after_help() -> String {
    format!(
        "Examples:\n  \
         microsip dial sip:1002@192.0.2.7 --play hello.wav --hangup-after-play\n  \
         microsip dial 1002 --account sip:1001@pbx --registrar sip:pbx --password-file pw --record answer.wav --json\n  \
         microsip dial 800123,45,,6# --account sip:1001@pbx --registrar sip:pbx --expect-dtmf 1 --hangup-after 20\n  \
         microsip dial 1003 --account sip:1001@pbx --registrar sip:pbx --expect-code 486\n\n\
         Without --account the call goes directly to the host in TARGET. The report of --json is described in docs/dial.md.\n\n\
         Environment: as for `microsip run`.\n\n{}",
        exit::HELP
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_have_names_and_frequencies() {
        assert_eq!(tone("busy").unwrap(), ToneArg::Named("busy"));
        assert_eq!(tone("SIT").unwrap(), ToneArg::Named("special_information"));
        assert_eq!(tone("fax-answer").unwrap(), ToneArg::Named("fax_answer"));
        assert_eq!(tone("1000").unwrap(), ToneArg::Hz(1000));
        // What there is and nobody can hear.
        for bad in ["howler", "399", "2001", "", "1 kHz", "-5"] {
            assert!(tone(bad).is_err(), "{bad}");
        }
        let beep = |frequency_hz| HeardTone::Beep { frequency_hz };
        assert!(ToneArg::Hz(1000).is(beep(985)) && !ToneArg::Hz(1000).is(beep(960)));
        assert!(ToneArg::Hz(2000).is(beep(1965)) && !ToneArg::Hz(2000).is(beep(1955)));
        assert!(ToneArg::Named("beep").is(beep(440)));
        assert!(ToneArg::Named("busy").is(HeardTone::Progress(ToneKind::Busy)));
        assert!(!ToneArg::Named("busy").is(HeardTone::Progress(ToneKind::Congestion)));
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(fraction("2.5").unwrap(), Duration::from_millis(2500));
        for bad in ["-1", "NaN", "inf", "86401", "", "1s"] {
            assert!(fraction(bad).is_err(), "{bad}");
        }
        assert_eq!(final_code("486").unwrap().code(), 486);
        for bad in ["183", "700", "busy"] {
            assert!(final_code(bad).is_err(), "{bad}");
        }
        assert_eq!(post_dial("1,,a").unwrap().as_str(), "1,,A");
        for bad in ["", ",", "12x7"] {
            let why = post_dial(bad).unwrap_err();
            assert!(why.starts_with("expected") && !why.contains('7'), "{why}");
        }
    }
}
