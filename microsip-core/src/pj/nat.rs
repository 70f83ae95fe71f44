//! NAT traversal in PJSUA: STUN, TURN and ICE settings, and what they report.

use std::ffi::{c_int, c_uint, c_void};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Mutex, PoisonError};

use pjsip_sys as sys;

use super::Pj;
use super::boundary::boundary;
use super::callbacks::call_at_slot;
use super::string::Text;
use super::transport::{Families, address_text, system_ca_file};
use crate::account::{AccountNat, ContactRewrite, ContactRewriteMethod, TurnUse};
use crate::call::CallId;
use crate::endpoint::{EndpointConfig, IceMode, NatConfig, TlsConfig, TurnConfig};
use crate::engine;
use crate::error::TlsRefusal;
use crate::media::{Candidate, CandidateKind, CandidatePair, IceInfo, IceState};
use crate::sip::Transport;

/// Sets the hooks of our patches, before PJSUA starts.
pub(super) fn install(config: &EndpointConfig) {
    let nat = &config.nat;
    // SAFETY: a plain structure, read by PJSIP's threads, of which there are none now.
    unsafe {
        sys::microsip_nat.ioqueue = Some(on_ice_ioqueue);
        sys::microsip_nat.ice_done = Some(on_ice_done);
        sys::microsip_nat.relay_failed = Some(on_relay_failed);
        sys::microsip_nat.map = Some(on_nat_map);
        sys::microsip_nat.sip_stun = (!nat.stun_servers.is_empty()).then_some(on_sip_stun as _);
        sys::microsip_nat.gather_ms = nat.gather_timeout.as_millis() as u32;
    }
}

/// ICE's packets are received where RTP is, on the media thread.
unsafe extern "C" fn on_ice_ioqueue() -> *mut sys::pj_ioqueue_t {
    boundary("on_ice_ioqueue", (), || ());
    // SAFETY: engine thread, which creates ICE transports; the media endpoint lives as long as PJSUA.
    unsafe { sys::pjmedia_endpt_get_ioqueue(sys::pjsua_get_pjmedia_endpt()) }
}

/// What a medium's ICE reports, until the engine takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NatReport {
    /// The slot, and whom it served by then; an outgoing call is not named yet when it begins.
    pub(crate) slot: i32,
    pub(crate) call: Option<CallId>,
    pub(crate) what: NatNews,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NatNews {
    /// Checks ended, well or (PJSIP's status) not.
    Negotiated(i32),
    /// The way found before is dead.
    KeepAliveFailed(i32),
    /// There is no relay.
    RelayFailed(i32),
}

/// The engine must know why a call fails when it fails, so this does not go through its queue.
static REPORTS: Mutex<Vec<NatReport>> = Mutex::new(Vec::new());

fn report(slot: i32, what: NatNews) {
    let call = call_at_slot(slot);
    let mut reports = REPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    // Both components of a medium tell the same.
    let told = NatReport { slot, call, what };
    if reports.contains(&told) || reports.len() >= 4096 {
        return;
    }
    reports.push(told);
    let first = reports.len() == 1;
    drop(reports);
    if first && !engine::post_from_elsewhere("nat", engine::Engine::drain_nat) {
        tracing::warn!(target: "microsip", "reports of ICE wait: the engine is busy");
    }
}

/// Everything reported since the last time.
pub(crate) fn take_nat_reports() -> Vec<NatReport> {
    std::mem::take(&mut *REPORTS.lock().unwrap_or_else(PoisonError::into_inner))
}

unsafe extern "C" fn on_ice_done(slot: c_int, _: c_uint, op: c_int, status: sys::pj_status_t) {
    boundary("on_ice_done", (), || match op as u32 {
        sys::PJ_ICE_STRANS_OP_NEGOTIATION => report(slot, NatNews::Negotiated(status)),
        sys::PJ_ICE_STRANS_OP_KEEP_ALIVE if status != sys::PJ_SUCCESS => {
            report(slot, NatNews::KeepAliveFailed(status));
        }
        _ => {}
    });
}

