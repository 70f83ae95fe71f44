//! Options of `microsip run` about what others may do.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use microsip_core::{CallRule, StatusCode};

use super::hidden::{self, Hidden};
use super::values::{self, ForwardArg};

/// What is done with incoming calls and requests.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policies")]
pub struct PolicyArgs {
    /// Answers incoming calls: 180 only rings, 183 opens early media, 200 takes the call, 300 and above rejects it.
    #[arg(long, value_name = "CODE", value_parser = values::auto_answer)]
    pub auto_answer: Option<StatusCode>,

    /// Takes the calls of these callers only: * is any text, ? one character, ; separates patterns.
    #[arg(long, value_name = "PATTERN", value_parser = values::pattern)]
    pub auto_answer_from: Option<String>,

    /// Lets it ring so long before a call is taken by --auto-answer 200, --auto-answer-from or --auto-answer-header, 0 to 600
    /// seconds.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(0..=600))]
    pub auto_answer_delay: Option<Duration>,

    /// Whether headers such as Call-Info: …;answer-after=0 make us answer by ourselves.
    #[arg(long, value_name = "yes|no", default_value = "no", action = ArgAction::Set, value_parser = values::yes_no)]
    pub auto_answer_header: bool,

    /// Answers every call 486 Do Not Disturb.
    #[arg(long)]
    pub dnd: bool,

    /// Whether a call may come in while there is another one; else it gets 486.
    #[arg(long, value_name = "yes|no", default_value = "yes", action = ArgAction::Set, value_parser = values::yes_no)]
    pub call_waiting: bool,

    /// How many calls there can be at once; one more gets 486.
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub max_calls: u32,

    /// `--deny` and `--allow`.
    #[command(flatten)]
    pub rules: RuleArgs,

    /// Where else calls go: always:URI, busy:URI (in place of the 486 of --dnd, --call-waiting no or --max-calls) or
    /// no-answer:SECONDS:URI; may be given once each.
    #[arg(long, value_name = "WHEN:URI", value_parser = hidden::read(values::forward))]
    pub forward: Vec<Hidden<ForwardArg>>,

    /// Whether peers of our calls can transfer us (REFER), and calls can take the place of ours (Replaces): no; ask, where
    /// accept-transfer, reject-transfer and answer decide; yes; or any, which takes REFER outside a call too. Whoever is allowed
    /// to makes us call anybody, at the account's cost.
    #[arg(long, value_enum, value_name = "no|ask|yes|any", default_value_t = AcceptTransferArg::No, hide_possible_values = true)]
    pub accept_transfer: AcceptTransferArg,

    /// Whether OPTIONS is answered 486 when a call would be; else always 200.
    #[arg(long, value_name = "yes|no", default_value = "no", action = ArgAction::Set, value_parser = values::yes_no)]
    pub options_busy: bool,

    /// Whether strangers that flood us or call themselves by the name of a scanner are kept away.
    #[arg(long, value_name = "yes|no", default_value = "yes", action = ArgAction::Set, value_parser = values::yes_no)]
    pub guard: bool,
}

/// `--accept-transfer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AcceptTransferArg {
    /// Nobody.
    No,
    /// Whom a command lets.
    Ask,
    /// The peers of our calls.
    Yes,
    /// Anybody.
    Any,
}

/// The rules of `--deny` and `--allow`, in the order of the command line, for which the derived kind has no place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleArgs(pub Vec<CallRule>);

impl RuleArgs {
    const DENY: &str = "deny";
    const ALLOW: &str = "allow";
}

impl FromArgMatches for RuleArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut found: Vec<(usize, CallRule)> = Vec::new();
        for id in [Self::DENY, Self::ALLOW] {
            let places = matches.indices_of(id).into_iter().flatten();
            let rules = matches.get_many::<CallRule>(id).into_iter().flatten();
            found.extend(places.zip(rules.cloned()));
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(RuleArgs(found.into_iter().map(|(_, rule)| rule).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for RuleArgs {
    fn augment_args(command: Command) -> Command {
        let arg = |id| Arg::new(id).long(id).value_name("WHO").action(ArgAction::Append);
        command
            .arg(
                arg(Self::DENY)
                    .value_parser(|text: &str| values::rule(CallRule::deny(), text))
                    .help(
                        "Answers calls 486 by who calls: USER or USER@HOST, to:USER for whom, net:IP[/BITS] for where from, or \
                         anonymous; * is any text, ? one character. May be given several times; of these and --allow the first \
                         that fits decides",
                    ),
            )
            .arg(
                arg(Self::ALLOW)
                    .value_parser(|text: &str| values::rule(CallRule::allow(), text))
                    .help("Lets such calls pass: --allow '10??' --deny '*' lets in nobody else"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
