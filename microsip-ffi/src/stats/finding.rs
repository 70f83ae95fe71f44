//! Why somebody hears nothing.

use std::ffi::c_char;

use microsip_core::AudioFinding;
use std::time::Duration;

use crate::base::{Fault, Out, Outcome, free, get, guard, put, share};
use crate::call::microsip_call_t;
use crate::handle;
use crate::status::microsip_status_t;

/// What is the matter with a call's audio: one of `enum microsip_finding_kind_e`.
pub type microsip_finding_kind_t = i32;

/// The values of `microsip_finding_kind_t`.
#[repr(i32)]
pub enum microsip_finding_kind_e {
    /// The session says that we receive, and not a single packet came.
    MICROSIP_FINDING_KIND_NOTHING_RECEIVED = 1,
    /// Packets came, and then no more. A peer that suppresses silence does that too.
    MICROSIP_FINDING_KIND_RECEPTION_STOPPED = 2,
    /// The session says that we send, and nothing left us: there is nothing to play and silence is not sent, or there
    /// is no way to the peer.
    MICROSIP_FINDING_KIND_NOTHING_SENT = 3,
    /// Packets come from another address than the peer's SDP says: a NAT or a media relay on the way. They are heard,
    /// and we send there.
    MICROSIP_FINDING_KIND_FROM_ELSEWHERE = 4,
    /// The peer's SDP has an address of a private network, and its signalling comes from a public one: what we send
    /// there is lost, unless its packets show us the way (RFC 3235 §3.4).
    MICROSIP_FINDING_KIND_PRIVATE_ADDRESS_OF_PEER = 5,
    /// Our SDP has an address of a private network, and the peer is on a public one: it can answer only if it goes by
    /// our packets.
    MICROSIP_FINDING_KIND_PRIVATE_ADDRESS_OF_OURS = 6,
    /// Packets come, and all that is in them is silence, -65 dBov or less: a muted microphone, the wrong device.
    MICROSIP_FINDING_KIND_ONLY_SILENCE = 7,
    /// Packets come with a payload type that was not agreed on; they are thrown away.
    MICROSIP_FINDING_KIND_UNKNOWN_PAYLOAD = 8,
    /// Packets come that SRTP cannot open: another key, or no encryption at all.
    MICROSIP_FINDING_KIND_SRTP_FAILED = 9,
}

/// The number of a kind; 0 for what this interface does not know.
fn number(finding: &AudioFinding) -> i32 {
    match finding {
        AudioFinding::NothingReceived { .. } => microsip_finding_kind_e::MICROSIP_FINDING_KIND_NOTHING_RECEIVED as i32,
        AudioFinding::ReceptionStopped { .. } => {
            microsip_finding_kind_e::MICROSIP_FINDING_KIND_RECEPTION_STOPPED as i32
        }
        AudioFinding::NothingSent { .. } => microsip_finding_kind_e::MICROSIP_FINDING_KIND_NOTHING_SENT as i32,
        AudioFinding::FromElsewhere { .. } => microsip_finding_kind_e::MICROSIP_FINDING_KIND_FROM_ELSEWHERE as i32,
        AudioFinding::PrivateAddressOfPeer { .. } => {
            microsip_finding_kind_e::MICROSIP_FINDING_KIND_PRIVATE_ADDRESS_OF_PEER as i32
        }
        AudioFinding::PrivateAddressOfOurs { .. } => {
            microsip_finding_kind_e::MICROSIP_FINDING_KIND_PRIVATE_ADDRESS_OF_OURS as i32
        }
        AudioFinding::OnlySilence { .. } => microsip_finding_kind_e::MICROSIP_FINDING_KIND_ONLY_SILENCE as i32,
        AudioFinding::UnknownPayload { .. } => microsip_finding_kind_e::MICROSIP_FINDING_KIND_UNKNOWN_PAYLOAD as i32,
        AudioFinding::SrtpFailed { .. } => microsip_finding_kind_e::MICROSIP_FINDING_KIND_SRTP_FAILED as i32,
        _ => 0,
    }
}

/// Something about a call's audio that explains why it is not heard, or soon will. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_finding_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_finding_t, 64, "finding", AudioFinding);

/// Another handle to the same finding, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_clone(
    finding: microsip_finding_t,
    clone: *mut microsip_finding_t,
) -> microsip_status_t {
    guard("microsip_finding_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(finding)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_finding_free(finding: microsip_finding_t) -> microsip_status_t {
    guard("microsip_finding_free", || free(finding))
}

/// What it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_kind(
    finding: microsip_finding_t,
    kind: *mut microsip_finding_kind_t,
) -> microsip_status_t {
    guard("microsip_finding_kind", || {
        let out = Out::new(kind, "kind")?;
        let finding = get(finding)?;
        out.set(number(&finding));
        Ok(())
    })
}

/// Stable lower-case name of the kind: `"nothing_received"`, … Lent until the finding is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_name(
    finding: microsip_finding_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_finding_name", || {
        let out = Out::new(name, "name")?;
        let finding = get(finding)?;
        out.set(finding.lend(finding.name()));
        Ok(())
    })
}

/// The finding in an English sentence. Lent until the finding is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_text(
    finding: microsip_finding_t,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_finding_text", || {
        let out = Out::new(text, "text")?;
        let finding = get(finding)?;
        out.set(finding.lend(&finding.to_string()));
        Ok(())
    })
}

