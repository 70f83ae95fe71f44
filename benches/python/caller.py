"""Makes calls, so many in flight at a time, from one asyncio program. Every INVITE carries the clock of the moment before
`account.call()`. Says `calls GOOD FAILED`, `seconds WALL CPU` and `nanoseconds` of each call from there to its being up."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator

import microsip
from common import CLOCK, clock, endpoint, say
from microsip import CallState

#: A call that takes longer has failed.
SOON = 20


class Caller:
    def __init__(self, account: microsip.Account, target: str, pause: float) -> None:
        self.account = account
        self.target = target
        self.pause = pause
        self.good = self.failed = 0
        self.up: list[int] = []

    async def make(self, turns: Iterator[int]) -> None:
        """Calls, is answered, hangs up, again and again."""
        for _ in turns:
            begun = clock()
            try:
                call = self.account.call(self.target, headers={CLOCK: str(begun)})
                await call.wait_for_async(CallState.CONFIRMED, SOON)
                self.up.append(clock() - begun)
                call.hang_up()
                await call.wait_for_async(CallState.DISCONNECTED, SOON)
                self.good += 1
            except microsip.MicrosipError as error:
                self.failed += 1
                say("trouble", error)
            if self.pause:
                await asyncio.sleep(self.pause)

    async def run(self, calls: int, in_flight: int) -> None:
        turns = iter(range(calls))
        await asyncio.gather(*(self.make(turns) for _ in range(in_flight)))


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=1)
    parser.add_argument("--warm-up", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0, help="seconds between the calls of each in flight")
    args = parser.parse_args()
    async with endpoint() as made:
        account = made.add_account("sip:caller@127.0.0.1")
        await Caller(account, args.target, 0).run(args.warm_up, args.in_flight)
        caller = Caller(account, args.target, args.pause)
        wall, cpu = time.monotonic(), time.process_time()
        await caller.run(args.calls, args.in_flight)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    say("seconds", wall, cpu)
    say("nanoseconds", *caller.up)
    say("calls", caller.good, caller.failed)


asyncio.run(main())
