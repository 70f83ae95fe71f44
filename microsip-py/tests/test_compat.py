"""MicroSIP's formats: settings, contacts, history, numbers, command lines, links."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest

import microsip
from microsip import compat

UTC = datetime.timezone.utc
INI = (
    b"; mine\r\n[Settings]\r\naccountId=1\r\nDND = 0\r\nautoAnswer=sometimes\r\n"
    b"[Account1]\r\ndomain=pbx.example.com\r\nusername=204\r\npassword=s3cret\r\n"
)


def test_a_settings_file_keeps_every_byte_that_is_not_edited() -> None:
    ini = compat.IniFile.parse(INI, "a.ini")
    assert ini.to_bytes() == INI
    assert ini.set("settings", "dnd", "1")
    assert not ini.set("settings", "dnd", "1")
    assert ini.to_bytes() == INI.replace(b"DND = 0", b"DND = 1")
    assert (ini.encoding, ini.has_mark, ini.sections(), ini.accounts()) == ("utf-8", False, ["Settings", "Account1"], [1])
    assert ini.line_of("Settings", "dnd") == 4
    with pytest.raises(microsip.InvalidArgumentError):
        ini.set("Settings", "x", "a\nb")


def test_values_are_typed_and_wrong_ones_are_told_and_defaults() -> None:
    ini = compat.IniFile.parse(INI)
    values = ini.values("Settings")
    assert values is not None
    assert values["accountId"] == 1 and values["DND"] is False and values["autoAnswer"] == "button"
    assert values["audioCodecs"] == ("PCMA/8000/1", "PCMU/8000/1")
    assert ini.value("Settings", "VOLUMEinput") == 100
    assert ini.value("Account1", "username") == "204" and ini.values("Account7") is None
    [warning] = [it for it in ini.warnings() if it.key == "autoAnswer"]
    assert warning.kind is compat.IniWarningKind.WRONG_VALUE and "autoAnswer=sometimes" in str(warning)
    with pytest.raises(KeyError):
        ini.value("Settings", "nosuch")
    with pytest.raises(microsip.InvalidArgumentError, match="allowed"):
        ini.set_checked("Settings", "sourcePort", 70000)
    with pytest.raises(microsip.InvalidArgumentError, match="no key"):
        ini.set_checked("Settings", "nosuch", "1")
    assert ini.set_checked("Settings", "audioCodecs", ["opus/48000/2", "PCMU/8000/1"])
    assert ini.get("Settings", "audioCodecs") == "opus/48000/2 PCMU/8000/1"
    with pytest.raises(TypeError):
        ini.set_checked("Settings", "DND", object())


def test_no_secret_is_shown() -> None:
    ini = compat.IniFile.parse(INI)
    assert ini.value("Account1", "password") == "***"
    values = ini.values("Account1")
    assert values is not None and "password" not in values
    shown = repr(ini) + repr(ini.report()) + str(ini.report()) + repr(ini.warnings()) + repr(values)
    assert "s3cret" not in shown
    assert ini.set_checked("Account1", "password", "0ther")
    assert ini.get("Account1", "password") not in ("s3cret", None)
    key = compat.find_key("account9", "PASSWORD")
    assert key is not None and key.is_secret and key.name == "password"
    assert compat.is_secret("myToken") and not compat.is_secret("domain")
    assert len(compat.known_keys("settings")) > 100


def test_files_are_saved_whole_and_for_their_owner(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "m.ini"
    ini, there = compat.IniFile.load_or_new(path)
    assert not there and ini.differs_on_disk()
    ini.save()
    assert path.stat().st_mode & 0o777 == 0o600 and not ini.differs_on_disk()
    assert path.read_bytes()[:2] == b"\xff\xfe"
    seen = ini.to_bytes()
    path.write_bytes(b"[Settings]\n")
    assert not ini.save_over(seen) and path.read_bytes() == b"[Settings]\n"
    with pytest.raises(microsip.FileError, match=r"none\.ini"):
        compat.IniFile.load(tmp_path / "none.ini")
    place = compat.choose_place(path)
    assert place.settings == path and place.contacts == path.parent / "Contacts.xml" and place.kind is compat.PlaceKind.GIVEN


def test_lists_of_the_settings_file() -> None:
    ini = compat.IniFile()
    record = compat.CallRecord("100", "Ann; B", "incoming", datetime.datetime(2026, 1, 2, tzinfo=UTC), 7, "Call Ended")
    line = compat.line_of_call(record)
    assert line == "100;Ann, B;1;1767312000;7;Call Ended"
    assert ini.push_call(line) == 0 and ini.calls() == {0: line}
    call = compat.call_of_line(line)
    assert call is not None and call.time == record.time and call.kind is compat.CallType.INCOMING
    assert ini.delete_call(0) and ini.calls() == {} and compat.call_of_line("null") is None
    ini.push_dialed("1")
    ini.push_dialed("2")
    assert ini.dialed() == ["2", "1"]
    ini.set_shortcuts([compat.Shortcut("Door", "99#", compat.ShortcutAction.DTMF)])
    assert ini.shortcuts()[0].action is compat.ShortcutAction.DTMF


def test_contacts_are_kept_as_they_stood() -> None:
    xml = b'<?xml version="1.0"?>\n<contacts>\n<!-- mine -->\n<contact name="Ann" number="100" colour="red"/>\n</contacts>\n'
    book = compat.ContactBook.from_xml(xml)
    assert book.to_xml() == xml and len(book) == 1 and book[0].extra == (("colour", "red"),)
    book.add(compat.Contact("+49 30 1234-567", "Bob"))
    assert book.find_caller("00100") is None
    found = book.find_caller("100")
    assert found is not None and found.name == "Ann"
    assert [it.name for it in book.search("301234")] == ["Bob"]
    assert b"<!-- mine -->" in book.to_xml() and b"Bob" in book.to_xml()
    del book[0]
    assert [it.name for it in book] == ["Bob"]
    with pytest.raises(IndexError):
        book[7]
    with pytest.raises(microsip.InvalidArgumentError, match="no number"):
        book.add(compat.Contact(name="nobody"))
    with pytest.raises(microsip.MicrosipError):
        compat.ContactBook.from_xml(b"<contacts><contact")


def test_csv_goes_out_and_comes_back() -> None:
    contacts = [compat.Contact("100", "=cmd()", starred=True), compat.Contact("101", "Ünal")]
    content = compat.write_contacts_csv(contacts)
    assert b"'=cmd()" in content
    back = compat.read_contacts_csv(content)
    assert [entry.contact for entry in back.entries] == contacts and "starred" in back.entries[0].fields
    book = compat.ContactBook(contacts[:1])
    report = book.merge(back.entries)
    assert (report.added, report.unchanged) == (1, 1)
    directory = compat.read_directory(b'{"refresh": 60, "items": [{"number": "300", "name": "Desk"}]}')
    assert directory.refresh == 60 and directory.format is compat.DirectoryFormat.JSON and directory.entries[0].contact.directory
    assert book.merge(directory.entries, directory=True).added == 1


def test_the_history_is_asked_by_typed_queries(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    begun = datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)
    with compat.HistoryStore(path) as store:
        first = store.add_call(compat.CallRecord("100", "Ann", compat.CallType.OUTGOING, begun, 60, "Call Ended"))
        store.add_call(compat.StoredCall(compat.CallRecord("+49 30 200", kind="missed", time=begun.timestamp() + 5), account="work"))
        [newest, oldest] = store.calls()
        assert oldest.id == first and oldest.call.time == begun and newest.account == "work"
        assert [it.call.number for it in store.calls(kinds=["missed"])] == ["+49 30 200"]
        assert store.count_calls(number="4930200") == 1 and store.count_calls(text="ANN") == 1
        assert store.calls(since=begun + datetime.timedelta(seconds=1), limit=5)[0].call.kind is compat.CallType.MISSED
        assert store.calls(order="oldest_first", limit=1)[0].id == first
        assert store.import_calls([oldest.call, compat.CallRecord("1", time=7)]) == 1
        message = store.add_message(compat.MessageRecord("100", outgoing=True, time=begun, text="hi"))
        assert store.set_message_status(message, 200) and store.messages(number="100")[0].message.status == 200
        store.replace_contacts([compat.Contact("5", "Five")])
        assert store.contacts()[0].name == "Five"
        with pytest.raises(microsip.InvalidArgumentError, match="number"):
            store.add_call(compat.CallRecord(" "))
        with pytest.raises(microsip.InvalidArgumentError, match="CallType"):
            store.calls(kinds=["odd"])
        with pytest.raises(microsip.InvalidArgumentError, match="no time zone"):
            store.calls(since=datetime.datetime(2026, 1, 1))
        with pytest.raises(TypeError, match="no 'numbr'"):
            store.calls(numbr="1")  # type: ignore[call-arg]
        # Another process reads it meanwhile.
        other = sqlite3.connect(path)
        assert other.execute("SELECT count(*) FROM calls").fetchone() == (3,)
        other.close()
        assert store.delete_calls(compat.CallQuery(before=begun)) == 1 and store.delete_call(first)
    with pytest.raises(microsip.GoneError):
        store.calls()
    with pytest.raises(microsip.MicrosipError):
        compat.HistoryStore(tmp_path / "none" / "m.db", read_only=True)


@pytest.mark.parametrize("format", ["csv", "xml", "json"])
def test_calls_go_out_and_come_back(format: str) -> None:
    calls = [compat.CallRecord("100", 'A, <b> & "c"', compat.CallType.ELSEWHERE, datetime.datetime(2026, 1, 2, tzinfo=UTC), 3, "x")]
    content = compat.write_calls(calls, format)
    assert list(compat.read_calls(content, format).calls) == calls
    with pytest.raises(microsip.InvalidArgumentError):
        compat.write_calls(calls, "yaml")


def test_numbers_become_uris() -> None:
    rules = compat.NumberRules(domain="pbx.example.com", prefix="0", plan="<9:>xxx.")
    found = compat.resolve_number("(555) 12-34,77", compat.NumberRules("pbx.example.com", prefix="0"))
    assert found.uri == "<sip:05551234@pbx.example.com>" and found.is_phone_number
    assert [step.digits for step in found.post_dial] == ["77"] and found.post_dial[0].after == 1.0
    assert compat.resolve_number("555", rules, as_is=True).user == "555"
    assert compat.resolve_number("sips:bob@host", compat.NumberRules("pbx.example.com")).is_secure
    with pytest.raises(microsip.InvalidArgumentError):
        compat.resolve_number("a\nb", rules)
    with pytest.raises(microsip.ConfigError):
        compat.resolve_number("bob")
    plan = compat.DialPlan("(<9:>xx|1xx)")
    match = plan.explain("912")
    assert match is not None and match.alternative == 1 and plan.apply("777") is None
    with pytest.raises(microsip.InvalidArgumentError):
        compat.DialPlan("[")
    assert compat.is_phone_like("+49 30") and compat.user_part("sip:bob@x") == "bob" and compat.caller_matches("0123", "123") is None


def test_command_lines_and_links_are_read_and_nothing_misspelt_is_called() -> None:
    line = compat.parse_arguments(["5551234", "/account:2"])
    assert [it.name for it in line.commands] == ["use_account", "call"] and line.commands[1].target == "5551234"
    secret = compat.parse_line("/account:1 /password:s3cret")
    assert secret.commands[0].password == "s3cret" and "s3cret" not in repr(secret)
    with pytest.raises(microsip.InvalidArgumentError, match="hangupall"):
        compat.parse_arguments(["/hangupal"])
    link = compat.parse_link("tel:+49-30-1234;ext=5")
    assert link.scheme is compat.LinkScheme.TEL and link.tel.extension == "5" and link.command.name == "call"
    with pytest.raises(microsip.InvalidArgumentError):
        compat.parse_link("msip:/exit")
    assert compat.split_windows('a "b c"') == ["a", "b c"]
