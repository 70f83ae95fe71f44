//! Free ports on 127.0.0.1, chosen by the kernel.
//!
//! A reserved port is free for UDP and TCP alike, and stays bound until [`release`](ReservedPort::release), so that nobody else is
//! given it meanwhile. A number handed out once is not handed out again in this process.

use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Mutex, PoisonError};

use crate::{Error, Result};

/// How many numbers are tried before giving up.
const ATTEMPTS: usize = 500;

/// Numbers this process has handed out.
static TAKEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A port held for UDP and TCP on 127.0.0.1 until it is released or dropped.
#[derive(Debug)]
pub struct ReservedPort {
    number: u16,
    udp: UdpSocket,
    tcp: TcpListener,
}

impl ReservedPort {
    /// The port number.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }

    /// 127.0.0.1 and the port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        loopback(self.number)
    }

    /// Frees the port for its user and returns its number. Call it right before the user binds it.
    #[must_use]
    pub fn release(self) -> u16 {
        self.number
    }

    /// Frees the TCP port and keeps the UDP socket, for a user of ours.
    #[must_use]
    pub fn into_udp(self) -> UdpSocket {
        drop(self.tcp);
        self.udp
    }
}

/// Contiguous ports from an even one on, as RTP wants them (RFC 3550 §11).
#[derive(Debug)]
pub struct ReservedRange {
    ports: Vec<ReservedPort>,
}

impl ReservedRange {
    /// The first, even, port number.
    #[must_use]
    pub fn first(&self) -> u16 {
        self.ports[0].number
    }

    /// The last port number, inclusive.
    #[must_use]
    pub fn last(&self) -> u16 {
        self.ports[self.ports.len() - 1].number
    }

    /// Frees the ports and returns the first and the last number, both inclusive.
    #[must_use]
    pub fn release(self) -> (u16, u16) {
        (self.first(), self.last())
    }
}

/// 127.0.0.1 with the port.
#[must_use]
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Reserves one port.
///
/// # Errors
/// [`Error::Io`] if no port could be had.
pub fn reserve() -> Result<ReservedPort> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        match claim(0) {
            Ok(port) => return Ok(port),
            Err(e) => last = Some(e),
        }
    }
    Err(exhausted(last))
}

/// Reserves an even port and the odd one after it, for RTP and RTCP.
///
/// # Errors
/// [`Error::Io`] if no pair could be had.
pub fn reserve_pair() -> Result<ReservedRange> {
    reserve_range(2)
}

/// Reserves `count` contiguous ports, the first one even.
///
/// # Errors
/// [`Error::Io`] if none could be had, or `count` is zero.
pub fn reserve_range(count: u16) -> Result<ReservedRange> {
    if count == 0 {
        return Err(Error::io(
            "reserve ports",
            io::Error::new(io::ErrorKind::InvalidInput, "a range of none"),
        ));
    }
    let mut last = None;
    for _ in 0..ATTEMPTS {
        // The kernel's choice only says where to look; an odd one is moved up by one.
        let seed = match UdpSocket::bind(loopback(0)).and_then(|s| s.local_addr()) {
            Ok(addr) => addr.port() & !1,
            Err(e) => return Err(Error::io("bind a UDP port on 127.0.0.1", e)),
        };
        if seed < 1024 || seed.checked_add(count).is_none() {
            continue;
        }
        match (seed..seed + count).map(claim).collect::<io::Result<Vec<_>>>() {
            Ok(ports) => return Ok(ReservedRange { ports }),
            Err(e) => last = Some(e),
        }
    }
    Err(exhausted(last))
}

/// Whether some process has a UDP socket bound to the port, on 127.0.0.1 or on all addresses (read from `/proc/net/udp`).
#[must_use]
pub fn udp_in_use(port: u16) -> bool {
    listed("/proc/thread-self/net/udp", port, None)
}

/// Whether some process listens on the TCP port, on 127.0.0.1 or on all addresses (read from `/proc/net/tcp`).
#[must_use]
pub fn tcp_in_use(port: u16) -> bool {
    listed("/proc/thread-self/net/tcp", port, Some("0A"))
}

/// Binds UDP and TCP on one number; 0 lets the kernel choose.
fn claim(number: u16) -> io::Result<ReservedPort> {
    let udp = UdpSocket::bind(loopback(number))?;
    let number = udp.local_addr()?.port();
    let tcp = TcpListener::bind(loopback(number))?;
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    if taken.get_or_insert_with(HashSet::new).insert(number) {
        Ok(ReservedPort { number, udp, tcp })
    } else {
        Err(io::Error::new(io::ErrorKind::AddrInUse, "handed out before"))
    }
}

fn exhausted(last: Option<io::Error>) -> Error {
    Error::io(
        "reserve ports on 127.0.0.1",
        last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into()),
    )
}

/// Looks for a local port in a table of `/proc/net`: `sl local_address rem_address st …`, addresses in hexadecimal.
fn listed(table: &str, port: u16, state: Option<&str>) -> bool {
    let text = std::fs::read_to_string(table).unwrap_or_default();
    text.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let local = fields.next().and_then(|a| a.split_once(':'));
        let st = fields.nth(1);
        local.is_some_and(|(ip, p)| (ip == "0100007F" || ip == "00000000") && u16::from_str_radix(p, 16) == Ok(port))
            && state.is_none_or(|wanted| st == Some(wanted))
    })
}
