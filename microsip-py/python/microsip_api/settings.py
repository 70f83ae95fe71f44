"""The settings, as a mapping."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from microsip.compat import IniFile, IniWarning, Key, SettingsReport, choose_place, find_key, known_keys
from microsip.compat.ini import IniValue, PathLike
from microsip.exceptions import ErrorKind

from ._errors import error

if TYPE_CHECKING:
    from .phone import MicroSIP

__all__ = ["Settings", "SettingsSection"]

#: So often somebody else may write the file at the same moment.
_TRIES = 20
#: Of this process only one thread at a time writes settings files.
_WRITING = threading.Lock()


def _split(name: str, section: str = "Settings") -> tuple[str, str]:
    if not isinstance(name, str):
        raise KeyError(name)
    before, slash, key = name.partition("/")
    return (before, key) if slash else (section, name)


class SettingsSection(MutableMapping[str, IniValue]):
    """The keys of one section: ``Settings``, ``Extensions``, or ``AccountN``.

    Values are typed by the key: `bool`, `int`, `str`, tuples of texts or of ports. What the file does not say, or says wrongly, is the
    default. Passwords and other secrets can be set; read, they are ``***``, and no iteration has them. Deleting a key sets its default.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name

    @property
    def name(self) -> str:
        """The section's name."""
        return self._name

    def __getitem__(self, key: str) -> IniValue:
        return self._settings.document().value(self._name, key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._settings[f"{self._name}/{key}"] = value

    def __delitem__(self, key: str) -> None:
        del self._settings[f"{self._name}/{key}"]

    def _values(self) -> Mapping[str, IniValue]:
        return self._settings.document().values(self._name) or {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def change(self, values: Optional[Mapping[str, Any]] = None, **more: Any) -> list[str]:
        """As `Settings.change`, for keys of this section."""
        given = {**(values or {}), **more}
        return self._settings.change({f"{self._name}/{key}": value for key, value in given.items()})

    def __repr__(self) -> str:
        return f"<microsip_api.SettingsSection [{self._name}]>"


class Settings(SettingsSection):
    """A settings file: what is set is written at once, and the phone acts upon it.

    `MicroSIP.settings` are those of a phone. ``Settings("microsip.ini")``, or ``Settings()`` for the user's own, needs none: a file that is
    not there has the defaults, and is made when something is set; a phone that runs with it notices.

    ``settings["autoAnswer"] = "all"`` is a key of ``[Settings]``; keys of other sections are ``"Account1/domain"``,
    ``"Extensions/database"``, or ``settings.account(1)["domain"]``. Names of keys are MicroSIP's own, in any case; `keys_known` lists them
    with their meaning.
    Unknown keys are `KeyError`, wrong values `InvalidArgumentError` with what is allowed, and nothing is written then.
    """

    def __init__(self, ini: Optional[PathLike] = None, *, phone: Optional[MicroSIP] = None) -> None:
        super().__init__(self, "Settings")
        self._phone = phone
        self._path = (choose_place(ini) if phone is None else phone.place).settings

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def document(self) -> IniFile:
        """The file as it is now, to be read. Changes to it are not written; see `change`."""
        return IniFile.load_or_new(self._path)[0]

    def __getitem__(self, key: str) -> IniValue:
        return self.document().value(*_split(key))

    def __setitem__(self, key: str, value: Any) -> None:
        section, name = _split(key)
        text = self._text_of(key, value)
        if self._phone is None:
            self.change({key: value})
        else:
            self._phone.request("set", section=section, key=name, value=text)

    def __delitem__(self, key: str) -> None:
        self[key] = self.describe(key).default

    def change(self, values: Optional[Mapping[str, Any]] = None, **more: Any) -> list[str]:
        """Sets several keys at once, all or none; the keys that changed, as ``Section/key``.

        Raises `BusyError` when somebody else writes the file again and again.
        """
        given = {**(values or {}), **more}
        texts = {key: self._text_of(key, value) for key, value in given.items()}

        def write(ini: IniFile) -> list[str]:
            return [self._name_of(key) for key, text in texts.items() if ini.set_checked(*_split(key), text)]

        return self._edit(write)

    def _text_of(self, key: str, value: Any) -> str:
        known = self.describe(key)
        if known.is_secret and value == "***":
            raise error(ErrorKind.INVALID_ARGUMENT, "settings", f"*** stands for {known.name}, which is not shown; it is no value")
        try:
            return known.text_of(value)
        except TypeError as e:
            raise error(ErrorKind.INVALID_ARGUMENT, "settings", f"{e}; allowed: {known.allowed}") from None

    def _name_of(self, key: str) -> str:
        """As MicroSIP writes it."""
        return f"{_split(key)[0]}/{self.describe(key).name}"

    def _edit(self, write: Callable[[IniFile], list[str]]) -> list[str]:
        """Has the file changed by a function, which tells the keys; nobody else's change is lost."""
        if self._phone is not None:
            self._phone._check_open("settings")
        for attempt in range(_TRIES):
            with _WRITING:
                seen = self._content()
                ini = IniFile.parse(seen, self._path) if seen else IniFile(self._path)
                changed = write(ini)
                if not changed:
                    return []
                saved = ini.save_over(seen)
            if saved:
                if self._phone is not None:
                    self._phone.reload()
                return changed
            time.sleep(random.uniform(0, 0.005 * attempt))
        raise error(ErrorKind.BUSY, "settings", "somebody else writes the file again and again")

    def _content(self) -> Optional[bytes]:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            # In our words, and with our class.
            return IniFile.load(self._path).to_bytes()

    def describe(self, key: str) -> Key:
        """What a key means, and which values are allowed. Raises `KeyError`."""
        known = find_key(*_split(key))
        if known is None:
            raise KeyError(key)
        return known

    @staticmethod
    def keys_known(section: Optional[str] = None) -> tuple[Key, ...]:
        """All keys that mean something, or those of ``settings``, ``account`` or ``extensions``."""
        return known_keys(section)

    def section(self, name: str) -> SettingsSection:
        """The keys of a section, such as ``Extensions``."""
        return SettingsSection(self, name)

    def account(self, number: int) -> SettingsSection:
        """The keys of ``[AccountN]``; 0 is the local account."""
        return SettingsSection(self, f"Account{number}")

    def accounts(self) -> list[int]:
        """The numbers of the accounts there are."""
        return self.document().accounts()

    def add_account(self, domain: str, username: str, password: Optional[str] = None, **keys: Any) -> int:
        """Adds an account; its number, for `MicroSIP.use_account`. `keys` are others of its keys, such as ``transport="tls"``."""
        values: dict[str, Any] = {"domain": domain, "username": username, **keys}
        if password is not None:
            values["password"] = password
        texts = {key: self._text_of(f"Account1/{key}", value) for key, value in values.items()}
        number = 0

        def write(ini: IniFile) -> list[str]:
            nonlocal number
            number = max(ini.accounts(), default=0) + 1
            # Whatever is left of a former account would become part of this one.
            ini.remove_section(f"Account{number}")
            return [key for key, text in texts.items() if ini.set_checked(f"Account{number}", key, text)]

        self._edit(write)
        return number

    def report(self) -> SettingsReport:
        """What becomes of each key of the file."""
        return self.document().report()

    def warnings(self) -> list[IniWarning]:
        """What is wrong in the file."""
        return self.document().warnings()

    def __repr__(self) -> str:
        return f"<microsip_api.Settings {str(self._path)!r}>"
