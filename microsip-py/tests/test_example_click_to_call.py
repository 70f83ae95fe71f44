"""Click to call: who asks by HTTP makes two phones ring, one after the other, and connects them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, Optional
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

import microsip
from found import free_port
from legs import Dialog
from microsip.testing import assert_tone
from running import BIND, Running
from wire import Wire

TOKEN = "a token of the tests"
#: Whatever the environment says, this machine is reached directly.
OPENER = build_opener(ProxyHandler({}))


class Client:
    """Asks by HTTP."""

    def __init__(self, domain: str, *options: object) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        arguments = [f"sip:click@{domain}", "--agent", "1001", "--listen", self.address, *BIND, *options]
        self.running = Running("click_to_call", *arguments, CLICK_TOKEN=TOKEN)

    def ask(self, method: str, path: str, body: Any = None, token: Optional[str] = TOKEN) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"http://{self.address}{path}", data=data, headers=headers, method=method)
        try:
            with OPENER.open(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def wait_ready(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.ask("GET", "/call/1")
                return
            except OSError:
                assert time.monotonic() < deadline and self.running.process.poll() is None
                time.sleep(0.05)

    def wait_state(self, call: int, state: str) -> str:
        deadline = time.monotonic() + 15
        while True:
            told = self.ask("GET", f"/call/{call}")[1]
            if told["state"] == state:
                return str(told["detail"])
            assert time.monotonic() < deadline, told
            time.sleep(0.02)

    def __enter__(self) -> Client:
        self.running.__enter__()
        self.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.running.__exit__(None, None, None)


@pytest.fixture
def client(wire: Wire) -> Iterator[Client]:
    with Client(wire.address, "--at-once", "1", "--ring", "10") as made:
        yield made


def test_the_agent_rings_first_then_the_customer_and_they_hear_each_other(endpoint: microsip.Endpoint) -> None:
    domain = endpoint.local_address()
    agent, customer = (endpoint.add_account(f"sip:{user}@{domain}") for user in ("1001", "+4930123456"))
    with Client(domain) as client:
        assert client.ask("POST", "/call", {"number": "+49 (30) 123-456"}) == (202, {"call": 1, "state": "agent", "detail": ""})
        one = endpoint.wait_incoming(20, account=agent)
        assert len(endpoint.calls) == 1, "the customer rings before the agent has answered"
        one.answer()
        other = endpoint.wait_incoming(20, account=customer)
        client.wait_state(1, "customer")
        assert_tone(one, 440, lasting=0.2, tolerance=0.1)
        other.answer()
        client.wait_state(1, "connected")
        for speaker, listener, frequency in ((one, other, 700), (other, one, 900)):
            tone = speaker.play_tone(microsip.Tone.beep(frequency, length=30))
            assert_tone(listener, frequency)
            tone.stop()
        other.hang_up()
        assert one.wait_ended(10).code == 200
        assert client.wait_state(1, "ended") == ""
        # Ctrl-C ends what is there.
        client.ask("POST", "/call", {"number": "+4930123456"})
        one = endpoint.wait_incoming(20, account=agent)
        client.running.interrupt(code=0)
        assert one.wait_ended(10).code == 487


def test_failures_are_told_and_nobody_is_left_ringing(client: Client, wire: Wire) -> None:
    # The agent is busy.
    client.ask("POST", "/call", {"number": "1"})
    invite = wire.request("INVITE")
    assert invite.first.startswith(f"INVITE sip:1001@{wire.address}")
    assert client.ask("POST", "/call", {"number": "2"})[0] == 429
    wire.reply(invite, 486, "Busy Here")
    assert client.wait_state(1, "failed").startswith("agent: 486")
    # The agent hangs up while the customer rings; somebody else ends the call.
    for number, ended_by in (("*21#", "agent"), ("22", "request")):
        started = client.ask("POST", "/call", {"number": number})[1]["call"]
        agent = wire.request("INVITE")
        wire.reply(agent, 200, sdp=True, tag="agent")
        customer = wire.request("INVITE")
        assert customer.first.startswith(f"INVITE sip:{number.replace('#', '%23')}@{wire.address}")
        wire.reply(customer, 180)
        client.wait_state(started, "customer")
        if ended_by == "agent":
            Dialog(wire, agent, "agent").send("BYE")
            expected = {"CANCEL"}
        else:
            assert client.ask("DELETE", f"/call/{started}")[1]["state"] == "ended"
            expected = {"CANCEL", "BYE"}
        while expected:
            request = wire.receive()
            if request.is_request and request.method in expected:
                expected.remove(request.method)
                wire.reply(request, 200, tag="")
        wire.reply(customer, 487)
        assert client.wait_state(started, "ended") == "given up"


def test_who_has_no_token_or_no_number_is_refused(client: Client, wire: Wire) -> None:
    for token in (None, "", "another token of 1", TOKEN + "x", "ü"):
        for method, path in (("POST", "/call"), ("GET", "/call/1"), ("DELETE", "/call/1")):
            assert client.ask(method, path, {"number": "1"}, token)[0] in (401, 403), (token, path)
    for number in ("", "sip:evil@example.org", "1@example.org", "1\r\nX: y", "1;user=phone", "1" * 41, " ", None, 5, "١"):
        assert client.ask("POST", "/call", {"number": number})[0] == 422, number
    assert client.ask("GET", "/call/1")[0] == 404
    wire.nothing("INVITE", 0.2)


def test_without_a_token_it_does_not_start() -> None:
    with Running("click_to_call", "sip:a@b", "--agent", "1", CLICK_TOKEN="short") as running:
        assert running.process.wait(20) == 2
