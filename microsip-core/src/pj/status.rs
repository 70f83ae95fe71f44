//! PJSIP's status codes and our errors.

use pjsip_sys as sys;

use super::auth::Challenge;
use crate::failure::FailureCode;
use crate::sip::StatusCode;
use crate::{Error, ErrorKind, Result};

/// How a request ended.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// The final code, the peer's or PJSIP's own.
    pub(crate) code: StatusCode,
    pub(crate) reason: String,
    /// PJSIP's error, 0 if none.
    pub(crate) pj_status: i32,
    /// Whether a message of the peer brought the code.
    pub(crate) from_peer: bool,
    /// What a 401 or 407 asked for.
    pub(crate) challenges: Vec<Challenge>,
    /// Whether the request had credentials in it.
    pub(crate) credentials_sent: bool,
}

/// PJSIP's words for a status.
pub(crate) fn strerror(status: i32) -> String {
    let mut buffer = [0 as std::ffi::c_char; 160];
    // SAFETY: pj_strerror writes at most the given size into our buffer and returns a slice of it; it needs no
    // registered thread (it only reads tables filled by pj_init).
    let text = unsafe { super::string::to_string(&sys::pj_strerror(status, buffer.as_mut_ptr(), buffer.len())) };
    // "Connection refused" reads better than PJSIP's bracketed constants alone, but those help searching: keep both.
    text.trim().to_owned()
}

/// What the status says about the way to the peer, or about a socket of ours; `None` if nothing more than that it failed.
pub(crate) fn transport_failure(status: i32) -> Option<FailureCode> {
    use std::io::ErrorKind as Os;
    let dns = sys::PJLIB_UTIL_EDNS_FORMERR..=sys::PJLIB_UTIL_EDNS_NOTZONE;
    Some(match status {
        sys::PJ_ERESOLVE | sys::PJLIB_UTIL_EDNS_NXDOMAIN => FailureCode::DnsNotFound,
        s if dns.contains(&s) => FailureCode::DnsFailed,
        sys::PJSIP_EUNSUPTRANSPORT | sys::PJSIP_ETPNOTAVAIL | sys::PJSIP_ETPNOTSUITABLE => FailureCode::NoTransport,
        sys::PJSIP_EMSGTOOLONG => FailureCode::MessageTooLarge,
        sys::PJ_EEOF => FailureCode::ConnectionLost,
        s if is_os(s) => match std::io::Error::from_raw_os_error(to_os(s)).kind() {
            Os::ConnectionRefused => FailureCode::PortRefused,
            Os::HostUnreachable => FailureCode::HostUnreachable,
            Os::NetworkUnreachable | Os::NetworkDown => FailureCode::NetworkUnreachable,
            Os::TimedOut => FailureCode::ConnectTimedOut,
            Os::ConnectionReset | Os::ConnectionAborted | Os::BrokenPipe | Os::NotConnected => {
                FailureCode::ConnectionLost
            }
            Os::AddrInUse => FailureCode::AddressInUse,
            Os::AddrNotAvailable => FailureCode::AddressNotLocal,
            Os::PermissionDenied => FailureCode::NotPermitted,
            _ => return None,
        },
        _ => return None,
    })
}

/// Whether the status is an error of the operating system.
fn is_os(status: i32) -> bool {
    (sys::PJ_ERRNO_START_SYS..sys::PJ_ERRNO_START_SYS + SPACE).contains(&status)
}

fn to_os(status: i32) -> i32 {
    // SAFETY: arithmetic only.
    unsafe { sys::to_os(status) }
}

/// No credentials fit a challenge.
pub(crate) const NO_CREDENTIAL: i32 = sys::PJSIP_ENOCREDENTIAL;
/// The challenge asks for a quality of protection PJSIP does not know.
pub(crate) const BAD_QOP: i32 = sys::PJSIP_EINVALIDQOP;

/// Whether the status says that our credentials do not fit the challenge.
pub(crate) fn is_credential_error(status: i32) -> bool {
    [
        sys::PJSIP_EFAILEDCREDENTIAL,
        sys::PJSIP_ENOCREDENTIAL,
        sys::PJSIP_EAUTHSTALECOUNT,
        sys::PJSIP_EINVALIDALGORITHM,
        sys::PJSIP_EINVALIDAUTHSCHEME,
        sys::PJSIP_EINVALIDQOP,
        sys::PJSIP_EAUTHNOCHAL,
        sys::PJSIP_EAUTHNOAUTH,
    ]
    .contains(&status)
}

