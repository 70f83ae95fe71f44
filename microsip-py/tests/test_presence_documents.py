"""Documents of presence, lines, mailboxes and messages: written, read, and refused."""

from __future__ import annotations

import datetime
from typing import Any, Callable

import pytest

import microsip
from microsip import (
    Activity,
    BasicStatus,
    Cpim,
    CpimHeader,
    DeliveryStatus,
    DialogDirection,
    DialogEntry,
    DialogEvent,
    DialogIds,
    DialogInfo,
    DialogParty,
    DialogState,
    Imdn,
    ImdnKind,
    LineState,
    LineTable,
    LineUpdate,
    MessageClass,
    MessageCounts,
    MessageSummary,
    NotifyRequest,
    Presence,
    PresenceDevice,
    PresenceNote,
    PresencePerson,
    PresenceStatus,
    PresenceTuple,
    Typing,
    TypingState,
)

NOON = datetime.datetime(2024, 2, 29, 12, 0, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("state", Presence)
def test_every_word_of_presence_is_written_and_read(state: Presence) -> None:
    status = PresenceStatus.of(state, note="back soon")
    assert status.state is state and status.note == "back soon"
    read = PresenceStatus.parse(status.to_pidf("sip:alice@example.org").encode())
    assert read.state is state and read.entity == "sip:alice@example.org"
    assert PresenceStatus.of(state.value) == PresenceStatus.of(state)


def test_the_parts_of_a_status_survive_the_wire() -> None:
    status = PresenceStatus(
        "sip:a@b",
        (PresenceTuple("t1", BasicStatus.OPEN, "sip:a@desk", 800, (), (PresenceNote("desk", "en"),), NOON),),
        (PresencePerson("p1", (Activity.MEETING, "knitting", Activity.DO_NOT_DISTURB), (PresenceNote("busy"),), NOON),),
        (PresenceDevice("d1", "urn:x:1", (PresenceNote("phone"),), NOON),),
        (PresenceNote("all"),),
    )
    assert PresenceStatus.parse(status.to_pidf("sip:a@b").encode()) == status
    assert status.activities == [Activity.MEETING, "knitting", Activity.DO_NOT_DISTURB]
    assert status.basic is BasicStatus.OPEN and status.state is Presence.DO_NOT_DISTURB


def test_a_status_is_changed_into_others() -> None:
    status = PresenceStatus.online().with_activity("lunch").with_contact("sip:a@desk").with_timestamp(NOON).with_ids("-7")
    assert status.state is Presence.AWAY and status.tuples[0].contact == "sip:a@desk"
    assert status.tuples[0].timestamp == NOON == status.persons[0].timestamp
    assert (status.tuples[0].id, status.persons[0].id) == ("t1-7", "p1-7")
    assert status.with_note("x").note == "x" and status.with_note("x").with_note("").note is None
    assert PresenceStatus.busy().state is Presence.BUSY and PresenceStatus.offline().basic is BasicStatus.CLOSED


def test_xpidf_is_read_by_its_type() -> None:
    body = b'<presence><presentity uri="sip:a@b;method=SUBSCRIBE"/><atom id="1"><address uri="sip:a@c" priority="0.8">\
<status status="inuse"/></address></atom></presence>'
    status = PresenceStatus.parse(body, "application/xpidf+xml; charset=utf-8")
    assert status.state is Presence.BUSY and status.entity == "sip:a@b" and status.tuples[0].priority == 800
    with pytest.raises(microsip.UnsupportedError):
        PresenceStatus.parse(body, "text/plain")


def entry(state: DialogState = DialogState.EARLY, **fields: Any) -> DialogEntry:
    return DialogEntry("1", state, **fields)


def test_dialog_info_survives_the_wire_and_tells_how_to_pick_up() -> None:
    ringing = entry(
        call_id="c@h",
        local_tag="lt",
        remote_tag="rt",
        direction=DialogDirection.RECIPIENT,
        event=DialogEvent.REPLACED,
        code=180,
        duration=7.0,
        replaces=DialogIds("o@h", "1", "2"),
        referred_by="sip:boss@h",
        local=DialogParty("sip:me@h", "Me", "sip:me@desk", (("+sip.rendering", "no"),)),
        remote=DialogParty("sip:you@h"),
    )
    document = DialogInfo("sip:me@h", 3, False, (ringing,))
    assert DialogInfo.parse(document.to_xml().encode()) == document
    assert ringing.is_live and ringing.is_ringing and ringing.is_on_hold and not ringing.local.is_empty
    assert str(ringing.replaces_at_remote()) == "c@h;to-tag=rt;from-tag=lt"
    assert str(ringing.replaces_at_local()) == "c@h;to-tag=lt;from-tag=rt"
    with pytest.raises(microsip.WrongStateError, match="does not tell"):
        entry().replaces_at_remote()
    with pytest.raises(microsip.WrongStateError, match="over"):
        entry(DialogState.TERMINATED).replaces_at_local()


def test_a_line_is_kept_from_documents_that_tell_changes() -> None:
    table = LineTable()
    assert table.info.state.value == "unknown" and table.version is None
    assert table.apply(DialogInfo("sip:a@b")) is LineUpdate.CHANGED
    assert table.info.state.value == "idle" and table.info.state.is_free
    rings = DialogInfo("sip:a@b", 1, False, (entry(),))
    assert table.apply(rings) is LineUpdate.CHANGED and table.apply(rings) is LineUpdate.IGNORED
    assert table.info.ringing == entry()
    assert table.apply(DialogInfo("sip:a@b", 5, False)) is LineUpdate.GAP and table.needs_refresh and table.version == 5
    table.reset()
    assert table.apply(DialogInfo("sip:a@b", 0, True, (entry(DialogState.TERMINATED, code=486),))) is LineUpdate.CHANGED
    assert table.info.state is LineState.TERMINATED and table.info.code == 486 and table.info.ringing is None
    assert repr(table) == "<microsip.LineTable terminated>"
    with pytest.raises(TypeError, match="expected DialogInfo"):
        table.apply("x")  # pyright: ignore[reportArgumentType]


def test_a_message_summary_survives_the_wire() -> None:
    summary = MessageSummary(
        True, "sip:box@h", ((MessageClass.VOICE, MessageCounts(2, 8, 1, 0)), ("x-own", MessageCounts(1))), ((("Subject", "hi"),),)
    )
    assert MessageSummary.parse(summary.to_text().encode()) == summary
    assert summary.voice == summary.counts_of("voice") == MessageCounts(2, 8, 1)
    assert summary.counts_of("x-own").new == 1 and summary.counts_of("fax") == MessageCounts()


def test_an_envelope_survives_the_wire() -> None:
    envelope = Cpim(
        "text/plain;charset=utf-8",
        "grüße".encode(),
        "sip:a@b",
        ("sip:c@d", "Éve <sip:e@f>"),
        ("<sip:g@h>",),
        NOON,
        "the subject",
        "id-1",
        NotifyRequest.delivery(display=True, processing=True),
        "<sip:first@d>",
        (CpimHeader("urn:x-own", "Mood", "good\nday", "en"),),
        content_headers=(("Content-Disposition", "render"),),
    )
    read = Cpim.parse(envelope.to_bytes())
    assert read.from_ == "<sip:a@b>" and read.from_uri == "sip:a@b" and read.to == ("<sip:c@d>", "Éve <sip:e@f>")
    assert Cpim.parse(read.to_bytes()) == read and read.headers == envelope.headers and read.content == envelope.content
    assert read.media_type == "text/plain" and read.notify.any and read.date_time == NOON and read.subject == "the subject"
    with pytest.raises(microsip.InvalidArgumentError, match="no message id"):
        Cpim("text/plain", b"x", notify=NotifyRequest.delivery()).to_bytes()


def test_a_delivery_notification_survives_the_wire() -> None:
    imdn = Imdn("id-1", ImdnKind.DISPLAY, DeliveryStatus.DISPLAYED, NOON, "sip:a@b", "sip:c@d", "s")
    assert Imdn.parse(imdn.to_xml().encode()) == imdn
    assert DeliveryStatus.DELIVERED.fits(ImdnKind.DELIVERY) and not DeliveryStatus.STORED.fits(ImdnKind.DISPLAY)
    with pytest.raises(microsip.InvalidArgumentError, match="cannot say"):
        Imdn("id-1", ImdnKind.DISPLAY, DeliveryStatus.STORED).to_xml()
    with pytest.raises(microsip.InvalidArgumentError, match="empty"):
        Imdn(" ", ImdnKind.DISPLAY, DeliveryStatus.DISPLAYED).to_xml()


def test_typing_survives_the_wire() -> None:
    typing = Typing(TypingState.ACTIVE, 90.0, "text/plain", NOON)
    assert Typing.parse(typing.to_xml().encode()) == typing
    assert typing.valid_for == 90 and Typing(TypingState.IDLE).valid_for == 120
    assert Typing.parse(Typing(TypingState.ACTIVE, 0.2).to_xml().encode()).refresh == 1


PARSERS: list[Callable[[bytes], object]] = [
    PresenceStatus.parse,
    DialogInfo.parse,
    MessageSummary.parse,
    Cpim.parse,
    Imdn.parse,
    Typing.parse,
]


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"<a>" * 1000, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"x" * 70_000, b"\0" * 50]
)
def test_hostile_documents_are_errors_of_ours(parse: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(microsip.MicrosipError) as caught:
        parse(body)
    assert caught.value.kind in (microsip.ErrorKind.INVALID_ARGUMENT, microsip.ErrorKind.LIMIT_REACHED, microsip.ErrorKind.UNSUPPORTED)


@pytest.mark.parametrize("parse", PARSERS)
def test_what_is_not_bytes_is_a_type_error(parse: Callable[[object], object]) -> None:
    for wrong in ("text", None, 7, [1]):
        with pytest.raises(TypeError):
            parse(wrong)


def test_parts_of_wrong_types_are_refused_by_their_names() -> None:
    with pytest.raises(TypeError, match="PresenceStatus.tuples"):
        PresenceStatus(tuples=("x",)).to_pidf("sip:a@b")  # type: ignore[arg-type]
    with pytest.raises(microsip.InvalidArgumentError, match="PresenceTuple.priority"):
        PresenceStatus(tuples=(PresenceTuple("t", priority=-1),)).to_pidf("sip:a@b")
    with pytest.raises(microsip.InvalidArgumentError, match="no Presence"):
        PresenceStatus.of("asleep")
    with pytest.raises(TypeError, match="MessageSummary.counts"):
        MessageSummary(True, counts=((MessageClass.VOICE, 3),)).to_text()  # type: ignore[arg-type]
