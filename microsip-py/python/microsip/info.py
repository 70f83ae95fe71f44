"""Snapshots: how something was at one moment. They do not change, and stay valid after what they tell of is gone.

Durations are seconds, points in time are aware `datetime.datetime`, addresses are ``"host:port"``.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional

from . import _microsip
from ._dataclass import dataclass
from .enums import (
    CallState,
    Direction,
    EndCause,
    EndedBy,
    HoldState,
    MediaDirection,
    RegistrationState,
    SrtpKeying,
    SrtpSuite,
)
from .exceptions import MicrosipError
from .ice import IceInfo
from .message import Message

if TYPE_CHECKING:
    from .stats import StreamStats

__all__ = [
    "CallEnd",
    "CallInfo",
    "Codec",
    "Diversion",
    "HistoryEntry",
    "Identity",
    "MediaInfo",
    "Reason",
    "RegistrationInfo",
    "Replaces",
]


@dataclass(frozen=True)
class Reason:
    """Why a request was sent (``Reason``, RFC 3326)."""

    #: ``"SIP"``, ``"Q.850"`` or another.
    protocol: str
    #: Its number there.
    cause: Optional[int] = None
    #: Words for people; may be empty.
    text: str = ""

    @classmethod
    def q850(cls, cause: int) -> Reason:
        """A cause of Q.850 with its usual words: 16 is normal clearing, 17 user busy.

        Raises `InvalidArgumentError` for a number outside 1 to 127.
        """
        return _microsip.q850(cause)

    @classmethod
    def sip(cls, status: int, text: str = "") -> Reason:
        """A SIP status as reason, such as 200 with "Call completed elsewhere"."""
        return cls("SIP", status, text)


@dataclass(frozen=True)
class Replaces:
    """A dialog as the header ``Replaces`` names it (RFC 3891 section 6.1), as seen by who receives the header."""

    #: The dialog's ``Call-ID``.
    call_id: str
    #: The tag of the party that receives the header: its local tag in that dialog.
    to_tag: str
    #: The tag of the other party of that dialog.
    from_tag: str
    #: Only if the dialog is early still: a call that was answered meanwhile is left alone (486).
    early_only: bool = False

    @classmethod
    def parse(cls, value: str) -> Replaces:
        """Reads the header's value.

        Raises `InvalidArgumentError` when Call-ID or a tag is missing or stands there twice.
        """
        return _microsip.parse_replaces(value)

    def __str__(self) -> str:
        early = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{early}"


@dataclass(frozen=True)
class Diversion:
    """One diversion of a call (``Diversion``, RFC 5806)."""

    #: Who it was diverted from, as name-addr or URI.
    from_: str
    #: Why: ``user-busy``, ``no-answer``, ``unconditional``, …; empty when not told.
    reason: str
    #: How many diversions this entry stands for; 1 when not told.
    count: int


@dataclass(frozen=True)
class HistoryEntry:
    """One target of a request's history (``History-Info``, RFC 7044)."""

    #: The target, as name-addr or URI.
    uri: str
    #: Its place in the tree of targets, such as ``1.2``; empty when not told.
    index: str


@dataclass(frozen=True)
class Identity:
    """What a message says about who calls. Nothing of it is proven: it is worth as much as the network it came through."""

    #: ``P-Asserted-Identity`` (RFC 3325), in order, as name-addr or URI.
    asserted: tuple[str, ...]
    #: ``Remote-Party-ID``, in order, without parameters.
    remote_party: tuple[str, ...]
    #: Who the call was diverted from, the latest diversion first.
    diversions: tuple[Diversion, ...]
    #: Every target the request had, in the order of the header.
    history: tuple[HistoryEntry, ...]
    #: The values of ``Privacy`` (RFC 3323): ``id``, ``header``, ``session``, ``user``, ``none``, ``critical``.
    privacy: tuple[str, ...]
    #: Whether the caller hides who they are: ``Privacy: id`` or ``user``, or a From of ``anonymous.invalid``.
    anonymous: bool


@dataclass(frozen=True)
class Codec:
    """An audio codec."""

    #: As in SDP, such as ``"PCMU"`` or ``"opus"``.
    name: str
    #: Clock rate of its RTP timestamps in Hz, as in SDP.
    clock_rate: int
    #: Channels, as in SDP.
    channels: int

    def __str__(self) -> str:
        return f"{self.name}/{self.clock_rate}/{self.channels}"


