//! Telling when the settings file on disk says something else.

use std::ffi::c_void;
use std::sync::Mutex;

use microsip_core::compat::ini::{IniChange, IniWatcher, WatchOptions};

use super::microsip_ini_t;
use crate::base::callback::UserData;
use crate::base::{Code, Fault, Out, free, get, guard, millis, put, settings_of, share};
use crate::endpoint::microsip_destroy_t;
use crate::error::microsip_error_t;
use crate::status::{microsip_status_e, microsip_status_t};
use crate::{code, handle};

/// What became of a settings file: one of `enum microsip_ini_change_kind_e`.
pub type microsip_ini_change_kind_t = i32;

/// The values of `microsip_ini_change_kind_t`.
#[repr(i32)]
pub enum microsip_ini_change_kind_e {
    /// It says something else: `microsip_ini_change_ini`.
    MICROSIP_INI_CHANGE_KIND_CHANGED = 1,
    /// It is gone. Told once; when it comes back, that is a change.
    MICROSIP_INI_CHANGE_KIND_REMOVED = 2,
    /// It is there and cannot be read: `microsip_ini_change_error`. Told once.
    MICROSIP_INI_CHANGE_KIND_FAILED = 3,
}

code!(microsip_ini_change_kind_e, "ini change kind", ChangeKind {
MICROSIP_INI_CHANGE_KIND_CHANGED = Changed,
MICROSIP_INI_CHANGE_KIND_REMOVED = Removed,
MICROSIP_INI_CHANGE_KIND_FAILED = Failed,
});

#[derive(Clone, Copy)]
enum ChangeKind {
    Changed,
    Removed,
    Failed,
}

/// A change of a settings file on disk. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_change_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_change_t, 161, "ini change", IniChange);

/// What became of the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_change_kind(
    change: microsip_ini_change_t,
    kind: *mut microsip_ini_change_kind_t,
) -> microsip_status_t {
    guard("microsip_ini_change_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(change)?;
        let c = &**object;
        out.set(kind_of(c).map_or(0, |kind| kind.code()));
        Ok(())
    })
}

fn kind_of(change: &IniChange) -> Option<ChangeKind> {
    match change {
        IniChange::Changed(_) => Some(ChangeKind::Changed),
        IniChange::Removed => Some(ChangeKind::Removed),
        IniChange::Failed(_) => Some(ChangeKind::Failed),
        _ => None,
    }
}

/// What the file says now, as a new document to be freed; `NO_VALUE` unless it changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_change_ini(
    change: microsip_ini_change_t,
    ini: *mut microsip_ini_t,
) -> microsip_status_t {
    guard("microsip_ini_change_ini", || {
        let out = Out::new(ini, "ini")?;
        match &**get(change)? {
            IniChange::Changed(file) => out.set(put(Mutex::new(file.clone()))?),
            _ => return Err(Fault::none("document in this change")),
        }
        Ok(())
    })
}

/// Why it cannot be read, as a new handle to be freed; `NO_VALUE` if it can.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_change_error(
    change: microsip_ini_change_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_ini_change_error", || {
        let out = Out::new(error, "error")?;
        let change = get(change)?;
        let error = match &**change {
            IniChange::Failed(error) => Some(error),
            _ => None,
        };
        crate::error::give(error, out)
    })
}