/// Whether audio is missing; the others explain it, and mean nothing as long as everybody hears.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_is_fault(finding: microsip_finding_t, fault: *mut bool) -> microsip_status_t {
    guard("microsip_finding_is_fault", || {
        let out = Out::new(fault, "fault")?;
        let finding = get(finding)?;
        out.set(finding.is_fault());
        Ok(())
    })
}

fn length(finding: &AudioFinding) -> Option<Duration> {
    match finding {
        AudioFinding::NothingReceived { since }
        | AudioFinding::ReceptionStopped { since }
        | AudioFinding::NothingSent { since }
        | AudioFinding::OnlySilence { since, .. } => Some(*since),
        _ => None,
    }
}

/// How long nothing was received or sent, or only silence, in milliseconds; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_since_ms(finding: microsip_finding_t, since: *mut u64) -> microsip_status_t {
    guard("microsip_finding_since_ms", || {
        let out = Out::new(since, "since")?;
        let finding = get(finding)?;
        out.set_some(
            length(&finding).map(|since| since.as_millis() as u64),
            "length of this finding",
        )
    })
}

/// How loud the loudest of the silence was, in dBov; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_level_dbov(
    finding: microsip_finding_t,
    level: *mut f64,
) -> microsip_status_t {
    guard("microsip_finding_level_dbov", || {
        let out = Out::new(level, "level")?;
        let finding = get(finding)?;
        out.set_some(
            match &**finding {
                AudioFinding::OnlySilence { level_dbov, .. } => Some(*level_dbov),
                _ => None,
            },
            "level of this finding",
        )
    })
}

/// How many packets were thrown away; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_packets(finding: microsip_finding_t, packets: *mut u64) -> microsip_status_t {
    guard("microsip_finding_packets", || {
        let out = Out::new(packets, "packets")?;
        let finding = get(finding)?;
        out.set_some(
            match &**finding {
                AudioFinding::UnknownPayload { packets } | AudioFinding::SrtpFailed { packets } => Some(*packets),
                _ => None,
            },
            "number of packets of this finding",
        )
    })
}

/// What an SDP says, and what is seen.
fn addresses(finding: &AudioFinding) -> Outcome<(String, String)> {
    match finding {
        AudioFinding::FromElsewhere { announced, actual } => Ok((announced.clone(), actual.clone())),
        AudioFinding::PrivateAddressOfPeer { announced, reached } => Ok((announced.to_string(), reached.to_string())),
        AudioFinding::PrivateAddressOfOurs { announced, peer } => Ok((announced.to_string(), peer.to_string())),
        _ => Err(Fault::none("address of this finding")),
    }
}

/// The address in the SDP: `host:port` of `FROM_ELSEWHERE`, the IP of private addresses; `NO_VALUE` for other kinds.
/// Lent until the finding is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_announced(
    finding: microsip_finding_t,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_finding_announced", || {
        let out = Out::new(address, "address")?;
        let finding = get(finding)?;
        out.set(finding.lend(&addresses(&finding)?.0));
        Ok(())
    })
}

/// What it does not fit: where the newest packet came from, `host:port`; the IP the peer's signalling comes from, of
/// private addresses. `NO_VALUE` for other kinds. Lent until the finding is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_finding_actual(
    finding: microsip_finding_t,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_finding_actual", || {
        let out = Out::new(address, "address")?;
        let finding = get(finding)?;
        out.set(finding.lend(&addresses(&finding)?.1));
        Ok(())
    })
}

/// What was found about a call's audio. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_findings_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_findings_t, 65, "findings", Vec<AudioFinding>);

/// Looks for what keeps the call from being heard: nothing comes in or goes out although the session says so, packets
/// from unexpected places, private addresses, silence, packets that cannot be opened. Gives a list as a new handle to
/// be freed, empty when nothing is wrong.
///
/// What is missing is told when it has been missing for a second: ask a second or two after audio began. Silence is
/// known while something here listens to the call.
///
/// Statuses: `WRONG_STATE` while no audio runs, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_check_audio(
    call: microsip_call_t,
    findings: *mut microsip_findings_t,
) -> microsip_status_t {
    guard("microsip_call_check_audio", || {
        let out = Out::new(findings, "findings")?;
        out.set(put(get(call)?.check_audio()?)?);
        Ok(())
    })
}

/// How many findings there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_findings_count(
    findings: microsip_findings_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_findings_count", || {
        let out = Out::new(count, "count")?;
        let findings = get(findings)?;
        out.set(findings.len());
        Ok(())
    })
}

/// The finding at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_findings_at(
    findings: microsip_findings_t,
    index: usize,
    finding: *mut microsip_finding_t,
) -> microsip_status_t {
    guard("microsip_findings_at", || {
        let out = Out::new(finding, "finding")?;
        let findings = get(findings)?;
        let item = findings
            .get(index)
            .ok_or_else(|| Fault::none("finding at this index"))?;
        out.set(put(item.clone())?);
        Ok(())
    })
}

/// Another handle to the same findings, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_findings_clone(
    findings: microsip_findings_t,
    clone: *mut microsip_findings_t,
) -> microsip_status_t {
    guard("microsip_findings_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(findings)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_findings_free(findings: microsip_findings_t) -> microsip_status_t {
    guard("microsip_findings_free", || free(findings))
}
