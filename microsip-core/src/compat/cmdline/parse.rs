//! Reading an argument vector.

use super::words::{WORDS, Word, bare, dtmf, suggest, switch};
use super::{Command, CommandLine, Place, WindowStart, keyvalue};
use crate::compat::links::{CallTarget, Link, LinkAction, LinkScheme, MAX_LINK};
use crate::compat::number::is_phone_like;
use crate::{Error, Result, Secret};

const OP: &str = "command line";

/// The longest command line read, in bytes.
const MAX_LINE: usize = 64 * 1024;

pub(super) fn fail<T>(why: impl Into<String>) -> Result<T> {
    Err(Error::invalid(OP, why))
}

impl CommandLine {
    /// Reads the arguments behind the program's name.
    ///
    /// One argument is one thing: blanks inside a quoted number do not split it, and a link is read by
    /// [`Link::parse`]. Behind a number or URI, further words are a message to it. `--` ends the switches.
    /// `--link URL` reads exactly one link and allows nothing else on the line: this is how to register the program for
    /// links, for a link can then bring no switch along.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an unknown switch, a misspelt command (with a
    /// suggestion), a missing or wrong value, contradicting words, control characters, and more than 64 KiB. Messages
    /// never quote a password.
    pub fn parse<I, S>(args: I) -> Result<CommandLine>
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        CommandLine::parse_knowing(args, &[])
    }

    /// Like [`parse`](CommandLine::parse), for a program with more sub-commands than these: they are suggested too, and
    /// none of them is ever dialled.
    ///
    /// # Errors
    /// As there.
    pub fn parse_knowing<I, S>(args: I, known: &[&str]) -> Result<CommandLine>
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let args: Vec<String> = args.into_iter().map(Into::into).collect();
        if args.iter().map(String::len).sum::<usize>() > MAX_LINE {
            return fail("the command line is longer than 64 KiB");
        }
        let mut reader = Reader {
            args: args.into(),
            known,
            ..Reader::default()
        };
        while let Some(arg) = reader.args.pop_front() {
            reader.argument(arg)?;
        }
        reader.finish()
    }
}

#[derive(Default)]
struct Reader<'a> {
    args: std::collections::VecDeque<String>,
    known: &'a [&'a str],
    out: CommandLine,
    any: bool,
    /// Behind `--`.
    plain_only: bool,
    /// The bare word or switch that was a command, and takes no further words.
    verb: Option<String>,
    target: Option<CallTarget>,
    /// How many commands came before the target.
    target_at: usize,
    text: Vec<String>,
    account: Option<u32>,
    password: Option<Secret>,
}

/// The name and the value of a switch.
fn split_switch(arg: &str) -> Option<(&str, Option<&str>)> {
    let body = arg
        .strip_prefix("--")
        .or_else(|| arg.strip_prefix(['-', '/']))
        .filter(|body| !body.is_empty())?;
    match body.find([':', '=']) {
        Some(at) => Some((&body[..at], Some(&body[at + 1..]))),
        None => Some((body, None)),
    }
}

