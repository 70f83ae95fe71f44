"""Where results of the pump arrive in an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    import asyncio


def deliver(batch: list[tuple[asyncio.Future[Any], Any, Optional[BaseException]]]) -> None:
    """Gives futures of this loop their results; those that were cancelled meanwhile want none."""
    for future, value, error in batch:
        if future.done():
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)
