//! Contacts as MicroSIP keeps them.

mod book;
mod contact;
mod import;
mod merge;
mod warning;

pub use book::*;
pub use contact::*;
pub use import::*;
pub use merge::*;
pub use warning::*;