fn is_account(arg: &str) -> bool {
    split_switch(arg).is_some_and(|(name, value)| {
        name.eq_ignore_ascii_case("account")
            && value.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// One pair of quotes around a value.
fn unquote(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

impl Reader<'_> {
    fn argument(&mut self, arg: String) -> Result<()> {
        let first = !std::mem::replace(&mut self.any, true);
        // Quotes around a number or switch that the shell has left, as MicroSIP takes them off; a text keeps its own.
        let arg = match unquote(&arg) {
            inner if self.text.is_empty() && self.target.is_none() && !inner.contains('"') => inner.to_owned(),
            _ => arg,
        };
        // In a message everything is text, but /account:N is found anywhere.
        if !self.text.is_empty() && (self.plain_only || !is_account(&arg)) {
            return self.add_text(arg);
        }
        if !self.plain_only {
            if arg == "--" {
                self.plain_only = true;
                return Ok(());
            }
            if let Some((name, value)) = split_switch(&arg) {
                return self.switch(name, value, first);
            }
        }
        self.word(arg)
    }

    fn switch(&mut self, name: &str, value: Option<&str>, first: bool) -> Result<()> {
        let Some(word) = switch(name) else {
            return self.unknown_switch(name);
        };
        let lower = name.to_ascii_lowercase();
        match word {
            Word::Minimized | Word::Hidden if value.is_some() => fail(format!("/{lower} takes no value")),
            // The stronger one wins when both are given.
            Word::Minimized => {
                if self.out.window == WindowStart::Normal {
                    self.out.window = WindowStart::Minimized;
                }
                Ok(())
            }
            Word::Hidden => {
                self.out.window = WindowStart::Hidden;
                Ok(())
            }
            Word::Settings => {
                let value = self.value(&lower, value, "FILE")?;
                match unquote(value.trim()) {
                    "" => fail("/i: needs a file: /i:FILE"),
                    file if file.contains('\0') => fail("the file of /i: contains a NUL character"),
                    file => match self.out.settings.replace(file.to_owned()) {
                        None => Ok(()),
                        Some(_) => fail("/i: is given twice"),
                    },
                }
            }
            Word::Account => {
                let value = self.value(&lower, value, "N")?;
                match value.trim().parse() {
                    Ok(number) if number > 0 => match self.account.replace(number) {
                        None => Ok(()),
                        Some(_) => fail("/account: is given twice"),
                    },
                    _ => fail("/account: needs a number from 1: /account:2 is the section [Account2]"),
                }
            }
            Word::Password => {
                let value = self.value(&lower, value, "SECRET")?;
                if value.is_empty() {
                    return fail("/password: needs a password: /password:SECRET");
                }
                match self.password.replace(Secret::new(value)) {
                    None => Ok(()),
                    Some(_) => fail("/password: is given twice"),
                }
            }
            Word::Dtmf => {
                let value = self.value(&lower, value, "DIGITS")?;
                self.out.commands.push(dtmf(unquote(&value))?);
                Ok(())
            }
            Word::Transfer => {
                let value = self.value(&lower, value, "NUMBER")?;
                self.transfer(unquote(&value))
            }
            Word::Link => {
                let value = self.value(&lower, value, "URL")?;
                if !first || !self.args.is_empty() {
                    return fail("--link stands alone on the line, with one link behind it");
                }
                self.command_of(Link::parse(&value)?)
            }
            Word::Call | Word::Message => {
                if let Some(value) = value {
                    self.args.push_front(value.to_owned());
                }
                self.verb(lower, word)
            }
            _ if value.is_some() => fail(format!("/{lower} takes no value")),
            word => {
                self.out.commands.extend(word.command());
                Ok(())
            }
        }
    }

    fn unknown_switch(&self, name: &str) -> Result<()> {
        // A misspelt password switch, or the rest of a password with blanks, is not repeated.
        let shown: String = name.chars().take(20).collect();
        if self.password.is_some() {
            return fail("an unknown switch follows /password:; put quotes around a password with blanks");
        }
        let near = suggest(
            name,
            WORDS
                .iter()
                .filter(|(_, _, place)| *place != Place::First)
                .map(|(name, _, _)| *name),
        );
        if shown.to_ascii_lowercase().starts_with("pas") {
            return fail("unknown switch; did you mean /password:SECRET?");
        }
        match near {
            Some(near) => fail(format!("unknown switch /{shown}; did you mean /{near}?")),
            None if name.chars().next().is_some_and(|c| c.is_ascii_digit()) => fail(format!(
                "unknown switch /{shown}; a number to call has no / or - in front"
            )),
            None => fail(format!(
                "unknown switch /{shown}; write -- before words that begin with - or / and are none"
            )),
        }
    }

    /// The value behind `:` or `=`, else the next argument.
    fn value(&mut self, name: &str, value: Option<&str>, what: &str) -> Result<String> {
        if let Some(value) = value {
            return Ok(value.to_owned());
        }
        let next = self.args.pop_front();
        match next {
            // Unix paths begin with a slash.
            Some(next) if name == "i" || split_switch(&next).is_none() => Ok(next),
            _ => fail(format!("/{name} needs a value: /{name}:{what}")),
        }
    }

    fn word(&mut self, arg: String) -> Result<()> {
        if self.password.is_some() {
            return fail(
                "nothing may follow /password: but switches; put quotes around a password with blanks, and a number before it",
            );
        }
        if let Some(verb) = &self.verb {
            return fail(format!(
                "{verb} does not take so many words; put quotes around text with blanks"
            ));
        }
        if self.target.is_some() {
            return self.add_text(arg);
        }
        if let Some(command) = keyvalue::read(arg.trim())? {
            self.verb = Some("action".into());
            return self.push(command);
        }
        if LinkScheme::of(&arg).is_none() && !self.plain_only {
            let (name, value) = match arg.split_once(':') {
                Some((name, value)) => (name, Some(value)),
                None => (arg.as_str(), None),
            };
            if let Some(word) = bare(name.trim()) {
                let name = name.trim().to_ascii_lowercase();
                let takes = matches!(word, Word::Call | Word::Message | Word::Dtmf | Word::Transfer);
                match value {
                    Some(_) if !takes => return fail(format!("{name} takes no value")),
                    Some(value) => self.args.push_front(value.to_owned()),
                    None => {}
                }
                return self.verb(name, word);
            }
            self.check_spelling(name.split([' ', '\t']).next().unwrap_or(name))?;
        }
        self.set_target(&arg)
    }

    fn check_spelling(&self, name: &str) -> Result<()> {
        let wordlike = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !wordlike {
            return Ok(());
        }
        if let Some(word) = self.known.iter().find(|word| word.eq_ignore_ascii_case(name)) {
            return fail(format!(
                "{word} is a sub-command; it stands first on the line, before switches"
            ));
        }
        if switch(name).is_some() {
            return fail(format!(
                "{name} is a switch: write /{name} or --{name}; a user of that name is called by dial:{name}"
            ));
        }
        let words = WORDS
            .iter()
            .filter(|(_, _, place)| *place != Place::Switch)
            .map(|(word, _, _)| *word);
        match suggest(name, words.chain(self.known.iter().copied())) {
            Some(near) => fail(format!(
                "{name} is no command; did you mean {near}? a user of that name is called by dial:{name}"
            )),
            None => Ok(()),
        }
    }

    /// A command by its word, whose values are the next arguments.
    fn verb(&mut self, name: String, word: Word) -> Result<()> {
        match word {
            Word::Call => {
                let mut number = self.operand(&name, "call TARGET")?;
                while is_phone_like(&number) && self.args.front().is_some_and(|next| is_phone_like(next)) {
                    number.push(' ');
                    number.push_str(&self.args.pop_front().unwrap_or_default());
                }
                match target(&number)? {
                    call @ Command::Call(_) => self.push(call)?,
                    _ => return fail(format!("{name} needs a number or address")),
                }
            }
            Word::Message => {
                let usage = "message NUMBER TEXT";
                let to = self.operand(&name, usage)?;
                let Command::Call(to) = target(&to)? else {
                    return fail(format!("{name} needs a number or address: {usage}"));
                };
                let mut text = match self.args.pop_front() {
                    Some(text) if !text.trim().is_empty() => text,
                    _ => return fail(format!("the text of the message is missing: {usage}")),
                };
                // -sendmess takes exactly two, so that switches may follow; message takes the rest.
                if name == "message" {
                    for more in self.args.drain(..) {
                        text.push(' ');
                        text.push_str(&more);
                    }
                }
                self.push(Command::Message { to, text })?;
            }
            Word::Dtmf => {
                let digits = self.operand(&name, "dtmf DIGITS")?;
                self.out.commands.push(dtmf(&digits)?);
            }
            Word::Transfer => {
                let number = self.operand(&name, "transfer NUMBER")?;
                self.transfer(&number)?;
            }
            word => self.out.commands.extend(word.command()),
        }
        self.verb = Some(name);
        Ok(())
    }

    fn operand(&mut self, name: &str, usage: &str) -> Result<String> {
        match self.args.pop_front() {
            Some(next) if next == "--" => {
                self.plain_only = true;
                self.operand(name, usage)
            }
            Some(next) if !next.trim().is_empty() && (self.plain_only || split_switch(&next).is_none()) => Ok(next),
            _ => fail(format!("{name} needs more: {usage}")),
        }
    }

    fn transfer(&mut self, number: &str) -> Result<()> {
        match target(number)? {
            Command::Call(to) => self.push(Command::Transfer(to)),
            _ => fail("transfer needs a number or address"),
        }
    }

    fn set_target(&mut self, arg: &str) -> Result<()> {
        if arg.trim().is_empty() {
            return fail("an argument is empty");
        }
        // One argument "NUMBER TEXT"; a number grouped by blanks stays one.
        if LinkScheme::of(arg).is_none()
            && !is_phone_like(arg.trim())
            && !arg.contains('<')
            && let Some((number, text)) = arg.trim().split_once(' ')
        {
            self.set_target(number)?;
            return self.add_text(text.trim_start().to_owned());
        }
        match target(arg)? {
            Command::Call(to) => {
                self.target = Some(to);
                self.target_at = self.out.commands.len();
                Ok(())
            }
            command => {
                self.verb = Some("the link".into());
                self.push(command)
            }
        }
    }

    fn add_text(&mut self, text: String) -> Result<()> {
        if text.contains('\0') {
            return fail("the message contains a NUL character");
        }
        self.text.push(text);
        Ok(())
    }

    fn push(&mut self, command: Command) -> Result<()> {
        let taken = |command: &Command| matches!(command, Command::Call(_) | Command::Message { .. });
        if taken(&command) && (self.target.is_some() || self.out.commands.iter().any(taken)) {
            return fail("there are two targets on the line; one call or message at a time");
        }
        self.out.commands.push(command);
        Ok(())
    }

    fn command_of(&mut self, link: Link) -> Result<()> {
        let command = command_of(link);
        self.push(command)
    }

    fn finish(mut self) -> Result<CommandLine> {
        if let Some(to) = self.target.take() {
            let text = self.text.join(" ");
            let command = if text.trim().is_empty() {
                Command::Call(to)
            } else {
                Command::Message { to, text }
            };
            self.push(command)?;
            // Where it stood: switches may have come behind it.
            self.out.commands[self.target_at..].rotate_right(1);
        }
        match (self.account, self.password.take()) {
            (Some(account), Some(password)) => {
                if !self.out.commands.is_empty() {
                    return fail(
                        "/account: with /password: stores the password and does nothing else; use a second line for the rest",
                    );
                }
                self.out.commands.push(Command::StorePassword { account, password });
            }
            (Some(account), None) => self.out.commands.push(Command::UseAccount(account)),
            (None, Some(password)) => self.out.commands.push(Command::Password(password)),
            (None, None) => {}
        }
        if self.out.commands.is_empty() && self.out.window == WindowStart::Normal {
            self.out.commands.push(Command::Show);
        }
        self.out.commands.sort_by_key(Command::rank);
        Ok(self.out)
    }
}

fn command_of(link: Link) -> Command {
    match link.action {
        LinkAction::Call(to) => Command::Call(to),
        LinkAction::Message { to, text } => Command::Message { to, text },
        LinkAction::Command(command) => command,
    }
}

/// What a number, an address or a link stands for; [`Command::Call`] but for links of another kind.
pub(super) fn target(text: &str) -> Result<Command> {
    let text = text.trim();
    if text.is_empty() {
        return fail("the number is empty");
    }
    if text.len() > MAX_LINK {
        return fail(format!(
            "the number has {} bytes; at most {MAX_LINK} are allowed",
            text.len()
        ));
    }
    if text.chars().any(char::is_control) {
        return fail("the number contains control characters");
    }
    if LinkScheme::of(text).is_some() {
        return Ok(command_of(Link::parse(text)?));
    }
    if let Some((scheme, rest)) = text.split_once(':')
        && scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_'))
        && (rest.starts_with("//")
            || scheme.eq_ignore_ascii_case("mailto")
            || (!rest.contains(['@', '>']) && !rest.starts_with(|c: char| c.is_ascii_digit())))
    {
        // What follows may be a password.
        let shown: String = scheme.chars().take(20).collect();
        return fail(format!(
            "{shown}: is neither a scheme nor a command known here; expected a number, user@host, sip:, tel:, callto: or dial:"
        ));
    }
    Ok(Command::Call(CallTarget::new(text)))
}
