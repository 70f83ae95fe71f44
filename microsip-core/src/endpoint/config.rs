//! Settings of an endpoint.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use super::nat::NatConfig;
use super::tls::TlsConfig;
use crate::dns::DnsConfig;
use crate::media::quality::QualityConfig;
use crate::media::{AudioDeviceOptions, Codec, OpusOptions, SpeechOptions, default_codecs};
use crate::message::MessageConfig;
use crate::policy::guard::GuardConfig;
use crate::policy::{CallPolicy, Handler, IncomingPolicy, OptionsPolicy, SharedHandler, TransferRules};
use crate::sip::{DtmfDetection, Transport};
use crate::{Error, Result};

/// How much PJSIP's own log says. It goes to [`tracing`] with the target `pjsip`, secrets masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Errors.
    Error,
    /// Warnings.
    #[default]
    Warn,
    /// What happens.
    Info,
    /// Details.
    Debug,
}

/// How many objects there can be at once. Memory is taken when they are used, not in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Calls, 1 to 4096; default 32. An incoming call beyond it is answered 486 Busy Here.
    pub calls: u32,
    /// Accounts, 1 to 1024; default 1024.
    pub accounts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            calls: 32,
            accounts: crate::pj::MAX_ACCOUNTS,
        }
    }
}

/// A socket that sends and receives SIP.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransportConfig {
    /// Protocol.
    pub transport: Transport,
    /// Address to bind; port 0 lets the system choose. The address must be one of this machine or the unspecified one.
    pub bind: SocketAddr,
}

impl TransportConfig {
    /// A transport bound to `bind`.
    pub fn new(transport: Transport, bind: SocketAddr) -> Self {
        TransportConfig { transport, bind }
    }
}

/// Settings of an endpoint; checked by [`Endpoint::start`](crate::Endpoint::start).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// `User-Agent` of our requests; default `microsip/VERSION`.
    pub user_agent: String,
    /// SIP sockets; default one UDP, one TCP and one TLS on all IPv4 addresses, ports chosen by the system.
    pub transports: Vec<TransportConfig>,
    /// TLS settings.
    pub tls: TlsConfig,
    /// UDP ports for RTP and RTCP; `None` lets the system choose. A call takes two. When none is free, a call fails with
    /// [`RtpPortsExhausted`](crate::FailureCode::RtpPortsExhausted).
    pub rtp_ports: Option<RangeInclusive<u16>>,
    /// Whether requests of more than 1,300 bytes go over TCP rather than UDP, as RFC 3261 §18.1.1 asks; default `true`. Without it they
    /// are sent in fragments, which some networks lose; with it, a peer whose TCP is neither open nor refused delays such a
    /// request by seven seconds.
    pub switch_to_tcp: bool,
    /// Differentiated services code point of SIP packets (RFC 2474), 0 to 63; `None` leaves the system's choice. 24 (CS3) is
    /// usual (RFC 4594 §4.2).
    pub dscp_sip: Option<u8>,
    /// The same for RTP and RTCP; 46 (EF) is usual (RFC 4594 §4.1).
    pub dscp_rtp: Option<u8>,
    /// How many calls and accounts there can be.
    pub limits: Limits,
    /// How much PJSIP logs.
    pub log_level: LogLevel,
    /// Codecs offered and accepted, the preferred one first. Accounts and calls may use some of them, in another order.
    pub codecs: Vec<Codec>,
    /// How Opus is used.
    pub opus: OpusOptions,
    /// How much audio a packet holds, 10 to 120 ms: what we ask for (`a=ptime`, RFC 8866 §6.4) and, unless the peer asks for something
    /// else, what we send, rounded to whole frames of the codec. `None`, the default: nothing is asked for, 20 ms sent.
    pub ptime: Option<Duration>,
    /// Whether our answer names the first of *our* codecs that the caller offers; default `false`: the first of the caller's that we
    /// have (RFC 3264 §6.1 recommends it).
    pub prefer_own_codecs: bool,
    /// Whether audio that did not arrive is made up from what came before, and from copies in later packets (Opus' FEC); default `true`.
    /// Without it there is silence in its place.
    pub concealment: bool,
    /// The bridge's sample rate in Hz; `None`, the default: 8000 when all codecs are narrowband, else 16000. Above 16000 a call costs
    /// more, and only Opus, L16 and Speex at 32 kHz have more to give.
    pub bridge_rate: Option<u32>,
    /// Sound devices to open at the start; default none, and none is even listed.
    pub audio_devices: Option<AudioDeviceOptions>,
    /// What happens to incoming calls by itself.
    pub incoming: IncomingPolicy,
    /// What happens to incoming calls before that: rules, limits, forwarding, automatic answer. Accounts may have their own.
    pub policy: CallPolicy,
    /// Whether keys are listened for in the audio; default where the peer sends none as RTP events.
    pub dtmf_detection: DtmfDetection,
    /// Whether every call is listened to for speech, and how; default `None`.
    /// [`Call::detect_speech`](crate::Call::detect_speech) does it for one.
    pub speech_detection: Option<SpeechOptions>,
    /// Which transfers by others are carried out; default none.
    pub transfers: TransferRules,
    /// Which messages are taken and what is told about them by itself.
    pub messages: MessageConfig,
    /// How OPTIONS is answered by itself; default [`OptionsPolicy::Available`].
    pub options: OptionsPolicy,
    /// What one source may ask of us, and what is known of scanners.
    pub guard: GuardConfig,
    /// Whether a call with nothing to play sends silence, so that the peer and the firewalls on the way see packets;
    /// default `true`. Without it a call without sources sends no RTP at all.
    pub send_silence: bool,
    /// Whether silence is left out of what is sent, where the codec can say so (comfort noise, Opus and Speex pauses); MicroSIP's
    /// `VAD`, default `false`.
    pub silence_suppression: bool,
    /// Whether requests ask for the answer at the port they came from, `rport` in Via (RFC 3581); MicroSIP's `rport`, default
    /// `true`. Without it answers go to the port in Via, which no NAT forwards.
    pub rport: bool,
    /// How long state events may wait to be delivered together, 0 to 1 s; default 5 ms. Events that want an answer go
    /// out at once.
    pub gather: Duration,
    /// How many events a subscriber can be behind before it loses the oldest; default 10,000.
    pub event_capacity: usize,
    /// How long a request waits for a final answer (Timers B and F of RFC 3261 §17.1), 1 to 64 s; default 32 s.
    pub transaction_timeout: Duration,
    /// How long [`Endpoint::close`](crate::Endpoint::close) waits for BYE, unregistration and messages to be
    /// answered, 0 to 30 s; default 2 s.
    pub close_timeout: Duration,
    /// Whether every SIP message is published as an event; default `false`.
    pub trace: bool,
    /// How host names are resolved.
    pub dns: DnsConfig,
    /// Whether changes of this machine's network are noticed (Linux): then accounts register anew and calls get new media
    /// sockets and a re-INVITE, and [`Event::NetworkChanged`](crate::Event::NetworkChanged) tells. `None`, the default: if a
    /// transport is bound to the unspecified address, since others cannot move.
    pub network_watch: Option<bool>,
    /// How audio is buffered, reported and watched.
    pub quality: QualityConfig,
    /// How we are reached through NAT; by default nothing is done about it.
    pub nat: NatConfig,
    pub(crate) handler: Option<SharedHandler>,
}

