//! What an endpoint lists: accounts, calls, addresses.

use std::ffi::c_char;
use std::net::SocketAddr;

use microsip_core::{Account, Call, ServerAddress, Transport};

use super::{microsip_endpoint_t, microsip_transport_t, running};
use crate::account::microsip_account_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::call::microsip_call_t;
use crate::handle;
use crate::status::microsip_status_t;

/// Accounts at one moment. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_account_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_account_list_t, 30, "account list", Vec<Account>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_list_count(
    list: microsip_account_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_account_list_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(list)?.len());
        Ok(())
    })
}

/// The account at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_list_at(
    list: microsip_account_list_t,
    index: usize,
    account: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_account_list_at", || {
        let out = Out::new(account, "account")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("account at this index"))?;
        out.set(put(item.clone())?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_list_clone(
    list: microsip_account_list_t,
    clone: *mut microsip_account_list_t,
) -> microsip_status_t {
    guard("microsip_account_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_list_free(list: microsip_account_list_t) -> microsip_status_t {
    guard("microsip_account_list_free", || free(list))
}

/// Calls at one moment. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_list_t, 31, "call list", Vec<Call>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_list_count(list: microsip_call_list_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_call_list_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(list)?.len());
        Ok(())
    })
}

/// The call at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_list_at(
    list: microsip_call_list_t,
    index: usize,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_call_list_at", || {
        let out = Out::new(call, "call")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("call at this index"))?;
        out.set(put(item.clone())?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_list_clone(
    list: microsip_call_list_t,
    clone: *mut microsip_call_list_t,
) -> microsip_status_t {
    guard("microsip_call_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_list_free(list: microsip_call_list_t) -> microsip_status_t {
    guard("microsip_call_list_free", || free(list))
}

/// What the transports of an endpoint are bound to. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_address_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_address_list_t,
    33,
    "address list",
    Vec<(Transport, SocketAddr)>
);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_address_list_count(
    list: microsip_address_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_address_list_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(list)?.len());
        Ok(())
    })
}

/// The transport at `index`, from 0; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_address_list_transport(
    list: microsip_address_list_t,
    index: usize,
    transport: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_address_list_transport", || {
        let out = Out::new(transport, "transport")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("address at this index"))?;
        out.set(item.0.code());
        Ok(())
    })
}

/// Address and port at `index`, such as `"192.0.2.1:5060"` or `"[::1]:5060"`; `NO_VALUE` beyond the end. Lent until the
/// list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_address_list_address(
    list: microsip_address_list_t,
    index: usize,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_address_list_address", || {
        let out = Out::new(address, "address")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("address at this index"))?;
        out.set(o.lend(&item.1.to_string()));
        Ok(())
    })
}

/// The port at `index`; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_address_list_port(
    list: microsip_address_list_t,
    index: usize,
    port: *mut u16,
) -> microsip_status_t {
    guard("microsip_address_list_port", || {
        let out = Out::new(port, "port")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("address at this index"))?;
        out.set(item.1.port());
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_address_list_clone(
    list: microsip_address_list_t,
    clone: *mut microsip_address_list_t,
) -> microsip_status_t {
    guard("microsip_address_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_address_list_free(list: microsip_address_list_t) -> microsip_status_t {
    guard("microsip_address_list_free", || free(list))
}

/// Where a SIP URI leads (RFC 3263 §4.2), in the order in which the places would be tried. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_server_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_server_list_t, 32, "server list", Vec<ServerAddress>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_count(
    list: microsip_server_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_server_list_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(list)?.len());
        Ok(())
    })
}

/// The transport to use at `index`, from 0; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_transport(
    list: microsip_server_list_t,
    index: usize,
    transport: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_server_list_transport", || {
        let out = Out::new(transport, "transport")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("server at this index"))?;
        out.set(item.transport.code());
        Ok(())
    })
}

/// Where to send: numeric address and port at `index`, such as `"192.0.2.1:5060"`; `NO_VALUE` beyond the end. Lent
/// until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_address(
    list: microsip_server_list_t,
    index: usize,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_server_list_address", || {
        let out = Out::new(address, "address")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("server at this index"))?;
        out.set(o.lend(&item.address.to_string()));
        Ok(())
    })
}

/// The host name the address at `index` belongs to: an SRV record's target, or the URI's own host; `NO_VALUE` beyond
/// the end. Lent until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_name(
    list: microsip_server_list_t,
    index: usize,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_server_list_name", || {
        let out = Out::new(name, "name")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("server at this index"))?;
        out.set(o.lend(&item.name));
        Ok(())
    })
}

/// Priority of the SRV record at `index`, lower ones first; 0 without SRV; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_priority(
    list: microsip_server_list_t,
    index: usize,
    priority: *mut u16,
) -> microsip_status_t {
    guard("microsip_server_list_priority", || {
        let out = Out::new(priority, "priority")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("server at this index"))?;
        out.set(item.priority);
        Ok(())
    })
}

/// Weight of the SRV record at `index` among those of the same priority; 0 without SRV; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_weight(
    list: microsip_server_list_t,
    index: usize,
    weight: *mut u16,
) -> microsip_status_t {
    guard("microsip_server_list_weight", || {
        let out = Out::new(weight, "weight")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("server at this index"))?;
        out.set(item.weight);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_server_list_clone(
    list: microsip_server_list_t,
    clone: *mut microsip_server_list_t,
) -> microsip_status_t {
    guard("microsip_server_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_server_list_free(list: microsip_server_list_t) -> microsip_status_t {
    guard("microsip_server_list_free", || free(list))
}

/// The accounts, in the order in which they were added, as a new handle to be freed. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_accounts(
    endpoint: microsip_endpoint_t,
    list: *mut microsip_account_list_t,
) -> microsip_status_t {
    guard("microsip_endpoint_accounts", || {
        let out = Out::new(list, "list")?;
        out.set(put(running(endpoint)?.with(|e| Ok(e.accounts()?))?)?);
        Ok(())
    })
}

/// The calls that have not ended, oldest first, as a new handle to be freed. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_calls(
    endpoint: microsip_endpoint_t,
    list: *mut microsip_call_list_t,
) -> microsip_status_t {
    guard("microsip_endpoint_calls", || {
        let out = Out::new(list, "list")?;
        out.set(put(running(endpoint)?.with(|e| Ok(e.calls()?))?)?);
        Ok(())
    })
}

/// What each transport is bound to, with the ports the system chose, in the order of the configuration, as a new handle
/// to be freed. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_local_addresses(
    endpoint: microsip_endpoint_t,
    list: *mut microsip_address_list_t,
) -> microsip_status_t {
    guard("microsip_endpoint_local_addresses", || {
        let out = Out::new(list, "list")?;
        out.set(put(running(endpoint)?.with(|e| Ok(e.local_addresses()?))?)?);
        Ok(())
    })
}
