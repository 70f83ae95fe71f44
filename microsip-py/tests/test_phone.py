"""The phone of a settings file: in this process, in the program, and from one to the other."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import microsip
from microsip import compat
from phones import Program, program, runtime_directory, settings_file
from wire import Wire


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def settings(tmp_path: Path, wire: Wire) -> Path:
    # Several calls at once, or a second one would be refused.
    return settings_file(tmp_path, wire.address, "singleMode=0")


@pytest.fixture
def phone(settings: Path) -> Iterator[compat.Phone]:
    with compat.Phone(settings) as made:
        yield made


@pytest.fixture
def running(settings: Path) -> Iterator[Program]:
    made = Program(settings)
    yield made
    made.close()


def address_of(status: dict[str, Any]) -> str:
    return next(str(it["address"]) for it in status["transports"] if it["transport"] == "udp")


def until(events: compat.PhoneEvents, name: str, **fields: object) -> dict[str, Any]:
    while True:
        event = events.next(timeout=10)
        assert event is not None, f"no {name}"
        if event["event"] == name and all(event.get(key) == value for key, value in fields.items()):
            return event


def test_a_phone_of_our_own_calls_and_tells(phone: compat.Phone, wire: Wire) -> None:
    events = phone.events()
    # The first who listens hears what was before.
    ready = until(events, "ready")
    assert ready["account"] == f"sip:python@{wire.address}" and ready["time"].endswith("Z")
    call = phone.request({"command": "call", "target": "100"})
    invite = wire.request("INVITE")
    assert invite.first.startswith(f"INVITE sip:100@{wire.address}")
    handle = phone.call(call["call"])
    assert isinstance(handle, microsip.Call) and handle.id == call["call"]
    wire.reply(invite, 200, sdp=True)
    confirmed = until(events, "call", state="confirmed")
    assert confirmed["call"] == call["call"] and confirmed["code"] == 200
    quality = phone.request({"command": "quality", "call": call["call"]})
    assert quality["received_dbov"] <= 0 and quality["statistics"]["codec"].startswith("PCMU")
    phone.request({"command": "hangup"})
    wire.reply(wire.request("BYE"), 200)
    # It is written before its end is told.
    assert until(events, "history")["number"] == "100"
    assert until(events, "call", state="disconnected")["ended_by"] == "local"
    with pytest.raises(microsip.GoneError, match="no call"):
        phone.call(call["call"], timeout=0)
    phone.close()
    assert until(events, "closed")["reason"] == "exit" and events.next(timeout=5) is None
    with pytest.raises(microsip.NotRunningError):
        phone.request({"command": "status"})


def test_a_call_that_comes_in_is_told_and_answered(phone: compat.Phone, wire: Wire) -> None:
    events = phone.events()
    wire.invite(address_of(phone.request({"command": "status"})))
    incoming = until(events, "incoming")
    assert incoming["from_user"] == "peer" and incoming["source"] == wire.address
    phone.line("/answer")
    answer = wire.response("INVITE", 200)
    wire.ack(answer)
    until(events, "call", state="confirmed")
    phone.line("/hangupall")
    wire.reply(wire.request("BYE"), 200)


def test_what_is_no_request_is_refused_and_secrets_are_not_repeated(phone: compat.Phone) -> None:
    with pytest.raises(microsip.InvalidArgumentError, match="did you mean"):
        phone.request({"command": "hangupp"})
    with pytest.raises(microsip.InvalidArgumentError):
        phone.request({"command": "call", "target": "1", "odd": 1})
    with pytest.raises(microsip.InvalidArgumentError) as caught:
        phone.request({"command": "password", "password": b"hush-hush"})
    assert "hush" not in str(caught.value)
    with pytest.raises(microsip.InvalidArgumentError):
        phone.request({"command": "set", "key": "nosuch", "value": "1"})
    with pytest.raises(microsip.AlreadyRunningError):
        compat.Phone()


def test_waits_are_awaited_and_forgotten_when_cancelled(phone: compat.Phone, wire: Wire) -> None:
    async def run() -> None:
        events = phone.events()
        assert (await phone.request_async({"command": "ready"})) is True
        task = asyncio.ensure_future(phone.request_async({"command": "call", "target": "100", "until": "answered"}))
        invite = await asyncio.get_running_loop().run_in_executor(None, wire.request, "INVITE")
        wire.reply(invite, 486)
        call = await asyncio.wait_for(task, 10)
        assert call["code"] == 486
        async for event in events:
            if event["event"] == "call" and event["state"] == "disconnected":
                break
        waiting = asyncio.ensure_future(events.next_async())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(TimeoutError):
            while True:
                await events.next_async(timeout=0.2)
        events.close()
        assert await events.next_async() is None

    asyncio.run(run())


def test_a_cancelled_wait_loses_no_event_and_no_reader_keeps_them_from_others(phone: compat.Phone, wire: Wire) -> None:
    def refused() -> None:
        phone.request({"command": "call", "target": "100"})
        wire.reply(wire.request("INVITE"), 486)
        wire.request("ACK")

    async def cancelled() -> None:
        with phone.events() as events:
            while events.next_ready() is not None:
                pass
            waiting = asyncio.ensure_future(events.next_async())
            await asyncio.sleep(0)
            # The loop hears of nothing while something comes.
            refused()
            time.sleep(0.2)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            event = await events.next_async(timeout=5)
            assert event is not None and (event["event"], event["target"]) == ("dial", "100")

    asyncio.run(cancelled())
    with phone.events() as events:
        got: list[object] = []
        readers = [threading.Thread(target=lambda: got.append(events.next(timeout=20))) for _ in range(3)]
        for reader in readers:
            reader.start()
        refused()
        for reader in readers:
            reader.join(3)
        assert len(got) == 3


def test_the_program_is_commanded_over_its_socket(running: Program, settings: Path, wire: Wire) -> None:
    with compat.Control(settings) as control:
        assert control.pid == running.process.pid and control.version
        events = control.events("call", "incoming")
        call = control.request({"command": "call", "target": "100"})
        invite = wire.request("INVITE")
        assert control.request({"command": "calls"})[0]["call"] == call["call"]
        assert control.line("report:status")["account"] == 1
        wire.reply(invite, 200, sdp=True)
        assert until(events, "call", state="confirmed")["remote"].startswith("sip:100@")
        with pytest.raises(microsip.GoneError):
            control.request({"command": "hangup", "call": 999})
        control.request({"command": "hangup"})
        wire.reply(wire.request("BYE"), 200)
        until(events, "call", state="disconnected")
        with pytest.raises(TimeoutError):
            control.request({"command": "call", "target": "101", "until": "ended"}, timeout=0.2)
        control.request({"command": "exit"})
        while events.next(timeout=10) is not None:
            pass
    with pytest.raises(microsip.GoneError):
        control.request({"command": "ping"})
    running.process.wait(20)
    with pytest.raises(microsip.NotRunningError, match="no phone runs"):
        compat.Control(settings)


def test_the_program_finds_the_phone_of_python(settings: Path, wire: Wire) -> None:
    with compat.Phone(settings, serve=True) as phone:
        done = subprocess.run([program(), "-i", str(settings), "--json", "status"], capture_output=True, text=True, timeout=30)
        assert json.loads(done.stdout)["account"] == 1, done
        events = compat.Control(settings).events("call")
        subprocess.run([program(), "call", "100", "-i", str(settings)], check=True, capture_output=True, timeout=30)
        wire.reply(wire.request("INVITE"), 603)
        assert until(events, "call", state="disconnected")["code"] == 603
        with pytest.raises(microsip.AlreadyRunningError):
            compat.Phone(settings, serve=True)
        # The program ends it, and nobody owns the settings any more.
        subprocess.run([program(), "exit", "-i", str(settings)], check=True, capture_output=True, timeout=30)
        assert events.next(timeout=10) is None
        with pytest.raises(microsip.NotRunningError):
            phone.request({"command": "status"})
    with pytest.raises(microsip.NotRunningError):
        compat.Control(settings)


def test_joining_attaches_or_owns(settings: Path) -> None:
    own = compat.Phone.join(settings)
    assert isinstance(own, compat.Phone)
    script = (
        "import sys\nfrom microsip import compat\n"
        "it = compat.Phone.join(sys.argv[1])\nassert isinstance(it, compat.Control)\nprint(it.request({'command': 'ready'}))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(settings)], capture_output=True, text=True, timeout=30, cwd="python")
    assert done.stdout.strip() == "True", done
    own.close()


def test_without_a_phone_its_files_answer(settings: Path) -> None:
    assert compat.ask_files(settings, {"command": "accounts"})[0]["username"] == "python"
    assert compat.ask_files(settings, {"command": "settings", "key": "password", "section": "Account1"})["value"] == "***"
    assert compat.ask_files(settings, {"command": "hangup"}) is NotImplemented
    compat.ask_files(settings, {"command": "set", "key": "DND", "value": "1"})
    assert compat.IniFile.load(settings).value("Settings", "DND") is True
    assert compat.database(settings) == settings.with_suffix(".db") and settings in compat.data_files(settings)


def test_ctrl_c_ends_a_wait_for_an_answer(settings: Path, wire: Wire) -> None:
    script = (
        "import _thread, sys, threading\nfrom microsip import compat\n"
        "with compat.Phone(sys.argv[1]) as phone:\n"
        "    threading.Timer(0.5, _thread.interrupt_main).start()\n"
        "    try:\n        phone.request({'command': 'call', 'target': '100', 'until': 'ended'})\n"
        "    except KeyboardInterrupt:\n        print('interrupted')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(settings)], capture_output=True, text=True, timeout=30, cwd="python")
    assert done.stdout.strip() == "interrupted", done


def test_an_endpoint_is_as_an_ini_file_says(settings: Path, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    settings.write_text(settings.read_text().replace("[Account1]", "VAD=maybe\naudioCodecs=PCMA/8000/1\nuserAgent=ours\n[Account1]"))
    with microsip.Endpoint(ini=settings) as endpoint:
        [account] = endpoint.accounts
        assert account.aor == f"sip:python@{wire.address}" and endpoint.local_address().startswith("127.0.0.1:")
        call = account.call(wire.uri())
        invite = wire.request("INVITE")
        assert invite.header("User-Agent") == "ours" and "PCMA/8000" in invite.body and "PCMU" not in invite.body
        wire.reply(invite, 486)
        with pytest.raises(microsip.SipError):
            call.wait_for("confirmed", timeout=10)
    assert any("VAD=maybe" in record.getMessage() for record in caplog.records)
    with pytest.raises(TypeError):
        microsip.Endpoint(ini=settings, user_agent="x")


def test_a_program_that_just_ends_hangs_up(settings: Path, wire: Wire) -> None:
    script = (
        "import sys, threading\nfrom microsip import compat\n"
        "phone = compat.Phone(sys.argv[1])\nevents = phone.events()\n"
        "threading.Thread(target=lambda: list(events), daemon=True).start()\n"
        "ask = {'command': 'call', 'target': '100', 'until': 'ended'}\n"
        "threading.Thread(target=phone.request, args=[ask], daemon=True).start()\n"
        "sys.stdin.readline()\n"
    )
    program = subprocess.Popen([sys.executable, "-X", "dev", "-c", script, str(settings)], stdin=subprocess.PIPE, cwd="python")
    invite = wire.request("INVITE")
    wire.reply(invite, 180)
    program.communicate(b"\n", timeout=30)
    wire.request("CANCEL")
    assert program.returncode == 0


def test_a_forked_child_leaves_the_phone_alone(settings: Path) -> None:
    script = """
import os, sys
from microsip import NotRunningError
from microsip_api import MicroSIP
phone = MicroSIP(sys.argv[1])
events, store = phone.events(), phone.history.store
child = os.fork()
if child == 0:
    for refused in (phone.status, events.next_ready, store.calls, phone.close):
        try:
            refused()
        except NotRunningError:
            continue
        os._exit(1)
    events.close()
    del phone, events, store
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert phone.status().account == 1 and events.next(5).name == "ready" and store.calls() == []
phone.close()
print("fine")
"""
    done = subprocess.run([sys.executable, "-c", script, str(settings)], capture_output=True, text=True, timeout=60, cwd="python")
    assert done.stdout.strip() == "fine", done
