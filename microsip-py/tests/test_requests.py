"""Requests of the application, in calls and outside of them, by bytes on the wire."""

from __future__ import annotations

import asyncio

import pytest

import microsip
from legs import TIMEOUT, up
from wire import Wire


def test_options_is_a_ping_and_any_answer_counts(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    events, own, others = endpoint.events(), account.events(), endpoint.add_account("sip:other@127.0.0.1").events()
    request = account.options(wire.uri())
    options = wire.request("OPTIONS")
    assert request.method == "OPTIONS" and request.response is None
    with pytest.raises(TimeoutError, match="within 0.05 s"):
        request.wait(0.05)
    wire.reply(options, 404, "Not Found", headers="X-Load: 7\r\n")
    response = request.wait(TIMEOUT)
    assert (response.code, response.reason) == (404, "Not Found") and 0 < response.round_trip < TIMEOUT
    assert isinstance(response.error, microsip.SipError) and response.message is not None
    assert response.message.header("X-Load") == "7"
    told = events.wait_for(microsip.ResponseReceived, TIMEOUT)
    assert told.request == request and told.call is None and told.response.code == 404
    # It is the account's, and nobody else's.
    assert own.wait_for(microsip.ResponseReceived, TIMEOUT).request == request
    assert others.next_ready() is None


def test_any_method_goes_out_with_headers_and_any_bytes(account: microsip.Account, wire: Wire) -> None:
    async def ask() -> microsip.Response:
        body = bytearray(b"\x00\xff any")
        request = account.request("X-OWN", wire.uri(), headers={"X-A": "1"}, content_type="application/x", body=memoryview(body))
        waiting = asyncio.create_task(request.wait_async(TIMEOUT))
        got = await asyncio.get_running_loop().run_in_executor(None, wire.request, "X-OWN")
        assert got.header("x-a") == "1" and got.header("content-type") == "application/x" and got.raw.endswith(b"\r\n\r\n\x00\xff any")
        wire.reply(got, 200)
        return await waiting

    response = asyncio.run(ask())
    assert response.code == 200 and response.error is None


def test_info_goes_both_ways_in_a_call(account: microsip.Account, wire: Wire) -> None:
    call, dialog = up(account, wire)
    events = call.events()
    request = call.send_info("text/plain", "Grüße")
    info = wire.request("INFO")
    assert info.body == "Grüße"
    wire.reply(info, 200)
    assert request.wait(TIMEOUT).code == 200
    told = events.wait_for(microsip.ResponseReceived, TIMEOUT)
    assert told.call == call and told.request == request
    dialog.send("INFO", body="hello", content_type="application/x-own")
    message = events.wait_for(microsip.InfoReceived, TIMEOUT).message
    assert (message.content_type, message.body) == ("application/x-own", b"hello")
    other = call.request("MESSAGE", microsip.RequestOptions(content_type="text/plain"), body="hi")
    wire.reply(wire.request("MESSAGE"), 202)
    assert other.wait(TIMEOUT).code == 202
    call.hang_up()


def test_a_request_without_answer_ends_with_its_call(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    request = call.send_info("text/plain", "hello")
    wire.request("INFO")
    call.hang_up()
    wire.reply(wire.request("BYE"), 200)
    response = asyncio.run(request.wait_async(TIMEOUT))
    assert isinstance(response.error, microsip.GoneError) and response.message is None
    with pytest.raises(microsip.GoneError):
        call.send_info("text/plain", "x")


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("", {}),
        ("IN VITE", {}),
        ("INVITE", {}),
        ("BYE\r\n", {}),
        ("X", {"body": b"x"}),
        ("X", {"content_type": "text"}),
        ("X", {"content_type": "text/plain\r\nX: y", "body": b""}),
        ("X", {"content_type": "text/plain", "body": b"x" * 48_001}),
        ("X", {"headers": {"X": "a\nb"}}),
    ],
)
def test_what_is_no_request_is_refused(account: microsip.Account, wire: Wire, method: str, fields: dict[str, object]) -> None:
    with pytest.raises(microsip.InvalidArgumentError):
        account.request(method, wire.uri(), **fields)  # type: ignore[arg-type]


def test_a_body_must_be_bytes_or_text(account: microsip.Account, wire: Wire) -> None:
    for body in (7, [1, 2], {"a": 1}):
        with pytest.raises(TypeError):
            account.request("X", wire.uri(), content_type="a/b", body=body)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        account.options("nobody")
