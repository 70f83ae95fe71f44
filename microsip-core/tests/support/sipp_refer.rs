//! Scenarios of transfers for SIPp.

/// Callee that is transferred: takes the call, takes the REFER, reports 100, 180 and 200, waits for our BYE.
pub const TRANSFEREE: &str = include_str!("../scenarios/transferee.xml");
/// Caller that transfers us to `[target]`: REFER, reports until the last one, BYE.
pub const TRANSFEROR: &str = include_str!("../scenarios/transferor.xml");
/// Caller that replaces the dialog `[dialog]`.
pub const REPLACING: &str = include_str!("../scenarios/replacing.xml");
/// REFER outside any call, refused with 603.
pub const UNREFERRED: &str = include_str!("../scenarios/unreferred.xml");
