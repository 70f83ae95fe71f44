//! The two accounts, where they are reached, and what carries their messages.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use microsip_core::{
    Account, AccountConfig, Endpoint, EndpointConfig, LogLevel, Secret, TlsConfig, Transport, TransportConfig,
};
use microsip_testkit::ca::{CertFiles, TestCa};

use crate::args::{DemoArgs, TransportArg, domain_of, has_password};
use crate::exit::Failure;
use crate::password;

/// Who calls whom.
pub(super) struct Parties {
    /// User names: caller, callee.
    pub(super) names: [String; 2],
    /// Where they register, if they do.
    pub(super) registrar: Option<String>,
    transport: Transport,
    passwords: [Option<Secret>; 2],
    tls: TlsConfig,
}

impl Parties {
    pub(super) fn new(args: &DemoArgs, folder: &Path) -> Result<Parties, Failure> {
        let registrar = args.registrar.as_ref().map(|r| r.get("--registrar")).transpose()?;
        if registrar.is_some_and(|uri| has_password(uri)) {
            // Not repeated here.
            return Err(Failure::usage(
                "--registrar: the URI holds a password; give it by MICROSIP_PASSWORD instead",
            ));
        }
        if registrar.is_some() && (args.user.is_none() || args.user2.is_none()) {
            return Err(Failure::usage(
                "--registrar needs two accounts that call each other: give --user and --user2",
            ));
        }
        let first = password::find(("--password", args.password.clone()), None, "MICROSIP_PASSWORD")?;
        let second = password::find(("--password2", args.password2.clone()), None, "MICROSIP_PASSWORD2")?
            .or_else(|| first.clone());
        let names = [(&args.user, "1001"), (&args.user2, "1002")];
        let names = names.map(|(given, usual)| given.clone().unwrap_or_else(|| usual.to_owned()));
        if names[0] == names[1] {
            return Err(Failure::usage(
                "--user and --user2 are the same; two accounts are needed",
            ));
        }
        let mut parties = Parties {
            names,
            registrar: registrar.cloned(),
            transport: args.common.transport.into(),
            passwords: [first, second],
            tls: TlsConfig::default(),
        };
        if let Some(path) = &args.common.tls_ca {
            parties.tls = parties.tls.ca_file(path);
        } else if args.common.transport == TransportArg::Tls && args.registrar.is_none() {
            let folder = folder.join("certificates");
            let (ca, identity) = certificates(&folder)
                .map_err(|e| Failure::failed(format!("cannot make a certificate for loopback: {e}")))?;
            parties.tls = parties.tls.ca_file(ca).identity(identity.cert, identity.key);
        }
        Ok(parties)
    }

    pub(super) fn endpoint(&self, args: &DemoArgs, log: LogLevel) -> EndpointConfig {
        let bind = SocketAddr::new(self.bind(), 0);
        let transports = [Transport::Udp, Transport::Tcp, Transport::Tls]
            .map(|kind| TransportConfig::new(kind, bind))
            .to_vec();
        let mut config = EndpointConfig::default()
            .transports(transports)
            .tls(self.tls.clone())
            .log_level(log)
            .trace(true)
            // The ladder shows events in the order of the wire.
            .gather(std::time::Duration::ZERO);
        if let Some(list) = &args.common.codecs {
            config.codecs.clone_from(&list.0);
        }
        config
    }

    /// Loopback, unless the registrar is elsewhere.
    fn bind(&self) -> IpAddr {
        let Some(registrar) = &self.registrar else {
            return IpAddr::V4(Ipv4Addr::LOCALHOST);
        };
        let domain = domain_of(registrar);
        let found = domain.to_socket_addrs().or_else(|_| (domain, 5060).to_socket_addrs());
        match found.ok().and_then(|mut list| list.next()) {
            Some(address) if address.ip().is_loopback() => address.ip(),
            _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        }
    }

    /// Adds both accounts; they register if there is a registrar.
    pub(super) fn accounts(&self, endpoint: &Endpoint, args: &DemoArgs) -> Result<[Account; 2], Failure> {
        let add = |index: usize| {
            let name = &self.names[index];
            let mut config = AccountConfig::new(format!("sip:{name}@{}", self.domain(endpoint)?))
                .transport(self.transport)
                .srtp(args.common.srtp.into());
            if let Some(registrar) = &self.registrar {
                config = config.registrar(registrar);
            }
            if let Some(password) = &self.passwords[index] {
                config = config.credentials(name, password.clone());
            }
            endpoint.add_account(config).map_err(|e| Failure::start(&e))
        };
        Ok([add(0)?, add(1)?])
    }

    /// Whom the first calls.
    pub(super) fn target(&self, endpoint: &Endpoint) -> Result<String, Failure> {
        Ok(format!("sip:{}@{}", self.names[1], self.domain(endpoint)?))
    }

    /// The registrar's host, else our own socket.
    fn domain(&self, endpoint: &Endpoint) -> Result<String, Failure> {
        match &self.registrar {
            Some(registrar) => Ok(domain_of(registrar).to_owned()),
            None => Ok(endpoint.local_address(self.transport)?.to_string()),
        }
    }
}

/// An authority of our own and a certificate for loopback, for a TLS call without any server.
fn certificates(folder: &Path) -> Result<(PathBuf, CertFiles), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    let ca = TestCa::new(folder)?;
    Ok((ca.ca_cert().to_owned(), ca.localhost()?))
}
