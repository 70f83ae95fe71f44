//! The call on the bridge: how loud it is.

use super::Call;
use crate::Result;
use crate::engine::Lane;
use crate::media::{AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, Gain, Levels};

impl Call {
    /// How loud the call is, both ways, over the last 20 ms.
    ///
    /// # Errors
    /// [`WrongState`](crate::ErrorKind::WrongState) while no audio flows, [`Gone`](crate::ErrorKind::Gone) after the end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_conf_get_signal_level")]
    pub fn levels(&self) -> Result<Levels> {
        const OP: &str = "levels";
        let id = self.id();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.call_levels(OP, id))
    }

    /// Makes the call louder or softer: what everybody hears of the peer, and what the peer hears. Holds for the whole call;
    /// may be set before audio flows. [`Call::mute`] is apart from it.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) after the end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias("pjsua_conf_adjust_rx_level", "pjsua_conf_adjust_tx_level"))]
    pub fn set_gain(&self, received: Gain, sent: Gain) -> Result<()> {
        const OP: &str = "set gain";
        let id = self.id();
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.call_set_gain(OP, id, received, sent)
        })
    }

    /// Takes audio out of the call: what the peer says, what we send, or both, as frames at a rate of one's own. Several can
    /// listen at once.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a wrong option, [`Gone`](crate::ErrorKind::Gone) after the
    /// call's end.
    ///
    /// # Threads
    /// Any.
    pub fn audio_sink(&self, options: AudioSinkOptions) -> Result<AudioSink> {
        AudioSink::start(self.shared(), self.into(), options)
    }

    /// Puts audio into the call, at a rate of one's own. Several sources, and files played beside them, are mixed.
    ///
    /// # Errors
    /// As [`Call::audio_sink`].
    ///
    /// # Threads
    /// Any.
    pub fn audio_source(&self, options: AudioSourceOptions) -> Result<AudioSource> {
        AudioSource::start(self.shared(), self.into(), options)
    }
}
