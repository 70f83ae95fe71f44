//! Sockets, and the ways through routers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use microsip_core::{
    DnsConfig, Endpoint, EndpointConfig, IceMode, NatConfig, Secret, Transport, TransportConfig, TurnConfig,
};

use super::Shared;
use crate::args::{NetworkArgs, TransportArg};
use crate::exit::Failure;
use crate::password;

/// Sets where we listen, and how others reach us.
pub(super) fn configure(config: EndpointConfig, args: Shared<'_>, relay: Option<TurnConfig>) -> EndpointConfig {
    let network = args.network;
    let servers = network.name_server.iter();
    let mut config = config
        .transports(transports(network.bind, args.common.transport, network.ipv6))
        .switch_to_tcp(network.tcp_switch)
        .dns(servers.fold(DnsConfig::default(), |dns, server| dns.server(*server)))
        .nat(nat(network, relay));
    config.rtp_ports.clone_from(&network.rtp_port);
    if let Some(dscp) = network.dscp {
        config = config.dscp_sip(dscp.sip).dscp_rtp(dscp.rtp);
    }
    config
}

/// The TURN server, with its password.
pub(crate) fn relay(args: &NetworkArgs) -> Result<Option<TurnConfig>, Failure> {
    let Some(turn) = &args.turn else {
        return Ok(None);
    };
    let turn = turn.get("--turn")?;
    let secret = password::find(
        ("--turn", None),
        args.turn_password_file.as_deref(),
        "MICROSIP_TURN_PASSWORD",
    )?;
    let (user, secret) = match (secret, turn.user.rsplit_once(':')) {
        // Users of servers with time-limited credentials have a colon (1700000000:alice).
        (Some(secret), _) => (&*turn.user, secret),
        (None, Some((user, password))) => (user, Secret::new(password)),
        (None, None) => {
            return Err(Failure::usage(
                "--turn needs a password: give --turn-password-file or MICROSIP_TURN_PASSWORD",
            ));
        }
    };
    Ok(Some(
        TurnConfig::new(&turn.server, user, secret).transport(turn.transport),
    ))
}

/// The ways through routers.
fn nat(args: &NetworkArgs, relay: Option<TurnConfig>) -> NatConfig {
    let mut nat = NatConfig::default();
    nat.stun_servers.clone_from(&args.stun);
    nat.public_address = args.public_address;
    if args.ice_relay_only {
        nat = nat.ice(IceMode::RelayOnly);
    } else if args.ice || relay.is_some() {
        nat = nat.ice(IceMode::On);
    }
    nat.turn = relay;
    nat
}

/// The port belongs to the account's transport; UDP and TCP share it, as they share 5060. IPv6 beside IPv4 has the same port.
fn transports(bind: SocketAddr, transport: TransportArg, ipv6: bool) -> Vec<TransportConfig> {
    let second = (ipv6 && bind.is_ipv4()).then(|| SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), bind.port()));
    let all = [Some(bind), second].into_iter().flatten();
    all.flat_map(|bind| {
        let any = SocketAddr::new(bind.ip(), 0);
        let (plain, tls) = if transport == TransportArg::Tls {
            (any, bind)
        } else {
            (bind, any)
        };
        [(Transport::Udp, plain), (Transport::Tcp, plain), (Transport::Tls, tls)]
    })
    .map(|(transport, bind)| TransportConfig::new(transport, bind))
    .collect()
}

/// An account to be called directly: our address, and the port that is not the default one.
pub(super) fn local_account(endpoint: &Endpoint, transport: Transport) -> Result<String, Failure> {
    let bound = endpoint.local_address(transport)?;
    let address = SocketAddr::new(own_address(bound.ip()), bound.port());
    Ok(format!("sip:microsip@{address}"))
}

/// The address others reach us at, when we listen at all of them: the one packets to the outside would leave from.
fn own_address(bound: IpAddr) -> IpAddr {
    if !bound.is_unspecified() {
        return bound;
    }
    // Addresses for documents (RFC 5737, RFC 3849): "connecting" a UDP socket sends nothing.
    let (outside, loopback): (IpAddr, IpAddr) = if bound.is_ipv6() {
        let outside = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
        (outside.into(), Ipv6Addr::LOCALHOST.into())
    } else {
        (Ipv4Addr::new(192, 0, 2, 1).into(), Ipv4Addr::LOCALHOST.into())
    };
    let routed = UdpSocket::bind((bound, 0)).and_then(|socket| {
        socket.connect((outside, 9))?;
        socket.local_addr()
    });
    routed.map_or(loopback, |address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_that_of_the_transport() {
        let bind: SocketAddr = "127.0.0.1:5070".parse().unwrap();
        let ports = |transport| {
            transports(bind, transport, false)
                .iter()
                .map(|t| t.bind.port())
                .collect::<Vec<_>>()
        };
        assert_eq!(ports(TransportArg::Udp), [5070, 5070, 0]);
        assert_eq!(ports(TransportArg::Tls), [0, 0, 5070]);
        let both = transports(bind, TransportArg::Udp, true);
        let both: Vec<_> = both.iter().map(|t| t.bind.to_string()).collect();
        assert_eq!(both[3..], ["[::]:5070", "[::]:5070", "[::]:0"]);
        assert_eq!(
            transports("[::1]:5070".parse().unwrap(), TransportArg::Udp, true).len(),
            3
        );
    }

    #[test]
    fn our_own_address_is_never_unspecified() {
        for any in [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)] {
            let own = own_address(any);
            assert!(!own.is_unspecified() && own.is_ipv6() == any.is_ipv6(), "{own}");
        }
        assert_eq!(own_address("10.1.2.3".parse().unwrap()).to_string(), "10.1.2.3");
    }
}
