"""MicroSIP's settings file, ``microsip.ini``.

It is read as Windows' profile functions read it, and every byte that is not edited goes out as it came in. What is wrong in a file never
stops anything: it is told by `IniFile.warnings`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Optional, Union

from .. import _microsip
from .._dataclass import dataclass
from .enums import Disposition, IniWarningKind, PlaceKind, SectionKind, ShortcutAction

__all__ = [
    "IniFile",
    "IniWarning",
    "Key",
    "OldContact",
    "Place",
    "ReportEntry",
    "SettingsReport",
    "Shortcut",
    "choose_place",
    "find_key",
    "is_secret",
    "known_keys",
]

PathLike = Union[str, "os.PathLike[str]"]
#: What the value of a key is, typed: by `Key.kind`.
IniValue = Union[bool, int, str, tuple[str, ...], tuple[int, ...], None]


@dataclass(frozen=True)
class Place:
    """The settings file and what goes with it."""

    #: How it was chosen.
    kind: PlaceKind
    #: The settings file; it need not exist.
    settings: Path
    #: ``Contacts.xml``, beside the settings.
    contacts: Path
    #: The log file, ``…_log.txt``.
    log: Path
    #: Where recordings go unless ``recordingPath`` says otherwise.
    recordings: Path


@dataclass(frozen=True)
class IniWarning:
    """Something in a settings file that is not as it should be. ``str()`` of it is one line for a log."""

    #: What kind of trouble it is.
    kind: IniWarningKind
    #: The file.
    file: Path
    #: Line in the file, from 1; 0 if there is none.
    line: int
    #: The section; empty before the first one.
    section: str
    #: The key; empty if a line or section is meant.
    key: str
    #: The value as it is in the file, at most 80 characters of it; ``***`` for secrets.
    value: str
    #: What is allowed, or what to do.
    allowed: str
    #: The value used instead; `None` if the file's is used.
    used: Optional[str]
    #: All of it in words.
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class ReportEntry:
    """One key of a settings file in a `SettingsReport`."""

    #: Line in the file, from 1.
    line: int
    #: The section, as written.
    section: str
    #: The key, as written.
    key: str
    #: The value, at most 80 characters of it; ``***`` for secrets.
    value: str
    #: What becomes of it.
    disposition: Disposition
    #: What it means; empty for unknown keys.
    meaning: str
    #: What is allowed, in words; empty for unknown keys.
    allowed: str
    #: What is used if the key is missing; empty also for unknown keys.
    default: str
    #: A known key of this section that is spelt much alike; for unknown keys.
    perhaps: Optional[str]


@dataclass(frozen=True)
class SettingsReport:
    """Which keys of a file are honoured, which kept without effect, which unknown. ``str()`` of it is a table for people."""

    #: The keys in the order of the file; of duplicates the one that counts.
    entries: tuple[ReportEntry, ...]
    #: Sections that are lists, and how many entries each has.
    lists: tuple[tuple[str, int], ...]
    #: The table.
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Key:
    """A key of the settings file that means something."""

    #: Its name, as MicroSIP writes it. In files its case does not matter.
    name: str
    #: The sections it is in.
    section: SectionKind
    #: How its value is read: ``flag`` (a `bool`), ``integer``, ``choice``, ``text``, ``list`` (texts), ``ports`` (numbers), ``password``.
    kind: str
    #: The value used if it is missing, as text.
    default: str
    #: What becomes of it.
    disposition: Disposition
    #: What it means, in a sentence or two.
    meaning: str
    #: The values that are allowed, in words.
    allowed: str
    #: The texts of a ``choice``; an empty one may be among them.
    choices: tuple[str, ...]
    #: What stands between the items of a list.
    separator: Optional[str]
    #: How many characters of the value MicroSIP reads; more are read here, with a warning.
    limit: int
    #: Whether its value must not be shown.
    is_secret: bool

    def text_of(self, value: Any) -> str:
        """A value as it stands in the file: `True` is ``1``, the items of a list have `separator` between them.

        Raises `TypeError` for what is no value of a key. Whether it is allowed, `IniFile.set_checked` says.
        """
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, (int, str)):
            return str(value)
        if value is None:
            return ""
        if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, memoryview)) and self.separator is not None:
            return self.separator.join(str(item) for item in value)
        raise TypeError(f"{self.name} cannot be a {type(value).__name__}")


@dataclass(frozen=True)
class Shortcut:
    """A button of MicroSIP's window."""

    #: What stands on the button.
    label: str = ""
    #: The number, digits, program or URL.
    number: str = ""
    #: What is done with it.
    action: ShortcutAction = ShortcutAction.CALL
    #: What the button does the second time.
    number2: str = ""
    #: Whether the number's state is watched.
    presence: bool = False


