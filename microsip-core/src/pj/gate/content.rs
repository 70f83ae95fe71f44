//! Bodies: as long as they say, of a kind we understand, and what the peer would take in return.

use pjsip_sys as sys;

use super::{Refusal, header};
use crate::dns::Families;
use crate::pj::capability;
use crate::pj::resolve::is_known_name;
use crate::pj::string::lend;
use crate::sip::sdp_hosts;

/// Body, encoding, disposition, and what the peer would accept (§8.2.3, §20.11).
pub(super) unsafe fn content(r: &mut sys::pjsip_rx_data, method: &str, within: bool) -> Option<Refusal> {
    // SAFETY: the caller vouches for it; a body's content type is the parser's own.
    unsafe {
        let msg = r.msg_info.msg;
        if method == "INVITE"
            && !within
            && let Some(refusal) = wrong_accept(msg)
        {
            return Some(refusal);
        }
        let multipart = r
            .msg_info
            .ctype
            .as_ref()
            .is_some_and(|c| lend(&c.media.type_).eq_ignore_ascii_case("multipart"));
        let Some(body) = (*msg).body.as_ref() else {
            // PJSIP found no part in it and takes it for no body at all.
            let empty = r.msg_info.clen.as_ref().is_some_and(|c| c.len == 0);
            return (multipart && !empty && method != "BYE").then(|| Refusal::bad("Bad Multipart Body"));
        };
        // A call must be allowed to end.
        if method == "BYE" {
            return None;
        }
        let kind = format!(
            "{}/{}",
            lend(&body.content_type.type_),
            lend(&body.content_type.subtype)
        )
        .to_ascii_lowercase();
        let (disposition, optional) = disposition(msg);
        let encoded = header(msg, "Content-Encoding")
            .or_else(|| header(msg, "e"))
            .map(|e| lend(e).trim().to_ascii_lowercase())
            .is_some_and(|e| !e.is_empty() && e != "identity");
        let session = matches!(method, "INVITE" | "UPDATE" | "PRACK");
        let understood = match &*kind {
            "application/sdp" => matches!(&*disposition, "" | "session" | "render"),
            kind => kind.starts_with("multipart/"),
        };
        if !encoded && (understood || !session) {
            return None;
        }
        if optional {
            drop_body(r);
            return None;
        }
        let refusal = Refusal::new(415);
        Some(if encoded {
            refusal.with("Accept-Encoding", "identity")
        } else {
            refusal.with("Accept", capability::ACCEPT.join(", "))
        })
    }
}

/// Names that a session description may have.
const MAX_NAMES: usize = 2;

/// Whether the addresses of a session description are numbers, or names whose addresses are known. Others are looked up, for
/// the next time. Only where a session description can stand: nothing else makes us ask.
pub(super) unsafe fn addresses_are_known(r: &mut sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it.
    let mut names = unsafe {
        if !["INVITE", "ACK", "PRACK", "UPDATE"].contains(&&*lend(&(*r.msg_info.cseq).method.name)) {
            return true;
        }
        names_in_body(r)
    };
    names.dedup();
    // All are asked for at once.
    let unknown = |(families, name): &&(Families, String)| !is_known_name(name, *families);
    names.len() <= MAX_NAMES && names.iter().filter(unknown).count() == 0
}

