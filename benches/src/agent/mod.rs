//! The agents under load: this program again, as one of ours or as the C program. Both link the same PJSIP.
//!
//! What they say on standard output: `ready ADDRESS` when they can be called, `registered`, `failed WHY`; when their
//! standard input ends, `calls INCOMING CONFIRMED ENDED`, and they exit.

mod child;
mod media;
mod ours;
mod twin;

pub use child::{Agent, Counts, Setup};
pub use ours::{AgentArgs, Answer, Media, config, run};
pub use twin::run_twin;

/// First argument that makes this program an agent of ours.
pub const AGENT: &str = "__agent";
/// First argument that makes it the C program.
pub const TWIN: &str = "__twin";

/// Calls at a time, for ours and for the C program.
pub const MAX_CALLS: u32 = 1100;
