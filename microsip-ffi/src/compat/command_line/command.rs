//! One command.

use std::ffi::c_char;

use microsip_core::Secret;
use microsip_core::compat::cmdline::{Command, Switch};
use microsip_core::compat::links::CallTarget;

use crate::base::{Buffer, Code, Fault, Out, free, get, guard, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What a command of the command line does: one of `enum microsip_command_kind_e`.
pub type microsip_command_kind_t = i32;

/// The values of `microsip_command_kind_t`.
#[repr(i32)]
pub enum microsip_command_kind_e {
    /// Call `microsip_command_target`.
    MICROSIP_COMMAND_KIND_CALL = 1,
    /// Send `microsip_command_message` to `microsip_command_target`.
    MICROSIP_COMMAND_KIND_MESSAGE = 2,
    /// Answer the first unanswered incoming call.
    MICROSIP_COMMAND_KIND_ANSWER = 3,
    /// End the current call, else any, else reject a ringing one.
    MICROSIP_COMMAND_KIND_HANGUP = 4,
    /// End every call but unanswered incoming ones.
    MICROSIP_COMMAND_KIND_HANGUP_ALL = 5,
    /// Reject every unanswered incoming call with 603.
    MICROSIP_COMMAND_KIND_HANGUP_INCOMING = 6,
    /// End every outgoing call that is not answered yet.
    MICROSIP_COMMAND_KIND_HANGUP_CALLING = 7,
    /// Hold of the current call: `microsip_command_switch`.
    MICROSIP_COMMAND_KIND_HOLD = 8,
    /// Send `microsip_command_digits`.
    MICROSIP_COMMAND_KIND_DTMF = 9,
    /// Transfer the current call to `microsip_command_target`.
    MICROSIP_COMMAND_KIND_TRANSFER = 10,
    /// Mute the microphone: `microsip_command_switch`.
    MICROSIP_COMMAND_KIND_MICROPHONE_MUTE = 11,
    /// Mute the loudspeaker: `microsip_command_switch`.
    MICROSIP_COMMAND_KIND_SPEAKER_MUTE = 12,
    /// Change the microphone's volume by `microsip_command_volume`.
    MICROSIP_COMMAND_KIND_MICROPHONE_VOLUME = 13,
    /// Change the loudspeaker's volume by `microsip_command_volume`.
    MICROSIP_COMMAND_KIND_SPEAKER_VOLUME = 14,
    /// Make `microsip_command_account` the active one.
    MICROSIP_COMMAND_KIND_USE_ACCOUNT = 15,
    /// Store `microsip_command_password` for `microsip_command_account`.
    MICROSIP_COMMAND_KIND_STORE_PASSWORD = 16,
    /// Use `microsip_command_password` in this run.
    MICROSIP_COMMAND_KIND_PASSWORD = 17,
    /// Show the window.
    MICROSIP_COMMAND_KIND_SHOW = 18,
    /// Hide the window.
    MICROSIP_COMMAND_KIND_HIDE = 19,
    /// Say the state.
    MICROSIP_COMMAND_KIND_STATUS = 20,
    /// Say whether the phone runs.
    MICROSIP_COMMAND_KIND_READY = 21,
    /// Delete settings and data: `microsip_command_asks`.
    MICROSIP_COMMAND_KIND_RESET = 22,
    /// Unregister, save and end; always the last of a line.
    MICROSIP_COMMAND_KIND_EXIT = 23,
}

code!(microsip_command_kind_e, "command kind", Kind {
MICROSIP_COMMAND_KIND_CALL = Call,
MICROSIP_COMMAND_KIND_MESSAGE = Message,
MICROSIP_COMMAND_KIND_ANSWER = Answer,
MICROSIP_COMMAND_KIND_HANGUP = Hangup,
MICROSIP_COMMAND_KIND_HANGUP_ALL = HangupAll,
MICROSIP_COMMAND_KIND_HANGUP_INCOMING = HangupIncoming,
MICROSIP_COMMAND_KIND_HANGUP_CALLING = HangupCalling,
MICROSIP_COMMAND_KIND_HOLD = Hold,
MICROSIP_COMMAND_KIND_DTMF = Dtmf,
MICROSIP_COMMAND_KIND_TRANSFER = Transfer,
MICROSIP_COMMAND_KIND_MICROPHONE_MUTE = MicrophoneMute,
MICROSIP_COMMAND_KIND_SPEAKER_MUTE = SpeakerMute,
MICROSIP_COMMAND_KIND_MICROPHONE_VOLUME = MicrophoneVolume,
MICROSIP_COMMAND_KIND_SPEAKER_VOLUME = SpeakerVolume,
MICROSIP_COMMAND_KIND_USE_ACCOUNT = UseAccount,
MICROSIP_COMMAND_KIND_STORE_PASSWORD = StorePassword,
MICROSIP_COMMAND_KIND_PASSWORD = Password,
MICROSIP_COMMAND_KIND_SHOW = Show,
MICROSIP_COMMAND_KIND_HIDE = Hide,
MICROSIP_COMMAND_KIND_STATUS = Status,
MICROSIP_COMMAND_KIND_READY = Ready,
MICROSIP_COMMAND_KIND_RESET = Reset,
MICROSIP_COMMAND_KIND_EXIT = Exit,
});

#[derive(Clone, Copy)]
enum Kind {
    Call,
    Message,
    Answer,
    Hangup,
    HangupAll,
    HangupIncoming,
    HangupCalling,
    Hold,
    Dtmf,
    Transfer,
    MicrophoneMute,
    SpeakerMute,
    MicrophoneVolume,
    SpeakerVolume,
    UseAccount,
    StorePassword,
    Password,
    Show,
    Hide,
    Status,
    Ready,
    Reset,
    Exit,
}

fn kind_of(command: &Command) -> Option<Kind> {
    Some(match command {
        Command::Call(_) => Kind::Call,
        Command::Message { .. } => Kind::Message,
        Command::Answer => Kind::Answer,
        Command::Hangup => Kind::Hangup,
        Command::HangupAll => Kind::HangupAll,
        Command::HangupIncoming => Kind::HangupIncoming,
        Command::HangupCalling => Kind::HangupCalling,
        Command::Hold(_) => Kind::Hold,
        Command::Dtmf(_) => Kind::Dtmf,
        Command::Transfer(_) => Kind::Transfer,
        Command::MicrophoneMute(_) => Kind::MicrophoneMute,
        Command::SpeakerMute(_) => Kind::SpeakerMute,
        Command::MicrophoneVolume(_) => Kind::MicrophoneVolume,
        Command::SpeakerVolume(_) => Kind::SpeakerVolume,
        Command::UseAccount(_) => Kind::UseAccount,
        Command::StorePassword { .. } => Kind::StorePassword,
        Command::Password(_) => Kind::Password,
        Command::Show => Kind::Show,
        Command::Hide => Kind::Hide,
        Command::Status => Kind::Status,
        Command::Ready => Kind::Ready,
        Command::Reset { .. } => Kind::Reset,
        Command::Exit => Kind::Exit,
        _ => return None,
    })
}

/// How a state is to be changed: one of `enum microsip_switch_e`.
pub type microsip_switch_t = i32;

/// The values of `microsip_switch_t`.
#[repr(i32)]
pub enum microsip_switch_e {
    /// Set it.
    MICROSIP_SWITCH_ON = 1,
    /// Clear it.
    MICROSIP_SWITCH_OFF = 2,
    /// Change it.
    MICROSIP_SWITCH_TOGGLE = 3,
}

code!(microsip_switch_e, "switch", Switch {
MICROSIP_SWITCH_ON = On,
MICROSIP_SWITCH_OFF = Off,
MICROSIP_SWITCH_TOGGLE = Toggle,
});

/// One command of a command line or of a link. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_command_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_command_t, 184, "command", Command);

fn target_of(command: &Command) -> Option<&CallTarget> {
    match command {
        Command::Call(target) | Command::Transfer(target) | Command::Message { to: target, .. } => Some(target),
        _ => None,
    }
}

fn switch_of(command: &Command) -> Option<Switch> {
    match command {
        Command::Hold(switch) | Command::MicrophoneMute(switch) | Command::SpeakerMute(switch) => Some(*switch),
        _ => None,
    }
}

fn volume_of(command: &Command) -> Option<i32> {
    match command {
        Command::MicrophoneVolume(by) | Command::SpeakerVolume(by) => Some((*by).into()),
        _ => None,
    }
}

fn account_of(command: &Command) -> Option<u32> {
    match command {
        Command::UseAccount(number) | Command::StorePassword { account: number, .. } => Some(*number),
        _ => None,
    }
}

fn password_of(command: &Command) -> Option<&Secret> {
    match command {
        Command::Password(password) | Command::StorePassword { password, .. } => Some(password),
        _ => None,
    }
}

fn asks_of(command: &Command) -> Option<bool> {
    match command {
        Command::Dtmf(digits) => Some(digits.ask),
        Command::Reset { ask } => Some(*ask),
        _ => None,
    }
}

/// What it does; `NO_VALUE` for a command this interface does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_kind(
    command: microsip_command_t,
    kind: *mut microsip_command_kind_t,
) -> microsip_status_t {
    guard("microsip_command_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(command)?;
        let c = &**object;
        out.set_some(kind_of(c).map(|value| value.code()), "kind")
    })
}

