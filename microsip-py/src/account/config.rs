//! Settings of accounts.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Fault, FromPy, Outcome, ToPy, model};
use crate::{names, settings};

names!(core::DigestAlgorithm as "DigestAlgorithm" [Md5, Sha256, Sha512_256]);
names!(core::SrtpMode as "SrtpMode" { Off = "off", Optional = "optional", Required = "required" });
names!(core::SessionTimers as "SessionTimers" [Off, Optional, Required, Always]);
names!(core::Refresher as "Refresher" [Auto, Local, Remote]);
names!(core::Reliable100 as "Reliable100" [Off, Supported, Required]);
names!(core::ContactRewrite as "ContactRewrite" { Off = "off", On = "on", Always = "always" });
names!(core::ContactRewriteMethod as "ContactRewriteMethod" { Early = "early", Replace = "replace" });

settings!(core::Credential, core::Credential::new("", ""), "Credential" {
    user, secret, realm,
    ha1: |it, algorithm: core::DigestAlgorithm| it.ha1 = Some(algorithm),
});
settings!(core::RetryPolicy as "RetryPolicy" { first, max, factor, jitter });
settings!(core::ContactOptions as "ContactOptions" {
    q, instance,
    params: |it, pairs: Params| it.params = pairs.0,
    uri_params: |it, pairs: Params| it.uri_params = pairs.0,
});
settings!(core::AccountNat as "AccountNat" {
    contact_rewrite, contact_rewrite_method, via_rewrite, sdp_rewrite, media_address, stun, ice, turn,
});
settings!(core::AccountConfig, core::AccountConfig::new(""), "AccountConfig" {
    aor,
    username: |_it, _name: String| resolved_before()?,
    password: |_it, _secret: core::Secret| resolved_before()?,
    // None given, or none wanted.
    registrar: |it, uri: String| it.registrar = (!uri.is_empty()).then_some(uri),
    register_on_add, credentials, transport, proxies, register_by_proxies, expires, retry, contact, path, register_headers,
    keep_alive,
    codecs: |it, list: String| *it = std::mem::replace(it, core::AccountConfig::new("")).codecs(&list)?,
    opus, ptime, policy, srtp, srtp_keying, srtp_suites, timers, session_expires, min_se, refresher, reliable, rtcp_xr, nat,
    publish_presence,
});

/// Python makes credentials and a registrar of them, which depends on the address.
fn resolved_before() -> Outcome<()> {
    Err(Fault::type_error("it must be made into credentials first"))
}

/// Parameters with or without a value: a mapping, or pairs.
struct Params(Vec<(String, Option<String>)>);

impl FromPy for Params {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let pairs = value.call_method0("items").unwrap_or_else(|_| value.clone());
        Vec::from_py(&pairs).map(Params)
    }
}

/// A `TurnConfig`, or a `TurnUse` or its name.
impl FromPy for core::TurnUse {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance(&model(value.py(), "TurnConfig")?)? {
            return core::TurnConfig::from_py(value).map(core::TurnUse::Server);
        }
        let name = match value.extract::<String>() {
            Ok(name) => name,
            Err(_) if value.is_instance(&model(value.py(), "TurnUse")?)? => value.getattr("value")?.extract()?,
            Err(_) => {
                let text = format!("expected a TurnConfig or a TurnUse, not {}", value.get_type());
                return Err(Fault::type_error(text).into());
            }
        };
        match name.as_str() {
            "endpoint" => Ok(core::TurnUse::Endpoint),
            "off" => Ok(core::TurnUse::Off),
            _ => Err(Fault::value_error(format!("{name:?} is no TurnUse; expected one of: endpoint, off")).into()),
        }
    }
}

/// The shortest and the longest pause after so many failures.
#[pyfunction]
pub fn retry_bounds<'py>(py: Python<'py>, policy: &Bound<'py, PyAny>, failures: u32) -> Outcome<Bound<'py, PyAny>> {
    let policy = core::RetryPolicy::from_py(policy)?;
    // Elsewhere they are checked when an account gets them.
    for (what, value, range) in [
        ("factor", policy.factor, 1.0..=10.0),
        ("jitter", policy.jitter, 0.0..=1.0),
    ] {
        if !range.contains(&value) {
            let text = format!(
                "RetryPolicy.{what} of {value} is not between {} and {}",
                range.start(),
                range.end()
            );
            return Err(Fault::value_error(text));
        }
    }
    Ok(policy.bounds(failures).to_py(py)?)
}
