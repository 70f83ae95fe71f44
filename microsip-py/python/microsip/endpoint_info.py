"""Snapshots of the endpoint: its network, its counters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from .enums import NetworkStep, StunState, Transport
from .exceptions import MicrosipError
from .guard import GuardCounters

if TYPE_CHECKING:
    from .call import Call

__all__ = ["Diagnostics", "NetworkChange", "StunInfo", "TransportSwitch"]


@dataclass(frozen=True)
class Diagnostics:
    """Counters since the endpoint started, for those who look after a running program."""

    #: Panics caught in callbacks and commands; each is a defect of ours.
    panics: int
    #: Assertions of PJSIP that failed since the process started; each is a defect of ours or PJSIP's.
    failed_assertions: int
    #: Wake-up datagrams sent to the engine.
    wake_ups: int
    #: Commands run by the engine.
    commands: int
    #: Messages received that could not be parsed. They are dropped, or answered 400, 413, 505 or 513.
    malformed: int
    #: How many of those were answered.
    malformed_answered: int
    #: Messages that were used without a malformed header that does not matter (RFC 3261 section 8.2).
    headers_passed_over: int
    #: Requests that the guard kept away.
    guard: GuardCounters


@dataclass(frozen=True)
class StunInfo:
    """What STUN told (RFC 8489)."""

    #: Where it stands.
    state: StunState
    #: The server in use, as it was given.
    server: Optional[str]
    #: Address and port of our first UDP socket for SIP as the server sees it, ``"host:port"``; `None` until known, and without such a
    #: socket.
    sip: Optional[str]
    #: Why there is none: a `TimedOutError` of servers that do not answer, a `TransportError` for names that do not resolve.
    error: Optional[MicrosipError]


@dataclass(frozen=True)
class NetworkChange:
    """What a network change did, and what was done about it."""

    #: How far it is.
    step: NetworkStep
    #: Addresses of ours that were in use and no longer are.
    lost: tuple[str, ...]
    #: Addresses that are used instead; the same ones after an interface went down and up.
    gained: tuple[str, ...]
    #: Accounts that register anew.
    accounts: int
    #: Those of them whose registrar has confirmed.
    registered: int
    #: Calls whose peers are told by re-INVITE; those not answered yet are told as soon as they are.
    calls: int
    #: Those of them whose peer has agreed.
    moved: int
    #: Seconds since `NetworkStep.CHANGED`.
    took: float


@dataclass(frozen=True)
class TransportSwitch:
    """A request that goes another way for its size (RFC 3261 section 18.1.1)."""

    #: The call it belongs to, if it belongs to one.
    call: Optional[Call]
    #: Its ``Call-ID``.
    call_id: str
    #: Its method, such as ``"INVITE"``.
    method: str
    #: Where it goes, ``"host:port"``.
    remote: str
    #: Its size in bytes.
    size: int
    #: The largest that goes over UDP.
    limit: int
    #: What it would have taken.
    from_: Transport
    #: What it takes.
    to: Transport
    #: Why TCP failed; set when it goes over UDP after all.
    error: Optional[MicrosipError]
