"""Sound devices: microphones and loudspeakers, which are opened only when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional, TypedDict, Union

from ._aio import in_thread
from ._dataclass import dataclass
from ._handle import Handle
from .audio_enums import DeviceFallback, DeviceRole, EchoCanceller
from .audio_info import AudioDevice, DeviceLevel, DeviceStats

if TYPE_CHECKING:
    from . import _microsip
    from .config import Seconds

__all__ = [
    "AudioDeviceOptions",
    "AudioDeviceOptionsFields",
    "AudioDevices",
    "AudioNode",
    "DeviceChoice",
    "EchoCancellation",
    "VoiceProcessing",
]


@dataclass(frozen=True)
class DeviceChoice:
    """Which device is meant: the one with an id, the one with a name, or, without either, the one the system prefers.

    Where one is asked for, an `AudioDevice` will do, or a text: ``"default"``, ``"id:…"``, ``"name:…"``, or just the name.
    """

    #: `AudioDevice.id`. On ALSA any PCM name is taken, with or without ``alsa:`` before it, listed or not: ``"plughw:1,0"``.
    id: Optional[str] = None
    #: The name, or a text that only one name holds, whatever the case.
    name: Optional[str] = None


@dataclass(frozen=True)
class EchoCancellation:
    """How echo is taken out of what a microphone hears: echo of the loudspeaker opened with it."""

    #: Which algorithm; default Speex.
    canceller: Union[EchoCanceller, str, None] = None
    #: How long the room rings, and how far the system's delay is not known: 0.02 to 0.5 s; default 0.2 s.
    tail: Optional[Seconds] = None
    #: How much of the echo that is left is suppressed while only the far end speaks, in dB: 0 to 60, default 40; Speex only.
    suppression_db: Optional[float] = None


@dataclass(frozen=True)
class VoiceProcessing:
    """What is done to a voice between the microphone and the bridge: everything is off unless it is set."""

    #: Echo cancellation; works with a loudspeaker only.
    echo: Optional[EchoCancellation] = None
    #: Noise suppression: how much softer steady noise becomes, in dB, 1 to 40.
    noise_suppression_db: Optional[float] = None
    #: Automatic gain: the level speech is brought to, as RMS in dBov, -40 to -16.
    gain_target_dbov: Optional[float] = None

    @staticmethod
    def hands_free() -> VoiceProcessing:
        """What a telephone with a loudspeaker needs: echo cancellation by Speex, noise down by 15 dB, speech at -24 dBov."""
        return VoiceProcessing(EchoCancellation(), 15.0, -24.0)


#: What chooses a device.
Choice = Union[DeviceChoice, AudioDevice, str]


class AudioDeviceOptionsFields(TypedDict, total=False):
    """`AudioDeviceOptions` as keywords."""

    input: Union[Choice, bool, None]
    output: Union[Choice, bool, None]
    ringing: Union[Choice, bool, None]
    fallback: Union[DeviceFallback, str, None]
    connect_calls: Optional[bool]
    processing: Optional[VoiceProcessing]
    volume_db: Optional[Mapping[Union[DeviceRole, str], float]]


@dataclass(frozen=True)
class AudioDeviceOptions:
    """Which devices are opened, and how."""

    #: The microphone; by default the system's, `False` for none.
    input: Union[Choice, bool, None] = None
    #: The loudspeaker; by default the system's, `False` for none.
    output: Union[Choice, bool, None] = None
    #: A loudspeaker of its own for ringing; by default none, `True` for the system's.
    ringing: Union[Choice, bool, None] = None
    #: What takes the place of a device that is lost; by default the system's.
    fallback: Union[DeviceFallback, str, None] = None
    #: Whether calls are connected to microphone and loudspeaker as soon as their audio runs; default yes.
    connect_calls: Optional[bool] = None
    #: What is done to the voice; by default nothing.
    processing: Optional[VoiceProcessing] = None
    #: Volumes by role in dB, -60 to +20; 0 by default.
    volume_db: Optional[Mapping[Union[DeviceRole, str], float]] = None


class AudioNode(Handle):
    """Something with audio that is nothing else: to be connected by `Endpoint.connect`."""

    __slots__ = ()
    _native: _microsip.Node


class AudioDevices(Handle):
    """Open devices: a microphone, a loudspeaker, a loudspeaker that rings, or some of them (`Endpoint.open_audio`).

    Letting go of this object leaves them open; they are closed by `close` and with the endpoint. It can be connected (`Endpoint.connect`):
    what it says comes from the microphone, what it hears goes to the loudspeaker.
    """

    __slots__ = ()
    _native: _microsip.AudioDevices

    def device(self, role: Union[DeviceRole, str]) -> Optional[AudioDevice]:
        """The device in use at the moment: the one chosen, its replacement, or none."""
        return self._native.device(role)

    def choose(self, role: Union[DeviceRole, str], choice: Choice) -> AudioDevice:
        """Takes another device for a role that is open. The one before stays when the new one cannot be opened. Waits for the sound system.

        Raises `InvalidArgumentError` for a choice that names nothing or several, or a role that was not opened; `DeviceError` when it
        cannot be opened; `GoneError` after `close`.
        """
        return self._native.choose(role, choice)

    async def choose_async(self, role: Union[DeviceRole, str], choice: Choice) -> AudioDevice:
        """As `choose`."""
        return await in_thread(self._native.choose, role, choice)

    def set_volume_db(self, role: Union[DeviceRole, str], db: float) -> None:
        """Sets a volume in dB, -60 to +20, without a step. Beyond full scale it is clipped.

        Raises `InvalidArgumentError` beyond that, or for a role that was not opened.
        """
        self._native.set_volume_db(role, db)

    def mute(self, role: Union[DeviceRole, str], muted: bool = True) -> None:
        """Silences a device, or lets it be heard again. Raises `InvalidArgumentError` for a role that was not opened."""
        self._native.mute(role, muted)

    def is_muted(self, role: Union[DeviceRole, str]) -> bool:
        """Whether it is muted."""
        return self._native.is_muted(role)

    def level(self, role: Union[DeviceRole, str]) -> Optional[DeviceLevel]:
        """How loud it is, after the volume: measured while the devices are connected to something. `None` for a role that was not
        opened.
        """
        return self._native.level(role)

    def stats(self, role: Union[DeviceRole, str]) -> Optional[DeviceStats]:
        """How the stream is doing; `None` while no device is open."""
        return self._native.stats(role)

    @property
    def ringing_node(self) -> Optional[AudioNode]:
        """The ringing loudspeaker, to connect players and tones to; `None` if none was asked for."""
        native = self._native.ringing_node
        return None if native is None else AudioNode._of(native)

    def close(self) -> None:
        """Closes the devices; calls go on without them."""
        self._native.close()
