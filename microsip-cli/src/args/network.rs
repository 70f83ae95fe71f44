//! Options of `microsip run` about sockets and the ways through routers.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::hidden::{self, Hidden};
use super::values::{self, DscpArg, TurnArg};

/// Where we listen, and how others reach us.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkArgs {
    /// Address to listen on. The port is for UDP and TCP, with --transport tls for TLS; the others get one from the system.
    #[arg(long, value_name = "IP:PORT", default_value = "0.0.0.0:0", value_parser = values::bind)]
    pub bind: SocketAddr,

    /// Listens on IPv6 as well, on all its addresses; with an IPv6 --bind there is no need for it.
    #[arg(long)]
    pub ipv6: bool,

    /// UDP ports for RTP and RTCP, two for each call: N is N and N+1.
    #[arg(long, value_name = "N|A-B", value_parser = values::rtp_ports)]
    pub rtp_port: Option<RangeInclusive<u16>>,

    /// Whether requests of more than 1300 bytes go over TCP rather than UDP (RFC 3261 §18.1.1).
    #[arg(long, value_name = "yes|no", default_value = "yes", action = ArgAction::Set, value_parser = values::yes_no)]
    pub tcp_switch: bool,

    /// Code point of packets (DSCP), 0 to 63: one for SIP and RTP, or two as 24,46.
    #[arg(long, value_name = "N[,N]", value_parser = values::dscp)]
    pub dscp: Option<DscpArg>,

    /// Name server; may be given several times. Default: the system's.
    #[arg(long, value_name = "IP[:PORT]", value_parser = values::name_server)]
    pub name_server: Vec<SocketAddr>,

    /// The address under which others reach us, where a router forwards our ports unchanged.
    #[arg(long, value_name = "IP")]
    pub public_address: Option<IpAddr>,

    /// STUN server; may be given several times, the first that answers is used.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub stun: Vec<String>,

    /// Looks for the best way to the peer (ICE), with what --stun and --turn find.
    #[arg(long)]
    pub ice: bool,

    /// Lets ICE use the relay of --turn alone, so that peers learn no address of ours.
    #[arg(long, requires = "turn")]
    pub ice_relay_only: bool,

    /// TURN server, a relay for calls that find no other way; implies --ice. After USER a :PASSWORD may stand; others on this machine
    /// can see it: prefer --turn-password-file or MICROSIP_TURN_PASSWORD.
    #[arg(long, value_name = "USER@HOST[:PORT][;transport=udp|tcp|tls]", value_parser = hidden::read(values::turn))]
    pub turn: Option<Hidden<TurnArg>>,

    /// File whose first line is the password for --turn.
    #[arg(long, value_name = "FILE", requires = "turn")]
    pub turn_password_file: Option<PathBuf>,
}
