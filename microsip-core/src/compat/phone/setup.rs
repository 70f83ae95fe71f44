//! From the settings to those of the library (reference sections 4.2, 4.3 and 8).

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use super::Loaded;
use crate::compat::dialplan::DialPlan;
use crate::compat::ini::{AccountSettings, IniDtmf, IniRecordFormat, IniSrtp, IniTransport, Settings};
use crate::compat::number::NumberRules;
use crate::{
    AccountConfig, AccountNat, AudioDeviceOptions, CallOptions, CallPolicy, Codec, ContactRewrite, DeviceChoice,
    DeviceRole, DnsConfig, DtmfMethod, DtmfOptions, EchoCancellation, EndpointConfig, Error, IceMode, IncomingPolicy,
    LogLevel, MessageConfig, MessagePolicy, NatConfig, OpusOptions, RecordFormat, RedirectPolicy, ReplacesPolicy,
    SessionTimers, SrtpKeying, SrtpMode, StatusCode, TlsConfig, TransferPolicy, TransferRules, Transport,
    TransportConfig, VoiceProcessing,
};

/// MicroSIP counts `EC` as this much echo.
const ECHO_TAIL: Duration = Duration::from_millis(20);
/// A port of its own for every transport, when the local account wants to be found.
const SIP_PORT: u16 = 5060;
const SIPS_PORT: u16 = 5061;

/// The endpoint that the settings describe. `free` says to let the system choose ports that are taken.
pub(super) fn endpoint(loaded: &Loaded, log: LogLevel, free: bool, warn: &mut dyn FnMut(Error)) -> EndpointConfig {
    let settings = &loaded.settings;
    let extensions = &loaded.extensions;
    let bind = match extensions.bind_address.trim() {
        "" => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        text => text.parse().unwrap_or_else(|_| {
            warn(wrong(
                "bindAddress",
                text,
                "an IP address such as 127.0.0.1; every IPv4 address is used",
            ));
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        }),
    };
    let found = loaded.has_local_account();
    // A port that is taken gives way to any; tried before, since PJSIP would complain aloud.
    let port = |own: u16, udp: bool| {
        let address = SocketAddr::new(bind, own);
        let taken = || match udp {
            true => UdpSocket::bind(address).is_err(),
            false => TcpListener::bind(address).is_err(),
        };
        if free || (own > 0 && taken()) { 0 } else { own }
    };
    let sip = match settings.source_port {
        0 if found => SIP_PORT,
        other => other,
    };
    let mut transports = vec![
        TransportConfig::new(Transport::Udp, SocketAddr::new(bind, port(sip, true))),
        TransportConfig::new(
            Transport::Tcp,
            SocketAddr::new(bind, port(if found { SIP_PORT } else { 0 }, false)),
        ),
    ];
    if crate::pj::HAS_TLS {
        let tls = port(if found { SIPS_PORT } else { 0 }, false);
        transports.push(TransportConfig::new(Transport::Tls, SocketAddr::new(bind, tls)));
    }
    let mut tls = TlsConfig::default().verify(extensions.tls_verify);
    if !extensions.tls_ca_file.is_empty() {
        tls = tls.ca_file(&extensions.tls_ca_file);
    }
    let mut config = EndpointConfig::default()
        .transports(transports)
        .tls(tls)
        .log_level(log)
        .incoming(IncomingPolicy::Ask)
        .policy(policy(settings, warn))
        .rport(settings.rport)
        .silence_suppression(settings.vad)
        .prefer_own_codecs(settings.force_codec)
        .trace(settings.enable_log)
        .dns(dns(settings, warn))
        .nat(nat(settings))
        .messages(messages(settings))
        .transfers(
            TransferRules::new()
                .in_call(TransferPolicy::Ask)
                .replaces(ReplacesPolicy::AcceptSameSource),
        );
    if !settings.network_changes {
        config = config.network_watch(false);
    }
    if !settings.user_agent.is_empty() {
        config = config.user_agent(&settings.user_agent);
    }
    if settings.rtp_port_max > settings.rtp_port_min {
        config = config.rtp_ports(settings.rtp_port_min..=settings.rtp_port_max);
    }
    config.codecs = codecs(settings, warn);
    if settings.opus_stereo {
        let opus = OpusOptions {
            stereo: true,
            bit_rate: Some(96_000),
            ..OpusOptions::default()
        };
        config = config.opus(opus);
    }
    config
}

