"""The guard against scanners and floods: what one source may ask of us before anything is kept for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from .enums import GuardReason

if TYPE_CHECKING:
    from .config import Seconds
    from .policy import Network

__all__ = ["GuardAction", "GuardConfig", "GuardCounters", "GuardRate", "GuardReport"]


@dataclass(frozen=True)
class GuardRate:
    """How many requests of a kind one source may send."""

    #: Requests per second in the long run, 1 to 1,000,000.
    per_second: int
    #: How many may come at once after a pause, 1 to 1,000,000.
    burst: int


@dataclass(frozen=True)
class GuardAction:
    """What happens to a request above the limit. Where one is asked for, the status alone will do."""

    #: It is answered with this, 300 to 699, without a transaction; 480 or 503 are usual, and with 503 goes a ``Retry-After``. ACK is never
    #: answered. `None`: nothing is sent, so the source learns nothing, and nobody else is hit when its address is forged.
    refuse: Optional[int] = None


@dataclass(frozen=True)
class GuardConfig:
    """Settings of the guard.

    The limits lie far above what a telephone is asked, and do not hold for this machine, for the servers that have registered us, and for
    networks named here. Whoever expects calls by the thousand from an address that is none of these raises them or names it. Requests
    within a dialog, retransmissions and responses are never counted. One IPv6 source is a /64.
    """

    #: Whether there is a guard; by default `True`.
    enabled: Optional[bool] = None
    #: New calls of one source; by default 50 per second, 200 at once.
    invites: Optional[GuardRate] = None
    #: Everything else outside a dialog, and what cannot be parsed, of one source; by default 100 per second, 400 at once.
    requests: Optional[GuardRate] = None
    #: What happens above the limits; by default nothing is sent.
    action: Union[GuardAction, int, None] = None
    #: Requests whose ``User-Agent`` contains one of these, whatever the case, are dropped without an answer. By default the names that
    #: scanning programs are known to give; ``[]`` for no such check.
    scanners: Optional[Sequence[str]] = None
    #: Networks that are not guarded against; by default none.
    trusted: Optional[Sequence[Network]] = None
    #: Whether this machine's own loopback addresses are trusted; by default `True`.
    trust_loopback: Optional[bool] = None
    #: Whether addresses whose answer to our REGISTER was a 2xx are trusted, for a day; by default `True`.
    trust_registrars: Optional[bool] = None
    #: How many sources are told apart at most, 16 to 1,000,000; by default 4096. Those heard of longest ago are forgotten first.
    sources: Optional[int] = None
    #: An event tells of a source at most once in this time, 1 s to 1 day; by default 60 s.
    report_every: Optional[Seconds] = None

    @classmethod
    def off(cls) -> GuardConfig:
        """No guard at all."""
        return cls(enabled=False)


@dataclass(frozen=True)
class GuardReport:
    """A source the guard has stepped in against."""

    #: The address; of the last request, if it is IPv6.
    source: str
    #: Why, at this request.
    reason: GuardReason
    #: Requests of this source that were dropped or refused since the last event about it, this one included.
    requests: int
    #: What the scanner calls itself.
    user_agent: Optional[str]


@dataclass(frozen=True)
class GuardCounters:
    """What the guard has done since the endpoint started."""

    #: New calls above the limit, dropped or refused.
    invites: int
    #: Other requests above the limit, dropped or refused; unparsable ones that got no answer for it.
    requests: int
    #: Requests of scanners, dropped.
    scanners: int
    #: Sources that are told apart at the moment; at most `GuardConfig.sources`.
    sources: int
