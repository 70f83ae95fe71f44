//! A stream of a call, as negotiated.

use std::ffi::c_char;

use microsip_core::{Candidate, CandidateKind, IceState, MediaDirection, MediaInfo};

use crate::account::{microsip_srtp_keying_t, microsip_srtp_suite_t};
use crate::base::{Code, Fault, Out, Outcome, free, get, guard, share};
use crate::code;
use crate::handle;
use crate::status::microsip_status_e;
use crate::status::microsip_status_t;

/// Which way audio flows, from our point of view (RFC 8866 §6.7): one of `enum microsip_media_direction_e`.
pub type microsip_media_direction_t = i32;

/// The values of `microsip_media_direction_t`.
#[repr(i32)]
pub enum microsip_media_direction_e {
    /// Neither way: `a=inactive`.
    MICROSIP_MEDIA_DIRECTION_INACTIVE = 1,
    /// We send only: `a=sendonly`.
    MICROSIP_MEDIA_DIRECTION_SEND_ONLY = 2,
    /// We receive only: `a=recvonly`.
    MICROSIP_MEDIA_DIRECTION_RECEIVE_ONLY = 3,
    /// Both ways: `a=sendrecv`.
    MICROSIP_MEDIA_DIRECTION_SEND_RECEIVE = 4,
}

code!(microsip_media_direction_e, "direction of audio", MediaDirection {
    MICROSIP_MEDIA_DIRECTION_INACTIVE = Inactive,
    MICROSIP_MEDIA_DIRECTION_SEND_ONLY = SendOnly,
    MICROSIP_MEDIA_DIRECTION_RECEIVE_ONLY = ReceiveOnly,
    MICROSIP_MEDIA_DIRECTION_SEND_RECEIVE = SendReceive,
});

/// Where ICE stands for a stream (RFC 8445): one of `enum microsip_ice_state_e`.
pub type microsip_ice_state_t = i32;

/// The values of `microsip_ice_state_t`.
#[repr(i32)]
pub enum microsip_ice_state_e {
    /// Our addresses are gathered.
    MICROSIP_ICE_STATE_GATHERING = 1,
    /// They are there; the peer's are not.
    MICROSIP_ICE_STATE_WAITING = 2,
    /// Ways to the peer are tried.
    MICROSIP_ICE_STATE_CHECKING = 3,
    /// A way was found and is used.
    MICROSIP_ICE_STATE_CONNECTED = 4,
    /// No way was found: the stream is silent.
    MICROSIP_ICE_STATE_FAILED = 5,
    /// The peer does without ICE, or a proxy changed the addresses (`ice-mismatch`): media goes to the addresses of the
    /// SDP.
    MICROSIP_ICE_STATE_UNUSED = 6,
}

code!(microsip_ice_state_e, "state of ICE", IceState {
    MICROSIP_ICE_STATE_GATHERING = Gathering,
    MICROSIP_ICE_STATE_WAITING = Waiting,
    MICROSIP_ICE_STATE_CHECKING = Checking,
    MICROSIP_ICE_STATE_CONNECTED = Connected,
    MICROSIP_ICE_STATE_FAILED = Failed,
    MICROSIP_ICE_STATE_UNUSED = Unused,
});

/// Where an address of ICE comes from (RFC 8445 §5.1.1): one of `enum microsip_candidate_kind_e`.
pub type microsip_candidate_kind_t = i32;

/// The values of `microsip_candidate_kind_t`.
#[repr(i32)]
pub enum microsip_candidate_kind_e {
    /// An interface of the machine: `host`.
    MICROSIP_CANDIDATE_KIND_HOST = 1,
    /// Seen by a STUN server: `srflx`.
    MICROSIP_CANDIDATE_KIND_SERVER_REFLEXIVE = 2,
    /// Seen by the peer during its checks: `prflx`.
    MICROSIP_CANDIDATE_KIND_PEER_REFLEXIVE = 3,
    /// A relay's: `relay`.
    MICROSIP_CANDIDATE_KIND_RELAYED = 4,
}

code!(microsip_candidate_kind_e, "kind of candidate", CandidateKind {
    MICROSIP_CANDIDATE_KIND_HOST = Host,
    MICROSIP_CANDIDATE_KIND_SERVER_REFLEXIVE = ServerReflexive,
    MICROSIP_CANDIDATE_KIND_PEER_REFLEXIVE = PeerReflexive,
    MICROSIP_CANDIDATE_KIND_RELAYED = Relayed,
});

/// Which packets take a way that ICE found: one of `enum microsip_ice_component_e`.
pub type microsip_ice_component_t = i32;

/// The values of `microsip_ice_component_t`.
#[repr(i32)]
pub enum microsip_ice_component_e {
    /// Audio.
    MICROSIP_ICE_COMPONENT_RTP = 1,
    /// Reports.
    MICROSIP_ICE_COMPONENT_RTCP = 2,
}

/// An end of a way that ICE found: one of `enum microsip_ice_end_e`.
pub type microsip_ice_end_t = i32;

/// The values of `microsip_ice_end_t`.
#[repr(i32)]
pub enum microsip_ice_end_e {
    /// Ours.
    MICROSIP_ICE_END_LOCAL = 1,
    /// The peer's.
    MICROSIP_ICE_END_REMOTE = 2,
}

/// One audio stream of a call, as negotiated. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_media_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_media_info_t, 68, "media info", MediaInfo);

