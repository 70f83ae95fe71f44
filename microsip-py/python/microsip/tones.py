"""Tones as data: what they are made of, in which cadence; the tones of countries; keys; comfort noise; and tones being played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from . import _microsip
from ._dataclass import dataclass
from ._handle import Handle
from .audio_enums import ToneKind
from .samples import Level, Pcm

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from .config import Seconds

__all__ = ["ComfortNoise", "Country", "Modulated", "Silence", "Sine", "Sines", "Sound", "Tone", "TonePlayer", "ToneStep"]


@dataclass(frozen=True)
class Country:
    """A country whose tones are known. Its code will do wherever one is asked for."""

    #: ISO 3166-1 in lower case, except ``"uk"``.
    code: str
    #: In English.
    name: str
    #: The tones it defines.
    tones: tuple[ToneKind, ...]

    @staticmethod
    def of(code: str) -> Country:
        """The country of a code, in any case; ``gb`` is ``uk``. Raises `InvalidArgumentError` for one that is not known."""
        return _microsip.country(code)

    @staticmethod
    def all() -> list[Country]:
        """Every country there is, by code."""
        return _microsip.countries()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Silence:
    """Nothing sounds."""


@dataclass(frozen=True)
class Sine:
    """One frequency."""

    #: In Hz, 10 to 20,000, and below half the rate it is played at.
    frequency_hz: float
    #: Its level, or a number of dBm0. `None`: if no frequency of the step has one, an equal share of -10 dBm0; else that of the next one
    #: that has.
    level: Union[Level, float, None] = None


@dataclass(frozen=True)
class Sines:
    """One to four frequencies added."""

    #: They; a number is one of Hz.
    sines: Sequence[Union[Sine, float]]


@dataclass(frozen=True)
class Modulated:
    """A frequency whose amplitude is modulated by another."""

    #: The frequency heard, in Hz.
    carrier_hz: float
    #: How often in a second it swells.
    by_hz: float
    #: How much of its amplitude swells, 1 to 100 %.
    depth: int = 90
    #: Its level, modulation included; `None` is -10 dBm0.
    level: Union[Level, float, None] = None


@dataclass(frozen=True)
class ComfortNoise:
    """Noise that tells a listener the line is not dead (RFC 3389)."""

    #: How loud it is; `None` is -60 dBov.
    level: Union[Level, float, None] = None
    #: Its spectrum as reflection coefficients (RFC 3389 section 3.2), each between -1 and 1, at most 16, for 8000 samples a second. None of
    #: them is a spectrum like that of rooms.
    reflection: Sequence[float] = ()


#: What sounds in a step.
Sound = Union[Silence, Sines, Modulated, ComfortNoise]


@dataclass(frozen=True)
class ToneStep:
    """A piece of a tone."""

    #: What sounds.
    sound: Sound
    #: For how long, 1 ms to an hour; `None`: until the tone is stopped. Only the last step may do without.
    length: Optional[Seconds] = None


@dataclass(frozen=True)
class Tone:
    """A tone: an introduction played once, then a cycle of steps that repeats.

    As text it is steps separated by commas, as in Asterisk's ``indications.conf``, with levels: ``440+480@-19/2000,0/4000`` is 440 and 480
    Hz at -19 dBm0 each for 2000 ms, then 4000 ms of silence, for ever. ``!`` before a step: played once, before all others. ``;3`` at the
    end: the cycle is played three times. ``400*25%90`` is 400 Hz modulated by 25 Hz, 90 % deep; ``noise@-60dBov`` is comfort noise.
    Without a level a tone has -10 dBm0 in all. Wherever a tone is taken a text will do: this, or what `find` knows.
    """

    #: Steps played once, at the beginning.
    intro: Sequence[ToneStep] = ()
    #: Steps played over and over after that. None: the tone ends after its introduction.
    cycle: Sequence[ToneStep] = ()
    #: How often the cycle is played; `None`: until the tone is stopped.
    times: Optional[int] = None

    @staticmethod
    def parse(text: str) -> Tone:
        """Reads a tone that is written as text. Raises `InvalidArgumentError`, which says which step is wrong, and how."""
        return _microsip.parse_tone(text)

    @staticmethod
    def find(name_or_text: str, country: Union[Country, str] = "us") -> Tone:
        """A tone by the name of its kind, such as ``"busy"``, in a country; ``"silence"``, ``"comfort_noise"``; or written as text.

        Raises `InvalidArgumentError` for what is neither.
        """
        return _microsip.find_tone(name_or_text, country)

    @staticmethod
    def of(kind: Union[ToneKind, str], country: Union[Country, str] = "us") -> Tone:
        """A tone of a country. Raises `InvalidArgumentError` when the country does not define it."""
        return _microsip.kind_tone(kind, country)

    @staticmethod
    def keys(digits: str, on: Seconds = 0.1, gap: Seconds = 0.1) -> Tone:
        """Keys one after the other, each for `on` seconds, with `gap` of silence behind it, once: row at -9 dBm0, column at -7 dBm0.

        This is sound like any other; digits for the peer's equipment are better sent as DTMF, which chooses the way it understands.
        Raises `InvalidArgumentError` for what is none of 0 to 9, *, #, A to D.
        """
        return _microsip.keys_tone(digits, on, gap)

    @staticmethod
    def beep(frequency_hz: float, level: Union[Level, float] = -10.0, length: Seconds = 0.4) -> Tone:
        """One frequency for a time, once."""
        return Tone(cycle=(ToneStep(Sines((Sine(frequency_hz, level),)), length),), times=1)

    @staticmethod
    def silence() -> Tone:
        """Silence until it is stopped."""
        return Tone(cycle=(ToneStep(Silence()),))

    @staticmethod
    def comfort_noise(noise: Optional[ComfortNoise] = None) -> Tone:
        """Comfort noise until it is stopped."""
        return Tone(cycle=(ToneStep(noise or ComfortNoise()),))

    @property
    def length(self) -> Optional[float]:
        """How long it lasts, in seconds; `None` when it does not end by itself."""
        return _microsip.tone_length(self)

    def render(self, rate: int = 16_000, longest: Seconds = 3600) -> Pcm:
        """Renders it at `rate` Hz, 8000 to 48000, until its end, but at most for `longest`, an hour.

        Raises `InvalidArgumentError` for a tone that cannot be played, or not at this rate.
        """
        return _microsip.render_tone(self, rate, longest)

    def __str__(self) -> str:
        """The text it can be read from; coefficients of noise are left out."""
        return _microsip.tone_text(self)


class TonePlayer(Handle):
    """A tone being played. Letting go of this object lets it go on; it ends by itself, by `stop`, or with its call or conference.

    ``await player`` waits for its end.
    """

    __slots__ = ()
    _native: _microsip.TonePlayer

    @property
    def tone(self) -> Tone:
        """The tone."""
        return self._native.tone

    @property
    def position(self) -> float:
        """How much has been handed to the bridge, in seconds."""
        return self._native.position

    @property
    def is_finished(self) -> bool:
        """Whether it has ended."""
        return self._native.is_finished

    def stop(self) -> None:
        """Stops it: it falls silent within 24 ms, without a click. Again, it does nothing."""
        self._native.stop()

    def wait_finished(self, timeout: Optional[Seconds] = None) -> None:
        """Waits until it has ended. Raises `TimedOutError` after `timeout` seconds (`None`: never)."""
        self._native.wait(timeout)

    async def wait_finished_async(self, timeout: Optional[Seconds] = None) -> None:
        """As `wait_finished`."""
        await self._native.wait_future(timeout)

    def __await__(self) -> Generator[Any, None, None]:
        return self.wait_finished_async().__await__()
