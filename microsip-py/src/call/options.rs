//! How calls are made, answered and ended.

use microsip_core as core;

use crate::settings;

settings!(core::CallOptions as "CallOptions" { headers, request_uri, from_: |it, name_addr: String| it.from = Some(name_addr), anonymous, late_offer, ring_for, hang_up_after, ptime });
settings!(core::AnswerOptions as "AnswerOptions" { headers, phrase, ptime, prefer_own_codecs });
settings!(core::RejectOptions as "RejectOptions" { headers, phrase, contacts });
settings!(core::HangUpOptions as "HangUpOptions" { headers });
