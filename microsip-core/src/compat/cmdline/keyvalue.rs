//! `action:hold`, `report:status` and `action=call&number=123`: the forms articles taught for messages between programs.

use percent_encoding::percent_decode_str;

use super::parse::{fail, target};
use super::words::{WORDS, Word, bare, dtmf, suggest};
use super::{Command, Place};
use crate::Result;

/// Reads such a form; `None` when the text is none.
pub(super) fn read(text: &str) -> Result<Option<Command>> {
    let lower = text.to_ascii_lowercase();
    if let Some(what) = lower.strip_prefix("report:") {
        return match what {
            "status" => Ok(Some(Command::Status)),
            _ => fail(format!("report:{} is unknown; report:status is known", shorten(what))),
        };
    }
    if lower.starts_with("action:") {
        let (verb, value) = split(&text["action:".len()..]);
        return verb_of(verb, value, None).map(Some);
    }
    if lower.starts_with("action=") {
        return pairs(text).map(Some);
    }
    Ok(None)
}

fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((verb, value)) => (verb, Some(value)),
        None => (text, None),
    }
}

fn pairs(text: &str) -> Result<Command> {
    let (mut action, mut number, mut message) = (None, None, None);
    for pair in text.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A + stays a +: these are telephone numbers, and the programs that write the form do not encode them.
        let Ok(value) = percent_decode_str(value).decode_utf8() else {
            return fail("a value of action=…&… is not UTF-8");
        };
        if value
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return fail("a value of action=…&… contains control characters");
        }
        let slot = match key.to_ascii_lowercase().as_str() {
            "action" => &mut action,
            "number" | "target" | "to" | "uri" | "digits" => &mut number,
            "text" | "message" => &mut message,
            _ => {
                return fail(format!(
                    "the key {:?} is unknown; action, number, digits and text are known",
                    shorten(key)
                ));
            }
        };
        if slot.replace(value.into_owned()).is_some() {
            return fail(format!("the key {} is given twice", key.to_ascii_lowercase()));
        }
    }
    verb_of(action.as_deref().unwrap_or_default(), number.as_deref(), message)
}

fn verb_of(verb: &str, value: Option<&str>, message: Option<String>) -> Result<Command> {
    let verb = verb.trim();
    let word = match verb.to_ascii_lowercase().as_str() {
        "ready" => Some(Word::Ready),
        // What a button of that name does.
        "hold" => Some(Word::Hold(super::Switch::Toggle)),
        "mute" => Some(Word::Mute(super::Switch::Toggle)),
        _ => bare(verb),
    };
    let Some(word) = word else {
        let known = WORDS.iter().filter(|(_, _, place)| *place != Place::Switch);
        let near = suggest(verb, known.map(|(name, _, _)| *name));
        let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
        return fail(format!("the action {:?} is unknown{hint}", shorten(verb)));
    };
    let needs = |what: &str| match value.map(str::trim) {
        Some(value) if !value.is_empty() => Ok(value.to_owned()),
        _ => fail(format!("action {verb} needs {what}: action={verb}&number=…")),
    };
    let command = match word {
        Word::Call => target(&needs("a number")?)?,
        Word::Transfer => match target(&needs("a number")?)? {
            Command::Call(to) => Command::Transfer(to),
            _ => return fail("a transfer needs a number"),
        },
        Word::Dtmf => dtmf(&needs("digits")?)?,
        Word::Message => match (target(&needs("a number")?)?, message) {
            (Command::Call(to), Some(text)) if !text.trim().is_empty() => {
                return Ok(Command::Message { to, text });
            }
            _ => return fail("a message needs its text: action=message&number=…&text=…"),
        },
        word => match word.command() {
            Some(_) if value.is_some_and(|value| !value.is_empty()) => {
                return fail(format!("action {verb} takes no value"));
            }
            Some(command) => command,
            None => return fail(format!("action {verb} is a switch of the command line")),
        },
    };
    match message {
        Some(_) => fail(format!("action {verb} takes no text")),
        None => Ok(command),
    }
}

/// For quoting in an error.
fn shorten(text: &str) -> String {
    text.chars().take(24).collect()
}
