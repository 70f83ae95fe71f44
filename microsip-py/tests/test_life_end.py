"""How an interpreter ends with calls, threads and iterators alive: with a BYE, silently, and soon."""

from __future__ import annotations

import signal

import pytest

from subprograms import Program, run
from wire import Wire

CALL = """
endpoint = microsip.Endpoint(**LOCAL, close_timeout=2)
account = endpoint.add_account("sip:python@127.0.0.1")
call = account.call({uri!r})
call.wait_for("confirmed", timeout=10)
print("up", flush=True)
"""


def up(wire: Wire, rest: str) -> Program:
    """A program whose call is up."""
    program = Program(CALL.format(uri=wire.uri()) + rest)
    invite = wire.request("INVITE")
    wire.reply(invite, 200, sdp=True)
    wire.request("ACK")
    assert program.line() == "up"
    return program


def bye(wire: Wire) -> None:
    wire.reply(wire.request("BYE"), 200)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "sys.exit()",
        "del endpoint",
        "del endpoint; gc.collect(); sys.exit()",
        "kept = endpoint.events(); thread = threading.Thread(target=lambda: [e for e in kept], daemon=True); thread.start()",
        "threading.Thread(target=call.wait_for, args=['disconnected'], daemon=True).start()",
        "threading.Thread(target=lambda: call.wait_for('disconnected', 0.3) if 0 else time.sleep(0.3)).start()",
        "class Cycle: pass\nc = Cycle(); c.own = c; c.endpoint = endpoint; c.call = call; del c, endpoint, call",
    ],
)
def test_a_program_that_ends_with_a_call_up_sends_bye_and_says_nothing(wire: Wire, rest: str) -> None:
    with up(wire, rest) as program:
        bye(wire)
        code, _, errors = program.end()
        assert (code, errors) == (0, "")


def test_an_exception_that_ends_the_program_sends_bye_as_well(wire: Wire) -> None:
    with up(wire, "raise KeyError('boom')") as program:
        bye(wire)
        code, _, errors = program.end()
        assert code == 1 and errors.strip().endswith("KeyError: 'boom'")


def test_sys_exit_in_a_thread_ends_that_thread_only(wire: Wire) -> None:
    with up(wire, "t = threading.Thread(target=sys.exit); t.start(); t.join(); print(call.state.value, flush=True)") as program:
        assert program.line() == "confirmed"
        bye(wire)
        assert program.end()[::2] == (0, "")


def test_os_exit_ends_at_once_and_without_a_word(wire: Wire) -> None:
    with up(wire, "os._exit(3)") as program:
        assert program.end(5)[::2] == (3, "")
    wire.nothing("BYE", 0.1)


def test_a_peer_that_does_not_answer_the_bye_delays_the_end_by_the_close_timeout_only(wire: Wire) -> None:
    with up(wire, "") as program:
        wire.request("BYE")
        assert program.end(8)[::2] == (0, "")


def test_an_atexit_handler_that_was_registered_later_still_has_its_endpoint(wire: Wire) -> None:
    with up(wire, "import atexit; atexit.register(lambda: print(call.state.value, flush=True))") as program:
        assert program.line() == "confirmed"
        bye(wire)
        assert program.end()[::2] == (0, "")


def test_tasks_that_wait_when_the_loop_ends_are_cancelled_in_silence(wire: Wire) -> None:
    rest = """
async def main():
    waiting = [asyncio.create_task(call.wait_for_async("disconnected")) for _ in range(5)]
    waiting += [asyncio.create_task(endpoint.events().next_async()) for _ in range(5)]
    await asyncio.sleep(0.05)
asyncio.run(main())
"""
    with up(wire, rest) as program:
        bye(wire)
        assert program.end()[::2] == (0, "")


def test_a_loop_that_is_never_closed_in_a_daemon_thread_ends_with_the_program(wire: Wire) -> None:
    rest = """
async def main():
    async for event in endpoint.events():
        pass
threading.Thread(target=asyncio.run, args=[main()], daemon=True).start()
time.sleep(0.2)
"""
    with up(wire, rest) as program:
        bye(wire)
        assert program.end()[::2] == (0, "")


def test_the_end_of_a_busy_program_neither_hangs_nor_crashes() -> None:
    # The moment of the end varies against threads that wait, call and drop.
    text = """
endpoint = microsip.Endpoint(**LOCAL, close_timeout=1)
call, peer = connected(endpoint)
def work(n):
    while True:
        try:
            call.wait_for("disconnected", 0.001)
        except (microsip.TimedOutError, microsip.GoneError, microsip.NotRunningError):
            pass
        list(endpoint.events().next_ready() for _ in range(3)); call.info; call.events()
def read():
    for event in endpoint.events(): pass
for n in range(4):
    threading.Thread(target=work, args=[n], daemon=True).start()
    threading.Thread(target=read, daemon=True).start()
time.sleep({pause})
"""
    for pause in (0, 0.003, 0.01, 0.05, 0.1):
        run(text.format(pause=pause))


def test_a_signal_that_kills_leaves_no_core_and_no_hang(wire: Wire) -> None:
    with up(wire, "time.sleep(60)") as program:
        program.process.send_signal(signal.SIGTERM)
        assert program.end(5)[0] == -signal.SIGTERM