impl Default for EndpointConfig {
    fn default() -> Self {
        let any = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        let mut transports = vec![
            TransportConfig::new(Transport::Udp, any),
            TransportConfig::new(Transport::Tcp, any),
        ];
        if crate::pj::HAS_TLS {
            transports.push(TransportConfig::new(Transport::Tls, any));
        }
        EndpointConfig {
            user_agent: concat!("microsip/", env!("CARGO_PKG_VERSION")).to_owned(),
            transports,
            tls: TlsConfig::default(),
            rtp_ports: None,
            switch_to_tcp: true,
            dscp_sip: None,
            dscp_rtp: None,
            limits: Limits::default(),
            log_level: LogLevel::default(),
            codecs: default_codecs(),
            opus: OpusOptions::default(),
            ptime: None,
            prefer_own_codecs: false,
            concealment: true,
            bridge_rate: None,
            audio_devices: None,
            incoming: IncomingPolicy::default(),
            policy: CallPolicy::default(),
            dtmf_detection: DtmfDetection::default(),
            speech_detection: None,
            transfers: TransferRules::default(),
            messages: MessageConfig::default(),
            options: OptionsPolicy::default(),
            guard: GuardConfig::default(),
            send_silence: true,
            silence_suppression: false,
            rport: true,
            gather: Duration::from_millis(5),
            event_capacity: 10_000,
            transaction_timeout: Duration::from_secs(32),
            close_timeout: Duration::from_secs(2),
            trace: false,
            dns: DnsConfig::default(),
            network_watch: None,
            quality: QualityConfig::default(),
            nat: NatConfig::default(),
            handler: None,
        }
    }
}

