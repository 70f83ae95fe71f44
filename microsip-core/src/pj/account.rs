//! Accounts in PJSUA.

use std::mem::MaybeUninit;
use std::time::Duration;

use pjsip_sys as sys;

use super::Pj;
use super::status::{Outcome, check};
use super::string::{Text, to_string};
use super::transport::Families;
use crate::Result;
use crate::account::{AccountConfig, SrtpMode};
use crate::redact::redact;
use crate::sip::{StatusCode, uri};

/// PJSIP_REGC_EXPIRATION_NOT_SPECIFIED, a macro with a cast that bindgen leaves out.
const EXPIRATION_NOT_SPECIFIED: u32 = u32::MAX;

/// What became of a REGISTER.
#[derive(Debug, Clone)]
pub(crate) struct RegistrationOutcome {
    pub(crate) outcome: Outcome,
    /// Whether it asked for a binding, rather than for its removal.
    pub(crate) renew: bool,
    /// How long the registrar keeps the binding; `None` when it keeps none.
    pub(crate) expires: Option<Duration>,
}

impl Pj {
    /// Adds an account without registering it; its index.
    pub(crate) fn account_add(&self, op: &'static str, config: &AccountConfig) -> Result<i32> {
        let id = Text::new(&config.aor);
        let registrar = config
            .registrar
            .as_deref()
            .map(|r| Text::new(&uri::with_transport(r, config.transport)));
        let proxies: Vec<Text> = config.proxies.iter().map(|p| Text::new(&route(p, config))).collect();
        let user = config.auth_user.as_deref().map(Text::new);
        let password = Text::new(config.password.reveal());
        let (realm, scheme) = (Text::new(&config.realm), Text::new("digest"));
        let mut settings = Box::new(MaybeUninit::<sys::pjsua_acc_config>::zeroed());
        let mut slot = -1;
        // SAFETY: engine thread; the config is initialised and changed in place on the heap and not moved, its strings
        // live until after the call, and PJSUA copies it (pjsua_acc_config_dup).
        let status = unsafe {
            sys::pjsua_acc_config_default(settings.as_mut_ptr());
            let s = &mut *settings.as_mut_ptr();
            s.id = id.pj();
            // The engine registers it, once its own table knows it.
            s.register_on_acc_add = 0;
            if let Some(registrar) = &registrar {
                s.reg_uri = registrar.pj();
            }
            for (place, proxy) in s.proxy.iter_mut().zip(&proxies) {
                *place = proxy.pj();
            }
            s.proxy_cnt = proxies.len() as u32;
            if let Some(user) = &user {
                s.cred_count = 1;
                let cred = &mut s.cred_info[0];
                cred.realm = realm.pj();
                cred.scheme = scheme.pj();
                cred.username = user.pj();
                cred.data_type = sys::PJSIP_CRED_DATA_PLAIN_PASSWD as i32;
                cred.data = password.pj();
            }
            s.reg_timeout = config.expires.as_secs() as u32;
            s.reg_first_retry_interval = 1;
            s.reg_retry_interval = config.retry_interval.as_secs() as u32;
            s.reg_retry_random_interval = (s.reg_retry_interval / 4).min(10);
            // Without TLS keys in the SDP can be read on the way; that is the user's choice, not ours to refuse.
            s.srtp_secure_signaling = 0;
            s.use_srtp = match config.srtp {
                SrtpMode::Off => sys::PJMEDIA_SRTP_DISABLED,
                SrtpMode::Optional => sys::PJMEDIA_SRTP_OPTIONAL,
                SrtpMode::Required => sys::PJMEDIA_SRTP_MANDATORY,
            };
            s.srtp_optional_dup_offer = (config.srtp == SrtpMode::Optional).into();
            // A peer that answers with several codecs sends its first; asking it by re-INVITE to name one only (PJSUA's
            // default) surprises many.
            s.lock_codec = 0;
            let rtp = self.rtp();
            // PJSUA's default looks for usable IPv6 addresses at every call.
            s.ipv6_media_use = match rtp.families {
                Families::V4 => sys::PJSUA_IPV6_DISABLED,
                Families::V6 => sys::PJSUA_IPV6_ENABLED_USE_IPV6_ONLY,
                Families::Both => sys::PJSUA_IPV6_ENABLED_PREFER_IPV4,
            };
            s.rtp_cfg.port = rtp.port;
            s.rtp_cfg.port_range = rtp.range;
            if let Some(bind) = &rtp.bind {
                s.rtp_cfg.bound_addr = bind.pj();
            }
            sys::pjsua_acc_add(s, 0, &mut slot)
        };
        check(op, &format!("cannot add {}", redact(&config.aor)), status)?;
        Ok(slot)
    }

    /// Registers or unregisters; the outcome comes by callback.
    pub(crate) fn account_register(&self, op: &'static str, slot: i32, renew: bool) -> Result<()> {
        // SAFETY: engine thread; PJSUA checks the index.
        let status = unsafe { sys::pjsua_acc_set_registration(slot, renew.into()) };
        check(op, "cannot send REGISTER", status)
    }

    /// Frees the account.
    pub(crate) fn account_remove(&self, op: &'static str, slot: i32) -> Result<()> {
        // SAFETY: engine thread; PJSUA checks the index.
        check(op, "cannot remove the account", unsafe { sys::pjsua_acc_del(slot) })
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
        Some(RegistrationOutcome {
            outcome: Outcome {
                code: StatusCode::clamped(param.code),
                reason: to_string(&param.reason),
                pj_status: param.status,
                from_peer: !param.rdata.is_null() && param.status == sys::PJ_SUCCESS,
            },
            renew: info.renew != 0,
            expires,
        })
    }
}
