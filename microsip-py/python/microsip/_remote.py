"""Things of an engine that runs in another process: what handles of such an endpoint have for their `_native`."""

from __future__ import annotations

import asyncio
import atexit
import functools
import itertools
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
import types
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, Optional

from . import _microsip
from ._deadline import seconds
from ._frames import (
    CALL,
    CANCEL,
    CLOSE,
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
    dumps,
    loads,
    public_of,
    refuse_functions,
)
from ._handle import Handle
from .config import EndpointConfig, Seconds
from .events import Event
from .exceptions import ErrorKind, MicrosipError, NotRunningError, TimedOutError, UnsupportedError
from .message import Message
from .worker_events import WorkerLost

#: How long the process has to end after its endpoint was closed.
_PATIENCE = 10.0
#: So many events are made into objects at a time.
_BATCH = 256


def _error(operation: str, reason: str) -> NotRunningError:
    return NotRunningError(f"{operation}: {reason}", kind=ErrorKind.NOT_RUNNING, operation=operation, reason=reason)


class _Request:
    """Somebody waits for an answer: a thread, or a future of a loop."""

    __slots__ = ("done", "error", "future", "loop", "value")

    def __init__(self, future: Optional[asyncio.Future[Any]] = None) -> None:
        self.future = future
        self.loop = None if future is None else future.get_loop()
        self.done = threading.Event()
        self.value: Any = None
        self.error: Optional[BaseException] = None

    def settle(self, value: Any, error: Optional[BaseException]) -> None:
        self.value, self.error = value, error
        if self.loop is None:
            self.done.set()
            return
        try:
            self.loop.call_soon_threadsafe(self._in_loop)
        except RuntimeError:
            # A loop that was closed has nobody who awaits.
            pass

    def _in_loop(self) -> None:
        future = self.future
        if future is None or future.done():
            return
        if self.error is None:
            future.set_result(self.value)
        else:
            future.set_exception(self.error)


