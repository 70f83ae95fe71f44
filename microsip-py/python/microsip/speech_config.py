"""How speech is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Union

from .enums import Tap

if TYPE_CHECKING:
    from .config import Seconds

__all__ = ["SpeechOptions"]


@dataclass(frozen=True)
class SpeechOptions:
    """How speech is looked for in a call."""

    #: From which verdict of the neural network on something is speech, 0.1 to 0.95; by default 0.5. Higher: less noise is taken for
    #: speech, and more soft speech for noise.
    threshold: Optional[float] = None
    #: How long a pause must be to end speech, 0.1 to 10 s; by default 0.3 s. Shorter pauses are part of it.
    hangover: Optional[Seconds] = None
    #: Who is listened to; by default the peer.
    tap: Union[Tap, str, None] = None
