"""Settings. Whatever is `None` is as the engine has it by default.

Functions that take settings take them as one object, as keywords, or both: keywords win. Times are seconds, or `datetime.timedelta`.
Headers are a mapping or pairs of name and value.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, TypedDict, TypeVar, Union

from .enums import LogLevel, RedirectPolicy, Transport
from .info import Reason, Replaces

__all__ = [
    "AccountConfig",
    "AccountConfigFields",
    "AnswerOptions",
    "AnswerOptionsFields",
    "CallOptions",
    "CallOptionsFields",
    "EndpointConfig",
    "EndpointConfigFields",
    "HangUpOptions",
    "HangUpOptionsFields",
    "RejectOptions",
    "RejectOptionsFields",
    "TransportConfig",
]

#: A time span: seconds, or a `datetime.timedelta`.
Seconds = Union[float, datetime.timedelta]
#: Headers of SIP: a mapping, or pairs, whose order is kept and whose names may repeat.
Headers = Union[Mapping[str, str], Iterable[tuple[str, str]]]

_T = TypeVar("_T")


def merged(kind: type[_T], given: Optional[_T], fields: Mapping[str, Any]) -> _T:
    """`given` or the defaults, with `fields` in their places."""
    base = kind() if given is None else given
    if not isinstance(base, kind):
        raise TypeError(f"expected {kind.__name__}, not {type(base).__name__}")
    if not fields:
        return base
    try:
        return dataclasses.replace(base, **fields)  # type: ignore[type-var]
    except TypeError:
        known = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
        unknown = sorted(set(fields) - set(known))
        if not unknown:
            raise
        raise TypeError(f"{kind.__name__} has no {', '.join(map(repr, unknown))}; it has: {', '.join(known)}") from None


@dataclass(frozen=True)
class TransportConfig:
    """A socket to open."""

    #: What it carries.
    transport: Union[Transport, str] = Transport.UDP
    #: Where, ``"host:port"``; port 0 is any that is free.
    bind: str = "0.0.0.0:0"


class EndpointConfigFields(TypedDict, total=False):
    """`EndpointConfig` as keywords."""

    user_agent: Optional[str]
    transports: Optional[Sequence[TransportConfig]]
    rtp_ports: Optional[tuple[int, int]]
    max_calls: Optional[int]
    max_accounts: Optional[int]
    log_level: Union[LogLevel, str, None]
    trace: Optional[bool]
    event_capacity: Optional[int]
    close_timeout: Optional[Seconds]
    codecs: Optional[str]
    ptime: Optional[Seconds]


@dataclass(frozen=True)
class EndpointConfig:
    """Settings of an endpoint."""

    #: The header ``User-Agent``.
    user_agent: Optional[str] = None
    #: Sockets to open; by default UDP and TCP on any address.
    transports: Optional[Sequence[TransportConfig]] = None
    #: First and last port for audio.
    rtp_ports: Optional[tuple[int, int]] = None
    #: Calls at once, 1 to 4096; by default 32.
    max_calls: Optional[int] = None
    #: Accounts at once.
    max_accounts: Optional[int] = None
    #: How much PJSIP's log says.
    log_level: Union[LogLevel, str, None] = None
    #: Whether every SIP message is an event.
    trace: Optional[bool] = None
    #: How many events wait for a subscriber before the oldest are dropped.
    event_capacity: Optional[int] = None
    #: How long closing waits for peers and registrars.
    close_timeout: Optional[Seconds] = None
    #: Codecs in order of preference, such as ``"opus,PCMU"``.
    codecs: Optional[str] = None
    #: Length of the audio in a packet.
    ptime: Optional[Seconds] = None


class AccountConfigFields(TypedDict, total=False):
    """`AccountConfig` as keywords."""

    registrar: Optional[str]
    register_on_add: Optional[bool]
    transport: Union[Transport, str, None]
    proxies: Optional[Sequence[str]]
    expires: Optional[Seconds]
    register_headers: Optional[Headers]
    keep_alive: Optional[Seconds]


@dataclass(frozen=True)
class AccountConfig:
    """Settings of an account."""

    #: Its address, ``"sip:user@domain"`` or with a name before it.
    aor: str = ""
    #: Where it is registered; `None`: nowhere.
    registrar: Optional[str] = None
    #: Whether it is registered when it is added.
    register_on_add: Optional[bool] = None
    #: What carries its requests when the address does not say.
    transport: Union[Transport, str, None] = None
    #: Proxies that every request goes through, in order.
    proxies: Optional[Sequence[str]] = None
    #: How long a registration is asked for.
    expires: Optional[Seconds] = None
    #: Additional headers of REGISTER.
    register_headers: Optional[Headers] = None
    #: How often something is sent so that a NAT keeps the way open; 0: never.
    keep_alive: Optional[Seconds] = None


class CallOptionsFields(TypedDict, total=False):
    """`CallOptions` as keywords."""

    headers: Optional[Headers]
    request_uri: Optional[str]
    from_: Optional[str]
    anonymous: Optional[bool]
    late_offer: Optional[bool]
    redirects: Union[RedirectPolicy, str, None]
    ring_for: Optional[Seconds]
    hang_up_after: Optional[Seconds]
    rtcp_xr: Optional[bool]
    replaces: Optional[Replaces]
    codecs: Optional[str]
    ptime: Optional[Seconds]


@dataclass(frozen=True)
class CallOptions:
    """How a call is made."""

    #: Additional headers of the INVITE, after the engine's own.
    headers: Optional[Headers] = None
    #: Where the INVITE goes, a SIP URI, when that is not the callee's address; ``To`` stays that.
    request_uri: Optional[str] = None
    #: The header ``From``, as name-addr, when it is not the account's address.
    from_: Optional[str] = None
    #: Whether the caller is hidden (RFC 3323, RFC 3325): From is anonymous, ``Privacy: id`` asks the provider to keep it so, and
    #: ``P-Preferred-Identity`` tells the provider who we are.
    anonymous: Optional[bool] = None
    #: Whether the INVITE has no SDP: the callee offers in its answer, we answer in the ACK.
    late_offer: Optional[bool] = None
    #: What to do with a 3xx; by default the call ends with it.
    redirects: Union[RedirectPolicy, str, None] = None
    #: How long it may ring before it is cancelled, up to 7 days.
    ring_for: Optional[Seconds] = None
    #: When it is hung up, counted from the answer, up to 7 days.
    hang_up_after: Optional[Seconds] = None
    #: Whether extended reports (RTCP XR, RFC 3611) are offered and sent, when not as account or endpoint say.
    rtcp_xr: Optional[bool] = None
    #: The callee's dialog whose place this call takes (RFC 3891), to pick a call up.
    replaces: Optional[Replaces] = None
    #: Codecs offered, the preferred one first, such as ``"PCMA/8000/1 PCMU/8000/1"``; here and in later offers and answers of
    #: the call. All must be among the endpoint's.
    codecs: Optional[str] = None
    #: Length of the audio in a packet, 0.01 to 0.12.
    ptime: Optional[Seconds] = None


class AnswerOptionsFields(TypedDict, total=False):
    """`AnswerOptions` as keywords."""

    headers: Optional[Headers]
    phrase: Optional[str]
    rtcp_xr: Optional[bool]
    codecs: Optional[str]
    ptime: Optional[Seconds]
    prefer_own_codecs: Optional[bool]


@dataclass(frozen=True)
class AnswerOptions:
    """How a call is answered."""

    #: Additional headers of the answer.
    headers: Optional[Headers] = None
    #: The words beside the status, 200 bytes at most; the usual ones by default.
    phrase: Optional[str] = None
    #: Whether extended reports (RTCP XR, RFC 3611) are offered and sent. Holds from the first answer with SDP on.
    rtcp_xr: Optional[bool] = None
    #: Codecs accepted, such as ``"PCMA/8000/1 PCMU/8000/1"``; here and in later offers and answers of the call.
    codecs: Optional[str] = None
    #: Length of the audio in a packet, 0.01 to 0.12.
    ptime: Optional[Seconds] = None
    #: Whether our order of codecs decides instead of the caller's.
    prefer_own_codecs: Optional[bool] = None


class RejectOptionsFields(TypedDict, total=False):
    """`RejectOptions` as keywords."""

    headers: Optional[Headers]
    phrase: Optional[str]
    reasons: Optional[Sequence[Reason]]
    contacts: Optional[Sequence[str]]


@dataclass(frozen=True)
class RejectOptions:
    """How a call is rejected."""

    #: Additional headers of the answer.
    headers: Optional[Headers] = None
    #: The words beside the status, 200 bytes at most; the usual ones by default.
    phrase: Optional[str] = None
    #: Why, as headers ``Reason`` (RFC 3326).
    reasons: Optional[Sequence[Reason]] = None
    #: Where else the callee can be reached, as headers ``Contact``: URIs, or name-addrs such as ``<sip:b@h>;q=0.5``; with a status
    #: from 300 to 399, or 485.
    contacts: Optional[Sequence[str]] = None


class HangUpOptionsFields(TypedDict, total=False):
    """`HangUpOptions` as keywords."""

    headers: Optional[Headers]
    reasons: Optional[Sequence[Reason]]


@dataclass(frozen=True)
class HangUpOptions:
    """How a call is ended."""

    #: Additional headers of the BYE, CANCEL or response.
    headers: Optional[Headers] = None
    #: Why, as headers ``Reason`` (RFC 3326), such as ``[Reason.q850(16)]``.
    reasons: Optional[Sequence[Reason]] = None
