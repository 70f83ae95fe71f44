"""What a connection is worth to those who talk over it: the E-model (ITU-T G.107), for whatever numbers one has.

`StreamStats.quality` rates a call; this rates a plan::

    model = quality.EModel().with_codec(quality.codec_rating("PCMU/8000/1").impairment).with_loss(2.0).with_delay(150)
    print(quality.mos(model.rating()))
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Optional, Union

from . import _microsip
from ._dataclass import dataclass
from .info import Codec

__all__ = [
    "Band",
    "CodecRating",
    "EModel",
    "Impairment",
    "Parts",
    "Source",
    "WIDEBAND",
    "WIDEBAND_SCALE",
    "codec_rating",
    "delay_impairment",
    "effective_impairment",
    "g711_without_concealment",
    "mos",
    "wideband_rating",
]

#: R of a wideband connection with nothing wrong (G.107.1).
WIDEBAND: float = 129.0
#: What a wideband rating is divided by before it becomes a MOS (G.107.1, clause 7.1).
WIDEBAND_SCALE: float = 1.29


class Band(enum.Enum):
    """Which scale a rating is on. They cannot be compared with each other."""

    #: 300 to 3400 Hz (G.107): R up to 93.2.
    NARROW = "narrowband"
    #: 50 to 7000 Hz (G.107.1): R up to 129. Opus, too, is rated here.
    WIDE = "wideband"


class Source(enum.Enum):
    """Where a codec's numbers come from."""

    #: ITU-T G.113.
    G113 = "g113"
    #: Published measurements of others.
    MEASURED = "measured"
    #: Ours, by likeness with a codec that was measured; good to compare calls of one codec, not codecs.
    ESTIMATE = "estimate"


@dataclass(frozen=True)
class Impairment:
    """What a codec costs: Ie and Bpl of G.113."""

    #: Ie, without loss.
    ie: float
    #: Bpl, robustness against loss: the higher, the less a lost packet costs.
    bpl: float


@dataclass(frozen=True)
class Parts:
    """The parts of a rating."""

    #: Ro, signal against noise.
    ro: float
    #: Is, what comes with the signal.
    is_: float
    #: Id, delay and echo.
    id: float
    #: Ie,eff, codec and loss.
    ie_eff: float


@dataclass(frozen=True)
class CodecRating:
    """A codec's numbers."""

    #: Its scale.
    band: Band
    #: Ie and Bpl on that scale.
    impairment: Impairment
    #: Where they come from; the weaker source, where the two differ.
    source: Source


@dataclass(frozen=True)
class EModel:
    """Everything that counts, with G.107's names and defaults (its table 2)."""

    #: SLR, send loudness rating, dB.
    send_loudness: float = 8.0
    #: RLR, receive loudness rating, dB.
    receive_loudness: float = 2.0
    #: STMR, sidetone masking rating, dB.
    sidetone_masking: float = 15.0
    #: LSTR, listener sidetone rating, dB.
    listener_sidetone: float = 18.0
    #: Ds, D-value of the telephone at the send side.
    d_send: float = 3.0
    #: TELR, talker echo loudness rating, dB.
    talker_echo_loudness: float = 65.0
    #: WEPL, weighted echo path loss, dB.
    weighted_echo_path_loss: float = 110.0
    #: T, mean one-way delay of the echo path, ms.
    echo_delay_ms: float = 0.0
    #: Tr, round trip in the four-wire loop, ms.
    round_trip_ms: float = 0.0
    #: Ta, one-way delay from mouth to ear with no echo, ms.
    absolute_delay_ms: float = 0.0
    #: mT, the shortest delay that is noticed, ms.
    noticed_delay_ms: float = 100.0
    #: sT, how sensitive users are to delay.
    delay_sensitivity: float = 1.0
    #: qdu, quantisation distortion units.
    quantisation_units: float = 1.0
    #: Ie, equipment impairment of the codec without loss.
    equipment_impairment: float = 0.0
    #: Bpl, robustness of the codec against packet loss.
    loss_robustness: float = 4.3
    #: Ppl, packets lost, per cent.
    loss_percent: float = 0.0
    #: BurstR: mean length of losses in a row, divided by what it would be were they random.
    burst_ratio: float = 1.0
    #: Nc, circuit noise at the 0 dBr point, dBm0p.
    circuit_noise: float = -70.0
    #: Nfor, noise floor at the receive side, dBmp.
    noise_floor: float = -64.0
    #: Ps, room noise at the send side, dB(A).
    room_noise_send: float = 35.0
    #: Pr, room noise at the receive side, dB(A).
    room_noise_receive: float = 35.0
    #: A, advantage: what users forgive for convenience, 0 to 20.
    advantage: float = 0.0

    def with_codec(self, codec: Impairment) -> EModel:
        """The same with what a codec costs."""
        return dataclasses.replace(self, equipment_impairment=codec.ie, loss_robustness=codec.bpl)

    def with_loss(self, percent: float, burst_ratio: float = 1.0) -> EModel:
        """The same with packet loss, in per cent, and its burst ratio."""
        return dataclasses.replace(self, loss_percent=percent, burst_ratio=burst_ratio)

    def with_delay(self, ms: float) -> EModel:
        """The same with a one-way delay from mouth to ear in ms, without echo: T and Ta are this, Tr is twice this."""
        return dataclasses.replace(self, echo_delay_ms=ms, absolute_delay_ms=ms, round_trip_ms=2.0 * ms)

    def rating(self) -> float:
        """R: 93.2 by default, above 90 very satisfying, below 50 of no use; not cut to 0…100."""
        return _microsip.emodel_rating(self)

    def parts(self) -> Parts:
        """What R is made of."""
        return _microsip.emodel_parts(self)


def delay_impairment(delay_ms: float, noticed_ms: float = 100.0, sensitivity: float = 1.0) -> float:
    """Idd, what delay alone costs (G.107, clause 7.4): nothing up to `noticed_ms`; with defaults 3.0 at 200 ms, 24.1 at 400 ms."""
    return _microsip.delay_impairment(delay_ms, noticed_ms, sensitivity)


def effective_impairment(codec: Impairment, loss_percent: float, burst_ratio: float = 1.0) -> float:
    """Ie,eff: codec and packet loss together (G.107, clause 7.5)."""
    return _microsip.effective_impairment(codec, loss_percent, burst_ratio)


def mos(rating: float) -> float:
    """MOS of a rating on the scale 0 to 100 (G.107, annex B), 1 to 4.5. Divide a wideband one by `WIDEBAND_SCALE` first."""
    return _microsip.mos(rating)


def wideband_rating(codec: Impairment, loss_percent: float = 0.0, burst_ratio: float = 1.0, delay_ms: float = 0.0) -> float:
    """R of the wideband E-model for a clean terminal (G.107.1): 129 − Id − Ie,eff,WB. Only delay without echo counts into Id."""
    return _microsip.wideband_rating(codec, loss_percent, burst_ratio, delay_ms)


def codec_rating(codec: Union[Codec, str]) -> Optional[CodecRating]:
    """Numbers of a codec, or of one named as ``"PCMU/8000/1"``, as this engine sends and hears it; `None` for one we know nothing of.

    Raises `InvalidArgumentError` for what is no codec.
    """
    return _microsip.codec_rating(str(codec))


def g711_without_concealment() -> CodecRating:
    """G.711 whose losses are left as holes (G.113, appendix I)."""
    return _microsip.g711_without_concealment()
