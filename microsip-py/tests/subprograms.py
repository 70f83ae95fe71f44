"""Programs of their own: what happens at an interpreter's end, on signals and forks is seen from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Optional

PYTHON = Path(__file__).resolve().parent.parent / "python"

#: What most of them begin with: an endpoint that can be reached from this machine only.
BEGIN = """
import asyncio, gc, os, signal, sys, threading, time, weakref
import microsip
from microsip import CallState, TransportConfig

LOCAL = dict(transports=[TransportConfig("udp", "127.0.0.1:0")])

def connected(endpoint, wire=None):
    "Both ends of a call over the loopback."
    account = endpoint.add_account("sip:a@127.0.0.1")
    endpoint.add_account("sip:b@127.0.0.1")
    events = endpoint.events()
    call = account.call(f"sip:b@{endpoint.local_address()}")
    for event in events:
        if isinstance(event, microsip.IncomingCall):
            event.call.answer()
            break
    call.wait_for("confirmed", timeout=10)
    event.call.wait_for("confirmed", timeout=10)
    return call, event.call
"""


def command(text: str, *flags: str) -> list[str]:
    return [sys.executable, "-X", "dev", "-W", "error", *flags, "-c", BEGIN + textwrap.dedent(text)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(PYTHON), str(Path(__file__).resolve().parent)])}


class Program:
    """A Python program; it is killed when it is still there at the end."""

    def __init__(self, text: str) -> None:
        self.process = subprocess.Popen(
            command(text), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def line(self) -> str:
        """The next line of its output; empty when there is none any more."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def end(self, within: float = 20) -> tuple[int, str, str]:
        """Waits for its end: exit code, output, errors."""
        try:
            out, errors = self.process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            out, errors = self.process.communicate()
            raise AssertionError(f"the program hung: {out}\n{errors}") from None
        # The machine is slow; asyncio's debugging mode finds that worth telling.
        lines = [line for line in errors.splitlines(True) if not (line.startswith("Executing <") and "seconds" in line)]
        return self.process.returncode, out, "".join(lines)


def run(text: str, code: Optional[int] = 0, within: float = 20, silent: bool = True) -> str:
    """Runs a program to its end; its output. It must end by itself, with this code, and say nothing on standard error."""
    with Program(text) as program:
        got, out, errors = program.end(within)
        assert code is None or got == code, f"exit code {got}\n{out}\n{errors}"
        if silent:
            assert not errors, f"it said:\n{errors}"
        return out
