//! Conferences: calls that hear each other, and files and streams they share.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    AudioSink, AudioSinkOptions, AudioSource, AudioSourceOptions, Gain, PlayOptions, Player, RecordOptions, RecordTo,
    Recorder,
};
use crate::call::Call;
use crate::engine::{Lane, Shared};
use crate::{Error, ErrorKind, Result};

/// What a conference does when one of its calls has ended. Taking a call out or moving it ends nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnLeave {
    /// Nothing; the others go on, even alone.
    #[default]
    Stay,
    /// The last call, when it is alone, is hung up.
    EndLast,
    /// All others are hung up: what one leg of a bridge of two calls does to the other.
    EndAll,
}

impl OnLeave {
    /// Stable lower-case name: `"stay"`, `"end_last"`, `"end_all"`.
    pub fn name(self) -> &'static str {
        match self {
            OnLeave::Stay => "stay",
            OnLeave::EndLast => "end_last",
            OnLeave::EndAll => "end_all",
        }
    }
}

/// Settings of a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConferenceOptions {
    /// What happens when a call ends; default nothing.
    pub on_leave: OnLeave,
}

impl ConferenceOptions {
    /// Sets what happens when a call ends.
    pub fn on_leave(mut self, what: OnLeave) -> Self {
        self.on_leave = what;
        self
    }
}

/// How a call takes part in a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MemberOptions {
    /// The others do not hear it; default they do.
    pub muted: bool,
    /// It does not hear the others, but what is played to it alone; default it does.
    pub deaf: bool,
    /// How loud the others hear it; default unchanged.
    pub gain: Gain,
}

impl MemberOptions {
    /// Sets whether the others do not hear it.
    pub fn muted(mut self, yes: bool) -> Self {
        self.muted = yes;
        self
    }

    /// Sets whether it does not hear the others.
    pub fn deaf(mut self, yes: bool) -> Self {
        self.deaf = yes;
        self
    }

    /// Sets how loud the others hear it.
    pub fn gain(mut self, gain: Gain) -> Self {
        self.gain = gain;
        self
    }
}

/// What happened in a conference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConferenceChange {
    /// A call takes part now.
    Joined(Call),
    /// A call takes part no more: it left, was moved, or has ended.
    Left(Call),
    /// There is no conference any more; its calls go on for themselves.
    Closed,
}

pub(crate) struct ConferenceCore {
    pub(crate) id: u64,
    pub(crate) shared: Arc<Shared>,
}

/// A handle to a conference; cheap to clone, usable from any thread. Dropping it changes nothing: the conference lasts until
/// [`Conference::close`].
///
/// Each call hears all others (mix-minus) as soon and as long as its audio runs. A call is in one conference at most: joining
/// another moves it.
#[derive(Clone)]
pub struct Conference {
    pub(crate) core: Arc<ConferenceCore>,
}

impl Conference {
    pub(crate) fn start(shared: &Arc<Shared>, options: ConferenceOptions) -> Result<Conference> {
        const OP: &str = "start conference";
        let conference = Conference {
            core: Arc::new(ConferenceCore {
                id: shared.next_id(),
                shared: Arc::clone(shared),
            }),
        };
        let room = conference.clone();
        shared.run(OP, Lane::Normal, move |engine| {
            engine.room_open(room, options);
            Ok(())
        })?;
        Ok(conference)
    }

    /// Its number, counted up in this process and never reused.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    /// Lets a call take part; its audio may start later. A call that takes part already stays as it is.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the call has ended or the conference was closed.
    pub fn join(&self, call: &Call) -> Result<()> {
        self.join_with(call, MemberOptions::default())
    }

