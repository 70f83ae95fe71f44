//! What goes with a subscription.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::SubscribeOptions;

use crate::base::{Out, bytes, change, clone_settings, free, guard, opt_text, put, secs, text};
use crate::handle;
use crate::presence::help::retry_policy;
use crate::status::microsip_status_t;

/// Settings of a subscription.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_subscribe_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_subscribe_options_t,
    134,
    "subscribe options",
    Mutex<SubscribeOptions>
);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscribe_options_clone(
    options: microsip_subscribe_options_t,
    clone: *mut microsip_subscribe_options_t,
) -> microsip_status_t {
    guard("microsip_subscribe_options_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscribe_options_free(options: microsip_subscribe_options_t) -> microsip_status_t {
    guard("microsip_subscribe_options_free", || free(options))
}

/// Makes settings for an event package, such as `"dialog"`, with every other value at its default. All are checked when
/// subscribing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscribe_options_new(
    package: *const c_char,
    options: *mut microsip_subscribe_options_t,
) -> microsip_status_t {
    guard("microsip_subscribe_options_new", || {
        let options = Out::new(options, "options")?;
        let package = text(package, "package")?;
        options.set(put(Mutex::new(SubscribeOptions::new(package)))?);
        Ok(())
    })
}

/// Sets the `id` of the header `Event`, where one target has several subscriptions to a package; NULL, the default, for
/// none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscribe_options_set_event_id(
    options: microsip_subscribe_options_t,
    id: *const c_char,
) -> microsip_status_t {
    guard("microsip_subscribe_options_set_event_id", || {
        let id = opt_text(id, "id")?;
        change(options, |o| {
            o.event_id = id.map(str::to_owned);
            Ok(())
        })
    })
}

/// Adds a body type that is understood, such as `"application/pidf+xml"` (`Accept`); without any it is left to the
/// package's default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscribe_options_add_accept(
    options: microsip_subscribe_options_t,
    content_type: *const c_char,
) -> microsip_status_t {
    guard("microsip_subscribe_options_add_accept", || {
        let content_type = text(content_type, "content_type")?;
        change(options, |o| {
            o.accept.push(content_type.to_owned());
            Ok(())
        })
    })
}

/// Sets the lifetime asked for, in seconds, 0 to 86400; default 600. It is refreshed well before. Zero asks for the
/// state once.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscribe_options_set_expires(
    options: microsip_subscribe_options_t,
    expires_s: u32,
) -> microsip_status_t {
    guard("microsip_subscribe_options_set_expires", || {
        change(options, |o| {
            o.expires = secs(expires_s);
            Ok(())
        })
    })
}

/// Sets whether several notifiers may answer one SUBSCRIBE that was forked (RFC 6665 §4.3), each with a dialog of its
/// own. Default `false`: who comes second is answered 481.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscribe_options_set_forks(
    options: microsip_subscribe_options_t,
    forks: bool,
) -> microsip_status_t {
    guard("microsip_subscribe_options_set_forks", || {
        change(options, |o| {
            o.forks = forks;
            Ok(())
        })
    })
}

/// Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
/// from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
/// Default 1000, 30000, 2 and 0.5.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscribe_options_set_retry(
    options: microsip_subscribe_options_t,
    first_ms: u32,
    max_ms: u32,
    factor: f64,
    jitter: f64,
) -> microsip_status_t {
    guard("microsip_subscribe_options_set_retry", || {
        change(options, |o| {
            o.retry = retry_policy(first_ms, max_ms, factor, jitter);
            Ok(())
        })
    })
}

/// Adds a header to each SUBSCRIBE.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
/// itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscribe_options_add_header(
    options: microsip_subscribe_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_subscribe_options_add_header", || {
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(options, |o| {
            o.request.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets content type and body of each SUBSCRIBE, such as a filter (RFC 4660); the bytes are copied, 48,000 at most.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscribe_options_set_body(
    options: microsip_subscribe_options_t,
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
) -> microsip_status_t {
    guard("microsip_subscribe_options_set_body", || {
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        change(options, |o| {
            o.request.body = Some((content_type.to_owned(), body.to_vec()));
            Ok(())
        })
    })
}
