//! Settings of accounts.

use microsip_core as core;

use crate::settings;

settings!(core::AccountConfig, core::AccountConfig::new(""), "AccountConfig" {
    aor, registrar, register_on_add, transport, proxies, expires, register_headers, keep_alive,
});
