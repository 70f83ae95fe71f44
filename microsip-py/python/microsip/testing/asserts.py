"""Assertions on calls, with deadlines. Each takes what there was already into account as far as the engine keeps it, and waits for the
rest; what fails raises `AssertionError` that says what was seen instead, and tells the story of the call.
"""

from __future__ import annotations

import array
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Optional, Union

from ..audio_events import Speech
from ..call import Call
from ..enums import CallState
from ..exceptions import MicrosipError, TimedOutError, WrongStateError
from ..samples import Samples, read_audio

if TYPE_CHECKING:
    from ..info import CallInfo

__all__ = ["assert_dtmf", "assert_mos", "assert_silence", "assert_speech", "assert_state", "assert_tone"]

#: What tones are looked for in, in seconds.
_BLOCK = 0.1
#: What is softer is taken for silence, in dB of full scale.
_SILENT = -50.0
_RATE = 16_000

#: A call, a recorded file, or samples.
Heard = Union[Call, Samples, str, Path]


def assert_state(call: Call, state: Union[CallState, str], within: float = 5.0) -> CallInfo:
    """Asserts that the call is in a state or a later one, or comes there `within` so many seconds. What it was then is returned."""
    wanted = CallState(state)
    try:
        return call.wait_for(wanted, within)
    except MicrosipError as error:
        _fail(f"the call is {call.state.value}, and not {wanted.value} within {within} s: {error}", call)


def assert_dtmf(call: Call, digits: str, within: float = 5.0) -> None:
    """Asserts that the peer types these digits and no others, from the call's beginning or the last such assertion on."""
    try:
        heard = call.wait_dtmf(count=len(digits), timeout=within)
    except MicrosipError as error:
        _fail(f"expected the digits {digits!r} within {within} s, and heard {call.typed!r}: {error}", call)
    if heard != digits:
        _fail(f"expected the digits {digits!r}, and heard {heard!r}", call)


def assert_tone(heard: Heard, frequency: float, within: float = 5.0, *, lasting: float = 0.3, tolerance: float = 0.03) -> None:
    """Asserts that a tone of `frequency` Hz is heard, in a call from the peer, `within` so many seconds; in a file or samples anywhere.

    It has to last `lasting` seconds, and to be most of what is heard. `tolerance` is how far off it may be, as a part of it.
    """
    needed = max(1, math.ceil(lasting / _BLOCK - 0.01))
    run, seen = 0, _Seen()
    for block, rate in _blocks(heard, within):
        level = _level(block)
        near = [frequency * (1 + part * tolerance) for part in (-1.0, -0.5, 0.0, 0.5, 1.0)]
        share = 0.0 if level < _SILENT else max(_share(block, rate, it) for it in near)
        run = run + 1 if share > 0.5 else 0
        if run >= needed:
            return
        seen.add(block, rate, level)
    _fail(f"no tone of {frequency:g} Hz for {lasting:g} s within {within} s; {seen}", heard)


def assert_silence(heard: Heard, within: float = 5.0, *, lasting: float = 1.0, below: float = _SILENT) -> None:
    """Asserts that nothing is heard for `lasting` seconds: nothing louder than `below` dB of full scale."""
    needed = max(1, math.ceil(lasting / _BLOCK - 0.01))
    run, seen = 0, _Seen()
    for block, rate in _blocks(heard, within):
        level = _level(block)
        run = run + 1 if level < below else 0
        if run >= needed:
            return
        seen.add(block, rate, level)
    _fail(f"no {lasting:g} s of silence within {within} s; {seen}", heard)


def assert_speech(call: Call, within: float = 5.0) -> None:
    """Asserts that the peer speaks: tones, noise and music on hold are no speech."""
    end = time.monotonic() + within
    with call.events() as events:
        detector = call.detect_speech()
        try:
            if detector.is_speaking:
                return
            while True:
                event = events.next(max(0.0, end - time.monotonic()))
                if event is None:
                    _fail("the call ended before anybody spoke", call)
                if isinstance(event, Speech) and event.speaking:
                    return
        except TimedOutError:
            pass
        finally:
            try:
                detector.stop()
            except MicrosipError:
                # With the call.
                pass
    seen = _Seen()
    if call.state is CallState.CONFIRMED:
        for block, rate in _blocks(call, 0.5):
            seen.add(block, rate, _level(block))
    _fail(f"nobody spoke within {within} s; {seen}", call)


