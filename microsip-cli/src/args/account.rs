//! Options of `microsip run` and `microsip dial` about the account.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use microsip_core::Secret;

use super::hidden::{self, Hidden};
use super::uri;
use super::values;

/// Who we are, and where we register.
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub struct AccountArgs {
    /// Address of record, with a display name as '"NAME" <sip:USER@DOMAIN>'; default: sip:microsip@ this machine, to be called
    /// directly.
    #[arg(long = "account", value_name = "sip:USER@DOMAIN", value_parser = hidden::read(uri::account))]
    pub aor: Option<Hidden<String>>,

    /// Where to register; without it nothing is registered.
    #[arg(long, value_name = "sip:HOST[:PORT]", value_parser = hidden::read(uri::server), requires = "aor")]
    pub registrar: Option<Hidden<String>>,

    /// User name for authentication; default: the account's.
    #[arg(long, value_name = "USER", requires = "aor")]
    pub auth_user: Option<String>,

    /// Password. Others on this machine can see it in the process list: prefer --password-file or MICROSIP_PASSWORD.
    #[arg(long, requires = "aor", value_parser = hidden::secret)]
    pub password: Option<Secret>,

    /// File whose first line is the password. --password comes before it, MICROSIP_PASSWORD after it.
    #[arg(long, value_name = "FILE", requires = "aor")]
    pub password_file: Option<PathBuf>,

    /// Outbound proxy; may be given several times, in the order of travel.
    #[arg(long, value_name = "URI", value_parser = hidden::read(uri::server))]
    pub proxy: Vec<Hidden<String>>,

    /// Lifetime of the registration that is asked for, 10 to 86400 seconds; default: 300.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(10..=86_400))]
    pub expires: Option<Duration>,

    /// Pause between empty lines to a UDP registrar, which keep the way open, 1 to 3600 seconds, or 0 for none; default: 15.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(0..=3600))]
    pub keep_alive: Option<Duration>,

    /// How much this place is preferred to others that register the same address, 0 to 1.
    #[arg(long, value_name = "Q", value_parser = values::q)]
    pub contact_q: Option<f32>,

    /// URN that names this device in its registration, the same after every start, such as urn:uuid:… (RFC 5626 §4.1).
    #[arg(long, value_name = "URN")]
    pub instance: Option<String>,
}

/// What others learn of us, and what the mailbox tells.
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub struct PresenceArgs {
    /// Publishes presence (PUBLISH, RFC 3903): online from the start, then what the command `presence` says, and removed at the end. With a
    /// registrar not before it is registered.
    #[arg(long, requires = "aor")]
    pub presence: bool,

    /// Lets others watch our presence directly: allow, deny, or ask (event `watcher`, then accept-watcher or reject-watcher).
    #[arg(long, value_name = "POLICY", value_parser = values::watchers)]
    pub watchers: Option<microsip_core::WatchPolicy>,

    /// Tells waiting messages of this mailbox (RFC 3842), or of our own address.
    #[arg(long, value_name = "URI", num_args = 0..=1, default_missing_value = "")]
    pub mwi: Option<String>,
}