/// What the engine does by itself in every call.
pub(super) fn policy(settings: &Settings, warn: &mut dyn FnMut(Error)) -> CallPolicy {
    let policy = CallPolicy::new();
    match settings.auto_hang_up_time {
        0 => policy,
        seconds if seconds <= 7 * 86_400 => policy.hang_up_after(Duration::from_secs(seconds.into())),
        seconds => {
            warn(wrong(
                "autoHangUpTime",
                &seconds.to_string(),
                "at most 604800 seconds; calls are not ended",
            ));
            policy
        }
    }
}

fn codecs(settings: &Settings, warn: &mut dyn FnMut(Error)) -> Vec<Codec> {
    let known = crate::codecs();
    let default = ["PCMA/8000/1", "PCMU/8000/1"].map(str::to_owned);
    let wanted = match settings.audio_codecs.as_slice() {
        [] => default.as_slice(),
        list => list,
    };
    let mut codecs = Vec::new();
    for name in wanted {
        let codec = name.parse::<Codec>().ok().filter(|codec| known.contains(codec));
        match codec {
            Some(codec) if !codecs.contains(&codec) => codecs.push(codec),
            Some(_) => {}
            None => warn(wrong("audioCodecs", name, "a codec of this build; it is left out")),
        }
    }
    if codecs.is_empty() {
        codecs.extend(default.iter().filter_map(|name| name.parse().ok()));
    }
    codecs
}

fn dns(settings: &Settings, warn: &mut dyn FnMut(Error)) -> DnsConfig {
    let mut dns = DnsConfig::default().srv(settings.dns_srv).naptr(settings.dns_srv);
    for server in settings.dns_srv_ns.iter().filter(|_| settings.dns_srv) {
        let address = server.parse::<SocketAddr>().ok();
        let address = address.or_else(|| server.parse().ok().map(|ip| SocketAddr::new(ip, 53)));
        match address {
            Some(address) => dns = dns.server(address),
            None => warn(wrong(
                "dnsSrvNs",
                server,
                "an IP address, with or without a port; it is left out",
            )),
        }
    }
    dns
}

fn nat(settings: &Settings) -> NatConfig {
    let servers = settings.stun.iter().filter(|_| settings.enable_stun);
    servers.fold(NatConfig::default(), |nat, server| nat.stun(server))
}

fn messages(settings: &Settings) -> MessageConfig {
    MessageConfig::new()
        .accept(["text/plain"])
        .incoming(match settings.disable_messaging {
            true => MessagePolicy::Refuse(StatusCode::FORBIDDEN),
            false => MessagePolicy::Accept,
        })
}

