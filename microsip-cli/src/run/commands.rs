//! The commands on standard input.

use microsip_core::{Digit, Headers, HoldMode, StatusCode};

use crate::args::{complete_target, status_code};

/// One command, checked as far as that needs no call.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// `header NAME VALUE`.
    Header(String, String),
    /// `select CALL`.
    Select(u64),
    /// `calls`.
    Calls,
    /// `story`.
    Story,
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

/// Name, argument and purpose of each command.
pub(crate) const TABLE: &[(&str, &str, &str)] = &[
    (
        "call",
        "URI",
        "calls; 1002 is completed to sip:1002@ the account's domain",
    ),
    (
        "answer",
        "[CODE]",
        "answers an incoming call that waits: 180 rings, 183 opens early media, 200 (default) takes it",
    ),
    (
        "reject",
        "CODE",
        "rejects an incoming call that waits, with a code from 300 to 699, such as 486",
    ),
    (
        "redirect",
        "URI",
        "answers an incoming call that waits 302, with this place to try instead",
    ),
    ("hangup", "", "ends the call in whatever way its state asks for"),
    (
        "hold",
        "[MODE]",
        "holds the call: sendonly (default; the peer may hear what is played) or inactive (no audio at all)",
    ),
    ("resume", "", "lets the call go on"),
    (
        "reinvite",
        "",
        "sends our offer anew by re-INVITE: codecs, addresses, direction",
    ),
    ("update", "", "sends it by UPDATE, which also goes before the answer"),
    ("mute", "", "sends silence instead of what we say; the peer is not told"),
    ("unmute", "", "sends what we say again"),
    (
        "transfer",
        "URI",
        "asks the peer to call somebody else instead of us (blind transfer)",
    ),
    (
        "transfer-to",
        "CALL",
        "connects the peer with that of another of our calls (attended transfer)",
    ),
    (
        "accept-transfer",
        "",
        "makes the call that the last transfer_request asks for (--accept-transfer ask)",
    ),
    (
        "reject-transfer",
        "[CODE]",
        "declines it, with a code from 300 to 699, 603 by default",
    ),
    (
        "dtmf",
        "DIGITS",
        "sends keys (0-9 * # A-D; a comma waits a second) as --dtmf says",
    ),
    ("dtmf-info", "DIGITS", "sends keys by INFO, as application/dtmf-relay"),
    (
        "info",
        "TYPE BODY",
        "sends INFO with a body of this content type in the call",
    ),
    ("options", "URI", "asks who is there (OPTIONS) and tells the round trip"),
    (
        "header",
        "NAME VALUE",
        "adds a header to the next request or answer that a command here sends",
    ),
    (
        "select",
        "CALL",
        "lets commands act on this call, by the number in its events; 0 for the newest again",
    ),
    ("calls", "", "tells the calls, and which one is selected"),
    (
        "story",
        "",
        "tells all that happened with the call: asked, sent, received, decided",
    ),
    (
        "register",
        "",
        "registers the account now, or refreshes the registration",
    ),
    ("unregister", "", "takes the account's registration back"),
    ("status", "", "tells registration and calls"),
    ("help", "", "tells these commands"),
    ("quit", "", "hangs up, unregisters and ends"),
];

