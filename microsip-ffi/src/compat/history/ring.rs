//! The list of calls in `microsip.ini`.

use std::sync::Mutex;

use microsip_core::compat::history::{CallRing, IniWrite, StoredCall};
use microsip_core::compat::ini::IniFile;

use super::microsip_call_record_t;
use crate::base::{Fault, OptOut, Out, Outcome, clone_settings, free, get, guard, lock, put, settings_of};
use crate::compat::{microsip_import_warnings_t, microsip_ini_t};
use crate::handle;
use crate::status::microsip_status_t;

/// The section `[Calls]` of a settings file: 1000 places, used in turn.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_ring_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_ring_t, 177, "call ring", Mutex<CallRing>);

/// Makes an empty ring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_new(ring: *mut microsip_call_ring_t) -> microsip_status_t {
    guard("microsip_call_ring_new", || {
        let out = Out::new(ring, "ring")?;
        out.set(put(Mutex::new(CallRing::new()))?);
        Ok(())
    })
}

/// Reads the ring of a settings file, as a new object to be freed. `warnings` (may be NULL) gets a new list to be
/// freed: what was passed over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_of_ini(
    ini: microsip_ini_t,
    ring: *mut microsip_call_ring_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_call_ring_of_ini", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(ring, "ring")?;
        let file = settings_of(ini)?;
        let last = file.get("Settings", "callsLastKey").and_then(|key| key.parse().ok());
        let (ring, found) = CallRing::from_ini(file.entries("Calls").map(|(_, key, value)| (key, value)), last);
        warnings.set_with(|| put(found))?;
        out.set(put(Mutex::new(ring))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_clone(
    ring: microsip_call_ring_t,
    clone: *mut microsip_call_ring_t,
) -> microsip_status_t {
    guard("microsip_call_ring_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(ring)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_ring_free(ring: microsip_call_ring_t) -> microsip_status_t {
    guard("microsip_call_ring_free", || free(ring))
}

/// How many calls are in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_count(ring: microsip_call_ring_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_call_ring_count", || {
        let out = Out::new(count, "count")?;
        let object = get(ring)?;
        let r = lock(&object);
        out.set(r.len());
        Ok(())
    })
}

/// The place written last (`callsLastKey`), 0 to 999; -1 for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_last_place(
    ring: microsip_call_ring_t,
    last_place: *mut i32,
) -> microsip_status_t {
    guard("microsip_call_ring_last_place", || {
        let out = Out::new(last_place, "last_place")?;
        let object = get(ring)?;
        let r = lock(&object);
        out.set(r.last_key());
        Ok(())
    })
}

/// The call at `index`, from 0, the oldest first: its place, and the call as a copy to be freed. `NO_VALUE` beyond the
/// end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_at(
    ring: microsip_call_ring_t,
    index: usize,
    place: *mut u16,
    record: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_ring_at", || {
        let (place, out) = (Out::new(place, "place"), Out::new(record, "record"));
        let (place, out) = (place?, out?);
        let ring = get(ring)?;
        let ring = lock(&ring);
        let calls = ring.calls();
        let (key, call) = calls.get(index).ok_or_else(|| Fault::none("call at this index"))?;
        out.set(put(Mutex::new(StoredCall::new((*call).clone())))?);
        place.set(*key);
        Ok(())
    })
}

/// The call at a place, as a copy to be freed; `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_get(
    ring: microsip_call_ring_t,
    place: u16,
    record: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_ring_get", || {
        let out = Out::new(record, "record")?;
        let call = lock(&*get(ring)?).get(place).cloned();
        let call = call.ok_or_else(|| Fault::none("call at this place"))?;
        out.set(put(Mutex::new(StoredCall::new(call)))?);
        Ok(())
    })
}

/// Changes a ring, and the document if there is one; neither when that fails.
fn change_both(
    ring: microsip_call_ring_t,
    ini: microsip_ini_t,
    change: impl FnOnce(&mut CallRing) -> Outcome<Option<IniWrite>>,
) -> Outcome<i32> {
    let ring = get(ring)?;
    let mut ring = lock(&ring);
    let mut changed = ring.clone();
    let write = change(&mut changed)?;
    if ini.token != 0 {
        let ini = get(ini)?;
        let mut file = lock(&ini);
        let mut edited: IniFile = file.clone();
        match write {
            Some(write) => {
                edited.set("Calls", &write.key, &write.value)?;
            }
            None => {
                edited.remove_section("Calls");
            }
        }
        edited.set("Settings", "callsLastKey", &changed.last_key().to_string())?;
        *file = edited;
    }
    *ring = changed;
    Ok(ring.last_key())
}

/// Adds a call in the next place; what was there 1000 calls ago goes. The settings document `ini` is changed likewise,
/// and not saved; the zero handle: none is. `place` (may be NULL) is where the call is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_ring_push(
    ring: microsip_call_ring_t,
    record: microsip_call_record_t,
    ini: microsip_ini_t,
    place: *mut u16,
) -> microsip_status_t {
    guard("microsip_call_ring_push", || {
        let place = OptOut::new(place);
        let record = settings_of(record)?;
        let last = change_both(ring, ini, |ring| Ok(Some(ring.push(&record.call))))?;
        place.set(u16::try_from(last).unwrap_or_default());
        Ok(())
    })
}

/// Writes another call in a place that has one, such as when it has ended; `ini` as in `microsip_call_ring_push`.
/// `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_ring_update(
    ring: microsip_call_ring_t,
    place: u16,
    record: microsip_call_record_t,
    ini: microsip_ini_t,
) -> microsip_status_t {
    guard("microsip_call_ring_update", || {
        let record = settings_of(record)?;
        change_both(ring, ini, |ring| match ring.update(place, &record.call) {
            Some(write) => Ok(Some(write)),
            None => Err(Fault::none("call at this place")),
        })?;
        Ok(())
    })
}

/// Deletes a call; `ini` as in `microsip_call_ring_push`. `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_ring_delete(
    ring: microsip_call_ring_t,
    place: u16,
    ini: microsip_ini_t,
) -> microsip_status_t {
    guard("microsip_call_ring_delete", || {
        change_both(ring, ini, |ring| match ring.delete(place) {
            Some(write) => Ok(Some(write)),
            None => Err(Fault::none("call at this place")),
        })?;
        Ok(())
    })
}

/// Deletes all calls; `ini` as in `microsip_call_ring_push`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_ring_clear(ring: microsip_call_ring_t, ini: microsip_ini_t) -> microsip_status_t {
    guard("microsip_call_ring_clear", || {
        change_both(ring, ini, |ring| {
            ring.clear();
            Ok(None)
        })?;
        Ok(())
    })
}
