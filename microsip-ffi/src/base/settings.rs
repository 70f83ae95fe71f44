//! Settings: objects that are filled in by setters and copied by whoever uses them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Handle, Outcome, get, put};

/// The value, whatever happened to those who had it before.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Changes settings; nothing is changed when `change` fails.
pub(crate) fn change<H, T>(settings: H, change: impl FnOnce(&mut T) -> Outcome) -> Outcome
where
    H: Handle<Object = Mutex<T>>,
    T: Clone + Send + 'static,
{
    let object = get(settings)?;
    let mut value = object.lock().unwrap_or_else(PoisonError::into_inner);
    let mut changed = value.clone();
    change(&mut changed)?;
    *value = changed;
    Ok(())
}

/// A copy of settings; the zero handle stands for `default`.
pub(crate) fn settings_or<H, T>(settings: H, default: impl FnOnce() -> T) -> Outcome<T>
where
    H: Handle<Object = Mutex<T>>,
    T: Clone + Send + 'static,
{
    match settings.token() {
        0 => Ok(default()),
        _ => settings_of(settings),
    }
}

/// A copy of settings that must be there.
pub(crate) fn settings_of<H, T>(settings: H) -> Outcome<T>
where
    H: Handle<Object = Mutex<T>>,
    T: Clone + Send + 'static,
{
    Ok(get(settings)?.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

/// A handle to a copy that is changed by itself.
pub(crate) fn clone_settings<H, T>(settings: H) -> Outcome<H>
where
    H: Handle<Object = Mutex<T>>,
    T: Clone + Send + 'static,
{
    put(Mutex::new(settings_of(settings)?))
}
