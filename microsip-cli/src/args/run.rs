//! Options of `microsip run`.

use clap::Args;

use super::Common;
use super::account::{AccountArgs, PresenceArgs};
use super::audio::AudioArgs;
use super::calls::CallArgs;
use super::devices::DeviceArgs;
use super::network::NetworkArgs;
use super::policies::PolicyArgs;
use super::quality::QualityArgs;
use super::security::SecurityArgs;
use crate::exit;
use crate::run::commands;

/// Options of `microsip run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// User-Agent header; default: microsip/VERSION.
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,

    /// Quits when standard input has ended and no call is left; without it the end of input means only that no command will come.
    #[arg(long)]
    pub quit_on_eof: bool,

    /// Who we are.
    #[command(flatten)]
    pub account: AccountArgs,

    /// What others learn of us.
    #[command(flatten)]
    pub presence: PresenceArgs,

    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArgs,

    /// Audio as data, recordings, codecs.
    #[command(flatten)]
    pub audio: AudioArgs,

    /// Microphone, loudspeaker, ringing.
    #[command(flatten)]
    pub devices: DeviceArgs,

    /// What others may do.
    #[command(flatten)]
    pub policies: PolicyArgs,

    /// Where we listen, and how others reach us.
    #[command(flatten)]
    pub network: NetworkArgs,

    /// How audio is buffered, reported and watched.
    #[command(flatten)]
    pub quality: QualityArgs,

    /// What commands that call take.
    #[command(flatten)]
    pub common: Common,

    /// Whom we trust.
    #[command(flatten)]
    pub security: SecurityArgs,
}

pub(super) fn after_help() -> String {
    format!(
        "Commands, one a line. They act on the selected call, by default the newest; answer, reject and redirect on one that\n\
         waits; register and unregister on the account:\n{}\n\n\
         A target without domain gets the account's, one without scheme gets sip:.\n\
         Events are described in docs/events.md.\n\n\
         Environment: MICROSIP_PASSWORD (after --password and --password-file), MICROSIP_TURN_PASSWORD (after\n\
         --turn-password-file), RUST_LOG (after --log), SSL_CERT_FILE.\n\n{}",
        commands::help(),
        exit::HELP
    )
}
