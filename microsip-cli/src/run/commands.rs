//! The commands on standard input.

use microsip_core::{Digit, StatusCode};

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
    /// `hangup`.
    Hangup,
    /// `dtmf DIGITS`.
    Dtmf(String),
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
pub(crate) const TABLE: [(&str, &str, &str); 10] = [
    (
        "call",
        "URI",
        "calls; 1002 is completed to sip:1002@ the account's domain",
    ),
    (
        "answer",
        "[CODE]",
        "answers the newest incoming call that waits: 180 rings, 183 opens early media, 200 (default) takes it",
    ),
    (
        "reject",
        "CODE",
        "rejects the newest incoming call that waits, with a code from 300 to 699, such as 486",
    ),
    ("hangup", "", "ends the newest call in whatever way its state asks for"),
    (
        "dtmf",
        "DIGITS",
        "sends keys (0-9 * # A-D) as RTP events into the newest call",
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
        format!("  {:<16}{purpose}", format!("{name} {argument}").trim_end())
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
    let (name, argument) = match line.split_once(char::is_whitespace) {
        Some((name, rest)) => (name, rest.trim()),
        None => (line, ""),
    };
    Some(command(&name.to_ascii_lowercase(), argument, domain))
}

fn command(name: &str, argument: &str, domain: &str) -> Result<Command, Wrong> {
    match (name, argument) {
        ("call", "") => Err(wrong("call needs a target", "call sip:1002@example.org")),
        ("call", target) => complete_target(target, domain).map(Command::Call).map_err(|why| {
            wrong(
                format!("the target cannot be called: {why}"),
                "call sip:1002@example.org",
            )
        }),
        ("answer", "") => Ok(Command::Answer(StatusCode::OK)),
        ("answer", text) => match status_code(text) {
            Some(code) if !code.is_failure() && code != StatusCode::TRYING => Ok(Command::Answer(code)),
            Some(code) if code.is_failure() => Err(wrong(
                format!("{code} does not answer a call"),
                format!("reject {code}"),
            )),
            _ => Err(wrong("answer takes a code from 101 to 299", "answer 200")),
        },
        ("reject", text) => match status_code(text) {
            Some(code) if code.is_failure() => Ok(Command::Reject(code)),
            Some(code) => Err(wrong(format!("{code} does not reject a call"), "reject 486")),
            None => Err(wrong("reject needs a code from 300 to 699", "reject 486")),
        },
        ("dtmf", "") => Err(wrong("dtmf needs digits", "dtmf 1234#")),
        ("dtmf", digits) => match digits.chars().find(|c| Digit::new(*c).is_none()) {
            Some(c) => Err(wrong(format!("{c:?} is not one of 0-9 * # A-D"), "dtmf 1234#")),
            None => Ok(Command::Dtmf(digits.to_owned())),
        },
        (_, "") => bare(name),
        // Right name, but too much behind it.
        _ => match bare(name) {
            Ok(_) => Err(wrong(format!("{name} takes no argument"), name)),
            Err(e) => Err(e),
        },
    }
}

fn bare(name: &str) -> Result<Command, Wrong> {
    Ok(match name {
        "hangup" => Command::Hangup,
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
        assert_eq!(read("dtmf 12#"), Ok(Command::Dtmf("12#".into())));
        for (line, command) in [
            ("hangup", Command::Hangup),
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
            let sample = match argument {
                "URI" => "1002",
                "CODE" | "[CODE]" if name == "reject" => "486",
                "DIGITS" => "1",
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
            ("dtmf", "digits", "dtmf"),
            ("dtmf 12x", "'x'", "dtmf"),
            ("quit now", "no argument", "quit"),
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
