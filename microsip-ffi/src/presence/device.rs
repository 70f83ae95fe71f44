//! Devices in a presence status.

use std::ffi::c_char;

use microsip_core::PresenceDevice;

use crate::base::{Out, free, get, guard, share, unix_ms};
use crate::handle;
use crate::presence::parts::note_at;
use crate::status::microsip_status_t;

/// A device (RFC 4479 §3.3). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_presence_device_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_presence_device_t, 126, "presence device", PresenceDevice);

/// Another handle to the same presence device, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_device_clone(
    device: microsip_presence_device_t,
    clone: *mut microsip_presence_device_t,
) -> microsip_status_t {
    guard("microsip_presence_device_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(device)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_presence_device_free(device: microsip_presence_device_t) -> microsip_status_t {
    guard("microsip_presence_device_free", || free(device))
}

/// Its id, unique in the document. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_device_id(
    device: microsip_presence_device_t,
    id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_device_id", || {
        let id = Out::new(id, "id")?;
        let device = get(device)?;
        id.set(device.lend(&device.id));
        Ok(())
    })
}

/// The device's own id, a URN; empty when there is none. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_device_device_id(
    device: microsip_presence_device_t,
    device_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_device_device_id", || {
        let device_id = Out::new(device_id, "device_id")?;
        let device = get(device)?;
        device_id.set(device.lend(&device.device_id));
        Ok(())
    })
}

/// How many notes there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_device_note_count(
    device: microsip_presence_device_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_device_note_count", || {
        let count = Out::new(count, "count")?;
        let device = get(device)?;
        count.set(device.notes.len());
        Ok(())
    })
}

/// The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
/// until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_device_note_at(
    device: microsip_presence_device_t,
    index: usize,
    note: *mut *const c_char,
    language: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_device_note_at", || {
        let (note, language) = (Out::new(note, "note"), Out::new(language, "language"));
        let (note, language) = (note?, language?);
        let device = get(device)?;
        let found = note_at(&device.notes, index)?;
        note.set(device.lend(&found.text));
        language.set(device.lend(found.language.as_deref().unwrap_or_default()));
        Ok(())
    })
}

/// Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_device_timestamp_unix_ms(
    device: microsip_presence_device_t,
    timestamp_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_presence_device_timestamp_unix_ms", || {
        let timestamp_unix_ms = Out::new(timestamp_unix_ms, "timestamp_unix_ms")?;
        let device = get(device)?;
        timestamp_unix_ms.set_some(device.timestamp.map(unix_ms), "timestamp")
    })
}
