//! The command line, as clap reads it.

mod account;
mod audio;
mod calls;
mod demo;
mod devices;
mod dial;
mod hidden;
mod manual;
mod network;
mod phone;
mod policies;
mod quality;
mod run;
mod security;
mod uri;
mod values;

use clap::builder::styling::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum};
use microsip_core::{Codec, SrtpMode, Transport};

pub use account::{AccountArgs, PresenceArgs};
pub use audio::{AudioArgs, FeedArg, FormatArg, RecordArgs, SideArg, TapArg};
pub(crate) use audio::{feed, tap};
pub use calls::{CallArgs, DtmfArg, DtmfDetectionArg, OutgoingArgs, RefresherArg, ReliableArg, TimersArg};
pub use demo::DemoArgs;
pub use devices::DeviceArgs;
pub use dial::{DialArgs, ExpectArgs, ToneArg, WorkArgs};
pub use hidden::Hidden;
pub use manual::{CompletionsArgs, ManArgs};
pub use network::NetworkArgs;
pub use phone::{PhoneArgs, PhoneCommand, PhoneCommandArgs, StateArg, TableArg, UntilArg, WhichArgs};
pub use policies::{AcceptTransferArg, PolicyArgs, RuleArgs};
pub use quality::QualityArgs;
pub use run::RunArgs;
pub use security::SecurityArgs;
pub(crate) use uri::{complete_target, domain_of, has_password, user_of};
pub(crate) use values::status_code;
pub use values::{DscpArg, ForwardArg, HeaderArg, TurnArg};

use crate::exit;
pub use crate::logging::LogArg;

/// A softphone for the command line.
#[derive(Debug, Parser)]
#[command(name = "microsip", version = version(), after_help = microsip_help(), styles = Styles::plain())]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What stands below `microsip --help`.
fn microsip_help() -> String {
    format!("{MICROSIP}\n\n{}", exit::HELP)
}

const MICROSIP: &str = "\
MicroSIP's own command line, written /x, -x or --x, in any case, and combined as you like:
  NUMBER, URI              calls; as links too: sip: tel: callto: dial: msip:
  NUMBER TEXT              sends a text
  /answer /hangup /hangupall /hangupincoming /hangupcalling
  /dtmf:DIGITS /transfer:NUMBER /account:N /password:SECRET
  /i:FILE                  the settings file; each has a phone of its own
  /minimized /hidden /show /hide /exit /reset /resetnoask

Examples:
  microsip                 starts the phone
  microsip 1002            calls, with the phone that runs, else starts it
  microsip /answer
  microsip /i:office.ini 1002,45
  microsip 1002 \"on my way\"
  microsip hangup --all";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs a user agent in the foreground: commands on standard input, events on standard output.
    #[command(after_help = run::after_help())]
    Run(Box<RunArgs>),
    /// Lets two accounts call each other and proves that audio and digits arrive.
    #[command(after_help = exit::HELP)]
    Demo(Box<DemoArgs>),
    /// Starts the phone that microsip.ini describes; `microsip` alone does the same.
    Phone(PhoneArgs),
    /// Commands for that phone, and on its files.
    #[command(flatten)]
    Control(PhoneCommandArgs),
    /// Makes one call, does in it what is asked, and tells by its exit code what became of it.
    #[command(after_help = dial::after_help())]
    Dial(Box<DialArgs>),
    /// Prints what makes a shell complete commands and options.
    #[command(after_help = manual::COMPLETIONS_HELP)]
    Completions(CompletionsArgs),
    /// Prints the manual page of the program or of a command.
    Man(ManArgs),
}

/// What commands that call take.
#[derive(Debug, Args)]
pub struct Common {
    /// Transport of the account's requests.
    #[arg(long, value_enum, default_value_t = TransportArg::Udp)]
    pub transport: TransportArg,

    /// Trusted certificate authorities, PEM; default: the system's.
    #[arg(long, value_name = "FILE", help_heading = "TLS and SRTP")]
    pub tls_ca: Option<std::path::PathBuf>,

    /// Encrypted media.
    #[arg(long, value_enum, default_value_t = SrtpArg::Off, help_heading = "TLS and SRTP")]
    pub srtp: SrtpArg,

    /// Codecs, the preferred one first, such as "opus,PCMA/8000/1".
    #[arg(long, value_name = "LIST", value_parser = values::codecs)]
    pub codecs: Option<CodecList>,

    /// Prints JSON: one object a line with `run`, one report with `demo` and `dial`.
    #[arg(long)]
    pub json: bool,

    /// What is logged on standard error; default: RUST_LOG, else errors.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub log: Option<LogArg>,
}

/// A list of codecs that has been read; clap would take a `Vec` for a repeated option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecList(pub Vec<Codec>);

/// `--transport`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TransportArg {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS over TCP.
    Tls,
}

impl From<TransportArg> for Transport {
    fn from(arg: TransportArg) -> Self {
        match arg {
            TransportArg::Udp => Transport::Udp,
            TransportArg::Tcp => Transport::Tcp,
            TransportArg::Tls => Transport::Tls,
        }
    }
}

/// `--srtp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SrtpArg {
    /// Plain RTP only.
    Off,
    /// Both are offered.
    Optional,
    /// Encrypted only.
    Required,
}

impl From<SrtpArg> for SrtpMode {
    fn from(arg: SrtpArg) -> Self {
        match arg {
            SrtpArg::Off => SrtpMode::Off,
            SrtpArg::Optional => SrtpMode::Optional,
            SrtpArg::Required => SrtpMode::Required,
        }
    }
}

/// `0.1.0 (PJSIP 2.17)`.
fn version() -> String {
    format!(
        "{} (PJSIP {})",
        env!("CARGO_PKG_VERSION"),
        microsip_core::pjsip_version()
    )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_finds_no_contradiction() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_password_is_repeated_or_printed() {
        for option in ["--turn", "--forward", "--header", "--account", "--registrar", "--proxy"] {
            // Whether the value is right or wrong.
            for value in ["alice:s3cret@host", "x y:s3cret", "busy:sip:bob:s3cret@h"] {
                let args = ["microsip", "run", "--account", "sip:a@b", option, value];
                let args = if option == "--account" {
                    vec!["microsip", "run", option, value]
                } else {
                    args.to_vec()
                };
                let shown = format!("{:?}", Cli::try_parse_from(args).unwrap());
                assert!(!shown.contains("s3cret"), "{shown}");
            }
        }
        for args in [
            &["microsip", "run", "--account", "sip:a@b", "--password", "s3cret"][..],
            &[
                "microsip",
                "demo",
                "--registrar",
                "sip:a:s3cret@b",
                "--password",
                "s3cret",
                "--password2",
                "s3cret",
            ],
        ] {
            let shown = format!("{:?}", Cli::try_parse_from(args).unwrap());
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        let wrong = Cli::try_parse_from(["microsip", "run", "--trun=alice:s3cret@host"]).unwrap_err();
        assert!(!wrong.to_string().contains("s3cret"), "{wrong}");
    }

    #[test]
    fn version_names_pjsip() {
        assert!(version().contains("PJSIP 2."), "{}", version());
    }

    #[test]
    fn help_tells_commands_and_exit_codes() {
        let mut cli = Cli::command();
        let run = cli.find_subcommand_mut("run").unwrap().render_long_help().to_string();
        for word in [
            "Exit codes",
            "answer [CODE]",
            "MICROSIP_PASSWORD",
            "process list",
            "transfer-to CALL",
        ] {
            assert!(run.contains(word), "{word} not in {run}");
        }
    }
}