unsafe extern "C" fn on_relay_failed(transport: *mut c_void, status: sys::pj_status_t) {
    boundary("on_relay_failed", (), || {
        // SAFETY: the hook passes the pjmedia_transport whose ICE this is; PJSUA's `user_data` of it is the medium, whose
        // call is set for good. All are alive during the hook.
        let slot = unsafe {
            let medium = transport
                .cast::<sys::pjmedia_transport>()
                .as_ref()
                .and_then(|tp| tp.user_data.cast::<sys::pjsua_call_media>().as_ref());
            medium
                .and_then(|m| m.call.as_ref())
                .and_then(|call| i32::try_from(call.index).ok())
        };
        if let Some(slot) = slot {
            report(slot, NatNews::RelayFailed(status));
        }
    });
}

unsafe extern "C" fn on_nat_map(
    slot: c_int,
    media: c_uint,
    serial: c_uint,
    rtp: sys::pj_sock_t,
    rtcp: sys::pj_sock_t,
) -> c_int {
    boundary("on_nat_map", 0, || {
        // SAFETY: PJSIP's open sockets; the copies are ours.
        let (Some(rtp), Some(rtcp)) = (unsafe { copy_of(rtp) }, unsafe { copy_of(rtcp) }) else {
            return 0;
        };
        let request = MapRequest { slot, media, serial };
        let taken = engine::current().is_some_and(|engine| engine.map_media(request, rtp, rtcp));
        c_int::from(taken)
    })
}

/// Who waits for public addresses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MapRequest {
    slot: i32,
    media: u32,
    serial: u32,
}

/// A second handle for a socket.
///
/// # Safety
/// `socket` must be an open socket.
unsafe fn copy_of(socket: sys::pj_sock_t) -> Option<UdpSocket> {
    #[cfg(unix)]
    // SAFETY: the caller vouches for the socket.
    let copy = unsafe { std::os::fd::BorrowedFd::borrow_raw(socket as _) }.try_clone_to_owned();
    #[cfg(not(unix))]
    // SAFETY: likewise.
    let copy = unsafe { std::os::windows::io::BorrowedSocket::borrow_raw(socket as _) }.try_clone_to_owned();
    copy.ok().map(UdpSocket::from)
}

unsafe extern "C" fn on_sip_stun(packet: *const c_void, len: usize) {
    boundary("on_sip_stun", (), || {
        // SAFETY: PJSIP's receive buffer, of which it passes as much as it received.
        let packet = unsafe { std::slice::from_raw_parts(packet.cast::<u8>(), len) };
        if let Some(engine) = engine::current() {
            engine.sip_stun(packet);
        }
    });
}

/// `MICROSIP_RELAY_CERT_START` of `nat_hooks.h`.
const RELAY_CERT_START: u32 = 2_000_000;

/// Why a relay's certificate was refused, if that is why.
pub(crate) fn relay_refusal(status: i32) -> Option<TlsRefusal> {
    if super::status::is_tls_error(status) {
        return Some(TlsRefusal::Handshake);
    }
    let bits = u32::try_from(status).ok()?.checked_sub(RELAY_CERT_START)?;
    if bits > 0xFFFF {
        return None;
    }
    let verify = (bits & 0x3FFF) | if bits & 0x4000 != 0 { 0x4000_0000 } else { 0 };
    Some(super::callbacks::refusal(verify, 0).unwrap_or(TlsRefusal::BadCertificate))
}

/// Strings of an account's NAT settings; they live until PJSUA has copied them.
struct Texts {
    server: Text,
    realm: Text,
    user: Text,
    password: Text,
    name: Text,
    ca: Text,
    cert: Text,
    key: Text,
    public: Option<Text>,
}

/// An account's settings, joined with the endpoint's.
pub(crate) struct Chosen<'a> {
    nat: &'a NatConfig,
    tls: &'a TlsConfig,
    account: &'a AccountNat,
    turn: Option<&'a TurnConfig>,
    relay: Option<SocketAddr>,
    texts: Texts,
}

