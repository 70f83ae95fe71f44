"""Phones of MicroSIP's kind: settings for them, the program itself, places where nobody else looks for their sockets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

import pytest

ROOT = Path(__file__).resolve().parents[2]


def program() -> Path:
    """The program `microsip`."""
    path = Path(os.environ.get("MICROSIP_PROGRAM", ROOT / "target" / "debug" / "microsip"))
    if not path.exists():
        pytest.skip(f"{path} is not built")
    return path


@contextmanager
def runtime_directory() -> Iterator[Path]:
    """A short path for sockets, in the environment."""
    path = tempfile.mkdtemp(prefix="msp")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = path
    try:
        yield Path(path)
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
        shutil.rmtree(path, ignore_errors=True)


def settings_file(directory: Path, domain: str, settings: str = "", account: str = "") -> Path:
    """Settings of a phone with one account that does not register."""
    path = directory / "m.ini"
    path.write_text(
        f"[Settings]\naccountId=1\n{settings}\n[Account1]\nlabel=work\ndomain={domain}\nusername=python\npassword=s3cret-pass\n{account}\n"
        "[Extensions]\nbindAddress=127.0.0.1\naudioDevices=0\n"
    )
    return path


class Program:
    """The program, running the phone of a settings file."""

    def __init__(self, settings: Path) -> None:
        self.process = subprocess.Popen(
            [str(program()), "phone", "-i", str(settings), "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.ready: Optional[dict[str, object]] = None
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "ready":
                self.ready = event
                return
        raise AssertionError("the program ended before it was ready")

    def close(self) -> None:
        assert self.process.stdout is not None
        self.process.terminate()
        self.process.stdout.read()
        self.process.wait(20)
        self.process.stdout.close()