class Link:
    """The connection to one process."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self.process = _spawn(theirs)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._socket = ours
        self._channel = Channel(ours)
        self._owner = os.getpid()
        self._numbers = itertools.count(1)
        self._requests: dict[int, _Request] = {}
        self._streams: dict[int, _Stream] = {}
        self._remotes: weakref.WeakValueDictionary[int, Remote] = weakref.WeakValueDictionary()
        #: Numbers nobody here has any more; appended to by destructors, which may run anywhere.
        self._freed: deque[int] = deque()
        #: Guards what is above, and the two below.
        self._lock = threading.RLock()
        self._over: Optional[str] = None
        self._closing = False
        self.exit_code: Optional[int] = None
        _links.add(self)
        threading.Thread(target=self._read, name=f"microsip-worker-{self.process.pid}", daemon=True).start()

    def start(self, config: EndpointConfig) -> Remote:
        """The endpoint there."""
        level = logging.getLogger("microsip").getEffectiveLevel()
        started = self._ask(START, "start endpoint", (config, level))
        assert isinstance(started, Remote)
        return started

    # Requests.

    def get(self, remote: Remote, name: str) -> Any:
        if self._over is None:
            try:
                value = self._ask(GET, name, (remote._number, name))
            except NotRunningError:
                if self._over is None or name not in remote._last:
                    raise
                return remote._last[name]
            remote._last[name] = value
            return value
        if name in remote._last:
            return remote._last[name]
        raise _error(name, self._over)

    def call(self, remote: Remote, name: str, args: tuple[Any, ...], fields: dict[str, Any]) -> Any:
        # The other twin can be given up.
        twin = name if not hasattr(remote._type, name + "_future") else name + "_future"
        return self._ask(CALL, name, (remote._number, twin, args, fields))

    def call_function(self, name: str, args: tuple[Any, ...], fields: dict[str, Any]) -> Any:
        """A function of the native module, over there."""
        return self._ask(CALL, name, (None, name, args, fields))

    def call_async(self, remote: Remote, name: str, args: tuple[Any, ...], fields: dict[str, Any]) -> asyncio.Future[Any]:
        future = asyncio.get_running_loop().create_future()
        number = self._send(CALL, name, (remote._number, name, args, fields), _Request(future))
        future.add_done_callback(functools.partial(self._forget, number))
        return future

    def _ask(self, kind: int, operation: str, value: object) -> Any:
        request = _Request()
        number = self._send(kind, operation, value, request)
        try:
            request.done.wait()
        except BaseException:
            self._give_up(number)
            raise
        if request.error is not None:
            raise request.error
        return request.value

    def _send(self, kind: int, operation: str, value: object, request: _Request) -> int:
        self._check(operation)
        payload = self._pickled(operation, value)
        number = next(self._numbers)
        with self._lock:
            if self._over is not None:
                raise _error(operation, self._over)
            self._requests[number] = request
        self._flush()
        try:
            self._channel.send(kind, number, payload)
        except OSError:
            # The reader finds out why, and answers.
            pass
        return number

    def _check(self, operation: str) -> None:
        if os.getpid() != self._owner:
            raise _error(operation, "this process is a fork of the one that started it; only that one is connected to the engine")

    def _pickled(self, operation: str, value: object) -> bytes:
        try:
            refuse_functions(value)
            return dumps(value, self._ref)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            if isinstance(error, MicrosipError):
                raise
            reason = f"what was given cannot be sent to the engine's process: {error}"
            raise UnsupportedError(f"{operation}: {reason}", kind=ErrorKind.UNSUPPORTED, operation=operation, reason=reason) from error

    def _ref(self, thing: object) -> Optional[Ref]:
        native = getattr(thing, "_native", None) if isinstance(thing, Handle) else thing
        if isinstance(native, (Remote, RemoteEvents)):
            if native._link is not self:
                raise TypeError(f"{thing!r} is of another endpoint")
            return Ref(public_of(thing), native._type.__name__, native._number, {})
        if isinstance(thing, Handle) and not isinstance(thing, Message):
            raise TypeError(f"{thing!r} is of another endpoint")
        return None

    def _give_up(self, number: int) -> None:
        with self._lock:
            known = self._requests.pop(number, None)
        if known is not None:
            self._tell(CANCEL, number)

    def _forget(self, number: int, future: asyncio.Future[Any]) -> None:
        if future.cancelled() and os.getpid() == self._owner:
            self._give_up(number)

    def _tell(self, kind: int, number: int, value: object = None) -> None:
        """Sends what has no answer."""
        if self._over is None and os.getpid() == self._owner:
            try:
                self._channel.send(kind, number, dumps(value, self._ref))
            except OSError:
                pass

    def free(self, number: int) -> None:
        """Called by destructors: takes no lock and sends nothing."""
        self._freed.append(number)

    def _flush(self) -> None:
        if self._freed:
            numbers = []
            try:
                while True:
                    numbers.append(self._freed.popleft())
            except IndexError:
                pass
            with self._lock:
                for number in numbers:
                    self._streams.pop(number, None)
            self._tell(FREE, 0, numbers)

    def more(self, number: int, count: int) -> None:
        self._tell(MORE, number, count)

    # What comes in, on a thread of its own.

    def _read(self) -> None:
        while True:
            frame = self._channel.receive()
            if frame is None:
                break
            try:
                self._take(frame)
            except Exception as error:
                # Of another version, or a defect: whoever waits for it is told.
                self._settle(frame.number, None, error)
            if len(self._freed) > 64:
                self._flush()
        self._lose()

    def _take(self, frame: Frame) -> None:
        value = loads(frame.payload, self._made)
        if frame.kind == DONE:
            self._settle(frame.number, value, None)
        elif frame.kind == FAILED:
            self._settle(frame.number, None, value)
        elif frame.kind == EVENTS:
            self._stream(frame.number).push(value)
        elif frame.kind == FINAL:
            for number, known in value.items():
                remote = self._remotes.get(number)
                if remote is not None:
                    remote._last.update(known)
        elif frame.kind == LOG:
            name, level, path, line, message, created = value
            logger = logging.getLogger(name)
            if logger.isEnabledFor(level):
                record = logger.makeRecord(name, level, path, line, message, (), None)
                record.created = created
                logger.handle(record)

    def _settle(self, number: int, value: Any, error: Optional[BaseException]) -> None:
        with self._lock:
            request = self._requests.pop(number, None)
        if request is not None:
            request.settle(value, error)

    def _stream(self, number: int) -> _Stream:
        with self._lock:
            return self._streams.setdefault(number, _Stream())

    def _made(self, ref: Ref) -> Any:
        native_type = getattr(_microsip, ref.native)
        if ref.native == "Events":
            native: Any = RemoteEvents(self, native_type, ref.number, self._stream(ref.number))
        else:
            native = Remote(self, native_type, ref.number, ref.constants)
            self._remotes[ref.number] = native
        if ref.public is None:
            return native
        module, name = ref.public
        if module.split(".")[0] != "microsip":
            raise TypeError(f"{module}.{name} is no class of microsip")
        return getattr(sys.modules[module], name)._of(native)

    def _lose(self) -> None:
        """The process is gone, or about to be."""
        try:
            self.exit_code = self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.exit_code = self.process.wait()
        code, pid = self.exit_code, self.process.pid
        said = "the endpoint is closed; start a new one" if self._closing else f"its process ({pid}) is gone: {_how(code)}"
        with self._lock:
            self._over = said
            requests, self._requests = self._requests, {}
            streams, self._streams = self._streams, {}
        for stream in streams.values():
            stream.push([] if self._closing else [WorkerLost(pid, code)])
            stream.push([])
        for request in requests.values():
            request.settle(None, _error("wait", said))
        self._socket.close()
        _links.discard(self)

    # The end.

    @property
    def is_alive(self) -> bool:
        return self._over is None

    def close(self) -> None:
        """Closes the endpoint in order and waits for the process."""
        self._check("close endpoint")
        with self._lock:
            if self._over is not None:
                return
            self._closing = True
        try:
            self._ask(CLOSE, "close endpoint", ())
        except NotRunningError:
            pass
        self.let_go()
        deadline = time.monotonic() + 2 * _PATIENCE
        while self._over is None and time.monotonic() < deadline:
            # Not by the process alone: what the reader has to tell is told before this returns.
            time.sleep(0.002)

    def let_go(self) -> None:
        """Lets the process end by itself: it hangs up and unregisters first. For destructors: waits for nothing."""
        if os.getpid() == self._owner:
            self._closing = True
            self._channel.shut()

    def forked(self) -> None:
        """In a forked child: the process must not be kept alive by it."""
        self._socket.close()
        self.process.returncode = 0


class Remote:
    """A thing of the engine over there. Whatever is asked of it is asked there, by the same name."""

    __slots__ = ("__weakref__", "_constants", "_last", "_link", "_number", "_type")

    def __init__(self, link: Link, native: type, number: int, constants: dict[str, Any]) -> None:
        self._link = link
        self._type = native
        self._number = number
        self._constants = constants
        #: What was known last, for when the engine is gone.
        self._last: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name in self._constants:
            return self._constants[name]
        if name.startswith("_"):
            raise AttributeError(name)
        kind = getattr(self._type, name)
        if isinstance(kind, types.GetSetDescriptorType):
            return self._link.get(self, name)
        work = self._link.call_async if name.endswith("_future") else self._link.call
        return lambda *args, **fields: work(self, name, args, fields)

    def __del__(self) -> None:
        try:
            self._link.free(self._number)
        except AttributeError:
            # It was never made.
            pass

    def __repr__(self) -> str:
        return f"<{self._type.__name__} {self._number} of process {self._link.process.pid}>"


class _Stream:
    """Events that have come for one subscription."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.queue: deque[Event] = deque()
        self.waiting: list[_Request] = []
        self.ended = False

    def push(self, events: list[Event]) -> None:
        """An empty list is the end."""
        with self.changed:
            self.queue.extend(events)
            self.ended = self.ended or not events
            waiting, self.waiting = self.waiting, []
            self.changed.notify_all()
        for request in waiting:
            request.settle(None, None)

    def forget(self, request: _Request) -> None:
        """Nobody awaits it any more."""
        with self.changed:
            if request in self.waiting:
                self.waiting.remove(request)

    def take(self, most: int) -> list[Event]:
        with self.changed:
            return [self.queue.popleft() for _ in range(min(len(self.queue), most))]


