//! A voice bot: answers calls and lets callers talk with a speech service, 24 kHz both ways, and falls silent when interrupted.
//!
//! | module | is |
//! |---|---|
//! | [`bot`] | the bot: what you would write yourself |
//! | [`protocol`] | what bot and service say to each other over their WebSocket |
//! | [`service`] | a scripted speech service on this machine, to try and to test with |
//! | [`self_test`] | a caller who asks, interrupts and listens, and a judge of what was heard |

pub mod bot;
pub mod protocol;
pub mod self_test;
pub mod service;
