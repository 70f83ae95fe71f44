//! Text messages and typing.

mod cpim;
mod cpim_new;
mod imdn;
mod options;
mod received;
mod sent;
mod typing;
mod typing_document;

pub use cpim::*;
pub use cpim_new::*;
pub use imdn::*;
pub use options::*;
pub use received::*;
pub use sent::*;
pub use typing::*;
pub use typing_document::*;
