"""Contacts, brought from files and a server into Contacts.xml and back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from microsip import compat
from microsip.compat import ContactBook
from phones import runtime_directory, settings_file
from running import environment, example
from wire import Wire

ANN, BOB = {"number": "204", "name": "Ann", "city": "Ulm"}, {"number": "+49 30 1", "name": "Böb", "starred": True}


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


def sync(*arguments: object, code: int = 0) -> str:
    command = [sys.executable, "-X", "dev", "-W", "error", str(example("contact_sync")), *map(str, arguments)]
    variables = environment(SYNC_TOKEN="the-token", no_proxy="127.0.0.1")
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=30)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def names(folder: Path) -> list[str]:
    return [contact.name for contact in ContactBook.load(folder / "Contacts.xml")]


def test_what_is_listed_comes_and_goes_and_what_was_typed_stays(tmp_path: Path) -> None:
    ini, listed = tmp_path / "m.ini", tmp_path / "team.json"
    ini.write_text("[Settings]\n")
    ContactBook([compat.Contact("300", name="Typed")]).save(tmp_path / "Contacts.xml")
    listed.write_text(json.dumps([ANN, BOB]))
    assert sync("pull", listed, "--ini", ini) == "2 added, 0 updated, 0 removed, 0 as they were\n"
    assert names(tmp_path) == ["Typed", "Ann", "Böb"]
    assert sync("pull", listed, "--ini", ini) == "0 added, 0 updated, 0 removed, 2 as they were\n"
    listed.write_text(json.dumps({"items": [{**ANN, "city": "Bonn"}]}))
    assert sync("pull", listed, "--ini", ini) == "0 added, 1 updated, 1 removed, 0 as they were\n"
    assert names(tmp_path) == ["Typed", "Ann"]
    table = tmp_path / "team.csv"
    table.write_text("Name,Number\nAnn,204\nCy,205\n")
    assert sync("pull", table, "--ini", ini).startswith("1 added")
    # What another column said before stays.
    assert [contact.city for contact in ContactBook.load(tmp_path / "Contacts.xml") if contact.number == "204"] == ["Bonn"]
    assert sync("push", tmp_path / "own.json", "--ini", ini, "--own") == "1 written\n"
    assert json.loads((tmp_path / "own.json").read_text()) == {"items": [{"number": "300", "name": "Typed"}]}


def test_the_list_of_an_old_microsip_is_taken_along(tmp_path: Path) -> None:
    (tmp_path / "m.ini").write_text("[Settings]\n[Contacts]\n0=300;Typed;0;0\n")
    assert sync("push", tmp_path / "all.json", "--ini", tmp_path / "m.ini") == "1 written\n"
    (tmp_path / "team.json").write_text(json.dumps([ANN]))
    sync("pull", tmp_path / "team.json", "--ini", tmp_path / "m.ini")
    assert names(tmp_path) == ["Typed", "Ann"]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_is_pushed_can_be_pulled(tmp_path: Path, kind: str) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    contacts = [compat.Contact("204", name="Ann, Böb", comment='"x"\n=1'), compat.Contact("+4930", name="C", starred=True, presence=True)]
    for folder in (one, other):
        folder.mkdir()
        (folder / "m.ini").write_text("[Settings]\n")
    ContactBook(contacts).save(one / "Contacts.xml")
    sync("push", tmp_path / f"all.{kind}", "--ini", one / "m.ini")
    sync("pull", tmp_path / f"all.{kind}", "--ini", other / "m.ini")
    pulled = list(ContactBook.load(other / "Contacts.xml"))
    fields = ("number", "name", "comment", "starred", "presence")
    assert [[getattr(it, name) for name in fields] for it in pulled] == [[getattr(it, name) for name in fields] for it in contacts]
    assert all(it.directory for it in pulled)


class Crm(BaseHTTPRequestHandler):
    """A server of contacts, for those who have the token."""

    kept = json.dumps([ANN]).encode()

    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Authorization"] == "Bearer the-token" else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.kept)

    def do_PUT(self) -> None:
        type(self).kept = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None: ...


def test_a_server_gives_and_takes_while_the_phone_runs(tmp_path: Path, wire: Wire) -> None:
    ini = settings_file(tmp_path, wire.address)
    with HTTPServer(("127.0.0.1", 0), Crm) as server, compat.Phone(ini, serve=True) as phone:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/contacts"
            assert sync("pull", url, "--ini", ini).startswith("1 added")
            views = phone.request({"command": "contacts"})
            assert [(view["number"], view["name"]) for view in views] == [("204", "Ann")]
            assert sync("push", f"{url}.json", "--ini", ini) == "1 written\n"
            assert json.loads(Crm.kept)["items"][0]["city"] == "Ulm"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("text", ["", "{", "5", '{"items": 5}', "<html>"])
def test_a_source_that_is_none_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.ini").write_text("[Settings]\n")
    ContactBook([compat.Contact("300", name="Typed", directory=True)]).save(tmp_path / "Contacts.xml")
    (tmp_path / "x.json").write_text(text)
    assert "x.json: " in sync("pull", tmp_path / "x.json", "--ini", tmp_path / "m.ini", code=1)
    assert names(tmp_path) == ["Typed"]
