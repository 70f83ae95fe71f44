"""Sounds for tests, made and measured without numpy; and a call between two accounts of one endpoint."""

from __future__ import annotations

import array
import math
import os
import subprocess
import sys
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import microsip
from conftest import local

TIMEOUT = 10.0
Kind = TypeVar("Kind", bound=microsip.Event)


def sine(hz: float, seconds: float, rate: int, amplitude: int = 6000) -> array.array[int]:
    """A tone as 16-bit samples."""
    step = 2 * math.pi * hz / rate
    return array.array("h", [round(amplitude * math.sin(step * n)) for n in range(round(seconds * rate))])


def amplitude_of(samples: Iterable[int], hz: float, rate: int) -> float:
    """How much of a frequency is in samples, by Goertzel: the amplitude of a sine."""
    c = 2 * math.cos(2 * math.pi * hz / rate)
    a = b = 0.0
    count = 0
    for sample in samples:
        a, b = sample + c * a - b, a
        count += 1
    power = max(0.0, a * a + b * b - c * a * b)
    return 2 * math.sqrt(power) / max(1, count)


def read_seconds(sink: microsip.AudioSink, seconds: float, skip: float = 0.0) -> array.array[int]:
    """So much of what is heard, after `skip` seconds."""
    samples = array.array("h")
    need = round((seconds + skip) * sink.rate)
    while len(samples) < need:
        frame = sink.read(timeout=TIMEOUT)
        assert frame is not None, "it ended"
        samples.frombytes(bytes(frame))
    return samples[round(skip * sink.rate) : need]


def after_tone(sink: microsip.AudioSink, hz: float, seconds: float, at_least: float = 500) -> array.array[int]:
    """Waits until a tone is heard; what is heard from a tenth of a second later on."""
    for _ in range(round(TIMEOUT * 10)):
        if amplitude_of(read_seconds(sink, 0.1), hz, sink.rate) >= at_least:
            return read_seconds(sink, seconds, skip=0.1)
    raise AssertionError(f"{hz} Hz were not heard")


def until(events: microsip.Events, kind: type[Kind]) -> Kind:
    """The next event of a kind."""
    while True:
        event = events.next(timeout=TIMEOUT)
        assert event is not None, f"the events ended without {kind.__name__}"
        if isinstance(event, kind):
            return event


def wav(path: Path, samples: array.array[int], rate: int) -> Path:
    """Writes a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def read_wav(path: Path) -> tuple[int, list[array.array[int]]]:
    """Rate and channels of a WAV file."""
    with wave.open(str(path), "rb") as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        channels = file.getnchannels()
        return file.getframerate(), [samples[n::channels] for n in range(channels)]


def called(endpoint: microsip.Endpoint, caller: microsip.Account, callee: microsip.Account) -> tuple[microsip.Call, microsip.Call]:
    """Both ends of a call over loopback, up and with audio."""
    events = callee.events()
    user = callee.aor.split(":")[1].split("@")[0]
    out = caller.call(f"sip:{user}@{endpoint.local_address()}")
    event = until(events, microsip.IncomingCall)
    events.close()
    event.call.answer()
    for call in (out, event.call):
        watch = call.events()
        call.wait_for("confirmed", timeout=TIMEOUT)
        while not any(media.active for media in call.info.media):
            watch.next(timeout=TIMEOUT)
        watch.close()
    return out, event.call


@contextmanager
def pair(**fields: object) -> Iterator[tuple[microsip.Endpoint, microsip.Call, microsip.Call]]:
    """An endpoint and both ends of a call in it."""
    fields.setdefault("codecs", "PCMU")
    with local(**fields) as endpoint:
        one, other = (endpoint.add_account(f"sip:{user}@127.0.0.1") for user in ("alice", "bob"))
        out, incoming = called(endpoint, one, other)
        yield endpoint, out, incoming


def run(program: str) -> list[str]:
    """Runs a program in a process of its own; the words it prints."""
    path = os.pathsep.join(it for it in sys.path if it)
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout.split()
