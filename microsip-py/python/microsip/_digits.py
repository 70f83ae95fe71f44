"""What the waits for digits have in common: how long the next piece of one is, and what its end means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._deadline import Deadline
from .exceptions import TimedOutError, from_native

if TYPE_CHECKING:
    from .config import Seconds


class Entry:
    """One wait for digits."""

    def __init__(self, count: Optional[int], until: Optional[str], timeout: Optional[Seconds], gap: Optional[Seconds], typed: int) -> None:
        # With a fixed length, a "#" behind it would be the beginning of the next entry.
        self.until = ("#" if count is None else "") if until is None else until
        self.count = count
        self.deadline = Deadline(timeout)
        self.gap = Deadline(gap).timeout
        #: How many digits wait.
        self.typed = typed
        if count is None and not self.until and gap is None:
            text = "count, until or gap must say when an entry is complete"
            raise from_native("invalid_argument", "wait for digits", text, "argument", None, None, None)

    @property
    def beyond(self) -> Optional[int]:
        """More digits than these end the piece, so that the time between two of them begins anew."""
        return None if self.gap is None else self.typed

    def piece(self) -> Optional[float]:
        """How long to wait for the next digit or the end."""
        left = self.deadline.left()
        if self.gap is None or not self.typed:
            return left
        return self.gap if left is None else min(self.gap, left)

    def late(self, error: TimedOutError) -> None:
        """A piece has passed without a digit: raises, unless it was the time between two digits."""
        if self.deadline.left() == 0.0 or self.gap is None or not self.typed:
            text = f"no entry was complete within {self.deadline.timeout} s"
            raise from_native("timeout", "wait for digits", text, "timeout", None, None, None) from error
