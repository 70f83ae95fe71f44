"""What crosses between a program and the process that one of its endpoints has for itself.

Frames of a head and a pickle, over a socket pair that only these two processes have. A pickle can make its reader do anything;
that is no matter here, where both ends are the same program of the same user, and where nothing else ever writes.
Things of the engine stay where they are: they cross as numbers.
"""

from __future__ import annotations

import dataclasses
import io
import pickle
import socket
import struct
import threading
import types
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Optional

from . import _microsip
from ._handle import Handle

#: Kind, number of the request or thing, length of the pickle.
_HEAD = struct.Struct("!BQI")

# To the engine's process.
START, GET, CALL, CANCEL, FREE, MORE, CLOSE = range(7)
# From there.
DONE, FAILED, EVENTS, FINAL, LOG = range(16, 21)

#: So many events are under way at most; the others wait in the engine's own queue, which is bounded.
CREDIT = 1024

#: What never changes crosses with the number.
_CONSTANT = ("id", "aor", "rate", "frame_len")


class Ref(NamedTuple):
    """A thing of the engine, by the number it has in its process."""

    #: The class of applications, as module and name; `None` where they see none.
    public: Optional[tuple[str, str]]
    #: The native class.
    native: str
    number: int
    #: What is known of it for good.
    constants: dict[str, Any]


class Frame(NamedTuple):
    kind: int
    number: int
    payload: bytes


class Channel:
    """One end. Any thread may send; one receives."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._sending = threading.Lock()

    def send(self, kind: int, number: int, payload: bytes) -> None:
        with self._sending:
            self._link.sendall(_HEAD.pack(kind, number, len(payload)) + payload)

    def receive(self) -> Optional[Frame]:
        """`None` when the other end is gone."""
        head = self._exactly(_HEAD.size)
        if head is None:
            return None
        kind, number, length = _HEAD.unpack(head)
        payload = self._exactly(length)
        return None if payload is None else Frame(kind, number, payload)

    def _exactly(self, length: int) -> Optional[bytes]:
        parts = bytearray()
        while len(parts) < length:
            try:
                part = self._link.recv(min(length - len(parts), 1 << 20))
            except OSError:
                return None
            if not part:
                return None
            parts += part
        return bytes(parts)

    def shut(self) -> None:
        """Lets both ends know that no more will come."""
        try:
            self._link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        self._link.close()


def is_native(thing: object) -> bool:
    return type(thing).__module__ == _microsip.__name__


def getters(native: type) -> list[str]:
    """The names of what can be asked of a native class without calling anything."""
    return [name for name, kind in vars(native).items() if isinstance(kind, types.GetSetDescriptorType) and name[0] != "_"]


def constants(native: object) -> dict[str, Any]:
    """What crosses with a thing's number."""
    kind = type(native)
    return {name: getattr(native, name) for name in _CONSTANT if name in vars(kind)}


class _Pickler(pickle.Pickler):
    def __init__(self, into: io.BytesIO, ref: Callable[[object], Optional[Ref]]) -> None:
        super().__init__(into, protocol=5)
        self._ref = ref

    def persistent_id(self, thing: Any) -> Optional[Ref]:
        return self._ref(thing)

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, memoryview):
            return memoryview, (thing.tobytes(),)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, payload: bytes, made: Callable[[Ref], Any]) -> None:
        super().__init__(io.BytesIO(payload))
        self._made = made

    def persistent_load(self, ref: Any) -> Any:
        return self._made(ref)


def dumps(value: object, ref: Callable[[object], Optional[Ref]]) -> bytes:
    """A pickle; `ref` says by which number something crosses."""
    into = io.BytesIO()
    _Pickler(into, ref).dump(value)
    return into.getvalue()


def loads(payload: bytes, made: Callable[[Ref], Any]) -> Any:
    """What was pickled; `made` says what a number stands for."""
    return _Unpickler(payload, made).load()


def refuse_functions(value: object, depth: int = 4) -> None:
    """Functions would cross by their name, and be called over there, which nobody expects."""
    if isinstance(value, (types.FunctionType, types.MethodType)):
        raise TypeError(f"{value.__qualname__} cannot be called by the engine: it runs in another process")
    inner: Iterable[object] = ()
    if isinstance(value, (tuple, list)):
        inner = value
    elif isinstance(value, dict):
        inner = value.values()
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = (getattr(value, field.name) for field in dataclasses.fields(value))
    if depth > 0:
        for part in inner:
            refuse_functions(part, depth - 1)


def public_of(thing: object) -> Optional[tuple[str, str]]:
    """The class of applications that something is of."""
    return (type(thing).__module__, type(thing).__qualname__) if isinstance(thing, Handle) else None
