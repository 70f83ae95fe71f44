//! The bridge: who hears whom.

use super::Endpoint;
use crate::call::Call;
use crate::engine::{Lane, Wish};
use crate::media::{
    AudioNode, AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, AudioTarget, Conference,
    ConferenceOptions, Gain, OnLeave,
};
use crate::{Error, Result};

impl Endpoint {
    /// Lets `to` hear `from`; again to change the gain. Both may be calls whose audio starts later: the link is made whenever
    /// both run, and lasts until [`Endpoint::disconnect`] or the end of one of them.
    ///
    /// A link adds to others: whoever is linked from several hears them mixed.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when `from` cannot be heard (a recorder), `to` cannot hear (a
    /// player) or both are the same, [`Gone`](crate::ErrorKind::Gone) when one of them has ended.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_conf_connect2")]
    pub fn connect(&self, from: &dyn AudioNode, to: &dyn AudioNode, gain: Gain) -> Result<()> {
        const OP: &str = "connect";
        let (from, to) = (from.node(), to.node());
        self.shared.run(OP, Lane::Normal, move |engine| {
            engine.link(OP, from, to, gain, Wish::User)
        })
    }

    /// Takes back what [`Endpoint::connect`] did. Two calls of a conference still hear each other. Nothing happens when the
    /// two are not connected.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) when one of them has ended.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_conf_disconnect")]
    pub fn disconnect(&self, from: &dyn AudioNode, to: &dyn AudioNode) -> Result<()> {
        const OP: &str = "disconnect";
        let (from, to) = (from.node(), to.node());
        self.shared
            .run(OP, Lane::Normal, move |engine| engine.unlink(OP, from, to, Wish::User))
    }

    /// A new conference, empty.
    ///
    /// # Errors
    /// [`NotRunning`](crate::ErrorKind::NotRunning) after close.
    pub fn conference(&self, options: ConferenceOptions) -> Result<Conference> {
        Conference::start(&self.shared, options)
    }

    /// Lets two calls hear each other, and hangs one up when the other ends: a conference of two with
    /// [`OnLeave::EndAll`].
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) when one of them has ended,
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when both are the same.
    pub fn bridge(&self, one: &Call, other: &Call) -> Result<Conference> {
        if one == other {
            return Err(Error::invalid("bridge", "a call cannot be bridged with itself"));
        }
        let pair = self.conference(ConferenceOptions::default().on_leave(OnLeave::EndAll))?;
        let joined = pair.join(one).and_then(|()| pair.join(other));
        match joined {
            Ok(()) => Ok(pair),
            Err(e) => {
                // It has nobody to end.
                drop(pair.close());
                Err(e)
            }
        }
    }

    /// A sink that hears what is connected to it ([`Endpoint::connect`]).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a wrong option, [`NotRunning`](crate::ErrorKind::NotRunning)
    /// after close.
    pub fn audio_sink(&self, options: AudioSinkOptions) -> Result<AudioSink> {
        AudioSink::start(&self.shared, AudioTarget::Free, options)
    }

    /// A source that whatever it is connected to hears ([`Endpoint::connect`]).
    ///
    /// # Errors
    /// As [`Endpoint::audio_sink`].
    pub fn audio_source(&self, options: AudioSourceOptions) -> Result<AudioSource> {
        AudioSource::start(&self.shared, AudioTarget::Free, options)
    }
}
