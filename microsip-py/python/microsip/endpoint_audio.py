"""The audio of an endpoint: who hears whom, conferences, devices, codecs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Union

from . import _microsip
from ._aio import in_thread
from .audio_config import ConferenceOptions
from .audio_info import CodecInfo
from .audio_target import AudioTarget
from .config import merged
from .devices import AudioDeviceOptions, AudioDevices, AudioNode
from .samples import Gain

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .audio_config import ConferenceOptionsFields
    from .audio_stream import AudioSink, AudioSource
    from .call import Call
    from .conference import Conference
    from .devices import AudioDeviceOptionsFields
    from .player import Playback, Player
    from .recorder import Recorder
    from .tones import TonePlayer

    #: What can be heard.
    Heard = Union[Call, Player, Playback, TonePlayer, AudioSource, AudioDevices]
    #: What can hear.
    Hearing = Union[Call, Recorder, AudioSink, AudioDevices, AudioNode]

__all__ = ["EndpointAudio"]


class EndpointAudio(AudioTarget):
    """What an `Endpoint` can do with audio. What it plays, records and streams belongs to nothing until it is connected, and lasts until
    it is stopped or played through.
    """

    __slots__ = ()
    _native: Any

    def connect(self, from_: Heard, to: Hearing, gain: Union[Gain, float] = 0.0) -> None:
        """Lets `to` hear `from_`, by a `Gain` or decibels louder or softer; again to change that. Both may be calls whose audio starts
        later: the link is made whenever both run, and lasts until `disconnect` or the end of one of them. Links add up.

        Raises `InvalidArgumentError` when one cannot be heard, the other cannot hear or both are the same, `GoneError` when one of them has
        ended, `TypeError` for what has no audio.
        """
        _microsip.connect(self._native, _native_of(from_), _native_of(to), gain)

    def disconnect(self, from_: Heard, to: Hearing) -> None:
        """Takes back what `connect` did. Two calls of a conference still hear each other. Raises `GoneError` when one of them has ended."""
        _microsip.disconnect(self._native, _native_of(from_), _native_of(to))

    def conference(self, options: Optional[ConferenceOptions] = None, **fields: Unpack[ConferenceOptionsFields]) -> Conference:
        """A new conference, empty."""
        return _microsip.new_conference(self._native, merged(ConferenceOptions, options, fields))

    def bridge(self, one: Call, other: Call) -> Conference:
        """Lets two calls hear each other, and hangs one up when the other ends: a conference of two with `OnLeave.END_ALL`.

        Raises `GoneError` when one of them has ended, `InvalidArgumentError` when both are the same.
        """
        return _microsip.bridge(self._native, one, other)

    def open_audio(self, options: Optional[AudioDeviceOptions] = None, **fields: Unpack[AudioDeviceOptionsFields]) -> AudioDevices:
        """Opens sound devices. They stay open until `AudioDevices.close`. Several sets may be open. Waits for the sound system.

        Raises `InvalidArgumentError` for a wrong option or a name that fits several devices, `DeviceError` when there is no such device
        or it cannot be opened, `TimedOutError` when the sound system hangs, `UnsupportedError` in a build without sound devices.
        """
        return _microsip.open_audio(self._native, merged(AudioDeviceOptions, options, fields))

    async def open_audio_async(
        self, options: Optional[AudioDeviceOptions] = None, **fields: Unpack[AudioDeviceOptionsFields]
    ) -> AudioDevices:
        """As `open_audio`."""
        return await in_thread(_microsip.open_audio, self._native, merged(AudioDeviceOptions, options, fields))

    @property
    def audio_devices(self) -> Optional[AudioDevices]:
        """The devices opened at the start, if the settings asked for them."""
        return _microsip.opened_audio(self._native)

    def watch_audio_devices(self, on: bool = True) -> None:
        """Whether devices that come and go are told by `AudioDevicesChanged`; the list is asked for twice a second then.

        Raises `UnsupportedError` in a build without sound devices.
        """
        _microsip.watch_audio_devices(self._native, on)

    @property
    def codecs(self) -> list[CodecInfo]:
        """Every codec of this build as the endpoint has it: those that are enabled first, in their order."""
        return _microsip.codec_list(self._native)


def _native_of(node: object) -> object:
    try:
        return node._native  # type: ignore[attr-defined]
    except AttributeError:
        raise TypeError(f"{type(node).__name__} has no audio to be connected") from None