/// Another handle to the same stream, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_clone(
    media: microsip_media_info_t,
    clone: *mut microsip_media_info_t,
) -> microsip_status_t {
    guard("microsip_media_info_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(media)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_media_info_free(media: microsip_media_info_t) -> microsip_status_t {
    guard("microsip_media_info_free", || free(media))
}

/// Whether it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_active(
    media: microsip_media_info_t,
    active: *mut bool,
) -> microsip_status_t {
    guard("microsip_media_info_active", || {
        let out = Out::new(active, "active")?;
        let media = get(media)?;
        out.set(media.active);
        Ok(())
    })
}

/// Which way audio flows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_direction(
    media: microsip_media_info_t,
    direction: *mut microsip_media_direction_t,
) -> microsip_status_t {
    guard("microsip_media_info_direction", || {
        let out = Out::new(direction, "direction")?;
        let media = get(media)?;
        out.set(media.direction.code());
        Ok(())
    })
}

/// The codec agreed on, as `"NAME/RATE/CHANNELS"`; `NO_VALUE` until then. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_codec(
    media: microsip_media_info_t,
    codec: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_media_info_codec", || {
        let out = Out::new(codec, "codec")?;
        let media = get(media)?;
        let text = (media.codec.as_ref().map(ToString::to_string)).ok_or_else(|| Fault::none("codec yet"))?;
        out.set(media.lend(&text));
        Ok(())
    })
}

/// RTP payload type we send; `NO_VALUE` until a codec is agreed on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_payload_type(
    media: microsip_media_info_t,
    payload_type: *mut u8,
) -> microsip_status_t {
    guard("microsip_media_info_payload_type", || {
        let out = Out::new(payload_type, "payload_type")?;
        let media = get(media)?;
        out.set_some(media.payload_type, "payload type yet")
    })
}

/// Where we send RTP, `host:port`, as the SDP says; empty until known. ICE may have found another way:
/// `microsip_media_info_ice_candidate`. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_remote_rtp(
    media: microsip_media_info_t,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_media_info_remote_rtp", || {
        let out = Out::new(address, "address")?;
        let media = get(media)?;
        out.set(media.lend(&media.remote_rtp));
        Ok(())
    })
}

/// How the stream's keys are agreed; `NO_VALUE` for plain RTP. With DTLS, nothing is sent or heard until the handshake
/// is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_srtp_keying(
    media: microsip_media_info_t,
    keying: *mut microsip_srtp_keying_t,
) -> microsip_status_t {
    guard("microsip_media_info_srtp_keying", || {
        let out = Out::new(keying, "keying")?;
        let media = get(media)?;
        out.set_some(media.srtp.map(|v| v.code()), "SRTP")
    })
}

/// What protects the stream; `NO_VALUE` for plain RTP, and until keys are agreed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_srtp_suite(
    media: microsip_media_info_t,
    suite: *mut microsip_srtp_suite_t,
) -> microsip_status_t {
    guard("microsip_media_info_srtp_suite", || {
        let out = Out::new(suite, "suite")?;
        let media = get(media)?;
        out.set_some(media.srtp_suite.map(|v| v.code()), "SRTP suite")
    })
}

/// Where ICE stands; `NO_VALUE` when this side does without it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_ice_state(
    media: microsip_media_info_t,
    state: *mut microsip_ice_state_t,
) -> microsip_status_t {
    guard("microsip_media_info_ice_state", || {
        let out = Out::new(state, "state")?;
        let media = get(media)?;
        out.set_some(media.ice.as_ref().map(|ice| ice.state).map(|v| v.code()), "ICE")
    })
}

/// Whether we decide which way is taken (RFC 8445 §6.1.1); `NO_VALUE` without ICE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_ice_controlling(
    media: microsip_media_info_t,
    controlling: *mut bool,
) -> microsip_status_t {
    guard("microsip_media_info_ice_controlling", || {
        let out = Out::new(controlling, "controlling")?;
        let media = get(media)?;
        out.set_some(media.ice.as_ref().map(|ice| ice.controlling), "ICE")
    })
}

/// Number of an argument that is 1 or 2.
fn first(number: i32, name: &str) -> Outcome<bool> {
    match number {
        1 => Ok(true),
        2 => Ok(false),
        other => Err(Fault::new(
            microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
            format!("{other} is no {name}"),
        )),
    }
}

fn candidate(media: &MediaInfo, component: i32, end: i32) -> Outcome<&Candidate> {
    let (rtp, local) = (first(component, "ICE component")?, first(end, "end of a way")?);
    let ice = media.ice.as_ref().ok_or_else(|| Fault::none("ICE"))?;
    let pair = if rtp { ice.rtp.as_ref() } else { ice.rtcp.as_ref() };
    let pair = pair.ok_or_else(|| Fault::none("way of these packets"))?;
    Ok(if local { &pair.local } else { &pair.remote })
}

/// One end of the way that RTP or RTCP takes: where its address comes from, and the address as `host:port`. `NO_VALUE`
/// without ICE, until a way is found, and for RTCP that shares RTP's way. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_media_info_ice_candidate(
    media: microsip_media_info_t,
    component: microsip_ice_component_t,
    end: microsip_ice_end_t,
    kind: *mut microsip_candidate_kind_t,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_media_info_ice_candidate", || {
        let (out_kind, out_address) = (Out::new(kind, "kind"), Out::new(address, "address"));
        let (out_kind, out_address) = (out_kind?, out_address?);
        let media = get(media)?;
        let candidate = candidate(&media, component, end)?;
        out_kind.set(candidate.kind.code());
        out_address.set(media.lend(&candidate.address));
        Ok(())
    })
}
