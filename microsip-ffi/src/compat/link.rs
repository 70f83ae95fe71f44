//! Links from browsers and other programs.

use std::ffi::c_char;

use microsip_core::compat::links::{CallTarget, Link, LinkAction, LinkScheme};

use crate::base::{Code, Fault, Out, free, get, guard, put, share, text};
use crate::compat::microsip_command_t;
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// The scheme of a link: one of `enum microsip_link_scheme_e`.
pub type microsip_link_scheme_t = i32;

/// The values of `microsip_link_scheme_t`.
#[repr(i32)]
pub enum microsip_link_scheme_e {
    /// `sip:` (RFC 3261 §19.1).
    MICROSIP_LINK_SCHEME_SIP = 1,
    /// `sips:`; TLS is required.
    MICROSIP_LINK_SCHEME_SIPS = 2,
    /// `tel:` (RFC 3966).
    MICROSIP_LINK_SCHEME_TEL = 3,
    /// `callto:`.
    MICROSIP_LINK_SCHEME_CALLTO = 4,
    /// `dial:`.
    MICROSIP_LINK_SCHEME_DIAL = 5,
    /// `dialpad:`.
    MICROSIP_LINK_SCHEME_DIALPAD = 6,
    /// `msip:`, MicroSIP's commands.
    MICROSIP_LINK_SCHEME_MSIP = 7,
}

code!(microsip_link_scheme_e, "link scheme", LinkScheme {
MICROSIP_LINK_SCHEME_SIP = Sip,
MICROSIP_LINK_SCHEME_SIPS = Sips,
MICROSIP_LINK_SCHEME_TEL = Tel,
MICROSIP_LINK_SCHEME_CALLTO = Callto,
MICROSIP_LINK_SCHEME_DIAL = Dial,
MICROSIP_LINK_SCHEME_DIALPAD = Dialpad,
MICROSIP_LINK_SCHEME_MSIP = Msip,
});

/// What a link asks for: one of `enum microsip_link_action_e`.
pub type microsip_link_action_t = i32;

/// The values of `microsip_link_action_t`.
#[repr(i32)]
pub enum microsip_link_action_e {
    /// To call `microsip_link_target`.
    MICROSIP_LINK_ACTION_CALL = 1,
    /// To send `microsip_link_message` to `microsip_link_target`.
    MICROSIP_LINK_ACTION_MESSAGE = 2,
    /// To do `microsip_link_command`.
    MICROSIP_LINK_ACTION_COMMAND = 3,
}

code!(microsip_link_action_e, "link action", Action {
MICROSIP_LINK_ACTION_CALL = Call,
MICROSIP_LINK_ACTION_MESSAGE = Message,
MICROSIP_LINK_ACTION_COMMAND = Command,
});

#[derive(Clone, Copy)]
enum Action {
    Call,
    Message,
    Command,
}

/// A link that was read: input from strangers that became one call, one message or one command, and never an option, a
/// file, a shell word or a second command. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_link_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_link_t, 163, "link", Link);

fn target_of(link: &Link) -> Option<&CallTarget> {
    match &link.action {
        LinkAction::Call(target) | LinkAction::Message { to: target, .. } => Some(target),
        _ => None,
    }
}

fn action_of(link: &Link) -> Option<Action> {
    match &link.action {
        LinkAction::Call(_) => Some(Action::Call),
        LinkAction::Message { .. } => Some(Action::Message),
        LinkAction::Command(_) => Some(Action::Command),
        _ => None,
    }
}

/// Reads a link: `sip:`, `sips:`, `tel:`, `callto:`, `dial:`, `dialpad:` or `msip:`, each also as `scheme://…/`, of at
/// most 2048 bytes.
///
/// Statuses: `INVALID_ARGUMENT` for an unknown scheme, control characters (escaped or not), wrong escapes, a target
/// that begins with `-` or `/`, a malformed number, an unknown or forbidden `msip:` command.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_parse(uri: *const c_char, link: *mut microsip_link_t) -> microsip_status_t {
    guard("microsip_link_parse", || {
        let out = Out::new(link, "link")?;
        out.set(put(Link::parse(text(uri, "uri")?)?)?);
        Ok(())
    })
}

/// Its scheme.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_scheme(
    link: microsip_link_t,
    scheme: *mut microsip_link_scheme_t,
) -> microsip_status_t {
    guard("microsip_link_scheme", || {
        let out = Out::new(scheme, "scheme")?;
        let object = get(link)?;
        let l = &**object;
        out.set(l.scheme.code());
        Ok(())
    })
}

/// What it asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_action(
    link: microsip_link_t,
    action: *mut microsip_link_action_t,
) -> microsip_status_t {
    guard("microsip_link_action", || {
        let out = Out::new(action, "action")?;
        let object = get(link)?;
        let l = &**object;
        out.set(action_of(l).map_or(0, |action| action.code()));
        Ok(())
    })
}

