"""How the process ends and forks.

At the interpreter's end, endpoints that still run are closed, so that peers get their BYE and registrars are told; before that Python
waits for threads that are no daemons, as always. Daemon threads that wait for something of ours are not woken by it.

A forked child gets `NotRunningError` for everything of its parent's; it sends nothing, and letting go of handles there does nothing.
"""

from __future__ import annotations

import atexit
import os

try:
    from . import _microsip
except ImportError as error:
    if "subinterpreter" in str(error):
        raise ImportError(
            "microsip works in the main interpreter only: its engine is one per process. "
            "Use a thread there, or a process of its own (microsip.spawn_endpoint)"
        ) from error
    raise

__all__: list[str] = []


def see_to_the_end() -> None:
    """The endpoint is ended before the log. What is registered later comes first; a second time does no harm."""
    atexit.register(_microsip.end_log)
    atexit.register(_microsip.end)


def begin() -> None:
    """Sees to both; once."""
    see_to_the_end()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_microsip.forked)