/// The relay an account uses.
pub(crate) fn turn_of<'a>(nat: &'a NatConfig, account: &'a AccountNat) -> Option<&'a TurnConfig> {
    match &account.turn {
        TurnUse::Endpoint => nat.turn.as_ref(),
        TurnUse::Off => None,
        TurnUse::Server(turn) => Some(turn),
    }
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(config: &'a EndpointConfig, account: &'a AccountNat, relay: Option<SocketAddr>) -> Chosen<'a> {
        let nat = &config.nat;
        let turn = turn_of(nat, account);
        let of_turn = |get: fn(&TurnConfig) -> &str| Text::new(turn.map_or("", get));
        let TlsConfig {
            ca_file,
            cert_file,
            key_file,
            ..
        } = &config.tls;
        let file = |path: Option<std::path::PathBuf>| Text::new(&path.unwrap_or_default().to_string_lossy());
        let over_tls = turn.is_some_and(|t| t.transport == Transport::Tls);
        let texts = Texts {
            server: Text::new(&relay.map(|r| r.to_string()).unwrap_or_default()),
            realm: of_turn(|t| &t.realm),
            user: of_turn(|t| &t.user),
            password: of_turn(|t| t.password.reveal()),
            name: Text::new(
                &turn
                    .and_then(TurnConfig::address)
                    .map(|(host, _)| host)
                    .unwrap_or_default(),
            ),
            ca: file(over_tls.then(|| ca_file.clone().or_else(system_ca_file)).flatten()),
            cert: file(over_tls.then(|| cert_file.clone()).flatten()),
            key: file(over_tls.then(|| key_file.clone()).flatten()),
            public: nat.public_address.map(|ip| Text::new(&ip.to_string())),
        };
        Chosen {
            nat,
            tls: &config.tls,
            account,
            turn,
            relay,
            texts,
        }
    }

    /// Writes the settings.
    ///
    /// # Safety
    /// `s` must be initialised, and copied while `self` lives.
    pub(super) unsafe fn apply(&self, families: Families, s: &mut sys::pjsua_acc_config) {
        let account = self.account;
        s.allow_contact_rewrite = match account.contact_rewrite {
            ContactRewrite::Off => 0,
            ContactRewrite::On => 1,
            ContactRewrite::Always => 2,
        };
        s.contact_rewrite_method = match account.contact_rewrite_method {
            ContactRewriteMethod::Replace => sys::PJSUA_CONTACT_REWRITE_NO_UNREG,
            ContactRewriteMethod::Early => {
                sys::PJSUA_CONTACT_REWRITE_NO_UNREG | sys::PJSUA_CONTACT_REWRITE_ALWAYS_UPDATE
            }
        } as c_int;
        s.allow_via_rewrite = account.via_rewrite.into();
        s.allow_sdp_nat_rewrite = account.sdp_rewrite.into();
        if !account.stun {
            s.sip_stun_use = sys::PJSUA_STUN_USE_DISABLED;
            s.media_stun_use = sys::PJSUA_STUN_USE_DISABLED;
        }
        let v4 = matches!(self.nat.public_address, Some(IpAddr::V4(_)));
        if let Some(public) = &self.texts.public
            && (families == Families::V4) == v4
        {
            s.rtp_cfg.public_addr = public.pj();
        }
        let mode = account.ice.unwrap_or(self.nat.ice);
        if mode == IceMode::Off {
            return;
        }
        s.ice_cfg_use = sys::PJSUA_ICE_CONFIG_USE_CUSTOM;
        s.ice_cfg.enable_ice = 1;
        s.ice_cfg.ice_max_host_cands = if mode == IceMode::RelayOnly { 0 } else { -1 };
        // An offer that says the same again only surprises the peer.
        s.ice_cfg.ice_always_update = 0;
        s.ice_cfg.ice_opt.aggressive = self.nat.aggressive.into();
        if mode == IceMode::RelayOnly {
            s.media_stun_use = sys::PJSUA_STUN_USE_DISABLED;
        }
        let (Some(turn), Some(_)) = (self.turn, self.relay) else {
            s.turn_cfg_use = sys::PJSUA_TURN_CONFIG_USE_CUSTOM;
            s.turn_cfg.enable_turn = 0;
            return;
        };
        // SAFETY: initialises members of the caller's structure in place.
        unsafe {
            s.turn_cfg_use = sys::PJSUA_TURN_CONFIG_USE_CUSTOM;
            let t = &mut s.turn_cfg;
            t.enable_turn = 1;
            t.turn_server = self.texts.server.pj();
            t.turn_conn_type = match turn.transport {
                Transport::Udp => sys::PJ_TURN_TP_UDP,
                Transport::Tcp => sys::PJ_TURN_TP_TCP,
                Transport::Tls => sys::PJ_TURN_TP_TLS,
            };
            t.turn_auth_cred.type_ = sys::PJ_STUN_AUTH_CRED_STATIC;
            let cred = &mut t.turn_auth_cred.data.static_cred;
            cred.realm = self.texts.realm.pj();
            cred.username = self.texts.user.pj();
            cred.data_type = sys::PJ_STUN_PASSWD_PLAIN;
            cred.data = self.texts.password.pj();
            #[cfg(feature = "tls")]
            if turn.transport == Transport::Tls {
                let settings = &mut t.turn_tls_setting;
                sys::pj_turn_sock_tls_cfg_default(settings);
                settings.ca_list_file = self.texts.ca.pj();
                settings.cert_file = self.texts.cert.pj();
                settings.privkey_file = self.texts.key.pj();
                settings.ssock_param.verify_peer = self.tls.verify.into();
                settings.ssock_param.server_name = self.texts.name.pj();
                settings.ssock_param.proto = sys::PJ_SSL_SOCK_PROTO_TLS1_2 | sys::PJ_SSL_SOCK_PROTO_TLS1_3;
            }
        }
    }
}