/// An account that registers, or one that calls without.
pub(super) fn account(loaded: &Loaded, account: &AccountSettings, warn: &mut dyn FnMut(Error)) -> AccountConfig {
    let transport = transport(account.transport);
    for (key, value, most) in [
        ("registerRefresh", account.register_refresh, 86_400),
        ("keepAlive", account.keep_alive, 3600),
    ] {
        if value > most {
            warn(wrong(
                key,
                &value.to_string(),
                &format!("at most {most} seconds, which is used"),
            ));
        }
    }
    let mut config = AccountConfig::new(name_addr(&account.display_name, &account.username, &account.domain))
        .transport(transport)
        .expires(Duration::from_secs(u64::from(
            account.register_refresh.clamp(10, 86_400),
        )))
        .keep_alive(Duration::from_secs(u64::from(account.keep_alive.clamp(2, 3600))))
        .publish_presence(account.publish)
        .timers(match account.disable_session_timer {
            true => SessionTimers::Off,
            false => SessionTimers::Optional,
        });
    if !account.server.is_empty() {
        config = config.registrar(format!("sip:{}", account.server));
    }
    for proxy in &account.proxy {
        config = config.proxy(format!("sip:{proxy};lr"));
    }
    let user = match account.auth_id.as_str() {
        "" => &account.username,
        id => id,
    };
    if !account.password.secret.is_empty() {
        config = config.credentials(user, account.password.secret.clone());
    }
    let (mode, keying) = match account.srtp {
        IniSrtp::Off => (SrtpMode::Off, None),
        IniSrtp::Optional => (SrtpMode::Optional, Some(vec![SrtpKeying::Sdes])),
        IniSrtp::Mandatory => (SrtpMode::Required, Some(vec![SrtpKeying::Sdes])),
        IniSrtp::DtlsSdes => (SrtpMode::Required, Some(vec![SrtpKeying::Dtls, SrtpKeying::Sdes])),
        IniSrtp::Dtls => (SrtpMode::Required, Some(vec![SrtpKeying::Dtls])),
    };
    config = config.srtp(mode);
    if let Some(keying) = keying {
        config = config.srtp_keying(keying);
    }
    let mut nat = AccountNat::default()
        .contact_rewrite(match account.allow_rewrite {
            true => ContactRewrite::Always,
            false => ContactRewrite::Off,
        })
        .via_rewrite(account.allow_rewrite)
        .sdp_rewrite(account.allow_rewrite)
        .ice(if account.ice { IceMode::On } else { IceMode::Off });
    let public = account.public_addr.trim();
    let stun = loaded.settings.enable_stun && !loaded.settings.stun.is_empty();
    if !public.is_empty() && !stun {
        match public.parse() {
            Ok(address) => nat = nat.media_address(address),
            Err(_) => warn(wrong("publicAddr", public, "an IP address; it is not used")),
        }
    }
    config.nat(nat)
}

/// The local account (section 8.2), for direct calls; `bound` is where it listens. It never registers.
pub(super) fn local_account(loaded: &Loaded, bound: SocketAddr, warn: &mut dyn FnMut(Error)) -> AccountConfig {
    let mut settings = loaded.local.clone();
    settings.server.clear();
    settings.publish = false;
    if settings.domain.is_empty() {
        let ip = match bound.ip() {
            ip if ip.is_unspecified() => own_address().unwrap_or(ip),
            ip => ip,
        };
        // The port tells peers where to find us, should it not be the usual one.
        settings.domain = match bound.port() {
            SIP_PORT => host_of(ip),
            port => format!("{}:{port}", host_of(ip)),
        };
    }
    let config = account(loaded, &settings, warn);
    let nat = config.nat.clone().stun(false);
    config.nat(nat)
}

fn host_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// The address this machine sends from; nothing is sent to find it.
pub(super) fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

