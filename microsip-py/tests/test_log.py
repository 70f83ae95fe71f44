"""Records of the engine in Python's logging."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import microsip
from conftest import local
from microsip import _microsip
from wire import Wire

LIBRARY = logging.getLogger("microsip")
PJSIP = logging.getLogger("microsip.pjsip")


class Kept(logging.Handler):
    """Keeps what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        #: Held, nothing is taken.
        self.gate = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        with self.gate:
            self.records.append(record)

    def text(self) -> str:
        assert _microsip.flush_log(10)
        return "\n".join(record.getMessage() for record in self.records)


@pytest.fixture
def kept() -> Iterator[Kept]:
    """A handler of both loggers, which are as they were afterwards."""
    handler = Kept()
    LIBRARY.addHandler(handler)
    yield handler
    LIBRARY.removeHandler(handler)
    for logger in (LIBRARY, PJSIP):
        logger.setLevel(logging.NOTSET)
    microsip.set_log_level()


def test_records_come_to_their_loggers_with_levels_times_and_threads(kept: Kept) -> None:
    LIBRARY.setLevel(logging.DEBUG)
    begun = time.time()
    with local(log_level="debug") as endpoint:
        endpoint.add_account("sip:alice@127.0.0.1")
    kept.text()
    pjsip = [record for record in kept.records if record.name == "microsip.pjsip"]
    adding = next(record for record in pjsip if "Adding account" in record.getMessage())
    assert adding.levelno == logging.DEBUG and begun <= adding.created <= time.time()
    assert adding.threadName and adding.threadName not in ("microsip-log", threading.current_thread().name)
    assert any(record.levelno == logging.INFO for record in pjsip)
    assert {record.name for record in kept.records} <= {"microsip", "microsip.pjsip"}


def test_the_librarys_own_records_are_not_pjsips(kept: Kept, wire: Wire) -> None:
    LIBRARY.setLevel(logging.INFO)
    with local() as endpoint:
        call = endpoint.add_account("sip:alice@127.0.0.1").call(wire.uri(), headers={"X-Long": "x" * 1400})
        wire.reply(wire.request("INVITE"), 486)
        call.wait_for("disconnected", timeout=10)
    kept.text()
    own = [record for record in kept.records if record.name == "microsip"]
    assert any("does not serve" in record.getMessage() and record.levelno == logging.INFO for record in own)


def test_loggers_decide_each_for_itself(kept: Kept) -> None:
    LIBRARY.setLevel(logging.DEBUG)
    PJSIP.setLevel(logging.ERROR)
    with local(log_level="debug") as endpoint:
        endpoint.add_account("sip:alice@127.0.0.1")
    assert "Adding account" not in kept.text()


