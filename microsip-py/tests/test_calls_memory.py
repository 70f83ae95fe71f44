"""Memory over thousands of calls: what a call took is given back when it is over.

How many is cut to what runs in seconds; `MICROSIP_CALLS` is a factor, and 20 makes 10,000.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
import time

import pytest

import microsip
from conftest import local
from programs import Sipp
from wire import Wire

FACTOR = float(os.environ.get("MICROSIP_CALLS", "1"))
COUNT = int(500 * FACTOR)
#: PJSIP keeps a transaction for 32 s after its last answer (RFC 3261 section 17, 64*T1).
TRANSACTIONS = 33.0

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def needed() -> int:
    """KiB that this process has written and needs."""
    gc.collect()
    # What the C library keeps of freed memory, some 30 MB after ten calls at a time, is no leak.
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Private_Dirty"))


def settled() -> int:
    """The same once the transactions of its calls are gone."""
    time.sleep(TRANSACTIONS)
    return needed()


async def calls(account: microsip.Account, target: str, count: int) -> None:
    """Ten at a time, each with a subscription to its events."""
    todo = iter(range(count))

    async def worker() -> None:
        for _ in todo:
            async with account.call(target) as call:
                events = call.events()
                await call.wait_for_async("confirmed", 30)
                call.hang_up()
                assert [event async for event in events][-1].__class__ is microsip.CallEnded

    await asyncio.gather(*(worker() for _ in range(10)))


def test_thousands_of_calls_leave_no_memory_behind() -> None:
    with local(log_level="error") as endpoint:
        account = endpoint.add_account("sip:python@127.0.0.1")
        taken = []
        # The first round makes what is made once, and what as many calls take at a time.
        for _ in range(2):
            with Sipp(COUNT) as sipp:
                asyncio.run(calls(account, f"sip:callee@{sipp.address}", COUNT))
                assert sipp.report() == {"code": 0, "successful": COUNT, "failed": 0, "retransmitted": 0}
            taken.append(settled())
        assert endpoint.calls == []
    # Not even a kibibyte for each call, beside some scattered pages.
    assert taken[1] - taken[0] < 1024 + COUNT // 8, taken
    print(f"{taken[0]} KiB after {COUNT} calls, {taken[1]} KiB after {2 * COUNT}")


def test_waits_that_are_given_up_leave_no_memory_behind(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    """By whoever looks ten times a second whether a call is answered by now; the call is all that could forget them, when it changes."""

    async def main(call: microsip.Call, count: int) -> None:
        for _ in range(count // 10):
            waits = [call.wait_for_async("confirmed", 10) for _ in range(10)]
            tasks = [asyncio.create_task(wait) for wait in waits]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        with pytest.raises(microsip.TimedOutError):
            await call.wait_for_async("confirmed", 0.01)

    call = account.call(wire.uri())
    invite = wire.request("INVITE")
    asyncio.run(main(call, 1_000))
    before = needed()
    asyncio.run(main(call, 10_000))
    assert needed() - before < 256
    wire.reply(invite, 486)
    wire.request("ACK")
    assert call.wait_ended(10).code == 486
