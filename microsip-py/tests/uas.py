"""Somebody to call: answers by the user part of the address, many calls at once, as bytes over UDP."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from types import TracebackType
from typing import Optional

from wire import Datagram, Wire


class Uas:
    """A callee in a thread of its own.

    The user part says what it does: a number of three digits is the status it answers with; ``ring`` rings for ever; ``late`` is busy the
    first time and answers the second; ``bye`` hangs up at once; everything else answers.
    """

    def __init__(self) -> None:
        self.wire = Wire()
        self.address = self.wire.address
        #: Requests by method, without repetitions.
        self.requests: Counter[str] = Counter()
        #: Requests that came more than once.
        self.repeated = 0
        #: Calls that are up.
        self.live: set[str] = set()
        #: The most there were at once.
        self.peak = 0
        #: INVITEs by user part.
        self.called: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()
        self._ringing: dict[str, Datagram] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uas")
        self._thread.start()

    def uri(self, user: str) -> str:
        return f"sip:{user}@{self.address}"

    def __enter__(self) -> Uas:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._closed.set()
        self._thread.join()
        self.wire.socket.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                message = self.wire.receive(0.1)
            except (socket.timeout, ConnectionError):
                continue
            if message.is_request:
                self._request(message)

    def _request(self, message: Datagram) -> None:
        call, method = message.header("call-id"), message.method
        key = (call, message.header("cseq"))
        if key in self._seen:
            self.repeated += method != "ACK"
        else:
            self._seen.add(key)
            self.requests[method] += 1
        if method == "INVITE":
            self._invite(message, call)
        elif method == "BYE":
            self.live.discard(call)
            self.wire.reply(message, 200)
        elif method == "CANCEL":
            self.wire.reply(message, 200)
            ringing = self._ringing.pop(call, None)
            if ringing is not None:
                self.wire.reply(ringing, 487)
        elif method != "ACK":
            self.wire.reply(message, 200)

    def _invite(self, message: Datagram, call: str) -> None:
        user = message.first.split()[1].partition(":")[2].partition("@")[0]
        self.called[user] += 1
        if user.isdigit() and len(user) == 3:
            self.wire.reply(message, int(user))
        elif user.startswith("late") and self.called[user] == 1:
            self.wire.reply(message, 486, "Busy Here")
        elif user == "ring":
            self._ringing[call] = message
            self.wire.reply(message, 180)
        else:
            self.live.add(call)
            self.peak = max(self.peak, len(self.live))
            self.wire.reply(message, 200, sdp=True)
