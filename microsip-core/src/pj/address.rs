//! Socket addresses out of PJLIB.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use pjsip_sys as sys;

/// The address; one of IPv4 written as IPv6 (`::ffff:192.0.2.1`) becomes IPv4.
///
/// # Safety
/// `address` must point to an initialised `pj_sockaddr`.
pub(super) unsafe fn socket_address(address: *const sys::pj_sockaddr) -> Option<SocketAddr> {
    // SAFETY: the caller vouches for it; PJLIB checks the family, and the lengths read are those of the families.
    unsafe {
        let bytes = sys::pj_sockaddr_get_addr(address.cast()).cast::<u8>();
        if bytes.is_null() {
            return None;
        }
        let ip: IpAddr = match sys::pj_sockaddr_get_addr_len(address.cast()) {
            4 => Ipv4Addr::from(bytes.cast::<[u8; 4]>().read_unaligned()).into(),
            16 => Ipv6Addr::from(bytes.cast::<[u8; 16]>().read_unaligned()).into(),
            _ => return None,
        };
        Some(SocketAddr::new(
            ip.to_canonical(),
            sys::pj_sockaddr_get_port(address.cast()),
        ))
    }
}

/// Where the message came from.
///
/// # Safety
/// `rdata` must be a message being received.
pub(super) unsafe fn source(rdata: &sys::pjsip_rx_data) -> Option<SocketAddr> {
    // SAFETY: the caller vouches for it: the transport has filled in the address.
    unsafe { socket_address(&raw const rdata.pkt_info.src_addr) }
}
