"""Deadlines of waits that are made of several."""

from __future__ import annotations

import datetime
import math
import time
from typing import TYPE_CHECKING, Optional

from .exceptions import from_native

if TYPE_CHECKING:
    from .config import Seconds


def seconds(span: Seconds) -> float:
    """A time span as seconds; those that are none are refused as the engine refuses them."""
    if isinstance(span, datetime.timedelta):
        span = span.total_seconds()
    elif not isinstance(span, (int, float)):
        raise TypeError(f"expected seconds as a number, or a timedelta, not {type(span).__name__}")
    try:
        span = float(span)
    except OverflowError:
        span = math.inf if span > 0 else -math.inf
    if not span >= 0:
        text = f"{span} is no time span; expected seconds from 0 on"
        raise from_native("invalid_argument", "argument", text, "invalid_argument", None, None, None)
    return span


class Deadline:
    """When a wait is over, counted from the first time that somebody asks."""

    def __init__(self, timeout: Optional[Seconds]) -> None:
        #: How long it is, in seconds; `None` is for ever.
        self.timeout = None if timeout is None else seconds(timeout)
        self._at: Optional[float] = None

    def left(self) -> Optional[float]:
        """How long it still is."""
        if self.timeout is None:
            return None
        now = time.monotonic()
        if self._at is None:
            self._at = now + self.timeout
            return self.timeout
        return max(self._at - now, 0.0)
