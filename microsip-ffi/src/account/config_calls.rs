//! Settings of an account: its calls.

use std::ffi::c_char;

use microsip_core::{CallPolicy, OpusOptions, Refresher, Reliable100, SessionTimers, SrtpKeying, SrtpMode, SrtpSuite};

use super::microsip_account_config_t;
use crate::base::{Code, change, guard, millis, opt_text, secs, settings_or};
use crate::code;
use crate::endpoint::microsip_call_policy_t;
use crate::quality::microsip_opus_options_t;
use crate::status::microsip_status_t;

/// Whether media is encrypted (RFC 3711): one of `enum microsip_srtp_mode_e`.
pub type microsip_srtp_mode_t = i32;

/// The values of `microsip_srtp_mode_t`.
#[repr(i32)]
pub enum microsip_srtp_mode_e {
    /// Plain RTP is offered and accepted; encrypted offers are refused. The default.
    MICROSIP_SRTP_MODE_OFF = 1,
    /// Plain RTP is offered with keys beside it, for those who know what to do with them; every offer is accepted. With
    /// DTLS as first keying, encrypted media alone is offered.
    MICROSIP_SRTP_MODE_OPTIONAL = 2,
    /// Only encrypted media is offered and accepted; a plain offer gets 488.
    MICROSIP_SRTP_MODE_REQUIRED = 3,
}

code!(microsip_srtp_mode_e, "SRTP mode", SrtpMode {
    MICROSIP_SRTP_MODE_OFF = Off,
    MICROSIP_SRTP_MODE_OPTIONAL = Optional,
    MICROSIP_SRTP_MODE_REQUIRED = Required,
});

/// How SRTP gets its keys: one of `enum microsip_srtp_keying_e`.
pub type microsip_srtp_keying_t = i32;

/// The values of `microsip_srtp_keying_t`.
#[repr(i32)]
pub enum microsip_srtp_keying_e {
    /// In the SDP (RFC 4568). Whoever reads the signalling has the keys, so it wants TLS.
    MICROSIP_SRTP_KEYING_SDES = 1,
    /// By a DTLS handshake on the media path (RFC 5763, RFC 5764).
    MICROSIP_SRTP_KEYING_DTLS = 2,
}

code!(microsip_srtp_keying_e, "SRTP keying", SrtpKeying {
    MICROSIP_SRTP_KEYING_SDES = Sdes,
    MICROSIP_SRTP_KEYING_DTLS = Dtls,
});

/// Cipher and authentication of SRTP: one of `enum microsip_srtp_suite_e`.
pub type microsip_srtp_suite_t = i32;

/// The values of `microsip_srtp_suite_t`.
#[repr(i32)]
pub enum microsip_srtp_suite_e {
    /// AES-CM, 128 bits, tag of 80 bits (RFC 4568 §6.2.1): what everybody knows.
    MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80 = 1,
    /// AES-CM, 128 bits, tag of 32 bits (RFC 4568 §6.2.2).
    MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32 = 2,
    /// AES-CM, 256 bits, tag of 80 bits (RFC 6188). With SDES only.
    MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_80 = 3,
    /// AES-CM, 256 bits, tag of 32 bits (RFC 6188). With SDES only.
    MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_32 = 4,
    /// AES-GCM, 128 bits (RFC 7714).
    MICROSIP_SRTP_SUITE_AEAD_AES_128_GCM = 5,
    /// AES-GCM, 256 bits (RFC 7714).
    MICROSIP_SRTP_SUITE_AEAD_AES_256_GCM = 6,
}

code!(microsip_srtp_suite_e, "SRTP suite", SrtpSuite {
    MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80 = AesCm128HmacSha1_80,
    MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32 = AesCm128HmacSha1_32,
    MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_80 = Aes256CmHmacSha1_80,
    MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_32 = Aes256CmHmacSha1_32,
    MICROSIP_SRTP_SUITE_AEAD_AES_128_GCM = AeadAes128Gcm,
    MICROSIP_SRTP_SUITE_AEAD_AES_256_GCM = AeadAes256Gcm,
});

/// Whether calls are refreshed, so that one whose peer has vanished ends (RFC 4028): one of `enum
/// microsip_session_timers_e`.
pub type microsip_session_timers_t = i32;

