//! What is published.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::PublishOptions;

use crate::base::{Out, bytes, change, clone_settings, free, guard, put, secs, text};
use crate::handle;
use crate::presence::help::retry_policy;
use crate::status::microsip_status_t;

/// What is published, and for how long.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_publish_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_publish_options_t,
    141,
    "publish options",
    Mutex<PublishOptions>
);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publish_options_clone(
    options: microsip_publish_options_t,
    clone: *mut microsip_publish_options_t,
) -> microsip_status_t {
    guard("microsip_publish_options_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publish_options_free(options: microsip_publish_options_t) -> microsip_status_t {
    guard("microsip_publish_options_free", || free(options))
}

/// Makes settings for a body of this type; its bytes are copied, 1 to 48,000. All are checked when publishing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publish_options_new(
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
    options: *mut microsip_publish_options_t,
) -> microsip_status_t {
    guard("microsip_publish_options_new", || {
        let options = Out::new(options, "options")?;
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        options.set(put(Mutex::new(PublishOptions::new(content_type, body)))?);
        Ok(())
    })
}

/// Sets the lifetime asked for, in seconds, 1 to 86400; default 3600. It is refreshed before it ends, whatever the
/// server grants.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publish_options_set_expires(
    options: microsip_publish_options_t,
    expires_s: u32,
) -> microsip_status_t {
    guard("microsip_publish_options_set_expires", || {
        change(options, |o| {
            o.expires = secs(expires_s);
            Ok(())
        })
    })
}

/// Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
/// from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
/// Default 1000, 30000, 2 and 0.5.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publish_options_set_retry(
    options: microsip_publish_options_t,
    first_ms: u32,
    max_ms: u32,
    factor: f64,
    jitter: f64,
) -> microsip_status_t {
    guard("microsip_publish_options_set_retry", || {
        change(options, |o| {
            o.retry = retry_policy(first_ms, max_ms, factor, jitter);
            Ok(())
        })
    })
}

/// Adds a header to each PUBLISH.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
/// itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publish_options_add_header(
    options: microsip_publish_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_publish_options_add_header", || {
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}
