//! Every way to fail, with a stable code.
//!
//! One line in the list below is one code: its variant, its name in JSON and in other languages, its [`ErrorKind`], what it
//! means, and its likely cause with what to do. `docs/failures.md` is made from it; a test compares the two.

use std::fmt;

use crate::error::{Error, ErrorKind};

macro_rules! failures {
    ($($variant:ident $name:literal $kind:ident: $meaning:literal; $advice:literal)*) => {
        /// What failed, by a code that stays the same in every release and language.
        ///
        /// Finer than [`ErrorKind`]: a kind says what a program can do, a code what happened. New codes may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FailureCode {
            $(#[doc = $meaning] #[doc = ""] #[doc = $advice] $variant,)*
        }

        impl FailureCode {
            /// Every code, for tables in other languages and for tests.
            pub const ALL: &'static [FailureCode] = &[$(FailureCode::$variant,)*];

            /// Stable lower-case name, as it appears in JSON: `"port_refused"`, …
            pub fn name(self) -> &'static str {
                match self { $(FailureCode::$variant => $name,)* }
            }

            /// The class it belongs to.
            pub fn kind(self) -> ErrorKind {
                match self { $(FailureCode::$variant => ErrorKind::$kind,)* }
            }

            /// What happened, as a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(FailureCode::$variant => $meaning,)* }
            }

            /// The likely cause, and what to do.
            pub fn advice(self) -> &'static str {
                match self { $(FailureCode::$variant => $advice,)* }
            }
        }
    };
}