    /// The same with options; again to change them.
    ///
    /// # Errors
    /// As there.
    pub fn join_with(&self, call: &Call, options: MemberOptions) -> Result<()> {
        const OP: &str = "join conference";
        let (room, call) = (self.core.id, call.clone());
        self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.room_join(OP, room, &call, options)
        })
    }

    /// Takes a call out; it goes on for itself.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) when it does not take part, [`Gone`](ErrorKind::Gone) when the conference was closed.
    pub fn leave(&self, call: &Call) -> Result<()> {
        const OP: &str = "leave conference";
        let (room, call) = (self.core.id, call.id());
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.room_leave(OP, room, call))
    }

    /// Moves some of the calls into a conference of their own, with the same settings.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) when one of them does not take part (none is moved then),
    /// [`Gone`](ErrorKind::Gone) when the conference was closed.
    pub fn split<'a>(&self, calls: impl IntoIterator<Item = &'a Call>) -> Result<Conference> {
        const OP: &str = "split conference";
        let split = Conference {
            core: Arc::new(ConferenceCore {
                id: self.core.shared.next_id(),
                shared: Arc::clone(&self.core.shared),
            }),
        };
        let (room, new) = (self.core.id, split.clone());
        let calls: Vec<Call> = calls.into_iter().cloned().collect();
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.room_split(OP, room, new, &calls))?;
        Ok(split)
    }

    /// Takes all calls, files and streams of another conference over, which is closed.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when one of the two was closed, [`InvalidArgument`](ErrorKind::InvalidArgument) for itself.
    pub fn merge(&self, other: &Conference) -> Result<()> {
        const OP: &str = "merge conferences";
        let (room, other) = (self.core.id, other.core.id);
        if room == other {
            return Err(Error::invalid(OP, "a conference cannot be merged with itself"));
        }
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.room_merge(OP, room, other))
    }

    /// The calls that take part, oldest first.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the conference was closed.
    pub fn calls(&self) -> Result<Vec<Call>> {
        const OP: &str = "list conference";
        let room = self.core.id;
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.room_calls(OP, room))
    }

    /// Takes out what all calls and everything played to them say, mixed; [`AudioSinkOptions::tap`] means nothing here.
    ///
    /// # Errors
    /// As [`Call::audio_sink`].
    pub fn audio_sink(&self, options: AudioSinkOptions) -> Result<AudioSink> {
        AudioSink::start(&self.core.shared, self.into(), options)
    }

    /// Puts audio into the conference: all calls hear it.
    ///
    /// # Errors
    /// As [`Call::audio_source`].
    pub fn audio_source(&self, options: AudioSourceOptions) -> Result<AudioSource> {
        AudioSource::start(&self.core.shared, self.into(), options)
    }

    /// Plays files to all calls, one after the other without a gap, and into what records them: [`Endpoint::play`](crate::Endpoint::play)
    /// to a conference.
    ///
    /// # Errors
    /// As there.
    pub fn play<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>, options: PlayOptions) -> Result<Player> {
        let files: Vec<PathBuf> = paths.into_iter().map(|p| p.as_ref().to_owned()).collect();
        super::start_player(&self.core.shared, self.into(), files, options)
    }

    /// Records what all calls and everything played to them say, mixed: [`Endpoint::record`](crate::Endpoint::record) of a conference.
    ///
    /// # Errors
    /// As there.
    pub fn record(&self, path: impl AsRef<Path>, options: RecordOptions) -> Result<Recorder> {
        let place = RecordTo::Path(path.as_ref());
        super::start_recorder(&self.core.shared, self.into(), &place, options)
    }

    /// Ends the conference: its files and streams end, its calls go on for themselves. Closing twice is fine.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after the endpoint was closed.
    pub fn close(&self) -> Result<()> {
        let room = self.core.id;
        self.core.shared.run("close conference", Lane::Normal, move |engine| {
            engine.room_close(room);
            Ok(())
        })
    }

    pub(crate) fn gone(op: &'static str) -> Error {
        Error::new(ErrorKind::Gone, op, "the conference was closed")
    }
}

impl fmt::Debug for Conference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conference")
            .field("id", &self.core.id)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Conference {
    fn eq(&self, other: &Conference) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Conference {}
