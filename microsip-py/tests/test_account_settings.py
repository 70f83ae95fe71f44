"""Settings of accounts that are refused, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import microsip
from conftest import local
from microsip import Credential

SECRET = "hunter2"


@pytest.fixture(scope="module")
def silent() -> Iterator[microsip.Endpoint]:
    """One endpoint for all tests in which nothing is sent."""
    with local() as made:
        yield made


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("AccountConfig.username: it is of no use", {"username": "u"}),
        ("AccountConfig.expires", {"expires": -1}),
        ("expires of", {"expires": 1}),
        ("AccountConfig.credentials: Credential.ha1: .MD4. is no", {"credentials": [Credential("u", SECRET, "r", "MD4")]}),
        ("has not the 64 hexadecimal digits", {"credentials": [Credential("u", SECRET, "r", "SHA-256")]}),
        ("control characters", {"password": SECRET + "\n"}),
        ("contact.q", {"contact": microsip.ContactOptions(q=2)}),
        ("contact.instance", {"contact": microsip.ContactOptions(instance="x")}),
        ("Contact parameter q", {"contact": microsip.ContactOptions(params={"q": "1"})}),
        ("retry.factor", {"retry": microsip.RetryPolicy(factor=0)}),
        ("min_se", {"min_se": 1}),
        ("SRTP", {"srtp_suites": []}),
        ('AccountConfig.srtp_keying: "zrtp"', {"srtp_keying": ["zrtp"]}),
        ('AccountConfig.nat: AccountNat.turn: "mine" is no TurnUse', {"nat": microsip.AccountNat(turn="mine")}),
        ("AccountConfig.register_headers", {"register_headers": {"X": "a\r\nb: c"}}),
        ("registrar", {"registrar": "nowhere"}),
        ("AccountConfig.codecs", {"codecs": "?"}),
    ],
)
def test_a_wrong_setting_of_an_account_is_refused_and_named(silent: microsip.Endpoint, words: str, fields: dict[str, Any]) -> None:
    with pytest.raises(microsip.InvalidArgumentError, match=words) as caught:
        silent.add_account("sip:a@127.0.0.1", **fields)
    assert SECRET not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize("fields", [{"credentials": [("u", "p")]}, {"contact": {"q": 1}}, {"nat": microsip.NatConfig()}])
def test_a_setting_of_an_account_of_a_wrong_type_is_a_type_error(silent: microsip.Endpoint, fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(fields))):
        silent.add_account("sip:a@127.0.0.1", **fields)
