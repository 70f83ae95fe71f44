"""The process that an endpoint of `microsip.spawn_endpoint` has for itself: ``python -m microsip._worker``.

It runs the engine and does what it is asked for over the socket it has inherited. When that ends, or the program that started it, it
closes the endpoint in order and ends.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

from . import _log, _microsip
from ._frames import (
    CALL,
    CANCEL,
    CLOSE,
    CREDIT,
    DONE,
    EVENTS,
    FAILED,
    FINAL,
    FREE,
    GET,
    LOG,
    MORE,
    START,
    Channel,
    Frame,
    Ref,
    constants,
    dumps,
    getters,
    is_native,
    loads,
    public_of,
)
from ._handle import Handle
from .exceptions import InternalError, NotRunningError
from .message import Message

#: Commands of so many threads at once; waits need none.
_THREADS = 256
#: So many events cross at a time at most.
_BATCH = 256


class _Stream:
    """A subscription whose events are sent as they come, as long as they are taken."""

    def __init__(self) -> None:
        self.credit: float = CREDIT
        self.more = asyncio.Event()
        self.task: Optional[asyncio.Task[None]] = None

    def grant(self, count: float) -> None:
        self.credit += count
        self.more.set()


class _Forward(logging.Handler):
    """Sends what is logged here to where the program logs."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        said = (record.name, record.levelno, record.pathname, record.lineno, record.getMessage(), record.created)
        try:
            self._channel.send(LOG, 0, dumps(said, lambda _: None))
        except OSError:
            pass


