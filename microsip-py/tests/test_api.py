"""`microsip_api`: attached to the program, and owning a phone."""

from __future__ import annotations

import asyncio
import datetime
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

import microsip
import microsip_api
from microsip_api import CallRecord, CallState, CallType, Contact, MicroSIP, PhoneEvent
from peers import USERS, Kamailio
from phones import ROOT, Program, runtime_directory, settings_file
from wire import Wire


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def settings(tmp_path: Path, wire: Wire) -> Path:
    return settings_file(tmp_path, wire.address, "singleMode=0")


@pytest.fixture(params=["own", "attach"])
def phone(request: pytest.FixtureRequest, settings: Path) -> Iterator[MicroSIP]:
    """The same promises, whoever runs the phone."""
    program = Program(settings) if request.param == "attach" else None
    try:
        with MicroSIP(settings) as made:
            assert made.is_own == (program is None)
            yield made
    finally:
        if program is not None:
            program.close()


@pytest.fixture
def own(settings: Path) -> Iterator[MicroSIP]:
    with MicroSIP(settings, mode="own") as made:
        yield made


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as made:
        yield made


def address_of(phone: MicroSIP) -> str:
    return dict((transport.value, address) for transport, address in phone.status().transports)["udp"]


def test_a_call_is_dialled_held_and_hung_up(phone: MicroSIP, wire: Wire, pool: ThreadPoolExecutor) -> None:
    media = phone.events("media")
    dialled: Future[microsip_api.PhoneCall] = pool.submit(phone.dial, "100", 10)
    invite = wire.request("INVITE")
    wire.reply(invite, 180)
    wire.reply(invite, 200, sdp=True)
    with dialled.result(10) as call:
        status = call.status
        assert (status.state, status.number, status.selected) == (CallState.CONFIRMED, "100", True)
        assert phone.calls() == [status] or phone.calls()[0].id == call.id
        heard = media.next(timeout=10)
        assert heard is not None and heard["active"]
        assert call.quality()["statistics"]["codec"].startswith("PCMU")
        with phone.events("hold") as events:
            call.hold()
            again = wire.request("INVITE")
            assert "a=sendonly" in again.body
            wire.reply(again, 200, sdp=True)
            told = events.next(timeout=10)
            assert told is not None and told.call == call and told["hold"] == "local"
        ended = pool.submit(call.wait_ended, 10)
        call.hangup()
        wire.reply(wire.request("BYE"), 200)
        ended.result(10)
    # The phone may not have forgotten it yet.
    with pytest.raises((microsip.GoneError, microsip.WrongStateError)):
        call.answer()
    assert call.state is CallState.DISCONNECTED


def test_a_refusal_is_an_exception_with_the_status(phone: MicroSIP, wire: Wire, pool: ThreadPoolExecutor) -> None:
    dialled = pool.submit(phone.dial, "100", 10)
    wire.reply(wire.request("INVITE"), 486, "Busy Here")
    with pytest.raises(microsip.SipError) as caught:
        dialled.result(10)
    assert caught.value.sip_status == 486


def test_a_cancelled_task_that_dials_sends_cancel(phone: MicroSIP, wire: Wire) -> None:
    async def dial() -> None:
        task = asyncio.ensure_future(phone.dial_async("100", timeout=30))
        loop = asyncio.get_running_loop()
        invite = await loop.run_in_executor(None, wire.request, "INVITE")
        wire.reply(invite, 180)
        await phone.wait_for_async("call", 10, state="early")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(dial())
    wire.request("CANCEL")


def test_functions_are_called_for_events(phone: MicroSIP, wire: Wire) -> None:
    heard: list[PhoneEvent] = []
    came = threading.Event()

    @phone.on("incoming")
    def answer(event: PhoneEvent) -> None:
        assert event.call is not None
        event.call.answer()

    @phone.on("*")
    def broken(event: PhoneEvent) -> None:
        heard.append(event)
        if event.name == "call" and event["state"] == "confirmed":
            came.set()
        raise ValueError("of the test")

    wire.invite(address_of(phone))
    wire.ack(wire.response("INVITE", 200))
    assert came.wait(10)
    assert phone.off(broken) and not phone.off(broken)
    phone.hangup_all()
    wire.reply(wire.request("BYE"), 200)
    with pytest.raises(microsip.InvalidArgumentError, match="did you mean 'incoming'"):
        phone.on("incomming", answer)
    names = {event.name for event in heard}
    assert {"incoming", "call"} <= names


