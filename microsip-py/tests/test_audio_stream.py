"""Streams of samples out of calls and into them, by threads and by tasks."""

from __future__ import annotations

import array
import asyncio
import gc
import math
import sys
import threading
import time
from collections.abc import Iterator

import pytest

import microsip
from sound import TIMEOUT, amplitude_of, pair, read_seconds, run, sine, until

numpy = pytest.importorskip("numpy")

Pair = tuple[microsip.Endpoint, microsip.Call, microsip.Call]
RATES = {8000: 500.0, 16_000: 800.0, 24_000: 1100.0, 48_000: 1700.0}


@pytest.fixture
def up() -> Iterator[Pair]:
    with pair() as made:
        yield made


def measured(samples: array.array[int], hz: float, rate: int) -> float:
    """The strongest frequency near `hz`, by numpy."""
    spectrum = numpy.abs(numpy.fft.rfft(numpy.frombuffer(samples, dtype=numpy.int16) * numpy.hanning(len(samples))))
    frequencies = numpy.fft.rfftfreq(len(samples), 1 / rate)
    near = numpy.abs(frequencies - hz) < 100
    return float(frequencies[near][numpy.argmax(spectrum[near])])


def test_tones_written_at_every_rate_are_heard_at_every_rate_in_frames_of_every_length(up: Pair) -> None:
    _, out, incoming = up
    sources = [out.audio_source(rate=rate, capacity=2) for rate in RATES]
    sinks = [incoming.audio_sink(rate=rate, frame=ms / 1000, capacity=3) for rate in RATES for ms in (10, 20, 60)]
    for source, hz in zip(sources, RATES.values()):
        assert source.write(sine(hz, 1.0, source.rate, 4000)) == source.rate
    for sink in sinks:
        first = sink.read(timeout=TIMEOUT)
        assert first is not None and len(first) == sink.frame_len and first.rate == sink.rate
        heard = read_seconds(sink, 0.4, skip=0.3)
        for hz in RATES.values():
            assert 2800 < amplitude_of(heard, hz, sink.rate) < 4800, (sink.rate, sink.frame_len, hz)
            assert abs(measured(heard, hz, sink.rate) - hz) < 4
        assert amplitude_of(heard, 1400, sink.rate) < 150


def test_frames_are_views_without_a_copy_that_cannot_be_written(up: Pair) -> None:
    _, _, incoming = up
    with incoming.audio(rate=16_000, frame_ms=20) as audio:
        frame = audio.read(timeout=TIMEOUT)
        assert frame is not None
        assert (len(frame), frame.rate, frame.position, frame.lost) == (320, 16_000, 0, 0)
        assert frame.duration == pytest.approx(0.02)
        assert abs(frame.at.timestamp() - time.time()) < 2 and frame.at.tzinfo is not None
        assert frame.data.format == "h" and frame.data.readonly and len(frame.data) == 320
        samples = frame.samples
        assert samples.dtype == numpy.int16 and not samples.flags.writeable and not samples.flags.owndata
        assert numpy.shares_memory(samples, numpy.frombuffer(bytes(frame), dtype=numpy.int16))
        assert numpy.asarray(frame).dtype == numpy.int16
        assert numpy.array(frame, dtype=numpy.float32).dtype == numpy.float32
        assert bytes(frame) == frame.data.tobytes()
        if sys.version_info >= (3, 12):
            assert memoryview(frame).format == "h"