/// Whether a request ended because a name could not be resolved. PJSIP hands transactions the words for it only.
pub(crate) fn is_name_error(reason: &str, status: i32) -> bool {
    status == sys::PJ_ERESOLVE || (!reason.is_empty() && strerror(sys::PJ_ERESOLVE) == reason.trim())
}

/// Whether the status comes from the TLS handshake rather than from the connection under it.
pub(crate) fn is_tls_error(status: i32) -> bool {
    (sys::PJ_SSL_ERRNO_START..sys::PJ_SSL_ERRNO_START + SPACE).contains(&status)
        || (sys::PJSIP_TLS_ECTX..=sys::PJSIP_TLS_EREAD).contains(&status)
}

/// The error code a STUN or TURN server answered with, if that is what the status is.
pub(crate) fn stun_code(status: i32) -> Option<u16> {
    // PJ_STATUS_FROM_STUN_CODE, a macro of PJNATH: its codes begin where its first own one is minus one.
    let code = status.checked_sub(sys::PJNATH_EINSTUNMSG - 1)?;
    u16::try_from(code).ok().filter(|code| (300..700).contains(code))
}

/// Whether the status says that nobody answered in time.
pub(crate) fn is_timeout(status: i32) -> bool {
    status == sys::PJ_ETIMEDOUT || status == sys::PJNATH_ESTUNTIMEDOUT
}

/// Each library of PJSIP has this many codes (`PJ_ERRNO_SPACE_SIZE`).
const SPACE: i32 = 50_000;

/// PJLIB's own time-out, as opposed to the system's.
pub(crate) const TIMED_OUT: i32 = sys::PJ_ETIMEDOUT;

/// A message is longer than may be.
pub(crate) const TOO_LONG: i32 = sys::PJSIP_EMSGTOOLONG;

/// Assertions of PJSIP that failed in this process.
pub(crate) fn failed_assertions() -> u64 {
    // SAFETY: reads an atomic counter of the shim.
    u64::from(unsafe { sys::microsip_assert_count() })
}

/// The only way from a status to a `Result`.
pub(super) fn check(op: &'static str, doing: &str, status: i32) -> Result<()> {
    if status == sys::PJ_SUCCESS {
        return Ok(());
    }
    let kind = match status {
        sys::PJ_EINVAL
        | sys::PJSIP_EINVALIDURI
        | sys::PJSIP_EINVALIDREQURI
        | sys::PJSIP_EINVALIDSCHEME
        | sys::PJSIP_EINVALIDHDR
        | sys::PJSIP_EURITOOLONG
        | sys::PJSIP_EMSGTOOLONG => ErrorKind::InvalidArgument,
        sys::PJ_ETOOMANY => ErrorKind::LimitReached,
        sys::PJ_ENOTSUP | sys::PJ_EAFNOTSUP | sys::PJ_EIPV6NOTSUP => ErrorKind::Unsupported,
        sys::PJ_EBUSY | sys::PJSIP_EBUSY => ErrorKind::Busy,
        sys::PJ_EINVALIDOP | sys::PJ_EPENDING => ErrorKind::WrongState,
        sys::PJSIP_ESESSIONTERMINATED => ErrorKind::Gone,
        sys::PJ_ETIMEDOUT => ErrorKind::Timeout,
        sys::PJ_ERESOLVE | sys::PJSIP_EUNSUPTRANSPORT | sys::PJSIP_ETPNOTAVAIL => ErrorKind::Transport,
        sys::PJ_ENOMEM => ErrorKind::LimitReached,
        s if is_tls_error(s) => ErrorKind::Tls,
        s if is_os(s) => ErrorKind::Transport,
        s if (sys::PJMEDIA_ERRNO_START..sys::PJMEDIA_ERRNO_START + SPACE).contains(&s) => ErrorKind::Media,
        _ => ErrorKind::Internal,
    };
    let error = Error::new(kind, op, format!("{doing}: {}", strerror(status))).with_pj_status(status);
    Err(match transport_failure(status) {
        Some(failure) if failure.kind() == kind => error.with_failure(failure),
        _ => error,
    })
}
