//! Settings of the ways through NAT, and what is known about them.

use microsip_core as core;

use crate::{names, settings, snapshot};

names!(core::IceMode as "IceMode" { Off = "off", On = "on", RelayOnly = "relay_only" });
names!(core::StunState as "StunState" [Off, Asking, Ready, Failed]);
names!(core::NetworkStep as "NetworkStep" [Lost, Changed, Finished]);

settings!(core::TurnConfig, core::TurnConfig::new("", "", ""), "TurnConfig" { server, user, password, transport, realm });
settings!(core::NatConfig as "NatConfig" {
    stun_servers, stun_timeout, start_wait, stun_refresh, public_address, ice, aggressive, gather_timeout, turn,
});

snapshot!(core::StunInfo as "StunInfo" { state, server, sip, error });
snapshot!(core::NetworkChange as "NetworkChange" { step, lost, gained, accounts, registered, calls, moved, took });
snapshot!(core::TransportSwitch as "TransportSwitch" { call, call_id, method, remote, size, limit, from_ = |it| it.from, to, error });
