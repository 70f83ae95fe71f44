//! Port knocking (reference section 8.4).

use std::net::{SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::time::Duration;

use crate::{FailureCode, Result};

/// What is sent to each port.
const KNOCK: &[u8; 6] = b"knock\0";
const PAUSE: Duration = Duration::from_millis(200);

/// Sends a datagram to each port in turn, 200 ms apart, on a thread of its own; `done` is called after the last, whatever came
/// of it. IPv4 only, as the original does it.
pub(super) fn knock(host: &str, ports: &[u16], done: impl FnOnce() + Send + 'static) -> Result<()> {
    let host = host_alone(host).to_owned();
    let ports = ports.to_vec();
    std::thread::Builder::new()
        .name("microsip-knock".into())
        .spawn(move || {
            if let Err(e) = knock_at(&host, &ports) {
                tracing::warn!("cannot knock at the ports of {host}: {e}");
            }
            done();
        })
        .map(drop)
        .map_err(|e| FailureCode::IoFailed.error("knock", format!("the system gives no thread: {e}")))
}

fn knock_at(host: &str, ports: &[u16]) -> std::io::Result<()> {
    let first = ports.first().copied().unwrap_or_default();
    let ip = (host, first)
        .to_socket_addrs()?
        .find(SocketAddr::is_ipv4)
        .map(|address| address.ip());
    let ip = ip.ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "it has no IPv4 address"))?;
    let socket = UdpSocket::bind(("0.0.0.0", 0))?;
    for (n, port) in ports.iter().enumerate() {
        if n > 0 {
            std::thread::sleep(PAUSE);
        }
        socket.send_to(KNOCK, (ip, *port))?;
    }
    Ok(())
}

/// Without the port.
fn host_alone(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_port_gets_one_datagram_in_turn() {
        let sockets: Vec<UdpSocket> = (0..3).map(|_| UdpSocket::bind(("127.0.0.1", 0)).unwrap()).collect();
        let ports: Vec<u16> = sockets.iter().map(|s| s.local_addr().unwrap().port()).collect();
        let (sender, finished) = std::sync::mpsc::channel();
        let began = std::time::Instant::now();
        knock("localhost:5060", &ports, move || sender.send(()).unwrap()).unwrap();
        for (n, socket) in sockets.iter().enumerate() {
            socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let mut bytes = [0; 16];
            let (length, _) = socket.recv_from(&mut bytes).unwrap();
            assert_eq!(&bytes[..length], KNOCK);
            assert!(began.elapsed() >= PAUSE * n as u32, "{n}");
        }
        finished.recv_timeout(Duration::from_secs(5)).unwrap();
    }

    #[test]
    fn a_host_that_is_not_there_does_not_hold_up_the_registration() {
        let (sender, finished) = std::sync::mpsc::channel();
        knock("host.invalid", &[1], move || sender.send(()).unwrap()).unwrap();
        finished.recv_timeout(Duration::from_secs(30)).unwrap();
    }

    #[test]
    fn the_registrars_port_is_left_out() {
        assert_eq!(host_alone("pbx.example.com:5070"), "pbx.example.com");
        assert_eq!(host_alone("pbx.example.com"), "pbx.example.com");
        assert_eq!(host_alone("2001:db8::1"), "2001:db8::1");
    }
}
