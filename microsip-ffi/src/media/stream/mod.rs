//! Audio as data: frames out of the engine and into it.

mod options;
mod sink;
mod source;

pub use options::*;
pub use sink::*;
pub use source::*;

use crate::base::{Fault, Out, Outcome};
use crate::status::microsip_status_e;

/// Says what was waited for in vain; a timeout of 0 did not wait.
fn waited<T>(result: Outcome<T>, timeout_ms: u32, what: &str) -> Outcome<T> {
    result.map_err(|fault| match fault.status {
        microsip_status_e::MICROSIP_STATUS_TIMEOUT if timeout_ms == 0 => {
            Fault::new(microsip_status_e::MICROSIP_STATUS_WOULD_BLOCK, what)
        }
        microsip_status_e::MICROSIP_STATUS_TIMEOUT => Fault::new(microsip_status_e::MICROSIP_STATUS_TIMEOUT, what),
        _ => fault,
    })
}

/// Sets those that are wanted.
pub(crate) fn set_each<T: Copy, const N: usize>(outs: [Option<Out<T>>; N], values: [T; N]) {
    for (out, value) in outs.into_iter().zip(values) {
        if let Some(out) = out {
            out.set(value);
        }
    }
}
