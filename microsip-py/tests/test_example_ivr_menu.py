"""The menus, called: keys lead where the data says, mistakes lead out, and a person takes over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import microsip
from microsip.testing import assert_tone
from running import BIND, Running
from sound import sine, wav

ACCOUNT = "sip:menu@127.0.0.1"
MENUS: dict[str, Any] = {
    "main": {"say": "welcome.wav", "keys": {"1": "play hours.wav", "2": "menu service", "0": "transfer {person}"}, "tries": 2, "wait": 0.7},
    "service": {"say": "tone:900/300;1", "keys": {"1": "extension {other}", "*": "menu main", "#": "hang up"}, "wait": 5},
}


@pytest.fixture
def person(endpoint: microsip.Endpoint) -> microsip.Account:
    return endpoint.add_account("sip:person@127.0.0.1")


@pytest.fixture
def menus(tmp_path: Path, endpoint: microsip.Endpoint) -> Iterator[Running]:
    wav(tmp_path / "welcome.wav", sine(600, 30, 8000), 8000)
    wav(tmp_path / "hours.wav", sine(1200, 0.6, 8000), 8000)
    at = endpoint.local_address()
    text = json.dumps(MENUS).replace("{person}", f"sip:person@{at}").replace("{other}", f"sip:{{}}@{at}")
    (tmp_path / "menus.json").write_text(text)
    with Running("ivr_menu", ACCOUNT, tmp_path / "menus.json", *BIND) as made:
        yield made


def test_keys_lead_where_the_data_says(menus: Running, account: microsip.Account) -> None:
    call = account.dial(f"sip:menu@{menus.line(f'{ACCOUNT} answers at ')}", timeout=20)
    assert_tone(call, 600)
    # A key cuts what is said, half a minute long.
    call.send_dtmf("1")
    assert_tone(call, 1200)
    assert menus.line() == "python: main 1"
    # Keys pressed ahead are taken one by one.
    call.send_dtmf("2*2#", duration=0.08, gap=0.08)
    assert [menus.line("python: ") for _ in range(5)] == ["main 2", "service *", "main 2", "service #", "done"]
    assert call.wait_ended(10).code == 200
    menus.interrupt()


def test_who_presses_wrong_keys_or_none_is_asked_again_and_then_let_go(menus: Running, account: microsip.Account) -> None:
    call = account.dial(f"sip:menu@{menus.line(f'{ACCOUNT} answers at ')}", timeout=20)
    call.send_dtmf("2")
    assert menus.line() == "python: main 2"
    assert_tone(call, 900, lasting=0.2)
    call.send_dtmf("*9")
    assert [menus.line("python: ") for _ in range(2)] == ["service *", "main 9"]
    assert_tone(call, 250, lasting=0.2)
    call.send_dtmf("8")
    assert [menus.line("python: ") for _ in range(2)] == ["main 8", "done"]
    assert call.wait_ended(10).code == 200


def test_a_person_takes_over_or_the_caller_comes_back(
    menus: Running, endpoint: microsip.Endpoint, account: microsip.Account, person: microsip.Account
) -> None:
    extension = endpoint.add_account("sip:77@127.0.0.1")
    endpoint.set_transfers(in_call="accept")
    call = account.dial(f"sip:menu@{menus.line(f'{ACCOUNT} answers at ')}", timeout=20)
    call.send_dtmf("0")
    endpoint.wait_incoming(20, account=person).reject(486)
    assert menus.line() == "python: main 0"
    assert menus.line().endswith(": failed 486")
    assert_tone(call, 250, lasting=0.2)
    # Another one, by the digits of an extension.
    call.send_dtmf("2")
    assert menus.line() == "python: main 2"
    call.send_dtmf("177#", duration=0.08, gap=0.08)
    assert menus.line() == "python: service 1"
    other = endpoint.wait_incoming(20, account=extension)
    other.answer()
    assert menus.line().endswith(": succeeded 200")
    assert menus.line() == "python: done"
    assert call.wait_ended(10).code == 200 and other.state is microsip.CallState.CONFIRMED
    menus.interrupt()


def test_mistakes_in_the_data_are_named_before_anybody_calls(tmp_path: Path) -> None:
    wrong: list[Any] = [{}, {"main": {"say": "no.wav", "keys": {}}}, {"main": {"say": "tone:440", "keys": {"1": "menu other"}}}]
    for menus in wrong:
        (tmp_path / "menus.json").write_text(json.dumps(menus))
        with Running("ivr_menu", ACCOUNT, tmp_path / "menus.json") as running:
            assert running.process.wait(20) == 2
