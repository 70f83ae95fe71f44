//! `microsip._microsip`: what the Python package `microsip` stands on. Nothing here is for applications; the package is.

mod account;
mod base;
mod call;
mod endpoint;
mod events;
mod sip;

// MicroSIP's formats and behaviour.
mod compat;

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

    // MicroSIP's formats and behaviour: `microsip.compat`.
    #[pymodule_export]
    use super::compat::commands::{parse_arguments, parse_line, parse_link, split_windows};
    #[pymodule_export]
    use super::compat::contacts::{
        ContactBook, caller_matches, read_contacts_csv, read_directory, user_part, write_contacts_csv,
    };
    #[pymodule_export]
    use super::compat::control::Control;
    #[pymodule_export]
    use super::compat::history::{HistoryStore, call_of_line, line_of_call, read_calls, write_calls};
    #[pymodule_export]
    use super::compat::ini::{IniFile, choose_place, is_secret, known_keys};
    #[pymodule_export]
    use super::compat::numbers::{DialPlan, is_phone_like, resolve_number};
    #[pymodule_export]
    use super::compat::phone::{Phone, data_files, database, from_files, socket_of};
    #[pymodule_export]
    use super::compat::told::Told;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("pjsip_version", microsip_core::pjsip_version())?;
        // How this binary was built: an unoptimised one is slow where audio is computed.
        module.add("debug_build", cfg!(debug_assertions))
    }
}
