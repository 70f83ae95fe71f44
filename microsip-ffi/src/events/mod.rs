//! Events: the three ways to get them, and what they tell.

mod audio;
mod calls;
mod conference;
mod devices;
mod error;
mod guard_report;
mod heard;
mod kind;
mod message;
mod network;
mod packages;
mod presence;
mod registration;
mod request;
mod stun;
mod subscription;
mod trace;
mod transfer;
mod transport_switch;

use microsip_core::Event;

use crate::base::{Fault, Out, free, get, guard, put, share};
use crate::call::microsip_call_t;
use crate::handle;
use crate::status::microsip_status_t;

pub use audio::*;
pub use calls::*;
pub use conference::*;
pub use devices::*;
pub use error::*;
pub use guard_report::*;
pub use heard::*;
pub use kind::*;
pub use message::*;
pub use network::*;
pub use packages::*;
pub use presence::*;
pub use registration::*;
pub use request::*;
pub use stun::*;
pub use subscription::*;
pub use trace::*;
pub use transfer::*;
pub use transport_switch::*;

/// Something that happened, as a snapshot: it does not change, whatever happens afterwards. Free with `microsip_event_free`.
///
/// Most of its functions tell what events of one kind, or of some, have: their comments name the kinds, mostly without
/// the prefix `MICROSIP_EVENT_KIND_`, and for other events they answer `NO_VALUE`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_event_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_event_t, 11, "event", Event);

/// Another handle to the same event, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_clone(
    event: microsip_event_t,
    clone: *mut microsip_event_t,
) -> microsip_status_t {
    guard("microsip_event_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(event)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by the event become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_event_free(event: microsip_event_t) -> microsip_status_t {
    guard("microsip_event_free", || free(event))
}

/// The call the event is about, as a new handle to be freed; `NO_VALUE` for events about none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_call(event: microsip_event_t, call: *mut microsip_call_t) -> microsip_status_t {
    guard("microsip_event_call", || {
        let out = Out::new(call, "call")?;
        let event = get(event)?;
        let call = event.call().ok_or_else(|| Fault::none("call in this event"))?;
        out.set(put(call.clone())?);
        Ok(())
    })
}
