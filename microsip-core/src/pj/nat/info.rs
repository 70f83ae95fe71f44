//! What ICE found for a medium.

use pjsip_sys as sys;

use crate::media::{Candidate, CandidateKind, CandidatePair, IceInfo, IceState};
use crate::pj::transport::address_text;

/// ICE of a medium; `None` when it does without.
///
/// # Safety
/// Engine thread.
pub(in crate::pj) unsafe fn ice_info(slot: i32, index: u32, running: bool) -> Option<IceInfo> {
    let mut info = std::mem::MaybeUninit::<sys::pjmedia_transport_info>::uninit();
    // SAFETY: engine thread, as the caller vouches; PJSUA's tables are read in place. Plain media, without ICE, is told by
    // the kind of its transport, before anything is asked for.
    unsafe {
        let call = (*sys::pjsua_get_var())
            .calls
            .add(usize::try_from(slot).ok()?)
            .as_ref()?;
        let medium = call.media.get(index as usize)?;
        if medium.tp_orig.as_ref()?.type_ != sys::PJMEDIA_TRANSPORT_TYPE_ICE {
            return None;
        }
        sys::pjmedia_transport_info_init(info.as_mut_ptr());
        if sys::pjmedia_transport_get_info(medium.tp_orig, info.as_mut_ptr()) != sys::PJ_SUCCESS {
            return None;
        }
        let info = &*info.as_ptr();
        let specific = info.spc_info.iter().take(info.specific_info_cnt as usize);
        let ice = specific
            .into_iter()
            .find(|s| s.type_ == sys::PJMEDIA_TRANSPORT_TYPE_ICE)?;
        let ice = &*ice.buffer.as_ptr().cast::<sys::pjmedia_ice_transport_info>();
        let state = match ice.sess_state {
            // What it goes back to when the peer does without.
            sys::PJ_ICE_STRANS_STATE_INIT | sys::PJ_ICE_STRANS_STATE_READY if running => IceState::Unused,
            sys::PJ_ICE_STRANS_STATE_NULL | sys::PJ_ICE_STRANS_STATE_INIT => IceState::Gathering,
            sys::PJ_ICE_STRANS_STATE_READY | sys::PJ_ICE_STRANS_STATE_SESS_READY => IceState::Waiting,
            sys::PJ_ICE_STRANS_STATE_NEGO => IceState::Checking,
            sys::PJ_ICE_STRANS_STATE_RUNNING => IceState::Connected,
            _ => IceState::Failed,
        };
        let pair = |component: usize| {
            let known = state == IceState::Connected && component < ice.comp_cnt as usize;
            let c = ice.comp.get(component).filter(|_| known)?;
            let local = Candidate {
                kind: kind(c.lcand_type)?,
                address: address_text(&raw const c.lcand_addr),
            };
            let remote = Candidate {
                kind: kind(c.rcand_type)?,
                address: address_text(&raw const c.rcand_addr),
            };
            (!remote.address.is_empty()).then_some(CandidatePair { local, remote })
        };
        Some(IceInfo {
            state,
            controlling: ice.role == sys::PJ_ICE_SESS_ROLE_CONTROLLING,
            rtp: pair(0),
            rtcp: pair(1),
        })
    }
}

fn kind(of: sys::pj_ice_cand_type) -> Option<CandidateKind> {
    Some(match of {
        sys::PJ_ICE_CAND_TYPE_HOST => CandidateKind::Host,
        sys::PJ_ICE_CAND_TYPE_SRFLX => CandidateKind::ServerReflexive,
        sys::PJ_ICE_CAND_TYPE_PRFLX => CandidateKind::PeerReflexive,
        sys::PJ_ICE_CAND_TYPE_RELAYED => CandidateKind::Relayed,
        _ => return None,
    })
}
