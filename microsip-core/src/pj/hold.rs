//! Who holds a call, and silence instead of our audio.

use pjsip_sys as sys;

use super::Pj;
use super::string::lend;
use crate::media::MediaDirection;

/// What the last negotiation says about hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// We do not listen, by our own will.
    pub(crate) local: bool,
    /// The peer does not listen, by its own will; `None` when its answer had no choice.
    pub(crate) remote: Option<bool>,
}

/// In PJMEDIA's terms.
pub(super) fn to_pj(direction: MediaDirection) -> sys::pjmedia_dir {
    match direction {
        MediaDirection::Inactive => sys::PJMEDIA_DIR_NONE,
        MediaDirection::SendOnly => sys::PJMEDIA_DIR_ENCODING,
        MediaDirection::ReceiveOnly => sys::PJMEDIA_DIR_DECODING,
        MediaDirection::SendReceive => sys::PJMEDIA_DIR_ENCODING_DECODING,
    }
}

impl Pj {
    /// Who holds the call's audio; `None` before there is any.
    pub(crate) fn held(&self, slot: i32) -> Option<Held> {
        // SAFETY: engine thread; `live` checks the slot. The negotiator hands out its own descriptions, which live until the
        // next negotiation; its media and attribute lists are as long as their counts say.
        unsafe {
            let (call, inv) = super::offer::live(slot)?;
            let index = usize::try_from(call.audio_idx).ok()?;
            let own = call.media.get(index)?.def_dir;
            let mut remote = std::ptr::null();
            if inv.neg.is_null() || sys::pjmedia_sdp_neg_get_active_remote(inv.neg, &mut remote) != sys::PJ_SUCCESS {
                return None;
            }
            let media = remote.as_ref()?.media.get(index)?.as_ref()?;
            let mut theirs = MediaDirection::SendReceive;
            for attribute in media.attr.iter().take(media.attr_count as usize) {
                let Some(attribute) = attribute.as_ref() else { continue };
                theirs = match lend(&attribute.name).as_ref() {
                    "sendonly" => MediaDirection::SendOnly,
                    "recvonly" => MediaDirection::ReceiveOnly,
                    "inactive" => MediaDirection::Inactive,
                    _ => continue,
                };
            }
            let deaf = matches!(theirs, MediaDirection::SendOnly | MediaDirection::Inactive);
            let answered = sys::pjmedia_sdp_neg_was_answer_remote(inv.neg) != 0;
            // "inactive" is all that can be answered to "inactive", and a peer may answer it to "sendonly" because it does
            // not care for our music.
            let free = !answered || own == sys::PJMEDIA_DIR_ENCODING_DECODING || !deaf;
            Some(Held {
                local: own & sys::PJMEDIA_DIR_DECODING == 0,
                remote: free.then_some(deaf),
            })
        }
    }

    /// Which way we want audio to flow; `None` before there is any.
    pub(crate) fn own_direction(&self, slot: i32) -> Option<MediaDirection> {
        // SAFETY: engine thread; `live` checks the slot.
        let own = unsafe {
            let (call, _) = super::offer::live(slot)?;
            call.media.get(usize::try_from(call.audio_idx).ok()?)?.def_dir
        };
        [
            MediaDirection::Inactive,
            MediaDirection::SendOnly,
            MediaDirection::ReceiveOnly,
            MediaDirection::SendReceive,
        ]
        .into_iter()
        .find(|direction| to_pj(*direction) == own)
    }

    /// What we want from now on, without telling the peer: it counts for the next answer of ours.
    pub(crate) fn set_own_direction(&self, slot: i32, direction: MediaDirection) {
        // SAFETY: engine thread; `live` checks the slot, and nobody else holds a reference to the call meanwhile.
        unsafe {
            if super::offer::live(slot).is_none() {
                return;
            }
            let call = (*sys::pjsua_get_var()).calls.add(slot as usize);
            for media in (*call).media.iter_mut().chain(&mut (*call).media_prov) {
                media.def_dir = to_pj(direction);
            }
        }
    }
}
