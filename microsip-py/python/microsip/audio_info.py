"""Snapshots of audio: counts of streams, ends of players and recordings, codecs, devices. They do not change.

Durations are seconds.
"""

from __future__ import annotations

import pathlib
from typing import Optional

from . import _microsip
from ._dataclass import dataclass
from .audio_enums import DeviceDirection, PlayEndReason, RecordFormat
from .exceptions import MicrosipError
from .info import Codec

__all__ = [
    "AudioDevice",
    "CodecInfo",
    "DeviceLevel",
    "DeviceStats",
    "Flushed",
    "PlayEnd",
    "RecordingInfo",
    "SinkStats",
    "SourceStats",
    "audio_devices",
    "codecs",
]


@dataclass(frozen=True)
class SinkStats:
    """Counts of a sink since its start, in samples at its rate."""

    #: What the bridge gave.
    samples: int
    #: What was dropped because it was not read in time.
    lost: int
    #: How many times that began.
    overruns: int
    #: What waits to be read.
    waiting: int


@dataclass(frozen=True)
class SourceStats:
    """Counts of a source since its start, in samples at its rate."""

    #: Accepted from the application.
    written: int
    #: Taken by the bridge.
    sent: int
    #: Thrown away by flushes.
    flushed: int
    #: Written and neither sent nor flushed.
    queued: int
    #: How many times the writer was late: there was nothing to send, and audio went on within a second.
    underruns: int
    #: Samples of silence sent in those gaps.
    silence: int


@dataclass(frozen=True)
class Flushed:
    """What a flush did."""

    #: Position of the first sample that was not sent, counted over all that was ever written: the far end was sent what comes before it
    #: (except what earlier flushes cut).
    position: int
    #: How many samples were thrown away.
    dropped: int


@dataclass(frozen=True)
class PlayEnd:
    """How something that was played ended."""

    #: Why.
    reason: PlayEndReason
    #: What went wrong; set with `PlayEndReason.FAILED`.
    error: Optional[MicrosipError]

    @property
    def is_complete(self) -> bool:
        """Whether all of it was played."""
        return self.reason is PlayEndReason.FINISHED


@dataclass(frozen=True)
class RecordingInfo:
    """What a recording became."""

    #: The file.
    path: pathlib.Path
    #: Its kind.
    format: RecordFormat
    #: Samples per second and channel.
    rate: int
    #: 2 for split recordings, else 1.
    channels: int
    #: Samples written, per channel.
    samples: int
    #: Samples replaced by silence because the disk could not keep up.
    dropped: int
    #: Why the file ends early, if it does: `FileError`, such as a full disk. What came before is in the file.
    error: Optional[MicrosipError]

    @property
    def length(self) -> float:
        """Length of the recording in seconds."""
        return self.samples / self.rate


@dataclass(frozen=True)
class CodecInfo:
    """A codec of this build, as an endpoint has it set up."""

    #: Name, clock rate, channels.
    codec: Codec
    #: Bits per second of audio, packet headers not counted; the most it may be where it varies, `None` when the codec decides.
    bit_rate: Optional[int]
    #: How long one frame is. A packet holds whole frames.
    frame: float
    #: RTP payload type if it has a fixed one (RFC 3551); others get theirs in each call.
    payload_type: Optional[int]
    #: Its place in the endpoint's list, 0 being the preferred one; `None`: it is not enabled.
    place: Optional[int]

    @property
    def is_enabled(self) -> bool:
        """Whether the endpoint offers and accepts it."""
        return self.place is not None


@dataclass(frozen=True)
class AudioDevice:
    """A sound device as the system names it. What works in both directions is listed twice."""

    #: Names it across restarts, such as ``"alsa:sysdefault:CARD=Headset"``.
    id: str
    #: For people to read; need not be unique.
    name: str
    #: Microphone or loudspeaker.
    direction: DeviceDirection
    #: Whether the default choice means this one at the moment.
    is_default: bool


@dataclass(frozen=True)
class DeviceLevel:
    """How loud a device is, in dBov: 0 is a square wave at full scale, silence is -127."""

    #: Root mean square, smoothed over 125 ms.
    rms_dbov: float
    #: Largest sample of the last half second to second.
    peak_dbov: float


@dataclass(frozen=True)
class DeviceStats:
    """How a device's stream is doing."""

    #: Rate at which the device runs, in Hz.
    rate: int
    #: Times audio ran out, or did not come in time; each is a short gap.
    under_runs: int
    #: Times there was too much audio, and some was thrown away.
    over_runs: int
    #: Callbacks of the device since it was opened.
    callbacks: int
    #: Audio between the bridge and the device's callbacks, in milliseconds.
    queued_ms: float
    #: Audio between the callbacks and the air, in milliseconds, as far as the system tells.
    device_ms: float
    #: How much faster than the bridge's clock the device's runs, in parts per million.
    drift_ppm: float


def codecs() -> list[Codec]:
    """Every codec of this build, those that are offered by default first and in that order. `Endpoint.codecs` tells more."""
    return _microsip.codecs()


def audio_devices() -> list[AudioDevice]:
    """The sound devices of this machine, the default ones first, then by name. Needs no endpoint; nothing is opened. Some systems take a
    tenth of a second.

    A server without a sound card has an empty list, or a ``default`` that cannot be opened. Raises `DeviceError` when the sound system
    does not answer, `UnsupportedError` in a build without sound devices.
    """
    return _microsip.audio_devices()
