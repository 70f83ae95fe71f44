//! What netlink messages say (rtnetlink(7)), as far as it matters here: which interface stopped, which address is gone.

use std::net::IpAddr;

const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_DELADDR: u16 = 21;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
/// IFF_UP and IFF_RUNNING.
const WORKS: u32 = 0x1 | 0x40;

/// What stopped working.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stopped {
    /// Interfaces, by index.
    pub(super) interfaces: Vec<u32>,
    pub(super) addresses: Vec<IpAddr>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Length-prefixed parts, each padded to four bytes.
fn parts(mut bytes: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let len = length(bytes).filter(|len| *len >= 4 && *len <= bytes.len())?;
        let part = &bytes[..len];
        bytes = bytes.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some(part)
    })
}

/// Reads what one datagram says.
pub(super) fn read(datagram: &[u8]) -> Stopped {
    let mut stopped = Stopped::default();
    for message in parts(datagram, |b| u32_at(b, 0).map(|l| l as usize)) {
        let Some(kind) = u16_at(message, 4) else { break };
        let body = message.get(16..).unwrap_or_default();
        match kind {
            // ifinfomsg: family, padding, type, index, flags.
            RTM_NEWLINK | RTM_DELLINK => {
                if let (Some(index), Some(flags)) = (u32_at(body, 4), u32_at(body, 8))
                    && (kind == RTM_DELLINK || flags & WORKS != WORKS)
                {
                    stopped.interfaces.push(index);
                }
            }
            // ifaddrmsg: family, prefix length, flags, scope, index; then attributes.
            RTM_DELADDR => {
                for attribute in parts(body.get(8..).unwrap_or_default(), |b| u16_at(b, 0).map(usize::from)) {
                    let value = attribute.get(4..).unwrap_or_default();
                    let address = match (u16_at(attribute, 2), value.len()) {
                        (Some(IFA_ADDRESS | IFA_LOCAL), 4) => <[u8; 4]>::try_from(value).ok().map(IpAddr::from),
                        (Some(IFA_ADDRESS | IFA_LOCAL), 16) => <[u8; 16]>::try_from(value).ok().map(IpAddr::from),
                        _ => None,
                    };
                    stopped.addresses.extend(address);
                }
            }
            _ => {}
        }
    }
    stopped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend(body);
        bytes
    }

    fn link(kind: u16, index: u32, flags: u32) -> Vec<u8> {
        let mut body = vec![0; 4];
        body.extend(index.to_ne_bytes());
        body.extend(flags.to_ne_bytes());
        body.extend([0; 4]);
        message(kind, &body)
    }

    #[test]
    fn reads_what_stopped() {
        let mut datagram = link(RTM_NEWLINK, 3, 0x1 | 0x40);
        datagram.extend(link(RTM_NEWLINK, 4, 0x1));
        datagram.extend(link(RTM_DELLINK, 5, 0x41));
        let mut address = vec![2, 24, 0, 0, 7, 0, 0, 0];
        address.extend(8u16.to_ne_bytes());
        address.extend(IFA_LOCAL.to_ne_bytes());
        address.extend([192, 0, 2, 1]);
        datagram.extend(message(RTM_DELADDR, &address));
        let stopped = read(&datagram);
        assert_eq!(stopped.interfaces, [4, 5]);
        assert_eq!(stopped.addresses, [IpAddr::from([192, 0, 2, 1])]);
    }

    #[test]
    fn nonsense_is_nothing() {
        assert_eq!(read(&[]), Stopped::default());
        assert_eq!(read(&[0; 40]), Stopped::default());
        assert_eq!(read(&[255; 40]), Stopped::default());
        let whole = link(RTM_DELLINK, 5, 0);
        for cut in 0..whole.len() {
            drop(read(&whole[..cut]));
        }
    }
}
