"""docs/microsip_api.md, typed as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from phones import ROOT, runtime_directory, settings_file
from running import environment
from wire import Wire

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "microsip_api.md").read_text(), re.S)
#: What a reader has besides what is printed: a phone, a password, and an end of the loop that has none.
PHONE = """
import threading
from microsip_api import MicroSIP
phone = MicroSIP()
password = "s3cret"
stop = threading.Timer(2, phone.close)
{}
"""


@pytest.fixture
def home(tmp_path: Path, wire: Wire) -> Iterator[Path]:
    user = tmp_path / ".config" / "microsip"
    user.mkdir(parents=True)
    settings_file(user, wire.address, "singleMode=0").rename(user / "microsip.ini")
    (tmp_path / "work.ini").write_bytes((user / "microsip.ini").read_bytes())
    (tmp_path / "outlook.csv").write_text("Name,Number\nBob,200\n")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "microsip.ini").write_text("[Calls]\n0=300;Eve;1;1700000000;5;Call Ended\n")
    with runtime_directory():
        yield tmp_path


def start(home: Path, text: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", text]
    variables = environment(HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"))
    return subprocess.Popen(command, cwd=home, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(program: subprocess.Popen[str]) -> str:
    said, errors = program.communicate(timeout=30)
    assert program.returncode == 0 and not errors, errors
    return said


def test_the_call_is_made(home: Path, wire: Wire) -> None:
    with start(home, BLOCKS[0]) as program:
        wire.reply(wire.request("INVITE"), 200, sdp=True)
        wire.reply(wire.request("BYE", timeout=30), 200)
        assert "RegistrationState" in finish(program)


@pytest.mark.parametrize("number", range(1, len(BLOCKS)))
def test_the_other_pieces_do_what_they_say(home: Path, number: int) -> None:
    block = BLOCKS[number]
    if "phone.events(" in block:
        block = f"stop.start()\n{block}"
    with start(home, PHONE.format(f"{block}\nphone.close()\nstop.cancel()")) as program:
        finish(program)
    if "export" in block:
        assert (home / "calls.csv").exists() or (home / "ann.csv").exists()
    assert threading.active_count() < 20