class RemoteEvents:
    """A subscription over there, whose events are sent here as they come."""

    __slots__ = ("__weakref__", "_link", "_number", "_stream", "_taken", "_type")

    def __init__(self, link: Link, native: type, number: int, stream: _Stream) -> None:
        self._link = link
        self._type = native
        self._number = number
        self._stream = stream
        self._taken = 0

    def _take(self, most: int) -> list[Event]:
        batch = self._stream.take(most)
        self._taken += len(batch)
        if self._taken >= _BATCH:
            self._link.more(self._number, self._taken)
            self._taken = 0
        return batch

    def next(self, timeout: Optional[Seconds]) -> Optional[Event]:
        self._link._check("events")
        limit = None if timeout is None else seconds(timeout)
        deadline = None if limit is None else time.monotonic() + limit
        while True:
            taken = self._take(1)
            if taken:
                return taken[0]
            with self._stream.changed:
                if self._stream.queue:
                    continue
                if self._stream.ended:
                    return None
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise _late(limit)
                self._stream.changed.wait(left)

    def ready_future(self, timeout: Optional[Seconds]) -> asyncio.Future[None]:
        self._link._check("events")
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        request = _Request(future)
        with self._stream.changed:
            if self._stream.queue or self._stream.ended:
                future.set_result(None)
                return future
            self._stream.waiting.append(request)
        future.add_done_callback(lambda _: self._stream.forget(request))
        limit = None if timeout is None else seconds(timeout)
        if limit is not None:
            request.error = _late(limit)
            alarm = loop.call_later(limit, request._in_loop)
            future.add_done_callback(lambda _: alarm.cancel())
        return future

    def ready(self, most: int) -> tuple[list[Event], bool]:
        self._link._check("events")
        batch = self._take(most)
        with self._stream.changed:
            return batch, bool(batch or self._stream.queue) or not self._stream.ended

    def close(self) -> None:
        if os.getpid() != self._link._owner:
            return
        self._stream.push([])
        self._link.free(self._number)
        self._link._flush()

    def __del__(self) -> None:
        try:
            self._link.free(self._number)
        except AttributeError:
            # It was never made.
            pass


