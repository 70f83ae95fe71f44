//! `microsip._microsip`: what the Python package `microsip` stands on. Nothing here is for applications; the package is.

mod account;
mod base;
mod call;
mod endpoint;
mod events;
mod log;
mod media;
mod messaging;
mod presence;
mod publication;
mod quality;
mod request;
mod sip;
mod subscription;

// MicroSIP's formats and behaviour.
mod compat;

use pyo3::prelude::*;

#[pymodule]
mod _microsip {
    use super::*;

    #[pymodule_export]
    use super::account::Account;
    // How the process ends, and forks.
    #[pymodule_export]
    use super::base::fork::forked;
    #[pymodule_export]
    use super::base::life::end;
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
    use super::call::{TransferRequest, parse_replaces, q850};
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
        Buddy, LineTable, Mailbox, Seen, WatchedLine, dialog_info_parse, dialog_info_to_xml, dialog_is_on_hold,
        dialog_is_ringing, dialog_replaces, line_info_ringing, message_summary_parse, message_summary_to_text,
        presence_activities, presence_basic, presence_note, presence_of, presence_parse, presence_state,
        presence_to_pidf, presence_with_note,
    };
    #[pymodule_export]
    use super::publication::Publication;
    #[pymodule_export]
    use super::subscription::{Notifier, Subscription, Watcher};

    // Audio.
    #[pymodule_export]
    use super::media::{
        AudioDevices, AudioSink, AudioSource, Conference, Node, Playback, Player, Recorder, SpeechDetector,
        ToneDetector, TonePlayer,
    };
    #[pymodule_export]
    use super::media::{
        audio_devices, audio_sink, audio_source, bridge, check_recording_name, codec_list, codecs, connect, countries,
        country, detect_speech, detect_tones, disconnect, find_tone, gain_of_db, gain_of_factor, keys_tone, kind_tone,
        leave_devices, levels, new_conference, open_audio, opened_audio, parse_tone, play, play_samples, play_tone,
        read_audio, record, recording_path, render_tone, set_gain, tone_length, tone_text, use_devices,
        watch_audio_devices,
    };

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
    use super::compat::told::PhoneTold;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("pjsip_version", microsip_core::pjsip_version())?;
        // How this binary was built: an unoptimised one is slow where audio is computed.
        module.add("debug_build", cfg!(debug_assertions))
    }
}