/// Its stable lower-case name: `"call"`, `"hangup_all"`, … Lent until the command is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_name(
    command: microsip_command_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_command_name", || {
        let out = Out::new(name, "name")?;
        let object = get(command)?;
        let c = &**object;
        out.set(object.lend(c.name()));
        Ok(())
    })
}

/// Whether the phone has to be started for it when none runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_starts_phone(
    command: microsip_command_t,
    starts_phone: *mut bool,
) -> microsip_status_t {
    guard("microsip_command_starts_phone", || {
        let out = Out::new(starts_phone, "starts_phone")?;
        let object = get(command)?;
        let c = &**object;
        out.set(c.starts_phone());
        Ok(())
    })
}

/// Whom to call, to write to or to transfer to, as text for `microsip_number_rules_resolve`; `NO_VALUE` for other
/// commands. Lent until the command is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_target(
    command: microsip_command_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_command_target", || {
        let out = Out::new(target, "target")?;
        let object = get(command)?;
        let c = &**object;
        let text = target_of(c).map(CallTarget::text);
        let text = text.ok_or_else(|| Fault::none("target"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// Whether its target demands TLS (`sips:`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_is_secure(
    command: microsip_command_t,
    is_secure: *mut bool,
) -> microsip_status_t {
    guard("microsip_command_is_secure", || {
        let out = Out::new(is_secure, "is_secure")?;
        let object = get(command)?;
        let c = &**object;
        out.set(target_of(c).is_some_and(CallTarget::is_secure));
        Ok(())
    })
}

/// The text of a message; `NO_VALUE` for other commands. Lent until the command is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_message(
    command: microsip_command_t,
    message: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_command_message", || {
        let out = Out::new(message, "message")?;
        let command = get(command)?;
        match &**command {
            Command::Message { text, .. } => out.set(command.lend(text)),
            _ => return Err(Fault::none("message in this command")),
        }
        Ok(())
    })
}

