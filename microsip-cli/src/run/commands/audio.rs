//! Commands about a call's audio.

use std::path::PathBuf;
use std::time::Duration;

use microsip_core::{Country, Tone};

use super::{Wrong, first_word, wrong};
use crate::args::{FeedArg, TapArg, feed, tap};

/// A command about audio.
#[derive(Debug, Clone, PartialEq)]
pub enum AudioCommand {
    /// `conference [CALL…]`: all calls when none is named.
    Conference(Vec<u64>),
    /// `leave CALL`.
    Leave(u64),
    /// `bridge CALL CALL`.
    Bridge(u64, u64),
    /// `play FILE [loop]`.
    Play(PathBuf, bool),
    /// `pause [on|off]`.
    Pause(bool),
    /// `seek SECONDS`.
    Seek(Duration),
    /// `stop-play`.
    StopPlay,
    /// `record [FILE]`.
    Record(Option<PathBuf>),
    /// `stop-record`.
    StopRecord,
    /// `tap SIDE[:RATE]=FILE`.
    Tap(TapArg),
    /// `feed [RATE=]FILE`.
    Feed(FeedArg),
    /// `tone NAME [COUNTRY]`.
    Tone(Tone),
    /// `stop-tone`.
    StopTone,
    /// `speech on|off`.
    Speech(bool),
    /// `listen [COUNTRY|off]`: tones are looked for.
    Listen(Option<Country>),
    /// `stats`.
    Stats,
    /// `check`.
    Check,
    /// `levels`.
    Levels,
    /// `gain DB [received|sent]`.
    Gain(f32, GainSide),
    /// `devices`.
    Devices,
    /// `codecs`.
    Codecs,
}

/// What `gain` is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GainSide {
    /// What we hear of the peer.
    Received,
    /// What the peer hears.
    Sent,
    /// Both.
    Both,
}

/// Reads a command about audio; `None` when it is about something else.
pub(super) fn read(name: &str, argument: &str) -> Option<Result<AudioCommand, Wrong>> {
    use AudioCommand as A;
    Some(match name {
        "conference" => numbers(argument)
            .map(A::Conference)
            .ok_or_else(|| wrong("conference takes numbers of calls, or none for all", "conference")),
        "leave" => super::number(name, argument).map(A::Leave),
        "bridge" => match numbers(argument).as_deref() {
            Some([one, other]) if one != other => Ok(A::Bridge(*one, *other)),
            _ => Err(wrong("bridge needs the numbers of two calls", "calls")),
        },
        "play" => play(argument),
        "pause" => on_off(name, argument, Some(true)).map(A::Pause),
        "seek" => seconds(argument)
            .map(A::Seek)
            .ok_or_else(|| wrong("seek needs a place in seconds from the beginning", "seek 12.5")),
        "stop-play" => none(name, argument, A::StopPlay),
        "record" => Ok(A::Record((!argument.is_empty()).then(|| argument.into()))),
        "stop-record" => none(name, argument, A::StopRecord),
        "tap" => tap(argument)
            .map_err(|why| wrong(format!("tap: {why}"), "tap received:16000=call.pcm"))
            .and_then(|arg| match arg.to_stdout() {
                true => Err(wrong(
                    "standard output is for events; give a file or a FIFO",
                    "tap received=call.pcm",
                )),
                false => Ok(A::Tap(arg)),
            }),
        "feed" => feed(argument)
            .map(A::Feed)
            .map_err(|why| wrong(format!("feed: {why}"), "feed 16000=answer.pcm")),
        "tone" => tone(argument).map(A::Tone),
        "stop-tone" => none(name, argument, A::StopTone),
        "speech" => on_off(name, argument, None).map(A::Speech),
        "listen" => match argument {
            "off" => Ok(A::Listen(None)),
            code => country(code)
                .map(|country| A::Listen(Some(country)))
                .map_err(|e| wrong(e, "listen us")),
        },
        "stats" => none(name, argument, A::Stats),
        "check" => none(name, argument, A::Check),
        "levels" => none(name, argument, A::Levels),
        "gain" => gain(argument),
        "devices" => none(name, argument, A::Devices),
        "codecs" => none(name, argument, A::Codecs),
        _ => return None,
    })
}

fn none(name: &str, argument: &str, command: AudioCommand) -> Result<AudioCommand, Wrong> {
    match argument {
        "" => Ok(command),
        _ => Err(wrong(format!("{name} takes no argument"), name)),
    }
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    text.split_whitespace().map(|word| word.parse().ok()).collect()
}

/// `on`, `off`, or what it is without either.
pub(super) fn on_off(name: &str, text: &str, otherwise: Option<bool>) -> Result<bool, Wrong> {
    match (text, otherwise) {
        ("on", _) => Ok(true),
        ("off", _) => Ok(false),
        ("", Some(yes)) => Ok(yes),
        _ => Err(wrong(format!("{name} takes on or off"), format!("{name} on"))),
    }
}

