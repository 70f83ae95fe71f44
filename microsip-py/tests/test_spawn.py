"""Endpoints with a process of their own: the same API, several at once, and a crash is an event."""

from __future__ import annotations

import array
import asyncio
import gc
import logging
import math
import os
import pickle
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import microsip
from conftest import local
from microsip.testing import assert_tone, connect
from subprograms import run
from wire import Wire

UDP = [microsip.TransportConfig("udp", "127.0.0.1:0")]


def spawned(**fields: Any) -> microsip.SpawnedEndpoint:
    fields.setdefault("transports", UDP)
    fields.setdefault("close_timeout", 1)
    return microsip.spawn_endpoint(**fields)


@pytest.fixture
def remote() -> Iterator[microsip.SpawnedEndpoint]:
    with spawned() as made:
        yield made


def gone(pid: int, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def answered(endpoint: microsip.Endpoint, call: microsip.Call, events: microsip.Events) -> microsip.Call:
    """Answers what comes in; the callee's side."""
    for event in events:
        if isinstance(event, microsip.IncomingCall):
            event.call.answer()
            call.wait_for("confirmed", timeout=10)
            event.call.wait_for("confirmed", timeout=10)
            return event.call
    raise AssertionError("no call came in")


def test_a_call_by_bytes_on_the_wire_as_with_any_endpoint(remote: microsip.SpawnedEndpoint, wire: Wire) -> None:
    account = remote.add_account("sip:python@127.0.0.1")
    assert account.aor == "sip:python@127.0.0.1" and account in remote.accounts and account == remote.accounts[0]
    call = account.call(wire.uri(), headers={"X-Ticket": "42"})
    events = call.events()
    invite = wire.request("INVITE")
    assert invite.header("X-Ticket") == "42" and call.state is microsip.CallState.CALLING
    wire.reply(invite, 200, sdp=True)
    info = call.wait_for("confirmed", timeout=10)
    assert info.media[0].codec == microsip.Codec("PCMU", 8000, 1) and isinstance(info.started.timestamp(), float)
    assert info.message is not None and info.message.status == 200 and info.message.header("v") is not None
    with pytest.raises(TimeoutError, match="within 0.1 s"):
        call.wait_for("disconnected", timeout=0.1)
    with pytest.raises(microsip.WrongStateError):
        call.answer()
    with pytest.raises(microsip.InvalidArgumentError, match="no CallState"):
        call.wait_for("connnected")
    call.hang_up()
    wire.reply(wire.request("BYE"), 200)
    last = list(events)[-1]
    assert isinstance(last, microsip.CallEnded) and last.call == call and last.end.by is microsip.EndedBy.LOCAL


def test_asyncio_waits_and_a_cancelled_task_that_dials_sends_cancel(remote: microsip.SpawnedEndpoint, wire: Wire) -> None:
    account = remote.add_account("sip:python@127.0.0.1")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(account.dial_async(wire.uri(), timeout=30))
        invite = await loop.run_in_executor(None, wire.request, "INVITE")
        wire.reply(invite, 180)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with remote.events() as events:
            with pytest.raises(TimeoutError):
                while True:
                    await events.next_async(timeout=0.3)

    asyncio.run(main())
    wire.request("CANCEL")


def test_cancelled_waits_leave_nothing_and_no_reader_keeps_events_from_the_others(remote: microsip.SpawnedEndpoint, wire: Wire) -> None:
    events = remote.events()

    async def cancelled() -> None:
        for _ in range(20):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(events.next_async(), 0.001)

    asyncio.run(cancelled())
    assert not events._native._stream.waiting  # type: ignore[attr-defined]
    account = remote.add_account("sip:python@127.0.0.1")
    got: list[object] = []
    readers = [threading.Thread(target=lambda: got.append(events.next(timeout=20))) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        account.call(wire.uri())
    remote.hang_up_all()
    for reader in readers:
        reader.join(3)
    assert len(got) == 3


def test_three_run_at_once_beside_one_of_this_process_and_call_each_other() -> None:
    with local() as own, spawned() as a, spawned() as b, spawned() as c:
        ring = [own, a, b, c]
        accounts = [endpoint.add_account(f"sip:{n}@127.0.0.1") for n, endpoint in enumerate(ring)]
        for n, account in enumerate(accounts):
            other = ring[(n + 1) % len(ring)]
            with other.events() as events:
                call = account.call(f"sip:{(n + 1) % len(ring)}@{other.local_address()}")
                answered(other, call, events)
        assert [len(endpoint.calls) for endpoint in ring] == [2, 2, 2, 2]
        assert len({a.pid, b.pid, c.pid, os.getpid()}) == 4


def test_one_that_is_killed_is_an_event_and_the_others_go_on() -> None:
    with spawned() as a, spawned() as b, spawned() as c:
        first = a.add_account("sip:a@127.0.0.1")
        b.add_account("sip:b@127.0.0.1")
        third = c.add_account("sip:c@127.0.0.1")
        with b.events() as coming:
            call = first.call(f"sip:b@{b.local_address()}")
            peer = answered(b, call, coming)
        everything, own = a.events(), call.events()
        confirmed = call.info
        failed: list[BaseException] = []

        def wait() -> None:
            try:
                call.wait_for("disconnected")
            except BaseException as error:
                failed.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
        begun = time.monotonic()
        os.kill(a.pid, signal.SIGKILL)
        for events in (everything, own):
            assert list(events)[-1] == microsip.WorkerLost(a.pid, -signal.SIGKILL)
        waiting.join(5)
        assert time.monotonic() - begun < 3
        assert isinstance(failed[0], microsip.NotRunningError) and "ended by SIGKILL" in str(failed[0])
        assert not a.is_alive and a.exit_code == -signal.SIGKILL
        for use in (call.hang_up, first.register, lambda: a.calls, lambda: asyncio.run(call.wait_for_async("disconnected"))):
            with pytest.raises(microsip.NotRunningError, match=f"its process \\({a.pid}\\) is gone"):
                use()
        # What was known last is still known, and leaving blocks is harmless.
        assert call.info == confirmed and hash(call) and repr(call)
        with call:
            pass
        # The others do not mind.
        peer.hang_up()
        with b.events() as coming:
            answered(b, third.call(f"sip:b@{b.local_address()}"), coming)


def test_a_lost_one_ends_asyncio_waits_and_iterators() -> None:
    async def main() -> None:
        async with spawned() as endpoint:
            account = endpoint.add_account("sip:a@127.0.0.1")
            seen: list[microsip.Event] = []

            async def read() -> None:
                async for event in endpoint.events():
                    seen.append(event)

            reader = asyncio.create_task(read())
            wait = asyncio.create_task(account.wait_unregistered_async())
            await asyncio.sleep(0.05)
            os.kill(endpoint.pid, signal.SIGSEGV)
            await asyncio.wait_for(reader, 10)
            with pytest.raises((microsip.NotRunningError, microsip.WrongStateError)):
                await wait
            assert seen[-1] == microsip.WorkerLost(endpoint.pid, -signal.SIGSEGV)

    asyncio.run(main())


def test_closing_ends_the_process_with_a_bye_and_handles_tell_the_end(wire: Wire) -> None:
    endpoint = spawned(close_timeout=2)
    account = endpoint.add_account("sip:a@127.0.0.1")
    call = account.call(wire.uri())
    wire.reply(wire.request("INVITE"), 200, sdp=True)
    call.wait_for("confirmed", timeout=10)
    events = endpoint.events()
    answer = threading.Thread(target=lambda: wire.reply(wire.request("BYE"), 200))
    answer.start()
    endpoint.close()
    answer.join(10)
    assert gone(endpoint.pid, 1) and endpoint.exit_code == 0 and not endpoint.is_alive
    assert call.state is microsip.CallState.DISCONNECTED and call.info.end is not None
    assert isinstance(list(events)[-1], microsip.CallEnded)
    with pytest.raises(microsip.NotRunningError, match="the endpoint is closed"):
        call.hang_up()
    endpoint.close()


def test_a_start_that_fails_says_why_and_leaves_no_process() -> None:
    with Wire() as taken:
        busy = [microsip.TransportConfig("udp", taken.address)]
        with pytest.raises(microsip.TransportError, match=taken.address):
            microsip.spawn_endpoint(transports=busy)
    with pytest.raises(microsip.InvalidArgumentError):
        microsip.spawn_endpoint(max_calls=-1)
    with pytest.raises(TypeError, match="has no 'nonsense'"):
        microsip.spawn_endpoint(nonsense=1)  # type: ignore[call-arg]


def test_what_cannot_cross_is_refused() -> None:
    with spawned() as a, spawned() as b:
        account = a.add_account("sip:a@127.0.0.1")
        with pytest.raises(microsip.UnsupportedError, match="cannot be called by the engine"):
            account.call("sip:x@127.0.0.1", headers=lambda: None)  # type: ignore[arg-type]
        with pytest.raises(microsip.UnsupportedError, match="is of another endpoint"):
            account.call("sip:x@127.0.0.1", from_=b.add_account("sip:b@127.0.0.1"))  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(account)
        # It goes on.
        assert account.aor == "sip:a@127.0.0.1" and a.accounts == [account]


def test_letting_go_of_it_ends_the_process(wire: Wire) -> None:
    endpoint = spawned()
    account = endpoint.add_account("sip:a@127.0.0.1")
    account.call(wire.uri())
    wire.reply(wire.request("INVITE"), 180)
    pid = endpoint.pid
    del endpoint
    gc.collect()
    wire.reply(wire.request("CANCEL"), 200)
    assert gone(pid)
    with pytest.raises(microsip.NotRunningError):
        account.register()


def test_audio_goes_through(remote: microsip.SpawnedEndpoint, tmp_path: Path) -> None:
    pair = connect(remote)
    recorder = pair.callee.record(tmp_path / "heard.wav")
    player = pair.caller.play_tone("440")
    assert_tone(pair.callee, 440, within=10)
    player.stop()
    player.wait_finished(timeout=5)
    recorder.stop()
    assert_tone(recorder.path, 440, lasting=0.1)
    # Samples of ours, 300 Hz, in as bytes and out as frames.
    wave = array.array("h", (round(8000 * math.sin(2 * math.pi * 300 * n / 16000)) for n in range(32000)))
    with pair.caller.audio_source(rate=16000) as source, pair.callee.audio_sink(rate=16000) as sink:
        source.write(wave[:8000], timeout=5)
        frame = sink.read(timeout=5)
        assert frame is not None and len(frame) == sink.frame_len and sink.stats.samples > 0

    async def stream() -> int:
        heard = 0
        async with pair.callee.audio(rate=8000) as audio:
            async for frame in audio:
                heard += len(frame)
                if heard > 1600:
                    return heard
        return 0

    assert asyncio.run(asyncio.wait_for(stream(), 10)) > 1600
    assert pair.callee.stats().received.packets > 0 and "INVITE" in str(pair.callee.story())
    pair.caller.play(recorder.path)
    assert isinstance(remote.diagnostics.commands, int)
    conference = remote.conference()
    conference.join(pair.callee)
    assert conference.calls == [pair.callee]
    conference.close()


def test_its_log_goes_to_where_the_program_logs(caplog: pytest.LogCaptureFixture, wire: Wire) -> None:
    with caplog.at_level(logging.WARNING, "microsip"), spawned() as endpoint:
        account = endpoint.add_account("sip:a@127.0.0.1", registrar=wire.uri().replace("peer@", ""))
        wire.reply(wire.request("REGISTER"), 503)
        with pytest.raises(microsip.SipError):
            account.wait_registered(timeout=5)
        account.remove()
    assert any(record.name.startswith("microsip") and "503" in record.getMessage() for record in caplog.records), caplog.text


def test_nobody_reads_and_nothing_grows(wire: Wire) -> None:
    with spawned(trace=True) as remote:
        account = remote.add_account("sip:python@127.0.0.1")
        events = remote.events()
        call = None
        for _ in range(400):
            call = account.call(wire.uri())
            wire.reply(wire.request("INVITE"), 486)
            call.wait_for("disconnected", timeout=5)
        # Each makes five at least: what was sent and received, and what became of the call.
        seen = sum(1 for _ in iter(events.next_ready, None))
        assert 256 < seen <= 1024 + 256
        # The rest was kept over there, and comes now.
        assert events.next(5) is not None
        # Handles that are gone here are let go of there.
        call = None
        gc.collect()
        assert len(remote.accounts) == 1 and account.aor


def test_a_program_that_ends_or_dies_takes_its_processes_along(wire: Wire) -> None:
    text = f"""
endpoint = microsip.spawn_endpoint(**LOCAL, close_timeout=2)
call = endpoint.add_account("sip:a@127.0.0.1").call({wire.uri()!r})
call.wait_for("confirmed", 10)
print(endpoint.pid, flush=True)
"""
    from subprograms import Program

    for end in ("", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)", "os.fork() or time.sleep(3); os.kill(os.getpid(), 9)"):
        with Program(text + end) as program:
            wire.reply(wire.request("INVITE"), 200, sdp=True)
            pid = int(program.line())
            wire.reply(wire.request("BYE"), 200)
            assert gone(pid)
            program.process.wait(10)


def test_ctrl_c_ends_the_wait_here_and_not_the_process() -> None:
    run(
        """
endpoint = microsip.spawn_endpoint(**LOCAL)
os.setpgrp()
call, peer = connected(endpoint)
threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
os.kill(endpoint.pid, signal.SIGINT)
try:
    call.wait_for("disconnected")
    raise AssertionError
except KeyboardInterrupt:
    pass
assert call.state is CallState.CONFIRMED
endpoint.close()
"""
    )


def test_a_forked_child_is_refused_and_does_not_keep_the_process_alive() -> None:
    run(
        """
endpoint = microsip.spawn_endpoint(**LOCAL)
call, peer = connected(endpoint)
events = endpoint.events()
pid = os.fork()
if not pid:
    signal.alarm(20)
    for work in (call.hang_up, endpoint.close, events.next, lambda: call.wait_for("disconnected"), lambda: endpoint.calls):
        try: work()
        except microsip.NotRunningError as e: assert "this process is a fork" in str(e), e
        else: raise AssertionError
    del work, endpoint, call, peer, events
    gc.collect()
    # It can have its own.
    with microsip.spawn_endpoint(**LOCAL) as own:
        connected(own)
    sys.exit(0)
assert os.waitpid(pid, 0)[1] == 0
assert call.state is CallState.CONFIRMED
endpoint.close()
"""
    )


def test_a_command_takes_little_more() -> None:
    with spawned() as endpoint:
        call = endpoint.add_account("sip:a@127.0.0.1").call("sip:x@127.0.0.1:9")
        times = []
        for _ in range(200):
            begun = time.perf_counter()
            _ = call.state
            times.append(time.perf_counter() - begun)
        assert sorted(times)[100] < 0.01
