//! Options of `microsip run`.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use microsip_core::{Reliable100, Secret, SessionTimers, StatusCode, TlsPin};

use super::Common;
use super::values::{self, ForwardArg, HeaderArg, Hidden, TurnArg};
use crate::exit;
use crate::run::commands;

/// Options of `microsip run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Address to listen on. The port is for UDP and TCP, with --transport tls for TLS; the others get one from the system.
    #[arg(long, value_name = "IP:PORT", default_value = "0.0.0.0:0", value_parser = values::bind)]
    pub bind: SocketAddr,

    /// Listens on IPv6 as well, on all its addresses; with an IPv6 --bind there is no need for it.
    #[arg(long)]
    pub ipv6: bool,

    /// UDP ports for RTP and RTCP, two for each call: N is N and N+1.
    #[arg(long, value_name = "N|A-B", value_parser = values::rtp_ports)]
    pub rtp_port: Option<RangeInclusive<u16>>,

    /// Address of record; default: sip:microsip@ this machine, to be called directly.
    #[arg(long, value_name = "sip:USER@DOMAIN", value_parser = values::hidden(values::account))]
    pub account: Option<Hidden<String>>,

    /// Where to register; without it nothing is registered.
    #[arg(long, value_name = "sip:HOST[:PORT]", value_parser = values::hidden(values::server), requires = "account")]
    pub registrar: Option<Hidden<String>>,

    /// User name for authentication; default: the account's.
    #[arg(long, value_name = "USER", requires = "account")]
    pub auth_user: Option<String>,

    /// Password. Others on this machine can see it in the process list: prefer --password-file or MICROSIP_PASSWORD.
    #[arg(long, requires = "account", value_parser = values::secret)]
    pub password: Option<Secret>,

    /// File whose first line is the password. --password comes before it, MICROSIP_PASSWORD after it.
    #[arg(long, value_name = "FILE", requires = "account")]
    pub password_file: Option<PathBuf>,

    /// Outbound proxy; may be given several times, in the order of travel.
    #[arg(long, value_name = "URI", value_parser = values::hidden(values::server))]
    pub proxy: Vec<Hidden<String>>,

    /// Our own certificate chain, PEM; needed to be called over TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Accepts the peer with this certificate whatever else speaks against it: its SHA-256 fingerprint, or that of its key as
    /// sha256//BASE64; may be given several times.
    #[arg(long, value_name = "FINGERPRINT", value_parser = values::pin)]
    pub tls_pin: Vec<TlsPin>,

    /// STUN server; may be given several times, the first that answers is used.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub stun: Vec<String>,

    /// Looks for the best way to the peer (ICE), with what --stun and --turn find.
    #[arg(long)]
    pub ice: bool,

    /// TURN server, a relay for calls that find no other way; implies --ice. After USER a :PASSWORD may stand; others on this machine
    /// can see it: prefer --turn-password-file or MICROSIP_TURN_PASSWORD.
    #[arg(long, value_name = "USER@HOST[:PORT][;transport=udp|tcp|tls]", value_parser = values::hidden(values::turn))]
    pub turn: Option<Hidden<TurnArg>>,

    /// File whose first line is the password for --turn.
    #[arg(long, value_name = "FILE", requires = "turn")]
    pub turn_password_file: Option<PathBuf>,

    /// Reliable provisional responses (RFC 3262): offered or required in our calls, and asked of callers.
    #[arg(long = "100rel", value_enum, value_name = "off|supported|required", default_value_t = ReliableArg::Supported, hide_possible_values = true)]
    pub reliable: ReliableArg,

    /// Session timers (RFC 4028), which notice that a peer is gone.
    #[arg(long, value_enum, value_name = "off|optional|required|always", default_value_t = TimersArg::Optional, hide_possible_values = true)]
    pub timers: TimersArg,

    /// Whether peers of our calls can transfer us (REFER), and calls can take the place of ours (Replaces): no, yes, or any, which
    /// takes REFER outside a call too. Whoever is allowed to makes us call anybody, at the account's cost.
    #[arg(long, value_enum, value_name = "yes|no|any", default_value_t = AcceptTransferArg::No, hide_possible_values = true)]
    pub accept_transfer: AcceptTransferArg,

    /// WAV file played to each call once, from the moment audio flows.
    #[arg(long, value_name = "FILE")]
    pub play: Option<PathBuf>,

    /// Plays the file again and again.
    #[arg(long, requires = "play")]
    pub play_loop: bool,

    /// Records what the peer says as WAV: the first call into FILE, the next ones into FILE with -2, -3 … before its extension.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Answers incoming calls: 180 only rings, 183 opens early media, 200 takes the call, 300 and above rejects it.
    #[arg(long, value_name = "CODE", value_parser = values::auto_answer)]
    pub auto_answer: Option<StatusCode>,

    /// Whether headers such as Call-Info: …;answer-after=0 make us answer by ourselves.
    #[arg(long, value_name = "yes|no", default_value = "no", action = clap::ArgAction::Set, value_parser = values::yes_no)]
    pub auto_answer_header: bool,

    /// Answers every call 486 Do Not Disturb.
    #[arg(long)]
    pub dnd: bool,

    /// Where else calls go: always:URI, busy:URI or no-answer:SECONDS:URI; may be given once each.
    #[arg(long, value_name = "WHEN:URI", value_parser = values::hidden(values::forward))]
    pub forward: Vec<Hidden<ForwardArg>>,

    /// Whether to go on to the contacts of a 3xx answer to our calls.
    #[arg(long, value_name = "yes|no", default_value = "no", action = clap::ArgAction::Set, value_parser = values::yes_no)]
    pub follow_redirects: bool,

    /// Header added to every call we make; may be given several times.
    #[arg(long, value_name = "NAME: VALUE", value_parser = values::hidden(values::header))]
    pub header: Vec<Hidden<HeaderArg>>,

    /// Quits when standard input has ended and no call is left; without it the end of input means only that no command will come.
    #[arg(long)]
    pub quit_on_eof: bool,

    /// User-Agent header; default: microsip/VERSION.
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,

    /// How many calls there can be at once.
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub max_calls: u32,

    /// What both commands take.
    #[command(flatten)]
    pub common: Common,
}

/// `--100rel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReliableArg {
    /// Not offered.
    Off,
    /// Used if the peer wants.
    Supported,
    /// Without it no call.
    Required,
}

impl From<ReliableArg> for Reliable100 {
    fn from(arg: ReliableArg) -> Self {
        match arg {
            ReliableArg::Off => Reliable100::Off,
            ReliableArg::Supported => Reliable100::Supported,
            ReliableArg::Required => Reliable100::Required,
        }
    }
}

/// `--timers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimersArg {
    /// Never.
    Off,
    /// If the peer supports them.
    Optional,
    /// Without them no call.
    Required,
    /// Even if the peer does not support them.
    Always,
}

impl From<TimersArg> for SessionTimers {
    fn from(arg: TimersArg) -> Self {
        match arg {
            TimersArg::Off => SessionTimers::Off,
            TimersArg::Optional => SessionTimers::Optional,
            TimersArg::Required => SessionTimers::Required,
            TimersArg::Always => SessionTimers::Always,
        }
    }
}

/// `--accept-transfer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AcceptTransferArg {
    /// Nobody.
    No,
    /// The peers of our calls.
    Yes,
    /// Anybody.
    Any,
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
