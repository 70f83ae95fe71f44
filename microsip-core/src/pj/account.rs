//! Accounts in PJSUA.

use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::time::Duration;

use pjsip_sys as sys;

use super::message::{MsgData, received};
use super::status::{Outcome, check};
use super::string::{Text, to_string};
use super::transport::{self, Families};
use super::{Chosen, Pj, auth};
use crate::account::{
    AccountConfig, Credential, DigestAlgorithm, Refresher, Reliable100, SessionTimers, SrtpMode, parse_retry_after,
};
use crate::media::SrtpKeying;
use crate::redact::redact;
use crate::sip::{Additions, Headers, Message, StatusCode, Transport, uri};
use crate::{Error, Result};

/// PJSIP_REGC_EXPIRATION_NOT_SPECIFIED, a macro with a cast that bindgen leaves out.
const EXPIRATION_NOT_SPECIFIED: u32 = u32::MAX;
/// PJSUA's own retries, which it cannot do without when a connection is lost, come after a day: the engine goes first.
const PJSUA_RETRY: u32 = 86_400;

/// What became of a REGISTER.
#[derive(Debug, Clone)]
pub(crate) struct RegistrationOutcome {
    pub(crate) outcome: Outcome,
    /// Whether it asked for a binding, rather than for its removal.
    pub(crate) renew: bool,
    /// How long the registrar keeps the binding; `None` when it keeps none.
    pub(crate) expires: Option<Duration>,
    /// `Retry-After` of the answer.
    pub(crate) retry_after: Option<Duration>,
    /// The Contact that was asked for.
    pub(crate) contact: Option<String>,
    pub(crate) service_route: Vec<String>,
    /// Where the answer came from.
    pub(crate) source: Option<SocketAddr>,
}

impl RegistrationOutcome {
    /// It could not even be sent: the same kind of failure as one that comes later.
    pub(crate) fn unsent(pj_status: i32) -> RegistrationOutcome {
        RegistrationOutcome {
            outcome: Outcome {
                code: StatusCode::SERVICE_UNAVAILABLE,
                reason: String::new(),
                pj_status,
                from_peer: false,
                challenges: Vec::new(),
                credentials_sent: false,
            },
            renew: true,
            expires: None,
            retry_after: None,
            contact: None,
            service_route: Vec::new(),
            source: None,
        }
    }
}

/// An account's settings in PJSUA's form. PJSUA copies them; this must live until its call returns.
struct Settings<'a> {
    /// On the heap, because it holds list heads that point to themselves.
    config: Box<MaybeUninit<sys::pjsua_acc_config>>,
    _texts: Vec<Text>,
    _headers: MsgData<'a>,
    _nat: Chosen<'a>,
}

