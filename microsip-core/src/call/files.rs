//! Files into the call and out of it.

use std::path::{Path, PathBuf};

use super::Call;
use crate::Result;
use crate::media::{AudioTarget, PlayOptions, Player, RecordOptions, RecordTo, Recorder, RecordingName};

impl Call {
    /// Plays a file to the peer, once or in a loop, from the moment audio flows: WAV (any rate and width, any number of
    /// channels, float, A-law, µ-law, ADPCM, RF64), MP3, FLAC, Ogg Vorbis, Ogg Opus.
    ///
    /// Channels are averaged; the rate becomes the bridge's. The file is read while it is played.
    /// [`Event::PlayerFinished`](crate::Event::PlayerFinished) tells the end.
    ///
    /// # Errors
    /// [`Io`](crate::ErrorKind::Io) when the file cannot be read, [`Media`](crate::ErrorKind::Media) when it is no audio or
    /// empty, [`Gone`](crate::ErrorKind::Gone) after the call's end.
    ///
    /// # Threads
    /// Any. Opens the file, and decodes its first second, on the calling thread.
    pub fn play(&self, path: impl AsRef<Path>, options: PlayOptions) -> Result<Player> {
        self.play_list([path], options)
    }

    /// Plays several files one after the other, without a gap. More can be added later ([`Player::add`]).
    ///
    /// # Errors
    /// As [`Call::play`], for every file; [`InvalidArgument`](crate::ErrorKind::InvalidArgument) without any.
    ///
    /// # Threads
    /// As [`Call::play`].
    pub fn play_list<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
        options: PlayOptions,
    ) -> Result<Player> {
        let files: Vec<PathBuf> = paths.into_iter().map(|p| p.as_ref().to_owned()).collect();
        crate::media::start_player(self.shared(), AudioTarget::from(self), files, options)
    }

    /// Records what the peer says into a file: WAV, Ogg Opus or FLAC by its extension, one channel, at the bridge's rate
    /// ([`Endpoint::clock_rate`](crate::Endpoint::clock_rate)).
    ///
    /// An existing file is overwritten. The recording ends with the call or with [`Recorder::stop`];
    /// [`Event::RecordingFinished`](crate::Event::RecordingFinished) tells when the file is complete.
    ///
    /// # Errors
    /// [`Io`](crate::ErrorKind::Io) when the file cannot be made, [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for
    /// an extension we cannot write, [`Gone`](crate::ErrorKind::Gone) after the call's end.
    ///
    /// # Threads
    /// Any.
    pub fn record(&self, path: impl AsRef<Path>) -> Result<Recorder> {
        self.record_with(path, RecordOptions::default().overwrite(true))
    }

    /// Records one side, both mixed, or both in two channels. [`Recorder::path`] is the file, which has another name when
    /// that one was taken and may not be overwritten.
    ///
    /// # Errors
    /// As [`Call::record`]; [`InvalidArgument`](crate::ErrorKind::InvalidArgument) also for a rate or bit rate that the format
    /// does not know, [`Unsupported`](crate::ErrorKind::Unsupported) for Opus in a build without it.
    ///
    /// # Threads
    /// Any.
    pub fn record_with(&self, path: impl AsRef<Path>, options: RecordOptions) -> Result<Recorder> {
        let place = RecordTo::Path(path.as_ref());
        crate::media::start_recorder(self.shared(), AudioTarget::from(self), &place, options)
    }

    /// The same into a file that is called by rules.
    ///
    /// # Errors
    /// As [`Call::record_with`].
    ///
    /// # Threads
    /// Any.
    pub fn record_named(&self, name: &RecordingName, options: RecordOptions) -> Result<Recorder> {
        let place = RecordTo::Named(name);
        crate::media::start_recorder(self.shared(), AudioTarget::from(self), &place, options)
    }
}
