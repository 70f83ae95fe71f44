//! What we can do, in one place: the methods of Allow, the bodies of Accept, the option tags of Supported, the event packages.
//!
//! PJSIP's modules announce what they were compiled with, presence among it, which nobody here handles. What is said
//! on the wire is what is written here.

use pjsip_sys as sys;

use super::string::lend;

/// Methods we act on (RFC 3261 §20.5).
pub(super) const ALLOW: &[&str] = &[
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "PRACK",
    "UPDATE",
    "INFO",
    "REFER",
    "NOTIFY",
    "SUBSCRIBE",
    "MESSAGE",
];

/// Methods that exist and that we refuse (405); what is in neither list is unknown (501).
const KNOWN: &[&str] = &["REGISTER", "PUBLISH"];

/// Bodies of an INVITE that we understand.
pub(super) const ACCEPT: &[&str] = &["application/sdp", "multipart/mixed", "multipart/alternative"];

/// Event packages: the progress of a transfer, and messages waiting, told without being asked for.
pub(super) const EVENTS: &str = "refer, message-summary";

/// What we make of a method.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// We act on it.
    Done,
    /// We know it and do not.
    Known,
    /// We never heard of it.
    Unknown,
}

/// Methods are compared with their case (§7.1).
pub(super) fn standing(method: &str) -> Standing {
    if ALLOW.contains(&method) {
        Standing::Done
    } else if KNOWN.contains(&method) {
        Standing::Known
    } else {
        Standing::Unknown
    }
}

/// Whether an option tag may stand in Require.
pub(super) fn supports(tag: &sys::pj_str_t) -> bool {
    // SAFETY: engine thread; the tag is read only.
    unsafe {
        sys::pjsip_endpt_has_capability(
            sys::pjsua_get_pjsip_endpt(),
            sys::PJSIP_H_SUPPORTED as i32,
            std::ptr::null(),
            tag,
        ) != 0
    }
}

/// The option tags, as they stand in Supported.
pub(super) fn supported() -> String {
    // SAFETY: engine thread; the header is the endpoint's and lives as long as it, its first `count` values are set.
    unsafe {
        let header = own(sys::PJSIP_H_SUPPORTED);
        let Some(header) = header.as_ref() else {
            return String::new();
        };
        let count = (header.count as usize).min(header.values.len());
        let tags: Vec<_> = header.values[..count].iter().map(|v| lend(v)).collect();
        tags.join(", ")
    }
}

/// Makes PJSIP announce the above and nothing else. After `pjsua_init`, which is when its modules have said what they do.
pub(super) fn announce() {
    set(sys::PJSIP_H_ALLOW, ALLOW);
    set(sys::PJSIP_H_ACCEPT, ACCEPT);
    // SAFETY: engine thread; the header belongs to the subscription module and lives as long as the endpoint.
    unsafe {
        let events = sys::pjsip_evsub_get_allow_events_hdr(std::ptr::null_mut()).cast_mut();
        if let Some(events) = events.cast::<sys::pjsip_generic_array_hdr>().as_mut() {
            let (values, count) = (&mut events.values, &mut events.count);
            fill(values, count, &mut EVENTS.split(", "));
        }
    }
}

fn set(kind: sys::pjsip_hdr_e, values: &[&'static str]) {
    // SAFETY: engine thread. PJSIP hands its own header out as const, but it lies in writable memory of the endpoint's pool, and
    // nobody else looks at it before we return.
    unsafe {
        if let Some(header) = own(kind).as_mut() {
            let (slots, count) = (&mut header.values, &mut header.count);
            fill(slots, count, &mut values.iter().copied());
        }
    }
}

/// The values are static, so that PJSIP may keep pointers to them.
fn fill(slots: &mut [sys::pj_str_t], count: &mut std::ffi::c_uint, values: &mut dyn Iterator<Item = &'static str>) {
    *count = 0;
    for (slot, value) in slots.iter_mut().zip(values) {
        *slot = sys::pj_str_t {
            ptr: value.as_ptr().cast_mut().cast(),
            slen: value.len() as _,
        };
        *count += 1;
    }
}

/// # Safety
/// Engine thread, PJSUA initialised.
unsafe fn own(kind: sys::pjsip_hdr_e) -> *mut sys::pjsip_generic_array_hdr {
    // SAFETY: the caller vouches for it.
    unsafe {
        sys::pjsip_endpt_get_capability(sys::pjsua_get_pjsip_endpt(), kind as i32, std::ptr::null())
            .cast_mut()
            .cast()
    }
}
