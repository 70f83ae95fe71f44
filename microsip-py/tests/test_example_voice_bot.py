"""The voice bot, called: it hears and speaks through a speech service, and is silent when the caller speaks."""

from __future__ import annotations

import time

import pytest

import microsip
from microsip.testing import assert_silence, assert_tone
from running import BIND, Running
from speech_service import FREQUENCY, SpeechService

ACCOUNT = "sip:bot@127.0.0.1"
TOKEN = "the-token-of-the-service"


def ask(call: microsip.Call, service: SpeechService) -> None:
    """The caller says something; 300 Hz are speech to this service."""
    call.play_tone(microsip.Tone.beep(300, length=0.6)).wait_finished(10)
    service.next("input_audio_buffer.speech_started")
    service.next("input_audio_buffer.speech_stopped")


def test_the_bot_answers_and_is_silent_when_it_is_interrupted(account: microsip.Account) -> None:
    with SpeechService(TOKEN) as service, Running("voice_bot", ACCOUNT, "--service", service.url, *BIND, BOT_TOKEN=TOKEN) as bot:
        call = account.dial(f"sip:bot@{bot.line(f'{ACCOUNT} answers at ')}", timeout=20)
        update = service.next("session.update")
        assert update["session"]["turn_detection"]["interrupt_response"] is False
        ask(call, service)
        assert_tone(call, FREQUENCY, lasting=0.5)
        began = time.monotonic()
        call.play_tone(microsip.Tone.beep(300, length=0.6))
        service.next("input_audio_buffer.speech_started")
        truncated = service.next("conversation.item.truncate")
        took = time.monotonic() - began
        assert truncated["item_id"] == "i1" and truncated["content_index"] == 0
        # Half a second was heard before, and not much more than what this took since.
        assert 500 <= truncated["audio_end_ms"] <= 1500 + took * 1000
        assert bot.line("python: interrupted after ") == f"{truncated['audio_end_ms']} ms"
        assert_silence(call, within=1, lasting=0.3)
        # It goes on with the next answer, from its beginning.
        service.next("input_audio_buffer.speech_stopped")
        assert_tone(call, FREQUENCY, lasting=0.5)
        call.hang_up()
        service.next("closed")
        assert bot.line() == "python: done"
        bot.interrupt()


def test_ctrl_c_hangs_up_and_ends_the_session(account: microsip.Account) -> None:
    with SpeechService(TOKEN) as service, Running("voice_bot", ACCOUNT, "--service", service.url, *BIND, BOT_TOKEN=TOKEN) as bot:
        call = account.dial(f"sip:bot@{bot.line(f'{ACCOUNT} answers at ')}", timeout=20)
        ask_first = service.next("session.update")
        assert ask_first["session"]["input_audio_format"] == "pcm16"
        bot.interrupt()
        assert call.wait_ended(10).code == 200
        service.next("closed")


def test_a_service_that_is_away_or_refuses_is_told(account: microsip.Account) -> None:
    with SpeechService(TOKEN) as service, Running("voice_bot", ACCOUNT, "--service", service.url, *BIND, BOT_TOKEN="wrong") as bot:
        call = account.dial(f"sip:bot@{bot.line(f'{ACCOUNT} answers at ')}", timeout=20)
        assert call.wait_ended(10).code == 200
        assert "no token" in bot.line("python: ")
    with Running("voice_bot", ACCOUNT, "--service", service.url, *BIND) as bot:
        with pytest.raises(microsip.SipError) as caught:
            account.dial(f"sip:bot@{bot.line(f'{ACCOUNT} answers at ')}", timeout=20)
        assert caught.value.sip_status == 503
        assert bot.line("python: no service, ")
