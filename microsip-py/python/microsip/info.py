"""Snapshots: how something was at one moment. They do not change, and stay valid after what they tell of is gone.

Durations are seconds, points in time are aware `datetime.datetime`, addresses are ``"host:port"``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

from .enums import CallState, Direction, EndCause, EndedBy, HoldState, MediaDirection, RegistrationState, SrtpKeying, SrtpSuite
from .exceptions import MicrosipError
from .ice import IceInfo
from .message import Message

__all__ = ["CallEnd", "CallInfo", "Codec", "MediaInfo", "Reason", "RegistrationInfo"]


@dataclass(frozen=True)
class Reason:
    """Why a request was sent (``Reason``, RFC 3326)."""

    #: ``"SIP"``, ``"Q.850"`` or another.
    protocol: str
    #: Its number there.
    cause: Optional[int]
    #: Words for people; may be empty.
    text: str


@dataclass(frozen=True)
class Codec:
    """An audio codec."""

    #: As in SDP, such as ``"PCMU"`` or ``"opus"``.
    name: str
    #: Clock rate of its RTP timestamps in Hz, as in SDP.
    clock_rate: int
    #: Channels, as in SDP.
    channels: int


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
