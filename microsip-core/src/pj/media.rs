//! Streams, codecs and the bridge in PJSUA.

use std::mem::MaybeUninit;
use std::time::Duration;

use pjsip_sys as sys;

use super::Pj;
use super::status::check;
use super::string::{Text, lend, to_string};
use crate::failure::FailureCode;
use crate::media::{Codec, DirectionStats, MediaDirection, MediaInfo, SrtpKeying, SrtpSuite, StreamStats};
use crate::{Error, ErrorKind, Result};

/// What this build offers unless told otherwise: the best sounding first, G.711 for everybody.
pub(crate) fn default_codecs() -> Vec<Codec> {
    let all = [
        ("opus", 48000, 2, sys::HAS_OPUS),
        ("G722", 16000, 1, true),
        ("PCMU", 8000, 1, true),
        ("PCMA", 8000, 1, true),
        ("speex", 16000, 1, sys::HAS_SPEEX),
        ("speex", 8000, 1, sys::HAS_SPEEX),
        ("GSM", 8000, 1, sys::HAS_GSM),
    ];
    all.into_iter()
        .filter(|(.., built)| *built)
        .map(|(name, clock_rate, channels, _)| Codec {
            name: name.to_owned(),
            clock_rate,
            channels,
        })
        .collect()
}

/// Enables exactly these codecs, in this order.
pub(super) fn set_codecs(wanted: &[Codec]) -> Result<()> {
    const OP: &str = "start endpoint";
    let known = codec_ids();
    for id in &known {
        set_priority(OP, id, 0)?;
    }
    for (place, codec) in wanted.iter().enumerate() {
        let name = codec.to_string();
        let Some(id) = known.iter().find(|id| id.eq_ignore_ascii_case(&name)) else {
            return Err(Error::new(
                ErrorKind::Unsupported,
                OP,
                format!("this build has no codec {name}; it has {}", known.join(", ")),
            ));
        };
        set_priority(OP, id, 254_usize.saturating_sub(place).max(1) as u8)?;
    }
    // G.722 codes 14 bits, and PJMEDIA puts 16 into them by dropping two. Everybody else (Asterisk, FreeSWITCH, baresip, WebRTC, FFmpeg)
    // drops one: with two we are 6 dB too soft for them, and they too loud for us.
    // SAFETY: engine thread; sets a number in the codec's factory.
    check(OP, "cannot set the level of G.722", unsafe {
        sys::pjmedia_codec_g722_set_pcm_shift(1)
    })?;
    match known.iter().find(|id| id.to_ascii_lowercase().starts_with("opus/")) {
        Some(id) => mono_opus(OP, id),
        None => Ok(()),
    }
}

/// Says that we send and like Opus in mono (RFC 7587 §6.1), which our bridge is. Else a peer that says `stereo=1` would make PJMEDIA decode
/// two channels, which its bridge adds up: 6 dB too loud, and clipped.
fn mono_opus(op: &'static str, id: &str) -> Result<()> {
    let text = Text::new(id);
    let mut param = MaybeUninit::<sys::pjmedia_codec_param>::uninit();
    let parameters = [Text::new("stereo"), Text::new("sprop-stereo"), Text::new("0")];
    // SAFETY: engine thread; the parameter is filled when the call succeeds, and PJMEDIA copies what it is given, the strings included,
    // which live until after that.
    unsafe {
        check(
            op,
            "cannot read the settings of Opus",
            sys::pjsua_codec_get_param(&text.pj(), param.as_mut_ptr()),
        )?;
        let param = &mut *param.as_mut_ptr();
        let format = &mut param.setting.dec_fmtp;
        for name in &parameters[..2] {
            let Some(place) = format.param.get_mut(usize::from(format.cnt)) else {
                break;
            };
            place.name = name.pj();
            place.val = parameters[2].pj();
            format.cnt += 1;
        }
        check(op, "cannot set up Opus", sys::pjsua_codec_set_param(&text.pj(), param))
    }
}

fn set_priority(op: &'static str, id: &str, priority: u8) -> Result<()> {
    let text = Text::new(id);
    // SAFETY: engine thread; the identifier lives until after the call.
    check(op, &format!("cannot set up codec {id}"), unsafe {
        sys::pjsua_codec_set_priority(&text.pj(), priority)
    })
}

