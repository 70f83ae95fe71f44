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

use crate::args::{
    AccountArgs, Common, DtmfArg, NetworkArgs, OutgoingArgs, RunArgs, SecurityArgs, has_password, user_of,
};
use crate::exit::Failure;
use crate::wav;
pub(crate) use audio::check_record;
pub(super) use audio::output;
pub(crate) use network::relay;
pub(crate) use quality::quality;

/// The groups of options that `run` and `dial` have in common.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) account: &'a AccountArgs,
    pub(crate) outgoing: &'a OutgoingArgs,
    pub(crate) network: &'a NetworkArgs,
    pub(crate) common: &'a Common,
    pub(crate) security: &'a SecurityArgs,
}

impl RunArgs {
    /// What `dial` has as well.
    pub(super) fn shared(&self) -> Shared<'_> {
        Shared {
            account: &self.account,
            outgoing: &self.calls.outgoing,
            network: &self.network,
            common: &self.common,
            security: &self.security,
        }
    }
}

/// Looks at files and URIs before anything starts: a call is a bad moment to learn of a typing error.
pub(super) fn check(args: &RunArgs) -> Result<(), Failure> {
    check_shared(args.shared())?;
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
    if let Some(path) = &args.calls.record {
        check_record(path, &args.audio.recording)?;
    }
    Ok(())
}

/// The same for what `dial` has as well.
pub(crate) fn check_shared(args: Shared<'_>) -> Result<(), Failure> {
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
    check_tls(args)
}

/// Looks at the files that say whom we trust.
fn check_tls(args: Shared<'_>) -> Result<(), Failure> {
    let tls = args.security;
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
    let config = shared_endpoint(EndpointConfig::default(), args.shared(), log, relay);
    let config = config
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
        .quality(quality(&args.quality))
        .max_calls(policies.max_calls);
    let mut config = audio::configure(config, &args.audio, &args.devices);
    if let Some(text) = &args.user_agent {
        config = config.user_agent(text);
    }
    Ok(config)
}

/// Sockets, trust and codecs.
pub(crate) fn shared_endpoint(
    config: EndpointConfig,
    args: Shared<'_>,
    log: LogLevel,
    relay: Option<TurnConfig>,
) -> EndpointConfig {
    let config = config
        .tls(tls(args))
        .dtmf_detection(args.outgoing.dtmf_detection.into())
        .log_level(log);
    let mut config = network::configure(config, args, relay);
    if let Some(list) = &args.common.codecs {
        config.codecs.clone_from(&list.0);
    }
    config
}

/// Whom we trust, and who we are.
fn tls(args: Shared<'_>) -> TlsConfig {
    let mut tls = TlsConfig::default();
    tls.ca_file.clone_from(&args.common.tls_ca);
    let args = args.security;
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
pub(crate) fn call_options(args: &OutgoingArgs) -> Result<CallOptions, Failure> {
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
pub(crate) fn dtmf_options(method: DtmfArg, args: &OutgoingArgs) -> DtmfOptions {
    let options = DtmfOptions::default().method(method.into());
    match args.dtmf_duration {
        Some(duration) => options.duration(duration),
        None => options,
    }
}

/// The account, once we know where we listen.
pub(crate) fn account(
    args: Shared<'_>,
    endpoint: &Endpoint,
    password: Option<Secret>,
) -> Result<AccountConfig, Failure> {
    let aor = match &args.account.aor {
        Some(aor) => aor.get("--account")?.clone(),
        None => network::local_account(endpoint, args.common.transport.into())?,
    };
    let mut config = AccountConfig::new(&aor)
        .transport(args.common.transport.into())
        .srtp(args.common.srtp.into())
        .reliable(args.outgoing.reliable.into())
        .timers(args.outgoing.timers.into());
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
    config = config.contact(contact).refresher(args.outgoing.refresher.into());
    if let Some(time) = args.outgoing.session_expires {
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