impl<'a> Settings<'a> {
    /// `line` tells this account from others of the same user in requests to its Contact; `register` goes with REGISTER.
    fn new(
        pj: &Pj,
        config: &AccountConfig,
        nat: Chosen<'a>,
        line: Option<&str>,
        register: &'a Additions,
    ) -> Settings<'a> {
        let mut texts = Vec::new();
        // A Text's heap memory stays in place when the Text itself moves into the list.
        let mut text = |value: &str| {
            let text = Text::new(value);
            let lent = text.pj();
            texts.push(text);
            lent
        };
        let registrar = config
            .registrar
            .as_deref()
            .map(|r| uri::with_transport(r, config.transport));
        let mut contact_params = config.contact.header_text();
        // PJSUA does outbound over connections only; over UDP the instance is no more than a name.
        let outbound = is_outbound(config);
        if let (Some(param), false) = (config.contact.instance_param(), outbound) {
            contact_params.push_str(&param);
        }
        let mut uri_params = config.contact.uri_text();
        if let Some(line) = line {
            uri_params.push_str(&format!(";line={line}"));
        }
        let mut headers = MsgData::new(register);
        let mut settings = Box::new(MaybeUninit::<sys::pjsua_acc_config>::zeroed());
        // SAFETY: engine thread; the config is initialised and changed in place on the heap and not moved; its strings live
        // in `texts`, the headers linked into it in `headers`.
        unsafe {
            sys::pjsua_acc_config_default(settings.as_mut_ptr());
            let s = &mut *settings.as_mut_ptr();
            s.id = text(&config.aor);
            // The engine registers it, once its own table knows it.
            s.register_on_acc_add = 0;
            s.disable_reg_on_modify = 1;
            if let Some(registrar) = &registrar {
                s.reg_uri = text(registrar);
            }
            for (place, proxy) in s.proxy.iter_mut().zip(&config.proxies) {
                *place = text(&route(proxy, config));
            }
            s.proxy_cnt = config.proxies.len().min(s.proxy.len()) as u32;
            s.reg_use_proxy = if config.register_by_proxies {
                sys::PJSUA_REG_USE_ACC_PROXY
            } else {
                0
            };
            for (place, credential) in s.cred_info.iter_mut().zip(in_order(&config.credentials)) {
                fill_credential(place, credential, &mut text);
            }
            s.cred_count = config.credentials.len().min(s.cred_info.len()) as u32;
            s.reg_timeout = config.expires.as_secs() as u32;
            s.reg_first_retry_interval = PJSUA_RETRY;
            s.reg_retry_interval = PJSUA_RETRY;
            s.reg_retry_random_interval = 0;
            s.reg_contact_params = text(&contact_params);
            s.contact_uri_params = text(&uri_params);
            s.use_rfc5626 = outbound.into();
            if let (Some(urn), true) = (&config.contact.instance, outbound) {
                s.rfc5626_instance_id = text(&format!("<{urn}>"));
            }
            s.ka_interval = config.keep_alive.as_secs() as u32;
            s.use_timer = timers(config.timers);
            s.timer_setting.sess_expires = config.session_expires.as_secs() as u32;
            s.timer_setting.min_se = config.min_se.as_secs() as u32;
            s.timer_setting.refresher = match config.refresher {
                Refresher::Auto => 0,
                Refresher::Local => 1,
                Refresher::Remote => 2,
            };
            s.require_100rel = reliable(config.reliable);
            headers.move_headers_to(&raw mut s.reg_hdr_list);
            // Without TLS keys in the SDP can be read on the way; that is the user's choice, not ours to refuse.
            s.srtp_secure_signaling = 0;
            s.use_srtp = match config.srtp {
                SrtpMode::Off => sys::PJMEDIA_SRTP_DISABLED,
                SrtpMode::Optional => sys::PJMEDIA_SRTP_OPTIONAL,
                SrtpMode::Required => sys::PJMEDIA_SRTP_MANDATORY,
            };
            s.srtp_opt.keying_count = config.srtp_keying.len() as u32;
            for (place, keying) in s.srtp_opt.keying.iter_mut().zip(&config.srtp_keying) {
                *place = match keying {
                    SrtpKeying::Sdes => sys::PJMEDIA_SRTP_KEYING_SDES,
                    SrtpKeying::Dtls => sys::PJMEDIA_SRTP_KEYING_DTLS_SRTP,
                };
            }
            s.srtp_opt.crypto_count = config.srtp_suites.len() as u32;
            for (place, suite) in s.srtp_opt.crypto.iter_mut().zip(&config.srtp_suites) {
                // Without a key, PJMEDIA makes one for each call.
                place.name = text(suite.name());
            }
            s.srtp_optional_dup_offer = (config.srtp == SrtpMode::Optional).into();
            // A peer that answers with several codecs sends its first; asking it by re-INVITE to name one only (PJSUA's
            // default) surprises many.
            s.lock_codec = 0;
            let rtp = pj.rtp();
            // PJSUA's default looks for usable IPv6 addresses at every call.
            s.ipv6_media_use = match rtp.families {
                Families::V4 => sys::PJSUA_IPV6_DISABLED,
                Families::V6 => sys::PJSUA_IPV6_ENABLED_USE_IPV6_ONLY,
                Families::Both => sys::PJSUA_IPV6_ENABLED_PREFER_IPV4,
            };
            // Names say nothing about the family before they are resolved.
            if rtp.families == Families::V6 {
                s.ipv6_sip_use = sys::PJSUA_IPV6_ENABLED_USE_IPV6_ONLY;
            }
            s.rtp_cfg.port = rtp.port;
            s.rtp_cfg.port_range = rtp.range;
            s.rtp_cfg.qos_params = transport::qos(rtp.dscp);
            if let Some(bind) = &rtp.bind {
                s.rtp_cfg.bound_addr = bind.pj();
            }
            nat.apply(rtp.families, s);
        }
        Settings {
            config: settings,
            _texts: texts,
            _headers: headers,
            _nat: nat,
        }
    }
}