def test_what_is_written_comes_out_sample_by_sample_from_any_kind_of_buffer(up: Pair) -> None:
    endpoint, _, _ = up
    values = [0, 1, -1, 32767, -32768, 1000, -1000, 12345]
    plain = array.array("h", values)
    floats = [value / 32768 for value in values]
    kinds = [
        plain,
        plain.tobytes(),
        bytearray(plain.tobytes()),
        memoryview(plain),
        numpy.array(values, dtype=numpy.int16),
        numpy.array(values, dtype=">i2"),
        numpy.array([v for value in values for v in (value, 7)], dtype=numpy.int16)[::2],
        numpy.array(values, dtype=numpy.int16).reshape(8, 1),
        numpy.array(floats, dtype=numpy.float32),
        array.array("d", floats),
        microsip.Pcm(8000, plain.tobytes()),
    ]
    sink = endpoint.audio_sink(rate=8000, capacity=2)
    source = endpoint.audio_source(rate=8000)
    for kind in kinds:
        assert source.write(kind) == len(values)
    endpoint.connect(source, sink)
    want = array.array("h", values * len(kinds))
    got = read_seconds(sink, 0.2)
    at = next(n for n, sample in enumerate(got) if sample == 1) - 1
    assert got[at : at + len(want)].tolist() == want.tolist()
    # What is beyond full scale is cut there.
    loud = endpoint.audio_source(rate=8000)
    other = endpoint.audio_sink(rate=8000)
    loud.write(numpy.array([3.0, -3.0, math.inf, -math.inf] * 40, dtype=numpy.float32))
    endpoint.connect(loud, other)
    heard = set(read_seconds(other, 0.1))
    assert heard <= {0, 32767, -32768} and len(heard) == 3


def test_what_are_no_samples_is_said_and_nothing_of_it_is_written(up: Pair) -> None:
    _, out, _ = up
    source = out.audio_source(rate=8000)
    stereo = numpy.zeros((100, 2), dtype=numpy.int16)
    for wrong, error, words in [
        ("abc", TypeError, "no buffer"),
        (None, TypeError, "no buffer"),
        (5, TypeError, "no buffer"),
        ([1, 2, 3], TypeError, "no buffer"),
        (array.array("i", [1, 2]), TypeError, 'format "i"'),
        (array.array("b", [1, 2]), TypeError, 'format "b"'),
        (numpy.zeros(4, dtype=numpy.complex64), TypeError, "16-bit samples"),
        (numpy.array([True, False]), TypeError, "format"),
        (b"\x01\x02\x03", microsip.InvalidArgumentError, "3 bytes are no whole number"),
        (stereo, microsip.InvalidArgumentError, "one channel"),
        (numpy.int16(5), microsip.InvalidArgumentError, "one dimension"),
        (numpy.array([0.0, math.nan], dtype=numpy.float32), microsip.InvalidArgumentError, "NaN"),
    ]:
        for write in (source.write, source.try_write):
            with pytest.raises(error, match=words):
                write(wrong)
    changing = bytearray(320)
    source.write(changing)
    changing.extend(b"\0\0")
    assert source.stats.written == 160
    assert source.write(b"") == 0
    with pytest.raises(microsip.InvalidArgumentError, match="rate of 11025"):
        out.audio(rate=11_025)
    with pytest.raises(microsip.InvalidArgumentError, match="10 to 60 whole milliseconds"):
        out.audio(frame_ms=70)
    with pytest.raises(TypeError, match="AudioSinkOptions has no 'speed'"):
        out.audio_sink(speed=2)  # type: ignore[call-arg]


def test_a_full_buffer_makes_writers_wait_and_each_writes_in_one_piece(up: Pair) -> None:
    endpoint, _, _ = up
    source = endpoint.audio_source(rate=8000, capacity=0.1)
    assert source.try_write(bytes(16_000)) == 800 and source.room == 0
    with pytest.raises(microsip.WouldBlockError):
        source.try_write(b"\0\0")
    with pytest.raises(microsip.TimedOutError, match="0 of 10 samples"):
        source.write(bytes(20), timeout=0.05)

    async def late() -> None:
        with pytest.raises(microsip.TimedOutError):
            await source.write_async(bytes(20), timeout=0.05)

    asyncio.run(late())
    source.flush()
    sink = endpoint.audio_sink(rate=8000, capacity=5)
    endpoint.connect(source, sink)
    # Three threads and three tasks write 0.2 s each, of a number of their own.
    pieces = [array.array("h", [1000 * n] * 1600) for n in range(1, 7)]
    threads = [threading.Thread(target=source.write, args=(piece,)) for piece in pieces[:3]]
    for thread in threads:
        thread.start()

    async def tasks() -> list[int]:
        return await asyncio.gather(*(source.write_async(piece) for piece in pieces[3:]))

    assert asyncio.run(tasks()) == [1600] * 3
    for thread in threads:
        thread.join()
    source.drain(timeout=TIMEOUT)
    heard = [sample for sample in read_seconds(sink, 1.3) if sample]
    runs = [sample for n, sample in enumerate(heard) if n == 0 or heard[n - 1] != sample]
    assert sorted(runs) == [1000, 2000, 3000, 4000, 5000, 6000], "each in one piece"
    assert len(heard) == 6 * 1600


