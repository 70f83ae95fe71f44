//! Settings of the endpoint.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use microsip_core as core;

use crate::{names, settings, snapshot};

names!(core::LogLevel as "LogLevel" { Off = "off", Error = "error", Warn = "warn", Info = "info", Debug = "debug" });
names!(core::DtmfDetection as "DtmfDetection" { Off = "off", Auto = "auto", Always = "always" });
names!(core::OptionsPolicy as "OptionsPolicy" { Available = "available", AsCall = "as_call" });

settings!(core::TransportConfig, core::TransportConfig::new(core::Transport::Udp, ([0, 0, 0, 0], 0).into()), "TransportConfig" {
    transport, bind,
});

settings!(core::Limits as "Limits" { calls, accounts });

settings!(core::DnsConfig as "DnsConfig" {
    servers, srv, naptr, timeout, target_timeout, avoid_for,
    hosts_file: |it, path: std::path::PathBuf| it.hosts_file = (!path.as_os_str().is_empty()).then_some(path),
});

settings!(core::EndpointConfig as "EndpointConfig" {
    user_agent,
    bind: |it, address: SocketAddr| *it = std::mem::take(it).bind(address),
    transports, tls,
    rtp_ports: |it, range: RangeInclusive<u16>| it.rtp_ports = Some(range),
    switch_to_tcp, dscp_sip, dscp_rtp, limits,
    max_calls: |it, number: u32| it.limits.calls = number,
    max_accounts: |it, number: u32| it.limits.accounts = number,
    log_level,
    codecs: |it, list: String| *it = std::mem::take(it).codecs(&list)?,
    opus, ptime, prefer_own_codecs, concealment, bridge_rate, incoming, policy, dtmf_detection, speech_detection, transfers,
    messages, options, guard, send_silence, silence_suppression, rport, gather, event_capacity, transaction_timeout,
    close_timeout, trace, dns, network_watch, quality, nat,
});

snapshot!(core::ServerAddress as "ServerAddress" { transport, address, name, priority, weight });
snapshot!(core::Diagnostics as "Diagnostics" {
    panics, failed_assertions, wake_ups, commands, malformed, malformed_answered, headers_passed_over, guard,
});
