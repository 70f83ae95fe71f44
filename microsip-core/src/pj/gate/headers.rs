//! Headers: those that may be there once only, and those that must name a SIP address.

use std::borrow::Cow;

use pjsip_sys as sys;

use crate::pj::string::lend;

/// A header that may be there once only and is there again (§7.3.1).
pub(super) unsafe fn repeated(msg: *const sys::pjsip_msg) -> Option<&'static str> {
    const SINGLE: [(sys::pjsip_hdr_e, &str); 7] = [
        (sys::PJSIP_H_FROM, "Several From"),
        (sys::PJSIP_H_TO, "Several To"),
        (sys::PJSIP_H_CALL_ID, "Several Call-ID"),
        (sys::PJSIP_H_CSEQ, "Several CSeq"),
        (sys::PJSIP_H_MAX_FORWARDS, "Several Max-Forwards"),
        (sys::PJSIP_H_CONTENT_LENGTH, "Several Content-Length"),
        (sys::PJSIP_H_CONTENT_TYPE, "Several Content-Type"),
    ];
    // SAFETY: the caller vouches for the message, whose headers are a circular list.
    unsafe {
        let end = &raw const (*msg).hdr;
        let mut at: *const sys::pjsip_hdr = (*msg).hdr.next;
        let mut seen = 0_u64;
        while at != end {
            let bit = 1_u64.checked_shl((*at).type_).unwrap_or(0);
            if seen & bit != 0
                && let Some((_, name)) = SINGLE.iter().find(|(kind, _)| *kind == (*at).type_)
            {
                return Some(name);
            }
            seen |= bit;
            at = (*at).next;
        }
        None
    }
}

/// Whether the Contact, if there is one and it names somebody, is a SIP URI.
pub(super) unsafe fn contact_is_sip(msg: *const sys::pjsip_msg) -> bool {
    // SAFETY: the caller vouches for the message; a header of this type has this layout.
    unsafe {
        sys::pjsip_msg_find_hdr(msg, sys::PJSIP_H_CONTACT, std::ptr::null())
            .cast::<sys::pjsip_contact_hdr>()
            .as_ref()
            .is_none_or(|c| c.uri.is_null() || is_sip(c.uri))
    }
}

/// Whether all of Record-Route are SIP URIs.
pub(super) unsafe fn routes_are_sip(msg: *const sys::pjsip_msg) -> bool {
    // SAFETY: as above.
    unsafe {
        let end = &raw const (*msg).hdr;
        let mut at: *const sys::pjsip_hdr = (*msg).hdr.next;
        while at != end {
            if (*at).type_ == sys::PJSIP_H_RECORD_ROUTE {
                let route = &(*at.cast::<sys::pjsip_routing_hdr>()).name_addr;
                if route.uri.is_null() || !is_sip(route.uri) {
                    return false;
                }
            }
            at = (*at).next;
        }
        true
    }
}

pub(super) unsafe fn is_sip(uri: *const sys::pjsip_uri) -> bool {
    // SAFETY: the caller vouches for the URI; one of these schemes is a pjsip_sip_uri, inside a name-addr or not.
    unsafe {
        let scheme = scheme_of(uri);
        (scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips"))
            && is_host(&(*sys::pjsip_uri_get_uri(uri.cast_mut().cast()).cast::<sys::pjsip_sip_uri>()).host)
    }
}

/// Whether it could be a host: not empty, and no longer than a name can be (RFC 1035 §2.3.4).
pub(super) fn is_host(host: &sys::pj_str_t) -> bool {
    (1..=253).contains(&host.slen)
}

pub(super) unsafe fn scheme_of<'a>(uri: *const sys::pjsip_uri) -> Cow<'a, str> {
    // SAFETY: the caller vouches for the URI; the scheme is static or in its pool.
    unsafe {
        sys::pjsip_uri_get_scheme(uri.cast())
            .as_ref()
            .map_or(Cow::Borrowed(""), |s| lend(s))
    }
}