#[rustfmt::skip]
failures! {
    // In general: used where no finer code exists.
    InvalidArgument "invalid_argument" InvalidArgument: "An argument is malformed or out of range."; "The message names the argument, quotes it and says what was expected: correct it and call again."
    NotRunning "not_running" NotRunning: "No engine is running."; "The endpoint was closed or never started: start a new one."
    AlreadyRunning "already_running" AlreadyRunning: "An endpoint is running in this process already."; "PJSUA is one per process: close the other one, or use a second process."
    Gone "gone" Gone: "The call, account or file behind the handle has ended."; "The handle can only be dropped."
    WrongState "wrong_state" WrongState: "The object is not in a state that allows this."; "The message names the state; wait for another one, or do not ask."
    Busy "busy" Busy: "The engine's queue is full, or the object is occupied."; "Try again shortly."
    WouldBlock "would_block" WouldBlock: "A buffer is full, or empty."; "Wait, or try again shortly."
    TimedOut "timeout" Timeout: "A deadline passed."; "What was asked may still happen later; wait longer, or look at the state."
    LimitReached "limit_reached" LimitReached: "A configured limit is reached."; "The message names the limit and its value: raise it or end something."
    Unsupported "unsupported" Unsupported: "This build, this platform or the peer lacks the feature."; "The message names the feature."
    SipFailure "sip_failure" Sip: "The peer answered with a failure that has no code of its own here."; "The message has the SIP status and its phrase."
    AuthFailed "auth_failed" Auth: "Authentication failed."; "Check user name, password and realm."
    TransportFailed "transport_failed" Transport: "The message could not be carried, for a reason that has no code of its own here."; "The message has the system's words; check address, port and network."
    TlsFailed "tls_failed" Tls: "TLS failed, for a reason that has no code of its own here."; "The message has OpenSSL's words."
    MediaFailed "media_failed" Media: "Codec, SDP or stream trouble that has no code of its own here."; "The message says which; compare the settings of both sides."
    DeviceFailed "device_failed" Device: "A sound device failed."; "Check that it is plugged in and free."
    IoFailed "io_failed" Io: "A file could not be read or written."; "The message names the file and has the system's words."
    ConfigConflict "config_conflict" Config: "A setting contradicts another one or the system."; "The message names both."
    Internal "internal" Internal: "A defect of this library."; "Please report it with the log."

    // What is in a message.
    DocumentMalformed "document_malformed" InvalidArgument: "A document of the peer (presence, line state, waiting messages, typing, delivery) is malformed, or not what its type says."; "The message says what is wrong and in which line: the peer's program has a defect, or something on the way cuts messages."
    DocumentEncoding "document_encoding" Unsupported: "A document of the peer is in an encoding that is not read, or not in the one it declares."; "UTF-8, UTF-16 with byte order mark, ISO-8859-1 and US-ASCII are read; the peer's program has a defect."

    // Limits.
    DocumentTooLarge "document_too_large" LimitReached: "A document of the peer is too long, too deep, or has too many elements."; "The message names the limit; no sound document comes near it."
    RtpPortsExhausted "rtp_ports_exhausted" LimitReached: "No pair of RTP ports is free in the configured range."; "Each call takes two ports: widen rtp_ports, or end calls; other programs may use the range too."

    // The peer's answers.
    PeerRedirected "peer_redirected" Sip: "The peer answered 3xx: it is to be reached elsewhere."; "The message has the status; call the contact it names."
    PeerForbade "peer_forbade" Auth: "The server answered 403: it knows us and says no."; "The account may not do this, or is blocked: ask who runs the server."
    PeerNotFound "peer_not_found" Sip: "The server answered 404, 410 or 604: it knows no such user."; "Check the number and the domain."
    PeerUnavailable "peer_unavailable" Sip: "The server answered 480: the user exists and is not there now."; "The user is not registered or does not want to be disturbed: try later."
    PeerBusy "peer_busy" Sip: "The peer answered 486 or 600: it is busy."; "Try later."
    PeerDeclined "peer_declined" Sip: "The peer answered 603: somebody said no."; "Nothing to do."
    PeerTimedOut "peer_timed_out" Sip: "A server on the way answered 408 or 504: who is behind it did not answer it."; "The user's device is off or out of reach: try later."
    PeerRefusedMedia "peer_refused_media" Sip: "The peer answered 415, 488, 606 or 493: it cannot use our offer."; "No codec or encryption in common: compare the settings of both sides."
    PeerLacksExtension "peer_lacks_extension" Sip: "The peer answered 420 or 421: it lacks, or asks for, an extension."; "Turn 100rel or session timers to supported."
    PeerTooLarge "peer_too_large" Sip: "The peer answered 413 or 513: the message is too large for it."; "Send fewer headers or codecs."
    PeerRejected "peer_rejected" Sip: "The peer answered with another 4xx or 6xx."; "The message has the status and its phrase."
    PeerFailed "peer_failed" Sip: "The server answered 5xx: it failed or is overloaded."; "Try later, or another server."
    PeerForgot "peer_forgot" Sip: "The peer answered 481 inside a call: it does not know the call any more."; "It was restarted, or ended the call and its BYE was lost."
    BindingNotKept "binding_not_kept" Sip: "The registrar accepted the REGISTER and keeps no binding of ours."; "It dislikes the Contact or the lifetime: look at its log."

    // Authentication.
    AuthRejected "auth_rejected" Auth: "The server refused the user name or the password."; "Check both, for typing errors and for spaces at the ends."
    AuthMissing "auth_missing" Auth: "The server asks for credentials of a realm for which none are configured."; "Give credentials for the realm, or realm `*`."
    AuthUnsupported "auth_unsupported" Auth: "The server asks for an algorithm or scheme that is not known here."; "Digest with MD5, SHA-256 or SHA-512-256 is known."

    // Silence.
    NoAnswer "no_answer" Timeout: "No answer came within the transaction's time."; "The address is wrong, a firewall drops packets, or the server is off."
    NoAck "no_ack" Timeout: "Our 200 was never acknowledged, or a session refresh never answered."; "The peer went away, or its ACK is lost on the way: often a Contact behind a NAT."

    // The way to the peer.
    DnsNotFound "dns_not_found" Transport: "The host name does not exist."; "Check it for typing errors; a private name needs the name server that knows it."
    DnsFailed "dns_failed" Transport: "The name server could not answer."; "Check the network and the name servers."
    DnsNoAddress "dns_no_address" Transport: "The host name exists and has no address of a family we have a transport for."; "Add a transport of that family, or check the name's A and AAAA records."
    DnsDeclined "dns_declined" Transport: "The domain's SRV records say that it offers no SIP."; "Check the domain."
    DnsTimedOut "dns_timed_out" Transport: "No name server answered in time."; "Check the network and the name servers."
    DnsNoServer "dns_no_server" Transport: "There is no name server to ask, or none can be reached."; "Give one in DnsConfig, or in the system's settings."
    PortRefused "port_refused" Transport: "Nothing listens on that port, or a firewall rejects it."; "Check port and transport, and whether the server runs. Told within a second where the system says so (for UDP: Linux)."
    HostUnreachable "host_unreachable" Transport: "No way leads to the host."; "It is off, the address is wrong, or a router rejects it."
    NetworkUnreachable "network_unreachable" Transport: "This machine has no route to that network."; "The network is down, or the address is of a family (IPv6) there is no connection for."
    ConnectTimedOut "connect_timed_out" Transport: "The TCP connection was not accepted in time."; "A firewall drops packets, or the host is off."
    ConnectionLost "connection_lost" Transport: "The connection ended before the answer came."; "The server was restarted, or something on the way ends connections."
    AddressInUse "address_in_use" Transport: "Another program uses the local address and port."; "Choose another port, or 0 for any, or end the other program."
    AddressNotLocal "address_not_local" Transport: "The address to bind is none of this machine's."; "Give one that `ip address` lists, or the unspecified address."
    NotPermitted "not_permitted" Transport: "The system forbids it."; "Ports below 1024 need rights; a local firewall may forbid sending."
    NoTransport "no_transport" Transport: "The endpoint has no transport of that protocol and address family."; "Add one to EndpointConfig::transports, or choose another transport."
    MessageTooLarge "message_too_large" Transport: "The message is longer than 65,535 bytes."; "Send fewer or shorter headers."
    MessageNeedsTcp "message_needs_tcp" Transport: "A MESSAGE of more than 1,300 bytes would have to go over UDP, which RFC 3428 §8 forbids."; "Leave switch_to_tcp on and see that the peer takes TCP, choose TCP or TLS for the account, or send less."

    // TLS.
    TlsUntrusted "tls_untrusted" Tls: "No trusted authority signed the peer's certificate."; "Give the authority's file as TLS CA, or pin the certificate, if the server is yours; otherwise somebody may be in between."
    TlsNameMismatch "tls_name_mismatch" Tls: "The peer's certificate is for another host."; "Use the host name in the certificate, or set the TLS server name."
    TlsExpired "tls_expired" Tls: "The peer's certificate is expired, or not valid yet."; "Check this machine's clock; else the server needs a new certificate."
    TlsRevoked "tls_revoked" Tls: "The peer's certificate, or one it depends on, was revoked."; "The key may be in wrong hands: ask who runs the server."
    TlsRevocationUnknown "tls_revocation_unknown" Tls: "Revocation is checked, and there is no current list of the certificate's authority."; "Fetch the authority's list anew and give it as CRL file."
    TlsBadCertificate "tls_bad_certificate" Tls: "The peer's certificate is malformed, or not meant for this use."; "The server needs another certificate."
    TlsNoCertificate "tls_no_certificate" Tls: "The peer presented no certificate."; "The server must be set up with one."
    TlsPinMismatch "tls_pin_mismatch" Tls: "The peer's certificate is none of those pinned."; "The server has a new certificate, or somebody is in between: compare fingerprints before you change the pin."
    TlsProtocol "tls_protocol" Tls: "The peers have no TLS version or cipher in common."; "The server is too old (below TLS 1.2), or the minimum version or ciphers here are too strict."
    TlsHandshake "tls_handshake" Tls: "The handshake failed, or the connection ended in it."; "No TLS is spoken on that port, or the server refused our certificate."
    TlsTimedOut "tls_timed_out" Tls: "The peer accepted the connection and did not answer the handshake."; "No TLS is spoken on that port, or the server hangs."
    TlsSettings "tls_settings" Tls: "A certificate, key or list that is configured cannot be used."; "The message names the file; PEM is expected, and a key that fits its certificate."
    TlsKeyPassword "tls_key_password" Tls: "The private key is encrypted and its password is missing or wrong."; "Give the key's password."
    FileUnreadable "file_unreadable" Io: "A configured file cannot be read."; "The message names it and has the system's words."

    // Media.
    NoMediaAddress "no_media_address" Media: "No address for media could be had."; "Check the network, the RTP ports, and the ICE and TURN settings."
    NoCommonMedia "no_common_media" Media: "The peers agree on no codec or stream."; "Compare the codec lists of both sides."
    SrtpRequired "srtp_required" Media: "Encryption is required here, and the peer offers or answers without."; "Turn encryption on at the peer; if it was on, somebody on the way removed it."
    SrtpUnwanted "srtp_unwanted" Media: "The peer insists on encryption, which is off here."; "Set encryption to optional or required."
    SrtpSuites "srtp_suites" Media: "The peers have no SRTP suite or keying in common, or the keys are malformed."; "Compare the lists of suites, and SDES or DTLS, of both sides."
    SrtpFingerprint "srtp_fingerprint" Media: "The certificate seen on the media path is not the one announced in the SDP."; "Somebody is on the media path, or a gateway exchanges certificates: no audio was sent."
    SrtpKeying "srtp_keying" Media: "The DTLS handshake on the media path failed."; "The peer refused it, or packets are lost on the way."
}

