//! What every exported function rests on; nothing here knows SIP.

pub(crate) mod arg;
pub(crate) mod callback;
pub(crate) mod enums;
pub(crate) mod guard;
pub(crate) mod lent;
pub(crate) mod queue;
pub(crate) mod registry;
pub(crate) mod settings;
pub(crate) mod signal;
pub(crate) mod time;
pub(crate) mod wait;
pub(crate) mod waiters;

pub(crate) use arg::{
    Buffer, OptOut, Out, SizedOut, bytes, handles, millis, opt_text, samples, samples_mut, secs, text, texts, timeout,
    wait_until,
};
pub(crate) use enums::Code;
pub(crate) use guard::{Fault, Outcome, guard};
pub(crate) use lent::Obj;
pub(crate) use registry::{Handle, free, get, put, share};
pub(crate) use settings::{change, clone_settings, lock, settings_of, settings_or};
pub(crate) use time::unix_ms;
