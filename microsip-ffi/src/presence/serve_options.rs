//! How a package is served.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{RequestOptions, ServeOptions, WatchPolicy};

use crate::base::{Code, Out, bytes, change, clone_settings, free, guard, put, secs, settings_of, text};
use crate::request::microsip_request_options_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Who may watch: one of `enum microsip_watch_policy_e`.
pub type microsip_watch_policy_t = i32;

/// The values of `microsip_watch_policy_t`.
#[repr(i32)]
pub enum microsip_watch_policy_e {
    /// Everybody.
    MICROSIP_WATCH_POLICY_ALLOW = 1,
    /// Nobody: 403.
    MICROSIP_WATCH_POLICY_DENY = 2,
    /// Whoever is let in by `microsip_watcher_accept`; `MICROSIP_EVENT_KIND_WATCHER` asks. Until then nothing is told.
    MICROSIP_WATCH_POLICY_ASK = 3,
}

code!(microsip_watch_policy_e, "watch policy", WatchPolicy {
    MICROSIP_WATCH_POLICY_ALLOW = Allow,
    MICROSIP_WATCH_POLICY_DENY = Deny,
    MICROSIP_WATCH_POLICY_ASK = Ask,
});

/// Settings of serving a package.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_serve_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_serve_options_t, 138, "serve options", Mutex<ServeOptions>);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_serve_options_clone(
    options: microsip_serve_options_t,
    clone: *mut microsip_serve_options_t,
) -> microsip_status_t {
    guard("microsip_serve_options_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_serve_options_free(options: microsip_serve_options_t) -> microsip_status_t {
    guard("microsip_serve_options_free", || free(options))
}

/// Makes settings for an event package, such as `"presence"`, with every other value at its default. All are checked
/// when serving.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_serve_options_new(
    package: *const c_char,
    options: *mut microsip_serve_options_t,
) -> microsip_status_t {
    guard("microsip_serve_options_new", || {
        let options = Out::new(options, "options")?;
        let package = text(package, "package")?;
        options.set(put(Mutex::new(ServeOptions::new(package)))?);
        Ok(())
    })
}

/// Sets who may watch; default `MICROSIP_WATCH_POLICY_ASK`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_serve_options_set_policy(
    options: microsip_serve_options_t,
    policy: microsip_watch_policy_t,
) -> microsip_status_t {
    guard("microsip_serve_options_set_policy", || {
        let policy = Code::arg(policy)?;
        change(options, |o| {
            o.policy = policy;
            Ok(())
        })
    })
}

/// Sets the shortest lifetime granted, 0 to 3600 seconds, default 60: who asks for less, but not for 0, is answered
/// 423; and the longest, 1 to 86400, default 3600, which is also granted to who asks for none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_serve_options_set_lifetimes(
    options: microsip_serve_options_t,
    shortest_s: u32,
    longest_s: u32,
) -> microsip_status_t {
    guard("microsip_serve_options_set_lifetimes", || {
        change(options, |o| {
            (o.shortest, o.longest) = (secs(shortest_s), secs(longest_s));
            Ok(())
        })
    })
}

/// Sets what watchers are told until `microsip_notifier_set_state` says otherwise: content type and body, whose bytes
/// are copied, 48,000 at most. Default nothing: NOTIFYs without body.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_serve_options_set_state(
    options: microsip_serve_options_t,
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
) -> microsip_status_t {
    guard("microsip_serve_options_set_state", || {
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        change(options, |o| {
            o.state = Some(RequestOptions::new().body(content_type, body));
            Ok(())
        })
    })
}

/// As `microsip_serve_options_set_state`, with headers of each NOTIFY; `state` is copied.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_serve_options_set_state_with(
    options: microsip_serve_options_t,
    state: microsip_request_options_t,
) -> microsip_status_t {
    guard("microsip_serve_options_set_state_with", || {
        let state = settings_of(state)?;
        change(options, |o| {
            o.state = Some(state);
            Ok(())
        })
    })
}
