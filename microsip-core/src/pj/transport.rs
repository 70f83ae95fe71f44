//! SIP transports, and the addresses media is bound to.

use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};

use pjsip_sys as sys;

use super::Pj;
use super::status::check;
use super::string::{self, Text};
use crate::Result;
use crate::endpoint::{EndpointConfig, TransportConfig};
use crate::sip::{Transport, uri};

const OP: &str = "start endpoint";

/// How often an unanswered connection request is repeated. An atomic only because PJSIP keeps a pointer that is not `const`.
#[cfg(target_os = "linux")]
static SYN_REPEATS: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(2);

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
    /// Differentiated services code point of RTP and RTCP.
    pub(super) dscp: Option<u8>,
}

/// As PJLIB takes a code point.
pub(super) fn qos(dscp: Option<u8>) -> sys::pj_qos_params {
    // SAFETY: numbers only.
    let mut params: sys::pj_qos_params = unsafe { std::mem::zeroed() };
    if let Some(value) = dscp {
        params.flags = sys::PJ_QOS_PARAM_HAS_DSCP as _;
        params.dscp_val = value;
    }
    params
}

/// Opens what is configured.
pub(super) fn create(config: &EndpointConfig) -> Result<(Vec<Opened>, RtpConfig)> {
    if config.transports.iter().any(|t| t.transport == Transport::Tls) {
        super::tls::install(OP, &config.tls)?;
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
    // RTP has the even port of a pair (RFC 3550 §11).
    let first = config
        .rtp_ports
        .as_ref()
        .map_or(0, |r| u32::from(*r.start()).next_multiple_of(2));
    let rtp = RtpConfig {
        families,
        bind: bind.map(|ip| Text::new(&ip.to_string())),
        port: first,
        // RTCP takes the port above RTP's.
        range: config
            .rtp_ports
            .as_ref()
            .map_or(0, |r| u32::from(*r.end()).saturating_sub(first + 1)),
        dscp: config.dscp_rtp,
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
    let mut settings = MaybeUninit::<sys::pjsua_transport_config>::zeroed();
    let mut id = -1;
    // SAFETY: engine thread; the config is initialised and changed in place, its strings live until after the call, and
    // the transport copies what it keeps.
    let status = unsafe {
        sys::pjsua_transport_config_default(settings.as_mut_ptr());
        let settings = &mut *settings.as_mut_ptr();
        settings.port = u32::from(one.bind.port());
        settings.qos_params = qos(config.dscp_sip);
        #[cfg(target_os = "linux")]
        if one.transport != Transport::Udp {
            // A connection attempt of which nobody takes notice ends after 7 s rather than two minutes, so that what else can
            // be done is done before the transaction is over.
            let option = &mut settings.sockopt_params.options[0];
            (option.level, option.optname) = (libc::IPPROTO_TCP, libc::TCP_SYNCNT);
            option.optval = SYN_REPEATS.as_ptr().cast();
            option.optlen = size_of::<std::ffi::c_int>() as _;
            settings.sockopt_params.cnt = 1;
        }
        if !one.bind.ip().is_unspecified() {
            settings.bound_addr = address.pj();
        }
        #[cfg(target_os = "linux")]
        if one.transport == Transport::Tcp {
            give_up_connecting_early(&mut settings.sockopt_params);
        }
        if let Some(public) = &public {
            settings.public_addr = public.pj();
        }
        if one.transport == Transport::Tls {
            let s = &mut settings.tls_setting;
            // Files, versions and ciphers are our hooks' business, and so is whether a peer is accepted: these two have PJSIP do
            // what they say.
            (s.verify_server, s.verify_client) = (1, 1);
            s.qos_params = settings.qos_params;
            s.sockopt_params = settings.sockopt_params;
            s.require_client_cert = config.tls.require_client_cert.into();
            s.proto = sys::PJ_SSL_SOCK_PROTO_TLS1_2 | sys::PJ_SSL_SOCK_PROTO_TLS1_3;
            // A handshake that never ends must not hold a call for ever.
            s.timeout = sys::pj_time_val { sec: 10, msec: 0 };
        }
        sys::pjsua_transport_create(kind, settings, &mut id)
    };
    check(OP, &format!("cannot open {} on {}", one.transport, one.bind), status)?;
    Ok(id)
}

/// A host that answers no SYN is given up after 7 s, rather than the system's two minutes, which are longer than any
/// transaction: then another target can be tried.
#[cfg(target_os = "linux")]
fn give_up_connecting_early(options: &mut sys::pj_sockopt_params) {
    static REPETITIONS: libc::c_int = 2;
    let option = &mut options.options[0];
    option.level = libc::IPPROTO_TCP;
    option.optname = libc::TCP_SYNCNT;
    // PJSIP copies it.
    option.optval = (&raw const REPETITIONS).cast_mut().cast();
    option.optlen = size_of_val(&REPETITIONS) as _;
    options.cnt = 1;
}

impl Pj {
    /// What each transport is bound to, in the order of the configuration.
    pub(crate) fn local_addresses(&self) -> Vec<(Transport, SocketAddr)> {
        let known = |one: &Opened| Some((one.0, bound_to(one)?));
        self.transports().iter().filter_map(known).collect()
    }

    /// Runs `call` with media of the family of the address that the account's calls to `target` go to, if it is an address. A
    /// dual-stack account prefers IPv4 otherwise, which a peer with IPv6 only cannot reach.
    pub(crate) fn with_media_family<R>(&self, account: i32, target: &str, call: impl FnOnce() -> R) -> R {
        if self.rtp().families != Families::Both {
            return call();
        }
        // SAFETY: engine thread; the index is PJSUA's own, from the engine's table. Nobody else reads the setting before it is
        // put back: PJSUA looks at it while it makes the call's sockets, in `call`.
        unsafe {
            let Some(acc) = usize::try_from(account)
                .ok()
                .and_then(|i| (*sys::pjsua_get_var()).acc.get_mut(i))
            else {
                return call();
            };
            let first_hop = if acc.cfg.proxy_cnt > 0 {
                string::to_string(&acc.cfg.proxy[0])
            } else {
                target.to_owned()
            };
            let before = acc.cfg.ipv6_media_use;
            if uri::host_port(&first_hop).starts_with('[') {
                acc.cfg.ipv6_media_use = sys::PJSUA_IPV6_ENABLED_USE_IPV6_ONLY;
            }
            let made = call();
            let acc = &raw mut (*sys::pjsua_get_var()).acc[account as usize];
            (*acc).cfg.ipv6_media_use = before;
            made
        }
    }
}

/// PJSUA tells an address that others can reach; the port is what was not known.
fn bound_to((_, bind, id): &Opened) -> Option<SocketAddr> {
    let mut info = MaybeUninit::<sys::pjsua_transport_info>::zeroed();
    // SAFETY: engine thread; the structure is filled when the call succeeds, and the address in it is PJSUA's.
    unsafe {
        if sys::pjsua_transport_get_info(*id, info.as_mut_ptr()) != sys::PJ_SUCCESS {
            return None;
        }
        let published: SocketAddr = address_text(&raw const (*info.as_ptr()).local_addr).parse().ok()?;
        Some(SocketAddr::new(*bind, published.port()))
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
