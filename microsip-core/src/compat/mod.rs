//! MicroSIP's own formats and rules, for whoever comes from there: settings, command line, links, numbers, contacts, history.
//!
//! Most of it is data in, data out, and needs neither an endpoint nor a network. With the feature `phone` there is also what acts:
//! hooks, the control socket, the desktop's links, and the phone itself ([`phone`]).

pub mod cmdline;
pub mod contacts;
#[cfg(feature = "phone")]
pub mod control;
#[cfg(feature = "phone")]
pub mod desktop;
pub mod dialplan;
#[cfg(feature = "phone")]
pub mod fetch;
pub mod history;
#[cfg(feature = "phone")]
pub mod hooks;
pub mod ini;
pub mod links;
pub mod number;
#[cfg(feature = "phone")]
pub mod phone;
#[cfg(feature = "phone")]
pub mod provision;
#[cfg(feature = "phone")]
pub(crate) mod schedule;
