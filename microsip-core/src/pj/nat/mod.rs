//! NAT traversal in PJSUA: STUN, TURN and ICE settings, and what they report.

mod hooks;
mod info;
mod settings;

use std::net::SocketAddr;

use pjsip_sys as sys;

pub(super) use hooks::install;
pub(crate) use hooks::{MapRequest, NatNews, NatReport, relay_refusal, take_nat_reports};
pub(super) use info::ice_info;
pub(crate) use settings::{Chosen, turn_of};

use super::Pj;
use super::string::Text;
use crate::account::AccountNat;
use crate::endpoint::EndpointConfig;
use crate::sip::Transport;

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
