"""A call out and a call in, by bytes on the wire, sync and async."""

from __future__ import annotations

import asyncio

import pytest

import microsip
from microsip import CallState
from wire import Wire


def test_a_call_is_made_answered_and_hung_up(account: microsip.Account, wire: Wire) -> None:
    call = account.call(wire.uri(), headers={"X-Ticket": "42"})
    invite = wire.request("INVITE")
    assert invite.header("X-Ticket") == "42"
    wire.reply(invite, 180)
    assert call.wait_for("early", timeout=10).last_status == 180
    wire.reply(invite, 200, sdp=True)
    info = call.wait_for(CallState.CONFIRMED, timeout=10)
    assert info.media[0].codec == microsip.Codec("PCMU", 8000, 1)
    call.hang_up()
    wire.reply(wire.request("BYE"), 200)
    with pytest.raises(microsip.GoneError, match="has ended"):
        call.hang_up()
    assert call.info.end is not None and call.info.end.by is microsip.EndedBy.LOCAL


def test_a_call_that_comes_in_is_an_event_and_its_end_ends_its_events(
    endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire
) -> None:
    events = endpoint.events()
    wire.invite(endpoint.local_address(), headers="X-From-Wire: yes\r\n")
    incoming = events.next(timeout=10)
    assert isinstance(incoming, microsip.IncomingCall)
    assert incoming.info.invite is not None and incoming.info.invite.header("x-from-wire") == "yes"
    own = incoming.call.events()
    incoming.call.reject(603, phrase="No thanks")
    answer = wire.response("INVITE", 300)
    assert answer.first == "SIP/2.0 603 No thanks"
    last = list(own)[-1]
    assert isinstance(last, microsip.CallEnded) and last.status == 603


def test_a_cancelled_task_that_dials_sends_cancel(account: microsip.Account, wire: Wire) -> None:
    async def dial() -> None:
        task = asyncio.create_task(account.dial_async(wire.uri(), timeout=30))
        loop = asyncio.get_running_loop()
        invite = await loop.run_in_executor(None, wire.request, "INVITE")
        wire.reply(invite, 180)
        await loop.run_in_executor(None, lambda: account.events)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(dial())
    wire.request("CANCEL")


def test_a_refusal_is_an_exception_with_the_status(account: microsip.Account, wire: Wire) -> None:
    async def dial() -> None:
        task = asyncio.create_task(account.dial_async(wire.uri(), timeout=30))
        invite = await asyncio.get_running_loop().run_in_executor(None, wire.request, "INVITE")
        wire.reply(invite, 486, "Busy Here")
        with pytest.raises(microsip.SipError) as caught:
            await task
        assert caught.value.sip_status == 486
        assert caught.value.kind is microsip.ErrorKind.SIP

    asyncio.run(dial())


def test_deadlines_are_timeout_errors_in_both_spellings(account: microsip.Account, wire: Wire) -> None:
    call = account.call(wire.uri())
    with pytest.raises(TimeoutError, match="still calling within 0.1 s"):
        call.wait_for("confirmed", timeout=0.1)

    async def wait() -> None:
        with pytest.raises(TimeoutError, match="within 0.1 s"):
            await call.wait_for_async("confirmed", timeout=0.1)

    asyncio.run(wait())
    call.hang_up()