fn name_addr(name: &str, user: &str, host: &str) -> String {
    let uri = match user {
        "" => format!("sip:{host}"),
        user => format!("sip:{user}@{host}"),
    };
    match name {
        "" => uri,
        name => format!("\"{}\" <{uri}>", name.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// The transport of an account.
pub(super) fn transport(transport: IniTransport) -> Transport {
    match transport {
        IniTransport::Tcp => Transport::Tcp,
        IniTransport::Tls => Transport::Tls,
        IniTransport::Udp | IniTransport::Any => Transport::Udp,
    }
}

/// How numbers are read for the accounts there are.
pub(super) fn numbers(loaded: &Loaded, warn: &mut dyn FnMut(Error)) -> NumberRules {
    let local = loaded.has_local_account();
    let Some((_, account)) = loaded.active() else {
        return NumberRules::new("").local(local).local_domain(&loaded.local.domain);
    };
    let rules = NumberRules::new(&account.domain)
        .local(local)
        .local_domain(&loaded.local.domain)
        .prefix(&account.dialing_prefix);
    match DialPlan::parse(&account.dial_plan) {
        Ok(plan) => rules.plan(plan),
        Err(e) => {
            warn(Error::new(
                e.kind(),
                "settings",
                format!("dialPlan: {}; none is used", e.message()),
            ));
            rules
        }
    }
}

/// How calls of an account are made.
pub(super) fn call_options(account: Option<&AccountSettings>) -> CallOptions {
    CallOptions::new()
        .redirects(RedirectPolicy::Follow)
        .anonymous(account.is_some_and(|a| a.hide_cid))
}

/// How keys are sent.
pub(super) fn keys(settings: &Settings) -> DtmfOptions {
    DtmfOptions::default().method(match settings.dtmf_method {
        IniDtmf::Auto => DtmfMethod::Auto,
        IniDtmf::Inband => DtmfMethod::InBand,
        IniDtmf::Rfc4733 => DtmfMethod::RtpEvent,
        IniDtmf::Info => DtmfMethod::Info,
    })
}

/// Microphone, loudspeaker and bell; `None` if there are none, or none are wanted.
pub(super) fn devices(loaded: &Loaded) -> Option<AudioDeviceOptions> {
    if !loaded.extensions.audio_devices {
        return None;
    }
    let settings = &loaded.settings;
    let devices = crate::audio_devices().ok().filter(|devices| !devices.is_empty())?;
    let choice = |name: &str| match devices.iter().find(|device| device.name == name) {
        Some(device) => DeviceChoice::Id(device.id.clone()),
        None => DeviceChoice::Default,
    };
    let processing = match settings.echo_canceller && !settings.opus_stereo {
        true => VoiceProcessing::new().echo(EchoCancellation::new().tail(ECHO_TAIL)),
        false => VoiceProcessing::new(),
    };
    Some(
        AudioDeviceOptions::new()
            .input(choice(&settings.audio_input_device))
            .output(choice(&settings.audio_output_device))
            .ringing(choice(&settings.audio_ring_device))
            .processing(processing)
            .volume_db(DeviceRole::Input, input_db(settings))
            .volume_db(DeviceRole::Output, decibels(settings.volume_output))
            .volume_db(DeviceRole::Ringing, decibels(settings.volume_ring)),
    )
}

/// The microphone's volume: with `micAmplification` the upper half of the slider amplifies, up to four times.
pub(super) fn input_db(settings: &Settings) -> f32 {
    let percent = settings.volume_input;
    match (settings.mic_amplification, percent) {
        (false, percent) => decibels(percent),
        (true, 0..=50) => decibels(percent * 2),
        (true, percent) => 12.0 * (percent - 50) as f32 / 50.0,
    }
}

/// A volume in percent of the amplitude.
pub(super) fn decibels(percent: u32) -> f32 {
    match percent {
        0 => -60.0,
        percent => (20.0 * (percent as f32 / 100.0).log10()).max(-60.0),
    }
}

/// Where recordings go, and how. What was MP3 there is Opus here where there is Opus; else WAV.
pub(super) fn recordings(loaded: &Loaded) -> (PathBuf, RecordFormat) {
    let folder = match loaded.settings.recording_path.as_str() {
        "" => loaded.place.recordings.clone(),
        // A bare `Recordings` of a portable copy lies beside the program, not where it was started.
        path => match loaded.place.settings.parent() {
            Some(beside) => beside.join(path),
            None => path.into(),
        },
    };
    let format = match loaded.settings.recording_format {
        IniRecordFormat::Wav => RecordFormat::Wav,
        IniRecordFormat::Mp3 if cfg!(feature = "opus") => RecordFormat::Opus,
        IniRecordFormat::Mp3 => RecordFormat::Wav,
    };
    (folder, format)
}

/// A setting that cannot be used.
fn wrong(key: &str, value: &str, expected: &str) -> Error {
    let value: String = value.chars().take(80).collect();
    Error::new(
        crate::ErrorKind::Config,
        "settings",
        format!("{key}: {value:?} is not {expected}"),
    )
}
