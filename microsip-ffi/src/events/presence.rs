//! Events about buddies, lines and mailboxes.

use std::sync::Mutex;

use microsip_core::Event;

use crate::base::{Fault, Out, get, guard, put};
use crate::events::microsip_event_t;
use crate::presence::{
    microsip_buddy_t, microsip_line_info_t, microsip_mailbox_t, microsip_message_summary_t, microsip_presence_status_t,
    microsip_watched_line_t,
};
use crate::status::microsip_status_t;

/// Who is watched, of `MICROSIP_EVENT_KIND_PRESENCE`, as a new handle to be freed; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_buddy(
    event: microsip_event_t,
    buddy: *mut microsip_buddy_t,
) -> microsip_status_t {
    guard("microsip_event_buddy", || {
        let buddy = Out::new(buddy, "buddy")?;
        let event = get(event)?;
        let Event::Presence { buddy: who, .. } = &**event else {
            return Err(Fault::none("buddy in this event"));
        };
        buddy.set(put(who.clone())?);
        Ok(())
    })
}

/// What is told, of `MICROSIP_EVENT_KIND_PRESENCE`, as a new handle to be freed; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_presence_status(
    event: microsip_event_t,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_event_presence_status", || {
        let status = Out::new(status, "status")?;
        let event = get(event)?;
        let Event::Presence { status: told, .. } = &**event else {
            return Err(Fault::none("presence in this event"));
        };
        status.set(put(Mutex::new((**told).clone()))?);
        Ok(())
    })
}

/// The line that is watched, of `MICROSIP_EVENT_KIND_LINE`, as a new handle to be freed; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_watched_line(
    event: microsip_event_t,
    line: *mut microsip_watched_line_t,
) -> microsip_status_t {
    guard("microsip_event_watched_line", || {
        let line = Out::new(line, "line")?;
        let event = get(event)?;
        let Event::Line { line: which, .. } = &**event else {
            return Err(Fault::none("line in this event"));
        };
        line.set(put(which.clone())?);
        Ok(())
    })
}

/// How the line is now, of `MICROSIP_EVENT_KIND_LINE`, as a new handle to be freed; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_line_info(
    event: microsip_event_t,
    info: *mut microsip_line_info_t,
) -> microsip_status_t {
    guard("microsip_event_line_info", || {
        let info = Out::new(info, "info")?;
        let event = get(event)?;
        let Event::Line { info: now, .. } = &**event else {
            return Err(Fault::none("line in this event"));
        };
        info.set(put((**now).clone())?);
        Ok(())
    })
}

/// The mailbox that is watched, of `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, as a new handle to be freed; `NO_VALUE` for
/// other kinds, and when the server told it without being asked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_mailbox(
    event: microsip_event_t,
    mailbox: *mut microsip_mailbox_t,
) -> microsip_status_t {
    guard("microsip_event_mailbox", || {
        let mailbox = Out::new(mailbox, "mailbox")?;
        let event = get(event)?;
        let Event::MessagesWaiting {
            mailbox: Some(which), ..
        } = &**event
        else {
            return Err(Fault::none("mailbox in this event"));
        };
        mailbox.set(put(which.clone())?);
        Ok(())
    })
}

/// Which messages wait, of `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, as a new handle to be freed; `NO_VALUE` for other
/// kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_message_summary(
    event: microsip_event_t,
    summary: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_event_message_summary", || {
        let summary = Out::new(summary, "summary")?;
        let event = get(event)?;
        let Event::MessagesWaiting { summary: told, .. } = &**event else {
            return Err(Fault::none("message summary in this event"));
        };
        summary.set(put(Mutex::new((**told).clone()))?);
        Ok(())
    })
}
