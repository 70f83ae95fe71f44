//! A tiny SIP client of raw bytes that asks a server whether it is there.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use crate::ports::loopback;
use crate::sipmsg::SipMessage;
use crate::{Deadline, Error, Result, wait_until};

/// How long one try waits for its answer.
const TRY: Duration = Duration::from_millis(100);

/// Sends OPTIONS over UDP (RFC 3261 §11) until any response comes, and returns it.
///
/// # Errors
/// [`Error::Timeout`].
pub fn ping_udp(server: SocketAddr, deadline: Deadline) -> Result<SipMessage> {
    let socket = UdpSocket::bind(loopback(0)).map_err(|e| Error::io("bind a UDP port", e))?;
    let local = socket
        .local_addr()
        .map_err(|e| Error::io("read a socket's address", e))?;
    let _ = socket.set_read_timeout(Some(TRY));
    let mut number = 0;
    wait_until(deadline, &format!("an answer to OPTIONS from udp {server}"), || {
        number += 1;
        socket.send_to(&options("UDP", local, server, number), server).ok()?;
        let mut buffer = [0; 4096];
        let (length, _) = socket.recv_from(&mut buffer).ok()?;
        SipMessage::parse(&buffer[..length]).ok().filter(|m| m.code().is_some())
    })
}

/// The same over TCP: a new connection for each try.
///
/// # Errors
/// [`Error::Timeout`].
pub fn ping_tcp(server: SocketAddr, deadline: Deadline) -> Result<SipMessage> {
    let mut number = 0;
    wait_until(deadline, &format!("an answer to OPTIONS from tcp {server}"), || {
        number += 1;
        let mut stream = TcpStream::connect_timeout(&server, TRY).ok()?;
        stream.set_read_timeout(Some(TRY * 5)).ok()?;
        let local = stream.local_addr().ok()?;
        stream.write_all(&options("TCP", local, server, number)).ok()?;
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            if let Some(message) = SipMessage::parse(&text).ok().filter(|m| m.code().is_some()) {
                return Some(message);
            }
            match stream.read(&mut buffer) {
                Ok(n) if n > 0 => text.extend_from_slice(&buffer[..n]),
                _ => return None,
            }
        }
    })
}

fn options(transport: &str, local: SocketAddr, server: SocketAddr, number: u32) -> Vec<u8> {
    let unique = format!("{}-{}-{number}", std::process::id(), local.port());
    format!(
        "OPTIONS sip:{server} SIP/2.0\r\n\
         Via: SIP/2.0/{transport} {local};branch=z9hG4bK-probe-{unique};rport\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:probe@{local}>;tag={unique}\r\n\
         To: <sip:{server}>\r\n\
         Call-ID: probe-{unique}\r\n\
         CSeq: {number} OPTIONS\r\n\
         Contact: <sip:probe@{local}>\r\n\
         Content-Length: 0\r\n\r\n"
    )
    .into_bytes()
}
