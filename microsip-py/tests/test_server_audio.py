"""The audio of a call over a WebSocket of the server: both ways, at 16 and 24 kHz."""

from __future__ import annotations

import array
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from microsip_api import MicroSIP
from phones import Program, runtime_directory, settings_file
from rtp import Rtp, tone
from sound import amplitude_of, sine
from test_server import Served, told
from wire import Datagram, Wire


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def settings(tmp_path: Path, wire: Wire) -> Path:
    return settings_file(tmp_path, wire.address)


@pytest.fixture
def served(settings: Path) -> Iterator[Served]:
    with MicroSIP(settings, mode="own") as phone:
        made = Served(phone)
        yield made
        made.close()


def up(served: Served, wire: Wire, peer: Rtp) -> tuple[int, int]:
    """A call to the peer that is up: its number, and where it takes audio."""
    with served.socket("/events?names=media") as events:
        call: int = served.http.post("/api/calls", json={"target": "100"}).json()["id"]
        invite: Datagram = wire.request("INVITE")
        wire.reply(invite, 200, sdp=peer.port)
        told(events, "media", active=True)
    found = re.search(r"m=audio (\d+)", invite.body)
    assert found
    return call, int(found[1])


def heard(audio: ClientConnection, seconds: float, rate: int) -> array.array[int]:
    samples = array.array("h")
    while len(samples) < seconds * rate:
        frame = audio.recv(timeout=10)
        assert isinstance(frame, bytes) and len(frame) == rate // 50 * 2
        samples.frombytes(frame)
    return samples


def linear(code: int) -> int:
    """One sample of µ-law as a number."""
    code = ~code & 0xFF
    value = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return -value if code & 0x80 else value


@pytest.mark.parametrize("rate", [16_000, 24_000])
def test_audio_goes_both_ways(served: Served, wire: Wire, rate: int) -> None:
    with Rtp() as peer:
        call, port = up(served, wire, peer)
        with served.socket(f"/calls/{call}/audio?rate={rate}") as audio:
            peer.say(tone(440, 3.0), port)
            for _ in range(20):
                if amplitude_of(heard(audio, 0.1, rate), 440, rate) > 4000:
                    break
            else:
                raise AssertionError("440 Hz were not heard")
            # In pieces that end within a sample.
            said = sine(1000, 1.0, rate).tobytes()
            for at in range(0, len(said), 1001):
                audio.send(said[at : at + 1001])
            peer.socket.settimeout(10)
            for _ in range(100):
                samples = [linear(code) for code in peer.socket.recv(2048)[12:]]
                if amplitude_of(samples, 1000, 8000) > 4000:
                    break
            else:
                raise AssertionError("1000 Hz were not said")
            served.http.delete(f"/api/calls/{call}")
            wire.reply(wire.request("BYE"), 200)
            with pytest.raises(ConnectionClosed) as caught:
                while True:
                    audio.recv(timeout=10)
            assert caught.value.rcvd is not None and caught.value.rcvd.code == 1001


def answer(audio: ClientConnection) -> dict[str, object]:
    while True:
        message = audio.recv(timeout=10)
        if isinstance(message, str):
            told: dict[str, object] = json.loads(message)
            return told


def test_what_was_sent_ahead_is_cut_and_the_end_of_it_is_told(served: Served, wire: Wire) -> None:
    with Rtp() as peer:
        call, _ = up(served, wire, peer)
        with served.socket(f"/calls/{call}/audio") as audio:
            for _ in range(10):
                audio.send(sine(1000, 1.0, 16_000).tobytes())
            audio.send('{"command": "flush"}')
            cut = answer(audio)
            assert cut["event"] == "flushed" and isinstance(cut["dropped"], float) and 8.0 < cut["dropped"] <= 10.0
            audio.send(sine(1000, 0.1, 16_000).tobytes())
            audio.send('{"command": "drain"}')
            assert answer(audio) == {"event": "drained"}
            audio.send("nonsense")
            with pytest.raises(ConnectionClosed) as caught:
                answer(audio)
            assert caught.value.rcvd is not None and caught.value.rcvd.code == 4400
        with served.socket(f"/calls/{call}/audio") as audio:
            second = bytes(32_000)
            with pytest.raises(ConnectionClosed) as caught:
                for _ in range(40):
                    audio.send(second)
                answer(audio)
            assert caught.value.rcvd is not None and caught.value.rcvd.code == 1009
        assert served.http.get(f"/api/calls/{call}").status_code == 200
        served.http.delete("/api/calls")
        wire.reply(wire.request("BYE"), 200)


def test_what_cannot_be_heard_is_told_why(served: Served) -> None:
    for path, code in [("/calls/99/audio", 4404), ("/calls/99/audio?rate=8000", 4400)]:
        with served.socket(path) as audio, pytest.raises(ConnectionClosed) as caught:
            audio.recv(timeout=10)
        assert caught.value.rcvd is not None and caught.value.rcvd.code == code


def test_a_phone_of_another_process_has_no_audio_here(settings: Path) -> None:
    program = Program(settings)
    try:
        with MicroSIP(settings) as phone:
            served = Served(phone)
            try:
                assert served.http.get("/api/status").json()["pid"] == program.process.pid
                with served.socket("/calls/1/audio") as audio, pytest.raises(ConnectionClosed) as caught:
                    audio.recv(timeout=10)
                assert caught.value.rcvd is not None and caught.value.rcvd.code == 4501
            finally:
                served.close()
    finally:
        program.close()


def test_a_call_is_recorded_and_the_recording_is_read(served: Served, wire: Wire) -> None:
    http = served.http
    assert http.put("/api/settings/Settings/recordingFormat", json={"value": "wav"}).status_code == 204
    with Rtp() as peer:
        call, port = up(served, wire, peer)
        with served.socket("/events?names=recording,history") as events:
            assert http.put(f"/api/calls/{call}/recording", json={"on": True}).status_code == 204
            peer.say(tone(440, 0.5), port)
            assert http.put(f"/api/calls/{call}/recording", json={"on": False}).status_code == 204
            told(events, "recording", state="finished", call=call)
            http.delete(f"/api/calls/{call}")
            wire.reply(wire.request("BYE"), 200)
            told(events, "history")
    [recording] = http.get("/api/recordings").json()
    assert recording["number"] == "100" and recording["file"].endswith(".wav")
    answer = http.get(f"/api/recordings/{recording['id']}")
    assert answer.content.startswith(b"RIFF") and len(answer.content) == recording["bytes"]
