//! Streams, codecs and the bridge in PJSUA.

use std::mem::MaybeUninit;

use pjsip_sys as sys;

use super::Pj;
use super::string::{lend, to_string};
use crate::failure::FailureCode;
use crate::media::{Codec, MediaDirection, MediaInfo, SrtpKeying, SrtpSuite};

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
        let codec = super::stats::codec_of(&audio.fmt);
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