@dataclass(frozen=True)
class MediaInfo:
    """One audio stream of a call."""

    #: Whether it runs.
    active: bool
    #: Which way audio flows.
    direction: MediaDirection
    #: The codec agreed on.
    codec: Optional[Codec]
    #: RTP payload type we send.
    payload_type: Optional[int]
    #: Where we send RTP, ``host:port``, as the SDP says; empty until known. ICE may have found another way: see `ice`.
    remote_rtp: str
    #: How the stream's keys are agreed; `None` for plain RTP. With DTLS, nothing is sent or heard until the handshake is over.
    #: How the stream's keys are agreed; `None` for plain RTP.
    srtp: Optional[SrtpKeying]
    #: What protects the stream; `None` for plain RTP, and until keys are agreed.
    srtp_suite: Optional[SrtpSuite]
    #: What ICE found; `None` when this side does without it.
    ice: Optional[IceInfo]


@dataclass(frozen=True)
class CallEnd:
    """How a call ended."""

    #: The SIP code: 200 for a call that was hung up, 487 for a cancelled one, the answer's code for a rejected one.
    code: int
    #: The reason phrase that came or went with it.
    reason: str
    #: Who ended it.
    by: EndedBy
    #: What ended it.
    cause: EndCause
    #: Set when the call failed.
    error: Optional[MicrosipError]
    #: The peer's reasons (``Reason``, RFC 3326), in order.
    reasons: tuple[Reason, ...]

    @property
    def q850(self) -> Optional[int]:
        """The peer's cause in the numbers of telephony (Q.850), if it told one: 16 normal clearing, 17 busy, …"""
        for reason in self.reasons:
            if reason.protocol.upper() == "Q.850":
                return reason.cause
        return None


@dataclass(frozen=True)
class CallInfo:
    """A call at one moment."""

    #: The call's number.
    id: int
    #: The number of its account.
    account: int
    #: Who made it.
    direction: Direction
    #: Where it is in its life.
    state: CallState
    #: Our address, as name-addr.
    local_uri: str
    #: The peer's address, as name-addr.
    remote_uri: str
    #: Where the peer wants to be reached within the call; empty until known.
    remote_contact: str
    #: The header ``Call-ID``.
    sip_call_id: str
    #: Our tag of the dialog.
    local_tag: str
    #: The peer's tag of the dialog; empty until known.
    remote_tag: str
    #: The INVITE that came in; `None` for outgoing calls.
    invite: Optional[Message]
    #: The last message of the peer that changed the call.
    message: Optional[Message]
    #: The last status sent or received for the INVITE.
    last_status: Optional[int]
    #: Its audio streams.
    media: tuple[MediaInfo, ...]
    #: Who holds it.
    hold: HoldState
    #: Whether the peer gets silence from us.
    muted: bool
    #: When the INVITE was sent or came.
    started: datetime.datetime
    #: When the call was up.
    confirmed: Optional[datetime.datetime]
    #: The number of the call whose peer asked for this one.
    transferred_from: Optional[int]
    #: The number of the call whose place it took.
    replaces: Optional[int]
    #: How it ended.
    end: Optional[CallEnd]
    #: Statistics of the audio when its newest stream ended, all before it included; `Call.stats` tells those of now.
    stats: Optional[StreamStats]
    #: How long it had been up by then, in seconds; 0.0 if it never was.
    duration: float
    #: The user part of the peer's address: ``1001`` of ``"Alice" <sip:1001@host>``; empty when there is none.
    remote_user: str

    @property
    def audio(self) -> Optional[MediaInfo]:
        """The stream that is heard: the first that runs, or the first at all."""
        running = [stream for stream in self.media if stream.active]
        return next(iter(running or self.media), None)

    @property
    def is_ended(self) -> bool:
        """Whether it is over."""
        return self.end is not None


@dataclass(frozen=True)
class RegistrationInfo:
    """A registration at one moment."""

    #: Where it stands.
    state: RegistrationState
    #: The registrar's last answer.
    code: Optional[int]
    #: The reason phrase that came with it.
    reason: str
    #: How long the registrar keeps the binding, in seconds; set while registered.
    expires: Optional[float]
    #: Why it failed; set with `RegistrationState.FAILED`.
    error: Optional[MicrosipError]
    #: When it is tried again; set with `RegistrationState.FAILED` unless trying again is of no use.
    next_retry: Optional[datetime.datetime]
    #: Failures in a row.
    failures: int
    #: What the registrar holds; set while registered.
    contact: Optional[str]
    #: The registrar's ``Service-Route`` (RFC 3608), in order.
    service_route: tuple[str, ...]
