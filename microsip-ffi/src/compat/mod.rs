//! MicroSIP's formats: settings, contacts, history, command line, numbers.

pub(crate) mod bytes;
mod command_line;
mod contacts;
mod history;
mod ini;
mod link;
mod number;

pub use bytes::*;
pub use command_line::*;
pub use contacts::*;
pub use history::*;
pub use ini::*;
pub use link::*;
pub use number::*;
