"""Deadlines of waits that are made of several."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .config import Seconds


class Deadline:
    """When a wait is over, counted from now."""

    def __init__(self, timeout: Optional[Seconds]) -> None:
        #: How long it is, in seconds; `None` is for ever.
        self.timeout = timeout.total_seconds() if isinstance(timeout, datetime.timedelta) else timeout
        self._at = None if self.timeout is None else time.monotonic() + self.timeout

    def left(self) -> Optional[float]:
        """How long it still is."""
        return None if self._at is None else max(self._at - time.monotonic(), 0.0)
