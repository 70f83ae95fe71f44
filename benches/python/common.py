"""What the programs of the load harness have in common: settings, as `config()` in src/agent/ours.rs, and how they speak to it."""

from __future__ import annotations

import sys
import time
from typing import Any, NoReturn

import microsip

#: As src/agent/mod.rs.
MAX_CALLS = 1100
#: The header in which either side tells its clock.
CLOCK = "X-Clock"


def endpoint(**fields: Any) -> microsip.Endpoint:
    """What every agent has in common with the C program: many calls, one UDP socket, G.711 alone (so the bridge runs at 8 kHz), no log,
    nothing played."""
    common: dict[str, Any] = {
        "transports": [microsip.TransportConfig("udp", "127.0.0.1:0")],
        "user_agent": "bench",
        "max_calls": MAX_CALLS,
        "log_level": "off",
        "codecs": "PCMU/8000/1 PCMA/8000/1",
        "send_silence": False,
    }
    return microsip.Endpoint(microsip.EndpointConfig(**{**common, **fields}))


def clock() -> int:
    """Nanoseconds of the clock that the harness reads, too."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def say(*words: object) -> None:
    """A line for the harness."""
    print(*words, flush=True)


def fail(why: object) -> NoReturn:
    """Tells the harness and gives up."""
    say("failed", why)
    sys.exit(1)
