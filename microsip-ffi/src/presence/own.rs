//! What an account tells of itself.

use std::sync::Mutex;

use crate::account::microsip_account_t;
use crate::base::{Fault, Out, get, guard, put, settings_of};
use crate::presence::microsip_presence_status_t;
use crate::status::microsip_status_t;

/// Says how the account's user is to be reached now; nothing is told before the first time. It is told to those who
/// watch (`microsip_account_serve_presence`), and published (RFC 3903) if the account's settings say so. `status` is
/// copied.
///
/// Statuses: `INVALID_ARGUMENT` for a document of more than 48,000 bytes, `GONE` when the account was removed,
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_set_presence(
    account: microsip_account_t,
    status: microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_account_set_presence", || {
        let account = get(account)?;
        let status = settings_of(status)?;
        Ok(account.set_presence(status)?)
    })
}

/// What was set last, as a new handle to be freed; `NO_VALUE` before the first time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_presence(
    account: microsip_account_t,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_account_presence", || {
        let status = Out::new(status, "status")?;
        let account = get(account)?;
        let set = account.presence().ok_or_else(|| Fault::none("presence set"))?;
        status.set(put(Mutex::new((*set).clone()))?);
        Ok(())
    })
}
