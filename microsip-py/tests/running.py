"""Examples, run as somebody would who has typed them; what they print, line by line, with deadlines."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Optional

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 20.0

#: An endpoint that can only be reached from this machine.
BIND = ["--bind", "127.0.0.1:0"]


def example(name: str) -> Path:
    """The file of an example."""
    return ROOT / "examples" / "python" / f"{name}.py"


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "microsip-py" / "python"), **more}


class Running:
    """An example that runs; it is killed when it is still there at the end."""

    def __init__(self, name: str, *arguments: object, **variables: str) -> None:
        command = [sys.executable, "-X", "dev", "-W", "error", str(example(name)), *map(str, arguments)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**variables)
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._said: list[str] = []
        self._readers = [threading.Thread(target=self._read_out), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read_out(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self._lines.put(text.rstrip("\n"))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        # asyncio's debug mode tells what was slow, as anything is on a busy machine.
        self._said += [text for text in self.process.stderr if not text.startswith("Executing <")]

    def line(self, begin: str = "", timeout: float = TIMEOUT) -> str:
        """What follows `begin` in the next line, which begins so."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f"no line came; on stderr: {''.join(self._said)}") from None
        assert line.startswith(begin), f"{line!r} does not begin with {begin!r}; on stderr: {''.join(self._said)}"
        return line[len(begin) :]

    def interrupt(self, code: int = 130) -> None:
        """Ctrl-C, after which it ends as it should, without a word on stderr."""
        self.process.send_signal(signal.SIGINT)
        ended = self.process.wait(TIMEOUT)
        self._join()
        said = "".join(self._said)
        assert ended == code and not said, f"{ended}: {said}"

    def _join(self) -> None:
        for reader in self._readers:
            reader.join()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.process.kill()
        self.process.wait()
        self._join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
