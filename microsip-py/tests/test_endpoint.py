"""The endpoint as a whole: names, policies, its events and counters."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

import microsip
from conftest import local
from microsip import CallRule, DnsConfig, NatConfig, NetworkStep, StunState
from wire import Wire

E = TypeVar("E", bound=microsip.Event)


def wait(events: microsip.Events, kind: type[E], timeout: float = 10) -> E:
    """The next event of a kind; others are passed over."""
    while True:
        event = events.next(timeout)
        assert event is not None, f"the events ended before {kind.__name__}"
        if isinstance(event, kind):
            return event


@pytest.fixture
def mute() -> Iterator[str]:
    """A name server that never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{silent.getsockname()[1]}"


def test_names_are_resolved_in_both_spellings(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.5 pbx.invalid\n")
    with local(dns=DnsConfig(hosts_file=hosts)) as endpoint:
        expected = [microsip.ServerAddress(microsip.Transport.UDP, "127.0.0.5:5070", "pbx.invalid", 0, 0)]
        assert endpoint.resolve("sip:bob@pbx.invalid:5070") == expected
        assert asyncio.run(endpoint.resolve_async("sip:bob@pbx.invalid:5070")) == expected
        assert endpoint.resolve("sip:[::1];transport=tcp")[0].address == "[::1]:5060"
        for bad in ("", "bob", "sip:", "sip:b\0b"):
            with pytest.raises(microsip.InvalidArgumentError):
                endpoint.resolve(bad)
            with pytest.raises(microsip.InvalidArgumentError):
                asyncio.run(endpoint.resolve_async(bad))


def test_a_name_that_does_not_resolve_is_a_transport_error(mute: str) -> None:
    with local(dns=DnsConfig([mute], timeout=0.2)) as endpoint:
        with pytest.raises(microsip.TransportError, match="slow.example.test"):
            endpoint.resolve("sip:slow.example.test")
        with pytest.raises(ConnectionError, match="slow.example.test"):
            asyncio.run(endpoint.resolve_async("sip:other.slow.example.test"))


def test_who_waits_for_a_name_may_give_up_or_see_the_endpoint_close(mute: str) -> None:
    failed: list[BaseException] = []

    def block(endpoint: microsip.Endpoint) -> None:
        try:
            endpoint.resolve("sip:slow.example.test")
        except BaseException as error:
            failed.append(error)

    async def run(endpoint: microsip.Endpoint) -> None:
        with pytest.raises(TimeoutError, match="0.1 s"):
            await endpoint.resolve_async("sip:slow.example.test", timeout=0.1)
        given_up = asyncio.create_task(endpoint.resolve_async("sip:slow.example.test"))
        waits = asyncio.create_task(endpoint.resolve_async("sip:slow.example.test"))
        await asyncio.sleep(0)
        given_up.cancel()
        await endpoint.close_async()
        with pytest.raises(microsip.NotRunningError):
            await waits

    with local(dns=DnsConfig([mute], timeout=30)) as endpoint:
        with pytest.raises(TimeoutError, match="0.1 s"):
            endpoint.resolve("sip:slow.example.test", timeout=0.1)
        thread = threading.Thread(target=block, args=(endpoint,))
        thread.start()
        asyncio.run(run(endpoint))
        thread.join(10)
        assert isinstance(failed[0], microsip.NotRunningError)
        with pytest.raises(microsip.NotRunningError):
            endpoint.resolve("sip:127.0.0.1")
        # What needs no engine is still told.
        assert endpoint.stun.state is StunState.OFF and endpoint.diagnostics.panics == 0


@pytest.fixture
def hasty() -> Iterator[microsip.Endpoint]:
    """An endpoint that does not wait for peers who say nothing at its end."""
    with local(close_timeout=0.1) as made:
        yield made


def test_what_happens_to_calls_by_itself_can_be_changed(hasty: microsip.Endpoint, wire: Wire) -> None:
    endpoint = hasty
    endpoint.add_account("sip:python@127.0.0.1")
    endpoint.set_incoming(180)
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 101).status == 180
    endpoint.set_incoming(microsip.IncomingPolicy(603))
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 300).status == 603
    endpoint.set_incoming()
    endpoint.set_policy(call_waiting=False)
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 300).status == 486
    endpoint.set_policy(rules=[CallRule.deny(404, callee="pyth?n"), CallRule.allow()])
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 300).status == 404
    endpoint.set_policy(microsip.CallPolicy(auto_answer=microsip.AutoAnswer(always=True, beside_other_calls=True)))
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 200).status == 200
    for wrong in (1000, -1, 10**30, microsip.IncomingPolicy(99)):
        with pytest.raises(microsip.InvalidArgumentError, match="no SIP status"):
            endpoint.set_incoming(wrong)
    with pytest.raises(TypeError):
        endpoint.set_incoming("ring")  # type: ignore[arg-type]
    with pytest.raises(microsip.InvalidArgumentError, match="hang_up_after"):
        endpoint.set_policy(hang_up_after=0.5)
    with pytest.raises(TypeError, match="'voicemail'"):
        endpoint.set_policy(voicemail=True)  # type: ignore[call-arg]


