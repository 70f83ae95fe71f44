"""Digits: sent as RTP events and by INFO, and collected without losing one."""

from __future__ import annotations

import asyncio

import pytest

import microsip
from legs import TIMEOUT, pair, up
from microsip import DtmfMethod
from wire import Wire


def test_digits_go_both_ways_as_rtp_events_and_by_info(endpoint: microsip.Endpoint) -> None:
    both = pair(endpoint)
    events = both.callee.events()
    both.caller.send_dtmf("1", duration=0.08, gap=0.04)
    event = events.wait_for(microsip.Dtmf, TIMEOUT)
    assert (event.digit, event.method) == ("1", DtmfMethod.RTP_EVENT)
    assert event.duration is not None and 0.04 <= event.duration <= 0.2
    both.caller.send_dtmf("A#", method="info", duration=0.05, gap=0.04)
    assert [events.wait_for(microsip.Dtmf, TIMEOUT).digit for _ in range(2)] == ["A", "#"]
    both.callee.send_dtmf("5*", microsip.DtmfOptions(DtmfMethod.INFO_PLAIN, duration=0.05), gap=0.04)
    assert both.caller.wait_dtmf(2, timeout=TIMEOUT) == "5*"
    assert both.callee.wait_dtmf(timeout=TIMEOUT) == "1A"
    both.caller.hang_up()


def test_a_refused_digit_is_told(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    events = call.events()
    call.send_dtmf("7", method="info")
    info = wire.request("INFO")
    assert info.body == "Signal=7\r\nDuration=160\r\n"
    wire.reply(info, 415)
    failed = events.wait_for(microsip.DtmfFailed, TIMEOUT)
    assert failed.digit == "7" and failed.error.sip_status == 415
    call.hang_up()


def test_what_is_typed_ahead_answers_the_next_questions(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    for digit in "12#3456#789":
        dialog.key(digit)
    assert call.typed == "12#3456#789"
    assert call.wait_dtmf(timeout=1) == "12"
    assert asyncio.run(call.wait_dtmf_async(count=2, timeout=1)) == "34"
    assert call.wait_dtmf(count=5, until="#", timeout=1) == "56"
    with pytest.raises(TimeoutError, match="no entry was complete within 0.05 s"):
        call.wait_dtmf(count=4, timeout=0.05)
    assert call.typed == "789", "a wait that fails takes none"
    assert call.take_dtmf() == "789" and call.typed == ""
    call.hang_up()


def test_a_pause_ends_an_entry_if_asked_for(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    dialog.key("4")
    dialog.key("2")
    assert call.wait_dtmf(until="", gap=0.1, timeout=TIMEOUT) == "42"

    async def wait() -> str:
        entry = asyncio.create_task(call.wait_dtmf_async(gap=0.2, timeout=TIMEOUT))
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, dialog.key, "9")
        await loop.run_in_executor(None, dialog.key, "1")
        return await entry

    assert asyncio.run(wait()) == "91"
    with pytest.raises(TimeoutError):
        call.wait_dtmf(gap=0.05, timeout=0.1)
    call.hang_up()


def test_a_cancelled_wait_for_digits_takes_none(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)

    async def wait() -> str:
        """What was told and what is left, of the two digits or the first."""
        for digit in "12":
            waiting = asyncio.create_task(call.wait_dtmf_async(count=1, timeout=30))
            await asyncio.sleep(0)
            await asyncio.get_running_loop().run_in_executor(None, dialog.key, digit)
            # It may be about to be told, or have been: what it did not return is still there.
            waiting.cancel()
            try:
                return await waiting + call.typed
            except asyncio.CancelledError:
                pass
        return call.typed

    assert asyncio.run(wait()) in ("12", "1")
    call.hang_up()


def test_a_call_that_ends_ends_the_wait_and_keeps_the_digits(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    dialog.key("1")

    async def wait() -> None:
        waiting = asyncio.create_task(call.wait_dtmf_async(timeout=30))
        await asyncio.sleep(0)
        dialog.send("BYE")
        with pytest.raises(microsip.GoneError):
            await waiting

    asyncio.run(wait())
    with pytest.raises(microsip.GoneError):
        call.wait_dtmf(timeout=30)
    assert call.take_dtmf() == "1"


def test_wrong_digits_and_entries_are_refused(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    for digits, fields in (("", {}), ("1e", {}), ("１", {}), ("1", {"duration": 0.01}), ("1", {"gap": 9}), ("1", {"method": "fax"})):
        with pytest.raises(microsip.InvalidArgumentError):
            call.send_dtmf(digits, **fields)  # pyright: ignore[reportArgumentType]
    for entry in ({"count": 0}, {"count": -1}, {"count": 10**30}, {"count": 257}, {"until": "x"}, {"until": ""}):
        with pytest.raises(microsip.InvalidArgumentError):
            call.wait_dtmf(timeout=1, **entry)  # pyright: ignore[reportArgumentType]
    with pytest.raises(microsip.LimitReachedError):
        call.send_dtmf("1" * 257)
    call.hang_up()
