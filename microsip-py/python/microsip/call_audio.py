"""The audio of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Union, cast

from . import _microsip
from .audio_config import SpeechOptions, ToneDetection
from .audio_stream import AudioStream
from .audio_target import AudioTarget
from .config import merged
from .detect import SpeechDetector, ToneDetector
from .enums import Tap
from .samples import Gain, Levels

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .audio_config import SpeechOptionsFields, ToneDetectionFields
    from .call import Call
    from .config import Seconds
    from .devices import AudioDevices

__all__ = ["CallAudio"]


class CallAudio(AudioTarget):
    """What a `Call` can do with its audio."""

    __slots__ = ()
    _native: Any

    def audio(
        self,
        rate: int = 16_000,
        frame_ms: Union[int, float] = 20,
        tap: Union[Tap, str] = Tap.RECEIVED,
        capacity: Optional[Seconds] = None,
    ) -> AudioStream:
        """The call's audio, both ways: an iterator over frames of what the peer says, and what is written to it the peer hears.

        `rate` is 8000, 16000, 24000, 32000 or 48000, whatever the codec; `frame_ms` 10 to 60; `capacity` how much can wait in either
        direction, 1 s by default. Raises as `audio_sink`.
        """
        sink = self.audio_sink(rate=rate, frame=frame_ms / 1000, tap=tap, capacity=capacity)
        return AudioStream(sink, self.audio_source(rate=rate, capacity=capacity))

    @property
    def levels(self) -> Levels:
        """How loud the call is, both ways, over the last 20 ms.

        Raises `WrongStateError` while no audio flows, `GoneError` after the end.
        """
        return _microsip.levels(self._native)

    def set_gain(self, received: Union[Gain, float] = 0.0, sent: Union[Gain, float] = 0.0) -> None:
        """Makes the call louder or softer, by a `Gain` or decibels: what everybody hears of the peer, and what the peer hears. Holds for
        the whole call; may be set before audio flows.

        Raises `GoneError` after the end, `InvalidArgumentError` beyond -42 to +6 dB (minus infinity is silence).
        """
        _microsip.set_gain(self._native, received, sent)

    def use_devices(self, devices: AudioDevices) -> None:
        """Connects the call with open devices, unless they connected themselves: the peer is heard from the loudspeaker, and hears the
        microphone.

        Raises `GoneError` after the call's end, or when the devices were closed.
        """
        _microsip.use_devices(cast("Call", self), devices)

    def leave_devices(self, devices: AudioDevices) -> None:
        """Takes `use_devices` back, also when the devices connected themselves."""
        _microsip.leave_devices(cast("Call", self), devices)

    def detect_speech(self, options: Optional[SpeechOptions] = None, **fields: Unpack[SpeechOptionsFields]) -> SpeechDetector:
        """Tells by `Speech` when somebody begins and ends to speak, from the moment audio flows.

        A beginning is told about 0.1 s after it, an end after the hangover and about 50 ms; both name the moment itself. Progress tones,
        keys and steady noise are no speech. Several detectors may run on a call.

        Raises `InvalidArgumentError` for a setting out of its range, `GoneError` after the call's end.
        """
        return _microsip.detect_speech(self._native, merged(SpeechOptions, options, fields))

    def detect_tones(self, detection: Optional[ToneDetection] = None, **fields: Unpack[ToneDetectionFields]) -> ToneDetector:
        """Tells by `ToneDetected` which tones are heard, from the moment audio flows: those of a country, fax machines, beeps. Each series
        of a tone is told once. Several detectors may run on a call.

        Raises `InvalidArgumentError` for a country that is not known, `GoneError` after the call's end.
        """
        return _microsip.detect_tones(self._native, merged(ToneDetection, detection, fields))
