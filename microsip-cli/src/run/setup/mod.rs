//! From options to the library's settings.

mod audio;
mod network;
mod policy;
mod quality;

use std::fs::File;

use microsip_core::{
    AccountConfig, CallOptions, ContactOptions, DtmfOptions, Endpoint, EndpointConfig, GuardConfig, LogLevel,
    OptionsPolicy, RedirectPolicy, Secret, TlsConfig, TurnConfig,
};

use crate::args::{RunArgs, has_password, user_of};
use crate::exit::Failure;
use crate::wav;
pub(super) use audio::output;
pub(super) use network::relay;

/// Looks at files and URIs before anything starts: a call is a bad moment to learn of a typing error.
pub(super) fn check(args: &RunArgs) -> Result<(), Failure> {
    let uris = args.account.aor.iter().map(|uri| ("--account", uri));
    let uris = uris.chain(args.account.registrar.iter().map(|uri| ("--registrar", uri)));
    for (option, uri) in uris.chain(args.account.proxy.iter().map(|uri| ("--proxy", uri))) {
        // Not repeated here.
        if has_password(uri.get(option)?) {
            return Err(Failure::usage(format!(
                "{option}: the URI holds a password; give it by --password-file instead"
            )));
        }
    }
    let policies = &args.policies;
    let takes = policies.auto_answer.is_some() || policies.auto_answer_from.is_some() || policies.auto_answer_header;
    if policies.auto_answer_delay.is_some() && !takes {
        return Err(Failure::usage(
            "--auto-answer-delay: no call is taken; give --auto-answer 200, --auto-answer-from or --auto-answer-header yes",
        ));
    }
    if let Some(path) = &args.calls.play {
        wav::read(path).map_err(|e| Failure::usage(format!("--play: {e}")))?;
    }
    audio::check(args)?;
    if let Some(path) = args.calls.record.as_ref().filter(|path| !audio::is_template(path)) {
        if path.is_dir() {
            return Err(Failure::usage(format!(
                "--record: {} is a folder; name a file in it",
                path.display()
            )));
        }
        let folder = path
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(std::path::Path::new("."));
        if !folder.is_dir() {
            return Err(Failure::usage(format!(
                "--record: there is no folder {}",
                folder.display()
            )));
        }
    }
    let tls = &args.security;
    let files = [
        ("--tls-ca", &args.common.tls_ca),
        ("--tls-cert", &tls.tls_cert),
        ("--tls-key", &tls.tls_key),
    ];
    let files = files
        .iter()
        .filter_map(|(option, path)| Some((*option, path.as_ref()?)));
    for (option, path) in files.chain(tls.tls_crl.iter().map(|path| ("--tls-crl", path))) {
        File::open(path).map_err(|e| Failure::usage(format!("{option}: cannot read {}: {e}", path.display())))?;
    }
    if let Some(path) = tls.tls_ca_dir.as_ref().filter(|path| !path.is_dir()) {
        return Err(Failure::usage(format!("--tls-ca-dir: {} is no folder", path.display())));
    }
    Ok(())
}

pub(super) fn endpoint(args: &RunArgs, log: LogLevel, relay: Option<TurnConfig>) -> Result<EndpointConfig, Failure> {
    let policies = &args.policies;
    let config = EndpointConfig::default()
        .tls(tls(args))
        .policy(policy::calls(args)?)
        .incoming(policy::incoming(policies))
        .transfers(policy::transfers(policies.accept_transfer))
        .options(match policies.options_busy {
            true => OptionsPolicy::AsCall,
            false => OptionsPolicy::Available,
        })
        .guard(match policies.guard {
            true => GuardConfig::default(),
            false => GuardConfig::off(),
        })
        .dtmf_detection(args.calls.dtmf_detection.into())
        .quality(quality::quality(&args.quality))
        .log_level(log)
        .max_calls(policies.max_calls);
    let config = audio::configure(config, &args.audio, &args.devices);
    let mut config = network::configure(config, args, relay);
    if let Some(list) = &args.common.codecs {
        config.codecs.clone_from(&list.0);
    }
    if let Some(text) = &args.user_agent {
        config = config.user_agent(text);
    }
    Ok(config)
}

