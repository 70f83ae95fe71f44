"""Subscriptions: what happens, one thing after the other, for threads and for tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Optional, TypeVar

from ._deadline import Deadline

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .config import Seconds

_T = TypeVar("_T")


class Subscription(Generic[_T]):
    """An iterator, an asynchronous one, and a context manager. Several threads or tasks may read; each event goes to one of them."""

    __slots__ = ("__weakref__", "_native")

    def __init__(self, native: Any) -> None:
        self._native = native

    def next(self, timeout: Optional[Seconds] = None) -> Optional[_T]:
        """Waits for the next event; `None` when no more will come.

        Raises `TimedOutError` after `timeout` seconds (`None`: never).
        """
        event: Optional[_T] = self._native.next(timeout)
        return event

    async def next_async(self, timeout: Optional[Seconds] = None) -> Optional[_T]:
        """As `next`. A cancelled wait loses no event."""
        deadline = Deadline(timeout)
        while True:
            # Taken here and not by the wait, which may be cancelled when it is over already.
            ready: list[_T]
            ready, more = self._native.ready(1)
            if ready:
                return ready[0]
            if not more:
                return None
            await self._native.ready_future(deadline.left())

    def next_ready(self) -> Optional[_T]:
        """The next event if one is there already."""
        ready: list[_T] = self._native.ready(1)[0]
        return ready[0] if ready else None

    def close(self) -> None:
        """Ends the subscription; whoever waits for an event is told that no more will come."""
        self._native.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _T:
        event = self.next()
        if event is None:
            raise StopIteration
        return event

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _T:
        event = await self.next_async()
        if event is None:
            raise StopAsyncIteration
        return event

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()
