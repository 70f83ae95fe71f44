"""Endpoints that have a process for themselves, so that several run at once and a crash is an event.

The process is ``python -m microsip._worker``, connected by a socket pair that it inherits; what crosses there are pickles, which is safe
because nobody else can write to it. Everything looks as it does with `Endpoint`: the same classes, the same methods. What differs:

- A command takes a tenth of a millisecond more; events that nobody takes wait over there, bounded as always.
- Functions cannot be called by an engine in another process: giving one is `UnsupportedError`.
- When the process is lost, every subscription gets `WorkerLost` as its last event, and everything raises `NotRunningError`.
- The process ends with the program that started it, however that ends, and hangs up and unregisters first.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Optional, cast

from ._aio import in_thread
from .config import EndpointConfig, EndpointConfigFields, merged
from .endpoint import Endpoint

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _microsip
    from ._remote import Link

__all__ = ["SpawnedEndpoint", "spawn_endpoint"]


class SpawnedEndpoint(Endpoint):
    """An endpoint in a process of its own; see `spawn_endpoint`."""

    __slots__ = ("_link",)
    _link: Link

    def __init__(self, config: Optional[EndpointConfig] = None, **fields: Unpack[EndpointConfigFields]) -> None:
        # Costs nothing where it is not used.
        from ._remote import Link

        settings = merged(EndpointConfig, config, fields)
        link = Link()
        try:
            self._native = cast("_microsip.Endpoint", link.start(settings))
        except BaseException:
            link.close()
            raise
        self._link = link
        weakref.finalize(self, link.let_go).atexit = False

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._link.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether its process is there: not closed, and not lost."""
        return self._link.is_alive

    @property
    def exit_code(self) -> Optional[int]:
        """What its process ended with; negative: by that signal; `None` while it runs."""
        return self._link.exit_code

    def close(self) -> None:
        """As `Endpoint.close`; ends the process. What handles told last, they go on telling."""
        self._link.close()

    async def close_async(self) -> None:
        """As `close`."""
        await in_thread(self._link.close)

    def __repr__(self) -> str:
        return f"<microsip.SpawnedEndpoint in process {self.pid}>"


def spawn_endpoint(config: Optional[EndpointConfig] = None, **fields: Unpack[EndpointConfigFields]) -> SpawnedEndpoint:
    """Starts an endpoint in a process of its own; any number of them, beside one `Endpoint` in this process.

    Raises what `Endpoint` raises, and `OSError` when the system gives no process.
    """
    return SpawnedEndpoint(config, **fields)
