"""Where results of the pump arrive in an event loop."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Optional, TypeVar

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


_T = TypeVar("_T")


async def in_thread(work: Callable[..., _T], *args: object) -> _T:
    """Runs something that waits for a disk or a device in a thread of the loop's own."""
    import asyncio

    return await asyncio.get_running_loop().run_in_executor(None, functools.partial(work, *args))
