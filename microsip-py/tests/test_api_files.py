"""Settings, contacts and history of a MicroSIP that does not run; damaged files, other programs, many threads."""

from __future__ import annotations

import datetime
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import microsip
from microsip.compat import CallRecord, ContactBook, IniFile
from microsip_api import Contact, Contacts, History, MicroSIP, Settings
from phones import runtime_directory, settings_file

BEGUN = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    return settings_file(tmp_path, "127.0.0.1:9")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as made:
        yield made


def test_settings_are_read_changed_and_written_without_a_phone(ini: Path) -> None:
    settings = Settings(ini)
    assert settings.path == ini and settings["DND"] is False and settings["Account1/password"] == "***"
    settings["dnd"] = True
    assert settings.change({"autoAnswer": "all", "Account1/label": "desk", "DND": True}) == ["Settings/autoAnswer", "Account1/label"]
    assert Settings(str(ini))["DND"] is True and b"autoAnswer=all" in ini.read_bytes()
    assert settings.add_account("pbx.example.com", "205", "an0ther-secret", transport="tcp") == 2
    before = ini.read_bytes()
    for wrong in ({"DND": True, "sourcePort": 70000}, {"DND": [1]}, {"volumeOutput": b"1"}):
        with pytest.raises(microsip.InvalidArgumentError, match="allowed"):
            settings.change(wrong)
    with pytest.raises(microsip.InvalidArgumentError):
        settings["DND"] = {}
    with pytest.raises(microsip.InvalidArgumentError, match="not shown"):
        settings["Account2/password"] = settings["Account1/password"]
    with pytest.raises(KeyError):
        settings["nosuch"] = 1
    assert ini.read_bytes() == before and "nosuch" not in settings and 5 not in settings  # type: ignore[comparison-overlap]


def test_settings_that_are_not_there_are_the_defaults_until_one_is_set(tmp_path: Path) -> None:
    path = tmp_path / "new.ini"
    settings = Settings(path)
    assert settings["volumeOutput"] == 100 and settings.accounts() == [] and not path.exists()
    assert settings.add_account("pbx.example.org", "204", "hush-hush") == 1
    assert path.stat().st_mode & 0o777 == 0o600
    empty = tmp_path / "empty.ini"
    empty.touch()
    Settings(empty)["DND"] = True
    assert Settings(empty)["DND"] is True


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + "[Settings]\r\nDND=0\r\nautoAnswer=\xe4".encode("utf-16-le") + b"\x00",
        b"[Settings]\nDND=0\nautoAnswer=\xff\xfe\x00\x80\nno equals\n[[[x\n",
        b"\xef\xbb\xbf[Settings]\nDND=0\n\xc3\x28=\xc3\n",
        b"\x00" * 100 + b"[Settings]\nDND=0\n",
    ],
)
def test_a_damaged_file_can_be_changed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.ini"
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.change(volumeOutput=7) == ["Settings/volumeOutput"]
    assert settings["volumeOutput"] == 7 and settings["autoAnswer"] is not None


def test_accounts_added_at_once_are_all_there(ini: Path, pool: ThreadPoolExecutor) -> None:
    numbers = [pool.submit(Settings(ini).add_account, "pbx.example.org", str(number)) for number in range(8)]
    assert sorted(it.result(20) for it in numbers) == list(range(2, 10))
    assert {Settings(ini)[f"Account{number}/username"] for number in range(2, 10)} == {str(number) for number in range(8)}


def test_a_file_that_may_not_be_read_is_a_file_error(tmp_path: Path) -> None:
    path = tmp_path / "dir.ini"
    path.mkdir()
    for attempt in (lambda: Settings(path).change(DND=True), lambda: Settings(path)["DND"]):
        with pytest.raises(microsip.FileError):
            attempt()


def test_contacts_are_changed_without_a_phone(ini: Path, tmp_path: Path) -> None:
    contacts = Contacts(ini)
    assert list(contacts) == [] and not contacts.path.exists()
    ann = contacts.add("204", name="Ann \N{SNOWMAN}")
    assert contacts.path == tmp_path / "Contacts.xml" and Contacts(tmp_path / "Contacts.xml").find("204") == ann
    assert contacts.import_csv("Name,Number\r\nZoë,200\r\n".encode()).added == 1
    for attempt in (contacts.presence, contacts.refresh_directory):
        with pytest.raises(microsip.NotRunningError, match="MicroSIP"):
            attempt()


def test_contacts_of_old_settings_are_found(ini: Path) -> None:
    with ini.open("a") as file:
        file.write("[Contacts]\n0=100;Ann;0;0\n")
    assert [it.name for it in Contacts(ini)] == ["Ann"]


def test_contacts_added_by_many_threads_are_all_there(ini: Path, pool: ThreadPoolExecutor) -> None:
    done = [pool.submit(Contacts(ini).add, str(number)) for number in range(60)]
    for it in done:
        it.result(20)
    assert {it.number for it in Contacts(ini)} == {str(number) for number in range(60)}


def test_a_contact_is_found_again_whatever_is_in_it(ini: Path) -> None:
    contacts = Contacts(ini)
    made = contacts.add(Contact("1\x00\x01", name="a\nb\t<&\"'>\ufffe\N{GRINNING FACE}"))
    assert list(contacts) == [made]
    contacts.update(made, comment="x")
    contacts.remove(contacts.book()[0])


