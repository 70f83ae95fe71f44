"""Who hears whom: conferences, links, gains, tones, detectors, devices, codecs."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

import microsip
from conftest import local
from microsip import ConferenceChange, ToneKind
from sound import TIMEOUT, after_tone, amplitude_of, called, pair, read_seconds, sine, until


def test_three_in_a_conference_hear_each_other_and_not_themselves() -> None:
    with local(codecs="PCMU") as endpoint:
        ours = endpoint.add_account("sip:desk@127.0.0.1")
        people = [endpoint.add_account(f"sip:p{n}@127.0.0.1") for n in range(3)]
        calls = [called(endpoint, ours, person) for person in people]
        events = endpoint.events()
        room = endpoint.conference()
        for leg, _ in calls:
            room.join(leg)
        assert room.calls == [leg for leg, _ in calls]
        joined = [until(events, microsip.ConferenceChanged) for _ in calls]
        assert joined == [microsip.ConferenceChanged(room, ConferenceChange.JOINED, leg) for leg, _ in calls]
        frequencies = (500.0, 900.0, 1400.0)
        sinks = [far.audio_sink(rate=8000, capacity=5) for _, far in calls]
        all_of_it = room.audio(rate=16_000, frame_ms=10, capacity=10)
        for (_, far), hz in zip(calls, frequencies):
            far.play(sine(hz, 20, 8000, 4000), rate=8000)
        for sink, hz in [(sink, hz) for sink in sinks for hz in frequencies if hz != frequencies[sinks.index(sink)]]:
            after_tone(sink, hz, 0.1)
        recorded = [read_seconds(sink, 0.3) for sink in sinks]
        for own, samples in enumerate(recorded):
            for n, hz in enumerate(frequencies):
                level = amplitude_of(samples, hz, 8000)
                assert level < 300 if n == own else level > 2800, (own, n, level)
        mixed = read_seconds(all_of_it.sink, 0.3, skip=all_of_it.sink.stats.waiting / 16_000)
        assert all(amplitude_of(mixed, hz, 16_000) > 2800 for hz in frequencies)
        # What is written to the conference all of them hear; the muted one is not heard, the other one is softer.
        all_of_it.write(sine(2200, 4, 16_000, 4000))
        room.join(calls[0][0], muted=True)
        room.join(calls[1][0], gain=-12.0)
        backlog = max(sink.stats.waiting for sink in sinks) / 8000
        heard = [read_seconds(sink, 0.2, skip=backlog + 0.4) for sink in sinks]
        assert all(amplitude_of(it, 2200, 8000) > 2500 for it in heard)
        assert amplitude_of(heard[2], 500, 8000) < 300 and 700 < amplitude_of(heard[2], 900, 8000) < 1400
        other = room.split([calls[2][0]])
        assert other.calls == [calls[2][0]] and len(room.calls) == 2
        with pytest.raises(microsip.WrongStateError):
            room.leave(calls[2][0])
        room.merge(other)
        room.leave(calls[2][0])
        with pytest.raises(microsip.GoneError):
            _ = other.calls
        with pytest.raises(TypeError, match="expected a Call"):
            room.join(5)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected a Conference"):
            room.merge(calls[0][0])  # type: ignore[arg-type]
        room.close()
        assert all_of_it.sink.read(timeout=TIMEOUT) is not None
        for _ in all_of_it:
            pass


def test_a_bridge_of_two_calls_ends_with_one_of_them() -> None:
    with local(codecs="PCMU") as endpoint:
        ours = endpoint.add_account("sip:desk@127.0.0.1")
        (one, far), (other, _) = [called(endpoint, ours, endpoint.add_account(f"sip:p{n}@127.0.0.1")) for n in range(2)]
        with pytest.raises(microsip.InvalidArgumentError):
            endpoint.bridge(one, one)
        bridge = endpoint.bridge(one, other)
        assert len(bridge.calls) == 2
        far.hang_up()
        events = other.events()
        if not other.info.is_ended:
            assert any(isinstance(event, microsip.CallEnded) for event in events)


def test_links_carry_audio_with_a_gain_and_levels_tell_of_it() -> None:
    with pair() as (endpoint, out, incoming):
        tone = endpoint.play_tone("1000@-10")
        sink = endpoint.audio_sink(rate=8000, capacity=5)
        endpoint.connect(tone, sink, gain=-6.0)
        endpoint.connect(tone, out)
        half = amplitude_of(read_seconds(sink, 0.2, skip=0.2), 1000, 8000)
        endpoint.connect(tone, sink, gain=microsip.Gain())
        full = amplitude_of(read_seconds(sink, 0.2, skip=sink.stats.waiting / 8000 + 0.1), 1000, 8000)
        # A sine of -10 dBm0 is 13.14 dB below full scale.
        assert full == pytest.approx(32768 * 10 ** (-13.14 / 20), rel=0.02)
        assert half == pytest.approx(full / 2, rel=0.02)
        heard = incoming.audio_sink(rate=8000, capacity=5)
        assert amplitude_of(after_tone(heard, 1000, 0.2), 1000, 8000) > 0.9 * full
        assert out.levels.sent_dbov == pytest.approx(-17, abs=1.5) and out.levels.received_dbov == -96
        out.set_gain(sent=-12)
        soft = amplitude_of(read_seconds(heard, 0.2, skip=heard.stats.waiting / 8000 + 0.5), 1000, 8000)
        assert soft == pytest.approx(full / 4, rel=0.15)
        endpoint.disconnect(tone, sink)
        with pytest.raises(microsip.InvalidArgumentError):
            endpoint.connect(sink, tone)  # type: ignore[arg-type]
        for wrong in (5, endpoint, None, endpoint.conference()):
            with pytest.raises(TypeError):
                endpoint.connect(wrong, sink)  # type: ignore[arg-type]
        for gain in (7, math.nan, "loud", microsip.PlayOptions()):
            with pytest.raises((TypeError, ValueError)):
                endpoint.connect(tone, out, gain)  # type: ignore[arg-type]
        with pytest.raises(microsip.InvalidArgumentError):
            microsip.Gain(2.5)
        assert microsip.Gain.from_db(-math.inf) == microsip.Gain(0) and microsip.Gain(0).db == -math.inf
        tone.stop()
        tone.wait_finished(timeout=TIMEOUT)
        with pytest.raises(microsip.GoneError):
            endpoint.connect(tone, sink)


def test_tones_are_data_written_read_rendered_and_played() -> None:
    ringback = microsip.Tone.of(ToneKind.RINGBACK, "uk")
    assert str(ringback) == "400+450/400,0/200,400+450/400,0/2000" and ringback.length is None
    assert microsip.Tone.find("busy", microsip.Country.of("DE")) == microsip.Tone.parse("425/480,0/480")
    by_hand = microsip.Tone(
        intro=[microsip.ToneStep(microsip.Silence(), 0.1)],
        cycle=[
            microsip.ToneStep(microsip.Sines([440, microsip.Sine(480, microsip.Level(-19))]), 0.2),
            microsip.ToneStep(microsip.Modulated(400, 25), 0.2),
            microsip.ToneStep(microsip.ComfortNoise(microsip.Level.from_dbov(-50)), 0.1),
        ],
        times=2,
    )
    assert by_hand.length == pytest.approx(1.1)
    # A level is told in dBm0.
    text, _, noise = str(by_hand).partition(",noise@")
    assert text == "!0/100,440+480@-19/200,400*25/200"
    assert float(noise.split("/")[0].replace("dBm0", "")) == pytest.approx(-50 + 6.15, abs=0.01) and noise.endswith("/100;2")
    pcm = microsip.Tone.beep(1000, length=0.25).render(16_000)
    assert (pcm.rate, len(pcm)) == (16_000, 4000)
    assert amplitude_of(pcm.data[800:3200], 1000, 16_000) == pytest.approx(32768 * 10 ** (-13.14 / 20), rel=0.01)
    keys = microsip.Tone.keys("15", on=0.1, gap=0.05).render(8000)
    assert amplitude_of(keys.data[80:720], 697, 8000) > 3000 < amplitude_of(keys.data[80:720], 1209, 8000)
    assert microsip.Level(0).dbov == pytest.approx(-6.15, abs=0.01)
    assert len(microsip.Country.all()) > 30 and str(microsip.Country.of("gb")) == "United Kingdom"
    for wrong in (
        lambda: microsip.Tone.parse("abc"),
        lambda: microsip.Tone.find("fax"),
        lambda: microsip.Tone.of("howler", "de"),
        lambda: microsip.Tone.of("dial", "xx"),
        lambda: microsip.Tone.keys("1x"),
        lambda: microsip.Tone.parse("3000").render(4000),
        lambda: microsip.Tone().render(),
    ):
        with pytest.raises(microsip.InvalidArgumentError):
            wrong()
    with pytest.raises(TypeError, match="expected a ToneStep"):
        microsip.Tone(cycle=[5]).render()  # type: ignore[list-item]
    with pair() as (endpoint, out, incoming):
        events = endpoint.events()

        async def play() -> microsip.TonePlayer:
            player = out.play_tone("1000@-12/300;1")
            await player
            return player

        player = asyncio.run(play())
        assert player.is_finished and str(player.tone) == "1000@-12/300;1" and player.position >= 0.3
        assert until(events, microsip.ToneFinished) == microsip.ToneFinished(out, player)
        limited = incoming.play_tone(ringback, longest=0.1)
        limited.wait_finished(timeout=TIMEOUT)
        with pytest.raises(microsip.InvalidArgumentError):
            out.play_tone("440", longest=0)


def test_detectors_hear_tones_and_no_speech_in_them() -> None:
    with pair() as (_, out, incoming):
        events = incoming.events()
        tones = incoming.detect_tones(country="de")
        speech = incoming.detect_speech(threshold=0.6, hangover=0.2)
        assert tones.call == speech.call == incoming
        assert tones.detection.country == microsip.Country.of("de") and tones.detection.tap is microsip.Tap.RECEIVED
        assert speech.options.hangover == pytest.approx(0.2)
        out.play_tone(microsip.Tone.of(ToneKind.BUSY, "de"))
        event = until(events, microsip.ToneDetected)
        assert event.tone == microsip.HeardTone("busy", None) and event.delay > 0.5 and event.call == incoming
        assert not speech.is_speaking
        for detector in (tones, speech):
            detector.stop()
            assert detector.is_stopped
        with pytest.raises(microsip.InvalidArgumentError, match="threshold"):
            incoming.detect_speech(threshold=2)
        with pytest.raises(microsip.InvalidArgumentError, match="not known"):
            incoming.detect_tones(country="xx")


def test_a_machine_without_a_sound_card_lists_devices_and_says_what_cannot_be_opened() -> None:
    devices = microsip.audio_devices()
    assert all(isinstance(device.direction, microsip.DeviceDirection) for device in devices)
    with pair() as (endpoint, out, _):
        assert endpoint.audio_devices is None
        endpoint.watch_audio_devices()
        endpoint.watch_audio_devices(False)
        for wrong in ("no such headset", microsip.DeviceChoice(name="no such headset")):
            with pytest.raises(microsip.DeviceError, match="no such headset"):
                endpoint.open_audio(input=False, output=wrong)
        with pytest.raises(microsip.InvalidArgumentError, match="control characters"):
            endpoint.open_audio(input="id:\n")
        with pytest.raises(microsip.InvalidArgumentError, match="not both"):
            endpoint.open_audio(input=microsip.DeviceChoice("a", "b"))
        with pytest.raises(microsip.InvalidArgumentError, match="noise suppression"):
            endpoint.open_audio(processing=microsip.VoiceProcessing(noise_suppression_db=99))
        with pytest.raises(microsip.InvalidArgumentError):
            endpoint.open_audio(volume_db={"output": 99.0})
        with pytest.raises(TypeError):
            endpoint.open_audio(input=5)  # type: ignore[arg-type]
        with pytest.raises(microsip.InvalidArgumentError, match="neither"):
            endpoint.open_audio(input=False, output=False)
        with pytest.raises(TypeError, match="expected a AudioDevices"):
            out.use_devices(out)  # type: ignore[arg-type]


@pytest.mark.skipif(not Path("/usr/share/alsa/alsa.conf").exists(), reason="ALSA is not set up")
def test_devices_are_opened_connected_muted_and_closed() -> None:
    # ALSA's own device that is silent and hears nothing.
    with pair() as (endpoint, out, incoming):
        null = microsip.DeviceChoice(id="null")

        async def opening() -> microsip.AudioDevices:
            return await endpoint.open_audio_async(
                input=null, ringing="id:null", output=False, connect_calls=False, volume_db={microsip.DeviceRole.INPUT: -3.0}
            )

        devices = asyncio.run(opening())
        device = devices.device("input")
        assert device is not None and device.id == "alsa:null" and devices.device("output") is None
        assert devices.level(microsip.DeviceRole.OUTPUT) is None and devices.stats("output") is None
        stats = devices.stats("ringing")
        assert stats is not None and stats.rate >= 8000
        level = devices.level("input")
        assert level is not None and level.rms_dbov == -127
        devices.mute("input")
        assert devices.is_muted("input") and not devices.is_muted("ringing")
        devices.set_volume_db("ringing", -20)
        assert devices.ringing_node is not None
        endpoint.connect(out.play_tone("440"), devices.ringing_node, -20)
        out.use_devices(devices)
        out.leave_devices(devices)
        assert devices.choose("input", device) == device
        with pytest.raises(microsip.InvalidArgumentError, match="no output device was opened"):
            devices.mute("output")
        with pytest.raises(microsip.InvalidArgumentError):
            devices.set_volume_db("input", 99)
        with pytest.raises(microsip.InvalidArgumentError, match="is no DeviceRole"):
            devices.is_muted("nose")
        devices.close()
        with pytest.raises(microsip.GoneError):
            incoming.use_devices(devices)


def test_codecs_are_those_of_the_build_and_of_the_endpoint() -> None:
    names = [codec.name for codec in microsip.codecs()]
    assert {"opus", "PCMU", "PCMA", "G722"} <= set(names)
    with local(codecs="PCMA,PCMU") as endpoint:
        first, second, *others = endpoint.codecs
        assert (first.codec.name, first.place, first.payload_type, first.bit_rate) == ("PCMA", 0, 8, 64_000)
        assert second.codec.name == "PCMU" and second.is_enabled and first.frame == pytest.approx(0.01, abs=0.011)
        assert others and not any(codec.is_enabled for codec in others)
