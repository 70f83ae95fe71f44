"""Events of endpoints that have a process for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .events import Event

__all__ = ["WorkerLost"]


@dataclass(frozen=True)
class WorkerLost(Event):
    """The process of an endpoint of `spawn_endpoint` is gone without having been asked to: it crashed, or was killed.

    The last event of every subscription to that endpoint. Its calls are gone without a BYE; whoever waits, and every later command,
    gets `NotRunningError`. Other endpoints go on.
    """

    #: Its number.
    pid: int
    #: What it ended with; negative: by that signal.
    exit_code: Optional[int]
