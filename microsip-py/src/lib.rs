//! `microsip._microsip`: what the Python package `microsip` stands on. Nothing here is for applications; the package is.

mod account;
mod base;
mod call;
mod endpoint;
mod events;
mod quality;
mod request;
mod sip;

use pyo3::prelude::*;

#[pymodule]
mod _microsip {
    use super::*;

    #[pymodule_export]
    use super::account::Account;
    #[pymodule_export]
    use super::base::pump::end_pump;
    #[pymodule_export]
    use super::call::Call;
    #[pymodule_export]
    use super::endpoint::Endpoint;
    #[pymodule_export]
    use super::events::Events;
    #[pymodule_export]
    use super::sip::Message;

    // Calls.
    #[pymodule_export]
    use super::call::{SpeechDetector, ToneDetector, TransferRequest, parse_replaces, q850};
    #[pymodule_export]
    use super::quality::{
        codec_rating, delay_impairment, effective_impairment, emodel_parts, emodel_rating, g711_without_concealment,
        mos, wideband_rating,
    };
    #[pymodule_export]
    use super::request::Request;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("pjsip_version", microsip_core::pjsip_version())?;
        // How this binary was built: an unoptimised one is slow where audio is computed.
        module.add("debug_build", cfg!(debug_assertions))
    }
}
