//! From options to the library's settings.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use microsip_core::{
    AccountConfig, AutoAnswer, CallOptions, CallPolicy, Endpoint, EndpointConfig, IceMode, IncomingPolicy, LogLevel,
    NatConfig, RedirectPolicy, ReplacesPolicy, Secret, TlsConfig, TransferPolicy, TransferRules, Transport,
    TransportConfig, TurnConfig,
};

use crate::args::{AcceptTransferArg, ForwardArg, RunArgs, TransportArg, has_password, user_of};
use crate::exit::Failure;
use crate::{password, wav};

/// Looks at files and URIs before anything starts: a call is a bad moment to learn of a typing error.
pub(super) fn check(args: &RunArgs) -> Result<(), Failure> {
    let uris = args.account.iter().map(|uri| ("--account", uri));
    let uris = uris.chain(args.registrar.iter().map(|uri| ("--registrar", uri)));
    for (option, uri) in uris.chain(args.proxy.iter().map(|uri| ("--proxy", uri))) {
        // Not repeated here.
        if has_password(uri.get(option)?) {
            return Err(Failure::usage(format!(
                "{option}: the URI holds a password; give it by --password-file instead"
            )));
        }
    }
    if let Some(path) = &args.play {
        wav::read(path).map_err(|e| Failure::usage(format!("--play: {e}")))?;
    }
    if let Some(path) = &args.record {
        if path.is_dir() {
            return Err(Failure::usage(format!(
                "--record: {} is a folder; name a file in it",
                path.display()
            )));
        }
        let folder = path
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(std::path::Path::new("."));
        if !folder.is_dir() {
            return Err(Failure::usage(format!(
                "--record: there is no folder {}",
                folder.display()
            )));
        }
    }
    for (option, path) in [
        ("--tls-ca", &args.common.tls_ca),
        ("--tls-cert", &args.tls_cert),
        ("--tls-key", &args.tls_key),
    ] {
        if let Some(path) = path {
            File::open(path).map_err(|e| Failure::usage(format!("{option}: cannot read {}: {e}", path.display())))?;
        }
    }
    Ok(())
}

/// The TURN server, with its password.
pub(super) fn relay(args: &RunArgs) -> Result<Option<TurnConfig>, Failure> {
    let Some(turn) = &args.turn else { return Ok(None) };
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
fn nat(args: &RunArgs, relay: Option<TurnConfig>) -> NatConfig {
    let mut nat = args
        .stun
        .iter()
        .fold(NatConfig::default(), |nat, server| nat.stun(server));
    if args.ice || relay.is_some() {
        nat = nat.ice(IceMode::On);
    }
    match relay {
        Some(relay) => nat.turn(relay),
        None => nat,
    }
}

/// Who may transfer us.
fn transfers(accept: AcceptTransferArg) -> TransferRules {
    let rules = TransferRules::new();
    match accept {
        AcceptTransferArg::No => rules,
        AcceptTransferArg::Yes => rules.in_call(TransferPolicy::Accept).replaces(ReplacesPolicy::Accept),
        AcceptTransferArg::Any => transfers(AcceptTransferArg::Yes).outside(TransferPolicy::Accept),
    }
}

pub(super) fn endpoint(args: &RunArgs, log: LogLevel, relay: Option<TurnConfig>) -> Result<EndpointConfig, Failure> {
    let mut tls = TlsConfig::default();
    if let Some(path) = &args.common.tls_ca {
        tls = tls.ca_file(path);
    }
    if let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) {
        tls = tls.identity(cert, key);
    }
    tls = args.tls_pin.iter().fold(tls, |tls, pin| tls.pin(*pin));
    let mut config = EndpointConfig::default()
        .transports(transports(args.bind, args.common.transport, args.ipv6))
        .tls(tls)
        .nat(nat(args, relay))
        .transfers(transfers(args.accept_transfer))
        .log_level(log)
        .max_calls(args.max_calls);
    if let Some(ports) = &args.rtp_port {
        config = config.rtp_ports(ports.clone());
    }
    if let Some(list) = &args.common.codecs {
        config.codecs.clone_from(&list.0);
    }
    if let Some(text) = &args.user_agent {
        config = config.user_agent(text);
    }
    if let Some(code) = args.auto_answer {
        config = config.incoming(IncomingPolicy::Answer(code));
    }
    Ok(config.policy(policy(args)?))
}

/// What happens to incoming calls before they ring.
fn policy(args: &RunArgs) -> Result<CallPolicy, Failure> {
    let mut policy = CallPolicy::new().do_not_disturb(args.dnd);
    if args.auto_answer_header {
        policy = policy.auto_answer(AutoAnswer::new().by_header(true));
    }
    for forward in &args.forward {
        policy = match forward.get("--forward")? {
            ForwardArg::Always(target) => policy.forward_always(target),
            ForwardArg::Busy(target) => policy.forward_busy(target),
            ForwardArg::NoAnswer(after, target) => policy.forward_no_answer(*after, target),
        };
    }
    Ok(policy)
}

/// How every call is made, with the headers of `--header`.
pub(super) fn call_options(args: &RunArgs) -> Result<CallOptions, Failure> {
    let redirects = if args.follow_redirects {
        RedirectPolicy::Follow
    } else {
        RedirectPolicy::Stop
    };
    let mut options = CallOptions::new().redirects(redirects);
    for header in &args.header {
        let header = header.get("--header")?;
        options = options.header(&header.name, &header.value)?;
    }
    Ok(options)
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

pub(super) fn account(args: &RunArgs, endpoint: &Endpoint, password: Option<Secret>) -> Result<AccountConfig, Failure> {
    let aor = match &args.account {
        Some(aor) => aor.get("--account")?.clone(),
        None => local_account(endpoint, args.common.transport.into())?,
    };
    let mut config = AccountConfig::new(&aor)
        .transport(args.common.transport.into())
        .srtp(args.common.srtp.into())
        .reliable(args.reliable.into())
        .timers(args.timers.into());
    if let Some(registrar) = &args.registrar {
        config = config.registrar(registrar.get("--registrar")?);
    }
    for proxy in &args.proxy {
        config = config.proxy(proxy.get("--proxy")?);
    }
    if let Some(password) = password {
        let user = args.auth_user.clone().unwrap_or_else(|| user_of(&aor).to_owned());
        config = config.credentials(user, password);
    } else if args.auth_user.is_some() {
        return Err(Failure::usage(
            "--auth-user needs a password: give --password-file, MICROSIP_PASSWORD or --password",
        ));
    }
    Ok(config)
}

/// An account to be called directly: our address, and the port that is not the default one.
fn local_account(endpoint: &Endpoint, transport: Transport) -> Result<String, Failure> {
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
