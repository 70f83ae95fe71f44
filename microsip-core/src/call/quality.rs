//! How good the call's audio is.

use super::Call;
use crate::Result;
use crate::engine::Lane;
use crate::media::quality::{AudioFinding, StreamStats};

impl Call {
    /// Live statistics of the call's audio: all its streams so far, the one that runs included; see [`StreamStats`].
    /// [`StreamStats::quality`] rates it by the E-model, [`StreamStats::to_json`] writes it down.
    ///
    /// The numbers are read while packets come in, so that those of one moment may be apart by a packet.
    ///
    /// # Errors
    /// [`WrongState`](crate::ErrorKind::WrongState) while no audio flows, [`Gone`](crate::ErrorKind::Gone) after the end; the final
    /// counts are in [`CallInfo::stats`](crate::CallInfo::stats).
    ///
    /// # Threads
    /// Any.
    #[doc(alias(
        "pjsua_call_get_stream_stat",
        "pjmedia_stream_get_stat",
        "pjmedia_stream_get_stat_xr"
    ))]
    pub fn stats(&self) -> Result<StreamStats> {
        const OP: &str = "call statistics";
        let id = self.id();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.call_stats(OP, id))
    }

    /// Looks for what keeps the call from being heard: nothing comes in or goes out although the session says so, packets from
    /// unexpected places, private addresses, silence, packets that cannot be opened. Empty when nothing is wrong.
    ///
    /// What is missing is told when it has been missing for a second: ask a second or two after audio began. Silence is known while
    /// something here listens to the call. [`QualityConfig::watch_audio`](crate::QualityConfig::watch_audio) looks by itself.
    ///
    /// # Errors
    /// [`WrongState`](crate::ErrorKind::WrongState) while no audio runs, [`Gone`](crate::ErrorKind::Gone) after the end.
    ///
    /// # Threads
    /// Any.
    pub fn check_audio(&self) -> Result<Vec<AudioFinding>> {
        const OP: &str = "check audio";
        let id = self.id();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.call_check_audio(OP, id))
    }
}
