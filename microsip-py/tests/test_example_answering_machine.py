"""The answering machine, called: it beeps, records, and knows when a message is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import microsip
from microsip.testing import assert_silence, assert_tone
from running import BIND, ROOT, Running
from sound import amplitude_of, read_wav, sine, wav

SPEECH = ROOT / "microsip-cli/assets/speech.wav"
ACCOUNT = "sip:machine@127.0.0.1"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Running]:
    greeting = wav(tmp_path / "greeting.wav", sine(600, 0.5, 16_000), 16_000)
    options = ["--greeting", greeting, "--silence", "1.2", "--longest", "4"]
    with Running("answering_machine", ACCOUNT, tmp_path / "messages", *options, *BIND) as made:
        yield made


def dial(account: microsip.Account, machine_at: str) -> microsip.Call:
    call = account.dial(f"sip:machine@{machine_at}", timeout=20)
    assert_tone(call, 600, within=10, lasting=0.2)
    assert_tone(call, 1000, within=10, lasting=0.2)
    return call


def test_each_message_is_a_file_and_a_line(machine: Running, account: microsip.Account, tmp_path: Path) -> None:
    at = machine.line(f"{ACCOUNT} answers at ")
    # Silence ends it.
    call = dial(account, at)
    words = microsip.read_audio(SPEECH)
    call.play(words.data[: 2 * words.rate], rate=words.rate)
    line = machine.line("python: ")
    assert ", silence, " in line
    assert call.wait_ended(20).code == 200
    rate, (message,) = read_wav(Path(line.rpartition(", ")[2]))
    assert len(message) / rate > 1.5 and max(map(abs, message)) > 2000
    assert amplitude_of(message, 1000, rate) < 200, "the beep is in the message"
    # A key does.
    call = dial(account, at)
    call.play(SPEECH, repeat=True)
    machine_hears = call.detect_speech(tap="sent")
    while not machine_hears.is_speaking:
        assert_silence(call, lasting=0.1)
    call.send_dtmf("#")
    assert ", key, " in machine.line("python: ")
    call.wait_ended(20)
    # The limit does, for those who never stop.
    call = dial(account, at)
    player = call.play(SPEECH, repeat=True)
    assert ", limit, " in machine.line("python: 4 s")
    call.wait_ended(20)
    assert player.is_finished
    # Nobody is recorded who says nothing, or has hung up.
    dial(account, at)
    assert machine.line("python: ") == "no message, nobody spoke"
    account.dial(f"sip:machine@{at}", timeout=20).hang_up()
    assert machine.line("python: no message, ")
    assert len(list((tmp_path / "messages").iterdir())) == 3
    machine.interrupt()


def test_an_interrupted_message_is_kept(machine: Running, account: microsip.Account) -> None:
    call = dial(account, machine.line(f"{ACCOUNT} answers at "))
    call.play(SPEECH)
    assert_silence(call)
    machine.interrupt()
    line = machine.line("python: interrupted, ")
    rate, (message,) = read_wav(Path(line))
    assert len(message) / rate > 0.8
    assert call.wait_ended(10).code == 200
