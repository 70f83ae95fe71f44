"""Listening to calls: for speech, and for tones of the network, fax machines and answering machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from ._handle import Handle
from .audio_config import SpeechOptions, ToneDetection

if TYPE_CHECKING:
    from . import _microsip
    from .call import Call

__all__ = ["HeardTone", "SpeechDetector", "ToneDetector"]


@dataclass(frozen=True)
class HeardTone:
    """A tone heard in a call."""

    #: Which: the value of a `ToneKind` (``"dial"``, ``"ringback"``, ``"busy"``, ``"congestion"``, ``"special_information"``),
    #: ``"fax_calling"`` (CNG, 1100 Hz), ``"fax_answer"`` (CED or ANSam, 2100 Hz), or ``"beep"``: a single tone of 400 to 2000 Hz that lasts
    #: 0.1 to 2 s and is followed by silence, as answering machines have it.
    name: str
    #: Its frequency, for a beep.
    frequency_hz: Optional[int]


class SpeechDetector(Handle):
    """A detector of speech on a call. Letting go of this object lets it go on; it ends by `stop` or with its call."""

    __slots__ = ()
    _native: _microsip.SpeechDetector

    @property
    def call(self) -> Call:
        """Its call."""
        return self._native.call

    @property
    def options(self) -> SpeechOptions:
        """Its settings."""
        return self._native.options

    @property
    def is_speaking(self) -> bool:
        """Whether somebody speaks, as far as events have told."""
        return self._native.is_speaking

    @property
    def is_stopped(self) -> bool:
        """Whether it has ended."""
        return self._native.is_stopped

    def stop(self) -> None:
        """Stops it: no event comes after that, also no end of speech that has begun. Again, it does nothing."""
        self._native.stop()


class ToneDetector(Handle):
    """A detector of tones on a call. Letting go of this object lets it go on; it ends by `stop` or with its call."""

    __slots__ = ()
    _native: _microsip.ToneDetector

    @property
    def call(self) -> Call:
        """Its call."""
        return self._native.call

    @property
    def detection(self) -> ToneDetection:
        """Its settings."""
        return self._native.detection

    @property
    def is_stopped(self) -> bool:
        """Whether it has ended."""
        return self._native.is_stopped

    def stop(self) -> None:
        """Stops it. Again, it does nothing."""
        self._native.stop()