def test_transfers_are_refused_until_they_are_allowed(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    refer = "Refer-To: <sip:third@127.0.0.1:9>\r\nEvent: refer\r\n"
    wire.ask("REFER", endpoint.local_address(), refer)
    assert wire.response("REFER", 200).status == 603
    endpoint.set_transfers(outside="ask")
    events = endpoint.events()
    wire.ask("REFER", endpoint.local_address(), refer)
    assert wire.response("REFER", 200).status == 202
    assert events.next(timeout=10) is not None
    endpoint.set_transfers()
    wire.ask("REFER", endpoint.local_address(), refer)
    assert wire.response("REFER", 300).status == 603


def test_every_message_is_an_event_without_its_secrets(wire: Wire) -> None:
    with local(trace=True) as endpoint:
        events = endpoint.events()
        endpoint.add_account("sip:alice@pbx.invalid", registrar=f"sip:{wire.address}", password="hunter2")
        wire.reply(wire.request("REGISTER"), 401, headers='WWW-Authenticate: Digest realm="r", nonce="abc"\r\n')
        wire.reply(wire.request("REGISTER"), 403)
        seen = [wait(events, microsip.SipMessage) for _ in range(4)]
    ways = [message.direction for message in seen]
    assert ways == [microsip.Direction.OUTGOING, microsip.Direction.INCOMING] * 2
    assert seen[0].first_line == f"REGISTER sip:{wire.address} SIP/2.0" and seen[0].remote == wire.address
    assert seen[3].first_line == "SIP/2.0 403 x" and seen[3].cseq.endswith(" REGISTER") and seen[3].call_id == seen[2].call_id
    assert seen[0].transport is microsip.Transport.UDP and seen[0].at.tzinfo is not None and seen[0].at <= seen[3].at
    assert "Authorization: ***" in seen[2].text and not any("hunter2" in message.text for message in seen)


def test_a_request_that_is_too_large_for_udp_is_told(wire: Wire) -> None:
    sockets = [microsip.TransportConfig(kind, "127.0.0.1:0") for kind in ("udp", "tcp")]
    with local(transports=sockets) as endpoint:
        events = endpoint.events()
        call = endpoint.add_account("sip:alice@127.0.0.1").call(wire.uri(), headers={"X-Long": "x" * 1400})
        switch = wait(events, microsip.TransportSwitched).switch
        assert switch.call == call and switch.method == "INVITE" and switch.remote == wire.address
        assert switch.size > switch.limit == 1300 and switch.from_ is microsip.Transport.UDP and switch.to is microsip.Transport.TCP
        # Nobody listens there: over UDP after all.
        back = wait(events, microsip.TransportSwitched).switch
        assert back.to is microsip.Transport.UDP and isinstance(back.error, microsip.TransportError)
        wire.reply(wire.request("INVITE"), 486)


def test_the_guard_tells_of_scanners_and_counts_them(wire: Wire) -> None:
    guard = microsip.GuardConfig(trust_loopback=False, scanners=["nosy"])
    with local(guard=guard) as endpoint:
        events = endpoint.events()
        wire.ask("OPTIONS", endpoint.local_address(), "User-Agent: Nosy/1.0\r\n")
        report = wait(events, microsip.GuardReported).report
        assert report == microsip.GuardReport("127.0.0.1", microsip.GuardReason.SCANNER, 1, "Nosy/1.0")
        counters = endpoint.diagnostics.guard
        assert (counters.scanners, counters.invites) == (1, 0)
    off = microsip.GuardConfig.off()
    with local(guard=off) as endpoint:
        endpoint.add_account("sip:python@127.0.0.1")
        wire.ask("OPTIONS", endpoint.local_address(), "User-Agent: friendly-scanner\r\n")
        assert wire.response("OPTIONS").status == 200


def test_a_network_change_is_told_step_by_step(endpoint: microsip.Endpoint) -> None:
    events = endpoint.events()
    endpoint.network_changed()
    steps = [wait(events, microsip.NetworkChanged, 15).change for _ in range(2)]
    assert [change.step for change in steps] == [NetworkStep.CHANGED, NetworkStep.FINISHED]
    assert steps[1].accounts == steps[1].calls == 0 and steps[1].took >= 0 and isinstance(steps[0].lost, tuple)


class StunServer(threading.Thread):
    """Answers binding requests with the address they came from (RFC 8489)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.start()

    def run(self) -> None:
        while True:
            request, (host, port) = self.socket.recvfrom(2048)
            if not request:
                return
            cookie = request[4:8]
            address = bytes(a ^ b for a, b in zip(socket.inet_aton(host), cookie))
            body = struct.pack("!HHBBH", 0x0020, 8, 0, 1, port ^ (cookie[0] << 8 | cookie[1])) + address
            self.socket.sendto(struct.pack("!HH", 0x0101, len(body)) + request[4:20] + body, (host, port))

    def stop(self) -> None:
        host, port = self.address.split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", (host, int(port)))
        self.join(10)
        self.socket.close()


def test_stun_tells_our_address_and_who_told_it() -> None:
    server = StunServer()
    try:
        with local(nat=NatConfig([server.address], start_wait=5, ice="on")) as endpoint:
            info = endpoint.stun
            assert info == microsip.StunInfo(StunState.READY, server.address, endpoint.local_address(), None)
    finally:
        server.stop()


def test_stun_that_is_silent_is_told(mute: str) -> None:
    with local(nat=NatConfig([mute], stun_timeout=0.1, start_wait=0)) as endpoint:
        events = endpoint.events()
        info = endpoint.stun
        while info.state is not StunState.FAILED:
            info = wait(events, microsip.StunChanged).info
        assert isinstance(info.error, microsip.TimedOutError) and endpoint.stun.state is StunState.FAILED


def test_ice_finds_a_way_and_srtp_protects_it() -> None:
    with local(nat=NatConfig(ice="on")) as endpoint:
        here = endpoint.local_address()
        options = {"srtp": microsip.SrtpMode.REQUIRED, "transport": "udp"}
        alice = endpoint.add_account(f"sip:alice@{here}", **options)  # type: ignore[arg-type]
        endpoint.add_account(f"sip:bob@{here}", **options)  # type: ignore[arg-type]
        endpoint.set_incoming(200)
        events = endpoint.events()
        call = alice.call(f"sip:bob@{here}")
        call.wait_for("confirmed", timeout=10)
        seen: set[microsip.Call] = set()
        while len(seen) < 2:
            event = wait(events, microsip.IceChanged)
            ice = event.info.media[0].ice
            assert event.error is None and ice is not None
            if ice.state is microsip.IceState.CONNECTED:
                seen.add(event.call)
        assert call in seen
        media = call.info.media[0]
        assert media.srtp is microsip.SrtpKeying.SDES and media.srtp_suite is microsip.SrtpSuite.AEAD_AES_256_GCM
        assert media.ice is not None and media.ice.rtp is not None and media.ice.controlling
        assert media.ice.rtp.local.kind is microsip.CandidateKind.HOST and ":" in media.ice.rtp.remote.address


def test_a_relay_that_is_not_there_is_told(wire: Wire) -> None:
    # Nobody listens on TCP there.
    turn = microsip.TurnConfig(wire.address, "u", "hunter2", transport="tcp")
    with local(nat=NatConfig(ice="on", turn=turn, gather_timeout=1)) as endpoint:
        events = endpoint.events()
        account = endpoint.add_account("sip:alice@127.0.0.1")
        call = account.call(wire.uri())
        failed = wait(events, microsip.RelayFailed)
        assert failed.call == call and isinstance(failed.error, microsip.MicrosipError) and "hunter2" not in str(failed.error)
        wire.reply(wire.request("INVITE"), 486)


def test_counters_and_times_are_told(endpoint: microsip.Endpoint, wire: Wire) -> None:
    assert 0 < endpoint.round_trip() < 5
    before = endpoint.diagnostics
    assert endpoint.clock_rate in (8000, 16000) and before.panics == before.failed_assertions == 0
    wire.ask("OPTIONS", endpoint.local_address(), "Max-Forwards: none\r\n")
    wire.response("OPTIONS")
    after = endpoint.diagnostics
    assert after.malformed == before.malformed + 1 and after.commands > before.commands
