//! Why a name leads nowhere.

use crate::Error;
use crate::failure::FailureCode;

/// Why a name leads nowhere. Every case has a sentence of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// NXDOMAIN.
    NoSuchName(String),
    /// The name exists, but has no address of a family we have.
    NoAddress(String),
    /// SRV says that the service is not offered (target `.`).
    Declined(String),
    /// It offers transports we do not have only.
    NoTransport(String),
    /// SERVFAIL, REFUSED and the like.
    ServerFailed(String, String),
    /// No answer in time.
    TimedOut(String),
    /// There is no name server, or none could be reached.
    NoServer(String, String),
    /// It is no host name.
    BadName(String),
    /// The endpoint closes.
    Cancelled,
}

impl Failure {
    pub(crate) fn sentence(&self) -> String {
        match self {
            Failure::NoSuchName(name) => {
                format!("the name {name:?} does not exist (NXDOMAIN); check its spelling")
            }
            Failure::NoAddress(name) => format!(
                "the name {name:?} exists but has no address of a family this endpoint has a transport for; check its A and AAAA records"
            ),
            Failure::Declined(name) => {
                format!("{name:?} says in its SRV records that it offers no SIP service")
            }
            Failure::NoTransport(name) => {
                format!(
                    "{name:?} offers SIP over transports only that this endpoint does not have; add one to EndpointConfig"
                )
            }
            Failure::ServerFailed(name, code) => format!(
                "the name server could not answer for {name:?} ({code}); check the name servers or try again later"
            ),
            Failure::TimedOut(name) => format!(
                "no name server answered for {name:?} in time; check the network, DnsConfig::servers and /etc/resolv.conf"
            ),
            Failure::NoServer(name, why) => format!(
                "no name server could be asked for {name:?} ({why}); check DnsConfig::servers and /etc/resolv.conf"
            ),
            Failure::BadName(name) => format!("{name:?} is no host name"),
            Failure::Cancelled => "the endpoint closed before the name was resolved".to_owned(),
        }
    }

    pub(crate) fn error(&self, op: &'static str) -> Error {
        self.code().error(op, self.sentence())
    }

    /// The same for a server of a kind, such as `"the STUN server"`.
    pub(crate) fn error_of(&self, op: &'static str, server: &str) -> Error {
        self.code().error(op, format!("{server}: {}", self.sentence()))
    }

    fn code(&self) -> FailureCode {
        match self {
            Failure::NoSuchName(_) => FailureCode::DnsNotFound,
            Failure::NoAddress(_) => FailureCode::DnsNoAddress,
            Failure::Declined(_) => FailureCode::DnsDeclined,
            Failure::NoTransport(_) => FailureCode::NoTransport,
            Failure::ServerFailed(..) => FailureCode::DnsFailed,
            Failure::TimedOut(_) => FailureCode::DnsTimedOut,
            Failure::NoServer(..) => FailureCode::DnsNoServer,
            Failure::BadName(_) => FailureCode::InvalidArgument,
            Failure::Cancelled => FailureCode::NotRunning,
        }
    }
}
