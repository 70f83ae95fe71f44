"""What `microsip.testing` gives to those who test something that speaks SIP: run as they would run it, by pytest."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import microsip
from microsip.testing import (
    Registrar,
    assert_dtmf,
    assert_mos,
    assert_silence,
    assert_speech,
    assert_state,
    assert_tone,
    connect,
)
from subprograms import environment
from wire import Wire


def run_tests(folder: Path, text: str, *flags: str) -> tuple[int, str]:
    """Runs tests as somebody else would who has installed the package; exit code and output."""
    (folder / "test_pbx.py").write_text(textwrap.dedent(text))
    # An installed package has an entry point instead of -p.
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "pytest", "-p", "microsip_pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *flags, str(folder)], capture_output=True, text=True, timeout=60, cwd=folder, env=environment())
    return done.returncode, done.stdout + done.stderr


PBX = """
from microsip.testing import assert_dtmf, assert_state, assert_tone

def test_alice_reaches_bob_and_bob_hears_her(endpoint, registrar):
    alice = endpoint.add_account(registrar.account("alice"))
    bob = endpoint.add_account(registrar.account("bob"))
    alice.wait_registered(timeout=5), bob.wait_registered(timeout=5)
    call = alice.call(registrar.uri("bob"))
    incoming = endpoint.wait_incoming(account=bob, timeout=5)
    incoming.answer()
    assert_state(call, "confirmed", within=5)
    call.send_dtmf("123#")
    assert_dtmf(incoming, "123#", within=5)
    call.play_tone("440")
    assert_tone(incoming, 440, within=5)