def test_without_a_logger_that_takes_them_no_record_is_made(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(microsip, "_deliver_log", lambda *batch: told.append(batch), raising=True)
    levels: list[tuple[int, int]] = []
    monkeypatch.setattr(_microsip, "set_log_levels", lambda *both: levels.append(both))
    LIBRARY.setLevel(logging.CRITICAL)
    microsip.set_log_level()
    LIBRARY.setLevel(logging.DEBUG)
    PJSIP.setLevel(logging.WARNING)
    microsip.set_log_level()
    LIBRARY.disabled = True
    try:
        microsip.set_log_level()
    finally:
        LIBRARY.disabled = False
    assert levels == [(0, 0), (4, 2), (0, 2)] and not told


def test_a_level_can_be_set_whatever_the_loggers_take(kept: Kept) -> None:
    LIBRARY.setLevel(logging.DEBUG)
    microsip.set_log_level("ERROR")
    with local(log_level="debug") as endpoint:
        endpoint.add_account("sip:alice@127.0.0.1")
        assert "Adding account" not in kept.text()
        microsip.set_log_level(logging.DEBUG)
        endpoint.add_account("sip:bob@127.0.0.1")
        assert "sip:bob" in kept.text()
        microsip.set_log_level(None)
    for wrong in ("LOUD", "", "debug "):
        with pytest.raises(ValueError, match="no level"):
            microsip.set_log_level(wrong)
    for hostile in (1.5, True, b"DEBUG", [10]):
        with pytest.raises(TypeError):
            microsip.set_log_level(hostile)  # type: ignore[arg-type]


def test_the_engine_goes_on_while_a_handler_hangs_and_what_is_lost_is_told(kept: Kept) -> None:
    LIBRARY.setLevel(logging.DEBUG)
    with local(log_level="debug") as endpoint:
        with kept.gate:
            for number in range(250):
                account = endpoint.add_account(f"sip:user{number}@127.0.0.1")
                account.call("sip:nobody@127.0.0.1:9")
                endpoint.hang_up_all()
                account.remove()
            slowest = max(endpoint.round_trip() for _ in range(20))
        assert slowest < 1
        text = kept.text()
    lost = [record for record in kept.records if "log records were lost" in record.getMessage()]
    assert len(lost) == 1 and lost[0].levelno == logging.WARNING and lost[0].name == "microsip", text[-500:]
    assert int(lost[0].getMessage().split()[0]) > 0
    # The oldest are kept.
    assert "user0@" in text


def test_a_handler_that_fails_loses_no_other_record(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    def fail(record: logging.LogRecord) -> bool:
        if "Adding account" in record.getMessage():
            raise OSError("the disk is full")
        return True

    LIBRARY.setLevel(logging.DEBUG)
    PJSIP.addFilter(fail)
    try:
        with local(log_level="debug") as endpoint:
            endpoint.add_account("sip:alice@127.0.0.1")
            assert "added with id" in kept.text()
    finally:
        PJSIP.removeFilter(fail)
    assert isinstance(told[0].exc_value, OSError)


def test_no_secret_is_logged(kept: Kept, wire: Wire) -> None:
    LIBRARY.setLevel(logging.DEBUG)
    with local(log_level="debug", trace=True) as endpoint:
        account = endpoint.add_account("sip:alice@127.0.0.1", registrar=f"sip:{wire.address}", password="hunter2")
        wire.reply(wire.request("REGISTER"), 401, headers='WWW-Authenticate: Digest realm="r", nonce="abc"\r\n')
        response = wire.request("REGISTER").header("Authorization").split('response="')[1].split('"')[0]
        account.remove()
    text = kept.text()
    assert text and "hunter2" not in text and response not in text


def ended(program: str, timeout: float = 20) -> subprocess.CompletedProcess[str]:
    """What a program of Python's leaves behind."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env={"PYTHONPATH": ":".join(sys.path), "PATH": ""})


START = """
import logging, microsip, sys, time
endpoint = microsip.Endpoint(transports=[microsip.TransportConfig("udp", "127.0.0.1:0")], log_level="debug")
"""


def test_from_the_import_on_it_works_as_logging_is_set_up() -> None:
    done = ended(
        "import logging\nlogging.basicConfig(level=logging.DEBUG, stream=__import__('sys').stdout, format='%(name)s %(message)s')\n"
        + START
        + "endpoint.add_account('sip:alice@127.0.0.1')\nendpoint.close()\n"
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "microsip.pjsip" in done.stdout and "Adding account" in done.stdout and "PJSUA destroyed" in done.stdout


def test_without_logging_being_set_up_nothing_is_printed() -> None:
    wrong = "account = endpoint.add_account('sip:alice@127.0.0.1', registrar='sip:127.0.0.1:9;transport=tcp')\n"
    done = ended(START + wrong + "time.sleep(0.2)\nendpoint.close()\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("leave", ["", "sys.exit(3)", "raise KeyboardInterrupt", "del endpoint"])
def test_an_interpreter_that_ends_with_records_under_way_ends_at_once(leave: str) -> None:
    begun = time.monotonic()
    noise = (
        "logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)\nmicrosip.set_log_level()\nendpoint.add_account('sip:a@127.0.0.1')\n"
    )
    done = ended(START + noise + leave)
    assert time.monotonic() - begun < 15
    assert done.returncode in ({"sys.exit(3)": (3,), "raise KeyboardInterrupt": (130, -2)}.get(leave, (0,))), done.stderr
    assert "Fatal" not in done.stderr and "Adding account" in done.stdout
    # What closing the endpoint says comes as well.
    assert "PJSUA destroyed" in done.stdout


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there the package imports asyncio, which imports logging")
def test_at_the_end_records_reach_a_logging_that_was_imported_later(tmp_path: Path) -> None:
    """What is imported later is ended earlier; a file that is closed takes nothing."""
    file = tmp_path / "log.txt"
    late = (
        "import sys, microsip\nassert 'logging' not in sys.modules\nimport logging\n"
        f"logging.basicConfig(level=logging.DEBUG, filename={str(file)!r}, filemode='w')\n"
        "endpoint = microsip.Endpoint(transports=[microsip.TransportConfig('udp', '127.0.0.1:0')], log_level='debug')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(microsip.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-S", "-c", late], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "PJSUA destroyed" in file.read_text(encoding="utf-8")


def test_a_handler_that_never_returns_does_not_keep_the_interpreter() -> None:
    stuck = """
class Stuck(logging.Handler):
    def handle(self, record):
        # Without the handler's lock, which logging itself waits for at its end.
        time.sleep(3600)
logging.getLogger("microsip").addHandler(Stuck())
logging.getLogger("microsip").setLevel(logging.DEBUG)
microsip.set_log_level()
endpoint.add_account("sip:a@127.0.0.1")
endpoint.close()
"""
    begun = time.monotonic()
    done = ended(START + stuck)
    assert time.monotonic() - begun < 15 and done.returncode == 0 and "Fatal" not in done.stderr, done.stderr


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="only where processes fork")
def test_a_fork_does_not_repeat_what_its_parent_logs() -> None:
    fork = """
import os
sys.stdout.reconfigure(line_buffering=True)
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(process)d %(message)s")
microsip.set_log_level()
endpoint.add_account("sip:a@127.0.0.1")
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    child = os.fork()
if child == 0:
    microsip._microsip.flush_log(1)
    os._exit(0)
os.waitpid(child, 0)
endpoint.close()
print("parent", os.getpid())
"""
    done = ended(START + fork)
    assert done.returncode == 0, done.stderr
    parent = done.stdout.split("parent ")[1].split()[0]
    lines = [line for line in done.stdout.splitlines() if "Adding account" in line]
    assert len(lines) == 1 and lines[0].startswith(parent)