/// Whom to call or to write to, as text for `microsip_number_rules_resolve`, with post-dial digits behind a comma;
/// `NO_VALUE` for a command. Lent until the link is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_target(link: microsip_link_t, target: *mut *const c_char) -> microsip_status_t {
    guard("microsip_link_target", || {
        let out = Out::new(target, "target")?;
        let object = get(link)?;
        let l = &**object;
        let text = target_of(l).map(CallTarget::text);
        let text = text.ok_or_else(|| Fault::none("target"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// Whether TLS is required.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_is_secure(link: microsip_link_t, is_secure: *mut bool) -> microsip_status_t {
    guard("microsip_link_is_secure", || {
        let out = Out::new(is_secure, "is_secure")?;
        let object = get(link)?;
        let l = &**object;
        out.set(target_of(l).is_some_and(CallTarget::is_secure));
        Ok(())
    })
}

/// The text of a message; `NO_VALUE` if it asks for something else. Lent until the link is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_message(
    link: microsip_link_t,
    message: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_link_message", || {
        let out = Out::new(message, "message")?;
        let link = get(link)?;
        match &link.action {
            LinkAction::Message { text, .. } => out.set(link.lend(text)),
            _ => return Err(Fault::none("message in this link")),
        }
        Ok(())
    })
}

/// The command of a `msip:` link, as a new handle to be freed; `NO_VALUE` if it asks for something else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_command(
    link: microsip_link_t,
    command: *mut microsip_command_t,
) -> microsip_status_t {
    guard("microsip_link_command", || {
        let out = Out::new(command, "command")?;
        match &get(link)?.action {
            LinkAction::Command(command) => out.set(put(command.clone())?),
            _ => return Err(Fault::none("command in this link")),
        }
        Ok(())
    })
}

/// The extension of a `tel:` link (RFC 3966 §5.3), which the target has as post-dial digits; `NO_VALUE` if it has none.
/// Lent until the link is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_extension(
    link: microsip_link_t,
    extension: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_link_extension", || {
        let out = Out::new(extension, "extension")?;
        let object = get(link)?;
        let l = &**object;
        let text = l.tel.extension.as_deref();
        let text = text.ok_or_else(|| Fault::none("extension"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// The ISDN sub-address of a `tel:` link, not used for calling; `NO_VALUE` if it has none. Lent until the link is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_isub(link: microsip_link_t, isub: *mut *const c_char) -> microsip_status_t {
    guard("microsip_link_isub", || {
        let out = Out::new(isub, "isub")?;
        let object = get(link)?;
        let l = &**object;
        let text = l.tel.isub.as_deref();
        let text = text.ok_or_else(|| Fault::none("isub"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// The `phone-context` of a `tel:` link, not used for calling; `NO_VALUE` if it has none. Lent until the link is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_phone_context(
    link: microsip_link_t,
    phone_context: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_link_phone_context", || {
        let out = Out::new(phone_context, "phone_context")?;
        let object = get(link)?;
        let l = &**object;
        let text = l.tel.context.as_deref();
        let text = text.ok_or_else(|| Fault::none("phone context"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// How many other parameters a `tel:` link has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_parameter_count(
    link: microsip_link_t,
    parameter_count: *mut usize,
) -> microsip_status_t {
    guard("microsip_link_parameter_count", || {
        let out = Out::new(parameter_count, "parameter_count")?;
        let object = get(link)?;
        let l = &**object;
        out.set(l.tel.other.len());
        Ok(())
    })
}

/// The parameter at `index`, from 0: name and decoded value, both lent until the link is freed. `NO_VALUE` beyond the
/// end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_parameter_at(
    link: microsip_link_t,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_link_parameter_at", || {
        let (name, out) = (Out::new(name, "name"), Out::new(value, "value"));
        let (name, out) = (name?, out?);
        let link = get(link)?;
        let (key, text) = link
            .tel
            .other
            .get(index)
            .ok_or_else(|| Fault::none("parameter at this index"))?;
        name.set(link.lend(key));
        out.set(link.lend(text));
        Ok(())
    })
}

/// Names of URI headers that were left out, as a new list to be freed: a link may set Subject, Priority and
/// Organization only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_left_out(
    link: microsip_link_t,
    left_out: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_link_left_out", || {
        let out = Out::new(left_out, "left_out")?;
        let object = get(link)?;
        let l = &**object;
        out.set(put(l.left_out.clone())?);
        Ok(())
    })
}

/// Another handle to the same link, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_link_clone(link: microsip_link_t, clone: *mut microsip_link_t) -> microsip_status_t {
    guard("microsip_link_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(link)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_link_free(link: microsip_link_t) -> microsip_status_t {
    guard("microsip_link_free", || free(link))
}