"""


def test_a_person_tests_a_pbx_in_fifteen_lines(tmp_path: Path) -> None:
    code, out = run_tests(tmp_path, PBX)
    assert code == 0 and "1 passed" in out, out
    assert len(PBX.strip().splitlines()) <= 16


def test_fixtures_take_settings_by_mark_and_by_override(tmp_path: Path) -> None:
    code, out = run_tests(
        tmp_path,
        """
        import pytest
        import microsip

        @pytest.fixture
        def endpoint_options():
            return {"codecs": "PCMA", "user_agent": "tests"}

        def test_override(pair):
            caller, callee = pair
            assert caller.info.media[0].codec.name == "PCMA"
            assert callee.info.invite.header("user-agent") == "tests"

        @pytest.mark.microsip(codecs="PCMU")
        def test_mark(pair):
            assert pair.caller.info.media[0].codec.name == "PCMU" and pair.callee.info.invite.header("user-agent") == "tests"

        def test_several_engines(endpoint, spawn):
            others = [spawn(), spawn(codecs="PCMU,PCMA")]
            from microsip.testing import connect, assert_state
            for other in others:
                pair = connect(endpoint, other)
                assert_state(pair.callee, "confirmed")
            with pytest.raises(microsip.SipError):
                connect(endpoint, spawn(codecs="opus"))

        class TestOwn:
            @pytest.fixture
            def endpoint(self):
                return "mine"

            def test_a_fixture_of_ones_own_wins(self, endpoint):
                assert endpoint == "mine"
        """,
        "--strict-markers",
    )
    assert code == 0 and "4 passed" in out, out


def test_the_plugin_loads_nothing_of_the_package_before_it_is_used(tmp_path: Path) -> None:
    code, out = run_tests(
        tmp_path,
        """
        import sys

        def test_nothing():
            assert [name for name in sys.modules if name.startswith("microsip")] == ["microsip_pytest"]
        """,
    )
    assert code == 0, out


def test_failures_say_what_was_there_and_tell_the_story(endpoint: microsip.Endpoint, wire: Wire) -> None:
    account = endpoint.add_account("sip:a@127.0.0.1")
    call = account.call(wire.uri())
    wire.reply(wire.request("INVITE"), 180)
    with pytest.raises(AssertionError, match="the call is early, and not confirmed within 0.2 s") as caught:
        assert_state(call, "confirmed", within=0.2)
    assert "the story of the call" in str(caught.value) and "180" in str(caught.value)
    call.hang_up()


def test_assertions_on_audio_tell_tones_speech_and_silence_apart(endpoint: microsip.Endpoint, tmp_path: Path) -> None:
    pair = connect(endpoint)
    with pytest.raises(AssertionError, match="no tone of 440 Hz .* heard .* of silence"):
        assert_tone(pair.callee, 440, within=0.6)
    assert_silence(pair.callee, lasting=0.3)
    recording = pair.callee.record(tmp_path / "tone.wav")
    playing = pair.caller.play_tone("440")
    assert_tone(pair.callee, 440, within=5)

    recording.stop()
    assert_tone(recording.path, 440, lasting=0.1)
    with pytest.raises(AssertionError, match="a tone of about 4[34]0 Hz"):
        assert_tone(pair.callee, 880, within=0.6)
    with pytest.raises(AssertionError, match="no 0.5 s of silence .* a tone of about 4[34]0 Hz"):
        assert_silence(pair.callee, within=0.7, lasting=0.5)
    with pytest.raises(AssertionError, match="nobody spoke within 0.5 s"):
        assert_speech(pair.callee, within=0.5)
    playing.stop()
    assert assert_mos(pair.callee, at_least=4.0) > 4.0
    with pytest.raises(AssertionError, match="the score is 4.*not 4.9 or more"):
        assert_mos(pair.callee, at_least=4.9)
    pair.hang_up()
    assert_state(pair.callee, "disconnected")


def test_a_voice_is_speech(endpoint: microsip.Endpoint) -> None:
    pair = connect(endpoint)
    pair.caller.play(Path(__file__).parents[2] / "microsip-cli" / "assets" / "speech.wav", repeat=True)
    assert_speech(pair.callee)
    # Again, while somebody speaks already.
    assert_speech(pair.callee)
    with pytest.raises(AssertionError, match="nobody spoke within 0.3 s"):
        assert_speech(pair.caller, within=0.3)


def test_digits_are_asserted_whole_and_in_order(endpoint: microsip.Endpoint) -> None:
    pair = connect(endpoint)
    pair.caller.send_dtmf("12", duration=0.04, gap=0.04)
    assert_dtmf(pair.callee, "12")
    pair.caller.send_dtmf("34", duration=0.04, gap=0.04)
    with pytest.raises(AssertionError, match="expected the digits '56', and heard '34'"):
        assert_dtmf(pair.callee, "56")
    pair.caller.send_dtmf("7", duration=0.04, gap=0.04)
    with pytest.raises(AssertionError, match="expected the digits '78' within 1.0 s, and heard '7'"):
        assert_dtmf(pair.callee, "78", within=1.0)


def test_the_registrar_wants_the_right_password(endpoint: microsip.Endpoint) -> None:
    with Registrar({"alice": "right"}) as registrar:
        wrong = endpoint.add_account(registrar.account("alice", "wrong"))
        with pytest.raises(microsip.AuthError):
            wrong.wait_registered(timeout=5)
        wrong.remove()
        with pytest.raises(AssertionError, match="(?s)alice did not register within 0.1 s.*\n  REGISTER"):
            registrar.wait_registered("alice", 0.1)
        right = endpoint.add_account(registrar.account("alice"))
        assert right.wait_registered(timeout=5).expires == pytest.approx(300, abs=1)
        assert registrar.wait_registered("alice").contact.startswith("sip:alice@")
        right.unregister()
        right.wait_unregistered(timeout=5)
        assert not registrar.bindings


def test_the_registrar_sends_calls_on_with_authentication_cancel_and_refusal(endpoint: microsip.Endpoint) -> None:
    with Registrar(authenticate_calls=True) as registrar:
        alice, bob = (endpoint.add_account(registrar.account(user)) for user in ("alice", "bob"))
        for account in (alice, bob):
            account.wait_registered(timeout=5)
        call = alice.call(registrar.uri("bob"))
        incoming = endpoint.wait_incoming(account=bob, timeout=5)
        incoming.answer(180)
        assert_state(call, "early")
        call.hang_up()
        assert_state(incoming, "disconnected")
        call = alice.call(registrar.uri("bob"))
        endpoint.wait_incoming(account=bob, timeout=5).reject(603)
        with pytest.raises(microsip.SipError) as refused:
            call.wait_for("confirmed", timeout=5)
        assert refused.value.sip_status == 603
        call = alice.call(registrar.uri("bob"))
        incoming = endpoint.wait_incoming(account=bob, timeout=5)
        incoming.answer()
        assert_state(call, "confirmed")
        incoming.hang_up()
        assert_state(call, "disconnected")
        for target, status in (("nobody", 404), ("carol", 480)):
            registrar.users.setdefault("carol", "x")
            with pytest.raises(microsip.SipError) as refused:
                alice.dial(registrar.uri(target), timeout=5)
            assert refused.value.sip_status == status
        assert registrar.wait_request("INVITE").header("call-id")