impl Pj {
    /// Adds an account without registering it; its index.
    pub(crate) fn account_add(
        &self,
        op: &'static str,
        config: &AccountConfig,
        line: Option<&str>,
        nat: Chosen<'_>,
    ) -> Result<i32> {
        self.check_uris(op, config)?;
        let register = register_additions(config);
        let settings = Settings::new(self, config, nat, line, &register);
        let mut slot = -1;
        // SAFETY: engine thread; the settings live until after the call, and PJSUA copies them (pjsua_acc_config_dup).
        let status = unsafe { sys::pjsua_acc_add(settings.config.as_ptr(), 0, &mut slot) };
        check(op, &format!("cannot add {}", redact(&config.aor)), status)?;
        Ok(slot)
    }

    /// Refuses what PJSIP's parser cannot read, and says which URI that is; PJSUA would not, and only after something was sent.
    fn check_uris(&self, op: &'static str, config: &AccountConfig) -> Result<()> {
        let proxies = config.proxies.iter().map(|uri| ("proxy", uri, route(uri, config)));
        let registrar = config.registrar.iter().map(|uri| ("registrar", uri, uri.clone()));
        let mut uris = std::iter::once(("address of record", &config.aor, config.aor.clone()))
            .chain(registrar)
            .chain(proxies);
        let Some((what, uri, _)) = uris.find(|(_, _, used)| !self.is_sip_uri(uri::bare(used))) else {
            return Ok(());
        };
        let uri = redact(uri);
        let message = format!("the {what} {uri:?} is no SIP URI; expected something like sip:user@host");
        Err(Error::invalid(op, message).with_pj_status(sys::PJSIP_EINVALIDURI))
    }

