"""Forked children get an exception for everything of their parent's, at once, and send nothing."""

from __future__ import annotations

from subprograms import run

PARENT = """
endpoint = microsip.Endpoint(**LOCAL)
call, peer = connected(endpoint)
events, account = endpoint.events(), endpoint.accounts[0]

def refused(work):
    begun = time.monotonic()
    try:
        work()
    except microsip.NotRunningError as e:
        assert "this process is a fork" in str(e), e
    else:
        raise AssertionError("not refused")
    assert time.monotonic() - begun < 0.5

def child():
    assert call.info.state is CallState.CONFIRMED and call.state is CallState.CONFIRMED
    for work in (
        call.hang_up, peer.hang_up, endpoint.hang_up_all, endpoint.close, account.register, account.remove,
        lambda: account.call("sip:x@127.0.0.1"), lambda: endpoint.add_account("sip:x@127.0.0.1"),
        lambda: call.wait_for("disconnected"), lambda: account.wait_registered(), lambda: events.next(),
        lambda: next(iter(call.events())), lambda: list(endpoint.events()), endpoint.local_address,
        lambda: asyncio.run(call.wait_for_async("disconnected")), lambda: asyncio.run(events.next_async()),
    ):
        refused(work)
    call.__exit__(None, None, None)

def after():
    time.sleep(0.2)
    assert call.state is CallState.CONFIRMED and peer.state is CallState.CONFIRMED, call.info
    call.hang_up()
    peer.wait_for("disconnected", 10)
"""


def test_a_forked_child_is_refused_at_once_and_sends_nothing() -> None:
    run(
        PARENT
        + """
stop = False
def noise():
    own = endpoint.events()
    while not stop:
        try: own.next(0.001)
        except TimeoutError: pass
        call.info
threads = [threading.Thread(target=noise) for _ in range(4)]
for t in threads: t.start()
for n in range(10):
    pid = os.fork()
    if not pid:
        signal.alarm(20)
        try:
            child()
            # Letting go of everything, then an ordinary end with all its destructors.
            if n % 2:
                del endpoint, call, peer, events, account
                gc.collect()
        except BaseException:
            import traceback; traceback.print_exc(); os._exit(9)
        if n % 3:
            os._exit(0)
        sys.exit(0)
    assert os.waitpid(pid, 0)[1] == 0
stop = True
for t in threads: t.join()
after()
""",
        within=60,
    )


def test_a_child_cannot_start_an_endpoint_of_its_own_while_its_parent_runs_one() -> None:
    run(
        PARENT
        + """
pid = os.fork()
if not pid:
    signal.alarm(20)
    try: microsip.Endpoint(**LOCAL)
    except microsip.WrongStateError as e: os._exit(0 if "forked from one whose endpoint was running" in str(e) else 8)
    os._exit(7)
assert os.waitpid(pid, 0)[1] == 0
after()
"""
    )


def test_a_child_forked_before_or_after_an_endpoint_can_have_its_own() -> None:
    run(
        """
def life():
    async def main():
        async with microsip.Endpoint(**LOCAL) as endpoint:
            call, peer = connected(endpoint)
            await call.wait_for_async("confirmed", 5)
            task = asyncio.create_task(peer.wait_for_async("disconnected", 5))
            await asyncio.sleep(0)
            call.hang_up()
            await task
    asyncio.run(main())
for before in (0, 1, 1):
    if before:
        life()
    pid = os.fork()
    if not pid:
        signal.alarm(20)
        life(); life()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
life()
""",
        within=60,
    )


def test_multiprocessing_by_every_method() -> None:
    run(
        PARENT
        + """
import multiprocessing, operator, tests_mp
for method in ("fork", "spawn", "forkserver"):
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        # Values cross; handles do not.
        assert pool.apply(operator.attrgetter("state"), [call.info]) is CallState.CONFIRMED
        try: pool.apply(id, [call])
        except TypeError as e: assert "cannot be pickled" in str(e)
        else: raise AssertionError(method)
        error = microsip.SipError("call: busy", kind=microsip.ErrorKind.SIP, sip_status=486)
        back = pool.apply(operator.methodcaller("with_traceback", None), [error])
        assert type(back) is microsip.SipError and back.sip_status == 486 and str(back) == str(error), back
    if method != "fork":
        with context.Pool(1) as pool:
            assert pool.apply(tests_mp.life) == "confirmed"
after()
""".replace("tests_mp", "fork_life"),
        within=90,
    )


def test_a_child_does_not_wait_at_its_end_for_threads_that_stayed_with_the_parent() -> None:
    run(
        """
import logging, warnings
warnings.simplefilter("ignore")

class Slow(logging.Handler):
    def handle(self, record):
        inside.set()
        time.sleep(3)

inside = threading.Event()
logging.getLogger("microsip").addHandler(Slow())
logging.getLogger("microsip").setLevel(logging.DEBUG)
microsip.set_log_level()
endpoint = microsip.Endpoint(log_level="debug", **LOCAL)
# The log's thread has entered Python by our module, and has not come back.
assert inside.wait(5)
begun = time.monotonic()
child = os.fork()
if child == 0:
    logging.getLogger("microsip").handlers.clear()
    sys.exit(0)
os.waitpid(child, 0)
assert time.monotonic() - begun < 3, time.monotonic() - begun
logging.getLogger("microsip").handlers.clear()
endpoint.close()
"""
    )
