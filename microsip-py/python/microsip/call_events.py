"""What happens to calls, besides their states: see `microsip.events`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from .events import CallEvent, Event
from .exceptions import MicrosipError

if TYPE_CHECKING:
    from .call import Call
    from .enums import SessionRequest
    from .findings import AudioFinding
    from .info import CallInfo
    from .message import Message
    from .request import Request, Response
    from .stats import StreamStats
    from .transfer import TransferProgress, TransferRequest

__all__ = [
    "AudioTrouble",
    "CallRedirected",
    "CallReplaced",
    "CallStatistics",
    "CallTransferred",
    "InfoReceived",
    "ResponseReceived",
    "SessionChanged",
    "TransferProgressed",
    "TransferRequested",
]


@dataclass(frozen=True)
class CallRedirected(CallEvent):
    """The callee of our call answered with 3xx and named another place."""

    #: The URI it named.
    target: str
    #: Whether the call goes on there; see `CallOptions.redirects`.
    followed: bool


@dataclass(frozen=True)
class TransferProgressed(CallEvent):
    """News of a transfer of ours; exactly one is final. It may come after the call's end, when the peer has hung up before."""

    #: How far it has come.
    progress: TransferProgress


@dataclass(frozen=True)
class TransferRequested(Event):
    """Somebody asks us to call somebody else, and the transfer policy leaves it to the application."""

    #: What is asked, to accept or reject it.
    request: TransferRequest


@dataclass(frozen=True)
class CallTransferred(CallEvent):
    """A call was made because somebody asked for it and the policy or the application agreed."""

    #: The call whose peer asked for it; that peer ends it. `None` for a request outside any call.
    from_: Optional[Call]
    #: Whom it is made to, as name-addr.
    target: str


@dataclass(frozen=True)
class CallReplaced(CallEvent):
    """A call took another's place (``Replaces``, RFC 3891); the other ends with `EndCause.REPLACED`."""

    #: The call that goes on instead.
    by: Call


@dataclass(frozen=True)
class CallStatistics(CallEvent):
    """How a call's audio is at the moment, as often as the endpoint's settings of quality say."""

    #: Its statistics so far.
    stats: StreamStats


@dataclass(frozen=True)
class AudioTrouble(CallEvent):
    """Something keeps a call from being heard; only with audio watched, once per kind of finding and call."""

    #: What was seen.
    finding: AudioFinding


@dataclass(frozen=True)
class SessionChanged(CallEvent):
    """A hold, resume, re-INVITE or UPDATE of ours has its outcome. Each that was accepted gets exactly one, in order."""

    #: The call by then.
    info: CallInfo
    #: What was asked for.
    request: SessionRequest
    #: Why not; the call goes on as it was. `None`: the peer agreed.
    error: Optional[MicrosipError]


@dataclass(frozen=True)
class InfoReceived(CallEvent):
    """The peer sent INFO with a body that is no digit (RFC 6086 section 3); it has been answered 200."""

    #: The INFO.
    message: Message


@dataclass(frozen=True)
class ResponseReceived(Event):
    """A request of the application was answered, or will not be."""

    #: The request.
    request: Request
    #: The call it was sent in, if it was sent in one.
    call: Optional[Call]
    #: Its final answer.
    response: Response
