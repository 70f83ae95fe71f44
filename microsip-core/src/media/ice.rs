//! What ICE found.

/// Where ICE stands for a stream (RFC 8445).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IceState {
    /// Our addresses are gathered.
    Gathering,
    /// They are there; the peer's are not.
    Waiting,
    /// Ways to the peer are tried.
    Checking,
    /// A way was found and is used.
    Connected,
    /// No way was found: the stream is silent.
    Failed,
    /// The peer does without ICE, or a proxy changed the addresses (`ice-mismatch`): media goes to the addresses of the
    /// SDP.
    Unused,
}

impl IceState {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            IceState::Gathering => "gathering",
            IceState::Waiting => "waiting",
            IceState::Checking => "checking",
            IceState::Connected => "connected",
            IceState::Failed => "failed",
            IceState::Unused => "unused",
        }
    }
}

/// Where an address of ICE comes from (RFC 8445 §5.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CandidateKind {
    /// An interface of the machine.
    Host,
    /// Seen by a STUN server.
    ServerReflexive,
    /// Seen by the peer during its checks.
    PeerReflexive,
    /// A relay's.
    Relayed,
}

impl CandidateKind {
    /// The name in SDP: `"host"`, `"srflx"`, `"prflx"`, `"relay"`.
    pub fn name(self) -> &'static str {
        match self {
            CandidateKind::Host => "host",
            CandidateKind::ServerReflexive => "srflx",
            CandidateKind::PeerReflexive => "prflx",
            CandidateKind::Relayed => "relay",
        }
    }
}

/// One end of the way that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where the address comes from.
    pub kind: CandidateKind,
    /// `host:port`.
    pub address: String,
}

/// The way a component's packets take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidatePair {
    /// Our end.
    pub local: Candidate,
    /// The peer's end.
    pub remote: Candidate,
}

/// ICE of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IceInfo {
    /// Where it stands.
    pub state: IceState,
    /// Whether we decide which way is taken (RFC 8445 §6.1.1).
    pub controlling: bool,
    /// The way RTP takes; `None` until [`Connected`](IceState::Connected).
    pub rtp: Option<CandidatePair>,
    /// The way RTCP takes; `None` as well when it shares RTP's.
    pub rtcp: Option<CandidatePair>,
}
