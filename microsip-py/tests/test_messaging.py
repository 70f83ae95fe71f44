"""Messages both ways, by bytes on the wire and between two accounts, with what becomes of them."""

from __future__ import annotations

import asyncio
import datetime
import time
from typing import Any

import pytest

import microsip
from conftest import local
from microsip import Cpim, Imdn, MessageOptions, MessageStatus, NotifyRequest, TypingState
from wire import Wire


def next_of(events: microsip.Events, kind: type, timeout: float = 10) -> microsip.Event:
    """The next event of a class; others are passed over."""
    while True:
        event = events.next(timeout)
        assert event is not None, "the events ended"
        if isinstance(event, kind):
            return event


def bob_at(endpoint: microsip.Endpoint) -> str:
    return f"sip:bob@{endpoint.local_address()}"


def test_a_text_goes_out_as_utf8_with_headers_and_the_answer_is_waited_for(account: microsip.Account, wire: Wire) -> None:
    sent = account.send_message(wire.uri(), "grüße 😀", headers={"Subject": "hello"})
    message = wire.request("MESSAGE")
    assert message.body == "grüße 😀"
    assert message.header("Content-Type") == "text/plain;charset=utf-8" and message.header("Subject") == "hello"
    assert sent.response is None and sent.statuses == [] and sent.target == wire.uri()
    with pytest.raises(TimeoutError, match="within 0.05 s"):
        sent.wait(timeout=0.05)
    wire.reply(message, 202, "Later")
    response = sent.wait(timeout=10)
    assert (response.code, response.reason, response.error) == (202, "Later", None)
    sent.wait_for("accepted", timeout=10)
    assert sent.statuses == [MessageStatus.ACCEPTED] and sent.account_id == account.id


def test_bytes_go_out_as_they_are_and_want_a_content_type(account: microsip.Account, wire: Wire) -> None:
    account.send_message(wire.uri(), memoryview(b"\x00\xffx"), content_type="application/x-own;v=1")
    raw = wire.request("MESSAGE").raw
    assert raw.endswith(b"\r\n\r\n\x00\xffx") and b"Content-Type: application/x-own;v=1" in raw
    options = MessageOptions("<b>x</b>", content_type="text/html")
    account.send_message(wire.uri(), options)
    assert wire.request("MESSAGE").header("Content-Type") == "text/html"
    with pytest.raises(microsip.InvalidArgumentError, match="content type"):
        account.send_message(wire.uri(), b"x")


def test_a_refusal_is_the_error_of_the_response_and_of_waits_for_delivery(account: microsip.Account, wire: Wire) -> None:
    events = account.events()
    sent = account.send_message(wire.uri(), "x", notify=NotifyRequest.delivery())
    wire.reply(wire.request("MESSAGE"), 403, "No")
    assert isinstance(sent.wait(10).error, microsip.SipError)
    with pytest.raises(microsip.SipError) as caught:
        sent.wait_delivered(timeout=10)
    assert caught.value.sip_status == 403
    told = next_of(events, microsip.MessageStatusChanged)
    assert isinstance(told, microsip.MessageStatusChanged)
    assert told.message == sent and told.status is MessageStatus.FAILED and told.response is not None and told.response.code == 403


def test_between_two_accounts_delivery_and_display_are_told(endpoint: microsip.Endpoint) -> None:
    alice, bob = endpoint.add_account("sip:alice@127.0.0.1"), endpoint.add_account('"Bob" <sip:bob@127.0.0.1>')
    inbox, outbox = bob.events(), alice.events()
    sent = alice.send_message(bob_at(endpoint), "hi", notify=NotifyRequest.delivery(display=True))
    event = next_of(inbox, microsip.MessageReceived)
    assert isinstance(event, microsip.MessageReceived)
    message = event.message
    assert event.account == bob and event.call is None
    assert (message.text, message.body, message.content_type) == ("hi", b"hi", "text/plain;charset=utf-8")
    assert message.from_ == "sip:alice@127.0.0.1" and message.reply_to == f"sip:alice@{endpoint.local_address()}"
    assert message.sip.method == "MESSAGE" and message.received_at.tzinfo is not None and message.warning is None
    assert message.notify == NotifyRequest(True, True, False, True) and message.envelope is not None
    assert message.envelope.message_id == sent.message_id and message.envelope.content == b""
    sent.wait_delivered(timeout=10)
    assert message.displayed() and not message.displayed()
    sent.wait_for(MessageStatus.DISPLAYED, timeout=10)
    assert set(sent.statuses) == {MessageStatus.ACCEPTED, MessageStatus.DELIVERED, MessageStatus.DISPLAYED}
    statuses = [next_of(outbox, microsip.MessageStatusChanged) for _ in range(3)]
    assert {event.status for event in statuses} == set(sent.statuses)  # type: ignore[attr-defined]


