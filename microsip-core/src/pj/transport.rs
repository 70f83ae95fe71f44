//! SIP transports, and the addresses media is bound to.

use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};

use pjsip_sys as sys;

use super::Pj;
use super::status::check;
use super::string::{self, Text};
use crate::Result;
use crate::endpoint::{EndpointConfig, TransportConfig};
use crate::sip::Transport;

const OP: &str = "start endpoint";

/// A transport that is open: its kind, the address it is bound to, PJSUA's index.
pub(super) type Opened = (Transport, IpAddr, i32);

/// Address families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Families {
    V4,
    V6,
    Both,
}

/// Where RTP sockets are bound.
pub(crate) struct RtpConfig {
    /// `None` for all addresses.
    pub(super) bind: Option<Text>,
    /// Which address families media may use, as the transports do.
    pub(super) families: Families,
    /// First port, 0 for any.
    pub(super) port: u32,
    /// Ports after it.
    pub(super) range: u32,
}

/// Opens what is configured.
pub(super) fn create(config: &EndpointConfig) -> Result<(Vec<Opened>, RtpConfig)> {
    if config.transports.iter().any(|t| t.transport == Transport::Tls) {
        super::tls::try_files(OP, &config.tls)?;
    }
    let mut made = Vec::with_capacity(config.transports.len());
    for one in &config.transports {
        made.push((one.transport, one.bind.ip(), open(config, one)?));
    }
    let v6 = config.transports.iter().filter(|t| t.bind.is_ipv6()).count();
    let families = match v6 {
        0 => Families::V4,
        all if all == config.transports.len() => Families::V6,
        _ => Families::Both,
    };
    // One address serves all RTP sockets, which it cannot if there are two families.
    let bind = config
        .transports
        .iter()
        .map(|t| t.bind.ip())
        .find(|ip| !ip.is_unspecified() && families != Families::Both);
    let rtp = RtpConfig {
        families,
        bind: bind.map(|ip| Text::new(&ip.to_string())),
        port: config.rtp_ports.as_ref().map_or(0, |r| u32::from(*r.start())),
        // RTCP takes the port above RTP's.
        range: config
            .rtp_ports
            .as_ref()
            .map_or(0, |r| u32::from(r.end() - r.start()).saturating_sub(1)),
    };
    Ok((made, rtp))
}

fn open(config: &EndpointConfig, one: &TransportConfig) -> Result<i32> {
    let kind = match one.transport {
        Transport::Udp => sys::PJSIP_TRANSPORT_UDP,
        Transport::Tcp => sys::PJSIP_TRANSPORT_TCP,
        Transport::Tls => sys::PJSIP_TRANSPORT_TLS,
    } | if one.bind.is_ipv6() {
        sys::PJSIP_TRANSPORT_IPV6
    } else {
        0
    };
    let address = Text::new(&one.bind.ip().to_string());
    let public = config
        .nat
        .public_address
        .filter(|ip| ip.is_ipv4() == one.bind.is_ipv4());
    let public = public.map(|ip| Text::new(&ip.to_string()));
    let file = |path: &Option<std::path::PathBuf>| Text::new(&path.as_deref().unwrap_or("".as_ref()).to_string_lossy());
    let tls = &config.tls;
    let (ca, cert, key) = (
        file(&tls.ca_file.clone().or_else(system_ca_file)),
        file(&tls.cert_file),
        file(&tls.key_file),
    );
    let mut settings = MaybeUninit::<sys::pjsua_transport_config>::zeroed();
    let mut id = -1;
    // SAFETY: engine thread; the config is initialised and changed in place, its strings live until after the call, and
    // the transport copies what it keeps.
    let status = unsafe {
        sys::pjsua_transport_config_default(settings.as_mut_ptr());
        let settings = &mut *settings.as_mut_ptr();
        settings.port = u32::from(one.bind.port());
        if !one.bind.ip().is_unspecified() {
            settings.bound_addr = address.pj();
        }
        if let Some(public) = &public {
            settings.public_addr = public.pj();
        }
        if one.transport == Transport::Tls {
            let s = &mut settings.tls_setting;
            s.verify_server = tls.verify.into();
            s.ca_list_file = ca.pj();
            s.cert_file = cert.pj();
            s.privkey_file = key.pj();
            // TLS 1.2 and 1.3; older versions are forbidden (RFC 8996).
            s.proto = sys::PJ_SSL_SOCK_PROTO_TLS1_2 | sys::PJ_SSL_SOCK_PROTO_TLS1_3;
            // A handshake that never ends must not hold a call for ever.
            s.timeout = sys::pj_time_val { sec: 10, msec: 0 };
        }
        sys::pjsua_transport_create(kind, settings, &mut id)
    };
    check(OP, &format!("cannot open {} on {}", one.transport, one.bind), status)?;
    Ok(id)
}

/// The system's trusted authorities: `SSL_CERT_FILE`, or where distributions keep them.
pub(super) fn system_ca_file() -> Option<std::path::PathBuf> {
    const PLACES: [&str; 6] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/opt/homebrew/etc/openssl@3/cert.pem",
    ];
    std::env::var_os("SSL_CERT_FILE")
        .map(Into::into)
        .into_iter()
        .chain(PLACES.map(Into::into))
        .find(|path: &std::path::PathBuf| path.is_file())
}

impl Pj {
    /// The address the first transport of this kind is bound to.
    pub(crate) fn local_address(&self, transport: Transport) -> Option<SocketAddr> {
        let (_, bind, id) = self.transports().iter().find(|(t, ..)| *t == transport)?;
        let mut info = MaybeUninit::<sys::pjsua_transport_info>::zeroed();
        // SAFETY: engine thread; the structure is filled when the call succeeds, and the address in it is PJSUA's.
        unsafe {
            if sys::pjsua_transport_get_info(*id, info.as_mut_ptr()) != sys::PJ_SUCCESS {
                return None;
            }
            // PJSUA tells an address that others can reach; the port is what was not known.
            let published: SocketAddr = address_text(&raw const (*info.as_ptr()).local_addr).parse().ok()?;
            Some(SocketAddr::new(*bind, published.port()))
        }
    }
}

/// `host:port` or `[host]:port`.
///
/// # Safety
/// `address` must point to an initialised `pj_sockaddr`.
pub(super) unsafe fn address_text(address: *const sys::pj_sockaddr) -> String {
    let mut buffer = [0 as std::ffi::c_char; 80];
    // SAFETY: the caller vouches for the address; the buffer is ours and terminated by PJLIB. Flags 3: port and brackets.
    unsafe {
        if (*address).addr.sa_family == 0 {
            return String::new();
        }
        sys::pj_sockaddr_print(address.cast(), buffer.as_mut_ptr(), buffer.len() as i32, 3);
        let text = std::ffi::CStr::from_ptr(buffer.as_ptr());
        string::to_string(&sys::pj_str_t {
            ptr: buffer.as_mut_ptr(),
            slen: text.to_bytes().len() as _,
        })
    }
}