def test_damaged_contacts_are_told_and_left_alone(ini: Path) -> None:
    contacts = Contacts(ini)
    for content in (b"garbage", b"<?xml version='1.0'?><contacts><contact", b"\xff\xfe<\x00"):
        contacts.path.write_bytes(content)
        for attempt in (contacts.book, lambda: contacts.add("1"), lambda: len(contacts)):
            with pytest.raises(microsip.ConfigError, match=r"Contacts\.xml"):
                attempt()
        assert contacts.path.read_bytes() == content
    with pytest.raises(microsip.InvalidArgumentError):
        contacts.import_xml(b"garbage")


def test_another_program_that_changes_the_contacts_is_noticed(ini: Path) -> None:
    contacts = Contacts(ini)
    with pytest.raises(microsip.BusyError), contacts.edit() as book:
        book.add(Contact("1"))
        ContactBook([Contact("2")]).save(contacts.path)
    assert [it.number for it in contacts] == ["2"]


def test_the_history_is_there_without_a_phone(ini: Path, tmp_path: Path) -> None:
    with History(ini) as history:
        assert history.path == tmp_path / "m.db"
        assert history.import_calls([CallRecord("100", "Ann", "missed", BEGUN)]) == 1
        assert history.calls(kinds=["missed"]).count() == 1
        for id in (10**30, -1, 99):
            assert history.get(id) is None and history.delete(id) is False
    with History(tmp_path / "m.db") as history:
        assert len(history) == 1
    with pytest.raises(microsip.FileError):
        History(tmp_path / "nosuch" / "x.db").calls()
    other = tmp_path / "other.db"
    other.write_bytes(b"no database at all" * 100)
    with pytest.raises(microsip.MicrosipError):
        History(other).calls()


def test_a_history_that_another_program_locks_is_a_typed_error(ini: Path) -> None:
    with History(ini) as history:
        history.import_calls([CallRecord("100", time=BEGUN)])
        # From another process: two copies of SQLite in one do not see each other's locks.
        text = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        text += "c.execute('BEGIN IMMEDIATE'); print(1, flush=True); input()"
        command = [sys.executable, "-c", text, str(history.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None and program.stdin is not None and program.stdout.readline() == "1\n"
            assert len(history) == 1
            try:
                with pytest.raises(microsip.BusyError):
                    history.delete(1)
            finally:
                program.communicate("\n", 10)
        assert history.delete(1)


@pytest.mark.parametrize("order", ["newest_first", "oldest_first"])
@pytest.mark.parametrize("step", [0, 1])
def test_calls_can_be_deleted_while_one_iterates(ini: Path, order: str, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microsip_api.history.PAGE", 50)
    with History(ini) as history:
        # With `step` 0 all began in the same second.
        records = [CallRecord(str(number), "X", "missed", BEGUN + datetime.timedelta(seconds=number * step)) for number in range(130)]
        history.import_calls(records)
        assert len({it.id for it in history.calls(order=order)}) == len(history.calls(order=order).all()) == 130
        assert len(history.calls(order=order, offset=70, limit=55).all()) == 55
        assert len({it.id for it in history.calls(order=order, offset=10)}) == 120
        for it in history.calls(order=order):
            history.delete(it.id)
        assert len(history) == 0


def test_a_call_that_comes_while_one_iterates_moves_nothing(ini: Path) -> None:
    with History(ini) as history:
        history.import_calls([CallRecord(str(number), time=BEGUN + datetime.timedelta(seconds=number)) for number in range(1200)])
        found = []
        for at, it in enumerate(history.calls()):
            found.append(it.id)
            if at % 100 == 0:
                history.import_calls([CallRecord("new", time=BEGUN + datetime.timedelta(days=1, seconds=at))])
        assert len(found) == len(set(found)) == 1200


def test_no_database_is_made_for_a_phone_that_keeps_none(ini: Path) -> None:
    Settings(ini)["Extensions/database"] = False
    with MicroSIP(ini, mode="own") as phone:
        with pytest.raises(microsip.WrongStateError):
            phone.history.calls()
        assert not phone.history.path.exists()


def test_files_of_a_phone_that_was_closed(ini: Path) -> None:
    phone = MicroSIP(ini, mode="own")
    phone.history.calls()
    phone.close()
    phone.close()
    for attempt in (phone.history.calls, lambda: phone.history.get(1), lambda: phone.settings.change(DND=True)):
        with pytest.raises(microsip.NotRunningError, match="closed"):
            attempt()
    with pytest.raises(microsip.MicrosipError):
        phone.settings["DND"] = True
    assert phone.settings["DND"] is False
    assert Settings(ini).change(DND=True) == ["Settings/DND"]


def test_a_phone_that_runs_notices_what_is_written_to_its_files(ini: Path) -> None:
    with MicroSIP(ini, mode="own") as phone, phone.events("settings") as events:
        Settings(ini)["DND"] = True
        assert events.next(20) is not None
        assert phone.status().dnd
        # Whether the phone has read the file by itself meanwhile or not.
        for label in ("a", "b", "c", "d"):
            assert phone.settings.change({"Account1/label": label}) == ["Account1/label"]
        Contacts(ini).add("204", name="Ann")
        assert phone.request("contacts")[0]["name"] == "Ann"


def test_settings_are_changed_by_many_at_once_and_none_is_lost(ini: Path) -> None:
    def change(account: int) -> None:
        for number in range(10):
            Settings(ini).change({f"Account{account}/label": str(number), f"Account{account}/domain": "x.example"})

    threads = [threading.Thread(target=change, args=(account,)) for account in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [IniFile.load(ini).get(f"Account{account}", "label") for account in range(2, 6)] == ["9"] * 4