/// An address as PJLIB has it.
fn pj_address(address: SocketAddr) -> Option<sys::pj_sockaddr> {
    // SAFETY: constants of PJLIB.
    let family = unsafe {
        if address.is_ipv4() {
            sys::PJ_AF_INET
        } else {
            sys::PJ_AF_INET6
        }
    };
    let text = Text::new(&address.ip().to_string());
    let mut out = std::mem::MaybeUninit::<sys::pj_sockaddr>::zeroed();
    // SAFETY: engine thread; the text lives until after the call, a numeric address is not looked up, and a zeroed
    // address is a valid one of no family.
    unsafe {
        let status = sys::pj_sockaddr_init(i32::from(family), out.as_mut_ptr(), &text.pj(), address.port());
        (status == sys::PJ_SUCCESS).then(|| out.assume_init())
    }
}

impl Pj {
    /// Lets calls from now on use this STUN server, or none.
    ///
    /// PJSUA would find it out by itself, polling inside whatever needs it first; it is told the result instead.
    pub(crate) fn use_stun(&self, server: Option<SocketAddr>) {
        let address = server.and_then(pj_address);
        let name = Text::new(&server.map(|s| s.to_string()).unwrap_or_default());
        // SAFETY: engine thread; PJSUA's own variables, read by its functions on this thread only. The name is copied into
        // PJSUA's pool when it differs.
        unsafe {
            let var = sys::pjsua_get_var();
            (*var).stun_status = sys::PJ_SUCCESS;
            match address {
                Some(address) => {
                    (*var).stun_srv = address;
                    let place = &mut (*var).ua_cfg.stun_srv[0];
                    if super::string::lend(place) != super::string::lend(&name.pj()) {
                        sys::pj_strdup((*var).pool, place, &name.pj());
                    }
                    (*var).ua_cfg.stun_srv_cnt = 1;
                }
                None => {
                    (*var).stun_srv = std::mem::zeroed();
                    (*var).ua_cfg.stun_srv_cnt = 0;
                }
            }
        }
    }

    /// Indexes of the UDP transports of the server's address family, the first of which stands for all to the
    /// application.
    pub(crate) fn udp_transports(&self, like: SocketAddr) -> Vec<i32> {
        self.transports()
            .iter()
            .filter(|(kind, bind, _)| *kind == Transport::Udp && bind.is_ipv4() == like.is_ipv4())
            .map(|(.., id)| *id)
            .collect()
    }