    /// Changes the settings. What was registered is forgotten, after an attempt to remove it at the registrar if
    /// `unregister` says so; nothing else is sent, and no outcome of an earlier REGISTER will come.
    pub(crate) fn account_modify(
        &self,
        op: &'static str,
        slot: i32,
        (config, nat): (&AccountConfig, Chosen<'_>),
        line: Option<&str>,
        unregister: bool,
    ) -> Result<()> {
        self.check_uris(op, config)?;
        let register = register_additions(config);
        let settings = Settings::new(self, config, nat, line, &register);
        // SAFETY: engine thread; the settings live until after the call, and PJSUA copies them; it checks the index.
        let status = unsafe {
            if unregister {
                // It has its own copy of address and credentials, and outlives what follows.
                sys::pjsua_acc_set_registration(slot, 0);
            }
            sys::pjsua_acc_modify(slot, settings.config.as_ptr())
        };
        check(op, &format!("cannot modify {}", redact(&config.aor)), status)?;
        self.forget_registration(slot);
        Ok(())
    }

    /// The next REGISTER begins anew, with the account's settings as they are.
    fn forget_registration(&self, slot: i32) {
        // SAFETY: engine thread. As PJSUA's own destroy_regc(): a session in use is freed when its transaction ends.
        unsafe {
            let Some(acc) = account(slot) else { return };
            acc.auto_rereg.active = 0;
            if !acc.regc.is_null() {
                sys::pjsip_regc_destroy2(acc.regc, 1);
                acc.regc = std::ptr::null_mut();
            }
            acc.contact.slen = 0;
            acc.reg_mapped_addr.slen = 0;
            acc.contact_rewritten = 0;
            acc.rfc5626_flowtmr = 0;
        }
    }

    /// Registers or unregisters; the outcome comes by callback. A name is resolved first.
    pub(crate) fn account_register(&self, op: &'static str, slot: i32, renew: bool) -> Result<()> {
        if renew && self.ask_before_registering(op, slot) {
            return Ok(());
        }
        // SAFETY: engine thread; PJSUA checks the index.
        let status = unsafe { sys::pjsua_acc_set_registration(slot, renew.into()) };
        check(op, "cannot send REGISTER", status)
    }

    /// Registers again after a failure or a lost connection: with a new Contact where the old one named that connection,
    /// and the old one's removal in the same request. A name is resolved first.
    pub(crate) fn account_retry(&self, op: &'static str, slot: i32) -> Result<()> {
        if self.ask_before_registering(op, slot) {
            return Ok(());
        }
        self.account_retry_now(op, slot)
    }

    /// Likewise, whatever is known of the name.
    pub(crate) fn account_retry_now(&self, op: &'static str, slot: i32) -> Result<()> {
        // SAFETY: engine thread. PJSUA's retry is the callback of a timer it keeps in the account, set since the connection
        // was lost; it looks at the account only. The registration session is PJSUA's own, read right after.
        let status = unsafe {
            match account(slot) {
                Some(acc) if !acc.regc.is_null() && acc.auto_rereg.active != 0 => match acc.auto_rereg.timer.cb {
                    Some(retry) => {
                        retry(std::ptr::null_mut(), &mut acc.auto_rereg.timer);
                        let sent = acc.regc.is_null() || busy_transport(acc.regc).0;
                        if sent { sys::PJ_SUCCESS } else { sys::PJ_EINVALIDOP }
                    }
                    None => sys::pjsua_acc_set_registration(slot, 1),
                },
                _ => sys::pjsua_acc_set_registration(slot, 1),
            }
        };
        check(op, "cannot send REGISTER", status)
    }

    /// PJSUA must not try again by itself, not even after a day.
    pub(crate) fn account_give_up(&self, slot: i32) {
        // SAFETY: engine thread; a flag its timer looks at.
        if let Some(acc) = unsafe { account(slot) } {
            acc.auto_rereg.active = 0;
        }
    }

    /// Frees the account.
    pub(crate) fn account_remove(&self, op: &'static str, slot: i32) -> Result<()> {
        // SAFETY: engine thread; PJSUA checks the index.
        check(op, "cannot remove the account", unsafe { sys::pjsua_acc_del(slot) })
    }
}

/// A number for what must not be guessed or coincide, from the system's generator.
pub(crate) fn random() -> u32 {
    sys::pj_rand() as u32
}

/// PJSUA's own record of an account in use.
///
/// # Safety
/// On the engine's thread; the reference must not outlive a call that removes the account.
unsafe fn account(slot: i32) -> Option<&'static mut sys::pjsua_acc> {
    // SAFETY: a static array of PJSUA's, only ever touched on this thread.
    unsafe {
        let list = &raw mut (*sys::pjsua_get_var()).acc;
        let acc = (*list).get_mut(usize::try_from(slot).ok()?)?;
        (acc.valid != 0).then_some(acc)
    }
}

/// Whether a REGISTER is under way, and the transport the session uses.
///
/// # Safety
/// `regc` must be live.
unsafe fn busy_transport(regc: *mut sys::pjsip_regc) -> (bool, *const sys::pjsip_transport) {
    let mut info = MaybeUninit::<sys::pjsip_regc_info>::zeroed();
    // SAFETY: the caller vouches for the session; zeros are a valid value of the structure.
    unsafe {
        sys::pjsip_regc_get_info(regc, info.as_mut_ptr());
        let info = info.assume_init();
        (info.is_busy != 0, info.transport)
    }
}