impl FailureCode {
    /// The code that stands for a whole kind.
    pub(crate) fn of_kind(kind: ErrorKind) -> FailureCode {
        match kind {
            ErrorKind::InvalidArgument => FailureCode::InvalidArgument,
            ErrorKind::NotRunning => FailureCode::NotRunning,
            ErrorKind::AlreadyRunning => FailureCode::AlreadyRunning,
            ErrorKind::Gone => FailureCode::Gone,
            ErrorKind::WrongState => FailureCode::WrongState,
            ErrorKind::Busy => FailureCode::Busy,
            ErrorKind::WouldBlock => FailureCode::WouldBlock,
            ErrorKind::Timeout => FailureCode::TimedOut,
            ErrorKind::LimitReached => FailureCode::LimitReached,
            ErrorKind::Unsupported => FailureCode::Unsupported,
            ErrorKind::Sip => FailureCode::SipFailure,
            ErrorKind::Auth => FailureCode::AuthFailed,
            ErrorKind::Transport => FailureCode::TransportFailed,
            ErrorKind::Tls => FailureCode::TlsFailed,
            ErrorKind::Media => FailureCode::MediaFailed,
            ErrorKind::Device => FailureCode::DeviceFailed,
            ErrorKind::Io => FailureCode::IoFailed,
            ErrorKind::Config => FailureCode::ConfigConflict,
            ErrorKind::Internal => FailureCode::Internal,
        }
    }

