"""What is being played: files, and samples from memory."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Optional, Union

from ._aio import in_thread
from ._handle import Handle
from .audio_info import PlayEnd
from .samples import Gain, Path

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from . import _microsip
    from .call import Call
    from .conference import Conference
    from .config import Seconds

__all__ = ["Playback", "Player"]


class Player(Handle):
    """Files being played. Letting go of this object lets them play on; they end with the last file or with what they are played to.

    ``await player`` waits for its end and tells how it ended.
    """

    __slots__ = ()
    _native: _microsip.Player

    @property
    def target(self) -> Union[Call, Conference, None]:
        """What it plays to; `None`: whatever it is connected to."""
        return self._native.target

    @property
    def position(self) -> float:
        """How much of the file that is heard has been handed to the bridge, in seconds."""
        return self._native.position

    @property
    def length(self) -> Optional[float]:
        """Length of the file that is heard, in seconds; `None` where the file does not tell, as an MP3 without header may not."""
        return self._native.length

    @property
    def index(self) -> int:
        """Which file is heard, in the order in which files were given."""
        return self._native.index

    @property
    def file(self) -> pathlib.Path:
        """The file that is heard."""
        return self._native.file

    @property
    def missed(self) -> float:
        """How much silence was played because decoding could not keep up, in seconds; zero on a healthy machine."""
        return self._native.missed

    @property
    def end(self) -> Optional[PlayEnd]:
        """How it has ended; `None` while it plays."""
        return self._native.end

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, whatever the reason."""
        return self._native.end is not None

    @property
    def is_paused(self) -> bool:
        """Whether it is paused."""
        return self._native.is_paused

    def pause(self) -> None:
        """Falls silent; `resume` goes on with the very next sample. Raises `GoneError` when it has ended."""
        self._native.pause()

    def resume(self) -> None:
        """Goes on after `pause`. Raises `GoneError` when it has ended."""
        self._native.resume()

    @property
    def gain(self) -> Gain:
        """How loud it plays."""
        return self._native.gain

    def set_gain(self, gain: Union[Gain, float]) -> None:
        """Sets how loud it plays, by a `Gain` or decibels, from the next 20 ms on. Raises `GoneError` when it has ended."""
        self._native.set_gain(gain)

    def seek(self, to: Seconds) -> None:
        """Goes to a position in the file that is heard, to the sample. Waits for the file to be read.

        Raises `InvalidArgumentError` when the file has no such position, `MediaError` when it cannot be searched, `FileError` when it
        cannot be read any more: it plays on then. `GoneError` when the player has ended, `TimedOutError` when the disk does not answer.
        """
        self._native.seek(to)

    async def seek_async(self, to: Seconds) -> None:
        """As `seek`."""
        await in_thread(self._native.seek, to)

    def skip(self) -> None:
        """Goes on with the next file at once; after the last one, unless it repeats, the player ends. Waits for the file to be read.

        Raises what playing the next file raises; the present one plays on then.
        """
        self._native.skip()

    async def skip_async(self) -> None:
        """As `skip`."""
        await in_thread(self._native.skip)

    def add(self, path: Path) -> None:
        """Adds a file, which follows the last one without a gap. Waits for the file to be read.

        Raises `FileError` or `MediaError` when it cannot be played, `GoneError` when the player has ended.
        """
        self._native.add(path)

    async def add_async(self, path: Path) -> None:
        """As `add`."""
        await in_thread(self._native.add, path)

    def stop(self) -> None:
        """Stops playing. Again, it does nothing."""
        self._native.stop()

    def wait_finished(self, timeout: Optional[Seconds] = None) -> PlayEnd:
        """Waits until it has ended; how. Raises `TimedOutError` after `timeout` seconds (`None`: never)."""
        return self._native.wait(timeout)

    async def wait_finished_async(self, timeout: Optional[Seconds] = None) -> PlayEnd:
        """As `wait_finished`."""
        return await self._native.wait_future(timeout)

    def __await__(self) -> Generator[Any, None, PlayEnd]:
        return self.wait_finished_async().__await__()


class Playback(Handle):
    """Samples being played from memory. Letting go of this object lets them play on; they end with the last one or with what they are
    played to. Its end is no event.

    ``await playback`` waits for its end and tells how it ended.
    """

    __slots__ = ()
    _native: _microsip.Playback

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self._native.rate

    @property
    def target(self) -> Union[Call, Conference, None]:
        """What it plays to; `None`: whatever it is connected to."""
        return self._native.target

    @property
    def position(self) -> float:
        """How much has been handed to the bridge, in seconds; when it repeats, of this time."""
        return self._native.position

    @property
    def length(self) -> float:
        """How long it is, in seconds; when it repeats, once."""
        return self._native.length

    @property
    def end(self) -> Optional[PlayEnd]:
        """How it has ended; `None` while it plays."""
        return self._native.end

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, whatever the reason."""
        return self._native.end is not None

    def stop(self) -> None:
        """Stops playing: at most the 20 ms that the bridge is handling are still sent. Again, it does nothing."""
        self._native.stop()

    def wait_finished(self, timeout: Optional[Seconds] = None) -> PlayEnd:
        """Waits until it has ended; how. Raises `TimedOutError` after `timeout` seconds (`None`: never)."""
        return self._native.wait(timeout)

    async def wait_finished_async(self, timeout: Optional[Seconds] = None) -> PlayEnd:
        """As `wait_finished`."""
        return await self._native.wait_future(timeout)

    def __await__(self) -> Generator[Any, None, PlayEnd]:
        return self.wait_finished_async().__await__()
