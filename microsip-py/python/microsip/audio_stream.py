"""Audio as streams of samples: out of a call or conference, into it, and both at once."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Optional, Union

from ._deadline import Deadline
from ._handle import Handle
from .audio_info import Flushed, SinkStats, SourceStats
from .exceptions import TimedOutError, from_native
from .samples import AudioFrame, Samples, plain

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Buffer, Self

    from . import _microsip
    from .call import Call
    from .conference import Conference
    from .config import Seconds

__all__ = ["AudioSink", "AudioSource", "AudioStream"]


def _late(timeout: Optional[Seconds]) -> TimedOutError:
    reason = f"no frame within {timeout} s; is the call up and not held?"
    error = from_native("timeout", "read audio", reason, "timeout", None, None, None)
    assert isinstance(error, TimedOutError)
    return error


class _Ended(Handle):
    """Streams are context managers, with or without ``async``, that close themselves."""

    __slots__ = ()

    def close(self) -> None:
        """Takes it off the bridge."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


class AudioSink(_Ended):
    """Frames out of a call, a conference, or whatever is connected to it (`Endpoint.connect`): an iterator, and an asynchronous one.

    It holds what was not read, up to its capacity; what comes when it is full is dropped, counted (`stats`, `AudioFrame.lost`) and told
    (`AudioXrun`). While a call is held, or before its audio runs, frames are silent or do not come. It ends with its call or conference.
    Several threads or tasks may read; each frame goes to one of them.
    """

    __slots__ = ("_queue",)
    _native: _microsip.AudioSink
    _queue: deque[AudioFrame]

    @classmethod
    def _of(cls, native: object) -> Self:
        self = super()._of(native)
        self._queue = deque()
        return self

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self._native.rate

    @property
    def frame_len(self) -> int:
        """Samples in a frame."""
        return self._native.frame_len

    @property
    def target(self) -> Union[Call, Conference, None]:
        """What it listens to; `None`: whatever is connected to it."""
        return self._native.target

    @property
    def stats(self) -> SinkStats:
        """Counts since the start; zero once it was closed."""
        stats = self._native.stats or SinkStats(0, 0, 0, 0)
        waiting = stats.waiting + len(self._queue) * self._native.frame_len
        return SinkStats(stats.samples, stats.lost, stats.overruns, waiting)

    def _next(self) -> Union[AudioFrame, None, bool]:
        """A frame; `None` at the end, false when there is none yet."""
        while True:
            try:
                return self._queue.popleft()
            except IndexError:
                pass
            batch = self._native.take()
            if not batch:
                return None if batch is None else False
            rate = self._native.rate
            self._queue.extend(AudioFrame(rate, *frame) for frame in batch)

    def read(self, timeout: Optional[Seconds] = None) -> Optional[AudioFrame]:
        """The next frame; waits for it. `None` when no more will come.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); what has come of the frame stays for the next call.
        """
        deadline = Deadline(timeout)
        while True:
            frame = self._next()
            if not isinstance(frame, bool):
                return frame
            # Several may be woken for one frame.
            if not self._native.wait(deadline.left()):
                raise _late(timeout)

    async def read_async(self, timeout: Optional[Seconds] = None) -> Optional[AudioFrame]:
        """As `read`. A cancelled wait loses no frame."""
        deadline = Deadline(timeout)
        while True:
            frame = self._next()
            if not isinstance(frame, bool):
                return frame
            try:
                await self._native.wait_future(deadline.left())
            except TimedOutError:
                raise _late(timeout) from None

    def try_read(self) -> Optional[AudioFrame]:
        """The next frame if it is there. `None` when no more will come. Raises `WouldBlockError` when it is not there yet."""
        frame = self._next()
        if isinstance(frame, bool):
            raise from_native("would_block", "read audio", "no whole frame has come yet", "would_block", None, None, None)
        return frame

    def close(self) -> None:
        """Takes it off the bridge; whoever reads is told that no more will come."""
        self._native.close()
        self._queue.clear()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> AudioFrame:
        frame = self.read()
        if frame is None:
            raise StopIteration
        return frame

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AudioFrame:
        frame = await self.read_async()
        if frame is None:
            raise StopAsyncIteration
        return frame