def test_messages_are_awaited_and_a_wait_that_cannot_succeed_says_why(endpoint: microsip.Endpoint, wire: Wire) -> None:
    alice, _bob = endpoint.add_account("sip:alice@127.0.0.1"), endpoint.add_account("sip:bob@127.0.0.1")

    async def talk() -> None:
        messages = [alice.send_message(bob_at(endpoint), str(n), notify=NotifyRequest.delivery()) for n in range(20)]
        await asyncio.gather(*(message.wait_delivered_async(timeout=10) for message in messages))
        assert all(response.code == 200 for response in await asyncio.gather(*(message.wait_async(10) for message in messages)))
        plain = alice.send_message(bob_at(endpoint), "x")
        await plain.wait_for_async("accepted", 10)
        with pytest.raises(microsip.WrongStateError, match="MessageOptions::notify|asked for"):
            await plain.wait_delivered_async(10)
        silent = alice.send_message(wire.uri(), "x", notify=NotifyRequest.delivery())
        with pytest.raises(TimeoutError, match="within 0.05 s"):
            await silent.wait_async(timeout=0.05)
        task = asyncio.create_task(silent.wait_delivered_async())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        wire.reply(wire.request("MESSAGE"), 202)
        await silent.wait_for_async("accepted", 10)
        waits = asyncio.create_task(silent.wait_delivered_async())
        await asyncio.sleep(0)
        await endpoint.close_async()
        with pytest.raises(microsip.GoneError):
            await waits

    asyncio.run(talk())


def test_a_notification_from_the_wire_is_a_status(account: microsip.Account, endpoint: microsip.Endpoint, wire: Wire) -> None:
    sent = account.send_message(wire.uri(), "x", notify=NotifyRequest.delivery(processing=True))
    request = wire.request("MESSAGE")
    wire.reply(request, 200)
    envelope = Cpim.parse(request.raw.partition(b"\r\n\r\n")[2])
    assert envelope.message_id == sent.message_id and envelope.content == b"x" and envelope.notify.processing
    assert envelope.to == (f"<{wire.uri()}>",) and envelope.from_uri == account.aor
    for kind, status in (("processing", "stored"), ("delivery", "failed")):
        document = Imdn(envelope.message_id or "", microsip.ImdnKind(kind), microsip.DeliveryStatus(status)).to_xml()
        wire.ask("MESSAGE", endpoint.local_address(), body=document, content_type="message/imdn+xml")
        assert wire.response("MESSAGE").status == 200
    sent.wait_for("stored", 10)
    sent.wait_for("undelivered", 10)
    with pytest.raises(microsip.GoneError, match="did not reach"):
        sent.wait_delivered(10)


def test_what_comes_in_is_told_with_a_warning_where_it_cannot_be_read(
    account: microsip.Account, endpoint: microsip.Endpoint, wire: Wire
) -> None:
    events = account.events()
    for kind, body, text, warned in [
        ("text/plain", "π", "π", False),
        ("text/plain;charset=klingon", "nuqneH", "nuqneH", True),
        ("application/x-own", "x", None, False),
        ("message/cpim", "no envelope", None, True),
        ("message/imdn+xml", "<imdn", None, True),
        ("application/im-iscomposing+xml", "<isComposing/>", None, True),
    ]:
        wire.ask("MESSAGE", endpoint.local_address(), body=body, content_type=kind) if body.isascii() else wire.ask(
            "MESSAGE", endpoint.local_address(), headers="Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nπ", body=""
        )
        assert wire.response("MESSAGE").status == 200
        event = next_of(events, microsip.MessageReceived)
        assert isinstance(event, microsip.MessageReceived)
        assert (event.message.text, event.message.warning is not None) == (text, warned), kind
        assert dict(event.message.headers)["CSeq"].endswith("MESSAGE")


def test_typing_is_told_once_and_ends_with_the_message(endpoint: microsip.Endpoint) -> None:
    alice, bob = endpoint.add_account("sip:alice@127.0.0.1"), endpoint.add_account("sip:bob@127.0.0.1")
    events = bob.events()
    alice.typing(bob_at(endpoint))
    alice.typing(bob_at(endpoint))
    first = next_of(events, microsip.TypingChanged)
    assert isinstance(first, microsip.TypingChanged)
    assert first.typing.state is TypingState.ACTIVE and first.typing.cause is microsip.TypingCause.TOLD
    assert first.account == bob and first.call is None and first.typing.from_ == "sip:alice@127.0.0.1"
    alice.send_message(bob_at(endpoint), "done")
    second = next_of(events, microsip.TypingChanged)
    assert isinstance(second, microsip.TypingChanged)
    assert second.typing.state is TypingState.IDLE and second.typing.cause is microsip.TypingCause.MESSAGE
    alice.typing(bob_at(endpoint))
    next_of(events, microsip.TypingChanged)
    alice.typing(bob_at(endpoint), False)
    third = next_of(events, microsip.TypingChanged)
    assert isinstance(third, microsip.TypingChanged) and third.typing.cause is microsip.TypingCause.TOLD


