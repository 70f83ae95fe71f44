"""Settings. Whatever is `None` is as the engine has it by default.

Functions that take settings take them as one object, as keywords, or both: keywords win. Times are seconds, or `datetime.timedelta`.
Headers are a mapping or pairs of name and value.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Optional, TypedDict, TypeVar, Union

from ._dataclass import dataclass
from ._settings import shown
from .enums import LogLevel, RedirectPolicy, Transport
from .exceptions import ErrorKind, InvalidArgumentError
from .info import Reason, Replaces

# What settings of endpoints and accounts are made of.
if TYPE_CHECKING:
    from .account_config import ContactOptions, Credential, RetryPolicy
    from .audio_config import SpeechOptions
    from .dns import DnsConfig
    from .enums import DtmfDetection, OptionsPolicy, Refresher, Reliable100, SessionTimers, SrtpKeying, SrtpMode, SrtpSuite
    from .guard import GuardConfig
    from .media_config import JitterBuffer, OpusOptions, QualityConfig
    from .nat_config import AccountNat, NatConfig
    from .policy import CallPolicy, IncomingPolicy, MessageConfig, TransferRules
    from .tls_config import TlsConfig

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
    "Limits",
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


def _contradiction(reason: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"argument: {reason}", kind=ErrorKind.INVALID_ARGUMENT, operation="argument", reason=reason, code="invalid_argument"
    )


@dataclass(frozen=True)
class TransportConfig:
    """A socket to open."""

    #: What it carries.
    transport: Union[Transport, str] = Transport.UDP
    #: Where, ``"host:port"``; port 0 is any that is free.
    bind: str = "0.0.0.0:0"


@dataclass(frozen=True)
class Limits:
    """How many objects there can be at once. Memory is taken when they are used, not in advance."""

    #: Calls, 1 to 4096; by default 32. An incoming call beyond it is answered 486 Busy Here.
    calls: Optional[int] = None
    #: Accounts, 1 to 1024; by default 1024.
    accounts: Optional[int] = None


class EndpointConfigFields(TypedDict, total=False):
    """`EndpointConfig` as keywords."""

    user_agent: Optional[str]
    bind: Optional[str]
    transports: Optional[Sequence[TransportConfig]]
    tls: Optional[TlsConfig]
    rtp_ports: Optional[tuple[int, int]]
    switch_to_tcp: Optional[bool]
    dscp_sip: Optional[int]
    dscp_rtp: Optional[int]
    limits: Optional[Limits]
    max_calls: Optional[int]
    max_accounts: Optional[int]
    log_level: Union[LogLevel, str, None]
    codecs: Optional[str]
    opus: Optional[OpusOptions]
    ptime: Optional[Seconds]
    prefer_own_codecs: Optional[bool]
    concealment: Optional[bool]
    bridge_rate: Optional[int]
    incoming: Union[IncomingPolicy, int, None]
    policy: Optional[CallPolicy]
    dtmf_detection: Union[DtmfDetection, str, None]
    speech_detection: Optional[SpeechOptions]
    transfers: Optional[TransferRules]
    messages: Optional[MessageConfig]
    options: Union[OptionsPolicy, str, None]
    guard: Optional[GuardConfig]
    send_silence: Optional[bool]
    silence_suppression: Optional[bool]
    rport: Optional[bool]
    gather: Optional[Seconds]
    event_capacity: Optional[int]
    transaction_timeout: Optional[Seconds]
    close_timeout: Optional[Seconds]
    trace: Optional[bool]
    dns: Optional[DnsConfig]
    network_watch: Optional[bool]
    quality: Optional[QualityConfig]
    nat: Optional[NatConfig]


@dataclass(frozen=True, repr=False)
class EndpointConfig:
    """Settings of an endpoint."""

    #: The header ``User-Agent``; by default ``microsip/VERSION``.
    user_agent: Optional[str] = None
    #: Instead of `transports`: one socket of each kind on this address, ``"host:port"``; UDP and TCP at its port, TLS at any that is
    #: free.
    bind: Optional[str] = None
    #: SIP sockets to open; by default UDP, TCP and TLS on all IPv4 addresses, ports chosen by the system.
    transports: Optional[Sequence[TransportConfig]] = None
    #: Settings of TLS.
    tls: Optional[TlsConfig] = None
    #: First and last UDP port for RTP and RTCP; by default the system chooses. A call takes two. When none is free, a call fails.
    rtp_ports: Optional[tuple[int, int]] = None
    #: Whether requests of more than 1,300 bytes go over TCP rather than UDP, as RFC 3261 section 18.1.1 asks; by default `True`. Without it
    #: they are sent in fragments, which some networks lose; with it, a peer whose TCP neither answers nor refuses delays such a request by
    #: seven seconds.
    switch_to_tcp: Optional[bool] = None
    #: Differentiated services code point of SIP packets (RFC 2474), 0 to 63; 24 (CS3) is usual. By default the system's choice.
    dscp_sip: Optional[int] = None
    #: The same for RTP and RTCP; 46 (EF) is usual.
    dscp_rtp: Optional[int] = None
    #: How many calls and accounts there can be.
    limits: Optional[Limits] = None
    #: `Limits.calls` alone.
    max_calls: Optional[int] = None
    #: `Limits.accounts` alone.
    max_accounts: Optional[int] = None
    #: How much PJSIP's own log says, to the logger ``microsip.pjsip``; by default warnings.
    log_level: Union[LogLevel, str, None] = None
    #: Codecs offered and accepted, the preferred one first: ``"opus PCMU/8000/1"``. What is left out of a name gets its usual value.
    #: Accounts and calls may use some of them, in another order.
    codecs: Optional[str] = None
    #: How Opus is used; accounts and calls may have settings of their own.
    opus: Optional[OpusOptions] = None
    #: How much audio a packet holds, 10 to 120 ms (``a=ptime``, RFC 8866 section 6.4). By default nothing is asked for, and 20 ms are sent.
    ptime: Optional[Seconds] = None
    #: Whether our answer names the first of *our* codecs that the caller offers; by default the first of the caller's that we have.
    prefer_own_codecs: Optional[bool] = None
    #: Whether audio that did not arrive is made up from what came before, and from copies in later packets; by default `True`, else there
    #: is silence in its place.
    concealment: Optional[bool] = None
    #: The bridge's sample rate in Hz: 8000, 16000, 24000, 32000, 44100 or 48000; by default 8000 when all codecs are narrowband, else
    #: 16000. Above that a call costs more, and only Opus, L16 and Speex at 32 kHz have more to give.
    bridge_rate: Optional[int] = None
    #: What happens to incoming calls by itself; by default the application answers. A status alone will do: ``incoming=180`` rings.
    incoming: Union[IncomingPolicy, int, None] = None
    #: What happens to them before that: rules, limits, forwarding, automatic answer. Accounts may have their own.
    policy: Optional[CallPolicy] = None
    #: Whether keys are listened for in the audio; by default where the peer sends none as RTP events.
    dtmf_detection: Union[DtmfDetection, str, None] = None
    #: Whether every call is listened to for speech, and how; by default none is.
    speech_detection: Optional[SpeechOptions] = None
    #: Which transfers by others are carried out; by default none.
    transfers: Optional[TransferRules] = None
    #: Which messages are taken and what is told about them by itself.
    messages: Optional[MessageConfig] = None
    #: How OPTIONS is answered by itself; by default `OptionsPolicy.AVAILABLE`.
    options: Union[OptionsPolicy, str, None] = None
    #: What one source may ask of us, and what is known of scanners.
    guard: Optional[GuardConfig] = None
    #: Whether a call with nothing to play sends silence, so that the peer and firewalls on the way see packets; by default `True`.
    send_silence: Optional[bool] = None
    #: Whether silence is left out of what is sent, where the codec can say so; by default `False`.
    silence_suppression: Optional[bool] = None
    #: Whether requests ask for the answer at the port they came from (RFC 3581); by default `True`. Without it no NAT forwards answers.
    rport: Optional[bool] = None
    #: How long events of state may wait to be delivered together, 0 to 1 s; by default 5 ms. Those that want an answer go out at once.
    gather: Optional[Seconds] = None
    #: How many events wait for a subscriber before the oldest are dropped; by default 10,000.
    event_capacity: Optional[int] = None
    #: How long a request waits for a final answer (RFC 3261 section 17.1), 1 to 64 s; by default 32 s.
    transaction_timeout: Optional[Seconds] = None
    #: How long closing waits for BYE, unregistration and messages to be answered, 0 to 30 s; by default 2 s.
    close_timeout: Optional[Seconds] = None
    #: Whether every SIP message is an event (`SipMessage`); by default `False`.
    trace: Optional[bool] = None
    #: How host names are resolved.
    dns: Optional[DnsConfig] = None
    #: Whether changes of this machine's network are noticed (Linux): then accounts register anew, calls get new media sockets and a
    #: re-INVITE, and `NetworkChanged` tells. By default if a socket is bound to all addresses, since others cannot move.
    network_watch: Optional[bool] = None
    #: How audio is buffered, reported and watched.
    quality: Optional[QualityConfig] = None
    #: How we are reached through NAT; by default nothing is done about it.
    nat: Optional[NatConfig] = None

    __repr__ = shown

    def __post_init__(self) -> None:
        if self.bind is not None and self.transports is not None:
            raise _contradiction("EndpointConfig.bind and EndpointConfig.transports are both given; give one of them")


class AccountConfigFields(TypedDict, total=False):
    """`AccountConfig` as keywords."""

    username: Optional[str]
    password: Optional[str]
    registrar: Optional[str]
    register_on_add: Optional[bool]
    credentials: Optional[Sequence[Credential]]
    transport: Union[Transport, str, None]
    proxies: Optional[Sequence[str]]
    register_by_proxies: Optional[bool]
    expires: Optional[Seconds]
    retry: Optional[RetryPolicy]
    contact: Optional[ContactOptions]
    path: Optional[bool]
    register_headers: Optional[Headers]
    keep_alive: Optional[Seconds]
    codecs: Optional[str]
    opus: Optional[OpusOptions]
    ptime: Optional[Seconds]
    policy: Optional[CallPolicy]
    srtp: Union[SrtpMode, str, None]
    srtp_keying: Optional[Sequence[Union[SrtpKeying, str]]]
    srtp_suites: Optional[Sequence[Union[SrtpSuite, str]]]
    timers: Union[SessionTimers, str, None]
    session_expires: Optional[Seconds]
    min_se: Optional[Seconds]
    refresher: Union[Refresher, str, None]
    reliable: Union[Reliable100, str, None]
    rtcp_xr: Optional[bool]
    nat: Optional[AccountNat]
    publish_presence: Optional[bool]


@dataclass(frozen=True, repr=False)
class AccountConfig:
    """Settings of an account."""

    #: Its address (address of record), ``"sip:user@domain"`` or with a name before it: ``"Alice <sip:alice@example.org>"``.
    aor: str = ""
    #: Whose `password` it is; by default the user part of the address.
    username: Optional[str] = None
    #: The password for whoever asks, whatever realm is named (RFC 3261 section 22). With a password and no `registrar`, the account is
    #: registered at the domain of its address.
    password: Optional[str] = field(default=None, repr=False)
    #: Where it is registered, ``"sip:domain[:port]"``. Without it, and without `password`, nowhere; ``""``: nowhere, whatever else is said.
    registrar: Optional[str] = None
    #: Whether it is registered as soon as it is added; by default `True`.
    register_on_add: Optional[bool] = None
    #: Credentials for whoever asks, at most 8; one realm may occur several times with different digests.
    credentials: Optional[Sequence[Credential]] = None
    #: What carries requests to the registrar and to targets that do not say; by default UDP.
    transport: Union[Transport, str, None] = None
    #: Proxies all requests pass first, in order, as SIP URIs: the preloaded ``Route`` (RFC 3261 section 8.1.2). What the registrar says in
    #: ``Service-Route`` (RFC 3608) follows them in every request but REGISTER.
    proxies: Optional[Sequence[str]] = None
    #: Whether REGISTER passes the proxies, too; by default `True`.
    register_by_proxies: Optional[bool] = None
    #: Lifetime asked of the registrar, 10 s to 1 day; by default 300 s. A registrar that wants more (423) gets more, and one that grants
    #: less is refreshed by that.
    expires: Optional[Seconds] = None
    #: When a registration that failed is tried again.
    retry: Optional[RetryPolicy] = None
    #: Parameters of the Contact.
    contact: Optional[ContactOptions] = None
    #: Whether ``Supported: path`` goes with REGISTER (RFC 3327 section 5.1); by default `True`.
    path: Optional[bool] = None
    #: Additional headers of REGISTER.
    register_headers: Optional[Headers] = None
    #: How often an empty line goes to a UDP registrar while registered, so that NATs on the way keep the path open: 0 for never, else 1 s
    #: to 1 hour; by default 15 s. A ``Flow-Timer`` of the registrar (RFC 5626 section 4.4.1) takes its place.
    keep_alive: Optional[Seconds] = None
    #: Codecs of this account's calls, the preferred one first; all must be among `EndpointConfig.codecs`. By default those.
    codecs: Optional[str] = None
    #: How Opus is used in its calls; by default as the endpoint.
    opus: Optional[OpusOptions] = None
    #: How much audio a packet holds in its calls; by default as the endpoint.
    ptime: Optional[Seconds] = None
    #: What happens with its incoming calls; by default what the endpoint does.
    policy: Optional[CallPolicy] = None
    #: Whether media is encrypted (RFC 3711); by default off.
    srtp: Union[SrtpMode, str, None] = None
    #: How encrypted media gets its keys: the first is offered, all are accepted. By default SDES, then DTLS.
    srtp_keying: Optional[Sequence[Union[SrtpKeying, str]]] = None
    #: Ciphers of encrypted media, offered in this order; those that are not named are not accepted.
    srtp_suites: Optional[Sequence[Union[SrtpSuite, str]]] = None
    #: Session timers of its calls (RFC 4028); by default offered.
    timers: Union[SessionTimers, str, None] = None
    #: How long a session lives without a refresh (``Session-Expires``), `min_se` to 1 day; by default 1800 s.
    session_expires: Optional[Seconds] = None
    #: The shortest we agree to (``Min-SE``), 90 s to 1 day; by default 90 s.
    min_se: Optional[Seconds] = None
    #: Who is to refresh the sessions of its calls; by default nobody is named.
    refresher: Union[Refresher, str, None] = None
    #: Reliable provisional responses of its calls (RFC 3262); by default offered.
    reliable: Union[Reliable100, str, None] = None
    #: Whether its calls offer and send extended reports (RTCP XR); by default as `QualityConfig.rtcp_xr`.
    rtcp_xr: Optional[bool] = None
    #: How it is reached through NAT.
    nat: Optional[AccountNat] = None
    #: Whether its presence is published, by PUBLISH to its address (RFC 3903), once it is registered if it has a registrar; by default
    #: `False`.
    publish_presence: Optional[bool] = None

    __repr__ = shown


class CallOptionsFields(TypedDict, total=False):
    """`CallOptions` as keywords."""

    headers: Optional[Headers]
    request_uri: Optional[str]
    from_: Optional[str]
    anonymous: Optional[bool]
    late_offer: Optional[bool]
    redirects: Union[RedirectPolicy, str, None]
    reliable: Union[Reliable100, str, None]
    timers: Union[SessionTimers, str, None]
    ring_for: Optional[Seconds]
    hang_up_after: Optional[Seconds]
    jitter_buffer: Optional[JitterBuffer]
    rtcp_xr: Optional[bool]
    replaces: Optional[Replaces]
    codecs: Optional[str]
    opus: Optional[OpusOptions]
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
    #: Reliable provisional responses (RFC 3262), when not the account's setting.
    reliable: Union[Reliable100, str, None] = None
    #: Session timers (RFC 4028), when not the account's setting.
    timers: Union[SessionTimers, str, None] = None
    #: How long it may ring before it is cancelled, up to 7 days.
    ring_for: Optional[Seconds] = None
    #: When it is hung up, counted from the answer, up to 7 days.
    hang_up_after: Optional[Seconds] = None
    #: How packets wait, when not as the endpoint says.
    jitter_buffer: Optional[JitterBuffer] = None
    #: Whether extended reports (RTCP XR, RFC 3611) are offered and sent, when not as account or endpoint say.
    rtcp_xr: Optional[bool] = None
    #: The callee's dialog whose place this call takes (RFC 3891), to pick a call up.
    replaces: Optional[Replaces] = None
    #: Codecs offered, the preferred one first, such as ``"PCMA/8000/1 PCMU/8000/1"``; here and in later offers and answers of
    #: the call. All must be among the endpoint's.
    codecs: Optional[str] = None
    #: How Opus is used, when not the account's setting.
    opus: Optional[OpusOptions] = None
    #: Length of the audio in a packet, 0.01 to 0.12.
    ptime: Optional[Seconds] = None


class AnswerOptionsFields(TypedDict, total=False):
    """`AnswerOptions` as keywords."""

    headers: Optional[Headers]
    phrase: Optional[str]
    jitter_buffer: Optional[JitterBuffer]
    rtcp_xr: Optional[bool]
    codecs: Optional[str]
    opus: Optional[OpusOptions]
    ptime: Optional[Seconds]
    prefer_own_codecs: Optional[bool]


@dataclass(frozen=True)
class AnswerOptions:
    """How a call is answered."""

    #: Additional headers of the answer.
    headers: Optional[Headers] = None
    #: The words beside the status, 200 bytes at most; the usual ones by default.
    phrase: Optional[str] = None
    #: How packets wait, when not as the endpoint says. Holds from the first answer with SDP on.
    jitter_buffer: Optional[JitterBuffer] = None
    #: Whether extended reports (RTCP XR, RFC 3611) are offered and sent. Holds from the first answer with SDP on.
    rtcp_xr: Optional[bool] = None
    #: Codecs accepted, such as ``"PCMA/8000/1 PCMU/8000/1"``; here and in later offers and answers of the call.
    codecs: Optional[str] = None
    #: How Opus is used, when not the account's setting.
    opus: Optional[OpusOptions] = None
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
