//! This machine's address has changed: what PJSIP and PJSUA have to be told.

use std::net::{IpAddr, SocketAddr};

use pjsip_sys as sys;

use super::Pj;
use super::status::check;
use super::string::Text;
use crate::Result;

impl Pj {
    /// Watches interfaces, addresses and routes from now on.
    #[cfg(target_os = "linux")]
    pub(crate) fn watch_network(&self) -> Result<()> {
        if self.netlink.borrow().is_none() {
            *self.netlink.borrow_mut() = Some(super::netlink::Netlink::open()?);
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn watch_network(&self) -> Result<()> {
        Err(crate::Error::new(
            crate::ErrorKind::Unsupported,
            "watch the network",
            "network changes are noticed by themselves on Linux only; call Endpoint::network_changed",
        ))
    }

    /// Transports that are bound to no address in particular give `host` for themselves, as far as it is of their family.
    pub(crate) fn transports_moved(&self, host: IpAddr) {
        let text = Text::new(&host.to_string());
        for (_, bind, id) in self.transports() {
            if bind.is_unspecified() && bind.is_ipv4() == host.is_ipv4() {
                // SAFETY: engine thread; the shim checks the index and copies the text.
                let status = unsafe { sys::microsip_transport_moved(*id, text.as_ptr()) };
                if let Err(e) = check("network change", "cannot change a transport's address", status) {
                    tracing::warn!(target: "microsip", "{e}");
                }
            }
        }
    }

    /// Ends every TCP and TLS connection: their addresses are gone, or whoever kept a mapping for them has forgotten it.
    pub(crate) fn shut_connections(&self) {
        // SAFETY: engine thread; the parameters are initialised by their own function.
        unsafe {
            let mut param = std::mem::zeroed::<sys::pjsip_tpmgr_shutdown_param>();
            sys::pjsip_tpmgr_shutdown_param_default(&mut param);
            param.include_udp = 0;
            param.force = 1;
            let manager = sys::pjsip_endpt_get_tpmgr(sys::pjsua_get_pjsip_endpt());
            sys::pjsip_tpmgr_shutdown_all(manager, &param);
        }
    }

    /// Whether a request that is not answered ends its call (PJSIP's default). Not while an address is being replaced.
    pub(crate) fn timeouts_end_calls(&self, yes: bool) {
        // SAFETY: engine thread; a plain global of PJSIP, read when a transaction times out.
        unsafe { (*sys::pjsip_cfg()).endpt.keep_inv_after_tsx_timeout = (!yes).into() };
    }

    /// Makes the account's Contact anew and registers.
    pub(crate) fn account_moved(&self, op: &'static str, slot: i32) -> Result<()> {
        // SAFETY: engine thread; PJSUA checks the index.
        check(op, "cannot send REGISTER", unsafe { sys::microsip_acc_moved(slot) })
    }

    /// Sends a re-INVITE with new media sockets, Contact and Via.
    pub(crate) fn call_moved(&self, op: &'static str, slot: i32) -> Result<()> {
        let flags = sys::PJSUA_CALL_REINIT_MEDIA | sys::PJSUA_CALL_UPDATE_CONTACT | sys::PJSUA_CALL_UPDATE_VIA;
        // SAFETY: engine thread; PJSUA checks the index.
        let status = unsafe { sys::pjsua_call_reinvite(slot, flags as _, std::ptr::null()) };
        check(op, "cannot send re-INVITE", status)
    }

    /// The local address a packet to `remote` would leave from; `None` when there is no way there.
    pub(crate) fn source_towards(&self, remote: IpAddr) -> Option<IpAddr> {
        let any: SocketAddr = match remote {
            IpAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
            IpAddr::V6(_) => ([0u16; 8], 0).into(),
        };
        // Connecting a UDP socket sends nothing.
        let socket = std::net::UdpSocket::bind(any).ok()?;
        socket.connect((remote, 9)).ok()?;
        let ip = socket.local_addr().ok()?.ip();
        (!ip.is_unspecified()).then_some(ip)
    }
}