fn codec_ids() -> Vec<String> {
    let mut infos: Vec<MaybeUninit<sys::pjsua_codec_info>> = Vec::new();
    infos.resize_with(64, MaybeUninit::zeroed);
    let mut count = infos.len() as u32;
    // SAFETY: engine thread; PJSUA fills at most `count` entries and sets it. The names point into PJSUA's own tables or
    // into the entries, which stay in place.
    unsafe {
        if sys::pjsua_enum_codecs(infos.as_mut_ptr().cast(), &mut count) != sys::PJ_SUCCESS {
            return Vec::new();
        }
        infos
            .iter()
            .take(count as usize)
            .map(|info| to_string(&(*info.as_ptr()).codec_id))
            .collect()
    }
}

impl Pj {
    /// The call's audio streams, and the bridge port of the first that runs.
    pub(crate) fn media(&self, slot: i32) -> (Vec<MediaInfo>, Option<i32>) {
        let mut info = MaybeUninit::<sys::pjsua_call_info>::uninit();
        // SAFETY: engine thread; filled when the call succeeds and read in place.
        let info = unsafe {
            if sys::pjsua_call_get_info(slot, info.as_mut_ptr()) != sys::PJ_SUCCESS {
                return (Vec::new(), None);
            }
            &*info.as_ptr()
        };
        let mut port = None;
        let mut list = Vec::new();
        for (index, media) in info.media.iter().take(info.media_cnt as usize).enumerate() {
            if media.type_ != sys::PJMEDIA_TYPE_AUDIO {
                continue;
            }
            let active = media.status == sys::PJSUA_CALL_MEDIA_ACTIVE
                || media.status == sys::PJSUA_CALL_MEDIA_LOCAL_HOLD
                || media.status == sys::PJSUA_CALL_MEDIA_REMOTE_HOLD;
            // SAFETY: the audio member belongs to a stream of audio type.
            let bridge_port = unsafe { media.stream.aud.conf_slot };
            if port.is_none() && active && bridge_port >= 0 {
                port = Some(bridge_port);
            }
            let direction = match (
                media.dir & sys::PJMEDIA_DIR_ENCODING != 0,
                media.dir & sys::PJMEDIA_DIR_DECODING != 0,
            ) {
                (true, true) => MediaDirection::SendReceive,
                (true, false) => MediaDirection::SendOnly,
                (false, true) => MediaDirection::ReceiveOnly,
                (false, false) => MediaDirection::Inactive,
            };
            let (codec, payload_type, remote_rtp) = stream_details(slot, index as u32);
            let (srtp, srtp_suite) = protection(slot, index as u32);
            // SAFETY: engine thread.
            let ice = unsafe { super::nat::ice_info(slot, index as u32, active) };
            list.push(MediaInfo {
                active: active && direction != MediaDirection::Inactive,
                direction,
                codec,
                payload_type,
                remote_rtp,
                srtp,
                srtp_suite,
                ice,
            });
        }
        (list, port)
    }

    /// Whether the account of the call at this index insists on encryption.
    pub(crate) fn srtp_is_required(&self, slot: i32) -> bool {
        // SAFETY: engine thread; the slot is one PJSUA has just named, and its account's index is PJSUA's own.
        unsafe {
            let var = &*sys::pjsua_get_var();
            let (Ok(slot), calls) = (usize::try_from(slot), var.ua_cfg.max_calls as usize) else {
                return false;
            };
            if slot >= calls {
                return false;
            }
            usize::try_from((*var.calls.add(slot)).acc_id)
                .ok()
                .and_then(|acc| var.acc.get(acc))
                .is_some_and(|acc| acc.cfg.use_srtp == sys::PJMEDIA_SRTP_MANDATORY)
        }
    }

