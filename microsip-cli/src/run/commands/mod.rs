//! The commands on standard input: what there is, and how a line is read.

mod audio;
mod presence;
mod table;
#[cfg(test)]
mod tests;
mod values;

use microsip_core::{Headers, HoldMode, StatusCode};

use crate::args::complete_target;
pub use audio::{AudioCommand, GainSide};
pub use presence::PresenceCommand;
pub(crate) use table::{TABLE, help, lines};
use values::{answer, digits, number, reject};

/// One command, checked as far as that needs no call.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `call URI`: the completed URI.
    Call(String),
    /// `answer [CODE]`.
    Answer(StatusCode),
    /// `reject CODE`.
    Reject(StatusCode),
    /// `redirect URI`.
    Redirect(String),
    /// `hangup`.
    Hangup,
    /// `hold [MODE]`.
    Hold(HoldMode),
    /// `resume`.
    Resume,
    /// `reinvite`.
    Reinvite,
    /// `update`.
    Update,
    /// `mute`.
    Mute,
    /// `unmute`.
    Unmute,
    /// `transfer URI`.
    Transfer(String),
    /// `transfer-to CALL`.
    TransferTo(u64),
    /// `accept-transfer`.
    AcceptTransfer,
    /// `reject-transfer [CODE]`.
    RejectTransfer(StatusCode),
    /// `dtmf DIGITS`.
    Dtmf(String),
    /// `dtmf-info DIGITS`.
    DtmfInfo(String),
    /// `info TYPE BODY`.
    Info(String, String),
    /// `options URI`.
    Options(String),
    /// `message URI TEXT`.
    Message(String, String),
    /// `typing URI on|off`.
    Typing(String, bool),
    /// `header NAME VALUE`.
    Header(String, String),
    /// `select CALL`.
    Select(u64),
    /// `calls`.
    Calls,
    /// `story`.
    Story,
    /// One about audio.
    Audio(AudioCommand),
    /// One about presence.
    Presence(PresenceCommand),
    /// `register`.
    Register,
    /// `unregister`.
    Unregister,
    /// `status`.
    Status,
    /// `help`.
    Help,
    /// `quit`.
    Quit,
}

/// A line that is no command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong with it.
    pub message: String,
    /// What to type instead.
    pub suggestion: Option<String>,
}

/// Reads a line; `None` when it is empty or a comment. `domain` is the account's.
///
/// # Errors
/// [`Wrong`], which never repeats the arguments: a URI may hold a password.
pub fn parse(line: &str, domain: &str) -> Option<Result<Command, Wrong>> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (name, argument) = first_word(line);
    Some(command(&name.to_ascii_lowercase(), argument, domain))
}