    /// The code of a peer's failure status.
    pub(crate) fn of_answer(code: u16) -> FailureCode {
        match code {
            300..=399 => FailureCode::PeerRedirected,
            401 | 407 => FailureCode::AuthRejected,
            403 => FailureCode::PeerForbade,
            404 | 410 | 604 => FailureCode::PeerNotFound,
            408 | 504 => FailureCode::PeerTimedOut,
            413 | 513 => FailureCode::PeerTooLarge,
            415 | 488 | 493 | 606 => FailureCode::PeerRefusedMedia,
            420 | 421 => FailureCode::PeerLacksExtension,
            480 => FailureCode::PeerUnavailable,
            486 | 600 => FailureCode::PeerBusy,
            500..=599 => FailureCode::PeerFailed,
            603 => FailureCode::PeerDeclined,
            _ => FailureCode::PeerRejected,
        }
    }

    /// An error of this code; `message` quotes the value and says what was expected and what to do.
    pub(crate) fn error(self, op: &'static str, message: impl Into<String>) -> Error {
        Error::new(self.kind(), op, message).with_failure(self)
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// The page, as it is made from the list.
    fn page() -> String {
        let mut page = String::from(
            "# Failures\n\n\
             Every failure carries a stable code: `Error::code()` in Rust, `code` in the JSON of `microsip run`. The message that comes with\n\
             it quotes the value concerned and names the likely cause. Codes are never renamed or given another meaning; new ones may be added.\n\n\
             This page is made from `microsip-core/src/failure.rs`: `MICROSIP_BLESS=1 cargo test -p microsip-core failure` writes it anew.\n\n\
             | code | kind | what happened | likely cause, what to do |\n|---|---|---|---|\n",
        );
        for code in FailureCode::ALL {
            let _ = writeln!(
                page,
                "| `{code}` | `{}` | {} | {} |",
                code.kind(),
                code.meaning(),
                code.advice()
            );
        }
        page
    }

    #[test]
    fn the_page_lists_every_code_and_no_other() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/failures.md");
        if std::env::var_os("MICROSIP_BLESS").is_some() {
            std::fs::write(path, page()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap();
        assert!(
            written == page(),
            "docs/failures.md differs from failure.rs; set MICROSIP_BLESS=1 and run this test to write it"
        );
    }

    #[test]
    fn codes_are_distinct_plain_words() {
        let mut names: Vec<_> = FailureCode::ALL.iter().map(|c| c.name()).collect();
        for name in &names {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FailureCode::ALL.len());
        for code in FailureCode::ALL {
            assert!(code.meaning().ends_with('.') && code.advice().ends_with('.'), "{code}");
            assert!(!code.meaning().contains('|') && !code.advice().contains('|'), "{code}");
        }
    }

    #[test]
    fn every_kind_has_a_code_of_its_own_and_every_status_one_that_fits() {
        for kind in ErrorKind::ALL {
            assert_eq!(FailureCode::of_kind(kind).kind(), kind);
        }
        for status in 300..700 {
            let kind = FailureCode::of_answer(status).kind();
            let auth = matches!(status, 401 | 403 | 407);
            assert_eq!(kind, if auth { ErrorKind::Auth } else { ErrorKind::Sip }, "{status}");
        }
    }
}
