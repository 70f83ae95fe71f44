"""Contacts as MicroSIP keeps them: ``Contacts.xml``, CSV, the users directory, the old list of ``microsip.ini``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Optional, Union

from .. import _microsip
from .._dataclass import dataclass
from .enums import DirectoryFormat, DirectoryStatus, ImportWarningKind, MergeKey
from .ini import PathLike

__all__ = [
    "Contact",
    "ContactBook",
    "ContactEntry",
    "CsvImport",
    "Directory",
    "DirectoryPresence",
    "ImportWarning",
    "MergeReport",
    "caller_matches",
    "read_contacts_csv",
    "read_directory",
    "user_part",
    "write_contacts_csv",
]


@dataclass(frozen=True)
class Contact:
    """A contact. All texts may be empty; a missing number is taken from `phone` or `mobile`, a missing name made from what is there."""

    #: What is called: a number, a user or a SIP URI, as typed.
    number: str = ""
    #: What is shown.
    name: str = ""
    #: First name.
    firstname: str = ""
    #: Last name.
    lastname: str = ""
    #: A second number.
    phone: str = ""
    #: A third number.
    mobile: str = ""
    #: Mail address.
    email: str = ""
    #: Street and house.
    address: str = ""
    #: City.
    city: str = ""
    #: State or region.
    state: str = ""
    #: Postal code.
    zip: str = ""
    #: Free text.
    comment: str = ""
    #: The contact's key in the system it comes from.
    id: str = ""
    #: Free text shown beside the name.
    info: str = ""
    #: Watch its presence (SUBSCRIBE once registered).
    presence: bool = False
    #: A favourite.
    starred: bool = False
    #: Came from the users directory; removed when no longer listed there.
    directory: bool = False
    #: Attributes of other programs, kept in their order.
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ContactEntry:
    """A contact of an import, with the fields the source named: the others leave alone what is there."""

    #: The contact.
    contact: Contact
    #: What the source said about it: names of fields of `Contact`.
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ImportWarning:
    """Something in an imported text that was passed over, or read in another way than it stands there."""

    #: Its class.
    kind: ImportWarningKind
    #: The line of the text, the item of an array, or the key of an ini line, from 1; 0 for the whole.
    line: int
    #: What is wrong and what to do.
    message: str


@dataclass(frozen=True)
class MergeReport:
    """What a merge did, in contacts."""

    #: New ones.
    added: int
    #: Changed ones.
    updated: int
    #: Those that were listed and had nothing to change.
    unchanged: int
    #: Those of the directory that are no longer in it.
    removed: int


@dataclass(frozen=True)
class CsvImport:
    """What `read_contacts_csv` found."""

    #: The contacts, with the fields the table has columns for.
    entries: tuple[ContactEntry, ...]
    #: Columns that mean nothing here.
    unknown_columns: tuple[str, ...]
    #: What was passed over.
    warnings: tuple[ImportWarning, ...]


@dataclass(frozen=True)
class DirectoryPresence:
    """What a users directory says of the presence of a number."""

    #: To be compared with a contact's as it stands.
    number: str
    #: How it is.
    status: DirectoryStatus
    #: A text to be shown beside it.
    info: Optional[str]


@dataclass(frozen=True)
class Directory:
    """A users directory as it was read."""

    #: In which format it came.
    format: DirectoryFormat
    #: Its entries; of JSON and XML all are marked `Contact.directory`, of CSV those whose column says so.
    entries: tuple[ContactEntry, ...]
    #: Seconds until it wants to be asked again; 0 for never.
    refresh: Optional[int]
    #: What it says of presence.
    presence: tuple[DirectoryPresence, ...]
    #: Not to bother the user with errors.
    silent: bool
    #: What was passed over.
    warnings: tuple[ImportWarning, ...]


class ContactBook:
    """All contacts, in the order of the file. Two may have the same number.

    What nobody changed is written as it was found, comments and attributes of other programs included.
    """

    __slots__ = ("__weakref__", "_native", "warnings")

    def __init__(self, contacts: Iterable[Contact] = ()) -> None:
        self._native = _microsip.ContactBook()
        #: What was passed over when it was read.
        self.warnings: list[ImportWarning] = []
        for contact in contacts:
            self.add(contact)

    @classmethod
    def _of(cls, given: tuple[_microsip.ContactBook, list[ImportWarning]]) -> ContactBook:
        self = object.__new__(cls)
        self._native, self.warnings = given
        return self

    @classmethod
    def load(cls, path: PathLike) -> ContactBook:
        """Reads ``Contacts.xml``; a file that is not there is an empty book. Raises `FileError`, and as `from_xml`."""
        return cls._of(_microsip.ContactBook.load(path))

    @classmethod
    def from_xml(cls, content: bytes) -> ContactBook:
        """Reads the bytes of ``Contacts.xml``. Raises `ConfigError` for what is malformed or too large."""
        return cls._of(_microsip.ContactBook.from_xml(content))

    @classmethod
    def from_ini_lines(cls, lines: Iterable[str]) -> ContactBook:
        """Reads the old list: values ``number;name;presence;directory``."""
        return cls._of(_microsip.ContactBook.from_ini_lines(list(lines)))

    def to_xml(self) -> bytes:
        """The file."""
        return self._native.to_xml()

    def save(self, path: PathLike) -> None:
        """Writes the file whole or not at all. Raises `FileError`; the old file stands unchanged then."""
        self._native.save(path)

    def __len__(self) -> int:
        return len(self._native)

    def __iter__(self) -> Iterator[Contact]:
        return iter(self._native.all())

    def __getitem__(self, index: int) -> Contact:
        contact = self._native.get(self._place(index))
        if contact is None:
            raise IndexError("there is no such contact")
        return contact

    def __setitem__(self, index: int, contact: Contact) -> None:
        if not self._native.replace(self._place(index), contact):
            raise IndexError("there is no such contact")

    def __delitem__(self, index: int) -> None:
        if self._native.remove(self._place(index)) is None:
            raise IndexError("there is no such contact")

    def _place(self, index: int) -> int:
        place = index + len(self) if index < 0 else index
        if place < 0:
            raise IndexError("there is no such contact")
        return place

    def add(self, contact: Contact) -> int:
        """Adds a contact at the end; its place. Raises `InvalidArgumentError` if it has no number at all, `LimitReachedError`."""
        return self._native.add(contact)

    def remove_duplicates(self) -> int:
        """Removes contacts that have number and name in common with one before. How many went."""
        return self._native.remove_duplicates()

    def find_caller(self, caller: str) -> Optional[Contact]:
        """The contact a caller's number belongs to, by MicroSIP's rule: equal, or with up to 3 extra leading characters."""
        return self._native.find_caller(caller)

    def search(self, text: str) -> list[Contact]:
        """The contacts in which a text occurs; upper and lower case are equal, as are separators of numbers. An empty text finds all."""
        return self._native.search(text)

    def merge(
        self,
        entries: Iterable[Union[ContactEntry, Contact]],
        key: Union[MergeKey, str] = MergeKey.NUMBER_AND_NAME,
        directory: bool = False,
    ) -> MergeReport:
        """Takes over entries of an import: an equal `key` updates the fields that are named, a new one is added.

        With `directory` they are a users directory, and contacts of it that are not listed any more are removed. Raises
        `LimitReachedError`; the book is unchanged then.
        """
        return self._native.merge(list(entries), key, directory)

    def __repr__(self) -> str:
        return f"<microsip.compat.ContactBook of {len(self)}>"


def read_contacts_csv(content: bytes, guard_formulas: bool = True) -> CsvImport:
    """Reads contacts from CSV with the columns of MicroSIP, Outlook or Google, in any order and any usual encoding.

    Raises `ConfigError` if no column holds numbers.
    """
    return _microsip.read_contacts_csv(content, guard_formulas)


def write_contacts_csv(contacts: Iterable[Contact], bom: bool = False, guard_formulas: bool = True) -> bytes:
    """Contacts as CSV with the columns of MicroSIP.

    `bom` tells Excel that it is UTF-8. `guard_formulas` puts an apostrophe before what a spreadsheet would run, and `read_contacts_csv`
    takes it off again.
    """
    return _microsip.write_contacts_csv(list(contacts), bom, guard_formulas)


def read_directory(content: bytes, content_type: Optional[str] = None) -> Directory:
    """Reads the answer of a users directory: CSV if `content_type` is ``text/csv``, else JSON or XML. Raises `ConfigError`."""
    return _microsip.read_directory(content, content_type)


def user_part(number: str) -> str:
    """The user part of a number as typed: without name, scheme, domain, parameters, post-dial keys and separators."""
    return _microsip.user_part(number)


def caller_matches(caller: str, contact: str) -> Optional[int]:
    """How well a caller's number fits a contact's: 0 if equal, 1 to 3 extra leading characters, `None` if not at all."""
    return _microsip.caller_matches(caller, contact)
