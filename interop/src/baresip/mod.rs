//! Scenarios with baresip, phone to phone.
use crate::scenario::Scenario;
pub fn scenarios() -> Vec<Scenario> {
    Vec::new()
}
