"""Hold, resume, mute, re-INVITE and UPDATE, by bytes on the wire and between two accounts."""

from __future__ import annotations

import asyncio

import pytest

import microsip
from legs import ABLE, TIMEOUT, Dialog, pair, up
from microsip import HoldState, MediaDirection, SessionRequest
from wire import Wire


def test_hold_and_resume_offer_directions_and_tell_their_outcome(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    events = call.events()
    call.hold(headers={"X-Why": "coffee"})
    invite = wire.request("INVITE")
    assert "a=sendonly" in invite.body and invite.header("x-why") == "coffee"
    wire.reply(invite, 200, headers=ABLE, sdp=True)
    assert call.wait_hold("local", TIMEOUT).media[0].direction is MediaDirection.SEND_ONLY
    held = events.wait_for(microsip.HoldChanged, TIMEOUT)
    assert held.info.hold is HoldState.LOCAL
    outcome = events.wait_for(microsip.SessionChanged, TIMEOUT)
    assert (outcome.request, outcome.error) == (SessionRequest.HOLD, None)
    call.resume({"X-Back": "1"})
    invite = wire.request("INVITE")
    assert "a=sendonly" not in invite.body and invite.header("x-back") == "1"
    wire.reply(invite, 200, headers=ABLE, sdp=True)
    assert asyncio.run(call.wait_hold_async(HoldState.NONE, TIMEOUT)).hold is HoldState.NONE
    assert events.wait_for(microsip.SessionChanged, TIMEOUT).request is SessionRequest.RESUME
    call.hang_up()


def test_a_refused_hold_is_told_and_leaves_the_call_as_it_was(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    events = call.events()
    call.hold(mode="inactive")
    invite = wire.request("INVITE")
    assert "a=inactive" in invite.body
    wire.reply(invite, 488, "Not Acceptable Here")
    outcome = events.wait_for(microsip.SessionChanged, TIMEOUT)
    assert isinstance(outcome.error, microsip.SipError) and outcome.error.sip_status == 488
    assert call.info.hold is HoldState.NONE
    with pytest.raises(TimeoutError, match="within 0.05 s"):
        call.wait_hold("local", 0.05)
    call.hang_up()


def test_both_can_hold_at_once(endpoint: microsip.Endpoint) -> None:
    both = pair(endpoint)
    both.caller.hold()
    both.callee.wait_hold("remote", TIMEOUT)
    both.callee.hold()
    both.caller.wait_hold("both", TIMEOUT)
    both.caller.resume()
    both.callee.wait_hold("local", TIMEOUT)
    both.callee.resume()
    both.caller.wait_hold("none", TIMEOUT)
    both.caller.hang_up()


def test_a_reinvite_and_an_update_carry_what_they_are_told(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    events = call.events()
    call.reinvite(late_offer=True, headers={"X-N": "1"}, refresh_contact=True)
    invite = wire.request("INVITE")
    assert invite.body == "" and invite.header("x-n") == "1"
    wire.reply(invite, 200, headers=ABLE, sdp=True)
    assert events.wait_for(microsip.SessionChanged, TIMEOUT).request is SessionRequest.REINVITE
    call.update(offer=False, headers={"X-N": "2"})
    update = wire.request("UPDATE")
    assert update.body == "" and update.header("x-n") == "2"
    wire.reply(update, 200, headers=ABLE)
    outcome = events.wait_for(microsip.SessionChanged, TIMEOUT)
    assert (outcome.request, outcome.error) == (SessionRequest.UPDATE, None)
    call.update()
    update = wire.request("UPDATE")
    assert "m=audio" in update.body
    wire.reply(update, 200, headers=ABLE, sdp=True)
    assert events.wait_for(microsip.SessionChanged, TIMEOUT).error is None
    call.hang_up()


def test_a_session_is_refreshed_when_the_peer_wants_it(account: microsip.Account, wire: Wire) -> None:
    """Refreshed by the peer: it says so in its answer, and its UPDATE is answered with the same timer."""
    call = account.call(wire.uri())
    invite = wire.request("INVITE")
    assert "timer" in invite.header("supported")
    wire.reply(invite, 200, headers=ABLE + "Session-Expires: 90;refresher=uas\r\nRequire: timer\r\n", sdp=True)
    call.wait_for("confirmed", TIMEOUT)
    dialog = Dialog(wire, invite)
    dialog.send("UPDATE", "Session-Expires: 90;refresher=uac\r\nSupported: timer\r\n")
    answer = wire.response("UPDATE", 200)
    assert answer.header("session-expires").startswith("90")
    call.hang_up()


def test_mute_is_told_and_signals_nothing(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    events = call.events()
    call.mute()
    # The media of the call's beginning may be told after this.
    events.wait_for(microsip.MediaChanged, TIMEOUT, where=lambda event: event.info.muted)
    call.mute(False)
    assert not events.wait_for(microsip.MediaChanged, TIMEOUT).info.muted
    wire.nothing("INVITE", 0.1)
    call.hang_up()


def test_before_the_call_is_up_nothing_can_be_held(account: microsip.Account, wire: Wire) -> None:
    call = account.call(wire.uri())
    with pytest.raises(microsip.WrongStateError):
        call.hold()
    with pytest.raises(ValueError, match="HoldOptions.mode"):
        call.hold(mode="sideways")
    with pytest.raises(TypeError, match="expected HoldOptions"):
        call.hold(microsip.UpdateOptions())  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        call.wait_hold("perhaps", 1)
    call.hang_up()
    with pytest.raises(microsip.GoneError):
        call.resume()
