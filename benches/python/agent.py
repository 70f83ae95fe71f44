"""Answers calls as a Python program does. Speaks the protocol of src/agent/mod.rs on its standard streams; a line `busy` on its standard
input has two threads hold the interpreter from then on."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from typing import Optional

import microsip
from common import CLOCK, clock, endpoint, fail, say
from microsip import CallEnded, CallState, CallStateChanged, Event, Events, IncomingCall
from rooms import Ears


class Counters:
    """What came, and how long it took from the wire to here."""

    def __init__(self, clocks: bool, ears: Optional[Ears]) -> None:
        self.incoming = self.confirmed = self.ended = 0
        self.clocks = clocks
        self.ears = ears
        self.latencies: list[int] = []

    def came(self, event: Event) -> None:
        """Counts an event, and answers a call."""
        if isinstance(event, IncomingCall):
            if self.clocks:
                self.timed(event, clock())
            self.incoming += 1
            try:
                event.call.answer()
            except microsip.MicrosipError:
                # A call that is over already is counted as such.
                pass
        elif isinstance(event, CallEnded):
            self.ended += 1
            if self.ears is not None:
                self.ears.leave(event.call)
        elif isinstance(event, CallStateChanged) and event.info.state is CallState.CONFIRMED:
            self.confirmed += 1
            if self.ears is not None:
                self.ears.join(event.call)

    def timed(self, event: IncomingCall, now: int) -> None:
        sent = event.info.invite.header(CLOCK) if event.info.invite is not None else None
        if sent is not None:
            self.latencies.append(now - int(sent))

    def tell(self) -> None:
        if self.clocks:
            say("latency", *self.latencies)
        say("calls", self.incoming, self.confirmed, self.ended)


def hold_the_interpreter() -> None:
    """What a program may do beside its calls: arithmetic in one thread, JSON of 10 MB in another, for ever."""

    def arithmetic() -> None:
        number = 1
        while True:
            number = (number * 1103515245 + 12345) % 2147483648

    def documents() -> None:
        row = {"name": "x" * 40, "numbers": list(range(8)), "nested": {"a": None, "b": True}}
        rows = [row] * (10_000_000 // len(json.dumps(row)))
        while True:
            json.loads(json.dumps(rows))

    for work in (arithmetic, documents):
        threading.Thread(target=work, daemon=True).start()
    say("busy")


async def read(events: Events, counters: Counters) -> None:
    async for event in events:
        counters.came(event)


async def run_asyncio(made: microsip.Endpoint, counters: Counters) -> None:
    """One program, one thread of it."""
    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    async with made:
        reader = asyncio.create_task(read(made.events(), counters))
        listener = counters.ears.listen_async() if counters.ears is not None else None
        begin(made)
        while line := await stdin.readline():
            if line.strip() == b"busy":
                hold_the_interpreter()
    # Subscriptions and sinks end with the endpoint.
    await reader
    if listener is not None:
        await listener


def run_thread(made: microsip.Endpoint, counters: Counters) -> None:
    """A thread reads the events."""

    def all_of(events: Events) -> None:
        for event in events:
            counters.came(event)

    with made:
        reader = threading.Thread(target=all_of, args=(made.events(),))
        reader.start()
        listener = counters.ears.listen() if counters.ears is not None else None
        begin(made)
        for line in sys.stdin:
            if line.strip() == "busy":
                hold_the_interpreter()
    reader.join()
    if listener is not None:
        listener.join()


def begin(made: microsip.Endpoint) -> None:
    made.add_account("sip:bench@127.0.0.1")
    say("ready", made.local_address())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answer", choices=["asyncio", "thread"], default="asyncio")
    parser.add_argument("--media", choices=["none", "bridge", "unheard", "unread"], default="none")
    parser.add_argument("--clock", action="store_true", help="times the way of the INVITE that carries a clock")
    parser.add_argument("--unread", action="store_true", help="has a subscription besides that nobody reads")
    parser.add_argument("--event-capacity", type=int)
    args = parser.parse_args()
    try:
        made = endpoint(send_silence=args.media != "none", event_capacity=args.event_capacity)
        ears = None if args.media == "none" else Ears(made, args.media)
    except microsip.MicrosipError as error:
        fail(error)
    counters = Counters(args.clock, ears)
    unread = made.events() if args.unread else None
    if args.answer == "asyncio":
        asyncio.run(run_asyncio(made, counters))
    else:
        run_thread(made, counters)
    del unread
    counters.tell()


main()
