//! The commands for a running phone, and those on its files.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand, ValueEnum};
use microsip_core::Secret;
use microsip_core::compat::phone::{Button, Request, Side, State, Until};

use super::hidden;
use crate::logging::LogArg;

/// Which phone is meant, and how it answers.
#[derive(Debug, Clone, Default, Args)]
pub struct WhichArgs {
    /// Settings file; each has a phone of its own. Default: microsip.ini beside the program, else in the user's folder for settings.
    #[arg(short = 'i', long, value_name = "FILE")]
    pub settings: Option<String>,

    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `microsip phone`.
#[derive(Debug, Clone, Default, Args)]
pub struct PhoneArgs {
    /// Which phone.
    #[command(flatten)]
    pub which: WhichArgs,

    /// What is logged on standard error; default: RUST_LOG, else errors.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub log: Option<LogArg>,

    /// Starts it in the background and ends once it takes commands; `events` tells what happens then, `exit` ends it.
    #[arg(long)]
    pub background: bool,
}

/// A command for a phone. Each takes the options of [`WhichArgs`], which the derived kind would have to repeat in every one.
#[derive(Debug)]
pub struct PhoneCommandArgs {
    /// Which phone.
    pub which: WhichArgs,
    /// What it is to do.
    pub command: PhoneCommand,
}

impl FromArgMatches for PhoneCommandArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let which = match matches.subcommand() {
            Some((_, matches)) => WhichArgs::from_arg_matches(matches)?,
            None => WhichArgs::default(),
        };
        Ok(PhoneCommandArgs {
            which,
            command: PhoneCommand::from_arg_matches(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for PhoneCommandArgs {
    fn augment_subcommands(command: Command) -> Command {
        let names: Vec<String> = PhoneCommand::augment_subcommands(Command::new(""))
            .get_subcommands()
            .map(|sub| sub.get_name().to_owned())
            .collect();
        let command = PhoneCommand::augment_subcommands(command);
        names.into_iter().fold(command, |command, name| {
            command.mut_subcommand(name, |sub| {
                // The options bring a sentence about themselves, which is not about the command.
                let about = sub.get_about().cloned();
                let sub = WhichArgs::augment_args(sub).long_about(None::<&str>);
                match about {
                    Some(about) => sub.about(about),
                    None => sub,
                }
            })
        })
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        PhoneCommand::has_subcommand(name)
    }
}

/// `on`, `off`, `toggle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateArg {
    /// Set it.
    On,
    /// Clear it.
    Off,
    /// Change it.
    Toggle,
}

impl From<StateArg> for State {
    fn from(arg: StateArg) -> State {
        match arg {
            StateArg::On => State::On,
            StateArg::Off => State::Off,
            StateArg::Toggle => State::Toggle,
        }
    }
}

/// `--until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UntilArg {
    /// The call is answered or over.
    Answered,
    /// The call is over.
    Ended,
}

impl From<UntilArg> for Until {
    fn from(arg: UntilArg) -> Until {
        match arg {
            UntilArg::Answered => Until::Answered,
            UntilArg::Ended => Until::Ended,
        }
    }
}

/// How the history is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableArg {
    /// CSV with a heading.
    Csv,
    /// XML.
    Xml,
    /// JSON.
    Json,
}

/// Commands for a running phone. Those that call start it if it does not run.
#[derive(Debug, Subcommand)]
pub enum PhoneCommand {
    /// Calls a number, a name or a URI; without a running phone it becomes the phone.
    #[command(
        after_help = "Examples:\n  microsip call 1002\n  microsip call sip:bob@example.com --until ended\n  microsip call 800123,45"
    )]
    Call {
        /// A number, a name, user@host, a SIP URI, with keys to be sent after the answer behind a comma: 800123,45.
        target: String,
        /// Answers when the call is answered or over, instead of at once.
        #[arg(long, value_enum)]
        until: Option<UntilArg>,
    },
    /// Answers the first call that waits, or the one of that number.
    Answer {
        /// The number of the call, as `calls` lists it.
        call: Option<u64>,
    },
    /// Ends the selected call, or rejects one that waits.
    #[command(after_help = "Examples:\n  microsip hangup\n  microsip hangup --all")]
    Hangup {
        /// The number of the call.
        call: Option<u64>,
        /// Every call but unanswered incoming ones.
        #[arg(long, conflicts_with_all = ["call", "incoming", "calling"])]
        all: bool,
        /// Every unanswered incoming call, with 603.
        #[arg(long, conflicts_with_all = ["call", "calling"])]
        incoming: bool,
        /// Every outgoing call that is not answered yet.
        #[arg(long, conflicts_with = "call")]
        calling: bool,
    },
    /// Rejects an incoming call.
    Reject {
        /// The number of the call.
        call: Option<u64>,
        /// With this SIP status, 300 to 699.
        #[arg(long, value_parser = clap::value_parser!(u16).range(300..700), default_value_t = 486)]
        code: u16,
    },
    /// Sends an incoming call elsewhere (302).
    Redirect {
        /// Where to.
        target: String,
        /// The number of the call.
        #[arg(long)]
        call: Option<u64>,
    },
    /// Holds a call.
    Hold {
        /// The number of the call.
        call: Option<u64>,
    },
    /// Takes a held call back.
    Resume {
        /// The number of the call.
        call: Option<u64>,
    },
    /// Makes the microphone silent, or the loudspeaker.
    Mute {
        /// The loudspeaker.
        #[arg(long)]
        speaker: bool,
    },
    /// Undoes `mute`.
    Unmute {
        /// The loudspeaker.
        #[arg(long)]
        speaker: bool,
    },
    /// Sets the volume of microphone or loudspeaker, or tells it.
    Volume {
        /// 0 to 100, or a change such as +5 or -5.
        #[arg(allow_hyphen_values = true)]
        percent: Option<String>,
        /// The loudspeaker.
        #[arg(long)]
        speaker: bool,
    },
    /// Sends keys; a comma is a pause of a second.
    #[command(after_help = "Examples:\n  microsip dtmf 12#\n  microsip dtmf 1,2")]
    Dtmf {
        /// 0-9 * # A-D and commas.
        #[arg(value_parser = hidden::secret)]
        digits: Secret,
        /// The number of the call.
        #[arg(long)]
        call: Option<u64>,
    },
    /// Transfers a call to a target, or with --to-call connects the peers of two calls.
    #[command(after_help = "Examples:\n  microsip transfer 1003\n  microsip transfer --call 1 --to-call 2")]
    Transfer {
        /// Where to.
        #[arg(required_unless_present = "to_call")]
        target: Option<String>,
        /// The number of the call.
        #[arg(long)]
        call: Option<u64>,
        /// The call whose peer takes over.
        #[arg(long, value_name = "CALL", conflicts_with = "target")]
        to_call: Option<u64>,
    },
    /// Joins the answered calls into a conference.
    Conference {
        /// Takes this call out again.
        #[arg(long, value_name = "CALL")]
        leave: Option<u64>,
    },
    /// Chooses the call that commands act on.
    Select {
        /// Its number.
        call: u64,
    },
    /// Records a call, or stops.
    Record {
        /// on, off or toggle.
        #[arg(value_enum, default_value = "on")]
        state: StateArg,
        /// The number of the call.
        #[arg(long)]
        call: Option<u64>,
    },
    /// Sends a text; without a running phone it becomes the phone.
    #[command(after_help = "Examples:\n  microsip message 1002 on my way")]
    Message {
        /// To whom.
        number: String,
        /// The text; several words are joined.
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Tells others how we are.
    #[command(after_help = "Examples:\n  microsip presence away \"back at two\"")]
    Presence {
        /// online, away, busy, on_the_phone, do_not_disturb or offline.
        status: String,
        /// In your own words.
        note: Option<String>,
    },
    /// Do not disturb.
    Dnd {
        /// on, off or toggle.
        #[arg(value_enum, default_value = "toggle")]
        state: StateArg,
    },
    /// Answers calls automatically (the button AA).
    AutoAnswer {
        /// on, off or toggle.
        #[arg(value_enum, default_value = "toggle")]
        state: StateArg,
    },
    /// Joins calls automatically (the button AC).
    AutoConference {
        /// on, off or toggle.
        #[arg(value_enum, default_value = "toggle")]
        state: StateArg,
    },
    /// Forwards calls (the button FWD).
    Forwarding {
        /// on, off or toggle.
        #[arg(value_enum, default_value = "toggle")]
        state: StateArg,
    },
    /// Makes an account the active one; 0 for none.
    Account {
        /// N of `[AccountN]`.
        number: u32,
    },
    /// Lists the accounts.
    Accounts,
    /// Lists the calls there are.
    Calls,
    /// Lists contacts, imports and exports them.
    #[command(
        after_help = "Examples:\n  microsip contacts ann\n  microsip contacts --import phonebook.csv\n  microsip contacts --export Contacts.xml"
    )]
    Contacts {
        /// Those in which this occurs.
        text: Option<String>,
        /// Takes over the contacts of a CSV or XML file.
        #[arg(long, value_name = "FILE", conflicts_with = "text")]
        import: Option<PathBuf>,
        /// Writes them to a file, by its extension CSV or XML.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "import"])]
        export: Option<PathBuf>,
        /// Fetches the users directory now.
        #[arg(long, conflicts_with_all = ["text", "import", "export"])]
        refresh: bool,
    },
    /// Lists the newest calls of the history, or exports all of them.
    #[command(
        after_help = "Examples:\n  microsip history --kind missed --limit 5\n  microsip history --export csv > calls.csv"
    )]
    History {
        /// Those in which this occurs.
        text: Option<String>,
        /// With this number.
        #[arg(long)]
        number: Option<String>,
        /// outgoing, incoming, missed or elsewhere.
        #[arg(long)]
        kind: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Writes the whole history to standard output.
        #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["text", "number", "kind"])]
        export: Option<TableArg>,
        /// Messages instead of calls.
        #[arg(long, conflicts_with_all = ["text", "kind", "export"])]
        messages: bool,
    },
    /// Tells every key of the settings file and what becomes of it, or tells or sets one.
    #[command(
        after_help = "Examples:\n  microsip settings\n  microsip settings DND\n  microsip settings DND 1\n  microsip settings Account1/displayName \"Front desk\""
    )]
    Settings {
        /// KEY, or SECTION/KEY.
        key: Option<String>,
        /// The new value.
        #[arg(value_parser = hidden::secret)]
        value: Option<Secret>,
    },
    /// Lists the sound devices.
    Devices,
    /// Lists the codecs, the preferred one first.
    Codecs,
    /// Tells the state of everything, in short.
    Status,
    /// Tells events as they happen.
    #[command(after_help = "Examples:\n  microsip events\n  microsip events call,history")]
    Events {
        /// Only these, such as call,registration.
        #[arg(value_delimiter = ',')]
        names: Vec<String>,
    },
    /// Calls the last number again.
    Redial,
    /// Calls the mailbox.
    Voicemail,
    /// Takes the call that rings at another extension.
    Pickup {
        /// The extension.
        number: String,
    },
    /// Registers anew.
    Register,
    /// Removes the registration.
    Unregister,
    /// Reads the settings file again; a phone does so by itself when it changes.
    Reload,
    /// Has the desktop open sip:, tel: and other links with this program.
    RegisterLinks {
        /// Leaves what opens them now in place, where there is something.
        #[arg(long)]
        keep_default: bool,
    },
    /// Takes `register-links` back.
    UnregisterLinks,
    /// Ends the phone.
    Exit,
}

