//! Binding requests of STUN (RFC 8489 §2, §5, §14), as much of it as finds a public address. ICE and TURN have PJNATH's.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const BINDING_ERROR: u16 = 0x0111;
const MAPPED_ADDRESS: u16 = 0x0001;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const HEADER: usize = 20;

/// When a request is sent again, in milliseconds after it was sent first. Servers near by answer at once; the others lose
/// a packet now and then.
const AGAIN: [u64; 5] = [0, 100, 300, 700, 1500];

/// What ties an answer to its request.
pub(crate) type Id = [u8; 12];

pub(crate) fn new_id() -> Id {
    let mut id = Id::default();
    for three in id.chunks_exact_mut(3) {
        three.copy_from_slice(&crate::pj::random().to_le_bytes()[..3]);
    }
    id
}

/// A Binding request.
pub(crate) fn request(id: &Id) -> [u8; HEADER] {
    let mut packet = [0; HEADER];
    packet[..2].copy_from_slice(&BINDING_REQUEST.to_be_bytes());
    packet[4..8].copy_from_slice(&COOKIE);
    packet[8..].copy_from_slice(id);
    packet
}

/// What a server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Our address, as it sees it.
    Mapped(SocketAddr),
    /// It refuses, or tells no address.
    Refused,
}

/// Reads the answer to the request `id`; `None` for any other packet.
pub(crate) fn answer(packet: &[u8], id: &Id) -> Option<Answer> {
    let kind = u16_at(packet, 0)?;
    let length = usize::from(u16_at(packet, 2)?);
    if packet.get(4..8)? != COOKIE || packet.get(8..HEADER)? != id || packet.len() < HEADER + length {
        return None;
    }
    match kind {
        BINDING_ERROR => Some(Answer::Refused),
        BINDING_SUCCESS => {
            let mut attributes = &packet[HEADER..HEADER + length];
            let (mut xored, mut plain) = (None, None);
            while let (Some(kind), Some(size)) = (u16_at(attributes, 0), u16_at(attributes, 2)) {
                let size = usize::from(size);
                let Some(value) = attributes.get(4..4 + size) else {
                    break;
                };
                match kind {
                    XOR_MAPPED_ADDRESS => xored = address(value, Some(id)),
                    MAPPED_ADDRESS => plain = address(value, None),
                    _ => {}
                }
                let padded = 4 + size.next_multiple_of(4);
                attributes = attributes.get(padded..).unwrap_or_default();
            }
            Some(xored.or(plain).map_or(Answer::Refused, Answer::Mapped))
        }
        _ => None,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([two[0], two[1]]))
}

/// An address attribute; with `id` an obfuscated one (RFC 8489 §14.2).
fn address(value: &[u8], id: Option<&Id>) -> Option<SocketAddr> {
    let mut mask = [0_u8; 16];
    if let Some(id) = id {
        mask[..4].copy_from_slice(&COOKIE);
        mask[4..].copy_from_slice(id);
    }
    let port = u16_at(value, 2)? ^ u16::from_be_bytes([mask[0], mask[1]]);
    let ip: IpAddr = match value.get(1)? {
        1 => {
            let mut bytes: [u8; 4] = value.get(4..8)?.try_into().ok()?;
            bytes.iter_mut().zip(mask).for_each(|(b, m)| *b ^= m);
            Ipv4Addr::from(bytes).into()
        }
        2 => {
            let mut bytes: [u8; 16] = value.get(4..20)?.try_into().ok()?;
            bytes.iter_mut().zip(mask).for_each(|(b, m)| *b ^= m);
            Ipv6Addr::from(bytes).into()
        }
        _ => return None,
    };
    (port != 0 && !ip.is_unspecified()).then(|| SocketAddr::new(ip, port))
}

