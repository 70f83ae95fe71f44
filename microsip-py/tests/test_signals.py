"""Ctrl-C ends the wait of the main thread at once; others go on; handlers of one's own run."""

from __future__ import annotations

import time

import pytest

from subprograms import Program, run

WAITS = {
    "call": "call.wait_for('disconnected')",
    "call with a deadline": "call.wait_for('disconnected', 60)",
    "events": "list(endpoint.events())",
    "events of a call": "list(call.events())",
    "asyncio": "asyncio.run(call.wait_for_async('disconnected'))",
    "asyncio events": """
    async def main():
        async for event in endpoint.events(): pass
    asyncio.run(main())""",
    "gathered": """
    async def main():
        await asyncio.gather(*(call.wait_for_async('disconnected') for _ in range(20)), endpoint.events().next_async())
    asyncio.run(main())""",
}


@pytest.mark.parametrize("wait", WAITS)
def test_ctrl_c_ends_the_wait_at_once(wait: str) -> None:
    text = f"""
endpoint = microsip.Endpoint(**LOCAL)
call, peer = connected(endpoint)
print("up", flush=True)
try:
    {WAITS[wait]}
except KeyboardInterrupt:
    print("interrupted", flush=True)
call.wait_for("confirmed", 1)
"""
    with Program(text) as program:
        assert program.line() == "up"
        time.sleep(0.15)
        begun = time.monotonic()
        program.interrupt()
        assert program.line() == "interrupted"
        assert time.monotonic() - begun < 1
        assert program.end()[::2] == (0, "")


def test_waits_of_other_threads_go_on_when_the_main_thread_is_interrupted() -> None:
    run(
        """
endpoint = microsip.Endpoint(**LOCAL)
call, peer = connected(endpoint)
ended = []
threads = [threading.Thread(target=lambda: ended.append(call.wait_for("disconnected", 20))) for _ in range(8)]
for t in threads: t.start()
time.sleep(0.1)
threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT]).start()
try:
    peer.wait_for("disconnected", 20)
    raise AssertionError("not interrupted")
except KeyboardInterrupt:
    pass
assert not ended and all(t.is_alive() for t in threads)
call.hang_up()
for t in threads: t.join(10)
assert len(ended) == 8
endpoint.close()
"""
    )


def test_handlers_of_ones_own_run_within_a_wait_which_goes_on_or_ends_by_what_they_raise() -> None:
    run(
        """
endpoint = microsip.Endpoint(**LOCAL)
call, peer = connected(endpoint)
class Stop(Exception): pass
seen = []
signal.signal(signal.SIGUSR1, lambda *a: seen.append("usr1"))
def hang_up(*a): seen.append("usr2"); peer.hang_up()
signal.signal(signal.SIGUSR2, hang_up)
def stop(*a): raise Stop
signal.signal(signal.SIGTERM, stop)
threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGUSR1]).start()
threading.Timer(0.4, os.kill, [os.getpid(), signal.SIGTERM]).start()
try: list(endpoint.events())
except Stop: pass
assert seen == ["usr1"], seen
threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGUSR2]).start()
assert call.wait_for("disconnected", 10).is_ended and seen == ["usr1", "usr2"]
"""
    )


def test_ctrl_c_while_an_endpoint_closes_ends_the_wait_and_not_the_closing() -> None:
    run(
        """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
    mute.bind(("127.0.0.1", 0))
    endpoint = microsip.Endpoint(**LOCAL, close_timeout=3)
    account = endpoint.add_account("sip:a@127.0.0.1")
    # Nobody answers this CANCEL's INVITE.
    call = account.call(f"sip:x@127.0.0.1:{mute.getsockname()[1]}")
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    begun = time.monotonic()
    try:
        endpoint.close()
        took = time.monotonic() - begun
        # It was quicker than the signal.
        try: time.sleep(1)
        except KeyboardInterrupt: pass
    except KeyboardInterrupt:
        took = time.monotonic() - begun
        assert took < 1, took
    endpoint.close()
    assert call.info.is_ended
"""
    )
