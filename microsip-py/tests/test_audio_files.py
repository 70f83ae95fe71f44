"""Files and samples into calls, and recordings of them."""

from __future__ import annotations

import array
import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import microsip
from microsip import PlayEndReason
from sound import TIMEOUT, after_tone, amplitude_of, pair, read_seconds, read_wav, sine, wav

Pair = tuple[microsip.Endpoint, microsip.Call, microsip.Call]


@pytest.fixture
def up() -> Iterator[Pair]:
    with pair() as made:
        yield made


def test_a_file_played_is_what_the_peer_records(up: Pair, tmp_path: Path) -> None:
    endpoint, out, incoming = up
    events = endpoint.events()
    file = wav(tmp_path / "tone.wav", sine(700, 0.8, 22_050), 22_050)
    recorder = incoming.record(tmp_path / "heard.wav", rate=16_000)
    player = out.play(file)
    assert player.target == out and player.file == file and player.length == pytest.approx(0.8, abs=0.01)
    end = player.wait_finished(timeout=TIMEOUT)
    assert end.reason is PlayEndReason.FINISHED and end.error is None and end.is_complete
    assert player.is_finished and player.end == end
    with pytest.raises(microsip.GoneError):
        player.pause()
    player.stop()
    while recorder.length < 1.0:
        pass
    info = recorder.stop()
    assert (info.path, info.format, info.rate, info.channels) == (recorder.path, microsip.RecordFormat.WAV, 16_000, 1)
    rate, channels = read_wav(info.path)
    assert rate == 16_000 and len(channels[0]) == info.samples and info.length == info.samples / 16_000
    first = next(n for n, sample in enumerate(channels[0]) if abs(sample) > 2000)
    assert 5000 < amplitude_of(channels[0][first : first + 9600], 700, 16_000) < 6500
    assert microsip.read_audio(info.path).rate == 16_000
    assert events.wait_for(microsip.PlayerFinished, TIMEOUT) == microsip.PlayerFinished(player, end)
    assert events.wait_for(microsip.RecordingFinished, TIMEOUT) == microsip.RecordingFinished(recorder, info)


def test_players_and_recorders_are_awaited_and_events_name_the_same(up: Pair, tmp_path: Path) -> None:
    _, out, incoming = up
    files = [wav(tmp_path / f"{n}.wav", sine(500 + 400 * n, 0.2, 8000), 8000) for n in range(3)]

    async def run() -> None:
        recorder = incoming.record(str(tmp_path / "list.flac"))
        player = out.play([str(files[0]), files[1]])
        await player.add_async(files[2])
        with pytest.raises(microsip.TimedOutError):
            await player.wait_finished_async(timeout=0.01)
        with pytest.raises(TimeoutError, match=r"still at 0\.\d+ s of .*wav"):
            player.wait_finished(timeout=0)
        waits = [asyncio.create_task(player.wait_finished_async(timeout=TIMEOUT)) for _ in range(3)]
        await asyncio.sleep(0)
        waits[0].cancel()
        assert (await player).is_complete
        assert [(await wait).reason for wait in waits[1:]] == [PlayEndReason.FINISHED] * 2
        assert player.index == 2
        stopping = asyncio.create_task(recorder.stop_async())
        info = await recorder
        assert await stopping == info and info.format is microsip.RecordFormat.FLAC and 0.5 < info.length < 3

    asyncio.run(run())


def test_players_pause_seek_skip_repeat_and_get_louder(up: Pair, tmp_path: Path) -> None:
    _, out, incoming = up
    low = wav(tmp_path / "low.wav", sine(500, 5, 8000), 8000)
    high = wav(tmp_path / "high.wav", sine(1500, 5, 8000), 8000)
    player = out.play([low, high], gain=-6.0, paused=True, repeat=True)
    assert player.is_paused and player.gain.db == pytest.approx(-6, abs=0.1)
    player.resume()
    sink = incoming.audio_sink(rate=8000, capacity=5)
    assert 2500 < amplitude_of(after_tone(sink, 500, 0.2), 500, 8000) < 3400
    player.seek(4.0)
    assert player.position >= 3.9
    asyncio.run(player.skip_async())
    player.set_gain(microsip.Gain(0.25))
    heard = after_tone(sink, 1500, 0.2)
    assert amplitude_of(heard, 500, 8000) < 200 and 1200 < amplitude_of(heard, 1500, 8000) < 1800
    assert player.index == 1 and player.file == high
    with pytest.raises(microsip.InvalidArgumentError):
        player.seek(100)
    with pytest.raises(microsip.InvalidArgumentError, match="7 dB"):
        player.set_gain(7.0)
    player.pause()
    player.stop()
    assert player.wait_finished(timeout=TIMEOUT).reason is PlayEndReason.STOPPED


def test_samples_are_played_from_memory_and_go_on_when_nobody_holds_them(up: Pair) -> None:
    _, out, incoming = up
    sink = incoming.audio_sink(rate=8000, capacity=5)
    tone = sine(1000, 0.5, 24_000)
    out.play(tone.tobytes(), rate=24_000)
    gc.collect()
    heard = read_seconds(sink, 0.8)
    loud = sum(1 for n in range(0, 6400, 160) if amplitude_of(heard[n : n + 160], 1000, 8000) > 3000)
    assert 23 <= loud <= 27

    async def run() -> None:
        end = await out.play(microsip.Pcm(16_000, sine(400, 0.2, 16_000)))
        assert end == microsip.PlayEnd(PlayEndReason.FINISHED, None)
        long = out.play(tone * 100, rate=24_000)
        assert long.length == 50 and long.rate == 24_000 and long.target == out and not long.is_finished
        waiting = asyncio.create_task(long.wait_finished_async())
        await asyncio.sleep(0.1)
        long.stop()
        assert (await waiting).reason is PlayEndReason.STOPPED and 0 < long.position < 1
        last = out.play(tone * 100, rate=24_000)
        out.hang_up()
        assert (await asyncio.wait_for(last.wait_finished_async(), TIMEOUT)).reason is PlayEndReason.TARGET_ENDED

    asyncio.run(run())


