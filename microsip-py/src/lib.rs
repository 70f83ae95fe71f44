//! `microsip._microsip`: what the Python package `microsip` stands on. Nothing here is for applications; the package is.

mod account;
mod base;
mod call;
mod endpoint;
mod events;
mod log;
mod messaging;
mod presence;
mod publication;
mod quality;
mod request;
mod sip;
mod subscription;

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
    // Settings and the log.
    #[pymodule_export]
    use super::account::retry_bounds;
    #[pymodule_export]
    use super::endpoint::{pattern_matches, tls_pin};
    #[pymodule_export]
    use super::log::{begin_log, end_log, flush_log, set_log_levels};

    // Presence and messages.
    #[pymodule_export]
    use super::messaging::{
        ReceivedMessage, SentMessage, cpim_from_uri, cpim_media_type, cpim_parse, cpim_to_bytes, imdn_fits, imdn_parse,
        imdn_to_xml, typing_parse, typing_to_xml,
    };
    #[pymodule_export]
    use super::presence::{
        Buddy, LineTable, Mailbox, Told, WatchedLine, dialog_info_parse, dialog_info_to_xml, dialog_is_on_hold,
        dialog_is_ringing, dialog_replaces, line_info_ringing, message_summary_parse, message_summary_to_text,
        presence_activities, presence_basic, presence_note, presence_of, presence_parse, presence_state,
        presence_to_pidf, presence_with_note,
    };
    #[pymodule_export]
    use super::publication::Publication;
    #[pymodule_export]
    use super::subscription::{Notifier, Subscription, Watcher};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("pjsip_version", microsip_core::pjsip_version())?;
        // How this binary was built: an unoptimised one is slow where audio is computed.
        module.add("debug_build", cfg!(debug_assertions))
    }
}