class _Worker:
    def __init__(self, link: socket.socket, parent: int) -> None:
        self._channel = Channel(link)
        self._parent = parent
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="command")
        self._table: dict[int, Any] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._streams: dict[int, _Stream] = {}
        self._endpoint: Optional[_microsip.Endpoint] = None

    async def run(self) -> None:
        self._loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        # Ctrl-C goes to the whole group; what to do about it is the program's business.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        watch = self._watch_parent()
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        await self._stop.wait()
        if watch is not None:
            self._loop.remove_reader(watch)
        endpoint = self._endpoint
        if endpoint is not None:
            await self._loop.run_in_executor(None, endpoint.close)
        await self._loop.run_in_executor(None, _microsip.flush_log, 2.0)
        self._channel.shut()

    def _watch_parent(self) -> Optional[int]:
        """The socket tells as well, unless somebody else has inherited the program's end of it."""
        if not hasattr(os, "pidfd_open"):
            return None
        try:
            watch = os.pidfd_open(self._parent)
        except OSError:
            watch = -1
        if os.getppid() != self._parent:
            self._stop.set()
            return None
        if watch < 0:
            return None
        self._loop.add_reader(watch, self._stop.set)
        return watch

    # What comes in, on a thread of its own.

    def _read(self) -> None:
        while True:
            frame = self._channel.receive()
            if frame is None:
                break
            try:
                self._take(frame)
            except Exception as error:
                if frame.kind in (START, CLOSE, GET, CALL):
                    self._fail(frame.number, error)
        self._loop.call_soon_threadsafe(self._stop.set)

    def _take(self, frame: Frame) -> None:
        kind, number = frame.kind, frame.number
        if kind in (START, CLOSE):
            work = self._start if kind == START else self._close
            self._pool.submit(self._answer, number, work, *loads(frame.payload, self._thing))
        elif kind == GET:
            target, name = loads(frame.payload, self._thing)
            self._pool.submit(self._answer, number, getattr, self._native(target), name)
        elif kind == CALL:
            target, name, args, fields = loads(frame.payload, self._thing)
            thing = _microsip if target is None else self._native(target)
            if name.endswith("_future"):
                self._loop.call_soon_threadsafe(self._begin, number, thing, name, args, fields)
            else:
                self._pool.submit(self._answer, number, lambda: getattr(thing, name)(*args, **fields))
        elif kind == CANCEL:
            self._loop.call_soon_threadsafe(self._cancel, number)
        elif kind == MORE:
            self._loop.call_soon_threadsafe(self._grant, number, loads(frame.payload, self._thing))
        elif kind == FREE:
            for freed in loads(frame.payload, self._thing):
                with self._lock:
                    self._table.pop(freed, None)
                self._loop.call_soon_threadsafe(self._end_stream, freed)

    def _thing(self, ref: Ref) -> Any:
        """As an argument."""
        with self._lock:
            thing = self._table.get(ref.number)
        if thing is None:
            raise InternalError(f"remote: there is no {ref.native} with the number {ref.number}")
        native = thing._native if isinstance(thing, Handle) else thing
        if ref.public is None:
            return native
        module, name = ref.public
        return getattr(sys.modules[module], name)._of(native)

    def _native(self, number: int) -> Any:
        """What is asked."""
        with self._lock:
            thing = self._table.get(number)
        if thing is None:
            raise InternalError(f"remote: there is nothing with the number {number}")
        return thing._native if isinstance(thing, Handle) else thing

    # What goes out, from any thread.

    def _ref(self, thing: object) -> Optional[Ref]:
        if isinstance(thing, Message):
            # It crosses whole.
            return None
        native = thing._native if isinstance(thing, Handle) else thing
        if not is_native(native):
            return None
        number = next(self._numbers)
        with self._lock:
            self._table[number] = thing if isinstance(thing, Handle) else native
        if isinstance(native, _microsip.Events):
            self._loop.call_soon_threadsafe(self._stream, number, native)
        return Ref(public_of(thing), type(native).__name__, number, constants(native))

    def _send(self, kind: int, number: int, value: object) -> None:
        payload = dumps(value, self._ref)
        try:
            self._channel.send(kind, number, payload)
        except OSError:
            # The program is gone; the reader notices.
            pass

    def _fail(self, number: int, error: BaseException) -> None:
        try:
            self._send(FAILED, number, error)
        except Exception:
            self._send(FAILED, number, InternalError(f"remote: {type(error).__name__}: {error}"))

    def _answer(self, number: int, work: Any, *args: Any) -> None:
        try:
            self._send(DONE, number, work(*args))
        except BaseException as error:
            self._fail(number, error)

    # Requests.

    def _start(self, config: Any, level: int) -> Any:
        logger = logging.getLogger("microsip")
        logger.setLevel(level)
        logger.propagate = False
        logger.addHandler(_Forward(self._channel))
        # Only what is wanted there is made here.
        _log.follow()
        self._endpoint = _microsip.Endpoint.start(config)
        return self._endpoint

    def _close(self) -> None:
        """Closes the endpoint, and tells how everything was in the end: handles go on telling it."""
        if self._endpoint is not None:
            self._endpoint.close()
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result(10)
        final: dict[int, dict[str, Any]] = {}
        with self._lock:
            things = list(self._table.items())
        for number, thing in things:
            native = thing._native if isinstance(thing, Handle) else thing
            for name in getters(type(native)):
                try:
                    final.setdefault(number, {})[name] = getattr(native, name)
                except Exception as error:
                    # Some can be asked of a running engine only.
                    logging.getLogger(__name__).debug("%s: %s", name, error)
        self._send(FINAL, 0, final)

    async def _drain(self) -> None:
        """Sends what subscriptions still have."""
        streams = list(self._streams.values())
        for stream in streams:
            stream.grant(float("inf"))
        tasks = [stream.task for stream in streams if stream.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    # Waits and subscriptions, on the loop.

    def _begin(self, number: int, thing: Any, name: str, args: Any, fields: Any) -> None:
        self._tasks[number] = self._loop.create_task(self._wait(number, thing, name, args, fields))

    async def _wait(self, number: int, thing: Any, name: str, args: Any, fields: Any) -> None:
        try:
            self._send(DONE, number, await getattr(thing, name)(*args, **fields))
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self._fail(number, error)
        finally:
            self._tasks.pop(number, None)

    def _cancel(self, number: int) -> None:
        task = self._tasks.get(number)
        if task is not None:
            task.cancel()

    def _stream(self, number: int, native: _microsip.Events) -> None:
        stream = _Stream()
        stream.task = self._loop.create_task(self._pass_on(number, native, stream))
        self._streams[number] = stream

    async def _pass_on(self, number: int, native: _microsip.Events, stream: _Stream) -> None:
        try:
            while True:
                while stream.credit <= 0:
                    stream.more.clear()
                    await stream.more.wait()
                batch, more = native.ready(_BATCH)
                if batch:
                    stream.credit -= len(batch)
                    self._send(EVENTS, number, batch)
                elif more:
                    await native.ready_future(None)
                else:
                    self._send(EVENTS, number, [])
                    return
        except NotRunningError:
            self._send(EVENTS, number, [])

    def _grant(self, number: int, count: int) -> None:
        stream = self._streams.get(number)
        if stream is not None:
            stream.grant(count)

    def _end_stream(self, number: int) -> None:
        stream = self._streams.pop(number, None)
        if stream is not None and stream.task is not None:
            stream.task.cancel()


async def _run(link: socket.socket, parent: int) -> None:
    await _Worker(link, parent).run()


def main(arguments: list[str]) -> None:
    """Runs until the program lets go of it."""
    # The program's own is for the program's own children.
    before = os.environ.pop("_MICROSIP_PYTHONPATH", None)
    if before is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = before
    descriptor, parent = map(int, arguments)
    os.set_inheritable(descriptor, False)
    with socket.socket(fileno=descriptor) as link:
        asyncio.run(_run(link, parent))
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads that still wait for something have nobody to tell.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
