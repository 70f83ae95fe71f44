//! Settings of the endpoint.

use microsip_core as core;

use crate::{names, settings};

names!(core::LogLevel as "LogLevel" { Off = "off", Error = "error", Warn = "warn", Info = "info", Debug = "debug" });

settings!(core::TransportConfig, core::TransportConfig::new(core::Transport::Udp, ([0, 0, 0, 0], 0).into()), "TransportConfig" {
    transport, bind,
});

settings!(core::EndpointConfig as "EndpointConfig" {
    user_agent, transports, rtp_ports: |it, range: std::ops::RangeInclusive<u16>| it.rtp_ports = Some(range),
    max_calls: |it, number: u32| it.limits.calls = number,
    max_accounts: |it, number: u32| it.limits.accounts = number,
    log_level, trace, event_capacity, close_timeout, ptime,
    codecs: |it, list: String| *it = std::mem::take(it).codecs(&list)?,
});
