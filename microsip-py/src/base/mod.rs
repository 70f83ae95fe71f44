//! What every part of the module is made of: errors, values that cross over, handles, waits.
//!
//! Rust here holds handles of the library and turns values into those of Python; how they look to people (classes, iterators,
//! context managers, keyword arguments, documentation) is written in Python, in `python/microsip`.

mod class;
mod enums;
mod errors;
pub mod fork;
mod handle;
pub mod life;
pub mod pump;
mod settings;
pub mod share;
mod snapshot;
mod value;
mod wait;
mod words;

pub use class::{Class, model};
pub use enums::class as enum_class;
pub use errors::{Fault, Outcome};
pub use fork::{Origin, PerProcess};
pub use life::apart;
pub use pump::Waiting;
pub use settings::{class as settings_class, field as settings_field, named as settings_named};
pub use snapshot::class as snapshot_class;
pub use value::{Bytes, FromPy, ToPy, list_of};
pub use wait::SLICE;
pub use wait::{Timeout, detached, made, until, waited};