    /// Packet counts of the first stream that runs; `None` while there is none.
    pub(crate) fn stream_stats(&self, slot: i32) -> Option<StreamStats> {
        let mut stat = MaybeUninit::<sys::pjsua_stream_stat>::uninit();
        // SAFETY: engine thread; PJSUA knows how many streams there are; filled when the call succeeds.
        unsafe {
            let mut got = |stream| sys::pjsua_call_get_stream_stat(slot, stream, stat.as_mut_ptr()) == sys::PJ_SUCCESS;
            if sys::pjsua_call_has_media(slot) == 0 || !(0..sys::PJSUA_MAX_CALL_MEDIA).any(&mut got) {
                return None;
            }
            Some(convert(&(*stat.as_ptr()).rtcp))
        }
    }
}

/// Codec, payload type and remote address of a stream.
fn stream_details(slot: i32, index: u32) -> (Option<Codec>, Option<u8>, String) {
    let mut info = MaybeUninit::<sys::pjsua_stream_info>::uninit();
    // SAFETY: engine thread; filled when the call succeeds; the audio member belongs to the type checked.
    unsafe {
        if sys::pjsua_call_get_stream_info(slot, index, info.as_mut_ptr()) != sys::PJ_SUCCESS {
            return (None, None, String::new());
        }
        let info = &*info.as_ptr();
        if info.type_ != sys::PJMEDIA_TYPE_AUDIO {
            return (None, None, String::new());
        }
        let audio = &info.info.aud;
        let codec = Codec {
            name: to_string(&audio.fmt.encoding_name),
            clock_rate: audio.fmt.clock_rate,
            // RTP names Opus with two channels whatever is coded (RFC 7587 §4.1), and so do configurations.
            channels: if to_string(&audio.fmt.encoding_name).eq_ignore_ascii_case("opus") {
                2
            } else {
                audio.fmt.channel_cnt
            },
        };
        let remote = super::transport::address_text(&raw const audio.rem_addr);
        (Some(codec), u8::try_from(audio.tx_pt).ok(), remote)
    }
}

/// What protects a stream: how its keys are agreed, and the suite once they are.
fn protection(slot: i32, index: u32) -> (Option<SrtpKeying>, Option<SrtpSuite>) {
    let mut info = MaybeUninit::<sys::pjmedia_transport_info>::uninit();
    // SAFETY: engine thread; the structure is initialised by PJMEDIA's own function and filled when the call succeeds;
    // the specific part of type SRTP is a pjmedia_srtp_info inside the structure.
    unsafe {
        let dtls = keyed_by_dtls(slot, index);
        sys::pjmedia_transport_info_init(info.as_mut_ptr());
        let name = if sys::pjsua_call_get_med_transport_info(slot, index, info.as_mut_ptr()) == sys::PJ_SUCCESS {
            let info = &*info.as_ptr();
            info.spc_info
                .iter()
                .take(info.specific_info_cnt as usize)
                .find(|s| s.type_ == sys::PJMEDIA_TRANSPORT_TYPE_SRTP)
                .map(|s| &*s.buffer.as_ptr().cast::<sys::pjmedia_srtp_info>())
                .filter(|srtp| srtp.active != 0)
                .map(|srtp| to_string(&srtp.tx_policy.name))
                .unwrap_or_default()
        } else {
            String::new()
        };
        let keying = match (dtls, name.is_empty()) {
            // While the handshake runs, nothing is sent.
            (true, _) => Some(SrtpKeying::Dtls),
            (false, false) => Some(SrtpKeying::Sdes),
            (false, true) => None,
        };
        (keying, name.parse().ok())
    }
}

/// Why media was refused; `required`: encryption is required here.
#[cfg(feature = "srtp")]
pub(crate) fn media_failure(status: i32, required: bool) -> FailureCode {
    match status {
        sys::PJMEDIA_SRTP_ESDPINTRANSPORT
        | sys::PJMEDIA_SRTP_ESDPREQCRYPTO
        | sys::PJMEDIA_SRTP_ESDPREQSECTP
        | sys::PJMEDIA_SDP_EINPROTO => {
            if required {
                FailureCode::SrtpRequired
            } else {
                FailureCode::SrtpUnwanted
            }
        }
        sys::PJMEDIA_SRTP_EKEYNOTREADY => FailureCode::SrtpKeying,
        sys::PJMEDIA_SRTP_DTLS_EFPNOTMATCH | sys::PJMEDIA_SRTP_DTLS_ENOFPRINT | sys::PJMEDIA_SRTP_DTLS_EPEERNOCERT => {
            FailureCode::SrtpFingerprint
        }
        sys::PJMEDIA_SRTP_ECRYPTONOTMATCH
        | sys::PJMEDIA_SRTP_EINKEYLEN
        | sys::PJMEDIA_SRTP_ENOTSUPCRYPTO
        | sys::PJMEDIA_SRTP_ESDPAMBIGUEANS
        | sys::PJMEDIA_SRTP_ESDPDUPCRYPTOTAG
        | sys::PJMEDIA_SRTP_ESDPINCRYPTO
        | sys::PJMEDIA_SRTP_ESDPINCRYPTOTAG
        | sys::PJMEDIA_SRTP_DTLS_ENOCRYPTO
        | sys::PJMEDIA_SRTP_DTLS_ENOPROFILE => FailureCode::SrtpSuites,
        _ => FailureCode::NoCommonMedia,
    }
}

