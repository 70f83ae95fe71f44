"""What is being recorded."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Optional, Union

from ._aio import in_thread
from ._handle import Handle
from .audio_info import RecordingInfo

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from . import _microsip
    from .call import Call
    from .conference import Conference
    from .config import Seconds

__all__ = ["Recorder"]


class Recorder(Handle):
    """A recording in progress or finished. Letting go of this object lets it go on; it ends with what it records.

    Whatever is older than half a second can be read from the file although the process was killed. ``await recorder`` waits for its end and
    tells what it became.
    """

    __slots__ = ()
    _native: _microsip.Recorder

    @property
    def path(self) -> pathlib.Path:
        """The file, which has another name than asked for when that one was taken and may not be overwritten."""
        return self._native.path

    @property
    def target(self) -> Union[Call, Conference, None]:
        """What it records; `None`: whatever is connected to it."""
        return self._native.target

    @property
    def length(self) -> float:
        """How much has been written so far, in seconds."""
        return self._native.length

    @property
    def is_paused(self) -> bool:
        """Whether it is paused."""
        return self._native.is_paused

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, and the file is complete."""
        return self._native.is_finished

    def pause(self) -> None:
        """Leaves out what comes from now on, until `resume`; the file has no silence in its place. Raises `GoneError` when it has ended."""
        self._native.pause()

    def resume(self) -> None:
        """Goes on after `pause`. Raises `GoneError` when it has ended."""
        self._native.resume()

    def stop(self) -> RecordingInfo:
        """Stops recording and waits until the file is complete. Raises `TimedOutError` when the disk takes longer than ten seconds."""
        return self._native.stop()

    async def stop_async(self) -> RecordingInfo:
        """As `stop`."""
        return await in_thread(self._native.stop)

    def wait_finished(self, timeout: Optional[Seconds] = None) -> RecordingInfo:
        """Waits until the file is complete, which it is soon after its call has ended.

        Raises `TimedOutError` after `timeout` seconds (`None`: never).
        """
        return self._native.wait(timeout)

    async def wait_finished_async(self, timeout: Optional[Seconds] = None) -> RecordingInfo:
        """As `wait_finished`."""
        return await self._native.wait_future(timeout)

    def __await__(self) -> Generator[Any, None, RecordingInfo]:
        return self.wait_finished_async().__await__()
