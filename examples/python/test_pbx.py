"""A test of a PBX: two phones register, one calls the other through it, they hear each other, and keys arrive.

    PBX=pbx.example.org ALICE=1001:secret BOB=1002:secret pytest test_pbx.py --microsip-bind 0.0.0.0:0

``ALICE`` and ``BOB`` are users of the PBX with their passwords. What fails tells what was there instead, and the story of the call. The
fixture ``endpoint`` and ``--microsip-bind`` come with the package microsip. In fifteen lines:
"""

from __future__ import annotations

import os

import microsip
from microsip.testing import assert_dtmf, assert_mos, assert_state, assert_tone


def registered(endpoint: microsip.Endpoint, who: str) -> microsip.Account:
    user, _, password = os.environ[who].partition(":")
    account = endpoint.add_account(f"sip:{user}@{os.environ['PBX']}", password=password)
    account.wait_registered(timeout=10)
    return account


def test_alice_calls_bob(endpoint: microsip.Endpoint) -> None:
    alice, bob = registered(endpoint, "ALICE"), registered(endpoint, "BOB")
    call = alice.call(bob.aor)
    incoming = endpoint.wait_incoming(account=bob, timeout=10)
    incoming.answer()
    assert_state(call, "confirmed")
    for speaker, listener in ((call, incoming), (incoming, call)):
        speaker.play_tone("440/2000;1")
        assert_tone(listener, 440)
        assert_mos(listener, at_least=4.0)
    call.send_dtmf("123#")
    assert_dtmf(incoming, "123#")
    incoming.hang_up()
    assert call.wait_ended(timeout=5).code == 200


def test_a_number_that_nobody_has_is_refused(endpoint: microsip.Endpoint) -> None:
    call = registered(endpoint, "ALICE").call(f"sip:nobody-at-all@{os.environ['PBX']}")
    assert call.wait_for("disconnected", timeout=10).last_status in (404, 480, 604)