/// The values of `microsip_session_timers_t`.
#[repr(i32)]
pub enum microsip_session_timers_e {
    /// Neither asked for nor offered; a call that requires them gets 420.
    MICROSIP_SESSION_TIMERS_OFF = 1,
    /// Offered with `Supported: timer`, used when the peer wants them. The default.
    MICROSIP_SESSION_TIMERS_OPTIONAL = 2,
    /// `Require: timer`: a peer that does not know them is not called, and its calls get 421.
    MICROSIP_SESSION_TIMERS_REQUIRED = 3,
    /// Used whether the peer supports them or not: then we refresh alone.
    MICROSIP_SESSION_TIMERS_ALWAYS = 4,
}

code!(microsip_session_timers_e, "session timers", SessionTimers {
    MICROSIP_SESSION_TIMERS_OFF = Off,
    MICROSIP_SESSION_TIMERS_OPTIONAL = Optional,
    MICROSIP_SESSION_TIMERS_REQUIRED = Required,
    MICROSIP_SESSION_TIMERS_ALWAYS = Always,
});

/// Who is to refresh sessions (RFC 4028 §7.1, §9), while the peer does not decide it: one of `enum
/// microsip_refresher_e`.
pub type microsip_refresher_t = i32;

/// The values of `microsip_refresher_t`.
#[repr(i32)]
pub enum microsip_refresher_e {
    /// Nobody is named in our requests; the peer decides. The default.
    MICROSIP_REFRESHER_AUTO = 1,
    /// We: `refresher=uac` in our requests, `uas` in our answers.
    MICROSIP_REFRESHER_LOCAL = 2,
    /// The peer, if it supports session timers.
    MICROSIP_REFRESHER_REMOTE = 3,
}

code!(microsip_refresher_e, "refresher", Refresher {
    MICROSIP_REFRESHER_AUTO = Auto,
    MICROSIP_REFRESHER_LOCAL = Local,
    MICROSIP_REFRESHER_REMOTE = Remote,
});

/// Whether provisional responses are acknowledged (RFC 3262): one of `enum microsip_reliable_100_e`.
pub type microsip_reliable_100_t = i32;

/// The values of `microsip_reliable_100_t`.
#[repr(i32)]
pub enum microsip_reliable_100_e {
    /// Not offered; a call that requires it gets 420.
    MICROSIP_RELIABLE_100_OFF = 1,
    /// Offered with `Supported: 100rel`; used whenever the peer supports it. The default.
    MICROSIP_RELIABLE_100_SUPPORTED = 2,
    /// `Require: 100rel`; a peer that does not support it is refused with 421.
    MICROSIP_RELIABLE_100_REQUIRED = 3,
}

code!(microsip_reliable_100_e, "reliable responses", Reliable100 {
    MICROSIP_RELIABLE_100_OFF = Off,
    MICROSIP_RELIABLE_100_SUPPORTED = Supported,
    MICROSIP_RELIABLE_100_REQUIRED = Required,
});

/// Sets the codecs offered and accepted in this account's calls, the preferred one first, such as `"PCMA/8000/1
/// PCMU/8000/1"`; all must be among the endpoint's. NULL (default): the endpoint's. Statuses: `INVALID_ARGUMENT` for a
/// malformed list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_set_codecs(
    config: microsip_account_config_t,
    list: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_set_codecs", || {
        let list = opt_text(list, "list")?;
        change(config, |c| {
            match list {
                Some(list) => *c = c.clone().codecs(list)?,
                None => c.codecs = None,
            }
            Ok(())
        })
    })
}

/// Sets how Opus is used in its calls. `options` is copied; the zero handle stands for the defaults of Opus.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_opus(
    config: microsip_account_config_t,
    options: microsip_opus_options_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_opus", || {
        let opus = settings_or(options, OpusOptions::default)?;
        change(config, |c| {
            c.opus = Some(opus);
            Ok(())
        })
    })
}

/// Uses Opus as the endpoint does, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_clear_opus(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_clear_opus", || {
        change(config, |c| {
            c.opus = None;
            Ok(())
        })
    })
}

/// Sets how much audio a packet holds in its calls (`a=ptime`), in milliseconds, 10 to 120; 0 (default): as the
/// endpoint.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_ptime(
    config: microsip_account_config_t,
    time_ms: u32,
) -> microsip_status_t {
    guard("microsip_account_config_set_ptime", || {
        change(config, |c| {
            c.ptime = (time_ms > 0).then(|| millis(time_ms));
            Ok(())
        })
    })
}