@dataclass(frozen=True)
class OldContact:
    """An entry of the old contact list, ``[Contacts]``."""

    #: The number.
    number: str
    #: The name.
    name: str
    #: Whether the number's state is watched.
    presence: bool
    #: Whether it came from the users directory.
    directory: bool


_KEYS: dict[tuple[SectionKind, str], Key] = {}


def known_keys(section: Union[SectionKind, str, None] = None) -> tuple[Key, ...]:
    """All keys that mean something, or those of a kind of section, in MicroSIP's order."""
    if not _KEYS:
        _KEYS.update({(key.section, key.name.lower()): key for key in _microsip.known_keys()})
    if section is None:
        return tuple(_KEYS.values())
    kind = SectionKind(section)
    return tuple(key for key in _KEYS.values() if key.section is kind)


def find_key(section: str, name: str) -> Optional[Key]:
    """The key of a name in a section such as ``Account2``, whatever the case of both."""
    kind = "account" if section.lower().rstrip("0123456789") == "account" else section.lower()
    known_keys()
    try:
        return _KEYS.get((SectionKind(kind), name.lower()))
    except ValueError:
        return None


def is_secret(key: str) -> bool:
    """Whether the value of a key must not be shown, by its name: MicroSIP's own, and others."""
    return _microsip.is_secret(key)


def choose_place(settings: Optional[PathLike] = None) -> Place:
    """The settings file that a name means, and what lies beside it; nothing is made.

    `None` is the user's own: ``~/.config/microsip/microsip.ini``, ``~/Library/Application Support/MicroSIP``, ``%APPDATA%\\MicroSIP``. A
    relative path is looked for below the working directory, then below the user's; a bare name that is nowhere is meant for the latter.
    """
    return _microsip.choose_place(settings)


