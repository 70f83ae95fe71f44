"""What the phone tells: subscriptions, and functions that are called."""

from __future__ import annotations

import asyncio
import datetime
import difflib
import inspect
import logging
import threading
import time
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from microsip.compat import PhoneEvents
from microsip.config import Seconds
from microsip.exceptions import ErrorKind

from ._errors import error

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .calls import PhoneCall
    from .phone import MicroSIP

__all__ = ["EVENT_NAMES", "EventStream", "PhoneEvent"]

logger = logging.getLogger("microsip_api")

#: The events there are; docs/events.md describes them with their fields.
EVENT_NAMES = frozenset(
    {
        "call",
        "closed",
        "conference",
        "device",
        "dial",
        "directory",
        "dtmf",
        "dtmf_failed",
        "error",
        "guard",
        "history",
        "hold",
        "hook",
        "ice",
        "incoming",
        "info",
        "lagged",
        "line",
        "media",
        "message",
        "message_status",
        "messages_waiting",
        "network",
        "notify",
        "player",
        "presence",
        "publication",
        "quality",
        "ready",
        "recording",
        "redirected",
        "refused",
        "registration",
        "relay",
        "replaced",
        "response",
        "session",
        "settings",
        "speech",
        "stun",
        "subscription",
        "switch",
        "tone",
        "tone_detected",
        "transfer",
        "transfer_request",
        "transferred",
        "trouble",
        "typing",
        "unreadable",
        "warning",
        "watcher",
        "xrun",
    }
)

#: So long `MicroSIP.close` waits for a function that is called at that moment.
_LAST = 5.0

Handler = Callable[["PhoneEvent"], Union[None, Awaitable[None]]]