def test_asynchronous_functions_run_in_their_loop(phone: MicroSIP, wire: Wire) -> None:
    async def run() -> None:
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def heard(event: PhoneEvent) -> None:
            done.set_result(event["text"])

        phone.on("message", heard)
        wire.ask("MESSAGE", address_of(phone), body="hello")
        assert await asyncio.wait_for(done, 10) == "hello"

    asyncio.run(run())
    wire.response("MESSAGE", 200)


def test_messages_are_sent_and_kept(phone: MicroSIP, wire: Wire, pool: ThreadPoolExecutor) -> None:
    sent = pool.submit(phone.send_message, "100", "hi there")
    message = wire.request("MESSAGE")
    assert message.body == "hi there"
    wire.reply(message, 200)
    sent.result(10)
    assert phone.request("messages")[0]["status"] == 200
    first = phone.history.messages(number="100").first()
    assert first is not None and first.message.text == "hi there" and first.message.outgoing
    refused = pool.submit(phone.send_message, "100", "again")
    wire.reply(wire.request("MESSAGE"), 603)
    with pytest.raises(microsip.SipError):
        refused.result(10)


def test_settings_are_live(phone: MicroSIP) -> None:
    settings = phone.settings
    assert settings["DND"] is False and settings["autoAnswer"] == "button" and settings["volumeOutput"] == 100
    with phone.events("settings") as events:
        settings["dnd"] = True
        assert phone.status().dnd
        told = events.next(timeout=10)
        assert told is not None and told["changed"] == ["Settings/DND"]
    assert settings.change({"autoAnswer": "all", "Account1/label": "desk"}) == ["Settings/autoAnswer", "Account1/label"]
    assert settings.change(autoAnswer="all") == []
    assert phone.accounts()[0].label == "desk" and settings.account(1)["label"] == "desk"
    del settings["DND"]
    assert not phone.status().dnd
    settings["audioCodecs"] = ["PCMU/8000/1"]
    assert settings["audioCodecs"] == ("PCMU/8000/1",)
    with pytest.raises(microsip.InvalidArgumentError, match="allowed"):
        settings["sourcePort"] = 70000
    with pytest.raises(microsip.InvalidArgumentError):
        settings.change(DND=True, sourcePort=70000)
    assert settings["DND"] is False
    with pytest.raises(KeyError):
        settings["nosuch"] = 1
    assert len(settings) > 100 and "password" not in settings.account(1)._values()
    assert settings["Account1/password"] == "***"
    number = settings.add_account("pbx.example.com", "205", "an0ther-secret", transport="tcp")
    assert number == 2 and [account.username for account in phone.accounts()][:2] == ["python", "205"]
    shown = repr(settings.report()) + repr(settings) + repr(dict(settings)) + repr(phone.status()) + repr(phone)
    assert "secret" not in shown and "s3cret" not in shown


def test_contacts_name_callers_at_once(phone: MicroSIP, wire: Wire) -> None:
    ann = phone.contacts.add("peer", name="Ann")
    with pytest.raises(microsip.InvalidArgumentError):
        phone.contacts.add(Contact(name="nobody"))
    wire.invite(address_of(phone))
    wire.response("INVITE", 180)
    assert phone.calls()[0].name == "Ann"
    phone.reject()
    wire.response("INVITE", 400)
    moved = phone.contacts.update(ann, number="100", starred=True)
    assert phone.request("contacts", text="ann")[0]["number"] == "100" and phone.contacts.find("100") == moved
    report = phone.contacts.import_csv(b"Name,Number\r\nBob,200\r\nAnn,100\r\n")
    assert (report.added, report.updated + report.unchanged) == (1, 1) and len(phone.contacts) == 2
    assert b"Bob" in phone.contacts.export_csv()
    phone.contacts.remove(moved)
    with pytest.raises(microsip.GoneError):
        phone.contacts.remove(moved)
    with pytest.raises(microsip.BusyError), phone.contacts.edit() as book:
        book.add(Contact("1"))
        phone.contacts.add("2")
    assert [it.number for it in phone.contacts] == ["200", "2"]


