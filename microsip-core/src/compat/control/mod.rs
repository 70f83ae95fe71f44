//! One running phone for each configuration file, and the socket by which others command it.
//!
//! The first process that [claims](Instance::claim) an [`InstanceName`] owns it and serves a local socket (a Unix socket, on
//! Windows a named pipe) with [`Server`]; every later one gets a [`Client`] and hands its command over. MicroSIP does the
//! same with a window message that carries no answer (`docs/control.md` has the protocol: one JSON object or MicroSIP text
//! a line, exactly one reply for each). Nothing in here knows a phone: what a command means is the [`Service`]'s business.
//!
//! Ownership is a lock of the system on a file beside the socket: it ends with its process, however that ends, so a socket
//! left over by a killed one is recognised and replaced, and there is no moment in which two own the same name.

mod claim;
mod client;
mod connection;
mod line;
mod message;
mod name;
mod outbox;
mod server;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

#[cfg(test)]
mod claim_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod name_tests;
#[cfg(test)]
mod race_tests;
#[cfg(test)]
#[cfg(unix)]
mod server_end_tests;
#[cfg(test)]
#[cfg(unix)]
mod server_stage;
#[cfg(test)]
#[cfg(unix)]
mod server_tests;

pub use claim::{Claim, Command, Delivery, Instance, Listener};
pub use client::{Client, Closer};
pub use line::fuzz_lines;
pub use name::InstanceName;
pub use server::{Publisher, Server, ServerOptions};

use serde_json::{Map, Value};

use crate::Result;

/// Version of the protocol, as `hello` tells it. It grows when something changes that a client could notice and not expect;
/// new commands, events and fields are no such change.
pub const PROTOCOL: u64 = 1;

/// Longest line a client may send, in bytes, without its end: 64 KiB.
pub const MAX_LINE: usize = 64 * 1024;

/// Longest reply or event, in bytes: 8 MiB. A longer result becomes an error that says so.
pub const MAX_REPLY: usize = 8 * 1024 * 1024;

/// What answers commands: the phone.
///
/// Called on the connection's own thread, one request of a connection after the other, those of different connections at the
/// same time. It may block, up to a minute if need be; only its own connection waits. A panic inside is caught and becomes an
/// error reply. `ping`, `hello`, `subscribe` and `unsubscribe` are answered before.
pub trait Service: Send + Sync + 'static {
    /// A JSON request: the object as it came, with its `command` (a string that is not empty), without its `id`.
    fn request(&self, request: Map<String, Value>) -> Result<Value>;

    /// A line of MicroSIP text, such as `/hangupall`, `123` or `action=call&number=123`: not empty, without spaces around it.
    fn line(&self, text: &str) -> Result<Value>;
}
