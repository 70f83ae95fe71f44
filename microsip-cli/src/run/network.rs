//! Events about the network and the ways through it: data, and how it comes from the library's types.

use std::net::IpAddr;

use microsip_core::{Call, CallInfo, Error, IceState, NetworkChange, StunInfo, TransportSwitch};
use serde::Serialize;

use super::events::{ErrorOut, seconds};

/// The network changed.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct NetworkOut {
    pub step: &'static str,
    pub lost: Vec<String>,
    pub gained: Vec<String>,
    pub accounts: usize,
    pub registered: usize,
    pub calls: usize,
    pub moved: usize,
    pub took: f64,
}

impl From<&NetworkChange> for NetworkOut {
    fn from(change: &NetworkChange) -> Self {
        let text = |list: &[IpAddr]| list.iter().map(ToString::to_string).collect();
        NetworkOut {
            step: change.step.name(),
            lost: text(&change.lost),
            gained: text(&change.gained),
            accounts: change.accounts,
            registered: change.registered,
            calls: change.calls,
            moved: change.moved,
            took: seconds(change.took),
        }
    }
}

/// A request took another transport for its size.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct SwitchOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub method: String,
    pub remote: String,
    pub size: u32,
    pub limit: u32,
    pub from: &'static str,
    pub to: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl From<&TransportSwitch> for SwitchOut {
    fn from(switch: &TransportSwitch) -> Self {
        SwitchOut {
            call: switch.call.as_ref().map(|call| call.id().get()),
            method: switch.method.clone(),
            remote: switch.remote.clone(),
            size: switch.size,
            limit: switch.limit,
            from: switch.from.name(),
            to: switch.to.name(),
            error: switch.error.as_ref().map(ErrorOut::from),
        }
    }
}

/// What STUN found out.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct StunOut {
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl From<&StunInfo> for StunOut {
    fn from(info: &StunInfo) -> Self {
        StunOut {
            state: info.state.name(),
            server: info.server.clone(),
            address: info.sip.map(|address| address.to_string()),
            error: info.error.as_ref().map(ErrorOut::from),
        }
    }
}

/// What ICE found out.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct IceOut {
    pub call: u64,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl IceOut {
    /// The way of a call's first stream, or why there is none.
    pub fn new(call: &Call, info: &CallInfo, error: Option<&Error>) -> Self {
        let ice = info.media.first().and_then(|media| media.ice.as_ref());
        let pair = ice.and_then(|ice| ice.rtp.as_ref());
        let failed = || {
            if error.is_some() {
                IceState::Failed
            } else {
                IceState::Unused
            }
        };
        IceOut {
            call: call.id().get(),
            state: ice.map_or_else(failed, |ice| ice.state).name(),
            local: pair.map(|p| p.local.address.clone()),
            local_kind: pair.map(|p| p.local.kind.name()),
            remote: pair.map(|p| p.remote.address.clone()),
            remote_kind: pair.map(|p| p.remote.kind.name()),
            error: error.map(ErrorOut::from),
        }
    }
}

/// A TURN server gave no relay.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct RelayOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    pub error: ErrorOut,
}