def test_the_times_of_typing_are_told_and_kept(wire: Wire) -> None:
    with local(messages=microsip.MessageConfig(typing_idle=1, typing_refresh=datetime.timedelta(minutes=5))) as endpoint:
        account = endpoint.add_account("sip:alice@127.0.0.1")
        account.typing(wire.uri())
        begun = time.monotonic()
        active = wire.request("MESSAGE")
        assert "<state>active</state>" in active.body and "<refresh>300</refresh>" in active.body
        wire.reply(active, 200)
        idle = wire.request("MESSAGE")
        assert "<state>idle</state>" in idle.body and 0.9 < time.monotonic() - begun < 4
        wire.reply(idle, 200)
    for name, wrong in (
        ("typing_idle", 0.5),
        ("typing_idle", 3601),
        ("typing_refresh", 59),
        ("typing_refresh", 3601),
        ("typing_idle", float("nan")),
    ):
        fields: dict[str, Any] = {name: wrong}
        with pytest.raises(microsip.InvalidArgumentError, match=name):
            local(messages=microsip.MessageConfig(**fields))


def test_in_a_call_messages_and_typing_go_in_its_dialog(account: microsip.Account, wire: Wire) -> None:
    call = account.call(wire.uri())
    invite = wire.request("INVITE")
    with pytest.raises(microsip.WrongStateError):
        call.send_message("too early")
    wire.reply(invite, 200, sdp=True)
    call.wait_for("confirmed", 10)
    sent = call.send_message("in the call")
    message = wire.request("MESSAGE")
    assert message.header("Call-ID") == invite.header("Call-ID") and "tag=wire" in message.header("To")
    wire.reply(message, 200)
    assert sent.wait(10).code == 200
    call.typing()
    assert "<state>active</state>" in wire.request("MESSAGE").body
    call.hang_up()
    wire.reply(wire.request("BYE"), 200)
    call.wait_for("disconnected", 10)
    with pytest.raises(microsip.GoneError):
        call.send_message("too late")


def test_no_text_is_shown_by_repr(account: microsip.Account, endpoint: microsip.Endpoint, wire: Wire) -> None:
    events = account.events()
    wire.ask("MESSAGE", endpoint.local_address(), body="hunter2")
    event = next_of(events, microsip.MessageReceived)
    shown = [MessageOptions("hunter2"), event, Cpim("text/plain", b"hunter2", subject="hunter2")]
    shown.append(account.send_message(wire.uri(), "hunter2"))
    assert "hunter2" not in repr(shown)


@pytest.mark.parametrize("target", ["", "nobody", "sip:", "sip:a@b\r\nX: y", "sip:a b@c"])
def test_what_is_no_address_is_refused(account: microsip.Account, target: str) -> None:
    with pytest.raises(microsip.InvalidArgumentError):
        account.send_message(target, "x")
    with pytest.raises(microsip.InvalidArgumentError):
        account.typing(target)


def test_wrong_arguments_are_refused_by_their_names(account: microsip.Account, wire: Wire) -> None:
    with pytest.raises(TypeError, match="MessageOptions has no 'subject'"):
        account.send_message(wire.uri(), "x", subject="y")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="MessageOptions.body"):
        account.send_message(wire.uri(), 7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="MessageOptions.notify"):
        account.send_message(wire.uri(), "x", notify=True)  # type: ignore[arg-type]
    with pytest.raises(microsip.InvalidArgumentError, match="48001 bytes"):
        account.send_message(wire.uri(), "x" * 48_001)
    with pytest.raises(microsip.InvalidArgumentError):
        account.send_message(wire.uri(), "x", headers={"X-A": "b\r\nX-C: d"})
    with pytest.raises(microsip.InvalidArgumentError, match="no MessageStatus"):
        account.send_message(wire.uri(), "x").wait_for("read", 0)
    account.remove()
    with pytest.raises(microsip.GoneError):
        account.send_message(wire.uri(), "x")


def test_messages_are_refused_by_the_endpoints_settings(wire: Wire) -> None:
    config = microsip.MessageConfig(incoming=405, accept=["text/plain"])
    with local(messages=config) as endpoint:
        endpoint.add_account("sip:python@127.0.0.1")
        wire.ask("MESSAGE", endpoint.local_address(), body="x")
        assert wire.response("MESSAGE", 200).status == 405