/// The accounts that are registered through this transport and wait for nothing.
///
/// # Safety
/// On the engine's thread.
pub(super) unsafe fn registered_through(transport: *const sys::pjsip_transport) -> Vec<i32> {
    // SAFETY: PJSUA's own arrays and sessions, on its thread.
    unsafe {
        let var = sys::pjsua_get_var();
        let ids = &raw const (*var).acc_ids;
        let used = (*ids).iter().take((*var).acc_cnt as usize);
        used.copied()
            .filter(|slot| {
                account(*slot).is_some_and(|acc| {
                    !acc.regc.is_null() && {
                        let (busy, used) = busy_transport(acc.regc);
                        !busy && std::ptr::eq(used, transport)
                    }
                })
            })
            .collect()
    }
}

/// The account a call was made with or came for.
///
/// # Safety
/// On the engine's thread.
pub(super) unsafe fn of_call(slot: i32) -> Option<i32> {
    // SAFETY: an array of PJSUA's with `max_calls` elements, on its thread.
    unsafe {
        let var = sys::pjsua_get_var();
        let index = usize::try_from(slot).ok()?;
        if (*var).calls.is_null() || index >= (*var).ua_cfg.max_calls as usize {
            return None;
        }
        Some((*(*var).calls.add(index)).acc_id)
    }
}

/// A credential in PJSIP's form; `text` lends strings that live as long as it does.
pub(super) fn fill_credential(
    place: &mut sys::pjsip_cred_info,
    credential: &Credential,
    text: &mut impl FnMut(&str) -> sys::pj_str_t,
) {
    place.realm = text(&credential.realm);
    place.scheme = text("digest");
    place.username = text(&credential.user);
    place.data = text(credential.secret.reveal());
    place.data_type = match credential.ha1 {
        None => sys::PJSIP_CRED_DATA_PLAIN_PASSWD as i32,
        Some(_) => sys::PJSIP_CRED_DATA_DIGEST as i32,
    };
    place.algorithm_type = match credential.ha1 {
        None => sys::PJSIP_AUTH_ALGORITHM_NOT_SET,
        Some(DigestAlgorithm::Md5) => sys::PJSIP_AUTH_ALGORITHM_MD5,
        Some(DigestAlgorithm::Sha256) => sys::PJSIP_AUTH_ALGORITHM_SHA256,
        Some(DigestAlgorithm::Sha512_256) => sys::PJSIP_AUTH_ALGORITHM_SHA512_256,
    };
}

/// PJSIP takes the first credential of a realm, but the last one of `"*"`; this has it take the first of both.
pub(super) fn in_order(credentials: &[Credential]) -> Vec<&Credential> {
    let (any, one): (Vec<_>, Vec<_>) = credentials.iter().partition(|c| c.realm == "*");
    one.into_iter().chain(any.into_iter().rev()).collect()
}

/// Whether the registration is to be an outbound one (RFC 5626).
fn is_outbound(config: &AccountConfig) -> bool {
    config.contact.instance.is_some() && first_hop(config) != Transport::Udp
}

fn register_additions(config: &AccountConfig) -> Additions {
    let mut headers = Headers::new();
    // PJSUA names it itself with outbound.
    if config.path && !is_outbound(config) {
        headers.push("Supported", "path");
    }
    for (name, value) in config.register_headers.iter() {
        headers.push(name, value);
    }
    Additions::headers(headers)
}

/// What carries a REGISTER.
fn first_hop(config: &AccountConfig) -> Transport {
    let proxy = config.proxies.first().filter(|_| config.register_by_proxies);
    let Some(next) = proxy.or(config.registrar.as_ref()) else {
        return config.transport;
    };
    let next = uri::with_transport(next, config.transport).to_ascii_lowercase();
    if uri::is_secure(&next) {
        Transport::Tls
    } else if next.contains(";transport=tcp") {
        Transport::Tcp
    } else {
        Transport::Udp
    }
}

