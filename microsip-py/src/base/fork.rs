//! Forked children: the pump's thread is not there, and locks may be held by threads that are not there either. So what is one
//! per process is made anew in each, and handles of the parent are told by the generation they were made in.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::prelude::*;

use super::{Outcome, made};

/// Forks of forks that have a place of their own; those beyond share the last.
const GENERATIONS: usize = 64;

/// How many forks lie between the first process and this one.
static GENERATION: AtomicUsize = AtomicUsize::new(0);

/// Which process something was made in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Origin(usize);

impl Origin {
    pub fn here() -> Origin {
        Origin(GENERATION.load(Ordering::Acquire))
    }

    pub fn is_here(self) -> bool {
        self == Origin::here()
    }

    /// Refuses what would take a lock of the parent's. The library itself refuses by itself.
    pub fn check(self, py: Python<'_>, operation: &str) -> Outcome<()> {
        if self.is_here() {
            return Ok(());
        }
        let said = "this process is a fork of the one that started it; only that one has its engine";
        Err(made(py, "not_running", operation, said))
    }
}

/// Something that each process has of its own. What the parent has made is left as it is.
pub struct PerProcess<T>([OnceLock<T>; GENERATIONS]);

impl<T> PerProcess<T> {
    pub const fn new() -> PerProcess<T> {
        PerProcess([const { OnceLock::new() }; GENERATIONS])
    }

    fn place(&self) -> Option<&OnceLock<T>> {
        let Origin(generation) = Origin::here();
        self.0.get(generation).or(self.0.last())
    }

    /// That of this process, if there is one yet.
    pub fn get(&self) -> Option<&T> {
        self.place().and_then(OnceLock::get)
    }
}

impl<T: Default> PerProcess<T> {
    /// That of this process.
    pub fn here(&self) -> &T {
        let Origin(generation) = Origin::here();
        self.0[generation.min(GENERATIONS - 1)].get_or_init(T::default)
    }
}

/// Called in a forked child, before anything else runs there.
#[pyfunction]
pub fn forked() {
    GENERATION.fetch_add(1, Ordering::AcqRel);
    super::life::forked();
}
