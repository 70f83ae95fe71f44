//! Test helpers for SIP user agents: what the tests of microsip, and of programs built on it, need around them.
//!
//! | Question of a test | Module |
//! |---|---|
//! | Which port may I use? | [`ports`] |
//! | How do I run a program and wait for a line of its output? | [`process`] |
//! | Where may I write files? | [`dir`] |
//! | Where do good and bad certificates come from? | [`ca`] |
//! | Who answers my REGISTER and routes my INVITE? | [`kamailio`] |
//! | How do I get a network with routers and NAT? | [`netns`] |
//! | Who is the STUN and TURN server? | [`coturn`] |
//! | Who calls me, or answers my call, by a script? | [`sipp`] |
//! | What was on the wire, and how do I disturb it? | [`sipmsg`], [`tap`] |
//! | Did the audio arrive? | [`audio`] |
//! | Where does speech to send come from? | [`speech`] |
//!
//! Everything runs on 127.0.0.1 on ports chosen by the kernel, as root or not, several tests at a time. Waiting always means
//! waiting for an event with a [`Deadline`]. External programs are those of Debian's packages; a missing one is
//! [`Error::Missing`], which names the package.
//!
//! Feature `peers` (on by default) has everything that runs other programs and needs Unix (process groups, Unix sockets), `ca` (likewise)
//! the certificates; without them [`audio`] and [`sipmsg`] are left, for any system. The crate knows nothing of microsip itself.

pub mod audio;
#[cfg(feature = "ca")]
pub mod ca;
#[cfg(all(feature = "peers", target_os = "linux"))]
pub mod coturn;
#[cfg(feature = "peers")]
pub mod dir;
mod error;
#[cfg(feature = "peers")]
pub mod kamailio;
#[cfg(all(feature = "peers", target_os = "linux"))]
pub mod netns;
#[cfg(feature = "peers")]
pub mod ports;
#[cfg(feature = "peers")]
pub mod process;
pub mod sipmsg;
#[cfg(feature = "peers")]
pub mod sipp;
#[cfg(feature = "peers")]
pub mod speech;
#[cfg(feature = "peers")]
pub mod tap;
mod wait;

pub use error::{Error, Result};
pub use wait::{Deadline, wait_until};