/// A proxy as a loose route (RFC 3261 §16.4), in brackets so that its parameters stay the URI's.
fn route(proxy: &str, config: &AccountConfig) -> String {
    let bare = uri::bare(proxy);
    let lr = bare
        .to_ascii_lowercase()
        .split(';')
        .skip(1)
        .any(|p| p == "lr" || p.starts_with("lr="));
    let bare = if lr { bare.to_owned() } else { format!("{bare};lr") };
    format!("<{}>", uri::with_transport(&bare, config.transport))
}

/// In PJSUA's terms.
pub(super) fn timers(timers: SessionTimers) -> sys::pjsua_sip_timer_use {
    match timers {
        SessionTimers::Off => sys::PJSUA_SIP_TIMER_INACTIVE,
        SessionTimers::Optional => sys::PJSUA_SIP_TIMER_OPTIONAL,
        SessionTimers::Required => sys::PJSUA_SIP_TIMER_REQUIRED,
        SessionTimers::Always => sys::PJSUA_SIP_TIMER_ALWAYS,
    }
}

/// In PJSUA's terms.
pub(super) fn reliable(reliable: Reliable100) -> sys::pjsua_100rel_use {
    match reliable {
        Reliable100::Off => sys::PJSUA_100REL_NOT_USED,
        Reliable100::Supported => sys::PJSUA_100REL_OPTIONAL,
        Reliable100::Required => sys::PJSUA_100REL_MANDATORY,
    }
}

/// Reads what PJSIP tells about a REGISTER.
///
/// # Safety
/// `info` must be the pointer PJSUA passed to `on_reg_state2`, during that callback.
pub(super) unsafe fn registration_outcome(info: *const sys::pjsua_reg_info) -> Option<RegistrationOutcome> {
    // SAFETY: the caller vouches for the pointer; PJSUA sets its members.
    unsafe {
        let info = info.as_ref()?;
        let param = info.cbparam.as_ref()?;
        let expires = match param.expiration {
            0 | EXPIRATION_NOT_SPECIFIED => None,
            seconds => Some(Duration::from_secs(u64::from(seconds))),
        };
        let answer = received(param.rdata);
        let code = StatusCode::clamped(param.code);
        let header = |name: &str| answer.as_ref().and_then(|m: &Message| m.header(name));
        Some(RegistrationOutcome {
            outcome: Outcome {
                code,
                reason: to_string(&param.reason),
                pj_status: if param.status == sys::PJ_SUCCESS && param.rdata.is_null() {
                    param.transport_err
                } else {
                    param.status
                },
                from_peer: !param.rdata.is_null() && param.status == sys::PJ_SUCCESS,
                challenges: answer.as_ref().map(auth::challenges).unwrap_or_default(),
                // PJSIP's status says so if there are none.
                credentials_sent: true,
            },
            renew: info.renew != 0,
            expires,
            retry_after: header("Retry-After").and_then(parse_retry_after),
            contact: asked_contact(param.rdata),
            service_route: match &answer {
                Some(answer) if code.is_success() => {
                    answer.headers().members("Service-Route").map(str::to_owned).collect()
                }
                _ => Vec::new(),
            },
            source: answer.as_ref().and_then(Message::source),
        })
    }
}

/// The Contact of the request this answers.
///
/// # Safety
/// `rdata` must be null or a message PJSIP is delivering right now.
unsafe fn asked_contact(rdata: *mut sys::pjsip_rx_data) -> Option<String> {
    // SAFETY: the caller vouches for the message; the transaction keeps its last request while it reports on it.
    unsafe {
        let request = sys::pjsip_rdata_get_tsx(rdata.as_mut()?).as_ref()?.last_tx.as_ref()?;
        let header = sys::pjsip_msg_find_hdr(request.msg, sys::PJSIP_H_CONTACT, std::ptr::null());
        if header.is_null() {
            return None;
        }
        let mut buffer = [0_u8; 2048];
        let written = sys::pjsip_hdr_print_on(header, buffer.as_mut_ptr().cast(), buffer.len());
        let text = String::from_utf8_lossy(buffer.get(..usize::try_from(written).ok()?)?).into_owned();
        Some(text.split_once(':')?.1.trim().to_owned())
    }
}