/// The table as text, for `--help`.
pub(crate) fn help() -> String {
    let line = |(name, argument, purpose): &(&str, &str, &str)| {
        format!("  {:<24}{purpose}", format!("{name} {argument}").trim_end())
    };
    TABLE.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One sentence for each command, for the event `help`.
pub(crate) fn lines() -> Vec<String> {
    let line = |(name, argument, purpose): &(&str, &str, &str)| {
        let command = format!("{name} {argument}");
        format!("{}: {purpose}", command.trim_end())
    };
    TABLE.iter().map(line).collect()
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

fn number(name: &str, text: &str) -> Result<u64, Wrong> {
    text.parse()
        .map_err(|_| wrong(format!("{name} needs the number of a call"), "calls"))
}

fn answer(text: &str) -> Result<StatusCode, Wrong> {
    match status_code(text) {
        None if text.is_empty() => Ok(StatusCode::OK),
        Some(code) if !code.is_failure() && code != StatusCode::TRYING => Ok(code),
        Some(code) if code.is_failure() => Err(wrong(
            format!("{code} does not answer a call"),
            format!("reject {code}"),
        )),
        _ => Err(wrong("answer takes a code from 101 to 299", "answer 200")),
    }
}

fn reject(name: &str, text: &str) -> Result<StatusCode, Wrong> {
    let suggestion = if name == "reject" {
        "reject 486"
    } else {
        "reject-transfer 603"
    };
    match status_code(text) {
        Some(code) if code.is_failure() => Ok(code),
        Some(code) => Err(wrong(format!("{code} rejects nothing"), suggestion)),
        None => Err(wrong(format!("{name} needs a code from 300 to 699"), suggestion)),
    }
}

fn digits(name: &str, text: &str) -> Result<String, Wrong> {
    let sample = || format!("{name} 1234#");
    if text.is_empty() {
        return Err(wrong(format!("{name} needs digits"), sample()));
    }
    match text.chars().find(|c| *c != ',' && Digit::new(*c).is_none()) {
        Some(c) => Err(wrong(
            format!("{c:?} is not one of 0-9 * # A-D, nor a comma for a pause"),
            sample(),
        )),
        None => Ok(text.to_owned()),
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
        ("unhold", "resume"),
        ("retrieve", "resume"),
        ("refer", "transfer"),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Wrong> {
        parse(line, "pbx").unwrap()
    }

    #[test]
    fn commands_are_read() {
        assert_eq!(read("call 1002"), Ok(Command::Call("sip:1002@pbx".into())));
        assert_eq!(read("  CALL   sip:a@b  "), Ok(Command::Call("sip:a@b".into())));
        assert_eq!(read("answer"), Ok(Command::Answer(StatusCode::OK)));
        assert_eq!(read("answer 183"), Ok(Command::Answer(StatusCode::SESSION_PROGRESS)));
        assert_eq!(read("reject 486"), Ok(Command::Reject(StatusCode::BUSY_HERE)));
        assert_eq!(read("dtmf 1,2#"), Ok(Command::Dtmf("1,2#".into())));
        assert_eq!(read("dtmf-info 5"), Ok(Command::DtmfInfo("5".into())));
        assert_eq!(read("redirect 1003"), Ok(Command::Redirect("sip:1003@pbx".into())));
        assert_eq!(read("options sip:h"), Ok(Command::Options("sip:h".into())));
        assert_eq!(
            read("info text/plain  two words"),
            Ok(Command::Info("text/plain".into(), "two words".into()))
        );
        assert_eq!(read("header X-A: b c"), Ok(Command::Header("X-A".into(), "b c".into())));
        assert_eq!(read("select 3"), Ok(Command::Select(3)));
        for (line, command) in [
            ("hangup", Command::Hangup),
            ("hold", Command::Hold(HoldMode::SendOnly)),
            ("hold inactive", Command::Hold(HoldMode::Inactive)),
            ("resume", Command::Resume),
            ("mute", Command::Mute),
            ("unmute", Command::Unmute),
            ("transfer 1003", Command::Transfer("sip:1003@pbx".into())),
            ("transfer-to 3", Command::TransferTo(3)),
            ("calls", Command::Calls),
            ("story", Command::Story),
            ("register", Command::Register),
            ("unregister", Command::Unregister),
            ("status", Command::Status),
            ("help", Command::Help),
            ("quit\r", Command::Quit),
        ] {
            assert_eq!(read(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn every_command_of_the_table_is_known() {
        for (name, argument, _) in TABLE {
            let sample = match *argument {
                "URI" => "1002",
                "CODE" => "486",
                "DIGITS" => "1",
                "TYPE BODY" => "text/plain hello",
                "NAME VALUE" => "X-A 1",
                "CALL" => "7",
                _ => "",
            };
            assert!(read(&format!("{name} {sample}")).is_ok(), "{name}");
            assert!(help().contains(name));
        }
    }

    #[test]
    fn empty_lines_and_comments_are_passed_over() {
        for line in ["", "   ", "# call 1002", "\t#"] {
            assert!(parse(line, "pbx").is_none(), "{line:?}");
        }
    }

    #[test]
    fn wrong_lines_say_what_is_wrong_and_what_to_type() {
        for (line, message, suggestion) in [
            ("hangpu", "hangpu", "hangup"),
            ("exit", "exit", "quit"),
            ("xyzzy foo", "xyzzy", "help"),
            ("call", "target", "call sip:"),
            ("call a b", "spaces", "call sip:"),
            ("answer 486", "486", "reject 486"),
            ("answer 100", "101", "answer 200"),
            ("reject", "300", "reject 486"),
            ("reject 200", "200", "reject 486"),
            ("reject-transfer 200", "200", "reject-transfer 603"),
            ("accept-transfer 1", "no argument", "accept-transfer"),
            ("dtmf", "digits", "dtmf"),
            ("dtmf 12x", "'x'", "dtmf"),
            ("quit now", "no argument", "quit"),
            ("info hello", "content type", "info application"),
            ("header Via x", "Via", "header X-"),
            ("header", "name", "header X-"),
            ("select bob", "number", "calls"),
            ("transfer", "target", "transfer sip:"),
            ("transfer-to bob", "number", "calls"),
            ("hold 3", "sendonly", "hold"),
            ("ping", "ping", "options"),
        ] {
            let e = read(line).unwrap_err();
            assert!(e.message.contains(message), "{line}: {e:?}");
            assert!(
                e.suggestion.as_deref().is_some_and(|s| s.contains(suggestion)),
                "{line}: {e:?}"
            );
        }
    }

    #[test]
    fn a_long_word_is_not_repeated_whole() {
        let e = read(&"x".repeat(5000)).unwrap_err();
        assert!(e.message.len() < 100, "{}", e.message.len());
    }
}
