"""Many calls in one asyncio program, and foreign programs as peers.

How many is cut to what runs in seconds; `MICROSIP_CALLS` is a factor.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Callable

import pytest

import microsip
from conftest import local
from legs import TIMEOUT
from microsip import CallState, EndCause, EndedBy
from programs import Baresip, Sipp

FACTOR = float(os.environ.get("MICROSIP_CALLS", "1"))
#: Calls at once each way.
HALF = int(250 * FACTOR)
#: Calls to SIPp; 2,000 with MICROSIP_CALLS=4.
OUTGOING = int(500 * FACTOR)


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(main)


def run_uvloop(main: Coroutine[Any, Any, None]) -> None:
    loops = pytest.importorskip("uvloop")
    loop = loops.new_event_loop()
    try:
        loop.run_until_complete(main)
    finally:
        loop.close()


LOOPS = pytest.mark.parametrize("runs", [run, run_uvloop], ids=["asyncio", "uvloop"])


def threads() -> set[str]:
    """The names of the process's threads, those of the engine included; the one that carries the log stays."""
    names = set()
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/comm") as file:
                name = file.read().strip()
            if name != "microsip-log":
                names.add(f"{task} {name}")
        except FileNotFoundError:
            pass
    return names


def descriptors() -> set[str]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{name} {os.readlink(f'/proc/self/fd/{name}')}")
        except FileNotFoundError:
            pass
    return found


def gone(of: Callable[[], set[str]], before: set[str], what: str) -> None:
    """Asserts that nothing is left that was not there before."""
    deadline = time.monotonic() + TIMEOUT
    while of() - before:
        assert time.monotonic() < deadline, f"{what} left: {sorted(of() - before)[:20]}"
        time.sleep(0.05)


def test_500_calls_at_once_in_one_asyncio_program_all_end_and_leave_nothing() -> None:
    """Half of them go out to SIPp, half come in from SIPp, without audio: in a debug build that of 500 is more than a core can do."""
    tally: Counter[str] = Counter()

    async def watch(call: microsip.Call, events: microsip.Events) -> None:
        async for event in events:
            tally[type(event).__name__] += 1
        # The iterator ends by itself with the call's last event.
        assert call.state is CallState.DISCONNECTED

    async def main(endpoint: microsip.Endpoint, target: str) -> None:
        account = next(account for account in endpoint.accounts if "python" in account.aor)
        watches: list[asyncio.Task[None]] = []
        calls: list[microsip.Call] = []

        def watched(call: microsip.Call) -> microsip.Call:
            watches.append(asyncio.create_task(watch(call, call.events())))
            calls.append(call)
            return call

        async def answer() -> None:
            for _ in range(HALF):
                watched(await endpoint.wait_incoming_async(60)).answer()

        async def dial() -> None:
            for _ in range(HALF // 10):
                await watched(account.call(target)).wait_for_async(CallState.CONFIRMED, 60)

        await asyncio.gather(answer(), *(dial() for _ in range(10)))
        await asyncio.gather(*(call.wait_for_async(CallState.CONFIRMED, 60) for call in calls))
        assert len(endpoint.calls) == len(calls) == 2 * HALF
        for call in calls:
            call.hang_up()
        await asyncio.wait_for(asyncio.gather(*watches), 60)
        assert tally["CallEnded"] == 2 * HALF, tally
        assert {call.info.end.cause for call in calls if call.info.end} == {EndCause.HUNG_UP}

    with local(max_calls=2 * HALF + 8, log_level="error") as endpoint, Sipp(HALF) as callee:
        endpoint.add_account("sip:python@127.0.0.1")
        # One before, so that what is made once is there.
        asyncio.run(one_call(endpoint))
        before_threads, before_files = threads(), descriptors()
        with Sipp(HALF, endpoint.local_address(), limit=HALF) as caller:
            asyncio.run(main(endpoint, f"sip:callee@{callee.address}"))
            for sipp in (caller, callee):
                report = sipp.report()
                assert (report["successful"], report["failed"]) == (HALF, 0), report
        gone(threads, before_threads, "threads")
        gone(descriptors, before_files, "descriptors")
        assert endpoint.calls == []


async def one_call(endpoint: microsip.Endpoint) -> None:
    """One call from an account to itself."""
    account = endpoint.add_account("sip:self@127.0.0.1")
    async with account.call(f"sip:self@{endpoint.local_address()}") as call:
        other = await endpoint.wait_incoming_async(TIMEOUT, account=account)
        other.answer()
        await call.wait_for_async("confirmed", TIMEOUT)
    await other.wait_ended_async(TIMEOUT)


@LOOPS
def test_hundreds_of_outgoing_calls_ten_in_flight_none_fails(runs: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    count = OUTGOING if runs is run else max(OUTGOING // 5, 1)

    async def main(endpoint: microsip.Endpoint, target: str) -> None:
        account = endpoint.add_account("sip:python@127.0.0.1")
        todo = iter(range(count))

        async def worker() -> None:
            for _ in todo:
                async with await account.dial_async(target, timeout=30):
                    pass

        await asyncio.gather(*(worker() for _ in range(10)))

    with Sipp(count) as sipp, local(log_level="error") as endpoint:
        runs(main(endpoint, f"sip:callee@{sipp.address}"))
        assert sipp.report() == {"code": 0, "successful": count, "failed": 0, "retransmitted": 0}


def test_sipp_calls_and_each_call_is_answered_and_ended() -> None:
    count = int(100 * FACTOR)

    async def main(endpoint: microsip.Endpoint) -> None:
        async def serve(call: microsip.Call) -> None:
            call.answer(180)
            async with call:
                call.answer()
                await call.wait_for_async("confirmed", TIMEOUT)

        serving = [asyncio.create_task(serve(await endpoint.wait_incoming_async(TIMEOUT))) for _ in range(count)]
        await asyncio.gather(*serving)

    with local(log_level="error") as endpoint:
        endpoint.add_account("sip:python@127.0.0.1")
        with Sipp(count, endpoint.local_address()) as sipp:
            asyncio.run(main(endpoint))
            report = sipp.report()
    assert (report["successful"], report["failed"]) == (count, 0), report


def test_baresip_answers_holds_and_hangs_up() -> None:
    with Baresip() as bob, local() as endpoint:
        account = endpoint.add_account("sip:python@127.0.0.1")
        with account.dial(bob.uri, timeout=TIMEOUT) as call:
            bob.told("CALL_ESTABLISHED")
            assert call.wait_media(TIMEOUT).media[0].codec is not None
            bob.tell("hold")
            call.wait_hold("remote", TIMEOUT)
            bob.tell("resume")
            call.wait_hold("none", TIMEOUT)
            call.hold()
            call.wait_hold("local", TIMEOUT)
            bob.tell("hangup")
            end = call.wait_ended(TIMEOUT)
        assert (end.by, end.cause) == (EndedBy.REMOTE, EndCause.HUNG_UP)
        bob.told("CALL_CLOSED")
