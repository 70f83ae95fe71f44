"""The tutorial (README.md of the package) does what it says: its programs are run as they stand, with other addresses."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import microsip
from peers import Kamailio
from sound import after_tone, sine, wav
from uas import Uas

README = Path(__file__).parents[1] / "README.md"
OTHER_README = Path(__file__).parents[2] / "README.md"


def programs(path: Path = README) -> list[str]:
    """The Python of a document."""
    return re.findall(r"```python\n(.*?)```", path.read_text(), re.S)


def test_the_first_program_stands_in_both_documents() -> None:
    first = programs()[0].splitlines()
    other = next(text for text in programs(OTHER_README) if "import microsip" in text).splitlines()
    assert [line for line in first if "print" not in line] == other


def write(folder: Path, text: str, *replaced: tuple[str, str]) -> Path:
    """A program of the tutorial, at home on this machine."""
    for before, after in (("microsip.Endpoint()", 'microsip.Endpoint(bind="127.0.0.1:0")'), *replaced):
        assert before in text, before
        text = text.replace(before, after)
    (folder / "program.py").write_text(text)
    wav(folder / "hello.wav", sine(700, 0.5, 8000), 8000)
    return folder / "program.py"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUNBUFFERED": "1"}


COMMAND = [sys.executable, "-X", "dev", "-W", "error"]


def test_the_first_program_calls_says_something_and_hangs_up(tmp_path: Path, kamailio: Kamailio) -> None:
    with Uas() as callee:
        program = write(
            tmp_path,
            programs()[0],
            ("sip:1001@pbx.example.org", kamailio.aor("alice")),
            ('"secret"', f'"wonderland", registrar="{kamailio.registrar}"'),
            ("sip:1002@pbx.example.org", callee.uri("bob")),
        )
        run = subprocess.run([*COMMAND, str(program)], cwd=tmp_path, env=environment(), timeout=60, capture_output=True, text=True)
        assert run.returncode == 0 and run.stderr == "", run
        assert re.fullmatch(r"hung up after [\d.]+ s\n", run.stdout), run.stdout
        assert callee.requests["INVITE"] == callee.requests["BYE"] == 1


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is younger")
def test_the_second_program_echoes_every_caller_until_they_press_a_key(
    tmp_path: Path, kamailio: Kamailio, endpoint: microsip.Endpoint
) -> None:
    program = write(
        tmp_path,
        programs()[1],
        ("sip:bot@pbx.example.org", kamailio.aor("alice")),
        ('"secret"', f'"wonderland", registrar="{kamailio.registrar}"'),
    )
    bot = subprocess.Popen(
        [*COMMAND, str(program)], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(bot.stdout or []))
    reader.start()
    try:
        kamailio.wait_request("REGISTER", 2)
        bob = endpoint.add_account(kamailio.aor("bob"), password="builder", registrar=kamailio.registrar, proxies=[kamailio.registrar])
        bob.wait_registered(timeout=10)
        call = bob.dial(kamailio.aor("alice"), timeout=10)
        with call.audio(rate=8000) as audio:
            after_tone(audio.sink, 700, 0.2)
            call.play_tone("440")
            after_tone(audio.sink, 440, 0.2)
        call.send_dtmf("#")
        assert call.wait_ended(timeout=10).by is microsip.EndedBy.REMOTE
        deadline = time.monotonic() + 10
        while not lines and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        bot.send_signal(signal.SIGINT)
        try:
            bot.wait(30)
        finally:
            # The reader ends with it, and a run of pytest with its threads.
            bot.kill()
            reader.join()
        if bot.stdout is not None:
            bot.stdout.close()
        # Shown when something failed.
        print(*lines)
    assert any(re.search(r"bob@.* ended with 200", line) for line in lines), lines