/// Another handle to the same change, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_change_clone(
    change: microsip_ini_change_t,
    clone: *mut microsip_ini_change_t,
) -> microsip_status_t {
    guard("microsip_ini_change_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(change)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_change_free(change: microsip_ini_change_t) -> microsip_status_t {
    guard("microsip_ini_change_free", || free(change))
}

/// Called with a change, on a thread of the library, one at a time. `change` is lent for the call; keep it with
/// `microsip_ini_change_clone`. May call any function. No exception may escape.
pub type microsip_ini_change_callback_t =
    Option<unsafe extern "C" fn(change: microsip_ini_change_t, user_data: *mut c_void)>;

/// Watches a settings file, on a thread of its own, until the last handle is freed or `microsip_ini_watcher_close`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_watcher_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_watcher_t, 162, "ini watcher", IniWatcher);

/// Watches the file that `ini` was read from. What differs from `ini` is told to `callback`, also if it changed before
/// this call. Contents are compared, not times. `destroy` (may be NULL) is called once with `user_data` at the end,
/// also when this function fails.
///
/// `settle_ms`: for how long a new content must stay before it is told, 10 to 60000, 0 for 200. `poll_ms`: how often to
/// look where the system does not tell of changes, 10 to 3600000, 0 for 2000. `poll_only`: not to ask the system. An
/// empty or unreadable file is told after 2 s, an absent one after 0.5 s.
///
/// Statuses: `INVALID_ARGUMENT` for a time out of range or an `ini` without a file's name, `LIMIT_REACHED` without a
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_watch(
    ini: microsip_ini_t,
    settle_ms: u32,
    poll_ms: u32,
    poll_only: bool,
    callback: microsip_ini_change_callback_t,
    user_data: *mut c_void,
    destroy: microsip_destroy_t,
    watcher: *mut microsip_ini_watcher_t,
) -> microsip_status_t {
    guard("microsip_ini_watch", || {
        let data = UserData::new(user_data, destroy);
        let out = Out::new(watcher, "watcher")?;
        let Some(callback) = callback else {
            return Err(crate::base::arg::null("callback"));
        };
        let mut options = WatchOptions::default().poll_only(poll_only);
        if settle_ms != 0 {
            options = options.settle(millis(settle_ms));
        }
        if poll_ms != 0 {
            options = options.poll(millis(poll_ms));
        }
        let known = settings_of(ini)?;
        let watcher = IniWatcher::start(&known, options, move |change| data.call(callback, change))?;
        out.set(put(watcher)?);
        Ok(())
    })
}

/// Saves a document as `microsip_ini_save` does, without telling it as a change.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_watcher_save(watcher: microsip_ini_watcher_t, ini: microsip_ini_t) -> microsip_status_t {
    guard("microsip_ini_watcher_save", || {
        let file = settings_of(ini)?;
        Ok(get(watcher)?.save(&file)?)
    })
}

/// Saves a document as `microsip_ini_save_over` does, without telling it as a change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_watcher_save_over(
    watcher: microsip_ini_watcher_t,
    ini: microsip_ini_t,
    seen: *const u8,
    size: usize,
    saved: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_watcher_save_over", || {
        let out = Out::new(saved, "saved")?;
        let seen = match seen.is_null() {
            true => None,
            false => Some(crate::base::bytes(seen, size, "seen")?),
        };
        let file = settings_of(ini)?;
        out.set(get(watcher)?.save_over(&file, seen)?);
        Ok(())
    })
}

/// Looks at the file now; does not wait for it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_watcher_look(watcher: microsip_ini_watcher_t) -> microsip_status_t {
    guard("microsip_ini_watcher_look", || {
        get(watcher)?.look();
        Ok(())
    })
}

/// Whether the system tells of changes at present; else the file is looked at every `poll_ms`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_watcher_is_notified(
    watcher: microsip_ini_watcher_t,
    is_notified: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_watcher_is_notified", || {
        let out = Out::new(is_notified, "is_notified")?;
        let object = get(watcher)?;
        let w = &**object;
        out.set(w.is_notified());
        Ok(())
    })
}

/// Ends it: no call back begins any more. One that is running is waited for, 2 s at most, unless this is called from
/// it.
///
/// Statuses: `TIMEOUT` if it is still running then.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_watcher_close(watcher: microsip_ini_watcher_t) -> microsip_status_t {
    guard("microsip_ini_watcher_close", || match get(watcher)?.close() {
        true => Ok(()),
        false => Err(Fault::new(
            microsip_status_e::MICROSIP_STATUS_TIMEOUT,
            "a callback is still running",
        )),
    })
}

/// Another handle to the same watcher, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_watcher_clone(
    watcher: microsip_ini_watcher_t,
    clone: *mut microsip_ini_watcher_t,
) -> microsip_status_t {
    guard("microsip_ini_watcher_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(watcher)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. With the last one no more call back begins; one that is running is not
/// waited for.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_watcher_free(watcher: microsip_ini_watcher_t) -> microsip_status_t {
    guard("microsip_ini_watcher_free", || free(watcher))
}
