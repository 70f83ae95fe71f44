"""Transfers, blind and attended, by bytes on the wire."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

import microsip
from legs import TIMEOUT, Dialog, up
from microsip import TransferState
from wire import Wire


def states(events: microsip.Events) -> list[TransferState]:
    """What is told of a transfer, up to the end of it."""
    told: list[TransferState] = []
    while not told or told[-1] in (TransferState.ACCEPTED, TransferState.PROGRESS):
        told.append(events.wait_for(microsip.TransferProgressed, TIMEOUT).progress.state)
    return told


def test_a_blind_transfer_is_reported_and_ends_our_call(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    events = call.events()
    call.transfer("sip:carol@127.0.0.1", headers={"X-N": "1"})
    refer = wire.request("REFER")
    assert refer.header("refer-to") == "<sip:carol@127.0.0.1>" and refer.header("x-n") == "1"
    assert "sip:python@127.0.0.1" in refer.header("referred-by")
    with pytest.raises(microsip.BusyError):
        call.transfer("sip:dave@127.0.0.1")
    wire.reply(refer, 202)
    dialog.notify("SIP/2.0 180 Ringing")
    dialog.notify("SIP/2.0 200 OK", ended=True)
    assert states(events) == [TransferState.ACCEPTED, TransferState.PROGRESS, TransferState.SUCCEEDED]
    wire.reply(wire.request("BYE"), 200)
    assert call.wait_ended(TIMEOUT).by is microsip.EndedBy.LOCAL


def test_a_transfer_that_fails_says_why_and_the_call_goes_on(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    events = call.events()
    call.transfer("sip:carol@127.0.0.1", anonymous=True)
    refer = wire.request("REFER")
    assert refer.all("referred-by") == []
    wire.reply(refer, 202)
    dialog.notify("SIP/2.0 486 Busy Here", ended=True)
    last = events.wait_for(microsip.TransferProgressed, TIMEOUT, where=lambda event: event.progress.is_final).progress
    assert (last.state, last.code) == (TransferState.FAILED, 486)
    assert isinstance(last.error, microsip.SipError) and last.error.sip_status == 486
    assert last.message is not None and last.message.method == "NOTIFY"
    assert call.state is microsip.CallState.CONFIRMED
    call.transfer("sip:carol@127.0.0.1", hang_up_after=False)
    wire.reply(wire.request("REFER"), 603)
    assert events.wait_for(microsip.TransferProgressed, TIMEOUT).progress.code == 603
    call.hang_up()


def test_an_attended_transfer_names_the_other_dialog(account: microsip.Account, wire: Wire) -> None:
    with Wire() as other:
        first, dialog = up(account, wire)
        second = account.call(other.uri("carol"))
        invite = other.request("INVITE")
        other.reply(invite, 200, sdp=True, tag="carol")
        second.wait_for("confirmed", TIMEOUT)
        there = Dialog(other, invite, "carol")
        events = first.events()
        with pytest.raises(ValueError, match="itself"):
            first.transfer_to(first)
        first.transfer_to(second, refer_to="contact")
        refer = wire.request("REFER")
        to = unquote(refer.header("refer-to"))
        ours = invite.header("from").split("tag=")[1]
        assert f"?Replaces={there.call_id};to-tag=carol;from-tag={ours}" in to and other.address in to
        wire.reply(refer, 202)
        there.send("BYE")
        dialog.notify("SIP/2.0 200 OK", ended=True)
        assert states(events)[-1] is TransferState.SUCCEEDED
        wire.reply(wire.request("BYE"), 200)
        assert second.wait_ended(TIMEOUT).by is microsip.EndedBy.REMOTE


def test_a_transfer_by_a_stranger_is_declined_by_default(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    dialog.send("REFER", "Refer-To: <sip:premium@127.0.0.1>\r\n")
    assert wire.response("REFER", 200).status == 603
    call.hang_up()


def asked(endpoint: microsip.Endpoint, dialog: Dialog, to: str) -> microsip.TransferRequest:
    """A REFER of the peer's that the application decides about."""
    endpoint.set_transfers(in_call="ask")
    events = endpoint.events()
    dialog.send("REFER", f"Refer-To: <{to}>\r\nReferred-By: <sip:boss@127.0.0.1>\r\n")
    assert dialog.wire.response("REFER", 200).status == 202
    return events.wait_for(microsip.TransferRequested, TIMEOUT).request


def test_a_transfer_that_is_asked_for_is_made_and_reported(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    with Wire() as other:
        call, dialog = up(account, wire)
        request = asked(endpoint, dialog, f"{other.uri('carol')}?X-Order=7")
        assert (request.call, request.account, request.replaces) == (call, account.id, None)
        assert other.uri("carol") in request.target and request.headers == (("X-Order", "7"),)
        assert request.referred_by == "<sip:boss@127.0.0.1>" and request.message.method == "REFER"
        events = endpoint.events()
        made = request.accept(headers={"X-Own": "1"})
        invite = other.request("INVITE")
        assert (invite.header("x-order"), invite.header("x-own")) == ("7", "1")
        told = events.wait_for(microsip.CallTransferred, TIMEOUT)
        assert (told.call, told.from_) == (made, call) and made.info.transferred_from == call.id
        other.reply(invite, 200, sdp=True)
        while "200" not in (notify := wire.request("NOTIFY")).body:
            wire.reply(notify, 200)
        wire.reply(notify, 200)
        # Decided before, or forgotten since it is over.
        with pytest.raises((microsip.WrongStateError, microsip.GoneError)):
            request.accept()
        made.hang_up()


def test_a_transfer_that_is_asked_for_is_declined(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    request = asked(endpoint, dialog, "sip:carol@127.0.0.1")
    with pytest.raises(microsip.InvalidArgumentError):
        request.reject(200)
    request.reject(486)
    while "486" not in (notify := wire.request("NOTIFY")).body:
        wire.reply(notify, 200)
    wire.reply(notify, 200)
    with pytest.raises(microsip.MicrosipError):
        request.reject()
    call.hang_up()


def test_a_call_that_replaces_another_takes_its_place(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    endpoint.set_transfers(replaces="accept")
    events = endpoint.events()
    call, dialog = up(account, wire)
    info = call.info
    with Wire() as other:
        replaces = microsip.Replaces(info.sip_call_id, info.local_tag, info.remote_tag)
        other.invite(endpoint.local_address(), f"Replaces: {replaces}\r\nRequire: replaces\r\n")
        other.ack(other.response("INVITE", 200))
        told = events.wait_for(microsip.CallReplaced, TIMEOUT)
        assert told.call == call and told.by.info.replaces == call.id
        assert call.wait_ended(TIMEOUT).cause is microsip.EndCause.REPLACED
        wire.reply(wire.request("BYE"), 200)
        told.by.hang_up()


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("nonsense", {}),
        ("sip:a@b\r\nX: y", {}),
        ("sip:a@b", {"timeout": 0}),
        ("sip:a@b", {"refer_to": "x"}),
        ("sip:a@b", {"headers": {"Refer-To": "x"}}),
        ("sip:a@b", {"referred_by": "bob"}),
    ],
)
def test_wrong_transfers_send_nothing(account: microsip.Account, wire: Wire, target: str, fields: dict[str, object]) -> None:
    call, _ = up(account, wire)
    with pytest.raises(microsip.InvalidArgumentError):
        call.transfer(target, **fields)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        call.transfer_to(account)  # type: ignore[arg-type]
    wire.nothing("REFER", 0.05)
    call.hang_up()
