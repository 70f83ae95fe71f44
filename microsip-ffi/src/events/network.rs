//! Events about changes of the network.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::{Event, NetworkChange, NetworkStep};

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// How far the handling of a network change is: one of `enum microsip_network_step_e`.
pub type microsip_network_step_t = i32;

/// The values of `microsip_network_step_t`.
#[repr(i32)]
pub enum microsip_network_step_e {
    /// The address in use is gone, and there is no other way out.
    MICROSIP_NETWORK_STEP_LOST = 1,
    /// There is a way out again, from another address or from the same one. Connections were ended, REGISTERs and
    /// re-INVITEs are being sent.
    MICROSIP_NETWORK_STEP_CHANGED = 2,
    /// Every registrar and every peer has answered, or ten seconds have passed.
    MICROSIP_NETWORK_STEP_FINISHED = 3,
}

code!(microsip_network_step_e, "network step", NetworkStep {
    MICROSIP_NETWORK_STEP_LOST = Lost,
    MICROSIP_NETWORK_STEP_CHANGED = Changed,
    MICROSIP_NETWORK_STEP_FINISHED = Finished,
});

/// What a network change did, and what was done about it. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_network_change_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_network_change_t, 40, "network change", Arc<NetworkChange>);

/// How far it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_step(
    network_change: microsip_network_change_t,
    step: *mut microsip_network_step_t,
) -> microsip_status_t {
    guard("microsip_network_change_step", || {
        let out = Out::new(step, "step")?;
        let o = get(network_change)?;
        out.set(o.step.code());
        Ok(())
    })
}

/// Addresses of ours that were in use and no longer are: how many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_lost_count(
    network_change: microsip_network_change_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_network_change_lost_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(network_change)?.lost.len());
        Ok(())
    })
}

/// Addresses of ours that were in use and no longer are: the numeric one at `index`, from 0; `NO_VALUE` beyond the end.
/// Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_lost_at(
    network_change: microsip_network_change_t,
    index: usize,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_network_change_lost_at", || {
        let out = Out::new(address, "address")?;
        let o = get(network_change)?;
        let item = o.lost.get(index).ok_or_else(|| Fault::none("address at this index"))?;
        out.set(o.lend(&item.to_string()));
        Ok(())
    })
}

/// Addresses that are used instead; the same ones after an interface went down and up: how many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_gained_count(
    network_change: microsip_network_change_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_network_change_gained_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(network_change)?.gained.len());
        Ok(())
    })
}

/// Addresses that are used instead; the same ones after an interface went down and up: the numeric one at `index`, from
/// 0; `NO_VALUE` beyond the end. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_gained_at(
    network_change: microsip_network_change_t,
    index: usize,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_network_change_gained_at", || {
        let out = Out::new(address, "address")?;
        let o = get(network_change)?;
        let item = o
            .gained
            .get(index)
            .ok_or_else(|| Fault::none("address at this index"))?;
        out.set(o.lend(&item.to_string()));
        Ok(())
    })
}

/// How many accounts register anew.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_accounts(
    network_change: microsip_network_change_t,
    accounts: *mut usize,
) -> microsip_status_t {
    guard("microsip_network_change_accounts", || {
        let out = Out::new(accounts, "accounts")?;
        let o = get(network_change)?;
        out.set(o.accounts);
        Ok(())
    })
}

/// How many of them whose registrar has confirmed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_registered(
    network_change: microsip_network_change_t,
    registered: *mut usize,
) -> microsip_status_t {
    guard("microsip_network_change_registered", || {
        let out = Out::new(registered, "registered")?;
        let o = get(network_change)?;
        out.set(o.registered);
        Ok(())
    })
}

/// How many calls whose peers are told by re-INVITE; those not answered yet are told as soon as they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_calls(
    network_change: microsip_network_change_t,
    calls: *mut usize,
) -> microsip_status_t {
    guard("microsip_network_change_calls", || {
        let out = Out::new(calls, "calls")?;
        let o = get(network_change)?;
        out.set(o.calls);
        Ok(())
    })
}

/// How many of them whose peer has agreed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_moved(
    network_change: microsip_network_change_t,
    moved: *mut usize,
) -> microsip_status_t {
    guard("microsip_network_change_moved", || {
        let out = Out::new(moved, "moved")?;
        let o = get(network_change)?;
        out.set(o.moved);
        Ok(())
    })
}

/// Milliseconds since `MICROSIP_NETWORK_STEP_CHANGED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_took_ms(
    network_change: microsip_network_change_t,
    took_ms: *mut u32,
) -> microsip_status_t {
    guard("microsip_network_change_took_ms", || {
        let out = Out::new(took_ms, "took_ms")?;
        let o = get(network_change)?;
        out.set(u32::try_from(o.took.as_millis()).unwrap_or(u32::MAX));
        Ok(())
    })
}

/// Another handle to the same object, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_network_change_clone(
    network_change: microsip_network_change_t,
    clone: *mut microsip_network_change_t,
) -> microsip_status_t {
    guard("microsip_network_change_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(network_change)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_network_change_free(network_change: microsip_network_change_t) -> microsip_status_t {
    guard("microsip_network_change_free", || free(network_change))
}

/// The network change, as a new handle to be freed; `NO_VALUE` for events that are not of kind
/// `MICROSIP_EVENT_KIND_NETWORK_CHANGED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_network_change(
    event: microsip_event_t,
    network_change: *mut microsip_network_change_t,
) -> microsip_status_t {
    guard("microsip_event_network_change", || {
        let out = Out::new(network_change, "network_change")?;
        match &**get(event)? {
            Event::NetworkChanged(change) => {
                out.set(put(Arc::clone(change))?);
                Ok(())
            }
            _ => Err(Fault::none("network change in this event")),
        }
    })
}