/// Asks a server for the public address of each socket, waiting at most `timeout` in all. The sockets block.
///
/// # Errors
/// `TimedOut` without an answer, `InvalidData` for a refusal, or what the sockets say.
pub(crate) fn ask(sockets: &[&UdpSocket], server: SocketAddr, timeout: Duration) -> io::Result<Vec<SocketAddr>> {
    let begun = Instant::now();
    let ids: Vec<Id> = sockets.iter().map(|_| new_id()).collect();
    let mut found: Vec<Option<SocketAddr>> = vec![None; sockets.len()];
    let mut sent = 0;
    let mut buffer = [0; 1500];
    loop {
        let now = begun.elapsed();
        if now >= timeout {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if AGAIN.get(sent).is_some_and(|at| now >= Duration::from_millis(*at)) {
            for ((socket, id), _) in sockets.iter().zip(&ids).zip(&found).filter(|(_, f)| f.is_none()) {
                socket.send_to(&request(id), server)?;
            }
            sent += 1;
        }
        let next = AGAIN
            .get(sent)
            .map_or(timeout, |at| Duration::from_millis(*at).min(timeout));
        for (place, socket) in sockets.iter().enumerate() {
            if found[place].is_some() {
                continue;
            }
            let left = next.saturating_sub(begun.elapsed()).max(Duration::from_millis(1));
            socket.set_read_timeout(Some(left))?;
            match socket.recv_from(&mut buffer) {
                Ok((len, from)) if from == server => match answer(&buffer[..len], &ids[place]) {
                    Some(Answer::Mapped(mapped)) => found[place] = Some(mapped),
                    Some(Answer::Refused) => {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "it refuses to tell our address",
                        ));
                    }
                    None => {}
                },
                Ok(_) => {}
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                // What an ICMP message says of the packet before; others may get through.
                Err(e) if e.kind() == io::ErrorKind::ConnectionReset => {}
                Err(e) => return Err(e),
            }
        }
        if let Some(all) = found.iter().copied().collect::<Option<Vec<_>>>() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Id = [7; 12];

    fn packet(kind: u16, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, value) in attributes {
            body.extend(kind.to_be_bytes());
            body.extend((value.len() as u16).to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut packet = kind.to_be_bytes().to_vec();
        packet.extend((body.len() as u16).to_be_bytes());
        packet.extend(COOKIE);
        packet.extend(ID);
        packet.extend(body);
        packet
    }

    #[test]
    fn a_request_has_its_fixed_form() {
        let bytes = request(&ID);
        assert_eq!(bytes[..8], [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42]);
        assert_eq!(bytes[8..], ID);
    }

    #[test]
    fn the_obfuscated_address_is_preferred_and_read_back() {
        // 192.0.2.1:32853 obfuscated, as in RFC 5769 §2.2.
        let xored = [0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];
        let plain = [0, 1, 0, 80, 10, 0, 0, 1];
        let both = packet(
            BINDING_SUCCESS,
            &[(MAPPED_ADDRESS, &plain), (XOR_MAPPED_ADDRESS, &xored)],
        );
        assert_eq!(
            answer(&both, &ID),
            Some(Answer::Mapped("192.0.2.1:32853".parse().unwrap()))
        );
        // A server of RFC 3489; an unknown attribute of odd length before it.
        let old = packet(BINDING_SUCCESS, &[(0x8022, b"abc"), (MAPPED_ADDRESS, &plain)]);
        assert_eq!(answer(&old, &ID), Some(Answer::Mapped("10.0.0.1:80".parse().unwrap())));
    }

    #[test]
    fn other_packets_are_no_answer() {
        let good = packet(BINDING_SUCCESS, &[]);
        assert_eq!(answer(&good, &ID), Some(Answer::Refused));
        assert_eq!(answer(&packet(BINDING_ERROR, &[]), &ID), Some(Answer::Refused));
        assert_eq!(answer(&good, &[8; 12]), None, "another request's");
        assert_eq!(answer(&packet(BINDING_REQUEST, &[]), &ID), None);
        for cut in 0..good.len() {
            assert_eq!(answer(&good[..cut], &ID), None, "{cut} bytes");
        }
        let lying = packet(BINDING_SUCCESS, &[(XOR_MAPPED_ADDRESS, &[0, 1])]);
        assert_eq!(answer(&lying, &ID), Some(Answer::Refused));
        let mut long = packet(BINDING_SUCCESS, &[(XOR_MAPPED_ADDRESS, &[0; 8])]);
        long[23] = 200;
        assert_eq!(answer(&long, &ID), Some(Answer::Refused));
    }
}
