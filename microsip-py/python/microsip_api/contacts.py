"""The contacts of the phone."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from microsip.compat import Contact, ContactBook, IniFile, MergeReport, choose_place, read_contacts_csv, write_contacts_csv
from microsip.compat.ini import PathLike
from microsip.exceptions import ErrorKind, InvalidArgumentError

from ._errors import error, understood

if TYPE_CHECKING:
    from .phone import MicroSIP

__all__ = ["Contacts"]

#: Of this process only one thread at a time changes contacts.
_WRITING = threading.RLock()


class Contacts:
    """The contacts, as they stand in ``Contacts.xml`` beside the settings; iterating gives `Contact` objects.

    `MicroSIP.contacts` are those of a phone. ``Contacts("microsip.ini")``, or ``Contacts()`` for the user's own, needs none; a path that
    ends in ``.xml`` is the file itself. Any thread may use it. Raises `ConfigError` for a file that is damaged, and writes nothing to it.

    The phone reads the file anew before each incoming call and each question, so what is changed here counts at once.
    """

    def __init__(self, ini: Optional[PathLike] = None, *, phone: Optional[MicroSIP] = None) -> None:
        self._phone = phone
        self._ini: Optional[Path] = None
        if ini is not None and Path(ini).suffix.lower() == ".xml":
            self._path = Path(ini)
        else:
            place = choose_place(ini) if phone is None else phone.place
            self._path, self._ini = place.contacts, place.settings

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def book(self) -> ContactBook:
        """The file as it is now, to be read. Changes to it are not written; see `edit`."""
        try:
            book = ContactBook.load(self.path)
        except InvalidArgumentError as e:
            raise error(ErrorKind.CONFIG, "contacts", e.reason, e.code) from None
        if self._ini is not None and not self.path.exists():
            # A file of old versions of MicroSIP has its contacts among the settings.
            old = IniFile.load_or_new(self._ini)[0].entries("Contacts")
            return ContactBook.from_ini_lines(value for _, _, value in old)
        return book

    @contextmanager
    def edit(self) -> Iterator[ContactBook]:
        """The contacts to be changed, in a ``with`` block; they are written at its end, whole, unless it raises.

        Other threads wait. Raises `BusyError` if another program has changed the file meanwhile, and writes nothing then: do it again.
        """
        with _WRITING:
            before = self._stamp()
            book = self.book()
            yield book
            if self._stamp() != before:
                raise error(ErrorKind.BUSY, "contacts", "somebody else has changed the contacts meanwhile; do it again")
            book.save(self.path)

    def _stamp(self) -> Optional[tuple[int, int, int]]:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.book())

    def __len__(self) -> int:
        return len(self.book())

    def search(self, text: str = "") -> list[Contact]:
        """The contacts in which a text occurs, whatever the case and the separators of numbers."""
        return self.book().search(text)

    def find(self, number: str) -> Optional[Contact]:
        """The contact a caller's number belongs to."""
        return self.book().find_caller(number)

    def presence(self, text: Optional[str] = None) -> dict[str, str]:
        """What the phone knows of the presence of contacts, by their numbers."""
        views = self._asked("contacts", text=text)
        with understood():
            return {view["number"]: view["presence"] for view in views if "presence" in view}

    def _asked(self, command: str, **fields: Any) -> Any:
        if self._phone is None:
            raise error(ErrorKind.NOT_RUNNING, "contacts", "these are a file's; a phone's are MicroSIP().contacts")
        return self._phone.request(command, **fields)

    def add(self, contact: Union[Contact, str], **fields: Any) -> Contact:
        """Adds a contact, by itself or by its number: ``add("100", name="Ann")``. Raises `InvalidArgumentError` without a number."""
        new = dataclasses.replace(Contact(contact) if isinstance(contact, str) else contact, **fields)
        with self.edit() as book:
            return _written(book, book.add(new))

    def update(self, contact: Contact, **fields: Any) -> Contact:
        """Changes fields of a contact that is there. Raises `GoneError` if it is not, or another one by now."""
        with self.edit() as book:
            place = _place(book, contact)
            book[place] = dataclasses.replace(contact, **fields)
            return _written(book, place)

    def remove(self, contact: Contact) -> None:
        """Removes a contact. Raises `GoneError` if it is not there."""
        with self.edit() as book:
            del book[_place(book, contact)]

    def import_csv(self, source: Union[PathLike, bytes], **merge: Any) -> MergeReport:
        """Takes over a CSV file, or its bytes, of MicroSIP, Outlook or Google; `merge` as for `microsip.compat.ContactBook.merge`."""
        entries = read_contacts_csv(_bytes(source)).entries
        with self.edit() as book:
            return book.merge(entries, **merge)

    def import_xml(self, source: Union[PathLike, bytes], **merge: Any) -> MergeReport:
        """Takes over another ``Contacts.xml``, or its bytes."""
        entries = list(ContactBook.from_xml(_bytes(source)))
        with self.edit() as book:
            return book.merge(entries, **merge)

    def import_ini(self, source: Union[PathLike, bytes]) -> MergeReport:
        """Takes over the old contact list of a ``microsip.ini``, or of its bytes."""
        old = IniFile.parse(_bytes(source)).entries("Contacts")
        entries = list(ContactBook.from_ini_lines(value for _, _, value in old))
        with self.edit() as book:
            return book.merge(entries)

    def import_contacts(self, contacts: Iterable[Contact], **merge: Any) -> MergeReport:
        """Takes over contacts of any source."""
        with self.edit() as book:
            return book.merge(contacts, **merge)

    def export_csv(self, path: Optional[PathLike] = None, bom: bool = False) -> bytes:
        """All contacts as CSV, written to a file if one is given."""
        content = write_contacts_csv(self, bom)
        if path is not None:
            Path(path).write_bytes(content)
        return content

    def refresh_directory(self) -> Any:
        """Fetches the users directory (``usersDirectory``) now."""
        return self._asked("refresh_directory")


def _written(book: ContactBook, place: int) -> Contact:
    """A contact as the file will have it, which some characters cannot be in."""
    book[place] = ContactBook.from_xml(ContactBook([book[place]]).to_xml())[0]
    return book[place]


def _place(book: ContactBook, contact: Contact) -> int:
    for place, there in enumerate(book):
        if there == contact:
            return place
    raise error(ErrorKind.GONE, "contacts", f"there is no contact {contact.name!r} with the number {contact.number!r} like this")


def _bytes(source: Union[PathLike, bytes]) -> bytes:
    return source if isinstance(source, bytes) else Path(source).read_bytes()