/// A build without SRTP has one reason only.
#[cfg(not(feature = "srtp"))]
pub(crate) fn media_failure(_: i32, _: bool) -> FailureCode {
    FailureCode::NoCommonMedia
}

/// Whether the negotiated media line has a certificate's fingerprint (RFC 5763 §5) and no key (RFC 4568 §9.1).
///
/// # Safety
/// Engine thread.
unsafe fn keyed_by_dtls(slot: i32, index: u32) -> bool {
    let has = |name: &str, list: &[*mut sys::pjmedia_sdp_attr]| {
        // SAFETY: attributes of a live session description.
        list.iter()
            .any(|attr| unsafe { attr.as_ref() }.is_some_and(|a| unsafe { lend(&a.name) } == name))
    };
    // SAFETY: engine thread; the caller's slot was checked by PJSUA a moment ago; the session lives while the call has
    // media, and the negotiator hands out its own description.
    unsafe {
        let Some(call) = (*sys::pjsua_get_var()).calls.add(slot as usize).as_ref() else {
            return false;
        };
        let mut sdp = std::ptr::null();
        let Some(session) = call.inv.as_ref() else { return false };
        if session.neg.is_null() || sys::pjmedia_sdp_neg_get_active_remote(session.neg, &mut sdp) != sys::PJ_SUCCESS {
            return false;
        }
        let Some(sdp) = sdp.as_ref() else { return false };
        let Some(media) = sdp
            .media
            .get(index as usize)
            .filter(|_| index < sdp.media_count)
            .and_then(|m| m.as_ref())
        else {
            return false;
        };
        let attributes = &media.attr[..media.attr_count as usize];
        let session_attributes = &sdp.attr[..sdp.attr_count as usize];
        !has("crypto", attributes) && (has("fingerprint", attributes) || has("fingerprint", session_attributes))
    }
}

/// Counts of a stream that is about to be destroyed.
///
/// # Safety
/// `stream` must be null or live.
pub(super) unsafe fn stats_of(stream: *mut sys::pjmedia_stream) -> Option<StreamStats> {
    if stream.is_null() {
        return None;
    }
    let mut stat = MaybeUninit::<sys::pjmedia_rtcp_stat>::uninit();
    // SAFETY: the caller vouches for the stream; filled when the call succeeds.
    unsafe {
        if sys::pjmedia_stream_get_stat(stream, stat.as_mut_ptr()) != sys::PJ_SUCCESS {
            return None;
        }
        Some(convert(&*stat.as_ptr()))
    }
}

fn convert(stat: &sys::pjmedia_rtcp_stat) -> StreamStats {
    let micros = |us: i32| Duration::from_micros(u64::try_from(us).unwrap_or(0));
    let one = |s: &sys::pjmedia_rtcp_stream_stat| DirectionStats {
        packets: s.pkt.into(),
        bytes: s.bytes.into(),
        lost: s.loss.into(),
        discarded: s.discard.into(),
        reordered: s.reorder.into(),
        duplicated: s.dup.into(),
        jitter: micros(s.jitter.mean),
        jitter_max: micros(s.jitter.max),
    };
    StreamStats {
        sent: one(&stat.tx),
        received: one(&stat.rx),
        round_trip: (stat.rtt.n > 0).then(|| micros(stat.rtt.mean)),
    }
}
