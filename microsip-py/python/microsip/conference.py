"""Conferences: calls that hear each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional, Union

from . import _microsip
from ._handle import Handle
from .audio_config import MemberOptions
from .audio_stream import AudioStream
from .audio_target import AudioTarget
from .config import merged

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .audio_config import MemberOptionsFields
    from .call import Call
    from .config import Seconds

__all__ = ["Conference"]


class Conference(AudioTarget, Handle):
    """Each call of it hears all others, but not itself, as soon and as long as its audio runs. A call is in one conference at most: joining
    another moves it. Letting go of this object changes nothing: the conference lasts until `close`.
    """

    __slots__ = ()
    _native: _microsip.Conference

    def join(self, call: Call, options: Optional[MemberOptions] = None, **fields: Unpack[MemberOptionsFields]) -> None:
        """Lets a call take part; its audio may start later. Again with options, to change them.

        Raises `GoneError` when the call has ended or the conference was closed.
        """
        self._native.join(call, merged(MemberOptions, options, fields))

    def leave(self, call: Call) -> None:
        """Takes a call out; it goes on for itself. Raises `WrongStateError` when it does not take part, `GoneError`."""
        self._native.leave(call)

    def split(self, calls: Iterable[Call]) -> Conference:
        """Moves some of the calls into a conference of their own, with the same settings.

        Raises `WrongStateError` when one of them does not take part (none is moved then), `GoneError`.
        """
        return self._native.split(list(calls))

    def merge(self, other: Conference) -> None:
        """Takes all calls, files and streams of another conference over, which is closed.

        Raises `GoneError` when one of the two was closed, `InvalidArgumentError` for itself.
        """
        self._native.merge(other)

    @property
    def calls(self) -> list[Call]:
        """The calls that take part, oldest first. Raises `GoneError` when the conference was closed."""
        return self._native.calls()

    def audio(self, rate: int = 16_000, frame_ms: Union[int, float] = 20, capacity: Optional[Seconds] = None) -> AudioStream:
        """What all say, and what is played to them, mixed, as an iterator over frames; and what is written to it, all of them hear.

        Raises as `audio_sink`.
        """
        sink = self.audio_sink(rate=rate, frame=frame_ms / 1000, capacity=capacity)
        return AudioStream(sink, self.audio_source(rate=rate, capacity=capacity))

    def close(self) -> None:
        """Ends the conference: its files and streams end, its calls go on for themselves. Again, it does nothing."""
        self._native.close()
