"""Events of the network, of transports and of the guard, and every SIP message."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from .enums import Direction, Transport
from .events import CallEvent, Event
from .exceptions import MicrosipError

if TYPE_CHECKING:
    from .call import Call
    from .endpoint_info import NetworkChange, StunInfo, TransportSwitch
    from .guard import GuardReport
    from .info import CallInfo

__all__ = [
    "GuardReported",
    "IceChanged",
    "NetworkChanged",
    "RelayFailed",
    "SipMessage",
    "StunChanged",
    "TransportSwitched",
]


@dataclass(frozen=True)
class NetworkChanged(Event):
    """The network changed, and accounts and calls are being moved to the new address, or have been; see `EndpointConfig.network_watch`."""

    #: What happened, and what was done.
    change: NetworkChange


@dataclass(frozen=True)
class StunChanged(Event):
    """A STUN server was found, our address as it sees it changed, or no server answers. `Endpoint.stun` tells the same."""

    #: What is known now.
    info: StunInfo


@dataclass(frozen=True)
class IceChanged(CallEvent):
    """ICE found a way to the peer, or did not, or the way is dead (RFC 8445): ``info.media[0].ice`` tells which. Without a way the call
    stays up and silent, until somebody hangs up.
    """

    #: The call after the change.
    info: CallInfo
    #: Set when there is no way: `MediaError`.
    error: Optional[MicrosipError]


@dataclass(frozen=True)
class RelayFailed(Event):
    """A TURN server gave no relay (RFC 8656). A call goes on with the addresses it has, or fails with this error when only the relay was
    allowed.
    """

    #: The call that wanted it; `None` when the server's name could not be resolved.
    call: Optional[Call]
    #: `AuthError` for refused credentials, `TimedOutError` for a server that does not answer, `TlsError` for a refused certificate,
    #: `LimitReachedError` for a full server, else `TransportError`.
    error: MicrosipError


@dataclass(frozen=True)
class TransportSwitched(Event):
    """A request is too large for UDP and goes over TCP, or goes over UDP after all, because TCP cannot be had."""

    #: Which, and why.
    switch: TransportSwitch


@dataclass(frozen=True)
class GuardReported(Event):
    """The guard keeps requests of a source away; at most once per source and `GuardConfig.report_every`."""

    #: Whose, and how many.
    report: GuardReport


@dataclass(frozen=True)
class SipMessage(Event):
    """A SIP message went over the wire; only with `EndpointConfig.trace`. Credentials and SRTP keys are masked."""

    #: Sent or received.
    direction: Direction
    #: When it was handed to, or came from, the transport.
    at: datetime.datetime
    #: What carried it.
    transport: Transport
    #: Our address, ``"host:port"``.
    local: str
    #: The peer's address, ``"host:port"``.
    remote: str
    #: Request or status line.
    first_line: str
    #: The header ``Call-ID``.
    call_id: str
    #: The header ``CSeq``, such as ``"1 INVITE"``.
    cseq: str
    #: The whole message, masked; what is not UTF-8 is shown as U+FFFD.
    text: str