/// See [`sdp_hosts`].
unsafe fn names_in_body(r: &mut sys::pjsip_rx_data) -> Vec<(Families, String)> {
    // SAFETY: the caller vouches for it. A body that is not multipart is a part of the packet, the parts of one that is are so as
    // well; the packet is writable, ours alone while it is delivered, and nobody has parsed the description yet.
    unsafe {
        let Some(body) = (*r.msg_info.msg).body.as_ref() else {
            return Vec::new();
        };
        let kind = lend(&body.content_type.type_).to_ascii_lowercase();
        if kind == "multipart" {
            let packet =
                std::slice::from_raw_parts_mut(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
            let head = head_length(packet);
            return sdp_hosts::names(&mut packet[head..]);
        }
        if body.data.is_null() || kind != "application" || !lend(&body.content_type.subtype).eq_ignore_ascii_case("sdp")
        {
            return Vec::new();
        }
        sdp_hosts::names(std::slice::from_raw_parts_mut(
            body.data.cast::<u8>(),
            body.len as usize,
        ))
    }
}

/// Where the body begins.
fn head_length(packet: &[u8]) -> usize {
    let end = |mark: &[u8]| {
        packet
            .windows(mark.len())
            .position(|w| w == mark)
            .map(|at| at + mark.len())
    };
    end(b"\r\n\r\n").or_else(|| end(b"\n\n")).unwrap_or(packet.len())
}

/// An INVITE whose sender would not take a session description in return.
pub(super) unsafe fn wrong_accept(msg: *mut sys::pjsip_msg) -> Option<Refusal> {
    // SAFETY: the caller vouches for the message; a header of this type is a generic array.
    unsafe {
        let mut any = false;
        let mut at = std::ptr::null_mut();
        loop {
            let accept = sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_ACCEPT, at).cast::<sys::pjsip_generic_array_hdr>();
            let Some(header) = accept.as_ref() else { break };
            let count = (header.count as usize).min(header.values.len());
            for value in &header.values[..count] {
                any = true;
                let value = lend(value);
                let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                if matches!(&*kind, "application/sdp" | "application/*" | "*/*") {
                    return None;
                }
            }
            at = header.next.cast();
            if std::ptr::addr_eq(at, &raw const (*msg).hdr) {
                break;
            }
        }
        any.then(|| Refusal::new(406))
    }
}

/// Content-Disposition: its type in lower case, and whether a body we do not understand may be passed over.
pub(super) unsafe fn disposition(msg: *const sys::pjsip_msg) -> (String, bool) {
    // SAFETY: the caller vouches for the message.
    let value = unsafe { header(msg, "Content-Disposition").map(|v| lend(v).to_ascii_lowercase()) }.unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_owned();
    let optional = parts.any(|p| {
        p.split_once('=')
            .is_some_and(|(name, value)| name.trim() == "handling" && value.trim() == "optional")
    });
    (kind, optional)
}

/// Takes the body off the message, as if it had come without.
pub(super) unsafe fn drop_body(r: &mut sys::pjsip_rx_data) {
    // SAFETY: the caller vouches for it; the header is in the message's list.
    unsafe {
        (*r.msg_info.msg).body = std::ptr::null_mut();
        let kind = sys::pjsip_msg_find_hdr(r.msg_info.msg, sys::PJSIP_H_CONTENT_TYPE, std::ptr::null_mut());
        if !kind.is_null() {
            sys::pj_list_erase(kind);
        }
        r.msg_info.ctype = std::ptr::null_mut();
    }
}

/// Makes the body as long as Content-Length says; whether there is that much (§18.3). On streams it is so already.
pub(super) unsafe fn body_fits(r: &mut sys::pjsip_rx_data) -> bool {
    // SAFETY: the caller vouches for it: `msg_buf` holds `len` bytes, and a body that is not multipart is part of them.
    unsafe {
        let (Some(length), Some(transport)) = (r.msg_info.clen.as_ref(), r.tp_info.transport.as_ref()) else {
            return true;
        };
        if transport.flag & sys::PJSIP_TRANSPORT_DATAGRAM == 0 {
            return true;
        }
        let wanted = length.len.max(0) as usize;
        if let Some(body) = (*r.msg_info.msg).body.as_mut()
            && body.len as usize == wanted
        {
            return true;
        }
        let packet = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
        let there = packet.len() - head_length(packet);
        if there < wanted {
            return false;
        }
        let multipart = r
            .msg_info
            .ctype
            .as_ref()
            .is_some_and(|c| lend(&c.media.type_).eq_ignore_ascii_case("multipart"));
        // Bytes beyond the length are no part of the message; a multipart body ends with its last boundary.
        if wanted == 0 {
            drop_body(r);
        } else if let Some(body) = (*r.msg_info.msg).body.as_mut()
            && !multipart
        {
            body.len = wanted as u32;
        }
        true
    }
}
