"""Statistics with real RTP, the story of a call, what is wrong with its audio, who speaks and which tones are heard."""

from __future__ import annotations

import json
import pickle
import time
from pathlib import Path

import pytest

import microsip
from conftest import local
from legs import TIMEOUT, pair, up
from microsip import quality
from rtp import Rtp, silence, speech, tone
from wire import Wire

SPEECH = str(Path(__file__).resolve().parents[2] / "microsip-cli/assets/speech.wav")


def until(probe: object, timeout: float = TIMEOUT) -> None:
    """Waits until a function gives something true."""
    deadline = time.monotonic() + timeout
    while not probe():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_statistics_count_what_went_over_the_wire(account: microsip.Account, wire: Wire) -> None:
    with Rtp() as peer:
        call, dialog = up(account, wire, peer.port)
        detector = call.detect_speech()
        peer.say(tone(440, 0.6), dialog.audio_port)
        until(lambda: call.stats().received.packets == 30)
        until(lambda: call.stats().sent.packets >= 5)
        stats = call.stats()
        assert stats.codec == microsip.Codec("PCMU", 8000, 1) and stats.payload_type == 0 and stats.packet_time == 0.02
        assert (stats.received.bytes, stats.received.lost, stats.received.loss_ratio) == (30 * 160, 0, 0.0)
        assert stats.received.level is not None and -25 < stats.received.level.mean_dbov < -5
        assert stats.quality.received is not None and stats.quality.received.band is quality.Band.NARROW
        assert 3.5 < stats.quality.received.mos_listening <= 4.5
        assert stats.jitter_buffer.capacity > 0 and stats.xr.remote is None
        written = json.loads(stats.json)
        assert written["received"]["packets"] == 30 and written["codec"] == "PCMU/8000/1"
        assert "json" not in repr(stats) and pickle.loads(pickle.dumps(stats)) == stats
        detector.stop()
        call.hang_up()
        with pytest.raises(microsip.GoneError):
            call.stats()
        assert call.info.stats is not None and call.info.stats.received.packets == 30


