"""What ICE found (RFC 8445)."""

from __future__ import annotations

from typing import Optional

from ._dataclass import dataclass
from .enums import CandidateKind, IceState

__all__ = ["Candidate", "CandidatePair", "IceInfo"]


@dataclass(frozen=True)
class Candidate:
    """One end of the way that was chosen."""

    #: Where the address comes from.
    kind: CandidateKind
    #: ``"host:port"``.
    address: str


@dataclass(frozen=True)
class CandidatePair:
    """The way a component's packets take."""

    #: Our end.
    local: Candidate
    #: The peer's end.
    remote: Candidate


@dataclass(frozen=True)
class IceInfo:
    """ICE of one stream."""

    #: Where it stands.
    state: IceState
    #: Whether we decide which way is taken (RFC 8445 section 6.1.1).
    controlling: bool
    #: The way RTP takes; set with `IceState.CONNECTED`.
    rtp: Optional[CandidatePair]
    #: The way RTCP takes; `None` as well when it shares RTP's.
    rtcp: Optional[CandidatePair]