    /// Whether a UDP transport is the one that stands for all to the application.
    pub(crate) fn is_first_udp(&self, id: i32) -> bool {
        let first = self.transports().iter().find(|(kind, ..)| *kind == Transport::Udp);
        first.is_some_and(|(.., first)| *first == id)
    }

    /// The SIP transport at an index.
    fn sip_transport(&self, id: i32) -> Option<*mut sys::pjsip_transport> {
        let index = usize::try_from(id).ok()?;
        // SAFETY: engine thread; the table is PJSUA's, and the union's member belongs to the UDP transports asked for.
        let transport = unsafe { (*sys::pjsua_get_var()).tpdata.get(index)?.data.tp };
        (!transport.is_null()).then_some(transport)
    }

    /// Sends a datagram from a UDP transport's socket.
    pub(crate) fn send_from(&self, id: i32, packet: &[u8], to: SocketAddr) -> bool {
        let (Some(transport), Some(to)) = (self.sip_transport(id), pj_address(to)) else {
            return false;
        };
        let mut len = packet.len() as sys::pj_ssize_t;
        // SAFETY: engine thread; a live UDP transport's socket, and a packet and address that outlive the call.
        unsafe {
            sys::pj_sock_sendto(
                sys::pjsip_udp_transport_get_socket(transport),
                packet.as_ptr().cast(),
                &mut len,
                0,
                (&raw const to).cast(),
                sys::pj_sockaddr_get_len((&raw const to).cast()) as i32,
            ) == sys::PJ_SUCCESS
        }
    }

    /// Makes `address` the one a UDP transport shows in Via and Contact.
    pub(crate) fn publish_address(&self, id: i32, address: SocketAddr) {
        let Some(transport) = self.sip_transport(id) else {
            return;
        };
        let host = Text::new(&address.ip().to_string());
        // SAFETY: engine thread; the name is copied into the transport's own pool, and PJSUA's copy of it follows.
        unsafe {
            let name = &mut (*transport).local_name;
            if super::string::lend(&name.host) != super::string::lend(&host.pj()) {
                sys::pj_strdup_with_null((*transport).pool, &mut name.host, &host.pj());
            }
            name.port = address.port().into();
            let data = &mut (*sys::pjsua_get_var()).tpdata[id as usize];
            data.local_name = *name;
            // Else the name would be shown by accounts, too, that want nothing of STUN.
            data.has_cfg_addr = 0;
        }
    }

    /// Tells a medium its public addresses; `None`: it goes on with its own.
    pub(crate) fn mapped(&self, request: MapRequest, found: Option<(SocketAddr, SocketAddr)>) {
        let pair = found.and_then(|(rtp, rtcp)| Some((pj_address(rtp)?, pj_address(rtcp)?)));
        let (rtp, rtcp) = pair.as_ref().map_or((std::ptr::null(), std::ptr::null()), |(a, b)| {
            (std::ptr::from_ref(a), std::ptr::from_ref(b))
        });
        // SAFETY: engine thread; PJSUA checks that this medium still waits for this very answer.
        let status = unsafe { sys::microsip_nat_mapped(request.slot, request.media, request.serial, rtp, rtcp) };
        if status != sys::PJ_SUCCESS {
            tracing::debug!(target: "microsip", "public addresses came too late: {status}");
        }
    }

