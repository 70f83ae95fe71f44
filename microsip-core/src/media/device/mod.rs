//! Sound devices.

mod drift;
pub(crate) mod ring;
