//! Changes to the SDP we offer and answer with.

use pjsip_sys as sys;

use super::Pj;
use super::string::{Text, to_string};
use crate::media::Codec;

/// Leaves these codecs in the audio lines, in this order, with the payload types they have; telephone-event stays for the
/// clock rates that are left.
///
/// # Safety
/// `sdp` must be the description PJSUA passed to `on_call_sdp_created`, during that callback.
pub(super) unsafe fn keep_codecs(sdp: *mut sys::pjmedia_sdp_session, codecs: &[Codec]) {
    // SAFETY: the caller vouches for it; counts say how many elements of each array are set.
    unsafe {
        let Some(sdp) = sdp.as_mut() else { return };
        for media in sdp.media.iter().take(sdp.media_count as usize) {
            if let Some(media) = media.as_mut()
                && to_string(&media.desc.media) == "audio"
                && media.desc.port != 0
            {
                keep_in(media, codecs);
            }
        }
    }
}

/// Says which extended reports we send and like to get (RFC 3611 §5.1): those PJMEDIA has.
///
/// # Safety
/// As [`keep_codecs`], with the pool PJSUA passed along.
pub(super) unsafe fn offer_xr(sdp: *mut sys::pjmedia_sdp_session, pool: *mut sys::pj_pool_t) {
    let value = Text::new("rcvr-rtt=all stat-summary=loss,dup,jitt voip-metrics");
    // SAFETY: the caller vouches for both; PJMEDIA copies the strings into the pool and checks that there is room.
    unsafe {
        let Some(sdp) = sdp.as_mut() else { return };
        let attr = sys::pjmedia_sdp_attr_create(pool, c"rtcp-xr".as_ptr(), &value.pj());
        sys::pjmedia_sdp_attr_add(&mut sdp.attr_count, sdp.attr.as_mut_ptr(), attr);
    }
}

impl Pj {
    /// Takes the extended reports into the answer that waits to be sent, or out of it: PJSUA made it when the INVITE came.
    pub(crate) fn answer_with_xr(&self, slot: i32, yes: bool) {
        // SAFETY: engine thread; the index is one of a live call of ours, its negotiator hands out its own description, which PJSUA
        // has made and not yet sent.
        unsafe {
            let Ok(place) = usize::try_from(slot) else { return };
            let Some(inv) = (*(*sys::pjsua_get_var()).calls.add(place)).inv.as_ref() else {
                return;
            };
            let mut sdp = std::ptr::null();
            if inv.neg.is_null() || sys::pjmedia_sdp_neg_get_neg_local(inv.neg, &mut sdp) != sys::PJ_SUCCESS {
                return;
            }
            let sdp = sdp.cast_mut();
            if let Some(sdp) = sdp.as_mut() {
                sys::pjmedia_sdp_attr_remove_all(&mut sdp.attr_count, sdp.attr.as_mut_ptr(), c"rtcp-xr".as_ptr());
            }
            if yes {
                offer_xr(sdp, inv.pool_prov);
            }
        }
    }
}

/// What a payload type means.
struct Format {
    payload: sys::pj_str_t,
    name: String,
    clock_rate: u32,
    channels: u32,
}

/// # Safety
/// A live media line.
unsafe fn keep_in(media: &mut sys::pjmedia_sdp_media, codecs: &[Codec]) {
    let count = media.desc.fmt_count as usize;
    // SAFETY: `fmt_count` elements are set.
    let formats: Vec<Format> = unsafe {
        let list = media.desc.fmt.iter().take(count);
        list.filter_map(|payload| format(media, *payload)).collect()
    };
    let fits = |f: &&Format, codec: &Codec| {
        f.name.eq_ignore_ascii_case(&codec.name) && f.clock_rate == codec.clock_rate && f.channels == codec.channels
    };
    let mut kept: Vec<&Format> = codecs
        .iter()
        .filter_map(|codec| formats.iter().find(|f| fits(f, codec)))
        .collect();
    if kept.is_empty() {
        // Left whole it would say what the account does not want; PJSUA refuses what nothing fits by itself.
        return;
    }
    // G.722 is announced with 8000 Hz (RFC 3551 §4.5.2), so announced rates are what counts here.
    let rates: Vec<u32> = kept.iter().map(|f| f.announced_rate()).collect();
    kept.extend(
        formats
            .iter()
            .filter(|f| f.name.eq_ignore_ascii_case("telephone-event") && rates.contains(&f.clock_rate)),
    );
    let payloads: Vec<sys::pj_str_t> = kept.iter().map(|f| f.payload).collect();
    // SAFETY: payloads are strings of the description itself.
    let numbers: Vec<String> = payloads.iter().map(|p| unsafe { to_string(p) }).collect();
    for (place, payload) in media.desc.fmt.iter_mut().zip(&payloads) {
        *place = *payload;
    }
    media.desc.fmt_count = payloads.len() as u32;
    // SAFETY: `attr_count` attributes are set; those taken away are not freed, they belong to the pool.
    unsafe {
        let all: Vec<_> = media.attr.iter().copied().take(media.attr_count as usize).collect();
        let stays = |attr: &*mut sys::pjmedia_sdp_attr| {
            let Some(attr) = attr.as_ref() else { return false };
            let name = to_string(&attr.name);
            if !["rtpmap", "fmtp", "rtcp-fb"].contains(&name.as_str()) {
                return true;
            }
            let value = to_string(&attr.value);
            let number = value.split_whitespace().next().unwrap_or_default();
            number == "*" || numbers.iter().any(|n| n == number)
        };
        let left: Vec<_> = all.into_iter().filter(stays).collect();
        for (place, attr) in media.attr.iter_mut().zip(&left) {
            *place = *attr;
        }
        media.attr_count = left.len() as u32;
    }
}

impl Format {
    fn announced_rate(&self) -> u32 {
        if self.name.eq_ignore_ascii_case("G722") {
            8000
        } else {
            self.clock_rate
        }
    }
}

/// # Safety
/// A live media line.
unsafe fn format(media: &sys::pjmedia_sdp_media, payload: sys::pj_str_t) -> Option<Format> {
    let rtpmap = sys::pj_str_t {
        ptr: c"rtpmap".as_ptr().cast_mut(),
        slen: 6,
    };
    // SAFETY: `media` is live, both strings are; PJMEDIA copies nothing and writes to `map` only.
    unsafe {
        let attr = sys::pjmedia_sdp_media_find_attr(media, &rtpmap, &payload);
        let mut map = std::mem::MaybeUninit::<sys::pjmedia_sdp_rtpmap>::zeroed();
        let number = to_string(&payload);
        if attr.is_null() || sys::pjmedia_sdp_attr_get_rtpmap(attr, map.as_mut_ptr()) != sys::PJ_SUCCESS {
            // Static payload types need no rtpmap (RFC 3551 §6).
            let name = match number.as_str() {
                "0" => "PCMU",
                "3" => "GSM",
                "8" => "PCMA",
                "9" => "G722",
                _ => return None,
            };
            return Some(Format {
                payload,
                name: name.to_owned(),
                clock_rate: if name == "G722" { 16_000 } else { 8000 },
                channels: 1,
            });
        }
        let map = map.assume_init();
        let name = to_string(&map.enc_name);
        let g722 = name.eq_ignore_ascii_case("G722");
        Some(Format {
            payload,
            clock_rate: if g722 { 16_000 } else { map.clock_rate },
            channels: to_string(&map.param).parse().unwrap_or(1),
            name,
        })
    }
}
