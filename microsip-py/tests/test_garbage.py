"""Handles die in any order, in any thread, in cycles, after their endpoint; threads and closing do not get into each other's way."""

from __future__ import annotations

import copy
import dataclasses
import gc
import os
import random
import threading
import time
import weakref
from typing import Any, Callable

import pytest

import microsip
from conftest import local
from subprograms import run


def connected(endpoint: microsip.Endpoint) -> tuple[microsip.Call, microsip.Call]:
    account = endpoint.add_account("sip:a@127.0.0.1")
    endpoint.add_account("sip:b@127.0.0.1")
    with endpoint.events() as events:
        call = account.call(f"sip:b@{endpoint.local_address()}")
        peer = next(event.call for event in events if isinstance(event, microsip.IncomingCall))
    peer.answer()
    call.wait_for("confirmed", timeout=10)
    peer.wait_for("confirmed", timeout=10)
    return call, peer


def everything(endpoint: microsip.Endpoint) -> list[Any]:
    call, peer = connected(endpoint)
    return [endpoint, call, peer, *endpoint.accounts, endpoint.events(), call.events(), call.info, peer.info.invite]


def test_handles_die_in_any_order_and_thread() -> None:
    chance = random.Random(1)
    for _ in range(4):
        things = everything(local())
        chance.shuffle(things)
        refs = [weakref.ref(it) for it in things]
        threads = []
        while things:
            cell = [things.pop()]
            threads.append(threading.Thread(target=cell.clear))
            threads[-1].start()
        for thread in threads:
            thread.join(10)
        cell = []
        assert [ref() for ref in refs] == [None] * len(refs)
    # Whoever starts the next one waits for the end of the last.
    local().close()


def test_handles_in_cycles_are_collected_with_destructors_that_use_them() -> None:
    seen: list[object] = []

    class Holder:
        def __init__(self, things: list[Any]) -> None:
            self.things, self.own = things, self

        def __del__(self) -> None:
            # The order within a cycle is anybody's guess; whatever is used here answers.
            uses: list[Callable[[], object]] = [
                lambda: self.things[1].state,
                self.things[1].hang_up,
                lambda: self.things[0].calls,
            ]
            for work in uses:
                try:
                    seen.append(work())
                except microsip.MicrosipError as e:
                    seen.append(type(e))

    holder = Holder(everything(local()))
    ref = weakref.ref(holder.things[1])
    del holder
    gc.collect()
    assert ref() is None and seen[0] is microsip.CallState.CONFIRMED
    local().close()


def test_everything_answers_after_the_endpoint_was_closed() -> None:
    with local() as endpoint:
        call, peer = connected(endpoint)
        account, events = endpoint.accounts[0], endpoint.events()
    assert call.info.is_ended and peer.state is microsip.CallState.DISCONNECTED
    assert list(call.events()) == [] and isinstance(list(events)[-1], microsip.Event)
    uses: list[Callable[[], object]] = [
        endpoint.events().next,
        lambda: account.call("sip:x@127.0.0.1"),
        lambda: account.wait_registered(1),
        account.remove,
        lambda: endpoint.add_account("sip:x@127.0.0.1"),
        lambda: endpoint.accounts,
        lambda: endpoint.calls,
        endpoint.hang_up_all,
        endpoint.local_address,
        call.hang_up,
        call.answer,
    ]
    for use in uses[1:]:
        with pytest.raises((microsip.NotRunningError, microsip.GoneError)):
            use()
    assert uses[0]() is None
    endpoint.close()
    call.__exit__(None, None, None)


@pytest.mark.parametrize("pause", [0.1, 0.2, 0.3])
def test_sixteen_threads_hammer_the_same_handles_while_the_endpoint_closes(pause: float) -> None:
    endpoint = local(close_timeout=2)
    call, peer = connected(endpoint)
    account, shared = endpoint.accounts[0], endpoint.events()
    uses: list[Callable[[], object]] = [
        lambda: call.info,
        lambda: hash(peer) and call == peer,
        lambda: call.wait_for("disconnected", 0.001),
        lambda: peer.answer(200),
        lambda: account.call("sip:b@127.0.0.1").hang_up(),
        lambda: account.registration,
        lambda: endpoint.calls,
        lambda: endpoint.add_account("sip:c@127.0.0.1").remove(),
        lambda: shared.next(0.001),
        lambda: call.events().next_ready(),
        lambda: endpoint.local_address(),
        lambda: peer.hang_up(),
    ]
    wrong: list[BaseException] = []
    over = threading.Event()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        while not over.is_set():
            try:
                chance.choice(uses)()
            except microsip.MicrosipError as e:
                if isinstance(e, microsip.InternalError):
                    wrong.append(e)
            except BaseException as e:
                wrong.append(e)

    threads = [threading.Thread(target=work, args=[seed]) for seed in range(16)]
    for thread in threads:
        thread.start()
    time.sleep(pause)
    begun = time.monotonic()
    endpoint.close()
    took = time.monotonic() - begun
    time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join(10)
    assert not wrong and not any(thread.is_alive() for thread in threads)
    assert took < 8


def test_twenty_lives_leave_no_thread_and_no_descriptor() -> None:
    def life() -> None:
        with local() as endpoint:
            call, peer = connected(endpoint)
            call.hang_up()
            peer.wait_for("disconnected", timeout=10)

    def footprint() -> tuple[int, int]:
        return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

    for _ in range(2):
        life()
    before = footprint()
    for _ in range(20):
        life()
    # What earlier tests left may be gone meanwhile; the system takes a thread from its list a moment after it was joined.
    deadline = time.monotonic() + 10
    while any(now > then for now, then in zip(footprint(), before)):
        assert time.monotonic() < deadline, f"threads and descriptors: {before} before, {footprint()} now"
        time.sleep(0.01)


def test_a_sub_interpreter_is_told_why_it_cannot() -> None:
    out = run(
        """
try:
    import _xxsubinterpreters as sub
except ImportError:
    print("there are none"); sys.exit()
made = sub.create()
try:
    sub.run_string(made, '''
try:
    import microsip
except ImportError as e:
    print(e)
else:
    print("imported")
''')
finally:
    sub.destroy(made)
with microsip.Endpoint(**LOCAL):
    pass
"""
    )
    assert "there are none" in out or "main interpreter only" in out, out


def test_a_copy_of_a_handle_is_the_handle_and_events_can_be_copied() -> None:
    with local() as endpoint:
        account = endpoint.add_account("sip:a@127.0.0.1")
        assert copy.copy(account) is account and copy.deepcopy([account])[0] is account
        event = microsip.RegistrationChanged(account, account.registration)
        assert copy.deepcopy(event) == event and dataclasses.asdict(event)["account"] is account