def _late(after: Optional[float]) -> TimedOutError:
    reason = f"no event came within {after} s"
    return TimedOutError(f"events: {reason}", kind=ErrorKind.TIMEOUT, operation="events", reason=reason)


def _how(code: Optional[int]) -> str:
    if code is None or code >= 0:
        return f"it ended with {code}"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"


#: Those that are connected, for the end and for forks.
_links: weakref.WeakSet[Link] = weakref.WeakSet()


def _spawn(theirs: socket.socket) -> subprocess.Popen[bytes]:
    """A process of this interpreter, with its flags and its path; it inherits the socket and the outputs."""
    environment = dict(os.environ)
    if "PYTHONPATH" in environment:
        environment["_MICROSIP_PYTHONPATH"] = environment["PYTHONPATH"]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    environment["PYTHONSAFEPATH"] = "1"
    flags: list[str] = getattr(subprocess, "_args_from_interpreter_flags", list)()
    return subprocess.Popen(
        [sys.executable, *flags, "-m", "microsip._worker", str(theirs.fileno()), str(os.getpid())],
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        env=environment,
    )


def close_all() -> None:
    """At the interpreter's end."""
    links = list(_links)
    threads = [threading.Thread(target=link.close, daemon=True) for link in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * _PATIENCE)


def forked() -> None:
    """In a forked child."""
    for link in list(_links):
        link.forked()
    _links.clear()


def _routed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def routed(*args: Any, **fields: Any) -> Any:
        for thing in args:
            native = getattr(thing, "_native", thing)
            if isinstance(native, (Remote, RemoteEvents)):
                return native._link.call_function(name, args, fields)
        return function(*args, **fields)

    return routed


# What is given something of an engine elsewhere is called there. Only programs that spawn endpoints come by here.
for _name, _function in list(vars(_microsip).items()):
    if isinstance(_function, types.BuiltinFunctionType):
        setattr(_microsip, _name, _routed(_name, _function))

atexit.register(close_all)
os.register_at_fork(after_in_child=forked)
