//! Changes to the SDP we offer and answer with.

use std::time::Duration;

use pjsip_sys as sys;

use super::string::{Text, to_string};
use crate::media::Codec;

/// What a call wants of its audio line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct AudioFormat {
    /// Codecs, in this order; `None` for all that are enabled.
    pub(crate) codecs: Option<std::rc::Rc<[Codec]>>,
    /// Parameters of Opus' `a=fmtp`, in place of the endpoint's.
    pub(crate) opus: Option<Vec<(&'static str, String)>>,
    /// `a=ptime`.
    pub(crate) ptime: Option<Duration>,
}

/// Makes the audio lines of a description of ours say so. Codecs that are left keep the payload types they have; telephone-event stays
/// for the clock rates that are left.
///
/// # Safety
/// `sdp` must be a description of ours that nobody has seen yet, on the engine's thread; `pool` must live as long as it.
pub(super) unsafe fn apply(sdp: *mut sys::pjmedia_sdp_session, pool: *mut sys::pj_pool_t, format: &AudioFormat) {
    // SAFETY: the caller vouches for it; counts say how many elements of each array are set.
    unsafe {
        let Some(sdp) = sdp.as_mut() else { return };
        for media in sdp.media.iter().take(sdp.media_count as usize) {
            let Some(media) = media.as_mut() else { continue };
            if to_string(&media.desc.media) != "audio" || media.desc.port == 0 {
                continue;
            }
            if let Some(codecs) = &format.codecs {
                keep_in(media, codecs);
            }
            if let Some(parameters) = &format.opus {
                describe_opus(media, pool, parameters);
            }
            if let Some(time) = format.ptime {
                set_attribute(media, pool, "ptime", None, &time.as_millis().to_string());
            }
        }
    }
}

/// The codecs of the audio line, in its order; those whose meaning nobody knows are left out.
///
/// # Safety
/// `sdp` must be null or a live description, on the engine's thread.
pub(super) unsafe fn codecs(sdp: *const sys::pjmedia_sdp_session) -> Vec<Codec> {
    // SAFETY: the caller vouches for it; counts say how many elements of each array are set.
    unsafe {
        let Some(sdp) = sdp.as_ref() else { return Vec::new() };
        let lines = sdp.media.iter().take(sdp.media_count as usize);
        let Some(media) = lines
            .filter_map(|m| m.as_ref())
            .find(|m| to_string(&m.desc.media) == "audio" && m.desc.port != 0)
        else {
            return Vec::new();
        };
        let formats = media.desc.fmt.iter().take(media.desc.fmt_count as usize);
        formats
            .filter_map(|payload| self::format(media, *payload))
            .filter(|f| !f.name.eq_ignore_ascii_case("telephone-event"))
            .map(|f| Codec {
                name: f.name,
                clock_rate: f.clock_rate,
                channels: f.channels,
            })
            .collect()
    }
}

/// # Safety
/// A live media line, and a pool that lives as long.
unsafe fn describe_opus(
    media: &mut sys::pjmedia_sdp_media,
    pool: *mut sys::pj_pool_t,
    parameters: &[(&'static str, String)],
) {
    // SAFETY: `fmt_count` elements are set.
    unsafe {
        let formats = media.desc.fmt.iter().take(media.desc.fmt_count as usize);
        let opus = formats
            .filter_map(|payload| self::format(media, *payload))
            .find(|f| f.name.eq_ignore_ascii_case("opus"));
        if let Some(opus) = opus {
            let number = to_string(&opus.payload);
            let list: Vec<_> = parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let value = format!("{number} {}", list.join(";"));
            set_attribute(media, pool, "fmtp", Some(&number), &value);
        }
    }
}

/// Gives an attribute a value; that of the same name, and of the same payload type if one is given, is replaced.
///
/// # Safety
/// As [`describe_opus`].
unsafe fn set_attribute(
    media: &mut sys::pjmedia_sdp_media,
    pool: *mut sys::pj_pool_t,
    name: &str,
    payload: Option<&str>,
    value: &str,
) {
    let (name_text, value_text) = (Text::new(name), Text::new(value));
    // SAFETY: PJMEDIA copies name and value into the pool; `attr_count` attributes are set, and one more is if there is room.
    unsafe {
        let made = sys::pjmedia_sdp_attr_create(pool, name_text.as_ptr(), &value_text.pj());
        if made.is_null() {
            return;
        }
        let count = media.attr_count as usize;
        let same = |attr: &*mut sys::pjmedia_sdp_attr| {
            attr.as_ref().is_some_and(|attr| {
                to_string(&attr.name) == name
                    && payload.is_none_or(|p| to_string(&attr.value).split_whitespace().next() == Some(p))
            })
        };
        if let Some(place) = media.attr[..count].iter_mut().find(|attr| same(attr)) {
            *place = made;
        } else if let Some(place) = media.attr.get_mut(count) {
            *place = made;
            media.attr_count += 1;
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
            let (name, clock_rate) = match number.as_str() {
                "0" => ("PCMU", 8000),
                "3" => ("GSM", 8000),
                "8" => ("PCMA", 8000),
                "9" => ("G722", 16_000),
                "11" => ("L16", 44_100),
                "18" => ("G729", 8000),
                _ => return None,
            };
            return Some(Format {
                payload,
                name: name.to_owned(),
                clock_rate,
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
