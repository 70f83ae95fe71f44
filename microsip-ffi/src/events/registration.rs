//! Events about registrations, and the account of any event.

use microsip_core::Event;

use super::microsip_event_t;
use crate::account::{microsip_account_t, microsip_registration_t};
use crate::base::{Fault, Out, get, guard, put};
use crate::status::microsip_status_t;

/// The account the event is about, as a new handle to be freed: a registration's, a message's, a typing indication's or
/// a mailbox's. `NO_VALUE` for other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_account(
    event: microsip_event_t,
    account: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_event_account", || {
        let out = Out::new(account, "account")?;
        let event = get(event)?;
        match &**event {
            Event::Registration { account, .. }
            | Event::Message { account, .. }
            | Event::Typing { account, .. }
            | Event::MessagesWaiting { account, .. } => {
                out.set(put(account.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("account in this event")),
        }
    })
}

/// The registration after the change, as a new handle to be freed; `NO_VALUE` for events that are not of kind
/// `MICROSIP_EVENT_KIND_REGISTRATION`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_registration(
    event: microsip_event_t,
    registration: *mut microsip_registration_t,
) -> microsip_status_t {
    guard("microsip_event_registration", || {
        let out = Out::new(registration, "registration")?;
        match &**get(event)? {
            Event::Registration { info, .. } => {
                out.set(put(info.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("registration in this event")),
        }
    })
}

/// How many events were dropped since the last one received, because the subscriber was too slow; `NO_VALUE` for events
/// that are not of kind `MICROSIP_EVENT_KIND_LAGGED`. State is still there to be asked for: `microsip_endpoint_calls`,
/// `microsip_endpoint_accounts`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_missed(event: microsip_event_t, missed: *mut u64) -> microsip_status_t {
    guard("microsip_event_missed", || {
        let out = Out::new(missed, "missed")?;
        match &**get(event)? {
            Event::Lagged { missed } => {
                out.set(*missed);
                Ok(())
            }
            _ => Err(Fault::none("count of missed events in this event")),
        }
    })
}
