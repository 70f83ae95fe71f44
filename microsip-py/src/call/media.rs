//! How a call's media is protected, and which way it takes.

use microsip_core as core;

use crate::{names, snapshot};

names!(core::SrtpKeying as "SrtpKeying" [Sdes, Dtls]);
names!(core::SrtpSuite as "SrtpSuite" [
    AesCm128HmacSha1_80, AesCm128HmacSha1_32, Aes256CmHmacSha1_80, Aes256CmHmacSha1_32, AeadAes128Gcm, AeadAes256Gcm,
]);
names!(core::IceState as "IceState" [Gathering, Waiting, Checking, Connected, Failed, Unused]);
names!(core::CandidateKind as "CandidateKind" [Host, ServerReflexive, PeerReflexive, Relayed]);

snapshot!(core::Candidate as "Candidate" { kind, address });
snapshot!(core::CandidatePair as "CandidatePair" { local, remote });
snapshot!(core::IceInfo as "IceInfo" { state, controlling, rtp, rtcp });
