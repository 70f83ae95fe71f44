"""Settings of audio: streams, players, recordings, tones, conferences, detectors. Whatever is `None` is as the engine has it by default."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, ClassVar, Optional, TypedDict, Union

from . import _microsip
from ._dataclass import dataclass
from .audio_enums import OnLeave, RecordFormat
from .enums import Tap
from .samples import Gain, Path

if TYPE_CHECKING:
    from .call import Call
    from .config import Seconds
    from .tones import Country

__all__ = [
    "AudioSinkOptions",
    "AudioSinkOptionsFields",
    "AudioSourceOptions",
    "AudioSourceOptionsFields",
    "ConferenceOptions",
    "ConferenceOptionsFields",
    "MemberOptions",
    "MemberOptionsFields",
    "PlayOptions",
    "PlayOptionsFields",
    "RecordOptions",
    "RecordOptionsFields",
    "RecordingName",
    "SpeechOptions",
    "SpeechOptionsFields",
    "ToneDetection",
    "ToneDetectionFields",
    "ToneOptions",
    "ToneOptionsFields",
]


class AudioSinkOptionsFields(TypedDict, total=False):
    """`AudioSinkOptions` as keywords."""

    rate: Optional[int]
    frame: Optional[Seconds]
    tap: Union[Tap, str, None]
    capacity: Optional[Seconds]


@dataclass(frozen=True)
class AudioSinkOptions:
    """How audio is taken out."""

    #: Samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
    rate: Optional[int] = None
    #: Length of a frame in whole milliseconds, 0.010 to 0.060; default 0.020. The bridge works in 20 ms: shorter frames come in pairs.
    frame: Optional[Seconds] = None
    #: Which side of a call is heard; default the peer. Of no meaning for a conference.
    tap: Union[Tap, str, None] = None
    #: How much can wait to be read, 0.1 s to 10 minutes; default 1 s. What comes when it is full is dropped and counted.
    capacity: Optional[Seconds] = None


class AudioSourceOptionsFields(TypedDict, total=False):
    """`AudioSourceOptions` as keywords."""

    rate: Optional[int]
    capacity: Optional[Seconds]


@dataclass(frozen=True)
class AudioSourceOptions:
    """How audio is put in."""

    #: Samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
    rate: Optional[int] = None
    #: How much can be written ahead, 40 ms to 10 minutes; default 1 s. What comes when it is full waits.
    capacity: Optional[Seconds] = None


class PlayOptionsFields(TypedDict, total=False):
    """`PlayOptions` as keywords."""

    repeat: Optional[bool]
    gain: Union[Gain, float, None]
    paused: Optional[bool]


@dataclass(frozen=True)
class PlayOptions:
    """How files and samples are played."""

    #: Start again at the end of the last file or sample, until stopped; default no.
    repeat: Optional[bool] = None
    #: How loud: a `Gain`, or decibels; default unchanged.
    gain: Union[Gain, float, None] = None
    #: Wait for `Player.resume`; default no. Files only.
    paused: Optional[bool] = None


class RecordOptionsFields(TypedDict, total=False):
    """`RecordOptions` as keywords."""

    tap: Union[Tap, str, None]
    split: Optional[bool]
    format: Union[RecordFormat, str, None]
    rate: Optional[int]
    bitrate: Optional[int]
    overwrite: Optional[bool]


@dataclass(frozen=True)
class RecordOptions:
    """What is recorded, and as what."""

    #: Which side of a call; default what the peer says. Of no meaning with `split`.
    tap: Union[Tap, str, None] = None
    #: Both sides in two channels: left what we send, right what we receive, to the sample; default no.
    split: Optional[bool] = None
    #: The kind of file; by its extension without one (.wav, .opus or .ogg, .flac; WAV without any).
    format: Union[RecordFormat, str, None] = None
    #: Samples per second; by default the bridge's, or 48000 where Opus does not know that.
    rate: Optional[int] = None
    #: Bits per second and channel for Opus, 6000 to 510000.
    bitrate: Optional[int] = None
    #: Whether an existing file is overwritten; by default another name is found: -2, -3 … before the extension.
    overwrite: Optional[bool] = None


@dataclass(frozen=True)
class RecordingName:
    """Rules for the names of recordings: a folder, and a pattern with fields in braces.

    ``{date}`` and ``{time}`` (local), ``{direction}``, ``{remote_user}``, ``{remote_host}``, ``{account}``, ``{call}`` (its number),
    ``{call_id}`` (of SIP), ``{n}`` (1, or the first number with which there is no such file yet). ``{{`` and ``}}`` are braces. A ``/``
    begins a folder, which is made. In values whatever could lead elsewhere becomes ``_``, so that no caller can choose where a file goes.

    Raises `InvalidArgumentError` for an unknown field, a brace without its other, a pattern that is empty or leads out of the folder.
    """

    #: MicroSIP's own names: ``20261121-093015-alice-incoming-1001.wav``.
    MICROSIP: ClassVar[str] = "{date}-{time}-{remote_user}-{direction}-{account}.wav"

    #: Where the files are; made when needed.
    folder: Path
    #: Their names.
    pattern: str = MICROSIP

    def __post_init__(self) -> None:
        _microsip.check_recording_name(self.folder, self.pattern)

    def path_of(self, call: Call) -> pathlib.Path:
        """What a file of this call is called at the moment, ``{n}`` being 1. Nothing is made or looked at."""
        return _microsip.recording_path(self.folder, self.pattern, call)


class ToneOptionsFields(TypedDict, total=False):
    """`ToneOptions` as keywords."""

    longest: Optional[Seconds]


@dataclass(frozen=True)
class ToneOptions:
    """How a tone is played."""

    #: For how long at most; default until it ends or is stopped.
    longest: Optional[Seconds] = None


class ConferenceOptionsFields(TypedDict, total=False):
    """`ConferenceOptions` as keywords."""

    on_leave: Union[OnLeave, str, None]


@dataclass(frozen=True)
class ConferenceOptions:
    """Settings of a conference."""

    #: What happens when a call ends; default nothing.
    on_leave: Union[OnLeave, str, None] = None


class MemberOptionsFields(TypedDict, total=False):
    """`MemberOptions` as keywords."""

    muted: Optional[bool]
    deaf: Optional[bool]
    gain: Union[Gain, float, None]


@dataclass(frozen=True)
class MemberOptions:
    """How a call takes part in a conference."""

    #: The others do not hear it; default they do.
    muted: Optional[bool] = None
    #: It does not hear the others, but what is played to it alone; default it does.
    deaf: Optional[bool] = None
    #: How loud the others hear it: a `Gain`, or decibels; default unchanged.
    gain: Union[Gain, float, None] = None


class SpeechOptionsFields(TypedDict, total=False):
    """`SpeechOptions` as keywords."""

    threshold: Optional[float]
    hangover: Optional[Seconds]
    tap: Union[Tap, str, None]


@dataclass(frozen=True)
class SpeechOptions:
    """How speech is looked for."""

    #: From which verdict on something is speech, 0.1 to 0.95; default 0.5. Higher: less noise is taken for speech, and more soft speech for
    #: noise.
    threshold: Optional[float] = None
    #: How long a pause must be to end speech, 0.1 to 10 s; default 0.3 s. Shorter pauses are part of it.
    hangover: Optional[Seconds] = None
    #: Who is listened to; default the peer.
    tap: Union[Tap, str, None] = None


class ToneDetectionFields(TypedDict, total=False):
    """`ToneDetection` as keywords."""

    country: Union[Country, str, None]
    tap: Union[Tap, str, None]


@dataclass(frozen=True)
class ToneDetection:
    """Which tones are listened for."""

    #: The country whose tones they are, or its code; default the United States.
    country: Union[Country, str, None] = None
    #: Who is listened to; default the peer.
    tap: Union[Tap, str, None] = None
