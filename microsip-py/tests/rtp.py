"""A peer that speaks RTP: G.711 µ-law, one packet each 20 ms."""

from __future__ import annotations

import math
import socket
import struct
import threading
import time
import wave
from collections.abc import Sequence
from types import TracebackType
from typing import Optional

RATE = 8000
PACKET = 160


def ulaw(sample: int) -> int:
    """One sample of 16 bits as ITU-T G.711 µ-law."""
    sign = 0x80 if sample < 0 else 0
    value = min(abs(sample), 32_635) + 132
    exponent = value.bit_length() - 8
    return ~(sign | exponent << 4 | (value >> exponent + 3) & 0x0F) & 0xFF


def tone(frequency_hz: float, seconds: float, amplitude: int = 8000) -> list[int]:
    """A sine."""
    return [round(amplitude * math.sin(2 * math.pi * frequency_hz * n / RATE)) for n in range(int(seconds * RATE))]


def silence(seconds: float) -> list[int]:
    """Nothing."""
    return [0] * int(seconds * RATE)


def speech(path: str, seconds: float) -> list[int]:
    """The beginning of a WAV file of 16 bits and one channel, at 8 kHz by leaving samples out."""
    with wave.open(path) as file:
        assert file.getsampwidth() == 2 and file.getnchannels() == 1 and file.getframerate() % RATE == 0
        raw = file.readframes(int(seconds * file.getframerate()))
        return list(struct.unpack(f"<{len(raw) // 2}h", raw))[:: file.getframerate() // RATE]


class Rtp:
    """A socket for audio, and what it says."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self._end = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def say(self, samples: Sequence[int], port: int) -> None:
        """Sends audio to a port in time, in a thread of its own."""
        data = bytes(map(ulaw, samples))
        self._thread = threading.Thread(target=self._run, args=(data, port))
        self._thread.start()

    def _run(self, data: bytes, port: int) -> None:
        begun = time.monotonic()
        for n in range(len(data) // PACKET):
            wait = begun + n * 0.02 - time.monotonic()
            if self._end.wait(max(wait, 0)):
                return
            head = struct.pack("!BBHII", 0x80, 0, n & 0xFFFF, n * PACKET, 7)
            self.socket.sendto(head + data[n * PACKET : (n + 1) * PACKET], ("127.0.0.1", port))

    def __enter__(self) -> Rtp:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._end.set()
        if self._thread:
            self._thread.join()
        self.socket.close()
