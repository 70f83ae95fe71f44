//! Events about STUN.

use microsip_core::Event;

use super::microsip_event_t;
use crate::base::{Fault, Out, get, guard, put};
use crate::endpoint::microsip_stun_info_t;
use crate::status::microsip_status_t;

/// What is known now, as a new handle to be freed; `NO_VALUE` for events that are not of kind
/// `MICROSIP_EVENT_KIND_STUN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_stun(
    event: microsip_event_t,
    stun_info: *mut microsip_stun_info_t,
) -> microsip_status_t {
    guard("microsip_event_stun", || {
        let out = Out::new(stun_info, "stun_info")?;
        match &**get(event)? {
            Event::Stun { info } => {
                out.set(put(info.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("STUN info in this event")),
        }
    })
}
