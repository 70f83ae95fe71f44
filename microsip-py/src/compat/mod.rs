//! MicroSIP's formats and behaviour: what `microsip.compat` stands on.

mod ask;
pub mod commands;
pub mod contacts;
pub mod control;
pub mod history;
pub mod ini;
mod json;
pub mod numbers;
pub mod phone;
pub mod told;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::Fault;

/// What a poisoned lock guards is whole: nothing here panics between two changes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn no_thread(error: std::io::Error) -> Fault {
    Fault::Py(error.into())
}
