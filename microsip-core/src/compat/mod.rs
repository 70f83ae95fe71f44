//! MicroSIP's own formats and rules, for whoever comes from there: settings, command line, links, numbers, contacts, history.
//!
//! Nothing in here needs an endpoint, a network or the program: it is data in, data out.

pub mod cmdline;
pub mod contacts;
pub mod dialplan;
pub mod history;
pub mod ini;
pub mod links;
pub mod number;
