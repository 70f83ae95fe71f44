//! What can go wrong, said once: an [`Error`] names the operation, the object and the reason.
//!
//! One [`ErrorKind`] is one C status and one Python exception class, so the list below is the whole vocabulary. A SIP
//! answer is kept as its [`StatusCode`], a refused certificate as a [`TlsRefusal`], PJSIP's own code as a number.

use std::fmt;

use crate::failure::FailureCode;
use crate::sip::StatusCode;

/// Result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The class of an [`Error`]; it decides what a caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is malformed or out of range; the message names it. Correct it and call again.
    InvalidArgument,
    /// No engine is running: the endpoint was closed or never started.
    NotRunning,
    /// An endpoint is running in this process already. PJSUA is one per process: close the other one first.
    AlreadyRunning,
    /// The call, account or file behind this handle has ended; the handle can only be dropped.
    Gone,
    /// The object exists but is not in a state that allows this, such as answering an outgoing call.
    WrongState,
    /// The engine's queue is full or the object is occupied; try again shortly.
    Busy,
    /// It cannot be done without waiting: a buffer is full, or empty. Wait, or try again shortly.
    WouldBlock,
    /// The deadline passed. What was asked may still happen later.
    Timeout,
    /// A configured limit is reached; the message names the limit and its value.
    LimitReached,
    /// This build or this platform lacks the feature; the message names it.
    Unsupported,
    /// The peer answered with a SIP failure; see [`Error::sip_status`].
    Sip,
    /// The server rejected the credentials, or there are none for its realm.
    Auth,
    /// No connection: refused, unreachable, reset, or the name did not resolve.
    Transport,
    /// The TLS handshake failed; [`Error::tls_refusal`] says why.
    Tls,
    /// Codec, SDP or stream trouble.
    Media,
    /// A sound device failed.
    Device,
    /// A file could not be read or written.
    Io,
    /// A setting contradicts another one or the system.
    Config,
    /// A defect of ours: please report it with the log.
    Internal,
}

impl ErrorKind {
    /// Every kind, for tables in other languages and for tests.
    pub const ALL: [ErrorKind; 19] = [
        ErrorKind::InvalidArgument,
        ErrorKind::NotRunning,
        ErrorKind::AlreadyRunning,
        ErrorKind::Gone,
        ErrorKind::WrongState,
        ErrorKind::Busy,
        ErrorKind::WouldBlock,
        ErrorKind::Timeout,
        ErrorKind::LimitReached,
        ErrorKind::Unsupported,
        ErrorKind::Sip,
        ErrorKind::Auth,
        ErrorKind::Transport,
        ErrorKind::Tls,
        ErrorKind::Media,
        ErrorKind::Device,
        ErrorKind::Io,
        ErrorKind::Config,
        ErrorKind::Internal,
    ];

    /// Stable lower-case name, as it appears in JSON: `"invalid_argument"`, `"tls"`, …
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::InvalidArgument => "invalid_argument",
            ErrorKind::NotRunning => "not_running",
            ErrorKind::AlreadyRunning => "already_running",
            ErrorKind::Gone => "gone",
            ErrorKind::WrongState => "wrong_state",
            ErrorKind::Busy => "busy",
            ErrorKind::WouldBlock => "would_block",
            ErrorKind::Timeout => "timeout",
            ErrorKind::LimitReached => "limit_reached",
            ErrorKind::Unsupported => "unsupported",
            ErrorKind::Sip => "sip",
            ErrorKind::Auth => "auth",
            ErrorKind::Transport => "transport",
            ErrorKind::Tls => "tls",
            ErrorKind::Media => "media",
            ErrorKind::Device => "device",
            ErrorKind::Io => "io",
            ErrorKind::Config => "config",
            ErrorKind::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a TLS peer was refused (RFC 5922 §7, RFC 5280 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsRefusal {
    /// No trusted authority signed the certificate; self-signed ones included.
    Untrusted,
    /// The certificate is valid but for another host name or address.
    NameMismatch,
    /// The certificate is expired or not valid yet.
    Expired,
    /// The certificate was revoked.
    Revoked,
    /// The certificate is malformed or not meant for this use.
    BadCertificate,
    /// The certificate is none of those pinned.
    PinMismatch,
    /// Revocation is checked, and there is no current list of the certificate's authority.
    RevocationUnknown,
    /// The peer presented no certificate.
    NoCertificate,
    /// The peers have no protocol version or cipher in common.
    Protocol,
    /// The handshake failed or the connection ended in it: the peer refused us, or no TLS is spoken there.
    Handshake,
    /// The peer accepted the connection and did not answer the handshake.
    TimedOut,
}

impl TlsRefusal {
    /// Stable lower-case name, as it appears in JSON: `"untrusted"`, `"name_mismatch"`, …
    pub fn name(self) -> &'static str {
        match self {
            TlsRefusal::Untrusted => "untrusted",
            TlsRefusal::NameMismatch => "name_mismatch",
            TlsRefusal::Expired => "expired",
            TlsRefusal::Revoked => "revoked",
            TlsRefusal::BadCertificate => "bad_certificate",
            TlsRefusal::PinMismatch => "pin_mismatch",
            TlsRefusal::RevocationUnknown => "revocation_unknown",
            TlsRefusal::NoCertificate => "no_certificate",
            TlsRefusal::Protocol => "protocol",
            TlsRefusal::Handshake => "handshake",
            TlsRefusal::TimedOut => "timed_out",
        }
    }

    /// The code that stands for it.
    pub fn failure(self) -> FailureCode {
        match self {
            TlsRefusal::Untrusted => FailureCode::TlsUntrusted,
            TlsRefusal::NameMismatch => FailureCode::TlsNameMismatch,
            TlsRefusal::Expired => FailureCode::TlsExpired,
            TlsRefusal::Revoked => FailureCode::TlsRevoked,
            TlsRefusal::BadCertificate => FailureCode::TlsBadCertificate,
            TlsRefusal::PinMismatch => FailureCode::TlsPinMismatch,
            TlsRefusal::RevocationUnknown => FailureCode::TlsRevocationUnknown,
            TlsRefusal::NoCertificate => FailureCode::TlsNoCertificate,
            TlsRefusal::Protocol => FailureCode::TlsProtocol,
            TlsRefusal::Handshake => FailureCode::TlsHandshake,
            TlsRefusal::TimedOut => FailureCode::TlsTimedOut,
        }
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            TlsRefusal::Untrusted => {
                "the certificate is not signed by a trusted authority; give the authority's file as TLS CA if it is yours"
            }
            TlsRefusal::NameMismatch => {
                "the certificate is for another host; use the host name the certificate was made for"
            }
            TlsRefusal::Expired => "the certificate is outside its validity period; check it and this machine's clock",
            TlsRefusal::Revoked => "the certificate was revoked",
            TlsRefusal::BadCertificate => "the certificate is malformed or not meant for a server",
            TlsRefusal::PinMismatch => {
                "the certificate is none of those pinned; compare fingerprints before you change the pin: somebody may be in between"
            }
            TlsRefusal::RevocationUnknown => {
                "there is no current revocation list of the certificate's authority; fetch its list anew and give it as CRL file"
            }
            TlsRefusal::NoCertificate => "the peer presented no certificate; it must be set up with one",
            TlsRefusal::Protocol => {
                "the peers have no TLS version or cipher in common; 1.2 and newer are spoken here, unless settings say otherwise"
            }
            TlsRefusal::Handshake => {
                "the TLS handshake failed; the peer may not speak TLS on this port, or have refused our certificate"
            }
            TlsRefusal::TimedOut => {
                "the peer accepted the connection and did not answer the TLS handshake; it may not speak TLS on this port"
            }
        }
    }
}

