//! Test helpers for SIP user agents: what the tests of microsip, and of programs built on it, need around them.
//!
//! | Question of a test | Module |
//! |---|---|
//! | Which port may I use? | [`ports`] |
//! | How do I run a program and wait for a line of its output? | [`process`] |
//! | Where may I write files? | [`dir`] |
//! | Where do good and bad certificates come from? | [`ca`] |
//! | Who speaks TLS, with whatever certificate, version or silence? | [`openssl`] |
//! | Who answers my REGISTER and routes my INVITE? | [`kamailio`] |
//! | How do I get a network with routers and NAT? | [`netns`] |
//! | Who is the STUN and TURN server? | [`coturn`] |
//! | Where do sound devices come from? | [`pulse`] |
//! | Which PBX do I register and call at? | [`asterisk`] |
//! | Who is the phone at the other end? | [`baresip`] |
//! | How do I run programs of a newer Debian without installing them? | [`unpacked`] |
//! | Who calls me, or answers my call, by a script? | [`sipp`] |
//! | Who answers questions about names? | [`nameserver`] |
//! | What was on the wire, and how do I disturb it? | [`sipmsg`], [`tap`] |
//! | How do I lose, repeat, delay and reorder media? | [`impair`] |
//! | Did the audio arrive? | [`audio`] |
//! | Where does speech to send come from? | [`speech`] |
//! | Did the machine keep time while I measured? | [`mod@steady`] |
//!
//! Everything runs on 127.0.0.1 on ports chosen by the kernel, as root or not, several tests at a time. Waiting always means
//! waiting for an event with a [`Deadline`]. External programs are those of Debian's packages; a missing one is
//! [`Error::Missing`], which names the package.
//!
//! Feature `peers` (on by default) has everything that runs other programs and needs Unix (process groups, Unix sockets), `ca` (likewise)
//! the certificates; without them [`audio`] and [`sipmsg`] are left, for any system. The crate knows nothing of microsip itself.

#[cfg(all(feature = "peers", feature = "ca"))]
pub mod asterisk;
pub mod audio;
#[cfg(all(feature = "peers", feature = "ca"))]
pub mod baresip;
#[cfg(feature = "ca")]
pub mod ca;
#[cfg(all(feature = "peers", target_os = "linux"))]
pub mod coturn;
#[cfg(feature = "peers")]
pub mod dir;
mod error;
pub mod impair;
#[cfg(feature = "peers")]
pub mod kamailio;
#[cfg(feature = "peers")]
pub mod nameserver;
#[cfg(all(feature = "peers", target_os = "linux"))]
pub mod netns;
#[cfg(all(feature = "ca", feature = "peers"))]
pub mod openssl;
#[cfg(feature = "peers")]
pub mod ports;
#[cfg(feature = "peers")]
pub mod process;
#[cfg(feature = "peers")]
pub mod pulse;
pub mod sipmsg;
#[cfg(feature = "peers")]
pub mod sipp;
#[cfg(feature = "peers")]
pub mod speech;
pub mod steady;
#[cfg(feature = "peers")]
pub mod tap;
#[cfg(feature = "peers")]
pub mod unpacked;
mod wait;

pub use error::{Error, Result};
pub use steady::steady;
pub use wait::{Deadline, wait_until};
