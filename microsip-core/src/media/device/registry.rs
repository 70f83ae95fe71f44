//! The endpoint's keeper of devices, started when the first is asked for.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::backend::{Backend, system};
use super::keeper::Keeper;
use crate::engine::Shared;
use crate::{Error, Result};

enum State {
    Idle,
    Runs(Arc<Keeper>),
    /// The endpoint is closed.
    Over,
}

/// See the module.
pub(crate) struct Registry {
    state: Mutex<State>,
    /// Another one than the system's, in tests.
    backend: Mutex<Option<Arc<dyn Backend>>>,
}

impl Registry {
    pub(crate) fn new() -> Registry {
        Registry {
            state: Mutex::new(State::Idle),
            backend: Mutex::new(None),
        }
    }

    #[cfg(test)]
    pub(crate) fn use_backend(&self, backend: Arc<dyn Backend>) {
        *self.backend.lock().unwrap_or_else(PoisonError::into_inner) = Some(backend);
    }

    /// The keeper; starts it.
    pub(crate) fn keeper(&self, op: &'static str, shared: &Arc<Shared>) -> Result<Arc<Keeper>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Runs(keeper) => Ok(Arc::clone(keeper)),
            State::Over => Err(Error::not_running(op)),
            State::Idle => {
                let own = self.backend.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let backend = match own {
                    Some(backend) => backend,
                    None => system(op)?,
                };
                let weak: Weak<Shared> = Arc::downgrade(shared);
                let keeper = Arc::new(Keeper::start(backend, move |news| {
                    if let Some(shared) = weak.upgrade() {
                        shared.post("device news", move |engine| engine.device_news(news));
                    }
                })?);
                *state = State::Runs(Arc::clone(&keeper));
                Ok(keeper)
            }
        }
    }

    /// The keeper if it runs.
    pub(crate) fn running(&self) -> Option<Arc<Keeper>> {
        match &*self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Runs(keeper) => Some(Arc::clone(keeper)),
            _ => None,
        }
    }

    /// Closes every device, and stays closed.
    pub(crate) fn close(&self) {
        let before = std::mem::replace(
            &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner),
            State::Over,
        );
        drop(before);
    }
}
