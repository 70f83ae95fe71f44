//! The words of the command line, as tables.

use super::{Command, Digits, Switch};
use crate::sip::Digit;
use crate::{Error, Result};

/// What a word or switch means.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Word {
    Answer,
    Hangup,
    HangupAll,
    HangupIncoming,
    HangupCalling,
    Hold(Switch),
    Mute(Switch),
    SpeakerMute(Switch),
    Show,
    Hide,
    Status,
    Ready,
    Exit,
    Reset(bool),
    Minimized,
    Hidden,
    // With a value.
    Call,
    Message,
    Dtmf,
    Transfer,
    Account,
    Password,
    Settings,
    Link,
}

/// Where a word may stand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Place {
    /// As `/x`, `-x`, `--x` only.
    Switch,
    /// As a bare word only.
    First,
    /// Both.
    Both,
}

/// Every word, in lower case.
#[rustfmt::skip]
pub(super) const WORDS: &[(&str, Word, Place)] = &[
    ("answer", Word::Answer, Place::Both),
    ("hangup", Word::Hangup, Place::Both),
    ("hangupall", Word::HangupAll, Place::Both),
    ("hangupincoming", Word::HangupIncoming, Place::Both),
    ("hangupcalling", Word::HangupCalling, Place::Both),
    ("hold", Word::Hold(Switch::On), Place::Both),
    ("resume", Word::Hold(Switch::Off), Place::Both),
    ("unhold", Word::Hold(Switch::Off), Place::Both),
    ("mute", Word::Mute(Switch::On), Place::Both),
    ("unmute", Word::Mute(Switch::Off), Place::Both),
    ("micmute", Word::Mute(Switch::On), Place::Both),
    ("micunmute", Word::Mute(Switch::Off), Place::Both),
    ("speakmute", Word::SpeakerMute(Switch::On), Place::Both),
    ("speakunmute", Word::SpeakerMute(Switch::Off), Place::Both),
    ("show", Word::Show, Place::Both),
    ("hide", Word::Hide, Place::Both),
    ("minimize", Word::Hide, Place::Both),
    ("status", Word::Status, Place::Both),
    ("exit", Word::Exit, Place::Both),
    ("minimized", Word::Minimized, Place::Switch),
    ("hidden", Word::Hidden, Place::Switch),
    ("reset", Word::Reset(true), Place::Switch),
    ("resetnoask", Word::Reset(false), Place::Switch),
    ("call", Word::Call, Place::Both),
    ("dial", Word::Call, Place::First),
    ("callto", Word::Call, Place::First),
    ("message", Word::Message, Place::Both),
    ("sendmess", Word::Message, Place::Both),
    ("dtmf", Word::Dtmf, Place::Both),
    ("senddtmf", Word::Dtmf, Place::First),
    ("transfer", Word::Transfer, Place::Both),
    ("account", Word::Account, Place::Switch),
    ("password", Word::Password, Place::Switch),
    ("i", Word::Settings, Place::Switch),
    ("link", Word::Link, Place::Switch),
];

impl Word {
    /// The command of a word without value.
    pub(super) fn command(self) -> Option<Command> {
        Some(match self {
            Word::Answer => Command::Answer,
            Word::Hangup => Command::Hangup,
            Word::HangupAll => Command::HangupAll,
            Word::HangupIncoming => Command::HangupIncoming,
            Word::HangupCalling => Command::HangupCalling,
            Word::Hold(switch) => Command::Hold(switch),
            Word::Mute(switch) => Command::MicrophoneMute(switch),
            Word::SpeakerMute(switch) => Command::SpeakerMute(switch),
            Word::Show => Command::Show,
            Word::Hide => Command::Hide,
            Word::Status => Command::Status,
            Word::Ready => Command::Ready,
            Word::Exit => Command::Exit,
            Word::Reset(ask) => Command::Reset { ask },
            _ => return None,
        })
    }
}

/// A switch without its `/`, `-` or `--`.
pub(super) fn switch(name: &str) -> Option<Word> {
    find(name, Place::First)
}

/// A bare word.
pub(super) fn bare(name: &str) -> Option<Word> {
    find(name, Place::Switch)
}

fn find(name: &str, not: Place) -> Option<Word> {
    WORDS
        .iter()
        .find(|(word, _, place)| *place != not && word.eq_ignore_ascii_case(name))
        .map(|(_, word, _)| *word)
}

/// The commands of `msip:` without a number (reference section 1.5), and the switches that work behind it.
pub(crate) fn msip_commands() -> Vec<(&'static str, Command)> {
    use Switch::{Off, On, Toggle};
    vec![
        ("answer", Command::Answer),
        ("/answer", Command::Answer),
        ("hangupall", Command::HangupAll),
        ("/hangupall", Command::HangupAll),
        ("/hangupincoming", Command::HangupIncoming),
        ("/hangupcalling", Command::HangupCalling),
        ("hold", Command::Hold(Toggle)),
        ("minimize", Command::Hide),
        ("micmute", Command::MicrophoneMute(On)),
        ("micunmute", Command::MicrophoneMute(Off)),
        ("speakmute", Command::SpeakerMute(On)),
        ("speakunmute", Command::SpeakerMute(Off)),
        ("micmuteclick", Command::MicrophoneMute(Toggle)),
        ("speakmuteclick", Command::SpeakerMute(Toggle)),
        ("micup", Command::MicrophoneVolume(5)),
        ("micdown", Command::MicrophoneVolume(-5)),
        ("speakup", Command::SpeakerVolume(5)),
        ("speakdown", Command::SpeakerVolume(-5)),
    ]
}

/// The known word nearest to a misspelt one, if any is near: one slip for up to 4 letters, two for more.
pub(crate) fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    if length > 24 {
        return None;
    }
    let allowed = match length {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    known
        .map(|name| (strsim::damerau_levenshtein(&word, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Digits of `/dtmf:`; a comma is no pause there.
pub(crate) fn dtmf(text: &str) -> Result<Command> {
    const OP: &str = "dtmf";
    let text = text.trim();
    let (text, ask) = match text.strip_suffix('?') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    if text.is_empty() {
        return Err(Error::invalid(OP, "no digits given; write /dtmf:123#"));
    }
    if text.len() > 256 {
        return Err(Error::invalid(
            OP,
            format!("{} digits given; at most 256 are sent", text.len()),
        ));
    }
    let digit = |c: char| {
        Digit::new(c).map(Digit::as_char).ok_or_else(|| {
            let hint = if c == ',' {
                "; commas are pauses only behind a number to call"
            } else {
                ""
            };
            Error::invalid(OP, format!("{c:?} is not one of 0-9 A-D * #{hint}"))
        })
    };
    let digits = text.chars().map(digit).collect::<Result<String>>()?;
    Ok(Command::Dtmf(Digits { digits, ask }))
}
