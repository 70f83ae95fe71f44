"""Waits for events: nobody misses one, whoever waits beside and is cancelled when."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

import microsip
from wire import Wire


def story(account: microsip.Account, wire: Wire, count: int) -> list[int]:
    """Calls that are refused one after the other; their numbers."""
    ids = []
    for _ in range(count):
        call = account.call(wire.uri())
        wire.reply(wire.request("INVITE"), 486)
        wire.request("ACK")
        ids.append(call.id)
    return ids


def ended(events: list[microsip.Event]) -> list[int]:
    return [event.call.id for event in events if isinstance(event, microsip.CallEnded)]


def test_cancelled_waits_lose_no_event(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    async def main() -> None:
        events = endpoint.events()
        seen: list[microsip.Event] = []
        wanted = asyncio.get_running_loop().run_in_executor(None, story, account, wire, 150)
        cancelled = turn = 0
        while not (wanted.done() and set(ended(seen)) >= set(wanted.result())):
            turn += 1
            task = asyncio.create_task(events.next_async(timeout=5))
            # Cancelled before, while and after something comes.
            for _ in range(turn % 4):
                await asyncio.sleep(0.0001 * (turn % 3))
            task.cancel()
            try:
                event = await task
                assert event is not None
                seen.append(event)
            except asyncio.CancelledError:
                cancelled += 1
        assert ended(seen) == wanted.result() and cancelled > 20

    asyncio.run(asyncio.wait_for(main(), 30))


def test_several_tasks_and_threads_share_one_subscription(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    events = endpoint.events()
    seen: list[microsip.Event] = []

    def read() -> None:
        for event in events:
            seen.append(event)

    async def read_async() -> None:
        async for event in events:
            seen.append(event)

    async def main() -> None:
        tasks = [asyncio.create_task(read_async()) for _ in range(5)]
        await asyncio.sleep(0.05)
        tasks.pop().cancel()
        ids = await asyncio.get_running_loop().run_in_executor(None, story, account, wire, 20)
        deadline = time.monotonic() + 10
        while set(ended(seen)) != set(ids) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert sorted(ended(seen)) == ids
        events.close()
        await asyncio.wait_for(asyncio.gather(*tasks), 5)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    asyncio.run(main())
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_the_one_that_is_cancelled_leaves_its_turn_to_the_other(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    async def main() -> None:
        with endpoint.events() as events:
            first = asyncio.create_task(events.next_async(timeout=5))
            await asyncio.sleep(0.02)
            second = asyncio.create_task(events.next_async(timeout=5))
            await asyncio.sleep(0.02)
            second.cancel()
            await asyncio.sleep(0.02)
            call = account.call(wire.uri())
            wire.reply(wire.request("INVITE"), 486)
            call.wait_for("disconnected", timeout=5)
            assert await first is not None

    asyncio.run(main())


def test_deadlines_hold_and_wrong_ones_are_refused(endpoint: microsip.Endpoint) -> None:
    async def main() -> None:
        with endpoint.events() as events:
            begun = time.monotonic()
            with pytest.raises(TimeoutError, match="within 0.1 s"):
                await events.next_async(timeout=0.1)
            assert 0.09 < time.monotonic() - begun < 1
            for wrong in (-1, float("nan"), "1"):
                with pytest.raises((ValueError, TypeError)):
                    await events.next_async(timeout=wrong)  # type: ignore[arg-type]

    asyncio.run(main())
