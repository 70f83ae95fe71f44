"""Brings the contacts of a CRM or a list into the phone, and those of the phone back.

    python contact_sync.py pull https://crm.example.org/contacts.json
    python contact_sync.py pull team.csv --ini work.ini
    python contact_sync.py push backup.csv

``pull`` reads JSON (``{"items": [{"number": "204", "name": "Ann"}]}``, fields as MicroSIP's users directory has them, or a bare list of
such objects) or CSV with columns of MicroSIP, Outlook or Google. What was listed before and is not any more goes; contacts that somebody
typed into the phone stay. ``push`` writes a file, or sends it by PUT to a URL; ``--own`` only what was typed. The phone may run meanwhile.
``SYNC_TOKEN`` is sent to the server as a bearer token. Nothing is changed unless all of the source was read.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Optional
from urllib.error import URLError
from urllib.request import Request, urlopen

import microsip
from microsip.compat import Contact, ContactBook, ContactEntry, IniFile, choose_place, read_contacts_csv, read_directory, write_contacts_csv
from microsip_api import MicroSIP

#: More than any list has.
MOST = 16 << 20


@contextmanager
def contacts(ini: Optional[str]) -> Iterator[ContactBook]:
    """The contacts, written at the end of the block. The phone that runs is asked for its file; without one none is started for this."""
    try:
        phone = MicroSIP(ini, mode="attach")
    except microsip.NotRunningError:
        place = choose_place(ini)
        book = ContactBook.load(place.contacts)
        if not place.contacts.exists():
            # Old versions of MicroSIP have them among the settings.
            book = ContactBook.from_ini_lines(value for _, _, value in IniFile.load_or_new(place.settings)[0].entries("Contacts"))
        yield book
        book.save(place.contacts)
        return
    with phone, phone.contacts.edit() as book:
        yield book


def fetch(source: str, put: Optional[bytes] = None) -> tuple[bytes, bool]:
    """What is at a URL, or what it said to `put`; and whether it is CSV."""
    headers = {"Accept": "application/json, text/csv"}
    if put is not None:
        headers["Content-Type"] = "text/csv" if is_csv(source) else "application/json"
    if os.environ.get("SYNC_TOKEN"):
        headers["Authorization"] = f"Bearer {os.environ['SYNC_TOKEN']}"
    with urlopen(Request(source, data=put, headers=headers, method="GET" if put is None else "PUT"), timeout=30) as answer:
        content = answer.read(MOST + 1)
        if len(content) > MOST:
            raise ValueError(f"more than {MOST >> 20} MiB")
        return content, answer.headers.get_content_type() == "text/csv" or is_csv(source)


def is_url(place: str) -> bool:
    return place.startswith(("https://", "http://"))


def is_csv(place: str) -> bool:
    return place.partition("?")[0].lower().endswith(".csv")


def pull(source: str, ini: Optional[str]) -> str:
    """Takes over what is listed; what that changed."""
    content, csv = fetch(source) if is_url(source) else (Path(source).read_bytes(), is_csv(source))
    if csv:
        table = read_contacts_csv(content)
        entries, warnings = list(table.entries), table.warnings
    else:
        if isinstance(json.loads(content), list):
            content = b'{"items": ' + content + b"}"
        directory = read_directory(content)
        entries, warnings = list(directory.entries), directory.warnings
    for warning in warnings:
        print(f"{source}: {warning.line}: {warning.message}", file=sys.stderr)
    # Marked, so that those that are gone next time are known from those that somebody typed.
    marked = [ContactEntry(dataclasses.replace(it.contact, directory=True), (*it.fields, "directory")) for it in entries]
    with contacts(ini) as book:
        report = book.merge(marked, directory=True)
    return f"{report.added} added, {report.updated} updated, {report.removed} removed, {report.unchanged} as they were"


def push(target: str, ini: Optional[str], own: bool) -> str:
    """Gives away what is in the phone; how much that was."""
    with contacts(ini) as book:
        chosen = [contact for contact in book if not (own and contact.directory)]
    content = write_contacts_csv(chosen) if is_csv(target) else as_json(chosen)
    if is_url(target):
        fetch(target, put=content)
    else:
        Path(target).write_bytes(content)
    return f"{len(chosen)} written"


def as_json(chosen: Sequence[Contact]) -> bytes:
    """As `pull` reads it; what is empty is left out."""
    items = [{name: value for name, value in dataclasses.asdict(contact).items() if value and name != "extra"} for contact in chosen]
    return json.dumps({"items": items}, ensure_ascii=False, indent=1).encode()


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pull", "push"])
    parser.add_argument("place", help="a file or URL of JSON, or of CSV if it ends in .csv")
    parser.add_argument("--ini", help="the phone's settings file; by default the user's own")
    parser.add_argument("--own", action="store_true", help="push only contacts that were not pulled")
    options = parser.parse_args(arguments)
    try:
        print(pull(options.place, options.ini) if options.what == "pull" else push(options.place, options.ini, options.own))
    except (microsip.MicrosipError, URLError, OSError, ValueError) as error:
        print(f"{options.place}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