/// What failed, on what, and why.
///
/// `Display` reads `operation: reason`, in lower case, without full stop and without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    op: &'static str,
    message: Box<str>,
    pj_status: Option<i32>,
    sip: Option<StatusCode>,
    tls: Option<TlsRefusal>,
    failure: FailureCode,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, op: &'static str, message: impl Into<String>) -> Self {
        Error {
            kind,
            op,
            message: message.into().into_boxed_str(),
            pj_status: None,
            sip: None,
            tls: None,
            failure: FailureCode::of_kind(kind),
        }
    }

    pub(crate) fn invalid(op: &'static str, message: impl Into<String>) -> Self {
        Error::new(ErrorKind::InvalidArgument, op, message)
    }

    pub(crate) fn not_running(op: &'static str) -> Self {
        Error::new(ErrorKind::NotRunning, op, "the endpoint is closed; start a new one")
    }

    pub(crate) fn with_pj_status(mut self, status: i32) -> Self {
        self.pj_status = Some(status);
        self
    }

    pub(crate) fn with_sip(mut self, code: StatusCode) -> Self {
        self.sip = Some(code);
        self
    }

    pub(crate) fn with_failure(mut self, code: FailureCode) -> Self {
        self.failure = code;
        self
    }

    pub(crate) fn with_tls(mut self, refusal: TlsRefusal) -> Self {
        self.tls = Some(refusal);
        self.failure = refusal.failure();
        self
    }

    /// The class of this error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The operation that failed, such as `"register"` or `"call"`.
    pub fn operation(&self) -> &'static str {
        self.op
    }

    /// The reason alone, without the operation.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What happened, by a code that stays the same in every release and language.
    pub fn failure(&self) -> FailureCode {
        self.failure
    }

    /// The name of [`failure`](Error::failure): `"port_refused"`, `"tls_untrusted"`, … All are listed in `docs/failures.md`.
    pub fn code(&self) -> &'static str {
        self.failure.name()
    }

    /// PJSIP's status code (`pj_status_t`), when one stands behind this error.
    pub fn pj_status(&self) -> Option<i32> {
        self.pj_status
    }

    /// The SIP status code of the peer's answer, when there was one.
    pub fn sip_status(&self) -> Option<StatusCode> {
        self.sip
    }

    /// Why the peer's certificate or handshake was refused; set when the kind is [`ErrorKind::Tls`].
    pub fn tls_refusal(&self) -> Option<TlsRefusal> {
        self.tls
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.op, self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_name() {
        let mut names: Vec<_> = ErrorKind::ALL.iter().map(|k| k.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn display_names_operation_and_reason() {
        let e = Error::invalid("call", "the URI is empty").with_pj_status(70004);
        assert_eq!(e.to_string(), "call: the URI is empty");
        assert_eq!(e.pj_status(), Some(70004));
    }
}
