"""Settings: what is refused by name, what shows no secret, what reaches the wire."""

from __future__ import annotations

import datetime
import ipaddress
import re
from pathlib import Path
from typing import Any

import pytest

import microsip
from conftest import local
from microsip import CallRule, Credential, TlsConfig, TlsPin, TransportConfig, TurnConfig
from wire import Wire

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("EndpointConfig.dscp_sip", {"dscp_sip": 300}),
        ("dscp_rtp of 64", {"dscp_rtp": 64}),
        ("limits.calls of 0", {"max_calls": 0}),
        ("limits.accounts", {"limits": microsip.Limits(accounts=5000)}),
        ("EndpointConfig.limits: Limits.calls", {"limits": microsip.Limits(calls=-1)}),
        ("EndpointConfig.bind", {"bind": "everywhere"}),
        ("give one of them", {"bind": "127.0.0.1:0", "transports": [TransportConfig()]}),
        ("no transport is configured", {"transports": []}),
        ("EndpointConfig.transports: TransportConfig.transport: .sctp. is no Transport", {"transports": [TransportConfig("sctp")]}),
        ("user agent", {"user_agent": "a\r\nX: y"}),
        ("RTP ports", {"rtp_ports": (4000, 4000)}),
        ("EndpointConfig.rtp_ports", {"rtp_ports": (1, 70000)}),
        ("EndpointConfig.log_level", {"log_level": "loud"}),
        ("EndpointConfig.codecs", {"codecs": "PCMU/x"}),
        ("complexity", {"opus": microsip.OpusOptions(complexity=11)}),
        ("bridge_rate", {"bridge_rate": 12000}),
        ("EndpointConfig.ptime: -1", {"ptime": -1}),
        ("EndpointConfig.ptime: NaN", {"ptime": float("nan")}),
        ("gather", {"gather": datetime.timedelta(seconds=5)}),
        ("EndpointConfig.incoming: 99 is no SIP status", {"incoming": 99}),
        ("EndpointConfig.incoming: 1000000000000000000000 is no SIP status", {"incoming": 10**21}),
        ("max_calls of 0", {"policy": microsip.CallPolicy(max_calls=0)}),
        ("forward.always", {"policy": microsip.CallPolicy(forward=microsip.Forward(always="nobody"))}),
        (
            "CallRule.caller: '' is no pattern|CallRule.caller: \"\" is no pattern",
            {"policy": microsip.CallPolicy(rules=[CallRule(caller="")])},
        ),
        ("CallRule.source", {"policy": microsip.CallPolicy(rules=[CallRule.deny(source="10.0.0.0/64")])}),
        ("a rule denies with 200", {"policy": microsip.CallPolicy(rules=[CallRule.deny(200)])}),
        ("auto_answer.delay", {"policy": microsip.CallPolicy(auto_answer=microsip.AutoAnswer(delay=601))}),
        ("messages.incoming", {"messages": microsip.MessageConfig(incoming=200)}),
        ("typing_refresh", {"messages": microsip.MessageConfig(typing_refresh=1)}),
        ("EndpointConfig.transfers: TransferRules.in_call: .maybe.", {"transfers": microsip.TransferRules(in_call="maybe")}),
        ("guard.sources", {"guard": microsip.GuardConfig(sources=1)}),
        ('GuardConfig.trusted: "x/y" is no network', {"guard": microsip.GuardConfig(trusted=["x/y"])}),
        ("guard.action", {"guard": microsip.GuardConfig(action=200)}),
        ("dns.timeout", {"dns": microsip.DnsConfig(timeout=0)}),
        ("DnsConfig.servers", {"dns": microsip.DnsConfig(servers=["ns.example.org"])}),
        ("jitter buffer", {"quality": microsip.QualityConfig(jitter_buffer=microsip.JitterBuffer.fixed(60))}),
        ("stats_every", {"quality": microsip.QualityConfig(stats_every=0)}),
        ("threshold", {"speech_detection": microsip.SpeechOptions(threshold=2)}),
        ("NatConfig.public_address", {"nat": microsip.NatConfig(public_address="home")}),
        ("relay only", {"nat": microsip.NatConfig(ice="relay_only")}),
        ("TURN server", {"nat": microsip.NatConfig(turn=TurnConfig("a b", "u", "p"))}),
        ("STUN server", {"nat": microsip.NatConfig(stun_servers=["a b"])}),
        ("without its key", {"tls": TlsConfig(cert_pem="x")}),
        ('TlsConfig.pins: "zz" is no SHA-256', {"tls": TlsConfig(pins=["zz"])}),
        ('TlsConfig.min_version: "1.0" is no TlsVersion', {"tls": TlsConfig(min_version="1.0")}),
    ],
)
def test_a_wrong_setting_is_refused_and_named(words: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        microsip.Endpoint(**fields)
    assert isinstance(caught.value, microsip.InvalidArgumentError)


@pytest.mark.parametrize(
    "fields",
    [
        {"tls": 5},
        {"transports": "udp"},
        {"transports": [("udp", "127.0.0.1:0")]},
        {"nat": microsip.TlsConfig()},
        {"policy": microsip.CallPolicy(rules=[microsip.Forward()])},  # type: ignore[list-item]
        {"incoming": "ring"},
        {"messages": microsip.MessageConfig(incoming=microsip.RuleAction())},  # type: ignore[arg-type]
        {"user_agent": b"bytes"},
        {"rtp_ports": 4000},
        {"trace": "yes"},
        {"tls": TlsConfig(pins=[7])},  # type: ignore[list-item]
        {"unheard_of": 1},
    ],
)
def test_a_setting_of_a_wrong_type_is_a_type_error(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as caught:
        microsip.Endpoint(**fields)
    assert next(iter(fields)) in str(caught.value)


def test_every_setting_of_an_endpoint_is_taken(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.9 pbx.invalid\n")
    tap = microsip.Tap.RECEIVED
    config = microsip.EndpointConfig(
        user_agent="Everything/1",
        transports=[TransportConfig(microsip.Transport.UDP, "127.0.0.1:0"), TransportConfig("tcp", "127.0.0.1:0")],
        tls=TlsConfig(
            verify=True,
            system_authorities=False,
            crl_files=[],
            pins=[TlsPin(b"\x07" * 32), "07" * 32],
            min_version="1.3",
            ciphers=["TLS_AES_256_GCM_SHA384"],
            server_name="pbx.invalid",
            wildcards=True,
            require_client_cert=False,
        ),
        rtp_ports=(40000, 40100),
        switch_to_tcp=False,
        dscp_sip=24,
        dscp_rtp=46,
        limits=microsip.Limits(calls=1, accounts=2),
        max_calls=4,
        max_accounts=3,
        log_level=microsip.LogLevel.ERROR,
        codecs="PCMU PCMA",
        opus=microsip.OpusOptions(24000, 1, True, 10, False, False, False, 16000),
        ptime=0.02,
        prefer_own_codecs=True,
        concealment=False,
        bridge_rate=16000,
        incoming=microsip.IncomingPolicy(180),
        policy=microsip.CallPolicy(
            do_not_disturb=False,
            max_calls=3,
            call_waiting=True,
            rules=[
                CallRule.deny(603, caller="+49900*", anonymous=True),
                CallRule.allow(caller_host=microsip.Pattern("*.invalid"), callee="1??", source=ipaddress.ip_network("10.0.0.0/8")),
                CallRule(microsip.RuleAction(480), source="2001:db8::/32"),
            ],
            forward=microsip.Forward(no_answer=(20, "sip:voicemail@pbx.invalid")),
            auto_answer=microsip.AutoAnswer(callers="10?", by_header=True, delay=1, beside_other_calls=False),
            hang_up_after=3600,
        ),
        dtmf_detection="off",
        speech_detection=microsip.SpeechOptions(0.6, 0.2, tap),
        transfers=microsip.TransferRules("ask", "refuse", microsip.ReplacesPolicy.ACCEPT_SAME_SOURCE),
        messages=microsip.MessageConfig(microsip.MessagePolicy(405), ["text/*"], False, 20, 90),
        options="as_call",
        guard=microsip.GuardConfig(
            invites=microsip.GuardRate(10, 20),
            requests=microsip.GuardRate(30, 40),
            action=microsip.GuardAction(503),
            scanners=[],
            trusted=["192.0.2.0/24", ipaddress.ip_address("2001:db8::1")],
            trust_registrars=False,
            sources=100,
            report_every=5,
        ),
        send_silence=False,
        silence_suppression=True,
        rport=False,
        gather=0,
        event_capacity=50,
        transaction_timeout=10,
        close_timeout=1,
        trace=True,
        dns=microsip.DnsConfig(["127.0.0.1:53"], False, False, 1, 1, 0, hosts),
        network_watch=False,
        quality=microsip.QualityConfig(microsip.JitterBuffer(0.02, 0.02, 0.2, 0.4, "slow"), True, 2, 1, 5),
        nat=microsip.NatConfig([], 0.2, 0, 10, ipaddress.ip_address("192.0.2.7"), "off", False, 1, TurnConfig("127.0.0.1", "u", SECRET)),
    )
    assert SECRET not in repr(config)
    with microsip.Endpoint(config) as endpoint:
        assert endpoint.clock_rate == 16000
        (udp, tcp) = endpoint.local_addresses
        assert udp == (microsip.Transport.UDP, endpoint.local_address()) and tcp[0] is microsip.Transport.TCP
        assert endpoint.resolve("sip:pbx.invalid:5070")[0].address == "127.0.0.9:5070"
        for user in "abc":
            endpoint.add_account(f"sip:{user}@127.0.0.1")
        with pytest.raises(microsip.LimitReachedError, match="3"):
            endpoint.add_account("sip:d@127.0.0.1")


def test_bind_opens_a_socket_of_each_kind() -> None:
    with microsip.Endpoint(bind="127.0.0.1:0") as endpoint:
        kinds = [kind for kind, _ in endpoint.local_addresses]
        assert kinds == [microsip.Transport.UDP, microsip.Transport.TCP, microsip.Transport.TLS]
        assert all(address.startswith("127.0.0.1:") for _, address in endpoint.local_addresses)


def test_settings_of_an_account_reach_the_wire(wire: Wire) -> None:
    config = microsip.AccountConfig(
        '"Alice A." <sip:alice@pbx.invalid>',
        registrar=f"sip:{wire.address}",
        register_on_add=True,
        credentials=[Credential("alice", SECRET, realm="x"), Credential("a", "0" * 32, "y", "MD5")],
        transport="udp",
        proxies=[f"sip:{wire.address};lr"],
        register_by_proxies=False,
        expires=datetime.timedelta(minutes=10),
        retry=microsip.RetryPolicy(1, 5, 2, 0.5),
        contact=microsip.ContactOptions(
            q=0.5, instance="urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", params={"+sip.rendering": '"yes"'}, uri_params=[("ob", None)]
        ),
        path=True,
        register_headers={"X-Site": "Berlin"},
        keep_alive=0,
        codecs="PCMA PCMU",
        opus=microsip.OpusOptions(),
        ptime=0.03,
        policy=microsip.CallPolicy(do_not_disturb=True),
        srtp="optional",
        srtp_keying=["sdes"],
        srtp_suites=[microsip.SrtpSuite.AES_CM_128_HMAC_SHA1_80],
        timers="required",
        session_expires=600,
        min_se=120,
        refresher="local",
        reliable="required",
        rtcp_xr=True,
        nat=microsip.AccountNat("off", "replace", False, False, "192.0.2.9", False, "off", "off"),
        publish_presence=False,
    )
    assert SECRET not in repr(config)
    with local() as endpoint:
        account = endpoint.add_account(config)
        register = wire.request("REGISTER")
        assert register.first == f"REGISTER sip:{wire.address} SIP/2.0"
        assert register.header("Expires") == "600" and register.header("X-Site") == "Berlin" and "path" in register.header("Supported")
        assert register.header("From").startswith('"Alice A." <sip:alice@pbx.invalid>')
        contact = register.header("Contact")
        assert ";ob" in contact and "q=0.5" in contact and '+sip.rendering="yes"' in contact
        wire.reply(register, 404)
        account.call(wire.uri())
        invite = wire.request("INVITE")
        assert invite.header("Session-Expires") == "600;refresher=uac" and invite.header("Min-SE") == "120"
        assert {"timer", "100rel"} <= set(re.split(r",\s*", invite.header("Require")))
        assert re.search(r"m=audio \d+ RTP/\w+ 8 0 \d+", invite.body) and "a=ptime:30" in invite.body
        assert invite.body.count("a=crypto:") == 1 and "AES_CM_128_HMAC_SHA1_80" in invite.body and "a=rtcp-xr" in invite.body
        assert "c=IN IP4 192.0.2.9" in invite.body
        wire.reply(invite, 486)
        # Its own policy.
        wire.invite(endpoint.local_address(), headers="Supported: timer, 100rel\r\n")
        assert wire.response("INVITE", 300).first == "SIP/2.0 486 Do Not Disturb"


def test_nothing_secret_is_shown() -> None:
    shown = [
        Credential("u", SECRET),
        TurnConfig("h", "u", SECRET),
        TlsConfig(key_pem=SECRET, key_password=SECRET),
        microsip.AccountConfig(
            f"sip:alice:{SECRET}@h", password=SECRET, registrar=f"sip:alice:{SECRET}@h", credentials=[Credential("u", SECRET)]
        ),
        microsip.EndpointConfig(nat=microsip.NatConfig(turn=TurnConfig("h", "u", SECRET)), tls=TlsConfig(key_pem=SECRET)),
        microsip.AccountNat(turn=TurnConfig("h", "u", SECRET)),
    ]
    for value in shown:
        assert SECRET not in repr(value) and SECRET not in str(value) and SECRET not in f"{value}"
    assert repr(microsip.AccountConfig("sip:a@h", expires=60)) == "AccountConfig(aor='sip:a@h', expires=60)"


def test_pins_are_read_in_every_usual_form() -> None:
    plain = "".join(f"{i * 7 % 256:02x}" for i in range(32))
    pin = TlsPin(plain)
    for form in (bytes.fromhex(plain), pin.sha256, f"sha256 Fingerprint={pin}", "sha256//AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tk="):
        assert TlsPin(form) == pin
    assert eval(repr(pin), {"TlsPin": TlsPin}) == pin and pin.sha256.startswith("00:07:0E:15")
    for bad in ("", "00", b"", b"\0" * 31):
        with pytest.raises(microsip.InvalidArgumentError, match="SHA-256"):
            TlsPin(bad)


def test_patterns_match_as_the_engine_has_it() -> None:
    pattern = microsip.Pattern("+4930*;10^??")
    assert pattern.matches("+49301234") and pattern.matches("101") and not pattern.matches("+4940")
    for bad in ("", " ", "a\n", "x" * 1001):
        with pytest.raises(microsip.InvalidArgumentError, match="pattern"):
            microsip.Pattern(bad)


def test_pauses_between_retries_lie_within_their_bounds() -> None:
    policy = microsip.RetryPolicy(first=1, max=10)
    assert [policy.bounds(n)[1] for n in (1, 2, 3, 4, 5)] == [1, 2, 4, 8, 10]
    assert policy.bounds(2)[0] == 1.0 and policy.bounds(4_000_000_000)[1] == 10
    for hostile in (microsip.RetryPolicy(jitter=float("nan")), microsip.RetryPolicy(factor=-5), microsip.RetryPolicy(jitter=7)):
        with pytest.raises(ValueError):
            hostile.bounds(3)
    with pytest.raises((ValueError, OverflowError)):
        policy.bounds(-1)


def test_a_fixed_jitter_buffer_always_waits_for_the_same() -> None:
    buffer = microsip.JitterBuffer.fixed(datetime.timedelta(milliseconds=200))
    assert (buffer.initial, buffer.minimum, buffer.maximum, buffer.capacity) == (0.2, 0.2, 0.2, 1.0)