/// The first word, and what comes after it.
fn first_word(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

fn command(name: &str, argument: &str, domain: &str) -> Result<Command, Wrong> {
    let target = || {
        complete_target(argument, domain).map_err(|why| {
            wrong(
                format!("{name} needs a target: {why}"),
                format!("{name} sip:1002@example.org"),
            )
        })
    };
    if let Some(command) = audio::read(name, argument) {
        return command.map(Command::Audio);
    }
    if let Some(command) = presence::read(name, argument, domain) {
        return command.map(Command::Presence);
    }
    match name {
        "call" => target().map(Command::Call),
        "redirect" => target().map(Command::Redirect),
        "transfer" => target().map(Command::Transfer),
        "transfer-to" => number(name, argument).map(Command::TransferTo),
        "options" => target().map(Command::Options),
        "hold" => match argument {
            "" | "sendonly" => Ok(Command::Hold(HoldMode::SendOnly)),
            "inactive" => Ok(Command::Hold(HoldMode::Inactive)),
            _ => Err(wrong("hold takes sendonly or inactive", "hold inactive")),
        },
        "answer" => answer(argument).map(Command::Answer),
        "reject" => reject(name, argument).map(Command::Reject),
        "reject-transfer" if argument.is_empty() => Ok(Command::RejectTransfer(StatusCode::DECLINE)),
        "reject-transfer" => reject(name, argument).map(Command::RejectTransfer),
        "dtmf" => digits(name, argument).map(Command::Dtmf),
        "dtmf-info" => digits(name, argument).map(Command::DtmfInfo),
        "info" => {
            let (kind, body) = first_word(argument);
            match kind.split_once('/') {
                Some((a, b)) if !a.is_empty() && !b.is_empty() => Ok(Command::Info(kind.to_owned(), body.to_owned())),
                _ => Err(wrong(
                    "info needs a content type and a body",
                    "info application/dtmf-relay Signal=1",
                )),
            }
        }
        "message" => {
            let (to, text) = first_word(argument);
            let target = complete_target(to, domain).map_err(|why| {
                wrong(
                    format!("message needs a target and a text: {why}"),
                    "message sip:1002@example.org Hello",
                )
            })?;
            if text.is_empty() {
                return Err(wrong("message needs a text behind its target", "message 1002 Hello"));
            }
            Ok(Command::Message(target, text.to_owned()))
        }
        "typing" => {
            let (to, state) = first_word(argument);
            let on = match state {
                "on" | "" => true,
                "off" => false,
                _ => return Err(wrong("typing takes a target, and on or off", "typing 1002 on")),
            };
            let target = complete_target(to, domain)
                .map_err(|why| wrong(format!("typing needs a target: {why}"), "typing 1002 on"))?;
            Ok(Command::Typing(target, on))
        }
        "header" => {
            let (header, value) = first_word(argument);
            let header = header.trim_end_matches(':');
            // Checked here, so that the mistake is told where it was made.
            match Headers::new().add(header, value) {
                Ok(_) => Ok(Command::Header(header.to_owned(), value.to_owned())),
                Err(e) => Err(wrong(e.message().to_owned(), "header X-Ticket 4711")),
            }
        }
        "select" => number(name, argument).map(Command::Select),
        _ => {
            let command = bare(name)?;
            // Right name, but too much behind it.
            if argument.is_empty() {
                Ok(command)
            } else {
                Err(wrong(format!("{name} takes no argument"), name))
            }
        }
    }
}

fn bare(name: &str) -> Result<Command, Wrong> {
    Ok(match name {
        "hangup" => Command::Hangup,
        "resume" => Command::Resume,
        "reinvite" => Command::Reinvite,
        "update" => Command::Update,
        "accept-transfer" => Command::AcceptTransfer,
        "mute" => Command::Mute,
        "unmute" => Command::Unmute,
        "calls" => Command::Calls,
        "story" => Command::Story,
        "register" => Command::Register,
        "unregister" => Command::Unregister,
        "status" => Command::Status,
        "help" => Command::Help,
        "quit" => Command::Quit,
        _ => return Err(unknown(name)),
    })
}

fn unknown(name: &str) -> Wrong {
    let shown: String = name.chars().take(20).collect();
    let distance = |known: &str| strsim::damerau_levenshtein(&shown, known);
    let other_words = [
        ("exit", "quit"),
        ("bye", "hangup"),
        ("dial", "call"),
        ("hang-up", "hangup"),
        ("ping", "options"),
        ("online", "presence online"),
        ("away", "presence away"),
        ("busy", "presence busy"),
        ("dnd", "presence do-not-disturb"),
        ("offline", "presence offline"),
        ("chat", "message"),
        ("send", "message"),
        ("text", "message"),
        ("unhold", "resume"),
        ("retrieve", "resume"),
        ("refer", "transfer"),
        ("stop", "stop-play"),
        ("unpause", "pause off"),
        ("volume", "gain"),
        ("merge", "conference"),
        ("join", "conference"),
        ("?", "help"),
    ];
    let suggestion = match other_words.iter().find(|(word, _)| *word == shown) {
        Some((_, command)) => Some(*command),
        None => TABLE
            .iter()
            .map(|(known, ..)| *known)
            .filter(|k| distance(k) <= 2)
            .min_by_key(|k| distance(k)),
    };
    Wrong {
        message: format!("there is no command {shown:?}"),
        suggestion: Some(suggestion.unwrap_or("help").to_owned()),
    }
}

fn wrong(message: impl Into<String>, suggestion: impl Into<String>) -> Wrong {
    Wrong {
        message: message.into(),
        suggestion: Some(suggestion.into()),
    }
}