@dataclass(frozen=True, eq=False)
class PhoneEvent(Mapping[str, Any]):
    """Something that happened: a mapping with the fields of docs/events.md, and the call it is about."""

    #: Which event it is, such as ``"incoming"``.
    name: str
    #: The call it is about.
    call: Optional[PhoneCall]
    #: All fields, as the phone tells them.
    fields: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, key: str) -> Any:
        return self.fields[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


def check_names(names: tuple[str, ...]) -> None:
    """Refuses names of no event, which nobody would ever hear of."""
    for name in names:
        if name not in EVENT_NAMES:
            near = difflib.get_close_matches(name, EVENT_NAMES, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise error(ErrorKind.INVALID_ARGUMENT, "events", f"there is no event {name!r}{hint}")


def deadline(timeout: Optional[Seconds]) -> Callable[[], Optional[float]]:
    """A function that tells how many of these seconds are left."""
    if timeout is None:
        return lambda: None
    seconds = timeout.total_seconds() if isinstance(timeout, datetime.timedelta) else float(timeout)
    end = time.monotonic() + seconds
    return lambda: max(0.0, end - time.monotonic())


class EventStream:
    """One subscription: an iterator, an asynchronous one, and a context manager. It ends with the phone, or with the connection to it."""

    __slots__ = ("__weakref__", "_names", "_phone", "_source")

    def __init__(self, phone: MicroSIP, source: PhoneEvents, names: tuple[str, ...]) -> None:
        self._phone = phone
        self._source = source
        self._names = frozenset(names)

    def _of(self, told: dict[str, Any]) -> Optional[PhoneEvent]:
        name = told.get("event", "")
        if self._names and name not in self._names and name != "lagged":
            return None
        number = told.get("call")
        return PhoneEvent(name, None if number is None else self._phone.call_of(number), told)

    def next(self, timeout: Optional[Seconds] = None) -> Optional[PhoneEvent]:
        """Waits for the next event; `None` when no more will come. Raises `TimedOutError` after `timeout` seconds (`None`: never)."""
        # Events of other names do not lengthen the wait.
        left = deadline(timeout)
        while (told := self._source.next(left())) is not None:
            event = self._of(told)
            if event is not None:
                return event
        return None

    async def next_async(self, timeout: Optional[Seconds] = None) -> Optional[PhoneEvent]:
        """As `next`."""
        left = deadline(timeout)
        while (told := await self._source.next_async(left())) is not None:
            event = self._of(told)
            if event is not None:
                return event
        return None

    def next_ready(self) -> Optional[PhoneEvent]:
        """The next event if one is there already."""
        while (told := self._source.next_ready()) is not None:
            event = self._of(told)
            if event is not None:
                return event
        return None

    def close(self) -> None:
        """Ends the subscription; whoever waits for an event is told that no more will come."""
        self._source.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> PhoneEvent:
        event = self.next()
        if event is None:
            raise StopIteration
        return event

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> PhoneEvent:
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


class Handlers:
    """Functions that are called for events, by one thread, in order."""

    def __init__(self, phone: MicroSIP) -> None:
        self._phone = phone
        self._lock = threading.Lock()
        self._all: list[tuple[frozenset[str], Handler, Optional[asyncio.AbstractEventLoop]]] = []
        self._stream: Optional[EventStream] = None
        self._thread: Optional[threading.Thread] = None

    def add(self, names: tuple[str, ...], handler: Handler) -> None:
        loop = None
        if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None)):  # noqa: B004
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                reason = "an asynchronous function is given to on() where its event loop runs"
                raise error(ErrorKind.INVALID_ARGUMENT, "on", reason) from None
        with self._lock:
            if self._stream is None:
                # The first function; or the phone, or the connection to it, has ended since, and all are called again.
                self._stream = self._phone.events()
                self._thread = threading.Thread(target=self._run, args=(self._stream,), name="microsip-events", daemon=True)
                self._thread.start()
            self._all.append((frozenset(names), handler, loop))

    def remove(self, handler: Handler) -> bool:
        with self._lock:
            before = len(self._all)
            self._all = [it for it in self._all if it[1] != handler]
            return len(self._all) < before

    def _run(self, stream: EventStream) -> None:
        event = None
        for event in stream:
            self._tell(event)
        with self._lock:
            lost = self._stream is stream
            if lost:
                self._stream = self._thread = None
        if lost and (event is None or event.name != "closed"):
            # It was killed, and could not say so itself.
            self._tell(PhoneEvent("closed", None, {"event": "closed", "reason": "lost"}))

    def _tell(self, event: PhoneEvent) -> None:
        if event.name == "lagged":
            logger.warning("functions for events are too slow: %s events were lost", event.get("missed", "some"))
        with self._lock:
            wanted = [it for it in self._all if not it[0] or event.name in it[0]]
        for _, handler, loop in wanted:
            self._call(event, handler, loop)

    def _call(self, event: PhoneEvent, handler: Handler, loop: Optional[asyncio.AbstractEventLoop]) -> None:
        try:
            if loop is None:
                handler(event)
                return
            awaited = _awaited(handler, event)
            try:
                asyncio.run_coroutine_threadsafe(awaited, loop).add_done_callback(_tell)
            except RuntimeError:
                awaited.close()
                logger.error("a function for the event %r was not called: its event loop has ended", event.name)
        except BaseException:
            # SystemExit, too: the others are called all the same, and it would end nothing but this thread.
            logger.exception("a function for the event %r failed", event.name)

    def close(self) -> None:
        with self._lock:
            stream, thread = self._stream, self._thread
            self._stream = self._thread = None
        if stream is not None:
            stream.close()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_LAST)
            if thread.is_alive():
                logger.warning("a function for an event has not returned yet; it is not waited for any longer")


async def _awaited(handler: Handler, event: PhoneEvent) -> None:
    done = handler(event)
    if done is not None:
        await done


def _tell(future: Any) -> None:
    if not future.cancelled() and future.exception() is not None:
        logger.error("a function for an event failed", exc_info=future.exception())
