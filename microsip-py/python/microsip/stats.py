"""How good a call's audio is: what was sent and received, how it arrived, and what it is worth."""

from __future__ import annotations

from dataclasses import field
from typing import Optional

from ._dataclass import dataclass
from .info import Codec
from .quality import Band, Source

__all__ = [
    "AudioLevel",
    "BurstStats",
    "DirectionStats",
    "Jitter",
    "JitterBufferStats",
    "Quality",
    "RoundTrip",
    "StreamQuality",
    "StreamStats",
    "VoipMetrics",
    "XrStats",
]


@dataclass(frozen=True)
class Jitter:
    """Interarrival jitter (RFC 3550 section 6.4.1), in seconds. Of what we send, as the peer reports it."""

    #: The newest value.
    last: float
    #: The mean.
    mean: float
    #: The least.
    min: float
    #: The largest.
    max: float
    #: How many values there were; 0 while nothing is known.
    samples: int


@dataclass(frozen=True)
class RoundTrip:
    """The way there and back, in seconds, from RTCP."""

    #: The newest value.
    last: float
    #: The mean.
    mean: float
    #: The least.
    min: float
    #: The largest.
    max: float
    #: How many values there were.
    samples: int


@dataclass(frozen=True)
class AudioLevel:
    """How loud audio is, in dBov (RFC 6465): −3 a sine of full scale, speech some −20 to −35, −96 nothing at all."""

    #: The power of all of it.
    mean_dbov: float
    #: The largest sample; a sine of full scale has 0 here.
    peak_dbov: float
    #: The power of the last third of a second.
    recent_dbov: float
    #: How long nothing above −65 dBov was heard, up to now, in seconds.
    silent_for: float


@dataclass(frozen=True)
class BurstStats:
    """How losses are spread (RFC 3611 section 4.7.2): a burst is a time with losses less than 16 packets apart, a gap the time between
    bursts. What came too late to be played counts as lost here."""

    #: How often one or more packets in a row were lost.
    events: int
    #: The most packets lost in a row.
    longest: int
    #: Share of packets lost within bursts, 0.0 to 1.0.
    density: float
    #: Share of packets lost outside of them.
    gap_density: float
    #: Mean length of a burst, in seconds.
    duration: float
    #: Mean length of a gap.
    gap_duration: float
    #: BurstR of the E-model: 1 when losses are random or evenly spread, higher when they come together.
    ratio: float


@dataclass(frozen=True)
class DirectionStats:
    """One direction of a stream."""

    #: RTP packets sent or received.
    packets: int
    #: Payload bytes, without headers of RTP, UDP and IP.
    bytes: int
    #: Packets that should have come, by their sequence numbers; for what we send, those sent.
    expected: int
    #: Packets lost. Of what we send: as the peer reports.
    lost: int
    #: Packets received that were of no use: too late, too many at once.
    discarded: int
    #: Packets received after one that was sent later.
    reordered: int
    #: Packets received twice.
    duplicated: int
    #: Interarrival jitter.
    jitter: Jitter
    #: How losses are spread; known of what we receive.
    bursts: Optional[BurstStats]
    #: How loud it is. `None` of what is received while nothing here listens to it, for then it is not decoded.
    level: Optional[AudioLevel]
    #: RTCP reports about this direction: received of what we send, sent of what we receive.
    reports: int

    @property
    def loss_ratio(self) -> float:
        """Share of packets lost, 0.0 to 1.0."""
        return min(self.lost / self.expected, 1.0) if self.expected else 0.0


@dataclass(frozen=True)
class JitterBufferStats:
    """The jitter buffer: packets wait there until it is their turn. It counts frames of the codec, of which a packet may have two.

    Times are seconds.
    """

    #: Length of a frame.
    frame: float
    #: Frames that wait now.
    frames: int
    #: How long the newest of them will wait.
    delay: float
    #: Mean delay so far.
    delay_mean: float
    #: The least.
    delay_min: float
    #: The largest.
    delay_max: float
    #: Frames that are waited for before it plays on after it ran empty.
    prefetch: int
    #: The least it will wait for.
    prefetch_min: int
    #: The most it will wait for.
    prefetch_max: int
    #: Frames it can hold.
    capacity: int
    #: Frames played.
    played: int
    #: Frames whose turn came and that were not there: concealed.
    lost: int
    #: Times a frame was wanted and the buffer was empty or filling up.
    empty: int
    #: Frames thrown away because their turn was over.
    late: int
    #: Frames thrown away because they were there already.
    duplicated: int
    #: Frames thrown away because the buffer was full.
    overflow: int
    #: Frames skipped so that the delay becomes shorter.
    shrunk: int
    #: Frames thrown away because nothing here listens. Nothing is wrong.
    unread: int

    @property
    def discarded(self) -> int:
        """Frames thrown away although somebody listened."""
        return self.late + self.overflow + self.shrunk