/// Sets what happens with its incoming calls, in place of what the endpoint does. `policy` is copied; the zero handle
/// stands for the policy that lets everything pass.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_policy(
    config: microsip_account_config_t,
    policy: microsip_call_policy_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_policy", || {
        let policy = settings_or(policy, CallPolicy::default)?;
        change(config, |c| {
            c.policy = Some(policy);
            Ok(())
        })
    })
}

/// Does with its incoming calls as the endpoint, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_clear_policy(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_clear_policy", || {
        change(config, |c| {
            c.policy = None;
            Ok(())
        })
    })
}

/// Sets media encryption; default off.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_srtp(
    config: microsip_account_config_t,
    mode: microsip_srtp_mode_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_srtp", || {
        let mode = Code::arg(mode)?;
        change(config, |c| {
            c.srtp = mode;
            Ok(())
        })
    })
}

/// Takes all ways of keying away, the default ones included.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_clear_srtp_keying(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_clear_srtp_keying", || {
        change(config, |c| {
            c.srtp_keying.clear();
            Ok(())
        })
    })
}

/// Adds a way of keying behind those there are: the first is offered, all are accepted. Default SDES, then DTLS, which
/// stay unless `microsip_account_config_clear_srtp_keying` took them away.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_add_srtp_keying(
    config: microsip_account_config_t,
    keying: microsip_srtp_keying_t,
) -> microsip_status_t {
    guard("microsip_account_config_add_srtp_keying", || {
        let keying = Code::arg(keying)?;
        change(config, |c| {
            c.srtp_keying.push(keying);
            Ok(())
        })
    })
}

/// Takes all suites away, the default ones included.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_clear_srtp_suites(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_clear_srtp_suites", || {
        change(config, |c| {
            c.srtp_suites.clear();
            Ok(())
        })
    })
}

/// Adds a cipher behind those there are: they are offered in this order, and others are not accepted. Default: all but
/// `MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_32`, the strongest first.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_add_srtp_suite(
    config: microsip_account_config_t,
    suite: microsip_srtp_suite_t,
) -> microsip_status_t {
    guard("microsip_account_config_add_srtp_suite", || {
        let suite = Code::arg(suite)?;
        change(config, |c| {
            c.srtp_suites.push(suite);
            Ok(())
        })
    })
}

/// Sets session timers of its calls; default `MICROSIP_SESSION_TIMERS_OPTIONAL`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_timers(
    config: microsip_account_config_t,
    timers: microsip_session_timers_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_timers", || {
        let timers = Code::arg(timers)?;
        change(config, |c| {
            c.timers = timers;
            Ok(())
        })
    })
}

/// Sets how long a session lives without a refresh (Session-Expires), in seconds, `min_s` to 86400, default 1800, and
/// the shortest we agree to (Min-SE), 90 to 86400, default 90 (RFC 4028).
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_session_expires(
    config: microsip_account_config_t,
    session_s: u32,
    min_s: u32,
) -> microsip_status_t {
    guard("microsip_account_config_set_session_expires", || {
        change(config, |c| {
            c.session_expires = secs(session_s);
            c.min_se = secs(min_s);
            Ok(())
        })
    })
}

/// Sets who is to refresh the sessions of its calls; default `MICROSIP_REFRESHER_AUTO`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_refresher(
    config: microsip_account_config_t,
    refresher: microsip_refresher_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_refresher", || {
        let refresher = Code::arg(refresher)?;
        change(config, |c| {
            c.refresher = refresher;
            Ok(())
        })
    })
}

/// Sets reliable provisional responses of its calls; default `MICROSIP_RELIABLE_100_SUPPORTED`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_reliable(
    config: microsip_account_config_t,
    reliable: microsip_reliable_100_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_reliable", || {
        let reliable = Code::arg(reliable)?;
        change(config, |c| {
            c.reliable = reliable;
            Ok(())
        })
    })
}

/// Sets whether its calls offer and send extended reports (RTCP XR); default as the endpoint.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_rtcp_xr(
    config: microsip_account_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_account_config_set_rtcp_xr", || {
        change(config, |c| {
            c.rtcp_xr = Some(yes);
            Ok(())
        })
    })
}

/// Does with extended reports as the endpoint, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_clear_rtcp_xr(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_clear_rtcp_xr", || {
        change(config, |c| {
            c.rtcp_xr = None;
            Ok(())
        })
    })
}
