"""What happened. Every event is a frozen dataclass, to be matched::

for event in endpoint.events():
    match event:
        case IncomingCall(call=call):
            call.answer()
        case Dtmf(digit="0"):
            ...
        case CallEnded(status=status):
            print(status)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Optional, TypeVar

from ._dataclass import dataclass
from ._deadline import Deadline
from ._subscription import Subscription
from .exceptions import MicrosipError, TimedOutError, from_native

if TYPE_CHECKING:
    from . import _microsip
    from .account import Account
    from .call import Call
    from .config import Seconds
    from .enums import DtmfMethod
    from .info import CallEnd, CallInfo, RegistrationInfo

__all__ = [
    "CallEnded",
    "CallEvent",
    "CallStateChanged",
    "Dtmf",
    "DtmfFailed",
    "Event",
    "Events",
    "HoldChanged",
    "IncomingCall",
    "Lagged",
    "MediaChanged",
    "RegistrationChanged",
    "UnknownEvent",
]


@dataclass(frozen=True)
class Event:
    """Something that happened at the endpoint. Events come in the order in which things happened."""


@dataclass(frozen=True)
class UnknownEvent(Event):
    """An event that this version of the package has no class for."""

    #: What the engine calls it.
    name: str


@dataclass(frozen=True)
class Lagged(Event):
    """This subscription was too slow and lost this many events."""

    #: How many events were dropped since the last one received.
    missed: int


@dataclass(frozen=True)
class RegistrationChanged(Event):
    """A registration succeeded, ended, failed or was refreshed (RFC 3261 section 10)."""

    #: The account concerned.
    account: Account
    #: Its registration after the change.
    info: RegistrationInfo


@dataclass(frozen=True)
class CallEvent(Event):
    """Something that happened to a call."""

    #: The call.
    call: Call


@dataclass(frozen=True)
class IncomingCall(CallEvent):
    """An INVITE came in and waits for `Call.answer` or `Call.reject`."""

    #: The call as it came.
    info: CallInfo


@dataclass(frozen=True)
class CallStateChanged(CallEvent):
    """A call has another state."""

    #: The call after the change.
    info: CallInfo


@dataclass(frozen=True)
class CallEnded(CallStateChanged):
    """A call is over; exactly one for each call."""

    @property
    def end(self) -> CallEnd:
        """How it ended."""
        assert self.info.end is not None
        return self.info.end

    @property
    def status(self) -> int:
        """The SIP code it ended with."""
        return self.end.code


@dataclass(frozen=True)
class MediaChanged(CallEvent):
    """The audio of a call started, changed or stopped."""

    #: The call after the change.
    info: CallInfo


@dataclass(frozen=True)
class HoldChanged(CallEvent):
    """Somebody held the call or let it go on."""

    #: The call after the change.
    info: CallInfo


@dataclass(frozen=True)
class Dtmf(CallEvent):
    """The peer pressed a key. Told when the key is released, so that the duration is known."""

    #: The key: ``0`` to ``9``, ``*``, ``#``, ``A`` to ``D``.
    digit: str
    #: How it came.
    method: DtmfMethod
    #: How long it was held, in seconds; `None` when the method does not tell.
    duration: Optional[float]


@dataclass(frozen=True)
class DtmfFailed(CallEvent):
    """A digit of ours could not be sent, or the peer refused it."""

    #: The digit.
    digit: str
    #: Why.
    error: MicrosipError


_E = TypeVar("_E", bound=Event)


def _late(kind: type[Event], deadline: Deadline) -> MicrosipError:
    text = f"no {kind.__name__} came within {deadline.timeout} s"
    return from_native("timeout", "events", text, "timeout", None, None, None)


def _none(kind: type[Event]) -> MicrosipError:
    return from_native("gone", "events", f"no {kind.__name__} will come any more", "gone", None, None, None)


class Events(Subscription[Event]):
    """One subscription: an iterator, an asynchronous one, and a context manager.

    It ends when the endpoint is closed, or with the call or account whose events these are, after all that was queued. Several
    threads or tasks may read; each event goes to one of them.
    """

    __slots__ = ()
    _native: _microsip.Events

    def wait_for(self, kind: type[_E], timeout: Optional[Seconds] = None, where: Optional[Callable[[_E], bool]] = None) -> _E:
        """Waits for the next event of a class, and for which `where` is true; those before it are passed over.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `GoneError` when no more will come.
        """
        deadline = Deadline(timeout)
        while True:
            try:
                event = self.next(deadline.left())
            except TimedOutError as error:
                raise _late(kind, deadline) from error
            if event is None:
                raise _none(kind)
            if isinstance(event, kind) and (where is None or where(event)):
                return event

    async def wait_for_async(self, kind: type[_E], timeout: Optional[Seconds] = None, where: Optional[Callable[[_E], bool]] = None) -> _E:
        """As `wait_for`."""
        deadline = Deadline(timeout)
        while True:
            try:
                event = await self.next_async(deadline.left())
            except TimedOutError as error:
                raise _late(kind, deadline) from error
            if event is None:
                raise _none(kind)
            if isinstance(event, kind) and (where is None or where(event)):
                return event
