"""Settings of audio: Opus, the jitter buffer, reports and what is watched."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from .enums import JitterDiscard

if TYPE_CHECKING:
    from .config import Seconds

__all__ = ["JitterBuffer", "OpusOptions", "QualityConfig"]


@dataclass(frozen=True)
class OpusOptions:
    """How Opus is used (RFC 7587). What we say of it is a wish of what we receive; the peer's wishes limit what we send: its
    ``maxaveragebitrate`` and ``maxplaybackrate``, and ``useinbandfec=1`` is needed for FEC.
    """

    #: Bits per second on average, 6,000 to 510,000: of what we send, and the most the peer is asked to send (``maxaveragebitrate``). By
    #: default Opus decides.
    bit_rate: Optional[int] = None
    #: How much work coding may be, 0 to 10; by default 5. 10 costs about three times as much as 0.
    complexity: Optional[int] = None
    #: Whether packets carry a coarse copy of the one before, from which a lost one is made good (``useinbandfec=1``); by default `True`.
    fec: Optional[bool] = None
    #: Loss in percent that the coder prepares for, 0 to 99; by default 5.
    expected_loss: Optional[int] = None
    #: Whether next to nothing is sent in silence (``usedtx=1``); by default `False`.
    dtx: Optional[bool] = None
    #: Whether every packet is equally large (``cbr=1``); by default `False`.
    cbr: Optional[bool] = None
    #: Whether the peer may send two channels (``stereo=1``), of which one is made; by default `False`.
    stereo: Optional[bool] = None
    #: The highest sample rate the peer need send, in Hz (``maxplaybackrate``): 8000, 12000, 16000, 24000 or 48000. By default what the
    #: bridge runs at, or the next one above.
    max_playback_rate: Optional[int] = None


@dataclass(frozen=True)
class JitterBuffer:
    """How packets wait so that late ones are in time. By default the delay adapts to what comes."""

    #: What is waited for before the first frame is played, and again after it ran empty; by default 0, which plays at once.
    initial: Optional[Seconds] = None
    #: The least that is waited for when it adapts; by default one frame.
    minimum: Optional[Seconds] = None
    #: The most that is waited for when it adapts; by default four fifths of the capacity.
    maximum: Optional[Seconds] = None
    #: How much it can hold, 20 ms to 5 s: packets beyond push out the oldest. By default 0.5 s.
    capacity: Optional[Seconds] = None
    #: How the delay becomes shorter again; by default `JitterDiscard.PROGRESSIVE`.
    discard: Union[JitterDiscard, str, None] = None

    @classmethod
    def fixed(cls, delay: Seconds) -> JitterBuffer:
        """One that waits for so much, always, and skips nothing. It holds five times as much, at least 0.5 s and at most 5 s."""
        seconds = delay.total_seconds() if isinstance(delay, datetime.timedelta) else float(delay)
        return cls(seconds, seconds, seconds, min(max(seconds * 5, 0.5), 5.0), JitterDiscard.NEVER)


@dataclass(frozen=True)
class QualityConfig:
    """How an endpoint buffers, reports and watches audio."""

    #: How packets wait; calls may have their own.
    jitter_buffer: Optional[JitterBuffer] = None
    #: Whether extended reports (RTCP XR, RFC 3611) are offered by ``a=rtcp-xr`` and sent: receiver reference time, DLRR, statistics
    #: summary, VoIP metrics with R factor and MOS; by default `False`. Accounts and calls may have their own setting.
    rtcp_xr: Optional[bool] = None
    #: How often they are sent, 1 s to 60 s; by default every 5 to 13 s.
    rtcp_xr_interval: Optional[Seconds] = None
    #: How often each call with audio tells its statistics by `CallStatistics`, 0.1 s to 1 hour; by default never.
    stats_every: Optional[Seconds] = None
    #: Calls are watched for audio that goes one way only, and what has lasted so long, 1 s to 1 minute, is told by `AudioTrouble`, once per
    #: finding and call. By default they are not watched.
    watch_audio: Optional[Seconds] = None
