//! Settings of messages.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{MessageConfig, MessagePolicy};

use crate::base::{Out, change, clone_settings, free, guard, millis, put, text};
use crate::call::status_code;
use crate::handle;
use crate::status::microsip_status_t;

/// What happens by itself with messages (RFC 3428), typing indications (RFC 3994) and delivery notifications (RFC
/// 5438). Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_message_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_message_config_t, 26, "message config", Mutex<MessageConfig>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_config_new(config: *mut microsip_message_config_t) -> microsip_status_t {
    guard("microsip_message_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(MessageConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_config_clone(
    config: microsip_message_config_t,
    clone: *mut microsip_message_config_t,
) -> microsip_status_t {
    guard("microsip_message_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_config_free(config: microsip_message_config_t) -> microsip_status_t {
    guard("microsip_message_config_free", || free(config))
}

/// Sets which messages are taken: 0 (default) for all that are for an account of ours, else none, and each is answered
/// with this SIP status code, 300 to 699; 403, 405 and 480 are usual.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_config_set_incoming(
    config: microsip_message_config_t,
    code: u16,
) -> microsip_status_t {
    guard("microsip_message_config_set_incoming", || {
        let policy = match code {
            0 => MessagePolicy::Accept,
            code => MessagePolicy::Refuse(status_code(code)?),
        };
        change(config, |c| {
            c.incoming = policy;
            Ok(())
        })
    })
}

/// Adds a content type that is taken, as `text/plain`, or with a star in place of the subtype for all of a type. With
/// any, others are answered 415 with this list in Accept (RFC 3428 §7); default all are taken. Typing indications and
/// delivery notifications always are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_config_add_accept(
    config: microsip_message_config_t,
    content_type: *const c_char,
) -> microsip_status_t {
    guard("microsip_message_config_add_accept", || {
        let content_type = text(content_type, "content_type")?;
        change(config, |c| {
            c.accept.push(content_type.to_owned());
            Ok(())
        })
    })
}

/// Sets whether a sender who asks for it is told by itself that the message was delivered (RFC 5438 §7.2.1.1); default
/// true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_config_set_confirm_delivery(
    config: microsip_message_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_message_config_set_confirm_delivery", || {
        change(config, |c| {
            c.confirm_delivery = yes;
            Ok(())
        })
    })
}

/// Sets how long after the last key the peer is told that nobody types any more, in milliseconds, 1000 to 3600000;
/// default 15000 (RFC 3994 §3.2).
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_config_set_typing_idle(
    config: microsip_message_config_t,
    time_ms: u32,
) -> microsip_status_t {
    guard("microsip_message_config_set_typing_idle", || {
        change(config, |c| {
            c.typing_idle = millis(time_ms);
            Ok(())
        })
    })
}

/// Sets how long the peer may believe that somebody types without being told again, in milliseconds, 60000 to 3600000;
/// default 120000 (RFC 3994 §3.3).
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_config_set_typing_refresh(
    config: microsip_message_config_t,
    time_ms: u32,
) -> microsip_status_t {
    guard("microsip_message_config_set_typing_refresh", || {
        change(config, |c| {
            c.typing_refresh = millis(time_ms);
            Ok(())
        })
    })
}