impl PhoneCommand {
    /// What is asked of the phone; `None` for what is done on files.
    ///
    /// # Errors
    /// A sentence about a wrong value.
    pub fn request(&self) -> Result<Option<Request>, String> {
        use PhoneCommand as C;
        let side = |speaker: &bool| if *speaker { Side::Speaker } else { Side::Microphone };
        let button = |button, state: &StateArg| Request::Button {
            button,
            state: (*state).into(),
        };
        Ok(Some(match self {
            C::Call { target, until } => Request::Call {
                target: target.clone(),
                secure: false,
                until: until.map(Into::into),
            },
            C::Answer { call } => Request::Answer { call: *call },
            C::Hangup { all: true, .. } => Request::HangupAll {},
            C::Hangup { incoming: true, .. } => Request::HangupIncoming {},
            C::Hangup { calling: true, .. } => Request::HangupCalling {},
            C::Hangup { call, .. } => Request::Hangup { call: *call },
            C::Reject { call, code } => Request::Reject {
                call: *call,
                code: Some(*code),
            },
            C::Redirect { target, call } => Request::Redirect {
                call: *call,
                target: target.clone(),
            },
            C::Hold { call } => Request::Hold {
                call: *call,
                state: State::On,
            },
            C::Resume { call } => Request::Hold {
                call: *call,
                state: State::Off,
            },
            C::Mute { speaker } => Request::Mute {
                side: side(speaker),
                state: State::On,
            },
            C::Unmute { speaker } => Request::Mute {
                side: side(speaker),
                state: State::Off,
            },
            C::Volume { percent, speaker } => volume(side(speaker), percent.as_deref())?,
            C::Dtmf { digits, call } => Request::Dtmf {
                call: *call,
                digits: digits.clone(),
            },
            C::Transfer {
                target: Some(target),
                call,
                ..
            } => Request::Transfer {
                call: *call,
                target: target.clone(),
            },
            C::Transfer { call, to_call, .. } => Request::TransferTo {
                call: *call,
                other: to_call.unwrap_or_default(),
            },
            C::Conference { leave } => Request::Conference { leave: *leave },
            C::Select { call } => Request::Select { call: *call },
            C::Record { state, call } => Request::Record {
                call: *call,
                state: (*state).into(),
            },
            C::Message { number, text } => Request::Message {
                to: number.clone(),
                text: text.join(" "),
            },
            C::Presence { status, note } => Request::Presence {
                status: status.replace('-', "_"),
                note: note.clone(),
            },
            C::Dnd { state } => button(Button::Dnd, state),
            C::AutoAnswer { state } => button(Button::AutoAnswer, state),
            C::AutoConference { state } => button(Button::AutoConference, state),
            C::Forwarding { state } => button(Button::Forwarding, state),
            C::Account { number } => Request::Account { number: *number },
            C::Accounts => Request::Accounts {},
            C::Calls => Request::Calls {},
            C::Contacts { refresh: true, .. } => Request::RefreshDirectory {},
            C::Contacts {
                text,
                import: None,
                export: None,
                ..
            } => Request::Contacts { text: text.clone() },
            C::History {
                export: None,
                messages: true,
                number,
                limit,
                ..
            } => Request::Messages {
                number: number.clone(),
                limit: Some(*limit),
            },
            C::History {
                text,
                number,
                kind,
                limit,
                export: None,
                ..
            } => Request::History {
                text: text.clone(),
                number: number.clone(),
                kind: kind.clone(),
                limit: Some(*limit),
            },
            C::Settings { key: None, .. } => Request::Settings {
                section: None,
                key: None,
            },
            C::Settings { key: Some(key), value } => {
                let (section, key) = match key.rsplit_once('/') {
                    Some((section, key)) => (Some(section.to_owned()), key.to_owned()),
                    None => (None, key.clone()),
                };
                match value {
                    Some(value) => Request::Set {
                        section,
                        key,
                        value: value.clone(),
                    },
                    None => Request::Settings {
                        section,
                        key: Some(key),
                    },
                }
            }
            C::Devices => Request::Devices {},
            C::Codecs => Request::Codecs {},
            C::Status => Request::Status {},
            C::Redial => Request::Redial {},
            C::Voicemail => Request::Voicemail {},
            C::Pickup { number } => Request::Pickup { number: number.clone() },
            C::Register => Request::Register {},
            C::Unregister => Request::Unregister {},
            C::Reload => Request::Reload {},
            C::Exit => Request::Exit {},
            C::Contacts { .. }
            | C::History { .. }
            | C::Events { .. }
            | C::RegisterLinks { .. }
            | C::UnregisterLinks => return Ok(None),
        }))
    }

    /// Whether the phone is started for it when none runs.
    pub fn starts_phone(&self) -> bool {
        matches!(
            self,
            PhoneCommand::Call { .. }
                | PhoneCommand::Message { .. }
                | PhoneCommand::Redial
                | PhoneCommand::Voicemail
                | PhoneCommand::Pickup { .. }
        )
    }
}

fn volume(side: Side, percent: Option<&str>) -> Result<Request, String> {
    let wrong = |text: &str| format!("{text:?} is no volume; give 0 to 100, or a change such as +5 or -5");
    let (percent, by) = match percent {
        None => (None, None),
        Some(text) if text.starts_with(['+', '-']) => (None, Some(text.parse().map_err(|_| wrong(text))?)),
        Some(text) => (
            Some(text.parse().ok().filter(|p| *p <= 100).ok_or_else(|| wrong(text))?),
            None,
        ),
    };
    Ok(Request::Volume { side, percent, by })
}
