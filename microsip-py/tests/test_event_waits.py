"""Waits for events: nobody misses one, whoever waits beside and is cancelled when."""

from __future__ import annotations

import asyncio
import datetime
import threading
import time
from collections.abc import Callable

import pytest

import microsip
from conftest import local
from legs import TIMEOUT
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


def test_no_reader_keeps_events_from_the_others(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    """Each takes one and is busy with it; those who wait already get the others, although all come at once."""
    with endpoint.events() as events:
        for _ in range(6):
            account.call(wire.uri())
        while events.next_ready() is not None:
            pass
        got: list[microsip.Event] = []

        def read() -> None:
            event = events.next(timeout=20)
            assert event is not None
            got.append(event)

        readers = [threading.Thread(target=read) for _ in range(6)]
        for reader in readers:
            reader.start()
        time.sleep(0.1)
        endpoint.hang_up_all()
        deadline = time.monotonic() + 3
        while any(reader.is_alive() for reader in readers) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(got) == 6 and len({id(event) for event in got}) == 6


def test_a_wait_keeps_its_deadline_beside_others_that_wait_for_ever(endpoint: microsip.Endpoint) -> None:
    with endpoint.events() as events:
        readers = [threading.Thread(target=events.next) for _ in range(8)]
        for reader in readers:
            reader.start()
        begun = time.monotonic()
        for _ in range(5):
            with pytest.raises(TimeoutError, match="within 0.05 s"):
                events.next(timeout=0.05)
        assert time.monotonic() - begun < 1
    for reader in readers:
        reader.join(5)
        assert not reader.is_alive()


SPANS = (-1, -0.5, float("nan"), float("-inf"), -(10**400), datetime.timedelta(seconds=-1))


@pytest.mark.parametrize("span", SPANS)
def test_a_span_that_is_none_is_refused_by_every_wait(endpoint: microsip.Endpoint, span: float) -> None:
    events = endpoint.events()
    waits: list[Callable[[], object]] = [
        lambda: endpoint.wait_incoming(timeout=span),
        lambda: events.next(timeout=span),
        lambda: events.wait_for(microsip.Dtmf, timeout=span),
        lambda: asyncio.run(endpoint.wait_incoming_async(timeout=span)),
        lambda: asyncio.run(events.next_async(timeout=span)),
        lambda: asyncio.run(events.wait_for_async(microsip.Dtmf, timeout=span)),
    ]
    for wait in waits:
        with pytest.raises(microsip.InvalidArgumentError, match="is no time span; expected seconds from 0 on"):
            wait()


def test_infinity_and_spans_beyond_all_clocks_are_for_ever(endpoint: microsip.Endpoint) -> None:
    async def main() -> None:
        events = endpoint.events()
        for span in (float("inf"), 1e300, 10**400, datetime.timedelta.max):
            for wait in (endpoint.wait_incoming_async(timeout=span), events.next_async(timeout=span)):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(wait, 0.05)

    asyncio.run(main())
    call = endpoint.add_account("sip:x@127.0.0.1").call("sip:y@127.0.0.1:9")
    endpoint.hang_up_all()
    assert call.wait_for("disconnected", timeout=float("inf")).state is microsip.CallState.DISCONNECTED


def test_the_deadline_that_is_told_is_the_one_that_was_given(endpoint: microsip.Endpoint) -> None:
    with pytest.raises(TimeoutError, match=r"within 0\.05 s"):
        asyncio.run(endpoint.wait_incoming_async(timeout=0.05))


def test_a_task_that_waits_for_a_state_does_not_wait_for_gathered_events() -> None:
    async def main(endpoint: microsip.Endpoint) -> None:
        caller = endpoint.add_account("sip:caller@127.0.0.1")
        callee = endpoint.add_account("sip:callee@127.0.0.1")
        call = caller.call(f"sip:callee@{endpoint.local_address()}")
        events = call.events()
        (await endpoint.wait_incoming_async(TIMEOUT, account=callee)).answer()
        await call.wait_for_async("confirmed", TIMEOUT)
        told: list[microsip.Event] = []
        with pytest.raises(microsip.TimedOutError):
            while event := events.next(0):
                told.append(event)
        states = [event.info.state for event in told if isinstance(event, microsip.CallStateChanged)]
        assert microsip.CallState.CONFIRMED not in states
        call.hang_up()

    with local(gather=1.0) as endpoint:
        asyncio.run(main(endpoint))
