//! Call history: MicroSIP's list in `microsip.ini`, its exports, and a database that can be asked.

mod export;
mod message;
mod query;
mod record;
mod records;
mod ring;
mod store;

pub use export::*;
pub use message::*;
pub use query::*;
pub use record::*;
pub use records::*;
pub use ring::*;
pub use store::*;
