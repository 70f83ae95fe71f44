"""What can be said when calls are made, answered, refused and ended, by bytes on the wire."""

from __future__ import annotations

import asyncio

import pytest

import microsip
from legs import TIMEOUT, pair, up
from microsip import CallState, EndCause, EndedBy, Reason
from wire import Wire


def test_options_of_a_call_are_in_its_invite(account: microsip.Account, wire: Wire) -> None:
    replaces = microsip.Replaces("abc@h", "1", "2", early_only=True)
    call = account.call(
        wire.uri("to"),
        request_uri=wire.uri("other"),
        from_='"Desk" <sip:desk@127.0.0.1>',
        codecs="PCMA/8000/1",
        replaces=replaces,
        headers=[("X-A", "1"), ("X-A", "2")],
    )
    invite = wire.request("INVITE")
    assert invite.first == f"INVITE {wire.uri('other')} SIP/2.0"
    assert invite.header("from").startswith('"Desk" <sip:desk@127.0.0.1>;tag=')
    assert "sip:to@" in invite.header("to")
    assert invite.header("replaces") == "abc@h;to-tag=1;from-tag=2;early-only"
    assert microsip.Replaces.parse(invite.header("replaces")) == replaces
    assert invite.all("x-a") == ["1", "2"]
    assert "RTP/AVP 8 " in invite.body and "PCMU" not in invite.body
    wire.reply(invite, 486)
    assert call.wait_ended(TIMEOUT).cause is EndCause.REJECTED


def test_timers_reliability_and_opus_of_one_call_are_in_its_invite(account: microsip.Account, wire: Wire) -> None:
    call = account.call(
        wire.uri(),
        timers="required",
        reliable="required",
        jitter_buffer=microsip.JitterBuffer(capacity=1.0),
        rtcp_xr=True,
        opus=microsip.OpusOptions(bit_rate=16_000, fec=False),
    )
    invite = wire.request("INVITE")
    assert {"timer", "100rel"} <= {word.strip() for value in invite.all("require") for word in value.split(",")}
    assert "maxaveragebitrate=16000" in invite.body and "useinbandfec=1" not in invite.body and "a=rtcp-xr:" in invite.body
    wire.reply(invite, 486)
    call.wait_ended(TIMEOUT)
    with pytest.raises(ValueError, match="jitter buffer"):
        account.call(wire.uri(), jitter_buffer=microsip.JitterBuffer(capacity=60))


def test_an_anonymous_call_with_a_late_offer_tells_neither_name_nor_media(account: microsip.Account, wire: Wire) -> None:
    call = account.call(wire.uri(), anonymous=True, late_offer=True)
    invite = wire.request("INVITE")
    assert "anonymous@anonymous.invalid" in invite.header("from") and "python" not in invite.header("from")
    assert invite.header("privacy") == "id" and invite.body == ""
    wire.reply(invite, 603)
    assert call.wait_ended(TIMEOUT).code == 603


def test_a_call_that_rings_too_long_is_cancelled(account: microsip.Account, wire: Wire) -> None:
    call = account.call(wire.uri(), ring_for=0.2)
    invite = wire.request("INVITE")
    wire.reply(invite, 180)
    cancel = wire.request("CANCEL")
    wire.reply(cancel, 200)
    wire.reply(invite, 487)
    assert call.wait_ended(TIMEOUT).by is not EndedBy.REMOTE


def test_a_redirection_is_followed_only_if_asked_for(account: microsip.Account, wire: Wire) -> None:
    with Wire() as other:
        moved = f"Contact: <{other.uri('there')}>\r\n"
        stays = account.call(wire.uri())
        wire.reply(wire.request("INVITE"), 302, headers=moved)
        end = stays.wait_ended(TIMEOUT)
        assert (end.code, end.cause) == (302, EndCause.REJECTED)
        goes = account.call(wire.uri(), redirects="follow")
        events = goes.events()
        wire.reply(wire.request("INVITE"), 302, headers=moved)
        event = events.wait_for(microsip.CallRedirected, TIMEOUT)
        assert event.followed and "there" in event.target
        other.reply(other.request("INVITE"), 200, sdp=True)
        goes.wait_for(CallState.CONFIRMED, TIMEOUT)
        goes.hang_up()
        other.reply(other.request("BYE"), 200)


