//! A negotiated audio stream.

use super::{Codec, IceInfo, SrtpKeying, SrtpSuite};

/// Which way audio flows, from our point of view (RFC 8866 §6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaDirection {
    /// Neither way.
    Inactive,
    /// We send only.
    SendOnly,
    /// We receive only.
    ReceiveOnly,
    /// Both ways.
    SendReceive,
}

impl MediaDirection {
    /// Whether we send.
    pub(crate) fn sends(self) -> bool {
        matches!(self, MediaDirection::SendOnly | MediaDirection::SendReceive)
    }

    /// The SDP attribute: `"sendrecv"`, `"sendonly"`, `"recvonly"`, `"inactive"`.
    pub fn name(self) -> &'static str {
        match self {
            MediaDirection::Inactive => "inactive",
            MediaDirection::SendOnly => "sendonly",
            MediaDirection::ReceiveOnly => "recvonly",
            MediaDirection::SendReceive => "sendrecv",
        }
    }
}

/// One audio stream of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaInfo {
    /// Whether it runs.
    pub active: bool,
    /// Which way audio flows.
    pub direction: MediaDirection,
    /// The codec agreed on; `None` until then.
    pub codec: Option<Codec>,
    /// RTP payload type we send.
    pub payload_type: Option<u8>,
    /// Where we send RTP, `host:port`, as the SDP says; empty until known. ICE may have found another way: see `ice`.
    pub remote_rtp: String,
    /// How the stream's keys are agreed; `None` for plain RTP. With DTLS, nothing is sent or heard until the handshake is over.
    pub srtp: Option<SrtpKeying>,
    /// What protects the stream; `None` for plain RTP, and until keys are agreed.
    pub srtp_suite: Option<SrtpSuite>,
    /// What ICE found; `None` when this side does without it.
    pub ice: Option<IceInfo>,
}
