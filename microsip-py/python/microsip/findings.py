"""Why somebody hears nothing."""

from __future__ import annotations

from typing import ClassVar

from ._dataclass import dataclass

__all__ = [
    "AudioFinding",
    "FromElsewhere",
    "NothingReceived",
    "NothingSent",
    "OnlySilence",
    "PrivateAddressOfOurs",
    "PrivateAddressOfPeer",
    "ReceptionStopped",
    "SrtpFailed",
    "UnknownPayload",
]


@dataclass(frozen=True)
class AudioFinding:
    """Something about a call's audio that explains why it is not heard, or soon will; one of the classes that derive from it."""

    #: Its stable name, as it appears in JSON.
    name: ClassVar[str] = "unknown"
    #: Whether audio is missing; the others explain it, and mean nothing as long as everybody hears.
    is_fault: ClassVar[bool] = True
    #: It in words, for people.
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class NothingReceived(AudioFinding):
    """The session says that we receive, and nothing came, not a single packet."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "nothing_received"
    #: How long the stream has run, in seconds.
    since: float


@dataclass(frozen=True)
class ReceptionStopped(AudioFinding):
    """Packets came, and then no more. A peer that suppresses silence does that too."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "reception_stopped"
    #: How long ago the last one came, in seconds.
    since: float


@dataclass(frozen=True)
class NothingSent(AudioFinding):
    """The session says that we send, and nothing left us."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "nothing_sent"
    #: For how long, in seconds.
    since: float


@dataclass(frozen=True)
class FromElsewhere(AudioFinding):
    """Packets come from another address than the peer's SDP says: a NAT or a media relay on the way. They are heard."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "from_elsewhere"
    #: It is heard all the same.
    is_fault: ClassVar[bool] = False
    #: What the SDP says, ``host:port``.
    announced: str
    #: Where the newest came from, ``host:port``.
    actual: str


@dataclass(frozen=True)
class PrivateAddressOfPeer(AudioFinding):
    """The peer's SDP has an address of a private network, and its signalling comes from a public one."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "private_address_of_peer"
    #: It is heard all the same.
    is_fault: ClassVar[bool] = False
    #: The address in its SDP.
    announced: str
    #: The address its signalling comes from.
    reached: str


@dataclass(frozen=True)
class PrivateAddressOfOurs(AudioFinding):
    """Our SDP has an address of a private network, and the peer is on a public one."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "private_address_of_ours"
    #: It is heard all the same.
    is_fault: ClassVar[bool] = False
    #: The address in our SDP.
    announced: str
    #: The peer's address.
    peer: str


@dataclass(frozen=True)
class OnlySilence(AudioFinding):
    """Packets come, and all that is in them is silence: a muted microphone, the wrong device."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "only_silence"
    #: How long, in seconds.
    since: float
    #: How loud the loudest of it was, in dBov.
    level_dbov: float


@dataclass(frozen=True)
class UnknownPayload(AudioFinding):
    """Packets come with a payload type that was not agreed on; they are thrown away."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "unknown_payload"
    #: How many.
    packets: int


@dataclass(frozen=True)
class SrtpFailed(AudioFinding):
    """Packets come that SRTP cannot open: another key, or no encryption at all."""

    #: As in `AudioFinding`.
    name: ClassVar[str] = "srtp_failed"
    #: How many.
    packets: int
