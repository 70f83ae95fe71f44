"""Events of audio: players, recordings, tones, conferences, streams, detectors, devices."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from .events import CallEvent, Event

if TYPE_CHECKING:
    from .audio_enums import ConferenceChange, DeviceRole, Xrun
    from .audio_info import AudioDevice, PlayEnd, RecordingInfo
    from .call import Call
    from .conference import Conference
    from .detect import HeardTone
    from .devices import AudioDevices
    from .enums import Tap
    from .exceptions import MicrosipError
    from .player import Player
    from .recorder import Recorder
    from .tones import TonePlayer

__all__ = [
    "AudioDeviceBack",
    "AudioDeviceLost",
    "AudioDevicesChanged",
    "AudioXrun",
    "ConferenceChanged",
    "PlayerFinished",
    "RecordingFinished",
    "Speech",
    "ToneDetected",
    "ToneFinished",
]


@dataclass(frozen=True)
class PlayerFinished(Event):
    """A player has ended; each does once, unless the endpoint is closed. `Player.target` tells what it played to."""

    #: The player.
    player: Player
    #: How it ended.
    end: PlayEnd


@dataclass(frozen=True)
class ToneFinished(Event):
    """A tone that ends by itself was played through."""

    #: Where it was played; `None`: to whatever was connected.
    target: Union[Call, Conference, None]
    #: The tone's player.
    tone: TonePlayer


@dataclass(frozen=True)
class RecordingFinished(Event):
    """A recording has ended and its file is closed. When the disk is full or gone it comes at once, with an error; the call goes on."""

    #: The recorder.
    recorder: Recorder
    #: Where it is and how long it became.
    info: RecordingInfo


@dataclass(frozen=True)
class ConferenceChanged(Event):
    """A call joined a conference or left it, or the conference was closed."""

    #: The conference.
    conference: Conference
    #: What happened.
    change: ConferenceChange
    #: The call that joined or left.
    call: Optional[Call]


@dataclass(frozen=True)
class AudioXrun(Event):
    """A stream of the application lost audio: a source was not written in time, or a sink not read. At most once a second for each stream;
    its statistics tell the same at any time.
    """

    #: The call, if it belongs to one.
    call: Optional[Call]
    #: The number of the `AudioSink` or `AudioSource`.
    stream: int
    #: Which way.
    kind: Xrun
    #: How many samples since the last report: dropped by a sink, silence sent by a source.
    samples: int
    #: How many since the stream's start.
    total: int


@dataclass(frozen=True)
class AudioDevicesChanged(Event):
    """Sound devices were plugged in or pulled out; only while they are watched (`Endpoint.watch_audio_devices`)."""

    #: What is there now and was not before.
    added: tuple[AudioDevice, ...]
    #: What is no longer there.
    removed: tuple[AudioDevice, ...]


@dataclass(frozen=True)
class AudioDeviceLost(Event):
    """An open device stopped working. Calls go on, with another device or in silence, and it is tried again until `AudioDeviceBack`."""

    #: Where it was open.
    devices: AudioDevices
    #: What it was for.
    role: DeviceRole
    #: The device.
    device: AudioDevice
    #: What the system said.
    error: MicrosipError
    #: What took its place, if something was found.
    replacement: Optional[AudioDevice]


@dataclass(frozen=True)
class AudioDeviceBack(Event):
    """A role whose device was lost has one again: the one that was chosen, or a replacement found later."""

    #: Where it is open.
    devices: AudioDevices
    #: What it is for.
    role: DeviceRole
    #: The device.
    device: AudioDevice


@dataclass(frozen=True)
class Speech(CallEvent):
    """Somebody begins or ends to speak; only with `Call.detect_speech` or the endpoint's setting. The two alternate. Speech that lasts to
    the call's end, or until the detector is stopped, has no end.
    """

    #: Whether speech begins.
    speaking: bool
    #: When it did, by this machine's clock: earlier than now by `delay`.
    at: datetime.datetime
    #: Where in the audio that was, in seconds since the detector was started.
    position: float
    #: How much audio passed before it was sure, in seconds.
    delay: float
    #: Who speaks.
    tap: Tap


@dataclass(frozen=True)
class ToneDetected(CallEvent):
    """A tone was heard: of the network, a fax, an answering machine; only with `Call.detect_tones`. Told once for a series."""

    #: The tone.
    tone: HeardTone
    #: When it began, by this machine's clock: earlier than now by `delay`.
    at: datetime.datetime
    #: Where in the audio that was, in seconds since the detector was started.
    position: float
    #: How much audio passed before it was sure, in seconds.
    delay: float
    #: Whose audio it was in.
    tap: Tap
