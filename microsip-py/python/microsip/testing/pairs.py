"""Two that talk to each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from .._deadline import Deadline
from ..account import Account
from ..call import Call
from ..endpoint import Endpoint
from ..enums import CallState
from ..events import IncomingCall
from ..exceptions import TimedOutError

if TYPE_CHECKING:
    from ..events import Events

__all__ = ["Pair", "connect"]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Pair:
    """A call that is up, from both sides. Can be unpacked: ``caller, callee = pair``."""

    #: The side that called.
    caller: Call
    #: The side that answered.
    callee: Call

    def __iter__(self) -> Iterator[Call]:
        return iter((self.caller, self.callee))

    def hang_up(self) -> None:
        """Ends it, if it has not ended."""
        self.caller._leave()


def connect(caller: Endpoint, callee: Optional[Endpoint] = None, timeout: float = 10.0) -> Pair:
    """Makes an account on each endpoint (by default two on one), calls from the first to the second, and waits until the call is up and
    its audio flows.

    Raises what `Account.dial` raises.
    """
    other = callee or caller
    number = next(_numbers)
    account = caller.add_account(f"sip:caller{number}@127.0.0.1")
    other.add_account(f"sip:callee{number}@127.0.0.1")
    with other.events() as events:
        call = account.call(f"sip:callee{number}@{_reachable(other)}")
        peer = _incoming(events, call, account, timeout)
        peer.answer()
    for side in (call, peer):
        side.wait_for("confirmed", timeout)
        side.wait_media(timeout)
    return Pair(call, peer)


def _incoming(events: Events, call: Call, account: Account, timeout: float) -> Call:
    deadline = Deadline(timeout)
    while True:
        try:
            event = events.next(min(0.1, deadline.left() or 0.0))
        except TimedOutError:
            # It may have been refused, which raises here.
            if deadline.left() == 0.0 or call.state is CallState.DISCONNECTED:
                call.wait_for("confirmed", 0)
            continue
        if event is None:
            raise AssertionError("the endpoint was closed")
        if isinstance(event, IncomingCall) and account.aor in event.info.remote_uri:
            return event.call


def _reachable(endpoint: Endpoint) -> str:
    """An endpoint that is bound to every address is reached at this machine's own."""
    host, _, port = endpoint.local_address().rpartition(":")
    return f"127.0.0.1:{port}" if host in ("0.0.0.0", "[::]") else f"{host}:{port}"