class AudioSource(_Ended):
    """Samples into a call, a conference, or whatever it is connected to (`Endpoint.connect`), at the pace of the bridge's clock.

    Samples are anything with the buffer protocol: bytes of 16-bit samples, little end first; ``array.array("h")``; numpy arrays of int16,
    or of float32 and float64, where 1.0 is full scale and what is beyond is cut; an `AudioFrame` or `Pcm`. They are copied at once.

    Writing waits while the buffer is full; nothing is dropped silently. Several may write: what each writes stays in one piece. Before the
    call's audio runs, and while it is held, nothing is taken. Several sources into one call are mixed. It ends with its target; closing it,
    or letting go of it, takes it off the bridge with all that is queued, so `drain` it first.
    """

    __slots__ = ()
    _native: _microsip.AudioSource

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self._native.rate

    @property
    def target(self) -> Union[Call, Conference, None]:
        """What it speaks to; `None`: whatever it is connected to."""
        return self._native.target

    @property
    def stats(self) -> SourceStats:
        """Counts since the start; zero once it was closed."""
        return self._native.stats or SourceStats(0, 0, 0, 0, 0, 0)

    @property
    def room(self) -> int:
        """How many samples fit now."""
        return self._native.room or 0

    def write(self, samples: Union[Samples, Buffer], timeout: Optional[Seconds] = None) -> int:
        """Writes all samples, waiting while the buffer is full. How many were written: fewer than given when a flush came in between.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), what was written by then stays; `GoneError` when the target has
        ended or this was closed; `TypeError` and `InvalidArgumentError` for what are no samples.
        """
        return self._native.write(plain(samples), timeout)

    async def write_async(self, samples: Union[Samples, Buffer], timeout: Optional[Seconds] = None) -> int:
        """As `write`. Cancelled, it has written some of them; a `flush` cuts those."""
        return await self._native.write_future(plain(samples), timeout)

    def try_write(self, samples: Union[Samples, Buffer]) -> int:
        """Writes what fits now; how many samples that were.

        Raises `WouldBlockError` when not one fits, or others wait to write; else as `write`.
        """
        return self._native.try_write(plain(samples))

    def flush(self) -> Flushed:
        """Cuts all that is queued at once, and what others wait to write, for a speaker who is interrupted: at most the 20 ms that the
        bridge is handling are still sent. Waits for the bridge's next tick, at most a tenth of a second, to say exactly what was sent.

        Raises `GoneError` when the target has ended.
        """
        return self._native.flush()

    async def flush_async(self) -> Flushed:
        """As `flush`. Cancelled, it flushes all the same."""
        import asyncio

        return await asyncio.shield(self._native.flush_future())

    def drain(self, timeout: Optional[Seconds] = None) -> None:
        """Waits until all that was written has been sent.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `GoneError` when the target ended before that.
        """
        self._native.drain(timeout)

    async def drain_async(self, timeout: Optional[Seconds] = None) -> None:
        """As `drain`."""
        await self._native.drain_future(timeout)


class AudioStream:
    """Both ways of a call or a conference: iterate over it for what is heard, write to it what is to be said.

    ::

        async with call.audio(rate=24_000, frame_ms=20) as audio:
            async for frame in audio:
                await audio.write_async(answer(frame.samples))

    It ends with its call; leaving the block closes it.
    """

    __slots__ = ("__weakref__", "_sink", "_source")

    def __init__(self, sink: AudioSink, source: AudioSource) -> None:
        self._sink = sink
        self._source = source

    @property
    def sink(self) -> AudioSink:
        """What is heard."""
        return self._sink

    @property
    def source(self) -> AudioSource:
        """What is said."""
        return self._source

    @property
    def rate(self) -> int:
        """Samples per second, both ways."""
        return self._sink.rate

    def read(self, timeout: Optional[Seconds] = None) -> Optional[AudioFrame]:
        """As `AudioSink.read`."""
        return self._sink.read(timeout)

    async def read_async(self, timeout: Optional[Seconds] = None) -> Optional[AudioFrame]:
        """As `AudioSink.read`. A cancelled wait loses no frame."""
        return await self._sink.read_async(timeout)

    def try_read(self) -> Optional[AudioFrame]:
        """As `AudioSink.try_read`."""
        return self._sink.try_read()

    def write(self, samples: Union[Samples, Buffer], timeout: Optional[Seconds] = None) -> int:
        """As `AudioSource.write`."""
        return self._source.write(samples, timeout)

    async def write_async(self, samples: Union[Samples, Buffer], timeout: Optional[Seconds] = None) -> int:
        """As `AudioSource.write`."""
        return await self._source.write_async(samples, timeout)

    def try_write(self, samples: Union[Samples, Buffer]) -> int:
        """As `AudioSource.try_write`."""
        return self._source.try_write(samples)

    def flush(self) -> Flushed:
        """As `AudioSource.flush`."""
        return self._source.flush()

    async def flush_async(self) -> Flushed:
        """As `AudioSource.flush`."""
        return await self._source.flush_async()

    def drain(self, timeout: Optional[Seconds] = None) -> None:
        """As `AudioSource.drain`."""
        self._source.drain(timeout)

    async def drain_async(self, timeout: Optional[Seconds] = None) -> None:
        """As `AudioSource.drain`."""
        await self._source.drain_async(timeout)

    def close(self) -> None:
        """Takes both off the bridge, with all that is queued."""
        self._sink.close()
        self._source.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> AudioFrame:
        return self._sink.__next__()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AudioFrame:
        return await self._sink.__anext__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<microsip.AudioStream {self._sink.id} {self._source.id}>"