/// Whom we trust, and who we are.
fn tls(args: &RunArgs) -> TlsConfig {
    let mut tls = TlsConfig::default();
    tls.ca_file.clone_from(&args.common.tls_ca);
    let args = &args.security;
    tls.ca_dir.clone_from(&args.tls_ca_dir);
    tls.crl_files.clone_from(&args.tls_crl);
    tls.pins.clone_from(&args.tls_pin);
    tls.cert_file.clone_from(&args.tls_cert);
    tls.key_file.clone_from(&args.tls_key);
    tls.server_name.clone_from(&args.tls_server_name);
    tls.ciphers.clone_from(&args.tls_cipher);
    tls.require_client_cert = args.tls_require_client;
    if let Some(version) = args.tls_min {
        tls = tls.min_version(version);
    }
    tls
}

/// How every call is made, with the headers of `--header`.
pub(super) fn call_options(args: &RunArgs) -> Result<CallOptions, Failure> {
    let args = &args.calls;
    let redirects = if args.follow_redirects {
        RedirectPolicy::Follow
    } else {
        RedirectPolicy::Stop
    };
    let mut options = CallOptions::new()
        .redirects(redirects)
        .anonymous(args.anonymous)
        .late_offer(args.late_offer);
    options.ring_for = args.ring_time;
    for header in &args.header {
        let header = header.get("--header")?;
        options = options.header(&header.name, &header.value)?;
    }
    Ok(options)
}

/// How keys are sent.
pub(super) fn dtmf_options(args: &RunArgs) -> DtmfOptions {
    let options = DtmfOptions::default().method(args.calls.dtmf.into());
    match args.calls.dtmf_duration {
        Some(duration) => options.duration(duration),
        None => options,
    }
}

/// The account, once we know where we listen.
pub(super) fn account(args: &RunArgs, endpoint: &Endpoint, password: Option<Secret>) -> Result<AccountConfig, Failure> {
    let aor = match &args.account.aor {
        Some(aor) => aor.get("--account")?.clone(),
        None => network::local_account(endpoint, args.common.transport.into())?,
    };
    let mut config = AccountConfig::new(&aor)
        .transport(args.common.transport.into())
        .srtp(args.common.srtp.into())
        .reliable(args.calls.reliable.into())
        .timers(args.calls.timers.into())
        .publish_presence(args.account.presence);
    if let Some(registrar) = &args.account.registrar {
        config = config.registrar(registrar.get("--registrar")?);
    }
    for proxy in &args.account.proxy {
        config = config.proxy(proxy.get("--proxy")?);
    }
    if let Some(expires) = args.account.expires {
        config = config.expires(expires);
    }
    if let Some(pause) = args.account.keep_alive {
        config = config.keep_alive(pause);
    }
    let mut contact = ContactOptions::default();
    contact.q = args.account.contact_q;
    contact.instance.clone_from(&args.account.instance);
    config = config.contact(contact).refresher(args.calls.refresher.into());
    if let Some(time) = args.calls.session_expires {
        let shortest = config.min_se;
        config = config.session_expires(time, shortest);
    }
    if !args.security.srtp_keying.is_empty() {
        config = config.srtp_keying(args.security.srtp_keying.iter().copied());
    }
    if !args.security.srtp_suite.is_empty() {
        config = config.srtp_suites(args.security.srtp_suite.iter().copied());
    }
    if let Some(password) = password {
        let user = args
            .account
            .auth_user
            .clone()
            .unwrap_or_else(|| user_of(&aor).to_owned());
        config = config.credentials(user, password);
    } else if args.account.auth_user.is_some() {
        return Err(Failure::usage(
            "--auth-user needs a password: give --password-file, MICROSIP_PASSWORD or --password",
        ));
    }
    Ok(config)
}