def test_both_sides_are_recorded_apart_and_pauses_left_out(up: Pair, tmp_path: Path) -> None:
    _, out, incoming = up
    # Ours is on the left, the peer's on the right.
    out.play(sine(600, 3, 8000), rate=8000)
    incoming.play(sine(1300, 3, 8000), rate=8000)
    name = microsip.RecordingName(tmp_path / "calls", "{direction}-{remote_user}-{n}.wav")
    assert name.path_of(out) == tmp_path / "calls" / "outgoing-bob-1.wav"
    recorder = out.record(name, split=True, rate=8000)
    assert recorder.path == name.path_of(out)
    while recorder.length < 0.6:
        pass
    recorder.pause()
    assert recorder.is_paused
    recorder.resume()
    info = recorder.stop()
    assert info.channels == 2
    _, (left, right) = read_wav(info.path)
    assert amplitude_of(left[2400:4800], 600, 8000) > 4500 > 500 > amplitude_of(left[2400:4800], 1300, 8000)
    assert amplitude_of(right[2400:4800], 1300, 8000) > 4500 > 500 > amplitude_of(right[2400:4800], 600, 8000)
    # What is there is not overwritten unless that is asked for.
    assert out.record(name).path.name == "outgoing-bob-2.wav"
    fixed = out.record(info.path, overwrite=True)
    assert fixed.path == info.path
    out.hang_up()
    assert fixed.wait_finished(timeout=TIMEOUT).error is None and fixed.is_finished


def test_what_cannot_be_played_or_recorded_is_said(up: Pair, tmp_path: Path) -> None:
    _, out, _ = up
    text = tmp_path / "text.wav"
    text.write_text("no audio at all, whatever its name says")
    for wrong, error in [
        (tmp_path / "nowhere.wav", microsip.FileError),
        (text, microsip.MediaError),
        ([], microsip.InvalidArgumentError),
        (5, TypeError),
        (b"\0\0", TypeError),
        ([b"x", 3], TypeError),
        (None, TypeError),
        (array.array("h", [1]), TypeError),
    ]:
        with pytest.raises(error):
            out.play(wrong)  # type: ignore[call-overload]
    wrong_samples: list[tuple[object, int, Any]] = [
        (b"\0\0", 11_025, microsip.InvalidArgumentError),
        (b"\0\0", 0, microsip.InvalidArgumentError),
        (b"\0\0", -1, microsip.InvalidArgumentError),
        (b"", 8000, microsip.InvalidArgumentError),
        (bytes(2 * 8000 * 601), 8000, microsip.InvalidArgumentError),
        ("x.wav", 8000, TypeError),
    ]
    for samples, rate, error in wrong_samples:
        with pytest.raises(error):
            out.play(samples, rate=rate)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="PlayOptions has no 'loop'"):
        out.play(b"\0\0", rate=8000, loop=True)  # type: ignore[call-overload]
    with pytest.raises(microsip.InvalidArgumentError, match="only the player of a file can be paused"):
        out.play(b"\0\0", rate=8000, paused=True)
    with pytest.raises(microsip.InvalidArgumentError, match="no extension we can write"):
        out.record(tmp_path / "x.mp3")
    with pytest.raises(microsip.FileError):
        out.record(tmp_path / "no" / "such" / "folder" / "x.wav")
    with pytest.raises(microsip.InvalidArgumentError, match="no field"):
        microsip.RecordingName(tmp_path, "{password}.wav")
    with pytest.raises(microsip.InvalidArgumentError, match="inside its folder"):
        microsip.RecordingName(tmp_path, "../{n}.wav")
    with pytest.raises(microsip.MediaError):
        microsip.read_audio(text)
    out.hang_up()
    with pytest.raises(microsip.GoneError):
        out.play(b"\0\0", rate=8000)
    with pytest.raises(microsip.GoneError):
        out.record(tmp_path / "late.wav")
    assert not (tmp_path / "late.wav").exists()


def test_samples_are_repeated_without_a_gap_and_as_loud_as_wanted(up: Pair) -> None:
    _, out, incoming = up
    sink = incoming.audio_sink(rate=8000)
    # Whole periods: a gap or a sample too many would be heard beside the tone.
    once = sine(400, 0.05, 8000, 8000)
    playback = out.play(once, rate=8000, repeat=True, gain=-6.0)
    heard = after_tone(sink, 400, 1.0)
    assert amplitude_of(heard, 400, 8000) == pytest.approx(8000 * 10 ** (-6 / 20), rel=0.05)
    assert not playback.is_finished and playback.length == pytest.approx(0.05) and playback.position < 0.05
    off = sorted(abs(amplitude_of(heard[at : at + 400], 400, 8000) - amplitude_of(heard, 400, 8000)) for at in range(0, 8000, 400))
    # It is repeated in each of these pieces; on a busy machine a packet may be late for one or two.
    assert off[-4] < 200, off
    with pytest.raises(TimeoutError, match="it repeats until it is stopped"):
        playback.wait_finished(timeout=0.05)
    # One sample is enough, and a long one repeats as well.
    for samples in (once[:1], sine(400, 1, 8000) * 3):
        other = out.play(samples, rate=8000, repeat=True)
        other.stop()
        assert other.wait_finished(TIMEOUT).reason is microsip.PlayEndReason.STOPPED
    out.hang_up()
    assert playback.wait_finished(TIMEOUT).reason is microsip.PlayEndReason.TARGET_ENDED