    /// Gives an account the relay whose name is known by now.
    pub(crate) fn account_use_relay(&self, slot: i32, config: &EndpointConfig, nat: &AccountNat, relay: SocketAddr) {
        let chosen = Chosen::new(config, nat, Some(relay));
        let Ok(index) = usize::try_from(slot) else { return };
        // SAFETY: engine thread; the account is in use, so its pool and configuration are live. The settings are made in a
        // scratch configuration and copied into the account's pool as PJSUA itself does.
        unsafe {
            let var = sys::pjsua_get_var();
            let Some(account) = (*var).acc.get_mut(index) else {
                return;
            };
            if account.valid == 0 {
                return;
            }
            let mut scratch = Box::new(std::mem::MaybeUninit::<sys::pjsua_acc_config>::zeroed());
            sys::pjsua_acc_config_default(scratch.as_mut_ptr());
            let scratch = &mut *scratch.as_mut_ptr();
            chosen.apply(self.rtp().families, scratch);
            sys::pjsua_turn_config_dup(account.pool, &mut account.cfg.turn_cfg, &scratch.turn_cfg);
        }
    }
}

/// ICE of a medium; `None` when it does without.
///
/// # Safety
/// Engine thread.
pub(super) unsafe fn ice_info(slot: i32, index: u32, running: bool) -> Option<IceInfo> {
    let mut info = std::mem::MaybeUninit::<sys::pjmedia_transport_info>::uninit();
    // SAFETY: engine thread, as the caller vouches; PJSUA's tables are read in place. Plain media, without ICE, is told by
    // the kind of its transport, before anything is asked for.
    unsafe {
        let call = (*sys::pjsua_get_var())
            .calls
            .add(usize::try_from(slot).ok()?)
            .as_ref()?;
        let medium = call.media.get(index as usize)?;
        if medium.tp_orig.as_ref()?.type_ != sys::PJMEDIA_TRANSPORT_TYPE_ICE {
            return None;
        }
        sys::pjmedia_transport_info_init(info.as_mut_ptr());
        if sys::pjmedia_transport_get_info(medium.tp_orig, info.as_mut_ptr()) != sys::PJ_SUCCESS {
            return None;
        }
        let info = &*info.as_ptr();
        let specific = info.spc_info.iter().take(info.specific_info_cnt as usize);
        let ice = specific
            .into_iter()
            .find(|s| s.type_ == sys::PJMEDIA_TRANSPORT_TYPE_ICE)?;
        let ice = &*ice.buffer.as_ptr().cast::<sys::pjmedia_ice_transport_info>();
        let state = match ice.sess_state {
            // What it goes back to when the peer does without.
            sys::PJ_ICE_STRANS_STATE_INIT | sys::PJ_ICE_STRANS_STATE_READY if running => IceState::Unused,
            sys::PJ_ICE_STRANS_STATE_NULL | sys::PJ_ICE_STRANS_STATE_INIT => IceState::Gathering,
            sys::PJ_ICE_STRANS_STATE_READY | sys::PJ_ICE_STRANS_STATE_SESS_READY => IceState::Waiting,
            sys::PJ_ICE_STRANS_STATE_NEGO => IceState::Checking,
            sys::PJ_ICE_STRANS_STATE_RUNNING => IceState::Connected,
            _ => IceState::Failed,
        };
        let pair = |component: usize| {
            let known = state == IceState::Connected && component < ice.comp_cnt as usize;
            let c = ice.comp.get(component).filter(|_| known)?;
            let local = Candidate {
                kind: kind(c.lcand_type)?,
                address: address_text(&raw const c.lcand_addr),
            };
            let remote = Candidate {
                kind: kind(c.rcand_type)?,
                address: address_text(&raw const c.rcand_addr),
            };
            (!remote.address.is_empty()).then_some(CandidatePair { local, remote })
        };
        Some(IceInfo {
            state,
            controlling: ice.role == sys::PJ_ICE_SESS_ROLE_CONTROLLING,
            rtp: pair(0),
            rtcp: pair(1),
        })
    }
}

fn kind(of: sys::pj_ice_cand_type) -> Option<CandidateKind> {
    Some(match of {
        sys::PJ_ICE_CAND_TYPE_HOST => CandidateKind::Host,
        sys::PJ_ICE_CAND_TYPE_SRFLX => CandidateKind::ServerReflexive,
        sys::PJ_ICE_CAND_TYPE_PRFLX => CandidateKind::PeerReflexive,
        sys::PJ_ICE_CAND_TYPE_RELAYED => CandidateKind::Relayed,
        _ => return None,
    })
}
