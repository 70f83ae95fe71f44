//! The scenarios that ship with the testkit, and those of its users.

use std::path::PathBuf;

use crate::Result;
use crate::dir::TestDir;

/// Values for the keywords of our scenarios that a test does not set.
pub(super) const DEFAULT_KEYS: [(&str, &str); 5] = [
    ("user", "sipp"),
    ("domain", "127.0.0.1"),
    ("expires", "60"),
    ("realm", "example.test"),
    ("algorithm", "MD5"),
];

/// What SIPp plays. "Pause" is the time set by [`Sipp::pause`](super::Sipp::pause).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scenario {
    /// Caller: INVITE, ACK, pause, BYE. Offers PCMU, PCMA and telephone-event.
    UacBasic,
    /// Caller: INVITE, waits for 180, pause, CANCEL; expects 200 and 487.
    UacCancel,
    /// Caller: INVITE, waits for 180, the same INVITE again, ACK only to the second 200, so that the callee must repeat
    /// it; pause, BYE.
    UacRetransmit,
    /// Client: REGISTER with digest after a 401. Keys `user`, `domain`, `expires`; [`Sipp::credentials`](super::Sipp::credentials).
    UacRegister,
    /// Callee: 180, pause, 200, waits for BYE.
    UasBasic,
    /// Callee: 180, then expects CANCEL; answers 200 and 487.
    UasCancel,
    /// Callee: refuses.
    UasReject {
        /// The status code, 300 to 699.
        code: u16,
        /// The reason phrase.
        reason: String,
    },
    /// Callee: 180, 200, pause, then sends BYE itself.
    UasBye,
    /// Callee: takes the INVITE, says nothing for the pause.
    UasSilent,
    /// Callee: ignores the first INVITE and needs it again; sends 200 twice and needs two ACKs; waits for BYE. The caller must not
    /// hang up at once.
    UasRetransmit,
    /// Registrar: 401 with the keys `realm` and `algorithm`, then 200 with the key `expires` (seconds) to any credentials.
    UasRegister,
    /// A scenario file.
    File(PathBuf),
    /// The text of a scenario.
    Text(String),
}

impl Scenario {
    /// [`UasReject`](Self::UasReject) with code and reason phrase.
    #[must_use]
    pub fn reject(code: u16, reason: &str) -> Self {
        Self::UasReject {
            code,
            reason: reason.to_owned(),
        }
    }

    /// Arguments the scenario cannot do without.
    pub(super) fn extra_args(&self) -> &'static [&'static str] {
        match self {
            // Retransmissions are part of the script here, so SIPp must not swallow them.
            Self::UasRetransmit | Self::UacRetransmit => &["-nr"],
            _ => &[],
        }
    }

    /// Puts the scenario into a file and returns its path.
    pub(super) fn write(&self, dir: &TestDir) -> Result<PathBuf> {
        let (name, text) = match self {
            Self::File(path) => return std::path::absolute(path).map_err(|e| crate::Error::io("find a scenario", e)),
            Self::Text(text) => ("scenario.xml", text.as_str()),
            Self::UacBasic => ("uac_basic.xml", include_str!("../../scenarios/uac_basic.xml")),
            Self::UacCancel => ("uac_cancel.xml", include_str!("../../scenarios/uac_cancel.xml")),
            Self::UacRetransmit => ("uac_retransmit.xml", include_str!("../../scenarios/uac_retransmit.xml")),
            Self::UacRegister => ("uac_register.xml", include_str!("../../scenarios/uac_register.xml")),
            Self::UasBasic => ("uas_basic.xml", include_str!("../../scenarios/uas_basic.xml")),
            Self::UasCancel => ("uas_cancel.xml", include_str!("../../scenarios/uas_cancel.xml")),
            Self::UasReject { code, reason } => {
                let text = include_str!("../../scenarios/uas_reject.xml");
                let text = text.replace("@CODE@", &code.to_string()).replace("@REASON@", reason);
                return dir.write("uas_reject.xml", text);
            }
            Self::UasBye => ("uas_bye.xml", include_str!("../../scenarios/uas_bye.xml")),
            Self::UasSilent => ("uas_silent.xml", include_str!("../../scenarios/uas_silent.xml")),
            Self::UasRetransmit => ("uas_retransmit.xml", include_str!("../../scenarios/uas_retransmit.xml")),
            Self::UasRegister => ("uas_register.xml", include_str!("../../scenarios/uas_register.xml")),
        };
        dir.write(name, text)
    }
}
