//! Being told by the system that interfaces, addresses or routes changed: a netlink socket in PJSIP's own poll, so that
//! no thread and no timer is needed (Linux).

use std::ffi::c_void;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pjsip_sys as sys;

use super::boundary::boundary;
use super::status::check;
use super::string::Text;
use crate::engine;
use crate::{Error, ErrorKind, Result};

/// RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;
/// PJ_IOQUEUE_ALWAYS_ASYNC; see `poll`.
const ALWAYS_ASYNC: u32 = 1 << 31;

/// The socket inside the ioqueue, with two receive operations pending as in `poll`.
pub(super) struct Netlink {
    key: *mut sys::pj_ioqueue_key_t,
    ops: *mut [Op; 2],
    pool: *mut sys::pj_pool_t,
}

#[repr(C)]
struct Op {
    /// First, so that a pointer to it is a pointer to the whole.
    key: sys::pj_ioqueue_op_key_t,
    buffer: [u8; 4096],
}

fn socket() -> io::Result<std::os::fd::OwnedFd> {
    use std::os::fd::{AsRawFd, FromRawFd};
    // SAFETY: plain system calls; the descriptor is new and ours, the address is a local of the right size.
    unsafe {
        let kind = libc::SOCK_RAW | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
        let fd = libc::socket(libc::AF_NETLINK, kind, libc::NETLINK_ROUTE);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        let fd = std::os::fd::OwnedFd::from_raw_fd(fd);
        let mut address: libc::sockaddr_nl = std::mem::zeroed();
        address.nl_family = libc::AF_NETLINK as _;
        address.nl_groups = GROUPS;
        let size = size_of_val(&address) as libc::socklen_t;
        match libc::bind(fd.as_raw_fd(), (&raw const address).cast(), size) {
            0 => Ok(fd),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

impl Netlink {
    pub(super) fn open() -> Result<Netlink> {
        use std::os::fd::{AsRawFd, IntoRawFd};
        const OP: &str = "watch the network";
        let socket =
            socket().map_err(|e| Error::new(ErrorKind::Transport, OP, format!("cannot open a netlink socket: {e}")))?;
        let name = Text::new("netlink");
        // SAFETY: engine thread. PJSIP copies the callback table; pool, key and operations live until `close`, which is
        // called before `pjsua_destroy2`. The descriptor becomes PJSIP's to close when it is registered.
        unsafe {
            let pool = sys::pjsua_pool_create(name.as_ptr(), 512, 512);
            let ioqueue = sys::pjsip_endpt_get_ioqueue(sys::pjsua_get_pjsip_endpt());
            let callbacks = sys::pj_ioqueue_callback {
                on_read_complete: Some(on_network),
                on_write_complete: None,
                on_accept_complete: None,
                on_connect_complete: None,
            };
            let mut key = std::ptr::null_mut();
            let fd = sys::pj_sock_t::from(socket.as_raw_fd());
            let status = sys::pj_ioqueue_register_sock(pool, ioqueue, fd, std::ptr::null_mut(), &callbacks, &mut key);
            if status != sys::PJ_SUCCESS {
                sys::pj_pool_release(pool);
            }
            check(OP, "cannot register the netlink socket", status)?;
            let _ = socket.into_raw_fd();
            let ops = Box::into_raw(Box::new([(); 2].map(|()| Op {
                key: std::mem::zeroed(),
                buffer: [0; 4096],
            })));
            for op in &mut *ops {
                sys::pj_ioqueue_op_key_init(&mut op.key, size_of_val(&op.key) as _);
                arm(key, std::ptr::from_mut(op), |_| ());
            }
            Ok(Netlink { key, ops, pool })
        }
    }

    pub(super) fn close(self) {
        // SAFETY: engine thread, PJSUA still up; unregistering closes the socket and cancels both operations.
        unsafe {
            sys::pj_ioqueue_unregister(self.key);
            drop(Box::from_raw(self.ops));
            sys::pj_pool_release(self.pool);
        }
    }
}

/// The bytes of an operation.
fn buffer_of(op: *mut Op) -> *const [u8; 4096] {
    // SAFETY: computes an address only.
    unsafe { &raw const (*op).buffer }
}

/// Puts a receive operation in place again; what is there already is shown to `seen`.
///
/// # Safety
/// `key` is registered, `op` one of its operations and not pending.
unsafe fn arm(key: *mut sys::pj_ioqueue_key_t, op: *mut Op, mut seen: impl FnMut(&[u8])) {
    // A bound, lest an error that repeats itself keeps us here.
    for _ in 0..256 {
        // SAFETY: see above; buffer and operation key outlive the registration.
        unsafe {
            let mut len = (*op).buffer.len() as sys::pj_ssize_t;
            let buffer = (&raw mut (*op).buffer).cast::<c_void>();
            let status = sys::pj_ioqueue_recv(key, &raw mut (*op).key, buffer, &mut len, ALWAYS_ASYNC);
            if status == sys::PJ_EPENDING {
                return;
            }
            if status == sys::PJ_SUCCESS {
                let buffer: &[u8] = &*buffer_of(op);
                seen(buffer.get(..len.max(0) as usize).unwrap_or_default());
            }
        }
    }
}

unsafe extern "C" fn on_network(
    key: *mut sys::pj_ioqueue_key_t,
    op: *mut sys::pj_ioqueue_op_key_t,
    len: sys::pj_ssize_t,
) {
    let op = op.cast::<Op>();
    boundary("on_network", (), || {
        // SAFETY: PJSIP hands back the operation we registered, complete, with `len` bytes in its buffer; an error is a
        // negative length (messages were lost: look all the same).
        let buffer: &[u8] = unsafe { &*buffer_of(op) };
        let bytes = buffer.get(..len.max(0) as usize).unwrap_or_default();
        if let Some(engine) = engine::current() {
            engine.network_stirred(bytes);
        }
    });
    // SAFETY: likewise. What is there already belongs to the same change, which is looked at a little later.
    unsafe { arm(key, op, |_| ()) }
}

/// The addresses of this machine's interfaces that are up, with the interface's index.
pub(crate) fn local_addresses() -> Vec<(u32, IpAddr)> {
    let mut found = Vec::new();
    let mut list = std::ptr::null_mut();
    // SAFETY: getifaddrs makes a list that is read only and freed once; the family says what an address is.
    unsafe {
        if libc::getifaddrs(&mut list) != 0 {
            return found;
        }
        let mut next = list;
        while let Some(entry) = next.as_ref() {
            next = entry.ifa_next;
            let up = entry.ifa_flags & (libc::IFF_UP as u32) != 0;
            let Some(address) = entry.ifa_addr.as_ref().filter(|_| up) else {
                continue;
            };
            let ip = match i32::from(address.sa_family) {
                libc::AF_INET => {
                    let v4 = &*entry.ifa_addr.cast::<libc::sockaddr_in>();
                    IpAddr::V4(Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr)))
                }
                libc::AF_INET6 => {
                    let v6 = &*entry.ifa_addr.cast::<libc::sockaddr_in6>();
                    IpAddr::V6(Ipv6Addr::from(v6.sin6_addr.s6_addr))
                }
                _ => continue,
            };
            found.push((libc::if_nametoindex(entry.ifa_name), ip));
        }
        libc::freeifaddrs(list);
    }
    found
}