def assert_mos(call: Call, at_least: float = 4.0, within: float = 10.0) -> float:
    """Asserts that what is heard of the peer is worth a mean opinion score (E-model, listening) of `at_least`; waits until it is known. The
    score is returned.
    """
    end = time.monotonic() + within
    while True:
        final = call.info.stats if call.info.is_ended else None
        try:
            quality = (final or call.stats()).quality.received
        except WrongStateError:
            quality = None
        except MicrosipError as error:
            _fail(f"the quality is not known: {error}", call)
        if quality is not None:
            if quality.mos_listening >= at_least:
                return quality.mos_listening
            _fail(
                f"the score is {quality.mos_listening:.2f}, and not {at_least:g} or more: R is {quality.r_factor:.0f}, "
                f"{quality.loss_percent:.1f} % were lost, {quality.delay_ms:.0f} ms of delay",
                call,
            )
        if final is not None or time.monotonic() > end:
            _fail(f"the quality is not known within {within} s: no audio came, or of a codec without numbers", call)
        time.sleep(0.05)


def _fail(said: str, heard: Heard) -> NoReturn:
    __tracebackhide__ = True
    if isinstance(heard, Call):
        said += "\nthe story of the call:\n" + str(heard.story())
    raise AssertionError(said)


def _blocks(heard: Heard, within: float) -> Iterator[tuple[Sequence[int], int]]:
    """Tenths of a second, and their rate."""
    if not isinstance(heard, Call):
        samples = heard if isinstance(heard, Samples) else read_audio(heard)
        size = int(samples.rate * _BLOCK)
        for start in range(0, len(samples) - size + 1, size):
            yield samples.data[start : start + size], samples.rate
        return
    end = time.monotonic() + within
    kept = array.array("h")
    size = int(_RATE * _BLOCK)
    with heard.audio_sink(rate=_RATE) as sink:
        while True:
            try:
                frame = sink.read(max(0.0, end - time.monotonic()))
            except TimedOutError:
                return
            if frame is None:
                return
            kept.extend(frame.data)
            while len(kept) >= size:
                yield kept[:size], _RATE
                del kept[:size]
            if time.monotonic() >= end:
                return


def _level(block: Sequence[int]) -> float:
    """In dB of full scale."""
    power = sum(sample * sample for sample in block) / len(block)
    return 10 * math.log10(power / 32768**2) if power else -math.inf


def _share(block: Sequence[int], rate: int, frequency: float) -> float:
    """Which part of the power is at a frequency (Goertzel)."""
    factor = 2 * math.cos(2 * math.pi * frequency / rate)
    one = two = 0.0
    for sample in block:
        one, two = sample + factor * one - two, one
    power = sum(sample * sample for sample in block)
    at = one * one + two * two - factor * one * two
    return 2 * at / (len(block) * power) if power else 0.0


class _Seen:
    """What was heard instead."""

    def __init__(self) -> None:
        self._loudest: Optional[tuple[float, Sequence[int], int]] = None
        self._time = 0.0

    def add(self, block: Sequence[int], rate: int, level: float) -> None:
        self._time += _BLOCK
        if self._loudest is None or level > self._loudest[0]:
            self._loudest = (level, block, rate)

    def __str__(self) -> str:
        if self._loudest is None:
            return "no audio was heard at all"
        level, block, rate = self._loudest
        if level < _SILENT:
            return f"heard {self._time:.1f} s of silence"
        steps = range(50, int(min(rate / 2, 4000)), 10)
        part, frequency = max((_share(block, rate, step), step) for step in steps)
        most = f"a tone of about {frequency} Hz" if part > 0.5 else "noise or speech"
        return f"heard {self._time:.1f} s, {most} of {level:.0f} dB where it was loudest"