def test_reasons_go_out_and_come_in(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    call.hang_up(reasons=[Reason.q850(17), Reason("X.1", None, 'says "no"')], headers={"X-Why": "tired"})
    bye = wire.request("BYE")
    assert bye.all("reason") == ['Q.850;cause=17;text="User busy"', 'X.1;text="says \\"no\\""']
    assert bye.header("x-why") == "tired"
    wire.reply(bye, 200)
    call, dialog = up(account, wire)
    dialog.send("BYE", 'Reason: Q.850;cause=16;text="Normal call clearing"\r\n')
    end = call.wait_ended(TIMEOUT)
    assert (end.by, end.q850, end.reasons) == (EndedBy.REMOTE, 16, (Reason.q850(16),))


def test_a_call_is_rejected_with_reasons_and_redirected_with_contacts(
    endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire
) -> None:
    wire.invite(endpoint.local_address())
    endpoint.wait_incoming(TIMEOUT).reject(480, phrase="Out to lunch", reasons=[Reason.sip(480, "lunch")])
    answer = wire.response("INVITE", 300)
    assert answer.first == "SIP/2.0 480 Out to lunch"
    assert answer.header("reason") == 'SIP;cause=480;text="lunch"'
    wire.invite(endpoint.local_address())
    call = endpoint.wait_incoming(TIMEOUT)
    with pytest.raises(microsip.InvalidArgumentError, match="contact"):
        call.redirect()
    call.redirect("<sip:a@h>;q=0.9", "tel:+4930")
    answer = wire.response("INVITE", 300)
    assert answer.status == 302 and answer.all("contact") == ["<sip:a@h>;q=0.9", "<tel:+4930>"]


def test_who_calls_is_read_from_all_headers_that_tell(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    wire.invite(
        endpoint.local_address(),
        "P-Asserted-Identity: <sip:+4930@pbx>\r\nDiversion: <sip:c@h>;reason=user-busy;counter=2\r\n"
        "History-Info: <sip:x@h>;index=1\r\nPrivacy: id\r\n",
    )
    call = endpoint.wait_incoming(TIMEOUT)
    assert call.info.invite is not None and call.info.remote_user == "peer"
    assert call.info.invite.identity == microsip.Identity(
        asserted=("<sip:+4930@pbx>",),
        remote_party=(),
        diversions=(microsip.Diversion("<sip:c@h>", "user-busy", 2),),
        history=(microsip.HistoryEntry("<sip:x@h>", "1"),),
        privacy=("id",),
        anonymous=True,
    )
    call.reject()


def test_an_answer_takes_the_codec_it_is_told(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    wire.invite(endpoint.local_address())
    call = endpoint.wait_incoming(TIMEOUT)
    call.answer(183, headers={"X-Early": "1"}, phrase="Soon")
    early = wire.response("INVITE", 183)
    assert early.first == "SIP/2.0 183 Soon" and early.header("x-early") == "1"
    assert call.wait_media(TIMEOUT).state is CallState.EARLY
    call.answer(codecs=None)
    wire.ack(wire.response("INVITE", 200))
    call.wait_for("confirmed", TIMEOUT)
    call.hang_up()


def test_calls_that_rang_before_the_wait_are_given_once_and_in_order(
    endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire
) -> None:
    events = endpoint.events()
    names = [wire.invite(endpoint.local_address(), call_id=f"{wire.port}-{n}") for n in range(3)]
    for _ in names:
        events.wait_for(microsip.IncomingCall, TIMEOUT)

    async def wait() -> list[str]:
        calls = [await endpoint.wait_incoming_async(TIMEOUT) for _ in range(2)]
        return [call.info.sip_call_id for call in calls]

    assert [endpoint.wait_incoming(TIMEOUT).info.sip_call_id, *asyncio.run(wait())] == names
    with pytest.raises(TimeoutError, match="within 0.1 s"):
        endpoint.wait_incoming(0.1)


def test_a_cancelled_wait_takes_no_call_away(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    async def wait() -> microsip.Call:
        first = asyncio.create_task(endpoint.wait_incoming_async(30))
        await asyncio.sleep(0)
        events = endpoint.events()
        wire.invite(endpoint.local_address())
        await events.wait_for_async(microsip.IncomingCall, TIMEOUT)
        first.cancel()
        try:
            return await first
        except asyncio.CancelledError:
            return await endpoint.wait_incoming_async(TIMEOUT)

    asyncio.run(wait()).reject()


def test_a_wait_for_calls_of_one_account_passes_others_over(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    other = endpoint.add_account("sip:other@127.0.0.1")
    wire.invite(endpoint.local_address())
    with pytest.raises(TimeoutError):
        endpoint.wait_incoming(0.2, account=other)
    assert endpoint.wait_incoming(TIMEOUT, account=account).info.account == account.id


def test_waits_for_calls_end_with_the_endpoint(endpoint: microsip.Endpoint) -> None:
    async def wait() -> None:
        waiting = asyncio.create_task(endpoint.wait_incoming_async())
        await asyncio.sleep(0.05)
        await endpoint.close_async()
        with pytest.raises(microsip.NotRunningError):
            await waiting

    asyncio.run(wait())


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"from_": "nobody"}, "from"),
        ({"request_uri": "x"}, "request URI"),
        ({"ring_for": 0}, "ring_for"),
        ({"ring_for": -1}, "CallOptions.ring_for"),
        ({"ring_for": float("nan")}, "CallOptions.ring_for"),
        ({"codecs": ""}, "CallOptions.codecs"),
        ({"codecs": "nonsense"}, "nonsense/8000/1 is not among"),
        ({"redirects": "perhaps"}, "CallOptions.redirects"),
        ({"headers": {"X-A": "1\r\nInjected: 2"}}, "CallOptions.headers"),
        ({"headers": {"Bad Name": "1"}}, "CallOptions.headers"),
        ({"replaces": microsip.Replaces("a;b", "1", "2")}, "CallOptions.replaces"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_sent(account: microsip.Account, wire: Wire, fields: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        account.call(wire.uri(), **fields)  # type: ignore[arg-type]
    wire.nothing("INVITE", 0.05)


@pytest.mark.parametrize(
    "fields", [{"replaces": "abc"}, {"redirects": 7}, {"headers": "X: y"}, {"codecs": 8}, {"anonymous": "yes"}, {"nonsense": 1}]
)
def test_an_option_of_a_wrong_type_is_a_type_error(account: microsip.Account, wire: Wire, fields: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        account.call(wire.uri(), **fields)  # type: ignore[arg-type]


def test_a_reason_cannot_smuggle_headers(account: microsip.Account, wire: Wire) -> None:
    call, _ = up(account, wire)
    for reason in (Reason("SIP", 200, "a\r\nX: y"), Reason("SIP;x", 1), Reason("", 1), Reason("Q 850", 1)):
        with pytest.raises(ValueError):
            call.hang_up(reasons=[reason])
    for cause in (0, 128):
        with pytest.raises(ValueError):
            Reason.q850(cause)
    assert call.state is CallState.CONFIRMED
    call.hang_up()


def test_both_sides_of_a_call_know_how_long_it_was_and_how_it_ended(endpoint: microsip.Endpoint) -> None:
    both = pair(endpoint)
    assert both.caller.info.duration > 0 and both.caller.info.stats is None
    audio = both.caller.info.audio
    assert audio is not None and audio.active and audio.srtp is None and audio.ice is None
    both.callee.hang_up()
    end = both.caller.wait_ended(TIMEOUT)
    assert (end.by, end.cause, end.code) == (EndedBy.REMOTE, EndCause.HUNG_UP, 200)
    info = both.caller.info
    assert info.stats is not None and info.stats.sent.packets >= 0 and info.is_ended
    with pytest.raises(microsip.GoneError, match="hung up by remote|ended"):
        both.caller.wait_media(1)


@pytest.mark.parametrize("status", [-1, 99, 700, 65_536, 10**30])
def test_a_status_that_is_none_is_a_wrong_value_however_large(account: microsip.Account, status: int) -> None:
    call = account.call("sip:nobody@127.0.0.1:9")
    for work in (call.answer, call.reject):
        with pytest.raises(microsip.InvalidArgumentError, match="is no SIP status; expected 100 to 699"):
            work(status)