def test_a_call_that_hears_nothing_is_found_out(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    until(lambda: call.check_audio())
    finding = call.check_audio()[0]
    assert isinstance(finding, microsip.NothingReceived) and finding.since >= 1
    assert finding.is_fault and finding.name == "nothing_received" and "no packet was received" in str(finding)
    call.hang_up()
    with pytest.raises(microsip.GoneError):
        call.check_audio()


def test_the_story_of_a_call_is_data_and_text(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    call.hang_up()
    wire.reply(wire.request("BYE"), 200)
    story = call.story()
    assert isinstance(story.entries[0].step, microsip.StoryAsked)
    lines = [entry.step.line for entry in story.entries if isinstance(entry.step, microsip.StoryMessage)]
    assert lines[0].startswith("INVITE sip:peer@") and any(line.startswith("BYE") for line in lines)
    sent = next(entry.step for entry in story.entries if isinstance(entry.step, microsip.StoryMessage))
    assert sent.direction is microsip.Direction.OUTGOING and sent.remote == wire.address and sent.bytes > 300
    decided = {entry.step.about for entry in story.entries if isinstance(entry.step, microsip.StoryDecided)}
    assert microsip.Decision.CODEC in decided
    assert any(isinstance(entry.step, microsip.StoryEnded) for entry in story.entries)
    assert "asked: call" in str(story) and story.left_out == 0
    times = [entry.at for entry in story.entries]
    assert times == sorted(times) and times[0].tzinfo is not None


def test_a_beep_is_heard_with_its_frequency(account: microsip.Account, wire: Wire) -> None:
    with Rtp() as peer:
        call, dialog = up(account, wire, peer.port)
        events = call.events()
        detector = call.detect_tones(country="de")
        assert (detector.detection.tap, detector.call) == (microsip.Tap.RECEIVED, call)
        assert detector.detection.country == microsip.Country.of("de")
        peer.say(silence(0.2) + tone(1000, 0.5) + silence(1.5), dialog.audio_port)
        heard = events.wait_for(microsip.ToneDetected, TIMEOUT)
        assert heard.tone.name == "beep" and heard.tone.frequency_hz == pytest.approx(1000, abs=20)
        assert heard.tap is microsip.Tap.RECEIVED and heard.delay > 0 and heard.at.tzinfo is not None
        detector.stop()
        detector.stop()
        assert detector.is_stopped
        call.hang_up()


def test_speech_begins_and_ends(account: microsip.Account, wire: Wire) -> None:
    with Rtp() as peer:
        call, dialog = up(account, wire, peer.port)
        events = call.events()
        detector = call.detect_speech(hangover=0.2, threshold=0.4)
        options = detector.options
        assert (options.hangover, options.tap, detector.is_speaking) == (0.2, microsip.Tap.RECEIVED, False)
        assert options.threshold == pytest.approx(0.4)
        peer.say(speech(SPEECH, 2.0) + silence(1.0), dialog.audio_port)
        begun = events.wait_for(microsip.Speech, TIMEOUT)
        ended = events.wait_for(microsip.Speech, TIMEOUT)
        assert (begun.speaking, ended.speaking) == (True, False) and begun.position < ended.position
        call.hang_up()
        assert detector.call == call


def test_detectors_refuse_what_they_do_not_know(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    for fields in ({"threshold": 2.0}, {"hangover": 0.01}, {"tap": "both"}, {"threshold": float("nan")}):
        with pytest.raises(microsip.InvalidArgumentError):
            call.detect_speech(**fields)  # pyright: ignore[reportArgumentType]
    with pytest.raises(microsip.InvalidArgumentError, match="ToneDetection.country"):
        call.detect_tones(country="atlantis")
    call.hang_up()
    with pytest.raises(microsip.GoneError):
        call.detect_tones()


def test_audio_flows_both_ways_between_two_accounts(endpoint: microsip.Endpoint) -> None:
    both = pair(endpoint, microsip.CallOptions(codecs="PCMA/8000/1"))
    for call in (both.caller, both.callee):
        until(lambda call=call: call.stats().received.packets >= 10)
        assert str(call.stats().codec) == "PCMA/8000/1"
    both.caller.hang_up()


def test_the_e_model_has_the_numbers_of_the_recommendation() -> None:
    model = quality.EModel()
    assert model.rating() == pytest.approx(93.2, abs=0.05)
    parts = model.parts()
    assert model.rating() == pytest.approx(parts.ro - parts.is_ - parts.id - parts.ie_eff)
    assert quality.mos(93.2) == pytest.approx(4.41, abs=0.005)
    g711 = quality.codec_rating("PCMU/8000/1")
    assert g711 is not None and g711 == quality.codec_rating(microsip.Codec("PCMU", 8000, 1))
    assert (g711.band, g711.source, g711.impairment) == (quality.Band.NARROW, quality.Source.G113, quality.Impairment(0.0, 25.1))
    worse = model.with_codec(g711.impairment).with_loss(2.0).with_delay(200)
    assert worse.rating() < 85
    assert quality.delay_impairment(200) == pytest.approx(3.0, abs=0.1)
    assert quality.effective_impairment(g711.impairment, 0.0) == 0.0
    assert quality.g711_without_concealment().impairment.bpl == 4.3
    assert quality.wideband_rating(quality.Impairment(0.0, 4.3)) == quality.WIDEBAND
    assert quality.codec_rating("x-own/8000/1") is None
    with pytest.raises(ValueError):
        quality.codec_rating("PCMU/x")
    with pytest.raises(TypeError):
        quality.effective_impairment(0.0, 1.0)  # type: ignore[arg-type]


def test_statistics_and_trouble_are_told_by_themselves(wire: Wire) -> None:
    with local(quality=microsip.QualityConfig(stats_every=0.1, watch_audio=1)) as endpoint:
        account = endpoint.add_account("sip:python@127.0.0.1")
        call, _ = up(account, wire)
        events = call.events()
        told = events.wait_for(microsip.CallStatistics, TIMEOUT)
        assert told.call == call and told.stats.received.packets == 0
        trouble = events.wait_for(microsip.AudioTrouble, TIMEOUT)
        assert isinstance(trouble.finding, microsip.NothingReceived) and trouble.finding.since >= 1
        call.hang_up()