impl EndpointConfig {
    /// Binds one transport of each kind to `address`: UDP and TCP to its port, TLS to a port the system chooses.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.transports = vec![
            TransportConfig::new(Transport::Udp, address),
            TransportConfig::new(Transport::Tcp, address),
        ];
        if crate::pj::HAS_TLS {
            self.transports
                .push(TransportConfig::new(Transport::Tls, SocketAddr::new(address.ip(), 0)));
        }
        self
    }

    /// Replaces the transports.
    pub fn transports(mut self, transports: Vec<TransportConfig>) -> Self {
        self.transports = transports;
        self
    }

    /// Sets the `User-Agent`.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }

    /// Sets TLS settings.
    pub fn tls(mut self, tls: TlsConfig) -> Self {
        self.tls = tls;
        self
    }

    /// Sets the ports for RTP and RTCP.
    pub fn rtp_ports(mut self, ports: RangeInclusive<u16>) -> Self {
        self.rtp_ports = Some(ports);
        self
    }

    /// Sets whether requests of more than 1,300 bytes go over TCP.
    pub fn switch_to_tcp(mut self, yes: bool) -> Self {
        self.switch_to_tcp = yes;
        self
    }

    /// Sets the code point of SIP packets, 0 to 63.
    pub fn dscp_sip(mut self, code_point: u8) -> Self {
        self.dscp_sip = Some(code_point);
        self
    }

    /// Sets the code point of RTP and RTCP packets, 0 to 63.
    pub fn dscp_rtp(mut self, code_point: u8) -> Self {
        self.dscp_rtp = Some(code_point);
        self
    }

    /// Sets how many calls there can be.
    pub fn max_calls(mut self, calls: u32) -> Self {
        self.limits.calls = calls;
        self
    }

    /// Sets how many accounts there can be.
    pub fn max_accounts(mut self, accounts: u32) -> Self {
        self.limits.accounts = accounts;
        self
    }

    /// Sets how much PJSIP logs.
    pub fn log_level(mut self, level: LogLevel) -> Self {
        self.log_level = level;
        self
    }

    /// Opens sound devices at the start: [`Endpoint::start`](crate::Endpoint::start) fails when that cannot be done.
    /// [`Endpoint::audio`](crate::Endpoint::audio) is their handle.
    pub fn audio_devices(mut self, options: AudioDeviceOptions) -> Self {
        self.audio_devices = Some(options);
        self
    }

    /// Sets what happens to incoming calls by itself.
    pub fn incoming(mut self, policy: IncomingPolicy) -> Self {
        self.incoming = policy;
        self
    }

    /// Sets what happens to incoming calls before they ring.
    pub fn policy(mut self, policy: CallPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets whether keys are listened for in the audio.
    pub fn dtmf_detection(mut self, detection: DtmfDetection) -> Self {
        self.dtmf_detection = detection;
        self
    }

    /// Lets every call be listened to for speech.
    pub fn speech_detection(mut self, options: SpeechOptions) -> Self {
        self.speech_detection = Some(options);
        self
    }

    /// Sets which transfers by others are carried out.
    pub fn transfers(mut self, rules: TransferRules) -> Self {
        self.transfers = rules;
        self
    }

    /// Sets which messages are taken and what is told about them by itself.
    pub fn messages(mut self, messages: MessageConfig) -> Self {
        self.messages = messages;
        self
    }

    /// Sets how OPTIONS is answered by itself.
    pub fn options(mut self, policy: OptionsPolicy) -> Self {
        self.options = policy;
        self
    }

    /// Sets the guard against scanners and floods.
    pub fn guard(mut self, guard: GuardConfig) -> Self {
        self.guard = guard;
        self
    }

    /// Sets whether calls with nothing to play send silence.
    pub fn send_silence(mut self, yes: bool) -> Self {
        self.send_silence = yes;
        self
    }

    /// Sets whether silence is left out of what is sent.
    pub fn silence_suppression(mut self, yes: bool) -> Self {
        self.silence_suppression = yes;
        self
    }

    /// Sets whether requests ask for the answer at the port they came from.
    pub fn rport(mut self, yes: bool) -> Self {
        self.rport = yes;
        self
    }

    /// Sets how long state events may wait to be delivered together; zero delivers at once.
    pub fn gather(mut self, longest: Duration) -> Self {
        self.gather = longest;
        self
    }

    /// Sets how many events a subscriber can be behind.
    pub fn event_capacity(mut self, events: usize) -> Self {
        self.event_capacity = events;
        self
    }

    /// Sets how long a request waits for a final answer.
    pub fn transaction_timeout(mut self, timeout: Duration) -> Self {
        self.transaction_timeout = timeout;
        self
    }

    /// Sets how long closing waits for answers.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Sets how audio is buffered, reported and watched.
    pub fn quality(mut self, quality: QualityConfig) -> Self {
        self.quality = quality;
        self
    }

    /// Sets whether every SIP message is published as an event.
    pub fn trace(mut self, yes: bool) -> Self {
        self.trace = yes;
        self
    }

    /// Sets how host names are resolved.
    pub fn dns(mut self, dns: DnsConfig) -> Self {
        self.dns = dns;
        self
    }

    /// Sets whether changes of this machine's network are noticed.
    pub fn network_watch(mut self, yes: bool) -> Self {
        self.network_watch = Some(yes);
        self
    }

    pub(crate) fn watches_network(&self) -> bool {
        self.network_watch
            .unwrap_or_else(|| self.transports.iter().any(|t| t.bind.ip().is_unspecified()))
    }

    /// Sets how we are reached through NAT.
    pub fn nat(mut self, nat: NatConfig) -> Self {
        self.nat = nat;
        self
    }

    /// Sets code to run on the engine's thread for every event; see [`Handler`] for what it must not do.
    pub fn handler(mut self, handler: impl Handler + 'static) -> Self {
        self.handler = Some(SharedHandler(Arc::new(handler)));
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        const OP: &str = "start endpoint";
        let bad = |message: String| Err(Error::invalid(OP, message));
        if let Some(options) = &self.audio_devices {
            options.check(OP)?;
        }
        if !(1..=crate::pj::MAX_CALLS).contains(&self.limits.calls) {
            return bad(format!(
                "limits.calls of {} is not between 1 and {}",
                self.limits.calls,
                crate::pj::MAX_CALLS
            ));
        }
        if !(1..=crate::pj::MAX_ACCOUNTS).contains(&self.limits.accounts) {
            return bad(format!(
                "limits.accounts of {} is not between 1 and {}",
                self.limits.accounts,
                crate::pj::MAX_ACCOUNTS
            ));
        }
        self.policy.check(OP)?;
        if let Some(speech) = &self.speech_detection {
            speech.check(OP)?;
        }
        if self.transports.is_empty() {
            return bad("no transport is configured; give at least one".into());
        }
        if self.transports.len() > crate::pj::MAX_TRANSPORTS {
            return bad(format!(
                "{} transports are configured; at most {} fit",
                self.transports.len(),
                crate::pj::MAX_TRANSPORTS
            ));
        }
        if self.transports.iter().any(|t| t.transport == Transport::Tls) && !crate::pj::HAS_TLS {
            return Err(Error::new(
                crate::ErrorKind::Unsupported,
                OP,
                "this build has no TLS; enable the feature tls",
            ));
        }
        if self.user_agent.chars().any(char::is_control) || self.user_agent.len() > 512 {
            return bad("the user agent contains control characters or is longer than 512 bytes".into());
        }
        if let Some(ports) = &self.rtp_ports
            && (*ports.start() == 0 || u32::from(*ports.start()).next_multiple_of(2) >= u32::from(*ports.end()))
        {
            return bad(format!(
                "the RTP ports {}-{} are no range with an even port and the one after it",
                ports.start(),
                ports.end()
            ));
        }
        for (what, value) in [("dscp_sip", self.dscp_sip), ("dscp_rtp", self.dscp_rtp)] {
            if let Some(value) = value.filter(|v| *v > 63) {
                return bad(format!("{what} of {value} is not between 0 and 63"));
            }
        }
        for (what, value, low, high) in [
            ("gather", self.gather, 0, 1),
            ("transaction timeout", self.transaction_timeout, 1, 64),
            ("close timeout", self.close_timeout, 0, 30),
        ] {
            if value < Duration::from_secs(low) || value > Duration::from_secs(high) {
                return bad(format!("{what} of {value:?} is not between {low} s and {high} s"));
            }
        }
        self.dns.check(OP)?;
        self.quality.check(OP)?;
        self.guard.check(OP)?;
        self.messages.check(OP)?;
        self.check_codecs(OP)?;
        self.tls.check(OP)?;
        self.nat.check(OP)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_name_the_setting() {
        let base = EndpointConfig::default;
        let cases = [
            (base().max_calls(0), "limits.calls"),
            (base().max_calls(5000), "limits.calls"),
            (base().max_accounts(0), "limits.accounts"),
            (base().transports(vec![]), "transport"),
            (base().user_agent("a\r\nX: y"), "user agent"),
            (base().rtp_ports(4000..=4000), "RTP ports"),
            (base().rtp_ports(4001..=4002), "RTP ports"),
            (base().dscp_sip(64), "dscp_sip"),
            (base().dscp_rtp(200), "dscp_rtp"),
            (base().gather(Duration::from_secs(5)), "gather"),
            (base().bridge_rate(12_000), "bridge_rate"),
            (base().ptime(Duration::from_millis(5)), "ptime"),
            (base().opus(OpusOptions::new().complexity(11)), "complexity"),
            (base().transaction_timeout(Duration::ZERO), "transaction timeout"),
        ];
        for (config, word) in cases {
            let e = config.check().unwrap_err();
            assert!(e.to_string().contains(word), "{e}");
        }
        base().check().unwrap();
    }
}