@dataclass(frozen=True)
class VoipMetrics:
    """A VoIP metrics block (RFC 3611 section 4.7). What its sender does not know is `None`. Shares are 0.0 to 1.0, times seconds."""

    #: Share of packets lost.
    loss_rate: float
    #: Share of packets thrown away by the jitter buffer.
    discard_rate: float
    #: Share of packets lost or thrown away within bursts.
    burst_density: float
    #: The same between bursts.
    gap_density: float
    #: Mean length of bursts.
    burst_duration: float
    #: Mean length of gaps.
    gap_duration: float
    #: The newest round trip; 0.0 if it is not known.
    round_trip: float
    #: Delay within the system that reports: coding, decoding, jitter buffer.
    end_system_delay: float
    #: Voice against 0 dBm0, in dB.
    signal_level_dbm0: Optional[int]
    #: Noise between words against 0 dBm0, in dB.
    noise_level_dbm0: Optional[int]
    #: Residual echo return loss, in dB.
    echo_return_loss_db: Optional[int]
    #: The least distance of losses that are not one burst, in packets.
    gmin: int
    #: R of this RTP session, 0 to 100.
    r_factor: Optional[int]
    #: R of a network beyond it.
    external_r_factor: Optional[int]
    #: MOS of a listener, 1.0 to 5.0.
    mos_listening: Optional[float]
    #: MOS of a conversation.
    mos_conversational: Optional[float]
    #: Receiver configuration, as it stands in the block (RFC 3611 section 4.7.6).
    receiver_configuration: int
    #: Jitter buffer's delay now.
    jitter_buffer_nominal: float
    #: What a packet would have if it came just in time.
    jitter_buffer_maximum: float
    #: The most it can be.
    jitter_buffer_absolute_maximum: float


@dataclass(frozen=True)
class XrStats:
    """Ours and the peer's VoIP metrics blocks; `None` until one was sent or received."""

    #: What we tell the peer about what it sends, as it would be told now.
    local: Optional[VoipMetrics]
    #: What the peer last told us about what we send.
    remote: Optional[VoipMetrics]


@dataclass(frozen=True)
class Quality:
    """A call's worth by the E-model (ITU-T G.107, G.107.1).

    Loss is what was not played. Delay is half a round trip, the mean delay of the jitter buffer and one packet. Echo, noise and loudness
    are not known and taken as perfect, so this is what the network leaves, at best.
    """

    #: The scale: narrowband and wideband cannot be compared.
    band: Band
    #: Where the codec's numbers come from.
    source: Source
    #: R: up to 93.2 on the narrowband scale, up to 129 on the wideband one, not below 0.
    r_factor: float
    #: Mean opinion score of a listener, 1.0 to 4.5: delay does not count.
    mos_listening: float
    #: Mean opinion score of people who talk to each other, 1.0 to 4.5.
    mos_conversational: float
    #: Packets not played, in per cent.
    loss_percent: float
    #: BurstR: how much losses come together.
    burst_ratio: float
    #: One-way delay from mouth to ear that was used, in milliseconds.
    delay_ms: float


@dataclass(frozen=True)
class StreamQuality:
    """Each way's worth."""

    #: What we hear; `None` until packets came, and for codecs we have no numbers for.
    received: Optional[Quality]
    #: What the peer hears, from its reports; `None` until there is one.
    sent: Optional[Quality]


@dataclass(frozen=True)
class StreamStats:
    """Everything known about a call's audio: all its streams so far, a re-INVITE may begin another. Times are seconds."""

    #: The codec in use, or used last.
    codec: Optional[Codec]
    #: The RTP payload type we send it with.
    payload_type: Optional[int]
    #: How long a packet of ours is.
    packet_time: float
    #: How many streams the call has had so far.
    streams: int
    #: How long they have run together.
    duration: float
    #: What we sent, with loss and jitter as the peer reports them.
    sent: DirectionStats
    #: What we received.
    received: DirectionStats
    #: The way there and back; `None` until a report came back.
    round_trip: Optional[RoundTrip]
    #: What the jitter buffer does.
    jitter_buffer: JitterBufferStats
    #: Extended reports (RFC 3611), if they are on.
    xr: XrStats
    #: Packets received from another address than the peer's SDP says.
    from_elsewhere: int
    #: Packets received with a payload type that was not agreed on; they are not heard.
    unknown_payload: int
    #: SRTP: packets thrown away for a wrong key or damage.
    srtp_failed: int
    #: SRTP: packets thrown away for having come before.
    srtp_replayed: int
    #: What it is worth by the E-model, each way.
    quality: StreamQuality
    #: All of it as a JSON object in one line; docs/statistics.md has a table of the names with their units.
    json: str = field(repr=False)