def test_the_history_is_asked_lazily_and_goes_in_and_out(phone: MicroSIP, wire: Wire, pool: ThreadPoolExecutor, tmp_path: Path) -> None:
    dialled = pool.submit(phone.dial, "100", 10)
    wire.reply(wire.request("INVITE"), 603)
    with pytest.raises(microsip.SipError):
        dialled.result(10)
    # It is in the database once a question is answered that was asked after it.
    assert phone.request("history")[0]["number"] == "100"
    history = phone.history
    call = history.calls(number="100").first()
    assert call is not None and call.call.kind is CallType.OUTGOING
    begun = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    records = [CallRecord(str(number), "X", "missed", begun + datetime.timedelta(seconds=number)) for number in range(1200)]
    assert history.import_calls(records) == 1200 and history.import_calls(records) == 0
    missed = history.calls(kinds=["missed"], order="oldest_first")
    assert missed.count() == len(missed) == 1200 and [it.call.number for it in missed] == [str(it) for it in range(1200)]
    assert missed[7].call.number == "7" and [it.call.number for it in missed[3:5]] == ["3", "4"]  # type: ignore[union-attr]
    assert len(missed.filter(limit=10)) == len(missed.filter(limit=10).all()) == 10
    content = missed.filter(limit=5).export("csv", tmp_path / "calls.csv")
    assert missed.delete() == 1200 and history.import_calls(tmp_path / "calls.csv") == 5
    assert history.import_calls(content, "csv") == 0
    ini = b"[Calls]\r\n0=300;Eve;1;1700000000;5;Call Ended\r\n1=null\r\n"
    assert history.import_calls(ini, "ini") == 1 and history.calls(text="eve").count() == 1
    with pytest.raises(microsip.InvalidArgumentError, match="which format"):
        history.import_calls(b"x")
    assert b"Eve" in history.export("json")


def test_a_handle_of_the_engine_is_there_for_a_phone_of_ones_own(own: MicroSIP, settings: Path, wire: Wire) -> None:
    call = own.call("100")
    invite = wire.request("INVITE")
    assert call.handle.info.remote_uri.startswith("sip:100@")
    wire.reply(invite, 486)
    call.wait_ended(10)
    with pytest.raises(microsip.AlreadyRunningError):
        MicroSIP(settings, mode="own")


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_a_registration_is_waited_for(tmp_path: Path, kamailio: Kamailio, password: str) -> None:
    user, known = next(iter(USERS.items()))
    account = f"server={kamailio.address}\nusername={user}\npassword={known if password != 'wrong' else password}"
    settings = settings_file(tmp_path, kamailio.address)
    settings.write_text(re.sub(r"username=.*\npassword=.*", account, settings.read_text()))

    async def wait(phone: MicroSIP) -> microsip_api.AccountStatus:
        return await phone.wait_registered_async(timeout=10)

    with MicroSIP(settings) as phone:
        if password == "wrong":
            with pytest.raises(microsip.AuthError):
                phone.wait_registered(timeout=10)
            with pytest.raises(microsip.AuthError):
                asyncio.run(wait(phone))
        else:
            assert phone.wait_registered(timeout=10).registration is microsip.RegistrationState.REGISTERED
            assert asyncio.run(wait(phone)).username == user and phone.status().registration.value == "registered"


def test_modes_are_insisted_on(settings: Path) -> None:
    with pytest.raises(microsip.NotRunningError):
        MicroSIP(settings, mode="attach")
    with pytest.raises(microsip.InvalidArgumentError, match="no mode"):
        MicroSIP(settings, mode="borrow")


def test_the_names_of_events_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs" / "events.md").read_text()
    documented = set(re.findall(r"^## ([a-z_]+)$", text, re.M))
    told = microsip_api.EVENT_NAMES
    assert documented - told <= {
        "tap",
        "feed",
        "levels",
        "check",
        "gain",
        "devices",
        "codecs",
        "status",
        "calls",
        "story",
        "help",
        "answer",
        "watchers",
    }
    assert told - documented == set()