/// How a state is to be changed; `NO_VALUE` for other commands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_switch(
    command: microsip_command_t,
    value: *mut microsip_switch_t,
) -> microsip_status_t {
    guard("microsip_command_switch", || {
        let out = Out::new(value, "value")?;
        let object = get(command)?;
        let c = &**object;
        out.set_some(switch_of(c).map(|value| value.code()), "switch")
    })
}

/// The digits to be sent, of `0-9 A-D * #`; `NO_VALUE` for other commands. They may be a PIN. Lent until the command is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_digits(
    command: microsip_command_t,
    digits: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_command_digits", || {
        let out = Out::new(digits, "digits")?;
        let command = get(command)?;
        match &**command {
            Command::Dtmf(keys) => out.set(command.lend(&keys.digits)),
            _ => return Err(Fault::none("digits in this command")),
        }
        Ok(())
    })
}

/// Of a volume's change: percent points, such as 5 or -5; `NO_VALUE` for other commands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_volume(command: microsip_command_t, volume: *mut i32) -> microsip_status_t {
    guard("microsip_command_volume", || {
        let out = Out::new(volume, "volume")?;
        let object = get(command)?;
        let c = &**object;
        out.set_some(volume_of(c), "volume")
    })
}

/// The number N of `[AccountN]`, from 1; `NO_VALUE` for other commands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_account(command: microsip_command_t, account: *mut u32) -> microsip_status_t {
    guard("microsip_command_account", || {
        let out = Out::new(account, "account")?;
        let object = get(command)?;
        let c = &**object;
        out.set_some(account_of(c), "account")
    })
}

/// Whether the user is to be asked first; `NO_VALUE` for commands other than `MICROSIP_COMMAND_KIND_DTMF` and
/// `MICROSIP_COMMAND_KIND_RESET`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_asks(command: microsip_command_t, asks: *mut bool) -> microsip_status_t {
    guard("microsip_command_asks", || {
        let out = Out::new(asks, "asks")?;
        let object = get(command)?;
        let c = &**object;
        out.set_some(asks_of(c), "asks")
    })
}

/// Copies the password, with a NUL, to the caller's memory of `capacity` bytes; `length` is that of the password in
/// bytes.
///
/// Statuses: `NO_VALUE` for other commands; `BUFFER_TOO_SMALL`; `length` is right all the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_password(
    command: microsip_command_t,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> microsip_status_t {
    guard("microsip_command_password", || {
        let buffer = Buffer::new(buffer, capacity, length)?;
        let command = get(command)?;
        let password = password_of(&command).ok_or_else(|| Fault::none("password in this command"))?;
        buffer.fill(password.reveal())
    })
}

/// Another handle to the same command, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_clone(
    command: microsip_command_t,
    clone: *mut microsip_command_t,
) -> microsip_status_t {
    guard("microsip_command_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(command)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_command_free(command: microsip_command_t) -> microsip_status_t {
    guard("microsip_command_free", || free(command))
}
