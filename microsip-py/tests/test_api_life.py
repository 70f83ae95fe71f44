"""`microsip_api` when things end or go wrong: phones that are killed, sockets that lie, functions that fail, use after close."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import microsip
from microsip_api import CallStatus, MicroSIP, PhoneEvent
from phones import Program, runtime_directory, settings_file
from running import environment
from wire import Wire


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def settings(tmp_path: Path, wire: Wire) -> Path:
    return settings_file(tmp_path, wire.address, "singleMode=0")


@pytest.fixture
def program(settings: Path) -> Iterator[Program]:
    made = Program(settings)
    yield made
    made.close()


@pytest.fixture
def own(settings: Path) -> Iterator[MicroSIP]:
    with MicroSIP(settings, mode="own") as made:
        yield made


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as made:
        yield made


class Heard:
    """A method that is given to `on`."""

    def __init__(self) -> None:
        self.events: list[PhoneEvent] = []
        self.came = threading.Event()

    def take(self, event: PhoneEvent) -> None:
        self.events.append(event)
        self.came.set()


def test_events_of_other_names_do_not_lengthen_a_wait(own: MicroSIP) -> None:
    stop = threading.Event()

    def change() -> None:
        while not stop.wait(0.1):
            own.dnd(not own.status().dnd)

    busy = threading.Thread(target=change)
    busy.start()
    try:
        begun = time.monotonic()
        with own.events("message") as events:
            with pytest.raises(TimeoutError):
                events.next(timeout=1)
            with pytest.raises(TimeoutError):
                asyncio.run(awaited(events.next_async(timeout=1)))
        assert time.monotonic() - begun < 5
    finally:
        stop.set()
        busy.join()


async def awaited(what: Any) -> Any:
    return await asyncio.wait_for(what, 10)


def test_methods_are_taken_off_again_and_failures_stop_nobody(own: MicroSIP, caplog: pytest.LogCaptureFixture) -> None:
    heard, other = Heard(), Heard()

    @own.on("settings")
    def ends(event: PhoneEvent) -> None:
        sys.exit(3)

    own.on("settings", heard.take)
    own.on("settings", other.take)
    own.dnd()
    assert other.came.wait(10) and heard.came.is_set()
    assert own.off(heard.take) and not own.off(heard.take)
    other.came.clear()
    own.dnd(False)
    assert other.came.wait(10) and len(heard.events) == 1
    assert sum("failed" in it.message for it in caplog.records) == 2


def test_asynchronous_functions_of_any_kind(own: MicroSIP, caplog: pytest.LogCaptureFixture) -> None:
    class Callable:
        done: asyncio.Future[str]

        async def __call__(self, event: PhoneEvent) -> None:
            self.done.set_result(event.name)

    function = Callable()

    async def run() -> None:
        function.done = asyncio.get_running_loop().create_future()
        own.on("settings", function)
        own.dnd()
        assert await asyncio.wait_for(function.done, 10) == "settings"

    asyncio.run(run())
    # Its loop has ended; nothing is left that was never awaited, or -W error would tell.
    heard = Heard()
    own.on("settings", heard.take)
    own.dnd(False)
    assert heard.came.wait(10)
    gc.collect()
    assert any("event loop has ended" in it.message for it in caplog.records)


def test_a_function_may_close_the_phone(settings: Path) -> None:
    phone = MicroSIP(settings, mode="own")
    closed = threading.Event()

    @phone.on("settings")
    def close(event: PhoneEvent) -> None:
        phone.close()
        closed.set()

    phone.dnd()
    assert closed.wait(20)
    with pytest.raises(microsip.MicrosipError):
        phone.status()
    phone.close()


def test_closing_does_not_wait_for_ever_for_a_function(own: MicroSIP, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microsip_api.events._LAST", 0.5)
    begun, go = threading.Event(), threading.Event()

    @own.on("settings")
    def stuck(event: PhoneEvent) -> None:
        begun.set()
        go.wait(60)

    own.dnd()
    assert begun.wait(10)
    since = time.monotonic()
    own.close()
    assert time.monotonic() - since < 20
    go.set()


def test_whoever_waits_is_told_that_the_phone_was_let_go(program: Program, settings: Path, pool: ThreadPoolExecutor, wire: Wire) -> None:
    phone = MicroSIP(settings, mode="attach")
    call = phone.call("100")
    wire.reply(wire.request("INVITE"), 180)
    listing = pool.submit(list, phone.events())
    waits: list[Future[Any]] = [pool.submit(phone.wait_for, "incoming"), pool.submit(call.wait_for, "confirmed")]
    in_function = threading.Event()

    @phone.on("settings")
    def waiting(event: PhoneEvent) -> None:
        in_function.set()
        call.wait_answered()

    phone.dnd()
    assert in_function.wait(10)
    time.sleep(0.2)
    begun = time.monotonic()
    phone.close()
    assert time.monotonic() - begun < 4
    for wait in waits:
        with pytest.raises(microsip.MicrosipError):
            wait.result(10)
    listing.result(10)
    for attempt in (phone.status, phone.calls, phone.events, call.hangup, lambda: call.status, phone.history.calls, call.wait_ended):
        with pytest.raises(microsip.NotRunningError, match="closed"):
            attempt()
    # Nobody says that it has ended: the other process goes on with it.
    with pytest.raises(microsip.NotRunningError):
        _ = call.state


def test_a_phone_that_is_killed_is_told_and_one_that_runs_again_is_used(settings: Path, pool: ThreadPoolExecutor) -> None:
    first = Program(settings)
    with MicroSIP(settings, mode="attach") as phone:
        lost = Heard()
        phone.on("closed", lost.take)
        wait = pool.submit(phone.wait_for, "incoming")
        stream = phone.events()
        first.process.kill()
        assert lost.came.wait(10) and lost.events[0]["reason"] == "lost"
        # The latter if it was just about to ask to be told.
        with pytest.raises((microsip.NotRunningError, microsip.TransportError)):
            wait.result(10)
        assert stream.next(10) is None
        for attempt in (phone.status, phone.events, phone.hangup_all, lambda: phone.on("*", lost.take)):
            with pytest.raises(microsip.NotRunningError):
                attempt()
        assert phone.history.calls().count() == 0 and phone.settings["DND"] is False
        first.close()
        again = Program(settings)
        try:
            assert phone.status().pid == again.process.pid
            heard = Heard()
            phone.on("settings", heard.take)
            phone.dnd()
            assert heard.came.wait(10)
            lost.came.clear()
            again.process.kill()
            assert lost.came.wait(10)
        finally:
            again.close()


@pytest.mark.parametrize("answer", [None, 7, "x", [], {}, [None], [7], [{"call": "x"}], [{"call": 1, "state": "flying"}], {"call": {}}])
def test_a_phone_that_lies_is_a_typed_error(own: MicroSIP, answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "request", lambda *_, **__: answer)

    async def asked(*_: Any, **__: Any) -> Any:
        return answer

    monkeypatch.setattr(own, "request_async", asked)
    call = own.call_of(1)
    for ask in (
        own.status,
        own.accounts,
        own.calls,
        lambda: own.call("1").id,
        own.redial,
        own.reload,
        own.wait_registered,
        own.contacts.presence,
        lambda: call.status,
        lambda: call.state,
        call.record,
        lambda: asyncio.run(call.status_async()),
    ):
        try:
            ask()
        except microsip.MicrosipError as e:
            assert e.operation
    with pytest.raises(microsip.UnsupportedError):
        CallStatus.of({"call": 1, "state": "flying"})


def test_fields_may_be_called_as_parameters_are(own: MicroSIP, wire: Wire, pool: ThreadPoolExecutor) -> None:
    waiting = pool.submit(own.wait_for, "incoming", 10, name="nobody", timeout_=1)
    time.sleep(0)
    with pytest.raises(microsip.TimedOutError):
        own.wait_for("incoming", 0.1, name="nobody")
    own.close()
    with pytest.raises(microsip.NotRunningError):
        waiting.result(10)


def test_phones_are_collected(settings: Path) -> None:
    phone = MicroSIP(settings, mode="own")
    stream = phone.events()
    gone = weakref.ref(phone)
    phone.close()
    del phone, stream
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    "end",
    [
        "",
        "phone.close()",
        "del phone",
        "raise SystemExit",
        "threading.Thread(target=phone.wait_for, args=('incoming',), daemon=True).start()",
    ],
)
def test_programs_end_with_a_phone_and_functions(settings: Path, end: str) -> None:
    text = f"""