class IniFile:
    """A settings file in memory. Names of sections and keys are compared without regard to case."""

    __slots__ = ("__weakref__", "_native")

    def __init__(self, path: Optional[PathLike] = None) -> None:
        """A new document: UTF-16 with a mark, a lone ``[Settings]``, as MicroSIP makes it. Nothing is written yet."""
        self._native = _microsip.IniFile(path)

    @classmethod
    def _of(cls, native: _microsip.IniFile) -> IniFile:
        self = object.__new__(cls)
        self._native = native
        return self

    @classmethod
    def parse(cls, content: bytes, path: Optional[PathLike] = None, ansi: Optional[str] = None, guess_utf8: bool = True) -> IniFile:
        """Reads a document from its bytes; `path` is for warnings and for saving.

        `ansi` (such as ``windows-1251``) is the code page of a file without a byte-order mark, unless it is UTF-8 and `guess_utf8` holds.
        Raises `LimitReachedError` beyond 4 MiB.
        """
        return cls._of(_microsip.IniFile.parse(content, path, ansi, guess_utf8))

    @classmethod
    def load(cls, path: PathLike, ansi: Optional[str] = None, guess_utf8: bool = True) -> IniFile:
        """Reads a file. Raises `FileError` if it cannot be read, and as `parse`."""
        return cls._of(_microsip.IniFile.load(path, False, ansi, guess_utf8)[0])

    @classmethod
    def load_or_new(cls, path: PathLike, ansi: Optional[str] = None, guess_utf8: bool = True) -> tuple[IniFile, bool]:
        """As `load`; a file that is absent or empty gives a new document. And whether it was there."""
        native, there = _microsip.IniFile.load(path, True, ansi, guess_utf8)
        return cls._of(native), there

    @property
    def path(self) -> Path:
        """Where it was read from, and is saved."""
        return self._native.path

    @property
    def encoding(self) -> str:
        """``utf-16le``, ``utf-16be``, ``utf-8`` or a code page such as ``windows-1252``."""
        return self._native.encoding

    @property
    def has_mark(self) -> bool:
        """Whether it starts with a byte-order mark."""
        return self._native.has_mark

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return self._native.is_empty

    def to_bytes(self) -> bytes:
        """The document as it would be saved."""
        return self._native.to_bytes()

    def convert(self, encoding: str) -> None:
        """Rewrites it in another encoding. Raises `InvalidArgumentError` if a character is not in that, and changes nothing then."""
        self._native.convert(encoding)

    def sections(self) -> list[str]:
        """The names of the sections, as written, each once."""
        return self._native.sections()

    def has_section(self, section: str) -> bool:
        """Whether there is such a section."""
        return self._native.has_section(section)

    def get(self, section: str, key: str) -> Optional[str]:
        """The text of a key, without the white space and one pair of quotes around it; `None` if it is not there. Secrets too."""
        return self._native.get(section, key)

    def line_of(self, section: str, key: str) -> Optional[int]:
        """The line a key is in, from 1."""
        return self._native.line_of(section, key)

    def entries(self, section: str) -> list[tuple[int, str, str]]:
        """All of a section that counts: line from 1, key as written, text. Secrets too."""
        return self._native.entries(section)

    def set(self, section: str, key: str, value: str, quoted: bool = False) -> bool:
        """Sets the text of any key, known or not. Whether the document changed.

        An existing line keeps its spelling and its quotes; `quoted` puts quotes around the value of a new one. Raises
        `InvalidArgumentError` for line ends, NUL, and characters that are not in the file's code page.
        """
        return self._native.set(section, key, value, quoted)

    def set_checked(self, section: str, key: str, value: Any) -> bool:
        """Sets a known key to a value of its type (`Key.text_of`), or to its text. Whether the document changed.

        A password is hidden if the file says so (``hidePasswords``). Raises `InvalidArgumentError` for an unknown key and for a wrong
        value, with what is allowed.
        """
        known = find_key(section, key)
        return self._native.set_checked(section, key, value if known is None else known.text_of(value))

    def remove(self, section: str, key: str) -> bool:
        """Removes a key. Whether there was one."""
        return self._native.remove(section, key)

    def remove_section(self, section: str) -> bool:
        """Removes a section with its keys. Whether there was one."""
        return self._native.remove_section(section)

    def value(self, section: str, key: str) -> IniValue:
        """What a known key means, typed: a wrong value or none is the default. Secrets are ``***``, or empty.

        Raises `KeyError` for an unknown key, and for an account that is not there.
        """
        return self._native.value(section, key)

    def values(self, section: str) -> Optional[dict[str, IniValue]]:
        """What all keys of ``Settings``, ``Extensions`` or ``AccountN`` mean, but secrets; `None` for an account that is not there."""
        return self._native.values(section)

    def accounts(self) -> list[int]:
        """The numbers of the accounts there are, from 1."""
        return self._native.accounts()

    def hide_passwords(self) -> int:
        """Hides the passwords that stand in the file as plain text, as MicroSIP does. How many there were."""
        return self._native.hide_passwords()

    def report(self) -> SettingsReport:
        """What becomes of each key of the file."""
        return self._native.report()

    def warnings(self) -> list[IniWarning]:
        """What is wrong in it."""
        return self._native.warnings()

    def differs_on_disk(self) -> bool:
        """Whether the file on disk differs from this document."""
        return self._native.differs_on_disk()

    def save(self, path: Optional[PathLike] = None) -> None:
        """Saves the document at once, where it was read from or elsewhere: a reader sees the old file or the new one.

        A new file is for its owner only (mode 0600), for there are passwords in it. Raises `FileError`; the old file is unharmed then.
        """
        self._native.save(path)

    def save_over(self, seen: Optional[bytes]) -> bool:
        """Saves it in place of this content (`None`: of no file). `False`, and nothing is changed, if the file has another one by now."""
        return self._native.save_over(seen)

    def calls(self) -> dict[int, str]:
        """The records of the call list by their places; `call_of_line` reads one."""
        return dict(self._native.calls())

    def push_call(self, record: str) -> int:
        """Puts a record into the next place of the call list, which is a ring of 1000. The place."""
        return self._native.push_call(record)

    def delete_call(self, slot: int) -> bool:
        """Deletes a record of the call list. Whether there was one."""
        return self._native.delete_call(slot)

    def dialed(self) -> list[str]:
        """The texts dialled last, newest first."""
        return self._native.dialed()

    def push_dialed(self, text: str) -> None:
        """Puts a text in front of those dialled last. Ten are kept."""
        self._native.push_dialed(text)

    def shortcuts(self) -> list[Shortcut]:
        """The shortcuts, up to the first gap."""
        return self._native.shortcuts()

    def set_shortcuts(self, shortcuts: Sequence[Shortcut]) -> None:
        """Replaces the shortcuts. Raises `InvalidArgumentError` for more than eight, and for fields with ``;``."""
        self._native.set_shortcuts(shortcuts)

    def old_contacts(self) -> list[OldContact]:
        """The old contact list, ``[Contacts]``."""
        return self._native.old_contacts()

    def __repr__(self) -> str:
        return f"<microsip.compat.IniFile {str(self.path)!r}>"
