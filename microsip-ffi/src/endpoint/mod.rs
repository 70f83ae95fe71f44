//! The endpoint: the engine's life, and what it lists.

mod codecs;
mod config;
mod config_media;
mod config_parts;
mod config_sip;
mod delivery;
mod dns;
mod guard_config;
mod inspect;
mod lists;
mod log;
mod messages;
mod nat;
mod policy;
mod tls;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use microsip_core::Endpoint;

use crate::account::{microsip_account_config_t, microsip_account_t};
use crate::base::callback::Deliveries;
use crate::base::{Code, Fault, Obj, Out, Outcome, free, get, guard, put, share};
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};

pub use codecs::*;
pub use config::*;
pub use config_media::*;
pub use config_parts::*;
pub use config_sip::*;
use config_sip::{incoming_policy, transfer_rules};
pub(crate) use delivery::newest as newest_deliveries;
pub use delivery::*;
pub use dns::*;
pub use guard_config::*;
pub use inspect::*;
pub use lists::*;
pub use log::*;
pub use messages::*;
pub use nat::*;
pub use policy::*;
pub use tls::*;

/// The engine, with all accounts and calls. There is one per process at a time.
///
/// Ends with `microsip_endpoint_close` or with its last handle.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_endpoint_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_endpoint_t, 3, "endpoint", Running);

/// An endpoint and the threads that deliver its events to callbacks.
pub struct Running {
    endpoint: RwLock<Option<Arc<Endpoint>>>,
    deliveries: Arc<Deliveries>,
    closing: Mutex<()>,
}

impl Running {
    /// Runs `work` unless the endpoint is closed.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Endpoint) -> Outcome<T>) -> Outcome<T> {
        // Work may take its time, as with files on slow disks: nobody waits for it, closing included.
        let endpoint = self.endpoint.read().unwrap_or_else(PoisonError::into_inner).clone();
        match endpoint {
            Some(endpoint) => work(&endpoint),
            None => Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_NOT_RUNNING,
                "the endpoint is closed; start a new one",
            )),
        }
    }

    fn close(&self) -> Outcome {
        if self.deliveries.inside() {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_WOULD_DEADLOCK,
                "an event callback cannot close the endpoint, which waits for the callback; do it on another thread",
            ));
        }
        // Who comes second returns when it is closed, too.
        let _closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        let endpoint = self.endpoint.write().unwrap_or_else(PoisonError::into_inner).take();
        let closed = endpoint.map_or(Ok(()), |endpoint| endpoint.shut_down());
        self.deliveries.join();
        Ok(closed?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The last handle may be freed by a callback, which cannot be waited for: the engine ends, and so do the deliveries.
        let endpoint = self.endpoint.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        drop(endpoint);
        if !self.deliveries.inside() {
            self.deliveries.join();
        }
    }
}

/// The endpoint behind a handle, for one command.
pub(crate) fn running(endpoint: microsip_endpoint_t) -> Outcome<Arc<Obj<Running>>> {
    get(endpoint)
}

/// Starts the engine. `config` is copied and stays the caller's; the zero handle stands for the defaults: UDP, TCP and, if
/// built in, TLS on every IPv4 address and ports of the system's choice, no sound device.
///
/// Statuses: `ALREADY_RUNNING` if there is one in this process, `INVALID_ARGUMENT` for a wrong setting, which
/// the message names, `UNSUPPORTED` for what this build lacks, `TRANSPORT` when a port is taken, `IO` and `TLS` for certificates and
/// keys that cannot be read or used. Waits until the transports are bound, for STUN as long as `microsip_nat_config_set_start_wait`
/// says, and not for any registration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_start(
    config: microsip_endpoint_config_t,
    endpoint: *mut microsip_endpoint_t,
) -> microsip_status_t {
    guard("microsip_endpoint_start", || {
        let out = Out::new(endpoint, "endpoint")?;
        let config = config::of(config)?;
        let running = Running {
            endpoint: RwLock::new(Some(Arc::new(Endpoint::start(config)?))),
            deliveries: delivery::begin(),
            closing: Mutex::new(()),
        };
        out.set(put(running)?);
        Ok(())
    })
}

/// Closes the endpoint: ends calls (BYE, CANCEL), unregisters accounts, waits for the answers as long as the configuration allows
/// (`microsip_endpoint_config_set_close_timeout`), lets callbacks see the last events, calls their destroy functions, and frees
/// everything. Handles stay valid for freeing; other functions answer `NOT_RUNNING` or `GONE`. Closing twice is fine.
///
/// Statuses: `WOULD_DEADLOCK` from within an event callback.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_close(endpoint: microsip_endpoint_t) -> microsip_status_t {
    guard("microsip_endpoint_close", || running(endpoint)?.close())
}

/// Another handle to the same endpoint, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_clone(
    endpoint: microsip_endpoint_t,
    clone: *mut microsip_endpoint_t,
) -> microsip_status_t {
    guard("microsip_endpoint_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(endpoint)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The last one closes the endpoint as `microsip_endpoint_close` does, but from within an
/// event callback, where it does not wait for callbacks.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_free(endpoint: microsip_endpoint_t) -> microsip_status_t {
    guard("microsip_endpoint_free", || free(endpoint))
}

/// Adds an account, which registers unless its configuration says otherwise; `config` is copied and stays the caller's.
///
/// Returns before the registrar has answered: `microsip_account_wait_registered`, or events of kind
/// `MICROSIP_EVENT_KIND_REGISTRATION`. Freeing the handle does not remove the account: `microsip_account_remove`.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI or setting, `LIMIT_REACHED`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_add_account(
    endpoint: microsip_endpoint_t,
    config: microsip_account_config_t,
    account: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_endpoint_add_account", || {
        let out = Out::new(account, "account")?;
        let config = crate::account::config_of(config)?;
        let account = running(endpoint)?.with(|e| Ok(e.add_account(config)?))?;
        out.set(put(account)?);
        Ok(())
    })
}

/// Ends every call: BYE, CANCEL or 603, each as its state demands. Does not wait for their ends.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_hang_up_all(endpoint: microsip_endpoint_t) -> microsip_status_t {
    guard("microsip_endpoint_hang_up_all", || {
        running(endpoint)?.with(|e| Ok(e.hang_up_all()?))
    })
}

/// The UDP or TCP port a transport is bound to, with the one the system chose; the first transport of its kind.
///
/// Statuses: `INVALID_ARGUMENT` when there is no such transport, `INVALID_ENUM`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_local_port(
    endpoint: microsip_endpoint_t,
    transport: microsip_transport_t,
    port: *mut u16,
) -> microsip_status_t {
    guard("microsip_endpoint_local_port", || {
        let out = Out::new(port, "port")?;
        let transport = Code::arg(transport)?;
        out.set(running(endpoint)?.with(|e| Ok(e.local_address(transport)?))?.port());
        Ok(())
    })
}