import sys, threading
from microsip_api import MicroSIP
phone = MicroSIP(sys.argv[1], mode="own")
@phone.on("*")
def tell(event): threading.current_thread()
phone.dnd()
{end}
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", text, str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment())
    assert (done.returncode, done.stderr) == (0, "")


def test_a_task_that_is_cancelled_does_not_stop_the_loop(own: MicroSIP, wire: Wire) -> None:
    logging.getLogger("asyncio").setLevel(logging.ERROR)

    async def run() -> None:
        async with await own.call_async("100"):
            pass
        dial = asyncio.ensure_future(own.dial_async("100", timeout=0.3))
        with pytest.raises(microsip.TimedOutError):
            await dial

    asyncio.run(run())
    for _ in range(2):
        wire.reply(wire.request("INVITE"), 180)


def test_a_call_of_an_event_loop_that_has_ended_does_not_ring_on(tmp_path: Path, wire: Wire) -> None:
    # It waits for the registration when its task is cancelled, and the loop with it.
    settings = settings_file(tmp_path, wire.address, account=f"server={wire.address}")
    program = Program(settings)
    try:
        register = wire.request("REGISTER")
        with MicroSIP(settings, mode="attach") as phone:

            async def run() -> None:
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(phone.dial_async("100"), 0.5)

            asyncio.run(run())
            contact = register.header("contact")
            wire.reply(register, 200, headers=f"Contact: {contact};expires=300\r\nExpires: 300\r\n")
            wire.reply(wire.request("INVITE"), 180)
            wire.request("CANCEL")
    finally:
        program.close()