def test_a_flush_cuts_what_is_said_within_a_tenth_of_a_second_and_ends_waiting_writes(up: Pair) -> None:
    _, out, incoming = up
    sent = out.audio_sink(rate=8000, tap="sent", capacity=5)
    heard = incoming.audio_sink(rate=8000, capacity=5)

    async def talk() -> float:
        source = out.audio_source(rate=8000, capacity=1)
        task = asyncio.create_task(source.write_async(sine(1000, 30, 8000)))
        while source.stats.sent < 3200:
            await asyncio.sleep(0.01)
        begun = time.time()
        flushed = await source.flush_async()
        took = time.time() - begun
        assert took < 0.12
        written = await asyncio.wait_for(task, TIMEOUT)
        assert written == source.stats.written < 30 * 8000
        assert flushed.dropped >= 7000 and flushed.position + flushed.dropped == written
        assert source.stats.queued == 0
        # It can be spoken again at once.
        assert await source.write_async(sine(1000, 0.02, 8000)) == 160
        await source.drain_async(timeout=TIMEOUT)
        return begun

    begun = asyncio.run(talk())
    for sink, within in ((sent, 0.1), (heard, 0.3)):
        frames = [frame for frame in (sink.read(timeout=TIMEOUT) for _ in range(sink.stats.waiting // 160)) if frame]
        loud = [frame.at.timestamp() for frame in frames if amplitude_of(frame.data, 1000, 8000) > 2000]
        assert loud and loud[0] < begun
        assert max(loud) < begun + within


def test_cancelled_reads_lose_no_frame_and_late_ones_are_timeouts(up: Pair) -> None:
    _, _, incoming = up
    sink = incoming.audio_sink(rate=8000, frame=0.02, capacity=5)

    async def read() -> list[microsip.AudioFrame]:
        frames: list[microsip.AudioFrame] = []
        cancelled = 0
        while len(frames) < 50:
            task = asyncio.create_task(sink.read_async())
            # Cancelled in every state: not begun, waiting, woken but not yet run.
            for _ in range(len(frames) % 4):
                await asyncio.sleep(0.003)
            if not task.done():
                task.cancel()
            try:
                frame = await task
                assert frame is not None
                frames.append(frame)
            except asyncio.CancelledError:
                cancelled += 1
                with pytest.raises(microsip.TimedOutError, match="no frame within 0"):
                    while True:
                        frames.append(await sink.read_async(timeout=0))  # type: ignore[arg-type]
        assert cancelled > 10
        return frames

    frames = asyncio.run(read())
    assert [frame.position for frame in frames] == [160 * n for n in range(len(frames))]
    assert all(frame.lost == 0 for frame in frames)


def test_threads_and_tasks_share_a_sink_and_each_frame_goes_to_one(up: Pair) -> None:
    _, out, incoming = up
    sink = incoming.audio_sink(rate=8000, frame=0.01, capacity=5)
    positions: list[int] = []

    def in_thread() -> None:
        for frame in sink:
            positions.append(frame.position)

    async def in_task() -> None:
        async for frame in sink:
            positions.append(frame.position)

    async def tasks() -> None:
        await asyncio.gather(*(in_task() for _ in range(3)))

    readers = [threading.Thread(target=in_thread) for _ in range(3)]
    readers.append(threading.Thread(target=lambda: asyncio.run(tasks())))
    for reader in readers:
        reader.start()
    while len(positions) < 60:
        time.sleep(0.01)
    # All of them end with the call.
    out.hang_up()
    for reader in readers:
        reader.join(TIMEOUT)
        assert not reader.is_alive()
    assert sorted(positions) == list(range(0, 80 * len(positions), 80))
    assert sink.read(timeout=1) is None and sink.try_read() is None


def test_iterators_end_when_a_stream_is_closed_and_writers_are_told(up: Pair) -> None:
    _, out, incoming = up

    async def run() -> None:
        audio = incoming.audio(rate=8000)
        count = 0
        async for _ in audio:
            count += 1
            if count == 3:
                audio.close()
        assert count == 3
        with pytest.raises(microsip.GoneError, match="the source was closed"):
            await audio.write_async(bytes(320))
        writer = out.audio_source(rate=8000, capacity=0.04)
        waiting = asyncio.create_task(writer.write_async(bytes(160_000)))
        draining = asyncio.create_task(writer.drain_async())
        await asyncio.sleep(0.05)
        out.hang_up()
        for task in (waiting, draining):
            with pytest.raises(microsip.GoneError):
                await asyncio.wait_for(task, TIMEOUT)  # pyright: ignore[reportArgumentType]
        # Not "all was sent", though what came before the end may have been.
        with pytest.raises(microsip.GoneError):
            await writer.drain_async(TIMEOUT)
        with pytest.raises(microsip.GoneError):
            writer.flush()

    asyncio.run(run())
    with pytest.raises(microsip.GoneError):
        out.audio()


def test_a_sink_that_nobody_reads_holds_no_more_than_its_capacity_and_says_what_was_lost(up: Pair) -> None:
    endpoint, _, incoming = up
    events = endpoint.events()
    sink = incoming.audio_sink(rate=8000, capacity=0.2)
    while sink.stats.lost < 3200:
        assert sink.stats.waiting <= 1600
        time.sleep(0.02)
    assert sink.stats.waiting <= 1600 and sink.stats.overruns == 1
    frames = [sink.read(timeout=TIMEOUT) for _ in range(15)]
    lost = [frame.lost for frame in frames if frame is not None]
    assert lost[0] == 0 and sum(lost) >= 3200 and len(lost) == 15
    event = until(events, microsip.AudioXrun)
    assert (event.call, event.stream, event.kind) == (incoming, sink.id, microsip.Xrun.OVERRUN) and event.total > 0


def test_streams_that_are_let_go_of_leave_the_bridge(up: Pair) -> None:
    _, out, incoming = up
    for _ in range(20):
        audio = out.audio(rate=16_000)
        audio.try_write(bytes(640))
        del audio
    gc.collect()
    with incoming.audio(rate=16_000) as audio:
        assert audio.read(timeout=TIMEOUT) is not None
    # Closed twice, and used in a block: nothing happens.
    audio.close()
    assert audio.read() is None and audio.sink.stats.waiting == 0 and audio.source.room == 0


def test_ctrl_c_ends_a_wait_at_once() -> None:
    program = """
import _thread, threading, time, microsip
from conftest import local
with local() as endpoint:
    source = endpoint.audio_source(capacity=0.04)
    threading.Timer(0.3, _thread.interrupt_main).start()
    begun = time.monotonic()
    try:
        source.write(bytes(100_000))
    except KeyboardInterrupt:
        print("interrupted", time.monotonic() - begun < 1)
"""
    assert run(program) == ["interrupted", "True"]


def test_numpy_is_not_needed() -> None:
    program = """
import sys
sys.modules["numpy"] = None
import asyncio, array, microsip
from sound import *
with pair() as (endpoint, out, incoming):
    async def main():
        playback = out.play(sine(900, 0.8, 16000), rate=16000)
        async with incoming.audio(rate=24000, frame_ms=20) as audio:
            samples = array.array("h")
            async for frame in audio:
                samples.extend(frame.data)
                if len(samples) > 12000:
                    break
            try:
                frame.samples
            except ImportError as error:
                print("ImportError", "needs numpy" in str(error))
            print(4000 < amplitude_of(samples[-7200:], 900, 24000) < 7000, amplitude_of(samples[-7200:], 1200, 24000) < 100)
            await audio.write_async(frame)
        print((await playback).is_complete)
    asyncio.run(main())
"""
    assert run(program) == ["ImportError", "True", "True", "True", "True"]