/// The file may have spaces in its name; a last word `loop` is none of it.
fn play(text: &str) -> Result<AudioCommand, Wrong> {
    let (file, repeat) = match text.rsplit_once(char::is_whitespace) {
        Some((file, "loop")) => (file.trim_end(), true),
        _ => (text, false),
    };
    match file {
        "" | "loop" => Err(wrong("play needs a file", "play hello.wav loop")),
        file => Ok(AudioCommand::Play(file.into(), repeat)),
    }
}

/// The usual one without a code.
fn country(code: &str) -> Result<Country, String> {
    match code {
        "" => Ok(Country::default()),
        code => code.parse().map_err(|e: microsip_core::Error| e.message().to_owned()),
    }
}

/// A name and perhaps a country, or a tone written out.
fn tone(text: &str) -> Result<Tone, Wrong> {
    let (name, code) = first_word(text);
    if name.is_empty() {
        return Err(wrong(
            "tone needs a name, such as busy, or a tone as 440+480/2000,0/4000",
            "tone busy de",
        ));
    }
    country(code)
        .and_then(|country| Tone::find(name, country).map_err(|e| e.message().to_owned()))
        .map_err(|why| wrong(why, "tone busy de"))
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn gain(text: &str) -> Result<AudioCommand, Wrong> {
    let expected = || {
        wrong(
            "gain needs decibels from -42 to 6, and perhaps received or sent",
            "gain -6 received",
        )
    };
    let (db, side) = first_word(text);
    let db: f32 = db
        .parse()
        .ok()
        .filter(|db| (-42.0..=6.0).contains(db))
        .ok_or_else(expected)?;
    let side = match side {
        "" => GainSide::Both,
        "received" => GainSide::Received,
        "sent" => GainSide::Sent,
        _ => return Err(expected()),
    };
    Ok(AudioCommand::Gain(db, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Result<AudioCommand, Wrong> {
        let (name, argument) = first_word(line);
        read(name, argument).unwrap()
    }

    #[test]
    fn commands_about_audio_are_read() {
        use AudioCommand as A;
        for (line, expected) in [
            ("conference", A::Conference(vec![])),
            ("conference 3 4  5", A::Conference(vec![3, 4, 5])),
            ("bridge 1 2", A::Bridge(1, 2)),
            ("leave 2", A::Leave(2)),
            ("play a b.wav", A::Play("a b.wav".into(), false)),
            ("play a b.wav  loop", A::Play("a b.wav".into(), true)),
            ("play loop.wav", A::Play("loop.wav".into(), false)),
            ("pause", A::Pause(true)),
            ("pause off", A::Pause(false)),
            ("seek 1.5", A::Seek(Duration::from_millis(1500))),
            ("record", A::Record(None)),
            ("record x.opus", A::Record(Some("x.opus".into()))),
            ("gain -6", A::Gain(-6.0, GainSide::Both)),
            ("gain 3 sent", A::Gain(3.0, GainSide::Sent)),
            ("stats", A::Stats),
            ("check", A::Check),
            (
                "tone busy de",
                A::Tone(Tone::find("busy", "de".parse().unwrap()).unwrap()),
            ),
            ("tone 1000@-12/400;1", A::Tone("1000@-12/400;1".parse().unwrap())),
            ("stop-tone", A::StopTone),
            ("speech off", A::Speech(false)),
            ("listen", A::Listen(Some(Country::default()))),
            ("listen off", A::Listen(None)),
            ("levels", A::Levels),
        ] {
            assert_eq!(command(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_something_right() {
        for (line, message, suggestion) in [
            ("conference all", "numbers", "conference"),
            ("bridge 1", "two calls", "calls"),
            ("bridge 1 1", "two calls", "calls"),
            ("leave", "number", "calls"),
            ("play", "file", "play hello.wav"),
            ("play loop", "file", "play hello.wav"),
            ("pause 3", "on or off", "pause on"),
            ("seek -1", "seconds", "seek 12.5"),
            ("seek", "seconds", "seek 12.5"),
            ("seek NaN", "seconds", "seek 12.5"),
            ("stop-play now", "no argument", "stop-play"),
            ("tap x", "SIDE", "tap received"),
            ("tap sent=-", "events", "tap received"),
            ("feed -", "commands", "feed 16000"),
            ("tone", "name", "tone busy de"),
            ("tone bisy", "bisy", "tone busy de"),
            ("tone busy xx", "xx", "tone busy de"),
            ("speech", "on or off", "speech on"),
            ("listen xx", "xx", "listen us"),
            ("gain 7", "-42 to 6", "gain -6"),
            ("gain loud", "-42 to 6", "gain -6"),
            ("gain 1 left", "received or sent", "gain -6"),
        ] {
            let e = command(line).unwrap_err();
            assert!(e.message.contains(message), "{line}: {e:?}");
            assert!(e.suggestion.is_some_and(|s| s.contains(suggestion)), "{line}");
        }
    }
}
