"""Audio as data: 16-bit samples, mono, and the gains and levels of them."""

from __future__ import annotations

import datetime
import math
import os
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _microsip
from ._dataclass import dataclass

if TYPE_CHECKING:
    import numpy
    from numpy.typing import DTypeLike, NDArray
    from typing_extensions import Buffer

__all__ = ["AudioFrame", "Gain", "Level", "Levels", "Pcm", "Samples", "read_audio"]

#: The name of a file.
Path = Union[str, "os.PathLike[str]"]


class Samples:
    """Signed 16-bit samples, mono, little end first. They cannot be changed.

    ``numpy.asarray(it)`` and, from Python 3.12 on, ``memoryview(it)`` see them without a copy, as `samples` and `data` do.
    """

    __slots__ = ("__weakref__", "_bytes", "_rate")

    def __init__(self, rate: int, data: Union[bytes, Buffer]) -> None:
        self._bytes = data if isinstance(data, bytes) else bytes(memoryview(data))
        if len(self._bytes) % 2:
            raise ValueError(f"{len(self._bytes)} bytes are no whole number of 16-bit samples")
        self._rate = rate

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self._rate

    @property
    def data(self) -> memoryview:
        """The samples as a read-only view of format ``"h"``; no copy."""
        return memoryview(self._bytes).cast("h")

    @property
    def samples(self) -> NDArray[numpy.int16]:
        """The samples as a read-only numpy array of int16; no copy.

        Raises `ImportError` when numpy is not installed: `data` needs none.
        """
        try:
            import numpy
        except ImportError as error:
            raise ImportError(f"{type(self).__name__}.samples needs numpy (pip install numpy); .data does without it") from error
        return numpy.frombuffer(self._bytes, dtype=numpy.int16)

    @property
    def duration(self) -> float:
        """How long they sound, in seconds."""
        return len(self) / self._rate

    def __len__(self) -> int:
        """How many samples there are."""
        return len(self._bytes) // 2

    def __bytes__(self) -> bytes:
        return self._bytes

    def __buffer__(self, flags: int) -> memoryview:
        return self.data

    def __array__(self, dtype: Optional[DTypeLike] = None, copy: Optional[bool] = None) -> NDArray[Any]:
        array = self.samples
        if dtype is not None and array.dtype != dtype:
            if copy is False:
                raise ValueError("another type of samples needs a copy")
            return array.astype(dtype)
        return array.copy() if copy else array

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Samples) or type(other) is not type(self):
            return NotImplemented
        return self._rate == other._rate and self._bytes == other._bytes

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<microsip.{type(self).__name__} {len(self)} samples at {self._rate} Hz>"


class Pcm(Samples):
    """Audio in memory: of a file (`read_audio`), a tone (`Tone.render`), or one's own."""

    __slots__ = ()
    __match_args__ = ("rate", "data")


class AudioFrame(Samples):
    """Some milliseconds of audio, as they came from the bridge."""

    __slots__ = ("_at", "_lost", "_position")

    def __init__(self, rate: int, data: Union[bytes, Buffer], position: int = 0, lost: int = 0, at: float = 0.0) -> None:
        super().__init__(rate, data)
        self._position = position
        self._lost = lost
        self._at = at

    @property
    def position(self) -> int:
        """Number of the first sample, counted from the sink's start; counts on over what was lost."""
        return self._position

    @property
    def lost(self) -> int:
        """How many samples right before this frame were lost because they were not read in time."""
        return self._lost

    @property
    def at(self) -> datetime.datetime:
        """When the bridge had the first sample: the tick of 20 ms it came with."""
        return datetime.datetime.fromtimestamp(self._at, datetime.timezone.utc)


def plain(data: Union[Samples, Buffer]) -> Buffer:
    """Something with a buffer, also before Python 3.12, where classes written in Python have none."""
    return data._bytes if isinstance(data, Samples) else data


def read_audio(path: Path) -> Pcm:
    """Reads a file whole: WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus of any rate, width and number of channels, which are averaged. The rate is
    the file's own (48 kHz for Opus).

    Raises `FileError` when it cannot be read, `MediaError` when it is no such file, changes its rate midway or holds nothing,
    `LimitReachedError` beyond 2**28 samples.
    """
    return _microsip.read_audio(path)


@dataclass(frozen=True)
class Gain:
    """How much louder or softer something becomes: a factor of the amplitude, 0 (silence) to 1.99.

    The bridge works in 128ths of the amplitude; `factor` is what that makes of it. Wherever a gain is taken a number will do, which is one
    of decibels.

    Raises `InvalidArgumentError` beyond the range.
    """

    #: What amplitudes are multiplied by.
    factor: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "factor", _microsip.gain_of_factor(self.factor))

    @staticmethod
    def from_db(db: float) -> Gain:
        """A gain in decibels, -42 to +6; minus infinity is silence."""
        return Gain(_microsip.gain_of_db(db))

    @property
    def db(self) -> float:
        """It in decibels; minus infinity for silence."""
        return 20 * math.log10(self.factor) if self.factor else -math.inf


@dataclass(frozen=True)
class Levels:
    """How loud a call is, over the last 20 ms: mean amplitude below full scale."""

    #: What came from the peer, in dB below full scale: 0 at the most, -96 for silence.
    received_dbov: float
    #: What went to the peer.
    sent_dbov: float


#: 0 dBm0 in dBov: a sine lies 3.01 dB below a square wave, and full scale of G.711 3.14 dB above 0 dBm0.
_DBOV = -3.14 - 3.0103


@dataclass(frozen=True, order=True)
class Level:
    """A level of sound. 0 dBm0 is telephony's reference, a sine 3.14 dB below full scale (ITU-T G.711); 0 dBov is a square wave at full
    scale (RFC 3389). Wherever a level is taken a number will do, which is one of dBm0.
    """

    #: It in dBm0.
    dbm0: float

    @staticmethod
    def from_dbov(dbov: float) -> Level:
        """A level in dBov."""
        return Level(dbov - _DBOV)

    @property
    def dbov(self) -> float:
        """It in dBov."""
        return self.dbm0 + _DBOV
